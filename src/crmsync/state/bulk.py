"""The one fast path for many rows: equal rows touch no page, SQLite by executemany, PostgreSQL by COPY."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.types import TypeEngine

from crmsync.state.tables.base import UTCDateTime

CHUNK = 5000
COPY_FROM = 200
GUARDS = ("hash", "modified_at", "deleted", "shape", "converted")
BulkRow: TypeAlias = tuple[object, ...]
Item = TypeVar("Item")


def bulk_upsert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[BulkRow]) -> None:
    """Insert or update `rows` (tuples in the order of `columns`) by primary key; columns not named stay as they are.

    A row is written only where its hash or state differs (tables without hash: any column). The database's bind
    processors are applied here because driver SQL bypasses them: naive times are refused (ValueError).
    """
    ready = _bound(connection.dialect, table, columns, rows)
    if not ready:
        return
    if connection.dialect.name == "sqlite" or len(ready) < COPY_FROM:
        connection.exec_driver_sql(_upsert_sql(connection.dialect.name, table, columns), ready)
    else:
        _copy(connection, table, columns, ready)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Pieces small enough for one IN list."""
    piece: list[Item] = []
    for item in items:
        piece.append(item)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


def _bound(dialect: Dialect, table: Table, columns: tuple[str, ...], rows: Sequence[BulkRow]) -> list[BulkRow]:
    processors = [_processor(dialect, table.c[name].type) for name in columns]
    work = [(index, one) for index, one in enumerate(processors) if one is not None]
    return [_processed(row, work) for row in rows] if work else list(rows)


def _processed(row: BulkRow, work: Sequence[tuple[int, Callable[[Any], Any]]]) -> BulkRow:
    values = list(row)
    for index, processor in work:
        values[index] = processor(values[index])
    return tuple(values)


def _processor(dialect: Dialect, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if dialect.name == "postgresql" and kind.python_type is str:
        return without_nul
    if dialect.name == "sqlite" and isinstance(kind, UTCDateTime):
        return kind.as_text
    return kind.dialect_impl(dialect).bind_processor(dialect)


def without_nul(value: str | None) -> str | None:
    """PostgreSQL keeps no NUL in texts; a name somebody typed into a form may hold one."""
    return value.replace("\x00", "") if value and "\x00" in value else value


@lru_cache(maxsize=256)
def _upsert_sql(dialect: str, table: Table, columns: tuple[str, ...]) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    values = f"VALUES ({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {_quoted(table.name)} ({_list(columns)}) {values} {_on_conflict(dialect, table, columns)}"


def _on_conflict(dialect: str, table: Table, columns: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    moving = [name for name in columns if name not in keys]
    if not moving:
        return f"ON CONFLICT ({_list(keys)}) DO NOTHING"
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    watched = [name for name in moving if name in GUARDS] if "hash" in moving else moving
    guard = " OR ".join(f"{_quoted(table.name)}.{_quoted(name)} {differs} excluded.{_quoted(name)}" for name in watched)
    sets = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in moving)
    return f"ON CONFLICT ({_list(keys)}) DO UPDATE SET {sets} WHERE {guard}"


def _copy(connection: Connection, table: Table, columns: tuple[str, ...], rows: list[BulkRow]) -> None:
    names, bulk, target = _list(columns), _quoted(f"bulk_{table.name}"), _quoted(table.name)
    made_as = f"SELECT {names} FROM {target} WHERE false"  # noqa: S608 - our own table and column names
    connection.exec_driver_sql(f"CREATE TEMP TABLE {bulk} ON COMMIT DROP AS {made_as}")
    driver = connection.connection.driver_connection
    if driver is None:
        words = "the connection was given back in the middle of a transaction"
        raise RuntimeError(words)
    with driver.cursor() as cursor, cursor.copy(f"COPY {bulk} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    conflict = _on_conflict("postgresql", table, columns)
    moved = f"INSERT INTO {target} ({names}) SELECT {names} FROM {bulk} {conflict}"  # noqa: S608 - as above
    connection.exec_driver_sql(moved)
    connection.exec_driver_sql(f"DROP TABLE {bulk}")


def _list(names: Iterable[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    return f'"{name}"'
