"""Stored plans: what was shown, what waits, what somebody approved."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from crmsync.model.errors import InvariantBroken, UnknownThing
from crmsync.model.memory import Recording
from crmsync.model.plans import Change, PlanHeader, PlanRow, PlanState, RowState, Verdict, VerdictKind
from crmsync.state.bulk import BulkRow, bulk_upsert, chunks
from crmsync.state.codec import counts, facts, from_json, to_json
from crmsync.state.marks import table

LIVE = tuple(
    state.value for state in (RowState.APPROVED, RowState.INTENT, RowState.SENT, RowState.IN_DOUBT, RowState.RETRYABLE)
)
WAITING = (RowState.PLANNED.value, *LIVE)
PLAN_COLUMNS = ("digest", "cycle", "at", "counts", "state", "first", "undoes")
CHANGE_COLUMNS = (
    "plan",
    "seq",
    "ref",
    "field",
    "kind",
    "person",
    "task_key",
    "body",
    "verdict",
    "verdict_code",
    "verdict_facts",
    "state",
    "op_id",
    "detail",
    "approved_by",
    "attempt",
    "at",
)


def keep_plan(connection: Connection, recording: Recording) -> None:
    """Keep the plan of this cycle; one with the same digest that is still open keeps its approvals.

    A plan that undoes a cycle takes the place of an older one for the same cycle only.
    """
    header = recording.header
    if header is None:
        return
    rows = list(recording.rows)
    if header.undoes is None:
        rows = _with_late_approvals(connection, header.digest, rows)
    _supersede(connection, header, rows, recording)
    plan = table("plan")
    state = connection.scalar(select(plan.c.state).where(plan.c.digest == header.digest))
    if state == PlanState.OPEN:
        _refresh_rows(connection, header.digest, rows)
    else:
        _new_rows(connection, header, rows)
    close_finished(connection, [header.digest])


def find_plan(connection: Connection, name: str) -> PlanHeader | None:
    """The plan with this digest, the beginning of one (six characters or more), or this short number."""
    wanted = name.strip().lower().replace("-", "")
    plan = table("plan")
    if len(wanted) < SHORT or not all(letter in "0123456789abcdef" for letter in wanted):
        return None
    query = select(plan).where(plan.c.digest.like(f"{wanted}%")).order_by(plan.c.cycle.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _header(row) if row else None


SHORT = 6


def newest_plan(connection: Connection) -> PlanHeader | None:
    """The plan that was stored last; plans that undo a cycle stand beside it."""
    plan = table("plan")
    query = select(plan).where(plan.c.undoes.is_(None)).order_by(plan.c.cycle.desc(), plan.c.at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _header(row) if row else None


def rows_of(connection: Connection, digest: str) -> list[PlanRow]:
    """The rows of a plan in order, each where it stands now."""
    change = table("change")
    return [
        _plan_row(row)
        for row in connection.execute(select(change).where(change.c.plan == digest).order_by(change.c.seq))
    ]


def waiting(connection: Connection, person: str | None = None, *, undoing: bool = False) -> list[tuple[str, PlanRow]]:
    """(plan digest, row) of every row of an open plan that is not finished: held, off, approved, under way, retry.

    The rows of plans that undo a cycle are told apart: they are asked for with `undoing`.
    """
    change, plan = table("change"), table("plan")
    query = select(change).join(plan, plan.c.digest == change.c.plan)
    query = query.where(plan.c.undoes.is_not(None) if undoing else plan.c.undoes.is_(None))
    query = query.where(plan.c.state == PlanState.OPEN.value, change.c.state.in_(WAITING), change.c.verdict != "drop")
    if person is not None:
        query = query.where(change.c.person == person)
    return [(row.plan, _plan_row(row)) for row in connection.execute(query.order_by(plan.c.cycle, change.c.seq))]


def approved(connection: Connection) -> list[tuple[str, PlanRow]]:
    """(plan digest, row) of every approved row of any open plan that is no pending write yet."""
    change, plan = table("change"), table("plan")
    query = select(change).join(plan, plan.c.digest == change.c.plan).where(plan.c.state == PlanState.OPEN.value)
    query = query.where(change.c.state == RowState.APPROVED.value, change.c.verdict != VerdictKind.DROP.value)
    return [(row.plan, _plan_row(row)) for row in connection.execute(query.order_by(plan.c.cycle, change.c.seq))]


def approve(connection: Connection, digest: str, seqs: Iterable[int] | None, by: str, now: datetime) -> int:
    """Approve held rows of an open plan (all of them where `seqs` is None); returns how many."""
    plan, change = table("plan"), table("change")
    state = connection.scalar(select(plan.c.state).where(plan.c.digest == digest))
    if state is None:
        raise UnknownThing("There is no such plan.")
    if state != PlanState.OPEN:
        raise UnknownThing(f"Plan {digest[:4]}-{digest[4:6]} is {state}: run crmsync plan for the present one.")
    where = [change.c.plan == digest, change.c.state == RowState.PLANNED.value]
    where.append(change.c.verdict != VerdictKind.DROP.value)
    chosen = {row.seq for row in connection.execute(select(change.c.seq).where(*where))}
    chosen &= chosen if seqs is None else set(seqs)
    one = update(change).where(change.c.plan == digest, change.c.seq == bindparam("s"))
    if chosen:
        approved = one.values(state=RowState.APPROVED.value, approved_by=by, at=now)
        connection.execute(approved, [{"s": seq} for seq in sorted(chosen)])
    return len(chosen)


def move_rows(connection: Connection, digest: str, moves: Mapping[int, tuple[RowState, str]], now: datetime) -> None:
    """Say where rows stand now that never became a pending write (stale, refused, superseded), with the reason."""
    change = table("change")
    one = update(change).where(change.c.plan == digest, change.c.seq == bindparam("s"))
    one = one.values(state=bindparam("t"), detail=bindparam("d"), at=now)
    if moves:
        rows = [{"s": seq, "t": state.value, "d": words} for seq, (state, words) in moves.items()]
        connection.execute(one, rows)
    close_finished(connection, [digest])


def expire(connection: Connection, older_than: datetime) -> int:
    """Open plans made before that instant expire with what nobody approved; returns how many."""
    plan, change = table("plan"), table("change")
    where = (plan.c.state == PlanState.OPEN.value, plan.c.at < older_than)
    digests = list(connection.scalars(select(plan.c.digest).where(*where)))
    for digest in digests:
        held = (change.c.plan == digest, change.c.state == RowState.PLANNED.value)
        connection.execute(update(change).where(*held).values(state=RowState.SUPERSEDED.value, detail="expired"))
        _set_state(connection, digest, PlanState.EXPIRED)
    return len(digests)


def close_finished(connection: Connection, digests: Iterable[str]) -> None:
    """A plan with nothing left to wait for is done (or superseded, where a newer one took its rows)."""
    change, plan = table("change"), table("plan")
    for digest in sorted(set(digests)):
        states = select(change.c.state, func.count().label("n")).where(
            change.c.plan == digest, change.c.verdict != "drop"
        )
        found = {row.state: row.n for row in connection.execute(states.group_by(change.c.state))}
        open_now = connection.scalar(select(plan.c.state).where(plan.c.digest == digest)) == PlanState.OPEN
        if open_now and not any(state in WAITING for state in found):
            _set_state(connection, digest, PlanState.DONE)


def _set_state(connection: Connection, digest: str, state: PlanState) -> None:
    plan = table("plan")
    connection.execute(update(plan).where(plan.c.digest == digest).values(state=state.value))


def _with_late_approvals(connection: Connection, digest: str, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Somebody may have approved a row of the older plan while this one was made: the same change stays approved."""
    plan, change = table("plan"), table("change")
    query = select(change).join(plan, plan.c.digest == change.c.plan).where(plan.c.state == PlanState.OPEN.value)
    query = query.where(change.c.state == RowState.APPROVED.value, plan.c.digest != digest, plan.c.undoes.is_(None))
    given = {_content(one.change): one for one in map(_plan_row, connection.execute(query))}
    return [_approved_as(row, given.get(_content(row.change))) for row in rows]


