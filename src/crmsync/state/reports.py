"""Read side, the rows: the log, what waits for people, what was written, who somebody is."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import AppliedWrite, Found, LogRow, SetAside
from crmsync.model.plans import Change, PlanState, RowState, VerdictKind
from crmsync.model.records import Ref, Scalar
from crmsync.state.codec import facts, from_json, parse_ref
from crmsync.state.marks import table
from crmsync.state.plans import WAITING

IN_FLIGHT = tuple(state for state in WAITING if state not in (RowState.PLANNED.value, RowState.APPROVED.value))
FOUND_LIMIT = 20


def find(connection: Connection, text: str) -> list[Found]:
    """Records whose id (15 or 18 characters, HubSpot number, `system/object/id`), e-mail, name or person this is."""
    wanted = text.strip()
    record, key = table("record"), table("identity_key")
    columns = (record.c.ref, record.c.person, record.c.first_name, record.c.last_name)
    mail = select(key.c.ref).where(key.c.kind.in_(("email", "role")), key.c.value == wanted.casefold())
    exact = (
        record.c.id.in_(_spellings(wanted)),
        record.c.ref == wanted,
        record.c.person == wanted,
        record.c.ref.in_(mail),
    )
    rows = connection.execute(select(*columns).where(or_(*exact)).order_by(record.c.ref).limit(FOUND_LIMIT)).all()
    if not rows and wanted:
        named = record.c.name_key.contains(wanted.casefold(), autoescape=True)
        rows = connection.execute(select(*columns).where(named).order_by(record.c.name_key).limit(FOUND_LIMIT)).all()
    return [Found(parse_ref(r.ref), r.person, " ".join(p for p in (r.first_name, r.last_name) if p)) for r in rows]


def log_rows(
    connection: Connection,
    since: datetime | None,
    person: str | None,
    kind: ChangeKind | None,
) -> Iterator[LogRow]:
    """What was sent, then what still waits, oldest first within each."""
    intent, change, plan = table("intent"), table("change"), table("plan")
    sent = select(intent, plan.c.digest, change.c.verdict, change.c.verdict_code).order_by(intent.c.at, intent.c.seq)
    sent = sent.join(plan, plan.c.digest == intent.c.plan, isouter=True)
    same = (change.c.plan == intent.c.plan) & (change.c.seq == intent.c.seq)
    sent = sent.join(change, same, isouter=True)
    held = select(change, plan.c.at.label("planned_at"), plan.c.cycle).join(plan, plan.c.digest == change.c.plan)
    held = held.where(plan.c.state == PlanState.OPEN.value, change.c.state.not_in(IN_FLIGHT), change.c.op_id == "")
    held = held.where(change.c.state != RowState.SUPERSEDED.value).order_by(plan.c.at, change.c.seq)
    if person is not None:
        sent, held = sent.where(intent.c.person == person), held.where(change.c.person == person)
    if kind is not None:
        sent, held = sent.where(intent.c.kind == kind.value), held.where(change.c.kind == kind.value)
    if since is not None:
        sent, held = sent.where(intent.c.at >= since), held.where(func.coalesce(change.c.at, plan.c.at) >= since)
    yield from (_sent(row) for row in connection.execute(sent))
    yield from (_held(row) for row in connection.execute(held))


def written_rows(connection: Connection, cycle: int) -> Iterator[LogRow]:
    """What the plan of one cycle wrote, oldest first."""
    intent, change = table("intent"), table("change")
    same = (change.c.plan == intent.c.plan) & (change.c.seq == intent.c.seq)
    query = select(intent, change.c.verdict, change.c.verdict_code).join(change, same, isouter=True)
    query = query.where(intent.c.cycle == cycle, intent.c.state == RowState.APPLIED.value)
    yield from (_sent(row) for row in connection.execute(query.order_by(intent.c.at, intent.c.plan, intent.c.seq)))


def set_aside_rows(connection: Connection, person: str | None = None, *, resolved: bool = False) -> list[SetAside]:
    """What was left alone and why; only what is still so, unless `resolved` asks for all."""
    kept = table("set_aside")
    times = kept.c["count"].label("seen_times")  # a row's own count() hides a column of that name
    query = select(kept, times).order_by(kept.c.first_seen, kept.c.subject, kept.c.field, kept.c.cause)
    if not resolved:
        query = query.where(kept.c.resolved_at.is_(None))
    if person is not None:
        query = query.where(kept.c.person == person)
    return [_aside(row) for row in connection.execute(query)]


def applied_writes(connection: Connection, cycle: int | None = None) -> list[AppliedWrite]:
    """Every field we wrote, one row each, to be joined with the CRM's own audit."""
    intent = table("intent")
    query = (
        select(intent)
        .where(intent.c.state == RowState.APPLIED.value)
        .order_by(intent.c.at, intent.c.plan, intent.c.seq)
    )
    if cycle is not None:
        query = query.where(intent.c.cycle == cycle)
    return list(itertools.chain.from_iterable(_fields(row) for row in connection.execute(query)))


