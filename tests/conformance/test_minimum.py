"""As few calls as there can be (facts/performance.md G5): counted at the CRM, page by page and batch by batch."""

from math import ceil

import pytest

from crmsync.model.plans import ReceiptKind

AN_HOUR = 3600
PAGE = {"salesforce": 2000, "hubspot": 100}
SOME = {"salesforce": 2001, "hubspot": 201}
BATCH = {"salesforce": 200, "hubspot": 100}
IDS = {"salesforce": 200, "hubspot": 100}
CHANGED = {"salesforce": 2, "hubspot": 1}
"""Salesforce is asked beside the rows what open transactions still hold back (facts/salesforce.md 4.1)."""
FREE = ("oauth2/token", "/oauth/")
"""Logins are not counted by either vendor."""


@pytest.fixture
def full(vendor):
    """One more record than fits into the last full page; pages are as long as the CRM makes them."""
    vendor.heal()
    vendor.put(*range(1, SOME[vendor.system] + 1))
    vendor.calls()
    return vendor


def spent(side, work):
    """What a piece of work gave, and the calls it took by route."""
    before = side.calls()
    done = work()
    made = side.calls() - before
    return done, {route: n for route, n in made.items() if not any(one in route for one in FREE)}


def test_a_first_load_takes_a_call_per_page_a_quiet_pass_one_and_a_change_no_more(full):
    side, size = full, SOME[full.system]
    (records, cursor), calls = spent(side, side.pull)
    assert len(records) == size
    assert sum(calls.values()) <= ceil(size / PAGE[side.system]) + 1, calls
    side.advance(60)
    (_, cursor), calls = spent(side, lambda: side.pull(cursor))
    side.advance(1200)
    (nothing, cursor), calls = spent(side, lambda: side.pull(cursor))
    assert nothing == []
    assert sum(calls.values()) == 1, calls
    side.edit(3, side.words[1])
    side.advance(60)
    (moved, _), calls = spent(side, lambda: side.pull(cursor))
    assert [one.ref for one in moved] == [side.ref_of(3)]
    assert sum(calls.values()) == CHANGED[side.system], calls


@pytest.mark.parametrize("rows", [1, "a batch", "one more"])
def test_writes_and_reads_by_id_take_a_call_per_batch(full, rows):
    side = full
    number = {1: 1, "a batch": BATCH[side.system], "one more": BATCH[side.system] + 1}[rows]
    refs = [side.ref_of(one) for one in range(1, number + 1)]
    given = [side.row(ref, side.words[1], ref.id) for ref in refs]
    receipts, calls = spent(side, lambda: side.crm.update(side.object, given))
    assert {one.kind for one in receipts} == {ReceiptKind.OK}
    assert sum(calls.values()) == ceil(number / BATCH[side.system]), calls
    found, calls = spent(side, lambda: side.crm.fetch(side.people, refs))
    assert len(found) == number
    assert sum(calls.values()) == ceil(number / IDS[side.system]), calls


def test_the_list_of_what_moved_takes_a_page_and_the_whole_list_no_more_than_the_load(full):
    side = full
    since = side.now()
    named, calls = spent(side, lambda: list(side.crm.census(side.people, since)))
    assert named == []
    assert sum(calls.values()) <= 2, calls
    named, calls = spent(side, lambda: list(side.crm.census(side.people, None)))
    assert len(named) == SOME[side.system]
    assert sum(calls.values()) <= ceil(len(named) / PAGE[side.system]) + 1, calls
    _, calls = spent(side, lambda: side.crm.count(side.people))
    assert sum(calls.values()) == 1
