"""What day is 03/04/2026? Decided by what the whole column holds, and told where it stays open."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

_CLOCK = r"(\d{1,2})[:.](\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?"
_TIME = rf"(?:[T, ]+{_CLOCK}\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}})?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_LOCAL = re.compile(rf"(\d{{1,2}})\s?([-/.])\s?(\d{{1,2}})\s?[-/.]\s?(\d{{4}}|\d{{2}}){_TIME}")
_NOON = time(12)
_MONTHS = 12
_CENTURY = 100
_EPOCH_DIGITS = 13


class Order(StrEnum):
    """In which order a column writes day and month."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(slots=True)
class Evidence:
    """What one column shows about its order: dates that can be read in one way only, and those that can in both."""

    day_first: int = 0
    month_first: int = 0
    both: int = 0
    dotted: int = 0
    example: str = ""

    def see(self, text: str) -> None:
        """Take one cell into account; ISO dates and other text tell nothing."""
        match = _LOCAL.fullmatch(text)
        if match is None:
            return
        first, second = int(match[1]), int(match[3])
        self.dotted += match[2] == "."
        if first > _MONTHS >= second:
            self.day_first += 1
        elif second > _MONTHS >= first:
            self.month_first += 1
        elif first != second:
            self.both += 1
            self.example = self.example or text

    @property
    def order(self) -> Order | None:
        """The order the column proves, dots meaning day first; None where nothing is proved either way."""
        if self.day_first != self.month_first:
            return Order.DAY_FIRST if self.day_first > self.month_first else Order.MONTH_FIRST
        return Order.DAY_FIRST if self.dotted else None

    @property
    def torn(self) -> bool:
        """Whether the column holds dates of both orders."""
        return bool(self.day_first and self.month_first)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as a cell has it. `zoned` tells that `at` is an instant (UTC); else it is wall-clock time.

    `day_only`: the cell names no hour; noon stands in for it.
    """

    at: datetime
    zoned: bool = False
    day_only: bool = False


def parsed(text: str, order: Order | None) -> Moment | None:
    """The date of one cell, or None for what is none. Without an order, day first is read."""
    if text.isdecimal() and len(text) == _EPOCH_DIGITS:
        return Moment(datetime.fromtimestamp(int(text) / 1000, UTC), zoned=True)
    try:
        match = _ISO.fullmatch(text)
        if match is not None:
            return _moment(date(int(match[1]), int(match[2]), int(match[3])), match.groups()[3:])
        match = _LOCAL.fullmatch(text)
        if match is None:
            return None
        day, month = int(match[1]), int(match[3])
        if order is Order.MONTH_FIRST:
            day, month = month, day
        return _moment(date(_year(match[4]), month, day), match.groups()[4:])
    except ValueError:
        return None


def _moment(day: date, rest: tuple[str | None, ...]) -> Moment:
    hour, minute, second, fraction, half, zone = rest
    if hour is None:
        return Moment(datetime.combine(day, _NOON, UTC), day_only=True)
    clock = time(_hour(int(hour), half), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0")))
    if zone is None:
        return Moment(datetime.combine(day, clock, UTC))
    offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
    at = datetime.fromisoformat(f"{datetime.combine(day, clock).isoformat()}{offset}")
    return Moment(at.astimezone(UTC), zoned=True)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _year(text: str) -> int:
    return int(text) + 2000 if int(text) < _CENTURY else int(text)
