"""What would be written and why it waits; what became of an approval; what one cycle did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import PlanHeader, PlanRow, RowState, Verdict, VerdictKind
from crmsync.reports.changes import People, moved, task_words
from crmsync.reports.reasons import NEVER_LIFTED, group, held
from crmsync.reports.table import columns, document, following
from crmsync.reports.words import HEADINGS, counted, plain, system_name
from crmsync.rules.local_time import moment, place

EXAMPLES = 2
WAITING = frozenset({RowState.PLANNED, RowState.APPROVED})


@dataclass(frozen=True, slots=True)
class PlanView:
    """A stored plan as it is shown. `troubles` are (system, sentence); `beside` says who holds the store.

    `set_aside` counts what waits for a person's decision and is in no plan.
    """

    header: PlanHeader | None
    rows: tuple[PlanRow, ...]
    people: People
    troubles: tuple[tuple[str, str], ...] = ()
    beside: str = ""
    set_aside: int = 0

    @property
    def waiting(self) -> tuple[PlanRow, ...]:
        """The rows that are not written yet."""
        return tuple(row for row in self.rows if row.state in WAITING)


def plan_text(view: PlanView) -> str:
    """A plan for people: changes by kind and reason with examples, what holds them, what to do next."""
    if view.header is None or not view.waiting:
        nothing = _head_of_nothing(view)
        return document(nothing, _aside(view), trouble_lines(view.troubles), following(*_next(view)))
    return document(
        _head(view.header, view),
        trouble_lines(view.troubles),
        *(_kind(kind, view) for kind in ChangeKind),
        _aside(view),
        held_lines(_verdicts(view.waiting), view.header.number),
        following(*_next(view)),
    )


def plan_json(view: PlanView) -> dict[str, object]:
    """A plan for programs.

    Keys: plan (short number or null), digest, at, first, changes, people, by_kind, held_because (code, count, why,
    now), troubles (system, words), beside, set_aside, rows (see `row_json`).
    """
    header, waiting = view.header, view.waiting
    return {
        "plan": header.number if header and waiting else None,
        "digest": header.digest if header and waiting else None,
        "at": header.at.isoformat() if header and waiting else None,
        "first": bool(header and header.first),
        "changes": len(waiting),
        "people": len({row.change.person for row in waiting}),
        "by_kind": dict(Counter(row.change.kind.value for row in waiting)),
        "held_because": held_json(_verdicts(waiting), header.number if header else ""),
        "troubles": [{"system": system, "words": words} for system, words in view.troubles],
        "beside": view.beside,
        "set_aside": view.set_aside,
        "rows": [row_json(row, view.people) for row in waiting],
    }


def row_json(row: PlanRow, people: People) -> dict[str, object]:
    """One planned change: seq, system, object, id, kind, field, before, after, because, person, name, team ..."""
    change = row.change
    return {
        "seq": row.seq,
        "system": change.ref.system,
        "object": change.ref.object,
        "id": change.ref.id or None,
        "kind": change.kind.value,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "because": change.because.code,
        "facts": dict(change.because.facts),
        "person": change.person,
        "name": people.names.get(change.person),
        "team": change.team,
        "state": row.state.value,
        "verdict": row.verdict.kind.value,
        "held_by": row.verdict.code or None,
        "task": {"key": change.draft.key, "subject": change.draft.subject} if change.draft else None,
    }


def _head(header: PlanHeader, view: PlanView) -> Iterator[str]:
    people = len({row.change.person for row in view.waiting})
    calendar = view.people.calendar
    size = f"{counted(len(view.waiting), 'change')} for {counted(people, 'person', 'people')}"
    yield f"Plan {header.number}   {moment(header.at, calendar)} {place(calendar)}   {size}. Nothing was written."
    if view.beside:
        yield f"{view.beside} This is the plan it stored; nothing was read anew."


def _head_of_nothing(view: PlanView) -> Iterator[str]:
    if view.beside:
        yield "No plan waits."
    elif view.set_aside:
        yield "Nothing to write: every record says what the agreement says, or was set aside."
    else:
        yield "Nothing to do: every record says what the agreement says."
    if view.beside:
        yield view.beside


def _aside(view: PlanView) -> Iterator[str]:
    if view.set_aside:
        things = counted(view.set_aside, "thing needs", "things need")
        yield f"SET ASIDE   {things} your decision and stand in no plan. See them with: crmsync log"


def _kind(kind: ChangeKind, view: PlanView) -> Iterator[str]:
    rows = [row for row in view.waiting if row.change.kind is kind]
    if not rows:
        return
    yield f"{HEADINGS[kind]}   {len(rows):,}"
    by_code: dict[str, list[PlanRow]] = defaultdict(list)
    for row in rows:
        by_code[row.change.because.code].append(row)
    ordered = sorted(by_code.items(), key=lambda one: (-len(one[1]), one[0]))
    for code, same in ordered:
        yield f"  {len(same):>6,}  {group(code)}"
        yield from (f"          {_example(row, view.people)}" for row in _examples(same))


def _examples(rows: Sequence[PlanRow]) -> Iterable[PlanRow]:
    """The first rows that differ in what they change."""
    different: dict[object, PlanRow] = {}
    for row in rows:
        different.setdefault((row.change.before, row.change.after), row)
    rest = [row for row in rows if row not in different.values()]
    return [*different.values(), *rest][:EXAMPLES]


def _example(row: PlanRow, people: People) -> str:
    change = row.change
    about = change.draft.about if change.draft else change.ref
    who = people.name(change.person, about)
    if change.draft is not None:
        return f"{who}: {task_words(change.because, people)}"
    what = moved(change.kind, change.ref, change.before, change.after, people)
    return f"{who}: {what}   ({system_name(change.ref.system)} {change.ref.id})"


# Held ----------------------------------------------------------------------------------------------------------------


def held_lines(verdicts: Mapping[str, tuple[Verdict, int]], number: str) -> Iterator[str]:
    """What holds how many changes, and what lets them through."""
    if not verdicts:
        return
    yield "HELD BECAUSE"
    told = [(count, held(verdict, number)) for verdict, count in verdicts.values()]
    yield from columns([(f"{count:,}", one.what, one.now) for count, one in told], right=(0,))


def held_json(verdicts: Mapping[str, tuple[Verdict, int]], number: str) -> list[dict[str, object]]:
    """The same for programs: code, count, why, now."""
    told = ((verdict.code, count, held(verdict, number)) for verdict, count in verdicts.values())
    return [{"code": code, "count": count, "why": one.what, "now": one.now} for code, count, one in told]


def _verdicts(rows: Iterable[PlanRow]) -> dict[str, tuple[Verdict, int]]:
    waiting = [row for row in rows if row.state is RowState.PLANNED and row.verdict.kind is VerdictKind.HOLD]
    return same_verdicts((row.verdict, 1) for row in waiting)


def same_verdicts(verdicts: Iterable[tuple[Verdict, int]]) -> dict[str, tuple[Verdict, int]]:
    """Equal reasons counted together, the most frequent first."""
    found: dict[str, tuple[Verdict, int]] = {}
    for verdict, count in verdicts:
        key = f"{verdict.code}|{sorted(verdict.facts.items())}"
        before = found.get(key, (verdict, 0))[1]
        found[key] = (verdict, before + count)
    return dict(sorted(found.items(), key=lambda one: (-one[1][1], one[0])))


def trouble_lines(troubles: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What stood in the way; the other CRM went on."""
    if not troubles:
        return
    yield "TROUBLE"
    yield from (f"  {system_name(system)}: {plain(words)}" for system, words in troubles)


def _next(view: PlanView) -> Iterator[tuple[str, str]]:
    if view.troubles:
        yield "crmsync doctor", "what stands in the way, and how to fix it"
    if view.header is None or not view.waiting:
        yield "crmsync log", "what was done, and what needs you"
        return
    codes = {row.verdict.code for row in view.waiting}
    if "brake.unsigned" in codes:
        yield "crmsync agreement show", "read it; nothing is written before both sides signed it"
    elif codes <= NEVER_LIFTED:
        yield "crmsync doctor", "which switches keep everything back"
    else:
        yield f"crmsync apply {view.header.number} --limit 5", "write five and look at them"
        yield f"crmsync apply {view.header.number}", "write all that may be written"
    example = next((row.change for row in view.waiting if row.change.ref.id), None)
    if example is not None:
        yield f"crmsync explain {example.ref.id}", "why one record would change"
