"""Decide side: who is due, and everything known about them in a fixed number of queries."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, false, select

from crmsync.model.activities import Activity
from crmsync.model.belonging import Deal
from crmsync.model.memory import RESTORED, Due
from crmsync.model.people import Assignment, Observed, Pass, Restored, SlaClock, StatusObservation
from crmsync.model.records import RawRecord, Ref, Snapshot
from crmsync.model.streams import StreamSpec
from crmsync.state.activities import activities_about, made_by_people, pair_twins, parties_by_address
from crmsync.state.belonging import Belonging, belonging_of
from crmsync.state.bulk import chunks
from crmsync.state.bursts import made_together
from crmsync.state.codec import facts, parse_ref
from crmsync.state.marks import table
from crmsync.state.passes import assignments_of, clocks_of, observations_of, passes_of
from crmsync.state.records import STORED, layout_of, shape_names, to_raw
from crmsync.state.told import history_as_observations

Specs = Mapping[tuple[str, str], StreamSpec]
ReadRecord = Callable[[RawRecord, StreamSpec], Snapshot | None]


def due_persons(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """Dirty persons and those whose recheck is due, oldest reason first."""
    state = table("person_state")
    dirty = select(state.c.person, state.c.mark, state.c.cause, state.c.dirty_since.label("since"))
    dirty = dirty.where(state.c.dirty).order_by(state.c.dirty_since, state.c.person).limit(limit)
    recheck = select(state.c.person, state.c.mark, state.c.recheck_at.label("since"))
    recheck = recheck.where(state.c.dirty.is_(false()), state.c.recheck_at <= now)
    recheck = recheck.order_by(state.c.recheck_at, state.c.person).limit(limit)
    found = [(row.since, Due(row.person, row.mark, row.cause)) for row in connection.execute(dirty)]
    found += [(row.since, Due(row.person, row.mark, "time")) for row in connection.execute(recheck)]
    return [due for _, due in sorted(found, key=lambda pair: (pair[0], pair[1].person))][:limit]


def observe(
    connection: Connection,
    persons: Sequence[str],
    specs: Specs,
    read: ReadRecord,
    burst: timedelta | None = None,
) -> tuple[list[Observed], dict[Ref, Ref | None]]:
    """Everything known about these persons, in the order asked for, and the twins that are not yet written down.

    `burst`: also count how many records the maker of each record made within that time around it.
    """
    known = _gather(connection, persons, specs, read, burst)
    twins = {person: pair_twins(found) for person, found in known.activities.items()}
    news = {
        one.ref: twins[person].get(one.ref)
        for person, found in known.activities.items()
        for one in found
        if one.twin_of != twins[person].get(one.ref)
    }
    return [_observed(person, known, twins.get(person, {})) for person in persons], news


def raw_records(connection: Connection, refs: Iterable[Ref], specs: Specs) -> dict[Ref, RawRecord]:
    """The stored values of these records in the order of their spec; a record we never met is left out."""
    record = table("record")
    rows: list[RowMapping] = []
    for piece in chunks(str(ref) for ref in refs):
        columns = (*(record.c[name] for name in STORED), record.c.system, record.c.object)
        rows.extend(connection.execute(select(*columns).where(record.c.ref.in_(piece))).mappings())
    return {raw.ref: raw for raw, _ in _read_rows(connection, rows, specs)}


@dataclass(frozen=True, slots=True)
class _Known:
    """What one chunk of persons is made of."""

    records: Mapping[str, list[Snapshot]]
    seen: Mapping[str, dict[str, str | None]]
    passes: Mapping[str, list[Pass]]
    clocks: Mapping[str, list[SlaClock]]
    assignments: Mapping[str, list[Assignment]]
    observations: Mapping[str, list[StatusObservation]]
    activities: Mapping[str, list[Activity]]
    restored: Mapping[str, dict[str, Restored]]
    belonging: Belonging
    machines: frozenset[tuple[str, str]]
    specs: Specs
    burst: Mapping[str, int]


def _gather(
    connection: Connection, persons: Sequence[str], specs: Specs, read: ReadRecord, burst: timedelta | None
) -> _Known:
    records = _records_of(connection, persons, specs, read)
    owner_of = {str(one.ref): person for person, found in records.items() for one in found}
    machines = _machines(connection)
    about = owner_of | parties_by_address(connection, owner_of, {system for system, _ in specs})
    return _Known(
        records=records,
        seen=_seen(connection, owner_of),
        passes=passes_of(connection, persons),
        clocks=clocks_of(connection, persons),
        assignments=assignments_of(connection, persons),
        observations=observations_of(connection, owner_of),
        activities={
            person: made_by_people(found, machines) for person, found in _activities(connection, about).items()
        },
        restored=_restored(connection, owner_of),
        belonging=belonging_of(connection, list(owner_of)),
        machines=machines,
        specs=specs,
        burst=made_together(connection, list(owner_of), burst) if burst is not None else {},
    )


def _machines(connection: Connection) -> frozenset[tuple[str, str]]:
    """The users that machines log in as, by (system, id)."""
    owner = table("owner")
    rows = connection.execute(select(owner.c.system, owner.c.id).where(owner.c.integration.is_(True)))
    return frozenset((row.system, row.id) for row in rows)


def _observed(person: str, known: _Known, twins: Mapping[Ref, Ref]) -> Observed:
    records = tuple(sorted(known.records.get(person, ()), key=lambda one: one.ref))
    passes = known.passes.get(person, [])
    trip = next((one for one in passes if one.closed_at is None), None)
    number = trip.number if trip else None
    found = known.activities.get(person, ())
    counted = (one for one in found if one.ref not in twins and (not one.deleted or one.task_key))
    return Observed(
        person=person,
        records=records,
        seen={(one.ref, name): value for one in records for name, value in known.seen.get(str(one.ref), {}).items()},
        trip=trip,
        clocks=tuple(one for one in known.clocks.get(person, ()) if one.pass_number == number),
        activities=tuple(dataclasses.replace(one, twin_of=None) for one in counted),
        assignment=next((one for one in known.assignments.get(person, ()) if one.pass_number == number), None),
        observations=_by_time(one for record in records for one in known.observations.get(str(record.ref), ())),
        passes=len(passes),
        restored={
            (one.ref, name): value for one in records for name, value in known.restored.get(str(one.ref), {}).items()
        },
        history=_by_time(
            one
            for record in records
            for one in history_as_observations(
                known.belonging.history.get(str(record.ref), ()),
                known.specs[record.ref.system, record.ref.object],
                known.machines,
            )
        ),
        lists=tuple(one for record in records for one in known.belonging.lists.get(str(record.ref), ())),
        burst={one.ref: known.burst[str(one.ref)] for one in records if str(one.ref) in known.burst},
        deals=_once(one for record in records for one in known.belonging.deals.get(str(record.ref), ())),
    )


def _once(deals: Iterable[Deal]) -> tuple[Deal, ...]:
    return tuple({one.ref: one for one in deals}.values())


def _by_time(found: Iterable[StatusObservation]) -> tuple[StatusObservation, ...]:
    return tuple(sorted(found, key=lambda one: (one.at, one.ref, one.field)))


def _records_of(
    connection: Connection,
    persons: Sequence[str],
    specs: Specs,
    read: ReadRecord,
) -> dict[str, list[Snapshot]]:
    record = table("record")
    columns = (*(record.c[name] for name in STORED), record.c.system, record.c.object)
    rows: list[RowMapping] = []
    for piece in chunks(persons):
        rows.extend(connection.execute(select(*columns).where(record.c.person.in_(piece))).mappings())
    found: dict[str, list[Snapshot]] = defaultdict(list)
    for raw, row in _read_rows(connection, rows, specs):
        snapshot = read(raw, specs[raw.ref.system, raw.ref.object])
        if snapshot is not None:
            found[row["person"]].append(snapshot)
    return found


def _read_rows(
    connection: Connection,
    rows: Sequence[RowMapping],
    specs: Specs,
) -> Iterable[tuple[RawRecord, RowMapping]]:
    usable = [row for row in rows if (row["system"], row["object"]) in specs]
    shapes = shape_names(connection, {row["shape"] for row in usable})
    layouts = {key: layout_of(spec) for key, spec in specs.items()}
    return [(to_raw(row, layouts[row["system"], row["object"]], shapes), row) for row in usable]


def _seen(connection: Connection, refs: Iterable[str]) -> dict[str, dict[str, str | None]]:
    seen = table("seen")
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for piece in chunks(refs):
        for row in connection.execute(select(seen).where(seen.c.ref.in_(piece))):
            found[row.ref][row.field] = row.value
    return found


def _restored(connection: Connection, refs: Iterable[str]) -> dict[str, dict[str, Restored]]:
    """Per record and field the value that somebody took back from us and that is left alone."""
    kept = table("set_aside")
    found: dict[str, dict[str, Restored]] = defaultdict(dict)
    for piece in chunks(refs):
        where = (kept.c.subject.in_(piece), kept.c.cause == RESTORED, kept.c.resolved_at.is_(None))
        for row in connection.execute(select(kept).where(*where)):
            told = facts(row.facts)
            cycle = int(told["cycle"]) if told.get("cycle", "").isdigit() else 0
            found[row.subject][row.field] = Restored(row.value, row.last_seen, told.get("by", ""), cycle)
    return found


def _activities(connection: Connection, owner_of: Mapping[str, str]) -> dict[str, list[Activity]]:
    """The activities of each person; one that is about two persons counts for both."""
    found: dict[str, list[Activity]] = defaultdict(list)
    for activity, about in activities_about(connection, owner_of):
        for person in {owner_of[ref] for ref in about}:
            found[person].append(activity)
    return found


def seen_values(connection: Connection, refs: Iterable[Ref]) -> dict[tuple[Ref, str], str | None]:
    """What was in front of us when we last decided, per (record, field)."""
    found = _seen(connection, (str(ref) for ref in refs))
    return {(parse_ref(ref), name): value for ref, values in found.items() for name, value in values.items()}
