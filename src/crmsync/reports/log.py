"""The reconciliation log: what needs you, what was done, what is held - and then every row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow, SetAside
from crmsync.model.plans import RowState, Verdict, VerdictKind
from crmsync.reports.changes import People, moved, task_words
from crmsync.reports.plan import same_verdicts
from crmsync.reports.reasons import group, held
from crmsync.reports.set_aside import aside, aside_code, aside_title
from crmsync.reports.table import columns, cut_off, document, folded, following
from crmsync.reports.words import KINDS, STATES, counted, plain, record_name, system_name
from crmsync.rules.local_time import moment, place

OPENING = 25
MOST_ROWS = 200
MOST_ASIDE = 40
HELD = frozenset({RowState.PLANNED, RowState.APPROVED})
NOT_TAKEN = (
    RowState.REJECTED,
    RowState.DEAD,
    RowState.SUPERSEDED,
    RowState.SENT,
    RowState.IN_DOUBT,
    RowState.RETRYABLE,
)


@dataclass(frozen=True, slots=True)
class LogView:
    """The log as it is shown: rows in order of time, what is set aside now; `since` is how the reader said it."""

    rows: tuple[LogRow, ...]
    aside: tuple[SetAside, ...]
    people: People
    since: str = ""
    about: str = ""

    @property
    def needs_you(self) -> tuple[SetAside, ...]:
        """What waits for somebody's decision."""
        return tuple(one for one in self.aside if one.needs_person)


def log_text(view: LogView) -> str:
    """The log for people; its opening has at most 25 lines."""
    return document(
        cut_off(list(_opening(view)), OPENING, "  ... and {n} more lines; all of it: crmsync log --json"),
        _one_by_one(view),
        _rows(view),
        following(*_next(view)),
    )


def log_json(view: LogView) -> Iterator[dict[str, object]]:
    """One document per row. Ids, never names: what is piped into files stays free of people.

    Keys of a row: type "row", at, person, system, object, id, kind, field, before, after, because, facts, state,
    held_by, plan, by, words, team, cycle. Of something set aside: type "set_aside", needs_you, person, system, object,
    id, field, cause, value, detail, facts, count, first_seen, last_seen.
    """
    yield from (_row_json(one) for one in view.rows)
    yield from (_aside_json(one) for one in view.aside)


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


# The opening ---------------------------------------------------------------------------------------------------------


def _opening(view: LogView) -> Iterator[str]:
    calendar = view.people.calendar
    since = f" since {plain(view.since)}" if view.since else ", everything so far"
    about = f"   {plain(view.about)}" if view.about else ""
    yield f"LOG{since}{about}   times {place(calendar)}"
    yield f"NEEDS YOU   {len(view.needs_you):,}"
    yield from _titles(view.needs_you)
    done = [one for one in view.rows if one.state is RowState.APPLIED]
    yield f"DONE   {len(done):,} written"
    yield from _kinds(done)
    for state in NOT_TAKEN:
        same = [one for one in view.rows if one.state is state]
        if same:
            yield f"  {len(same):>6,}  {STATES[state]}"
    waiting = [one for one in view.rows if one.state in HELD]
    yield f"HELD   {len(waiting):,}"
    yield from _kinds(waiting)
    verdicts = same_verdicts((Verdict(VerdictKind.HOLD, one.verdict_code), 1) for one in waiting)
    for code in dict.fromkeys(verdict.code for verdict, _ in verdicts.values()):
        yield f"          because {_held_title(code)}"
    listed = [one for one in view.aside if not one.needs_person]
    if listed:
        yield f"LISTED, nothing to do   {len(listed):,}"
        yield from _titles(listed)


HELD_TITLES = {
    "brake.writes_off": "writes are off for that CRM",
    "brake.watch": "its mode is watch: only recorded",
    "brake.ask": "its mode is ask: you approve",
    "limit.side_lost": "one CRM shows far fewer records than before",
    "limit.fought_over": "another integration writes against it",
    "limit.count": "there are too many at once",
    "limit.share": "they touch an unusual share of the records",
    "limit.tasks_per_owner": "one owner would get too many tasks",
    "limit.budget": "no API calls are left today",
}


def _held_title(code: str) -> str:
    return HELD_TITLES.get(code) or held(Verdict(VerdictKind.HOLD, code)).what


def _titles(rows: Iterable[SetAside]) -> list[str]:
    counts = Counter(aside_code(one) for one in rows)
    return columns([(f"{n:,}", aside_title(code)) for code, n in counts.most_common()], right=(0,), indent="       ")


def _kinds(rows: Sequence[LogRow]) -> Iterator[str]:
    counts = Counter(one.kind for one in rows)
    told = [f"{KINDS[kind]} {counts[kind]:,}" for kind in ChangeKind if counts[kind]]
    if told:
        yield f"          {' · '.join(told)}"


# One by one ----------------------------------------------------------------------------------------------------------


def _one_by_one(view: LogView) -> Iterator[str]:
    """What needs somebody, each with what to do; equal advice is given once."""
    if not view.needs_you:
        return
    yield "NEEDS YOU, one by one"
    by_code: dict[str, list[SetAside]] = defaultdict(list)
    for one in view.needs_you:
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


def _rows(view: LogView) -> Iterator[str]:
    if not view.rows:
        return
    order = sorted(view.rows, key=lambda one: (one.state in HELD, one.at))
    shown = [one for one in order if one.state not in HELD][-MOST_ROWS:] or order[:MOST_ROWS]
    yield f"ROWS   {counted(len(shown), 'row')} of {len(view.rows):,}"
    yield from columns([_row(one, view.people) for one in shown])
    if len(shown) < len(view.rows):
        yield f"  ... and {len(view.rows) - len(shown):,} more: --person, --kind, --since, or all of them with --json"


def _row(one: LogRow, people: People) -> tuple[str, ...]:
    if one.kind is ChangeKind.TASK:
        what = task_words(one.because, people)
    else:
        what = moved(one.kind, one.ref, one.before, one.after, people)
    state = STATES[one.state] if one.state is not RowState.APPLIED else f"written, {plain(one.by)} approved"
    where = f"{KINDS[one.kind]}, {system_name(one.ref.system)}"
    words = f" ({plain(one.words)})" if one.state is RowState.REJECTED and one.words else ""
    who = people.name(one.person, one.ref)
    return moment(one.at, people.calendar), who, where, what, f"{group(one.because.code)}; {state}{words}"


def _next(view: LogView) -> Iterator[tuple[str, str]]:
    waiting = next((one for one in view.rows if one.state in HELD), None)
    if waiting is not None:
        yield "crmsync plan", "look at what is held, and approve it"
    example = next((one.ref.id for one in view.rows if one.ref.id), None)
    if example:
        yield f"crmsync explain {example}", "why one record changed or would change"
    if waiting is None and not example:
        yield "crmsync run --once", "read what changed in the CRMs"
