"""What the CRMs told us: records, keys, activities, owners, and how far we have read."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from crmsync.state.tables.base import Row, UTCDateTime


class RecordRow(Row, table=True):
    """One lead or contact of one system. `body` holds the vendor-spelled values in the order of its shape.

    `hash` covers the values only; deleted and converted are states, rows are never removed.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_match_due", "ref", sqlite_where=text("match_due = 1"), postgresql_where=text("match_due")),
        Index("ix_record_created_by_created_at", "created_by", "created_at"),
    )

    ref: str = Field(primary_key=True)
    system: str
    object: str
    id: str = Field(index=True)
    kind: str
    modified_at: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    deleted: bool = False
    converted: bool = False
    first_name: str | None = None
    last_name: str | None = None
    name_key: str = Field(default="", index=True)
    owner: str | None = Field(default=None, index=True)
    created_by: str | None = None
    shape: str
    body: str
    hash: str
    person: str | None = Field(default=None, foreign_key="person.id", index=True)
    link_cause: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    ambiguous: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    match_due: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class ShapeRow(Row, table=True):
    """The field names, in order, under which record values of one StreamSpec were kept (a JSON list)."""

    __tablename__ = "shape"

    digest: str = Field(primary_key=True)
    names: str


class RecordAliasRow(Row, table=True):
    """A record that became another (merge, conversion): one step to the record that lives on, never a circle."""

    __tablename__ = "record_alias"

    old: str = Field(primary_key=True)
    new: str = Field(index=True)
    kind: str
    at: datetime = Field(sa_type=UTCDateTime)


class IdentityKeyRow(Row, table=True):
    """A normalised value that may tie records together; kind `ref` names another record."""

    __tablename__ = "identity_key"

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    ref: str = Field(primary_key=True, index=True)


class ActivityRow(Row, table=True):
    """One thing that happened; it never points to a person, only to records through its parties."""

    __tablename__ = "activity"

    ref: str = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UTCDateTime)
    direction: str
    actor: str
    owner: str | None = None
    label: str = ""
    disposition_raw: str | None = None
    modified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted: bool = False
    open: bool = False
    task_key: str | None = Field(default=None, index=True)
    hash: str
    twin_of: str | None = None
    made_by: str | None = None


class ActivityPartyRow(Row, table=True):
    """Who an activity is about; may be known before the record is, hence no foreign key."""

    __tablename__ = "activity_party"

    activity: str = Field(primary_key=True)
    ref: str = Field(primary_key=True, index=True)


class OwnerRow(Row, table=True):
    """One user or queue of one system as it was last read."""

    __tablename__ = "owner"

    system: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    key: str | None = Field(default=None, index=True)
    kind: str
    active: bool
    manager: str | None = None
    integration: bool = Field(default=False, index=True)
    away: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    away_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    teams: str = Field(default="[]", sa_column_kwargs={"server_default": text("'[]'")})


class PeopleListRow(Row, table=True):
    """A campaign, list or import; `filled` is the list that an import filled."""

    __tablename__ = "people_list"

    ref: str = Field(primary_key=True)
    kind: str
    name: str
    type: str = ""
    source: str = ""
    made_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    modified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted: bool = False
    filled: str | None = Field(default=None, index=True)


class DealRow(Row, table=True):
    """An opportunity or deal; who has to do with it stands in `membership`."""

    __tablename__ = "deal"

    ref: str = Field(primary_key=True)
    name: str
    stage: str = ""
    open: bool | None = None
    won: bool = False
    owner: str | None = None
    modified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted: bool = False


class MembershipRow(Row, table=True):
    """A record that is in a list or has a role in a deal; either side may be read later. Gone ones are removed."""

    __tablename__ = "membership"

    ref: str = Field(primary_key=True)
    record: str = Field(primary_key=True, index=True)
    group: str = Field(index=True)
    at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class HistoryEntryRow(Row, table=True):
    """What a CRM's own history tells of a field (vendor's name and spelling); append-only."""

    __tablename__ = "history_entry"

    ref: str = Field(primary_key=True)
    record: str = Field(index=True)
    field: str
    at: datetime = Field(sa_type=UTCDateTime)
    before: str | None = None
    after: str | None = None
    by: str = ""
    actor: str


class CursorRow(Row, table=True):
    """How far one stream was read; moves only together with its rows."""

    __tablename__ = "cursor"

    system: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    spec_digest: str
    upper: datetime | None = Field(default=None, sa_type=UTCDateTime)
    position: str | None = None


class DescribedRow(Row, table=True):
    """What a CRM told about one object, kept so that a quiet cycle need not ask again."""

    __tablename__ = "described"

    system: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    digest: str
    body: str
    at: datetime = Field(sa_type=UTCDateTime)
