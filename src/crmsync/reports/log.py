"""The reconciliation log: what needs you, what was done, what is held - and then every row."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow, SetAside
from crmsync.model.plans import RowState
from crmsync.reports.changes import People, moved, task_words
from crmsync.reports.log_opening import HELD, PARTS, LogView, opening
from crmsync.reports.reasons import group
from crmsync.reports.set_aside import aside, aside_code, aside_title
from crmsync.reports.table import columns, cut_off, document, folded, following
from crmsync.reports.words import KINDS, STATES, counted, plain, record_name, system_name
from crmsync.rules.local_time import moment
from crmsync.rules.undone import Undone

MOST_ROWS = 200
MOST_ASIDE = 40
MOST_UNDONE = 20


def log_text(view: LogView) -> str:
    """The log for people: an opening of at most 25 lines, then what was asked for, one by one."""
    parts = {view.only} if view.only else set(PARTS)
    aside = [*(view.needs_you if "needs-you" in parts else ()), *(view.listed if view.only == "listed" else ())]
    rows = [*(view.done if "done" in parts else ()), *(view.held if "held" in parts else ())]
    return document(
        opening(view),
        _one_by_one(aside, view),
        _undone(view) if "undone" in parts else (),
        _rows(rows, view),
        following(*_next(view)),
    )


def log_json(view: LogView) -> Iterator[dict[str, object]]:
    """One document per row. Ids, never names: what is piped into files stays free of people.

    Keys of a row: type "row", at, person, system, object, id, kind, field, before, after, because, facts, state,
    held_by, plan, by, words, team, cycle. Of something set aside: type "set_aside", needs_you, person, system, object,
    id, field, cause, value, detail, facts, count, first_seen, last_seen. Of a write that people put back: type
    "undone", the keys of its row, undone_at, by_command. Per reason: type "rule", because, written, undone. Of sweeps:
    type "swept", looked_at, missed.
    """
    parts = {view.only} if view.only else set(PARTS)
    rows = [*(view.done if "done" in parts else ()), *(view.held if "held" in parts else ())]
    aside = [*(view.needs_you if "needs-you" in parts else ()), *(view.listed if "listed" in parts else ())]
    yield from (_row_json(one) for one in rows)
    yield from (_aside_json(one) for one in aside)
    if "undone" in parts:
        yield from (_undone_json(one) for one in view.undone.undone)
        yield from (
            {"type": "rule", "because": one.code, "written": one.written, "undone": one.undone}
            for one in view.undone.shares
        )
    if any(view.swept) and not view.only:
        yield {"type": "swept", "looked_at": view.swept[0], "missed": view.swept[1]}


def _undone_json(one: Undone) -> dict[str, object]:
    return _row_json(one.row) | {"type": "undone", "undone_at": one.at.isoformat(), "by_command": one.by_command}


def _row_json(one: LogRow) -> dict[str, object]:
    return {
        "type": "row",
        "at": one.at.isoformat(),
        "person": one.person,
        "system": one.ref.system,
        "object": one.ref.object,
        "id": one.ref.id or None,
        "kind": one.kind.value,
        "field": one.field,
        "before": one.before,
        "after": one.after,
        "because": one.because.code,
        "facts": dict(one.because.facts),
        "state": one.state.value,
        "held_by": one.verdict_code or None if one.state in HELD else None,
        "plan": one.plan,
        "by": one.by,
        "words": one.words,
        "team": one.team,
        "cycle": one.cycle or None,
    }


def _aside_json(one: SetAside) -> dict[str, object]:
    return {
        "type": "set_aside",
        "needs_you": one.needs_person,
        "person": one.person,
        "system": one.ref.system if one.ref else None,
        "object": one.ref.object if one.ref else None,
        "id": one.ref.id if one.ref else None,
        "field": one.field,
        "cause": one.cause,
        "value": None if one.cause == "ambiguous" else one.value,
        "detail": one.detail,
        "facts": dict(one.facts),
        "count": one.count,
        "first_seen": one.first_seen.isoformat() if one.first_seen else None,
        "last_seen": one.last_seen.isoformat() if one.last_seen else None,
    }


# One by one ----------------------------------------------------------------------------------------------------------


def _one_by_one(rows: Sequence[SetAside], view: LogView) -> Iterator[str]:
    """What is set aside, each with what to do; equal advice is given once."""
    if not rows:
        return
    yield "NEEDS YOU, one by one" if rows[0].needs_person else "LISTED, one by one"
    by_code: dict[str, list[SetAside]] = defaultdict(list)
    for one in rows:
        by_code[aside_code(one)].append(one)
    for code, same in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"  {aside_title(code)}"
        told = _groups_of_records(same, view) if code == "ambiguous" else _each(same, view)
        yield from cut_off(list(folded(told)), MOST_ASIDE, "    ... and {n} more lines; all: crmsync log --json")
        advice = dict.fromkeys(aside(one).now for one in same if aside(one).now)
        yield from folded(f"    -> {one}" for one in advice)


def _each(same: Sequence[SetAside], view: LogView) -> Iterator[str]:
    yield from (f"    {_who(one, view)}: {aside(one).what}" for one in same)


def _groups_of_records(same: Sequence[SetAside], view: LogView) -> Iterator[str]:
    """Records that may be one person stand together, once."""
    groups: dict[frozenset[str], list[SetAside]] = defaultdict(list)
    for one in same:
        groups[frozenset({str(one.ref), *one.facts.get("with", "").split(", ")})].append(one)
    for each in groups.values():
        yield f"    {' / '.join(_who(one, view) for one in each)}: {plain(each[0].detail)}"


def _who(one: SetAside, view: LogView) -> str:
    name = view.people.names.get(one.person or str(one.ref))
    where = record_name(one.ref) if one.ref and one.ref.id else ""
    return ", ".join(part for part in (plain(name), where) if part) or "this workspace"


def _undone(view: LogView) -> Iterator[str]:
    """What people put back, with the reason it had been written for."""
    if not view.undone.undone:
        return
    yield "UNDONE BY PEOPLE, one by one"
    most = MOST_ROWS if view.only else MOST_UNDONE
    rows = [_put_back(one, view.people) for one in view.undone.undone[-most:]]
    yield from columns(rows)
    if len(rows) < len(view.undone.undone):
        yield f"  ... and {len(view.undone.undone) - len(rows):,} more: --only undone, or all with --json"


def _put_back(one: Undone, people: People) -> tuple[str, ...]:
    row = one.row
    what = moved(row.kind, row.ref, row.after, row.before, people)
    how = "with crmsync revert" if one.by_command else "in the CRM"
    where = f"{KINDS[row.kind]}, {system_name(row.ref.system)}"
    because = f"{group(row.because.code)}; written {moment(row.at, people.calendar)}, put back {how}"
    return moment(one.at, people.calendar), people.name(row.person, row.ref), where, what, because


def _rows(rows: Sequence[LogRow], view: LogView) -> Iterator[str]:
    if not rows:
        return
    order = sorted(rows, key=lambda one: (one.state in HELD, one.at))
    shown = [one for one in order if one.state not in HELD][-MOST_ROWS:] or order[:MOST_ROWS]
    yield f"ROWS   {counted(len(shown), 'row')} of {len(rows):,}"
    yield from columns([_row(one, view.people) for one in shown])
    if len(shown) < len(rows):
        yield f"  ... and {len(rows) - len(shown):,} more: --only, --person, --kind, --since, or all with --json"


def _row(one: LogRow, people: People) -> tuple[str, ...]:
    if one.kind is ChangeKind.TASK:
        what = task_words(one.because, people)
    else:
        what = moved(one.kind, one.ref, one.before, one.after, people)
    state = STATES[one.state] if one.state is not RowState.APPLIED else f"written, approved by {plain(one.by)}"
    where = f"{KINDS[one.kind]}, {system_name(one.ref.system)}"
    words = f" ({plain(one.words)})" if one.state in {RowState.REJECTED, RowState.RETRYABLE} and one.words else ""
    who = people.name(one.person, one.ref)
    cycle = f", cycle {one.cycle}" if one.state is RowState.APPLIED and one.cycle else ""
    return moment(one.at, people.calendar), who, where, what, f"{group(one.because.code)}; {state}{cycle}{words}"


def _next(view: LogView) -> Iterator[tuple[str, str]]:
    waiting = next((one for one in view.rows if one.state in HELD), None)
    if waiting is not None:
        yield "crmsync plan", "look at what is held, and approve it"
    example = next((one.ref.id for one in view.rows if one.ref.id), None)
    if example:
        yield f"crmsync explain {example}", "why one record changed or would change"
    cycle = max((one.cycle for one in view.done if one.state is RowState.APPLIED), default=0)
    if cycle:
        yield f"crmsync revert {cycle}", "what it would take to undo the last cycle that wrote (nothing is sent)"
    if waiting is None and not example:
        yield "crmsync run --once", "read what changed in the CRMs"
