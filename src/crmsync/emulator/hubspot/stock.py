"""The properties of a portal nobody has changed yet, as far as they matter here (facts/hubspot.md sections 7 and 8)."""

from __future__ import annotations

from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property

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
hs_createdate             datetime*    Object create date/time
hs_lastmodifieddate       datetime*    Object last modified date/time
hubspot_owner_id          owner        Contact owner
hubspot_owner_assigneddate datetime*   Owner assigned date
hubspot_team_id           string*      HubSpot team
hs_all_owner_ids          string*      All owner IDs
"""

_LEAD_STATUS = (
    "NEW=New|OPEN=Open|IN_PROGRESS=In progress|OPEN_DEAL=Open deal|UNQUALIFIED=Unqualified|"
    "ATTEMPTED_TO_CONTACT=Attempted to contact|CONNECTED=Connected|BAD_TIMING=Bad timing"
)
_STAGES = (
    "subscriber=Subscriber|lead=Lead|marketingqualifiedlead=Marketing Qualified Lead|"
    "salesqualifiedlead=Sales Qualified Lead|opportunity=Opportunity|"
    "customer=Customer|evangelist=Evangelist|other=Other"
)
_SOURCES = (
    "DIRECT_TRAFFIC|EMAIL_MARKETING|OFFLINE|ORGANIC_SEARCH|OTHER_CAMPAIGNS|PAID_SEARCH|PAID_SOCIAL|REFERRALS|"
    "SOCIAL_MEDIA"
)
_EMPLOYEES = "1-5|5-25|25-50|50-100|100-500|500-1000|1000+"
_DISPOSITIONS = (
    "9d9162e7-6cf3-4944-bf63-4dff82258764=Busy|f240bbac-87c9-4f6e-bf70-924b57d47db7=Connected|"
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff=Left live message|b2cf5968-551e-4856-9783-52b3da59a7d0=Left voicemail|"
    "73a0d17f-1163-4015-bdd5-ec830791da20=No answer|17b47fee-58de-441e-a44c-c6300d46f273=Wrong number"
)
_CALL_STATUS = "BUSY|CALLING_CRM_USER|CANCELED|COMPLETED|CONNECTING|FAILED|IN_PROGRESS|NO_ANSWER|QUEUED|RINGING"

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
hs_lead_status         enumeration  Lead Status  {_LEAD_STATUS}
lifecyclestage         enumeration  Lifecycle Stage  {_STAGES}
createdate             datetime*    Create Date
lastmodifieddate       datetime*    Last Modified Date
hs_additional_emails   checks*      Additional email addresses
hs_all_contact_vids    checks*      Merged vids with timestamps of a contact
hs_calculated_merged_vids checks*   Calculated merged vids
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
hs_analytics_source    enumeration* Original source  {_SOURCES}
hs_analytics_source_data_1 string*  Original source drill-down 1
hs_analytics_source_data_2 string*  Original source drill-down 2
hs_analytics_num_page_views number* Number of pageviews
hs_analytics_num_visits number*     Number of sessions
hs_analytics_num_event_completions number* Number of event completions
hs_analytics_first_timestamp datetime* Time first seen
hs_analytics_last_timestamp datetime* Time last seen
hs_analytics_last_visit_timestamp datetime* Time of last session
hs_analytics_last_url  string*      Last page seen
hs_latest_source       enumeration* Latest source  {_SOURCES}
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

_ENGAGEMENT = """
hs_timestamp           datetime     Activity date
hs_activity_type       string       Activity type
hs_body_preview        string*      Body preview
hs_created_by          number*      Created by
"""

_OWN = {
    "contacts": _CONTACTS,
    "companies": (
        "name string Name\ndomain string Company domain\nindustry string Industry\ncreatedate datetime* Create date"
    ),
    "deals": (
        "dealname string Deal name\namount number Amount\nclosedate datetime Close date\npipeline string Pipeline\n"
        "dealstage string Deal stage\ncreatedate datetime* Create date"
    ),
    "leads": (
        "hs_lead_name string Lead name\nhs_pipeline string Pipeline\nhs_pipeline_stage string Stage\n"
        "hs_lead_label enumeration Label HOT|WARM|COLD\ncreatedate datetime* Create date"
    ),
    "calls": f"""
