"""A stage is a world with both CRMs on it, filled with a scenario, and able to go back to how it started."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType

from crmsync.emulator.hubspot import Portal
from crmsync.emulator.salesforce import Org
from crmsync.emulator.wire import Json
from crmsync.emulator.world import HUBSPOT, SALESFORCE, BadRow, Crm, Row, Saved, World

EMPTY = "empty"


@dataclass(slots=True)
class Stage:
    """The world and its two CRMs; `start` is what `reset` goes back to."""

    world: World
    salesforce: Org
    hubspot: Portal
    start: tuple[Saved, Saved, tuple[datetime | None, float]] | None = None

    def crm(self, system: str) -> Crm:
        """The CRM behind the port of this system."""
        return self.salesforce if system == SALESFORCE else self.hubspot

    def load(self, system: str, row: Row) -> None:
        """Take one row on the port of `system`; a row may name its system, then it must be this one."""
        if row.get("system", system) != system:
            raise BadRow(f"the row belongs to {row['system']!r}; this is {system}")
        if row.get("type") == "__clock__":
            fields = row.get("fields")
            self.world.clock.set(instant(fields.get("at") if isinstance(fields, dict) else None))
            return
        self.crm(system).load(row)

    def load_all(self, rows: Iterable[Row]) -> None:
        """Take rows that name their system, as a scenario yields them."""
        for row in rows:
            self.load(str(row.get("system", SALESFORCE)), row)

    def keep_start(self) -> None:
        """From now on `reset` comes back to this moment."""
        self.start = (self.salesforce.checkpoint(), self.hubspot.checkpoint(), self.world.clock.saved())

    def reset(self) -> None:
        """Both CRMs, their books and the clock as they were at the start."""
        if self.start is None:
            return
        org, portal, clock = self.start
        self.salesforce.restore(org)
        self.hubspot.restore(portal)
        self.world.clock.restore(clock)
        for system in (SALESFORCE, HUBSPOT):
            self.world.desk(system).clear()


def load_scenario(name: str = EMPTY, seed: int = 0) -> Stage:
    """Build the stage of a scenario: `empty`, or a module of `emulator/scenarios`; raises UnknownScenario."""
    world = World(seed)
    stage = Stage(world, Org(world), Portal(world))
    if name != EMPTY:
        module = _module(name)
        world.clock.set(module.START)
        stage.load_all(module.rows(seed))
        world.clock.set(module.START)
    stage.keep_start()
    return stage


class UnknownScenario(ValueError):
    """Nobody wrote a scenario of that name."""


def _module(name: str) -> ModuleType:
    path = f"crmsync.emulator.scenarios.{name}"
    try:
        if re.fullmatch(r"[a-z][a-z0-9_]*", name):
            module = importlib.import_module(path)
            if hasattr(module, "rows") and hasattr(module, "START"):
                return module
    except ModuleNotFoundError as problem:
        if problem.name not in (path, "crmsync.emulator.scenarios"):
            raise
    raise UnknownScenario(f"there is no scenario {name!r}")


def instant(text: Json) -> datetime:
    """An ISO instant; without a zone it is UTC. Raises BadRow."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadRow(f"{text!r} is no ISO instant") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
