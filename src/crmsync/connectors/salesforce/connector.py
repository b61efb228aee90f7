"""Salesforce as a Connector: each verb in its own file, this one only names them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from crmsync.connectors.address import checked, unknown_version
from crmsync.connectors.salesforce import census, pull, read, tasks, write
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.covered import Covered
from crmsync.connectors.words import hush_vendor_libraries
from crmsync.model.errors import AccessLost, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.plans import Receipt
from crmsync.model.ports import Observer, Sleeper
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import (
    Cursor,
    FoundTask,
    OrgFacts,
    Overwritten,
    Page,
    Sighting,
    StreamSpec,
    TaskLookup,
    VendorObject,
    WriteRow,
)

_VERSION = re.compile(r"^\d{2,3}\.0$")


class Salesforce:
    """One org over REST (implements `model.ports.Connector`)."""

    system = "salesforce"

    def __init__(self, door: Door, overlap: timedelta) -> None:
        self._door = door
        self.traffic = door.traffic
        self._overlap = overlap
        self._covered = Covered(door, overlap)

    def org(self) -> OrgFacts:
        """Which org this is; two calls."""
        return read.org(self._door)

    def server_time(self) -> datetime:
        """The org's clock from its last answer; with a fixed token and no answer yet the identity is asked for."""
        if self._door.now() is None:
            try:
                self._door.who_am_i()
            except (AccessLost, RecordRefused, ShapeChanged):
                if self._door.clock.now() is None:
                    raise
        now = self._door.clock.now()
        if now is None:
            raise RetryLater("Salesforce answered without a Date header: its clock is not known.")
        return now

    def describe(self, object_name: str) -> VendorObject:
        """The fields of one object as this user sees them."""
        return read.describe(self._door, object_name)

    def pull(self, spec: StreamSpec, cursor: Cursor | None) -> Iterator[Page]:
        """Pages since the cursor, deleted records included; a quiet pass is one call, one more in ten minutes."""
        return pull.pull(self._door, spec, cursor, self._overlap, self._covered, pull.MANY)

    def fetch(self, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
        """The present values of these records, 200 a call."""
        return read.fetch(self._door, spec, refs)

    def census(self, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
        """Id, stamp and life of what was stamped since, or of everything; 2,000 a call."""
        return census.census(self._door, spec, since)

    def count(self, spec: StreamSpec) -> int | None:
        """How many records are alive, archived activities included; one call."""
        return census.count(self._door, spec)

    def find_tasks(self, lookups: Sequence[TaskLookup]) -> list[FoundTask]:
        """Tasks under these keys, closed and deleted ones included."""
        return tasks.find_tasks(self._door, lookups)

    def update(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Set fields, 200 rows a call; assignment rules never run."""
        return write.update(self._door, object_name, rows)

    def overwritten(
        self,
        spec: StreamSpec,  # noqa: ARG002 - the port's signature
        field: str,  # noqa: ARG002 - the port's signature
        looked: Mapping[Ref, tuple[str | None, datetime]],  # noqa: ARG002 - the port's signature
    ) -> list[Overwritten]:
        """Always nothing: a status or an owner is only ever written on the condition that nobody changed the record."""
        return []

    def insert(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Make records, 200 a call."""
        return write.insert(self._door, object_name, rows)

    def close(self) -> None:
        """Give back the connections."""
        self._door.close()


def connect(
    base_url: str,
    api_version: str,
    secrets: Mapping[str, str],
    method: str,
    observer: Observer,
    sleeper: Sleeper,
    overlap: timedelta,
) -> Salesforce:
    """A connector that has sent nothing yet; SettingsProblem where an address, method or secret is wrong."""
    hush_vendor_libraries()
    address = checked("salesforce", base_url)
    version = api_version.strip().removeprefix("v")
    if not _VERSION.match(version):
        raise unknown_version("salesforce", api_version, "one like 62.0")
    return Salesforce(Door(address, version, secrets, method, observer, sleeper), overlap)
