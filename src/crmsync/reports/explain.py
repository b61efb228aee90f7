"""Why one person's records say what they say: in sentences, every number with its arithmetic."""

from collections.abc import Iterator, Sequence

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.people import ClockState, SlaClock
from crmsync.model.plans import PlanRow, RowState
from crmsync.model.records import Snapshot
from crmsync.reports.changes import moved, task_words
from crmsync.reports.explain_score import interest_lines, ready_lines, score_json
from crmsync.reports.explain_status import status_lines
from crmsync.reports.plan import row_json
from crmsync.reports.reasons import aside, because, held
from crmsync.reports.story import Story
from crmsync.reports.table import document, folded, following
from crmsync.reports.words import KINDS, OBJECTS, STATES, counted, plain, record_name, spaced, system_name
from crmsync.rules.local_time import length, place
from crmsync.rules.working_time import working_time

PAIR = 2
MOST_UNDO = 3
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth")


def explain_text(story: Story) -> str:
    """The whole story of one person for people."""
    known = story.known
    return document(
        folded(_head(story)),
        folded(status_lines(story) if known else _left_alone(story)),
        folded(ready_lines(story, known) if known else ()),
        interest_lines(story, known) if known else (),
        _clocks(story) if known else (),
        folded([*_owner(story), *_written(story)] if known else ()),
        folded(_waiting(story)),
        folded(_aside(story)),
        following(*_next(story)),
    )


def explain_json(story: Story) -> dict[str, object]:
    """The same for programs.

    Keys: person, as_of, records (system, object, id, values), left_alone, status (name, stage, since, reason, lines),
    sales_ready, score (grade, interest, ledger ...), clocks, owner, team, waiting (see plan), set_aside, written.
    """
    known, trip = story.known, story.decision.trip
    return {
        "person": story.observed.person or None,
        "as_of": story.as_of.isoformat(),
        "records": [_record_json(one) for one in story.observed.records],
        "left_alone": known is None,
        "status": {
            "name": trip.status if trip else None,
            "since": trip.status_since.isoformat() if trip and trip.status_since else None,
            "reason": trip.reason if trip else None,
            "lines": [line.value for line in known.status.lines] if known and known.status else [],
        },
        **(score_json(known) if known else {"sales_ready": None, "score": None}),
        "clocks": [_clock_json(one) for one in _all_clocks(story)],
        "team": story.team,
        "waiting": [{"plan": digest, **row_json(row, story.people)} for digest, row in story.waiting],
        "set_aside": [
            {"cause": one.cause, "needs_you": one.needs_person, "words": aside(one).what} for one in story.set_aside
        ],
        "written": [
            {
                "at": one.at.isoformat(),
                "kind": one.kind.value,
                "before": one.before,
                "after": one.after,
                "by": one.by,
                "cycle": one.cycle,
            }
            for one in (story.history.rows if story.history else ())
            if one.state is RowState.APPLIED
        ],
    }


def _record_json(one: Snapshot) -> dict[str, object]:
    values = {name: value for name, value in one.values.items() if value is not None}
    ref = one.ref
    return {"system": ref.system, "object": ref.object, "id": ref.id, "deleted": one.deleted, "values": values}


def _clock_json(one: SlaClock) -> dict[str, object]:
    return {
        "code": one.code,
        "state": one.state.value,
        "owner": one.owner,
        "started_at": one.started_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
        "outcome": one.outcome,
    }


# Who -----------------------------------------------------------------------------------------------------------------


def _head(story: Story) -> Iterator[str]:
    records = story.observed.records
    values = story.known.attributes if story.known else records[0].values if records else {}
    name = " ".join(plain(values.get(part)) for part in ("first_name", "last_name")).strip() or plain(story.asked)
    who = ", ".join(part for part in (name, plain(values.get("title")), plain(values.get("company"))) if part)
    calendar = story.people.calendar
    yield f"{who}   as of {story.time(story.as_of)} {place(calendar)}"
    if story.known is None:
        yield f"{counted(len(records), 'record')}: {_tied(story)}. Not tied to anybody so far."
        return
    yield f"One person, {counted(len(records), 'record')}: {_tied(story)}. {_trip(story)}".rstrip()


