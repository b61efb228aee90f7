"""What changed and what was deleted between two instants, as far as the org can vouch for it (facts 4.1, 4.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import late
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.values import moment, stamp
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST = 600_000
REACH = {"updated": 30, "deleted": 15}  # days


def updated(org: Org, asked: Asked) -> Answer:
    """GET /sobjects/{type}/updated?start&end: ids of living rows by SystemModstamp, and until when that is complete."""
    sobject, start, end = _window(org, asked, "updated")
    name = _stamp(sobject)
    found: list[Json] = [row.id for row in org.rows(sobject) if not row.deleted and start <= row.text(name)[:19] <= end]
    _count(found)
    return Answer(body={"ids": found, "latestDateCovered": _covered(org, end)})


def deleted(org: Org, asked: Asked) -> Answer:
    """GET /sobjects/{type}/deleted?start&end: rows in the recycle bin by when they got there."""
    sobject, start, end = _window(org, asked, "deleted")
    name = _stamp(sobject)
    found: list[Json] = [
        {"id": row.id, "deletedDate": row.text(name)}
        for row in org.rows(sobject)
        if row.deleted and start <= row.text(name)[:19] <= end
    ]
    _count(found)
    earliest = stamp(_minute(org.world.clock.now() - timedelta(days=REACH["deleted"])))
    return Answer(
        body={
            "deletedRecords": found,
            "earliestDateAvailable": earliest,
            "latestDateCovered": _covered(org, end),
        }
    )


def _window(org: Org, asked: Asked, what: str) -> tuple[SObject, str, str]:
    sobject = org.sobject(asked.params["type"])
    start, end = (_instant(asked, name) for name in ("start", "end"))
    if start >= end:
        raise Problem("INVALID_REPLICATION_DATE", "The start date must precede the end date")
    if start < org.world.clock.now() - timedelta(days=REACH[what]):
        raise Problem("INVALID_REPLICATION_DATE", f"startDate cannot be more than {REACH[what]} days ago")
    if not _stamp(sobject):
        words = f"entity type {sobject.name} does not support replication"
        raise Problem("INVALID_TYPE_FOR_OPERATION", words)
    return sobject, stamp(start)[:19], stamp(end)[:19]


def _instant(asked: Asked, name: str) -> datetime:
    """Start and end are cut to the minute (facts 4.1)."""
    given = asked.query.get(name)
    if given is None:
        raise Problem("MISSING_ARGUMENT", f"Required parameter {name} is missing")
    at = moment(given)
    if at is None or "T" not in given:
        raise Problem("INVALID_REPLICATION_DATE", f"{name} is no valid date: {given}")
    return _minute(datetime.fromisoformat(at[:-5]).replace(tzinfo=UTC))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _stamp(sobject: SObject) -> str:
    """LeadHistory and its like have no SystemModstamp and are replicated by CreatedDate (facts 8.2)."""
    return next((name for name in ("SystemModstamp", "CreatedDate") if sobject.field(name)), "")


def _covered(org: Org, end: str) -> str:
    limit = _minute(late.covered(org))
    return min(stamp(limit), end + ".000+0000")


def _count(found: list[Json]) -> None:
    if len(found) > MOST:
        raise Problem("EXCEEDED_ID_LIMIT", f"exceeded the limit of {MOST} ids")
