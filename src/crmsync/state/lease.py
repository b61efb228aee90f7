"""Who may write: a lock the operating system (or the server) gives back by itself, and an epoch that only grows."""

import fcntl
import hashlib
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from crmsync.model.errors import StoreHeld
from crmsync.model.memory import Holder
from crmsync.state.bulk import bulk_upsert
from crmsync.state.codec import from_json, to_json
from crmsync.state.engine import Database
from crmsync.state.marks import table


class Lease:
    """The right to write, until `release` or the end of the process; also a context manager."""

    def __init__(self, epoch: int, holder: Holder, lock: "IO[str] | _ServerLock") -> None:
        self.epoch = epoch
        self.holder = holder
        self.lock = lock

    def held(self) -> bool:
        """Whether the lock is still ours; a server that was restarted has forgotten it."""
        return self.lock.held() if isinstance(self.lock, _ServerLock) else not self.lock.closed

    def release(self) -> None:
        """Let somebody else write; releasing twice does no harm."""
        self.lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def take_lease(database: Database, holder: Holder, now: datetime) -> Lease:
    """Become the one who writes; StoreHeld names the other one (process, host, since)."""
    lock = _lock_file(database.path) if database.path else _lock_server(database)
    if lock is None:
        raise StoreHeld(_held_by(present_holder(database)))
    try:
        epoch = _next_epoch(database, holder, now)
    except BaseException:
        lock.close()
        raise
    return Lease(epoch, holder, lock)


def renew_lease(database: Database, lease: Lease, now: datetime) -> Lease:
    """The same right under a new epoch: what the last epoch left open is found as left open.

    StoreHeld where the lock was lost meanwhile or somebody took over.
    """
    if not lease.held():
        raise StoreHeld("The lock of the store was lost; this crmsync stops writing.")
    return Lease(_next_epoch(database, lease.holder, now, lease.epoch), lease.holder, lease.lock)


def present_holder(database: Database) -> Holder | None:
    """Who took the lease last (they may be gone)."""
    with database.reading() as connection:
        text = connection.scalar(select(table("lease").c.holder))
    return from_json(text, Holder) if text else None


def fence(connection: Connection, epoch: int | None) -> None:
    """Stop (StoreHeld) where somebody took the lease after us; without an epoch nothing is asked."""
    if epoch is None:
        return
    present = connection.scalar(select(table("lease").c.epoch))
    if present != epoch:
        raise StoreHeld("Another crmsync has taken over this store; this one stops writing.")


def _lock_file(path: Path) -> "IO[str] | None":
    """Lock the file beside the SQLite store; kill -9 frees it."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    lock = os.fdopen(handle, "r+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _lock_server(database: Database) -> "_ServerLock | None":
    """Lock this database and schema on the server, on a connection of its own; the server frees it when we die."""
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    place = connection.exec_driver_sql("SELECT current_database() || '.' || current_schema()").scalar_one()
    key = int.from_bytes(hashlib.blake2b(f"crmsync:{place}".encode(), digest_size=8).digest(), "big", signed=True)
    if connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (key,)).scalar_one():
        return _ServerLock(connection, key)
    connection.close()
    return None


class _ServerLock:
    """A lock held by a connection to the server, given back before the connection so that the next need not wait."""

    def __init__(self, connection: Connection, key: int) -> None:
        self._connection = connection
        self._key = key

    def held(self) -> bool:
        """Whether the connection that holds the lock still stands."""
        if self._connection.closed:
            return False
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Unlock and hang up; a connection that is lost already has lost its lock as well."""
        if self._connection.closed:
            return
        with suppress(DBAPIError):
            self._connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (self._key,))
        self._connection.close()


def _next_epoch(database: Database, holder: Holder, now: datetime, after: int | None = None) -> int:
    lease = table("lease")
    with database.writing(durable=True) as connection:
        fence(connection, after)
        epoch = (connection.scalar(select(lease.c.epoch)) or 0) + 1
        row = (1, epoch, to_json(holder), now)
        bulk_upsert(connection, lease, ("id", "epoch", "holder", "since"), [row])
    return epoch


def _held_by(holder: Holder | None) -> str:
    if holder is None:
        return "Another crmsync is writing to this store."
    since = holder.since.strftime("%Y-%m-%d %H:%M UTC")
    return f"Another crmsync is writing to this store: process {holder.pid} on {holder.host}, since {since}."
