"""Send what was approved: look once more, send, find out what became of it. No transaction spans the network."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crmsync.connectors.lanes import lane
from crmsync.cycle.context import KEY, task_stream
from crmsync.cycle.fetching import fetched
from crmsync.cycle.spending import LANES, no_room
from crmsync.cycle.stage import reread
from crmsync.cycle.streams import Streams
from crmsync.cycle.wiring import Wiring
from crmsync.mappings.read import read_person
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import CrmsyncError
from crmsync.model.memory import IntentMove, SetAside
from crmsync.model.plans import Intent, PlanRow, Receipt, ReceiptKind, RowState
from crmsync.model.records import RawRecord, RecordKind, Ref, Scalar
from crmsync.model.streams import FoundTask, Overwritten, StreamSpec, TaskLookup, WriteRow
from crmsync.reconcile.confirm import after_receipt, already_made, is_stale, resolve_field, resolve_task
from crmsync.reconcile.plan import same
from crmsync.state import Lease

PEOPLE_EDIT = frozenset({ChangeKind.STATUS, ChangeKind.CONTACT_STATUS, ChangeKind.OWNER})
URGENT_FIRST = tuple(LANES)
BATCH = 200
SETTLE = timedelta(seconds=30)
"""How long a request may still be executing on the server before "not there" is believed."""
RETRY_AFTER = timedelta(minutes=1)
MOST_ATTEMPTS = 5
ARRIVED = "an earlier try of it had arrived"
A_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the writes of one cycle; `overwrote` counts edits of people that ours went over unseen."""

    applied: int = 0
    stale: int = 0
    refused: int = 0
    unclear: int = 0
    later: int = 0
    overwrote: int = 0
    refusals: tuple[str, ...] = ()

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.applied + other.applied,
            self.stale + other.stale,
            self.refused + other.refused,
            self.unclear + other.unclear,
            self.later + other.later,
            self.overwrote + other.overwrote,
            self.refusals + other.refusals,
        )


def intents_of(
    wiring: Wiring, streams: Streams, plan: str, rows: Iterable[PlanRow], lease: Lease, now: datetime
) -> list[Intent]:
    """The pending writes of approved rows, with exactly the vendor fields and values that will be sent.

    Each has a name of its own, also where the same plan comes again in the life of one daemon.
    """
    before = wiring.store.times_sent(plan)
    return [
        Intent(
            op_id=f"{plan[:10]}-{row.seq}-{lease.epoch}-{before.get(row.seq, 0)}",
            plan=plan,
            seq=row.seq,
            change=row.change,
            vendor_values=_vendor_values(wiring, streams, row),
            epoch=lease.epoch,
            state=RowState.INTENT,
            at=now,
        )
        for row in rows
    ]


def write_rows(
    wiring: Wiring, streams: Streams, lease: Lease, plan: str, rows: Sequence[PlanRow], now: datetime
) -> Written:
    """Write approved rows of a stored plan (by digest): they become pending writes of the cycle that made the plan."""
    header = wiring.store.plan(plan)
    if header is None or not rows:
        return Written()
    intents = intents_of(wiring, streams, plan, rows, lease, now)
    wiring.store.intend(intents, header.cycle)
    return write(wiring, streams, lease, intents, now)


def write(wiring: Wiring, streams: Streams, lease: Lease, intents: Sequence[Intent], now: datetime) -> Written:
    """Send pending writes, the most urgent kind first, batch by batch; every answer is kept before the next batch.

    When crmsync is asked to stop, the batch in hand is the last: the others wait as not sent.
    """
    done = Written()
    for batch in _batches(intents):
        wiring.pulse.beat()
        if wiring.pulse.stopping:
            done += _later(wiring, lease, batch, now, "crmsync was asked to stop before this was sent")
            continue
        kind = batch[0].change.kind
        full = no_room(wiring, batch[0].change.ref.system, kind)
        if full is not None:
            done += _later(wiring, lease, batch, now, str(full), full.until)
            continue
        step = _write_tasks if kind is ChangeKind.TASK and batch[0].change.draft else _write_fields
        with lane(LANES[kind]):
            done += step(wiring, streams, lease, batch, now)
    return done