def _content(change: Change) -> tuple[object, ...]:
    return (change.ref, change.field, change.before, change.after, change.task_key)


def _approved_as(row: PlanRow, earlier: PlanRow | None) -> PlanRow:
    if earlier is None or row.state is not RowState.PLANNED or row.verdict.kind is VerdictKind.DROP:
        return row
    return dataclasses.replace(row, state=RowState.APPROVED, approved_by=earlier.approved_by, at=earlier.at)


def _supersede(connection: Connection, header: PlanHeader, rows: Sequence[PlanRow], recording: Recording) -> None:
    """Older open plans give way: what nobody approved, what the new plan holds again, and whoever was decided on anew.

    An approved change that its person's new decision does not want any more is never sent.
    """
    plan, change, now = table("plan"), table("change"), recording.now
    anew = {one.person for one in recording.decisions}
    again = {(str(row.change.ref), row.change.field, row.change.task_key) for row in rows}
    older = select(plan.c.digest).where(plan.c.state == PlanState.OPEN.value, plan.c.digest != header.digest)
    alike = plan.c.undoes.is_(None) if header.undoes is None else plan.c.undoes == header.undoes
    for old in list(connection.scalars(older.where(alike))):
        states = (RowState.PLANNED.value, RowState.APPROVED.value)
        columns = (change.c.seq, change.c.state, change.c.person, change.c.ref, change.c.field, change.c.task_key)
        stored = connection.execute(select(*columns).where(change.c.plan == old, change.c.state.in_(states)))
        gone = [
            row.seq
            for row in stored
            if row.state == RowState.PLANNED or row.person in anew or (row.ref, row.field, row.task_key) in again
        ]
        one = update(change).where(change.c.plan == old, change.c.seq == bindparam("s"))
        if gone:
            connection.execute(one.values(state=RowState.SUPERSEDED.value, at=now), [{"s": seq} for seq in gone])
        live = select(func.count()).where(change.c.plan == old, change.c.state.in_(LIVE))
        if not connection.scalar(live):
            _set_state(connection, old, PlanState.SUPERSEDED)


