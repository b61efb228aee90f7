"""From a plan to a confirmed write."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.model.decisions import Because, ChangeKind, TaskDraft
from crmsync.model.records import Ref, Scalar


class VerdictKind(StrEnum):
    """What the safety limits say about one change."""

    ALLOW = "allow"
    HOLD = "hold"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed, held until somebody approves, or dropped; with the reason code people can look up."""

    kind: VerdictKind
    code: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one record that should become another. For a new task `ref.id` is empty and `draft` is set.

    `field` is our name. `before` and `after` are vendor-spelled. `stale_after` is the record's stamp when planned.
    `restores`: somebody took our write back, so that the field is left alone afterwards.
    """

    ref: Ref
    field: str
    before: Scalar
    after: Scalar
    kind: ChangeKind
    because: Because
    person: str
    team: str = ""
    draft: TaskDraft | None = None
    restores: bool = False

    @property
    def task_key(self) -> str:
        """The key of the task this change makes, or nothing."""
        return self.draft.key if self.draft else ""


class RowState(StrEnum):
    """Where one planned row stands on its way; people read other words for these (`reports.words`)."""

    PLANNED = "planned"
    APPROVED = "approved"
    INTENT = "intent"
    SENT = "sent"
    APPLIED = "applied"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    RETRYABLE = "retryable"
    SUPERSEDED = "superseded"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One stored row of a plan."""

    seq: int
    change: Change
    verdict: Verdict
    state: RowState = RowState.PLANNED
    op_id: str = ""
    detail: str = ""
    approved_by: str = ""
    attempt: int = 0
    at: datetime | None = None


class PlanState(StrEnum):
    """Where a stored plan stands."""

    OPEN = "open"
    DONE = "done"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class PlanHeader:
    """A stored plan without its rows. `number` is the short form of `digest` that people see, e.g. 7f3a-91.

    `undoes` is the cycle whose writes the plan takes back; such a plan stands beside the others until it is approved.
    """

    digest: str
    cycle: int
    at: datetime
    counts: Mapping[str, int]
    state: PlanState = PlanState.OPEN
    first: bool = False
    undoes: int | None = None

    @property
    def number(self) -> str:
        """The plan number people read and type."""
        return f"{self.digest[:4]}-{self.digest[4:6]}"


class ReceiptKind(StrEnum):
    """What the vendor said about one row."""

    OK = "ok"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    RETRY = "retry"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The vendor's answer to one row. `ref` carries the new id after an insert; `words` are the vendor's own."""

    op_id: str
    kind: ReceiptKind
    ref: Ref | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """A pending write: recorded before the first byte leaves, resolved by its receipt or by reading.

    `before` and `after` are vendor-spelled; `vendor_values` is exactly what is sent.
    """

    op_id: str
    plan: str
    seq: int
    change: Change
    vendor_values: Mapping[str, Scalar]
    epoch: int
    state: RowState
    at: datetime
    attempt: int = 1
    words: str = ""
    not_before: datetime | None = None
