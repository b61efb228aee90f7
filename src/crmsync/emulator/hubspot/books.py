"""Everything a portal remembers, and the values every handler needs: the clock, who writes, what shall go wrong."""

from __future__ import annotations

import uuid
from bisect import insort
from dataclasses import dataclass, field, replace

from crmsync.emulator.hubspot.index import Index
from crmsync.emulator.hubspot.kinds import KINDS, Kind, kind_named
from crmsync.emulator.hubspot.limits import Limits
from crmsync.emulator.hubspot.links import Links
from crmsync.emulator.hubspot.listed import Import, Roster, Segment
from crmsync.emulator.hubspot.outreach import Outreach
from crmsync.emulator.hubspot.pipelines import Pipelines, stock_pipelines
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.remembered import Remembered
from crmsync.emulator.hubspot.rules import Required, Rule
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.hubspot.stock import all_stock
from crmsync.emulator.hubspot.store import Record, Source, Table
from crmsync.emulator.hubspot.tokens import Grants
from crmsync.emulator.hubspot.values import millis, stamp
from crmsync.emulator.wire import Asked, Json
from crmsync.emulator.world import HUBSPOT, AuditRow, Desk, World

PORTAL_ID = 4083751
APP_ID = "3351247"


@dataclass(slots=True)
class Owner:
    """Somebody (or a queue) records can belong to: `id` is what `hubspot_owner_id` holds, `user_id` who logs in."""

    id: str
    email: str = ""
    first: str = ""
    last: str = ""
    type: str = "PERSON"
    user_id: int | None = None
    archived: bool = False
    teams: list[Json] = field(default_factory=list)
    at: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One thing somebody did (a page view, a form), ordered by instant; `number` makes its id."""

    at: int
    number: int
    type: str = field(compare=False)
    object_id: str = field(compare=False)
    id: str = field(compare=False)
    properties: dict[str, str] = field(compare=False)
    kind: str = field(compare=False, default="contacts")


@dataclass(slots=True)
class State:
    """What a checkpoint keeps; plain values only."""

    schema: dict[str, dict[str, Property]] = field(default_factory=all_stock)
    tables: dict[str, Table] = field(default_factory=lambda: {name: Table() for name in KINDS})
    links: Links = field(default_factory=Links)
    index: Index = field(default_factory=Index)
    owners: dict[str, Owner] = field(default_factory=dict)
    happenings: list[Occurrence] = field(default_factory=list)
    event_ids: set[str] = field(default_factory=set)
    account: dict[str, Json] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)
    outreach: Outreach = field(default_factory=Outreach)
    pipelines: Pipelines = field(default_factory=stock_pipelines)
    definition: int = 900_000
    archived_properties: dict[str, dict[str, Property]] = field(default_factory=dict)
    groups: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    rules: dict[str, list[Rule | Required]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    lists: dict[str, Segment] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes a record: the API client (audited), or somebody or something of the portal (kept among the edits).

    `strict` clients are bound by the portal's validation rules; `via` and `label` are what the history says instead.
    """

    id: str
    source: str
    api: bool
    strict: bool = False
    via: str = ""
    label: str = ""

    @property
    def source_id(self) -> str:
        """What `hs_object_source_id` and the history say."""
        return self.via or (self.id if self.api else f"userId:{self.id}")

    @property
    def mark(self) -> Source:
        """How the history names them."""
        user = self.id if not self.api and self.id.isdecimal() and self.id.isascii() else ""
        return Source(self.source, self.source_id, self.label, user)


CLIENT = Author(APP_ID, "INTEGRATION", api=True)
STRICT_CLIENT = replace(CLIENT, strict=True)


def client(asked: Asked) -> Author:
    """The API client; on the 2026-09 paths the portal's rules bind it (facts/hubspot.md section 0.6)."""
    return STRICT_CLIENT if "/2026-09/" in asked.path else CLIENT


def person(actor: str) -> Author:
    """Somebody at a screen, or the native sync by its source type (facts/hubspot.md 7, unverified: SALESFORCE)."""
    return Author(actor, actor if actor == NATIVE_SYNC else "CRM_UI", api=False)


NATIVE_SYNC = "SALESFORCE"


class Books:
    """The portal's state between the world around it and the handlers; touched under the world's lock only."""

    def __init__(self, world: World) -> None:
        """An untouched portal."""
        self.world = world
        self.state = State()
        self.limits = Limits()
        self.remembered = Remembered()
        self.rosters: dict[str, Roster] = {}
        for name, properties in self.state.schema.items():
            for known in properties.values():
                if known.unique:
                    self.state.tables[name].watch(known.name)

    @property
    def desk(self) -> Desk:
        """The audit, the calls and the faults of the HubSpot port."""
        return self.world.desk(HUBSPOT)

    def now(self) -> int:
        """The servers' instant in epoch milliseconds, which is HubSpot's resolution."""
        return millis(self.world.clock.now())

    def kind(self, word: str) -> Kind:
        """The object type of a path segment; 400 for one this portal does not have."""
        kind = kind_named(word)
        if kind is None:
            raise Refusal(400, f"Unable to infer object type from: {word}")
        return kind

    def table(self, kind: Kind) -> Table:
        """The records of that type."""
        return self.state.tables[kind.name]

    def schema(self, kind: Kind) -> dict[str, Property]:
        """The property definitions of that type, by name."""
        return self.state.schema[kind.name]

    def keep(self, kind: Kind, record: Record) -> Record:
        """Store this version, its stamps among its properties; search sees it now or, with a `search_lag`, later."""
        stamps = {kind.created: stamp(record.created), kind.modified: stamp(record.modified)}
        kept = replace(record, properties={**record.properties, **stamps})
        self.table(kind).put(kept)
        self._index(kind, kept.id, kept if kept.archived is None else None)
        return kept

    def drop(self, kind: Kind, record: Record) -> None:
        """Forget a record; search may go on showing it for a moment."""
        self.table(kind).drop(record)
        self._index(kind, record.id, None)

    def happen(self, occurrence: Occurrence) -> None:
        """Keep an occurrence, in order of instants."""
        insort(self.state.happenings, occurrence)

    def write_down(self, author: Author, op: str, kind: str, id_: str, changes: dict[str, tuple[Json, Json]]) -> None:
        """One row for one record written: API clients into the audit, people into the edits."""
        row = AuditRow(self.world.clock.now(), author.id, op, kind, id_, changes)
        (self.desk.audit if author.api else self.desk.edits).append(row)

    def new_definition(self) -> str:
        """An id for a pipeline, stage, list or import that somebody makes."""
        self.state.definition += 1
        return str(self.state.definition)

    def trace(self) -> str:
        """A new correlation id: a real uuid, repeatable by the world's seed."""
        return str(uuid.UUID(int=self.world.random.getrandbits(128), version=4))

    def stamp(self) -> str:
        """The servers' instant as HubSpot prints it."""
        return stamp(self.now())

    def _index(self, kind: Kind, id_: str, record: Record | None) -> None:
        planted = self.desk.faults.setting("search_lag") or {}
        seconds = planted.get("seconds")
        lag = int(seconds * 1000) if isinstance(seconds, int | float) else 0
        if lag > 0 and planted.get("flap") is True:
            self.state.index.flap(kind.name, id_, record, self.now() + lag, lag)
        else:
            self.state.index.note(kind.name, id_, record, self.now() + lag if lag > 0 else None)
