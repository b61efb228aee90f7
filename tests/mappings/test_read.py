from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.mappings.read import misread, read_activity, read_owner, read_person
from crmsync.model.activities import ActivityKind, Actor, Direction
from crmsync.model.people import OwnerKind
from crmsync.model.records import RawRecord, Ref
from tests.mappings.tables import STAMP, raw, shipped, stream

LEAD = "00Q000000000001EAA"
MADE = "2026-12-02T08:00:00.000+0000"
DONE = "2026-12-03T10:00:00.000+0000"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def task(**cells):
    spec, plan = stream("salesforce", "tasks")
    cells = {"created_at": MADE, "completed_at": DONE, "closed": True} | cells
    return read_activity(raw(spec, "00T000000000001AAA", **cells), spec, plan)


def call(**cells):
    spec, plan = stream("hubspot", "calls")
    parties = (Ref("hubspot", "contacts", "7"),)
    return read_activity(raw(spec, "99", parties=parties, **{"at": "1796202000000"} | cells), spec, plan)


def test_a_person_is_read_under_our_names():
    spec, _ = stream("salesforce", "leads")
    row = raw(spec, LEAD, status="Left Vmail", converted=False, employees=120, created_at=MADE, first_name="")
    lead = read_person(row, spec)
    assert lead.text("status") == "Left Vmail"
    assert lead.instant("created_at") == at(MADE)
    assert lead.number("employees") == 120
    assert lead.text("first_name") is None
    assert not lead.converted


def test_hubspot_text_is_typed_by_the_mapping():
    spec, _ = stream("hubspot", "contacts")
    contact = read_person(raw(spec, "7", opt_out="true", employees="50", created_at="2026-12-02T08:00:00.000Z"), spec)
    assert contact.flag("opt_out")
    assert contact.number("employees") == 50
    assert contact.instant("created_at") == at(MADE)


def test_an_unreadable_value_is_nothing_and_is_listed_without_its_content():
    spec, _ = stream("hubspot", "contacts")
    row = raw(spec, "7", employees="about fifty", email="anna@x.de")
    assert read_person(row, spec).number("employees") is None
    (problem,) = misread(row, spec)
    assert (problem.ref, problem.cause) == (row.ref, "unreadable employees")
    assert "fifty" not in problem.detail
    assert "numemployees" in problem.detail


def test_a_deleted_row_without_values_is_read():
    spec, _ = stream("salesforce", "leads")
    gone = read_person(RawRecord(Ref("salesforce", "Lead", LEAD), STAMP, deleted=True, values=()), spec)
    assert gone.deleted
    assert not gone.values


@pytest.mark.parametrize(
    "cells,kind",
    [
        ({"subtype": "Call"}, ActivityKind.CALL),
        ({"subtype": "Email"}, ActivityKind.EMAIL),
        ({"subtype": "Task"}, ActivityKind.TODO),
        ({"subtype": "Task", "call_type": "Outbound"}, ActivityKind.CALL),
        ({"call_type": "Inbound"}, ActivityKind.CALL),
        ({}, ActivityKind.TODO),
        ({"subtype": "Call", "key": "cs1-abc-20261202"}, ActivityKind.TODO),
        ({"subtype": "Call", "closed": False}, ActivityKind.TODO),
    ],
)
def test_a_call_is_a_call_and_a_plan_to_call_is_not(cells, kind):
    assert task(**cells).kind is kind


@pytest.mark.parametrize(
    "cells,happened",
    [
        ({}, at(DONE)),
        ({"completed_at": None}, at(MADE)),
        ({"completed_at": None, "created_at": None}, STAMP),
        ({"due": "2026-12-02"}, at(DONE)),
        ({"due": "2026-12-01"}, datetime(2026, 12, 1, 12, tzinfo=UTC)),
        ({"due": "2026-12-09"}, at(DONE)),
        ({"due": "2026-12-01", "created_at": None, "completed_at": DONE}, datetime(2026, 12, 1, 12, tzinfo=UTC)),
        ({"completed_at": "soon"}, at(MADE)),
    ],
    ids=["completed", "created", "stamp", "planned that day", "logged late", "due later", "no creation", "unreadable"],
)
def test_an_activity_counts_when_it_happened(cells, happened):
    assert task(subtype="Call", **cells).at == happened


def test_our_own_task_is_known_by_its_key():
    ours = task(key="cs1-abc-20261202", closed=False)
    assert (ours.task_key, ours.open, ours.kind) == ("cs1-abc-20261202", True, ActivityKind.TODO)
    assert not task(key="cs1-abc-20261202", closed=True).open


