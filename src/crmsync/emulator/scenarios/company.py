"""The company under construction: its people, the load rows so far, and what was planted, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from crmsync.emulator.scenarios.ids import Ids
from crmsync.emulator.scenarios.instants import office_instant
from crmsync.emulator.scenarios.people import Someone, invent
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.staff import DACH, UK, Worker, hire
from crmsync.emulator.wire import Json

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Record:
    """One person record as planted: its status as found; `follows` tells that its status is ours to write.

    `frozen_whole`: no field of it may ever be written (a converted lead).
    """

    system: str
    object: str
    id: str
    status: str | None = None
    follows: bool = True
    frozen_whole: bool = False

    def spelling(self, status: str) -> str:
        """How this record's CRM spells an agreed status."""
        return SPELLED[status][0 if self.system == "salesforce" else 1]


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted person: the status it must come to (None: none is decided), and the line that says so."""

    archetype: str
    status: str | None
    why: str
    who: Someone
    records: tuple[Record, ...]
    owner: Worker | None = None

    def first(self, object_: str) -> Record:
        """The first record of one object, e.g. `Lead` or `contacts`."""
        return next(one for one in self.records if one.object == object_)


class Company:
    """Both CRMs of Halden Freight while they are filled; the same seed fills them the same way."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(f"halden-{seed}")
        self.ids = Ids()
        self.staff = hire(self.ids)
        self.rows: list[Row] = self.staff.rows()
        self.plants: list[Plant] = []
        self.marks: list[tuple[str, Row]] = []
        self.addresses: set[str] = set()

    def someone(self, grade: str = "", *, dach: bool | None = None) -> Someone:
        """A person nobody met before, of a fit grade (A, B, C, D; any if not said)."""
        return invent(self.rng, grade or self.rng.choice("AABBCD"), dach, self.addresses)

    def rep(self, who: Someone) -> Worker:
        """Some rep of the team that sells in this person's country."""
        return self.rng.choice([one for one in self.staff.reps if one.team == team_of(who)])

    def closer(self, who: Someone) -> Worker:
        """Some rep of that team who takes turns in routing."""
        return self.rng.choice(self.staff.turns(team_of(who)))

    def long_ago(self, most_days_ago: float = 330, least_days_ago: float = 6) -> datetime:
        """An instant of office hours before the agreement went live."""
        return office_instant(self.rng, most_days_ago, least_days_ago)

    def load(self, system: str, type_: str, id_: str, fields: Row) -> None:
        """One more load row."""
        self.rows.append({"system": system, "type": type_, "id": id_, "fields": fields})

    def plant(
        self,
        archetype: str,
        status: str | None,
        why: str,
        who: Someone,
        records: Iterable[Record],
        owner: Worker | None = None,
    ) -> Plant:
        """Remember what was planted and what must come of it."""
        planted = Plant(archetype, status, why, who, tuple(records), owner)
        self.plants.append(planted)
        return planted

    def mark(self, section: str, **entry: Json) -> None:
        """Put one entry into a section of the planted truth."""
        self.marks.append((section, entry))

    def of(self, archetype: str) -> list[Plant]:
        """Everybody planted as this archetype, in order."""
        return [one for one in self.plants if one.archetype == archetype]


def team_of(who: Someone) -> str:
    """The team that sells in this person's country (routing.yaml)."""
    return DACH if who.dach else UK
