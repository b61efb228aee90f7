"""Where a pass over a HubSpot stream stands, and what one page of it brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from crmsync.model.records import RawRecord, Rejected

PAGE = 100
"""Rows of a list page, ids of a batch read, inputs of a batch write."""


class Phase(StrEnum):
    """The kind of question asked next."""

    LIST = "list"
    SEARCH = "search"
    ARCHIVED = "archived"
    OWNERS = "owners"
    FORMER_OWNERS = "former owners"
    EVENTS = "events"
    EMAIL_EVENTS = "email events"
    SUBMISSIONS = "submissions"
    LISTS = "lists"
    MEMBERS = "members"
    IMPORTS = "imports"
    ALL_HISTORY = "all history"
    HISTORY = "history"


class Place(msgspec.Struct, frozen=True):
    """A phase, the fixed bounds of the pass (UTC), and the vendor's page token or the last id read."""

    phase: Phase
    low: datetime | None = None
    high: datetime | None = None
    after: str = ""

    def at(self, after: str | None) -> "Place | None":
        """The same phase further on, or None at its end."""
        return Place(self.phase, self.low, self.high, after) if after else None

    @property
    def limit(self) -> datetime | None:
        """The first instant that later pages do not look at: the present second is read now and again next time."""
        return self.high + timedelta(seconds=1) if self.high else None


@dataclass(frozen=True, slots=True)
class Step:
    """One page: what it held, and the token behind it, None at the end of the phase."""

    records: tuple[RawRecord, ...]
    rejected: tuple[Rejected, ...]
    after: str | None
