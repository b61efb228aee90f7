"""The store: every change of the memory, one transaction each, in model types."""

import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from crmsync.model.matching import Candidate, Matched
from crmsync.model.memory import AgreementVersion, Holder, IntentMove, Recording, Reread, SetAside, Staging
from crmsync.model.people import Observed
from crmsync.model.plans import Intent, RowState
from crmsync.model.ports import Clock
from crmsync.model.records import Ref
from crmsync.model.streams import VendorObject
from crmsync.state import marks, matching, outbox, plans, recording, staging
from crmsync.state.activities import keep_twins
from crmsync.state.bulk import bulk_upsert
from crmsync.state.codec import to_json
from crmsync.state.engine import Database, open_database
from crmsync.state.lease import Lease, renew_lease, take_lease
from crmsync.state.marks import insert_into, mark_dirty, table
from crmsync.state.observing import ReadRecord, Specs, observe
from crmsync.state.queries import Queries
from crmsync.state.schema import upgrade


def open_store(url: str, *, clock: Clock) -> "Store":
    """Open (or make) the store at `sqlite:///path` or `postgresql://...[?schema=name]` and bring it up to date.

    Relative paths are relative to the current folder. StoreUnusable where it cannot be opened, is damaged or was made
    by a newer crmsync; StoreHeld where somebody writes to it and does not finish.
    """
    database = open_database(url)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return Store(database, clock)


