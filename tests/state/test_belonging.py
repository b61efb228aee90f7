"""Lists, deals, histories and bursts: kept once, given back with the people they concern."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.belonging import Deal, HistoryEntry, ListKind, Membership, PeopleList
from crmsync.model.matching import Matched
from crmsync.model.memory import Staging
from crmsync.model.people import Owner, OwnerKind
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.model.streams import Cursor, FieldSpec, Page, StreamSpec
from crmsync.state.activities import pair_twins
from crmsync.state.bursts import _most, _stretches
from tests.state.builders import MINUTE, NOW, SPECS, contact, lead, person_with, raw, read, settle
from tests.state.builders import staging as page_of

LIST, OTHER = Ref("hubspot", "lists", "44"), Ref("salesforce", "Campaign", "701")
IMPORT, DEAL = Ref("hubspot", "imports", "9"), Ref("salesforce", "Opportunity", "006")


def page(kind=RecordKind.LIST, **told) -> Staging:
    """One page of something that is no record of a person."""
    stream = StreamSpec("hubspot", kind.value, kind.value, kind, ())
    return Staging(Page(stream, (), Cursor("hubspot", kind.value, stream.digest, NOW)), **told)


def names(ref=LIST, name="Names", **more) -> PeopleList:
    return PeopleList(ref, ListKind.LIST, name, **more)


def member(number=1, of=LIST, who=None, **more) -> Membership:
    return Membership(Ref("hubspot", "memberships", f"{of.id}-{number}"), of, (who or lead(1),), **more)


def deal(**more) -> Deal:
    return Deal(DEAL, "Renewal", "Proposal", **({"open": True} | more))


def of(store, person="p1", **more):
    [found] = store.observe([person], SPECS, read, **more)
    return found


def due(store):
    return [(one.person, one.cause) for one in store.dirty(NOW)]


# Lists ----------------------------------------------------------------------------------------------------------------


def test_a_person_is_in_the_lists_of_their_records_whatever_comes_first(store):
    store.stage(page(members=(member(at=NOW),)))
    person_with(store, lead(1))
    assert of(store).lists == ()
    assert store.stage(page(lists=(names(type="MANUAL"),))) == 1
    assert due(store) == [("p1", "lists and deals")]
    [listed] = of(store).lists
    assert (listed.of.name, listed.of.type, listed.record, listed.at) == ("Names", "MANUAL", lead(1), NOW)


def test_the_same_page_again_is_no_news(store):
    person_with(store, lead(1))
    both = page(lists=(names(),), members=(member(),))
    assert store.stage(both) == 2
    settle(store)
    assert store.stage(both) == 0
    assert due(store) == []


def test_a_list_that_is_renamed_concerns_everybody_in_it(store):
    person_with(store, lead(1), person="p1")
    person_with(store, lead(2), person="p2")
    store.stage(page(lists=(names(),), members=(member(1), member(2, who=lead(2)))))
    settle(store)
    store.stage(page(lists=(names(name="LIST-2026-03-12"),)))
    assert {person for person, _ in due(store)} == {"p1", "p2"}


def test_who_left_a_list_is_not_in_it_any_more(store):
    person_with(store, lead(1))
    store.stage(page(lists=(names(),), members=(member(),)))
    settle(store)
    store.stage(page(members=(Membership(member().ref, Ref("", "", ""), (), deleted=True),)))
    assert due(store) == [("p1", "lists and deals")]
    assert of(store).lists == ()


def test_a_deleted_list_names_nobody(store):
    person_with(store, lead(1))
    store.stage(page(lists=(names(),), members=(member(),)))
    store.stage(page(lists=(names(deleted=True),)))
    assert of(store).lists == ()


def test_whoever_is_in_the_list_an_import_filled_came_with_the_import(store):
    person_with(store, lead(1))
    store.stage(page(lists=(names(),), members=(member(),)))
    settle(store)
    store.stage(page(lists=(PeopleList(IMPORT, ListKind.IMPORT, "BUY.csv", source="CRM_UI", filled=LIST),)))
    assert due(store) == [("p1", "lists and deals")]
    assert sorted((one.of.kind.value, one.of.name) for one in of(store).lists) == [
        ("import", "BUY.csv"),
        ("list", "Names"),
    ]


# Deals ----------------------------------------------------------------------------------------------------------------


def test_a_deal_belongs_to_whom_a_role_or_the_deal_itself_names(store):
    person_with(store, lead(1), person="p1")
    person_with(store, contact(2), person="p2")
    store.stage(page(deals=(replace(deal(), parties=(contact(2),)),)))
    store.stage(page(members=(member(7, DEAL),)))
    assert {person for person, _ in due(store)} == {"p1", "p2"}
    assert [one.name for person in ("p1", "p2") for one in of(store, person).deals] == ["Renewal", "Renewal"]


def test_a_deal_that_closes_is_news_to_its_people(store):
    person_with(store, lead(1))
    store.stage(page(deals=(deal(),), members=(member(7, DEAL),)))
    settle(store)
    assert store.stage(page(deals=(deal(open=False, won=True),))) == 1
    assert due(store) == [("p1", "lists and deals")]
    assert [(one.open, one.won) for one in of(store).deals] == [(False, True)]


def test_a_deal_is_told_once_however_many_roles_there_are(store):
    person_with(store, lead(1), contact(1))
    store.stage(page(deals=(deal(),), members=(member(7, DEAL), member(8, DEAL, contact(1)))))
    assert len(of(store).deals) == 1


# History --------------------------------------------------------------------------------------------------------------


def entry(number, value, minute, *, field="Status", **more) -> HistoryEntry:
    ref = Ref("salesforce", "LeadHistory", f"017{number}")
    return HistoryEntry(ref, lead(1), field, NOW - minute * MINUTE, None, value, **more)


def test_history_is_told_in_our_names_oldest_first_and_is_no_reason_to_decide(store):
    person_with(store, lead(1))
    newer, older = entry(2, "Working", 5, by="005"), entry(1, "Inquiry", 9)
    store.stage(page(history=(newer, older, entry(3, "x", 1, field="Rating"))))
    assert due(store) == []
    told = of(store).history
    assert [(one.field, one.value, one.trust, one.by) for one in told] == [
        ("status", "Inquiry", "history", ""),
        ("status", "Working", "history", "005"),
    ]


def test_what_a_machine_s_user_did_was_an_integration(store):
    person_with(store, lead(1))
    store.stage(page(owners=(Owner("salesforce", "005SYNC", "Sync", integration=True),)))
    store.stage(page(history=(entry(1, "Working", 5, by="005SYNC"), entry(2, "Open", 4, by="005TOM"))))
    assert [one.actor for one in of(store).history] == ["integration", "person"]


# Owners ---------------------------------------------------------------------------------------------------------------


def test_absences_and_teams_are_kept(store):
    away = Owner("hubspot", "1", "Tom", away=True, away_until=NOW + timedelta(days=3), teams=("North",))
    store.stage(page(owners=(away,)))
    assert store.directory().owners["hubspot", "1"] == away
    assert store.stage(page(owners=(away,))) == 0


def test_when_somebody_is_back_whoever_lies_in_a_queue_is_looked_at_again(store):
    queue = Owner("salesforce", "005", "Inbound", kind=OwnerKind.QUEUE)
    tom = Owner("salesforce", "005TOM", "Tom", away=True)
    person_with(store, lead(1))
    store.stage(page(owners=(queue, tom)))
    settle(store)
    store.stage(page(owners=(replace(tom, name="Tom B."),)))
    assert due(store) == []
    store.stage(page(owners=(replace(tom, away=False),)))
    assert due(store) == [("p1", "somebody is back")]


# Activities known by address, copies ----------------------------------------------------------------------------------


def opened(number=1, address="zoe@x.example") -> Activity:
    who = (Ref("hubspot", "email", address),)
    return Activity(
        Ref("hubspot", "email_events", str(number)), ActivityKind.EMAIL_OPEN, NOW, Direction.INBOUND, parties=who
    )


def with_address(store, ref, address="zoe@x.example", person="p1"):
    store.stage(page_of(SPECS[ref.system, ref.object], raw(ref, "Open"), keys={ref: [("email", address)]}))
    store.save_links(Matched({person: (ref,)}))
    settle(store)


@pytest.mark.parametrize("ref", [lead(1), contact(1)])
def test_an_activity_known_by_address_reaches_whoever_has_it(store, ref):
    with_address(store, ref)
    store.stage(page(activities=(opened(), opened(2, "other@x.example"))))
    assert due(store) == [("p1", "activity")]
    assert [one.ref.id for one in of(store).activities] == ["1"]


def test_an_address_may_come_after_the_activity(store):
    store.stage(page(activities=(opened(),)))
    with_address(store, lead(1))
    assert [one.ref.id for one in of(store).activities] == ["1"]


def act(system, object_name, kind, seconds=0, **more) -> Activity:
    at = NOW + timedelta(seconds=seconds)
    return Activity(Ref(system, object_name, f"{seconds}"), kind, at, parties=(lead(1),), **more)


COPIES = [
    ("a call", ("Task", "calls"), ActivityKind.CALL),
    ("a meeting", ("Event", "meetings"), ActivityKind.MEETING),
    ("a mail", ("Task", "emails"), ActivityKind.EMAIL),
]


@pytest.mark.parametrize("objects, kind", [row[1:] for row in COPIES], ids=[row[0] for row in COPIES])
def test_of_an_activity_and_its_copy_the_person_s_counts(objects, kind):
    ours, theirs = objects
    rep, copy = act("salesforce", ours, kind), act("hubspot", theirs, kind, 60, actor=Actor.INTEGRATION)
    assert pair_twins([rep, copy]) == {copy.ref: rep.ref}
    rep, copy = act("hubspot", theirs, kind), act("salesforce", ours, kind, 60, actor=Actor.INTEGRATION)
    assert pair_twins([rep, copy]) == {copy.ref: rep.ref}
    assert pair_twins([rep, replace(copy, at=NOW + timedelta(seconds=121))]) == {}


def test_a_form_told_by_two_streams_of_one_portal_is_one():
    event, sent = act("hubspot", "events", ActivityKind.FORM), act("hubspot", "form_submissions", ActivityKind.FORM, 1)
    assert pair_twins([event, sent]) == {sent.ref: event.ref}
    again = act("hubspot", "events", ActivityKind.FORM, 30)
    assert pair_twins([event, again]) == {}


def test_what_the_sync_s_user_logged_is_its_copy_even_where_a_rep_owns_it(store):
    person_with(store, lead(1))
    store.stage(page(owners=(Owner("salesforce", "005SYNC", "Sync", integration=True),)))
    copy = act("salesforce", "Task", ActivityKind.CALL, owner="005TOM", made_by="005SYNC")
    rep = act("hubspot", "calls", ActivityKind.CALL, 5, owner="77")
    store.stage(page(activities=(copy, rep)))
    [counted] = of(store).activities
    assert (counted.ref, counted.actor) == (rep.ref, Actor.PERSON)


# Bursts ---------------------------------------------------------------------------------------------------------------

MAKERS = ("status", "created_by", "created_at")


def made_by(store, number, maker, minute):
    stream = StreamSpec("salesforce", "lead", "Lead", RecordKind.LEAD, tuple(FieldSpec(one, one) for one in MAKERS))
    row = raw(lead(number))
    values = {"status": "Open", "created_by": maker, "created_at": NOW + minute * MINUTE}
    known = Snapshot(row.ref, RecordKind.LEAD, NOW, values=values)
    record = replace(row, values=("Open", maker, None))
    one = Staging(Page(stream, (record,), Cursor("salesforce", "lead", stream.digest, NOW)), snapshots=(known,))
    store.stage(one)
    store.save_links(Matched({f"p{number}": (lead(number),)}))


def test_records_made_together_are_counted_around_each(store):
    for number, (maker, minute) in enumerate([("A", 0), ("A", 4), ("A", 9), ("A", 40), ("B", 4), (None, 4)], start=1):
        made_by(store, number, maker, minute)
    counted = [of(store, f"p{number}", burst=10 * MINUTE).burst.get(lead(number)) for number in range(1, 7)]
    assert counted == [3, 3, 3, 1, 1, None]
    assert of(store, "p1").burst == {}


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40), st.integers(1, 30))
def test_the_fullest_stretch_is_the_one_counted(minutes, length):
    times = sorted(NOW + minute * MINUTE for minute in minutes)
    within = length * MINUTE
    for at in times:
        stretches = [
            [one for one in times if first <= one <= first + within] for first in times if first <= at <= first + within
        ]
        assert _most(times, at, within) == max(len(one) for one in stretches)
    spans = list(_stretches(times, within))
    assert all(any(low <= at <= high for low, high in spans) for at in times)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
