"""The calls of a day: fed by what the CRM tells in its answers, a reserve for others is never touched."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from crmsync.connectors.lanes import SHARES, WORK, Lane
from crmsync.model.errors import BudgetSpent

RESERVE = 0.25
"""The share of the daily calls left to others, where the settings say nothing else."""
LOOK_AGAIN = timedelta(minutes=15)
"""Where the CRM counts the last 24 hours no instant is told at which calls are free: one call asks this often."""

Reset = Callable[[datetime], datetime]
"""The instant from which calls are free again, given when they were last known to be spent (both UTC)."""


def rolling(known: datetime) -> datetime:
    """For a CRM that counts the last 24 hours (Salesforce, facts/salesforce.md 7): look again in fifteen minutes."""
    return known.replace(microsecond=0) + LOOK_AGAIN


def midnight(zone: tzinfo) -> Reset:
    """For a CRM that starts anew at midnight in its own time zone (HubSpot, facts/hubspot.md 3)."""

    def reset(known: datetime) -> datetime:
        tomorrow = known.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).astimezone(UTC)

    return reset


class Budget:
    """What one CRM's day still holds for us. Thread-safe.

    `now` tells the CRM's own time, None while it has not answered. `hear` takes over what an answer tells; between two
    answers that tell, our own calls are counted. `allowed` is assumed where the CRM never tells.
    """

    def __init__(self, name: str, now: Callable[[], datetime | None], resets: Reset = rolling) -> None:
        self._name, self._now, self._resets = name, now, resets
        self._lock = threading.Lock()
        self._reserve = RESERVE
        self._used, self._allowed, self._assumed = 0, 0, 0
        self._known: datetime | None = None
        self._closed: tuple[datetime, str] | None = None

    def settle(self, reserve: float, allowed: int | None) -> None:
        """What the settings say: the share (0-1) left to others, and the calls a day where the CRM tells none."""
        with self._lock:
            self._reserve, self._assumed = reserve, allowed or 0

    def starts_anew(self, resets: Reset) -> None:
        """When the CRM's day starts anew became known."""
        with self._lock:
            self._resets = resets

    def hear(self, used: int, allowed: int) -> None:
        """The CRM told how many calls of the day are used, and how many it allows."""
        with self._lock:
            self._used, self._allowed, self._known = used, allowed, self._now()

    def spent(self, words: str) -> BudgetSpent:
        """The CRM refused a call because the day is used up: closed for everything until calls are free again."""
        with self._lock:
            now = self._now()
            if now is None:
                return BudgetSpent(words)
            self._closed = (self._resets(now), words)
            return _spent(self._closed)

    def spend(self, lane: Lane) -> None:
        """Count one call; BudgetSpent, with the instant, where this kind of work may spend no more today."""
        with self._lock:
            refused = self._refused(lane)
            if refused is not None:
                raise refused
            self._known = self._known or self._now()
            self._used += 1

    def closed(self, lane: Lane) -> BudgetSpent | None:
        """Why this kind of work may not spend a call now; None where it may."""
        with self._lock:
            return self._refused(lane)

    @property
    def calls(self) -> tuple[int, int] | None:
        """(used, allowed) as far as is known."""
        with self._lock:
            allowed = self._allowed or self._assumed
            return (self._used, allowed) if allowed else None

    def _refused(self, lane: Lane) -> BudgetSpent | None:
        now = self._now()
        self._forget(now)
        if self._closed is not None:
            return _spent(self._closed)
        allowed = self._allowed or self._assumed
        if now is None or self._known is None or not allowed:
            return None
        if self._used < _most(allowed, self._reserve, lane):
            return None
        used = f"{self._name}: {self._used:,} of {allowed:,} calls of the day are used"
        words = f"{used}, {self._reserve:.0%} are left to others."
        until = self._resets(self._known)
        return BudgetSpent(f"{words} {WORK[lane]} until {_told(until)}.", until)

    def _forget(self, now: datetime | None) -> None:
        """After the reset nothing is known: the next answer tells."""
        if now is None:
            return
        if self._closed is not None and now >= self._closed[0]:
            self._closed = None
        if self._known is not None and now >= self._resets(self._known):
            self._used, self._known = 0, None


def _most(allowed: int, reserve: float, lane: Lane) -> int:
    """The calls of a day up to which a lane may spend; 90 % of 100 leaves ten, whatever floats make of it."""
    return int(round(allowed * (1 - reserve) * SHARES[lane], 6))


def _spent(closed: tuple[datetime, str]) -> BudgetSpent:
    until, words = closed
    return BudgetSpent(f"{words} Nothing is asked until {_told(until)}.", until)


def _told(until: datetime) -> str:
    return f"{until:%d %b %H:%M} UTC"