def settle_open(wiring: Wiring, streams: Streams, lease: Lease, now: datetime) -> Written:
    """Before anything new: find out what became of writes without an answer, and send again what is due."""
    wiring.store.adopt_intents(lease.epoch)
    doubtful = wiring.store.intents([RowState.IN_DOUBT])
    ripe = [one for one in doubtful if one.at + SETTLE <= now and _takes_part(wiring, one)]
    resolved = _resolve(wiring, streams, lease, ripe)
    waiting = [one for one in wiring.store.intents([RowState.RETRYABLE]) if _takes_part(wiring, one)]
    due = [one for one in waiting if one.not_before is None or one.not_before <= now]
    given_up = [one for one in due if one.attempt >= MOST_ATTEMPTS]
    _move(wiring, lease, [IntentMove(one.op_id, RowState.RETRYABLE, RowState.DEAD, one.words) for one in given_up])
    again = [one for one in due if one.attempt < MOST_ATTEMPTS]
    _move(wiring, lease, [IntentMove(one.op_id, RowState.RETRYABLE, RowState.INTENT) for one in again])
    retried = [replace(one, state=RowState.INTENT, attempt=one.attempt + 1) for one in again]
    return resolved + write(wiring, streams, lease, retried, now)


def _takes_part(wiring: Wiring, intent: Intent) -> bool:
    """Whether its CRM can be asked in this cycle; else the write waits without using up its attempts."""
    system = intent.change.ref.system
    return system in wiring.connectors and no_room(wiring, system, intent.change.kind) is None


# Fields -------------------------------------------------------------------------------------------------------------


def _write_fields(wiring: Wiring, streams: Streams, lease: Lease, batch: Sequence[Intent], now: datetime) -> Written:
    spec = _spec(streams, batch[0])
    present = _looked(wiring, spec, batch) if spec else None
    if spec is None or present is None:
        return _later(wiring, lease, batch, now, "the CRM could not be read before writing")
    unread = [one for one in batch if one.change.ref not in present]
    if unread:
        later = _later(wiring, lease, unread, now, "the record could not be read before writing")
        readable = [one for one in batch if one not in unread]
        return later + (_write_fields(wiring, streams, lease, readable, now) if readable else Written())
    arrived = [one for one in batch if _arrived_late(one, present, spec)]
    known = [IntentMove(one.op_id, RowState.INTENT, RowState.APPLIED, ARRIVED, one.change.ref) for one in arrived]
    wiring.store.confirm(known, (), lease.epoch)
    _look_again(wiring, arrived)
    stale = [one for one in batch if one not in arrived and _moved(one, present, spec)]
    fresh = [one for one in batch if one not in arrived and one not in stale]
    _give_way(wiring, lease, stale)
    if not fresh:
        return Written(applied=len(arrived), stale=len(stale))
    looked_at = wiring.connectors[spec.system].server_time().replace(microsecond=0)
    _move(wiring, lease, [IntentMove(one.op_id, RowState.INTENT, RowState.SENT) for one in fresh])
    rows = [_row(one, present) for one in fresh]
    receipts = wiring.connectors[spec.system].update(spec.object, rows)
    done = _keep_answers(wiring, spec, lease, fresh, receipts, now)
    overwrote = _report_overwritten(wiring, spec, fresh, looked_at)
    return done + Written(applied=len(arrived), stale=len(stale), overwrote=overwrote)


def _row(intent: Intent, present: Mapping[Ref, RawRecord]) -> WriteRow:
    """What is sent. What people edit too is sent on the condition that nobody touched the record since we looked."""
    touched = intent.change.kind in PEOPLE_EDIT or intent.change.kind is ChangeKind.TASK
    stamp = present[intent.change.ref].modified_at if touched else None
    return WriteRow(intent.op_id, intent.change.ref, intent.vendor_values, unmodified_since=stamp)


