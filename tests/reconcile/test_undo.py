"""Taking back: the write turned round where the record still says it, a reason where it cannot be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.plans import RowState, VerdictKind
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reconcile.undo import UndoFacts, later_writes, undo

NINE = datetime(2026, 12, 2, 9, tzinfo=UTC)
LEAD, TASK = Ref("salesforce", "Lead", "00Q1"), Ref("salesforce", "Task", "00T1")
WROTE = LogRow(
    at=NINE,
    person="p",
    ref=LEAD,
    kind=ChangeKind.STATUS,
    field="status",
    before="Left Vmail",
    after="Working",
    because=Because("status.call_outcome"),
    state=RowState.APPLIED,
    verdict=VerdictKind.ALLOW,
    team="uk",
    cycle=12,
)
MADE = replace(
    WROTE,
    ref=TASK,
    kind=ChangeKind.TASK,
    field="task",
    before=None,
    after="cs1-a-20261201",
    because=Because("task.overdue"),
)


def record(ref=LEAD, kind=RecordKind.LEAD, deleted=False, **values):
    return Snapshot(ref, kind, NINE, deleted, {"status": "Working", **values})


def known(*records, later=None, writable=((LEAD, "status"), (TASK, "closed"))):
    return UndoFacts({one.ref: one for one in records}, later or {}, frozenset(writable))


def task(**values):
    return Snapshot(TASK, RecordKind.ACTIVITY, NINE, values={"closed": False, **values})


def test_a_value_goes_back_to_what_it_was_and_is_left_alone_then():
    [change] = undo([WROTE], known(record())).changes
    assert (change.ref, change.field, change.before, change.after) == (LEAD, "status", "Working", "Left Vmail")
    assert (change.kind, change.person, change.team, change.restores) == (ChangeKind.STATUS, "p", "uk", True)
    assert change.because == Because("undo.value", {"cycle": "12", "wrote": "status.call_outcome"})


def test_a_field_that_was_empty_is_emptied_again():
    [change] = undo([replace(WROTE, before=None)], known(record())).changes
    assert change.after is None


@pytest.mark.parametrize("code", ["undo.value", "undo.again"])
def test_taking_back_an_undo_gives_the_field_back(code):
    [change] = undo([replace(WROTE, because=Because(code))], known(record())).changes
    assert (change.because.code, change.restores) == ("undo.again", False)


def test_a_task_is_closed_and_nothing_else_of_it_is_touched():
    [change] = undo([MADE], known(task())).changes
    assert (change.ref, change.field, change.before, change.after) == (TASK, "closed", False, True)
    assert (change.because.code, change.restores, change.draft) == ("undo.task", False, None)


@pytest.mark.parametrize(
    "row,facts,code",
    [
        (WROTE, known(), "undo.gone"),
        (WROTE, known(record(deleted=True)), "undo.gone"),
        (WROTE, known(record(converted=True)), "undo.converted"),
        (WROTE, known(record(status="Return to Marketing")), "undo.changed_since"),
        (WROTE, known(record(status=None)), "undo.changed_since"),
        (WROTE, known(record(), later={(LEAD, "status"): 14}), "undo.written_again"),
        (WROTE, known(record(), writable=()), "undo.not_writable"),
        (MADE, known(task(closed=True)), "undo.task_closed"),
        (MADE, known(task(), writable=[(LEAD, "status")]), "undo.not_writable"),
        (replace(MADE, because=Because("undo.task")), known(task(closed=True)), "undo.task_stays_closed"),
    ],
)
def test_what_cannot_be_taken_back_says_why(row, facts, code):
    answer = undo([row], facts)
    assert (answer.changes, [one.because.code for one in answer.skipped]) == ((), [code])


def test_every_write_is_either_taken_back_or_told():
    rows = [WROTE, MADE, replace(WROTE, ref=Ref("salesforce", "Lead", "00Q2"))]
    answer = undo(rows, known(record(), task()))
    assert len(answer.changes) + len(answer.skipped) == len(rows)


def test_the_newest_later_cycle_of_the_same_field_counts_and_no_earlier_one():
    other = replace(WROTE, ref=Ref("salesforce", "Lead", "00Q2"), cycle=20)
    itself = replace(WROTE, ref=Ref("salesforce", "Lead", "00Q3"))
    rows = [*(replace(WROTE, cycle=cycle) for cycle in (11, 12, 13, 15, 14)), other, itself]
    assert later_writes(rows, 12) == {(LEAD, "status"): 15, (other.ref, "status"): 20}
