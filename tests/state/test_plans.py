"""Stored plans: one number per content, newer ones supersede, approvals are kept."""

import pytest

from crmsync.model.errors import UnknownThing
from crmsync.model.memory import IntentMove, Recording
from crmsync.model.plans import PlanState, RowState, VerdictKind
from tests.state.builders import (
    DIGEST,
    MINUTE,
    NOW,
    OTHER_DIGEST,
    change,
    contact,
    header,
    intent,
    lead,
    person_with,
    row,
    task_change,
)


@pytest.fixture(autouse=True)
def _somebody(store):
    person_with(store, lead(1), contact(1))


def plan(store, *rows, digest=DIGEST, at=NOW):
    cycle = store.start_cycle(at)
    store.record(Recording(cycle, at, header=header(cycle, digest, at), rows=rows))
    return cycle


def states(store, digest=DIGEST):
    return [one.state for one in store.plan_rows(digest)]


def test_a_plan_is_found_by_its_short_number_and_comes_back_as_stored(store):
    rows = [row(1, change(lead(1))), row(2, task_change()), row(3, change(contact(1), 5), VerdictKind.DROP)]
    cycle = plan(store, *rows)
    assert store.plan("7f3a-91") == header(cycle) == store.plan(DIGEST) == store.latest_plan()
    assert store.plan_rows(DIGEST) == rows
    assert [(digest, one.seq) for digest, one in store.waiting_rows()] == [(DIGEST, 1), (DIGEST, 2)]
    assert store.waiting_rows("nobody") == []


@pytest.mark.parametrize("name", ["", "7f3", "0000-00", "'; drop", "%", "7f3a-92", "zzzz-zz"])
def test_no_other_name_finds_it(store, name):
    plan(store, row(1, change(lead(1))))
    assert store.plan(name) is None


def test_a_newer_plan_supersedes_what_nobody_approved(store):
    plan(store, row(1, change(lead(1))))
    plan(store, row(1, change(contact(1))), digest=OTHER_DIGEST)
    assert store.plan(DIGEST).state is PlanState.SUPERSEDED
    assert states(store) == [RowState.SUPERSEDED]
    assert [digest for digest, _ in store.waiting_rows()] == [OTHER_DIGEST]
    with pytest.raises(UnknownThing, match="superseded"):
        store.approve(DIGEST, None, "ann", NOW)


def test_an_approved_row_outlives_a_newer_plan_unless_that_holds_it_again(store):
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    store.approve(DIGEST, [1, 2], "ann", NOW)
    plan(store, row(1, change(contact(1), "Other")), digest=OTHER_DIGEST)
    assert states(store) == [RowState.APPROVED, RowState.SUPERSEDED]
    assert store.plan(DIGEST).state is PlanState.OPEN


def test_the_same_plan_again_keeps_its_approvals_and_takes_the_new_verdicts(store):
    first = plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    store.approve(DIGEST, [1], "ann", NOW)
    plan(store, row(1, change(lead(1))), row(2, change(contact(1)), VerdictKind.ALLOW), at=NOW + MINUTE)
    one, two = store.plan_rows(DIGEST)
    assert (one.state, one.approved_by, two.verdict.kind) == (RowState.APPROVED, "ann", VerdictKind.ALLOW)
    assert store.plan(DIGEST).cycle == first


def test_an_approval_given_while_the_next_plan_was_made_is_not_lost(store):
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    store.approve(DIGEST, None, "ann", NOW)
    plan(store, row(1, change(lead(1))), row(2, change(contact(1), "Other")), digest=OTHER_DIGEST)
    same, other = store.plan_rows(OTHER_DIGEST)
    assert (same.state, same.approved_by) == (RowState.APPROVED, "ann")
    assert (other.state, other.approved_by) == (RowState.PLANNED, "")


