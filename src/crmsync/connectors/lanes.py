"""What a call is for. The less urgent work stops spending the calls of a day earlier (facts/reliability.md 2.8)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Lane(StrEnum):
    """Kinds of work, the most urgent first. READ is what changed since: without it nothing else can be decided."""

    READ = "read"
    TASK = "task"
    OWNER = "owner"
    STATUS = "status"
    SCORE = "score"
    BACKFILL = "backfill"
    SWEEP = "sweep"


SHARES: Mapping[Lane, float] = {
    Lane.READ: 1.00,
    Lane.TASK: 0.98,
    Lane.OWNER: 0.95,
    Lane.STATUS: 0.90,
    Lane.SCORE: 0.80,
    Lane.BACKFILL: 0.70,
    Lane.SWEEP: 0.60,
}
"""Up to which share of the calls that are ours (all but the reserve) each lane may spend, whoever spent the others."""

WORK: Mapping[Lane, str] = {
    Lane.READ: "Nothing is asked",
    Lane.TASK: "Nothing is written",
    Lane.OWNER: "Owners wait",
    Lane.STATUS: "Statuses wait",
    Lane.SCORE: "Scores wait",
    Lane.BACKFILL: "The first load waits",
    Lane.SWEEP: "Sweeps wait",
}
"""What stands still when a lane is closed, as a sentence that goes on with "until ..."."""

_LANE: ContextVar[Lane] = ContextVar("crmsync_lane", default=Lane.READ)


@contextmanager
def lane(of: Lane) -> Iterator[None]:
    """Every call of this thread inside the block is for this kind of work; without a block it is reading."""
    token = _LANE.set(of)
    try:
        yield
    finally:
        _LANE.reset(token)


def present() -> Lane:
    """What the calls of this thread are for now."""
    return _LANE.get()