hs_call_title          string       Call title
hs_call_body           string       Call notes
hs_call_direction      enumeration  Call direction  INBOUND|OUTBOUND
hs_call_disposition    enumeration  Call outcome  {_DISPOSITIONS}
hs_call_duration       number       Call duration
hs_call_from_number    string       From number
hs_call_to_number      string       To number
hs_call_recording_url  string       Recording URL
hs_call_status         enumeration  Call status  {_CALL_STATUS}
hs_call_source         string       Call source
""",
    "emails": """
hs_email_subject       string       Email subject
hs_email_text          string       Email body
hs_email_html          string       Email HTML
hs_email_headers       string       Email headers
hs_email_direction     enumeration  Email direction  EMAIL|INCOMING_EMAIL|FORWARDED_EMAIL
hs_email_status        enumeration  Email send status  BOUNCED|FAILED|SCHEDULED|SENDING|SENT
hs_sequence_id         number*      Sequence ID
""",
    "meetings": """
hs_meeting_title       string       Meeting name
hs_meeting_body        string       Meeting description
hs_meeting_start_time  datetime     Meeting start time
hs_meeting_end_time    datetime     Meeting end time
hs_meeting_outcome     enumeration  Meeting outcome  SCHEDULED|COMPLETED|RESCHEDULED|NO_SHOW|CANCELED
""",
    "notes": "hs_note_body string Note body",
    "tasks": """
hs_task_subject        string       Task title
hs_task_body           string       Task notes
hs_task_status         enumeration  Task status  NOT_STARTED|IN_PROGRESS|WAITING|DEFERRED|COMPLETED
hs_task_priority       enumeration  Priority  NONE|LOW|MEDIUM|HIGH
hs_task_type           enumeration  Task type  TODO|CALL|EMAIL
hs_task_reminders      string       Reminders
hs_task_completion_date datetime*   Completed at
hs_task_is_completed   number*      Is completed
hs_task_is_overdue     bool*        Is overdue
""",
    "communications": (
        "hs_communication_channel_type enumeration Channel type SMS|WHATS_APP|LINKEDIN_MESSAGE\n"
        "hs_communication_logged_from enumeration Logged from CRM\nhs_communication_body string Body"
    ),
}


def stock_properties(kind: Kind) -> dict[str, Property]:
    """The properties of one object type in an untouched portal, by name; new values at each call."""
    text = _EVERYWHERE + (_ENGAGEMENT if kind.engagement else "") + _OWN[kind.name]
    found = [_read(line, kind) for line in text.splitlines() if line.strip()]
    return {one.name: one for one in found}


def all_stock() -> dict[str, dict[str, Property]]:
    """The properties of every object type in an untouched portal."""
    return {name: stock_properties(kind) for name, kind in KINDS.items()}


def _read(line: str, kind: Kind) -> Property:
    name, type_, rest = line.split(maxsplit=2)
    read_only, wire = type_.endswith("*"), type_.rstrip("*")
    label, options = _options(rest) if wire == "enumeration" else (rest.strip(), [])
    return Property(
        name=name,
        type="enumeration" if wire in {"owner", "checks"} else wire,
        field_type={"owner": "select", "checks": "checkbox"}.get(wire) or FIELD_TYPES[wire][0],
        label=label,
        group=f"{kind.singular}information",
        options=options,
        read_only=read_only,
        stock=True,
        unique=name == "email" and kind.name == "contacts",
        external_options=wire in {"owner", "checks"},
        form_field=kind.name == "contacts" and not read_only,
    )


def _options(rest: str) -> tuple[str, list[Option]]:
    """The label, and the options that follow it after two blanks (or as its last word)."""
    head, _, tail = rest.strip().partition("  ")
    label, words = (head, tail.strip()) if tail else rest.strip().rsplit(maxsplit=1)
    pairs = [part.partition("=") for part in words.split("|") if part]
    return label, [Option(value, named or value, order) for order, (value, _, named) in enumerate(pairs)]
