"""Persons, owners, passes and clocks: what is remembered about one human being across both CRMs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crmsync.model.activities import Activity
from crmsync.model.belonging import Deal, ListedIn
from crmsync.model.records import Ref, Snapshot


class OwnerKind(StrEnum):
    """A human being or a queue."""

    PERSON = "person"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Owner:
    """One user or queue of one system as it was last read. `key` is the lower-cased e-mail that joins both CRMs.

    `away`: absent as the CRM shows it, until `away_until` where it tells an end. `teams` are the CRM's own team names.
    """

    system: str
    id: str
    name: str
    key: str | None = None
    kind: OwnerKind = OwnerKind.PERSON
    active: bool = True
    manager: str | None = None
    integration: bool = False
    away: bool = False
    away_until: datetime | None = None
    teams: tuple[str, ...] = ()

    def is_away(self, now: datetime) -> bool:
        """Whether they are absent at that instant: the end of an absence counts, whatever a flag still says."""
        return self.away_until > now if self.away_until is not None else self.away


@dataclass(frozen=True, slots=True)
class Directory:
    """All owners by (system, id): who may own a lead, who is gone, who is a machine.

    `queue_prefixes` tell a queue by how its id begins, per system, where the queues themselves are not read.
    """

    owners: Mapping[tuple[str, str], Owner] = field(default_factory=dict)
    queue_prefixes: Mapping[str, str] = field(default_factory=dict)

    def of(self, system: str, owner_id: str | None) -> Owner | None:
        """The owner with that id, if the system has one."""
        if not owner_id:
            return None
        known, prefix = self.owners.get((system, owner_id)), self.queue_prefixes.get(system)
        if known is None and prefix is not None and owner_id.startswith(prefix):
            return Owner(system, owner_id, "a queue", kind=OwnerKind.QUEUE)
        return known

    def by_key(self, system: str, key: str) -> Owner | None:
        """The owner with that e-mail in that system."""
        wanted = key.casefold()
        return next((one for one in self.owners.values() if one.system == system and one.key == wanted), None)


@dataclass(frozen=True, slots=True)
class Pass:
    """One trip through the funnel. `carrier` is the record that carries the status; `status` is what we decided.

    `human_moved_at` is when a person's claim last moved a known status; a daemon move needs newer evidence.
    `with_sales_since` is since when the CRM shows that sales owes an answer (None while it does not).
    `reason` and `resurface_at` are set when the pass left the path.
    """

    person: str
    number: int
    opened_at: datetime
    origin: str
    carrier: Ref | None = None
    status: str | None = None
    status_since: datetime | None = None
    human_moved_at: datetime | None = None
    with_sales_since: datetime | None = None
    reason: str | None = None
    resurface_at: datetime | None = None
    assignees: tuple[str, ...] = ()
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who a pass was given to (`owner` is an owner key), so that a retry or a re-plan reuses the answer."""

    person: str
    pass_number: int
    owner: str
    at: datetime
    because: str


class ClockState(StrEnum):
    """Where an SLA clock stands."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SlaClock:
    """A promise that is running or over. All instants come from the CRM; `due_day` is the local day (YYYYMMDD).

    `subject` is the record on which the pass started: part of the task key. `owner` is an owner key.
    `agreement` is the hash of the version the clock started under; a closed clock never changes again.
    """

    person: str
    pass_number: int
    code: str
    ordinal: int
    subject: Ref
    owner: str
    started_at: datetime
    evidence: str
    due_at: datetime
    due_day: str
    agreement: str
    state: ClockState = ClockState.RUNNING
    closed_at: datetime | None = None
    outcome: str = ""


US = "us"
"""The actor of a value that we wrote ourselves."""
ECHO = "echo"
"""The meaning under which a value is kept that a sync copied over from the other CRM: nobody's edit."""


@dataclass(frozen=True, slots=True)
class StatusObservation:
    """A value of a tracked field as we found it; recovered call outcomes live here. Append-only.

    `trust`: "history" (the CRM's own), "server stamp" or "our read". `by` is who set it where that is told, `actor`
    what that is (see Actor; "us" for our own writes; empty: not known).
    """

    ref: Ref
    field: str
    at: datetime
    value: str | None
    trust: str = "our read"
    meaning: str = ""
    by: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class StageEvent:
    """A pass entered a stage. `implied` stages were skipped over at the same instant."""

    person: str
    pass_number: int
    stage: str
    status: str
    at: datetime
    source: str
    record: Ref | None = None
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """A value that somebody wanted back after we had changed it: while the field shows it, crmsync leaves it alone."""

    value: str | None
    at: datetime
    by: str = ""
    cycle: int = 0


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything known about one person at the instant of deciding.

    `seen` holds, per (record, field), the value that was in front of us when we last decided: a key that is absent
    was never decided on. `activities` count once (twins left out), oldest first. `restored` holds the values that
    somebody took back from us. `history` is what the CRMs' own histories tell of the tracked fields, oldest first.
    `lists` and `deals` are what their records are in; `burst` says, per record, how many records its maker made at
    about that time.
    """

    person: str
    records: tuple[Snapshot, ...]
    seen: Mapping[tuple[Ref, str], str | None] = field(default_factory=dict)
    trip: Pass | None = None
    clocks: tuple[SlaClock, ...] = ()
    activities: tuple[Activity, ...] = ()
    assignment: Assignment | None = None
    observations: tuple[StatusObservation, ...] = ()
    ambiguous: bool = False
    passes: int = 0
    restored: Mapping[tuple[Ref, str], Restored] = field(default_factory=dict)
    history: tuple[StatusObservation, ...] = ()
    lists: tuple[ListedIn, ...] = ()
    deals: tuple[Deal, ...] = ()
    burst: Mapping[Ref, int] = field(default_factory=dict)