def _report_overwritten(wiring: Wiring, spec: StreamSpec, sent: Sequence[Intent], looked_at: datetime) -> int:
    """Where a CRM cannot write on a condition, its history tells whose edit ours went over: reported, every one."""
    people_edit = {one.change.ref: one for one in sent if one.change.kind in PEOPLE_EDIT}
    if not people_edit:
        return 0
    looked = {ref: (_text(one.change.before), looked_at) for ref, one in people_edit.items()}
    field = next(iter(sent[0].vendor_values))
    try:
        lost = wiring.connectors[spec.system].overwritten(spec, field, looked)
    except CrmsyncError:
        return 0
    wiring.store.put_aside([_overwrote(people_edit[one.ref], one) for one in lost])
    return len(lost)


def _overwrote(intent: Intent, lost: Overwritten) -> SetAside:
    facts = {"at": lost.at.isoformat(), "ours": str(intent.change.after), "before": str(intent.change.before)}
    field = intent.change.field
    return SetAside(lost.ref, field, "write.overwrote_edit", lost.value, facts=facts, person=intent.change.person)


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)


def _looked(wiring: Wiring, spec: StreamSpec, batch: Sequence[Intent]) -> Mapping[Ref, RawRecord] | None:
    """The values just before sending. A record touched in this very second is looked at again when the second is over.

    Salesforce compares whole seconds: the condition would not notice another edit within the second of the stamp.
    """
    present = _present(wiring, spec, batch)
    this_second = wiring.connectors[spec.system].server_time().replace(microsecond=0)
    stamps = (one.modified_at for one in (present or {}).values())
    touched = (at >= this_second and not at.microsecond for at in stamps)
    if batch[0].change.kind in PEOPLE_EDIT and any(touched):
        wiring.sleeper.sleep(A_SECOND)
        present = _present(wiring, spec, batch)
    return present


def _present(wiring: Wiring, spec: StreamSpec, batch: Sequence[Intent]) -> Mapping[Ref, RawRecord] | None:
    """The values just before sending; None where the CRM cannot be read now."""
    try:
        found = fetched(wiring, spec, [one.change.ref for one in batch])
    except CrmsyncError:
        return None
    return {one.ref: one for one in found}


def _arrived_late(intent: Intent, present: Mapping[Ref, RawRecord], spec: StreamSpec) -> bool:
    """Whether an earlier try of this write reached the record after it was read back as not there."""
    raw = present.get(intent.change.ref)
    if intent.attempt <= 1 or raw is None or raw.deleted:
        return False
    return same(_plain(read_person(raw, spec).values.get(intent.change.field)), intent.change.after)


def _moved(intent: Intent, present: Mapping[Ref, RawRecord], spec: StreamSpec) -> bool:
    raw = present.get(intent.change.ref)
    if raw is None or raw.deleted:
        return True
    snapshot = read_person(raw, spec)
    return snapshot.converted or is_stale(intent.change, _plain(snapshot.values.get(intent.change.field)))


def _plain(value: object) -> Scalar:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _keep_answers(
    wiring: Wiring,
    spec: StreamSpec,
    lease: Lease,
    sent: Sequence[Intent],
    receipts: Sequence[Receipt],
    now: datetime,
) -> Written:
    """Keep every answer with the values read back; a row without an answer is in doubt, never failed."""
    by_op = {one.op_id: one for one in receipts}
    back = _present(wiring, spec, sent)
    moves = [
        IntentMove(one.op_id, RowState.SENT, RowState.APPLIED, ARRIVED, one.change.ref)
        if _arrived_late(one, back or {}, spec)
        else _answered(one, by_op.get(one.op_id), now)
        for one in sent
    ]
    person = spec.kind is not RecordKind.ACTIVITY
    again = (reread(list(back.values()), spec, wiring.plan_of(spec)),) if back and person else ()
    wiring.store.confirm(moves, again, lease.epoch)
    _look_again(wiring, sent)
    return _counted(moves)


def _answered(intent: Intent, receipt: Receipt | None, now: datetime) -> IntentMove:
    receipt = receipt or Receipt(intent.op_id, ReceiptKind.UNKNOWN, words="no answer")
    after = after_receipt(receipt)
    due = now + RETRY_AFTER * 2**intent.attempt if after is RowState.RETRYABLE else None
    return IntentMove(intent.op_id, RowState.SENT, after, receipt.words, receipt.ref, due)


