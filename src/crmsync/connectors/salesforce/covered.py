"""What the org itself says it has shown completely: it holds back the start of a transaction that is still open.

Rows of such a transaction appear later with stamps that a pull has passed by then (facts/salesforce.md 4.1). Asked
for once in ten minutes and object: a transaction that lives shorter is covered by the overlap, one that lives longer
is met while it is open. A pass then ends, and the next begins, where that transaction began. What stays open for more
than a day is left to the sweeps.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.stamps import instant
from crmsync.model.errors import AccessLost, RecordRefused, RetryLater, ShapeChanged

ASKED_AGAIN = timedelta(minutes=10)
"""Never longer than the overlap that is usual: see above."""
LONGEST_OPEN = timedelta(hours=24)
_STRETCH = timedelta(minutes=2)
"""The service works in whole minutes and wants its start before its end."""
_USUAL = timedelta(minutes=1)


class _Updated(msgspec.Struct, rename="camel"):
    latest_date_covered: str


@dataclass(frozen=True, slots=True)
class _Told:
    at: datetime
    covered: datetime | None


class Covered:
    """Per object the last answer; one for all threads."""

    def __init__(self, door: Door, again: timedelta = ASKED_AGAIN) -> None:
        self._door = door
        self._again = min(again, ASKED_AGAIN)
        self._lock = threading.Lock()
        self._told: dict[str, _Told] = {}

    def until(self, object_name: str) -> datetime | None:
        """The start of the oldest open transaction, or None where none is known; at most one call."""
        with self._lock:
            told = self._told.get(object_name)
        now = self._door.now()
        if now is None:
            return None  # the first answer of all will tell the clock
        if told is None or told.covered is not None or now - told.at >= self._again:
            before, told = told, _Told(now, self._asked(object_name, now))
            with self._lock:
                self._told[object_name] = told
            if told.covered and (before is None or before.covered != told.covered):
                self._tell(object_name, told.covered)
        return max(told.covered, now - LONGEST_OPEN) if told.covered else None

    def _asked(self, object_name: str, now: datetime) -> datetime | None:
        bounds = {"start": soql.instant(now - _STRETCH), "end": soql.instant(now)}
        try:
            body = self._door.glance(f"sobjects/{object_name}/updated/", "updated", **bounds)
            covered = instant(parse(body, _Updated).latest_date_covered)
        except (AccessLost, RecordRefused, RetryLater, ShapeChanged, ValueError):
            return (
                None  # not known here, or not now: the overlap and the sweeps remain, and the query tells what is wrong
            )
        return covered if covered < now - _STRETCH - _USUAL else None

    def _tell(self, object_name: str, since: datetime) -> None:
        self._door.observer.event("crm.open_transaction", system="salesforce", object=object_name, since=since)
