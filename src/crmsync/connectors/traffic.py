"""Everything that limits how one CRM is asked, in one place: does it answer, may we still, how fast."""

from collections.abc import Callable, Mapping
from datetime import datetime

from crmsync.connectors.breaker import Breaker
from crmsync.connectors.budget import Budget, Reset, rolling
from crmsync.connectors.lanes import Lane, present
from crmsync.connectors.pace import Pace
from crmsync.model.errors import BudgetSpent
from crmsync.model.ports import Observer, Sleeper

ANY = ""
_LONGEST_NAP = 1.0
"""Seconds: a wait is slept in pieces that no wish to stop cuts short, for earlier rows of a batch may be under way."""

_SERVER_FAULT = 500


class Traffic:
    """The rules of the road to one CRM; every call asks first and tells afterwards what became of it.

    `paces` hold a pace per kind of path (a part of it names the kind, the empty name is for all others).
    """

    def __init__(
        self,
        name: str,
        observer: Observer,
        sleeper: Sleeper,
        now: Callable[[], datetime | None],
        paces: Mapping[str, Pace] | None = None,
        resets: Reset = rolling,
    ) -> None:
        self.budget = Budget(name, now, resets)
        self.sleeper = sleeper
        self._system = name.casefold()
        self._observer = observer
        self._paces: Mapping[str, Pace] = paces or {}
        self._breaker = Breaker(name)

    def ask(self, path: str) -> None:
        """Before a call: wait for a place; LeftAlone or BudgetSpent where the call must not be made."""
        self._breaker.check()
        self.budget.spend(present())
        pace = self._pace(path)
        left = pace.take() if pace is not None else 0.0
        while left > 0:
            self.sleeper.sleep(min(left, _LONGEST_NAP))
            left -= _LONGEST_NAP

    def answered(self, status: int) -> None:
        """After a call: an answer came; one that tells of a broken server counts as none."""
        if status < _SERVER_FAULT:
            self._breaker.answered()
        else:
            self.failed()

    def failed(self) -> None:
        """After a call: no answer came."""
        if self._breaker.failed():
            self._observer.event("crm.left_alone", system=self._system)

    def hear_pace(self, calls: float, seconds: float, left: float) -> None:
        """The CRM told its short-term limit: so many calls in so many seconds, and how many of them are left."""
        pace = self._paces.get(ANY)
        if pace is not None:
            pace.hear(calls, seconds, left)

    def closed(self, lane: Lane) -> BudgetSpent | None:
        """Why this kind of work has to wait for another day; None where it may go on."""
        return self.budget.closed(lane)

    def try_again(self) -> None:
        """A CRM that was left alone gets one call to show that it is back."""
        self._breaker.try_again()

    def hurry(self) -> None:
        """Keep no pace: this CRM is emulated for us alone."""
        self._paces = {}

    def _pace(self, path: str) -> Pace | None:
        named = (pace for part, pace in self._paces.items() if part and part in path)
        return next(named, self._paces.get(ANY))


def traffic_of(connector: object) -> Traffic | None:
    """The traffic that the calls of a connector pass through; None for one that regulates itself."""
    found = getattr(connector, "traffic", None)
    return found if isinstance(found, Traffic) else None
