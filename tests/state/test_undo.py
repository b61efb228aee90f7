"""Plans that undo a cycle stand beside the others; what was taken back is remembered until it is released."""

import dataclasses

import pytest

from crmsync.model.decisions import Because, Decision
from crmsync.model.memory import RESTORED, IntentMove, Recording
from crmsync.model.people import Restored
from crmsync.model.plans import PlanState, RowState
from tests.state.builders import (
    DIGEST,
    NOW,
    OTHER_DIGEST,
    SPECS,
    change,
    contact,
    header,
    intent,
    lead,
    person_with,
    read,
    row,
)

UNDO = "aa3b59" + "0" * 58


@pytest.fixture(autouse=True)
def _somebody(store):
    person_with(store, lead(1), contact(1), status="Working")


def plan(store, *rows, digest=DIGEST, undoes=None):
    cycle = store.start_cycle(NOW)
    head = dataclasses.replace(header(cycle, digest), undoes=undoes)
    store.record(Recording(cycle, NOW, header=head, rows=rows))
    return cycle


def back(ref, value="Left Vmail"):
    because = Because("undo.value", {"cycle": "12", "wrote": "status.call_outcome"})
    return dataclasses.replace(change(ref, value), before="Working", because=because, restores=True)


def taken_back(store, ref, value="Left Vmail"):
    """Plan, approve and write one undo."""
    what = back(ref, value)
    cycle = plan(store, row(1, what), digest=UNDO, undoes=12)
    store.approve(UNDO, None, "Uma", NOW)
    with store.lease() as lease:
        store.intend([intent("op", what, lease.epoch, digest=UNDO)], cycle)
        store.move_intents([IntentMove("op", RowState.INTENT, RowState.SENT)], lease.epoch)
        store.confirm([IntentMove("op", RowState.SENT, RowState.APPLIED)], (), lease.epoch)
    return cycle


def restored(store):
    [observed] = store.observe(["p1"], SPECS, read)
    return observed.restored


def test_an_undo_and_a_plan_do_not_take_each_others_place(store):
    plan(store, row(1, change(lead(1))))
    plan(store, row(1, back(contact(1))), digest=UNDO, undoes=12)
    assert store.latest_plan().digest == DIGEST
    assert (store.plan(DIGEST).state, store.plan(UNDO).state) == (PlanState.OPEN, PlanState.OPEN)
    assert ([one for one, _ in store.waiting_rows()], [one for one, _ in store.undo_rows()]) == ([DIGEST], [UNDO])
    plan(store, row(1, change(lead(1), "Other")), digest=OTHER_DIGEST)
    assert (store.plan(DIGEST).state, store.plan(UNDO).state) == (PlanState.SUPERSEDED, PlanState.OPEN)
    assert store.plan(UNDO).undoes == 12


def test_a_newer_undo_of_the_same_cycle_takes_the_place_of_an_older_one_and_of_no_other(store):
    plan(store, row(1, back(lead(1))), digest=UNDO, undoes=12)
    plan(store, row(1, back(contact(1))), digest=OTHER_DIGEST, undoes=13)
    assert store.plan(UNDO).state is PlanState.OPEN
    plan(store, row(1, back(contact(1))), digest=DIGEST, undoes=12)
    assert store.plan(UNDO).state is PlanState.SUPERSEDED
    assert store.plan(OTHER_DIGEST).state is PlanState.OPEN


def test_an_approval_of_an_undo_is_not_an_approval_of_the_same_change_in_a_plan(store):
    plan(store, row(1, back(lead(1))), digest=UNDO, undoes=12)
    store.approve(UNDO, None, "Uma", NOW)
    plan(store, row(1, back(lead(1))))
    assert [one.state for one in store.plan_rows(DIGEST)] == [RowState.PLANNED]


def test_a_value_that_was_taken_back_is_seen_and_remembered_with_who_and_which_cycle(store):
    taken_back(store, lead(1))
    assert store.seen([lead(1)])[lead(1), "status"] == "Left Vmail"
    assert restored(store) == {(lead(1), "status"): Restored("Left Vmail", NOW, "Uma", 12)}
    [aside] = store.set_aside_open("p1")
    assert (aside.cause, aside.needs_person, aside.value) == (RESTORED, False, "Left Vmail")


def test_an_ordinary_write_is_remembered_as_nothing_of_that_kind(store):
    what = change(lead(1))
    cycle = plan(store, row(1, what))
    with store.lease() as lease:
        store.intend([intent("op", what, lease.epoch)], cycle)
        store.confirm([IntentMove("op", RowState.INTENT, RowState.APPLIED)], (), lease.epoch)
    assert restored(store) == {}


def test_a_decision_releases_what_no_longer_shows_it_and_deciding_alone_does_not(store):
    taken_back(store, lead(1))
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[Decision("p1", NOW, None)]))
    assert set(restored(store)) == {(lead(1), "status")}
    released = Decision("p1", NOW, None, released=frozenset({(lead(1), "status")}))
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[released]))
    assert (restored(store), store.set_aside_open()) == ({}, [])


def test_what_a_cycle_wrote_is_found_by_its_number(store):
    cycle = taken_back(store, lead(1))
    [wrote] = store.written_rows(cycle)
    assert (wrote.ref, wrote.before, wrote.after, wrote.cycle, wrote.by) == (
        lead(1),
        "Working",
        "Left Vmail",
        cycle,
        "Uma",
    )
    assert store.written_rows(cycle + 1) == []


def test_equal_plans_that_come_again_are_counted(store):
    taken_back(store, lead(1))
    assert (store.times_sent(UNDO), store.times_sent(DIGEST)) == ({1: 1}, {})


def test_replayed_inputs_know_what_was_taken_back(store):
    taken_back(store, lead(1))
    [observed] = store.observe(["p1"], SPECS, read)
    decided = Decision("p1", NOW, None)
    cycle = store.start_cycle(NOW)
    rows = [row(1, change(contact(1)))]
    store.record(Recording(cycle, NOW, decisions=[decided], inputs={"p1": observed}, header=header(cycle), rows=rows))
    assert store.last_decision("p1").inputs.restored == observed.restored
