"""A way in that ends is renewed without a word, once for all who meet its end; one that never works is given up."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from crmsync.model.errors import AccessLost, CrmsyncError
from crmsync.model.plans import ReceiptKind
from tests.connectors.doubles import Notes

PEOPLE = range(1, 4)
AN_HOUR = 3600


def journey(side, crm) -> list[object]:
    """One of everything a cycle asks of a connector, and what came of it."""
    before = [record for page in crm.pull(side.people, None) for record in page.records]
    refs = [one.ref for one in before]
    written = crm.update(side.object, [side.row(ref, side.words[1], f"op{ref.id}") for ref in refs])
    after = crm.fetch(side.people, refs)
    return [
        [(one.ref, one.values) for one in before],
        [(one.op_id, one.kind) for one in written],
        [(one.ref, one.values) for one in after],
        sorted(one.ref for one in crm.census(side.people, None)),
        crm.count(side.people),
        crm.org().org_id,
        sorted(crm.describe(side.object).fields)[:5],
    ]


def travelled(side, **fault) -> tuple[list[object], Notes]:
    side.clean()
    side.put(*PEOPLE)
    side.advance(AN_HOUR)
    notes = Notes()
    crm = side.passing(notes)
    if fault:
        side.fault(**fault)
    told = journey(side, crm)
    crm.close()
    return told, notes


def test_a_token_that_ends_at_any_call_is_renewed_once_and_nobody_notices(vendor):
    told, notes = travelled(vendor)
    calls = sum("oauth" not in str(one) for one in notes.calls())
    assert notes.named("crm.login") == 1
    assert calls >= 8
    for number in range(calls):
        again, renewed = travelled(vendor, kind="expire_token", after=number)
        assert again == told, number
        assert (number, renewed.named("crm.login"), renewed.named("crm.retry")) == (number, 2, 0)
        writes = [row for row in vendor.audit() if vendor.status in row["changes"]]
        assert len(writes) == len(PEOPLE), "nothing was written twice"


def test_many_who_meet_the_end_together_renew_it_once(vendor):
    vendor.put(*PEOPLE)
    notes = Notes()
    crm = vendor.passing(notes)
    refs = [one.ref for page in crm.pull(vendor.people, None) for one in page.records]
    vendor.fault(kind="expire_token")
    together = Barrier(6)

    def fetch(_):
        together.wait(timeout=60)
        return [one.values for one in crm.fetch(vendor.people, refs)]

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(fetch, range(6)))
    crm.close()
    assert all(one == found[0] for one in found)
    assert len(found[0]) == len(PEOPLE)
    assert notes.named("crm.login") == 2


def test_a_door_that_stays_shut_is_tried_twice_and_then_a_person_is_told(vendor):
    vendor.put(*PEOPLE)
    vendor.fault(kind="expire_token", times=-1)
    notes = Notes()
    crm = vendor.passing(notes)
    for _ in range(4):
        with pytest.raises(AccessLost):
            vendor.pull(crm=crm)
    logins = notes.named("crm.login")
    receipts = crm.update(vendor.object, [vendor.row(vendor.ref_of(1), vendor.words[1])])
    crm.close()
    assert logins <= 2
    assert [one.kind for one in receipts] == [ReceiptKind.RETRY]


def test_a_login_that_is_refused_is_no_crash_and_nothing_is_sent(vendor):
    vendor.fault(kind="refuse_login", times=-1)
    notes = Notes()
    crm = vendor.passing(notes)
    with pytest.raises(AccessLost) as lost:
        vendor.pull(crm=crm)
    with pytest.raises(CrmsyncError):
        crm.fetch(vendor.people, [vendor.ref_of(1)])
    crm.close()
    assert str(lost.value).startswith({"salesforce": "Salesforce", "hubspot": "HubSpot"}[vendor.system])


def test_who_gets_in_again_goes_on_where_they_were(vendor):
    vendor.put(*PEOPLE)
    crm = vendor.passing(Notes())
    pages = crm.pull(vendor.people, None)
    first = next(pages)
    vendor.fault(kind="expire_token", times=-1)
    with pytest.raises(AccessLost):
        next(pages)
    vendor.heal()
    other = vendor.passing(Notes())
    rest, _ = vendor.pull(first.cursor, other)
    crm.close()
    other.close()
    assert {one.ref for one in first.records} | {one.ref for one in rest} == {vendor.ref_of(one) for one in PEOPLE}