def _tied(story: Story) -> str:
    records = story.observed.records
    told = []
    for one in records:
        gone = " (deleted)" if one.deleted else " (converted)" if one.converted else ""
        told.append(f"{record_name(one.ref)}{gone}{_holds(one, records)}")
    same = len({(one.text("email") or "").casefold() for one in records}) == 1 and len(records) > 1
    return " = ".join(told) + (" (same e-mail)" if same and "holds" not in "".join(told) else "")


def _holds(one: Snapshot, records: "tuple[Snapshot, ...]") -> str:
    """Which other record this one names by its id."""
    named = [one.text(name) for name in ("salesforce_lead_id", "salesforce_contact_id", "converted_contact")]
    for other in records:
        if other.ref != one.ref and any(id_ and other.ref.id.startswith(id_) for id_ in named):
            return (
                f" (holds this {OBJECTS.get(other.ref.object, 'record')}'s id)"
                if len(records) == PAIR
                else " (holds an id of theirs)"
            )
    return ""


def _trip(story: Story) -> str:
    trip = story.decision.trip
    if trip is None:
        return "Not in the funnel: no status anywhere and nothing to decide."
    nth = ORDINALS[trip.number - 1] if trip.number <= len(ORDINALS) else f"{trip.number}th"
    return f"{nth} trip through the funnel."


def _left_alone(story: Story) -> Iterator[str]:
    if story.observed.ambiguous:
        yield "LEFT ALONE   This may be the same person as another record. Nobody guesses; nothing is written to it."
    else:
        yield "LEFT ALONE   No record of this person is left in either CRM."


# Clocks, owner, what was written -------------------------------------------------------------------------------------


def _all_clocks(story: Story) -> list[SlaClock]:
    """The remembered clocks, and the one this decision speaks of where it is newer."""
    clocks = {(one.code, one.pass_number, one.ordinal): one for one in (story.history.clocks if story.history else ())}
    present = story.known.clock.clock if story.known and story.known.clock else None
    if present is not None:
        clocks[present.code, present.pass_number, present.ordinal] = present
    return [clocks[key] for key in sorted(clocks)]


def _clocks(story: Story) -> Iterator[str]:
    clocks = _all_clocks(story)
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


def _owner(story: Story) -> Iterator[str]:
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
    for row in new:
        yield f"          {moved(ChangeKind.OWNER, row.change.ref, row.change.before, row.change.after, story.people)}"
        yield f"          {because(row.change.because)}"
    for past in given:
        yield f"          Given {story.time(past.at)} for this trip ({spaced(past.because.removeprefix('owner.'))})."


def _written(story: Story) -> Iterator[str]:
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


def _waiting(story: Story) -> Iterator[str]:
    if not story.waiting:
        return
    yield "WAITING"
    for digest, row in story.waiting:
        number = f"{digest[:4]}-{digest[4:6]}"
        told = held(row.verdict, number)
        why = f"held: {told.what} -> {told.now}" if row.state is RowState.PLANNED else STATES[row.state]
        yield f"  {_change(row, story)}   plan {number}, {why}"


def _change(row: PlanRow, story: Story) -> str:
    change = row.change
    if change.kind is ChangeKind.TASK:
        return task_words(change.because, story.people)
    what = moved(change.kind, change.ref, change.before, change.after, story.people)
    return f"{KINDS[change.kind]} in {system_name(change.ref.system)}: {what}"


def _aside(story: Story) -> Iterator[str]:
    if not story.set_aside:
        return
    yield "SET ASIDE"
    for one in story.set_aside:
        told = aside(one)
        needs = "needs your decision: " if one.needs_person else ""
        yield f"  {needs}{told.what}" + (f" -> {told.now}" if told.now else "")


def _next(story: Story) -> Iterator[tuple[str, str]]:
    first = next((one.ref.id for one in story.observed.records), story.asked)
    yield f"crmsync log --person {first}", "everything written, held and set aside for this person"
    if story.waiting:
        yield "crmsync plan", "the whole plan these changes are part of"