def written_counts(connection: Connection, cycle: int | None = None) -> dict[ChangeKind, int]:
    """How many rows of each kind were written (in one cycle, or ever)."""
    intent = table("intent")
    query = select(intent.c.kind, func.count().label("n")).where(intent.c.state == RowState.APPLIED.value)
    if cycle is not None:
        query = query.where(intent.c.cycle == cycle)
    return {ChangeKind(row.kind): row.n for row in connection.execute(query.group_by(intent.c.kind))}


def open_leads(connection: Connection) -> dict[str, int]:
    """Open passes that did not leave the path, by the owner key of the record that carries them."""
    trip, record, owner = table("pass"), table("record"), table("owner")
    join = trip.join(record, record.c.ref == trip.c.carrier)
    join = join.join(owner, (owner.c.system == record.c.system) & (owner.c.id == record.c.owner))
    query = select(owner.c.key, func.count().label("n")).select_from(join).group_by(owner.c.key)
    where = (trip.c.closed_at.is_(None), trip.c.reason.is_(None), owner.c.key.is_not(None))
    return {row.key: row.n for row in connection.execute(query.where(*where))}


def recent_writes(connection: Connection, since: datetime) -> dict[tuple[Ref, str, Scalar], int]:
    """How often each value was written since that instant, by (record, field, after-value)."""
    intent = table("intent")
    query = select(intent.c.body).where(intent.c.state == RowState.APPLIED.value, intent.c.at >= since)
    changes = (from_json(body, Change) for body in connection.scalars(query.where(intent.c.task_key == "")))
    return dict(Counter((one.ref, one.field, one.after) for one in changes))


def _spellings(text: str) -> list[str]:
    """The id as typed, and in 18 characters where it is a 15-character Salesforce id."""
    return [text, text + _checksum(text)] if len(text) == SHORT_ID and text.isalnum() else [text]


SHORT_ID = 15
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def _checksum(text: str) -> str:
    """Salesforce: per five characters one letter that tells which are capitals."""
    pieces = (text[at : at + 5] for at in range(0, SHORT_ID, 5))
    return "".join(
        _LETTERS[sum(1 << bit for bit, letter in enumerate(piece) if "A" <= letter <= "Z")] for piece in pieces
    )


def _fields(row: Row[Any]) -> Sequence[AppliedWrite]:
    change = from_json(row.body, Change)
    ref: Ref = parse_ref(row.result_ref) if row.result_ref else change.ref
    values = from_json(row.vendor_values, dict[str, Scalar])
    before = change.before if change.draft is None and len(values) == 1 else None
    at = row.resolved_at or row.at
    return [AppliedWrite(row.op_id, ref, name, before, after, at, row.cycle) for name, after in values.items()]


def _sent(row: Row[Any]) -> LogRow:
    change = from_json(row.body, Change)
    return LogRow(
        at=row.resolved_at or row.at,
        person=row.person,
        ref=parse_ref(row.result_ref) if row.result_ref else change.ref,
        kind=change.kind,
        field=change.field,
        before=change.before,
        after=change.after,
        because=change.because,
        state=RowState(row.state),
        verdict=VerdictKind(row.verdict or VerdictKind.ALLOW.value),
        verdict_code=row.verdict_code or "",
        plan=f"{row.plan[:4]}-{row.plan[4:6]}",
        by=row.approved_by,
        words=row.words,
        team=change.team,
        task_key=row.task_key,
        op_id=row.op_id,
        cycle=row.cycle,
    )


def _held(row: Row[Any]) -> LogRow:
    change = from_json(row.body, Change)
    return LogRow(
        at=row.at or row.planned_at,
        person=row.person,
        ref=change.ref,
        kind=change.kind,
        field=change.field,
        before=change.before,
        after=change.after,
        because=change.because,
        state=RowState(row.state),
        verdict=VerdictKind(row.verdict),
        verdict_code=row.verdict_code,
        plan=f"{row.plan[:4]}-{row.plan[4:6]}",
        by=row.approved_by,
        words=row.detail,
        team=change.team,
        task_key=row.task_key,
        cycle=row.cycle,
    )


def _aside(row: Row[Any]) -> SetAside:
    return SetAside(
        ref=None if row.subject.startswith("person/") else parse_ref(row.subject),
        field=row.field,
        cause=row.cause,
        value=row.value,
        detail=row.detail,
        facts=facts(row.facts),
        person=row.person,
        needs_person=row.needs_person,
        count=row.seen_times,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        resolved_at=row.resolved_at,
    )