@pytest.mark.parametrize(
    "who,parties",
    [
        (LEAD, (Ref("salesforce", "Lead", LEAD),)),
        ("00Q000000000001", (Ref("salesforce", "Lead", LEAD),)),
        ("003000000000001AAA", (Ref("salesforce", "Contact", "003000000000001AAA"),)),
        ("005000000000001AAA", ()),
        ("garbage", ()),
        (None, ()),
    ],
)
def test_the_party_is_told_by_the_prefix_of_its_id(who, parties):
    assert task(who=who).parties == parties


def test_a_hubspot_call_keeps_its_associated_contacts_and_gets_its_outcome_in_words():
    seen = call(disposition="b2cf5968-551e-4856-9783-52b3da59a7d0", direction="INBOUND", owner="52", title="Hello")
    assert seen.parties == (Ref("hubspot", "contacts", "7"),)
    assert (seen.kind, seen.direction, seen.actor) == (ActivityKind.CALL, Direction.INBOUND, Actor.PERSON)
    assert (seen.disposition_raw, seen.owner, seen.label) == ("Left voicemail", "52", "Hello")
    assert seen.at == datetime(2026, 12, 2, 9, tzinfo=UTC)


def test_an_outcome_the_mapping_does_not_know_stays_as_it_is():
    assert call(disposition="11111111-2222-3333-4444-555555555555").disposition_raw.startswith("1111")


def test_machines_are_told_from_people():
    assert call(source="INTEGRATION").actor is Actor.INTEGRATION
    assert call(source="CRM_UI").actor is Actor.PERSON
    spec, plan = stream("hubspot", "emails")
    row = raw(spec, "5", at="1796202000000", direction="EMAIL", sequence="12")
    assert read_activity(row, spec, plan).actor is Actor.AUTOMATION


@pytest.mark.parametrize(
    "name,kind,cell,label",
    [("forms", ActivityKind.FORM, "form", "Get a quote"), ("page_views", ActivityKind.PAGE_VIEW, "url", "/pricing")],
)
def test_an_event_happens_at_its_stamp_and_comes_from_them(name, kind, cell, label):
    spec, plan = stream("hubspot", name)
    event = read_activity(raw(spec, "e1", **{cell: label}), spec, plan)
    assert (event.kind, event.at, event.label, event.direction) == (kind, STAMP, label, Direction.INBOUND)


REP = {"email": "K.Maier@Halden.example", "active": True}


@pytest.mark.parametrize(
    "system,record_id,cells,owner_kind,active,key",
    [
        ("salesforce", "005000000000001AAA", REP, "person", True, "k.maier@halden.example"),
        ("salesforce", "005000000000002AAA", {"email": "gone@x.de", "active": False}, "person", False, "gone@x.de"),
        ("salesforce", "00G000000000001AAA", {"name": "Inbound"}, "queue", True, None),
        ("hubspot", "52", {"email": "a@x.de", "active": "true", "type": "PERSON"}, "person", True, "a@x.de"),
        ("hubspot", "53", {"type": "QUEUE", "active": True}, "queue", True, None),
    ],
)
def test_owners_are_people_or_queues_and_active_or_gone(system, record_id, cells, owner_kind, active, key):
    spec, plan = stream(system, "users" if system == "salesforce" else "owners")
    owner = read_owner(raw(spec, record_id, **cells), spec, plan)
    assert (owner.kind, owner.active, owner.key) == (OwnerKind(owner_kind), active, key)


def test_a_machine_user_is_flagged_and_a_nameless_one_shows_its_address():
    spec, plan = stream("salesforce", "users")
    owner = read_owner(raw(spec, "005000000000001AAA", email="bot@x.de", user_type="AutomatedProcess"), spec, plan)
    assert owner.integration
    assert owner.name == "bot@x.de"


def test_a_deleted_owner_is_not_active():
    spec, plan = stream("hubspot", "owners")
    assert not read_owner(raw(spec, "52", deleted=True, active=True), spec, plan).active


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())
STREAMS = [(system, name) for system in ("salesforce", "hubspot") for name in shipped(system).streams]


@given(data=st.data(), where=st.sampled_from(STREAMS), deleted=st.booleans())
def test_reading_never_raises_whatever_a_row_holds(data, where, deleted):
    spec, plan = stream(*where)
    size = data.draw(st.integers(0, len(spec.pulled) + 1))
    values = tuple(data.draw(SCALARS) for _ in range(size))
    row = RawRecord(Ref(spec.system, spec.object, "x"), STAMP, deleted, values)
    read_person(row, spec)
    misread(row, spec)
    read_owner(row, spec, plan)
    if plan.activity:
        assert read_activity(row, spec, plan).at.tzinfo is UTC
