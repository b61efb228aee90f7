"""Pending writes: down before they leave, one step at a time, by one holder only, confirmed by reading."""

from datetime import timedelta

import pytest

from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import InvariantBroken, StoreHeld
from crmsync.model.memory import IntentMove, Recording, Reread
from crmsync.model.plans import PlanState, RowState
from crmsync.model.records import Ref
from crmsync.state.outbox import STEPS
from tests.state.builders import (
    CONTACTS,
    DIGEST,
    LEADS,
    MINUTE,
    NOW,
    SPECS,
    change,
    contact,
    header,
    intent,
    lead,
    person_with,
    raw,
    read,
    row,
    staging,
    task_change,
)

TASK = Ref("salesforce", "Task", "00T5g00000AAAAAEAF")


@pytest.fixture
def lease(store):
    person_with(store, lead(1), contact(1))
    cycle = store.start_cycle(NOW)
    rows = [row(1, change(lead(1))), row(2, task_change()), row(3, change(contact(1)))]
    store.record(Recording(cycle, NOW, header=header(cycle), rows=rows))
    with store.lease() as taken:
        yield taken


def intend(store, lease, what=None, op_id="op1", seq=1):
    store.intend([intent(op_id, what or change(lead(1)), lease.epoch, seq)], 1)


def move(store, lease, before, after, op_id="op1", **more):
    store.move_intents([IntentMove(op_id, before, after, **more)], lease.epoch)


def reread(*records, stream=LEADS):
    return Reread(stream, records, [read(one, stream) for one in records])


def test_a_write_is_down_with_all_it_needs_before_it_leaves(store, lease):
    wanted = intent("op1", change(lead(1)), lease.epoch)
    store.intend([wanted], 1)
    assert store.intents([RowState.INTENT]) == [wanted]
    planned = store.plan_rows(DIGEST)[0]
    assert (planned.state, planned.op_id) == (RowState.INTENT, "op1")


ALL = [state for state in RowState if state not in (RowState.PLANNED, RowState.APPROVED)]


@pytest.mark.parametrize("before", ALL)
def test_only_the_steps_of_the_design_exist(before):
    after = {
        RowState.INTENT: {"sent", "in_doubt", "applied", "rejected", "retryable", "superseded"},
        RowState.SENT: {"applied", "rejected", "in_doubt", "retryable"},
        RowState.IN_DOUBT: {"applied", "retryable", "superseded", "dead"},
        RowState.RETRYABLE: {"intent", "superseded", "dead"},
    }
    assert {state.value for state in STEPS.get(before, ())} == after.get(before, set())


@pytest.mark.parametrize("after", [RowState.INTENT, RowState.PLANNED, RowState.DEAD])
def test_a_step_that_does_not_exist_is_a_bug(store, lease, after):
    intend(store, lease)
    with pytest.raises(InvariantBroken):
        move(store, lease, RowState.INTENT, after)


def test_a_finished_write_never_moves_again(store, lease):
    intend(store, lease)
    move(store, lease, RowState.INTENT, RowState.SENT)
    move(store, lease, RowState.SENT, RowState.APPLIED)
    with pytest.raises(InvariantBroken, match="applied"):
        move(store, lease, RowState.SENT, RowState.APPLIED)
    with pytest.raises(InvariantBroken, match="unknown"):
        move(store, lease, RowState.SENT, RowState.APPLIED, op_id="nobody")


def test_the_steps_of_a_batch_happen_together_or_not_at_all(store, lease):
    intend(store, lease)
    steps = [IntentMove("op1", RowState.INTENT, RowState.SENT), IntentMove("op2", RowState.INTENT, RowState.SENT)]
    with pytest.raises(InvariantBroken):
        store.move_intents(steps, lease.epoch)
    assert [one.op_id for one in store.intents([RowState.INTENT])] == ["op1"]


def test_a_holder_that_was_replaced_can_neither_add_nor_move_writes(store, lease):
    intend(store, lease)
    lease.release()
    with store.lease() as newer:
        store.adopt_intents(newer.epoch)
        for act in (
            lambda: move(store, lease, RowState.IN_DOUBT, RowState.APPLIED),
            lambda: intend(store, lease, change(contact(1)), "op2", 3),
            lambda: store.adopt_intents(lease.epoch),
        ):
            with pytest.raises(StoreHeld):
                act()
        move(store, newer, RowState.IN_DOUBT, RowState.APPLIED)


def test_after_a_crash_every_write_without_an_answer_is_in_doubt(store, lease):
    intend(store, lease)
    intend(store, lease, task_change(), "op2", 2)
    intend(store, lease, change(contact(1)), "op3", 3)
    move(store, lease, RowState.INTENT, RowState.SENT, op_id="op2")
    move(store, lease, RowState.INTENT, RowState.APPLIED, op_id="op3")
    lease.release()
    with store.lease() as newer:
        adopted = store.adopt_intents(newer.epoch)
        assert [(one.op_id, one.state, one.epoch) for one in adopted] == [
            ("op1", RowState.IN_DOUBT, newer.epoch),
            ("op2", RowState.IN_DOUBT, newer.epoch),
        ]
        assert [one.state for one in store.plan_rows(DIGEST)] == ["in_doubt", "in_doubt", "applied"]
        assert store.adopt_intents(newer.epoch) == adopted


