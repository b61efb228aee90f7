"""The chapters of an explanation about work: deadlines, owner, what was written, what waits."""

from collections.abc import Iterator, Sequence

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.people import ClockState, SlaClock
from crmsync.model.plans import PlanRow, RowState
from crmsync.reports.changes import moved, task_words
from crmsync.reports.reasons import because, held
from crmsync.reports.story import Story
from crmsync.reports.words import KINDS, STATES, spaced, system_name
from crmsync.rules.local_time import length
from crmsync.rules.working_time import working_time

MOST_UNDO = 3


def all_clocks(story: Story) -> list[SlaClock]:
    """The remembered clocks, and the one this decision speaks of where it is newer."""
    clocks = {(one.code, one.pass_number, one.ordinal): one for one in (story.history.clocks if story.history else ())}
    present = story.known.clock.clock if story.known and story.known.clock else None
    if present is not None:
        clocks[present.code, present.pass_number, present.ordinal] = present
    return [clocks[key] for key in sorted(clocks)]


def clock_lines(story: Story) -> Iterator[str]:
    """Every promise: running, met, missed or overdue, and what does not count."""
    clocks = all_clocks(story)
    yield "CLOCKS"
    if not clocks:
        yield "  none: nothing was promised yet (a deadline starts once a person in sales owns a lead handed over)"
    for one in clocks:
        rule = story.agreement.sla.clock(one.code)
        promise = f"{rule.owed_by}: {spaced(one.code)}, {rule.due}" if rule else spaced(one.code)
        yield f"  {promise:<44}{_clock_state(one, story)}"
    yield from _not_counted(story)


def _clock_state(one: SlaClock, story: Story) -> str:
    started, due = story.time(one.started_at), story.time(one.due_at)
    if one.state is ClockState.MET and one.closed_at:
        return f"met      {length(one.closed_at - one.started_at)} ({started} -> {story.time(one.closed_at)})"
    if one.state is ClockState.CANCELLED:
        return f"ended    {one.outcome or 'no longer needed'} (it ran from {started})"
    calendar = story.people.calendar
    if one.state is ClockState.MISSED and one.closed_at:
        late = length(working_time(one.due_at, one.closed_at, calendar))
        return f"MISSED   due {due}, {one.outcome} {story.time(one.closed_at)}, {late} of working time late"
    if story.as_of > one.due_at:
        late = length(working_time(one.due_at, story.as_of, calendar))
        return f"OVERDUE  due {due}, nothing logged since {started}; {late} of working time late"
    return f"running  until {due} (since {started})"


def _not_counted(story: Story) -> Iterator[str]:
    clock = story.known.clock if story.known else None
    for one in clock.touches.overlooked[-3:] if clock else ():
        yield f"    does not count: {one.activity.kind.value} of {story.time(one.activity.at)}, {one.why}"


def owner_lines(story: Story) -> Iterator[str]:
    """Who owns the records, who will, and why."""
    owned = [one for one in story.observed.records if "owner" in one.values and not one.converted and not one.deleted]
    new = [row for _, row in story.waiting if row.change.kind is ChangeKind.OWNER]
    given = story.history.assignments if story.history else ()
    by_name: dict[str, list[str]] = {}
    for one in owned:
        name = story.people.owner(one.ref.system, one.text("owner")) if one.text("owner") else "nobody"
        by_name.setdefault(name, []).append(system_name(one.ref.system))
    told = "; ".join(f"{name} in {' and '.join(dict.fromkeys(where))}" for name, where in by_name.items())
    team = f" Team {story.team}." if story.team else ""
    only = ", ".join(sorted(story.agreement.routing.change_owner_only_if))
    stays = f" Stays: changed only if {only}." if not new else ""
    yield f"OWNER     {told or 'nobody'}.{team}{stays}"
    moves = [f"{_owners(row, story)} in {system_name(row.change.ref.system)}" for row in new]
    yield from (f"          {one}" for one in dict.fromkeys((*moves, *(because(row.change.because) for row in new))))
    for past in given:
        yield f"          Given {story.time(past.at)} for this trip ({spaced(past.because.removeprefix('owner.'))})."


def _owners(row: PlanRow, story: Story) -> str:
    change = row.change
    return moved(ChangeKind.OWNER, change.ref, change.before, change.after, story.people)


def written_lines(story: Story) -> Iterator[str]:
    """What was written so far, and how to take it back."""
    rows = [one for one in (story.history.rows if story.history else ()) if one.state is RowState.APPLIED]
    together: dict[str, list[str]] = {}
    for one in rows:
        together.setdefault(story.time(one.at), []).append(f"{KINDS[one.kind]} ({system_name(one.ref.system)})")
    told = [f"{at} {', '.join(what)}" for at, what in together.items()]
    yield f"WRITTEN   {' · '.join(told) if told else 'nothing by crmsync so far'}"
    yield from _undo(rows, story)


def _undo(rows: Sequence[LogRow], story: Story) -> Iterator[str]:
    """How the latest writes can be taken back; a task goes with the person's first record."""
    first = next((one.ref for one in story.observed.records), None)
    places: dict[tuple[int, str], list[str]] = {}
    for one in sorted(rows, key=lambda row: -row.cycle):
        ref = first if one.kind is ChangeKind.TASK else one.ref
        if ref is not None and one.because.code != "undo.task":
            places.setdefault((one.cycle, ref.id), []).append(KINDS[one.kind])
    for (cycle, record), kinds in list(places.items())[:MOST_UNDO]:
        yield f"  Undo    crmsync revert {cycle} --record {record}   ({', '.join(dict.fromkeys(kinds))})"


def waiting_lines(story: Story) -> Iterator[str]:
    """What waits, under the reason why it waits."""
    if not story.waiting:
        return
    yield "WAITING"
    by_reason: dict[str, list[str]] = {}
    for digest, row in story.waiting:
        number = f"{digest[:4]}-{digest[4:6]}"
        told = held(row.verdict, number)
        why = f"held: {told.what} -> {told.now}" if row.state is RowState.PLANNED else STATES[row.state]
        by_reason.setdefault(f"plan {number}, {why}", []).append(_change(row, story))
    for why, changes in by_reason.items():
        yield from (f"  {one}" for one in changes)
        yield f"    {why}"


def _change(row: PlanRow, story: Story) -> str:
    change = row.change
    if change.kind is ChangeKind.TASK:
        return task_words(change.because, story.people)
    what = moved(change.kind, change.ref, change.before, change.after, story.people)
    return f"{KINDS[change.kind]} in {system_name(change.ref.system)}: {what}"
