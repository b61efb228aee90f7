"""Which CRM is left in peace for how long: each one on its own, so that the other keeps working.

Within a cycle `connectors.breaker` notices that a CRM does not answer; here it is decided when it is tried again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crmsync.connectors.breaker import LONGEST_PAUSE, back_off
from crmsync.cycle.streams import Stops, Trouble


@dataclass(frozen=True, slots=True)
class Pause:
    """A CRM that takes no part until the instant named (UTC). `failures` in a row; `shut_out` waits for a person."""

    system: str
    until: datetime
    words: str
    failures: int = 1
    shut_out: bool = False


def stopped(troubles: Iterable[Trouble], answered: Collection[str]) -> dict[str, Trouble]:
    """The CRMs that cannot be worked with, each with its gravest trouble.

    A stream that is busy or not understood does not stop its CRM as long as the CRM answered about another one.
    """
    found: dict[str, Trouble] = {}
    for one in troubles:
        if not _stops_all(one, answered):
            continue
        kept = found.get(one.system)
        found[one.system] = one if kept is None else max(kept, one, key=_gravity)
    return found


def after_cycle(
    before: Mapping[str, Pause], asked: Iterable[str], stops: Mapping[str, Trouble], now: datetime
) -> dict[str, Pause]:
    """The pauses after a cycle: who answered is welcome again, who did not is left alone longer each time."""
    waiting = {name: one for name, one in before.items() if name not in set(asked)}
    return waiting | {name: _pause(one, before.get(name), now) for name, one in stops.items()}


def welcome(systems: Iterable[str], pauses: Mapping[str, Pause], now: datetime) -> frozenset[str]:
    """The CRMs to be asked in a cycle that starts now."""
    return frozenset(name for name in systems if name not in pauses or pauses[name].until <= now)


def _pause(trouble: Trouble, before: Pause | None, now: datetime) -> Pause:
    failures = before.failures + 1 if before else 1
    shut_out = trouble.stops is Stops.ACCESS
    long = LONGEST_PAUSE if shut_out or trouble.stops is Stops.BUDGET else back_off(failures)
    until = now + max(long, timedelta(seconds=trouble.after))
    if trouble.until is not None:
        until = max(trouble.until, now)
    return Pause(trouble.system, until, trouble.words, failures, shut_out)


def _stops_all(one: Trouble, answered: Collection[str]) -> bool:
    if one.stops in {Stops.ACCESS, Stops.BUDGET}:
        return True
    return one.stops is Stops.BUSY and (one.after > 0 or one.system not in answered)


def _gravity(one: Trouble) -> tuple[bool, bool, float]:
    return one.stops is Stops.ACCESS, one.stops is Stops.BUDGET, one.after