class Store(Queries):
    """The memory of one workspace. Reading methods come from Queries."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database)
        self._clock = clock

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()

    def lease(self, name: str = "crmsync") -> Lease:
        """Become the one who writes to the CRMs; StoreHeld names who does already. Use `with` or `release()`."""
        now = self._clock.now()
        return take_lease(self.database, Holder(os.getpid(), socket.gethostname(), now, name), now)

    def renew(self, lease: Lease) -> Lease:
        """The lease under a new epoch, as if it was taken anew; StoreHeld where it is not ours any more."""
        return renew_lease(self.database, lease, self._clock.now())

    def stage(self, page: Staging) -> int:
        """Keep a page's rows and its cursor in one transaction; returns how many rows changed.

        Equal rows dirty nothing, a newer stamp alone moves only the stamp, an older version than the stored one is
        passed over. Changed records are matched again; the persons of changed records and activities become dirty.
        """
        with self.database.writing() as connection:
            return staging.stage_page(connection, page, self._clock.now())

    def missing_owners(self, system: str, present: set[str]) -> int:
        """Owners (ids) that a complete list no longer names are inactive from now on; returns how many."""
        with self.database.writing() as connection:
            return staging.owners_gone(connection, system, present, self._clock.now())

    def match_candidates(self) -> list[Candidate]:
        """Every record due for matching with all it could be tied to, sorted by ref; empty on a quiet cycle."""
        with self.database.reading() as connection:
            return matching.match_candidates(connection)

    def save_links(self, matched: Matched) -> None:
        """Keep who is who; the records named are no longer due. Persons whose records came or went become dirty."""
        with self.database.writing() as connection:
            matching.save_links(connection, matched, self._clock.now())

    def observe(
        self, persons: Sequence[str], specs: Specs, read: ReadRecord, burst: timedelta | None = None
    ) -> list[Observed]:
        """Everything known about these persons, in that order, in a fixed number of queries.

        `specs` are the person streams by (system, object), `read(raw, spec)` is the reader of mappings; records of
        streams that are not in `specs` are left out. Activities count once; deleted ones only where they are our tasks.
        `burst` is the time within which records made together are counted; None: they are not.
        """
        with self.database.reading() as connection:
            observed, twins = observe(connection, persons, specs, read, burst)
        if twins:
            with self.database.writing() as connection:
                keep_twins(connection, twins)
        return observed

    def forget_missing_values(self, system: str, object_name: str) -> None:
        """The CRM's fields changed: what was said about values they lack is found anew or gone."""
        with self.database.writing() as connection:
            subject = marks.subject_of(Ref(system, object_name, ""), None)
            marks.resolve_set_aside(connection, "decide", self._clock.now(), subjects=[subject])

    def mark_dirty(self, persons: Iterable[str], cause: str) -> None:
        """Have these persons decided on again (a brake opened, a row went stale, the agreement changed)."""
        with self.database.writing() as connection:
            mark_dirty(connection, persons, cause, self._clock.now())

    def mark_all_dirty(self, cause: str) -> None:
        """Have everybody decided on again (the agreement or a mapping changed)."""
        record = table("record")
        with self.database.writing() as connection:
            persons = connection.scalars(select(record.c.person).where(record.c.person.is_not(None)).distinct()).all()
            mark_dirty(connection, persons, cause, self._clock.now())

    def start_cycle(self, now: datetime, basis: str = "") -> int:
        """Open a cycle; its number only grows. `basis` is the hash of what gave values their meaning in it."""
        with self.database.writing() as connection:
            kept = table("cycle")
            made = connection.execute(
                insert(kept).values(started_at=now, counts="{}", basis=basis).returning(kept.c.id)
            )
            return int(made.scalar_one())

    def finish_cycle(self, cycle: int, counts: Mapping[str, int]) -> None:
        """Close a cycle with what it counted."""
        kept = table("cycle")
        with self.database.writing() as connection:
            values = {"finished_at": self._clock.now(), "counts": to_json(dict(counts))}
            connection.execute(update(kept).where(kept.c.id == cycle).values(**values))

    def record(self, cycle: Recording) -> None:
        """Keep all a cycle decided in one durable transaction, before any byte leaves; nothing on any error.

        Marks are cleared only here, and only those that were not renewed meanwhile. StoreHeld where the epoch is old.
        """
        with self.database.writing(durable=True) as connection:
            recording.record(connection, cycle)

    def approve(self, digest: str, seqs: Iterable[int] | None, by: str, now: datetime) -> int:
        """Approve held rows of an open plan (None: all); needs no lease. Returns how many; UnknownThing if not open."""
        with self.database.writing(durable=True) as connection:
            return plans.approve(connection, digest, seqs, by, now)

    def move_rows(self, digest: str, moves: Mapping[int, tuple[RowState, str]]) -> None:
        """Say where planned rows (by seq) stand that never became a pending write, each with the reason."""
        with self.database.writing() as connection:
            plans.move_rows(connection, digest, moves, self._clock.now())

    def expire_plans(self, older_than: datetime) -> int:
        """Plans made before that instant expire with what nobody approved; returns how many."""
        with self.database.writing() as connection:
            return plans.expire(connection, older_than)

    def intend(self, intents: Sequence[Intent], cycle: int) -> None:
        """Write down what is about to be sent, durably; StoreHeld where the epoch is old.

        InvariantBroken where another open write holds the same task key.
        """
        with self.database.writing(durable=True) as connection:
            outbox.keep_intents(connection, intents, cycle, self._clock.now())

    def put_aside(self, rows: Sequence[SetAside]) -> None:
        """List what a person should know about although nothing waits for it (an edit our write went over)."""
        with self.database.writing() as connection:
            marks.set_aside(connection, rows, "write", self._clock.now())

    def adopt_intents(self, epoch: int) -> list[Intent]:
        """After taking the lease: what an earlier holder left open is ours, unanswered writes are in doubt.

        Returns the writes that are in doubt or to be retried, oldest first.
        """
        with self.database.writing(durable=True) as connection:
            return outbox.adopt(connection, epoch)

    def move_intents(self, moves: Sequence[IntentMove], epoch: int) -> None:
        """Move writes one step each, all or none; exactly one row per step.

        StoreHeld where another holder took over, InvariantBroken where the write is not in the state named.
        """
        with self.database.writing(durable=True) as connection:
            outbox.move_intents(connection, moves, epoch, self._clock.now())

    def confirm(self, moves: Sequence[IntentMove], reread: Sequence[Reread], epoch: int) -> None:
        """Keep answers and the values read back, in one transaction.

        A write moved to APPLIED moves `seen` to its after-value. Re-read values go into the records; whatever differs
        from what we wrote makes its person dirty, our own values coming back do not.
        """
        with self.database.writing(durable=True) as connection:
            outbox.confirm(connection, moves, reread, epoch, self._clock.now())

    def remember_agreement(self, version: AgreementVersion) -> None:
        """Keep this content of the agreement; the first time it was active stays."""
        values = {
            "digest": version.digest,
            "text": version.text,
            "first_active": version.first_active,
            "signed_by": to_json(version.signed_by),
        }
        with self.database.writing() as connection:
            statement = insert_into(connection, table("agreement_version")).values(**values)
            moved = {"signed_by": statement.excluded.signed_by}
            connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=moved))

    def remember_described(self, system: str, object_name: str, digest: str, described: VendorObject) -> None:
        """Keep what the CRM told about an object; `digest` tells for which mapping it was asked."""
        row = (system, object_name, digest, to_json(described), self._clock.now())
        with self.database.writing() as connection:
            bulk_upsert(connection, table("described"), ("system", "object", "digest", "body", "at"), [row])

    def add_calls(self, system: str, day: str, calls: int) -> int:
        """Count calls made to a system on a day (YYYYMMDD, UTC); returns the day's sum."""
        quota = table("quota")
        with self.database.writing() as connection:
            statement = insert_into(connection, quota).values(system=system, day=day, calls=calls)
            more = {"calls": quota.c.calls + statement.excluded.calls}
            connection.execute(statement.on_conflict_do_update(index_elements=["system", "day"], set_=more))
            where = (quota.c.system == system, quota.c.day == day)
            return connection.scalar(select(quota.c.calls).where(*where)) or 0
