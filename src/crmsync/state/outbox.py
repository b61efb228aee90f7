"""Pending writes: recorded before they leave, moved one step at a time, confirmed by what was read back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Connection, Row, func, insert, select, update

from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import InvariantBroken, StoreHeld
from crmsync.model.memory import RESTORED, IntentMove, Reread, SetAside
from crmsync.model.plans import Change, Intent, RowState
from crmsync.model.records import Scalar
from crmsync.state.bulk import bulk_upsert
from crmsync.state.codec import from_json, to_json
from crmsync.state.lease import fence
from crmsync.state.marks import mark_dirty, persons_of, set_aside, table
from crmsync.state.plans import close_finished
from crmsync.state.records import match_again, write_through

STEPS: Mapping[RowState, frozenset[RowState]] = {
    RowState.INTENT: frozenset(
        {
            RowState.SENT,
            RowState.IN_DOUBT,
            RowState.APPLIED,
            RowState.REJECTED,
            RowState.RETRYABLE,
            RowState.SUPERSEDED,
        },
    ),
    RowState.SENT: frozenset({RowState.APPLIED, RowState.REJECTED, RowState.IN_DOUBT, RowState.RETRYABLE}),
    RowState.IN_DOUBT: frozenset({RowState.APPLIED, RowState.RETRYABLE, RowState.SUPERSEDED, RowState.DEAD}),
    RowState.RETRYABLE: frozenset({RowState.INTENT, RowState.SUPERSEDED, RowState.DEAD}),
}
OPEN = tuple(state.value for state in STEPS)
UNANSWERED = (RowState.INTENT.value, RowState.SENT.value)


def keep_intents(connection: Connection, intents: Sequence[Intent], cycle: int, now: datetime) -> None:
    """Write down what is about to be sent, and let its planned rows say so."""
    for epoch in {one.epoch for one in intents}:
        fence(connection, epoch)
    approvers = _approvers(connection, {one.plan for one in intents})
    rows = [_values(one, cycle, approvers.get((one.plan, one.seq), "")) for one in intents]
    if rows:
        connection.execute(insert(table("intent")), rows)
    change = table("change")
    for one in intents:
        where = (change.c.plan == one.plan, change.c.seq == one.seq)
        row = {"state": one.state.value, "op_id": one.op_id, "attempt": one.attempt, "at": now}
        connection.execute(update(change).where(*where).values(**row))


def intents_in(connection: Connection, states: Iterable[RowState]) -> list[Intent]:
    """Pending (or finished) writes in these states, oldest first."""
    intent = table("intent")
    wanted = [state.value for state in states]
    query = select(intent).where(intent.c.state.in_(wanted)).order_by(intent.c.at, intent.c.plan, intent.c.seq)
    return [_intent(row) for row in connection.execute(query)]


def adopt(connection: Connection, epoch: int) -> list[Intent]:
    """Take over what an earlier holder left: everything open is ours now, what has no answer is in doubt."""
    fence(connection, epoch)
    intent = table("intent")
    left = (intent.c.state.in_(UNANSWERED), intent.c.epoch != epoch)
    plans = set(connection.scalars(select(intent.c.plan).where(*left).distinct()))
    connection.execute(update(intent).where(*left).values(state=RowState.IN_DOUBT.value))
    connection.execute(update(intent).where(intent.c.state.in_(OPEN), intent.c.epoch != epoch).values(epoch=epoch))
    change = table("change")
    stuck = (change.c.plan.in_(plans), change.c.state.in_(UNANSWERED))
    connection.execute(update(change).where(*stuck).values(state=RowState.IN_DOUBT.value))
    return intents_in(connection, (RowState.IN_DOUBT, RowState.RETRYABLE))


def move_intents(connection: Connection, moves: Sequence[IntentMove], epoch: int, now: datetime) -> list[Intent]:
    """Move each write one step; returns them as they stood before. StoreHeld where another holder took over."""
    moved = [_move(connection, one, epoch, now) for one in moves]
    close_finished(connection, {one.plan for one in moved})
    return moved


def confirm(
    connection: Connection,
    moves: Sequence[IntentMove],
    reread: Sequence[Reread],
    epoch: int,
    now: datetime,
) -> None:
    """Keep answers and what was read back: an applied value is seen, anything else that moved is decided on again.

    A value that somebody took back is seen too, and its field is left alone from now on.
    """
    moved = move_intents(connection, moves, epoch, now)
    applied = [one for one, move in zip(moved, moves, strict=True) if move.after is RowState.APPLIED]
    _see(connection, applied)
    _leave_alone(connection, applied, now)
    ours = {(str(one.change.ref), one.change.field) for one in applied}
    for each in reread:
        _keep_reread(connection, each, ours, now)


def _keep_reread(connection: Connection, reread: Reread, ours: set[tuple[str, str]], now: datetime) -> None:
    changed = write_through(connection, reread)
    foreign = [ref for ref, names in changed.items() if any((ref, name) not in ours for name in names)]
    match_again(connection, foreign)
    mark_dirty(connection, persons_of(connection, foreign), "record changed", now)


def _see(connection: Connection, applied: Sequence[Intent]) -> None:
    written = (one.change for one in applied if one.change.kind is not ChangeKind.TASK)
    rows = {(str(one.ref), one.field): _text(one.after) for one in written}
    columns = ("ref", "field", "value")
    bulk_upsert(connection, table("seen"), columns, [(*key, value) for key, value in rows.items()])


def _leave_alone(connection: Connection, applied: Sequence[Intent], now: datetime) -> None:
    """Note every value that was put back for somebody: who wanted it, when, and which cycle it undid."""
    back = [one for one in applied if one.change.restores]
    approvers = _approvers(connection, {one.plan for one in back})
    rows = [
        SetAside(
            ref=one.change.ref,
            field=one.change.field,
            cause=RESTORED,
            value=_text(one.change.after),
            facts={
                "at": now.isoformat(),
                "by": approvers.get((one.plan, one.seq), ""),
                "cycle": one.change.because.facts.get("cycle", ""),
            },
            person=one.change.person,
            needs_person=False,
        )
        for one in back
    ]
    set_aside(connection, rows, "undo", now)


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _move(connection: Connection, move: IntentMove, epoch: int, now: datetime) -> Intent:
    if move.after not in STEPS.get(move.before, frozenset()):
        raise InvariantBroken(f"A write cannot go from {move.before} to {move.after}.")
    intent = table("intent")
    row = connection.execute(select(intent).where(intent.c.op_id == move.op_id)).one_or_none()
    fenced = (intent.c.op_id == move.op_id, intent.c.state == move.before.value, intent.c.epoch == epoch)
    hit = connection.execute(update(intent).where(*fenced).values(**_step(move, row, now))).rowcount
    if row is None or hit != 1:
        _refuse(row, move, epoch)
    before = _intent(row)
    change = table("change")
    planned = (change.c.plan == before.plan, change.c.seq == before.seq, change.c.op_id == move.op_id)
    connection.execute(update(change).where(*planned).values(state=move.after.value, detail=move.words, at=now))
    return before


def _step(move: IntentMove, row: Row[Any] | None, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {"state": move.after.value, "words": move.words, "not_before": move.not_before}
    if move.ref is not None:
        values["result_ref"] = str(move.ref)
    if move.after is RowState.INTENT and row is not None:
        values["attempt"] = row.attempt + 1
    if move.after.value not in OPEN:
        values["resolved_at"] = now
    return values


def _refuse(row: Row[Any] | None, move: IntentMove, epoch: int) -> NoReturn:
    if row is not None and row.epoch != epoch:
        raise StoreHeld("Another crmsync has taken over this store; this one stops writing.")
    state = row.state if row is not None else "unknown"
    raise InvariantBroken(f"Write {move.op_id} is {state}, not {move.before}: it cannot become {move.after}.")


def _approvers(connection: Connection, plans: set[str]) -> dict[tuple[str, int], str]:
    change = table("change")
    query = select(change.c.plan, change.c.seq, change.c.approved_by).where(change.c.plan.in_(plans))
    return {(row.plan, row.seq): row.approved_by for row in connection.execute(query)}


def _values(one: Intent, cycle: int, approved_by: str) -> dict[str, object]:
    change = one.change
    return {
        "op_id": one.op_id,
        "plan": one.plan,
        "seq": one.seq,
        "cycle": cycle,
        "ref": str(change.ref),
        "field": change.field,
        "kind": change.kind.value,
        "person": change.person,
        "task_key": change.task_key,
        "task_owner": change.draft.owner if change.draft else "",
        "body": to_json(change),
        "vendor_values": to_json(dict(one.vendor_values)),
        "epoch": one.epoch,
        "state": one.state.value,
        "at": one.at,
        "attempt": one.attempt,
        "words": one.words,
        "not_before": one.not_before,
        "approved_by": approved_by,
    }


def _intent(row: Row[Any]) -> Intent:
    return Intent(
        op_id=row.op_id,
        plan=row.plan,
        seq=row.seq,
        change=from_json(row.body, Change),
        vendor_values=from_json(row.vendor_values, dict[str, Scalar]),
        epoch=row.epoch,
        state=RowState(row.state),
        at=row.at,
        attempt=row.attempt,
        words=row.words,
        not_before=row.not_before,
    )


def tasks_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many tasks were made (or may have been) per owner key since that instant."""
    intent = table("intent")
    gone = (RowState.REJECTED.value, RowState.SUPERSEDED.value, RowState.DEAD.value)
    query = select(intent.c.task_owner, func.count().label("n")).where(intent.c.at >= since, intent.c.task_key != "")
    rows = connection.execute(query.where(intent.c.state.not_in(gone)).group_by(intent.c.task_owner))
    return {row.task_owner: row.n for row in rows}
