"""What the two emulated CRMs share: one server clock, one lock, and a desk of books for each CRM.

How a CRM plugs in (Salesforce lives in `emulator/salesforce`, HubSpot in `emulator/hubspot`): it is an object that
satisfies `Crm`, built as `Org(world)` or `Portal(world)`. Its handlers are plain functions `Asked -> Answer` (see
`wire.py`), run one at a time under `world.lock`; matching, counting of calls, transport faults and the Date header
happen outside, in `gate.py`.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from crmsync.emulator.faults import Faults
from crmsync.emulator.wire import Answer, Asked, Json, Route

SALESFORCE = "salesforce"
HUBSPOT = "hubspot"
TOKEN = "emulator-token"  # noqa: S105 - the loopback emulator's own, public by design

Row = Mapping[str, Json]
Saved: TypeAlias = Any  # what a CRM keeps to come back to; only the CRM itself looks into it


class BadRow(ValueError):
    """A row of `load` or a step of `actors` cannot be taken; the words say why."""


class Crm(Protocol):
    """What the control endpoints and the server need of a CRM."""

    def routes(self) -> Sequence[Route]:
        """The routes of the vendor's API; the first that fits answers."""

    def load(self, row: Row) -> None:
        """Take one `{"type", "id"?, "fields"}` row, not audited; raise BadRow for one that makes no sense."""

    def act(self, actor: str, step: Row) -> dict[str, Json]:
        """Do `{"op", "type", "id"? | "where"?, "fields"?}` as the person `actor`; answers e.g. `{"id": ...}`."""

    def checkpoint(self) -> Saved:
        """Everything stored, as `restore` takes it back (a bad load is undone, a reset goes to the start)."""

    def restore(self, saved: Saved) -> None:
        """Go back to a checkpoint."""

    def unrouted(self, asked: Asked, known: bool) -> Answer:  # noqa: FBT001 - one fact of the router
        """The vendor's words for a path nobody answers, or (known) that takes other methods only."""

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """The headers the vendor puts on every answer to a data call (limits, trace ids)."""


@dataclass(slots=True)
class Clock:
    """The servers' clock: wall time plus an offset, or standing still."""

    offset: timedelta = timedelta(0)
    frozen_at: datetime | None = None

    def now(self) -> datetime:
        """The servers' instant, UTC, with microseconds (each CRM cuts it to its own resolution)."""
        return self.frozen_at or datetime.now(UTC) + self.offset

    def set(self, at: datetime) -> None:
        """Make it `at` now; a frozen clock stays frozen, a running one runs on from there."""
        if self.frozen_at is not None:
            self.frozen_at = at.astimezone(UTC)
        else:
            self.offset = at - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Move it on (or back) by seconds."""
        self.set(self.now() + timedelta(seconds=seconds))

    def saved(self) -> tuple[datetime | None, float]:
        """Where it stands, for `restore`: the instant it is frozen at, or none and its offset in seconds."""
        return self.frozen_at, self.offset.total_seconds()

    def restore(self, saved: tuple[datetime | None, float]) -> None:
        """Back to a saved instant (frozen) or offset (running)."""
        self.frozen_at, self.offset = saved[0], timedelta(seconds=saved[1])

    def freeze(self, frozen: bool = True) -> None:  # noqa: FBT001, FBT002 - `freeze(False)` reads well
        """Stop the clock at this instant, or let it run on from where it stands."""
        at = self.now()
        self.frozen_at = at if frozen else None
        self.set(at)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One record written: by an API client (`Desk.audit`) or by a person (`Desk.edits`)."""

    at: datetime
    actor: str
    op: str
    type: str
    id: str
    changes: dict[str, tuple[Json, Json]]

    def as_json(self) -> dict[str, Json]:
        """The row as `/__emulator__/audit` shows it: `changes` is `{field: [before, after]}`."""
        changes: dict[str, Json] = {name: [before, after] for name, (before, after) in self.changes.items()}
        at = self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"at": at, "actor": self.actor, "op": self.op, "type": self.type, "id": self.id, "changes": changes}


@dataclass(slots=True)
class Desk:
    """The books of one CRM: what API clients wrote, what people did, how often who called, and what shall go wrong."""

    audit: list[AuditRow] = field(default_factory=list)
    edits: list[AuditRow] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    faults: Faults = field(default_factory=Faults)

    def clear(self) -> None:
        """Forget all of it, as `reset` does."""
        self.audit.clear()
        self.edits.clear()
        self.calls.clear()
        self.faults.clear()


class World:
    """Both CRMs' common ground; everything in it is touched under `lock` only."""

    def __init__(self, seed: int = 0) -> None:
        """An empty world; `seed` makes whatever looks random (ids of pages, trace ids) repeatable."""
        self.seed = seed
        self.random = random.Random(seed)
        self.token = TOKEN
        self.clock = Clock()
        self.lock = threading.RLock()
        self.desks: dict[str, Desk] = {SALESFORCE: Desk(), HUBSPOT: Desk()}

    def desk(self, system: str) -> Desk:
        """The books of `salesforce` or `hubspot`."""
        return self.desks[system]
