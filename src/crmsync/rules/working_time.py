"""When is a promise due, and how much working time has passed? Counted on office hours, printed in local time."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from crmsync.agreement.model import ClockRule
from crmsync.model.calendars import Calendar

_LENGTH = re.compile(r"(\d+) (business|elapsed) (hour|minute)s?")


@dataclass(frozen=True, slots=True)
class Due:
    """The instant a promise is due (UTC) and its local day (YYYYMMDD)."""

    at: datetime
    day: str


def due(start: datetime, rule: ClockRule, calendar: Calendar) -> Due:
    """When a promise that starts at an instant is due.

    `same working day` is the end of the office day in progress, or of the next one outside office hours or with less
    than the cut-off left. Also understood: `4 business hours`, `12 elapsed hours` (domain.md 2.10).
    """
    if rule.due == "same working day":
        return _same_working_day(start, rule.cut_off, calendar)
    unit, length = _length(rule.due)
    at = start + length if unit == "elapsed" else _after_working(start, length, calendar)
    return Due(at, f"{calendar.local(at):%Y%m%d}")


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much office time lies between two instants."""
    first = bisect_right(calendar.days, start, key=lambda day: day.closes)
    total = timedelta()
    for day in calendar.days[first:]:
        if day.opens >= end:
            break
        total += min(day.closes, end) - max(day.opens, start)
    return total


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """The next instant after this one at which an office day begins; a day later where the calendar ends."""
    day = calendar.day_at_or_after(at)
    opens = day.opens if day.opens > at else calendar.next_day(day).opens
    return opens if opens > at else at + timedelta(days=1)


def _same_working_day(start: datetime, cut_off: timedelta, calendar: Calendar) -> Due:
    day = calendar.day_at_or_after(start)
    if day.closes - start < cut_off:
        day = calendar.next_day(day)
    return Due(day.closes, day.day)


def _after_working(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    day, left = calendar.day_at_or_after(start), length
    begins = max(start, day.opens)
    while day.closes - begins < left:
        left -= day.closes - begins
        day = calendar.next_day(day)
        begins = day.opens
    return begins + left


@lru_cache(maxsize=64)
def _length(written: str) -> tuple[str, timedelta]:
    match = _LENGTH.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is no time a promise can be due in.")
    return match[2], timedelta(**{f"{match[3]}s": int(match[1])})
