"""HubSpot as a Connector: each verb in its own file, this one only names them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from crmsync.connectors.address import checked, missing_secret, unknown_method, unknown_version
from crmsync.connectors.hubspot import census, history, paths, pull, read, write
from crmsync.connectors.hubspot.auth import REFRESH_TOKEN, Application, Lasting, Login, Refreshing
from crmsync.connectors.hubspot.client import Door, Post
from crmsync.connectors.keeping import keeper
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


class HubSpotPortal:
    """One portal (implements `model.ports.Connector`)."""

    system = "hubspot"

    def __init__(self, door: Door, overlap: timedelta) -> None:
        self._door = door
        self.traffic = door.traffic
        self._overlap = overlap

    def org(self) -> OrgFacts:
        """Which portal this is; one call."""
        return read.org(self._door)

    def server_time(self) -> datetime:
        """The portal's clock from its last answer; its account details are asked for where there was none."""
        if self._door.clock.now() is None:
            try:
                read.org(self._door)
            except (AccessLost, RecordRefused, ShapeChanged):
                if self._door.clock.now() is None:
                    raise
        now = self._door.clock.now()
        if now is None:
            raise RetryLater("HubSpot answered without a Date header: its clock is not known.")
        return now

    def describe(self, object_name: str) -> VendorObject:
        """The properties of one object."""
        return read.describe(self._door, object_name)

    def pull(self, spec: StreamSpec, cursor: Cursor | None) -> Iterator[Page]:
        """Pages since the cursor; a quiet pass is one call, and two where it crosses a full hour."""
        return pull.pull(self._door, spec, cursor, self._overlap)

    def fetch(self, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
        """The present values of these records, 100 a call."""
        return read.fetch(self._door, spec, refs)

    def census(self, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
        """Id, stamp and life of what was stamped since, 200 a call; of everything, 100 a call."""
        return census.census(self._door, spec, since)

    def count(self, spec: StreamSpec) -> int | None:
        """How many objects are alive, as the search index has it; one call."""
        return census.count(self._door, spec)

    def find_tasks(self, lookups: Sequence[TaskLookup]) -> list[FoundTask]:  # noqa: ARG002 - the port's signature
        """Always none: SLA tasks are made in Salesforce only, and HubSpot has no way to find one by a key's prefix."""
        return []

    def update(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Set properties, 100 records a call."""
        return write.update(self._door, object_name, rows)

    def overwritten(
        self, spec: StreamSpec, field: str, looked: Mapping[Ref, tuple[str | None, datetime]]
    ) -> list[Overwritten]:
        """What people set between our look and our write, from the property's history; 50 records a call."""
        return history.overwritten(self._door, spec, field, looked)

    def insert(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Make records, 100 a call."""
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
) -> HubSpotPortal:
    """A connector that has sent nothing yet; SettingsProblem where an address, method, version or secret is wrong.

    A refresh token that the portal replaces is stored where `secrets` are `Kept`.
    """
    address = checked("hubspot", base_url)
    if method not in _METHODS:
        raise unknown_method("hubspot", method, ", ".join(_METHODS))
    version = api_version.strip()
    if not paths.is_version(version):
        raise unknown_version("hubspot", version, "v3 or a dated version such as 2026-09")
    given = {name: _secret(secrets, name) for name in _METHODS[method]}

    def login(post: Post) -> Login:
        if method == "token":
            return Lasting(given["hubspot_token"])
        application = Application(given["hubspot_client_id"], given["hubspot_client_secret"], given[REFRESH_TOKEN])
        return Refreshing(application, post, keeper(secrets), observer)

    door = Door(address, version, login, observer, sleeper)
    hush_vendor_libraries()
    return HubSpotPortal(door, overlap)


_METHODS = {
    "token": ("hubspot_token",),
    "oauth": ("hubspot_client_id", "hubspot_client_secret", REFRESH_TOKEN),
}
"""The secrets of each way to log in."""


def _secret(secrets: Mapping[str, str], name: str) -> str:
    found = secrets.get(name, "").strip()
    if not found:
        raise missing_secret("hubspot", name)
    return found
