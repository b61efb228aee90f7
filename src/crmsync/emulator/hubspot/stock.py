"""The properties of a portal nobody has changed yet, as far as they matter here (facts/hubspot.md sections 7 and 8)."""

from __future__ import annotations

from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.newborn import extra_properties
from crmsync.emulator.hubspot.pipelines import stamp_names, stock_pipelines
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.hubspot.stock_offers import OFFERS
from crmsync.emulator.hubspot.stock_sales import ENGAGEMENT, SALES
from crmsync.emulator.hubspot.stock_words import LEAD_STATUS, SOURCES, STAGES

# One property per line: name, type (a star: read-only), label, then the options as value=label.
_EVERYWHERE = """
hs_object_id              number*      Record ID
hs_object_source          string*      Record source
hs_object_source_id       string*      Record source ID
hs_object_source_label    string*      Record source
hs_object_source_user_id  number*      Record source user ID
hs_object_source_detail_1 string*      Record source detail 1
hs_object_source_detail_2 string*      Record source detail 2
hs_object_source_detail_3 string*      Record source detail 3
hs_merged_object_ids      string*      Merged record IDs
hs_unique_creation_key    string*      Unique creation key
hs_created_by_user_id     number*      Created by user ID
hs_updated_by_user_id     number*      Updated by user ID
hs_was_imported           bool*        Performed in an import
hs_createdate             datetime*    Object create date/time
hs_lastmodifieddate       datetime*    Object last modified date/time
hubspot_owner_id          owner        Contact owner
hubspot_owner_assigneddate datetime*   Owner assigned date
hubspot_team_id           string*      HubSpot team
hs_all_owner_ids          string*      All owner IDs
"""

_EMPLOYEES = "1-5|5-25|25-50|50-100|100-500|500-1000|1000+"

_CONTACTS = f"""
email                  string       Email
firstname              string       First Name
lastname               string       Last Name
salutation             string       Salutation
company                string       Company Name
jobtitle               string       Job Title
phone                  string       Phone Number
mobilephone            string       Mobile Phone Number
website                string       Website URL
address                string       Street Address
city                   string       City
state                  string       State/Region
zip                    string       Postal Code
country                string       Country/Region
hs_language            string       Preferred language
industry               string       Industry
numemployees           enumeration  Number of Employees  {_EMPLOYEES}
annualrevenue          string       Annual Revenue
hs_lead_status         enumeration  Lead Status  {LEAD_STATUS}
lifecyclestage         enumeration  Lifecycle Stage  {STAGES}
createdate             datetime*    Create Date
lastmodifieddate       datetime*    Last Modified Date
hs_additional_emails   checks*      Additional email addresses
hs_all_contact_vids    checks*      Merged vids with timestamps of a contact
hs_calculated_merged_vids checks*   Calculated merged vids
associatedcompanyid    number*      Primary Associated Company ID
hs_email_domain        string*      Email Domain
hs_email_optout        bool*        Unsubscribed from all email
hs_email_bounce        number*      Marketing emails bounced
hs_email_click         number*      Marketing emails clicked
hs_email_delivered     number*      Marketing emails delivered
hs_email_open          number*      Marketing emails opened
hs_email_replied       number*      Marketing emails replied
hs_email_last_send_date datetime*   Last marketing email send date
hs_email_last_open_date datetime*   Last marketing email open date
hs_email_last_click_date datetime*  Last marketing email click date
hs_email_sends_since_last_engagement number* Sends since last engagement
hs_analytics_source    enumeration* Original source  {SOURCES}
hs_analytics_source_data_1 string*  Original source drill-down 1
hs_analytics_source_data_2 string*  Original source drill-down 2
hs_analytics_num_page_views number* Number of pageviews
hs_analytics_num_visits number*     Number of sessions
hs_analytics_num_event_completions number* Number of event completions
hs_analytics_first_timestamp datetime* Time first seen
hs_analytics_last_timestamp datetime* Time last seen
hs_analytics_last_visit_timestamp datetime* Time of last session
hs_analytics_last_url  string*      Last page seen
hs_latest_source       enumeration* Latest source  {SOURCES}
hs_latest_source_timestamp datetime* Latest source date
num_conversion_events  number*      Number of form submissions
num_unique_conversion_events number* Number of unique forms submitted
first_conversion_date  datetime*    First conversion date
first_conversion_event_name string* First conversion
recent_conversion_date datetime*    Recent conversion date
recent_conversion_event_name string* Recent conversion
hs_is_contact          bool*        Is a contact
hs_is_unworked         bool*        Contact unworked
hs_pipeline            enumeration  Pipeline  contacts-lifecycle-pipeline=Lifecycle Stage Pipeline
hs_lifecyclestage_subscriber_date datetime* Became a subscriber date
hs_lifecyclestage_lead_date datetime* Became a lead date
hs_lifecyclestage_marketingqualifiedlead_date datetime* Became a marketing qualified lead date
hs_lifecyclestage_salesqualifiedlead_date datetime* Became a sales qualified lead date
hs_lifecyclestage_opportunity_date datetime* Became an opportunity date
hs_lifecyclestage_customer_date datetime* Became a customer date
hs_lifecyclestage_evangelist_date datetime* Became an evangelist date
hs_lifecyclestage_other_date datetime* Became an other lifecycle date
notes_last_contacted   datetime*    Last contacted
notes_last_updated     datetime*    Last activity date
num_contacted_notes    number*      Number of times contacted
num_notes              number*      Number of sales activities
hs_last_sales_activity_date datetime* Last sales activity date
hs_sales_email_last_opened datetime* Recent sales email opened date
hs_sales_email_last_clicked datetime* Recent sales email clicked date
hs_sales_email_last_replied datetime* Recent sales email replied date
engagements_last_meeting_booked datetime* Date of last meeting booked
"""


