"""What every table shares: one metadata with named constraints, and a time that is always UTC."""

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
)


class Row(SQLModel):
    """The base of all tables; records are named by the text of their Ref (`system/object/id`)."""

    metadata: ClassVar[MetaData] = METADATA


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out on both databases; a naive one is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database keeps (SQLite: naive UTC text)."""
        if value is None:
            return None
        instant = _utc(value)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    @staticmethod
    def as_text(value: datetime | None) -> str | None:
        """The text SQLite keeps of an aware instant, in one step: for many rows."""
        return None if value is None else _utc(value).isoformat(" ", "microseconds")[:KEPT]

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


KEPT = len("2026-12-02 09:00:00.000000")


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        words = "a time without a zone was to be stored"
        raise ValueError(words)
    return value.astimezone(UTC)
