"""What goes into the store in one piece, and the rows people read back from it."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmsync.model.activities import Activity
from crmsync.model.belonging import Deal, HistoryEntry, Membership, PeopleList
from crmsync.model.decisions import Because, ChangeKind, Decision, Score
from crmsync.model.people import Assignment, Observed, Owner, Pass, SlaClock, StageEvent, StatusObservation
from crmsync.model.plans import Intent, PlanHeader, PlanRow, RowState, VerdictKind
from crmsync.model.records import RawRecord, Ref, Scalar, Snapshot
from crmsync.model.streams import Page, StreamSpec


@dataclass(frozen=True, slots=True)
class Staging:
    """One page with its meaning read. Person pages carry `snapshots` (one per record) and `keys`, others the rest.

    `keys` are the identity keys (kind, normalised value) per record; kind `ref` names another record by its text,
    kind `role` is kept but ties nobody. `aliases` are (old record, record that lives on, kind).
    """

    page: Page
    snapshots: Sequence[Snapshot] = ()
    activities: Sequence[Activity] = ()
    owners: Sequence[Owner] = ()
    keys: Mapping[Ref, Sequence[tuple[str, str]]] = dataclasses.field(default_factory=dict)
    aliases: Sequence[tuple[Ref, Ref, str]] = ()
    lists: Sequence[PeopleList] = ()
    members: Sequence[Membership] = ()
    deals: Sequence[Deal] = ()
    history: Sequence[HistoryEntry] = ()


@dataclass(frozen=True, slots=True)
class Reread:
    """Person records of one stream as they were read back after a write (`snapshots`: one per record)."""

    spec: StreamSpec
    records: Sequence[RawRecord]
    snapshots: Sequence[Snapshot]
    keys: Mapping[Ref, Sequence[tuple[str, str]]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A person to decide on now. `mark` counts how often they were marked: only that mark is cleared by deciding."""

    person: str
    mark: int
    cause: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that waits for a person or was left alone, once per (record, field, cause).

    `ref` is empty where it is about the person as a whole. `resolved_at` is set once the cause is gone.
    """

    ref: Ref | None
    field: str
    cause: str
    value: str | None = None
    detail: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    person: str | None = None
    needs_person: bool = True
    count: int = 1
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    resolved_at: datetime | None = None


RESTORED = "undo.left_alone"
"""The cause under which a value that somebody took back from us is set aside."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything one cycle decided, kept in one transaction before any byte leaves.

    `marks` are the marks of `Due`; a person without one keeps their mark. `inputs` are what decisions were made from.
    `header` is None where nothing is to be planned; `rows` then is empty. `epoch` is the lease's, None without a lease.
    """

    cycle: int
    now: datetime
    epoch: int | None = None
    decisions: Sequence[Decision] = ()
    marks: Mapping[str, int] = dataclasses.field(default_factory=dict)
    inputs: Mapping[str, Observed] = dataclasses.field(default_factory=dict)
    header: PlanHeader | None = None
    rows: Sequence[PlanRow] = ()
    intents: Sequence[Intent] = ()
    pools: Mapping[str, Mapping[str, float]] = dataclasses.field(default_factory=dict)
    assignments: Sequence[Assignment] = ()
    set_aside: Sequence[SetAside] = ()


@dataclass(frozen=True, slots=True)
class IntentMove:
    """One step of a pending write. `ref` carries the new record's id, `not_before` when a retry is due."""

    op_id: str
    before: RowState
    after: RowState
    words: str = ""
    ref: Ref | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the reconciliation log: what waits, what was written, what was refused.

    `field` is our name, `before` and `after` vendor-spelled. `plan` is the short number, `words` the vendor's own.
    `cycle` is the one that planned it, by which it can be undone.
    """

    at: datetime
    person: str
    ref: Ref
    kind: ChangeKind
    field: str
    before: Scalar
    after: Scalar
    because: Because
    state: RowState
    verdict: VerdictKind
    verdict_code: str = ""
    plan: str = ""
    by: str = ""
    words: str = ""
    team: str = ""
    task_key: str = ""
    op_id: str = ""
    cycle: int = 0


@dataclass(frozen=True, slots=True)
class AppliedWrite:
    """One field of one record that we wrote, in the vendor's words: joins with the CRM's own audit."""

    op_id: str
    ref: Ref
    vendor_field: str
    before: Scalar
    after: Scalar
    at: datetime
    cycle: int


@dataclass(frozen=True, slots=True)
class Found:
    """An answer to a search: the record and the person it belongs to (none while it is ambiguous or unmatched)."""

    ref: Ref
    person: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """Everything remembered about one person, oldest first."""

    person: str
    refs: tuple[Ref, ...]
    passes: tuple[Pass, ...] = ()
    stage_events: tuple[StageEvent, ...] = ()
    observations: tuple[StatusObservation, ...] = ()
    clocks: tuple[SlaClock, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    rows: tuple[LogRow, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    link_causes: Mapping[Ref, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreNow:
    """The score as it was last decided for one person."""

    person: str
    at: datetime
    grade: str
    interest: float
    shown: str


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A recorded decision: its reasons, and what it was made from where that was kept."""

    cycle: int
    person: str
    at: datetime
    trail: tuple[Because, ...]
    codes: tuple[str, ...]
    score: Score | None
    inputs: Observed | None


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle that was run; `finished_at` is None where it was cut short."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]
    basis: str = ""


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One content of the agreement that was in force: never forgotten while a clock runs under it."""

    digest: str
    text: str
    first_active: datetime
    signed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes to this store now."""

    pid: int
    host: str
    since: datetime
    name: str = "crmsync"
