"""What was decided and done: cycles, decisions, plans, pending writes, and what waits for people."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from crmsync.state.tables.base import Row, UTCDateTime

OPEN_INTENT = "task_key <> '' AND state IN ('intent', 'sent', 'in_doubt', 'retryable')"


class CycleTableRow(Row, table=True):
    """One run of the river."""

    __tablename__ = "cycle"

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    counts: str = "{}"
    basis: str = ""


class DecisionRow(Row, table=True):
    """A decision that changed something or is held; `body` is compressed JSON, inputs included."""

    __tablename__ = "decision"

    cycle: int = Field(primary_key=True, foreign_key="cycle.id")
    person: str = Field(primary_key=True, index=True)
    at: datetime = Field(sa_type=UTCDateTime)
    codes: str
    body: bytes = Field(sa_type=LargeBinary)


class PlanTableRow(Row, table=True):
    """A stored plan; immutable but for its state. One content has one digest. `undoes` is the cycle it takes back."""

    __tablename__ = "plan"

    digest: str = Field(primary_key=True)
    cycle: int
    at: datetime = Field(sa_type=UTCDateTime)
    counts: str
    state: str = Field(index=True)
    first: bool = False
    undoes: int | None = None


class ChangeRow(Row, table=True):
    """One planned row; immutable but for where it stands."""

    __tablename__ = "change"
    __table_args__ = (UniqueConstraint("plan", "ref", "field", "task_key"),)

    plan: str = Field(primary_key=True, foreign_key="plan.digest")
    seq: int = Field(primary_key=True)
    ref: str
    field: str
    kind: str
    person: str = Field(index=True)
    task_key: str = ""
    body: str
    verdict: str
    verdict_code: str = ""
    verdict_facts: str = "{}"
    state: str
    op_id: str = ""
    detail: str = ""
    approved_by: str = ""
    attempt: int = 0
    at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class IntentRow(Row, table=True):
    """A pending or finished write; every step hits exactly one row of the present epoch. Holds the before-image."""

    __tablename__ = "intent"
    __table_args__ = (
        Index(
            "uq_intent_task_key_open",
            "task_key",
            unique=True,
            sqlite_where=text(OPEN_INTENT),
            postgresql_where=text(OPEN_INTENT),
        ),
        Index("ix_intent_plan_seq", "plan", "seq"),
    )

    op_id: str = Field(primary_key=True)
    plan: str
    seq: int
    cycle: int
    ref: str
    field: str
    kind: str
    person: str = Field(index=True)
    task_key: str = ""
    task_owner: str = ""
    body: str
    vendor_values: str
    epoch: int
    state: str = Field(index=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    attempt: int = 1
    words: str = ""
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    result_ref: str | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    approved_by: str = ""


class SetAsideRow(Row, table=True):
    """Something left alone, once per (record, field, cause). `subject` is a record, or `person/<id>`."""

    __tablename__ = "set_aside"

    subject: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    value: str | None = None
    detail: str = ""
    facts: str = "{}"
    person: str | None = Field(default=None, index=True)
    needs_person: bool = True
    origin: str
    count: int = 1
    first_seen: datetime = Field(sa_type=UTCDateTime)
    last_seen: datetime = Field(sa_type=UTCDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AgreementVersionRow(Row, table=True):
    """One content of the agreement; never deleted, because a clock may refer to it."""

    __tablename__ = "agreement_version"

    digest: str = Field(primary_key=True)
    text: str
    first_active: datetime = Field(sa_type=UTCDateTime)
    signed_by: str = "[]"


class LeaseRow(Row, table=True):
    """Who may write: one row; the epoch only grows."""

    __tablename__ = "lease"

    id: int = Field(default=1, primary_key=True)
    epoch: int
    holder: str
    since: datetime = Field(sa_type=UTCDateTime)


class QuotaRow(Row, table=True):
    """How many calls we made to one system on one day (YYYYMMDD, UTC)."""

    __tablename__ = "quota"

    system: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    calls: int = 0
