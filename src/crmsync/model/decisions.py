"""What was decided about a person, and why."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.model.people import Pass, SlaClock, StageEvent, StatusObservation
from crmsync.model.records import Ref, Scalar


class ChangeKind(StrEnum):
    """The kinds of change an admin switches on one at a time."""

    STATUS = "status"
    CONTACT_STATUS = "contact_status"
    OWNER = "owner"
    SCORE = "score"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Because:
    """A machine-readable reason: a code that `reports.words` puts into a sentence, and the facts it names."""

    code: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a rule found: `field` and `ref` where it is about one; `needs_person` puts it under "needs you"."""

    code: str
    ref: Ref | None = None
    field: str | None = None
    value: str | None = None
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    needs_person: bool = False


@dataclass(frozen=True, slots=True)
class Desired:
    """A value one field of one record should hold; plan turns it into a change only where the record differs."""

    ref: Ref
    field: str
    value: Scalar
    kind: ChangeKind
    because: Because


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """An SLA task to be made: `owner` is an owner key, `about` the record it stands on, `key` of section 6."""

    key: str
    about: Ref
    owner: str
    subject: str
    text: str
    due_day: str
    because: Because
    clock: str = ""
    manager: str = ""


@dataclass(frozen=True, slots=True)
class OwnerRequest:
    """A person needs an owner; answered by settle over the whole cycle. `targets` are the records to be owned.

    `relationship` is the owner key that wins without a turn (account owner, existing relation). Lane 0 is served
    before lane 1 (the fast lane: somebody asked for a demo).
    """

    person: str
    pass_number: int
    targets: tuple[Ref, ...]
    score: float
    since: datetime
    relationship: str | None = None
    team: str | None = None
    because: Because = dataclasses.field(default_factory=lambda: Because("owner.missing"))
    lane: int = 1


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A missed deadline asks for a task; settle caps them per person and day."""

    person: str
    draft: TaskDraft
    score: float
    since: datetime
    lane: int = 1


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the interest ledger; the lines add up to the score exactly (`points` x `age` x `repeat`)."""

    label: str
    group: str
    points: float
    age: float
    repeat: float
    at: datetime
    amount: float


@dataclass(frozen=True, slots=True)
class Score:
    """Fit as a grade, interest as a number 0-100 at one instant, with the ledger that explains it.

    `shown` is the one text that is written to a CRM ("B, 60"). `next_step_at` is when `shown` next changes by itself.
    """

    grade: str
    fit_points: float
    fit_known: float
    interest: float
    shown: str
    ledger: tuple[ScoreLine, ...] = ()
    capped: float = 0.0
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What should be true of one person now. Pure output of `decide`; the plan compares it with what was observed.

    `seen` is what was in front of us, to be remembered in the transaction that records the decision.
    `recheck_at` is the instant at which this decision could next change without any event; always in the future.
    `released` are fields that no longer show the value somebody had taken back from us: they are ours again.
    """

    person: str
    at: datetime
    trip: Pass | None
    desired: tuple[Desired, ...] = ()
    owner_request: OwnerRequest | None = None
    task_requests: tuple[TaskRequest, ...] = ()
    clocks: tuple[SlaClock, ...] = ()
    findings: tuple[Finding, ...] = ()
    observations: tuple[StatusObservation, ...] = ()
    stage_events: tuple[StageEvent, ...] = ()
    score: Score | None = None
    seen: Mapping[tuple[Ref, str], str | None] = dataclasses.field(default_factory=dict)
    frozen: frozenset[tuple[Ref, str]] = frozenset()
    released: frozenset[tuple[Ref, str]] = frozenset()
    recheck_at: datetime | None = None
    trail: tuple[Because, ...] = ()
