"""A CRM that does not answer is left alone: the fuse blows within a cycle, `cycle.pauses` decides when to try again."""

import threading
from datetime import timedelta

from crmsync.model.errors import RetryLater

BLOWS_AFTER = 6
"""Calls without an answer in a row after which nothing more is asked: one read is tried four times."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
"""Also how often a CRM that shut us out is tried again: whoever gives access back need not tell us."""

_MOST_DOUBLINGS = 10


class LeftAlone(RetryLater):
    """Not asked: the CRM did not answer the last calls, and nobody has looked whether it is back."""


def back_off(failures: int) -> timedelta:
    """How long a CRM is left alone after so many failures in a row: twice as long each time, up to the longest."""
    pause = FIRST_PAUSE
    for _ in range(min(failures - 1, _MOST_DOUBLINGS)):
        pause += pause
    return min(pause, LONGEST_PAUSE)


class Breaker:
    """Counts calls without an answer. Closed: all pass. Open: none. Half open: one failure opens it again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._failures = 0
        self._open = False

    def check(self) -> None:
        """Raises LeftAlone where the fuse has blown."""
        with self._lock:
            if self._open:
                raise LeftAlone(f"{self._name} does not answer and is left alone.", FIRST_PAUSE.total_seconds())

    def answered(self) -> None:
        """A call was answered, whatever the answer."""
        with self._lock:
            self._failures, self._open = 0, False

    def failed(self) -> bool:
        """A call was not answered; returns whether that blew the fuse."""
        with self._lock:
            self._failures += 1
            blown = self._failures >= BLOWS_AFTER and not self._open
            self._open = self._open or blown
            return blown

    def try_again(self) -> None:
        """Somebody decided to look whether the CRM is back: one call decides."""
        with self._lock:
            if self._open:
                self._open, self._failures = False, BLOWS_AFTER - 1
