"""Office hours, compiled once by bootstrap into plain intervals so that rules need no time-zone library."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One stretch of office time: UTC instants, the local day (YYYYMMDD) and that day's offset from UTC."""

    opens: datetime
    closes: datetime
    day: str
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """A zone's office hours over some years, in order, without overlap. `offsets` are (instant, offset) changes."""

    zone: str
    days: tuple[OfficeDay, ...]
    offsets: tuple[tuple[datetime, timedelta], ...]

    def local(self, at: datetime) -> datetime:
        """The wall-clock time of an instant, as a naive datetime for printing."""
        index = bisect_right(self.offsets, at, key=lambda row: row[0]) - 1
        return (at + self.offsets[max(index, 0)][1]).replace(tzinfo=None)

    def day_at_or_after(self, at: datetime) -> OfficeDay:
        """The office day in progress, or the next one."""
        index = bisect_right(self.days, at, key=lambda row: row.closes)
        return self.days[min(index, len(self.days) - 1)]

    def next_day(self, day: OfficeDay) -> OfficeDay:
        """The office day after this one."""
        return self.day_at_or_after(day.closes)
