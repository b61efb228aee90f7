"""Small steps several parts of the store share: marking persons, setting rows aside, naming tables."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, false, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from crmsync.model.memory import SetAside
from crmsync.model.records import Ref
from crmsync.state.bulk import chunks
from crmsync.state.codec import to_json
from crmsync.state.tables import METADATA


def table(name: str) -> Table:
    """The table of that name."""
    return METADATA.tables[name]


def insert_into(connection: Connection, target: Table) -> Any:  # noqa: ANN401 - two dialects, one shape
    """An insert that knows ON CONFLICT on this database."""
    made: Insert = sqlite.insert(target) if connection.dialect.name == "sqlite" else postgresql.insert(target)
    return made


def mark_dirty(connection: Connection, persons: Iterable[str], cause: str, now: datetime) -> None:
    """Give every person one more reason to be decided on; the oldest unanswered reason keeps its place."""
    state = table("person_state")
    statement = insert_into(connection, state)
    statement = statement.on_conflict_do_update(
        index_elements=["person"],
        set_={
            "mark": state.c.mark + 1,
            "dirty": true(),
            "cause": statement.excluded.cause,
            "dirty_since": case((state.c.dirty, state.c.dirty_since), else_=statement.excluded.dirty_since),
        },
    )
    rows = [
        {"person": person, "mark": 1, "dirty": True, "cause": cause, "dirty_since": now}
        for person in sorted(set(persons))
    ]
    if rows:
        connection.execute(statement, rows)


def persons_of(connection: Connection, refs: Iterable[str]) -> set[str]:
    """The persons these records belong to."""
    record = table("record")
    found: set[str] = set()
    for piece in chunks(refs):
        query = select(record.c.person).where(record.c.ref.in_(piece), record.c.person.is_not(None)).distinct()
        found.update(connection.scalars(query))
    return found


def set_aside(connection: Connection, rows: Sequence[SetAside], origin: str, now: datetime) -> None:
    """Keep one row per (record, field, cause); seen again, it counts up and is open again."""
    kept = table("set_aside")
    statement = insert_into(connection, kept)
    new = statement.excluded
    moving = ("value", "detail", "facts", "person", "needs_person", "origin", "last_seen")
    statement = statement.on_conflict_do_update(
        index_elements=["subject", "field", "cause"],
        set_={**{name: new[name] for name in moving}, "count": kept.c.count + 1, "resolved_at": None},
    )
    unique = {(subject_of(row.ref, row.person), row.field, row.cause): row for row in rows}
    if unique:
        connection.execute(
            statement, [_aside_values(subject, row, origin, now) for (subject, _, _), row in unique.items()]
        )


def resolve_set_aside(
    connection: Connection,
    origin: str,
    now: datetime,
    *,
    subjects: Collection[str] = (),
    persons: Collection[str] = (),
    keep: Collection[tuple[str, str, str]] = (),
) -> None:
    """Close the open rows of one origin about these subjects or persons, but for those still found (`keep`)."""
    kept = table("set_aside")
    keys = (kept.c.subject, kept.c.field, kept.c.cause)
    gone: list[tuple[str, str, str]] = []
    for column, wanted in ((kept.c.subject, subjects), (kept.c.person, persons)):
        for piece in chunks(wanted):
            query = select(*keys).where(column.in_(piece), kept.c.origin == origin, kept.c.resolved_at.is_(None))
            found = (tuple(row) for row in connection.execute(query))
            gone.extend((row[0], row[1], row[2]) for row in found if row not in keep)
    close_set_aside(connection, gone, now)


def close_set_aside(connection: Connection, rows: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Close these rows (subject, field, cause): what they tell is over."""
    kept = table("set_aside")
    where = (kept.c.subject == bindparam("s"), kept.c.field == bindparam("f"), kept.c.cause == bindparam("c"))
    close = update(kept).where(*where).values(resolved_at=now, needs_person=kept.c.needs_person)
    gone = [{"s": subject, "f": name, "c": cause} for subject, name, cause in rows]
    if gone:
        connection.execute(close, gone)


def subject_of(ref: Ref | None, person: str | None) -> str:
    """What a set-aside row is about: the record, else the person as a whole."""
    return str(ref) if ref else f"person/{person or ''}"


def clear_marks(connection: Connection, marks: Iterable[tuple[str, int]]) -> None:
    """Clean the persons whose mark is still the one that was decided on; a renewed mark survives."""
    state = table("person_state")
    rows = [{"p": person, "m": mark} for person, mark in marks]
    clear = update(state).where(state.c.person == bindparam("p"), state.c.mark == bindparam("m"))
    if rows:
        connection.execute(clear.values(dirty=false(), dirty_since=None, cause=""), rows)


def _aside_values(subject: str, row: SetAside, origin: str, now: datetime) -> dict[str, object]:
    return {
        "subject": subject,
        "field": row.field,
        "cause": row.cause,
        "value": row.value,
        "detail": row.detail,
        "facts": to_json(dict(row.facts)),
        "person": row.person,
        "needs_person": row.needs_person,
        "origin": origin,
        "count": 1,
        "first_seen": now,
        "last_seen": now,
    }
