"""When does a fading number next cross a line by itself? Interest falls between events; nobody rings a bell."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = 86400.0
_LONGEST = 40 * 365 * DAY
_EXACT_TO = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Curve:
    """Interest as a function of seconds from one instant: capped groups of fading sums, minus what speaks against.

    `groups` are (limit, {half-life in seconds: sum}); `against` is {half-life in seconds: sum} of negative signals.
    """

    groups: tuple[tuple[float, Mapping[float, float]], ...]
    against: Mapping[float, float]
    highest: float

    def gained(self, seconds: float) -> float:
        """What speaks for the person, capped per group; never rises."""
        return sum(min(limit, _faded(sums, seconds)) for limit, sums in self.groups)

    def lost(self, seconds: float) -> float:
        """What speaks against the person; never rises either."""
        return _faded(self.against, seconds)

    def at(self, seconds: float) -> float:
        """The interest so many seconds later, if nothing happens."""
        return self._clamped(self.gained(seconds) - self.lost(seconds))

    def bounds(self, low: float, high: float) -> tuple[float, float]:
        """The least and the most the interest can be anywhere between two instants."""
        least = self.gained(high) - self.lost(low)
        most = self.gained(low) - self.lost(high)
        return self._clamped(least), self._clamped(most)

    def _clamped(self, value: float) -> float:
        return min(self.highest, max(0.0, value))


def next_crossing(curve: Curve, interest: float, lines: Iterable[float], now: datetime) -> datetime | None:
    """The first instant after `now` at which the interest stands between other lines than `interest` does.

    Exact to two seconds (by bisection), never early, None where it stays for good.
    """
    ordered = sorted({line for line in lines if line > 0})
    if not ordered:
        return None
    band = bisect_right(ordered, interest)
    if not curve.against:
        found = _first_below(curve, ordered[band - 1]) if band else None
    else:
        found = _first_change(curve, ordered, band, (0.0, _settled_after(curve, ordered[0])))
    return None if found is None else now + timedelta(seconds=found + _EXACT_TO)


def _first_below(curve: Curve, line: float) -> float:
    """Where nothing speaks against the person the interest only falls: plain bisection."""
    low, high = 0.0, _settled_after(curve, line)
    while high - low > _EXACT_TO:
        middle = (low + high) / 2
        low, high = (middle, high) if curve.at(middle) >= line else (low, middle)
    return high


def _settled_after(curve: Curve, lowest: float) -> float:
    """Seconds after which even all that speaks for the person stays under a line."""
    seconds = 0.0 if curve.gained(0.0) < lowest else DAY
    while seconds < _LONGEST and curve.gained(seconds) >= lowest:
        seconds *= 2
    return min(seconds, _LONGEST)


def _first_change(curve: Curve, lines: Sequence[float], band: int, between: tuple[float, float]) -> float | None:
    low, high = between
    least, most = curve.bounds(low, high)
    if bisect_right(lines, least) == band == bisect_right(lines, most):
        return None
    if high - low <= _EXACT_TO:
        return high if bisect_right(lines, curve.at(high)) != band else None
    middle = (low + high) / 2
    earlier = _first_change(curve, lines, band, (low, middle))
    return earlier if earlier is not None else _first_change(curve, lines, band, (middle, high))


def _faded(sums: Mapping[float, float], seconds: float) -> float:
    return sum(amount * math.exp2(-seconds / half_life) for half_life, amount in sums.items())
