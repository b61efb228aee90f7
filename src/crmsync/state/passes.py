"""Passes, clocks, assignments and observations: rows to values and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from crmsync.model.people import Assignment, ClockState, Pass, SlaClock, StageEvent, StatusObservation
from crmsync.model.records import Ref
from crmsync.state.bulk import BulkRow, chunks
from crmsync.state.codec import from_json, parse_ref, texts, to_json
from crmsync.state.marks import table

PASS_COLUMNS = (
    "person",
    "number",
    "opened_at",
    "origin",
    "carrier",
    "status",
    "status_since",
    "human_moved_at",
    "with_sales_since",
    "reason",
    "resurface_at",
    "assignees",
    "closed_at",
)
CLOCK_COLUMNS = (
    "person",
    "pass_number",
    "code",
    "ordinal",
    "subject",
    "owner",
    "started_at",
    "evidence",
    "due_at",
    "due_day",
    "agreement",
    "state",
    "closed_at",
    "outcome",
)
EVENT_COLUMNS = ("person", "pass_number", "stage", "status", "at", "source", "record", "implied")
AnyRow = Row[Any]


def passes_of(connection: Connection, persons: Iterable[str]) -> dict[str, list[Pass]]:
    """All passes of these persons, in order."""
    trip = table("pass")
    found: dict[str, list[Pass]] = defaultdict(list)
    for row in _about(connection, select(trip).order_by(trip.c.person, trip.c.number), trip.c.person, persons):
        found[row.person].append(_pass(row))
    return found


def clocks_of(connection: Connection, persons: Iterable[str]) -> dict[str, list[SlaClock]]:
    """All clocks of these persons, oldest pass first."""
    clock = table("clock")
    found: dict[str, list[SlaClock]] = defaultdict(list)
    order = (clock.c.person, clock.c.pass_number, clock.c.code, clock.c.ordinal)
    for row in _about(connection, select(clock).order_by(*order), clock.c.person, persons):
        found[row.person].append(_clock(row))
    return found


def assignments_of(connection: Connection, persons: Iterable[str]) -> dict[str, list[Assignment]]:
    """Who the passes of these persons were given to."""
    given = table("assignment")
    found: dict[str, list[Assignment]] = defaultdict(list)
    query = select(given).order_by(given.c.person, given.c.pass_number)
    for row in _about(connection, query, given.c.person, persons):
        found[row.person].append(Assignment(row.person, row.pass_number, row.owner, row.at, row.because))
    return found


def observations_of(connection: Connection, refs: Iterable[str]) -> dict[str, list[StatusObservation]]:
    """What was found in tracked fields of these records, oldest first."""
    seen = table("observation")
    found: dict[str, list[StatusObservation]] = defaultdict(list)
    query = select(seen).order_by(seen.c.ref, seen.c.at, seen.c.field, seen.c.value)
    for row in _about(connection, query, seen.c.ref, refs):
        found[row.ref].append(_observation(row))
    return found


def stage_events_of(connection: Connection, person: str) -> list[StageEvent]:
    """Every stage this person entered, in the order it was recorded."""
    event = table("stage_event")
    rows = connection.execute(select(event).where(event.c.person == person).order_by(event.c.id))
    return [
        StageEvent(r.person, r.pass_number, r.stage, r.status, r.at, r.source, _ref(r.record), r.implied) for r in rows
    ]


def pass_row(one: Pass) -> BulkRow:
    """The row of a pass, in the order of PASS_COLUMNS."""
    carrier = str(one.carrier) if one.carrier else None
    began = (one.person, one.number, one.opened_at, one.origin, carrier, one.status, one.status_since)
    left = (one.reason, one.resurface_at, to_json(one.assignees), one.closed_at)
    return (*began, one.human_moved_at, one.with_sales_since, *left)


def clock_row(one: SlaClock) -> BulkRow:
    """The row of a clock, in the order of CLOCK_COLUMNS."""
    key = (one.person, one.pass_number, one.code, one.ordinal)
    ran = (str(one.subject), one.owner, one.started_at, one.evidence, one.due_at, one.due_day, one.agreement)
    return (*key, *ran, one.state.value, one.closed_at, one.outcome)


def event_row(one: StageEvent) -> BulkRow:
    """The row of a stage event, in the order of EVENT_COLUMNS."""
    record = str(one.record) if one.record else None
    return (one.person, one.pass_number, one.stage, one.status, one.at, one.source, record, one.implied)


def observation_row(one: StatusObservation) -> BulkRow:
    """The row of an observation: record, field, instant, JSON value, trust, meaning, by whom, what that is."""
    return (str(one.ref), one.field, one.at, to_json(one.value), one.trust, one.meaning, one.by, one.actor)


def _about(connection: Connection, query: Select[Any], column: Any, keys: Iterable[str]) -> Sequence[AnyRow]:  # noqa: ANN401 - a column of any table
    rows: list[AnyRow] = []
    for piece in chunks(keys):
        rows.extend(connection.execute(query.where(column.in_(piece))))
    return rows


def _pass(row: AnyRow) -> Pass:
    return Pass(
        person=row.person,
        number=row.number,
        opened_at=row.opened_at,
        origin=row.origin,
        carrier=_ref(row.carrier),
        status=row.status,
        status_since=row.status_since,
        human_moved_at=row.human_moved_at,
        with_sales_since=row.with_sales_since,
        reason=row.reason,
        resurface_at=row.resurface_at,
        assignees=texts(row.assignees),
        closed_at=row.closed_at,
    )


def _clock(row: AnyRow) -> SlaClock:
    return SlaClock(
        person=row.person,
        pass_number=row.pass_number,
        code=row.code,
        ordinal=row.ordinal,
        subject=parse_ref(row.subject),
        owner=row.owner,
        started_at=row.started_at,
        evidence=row.evidence,
        due_at=row.due_at,
        due_day=row.due_day,
        agreement=row.agreement,
        state=ClockState(row.state),
        closed_at=row.closed_at,
        outcome=row.outcome,
    )


def _observation(row: AnyRow) -> StatusObservation:
    value: str | None = from_json(row.value, str | None)  # type: ignore[arg-type]  # a union is no class to mypy
    return StatusObservation(parse_ref(row.ref), row.field, row.at, value, row.trust, row.meaning, row.by, row.actor)


def _ref(text: str | None) -> Ref | None:
    return parse_ref(text) if text else None
