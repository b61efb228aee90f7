"""What takes back the writes of one cycle? Values go back to what they were, tasks are closed, the rest is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.plans import Change
from crmsync.model.records import Ref, Snapshot
from crmsync.reconcile.plan import same

CLOSED = "closed"
"""Our field that says whether a task is done."""
VALUE, AGAIN, TASK = "undo.value", "undo.again", "undo.task"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A write that is not taken back, with the reason code people can look up."""

    row: LogRow
    because: Because


@dataclass(frozen=True, slots=True)
class Undoing:
    """What can be taken back, and what cannot."""

    changes: tuple[Change, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """What is known of the records a cycle wrote.

    `present` are the records as they are now (a task's field `closed` says whether it is done), `later` the cycles in
    which crmsync wrote the same field again, `writable` the fields (record, field) the CRM lets us write.
    """

    present: Mapping[Ref, Snapshot]
    later: Mapping[tuple[Ref, str], int]
    writable: frozenset[tuple[Ref, str]]


def undo(rows: Sequence[LogRow], facts: UndoFacts) -> Undoing:
    """Take back these applied writes, each only where the record still says what we wrote."""
    changes: list[Change] = []
    skipped: list[Skipped] = []
    for row in rows:
        reason = _why_not(row, facts)
        if reason is None:
            changes.append(_inverse(row))
        else:
            skipped.append(Skipped(row, reason))
    return Undoing(tuple(changes), tuple(skipped))


def place(row: LogRow) -> tuple[Ref, str]:
    """The record and field that an undo of this write would set; a task is closed."""
    return row.ref, CLOSED if row.kind is ChangeKind.TASK else row.field


def later_writes(rows: Iterable[LogRow], cycle: int) -> dict[tuple[Ref, str], int]:
    """Per field the newest cycle after this one that wrote it; `rows` are applied writes."""
    found: dict[tuple[Ref, str], int] = {}
    for row in rows:
        if row.cycle > cycle:
            found[place(row)] = max(row.cycle, found.get(place(row), 0))
    return found


def _why_not(row: LogRow, facts: UndoFacts) -> Because | None:
    record = facts.present.get(row.ref)
    if row.because.code == TASK:
        return Because("undo.task_stays_closed")
    if record is None or record.deleted:
        return Because("undo.gone")
    if record.converted:
        return Because("undo.converted")
    if place(row) in facts.later:
        return Because("undo.written_again", {"cycle": str(facts.later[place(row)])})
    if row.kind is ChangeKind.TASK and record.flag(CLOSED):
        return Because("undo.task_closed")
    if row.kind is not ChangeKind.TASK and not same(record.values.get(row.field), row.after):
        return Because("undo.changed_since", {"value": _words(record.values.get(row.field))})
    return None if place(row) in facts.writable else Because("undo.not_writable", {"field": place(row)[1]})


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _inverse(row: LogRow) -> Change:
    """The write turned round; taking back an undo gives the field back to crmsync."""
    task = row.kind is ChangeKind.TASK
    code = TASK if task else AGAIN if row.because.code in {VALUE, AGAIN} else VALUE
    ref, name = place(row)
    return Change(
        ref=ref,
        field=name,
        before=False if task else row.after,
        after=True if task else row.before,
        kind=row.kind,
        because=Because(code, {"cycle": str(row.cycle), "wrote": row.because.code}),
        person=row.person,
        team=row.team,
        restores=code == VALUE,
    )
