"""The difference, and the number by which people approve it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.decisions import Because, ChangeKind, Desired, TaskDraft
from crmsync.model.plans import Change, PlanHeader
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reconcile.plan import Conformed, changes_of, digest, in_order, same, task_change
from tests.rules.agreed import days, utc

NOW = utc("2026-12-02 09:00")
LEAD = Ref("salesforce", "Lead", "00Q1")
WHY = Because("status.follows", {"interest": "41.2"})


def desired(value, ref=LEAD, field="status", kind=ChangeKind.STATUS):
    return Conformed(Desired(ref, field, value, kind, WHY), value)


def changes(wanted, values, ref=LEAD):
    records = {ref: Snapshot(ref, RecordKind.LEAD, NOW, values=values)}
    return changes_of("p1", records, wanted, "uk")


def change(number=1, **more):
    known = {
        "ref": Ref("salesforce", "Lead", f"00Q{number}"),
        "field": "status",
        "before": "Inquiry",
        "after": "Working",
        "kind": ChangeKind.STATUS,
        "because": WHY,
        "person": "p1",
    }
    return Change(**(known | more))


def draft(key):
    return TaskDraft(key, LEAD, "t.baker@halden.example", "Call Zoé", "because", "20261202", WHY)


def test_a_value_that_differs_is_a_change_with_what_stands_there_now():
    [one] = changes([desired("Working")], {"status": "Inquiry"})
    assert (one.ref, one.field, one.before, one.after, one.person, one.team) == (
        LEAD,
        "status",
        "Inquiry",
        "Working",
        "p1",
        "uk",
    )


@pytest.mark.parametrize("value", ["Working", 3, True])
def test_a_value_that_is_there_already_is_no_change(value):
    assert changes([desired(value)], {"status": value}) == []


@pytest.mark.parametrize("blank", ["", "   ", None])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_blank_equals_nothing(blank, nothing):
    assert same(blank, nothing)
    assert changes([desired(nothing)], {"status": blank}) == []


def test_a_field_that_is_not_there_counts_as_blank():
    [one] = changes([desired("Working")], {})
    assert one.before is None


def test_a_record_that_is_not_there_is_not_changed():
    assert changes([desired("Working", ref=Ref("salesforce", "Lead", "gone"))], {"status": "Inquiry"}) == []


def test_a_task_is_a_change_from_nothing_to_its_key():
    one = task_change("p1", draft("cs1-abc-20261202"), "salesforce", "Task", "uk")
    assert (one.ref, one.before, one.after, one.task_key, one.kind) == (
        Ref("salesforce", "Task", ""),
        None,
        "cs1-abc-20261202",
        "cs1-abc-20261202",
        ChangeKind.TASK,
    )


IDENTITY = [
    {"ref": Ref("hubspot", "contacts", "1")},
    {"field": "owner"},
    {"before": "Raw"},
    {"after": "Raw"},
    {"because": Because("status.bought")},
    {"draft": draft("cs1-abc-20261202")},
]


@pytest.mark.parametrize("other", IDENTITY, ids=lambda one: next(iter(one)))
def test_the_number_changes_with_record_field_values_reason_and_task_key(other):
    assert digest([change(**other)]) != digest([change()])


NOT_IDENTITY = [
    {"because": Because("status.follows", {"interest": "41.3", "at": "2026-12-02"})},
    {"person": "p2"},
    {"team": "dach"},
]


@pytest.mark.parametrize("other", NOT_IDENTITY, ids=lambda one: next(iter(one)))
def test_the_number_does_not_change_with_evidence_decimals_person_or_team(other):
    assert digest([change(**other)]) == digest([change()])


def test_the_text_and_day_of_a_task_do_not_change_its_number():
    later = replace(draft("cs1-abc-20261202"), text="two hours later", due_day="20261203")
    assert digest([change(draft=later)]) == digest([change(draft=draft("cs1-abc-20261202"))])


def test_a_value_cannot_be_mistaken_for_another_by_what_stands_beside_it():
    one = [change(before="a,b", after="c")]
    other = [change(before="a", after="b,c")]
    assert digest(one) != digest(other)
    assert digest([change(before=None)]) != digest([change(before="null")])
    assert digest([change(after=1)]) != digest([change(after="1")])


CHANGES = [
    change(number, before=before, field=field)
    for number in (1, 2)
    for before in (None, "Inquiry", "é")
    for field in ("status", "score")
]


@given(st.permutations(CHANGES))
def test_the_order_of_the_changes_plays_no_part(shuffled):
    assert digest(shuffled) == digest(CHANGES)
    order = [(one.ref, one.field) for one in in_order(shuffled)]
    assert order == sorted(order)


@given(
    st.sets(st.sampled_from(range(len(CHANGES))), max_size=4), st.sets(st.sampled_from(range(len(CHANGES))), max_size=4)
)
def test_different_work_has_different_numbers_and_equal_work_one(one, other):
    first, second = (
        digest([CHANGES[at] for at in sorted(one)]),
        digest([CHANGES[at] for at in sorted(other, reverse=True)]),
    )
    assert (first == second) == (one == other)


def test_when_the_plan_was_made_plays_no_part_and_people_read_a_short_number():
    number = digest([change()])
    early, late = (PlanHeader(number, 1, at, {"status": 1}) for at in (NOW, NOW + days(1)))
    assert early.number == late.number == f"{number[:4]}-{number[4:6]}"