def _counted(moves: Iterable[IntentMove]) -> Written:
    states = [one.after for one in moves]
    return Written(
        applied=states.count(RowState.APPLIED),
        refused=states.count(RowState.REJECTED),
        unclear=states.count(RowState.IN_DOUBT),
        later=states.count(RowState.RETRYABLE),
        refusals=tuple(sorted({one.words for one in moves if one.after is RowState.REJECTED})),
    )


# Tasks --------------------------------------------------------------------------------------------------------------


def _write_tasks(wiring: Wiring, streams: Streams, lease: Lease, batch: Sequence[Intent], now: datetime) -> Written:
    """Make overdue tasks; one that is found under its key, open or long done, is never made again."""
    spec = task_stream(wiring, streams)
    found = _find(wiring, spec, batch) if spec else None
    if spec is None or found is None:
        return _later(wiring, lease, batch, now, "the CRM could not be asked for earlier tasks")
    there = {one.op_id: already_made(one.change.task_key, found) for one in batch}
    known = [
        IntentMove(op_id, RowState.INTENT, RowState.APPLIED, "was there already", task.ref)
        for op_id, task in there.items()
        if task is not None
    ]
    _move(wiring, lease, known)
    fresh = [one for one in batch if there[one.op_id] is None]
    _move(wiring, lease, [IntentMove(one.op_id, RowState.INTENT, RowState.SENT) for one in fresh])
    unique = spec.field(KEY)
    rows = [WriteRow(one.op_id, one.change.ref, one.vendor_values, unique.vendor if unique else None) for one in fresh]
    receipts = {one.op_id: one for one in (wiring.connectors[spec.system].insert(spec.object, rows) if rows else [])}
    moves = [_answered(one, receipts.get(one.op_id), now) for one in fresh]
    wiring.store.confirm(moves, (), lease.epoch)
    _look_again(wiring, batch)
    return _counted(moves) + Written(applied=len(known))


def _find(wiring: Wiring, spec: StreamSpec, batch: Sequence[Intent]) -> list[FoundTask] | None:
    key = spec.field(KEY)
    lookups = [
        TaskLookup(one.change.draft.about, one.change.task_key.rsplit("-", 1)[0], key.vendor if key else None)
        for one in batch
        if one.change.draft is not None
    ]
    try:
        return wiring.connectors[spec.system].find_tasks(lookups)
    except CrmsyncError:
        return None


# In doubt -----------------------------------------------------------------------------------------------------------


def _resolve(wiring: Wiring, streams: Streams, lease: Lease, doubtful: Sequence[Intent]) -> Written:
    done = Written()
    for batch in _batches(doubtful):
        kind = batch[0].change.kind
        made = kind is ChangeKind.TASK and batch[0].change.draft
        moves = _by_key(wiring, streams, batch) if made else _by_reading(wiring, streams, batch)
        wiring.store.confirm(moves, (), lease.epoch)
        _look_again(wiring, batch)
        done += _counted(moves)
    return done


def _by_reading(wiring: Wiring, streams: Streams, batch: Sequence[Intent]) -> list[IntentMove]:
    spec = _spec(streams, batch[0])
    present = _present(wiring, spec, batch) if spec else None
    if spec is None or present is None:
        return []
    moves = []
    for one in batch:
        raw = present.get(one.change.ref)
        gone = raw is None or raw.deleted
        value = None if raw is None or gone else _plain(read_person(raw, spec).values.get(one.change.field))
        after = RowState.SUPERSEDED if gone else resolve_field(one.change, value)
        moves.append(IntentMove(one.op_id, RowState.IN_DOUBT, after, "told by reading back", one.change.ref))
    return moves


def _by_key(wiring: Wiring, streams: Streams, batch: Sequence[Intent]) -> list[IntentMove]:
    spec = task_stream(wiring, streams)
    found = _find(wiring, spec, batch) if spec else None
    if found is None:
        return []
    moves = []
    for one in batch:
        after, task = resolve_task(one.change.task_key, found)
        moves.append(IntentMove(one.op_id, RowState.IN_DOUBT, after, "told by its key", task.ref if task else None))
    return moves


