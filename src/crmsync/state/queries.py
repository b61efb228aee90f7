"""Read side: what people and programs ask the memory. Every method is one consistent view of the store."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import (
    AgreementVersion,
    AppliedWrite,
    CycleRow,
    Due,
    Found,
    Holder,
    LogRow,
    PastDecision,
    PersonHistory,
    ScoreNow,
    SetAside,
)
from crmsync.model.people import Assignment, Directory, SlaClock, StatusObservation
from crmsync.model.plans import Intent, PlanHeader, PlanRow, RowState
from crmsync.model.records import RawRecord, Ref, Scalar
from crmsync.model.streams import Cursor, VendorObject
from crmsync.state import lease, outbox, plans, reports, sweeping
from crmsync.state.bulk import chunks
from crmsync.state.codec import counts, from_json, parse_ref, texts
from crmsync.state.decisions import last_decision
from crmsync.state.engine import Database
from crmsync.state.history import history
from crmsync.state.marks import table
from crmsync.state.observing import Specs, due_persons, raw_records, seen_values
from crmsync.state.passes import assignments_of, clocks_of, observations_of
from crmsync.state.staging import known_owners


class Queries:
    """The questions; nothing here changes the store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def cursor(self, system: str, stream: str) -> Cursor | None:
        """How far this stream was read."""
        kept = table("cursor")
        with self.database.reading() as connection:
            query = select(kept).where(kept.c.system == system, kept.c.stream == stream)
            row = connection.execute(query).one_or_none()
        return Cursor(row.system, row.stream, row.spec_digest, row.upper, row.position) if row else None

    def stamps(self, refs: Iterable[Ref]) -> dict[Ref, tuple[datetime | None, bool]]:
        """Stamp and whether it is deleted, of those of these records and activities that are kept."""
        with self.database.reading() as connection:
            return sweeping.stamps(connection, refs)

    def alive(self, system: str, object_name: str, after: str = "", limit: int = 2000) -> list[Ref]:
        """The next records of one object that are kept as alive, behind the ref text `after`; empty at the end."""
        with self.database.reading() as connection:
            return sweeping.alive(connection, system, object_name, after, limit)

    def dirty(self, now: datetime, limit: int = 500) -> list[Due]:
        """Persons to decide on now (dirty, or their recheck is due), oldest reason first."""
        with self.database.reading() as connection:
            return due_persons(connection, now, limit)

    def raw_records(self, refs: Iterable[Ref], specs: Specs) -> dict[Ref, RawRecord]:
        """The stored vendor-spelled values of these records, in the order of their spec."""
        with self.database.reading() as connection:
            return raw_records(connection, refs, specs)

    def seen(self, refs: Iterable[Ref]) -> dict[tuple[Ref, str], str | None]:
        """What was in front of us when we last decided, per (record, field)."""
        with self.database.reading() as connection:
            return seen_values(connection, refs)

    def directory(self) -> Directory:
        """All owners of all systems."""
        with self.database.reading() as connection:
            return Directory(known_owners(connection))

    def assignment(self, person: str, pass_number: int) -> Assignment | None:
        """Who this pass was given to."""
        with self.database.reading() as connection:
            given = assignments_of(connection, [person]).get(person, [])
        return next((one for one in given if one.pass_number == pass_number), None)

    def assignments(self, persons: Iterable[str]) -> dict[tuple[str, int], Assignment]:
        """Who the passes of these persons were given to, by (person, pass number)."""
        with self.database.reading() as connection:
            found = assignments_of(connection, persons)
        return {(one.person, one.pass_number): one for given in found.values() for one in given}

    def pools(self) -> Mapping[str, Mapping[str, float]]:
        """Per team the pointer of every owner who had a turn."""
        kept = table("pool")
        with self.database.reading() as connection:
            rows = connection.execute(select(kept).order_by(kept.c.team, kept.c.owner)).all()
        found: dict[str, dict[str, float]] = {}
        for row in rows:
            found.setdefault(row.team, {})[row.owner] = row.pointer
        return found

    def tasks_since(self, since: datetime) -> Mapping[str, int]:
        """How many tasks were made (or may have been) per owner key since that instant."""
        with self.database.reading() as connection:
            return outbox.tasks_since(connection, since)

    def open_leads(self) -> Mapping[str, int]:
        """How many people on the path each owner key has: open passes, by who owns the carrying record."""
        with self.database.reading() as connection:
            return reports.open_leads(connection)

    def recent_writes(self, since: datetime) -> Mapping[tuple[Ref, str, Scalar], int]:
        """How often the same value was written to the same field since that instant, by (record, field, after)."""
        with self.database.reading() as connection:
            return reports.recent_writes(connection, since)

    def latest_plan(self) -> PlanHeader | None:
        """The plan that was stored last, whatever became of it; never one that undoes a cycle."""
        with self.database.reading() as connection:
            return plans.newest_plan(connection)

    def plan(self, name: str) -> PlanHeader | None:
        """The plan with this digest or short number (`7f3a-91`)."""
        with self.database.reading() as connection:
            return plans.find_plan(connection, name)

    def plan_rows(self, digest: str) -> list[PlanRow]:
        """The rows of a plan in order, each where it stands now."""
        with self.database.reading() as connection:
            return plans.rows_of(connection, digest)

    def waiting_rows(self, person: str | None = None) -> list[tuple[str, PlanRow]]:
        """(plan digest, row) of every unfinished row of open plans: held, off, approved, under way, to be retried."""
        with self.database.reading() as connection:
            return plans.waiting(connection, person)

    def undo_rows(self, person: str | None = None) -> list[tuple[str, PlanRow]]:
        """The same of the plans that undo a cycle: they stand beside the plan of the last cycle."""
        with self.database.reading() as connection:
            return plans.waiting(connection, person, undoing=True)

    def written_rows(self, cycle: int) -> list[LogRow]:
        """What the plan of that cycle wrote, whenever it was approved, oldest first."""
        with self.database.reading() as connection:
            return list(reports.written_rows(connection, cycle))

    def observations(self, refs: Iterable[Ref]) -> list[StatusObservation]:
        """What was found in the tracked fields of these records, oldest first."""
        with self.database.reading() as connection:
            found = observations_of(connection, [str(ref) for ref in refs])
        return sorted((one for each in found.values() for one in each), key=lambda one: (one.at, one.ref, one.field))

    def approved_rows(self) -> list[tuple[str, PlanRow]]:
        """(plan digest, row) of every approved row of any open plan that is no pending write yet."""
        with self.database.reading() as connection:
            return plans.approved(connection)

    def next_recheck(self, after: datetime) -> datetime | None:
        """The earliest instant after that at which somebody is decided on again without anything happening."""
        due = table("person_state").c.recheck_at
        with self.database.reading() as connection:
            found: datetime | None = connection.scalar(select(func.min(due)).where(due > after))
        return found

    def intents(self, states: Iterable[RowState]) -> list[Intent]:
        """Writes in these states, oldest first."""
        with self.database.reading() as connection:
            return outbox.intents_in(connection, states)

    def times_sent(self, digest: str) -> Mapping[int, int]:
        """How often each row of this plan (by seq) became a pending write: equal plans come again."""
        intent = table("intent")
        query = select(intent.c.seq, func.count().label("n")).where(intent.c.plan == digest).group_by(intent.c.seq)
        with self.database.reading() as connection:
            return {row.seq: row.n for row in connection.execute(query)}

    def find(self, text: str) -> list[Found]:
        """Records meant by an id (15 or 18 characters), e-mail, name, person id or `system/object/id`."""
        with self.database.reading() as connection:
            return reports.find(connection, text)

    def history(self, person: str) -> PersonHistory | None:
        """Everything remembered about a person (a merged one: about the survivor)."""
        with self.database.reading() as connection:
            return history(connection, person)

    def last_decision(self, person: str) -> PastDecision | None:
        """The latest recorded decision on a person."""
        with self.database.reading() as connection:
            return last_decision(connection, person)

    def log(
        self,
        since: datetime | None = None,
        person: str | None = None,
        kind: ChangeKind | None = None,
    ) -> Iterator[LogRow]:
        """The reconciliation log: what was sent, then what waits; read while you iterate."""
        with self.database.reading() as connection:
            yield from reports.log_rows(connection, since, person, kind)

    def set_aside_open(self, person: str | None = None) -> list[SetAside]:
        """What is set aside now; `needs_person` tells what waits for somebody from what is only listed."""
        with self.database.reading() as connection:
            return reports.set_aside_rows(connection, person)

    def applied_writes(self, cycle: int | None = None) -> list[AppliedWrite]:
        """Every field we wrote (in one cycle, or ever), to join with the CRM's own audit."""
        with self.database.reading() as connection:
            return reports.applied_writes(connection, cycle)

    def written(self, cycle: int | None = None) -> Mapping[ChangeKind, int]:
        """How many rows of each kind were written (in one cycle, or ever)."""
        with self.database.reading() as connection:
            return reports.written_counts(connection, cycle)

    def clocks(self, person: str) -> list[SlaClock]:
        """All clocks of a person."""
        with self.database.reading() as connection:
            return clocks_of(connection, [person]).get(person, [])

    def score(self, person: str) -> ScoreNow | None:
        """The score as it was last decided."""
        kept = table("person_state")
        with self.database.reading() as connection:
            where = (kept.c.person == person, kept.c.score_at.is_not(None))
            row = connection.execute(select(kept).where(*where)).one_or_none()
        return ScoreNow(person, row.score_at, row.grade, row.interest, row.shown) if row else None

    def record_counts(self) -> Mapping[tuple[str, str], int]:
        """Living records per (system, object): what shares in the limits are shares of."""
        kept = table("record")
        query = select(kept.c.system, kept.c.object, func.count().label("n")).where(kept.c.deleted.is_(False))
        with self.database.reading() as connection:
            rows = connection.execute(query.group_by(kept.c.system, kept.c.object)).all()
        return {(row.system, row.object): row.n for row in rows}

    def persons(self) -> int:
        """How many people there are (merged ones counted once)."""
        kept = table("record")
        with self.database.reading() as connection:
            return connection.scalar(select(func.count(func.distinct(kept.c.person)))) or 0

    def person_ids(self) -> list[str]:
        """Every person with a record, merged ones under the survivor's id, in order."""
        kept = table("record")
        with self.database.reading() as connection:
            query = select(kept.c.person).where(kept.c.person.is_not(None)).distinct().order_by(kept.c.person)
            return list(connection.scalars(query))

    def refs_without_person(self) -> list[Ref]:
        """Living records that belong to nobody yet: possible duplicates."""
        kept = table("record")
        with self.database.reading() as connection:
            query = select(kept.c.ref).where(kept.c.person.is_(None), kept.c.deleted.is_(False)).order_by(kept.c.ref)
            return [parse_ref(one) for one in connection.scalars(query)]

    def survivor(self, person: str) -> str | None:
        """The person's id, or that of whoever they were merged into; None where there is no such person."""
        kept = table("person")
        with self.database.reading() as connection:
            row = connection.execute(select(kept.c.id, kept.c.survivor).where(kept.c.id == person)).one_or_none()
        return (row.survivor or row.id) if row else None

    def cycles(self, limit: int = 20) -> list[CycleRow]:
        """The latest cycles, newest first."""
        kept = table("cycle")
        with self.database.reading() as connection:
            rows = connection.execute(select(kept).order_by(kept.c.id.desc()).limit(limit)).all()
        return [CycleRow(row.id, row.started_at, row.finished_at, counts(row.counts), row.basis) for row in rows]

    def swept(self, since: datetime | None = None) -> tuple[int, int]:
        """Records that sweeps looked at, and how many of them had been missed, in the cycles since then."""
        kept = table("cycle")
        query = select(kept.c.counts).where(kept.c.counts.contains('"swept"'))
        query = query.where(kept.c.started_at >= since) if since is not None else query
        with self.database.reading() as connection:
            found = [counts(one) for one in connection.scalars(query)]
        return sum(one.get("swept", 0) for one in found), sum(one.get("found", 0) for one in found)

    def agreement_versions(self) -> list[AgreementVersion]:
        """Every content of the agreement that was in force, oldest first."""
        kept = table("agreement_version")
        with self.database.reading() as connection:
            rows = connection.execute(select(kept).order_by(kept.c.first_active, kept.c.digest)).all()
        return [AgreementVersion(row.digest, row.text, row.first_active, texts(row.signed_by)) for row in rows]

    def agreements_in_use(self) -> set[str]:
        """The contents running clocks started under."""
        kept = table("clock")
        with self.database.reading() as connection:
            query = select(kept.c.agreement).where(kept.c.closed_at.is_(None))
            return set(connection.scalars(query.distinct()))

    def described(self, system: str, object_name: str) -> tuple[str, VendorObject] | None:
        """(digest, what the CRM told about this object), if it was asked before."""
        kept = table("described")
        with self.database.reading() as connection:
            query = select(kept).where(kept.c.system == system, kept.c.object == object_name)
            row = connection.execute(query).one_or_none()
        return (row.digest, from_json(row.body, VendorObject)) if row else None

    def quota(self, system: str, day: str) -> int:
        """Calls made to a system on a day (YYYYMMDD, UTC)."""
        kept = table("quota")
        with self.database.reading() as connection:
            query = select(kept.c.calls).where(kept.c.system == system, kept.c.day == day)
            return connection.scalar(query) or 0

    def alias(self, refs: Iterable[Ref]) -> Mapping[Ref, Ref]:
        """The records that live on, for those of these that became others."""
        kept = table("record_alias")
        found: dict[Ref, Ref] = {}
        with self.database.reading() as connection:
            for piece in chunks(str(ref) for ref in refs):
                rows = connection.execute(select(kept.c.old, kept.c.new).where(kept.c.old.in_(piece)))
                found.update((parse_ref(row.old), parse_ref(row.new)) for row in rows)
        return found

    def holder(self) -> Holder | None:
        """Who took the lease last; they may be gone."""
        return lease.present_holder(self.database)
