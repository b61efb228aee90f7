"""The first 25 lines of the log: needs you, done, held, undone by people - each with the command that opens it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow, SetAside
from crmsync.model.plans import RowState, Verdict, VerdictKind
from crmsync.reports.changes import People
from crmsync.reports.plan import same_verdicts
from crmsync.reports.reasons import group, held
from crmsync.reports.set_aside import aside_code, aside_title
from crmsync.reports.words import KINDS, STATES, plain
from crmsync.rules.local_time import place
from crmsync.rules.undone import UndoneFinding

OPENING = 25
MOST_NEEDS, MOST_BECAUSE, MOST_RULES, MOST_LISTED = 4, 2, 3, 2
COMMAND_AT = 68
PARTS = ("needs-you", "done", "held", "undone", "listed")
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
    """The log as it is shown: rows in order of time, what is set aside now, what people put back.

    `since` is how the reader said it, `again` the options that were given (they open the same part again), `only` one
    of PARTS or nothing for all. `swept` are the records held against the CRMs' own lists, and how many of them had been
    missed.
    """

    rows: tuple[LogRow, ...]
    aside: tuple[SetAside, ...]
    people: People
    since: str = ""
    about: str = ""
    undone: UndoneFinding = field(default_factory=UndoneFinding)
    again: str = ""
    only: str = ""
    swept: tuple[int, int] = (0, 0)

    @property
    def needs_you(self) -> tuple[SetAside, ...]:
        """What waits for somebody's decision."""
        return tuple(one for one in self.aside if one.needs_person)

    @property
    def listed(self) -> tuple[SetAside, ...]:
        """What is told and needs nobody."""
        return tuple(one for one in self.aside if not one.needs_person)

    @property
    def done(self) -> tuple[LogRow, ...]:
        """What was sent, whatever came of it."""
        return tuple(one for one in self.rows if one.state not in HELD)

    @property
    def held(self) -> tuple[LogRow, ...]:
        """What waits for an approval or a brake."""
        return tuple(one for one in self.rows if one.state in HELD)


def opening(view: LogView) -> list[str]:
    """At most 25 lines that say whether the day needs somebody, and how to look closer."""
    since = f" since {plain(view.since)}" if view.since else ", everything so far"
    about = f"   {plain(view.about)}" if view.about else ""
    lines = [f"LOG{since}{about}   times {place(view.people.calendar)}"]
    chapters = {"needs-you": _needs_you, "done": _done, "held": _held, "undone": _undone, "listed": _listed}
    for name in PARTS:
        if view.only in {"", name}:
            lines += chapters[name](view)
    return [*lines, *_swept(view)][:OPENING]


def _opened(line: str, view: LogView, *options: str) -> str:
    """A line with the command that shows what it counts."""
    command = " ".join(("crmsync log", *(one for one in (view.again, *options) if one)))
    return f"{line:<{COMMAND_AT}}   {command}"


def _needs_you(view: LogView) -> Iterator[str]:
    yield _opened(f"NEEDS YOU   {len(view.needs_you):,}", view, "--only needs-you")
    yield from _titles(view.needs_you, MOST_NEEDS)


def _done(view: LogView) -> Iterator[str]:
    written = [one for one in view.done if one.state is RowState.APPLIED]
    yield _opened(f"DONE   {len(written):,} written", view, "--only done")
    counts = Counter(one.kind for one in written)
    for kind in ChangeKind:
        option = "" if "--kind" in view.again else f"--kind {kind.value}"
        if counts[kind]:
            yield _opened(f"  {counts[kind]:>6,}   {KINDS[kind]}", view, "--only done", option)
    states = Counter(one.state for one in view.done)
    others = [f"{states[state]:,} {STATES[state]}" for state in NOT_TAKEN if states[state]]
    if others:
        yield f"  beside that: {' · '.join(others)}"


def _held(view: LogView) -> Iterator[str]:
    yield _opened(f"HELD   {len(view.held):,}", view, "--only held")
    counts = Counter(one.kind for one in view.held)
    told = [f"{KINDS[kind]} {counts[kind]:,}" for kind in ChangeKind if counts[kind]]
    if told:
        yield f"           {' · '.join(told)}"
    verdicts = same_verdicts((Verdict(VerdictKind.HOLD, one.verdict_code), 1) for one in view.held)
    for code in list(dict.fromkeys(verdict.code for verdict, _ in verdicts.values()))[:MOST_BECAUSE]:
        yield f"           because {_held_title(code)}"


def _undone(view: LogView) -> Iterator[str]:
    measured = sum(one.written for one in view.undone.shares)
    found = len(view.undone.undone)
    of_all = f" of {measured:,} written ({found / measured:.1%})" if measured else ""
    yield _opened(f"UNDONE BY PEOPLE within seven days   {found:,}{of_all}", view, "--only undone")
    disputed = [one for one in view.undone.shares if one.undone]
    most = len(disputed) if view.only else MOST_RULES
    for one in disputed[:most]:
        yield f"  {one.undone:>6,}   of {one.written:,} ({one.undone / one.written:.0%}): {group(one.code)}"
    if len(disputed) > most:
        yield f"           and {len(disputed) - most} more reasons"


def _listed(view: LogView) -> Iterator[str]:
    if view.listed:
        yield _opened(f"LISTED, nothing to do   {len(view.listed):,}", view, "--only listed")
        yield from _titles(view.listed, MOST_LISTED)


def _swept(view: LogView) -> Iterator[str]:
    looked_at, missed = view.swept
    if looked_at and not view.only:
        yield f"SWEPT   {looked_at:,} records held against the CRMs' own lists, {missed:,} had been missed"


def _titles(rows: Sequence[SetAside], most: int) -> Iterator[str]:
    """What it is about, the most frequent first; the last line counts the rest, so that the sum closes."""
    counts = Counter(aside_code(one) for one in rows).most_common()
    shown = counts if len(counts) <= most else counts[: most - 1]
    yield from (f"  {count:>6,}   {aside_title(code)}" for code, count in shown)
    rest = sum(count for _, count in counts[len(shown) :])
    if rest:
        yield f"  {rest:>6,}   other causes ({len(counts) - len(shown)})"


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
