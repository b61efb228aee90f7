"""Record side: everything a cycle decided, in one transaction, before any byte leaves."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from crmsync.model.decisions import Decision
from crmsync.model.errors import InvariantBroken
from crmsync.model.memory import RESTORED, Recording, SetAside
from crmsync.model.people import Pass, SlaClock
from crmsync.state.bulk import bulk_upsert, chunks
from crmsync.state.decisions import keep_decisions
from crmsync.state.lease import fence
from crmsync.state.marks import (
    clear_marks,
    close_set_aside,
    insert_into,
    resolve_set_aside,
    set_aside,
    subject_of,
    table,
)
from crmsync.state.outbox import keep_intents
from crmsync.state.passes import (
    CLOCK_COLUMNS,
    EVENT_COLUMNS,
    PASS_COLUMNS,
    clock_row,
    event_row,
    observation_row,
    pass_row,
)
from crmsync.state.plans import keep_plan


def record(connection: Connection, recording: Recording) -> None:
    """Keep decisions, plan, pending writes and whose turn it is - all or nothing."""
    fence(connection, recording.epoch)
    _check_rechecks(recording)
    _keep_passes(connection, [one.trip for one in recording.decisions if one.trip])
    _keep_clocks(connection, [clock for one in recording.decisions for clock in one.clocks])
    _keep_events(connection, recording.decisions)
    _keep_seen(connection, recording.decisions)
    _keep_states(connection, recording)
    _keep_set_aside(connection, recording)
    keep_decisions(connection, recording)
    keep_plan(connection, recording)
    keep_intents(connection, recording.intents, recording.cycle, recording.now)
    _keep_pools(connection, recording)


def _check_rechecks(recording: Recording) -> None:
    for one in recording.decisions:
        if one.recheck_at is not None and one.recheck_at <= recording.now:
            raise InvariantBroken(f"The decision on {one.person} wants to be looked at again in the past.")


def _keep_passes(connection: Connection, passes: Sequence[Pass]) -> None:
    """Upsert passes; an older pass that is still open ends where the newer one begins."""
    trip = table("pass")
    ended = [{"p": one.person, "n": one.number, "at": one.opened_at} for one in passes if one.closed_at is None]
    earlier = (trip.c.person == bindparam("p"), trip.c.number < bindparam("n"), trip.c.closed_at.is_(None))
    if ended:
        connection.execute(update(trip).where(*earlier).values(closed_at=bindparam("at")), ended)
    bulk_upsert(connection, trip, PASS_COLUMNS, [pass_row(one) for one in passes])


def _keep_clocks(connection: Connection, clocks: Sequence[SlaClock]) -> None:
    """Upsert the clocks that are not closed yet; a closed one stays as it was."""
    latest = {(one.person, one.pass_number, one.code, one.ordinal): one for one in clocks}
    closed = _closed_clocks(connection, {one.person for one in clocks})
    bulk_upsert(
        connection, table("clock"), CLOCK_COLUMNS, [clock_row(one) for key, one in latest.items() if key not in closed]
    )


def _closed_clocks(connection: Connection, persons: Iterable[str]) -> set[tuple[str, int, str, int]]:
    clock = table("clock")
    keys = (clock.c.person, clock.c.pass_number, clock.c.code, clock.c.ordinal)
    found: set[tuple[str, int, str, int]] = set()
    for piece in chunks(persons):
        where = (clock.c.person.in_(piece), clock.c.closed_at.is_not(None))
        found.update(
            (r.person, r.pass_number, r.code, r.ordinal) for r in connection.execute(select(*keys).where(*where))
        )
    return found


def _keep_events(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Append stage events and observations; what is already there stays as it is."""
    events = [dict(zip(EVENT_COLUMNS, event_row(one), strict=True)) for each in decisions for one in each.stage_events]
    names = ("ref", "field", "at", "value", "trust", "meaning", "by", "actor")
    seen = [dict(zip(names, observation_row(one), strict=True)) for each in decisions for one in each.observations]
    for name, rows in (("stage_event", events), ("observation", seen)):
        if rows:
            connection.execute(insert_into(connection, table(name)).on_conflict_do_nothing(), rows)


def _keep_seen(connection: Connection, decisions: Sequence[Decision]) -> None:
    rows = {(str(ref), name): value for one in decisions for (ref, name), value in one.seen.items()}
    keep_seen(connection, rows)


def keep_seen(connection: Connection, values: dict[tuple[str, str], str | None]) -> None:
    """Remember what was in front of us, per (record, field)."""
    rows = [(ref, name, value) for (ref, name), value in values.items()]
    bulk_upsert(connection, table("seen"), ("ref", "field", "value"), rows)


def _keep_states(connection: Connection, recording: Recording) -> None:
    rechecks = [(one.person, one.recheck_at) for one in recording.decisions]
    bulk_upsert(connection, table("person_state"), ("person", "recheck_at"), rechecks)
    columns = ("person", "grade", "interest", "shown", "score_at")
    scored = [(one.person, one.score, one.at) for one in recording.decisions if one.score]
    scores = [(person, score.grade, score.interest, score.shown, at) for person, score, at in scored]
    bulk_upsert(connection, table("person_state"), columns, scores)
    decided = {one.person for one in recording.decisions}
    clear_marks(connection, ((person, mark) for person, mark in recording.marks.items() if person in decided))


def _keep_set_aside(connection: Connection, recording: Recording) -> None:
    """Open what this cycle found, close what its persons no longer show."""
    rows = [row for one in recording.decisions for row in _findings(one)] + list(recording.set_aside)
    keep = {(subject_of(row.ref, row.person), row.field, row.cause) for row in rows}
    persons = [one.person for one in recording.decisions]
    resolve_set_aside(connection, "decide", recording.now, persons=persons, keep=keep)
    set_aside(connection, rows, "decide", recording.now)
    released = [(str(ref), name, RESTORED) for one in recording.decisions for ref, name in one.released]
    close_set_aside(connection, released, recording.now)


def _findings(decision: Decision) -> list[SetAside]:
    return [
        SetAside(
            ref=one.ref,
            field=one.field or "",
            cause=one.code,
            value=one.value,
            facts=one.facts,
            person=decision.person,
            needs_person=one.needs_person,
        )
        for one in decision.findings
    ]


def _keep_pools(connection: Connection, recording: Recording) -> None:
    pointers = [(team, owner, at) for team, pool in recording.pools.items() for owner, at in pool.items()]
    bulk_upsert(connection, table("pool"), ("team", "owner", "pointer"), pointers)
    given = [(one.person, one.pass_number, one.owner, one.at, one.because) for one in recording.assignments]
    columns = ("person", "pass_number", "owner", "at", "because")
    bulk_upsert(connection, table("assignment"), columns, given)
