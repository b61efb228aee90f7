"""A pass in shorter stretches of time, for an org that gives up on the whole of it (facts/salesforce.md 4, 7)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crmsync.connectors.salesforce.errors import TooMuch
from crmsync.connectors.salesforce.place import ONE_SECOND, Place

FIRST_ORG = datetime(1999, 3, 8, tzinfo=UTC)
"""No record of any org is older."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far one query reaches: to `until`, or without one as far as the pass does."""

    until: datetime | None = None
    width: timedelta | None = None

    def halved(self, place: Place, error: TooMuch) -> "Window":
        """Half of what lies between the place and the end of this window; raises `error` where that is one second."""
        begin = place.stamp or place.low or FIRST_ORG
        end = self.until or place.high
        if end is None:
            raise error
        width = (end - begin) // 2
        if width < ONE_SECOND:
            raise error
        width -= timedelta(microseconds=width.microseconds)
        return Window(begin + width, width)

    def following(self, end: datetime | None) -> "Window":
        """The next stretch, twice as wide as the one that was borne; the last one reaches as far as the pass."""
        if self.until is None or self.width is None:
            return self
        width = self.width * 2
        until = self.until + width
        return Window() if end is not None and until >= end else Window(until, width)
