"""What we made of it: persons, passes, clocks, and what was in front of us when we decided."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from crmsync.state.tables.base import Row, UTCDateTime


class PersonRow(Row, table=True):
    """One human being; the id is made from their first record. A merged person points to the survivor."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    survivor: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)


class LinkDecisionRow(Row, table=True):
    """Somebody's word on whether two records are the same person (same, different, pinned)."""

    __tablename__ = "link_decision"

    record_a: str = Field(primary_key=True)
    record_b: str = Field(primary_key=True)
    verdict: str
    by: str
    at: datetime = Field(sa_type=UTCDateTime)


class SeenRow(Row, table=True):
    """The value that was in front of us when the last decision on this record was recorded."""

    __tablename__ = "seen"

    ref: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str | None = None


class ObservationRow(Row, table=True):
    """A value of a tracked field as it was found; append-only. `value` is JSON, so that nothing is a value too."""

    __tablename__ = "observation"

    ref: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    value: str = Field(primary_key=True)
    trust: str
    meaning: str = ""
    by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    actor: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class PassRow(Row, table=True):
    """One trip through the funnel; at most one open per person."""

    __tablename__ = "pass"
    __table_args__ = (
        Index(
            "uq_pass_open",
            "person",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    person: str = Field(primary_key=True, foreign_key="person.id")
    number: int = Field(primary_key=True)
    opened_at: datetime = Field(sa_type=UTCDateTime)
    origin: str
    carrier: str | None = None
    status: str | None = None
    status_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    human_moved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    with_sales_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str | None = None
    resurface_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    assignees: str = "[]"
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class StageEventRow(Row, table=True):
    """A pass entered a stage; append-only, replaying them gives the status of the pass."""

    __tablename__ = "stage_event"
    __table_args__ = (UniqueConstraint("person", "pass_number", "stage", "status", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    person: str
    pass_number: int
    stage: str
    status: str
    at: datetime = Field(sa_type=UTCDateTime)
    source: str
    record: str | None = None
    implied: bool = False


class ClockRow(Row, table=True):
    """A promise that runs or is over; keeps the agreement it started under. A closed one never changes again."""

    __tablename__ = "clock"

    person: str = Field(primary_key=True)
    pass_number: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    subject: str
    owner: str
    started_at: datetime = Field(sa_type=UTCDateTime)
    evidence: str
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    due_day: str
    agreement: str
    state: str
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    outcome: str = ""


class PersonStateRow(Row, table=True):
    """Whether a person must be decided on, and when next. `mark` grows with every reason to look again."""

    __tablename__ = "person_state"
    __table_args__ = (
        Index(
            "ix_person_state_dirty",
            "dirty_since",
            "person",
            sqlite_where=text("dirty = 1"),
            postgresql_where=text("dirty"),
        ),
    )

    person: str = Field(primary_key=True, foreign_key="person.id")
    dirty: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    mark: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    cause: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    dirty_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    recheck_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    grade: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    interest: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    shown: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    score_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class PoolRow(Row, table=True):
    """Whose turn it is in a team; moves only when a cycle is recorded."""

    __tablename__ = "pool"

    team: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    pointer: float


class AssignmentRow(Row, table=True):
    """Who a pass was given to, so that a retry or a re-plan reuses the answer."""

    __tablename__ = "assignment"

    person: str = Field(primary_key=True)
    pass_number: int = Field(primary_key=True)
    owner: str
    at: datetime = Field(sa_type=UTCDateTime)
    because: str
