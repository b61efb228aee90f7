"""Take back what a cycle wrote: an inverse plan from the values before, held like any other until somebody approves it.

It restores values. It takes back no mail, flow, share or anything else that other programs did because of the value.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.cycle.planning import limits_of, situation
from crmsync.cycle.streams import Streams, Trouble, streams, trouble_of
from crmsync.cycle.wiring import Wiring
from crmsync.cycle.write import closing_values
from crmsync.mappings.read import read_person
from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.errors import CrmsyncError, UnknownThing
from crmsync.model.memory import LogRow, Recording
from crmsync.model.plans import Change, PlanHeader, PlanRow, PlanState, RowState, Verdict, VerdictKind
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.model.streams import StreamSpec
from crmsync.reconcile.guard import guard
from crmsync.reconcile.plan import digest, in_order
from crmsync.reconcile.undo import CLOSED, Skipped, UndoFacts, later_writes, place, undo

ALWAYS_HELD = Verdict(VerdictKind.HOLD, "brake.undo")
READABLE = frozenset({RecordKind.LEAD, RecordKind.CONTACT, RecordKind.ACTIVITY})
SHORT_ID = 15
WHERE = "crmsync log and explain name the cycle of every write."


@dataclass(frozen=True, slots=True)
class Reverted:
    """The inverse plan of one cycle: `written` are the rows meant, `header` is None where nothing can be taken back."""

    cycle: int
    written: tuple[LogRow, ...]
    header: PlanHeader | None
    rows: tuple[PlanRow, ...]
    skipped: tuple[Skipped, ...]
    troubles: tuple[Trouble, ...] = ()


def revert(wiring: Wiring, cycle: str, record: str | None = None, kind: ChangeKind | None = None) -> Reverted:
    """Plan to take back what a cycle wrote (by its number or that of its plan); nothing is sent before `apply`.

    `record` keeps it to one record and the tasks of its person. Raises UnknownThing where nothing was written. Needs no
    lease: the plan stands beside the one of the last cycle.
    """
    number = _number(wiring, cycle)
    rows = _chosen(wiring, number, record, kind)
    wiring.clock.follow(wiring.connectors.values())
    known = streams(wiring)
    present, troubles = _present(wiring, known, {row.ref for row in rows})
    readable = [row for row in rows if row.ref in present]
    answer = undo(readable, _facts(wiring, known, readable, present, number))
    unread = tuple(Skipped(row, Because("undo.unreadable")) for row in rows if row.ref not in present)
    header, planned = _plan(wiring, in_order(answer.changes), number)
    return Reverted(number, tuple(rows), header, planned, (*answer.skipped, *unread), (*known.troubles, *troubles))


# Which writes -------------------------------------------------------------------------------------------------------


def _number(wiring: Wiring, cycle: str) -> int:
    if cycle.strip().isdigit():
        return int(cycle)
    header = wiring.store.plan(cycle)
    if header is None:
        raise UnknownThing(f'There is no cycle or plan "{cycle}". {WHERE}')
    return header.cycle


def _chosen(wiring: Wiring, cycle: int, record: str | None, kind: ChangeKind | None) -> list[LogRow]:
    written = wiring.store.written_rows(cycle)
    if not written:
        raise UnknownThing(f"Cycle {cycle} wrote nothing. {WHERE}")
    of_record = _is_about(wiring, record) if record else None
    rows = [row for row in written if (kind is None or row.kind is kind) and (of_record is None or of_record(row))]
    if not rows:
        raise UnknownThing(f"Cycle {cycle} made {len(written)} changes, but none of them is what you named.")
    return rows


def _is_about(wiring: Wiring, record: str) -> Callable[[LogRow], bool]:
    found = {one.ref for one in wiring.store.find(record)}
    persons = {one.person for one in wiring.store.find(record) if one.person}

    def about(row: LogRow) -> bool:
        named = row.ref.id == record or (len(record) == SHORT_ID and row.ref.id.startswith(record))
        return named or row.ref in found or (row.kind is ChangeKind.TASK and row.person in persons)

    return about


# What is there now --------------------------------------------------------------------------------------------------


def _present(wiring: Wiring, known: Streams, refs: Iterable[Ref]) -> tuple[dict[Ref, Snapshot], list[Trouble]]:
    """The records as their CRMs show them now; a CRM that cannot be read is trouble, not an end."""
    wanted: dict[tuple[str, str], list[Ref]] = defaultdict(list)
    for ref in sorted(refs):
        wanted[ref.system, ref.object].append(ref)
    present: dict[Ref, Snapshot] = {}
    troubles = []
    for (system, object_name), some in wanted.items():
        spec = _spec(known, system, object_name)
        try:
            found = wiring.connectors[system].fetch(spec, some) if spec and system in wiring.connectors else []
        except CrmsyncError as error:
            troubles.append(trouble_of(system, object_name, error))
            continue
        present |= {raw.ref: read_person(raw, spec) for raw in found if spec}
    return present, troubles


def _spec(known: Streams, system: str, object_name: str) -> StreamSpec | None:
    fitting = (one for one in known.of(system) if one.object == object_name and one.kind in READABLE)
    return next(fitting, None)


def _facts(
    wiring: Wiring, known: Streams, rows: Sequence[LogRow], present: Mapping[Ref, Snapshot], cycle: int
) -> UndoFacts:
    places = {place(row) for row in rows}
    since = min((row.at for row in rows), default=None)
    later = later_writes((row for row in wiring.store.log(since) if row.state is RowState.APPLIED), cycle)
    closable = bool(closing_values(wiring, known))
    return UndoFacts(
        present=present,
        later={one: number for one, number in later.items() if one in places},
        writable=frozenset(one for one in places if _writable(known, one, closable=closable)),
    )


def _writable(known: Streams, one: tuple[Ref, str], *, closable: bool) -> bool:
    ref, name = one
    if name == CLOSED:
        return closable
    spec = _spec(known, ref.system, ref.object)
    field = spec.field(name) if spec else None
    return field is not None and field.writable


# The plan -----------------------------------------------------------------------------------------------------------


def _plan(wiring: Wiring, changes: Sequence[Change], cycle: int) -> tuple[PlanHeader | None, tuple[PlanRow, ...]]:
    """Store the inverse plan beside the others, every row held; an equal one that waits already is the same plan."""
    if not changes:
        return None, ()
    now = wiring.clock.now()
    name = digest(changes)
    before = wiring.store.plan(name)
    is_open = before is not None and before.state is PlanState.OPEN
    own = before.cycle if before is not None and is_open else wiring.store.start_cycle(now, wiring.basis)
    header = PlanHeader(name, own, now, Counter(one.kind.value for one in changes), undoes=cycle)
    verdicts = guard(changes, limits_of(wiring), situation(wiring, now, {}))
    held = (one if one.kind is VerdictKind.HOLD else ALWAYS_HELD for one in verdicts)
    rows = [PlanRow(seq, *pair) for seq, pair in enumerate(zip(changes, held, strict=True), start=1)]
    wiring.store.record(Recording(own, now, header=header, rows=rows))
    if not is_open:
        wiring.store.finish_cycle(own, {"held": len(rows)})
    return header, tuple(wiring.store.plan_rows(name))