def test_one_task_key_has_one_open_write(store, lease):
    intend(store, lease, task_change(), "op1", 2)
    with pytest.raises(InvariantBroken):
        intend(store, lease, task_change(), "op2", 2)
    intend(store, lease, task_change("cs1-other-20261116"), "op3", 2)
    move(store, lease, RowState.INTENT, RowState.REJECTED)
    intend(store, lease, task_change(), "op2", 2)


def test_a_retry_keeps_its_op_id_counts_up_and_waits_for_its_time(store, lease):
    intend(store, lease)
    move(store, lease, RowState.INTENT, RowState.RETRYABLE, words="row lock", not_before=NOW + MINUTE)
    (waits,) = store.intents([RowState.RETRYABLE])
    assert (waits.not_before, waits.words, waits.attempt) == (NOW + MINUTE, "row lock", 1)
    move(store, lease, RowState.RETRYABLE, RowState.INTENT)
    assert [one.attempt for one in store.intents([RowState.INTENT])] == [2]


def test_a_confirmed_write_is_seen_and_its_echo_dirties_nobody(store, lease):
    intend(store, lease)
    move(store, lease, RowState.INTENT, RowState.SENT)
    back = raw(lead(1), "Working", "005", at=NOW + MINUTE)
    store.confirm([IntentMove("op1", RowState.SENT, RowState.APPLIED)], [reread(back)], lease.epoch)
    assert store.seen([lead(1)]) == {(lead(1), "status"): "Working"}
    assert store.raw_records([lead(1)], SPECS)[lead(1)] == back
    assert store.dirty(NOW + timedelta(days=1)) == []
    assert store.match_candidates() == []
    assert store.stage(staging(LEADS, back)) == 0
    assert store.dirty(NOW + timedelta(days=1)) == []


def test_an_edit_by_somebody_else_next_to_ours_is_decided_on(store, lease):
    intend(store, lease)
    move(store, lease, RowState.INTENT, RowState.SENT)
    back = raw(lead(1), "Working", "006", at=NOW + MINUTE)
    store.confirm([IntentMove("op1", RowState.SENT, RowState.APPLIED)], [reread(back)], lease.epoch)
    assert [(one.person, one.cause) for one in store.dirty(NOW)] == [("p1", "record changed")]
    assert [one.ref for one in store.match_candidates()] == [contact(1), lead(1)]


def test_somebody_elses_value_in_our_field_is_no_confirmation(store, lease):
    intend(store, lease)
    move(store, lease, RowState.INTENT, RowState.IN_DOUBT)
    back = raw(lead(1), "Called back", "005", at=NOW + MINUTE)
    store.confirm([IntentMove("op1", RowState.IN_DOUBT, RowState.SUPERSEDED)], [reread(back)], lease.epoch)
    assert store.seen([lead(1)]) == {}
    assert [one.person for one in store.dirty(NOW)] == ["p1"]


def test_nothing_and_an_empty_text_are_the_same_value_back(store, lease):
    person_with(store, contact(2), person="p2")
    blank = raw(contact(2), "Open", "005", "", at=NOW + MINUTE)
    store.confirm([], [reread(blank, stream=CONTACTS)], lease.epoch)
    assert store.dirty(NOW) == []


def test_applied_writes_join_with_the_audit_of_the_crm(store, lease):
    intend(store, lease)
    intend(store, lease, task_change(), "op2", 2)
    intend(store, lease, change(contact(1)), "op3", 3)
    for op_id in ("op1", "op2", "op3"):
        move(store, lease, RowState.INTENT, RowState.SENT, op_id=op_id)
    move(store, lease, RowState.SENT, RowState.APPLIED)
    move(store, lease, RowState.SENT, RowState.APPLIED, op_id="op2", ref=TASK)
    move(store, lease, RowState.SENT, RowState.REJECTED, op_id="op3")
    assert {(one.ref, one.vendor_field, one.before, one.after) for one in store.applied_writes()} == {
        (lead(1), "Status", "Open", "Working"),
        (TASK, "Status", None, "cs1-abc-20261116"),
    }
    assert store.written(1) == {ChangeKind.STATUS: 1, ChangeKind.TASK: 1}
    assert store.written(2) == {}
    assert store.recent_writes(NOW) == {(lead(1), "status", "Working"): 1}
    assert store.recent_writes(NOW + MINUTE) == {}
    assert store.seen([task_change().ref, TASK]) == {}
    assert store.tasks_since(NOW) == {"tom@example.com": 1}
    assert store.tasks_since(NOW + MINUTE) == {}
    assert store.plan(DIGEST).state is PlanState.DONE
