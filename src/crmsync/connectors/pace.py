"""How fast a CRM may be asked: never more calls in any interval than it sells."""

import threading
import time
from collections import deque
from collections.abc import Callable

_MARGIN = 0.05
"""The share by which an interval is taken longer: calls do not arrive as evenly as they were sent."""


class Pace:
    """At most `calls` in any `seconds`; who comes too early is told how long to wait. Thread-safe.

    Places are given in advance: several callers wait one behind the other. What the CRM tells about calls left counts
    where it is less than we believe (another process may use the same app).
    """

    def __init__(self, calls: int, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._calls, self._seconds = max(1, calls), seconds
        self._given: deque[float] = deque()

    def take(self) -> float:
        """Take the next place; returns the seconds to wait before making the call."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            place = now
            if len(self._given) >= self._calls:
                place = max(now, self._given[-self._calls] + self._seconds * (1 + _MARGIN))
            self._given.append(place)
            return place - now

    def hear(self, calls: float, seconds: float, left: float) -> None:
        """The CRM told what it sells and how much of it is left; where nothing is, a whole interval goes by."""
        if calls < 1 or seconds <= 0:
            return
        with self._lock:
            self._calls, self._seconds = int(calls), seconds
            now = self._monotonic()
            self._forget(now)
            others = self._calls - len(self._given) - int(max(left, 0))
            if others > 0:
                self._given = deque(sorted([*self._given, *[now] * others]))

    def _forget(self, now: float) -> None:
        while self._given and self._given[0] <= now - self._seconds * (1 + _MARGIN):
            self._given.popleft()
