"""SOQL as text, each value escaped (facts/salesforce.md sections 3 and 4)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text(value: str) -> str:
    """A quoted string literal."""
    return f"'{value.translate(_ESCAPES)}'"


def instant(at: datetime) -> str:
    """A dateTime literal, to the second as Salesforce stamps."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_of(field: str, values: Iterable[str]) -> str:
    """`field IN (...)`."""
    return f"{field} IN ({', '.join(text(value) for value in values)})"


def starts_with(field: str, prefix: str) -> str:
    """`field LIKE 'prefix%'`, with the wildcards of the prefix itself made harmless."""
    harmless = prefix.translate(_ESCAPES).replace("%", "\\%").replace("_", "\\_")
    return f"{field} LIKE '{harmless}%'"


def select(fields: Sequence[str], table: str, conditions: Sequence[str] = (), order: str = "") -> str:
    """A query; each field once, conditions joined by AND."""
    query = f"SELECT {', '.join(dict.fromkeys(fields))} FROM {table}"  # noqa: S608 - SOQL, read-only by nature; every value passes `text`
    if conditions:
        query += f" WHERE {' AND '.join(conditions)}"
    return f"{query} ORDER BY {order}" if order else query