def _new_rows(connection: Connection, header: PlanHeader, rows: Sequence[PlanRow]) -> None:
    change = table("change")
    connection.execute(delete(change).where(change.c.plan == header.digest))
    values = (header.digest, header.cycle, header.at, to_json(dict(header.counts)), header.state.value, header.first)
    bulk_upsert(connection, table("plan"), PLAN_COLUMNS, [(*values, header.undoes)])
    bulk_upsert(connection, change, CHANGE_COLUMNS, [_row(header.digest, row) for row in rows])


def _refresh_rows(connection: Connection, digest: str, rows: Sequence[PlanRow]) -> None:
    """The same plan again: verdicts may have moved, what is approved or under way stays, what was done starts anew."""
    change = table("change")
    known = {row.seq: row for row in rows_of(connection, digest)}
    for row in rows:
        if row.seq in known and known[row.seq].change.ref != row.change.ref:
            raise InvariantBroken(f"Plan {digest[:6]} was stored before with its rows in another order.")
    again = [row for row in rows if row.seq in known and known[row.seq].state.value not in LIVE]
    for piece in chunks(row.seq for row in again):
        connection.execute(delete(change).where(change.c.plan == digest, change.c.seq.in_(piece)))
    new = [row for row in rows if row.seq not in known]
    bulk_upsert(connection, change, CHANGE_COLUMNS, [_row(digest, row) for row in (*again, *new)])


def _row(digest: str, row: PlanRow) -> BulkRow:
    one, verdict = row.change, row.verdict
    names = (digest, row.seq, str(one.ref), one.field, one.kind.value, one.person, one.task_key, to_json(one))
    judged = (verdict.kind.value, verdict.code, to_json(dict(verdict.facts)))
    return (*names, *judged, row.state.value, row.op_id, row.detail, row.approved_by, row.attempt, row.at)


def _plan_row(row: Row[Any]) -> PlanRow:
    return PlanRow(
        seq=row.seq,
        change=from_json(row.body, Change),
        verdict=Verdict(VerdictKind(row.verdict), row.verdict_code, facts(row.verdict_facts)),
        state=RowState(row.state),
        op_id=row.op_id,
        detail=row.detail,
        approved_by=row.approved_by,
        attempt=row.attempt,
        at=row.at,
    )


def _header(row: Row[Any]) -> PlanHeader:
    header = PlanHeader(row.digest, row.cycle, row.at, counts(row.counts))
    return dataclasses.replace(header, state=PlanState(row.state), first=row.first, undoes=row.undoes)
