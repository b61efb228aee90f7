"""The STATUS chapter of an explanation: what stood there, why it moves, what is kept."""

from collections.abc import Iterator

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.people import ECHO, US, StatusObservation
from crmsync.model.plans import Change, PlanRow, RowState
from crmsync.model.records import Ref, Snapshot
from crmsync.reports.reasons import WHY_STATUS, because, held
from crmsync.reports.story import Known, Story
from crmsync.reports.words import shown, spaced, system_name
from crmsync.rules.disposition import Kind
from crmsync.rules.status import Reading

STATUS = frozenset({ChangeKind.STATUS, ChangeKind.CONTACT_STATUS})


def status_lines(story: Story) -> Iterator[str]:
    """What the status says in each record, what it will say and why; what it said before and what is kept of it."""
    known = story.known
    if known is None or known.status is None or known.trip is None:
        yield f"STATUS   {_says(story.observed.records) or 'none anywhere'}. crmsync does not look after this status."
        return
    waiting = [row for _, row in story.waiting if row.change.kind in STATUS]
    yield from _headline(story, known, waiting)
    yield from _line("What was there", _history(story))
    yield from _line("Why it moves" if waiting else "Why", _why(story, waiting))
    yield from _line(f'Why "{known.trip.status}"', [_why_this(story, known)])
    yield from _line("What is kept", _kept(story, known))
    yield from _line("Undo", _undo(story, waiting))


def _line(label: str, sentences: "Iterator[str] | list[str]") -> Iterator[str]:
    for at, sentence in enumerate(sentences):
        yield f"  {label if not at else '':<18}  {sentence}"


def _headline(story: Story, known: Known, waiting: list[PlanRow]) -> Iterator[str]:
    status = story.agreement.statuses.get(known.trip.status or "") if known.trip else None
    stage = f"{status.name} (funnel stage {status.stage})" if status else "unknown"
    since = known.trip.status_since if known.trip else None
    decided = f"decided: {stage}" + (f", since {story.time(since)}" if since else "")
    if not waiting:
        frozen = known.status is not None and known.status.unread
        nothing = "One value waits for your decision" if frozen else "As agreed, nothing to change"
        yield f"STATUS   {_says(known.records)}. {nothing}; {decided}."
        return
    for at, row in enumerate(waiting):
        change = row.change
        label = "STATUS   " if not at else " " * 9
        move = f"{shown(change.before)} -> {shown(change.after)}"
        yield f"{label}{move} in {system_name(change.ref.system)}. {_held(story, row)}"
    yield f"         {decided[0].upper()}{decided[1:]}."


def _held(story: Story, row: PlanRow) -> str:
    if row.state is not RowState.PLANNED:
        return "On its way."
    digest = next(digest for digest, one in story.waiting if one is row)
    return f"Held: {held(row.verdict).what} (plan {digest[:4]}-{digest[4:6]})."


def _says(records: "tuple[Snapshot, ...]") -> str:
    told = (
        f"{shown(one.text('status'))} in {system_name(one.ref.system)}" + (" (converted lead)" if one.converted else "")
        for one in records
        if "status" in one.values and not one.deleted
    )
    return ", ".join(told)


def _history(story: Story) -> Iterator[str]:
    """Per record the present value and the one before, each since when we know it."""
    for record in story.observed.records:
        seen = _observed(story, record.ref)
        if not seen:
            continue
        now, past = seen[-1], [one for one in seen[:-1] if one.value != seen[-1].value]
        before = f" Before that: {shown(past[-1].value)}, since {story.time(past[-1].at)}." if past else ""
        found = (
            f"{shown(now.value)} in {system_name(record.ref.system)}, as of {story.time(now.at)}{_told(story, now)}."
        )
        yield f"{found}{before}"


def _told(story: Story, one: StatusObservation) -> str:
    """By whom, and how we know: from the CRM's own history, where it keeps one; a copy made by a sync is no edit."""
    who = story.people.directory.of(one.ref.system, one.by)
    name = who.name if who is not None else "crmsync" if one.actor == US else one.by
    if one.meaning == ECHO:
        return f", copied over from the other CRM by {name or 'a sync'}"
    if one.trust != "history":
        return ""
    return f", {f'set by {name}, ' if name else ''}as the history of {system_name(one.ref.system)} tells"