def test_a_row_that_was_written_and_is_wanted_again_waits_again_under_the_same_number(store):
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    store.approve(DIGEST, [1], "ann", NOW)
    with store.lease() as lease:
        store.intend([intent("op1", change(lead(1)), lease.epoch)], 1)
        store.move_intents([IntentMove("op1", RowState.INTENT, RowState.APPLIED)], lease.epoch)
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    again = store.plan_rows(DIGEST)[0]
    assert (again.state, again.op_id, again.approved_by) == (RowState.PLANNED, "", "")
    assert [one.op_id for one in store.applied_writes()] == ["op1"]


def test_a_plan_that_comes_back_after_it_was_superseded_is_open_again(store):
    plan(store, row(1, change(lead(1))))
    plan(store, row(1, change(contact(1))), digest=OTHER_DIGEST)
    plan(store, row(1, change(lead(1))))
    assert store.plan(DIGEST).state is PlanState.OPEN
    assert states(store) == [RowState.PLANNED]
    assert store.latest_plan().digest == DIGEST


def test_approving_counts_only_what_was_held_and_never_what_was_dropped(store):
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))), row(3, task_change(), VerdictKind.DROP))
    assert store.approve(DIGEST, [1, 99], "ann", NOW) == 1
    assert store.approve(DIGEST, None, "ann", NOW) == 1
    assert store.approve(DIGEST, None, "ann", NOW) == 0
    assert states(store) == [RowState.APPROVED, RowState.APPROVED, RowState.PLANNED]
    with pytest.raises(UnknownThing):
        store.approve(OTHER_DIGEST, None, "ann", NOW)


def test_an_expired_plan_gives_up_what_nobody_approved(store):
    plan(store, row(1, change(lead(1))))
    assert store.expire_plans(NOW) == 0
    assert store.expire_plans(NOW + MINUTE) == 1
    assert (store.plan(DIGEST).state, states(store)) == (PlanState.EXPIRED, [RowState.SUPERSEDED])
    assert store.waiting_rows() == []


def test_a_plan_without_anything_left_to_wait_for_is_done(store):
    plan(store, row(1, change(lead(1))), row(2, change(contact(1))))
    store.move_rows(DIGEST, {1: (RowState.SUPERSEDED, "the record moved since")})
    assert store.plan(DIGEST).state is PlanState.OPEN
    store.move_rows(DIGEST, {2: (RowState.REJECTED, "refused")})
    assert store.plan(DIGEST).state is PlanState.DONE
    assert [one.detail for one in store.plan_rows(DIGEST)] == ["the record moved since", "refused"]


def test_a_plan_with_nothing_in_it_is_done_at_once_and_supersedes_the_older_one(store):
    plan(store, row(1, change(lead(1))))
    plan(store, digest=OTHER_DIGEST)
    assert store.plan(DIGEST).state is PlanState.SUPERSEDED
    assert store.plan(OTHER_DIGEST).state is PlanState.DONE


def test_the_log_tells_what_waits_and_then_what_was_written(store):
    plan(store, row(1, change(lead(1))), row(2, task_change()))
    held, task = store.log()
    assert (held.ref, held.before, held.after, held.state, held.plan) == (
        lead(1),
        "Open",
        "Working",
        "planned",
        "7f3a-91",
    )
    assert (task.task_key, task.verdict_code) == ("cs1-abc-20261116", "mode.ask")
    assert [one.kind for one in store.log(kind=task.kind)] == ["task"]
    assert list(store.log(person="nobody")) == []
    assert list(store.log(since=NOW + MINUTE)) == []
    store.approve(DIGEST, [1], "ann", NOW)
    with store.lease() as lease:
        store.intend([intent("op1", change(lead(1)), lease.epoch)], 1)
        store.move_intents([IntentMove("op1", RowState.INTENT, RowState.REJECTED, "no permission")], lease.epoch)
    written, waits = store.log()
    assert (written.state, written.by, written.words, written.op_id) == ("rejected", "ann", "no permission", "op1")
    assert waits.state is RowState.PLANNED
