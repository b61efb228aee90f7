"""Meetings, mail events, lists, deals and history: what each row of the shipped streams becomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crmsync.mappings.belonging import NOWHERE, read_deal, read_history, read_list, read_member
from crmsync.mappings.compile import compile_mapping, compile_stream
from crmsync.mappings.read import read_activity, read_owner
from crmsync.model.activities import ActivityKind, Actor, Direction
from crmsync.model.belonging import ListKind
from crmsync.model.errors import SettingsProblem
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import VendorField, VendorObject
from tests.mappings.tables import STAMP, raw, shipped, stream

TEN = "2026-12-02T10:00:00.000Z"
CAMPAIGN = "701000000000001AAA"
LEAD, BODY, USER = "00Q000000000001EAA", "003000000000001AAA", "005000000000001AAA"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def act(system, name, record_id="1", **cells):
    spec, plan = stream(system, name)
    return read_activity(raw(spec, record_id, **cells), spec, plan)


# Meetings -------------------------------------------------------------------------------------------------------------


def test_an_event_of_salesforce_is_a_meeting_at_its_start_with_the_person_invited():
    met = act("salesforce", "meetings", "00U1", start=TEN, who=LEAD, owner=USER, subject="Demo", made_by="005BOT")
    assert (met.kind, met.at, met.label, met.owner) == (ActivityKind.MEETING, at(TEN), "Demo", USER)
    assert met.parties == (Ref("salesforce", "Lead", LEAD),)
    assert (met.made_by, met.deleted) == ("005BOT", False)


def test_the_copy_of_an_event_for_another_guest_does_not_count():
    assert act("salesforce", "meetings", "00U2", start=TEN, who=LEAD, owner=USER, copy=True).deleted


@pytest.mark.parametrize(
    "outcome, kind",
    [
        ("COMPLETED", ActivityKind.MEETING),
        ("SCHEDULED", ActivityKind.MEETING),
        (None, ActivityKind.MEETING),
        ("CANCELED", ActivityKind.TODO),
        ("RESCHEDULED", ActivityKind.TODO),
        ("NO_SHOW", ActivityKind.TODO),
    ],
)
def test_a_meeting_that_did_not_take_place_is_none(outcome, kind):
    met = act("hubspot", "meetings", at="2026-12-01T10:00:00Z", start=TEN, outcome=outcome, owner="77")
    assert (met.kind, met.at) == (kind, at(TEN))


@pytest.mark.parametrize("source, actor", [("SALESFORCE", Actor.INTEGRATION), ("CRM_UI", Actor.PERSON)])
def test_what_the_native_sync_copied_is_the_work_of_an_integration(source, actor):
    assert act("hubspot", "meetings", at=TEN, source=source).actor is actor
    assert act("hubspot", "emails", at=TEN, source=source).actor is actor
    assert act("hubspot", "calls", at=TEN, source=source).actor is actor


@pytest.mark.parametrize("subtype", ["ListEmail", "Cadence"])
def test_a_mail_to_many_is_no_person_s(subtype):
    sent = act("salesforce", "tasks", "00T1", subtype=subtype, closed=True, created_at=TEN, who=LEAD)
    assert (sent.kind, sent.actor) == (ActivityKind.EMAIL, Actor.AUTOMATION)


# Mail events ----------------------------------------------------------------------------------------------------------

SENT = "2026-12-02T09:00:00.000Z"
BOTS = [
    ("a person an hour later", {"created": "2026-12-02T10:00:00Z"}, Actor.PERSON),
    ("six seconds after the sending", {"created": "2026-12-02T09:00:06Z"}, Actor.PERSON),
    ("five seconds after the sending", {"created": "2026-12-02T09:00:05Z"}, Actor.BOT),
    ("in the second of the sending", {"created": "2026-12-02T09:00:00Z"}, Actor.BOT),
    ("before the sending: a clock that is off", {"created": "2026-12-02T08:59:59Z"}, Actor.PERSON),
    ("filtered by HubSpot", {"created": TEN, "filtered": True}, Actor.BOT),
    ("filtered by HubSpot, as text", {"created": TEN, "filtered": "true"}, Actor.BOT),
    ("not filtered", {"created": TEN, "filtered": "false"}, Actor.PERSON),
    ("a scanner", {"created": TEN, "agent": "Mozilla/5.0 (compatible; BarracudaCentral 1.0)"}, Actor.BOT),
    ("a crawler", {"created": TEN, "agent": "SomeCrawler/2"}, Actor.BOT),
    ("a browser", {"created": TEN, "agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"}, Actor.PERSON),
    ("nothing told", {"created": TEN, "sent_at": None}, Actor.PERSON),
]


@pytest.mark.parametrize("name", ["email_opens", "email_clicks"])
@pytest.mark.parametrize("cells, actor", [row[1:] for row in BOTS], ids=[row[0] for row in BOTS])
def test_what_a_scanner_opens_or_clicks_no_person_did(name, cells, actor):
    told = {"recipient": "Zoe@Brook.example", "sent_at": SENT, **cells}
    told["at"] = told.pop("created")
    done = act("hubspot", name, **told)
    assert done.actor is actor
    assert done.kind is (ActivityKind.EMAIL_OPEN if name == "email_opens" else ActivityKind.EMAIL_CLICK)
    assert done.direction is Direction.INBOUND


def test_a_mail_event_is_about_whoever_has_the_address():
    done = act("hubspot", "email_opens", at=TEN, recipient=" Zoe@Brook.example ")
    assert done.parties == (Ref("hubspot", "email", "zoe@brook.example"),)
    assert act("hubspot", "email_opens", at=TEN, recipient="nobody").parties == ()


def test_a_form_somebody_submitted_is_theirs_by_its_address():
    form = act("hubspot", "form_submissions", at=TEN, form="Book a demo", email="zoe@brook.example")
    assert (form.kind, form.label, form.at) == (ActivityKind.FORM, "Book a demo", at(TEN))
    assert form.parties == (Ref("hubspot", "email", "zoe@brook.example"),)


# Lists, imports, members ----------------------------------------------------------------------------------------------


def row_of(reader, crm, which, record_id, *, deleted=False, **cells):
    spec, plan = stream(crm, which)
    return reader(raw(spec, record_id, deleted=deleted, **cells), spec, plan)


def test_campaigns_lists_and_imports_are_lists_of_people():
    campaign = row_of(read_list, "salesforce", "campaigns", "701", name="Fair", type="Purchased List", made_at=TEN)
    assert (campaign.kind, campaign.name, campaign.type) == (ListKind.CAMPAIGN, "Fair", "Purchased List")
    assert campaign.made_at == at(TEN)
    bought = row_of(read_list, "hubspot", "imports", "9", name="LIST-1", source="CRM_UI", list="44")
    assert (bought.kind, bought.source, bought.filled) == (ListKind.IMPORT, "CRM_UI", Ref("hubspot", "lists", "44"))
    assert row_of(read_list, "hubspot", "lists", "44", name="Names").kind is ListKind.LIST


def test_a_member_ties_a_record_to_a_list():
    spec, _ = stream("salesforce", "campaign_members")
    assert spec.optional
    one = row_of(
        read_member, "salesforce", "campaign_members", "00v1", campaign="701000000000001AAA", lead=LEAD, at=TEN
    )
    assert one.of == Ref("salesforce", "Campaign", "701000000000001AAA")
    assert one.parties == (Ref("salesforce", "Lead", LEAD),)
    both = row_of(read_member, "hubspot", "memberships", "44-7", list="44", contact="7", at=TEN)
    assert (both.of, both.parties) == (Ref("hubspot", "lists", "44"), (Ref("hubspot", "contacts", "7"),))
    assert both.at == at(TEN)


def test_a_member_that_names_no_list_is_none_and_a_gone_one_is_known_by_its_id():
    assert row_of(read_member, "hubspot", "memberships", "44-7", contact="7") is None
    gone = row_of(read_member, "hubspot", "memberships", "44-7", deleted=True)
    assert (gone.of, gone.parties, gone.deleted) == (NOWHERE, (), True)


# Deals ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "closed, won, expected",
    [
        (False, False, (True, False)),
        (True, True, (False, True)),
        (True, False, (False, False)),
        (None, None, (None, False)),
    ],
)
def test_a_deal_is_open_won_or_lost_or_nobody_says(closed, won, expected):
    for system, name in (("salesforce", "opportunities"), ("hubspot", "deals")):
        deal = row_of(read_deal, system, name, "1", name="Renewal", stage="Proposal", closed=closed, won=won)
        assert (deal.open, deal.won) == expected
        assert (deal.name, deal.stage) == ("Renewal", "Proposal")


def test_a_contact_role_ties_a_contact_to_an_opportunity():
    role = row_of(read_member, "salesforce", "contact_roles", "00K1", opportunity="006000000000001AAA", contact=BODY)
    assert role.of == Ref("salesforce", "Opportunity", "006000000000001AAA")
    assert role.parties == (Ref("salesforce", "Contact", BODY),)


# History --------------------------------------------------------------------------------------------------------------


def test_lead_history_says_of_which_record_field_and_value_when_and_by_whom():
    entry = row_of(
        read_history,
        "salesforce",
        "lead_history",
        "017",
        record=LEAD,
        field="Status",
        before="A",
        after="B",
        at=TEN,
        by=USER,
    )
    assert (entry.record, entry.field) == (Ref("salesforce", "Lead", LEAD), "Status")
    assert (entry.before, entry.after, entry.at, entry.by) == ("A", "B", at(TEN), USER)
    assert entry.actor is Actor.PERSON


def test_the_history_s_word_for_the_owner_is_the_record_s():
    entry = row_of(read_history, "salesforce", "lead_history", "017", record=LEAD, field="Owner", after=USER, at=TEN)
    assert entry.field == "OwnerId"


@pytest.mark.parametrize(
    "source, actor",
    [
        ("CRM_UI", Actor.PERSON),
        ("SALESFORCE", Actor.INTEGRATION),
        ("INTEGRATION", Actor.AUTOMATION),
        ("AUTOMATION_PLATFORM", Actor.AUTOMATION),
        ("IMPORT", Actor.AUTOMATION),
    ],
)
def test_the_source_of_a_change_in_hubspot_tells_who_is_behind_it(source, actor):
    told = {"record": "7", "field": "hs_lead_status", "after": "NEW", "at": TEN, "source": source}
    entry = row_of(read_history, "hubspot", "contacts_history", "7-x", **told)
    assert entry.actor is actor
    assert entry.by == source


def test_of_a_field_that_is_not_tracked_nothing_is_remembered():
    told = {"record": LEAD, "field": "Rating", "after": "Hot", "at": TEN}
    assert row_of(read_history, "salesforce", "lead_history", "017", **told) is None


def test_an_entry_that_names_no_record_or_field_tells_nothing():
    assert row_of(read_history, "salesforce", "lead_history", "017", field="Status", after="B", at=TEN) is None
    assert row_of(read_history, "salesforce", "lead_history", "017", record=LEAD, after="B", at=TEN) is None
    assert row_of(read_history, "salesforce", "lead_history", "017", record="no id", field="Status", at=TEN) is None


# Owners ---------------------------------------------------------------------------------------------------------------

MACHINES = """
system: hubspot
streams:
  owners:
    object: owners
    kind: owner
    fields:
      email:      {field: email}
      away:       {field: away, type: flag}
      away_until: {field: back, type: day}
      team:       {field: teams}
    owner: {integration_users: [Sync@Halden.example, "99"]}
