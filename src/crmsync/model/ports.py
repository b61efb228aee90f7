"""The doors to the outside: what a CRM, a clock and an observer must be able to do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crmsync.model.plans import Receipt
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


class Clock(Protocol):
    """Tells the instant (UTC, aware)."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class Sleeper(Protocol):
    """Waits."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class Observer(Protocol):
    """Is told what happens; never answers back."""

    def event(self, name: str, **facts: object) -> None:
        """Something happened."""
        ...


class Source(Protocol):
    """A CRM we read."""

    system: str

    def org(self) -> OrgFacts:
        """Which org or portal this is."""
        ...

    def server_time(self) -> datetime:
        """The CRM's own clock (one call where nothing was asked yet, none afterwards)."""
        ...

    def describe(self, object_name: str) -> VendorObject:
        """The fields of one object as the CRM tells them to us."""
        ...

    def pull(self, spec: StreamSpec, cursor: Cursor | None) -> Iterator[Page]:
        """Pages of one stream since the cursor, deleted records included, ending with `last`."""
        ...

    def fetch(self, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
        """The present values of these records; a record that is gone comes back `deleted`."""
        ...

    def census(self, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
        """Id, stamp and life of the records stamped at `since` or later, or of all; nothing else of them is read.

        Deleted records come along where the CRM still shows them; a record that is not named is not known to be gone.
        """
        ...

    def count(self, spec: StreamSpec) -> int | None:
        """How many records of the stream are alive now; None where the CRM does not tell."""
        ...

    def find_tasks(self, lookups: Sequence[TaskLookup]) -> list[FoundTask]:
        """Tasks made under these keys, closed and deleted ones included."""
        ...


class Target(Protocol):
    """A CRM we write to."""

    system: str

    def update(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Set fields; one receipt per row, whatever happens. Never raises once a byte was sent."""
        ...

    def overwritten(
        self, spec: StreamSpec, field: str, looked: Mapping[Ref, tuple[str | None, datetime]]
    ) -> list[Overwritten]:
        """What people set in the vendor field between our look (record -> value, instant) and our write.

        A CRM that writes on a condition never overwrites unseen, and has nothing to tell.
        """
        ...

    def insert(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        """Make records; one receipt per row, whatever happens. Never raises once a byte was sent."""
        ...


class Connector(Source, Target, Protocol):
    """Both directions of one CRM."""

    def close(self) -> None:
        """Give back what it holds."""
        ...
