"""Undone by people: what they put back to the value of before, within a week, per reason."""

from datetime import UTC, datetime, timedelta

import pytest

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.people import StatusObservation
from crmsync.model.plans import RowState, VerdictKind
from crmsync.model.records import Ref
from crmsync.rules.undone import RuleShare, undone

NINE = datetime(2026, 12, 2, 9, 0, 0, 400_000, tzinfo=UTC)
LEAD = Ref("salesforce", "Lead", "00Q5g0000000001EAA")
DAY = timedelta(days=1)


def wrote(before="Left Vmail", after="Working", code="status.call_outcome", at=NINE, **changes):
    values = {
        "at": at,
        "person": "p",
        "ref": LEAD,
        "kind": ChangeKind.STATUS,
        "field": "status",
        "before": before,
        "after": after,
        "because": Because(code),
        "state": RowState.APPLIED,
        "verdict": VerdictKind.ALLOW,
    }
    return LogRow(**{**values, **changes})


def saw(value, at, field="status", ref=LEAD):
    return StatusObservation(ref, field, at, value, "server stamp")


def count(rows, *seen):
    return len(undone(rows, seen).undone)


@pytest.mark.parametrize(
    "value,after,counted",
    [
        ("Left Vmail", timedelta(hours=1), 1),
        ("Left Vmail", 6 * DAY, 1),
        ("Left Vmail", 8 * DAY, 0),
        ("Return to Marketing", timedelta(hours=1), 0),
        ("Working", timedelta(hours=1), 0),
        ("Left Vmail", -timedelta(hours=1), 0),
    ],
)
def test_only_the_value_of_before_within_a_week_is_an_undo(value, after, counted):
    assert count([wrote()], saw(value, NINE + after)) == counted


def test_work_that_comes_first_is_no_undo_even_if_the_old_value_comes_back_later():
    moved_on = saw("Return to Marketing", NINE + DAY)
    assert count([wrote()], moved_on, saw("Left Vmail", NINE + 2 * DAY)) == 0


def test_a_stamp_of_the_same_second_is_after_the_write():
    assert count([wrote()], saw("Left Vmail", NINE.replace(microsecond=0))) == 1


def test_our_own_value_read_back_is_no_edit():
    owner = {"kind": ChangeKind.OWNER, "field": "owner", "before": "00Gq", "after": "005t"}
    read_back = saw("005t", NINE + timedelta(seconds=1), "owner")
    assert count([wrote(**owner)], read_back) == 0
    assert count([wrote(**owner)], read_back, saw("00Gq", NINE + DAY, "owner")) == 1


def test_emptying_a_field_that_was_empty_is_an_undo():
    assert count([wrote(before=None, after="NEW")], saw(None, NINE + DAY)) == 1


def test_another_record_or_field_does_not_count():
    other = Ref("salesforce", "Lead", "00Q5g0000000002EAA")
    assert count([wrote()], saw("Left Vmail", NINE + DAY, ref=other), saw("Left Vmail", NINE + DAY, "owner")) == 0


def test_the_command_counts_as_a_person_and_is_told_apart():
    back = wrote("Working", "Left Vmail", "undo.value", NINE + DAY)
    found = undone([wrote(), back], [])
    assert [(one.row.because.code, one.by_command) for one in found.undone] == [("status.call_outcome", True)]
    assert [one.code for one in found.shares] == ["status.call_outcome"]


def test_what_was_not_written_and_tasks_are_not_measured():
    rows = [wrote(state=RowState.REJECTED), wrote(kind=ChangeKind.TASK, field="task", before=None, after="cs1-a")]
    assert undone(rows, [saw("Left Vmail", NINE + DAY)]).shares == ()


def test_the_share_is_per_reason_and_the_most_disputed_comes_first():
    leads = [Ref("salesforce", "Lead", f"00Q5g00000000{n:02d}EAA") for n in range(10)]
    rows = [wrote(ref=one) for one in leads]
    rows += [wrote(ref=one, code="status.reason", at=NINE + DAY) for one in leads[:2]]
    seen = [saw("Left Vmail", NINE + 2 * DAY, ref=one) for one in leads[:1]]
    assert undone(rows, seen).shares == (RuleShare("status.reason", 2, 1), RuleShare("status.call_outcome", 10, 1))
