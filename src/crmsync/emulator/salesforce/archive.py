"""Old activities leave the ordinary queries: the vendor archives closed tasks and past events (facts 8.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.catalogue import ACTIVITIES
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

USUAL_DAYS = 365  # unverified, hence `archive_after {days}`


def due(org: Org, sobject: SObject) -> None:
    """Archive what is old enough, if the switch `archive_after` is planted; stamps stay as they are."""
    fault = org.desk.faults.setting("archive_after") if sobject.name in ACTIVITIES else None
    if fault is None:
        return
    given = fault.get("days")
    age = given if isinstance(given, int) else USUAL_DAYS
    edge = (org.world.clock.now() - timedelta(days=age)).date().isoformat()
    table = org.tables[sobject.name]
    for record in [record for record in table if _old(record, edge)]:
        table.change(record, {"IsArchived": True})


def _old(record: Record, edge: str) -> bool:
    values = record.values
    if values.get("IsArchived") is True or (values.get("IsClosed", True) is not True):
        return False
    return (record.text("EndDate") or record.text("ActivityDate") or record.text("CreatedDate"))[:10] < edge
