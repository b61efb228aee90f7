"""Why one person's records say what they say: in sentences, every number with its arithmetic."""

from collections.abc import Iterator

from crmsync.model.people import SlaClock
from crmsync.model.plans import RowState
from crmsync.model.records import Snapshot
from crmsync.reports.explain_belonging import belonging_json, belonging_lines
from crmsync.reports.explain_score import interest_lines, ready_lines, score_json
from crmsync.reports.explain_status import status_lines
from crmsync.reports.explain_work import all_clocks, clock_lines, owner_lines, waiting_lines, written_lines
from crmsync.reports.plan import row_json
from crmsync.reports.set_aside import aside
from crmsync.reports.story import Story
from crmsync.reports.table import document, folded, following
from crmsync.reports.words import OBJECTS, counted, plain, record_name
from crmsync.rules.local_time import place

PAIR = 2
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth")


def explain_text(story: Story) -> str:
    """The whole story of one person for people."""
    known = story.known
    return document(
        folded(_head(story)),
        folded(status_lines(story) if known else _left_alone(story)),
        folded(belonging_lines(story, known) if known else ()),
        folded(ready_lines(story, known) if known else ()),
        interest_lines(story, known) if known else (),
        clock_lines(story) if known else (),
        folded([*owner_lines(story), *written_lines(story)] if known else ()),
        folded(waiting_lines(story)),
        folded(_aside(story)),
        following(*_next(story)),
    )


def explain_json(story: Story) -> dict[str, object]:
    """The same for programs.

    Keys: person, as_of, records (system, object, id, values), left_alone, status (name, stage, since, reason, lines),
    sales_ready, score (grade, interest, ledger ...), bought (by, tag), lists, deals, clocks, owner, team,
    waiting (see plan), set_aside, written.
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
        **belonging_json(story, known),
        "clocks": [_clock_json(one) for one in all_clocks(story)],
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
