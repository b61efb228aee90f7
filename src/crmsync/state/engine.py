"""Opening the database: pragmas, file modes, transactions, and errors turned into the store's own."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError

from crmsync.model.errors import InvariantBroken, StoreHeld, StoreUnusable

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
)
FULL, NORMAL = "FULL", "NORMAL"


class Database:
    """One opened database; hands out read and write transactions on either kind of server."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path
        self._reads = engine if path else engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the store."""
        with _translated(), self._reads.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Connection]:
        """One transaction; `durable` ones are on the disk before the call returns (they must survive a send)."""
        options = {"crmsync_writes": True, "crmsync_synchronous": FULL if durable else NORMAL}
        with _translated(), self.engine.execution_options(**options).begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at `url` (`sqlite:///path` or `postgresql://...`); StoreUnusable where that fails."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreUnusable(
            "The store's address is not one crmsync understands: use sqlite:///path or postgresql://..."
        ) from None
    with _translated():
        if address.get_backend_name() == "sqlite":
            return _open_sqlite(address)
        if address.get_backend_name() == "postgresql":
            return _open_postgresql(address)
    raise StoreUnusable(f"The store cannot be kept in {address.get_backend_name()}: use sqlite or postgresql.")


def _open_sqlite(address: URL) -> Database:
    if not address.database or address.database == ":memory:":
        raise StoreUnusable("The store needs a file: sqlite:///state/crmsync.db")
    path = Path(address.database)
    _private_file(path)
    engine = create_engine(address, hide_parameters=True, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return _ready(Database(engine, path), _check_intact)


def _private_file(path: Path) -> None:
    """Make the file ours alone before SQLite opens it: -wal and -shm then inherit the mode.

    An existing file is never opened here: closing it would drop the locks SQLite holds on it in this process
    (sqlite.org/howtocorrupt.html, section 2.2).
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreUnusable(f"The store {path} cannot be opened: it is a folder.")
        if not path.exists():
            _new_file(path)
        for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            with suppress(FileNotFoundError):
                one.chmod(0o600)
    except OSError as error:
        raise StoreUnusable(f"The store {path} cannot be opened: {error.strerror}.") from None


def _new_file(path: Path) -> None:
    """Put an empty store in WAL mode into place in one step: two that open it at once cannot collide over the mode."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(handle)
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").close()
    with suppress(FileExistsError):
        path.hardlink_to(made)
    Path(made).unlink()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA synchronous = {options.get('crmsync_synchronous', NORMAL)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("crmsync_writes") else "BEGIN")


def _check_intact(database: Database) -> None:
    with database.reading() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise StoreUnusable(f"The store {database.path} is damaged ({found}): restore a backup or start a new one.")


def _open_postgresql(address: URL) -> Database:
    schema = address.query.get("schema")
    plain = address.difference_update_query(["schema"]).set(drivername="postgresql+psycopg")
    arguments: dict[str, Any] = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
    if isinstance(schema, str):
        arguments["options"] = f'-csearch_path="{_schema_name(schema)}"'
    engine = create_engine(plain, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)
    return _ready(Database(engine, None), lambda database: _make_schema(database, schema))


def _ready(database: Database, prepare: Callable[[Database], None]) -> Database:
    """The database once it is prepared; where that fails, its connections are given back."""
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _make_schema(database: Database, schema: object) -> None:
    with database.writing() as connection:
        if isinstance(schema, str):  # two that make it at once would collide in spite of IF NOT EXISTS
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"crmsync makes {schema}",))
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{_schema_name(schema)}"')


def _schema_name(schema: str) -> str:
    if not schema.replace("_", "").isalnum():
        raise StoreUnusable("The schema in the store's address may hold letters, digits and _ only.")
    return schema


@contextmanager
def _translated() -> Iterator[None]:
    """Say in the store's words what the database said, whose own text may quote the row: hence `from None`."""
    try:
        yield
    except IntegrityError as error:
        raise InvariantBroken(f"The store refused a row that breaks a rule: {_first_line(error)}") from None
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise StoreHeld("Another process is writing to the store and did not finish in time.") from None
        raise StoreUnusable(f"The store cannot be used: {_first_line(error)}") from None
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise StoreUnusable(f"The store is damaged: {_first_line(error)}") from None
        raise


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