# Shared -------------------------------------------------------------------------------------------------------------


def _batches(intents: Sequence[Intent]) -> Iterable[list[Intent]]:
    """By lane, system and object, at most 200 a batch; one record never stands twice in one."""
    ordered = sorted(intents, key=lambda one: (*_lane(one), one.seq))
    for _, group in itertools.groupby(ordered, key=_lane):
        rows = list(group)
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _lane(intent: Intent) -> tuple[int, str, str, str]:
    change = intent.change
    return URGENT_FIRST.index(change.kind), change.ref.system, change.ref.object, change.field


def _spec(streams: Streams, intent: Intent) -> StreamSpec | None:
    """The stream of the record, or of the task, that is set."""
    ref = intent.change.ref
    kinds = {RecordKind.LEAD, RecordKind.CONTACT, RecordKind.ACTIVITY}
    return next((one for one in streams.of(ref.system) if one.object == ref.object and one.kind in kinds), None)


def _vendor_values(wiring: Wiring, streams: Streams, row: PlanRow) -> dict[str, Scalar]:
    change = row.change
    if change.draft is None and change.kind is ChangeKind.TASK:
        return closing_values(wiring, streams)
    if change.draft is None:
        spec = streams.persons.get((change.ref.system, change.ref.object))
        field = spec.field(change.field) if spec else None
        return {field.vendor: change.after} if field else {}
    spec = task_stream(wiring, streams)
    return _new_task(wiring, spec, row) if spec else {}


def closing_values(wiring: Wiring, streams: Streams) -> dict[str, Scalar]:
    """What closes a task of ours, by the mapping; empty where it does not say."""
    spec = task_stream(wiring, streams)
    wanted = wiring.plan_of(spec).closed_task if spec else {}
    fields = ((spec.field(name), value) for name, value in wanted.items()) if spec else ()
    return {field.vendor: value for field, value in fields if field is not None and field.writable}


def _new_task(wiring: Wiring, spec: StreamSpec, row: PlanRow) -> dict[str, Scalar]:
    draft = row.change.draft
    if draft is None:
        return {}
    owner = wiring.store.directory().by_key(spec.system, draft.owner)
    day = f"{draft.due_day[:4]}-{draft.due_day[4:6]}-{draft.due_day[6:]}"
    ours: dict[str, Scalar] = {
        **wiring.plan_of(spec).new_task,
        "subject": draft.subject,
        "text": draft.text,
        "who": draft.about.id,
        "owner": owner.id if owner else None,
        "due": day,
        KEY: draft.key,
    }
    fields = ((spec.field(name), value) for name, value in ours.items())
    return {field.vendor: value for field, value in fields if field is not None and value is not None}


def _later(
    wiring: Wiring, lease: Lease, batch: Sequence[Intent], now: datetime, words: str, until: datetime | None = None
) -> Written:
    """Nothing was sent: the rows wait for another try, until the instant named where there is one."""
    due = until or now + RETRY_AFTER
    moves = [IntentMove(one.op_id, RowState.INTENT, RowState.RETRYABLE, words, None, due) for one in batch]
    _move(wiring, lease, moves)
    return Written(later=len(batch))


def _give_way(wiring: Wiring, lease: Lease, stale: Sequence[Intent]) -> None:
    """Somebody changed the value since it was planned: their value stays, the person is decided on again."""
    words = "the value moved since it was planned"
    _move(wiring, lease, [IntentMove(one.op_id, RowState.INTENT, RowState.SUPERSEDED, words) for one in stale])
    wiring.store.mark_dirty({one.change.person for one in stale}, "value moved")


def _look_again(wiring: Wiring, sent: Sequence[Intent]) -> None:
    """What we wrote may start a promise (a new owner, a hand-over): those persons are looked at in the next cycle."""
    wiring.store.mark_dirty({one.change.person for one in sent}, "we wrote")


def _move(wiring: Wiring, lease: Lease, moves: Sequence[IntentMove]) -> None:
    if moves:
        wiring.store.move_intents(moves, lease.epoch)
