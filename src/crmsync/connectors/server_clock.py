"""The CRM's own clock, read off the Date header of its answers."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def elapsed() -> float:
    """Seconds that only ever grow, the time this machine slept included where the system can tell."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class ServerClock:
    """Remembers the last Date header and how long ago that was; the machine's wall clock is never asked."""

    def __init__(self, monotonic: Callable[[], float] | None = None) -> None:
        self._monotonic = monotonic or elapsed
        self._lock = threading.Lock()
        self._last: tuple[datetime, float] | None = None

    def note(self, date: str | None) -> None:
        """Take over the Date header of an answer; a missing or broken one changes nothing."""
        if not date:
            return
        try:
            said = parsedate_to_datetime(date)
        except ValueError:
            return
        with self._lock:
            self._last = (said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC), self._monotonic())

    def now(self) -> datetime | None:
        """The server's present instant (UTC), or None while nothing was answered yet."""
        with self._lock:
            last = self._last
        return last[0] + timedelta(seconds=self._monotonic() - last[1]) if last else None