"""


def owner(record_id="1", **cells):
    mapping = compile_mapping(MACHINES, "m.yaml")
    plan = mapping.streams["owners"]
    fields = {one.vendor: VendorField(one.vendor, "string") for one in plan.fields}
    spec = compile_stream(mapping, plan, VendorObject("hubspot", "owners", fields))
    return read_owner(raw(spec, record_id, **cells), spec, plan)


def test_a_user_that_machines_log_in_as_is_named_by_e_mail_or_id():
    assert owner(email="sync@halden.example").integration
    assert owner("99").integration
    assert not owner(email="t.baker@halden.example").integration


def test_an_absence_lasts_until_the_end_of_its_last_day():
    tom = owner(away=True, away_until="2026-12-04")
    last = datetime(2026, 12, 4, 23, 59, tzinfo=UTC)
    assert tom.is_away(last)
    assert not tom.is_away(last + timedelta(minutes=1))
    assert owner(away=True).is_away(last)
    assert not owner(away=False).is_away(last)
    assert not replace(tom, away_until=last).is_away(last)


def test_teams_are_read_one_by_one():
    assert owner(team="North; South ;").teams == ("North", "South")


# The file -------------------------------------------------------------------------------------------------------------


def test_a_stream_that_does_not_say_how_it_is_read_is_refused():
    text = MACHINES.replace("kind: owner", "kind: deal").partition("    owner:")[0]
    with pytest.raises(SettingsProblem) as caught:
        compile_mapping(text, "m.yaml")
    assert "does not say how a row is read" in str(caught.value.problems[0])


def test_an_id_that_ties_things_together_must_say_whose_it_is():
    text = """
system: hubspot
streams:
  members:
    object: memberships
    kind: member
    fields: {list: {field: listId}, who: {field: recordId, names: hubspot/contacts}}
    member: {of: list, who: [who]}
"""
    with pytest.raises(SettingsProblem) as caught:
        compile_mapping(text, "m.yaml")
    assert [str(one) for one in caught.value.problems] == [
        "m.yaml:7:28: list holds an id, but of which kind of record? Add names: system/object."
    ]


def test_an_optional_stream_without_a_required_field_is_left_out():
    mapping = shipped("salesforce")
    plan = mapping.streams["lead_history"]
    assert compile_stream(mapping, plan, VendorObject("salesforce", "LeadHistory", {})) is None
    assert compile_stream(mapping, plan, None) is None


def test_a_deleted_row_without_values_is_read():
    spec, plan = stream("salesforce", "opportunities")
    gone = read_deal(RawRecord(Ref("salesforce", "Opportunity", "006"), STAMP, deleted=True, values=()), spec, plan)
    assert (gone.deleted, gone.open) == (True, None)
