"""People as the store hands them to `decide`: a Salesforce lead, a HubSpot contact, what was seen and done."""

from dataclasses import replace
from datetime import date
from functools import cache

from crmsync.agreement.model import Agreement
from crmsync.model.people import Observed, Pass
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reconcile.facts import Context
from crmsync.rules.disposition import Dictionary
from tests.rules.agreed import days, directory, london, shipped, utc

NOW = utc("2026-12-02 12:00")
LONG_AGO = utc("2026-06-01 08:00")
LEAD = Ref("salesforce", "Lead", "00Q000000000001AAA")
BODY = Ref("salesforce", "Contact", "003000000000001AAA")
HUB = Ref("hubspot", "contacts", "101")
ZOE = {
    "first_name": "Zoé",
    "last_name": "Brook",
    "email": "zoe@brook-vale.example",
    "company": "Brook & Vale",
    "title": "Head of Operations",
    "country": "GB",
    "industry": "Logistics",
    "employees": 120.0,
}


def lead(status="Inquiry", *, ref=LEAD, at=LONG_AGO, deleted=False, **values):
    known = {**ZOE, "created_at": LONG_AGO, "status": status, "owner": "005TOM", "converted": False, "score": None}
    return Snapshot(ref, RecordKind.LEAD, at, deleted, {**known, **values})


def hub(status="NEW", *, ref=HUB, at=LONG_AGO, deleted=False, **values):
    known = {**ZOE, "created_at": LONG_AGO, "status": status, "owner": None, "score": None}
    return Snapshot(ref, RecordKind.CONTACT, at, deleted, {**known, **values})


def body(status=None, *, at=LONG_AGO, **values):
    known = {**ZOE, "created_at": LONG_AGO, "status": status, "owner": "005TOM", "score": None}
    return Snapshot(BODY, RecordKind.CONTACT, at, False, {**known, **values})


def observed(*records, did=(), **more):
    return Observed("p1", tuple(records), activities=tuple(sorted(did, key=lambda one: one.at)), **more)


def decided_before(*records, status, did=(), **more):
    """The same person when everything in front of us was decided on before."""
    trip = Pass("p1", 1, LONG_AGO, "first sight", records[0].ref, status, LONG_AGO + days(1), **more)
    seen = {(one.ref, "status"): one.text("status") for one in records}
    return observed(*records, did=did, trip=trip, seen=seen, passes=1)


def moved(before: Observed, ref: Ref, status: str | None, at=NOW) -> Observed:
    """A person changes one status field of somebody known."""
    records = tuple(
        replace(one, modified_at=at, values={**one.values, "status": status}) if one.ref == ref else one
        for one in before.records
    )
    return replace(before, records=records)


@cache
def _context() -> Context:
    return context_of(shipped())


def context_of(agreement: Agreement) -> Context:
    return Context(
        agreement=agreement,
        dictionary=Dictionary(agreement, date(2026, 12, 2)),
        directory=directory(),
        calendar=london(),
        agreements={agreement.content: agreement},
        org_ids={"salesforce": "00D000000000001", "hubspot": "1"},
        us={"salesforce": "005US"},
    )


CONTEXT = _context()