def stock_properties(kind: Kind) -> dict[str, Property]:
    """The properties of one object type in an untouched portal, by name; new values at each call."""
    own = _CONTACTS if kind.name == "contacts" else (SALES | OFFERS)[kind.name]
    text = _EVERYWHERE + (ENGAGEMENT if kind.engagement else "") + own
    found = [_read(line, kind) for line in text.splitlines() if line.strip()]
    more = {one.name: one for one in extra_properties(kind.name, kind.singular)}
    return more | {one.name: one for one in [*found, *_stage_stamps(kind)]}


def all_stock() -> dict[str, dict[str, Property]]:
    """The properties of every object type in an untouched portal."""
    return {name: stock_properties(kind) for name, kind in KINDS.items()}


def stage_stamps(kind: Kind, stage: str, label: str) -> list[Property]:
    """The two read-only dates that come with a stage: when a record came into it and when it left."""
    entered, left = stamp_names(kind.name, stage)
    return [
        _read(f'{entered} datetime* Date entered "{label}"', kind),
        _read(f'{left} datetime* Date exited "{label}"', kind),
    ]


def _stage_stamps(kind: Kind) -> list[Property]:
    if kind.name in {"contacts", "companies"}:
        stages = [(value, label) for value, _, label in (one.partition("=") for one in STAGES.split("|"))]
    else:
        pipelines = stock_pipelines().get(kind.name, {})
        stages = [(one.id, one.label) for pipeline in pipelines.values() for one in pipeline.in_order()]
    return [known for stage, label in stages for known in stage_stamps(kind, stage, label)]


_WIRED = {"owner": ("enumeration", "select"), "checks": ("enumeration", "checkbox"), "staged": ("enumeration", "radio")}


def _read(line: str, kind: Kind) -> Property:
    name, type_, rest = line.split(maxsplit=2)
    read_only, wire = type_.endswith("*"), type_.rstrip("*")
    label, options = _options(rest) if wire in {"enumeration", "checkboxes"} else (rest.strip(), [])
    wire, external = ("checks", False) if wire == "checkboxes" else (wire, wire in _WIRED)
    made, shown = _WIRED.get(wire) or (wire, FIELD_TYPES[wire][0])
    return Property(
        name=name,
        type=made,
        field_type=shown,
        label=label,
        group=f"{kind.singular}information",
        options=options,
        read_only=read_only,
        stock=True,
        unique=name == "email" and kind.name == "contacts",
        external_options=external,
        form_field=kind.name == "contacts" and not read_only,
        calculated=read_only and made in {"number", "bool"} and not name.startswith("hs_object_"),
        refers="OWNER" if wire == "owner" else "",
    )


def _options(rest: str) -> tuple[str, list[Option]]:
    """The label, and the options that follow it after two blanks (or as its last word)."""
    head, _, tail = rest.strip().partition("  ")
    label, words = (head, tail.strip()) if tail else rest.strip().rsplit(maxsplit=1)
    pairs = [part.partition("=") for part in words.split("|") if part]
    return label, [Option(value, named or value, order) for order, (value, _, named) in enumerate(pairs)]
