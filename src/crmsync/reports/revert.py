"""What can be taken back of a cycle, what cannot and why, and what an undo does not undo."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.plans import PlanHeader, PlanRow
from crmsync.reports.changes import People, moved, task_words
from crmsync.reports.plan import held_json, held_lines, row_json, same_verdicts, trouble_lines
from crmsync.reports.reasons import NOT_TAKEN_BACK
from crmsync.reports.table import cut_off, document, following
from crmsync.reports.words import HEADINGS, KINDS, counted, record_name, shown, system_name

EXAMPLES = 2
MOST_SKIPPED = 12
ONLY_VALUES = (
    "An undo restores values. It takes back no mail, no flow, no share and no report that went out because of them.",
    "A field that was taken back is left alone by crmsync until somebody changes it in the CRM.",
)


@dataclass(frozen=True, slots=True)
class RevertView:
    """The inverse plan of one cycle. `skipped` are writes that are not taken back; `troubles` (system, sentence)."""

    cycle: int
    written: int
    header: PlanHeader | None
    rows: tuple[PlanRow, ...]
    skipped: tuple[tuple[LogRow, Because], ...]
    people: People
    troubles: tuple[tuple[str, str], ...] = ()


def revert_text(view: RevertView) -> str:
    """The undo for people: what would go back, what stays and why, what to do next."""
    verdicts = same_verdicts((row.verdict, 1) for row in view.rows)
    return document(
        _head(view),
        trouble_lines(view.troubles),
        *(_kind(kind, view) for kind in ChangeKind),
        _skipped(view),
        held_lines(verdicts, view.header.number if view.header else ""),
        ONLY_VALUES,
        following(*_next(view)),
    )


def revert_json(view: RevertView) -> dict[str, object]:
    """The undo for programs.

    Keys: cycle, written, plan (short number or null), digest, changes, by_kind, held_because (see plan), rows (see
    plan), skipped (system, object, id, kind, field, because, facts), troubles (system, words), restores_only_values.
    """
    verdicts = same_verdicts((row.verdict, 1) for row in view.rows)
    return {
        "cycle": view.cycle,
        "written": view.written,
        "plan": view.header.number if view.header else None,
        "digest": view.header.digest if view.header else None,
        "changes": len(view.rows),
        "by_kind": dict(Counter(row.change.kind.value for row in view.rows)),
        "held_because": held_json(verdicts, view.header.number if view.header else ""),
        "rows": [row_json(row, view.people) for row in view.rows],
        "skipped": [_skipped_json(row, because) for row, because in view.skipped],
        "troubles": [{"system": system, "words": words} for system, words in view.troubles],
        "restores_only_values": True,
    }


def _skipped_json(row: LogRow, because: Because) -> dict[str, object]:
    return {
        "system": row.ref.system,
        "object": row.ref.object,
        "id": row.ref.id,
        "kind": row.kind.value,
        "field": row.field,
        "because": because.code,
        "facts": dict(because.facts),
    }


def _head(view: RevertView) -> Iterator[str]:
    size = f"{counted(len(view.rows), 'change')} of {view.written:,} can be taken back"
    plan = f"   plan {view.header.number}" if view.header else ""
    yield f"Undo of cycle {view.cycle}{plan}   {size}. Nothing was written."


def _kind(kind: ChangeKind, view: RevertView) -> Iterator[str]:
    rows = [row for row in view.rows if row.change.kind is kind]
    if not rows:
        return
    yield f"{HEADINGS[kind]}   {len(rows):,}"
    if kind is ChangeKind.TASK:
        yield "  closed, not deleted; the same task is never made again"
        return
    different: dict[object, PlanRow] = {}
    for row in rows:
        different.setdefault((row.change.before, row.change.after), row)
    yield from (f"  {_example(row, view.people)}" for row in list(different.values())[:EXAMPLES])


def _example(row: PlanRow, people: People) -> str:
    change = row.change
    what = moved(change.kind, change.ref, change.before, change.after, people)
    return f"{people.name(change.person, change.ref)}: {what}   ({system_name(change.ref.system)} {change.ref.id})"


# What stays ----------------------------------------------------------------------------------------------------------


def _skipped(view: RevertView) -> Iterator[str]:
    if not view.skipped:
        return
    yield f"NOT TAKEN BACK   {len(view.skipped):,}"
    by_code: dict[str, list[str]] = defaultdict(list)
    for row, because in view.skipped:
        by_code[because.code].append(f"          {_left(row, because, view.people)}")
    for code, same in sorted(by_code.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"  {len(same):>6,}  {NOT_TAKEN_BACK[code]}"
        yield from cut_off(same, MOST_SKIPPED, "          ... and {n} more")


def _left(row: LogRow, because: Because, people: People) -> str:
    who = people.name(row.person, row.ref)
    if row.kind is ChangeKind.TASK:
        return f"{who}: {task_words(row.because, people)}"
    value, cycle = because.facts.get("value"), because.facts.get("cycle")
    present = f"; it says {_value(row, value, people)} now" if value is not None else ""
    again = f"; cycle {cycle}" if cycle else ""
    wrote = moved(row.kind, row.ref, row.before, row.after, people)
    return f"{who}, {KINDS[row.kind]} of {record_name(row.ref)}: {wrote}{present}{again}"


def _value(row: LogRow, value: str, people: People) -> str:
    return people.owner(row.ref.system, value) if row.kind is ChangeKind.OWNER else shown(value)


def _next(view: RevertView) -> tuple[tuple[str, str], ...]:
    if view.header is None:
        return (("crmsync log", "what was written since, and by which cycle"),)
    number = view.header.number
    return (
        (f"crmsync apply {number} --limit 5", "take five back and look at them in the CRM"),
        (f"crmsync apply {number}", "take all of it back"),
    )
