"""What became of a write: told by reading, never by hoping."""

import pytest

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.plans import Change, Receipt, ReceiptKind, RowState
from crmsync.model.records import Ref
from crmsync.model.streams import FoundTask
from crmsync.reconcile.confirm import after_receipt, already_made, is_stale, resolve_field, resolve_task

LEAD = Ref("salesforce", "Lead", "00Q1")
KEY = "cs1-abcdefghij0123456789-20261202"
YESTERDAY, OTHER = "cs1-abcdefghij0123456789-20261201", "cs1-zzzzzzzzzz0123456789-20261202"


def change(before="Inquiry", after="Working"):
    return Change(LEAD, "status", before, after, ChangeKind.STATUS, Because("status.follows"), "p1")


def task(key=KEY, *, open=True, deleted=False):  # noqa: A002 - the field's own name
    return FoundTask(Ref("salesforce", "Task", f"00T{key[-1]}"), key, open, deleted)


@pytest.mark.parametrize(
    "before, present, stale",
    [
        ("Inquiry", "Inquiry", False),
        ("Inquiry", "Working", True),
        ("Inquiry", None, True),
        (None, "Inquiry", True),
        (None, "", False),
        ("", None, False),
        (None, "  ", False),
        ("Inquiry", "inquiry", True),
    ],
)
def test_a_row_is_stale_where_the_value_moved(before, present, stale):
    assert is_stale(change(before), present) is stale


def test_a_value_that_became_what_we_wanted_is_stale_too_and_planned_anew():
    assert is_stale(change(), "Working")


RECEIPTS = [
    (ReceiptKind.OK, RowState.APPLIED),
    (ReceiptKind.DUPLICATE, RowState.APPLIED),
    (ReceiptKind.REFUSED, RowState.REJECTED),
    (ReceiptKind.RETRY, RowState.RETRYABLE),
    (ReceiptKind.UNKNOWN, RowState.IN_DOUBT),
]


@pytest.mark.parametrize("kind, state", RECEIPTS)
def test_the_vendors_answer_moves_the_row(kind, state):
    assert after_receipt(Receipt("op", kind)) is state


def test_every_answer_has_a_state():
    assert {kind for kind, _ in RECEIPTS} == set(ReceiptKind)


@pytest.mark.parametrize(
    "present, state",
    [
        ("Working", RowState.APPLIED),
        ("Inquiry", RowState.RETRYABLE),
        ("Closed - Not Converted", RowState.SUPERSEDED),
        (None, RowState.SUPERSEDED),
    ],
)
def test_a_value_in_doubt_is_ours_still_the_old_one_or_somebody_elses(present, state):
    assert resolve_field(change(), present) is state


@pytest.mark.parametrize("open_, deleted", [(True, False), (False, False), (False, True), (True, True)])
def test_a_task_in_doubt_that_is_found_was_made_whatever_became_of_it(open_, deleted):
    found = task(open=open_, deleted=deleted)
    assert resolve_task(KEY, [task(OTHER), found]) == (RowState.APPLIED, found)


@pytest.mark.parametrize("found", [[], [task(OTHER)], [task(YESTERDAY)]])
def test_a_task_in_doubt_that_is_not_found_is_made_again(found):
    assert resolve_task(KEY, found) == (RowState.RETRYABLE, None)


def test_keys_are_compared_as_the_crm_does_without_case():
    assert resolve_task(KEY, [task(KEY.upper())])[0] is RowState.APPLIED
    assert already_made(KEY, [task(KEY.upper())]) is not None


NEEDLESS = [
    ("an open task with this very key", task(), True),
    ("a closed one with this very key", task(open=False), True),
    ("a deleted one with this very key", task(open=False, deleted=True), True),
    ("an open one for the same promise", task(YESTERDAY), True),
    ("a closed one for the same promise on another day", task(YESTERDAY, open=False), False),
    ("a deleted one for the same promise on another day", task(YESTERDAY, deleted=True), False),
    ("one for another promise", task(OTHER), False),
]


@pytest.mark.parametrize("case, found, needless", NEEDLESS, ids=[row[0] for row in NEEDLESS])
def test_what_makes_another_task_needless(case, found, needless):
    assert (already_made(KEY, [found]) is found) is needless, case