def _observed(story: Story, ref: Ref) -> list[StatusObservation]:
    past = story.history.observations if story.history else ()
    return [one for one in past if one.ref == ref and one.field == "status"]


def _why(story: Story, waiting: list[PlanRow]) -> list[str]:
    past = [one for one in (story.history.rows if story.history else ()) if one.kind in STATUS]
    rows: list[Change | LogRow] = [*(row.change for row in waiting), *(() if waiting else past[-2:])]
    return list(dict.fromkeys(f"{system_name(one.ref.system)}: {because(one.because)}" for one in rows))


def _why_this(story: Story, known: Known) -> str:
    status = story.agreement.statuses.get(known.trip.status or "") if known.trip else None
    owner = f" Owned by {status.owned_by}." if status else ""
    spelled = ", ".join(f'"{word}" in {system_name(name)}' for name, word in status.spelled.items()) if status else ""
    why = _first_words(story, known)
    reason = f" Exit reason {spaced(known.trip.reason).lower()}." if known.trip and known.trip.reason else ""
    return f"{why[0].upper()}{why[1:]}.{owner}{reason} Spelled {spelled}."


def _first_words(story: Story, known: Known) -> str:
    """Why it is this status: as recorded with the latest change, else as it came about, else as decided now."""
    recorded: list[Because] = [row.change.because for _, row in story.waiting if row.change.kind in STATUS]
    recorded += [one.because for one in reversed(story.history.rows if story.history else ()) if one.kind in STATUS]
    line = next((one.facts["line"] for one in recorded if one.facts.get("line")), None)
    events = story.history.stage_events if story.history else ()
    if line is not None and line in WHY_STATUS:
        return WHY_STATUS[line]
    if events:
        return CAME_ABOUT.get(events[-1].source, "it was decided earlier")
    return WHY_STATUS.get(known.status.lines[-1].value if known.status else "", "it was decided earlier")


CAME_ABOUT = {
    "first sight": "the CRMs said so when crmsync first saw this person",
    "person": "a person moved it",
    "crmsync": "crmsync moved it, as agreed",
}


def _kept(story: Story, known: Known) -> list[str]:
    """Call outcomes and reasons that stood in the status field: kept, never turned into a call."""
    words = [(one, shown(one.value)) for one in _outcomes(story)]
    told = [
        f"{value} ({spaced(one.meaning)}), {story.time(one.at)}, from {system_name(one.ref.system)}'s status field."
        for one, value in words
    ]
    if told:
        told.append("crmsync never edits calls and never invents one: the outcome can be set on the call itself.")
    unread = known.status.unread if known.status else ()
    told += [f"{shown(_value(one))} stays in {system_name(one.sighting.ref.system)}: {_frozen(one)}." for one in unread]
    return told


def _outcomes(story: Story) -> list[StatusObservation]:
    known = story.agreement.outcomes
    seen = story.history.observations if story.history else ()
    return [one for one in seen if one.field == "status" and one.meaning in known]


def _value(one: Reading) -> str | None:
    return one.sighting.value


def _frozen(one: Reading) -> str:
    if one.meaning.kind is Kind.LEFT_ALONE:
        return "the agreement says to leave it alone"
    return "nobody has said yet what it means, so it is never overwritten"


def _undo(story: Story, waiting: list[PlanRow]) -> list[str]:
    written = [one for one in (story.history.rows if story.history else ()) if one.kind in STATUS]
    written = [one for one in written if one.state is RowState.APPLIED]
    if written:
        last = written[-1]
        back = f"crmsync revert {last.cycle} --record {last.ref.id}"
        return [f"{back}   (to {shown(last.before)} in {system_name(last.ref.system)})"]
    return ["crmsync revert CYCLE --record ID, once it was written; the log then names the cycle."] if waiting else []
