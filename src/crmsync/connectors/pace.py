"""How fast a CRM may be asked: a bucket of tokens, never more calls in any interval than the CRM sells."""

import threading
import time
from collections.abc import Callable

_AT_ONCE = 0.25
"""The share of an interval's calls that may go at once; the rest trickles, so that no interval ever holds too many."""


class Bucket:
    """At most `calls` in any `seconds`; who comes too early is told how long to wait. Thread-safe.

    Tokens are taken in advance: several callers wait one behind the other. What the CRM tells about calls left counts
    where it is less than we believe (another process may use the same app).
    """

    def __init__(self, calls: float, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._at = monotonic()
        self._sell(calls, seconds)
        self._tokens = self._room

    def take(self) -> float:
        """Take one call; returns the seconds to wait before making it."""
        with self._lock:
            self._refill()
            self._tokens -= 1
            return max(0.0, -self._tokens / self._rate)

    def hear(self, calls: float, seconds: float, left: float) -> None:
        """The CRM told what it sells and how much of it is left; where nothing is, a whole interval goes by."""
        if calls <= 0 or seconds <= 0:
            return
        with self._lock:
            self._sell(calls, seconds)
            known = left if left > 0 else -self._rate * seconds
            self._tokens = min(self._tokens, known)

    def _sell(self, calls: float, seconds: float) -> None:
        self._room = max(1.0, calls * _AT_ONCE)
        self._rate = (calls - self._room) / seconds if calls > self._room else calls / seconds

    def _refill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._room, self._tokens + (now - self._at) * self._rate)
        self._at = now
