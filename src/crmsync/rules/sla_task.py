"""The task that tells somebody about a missed deadline: who, why now, what was agreed, what was found, what to do.

Its wording follows samples/task.txt and samples/words.md: no blame, and what a rep will argue with is said before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmsync.agreement.model import Agreement, ClockRule, Stage
from crmsync.model.activities import Activity, ActivityKind
from crmsync.model.calendars import Calendar
from crmsync.model.decisions import Because, Score, TaskDraft
from crmsync.model.people import SlaClock
from crmsync.model.records import Ref, Value
from crmsync.rules.local_time import day, length, moment, place, weekday_time
from crmsync.rules.plain_text import capital, cut, joined, typed, units
from crmsync.rules.score import signal_of
from crmsync.rules.touches import NotCounted, Overlooked, Touches
from crmsync.rules.working_time import working_time

SUBJECT_MOST = 255
TEXT_MOST = 32_000

_TOUCH_WORDS = {"call": "call", "personal_email": "personal e-mail", "meeting": "meeting"}
_KIND_WORDS = {ActivityKind.CALL: "a call", ActivityKind.EMAIL: "an e-mail", ActivityKind.MEETING: "a meeting"}
_REASONS_SHOWN = 3
_LABEL_WIDTH = 10


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the text is made of. `about` is the record the task stands on, `attributes` are by our field names.

    `status_changed_at` is a change of status since the clock started, if there was one. `key_in_text`: the CRM has no
    field for the key, so it stands in the last line.
    """

    clock: SlaClock
    key: str
    about: Ref
    attributes: Mapping[str, Value]
    score: Score
    activities: tuple[Activity, ...]
    touches: Touches
    owner_name: str
    calendar: Calendar
    status_changed_at: datetime | None = None
    key_in_text: bool = False
    manager: str = ""


def overdue_task(facts: TaskFacts, agreement: Agreement, now: datetime) -> TaskDraft:
    """Write the task for one missed first touch; subject up to 255 and text up to 32000 UTF-16 units."""
    clock = facts.clock
    return TaskDraft(
        key=facts.key,
        about=facts.about,
        owner=clock.owner,
        subject=_subject(facts),
        text=_text(facts, agreement, now),
        due_day=clock.due_day,
        because=Because("task.overdue", {"clock": clock.code, "due": clock.due_at.isoformat(), "owner": clock.owner}),
        clock=clock.code,
        manager=facts.manager,
    )


def _subject(facts: TaskFacts) -> str:
    who = ", ".join(part for part in (_name(facts), typed(facts.attributes.get("company"), 60)) if part)
    due = weekday_time(facts.clock.due_at, facts.calendar)
    end = f" ({typed(facts.owner_name, 60)}, due {due})"
    return cut(f"Overdue first call: {who}", SUBJECT_MOST - units(end)) + end


def _text(facts: TaskFacts, agreement: Agreement, now: datetime) -> str:
    rule = agreement.sla.clock(facts.clock.code)
    rows = (
        ("Lead" if facts.about.object == "Lead" else "Contact", _person(facts)),
        ("Why now", _why_now(facts, agreement, now)),
        ("Owner", f"{typed(facts.owner_name)}, since {moment(facts.clock.started_at, facts.calendar)}."),
        ("Agreed", _agreed(facts, rule, now)),
        ("Found", _found(facts, rule)),
    )
    table = "\n".join(f"{label:<{_LABEL_WIDTH}}{text}" for label, text in rows)
    choices = "\n".join(f"{number}. {choice}" for number, choice in enumerate(_choices(facts, agreement), start=1))
    body = "\n\n".join((_headline(facts, agreement), table, f"Do one of these:\n{choices}", _ending(facts, agreement)))
    last = f"\n{facts.key}" if facts.key_in_text else ""
    return cut(body, TEXT_MOST - units(last)) + last


def _headline(facts: TaskFacts, agreement: Agreement) -> str:
    best = max(facts.score.ledger, key=lambda line: line.amount, default=None)
    did = _did(best.label if best and best.amount > 0 else "", agreement)
    return f"{_name(facts)} {did}, and no contact by {typed(facts.owner_name)} or their team is logged yet."


def _did(label: str, agreement: Agreement) -> str:
    signal = next((one for one in agreement.scoring.signals if one.name.replace("_", " ") == label), None)
    if signal is None:
        return "was handed to sales"
    if signal.kind == ActivityKind.PAGE_VIEW:
        return f"looked at our web pages ({label})"
    if signal.kind == ActivityKind.FORM:
        return "asked for a demo" if "demo" in label else f"sent us a form ({label})"
    return {"inbound_email": "wrote to us", "inbound_call": "called us"}.get(signal.kind, f"showed interest ({label})")


# The table ------------------------------------------------------------------------------------------------------------


def _name(facts: TaskFacts) -> str:
    parts = (typed(facts.attributes.get(name), 60) for name in ("first_name", "last_name"))
    return " ".join(part for part in parts if part) or "Somebody without a name"


def _person(facts: TaskFacts) -> str:
    known = facts.attributes
    parts = [_name(facts), *(typed(known.get(name)) for name in ("title", "company"))]
    size = known.get("employees")
    people = f"{size:.0f} people" if isinstance(size, int | float) and not isinstance(size, bool) else ""
    around = ", ".join(part for part in (people, typed(known.get("country"))) if part)
    who = ", ".join(part for part in parts if part) + (f" ({around})" if around else "")
    return f"{who}. Grade {facts.score.grade}, interest {int(facts.score.interest)}."


def _why_now(facts: TaskFacts, agreement: Agreement, now: datetime) -> str:
    """The strongest things the person did, each with how often and when last."""
    totals: dict[str, float] = {}
    for line in facts.score.ledger:
        totals[line.label] = totals.get(line.label, 0.0) + line.amount
    shown = sorted((label for label in totals if totals[label] >= 1), key=lambda one: (-totals[one], one))
    acts = _by_signal(facts.activities, agreement, now)
    told = [_told(label, acts[label], facts.calendar) for label in shown[:_REASONS_SHOWN] if label in acts]
    return f"{capital('; '.join(told))}." if told else "Handed to sales; nothing they did lately is on record."


def _by_signal(activities: Iterable[Activity], agreement: Agreement, now: datetime) -> dict[str, list[Activity]]:
    """What they did by signal, newest first."""
    found: dict[str, list[Activity]] = {}
    for one in sorted(activities, key=lambda act: (act.at, act.ref), reverse=True):
        signal = signal_of(one, agreement.scoring) if one.at <= now else None
        if signal is not None:
            found.setdefault(signal.name.replace("_", " "), []).append(one)
    return found


def _told(label: str, acts: Sequence[Activity], calendar: Calendar) -> str:
    newest, many = acts[0], len(acts) > 1
    when = f"last on {moment(newest.at, calendar)}" if many else f"on {moment(newest.at, calendar)}"
    match newest.kind:
        case ActivityKind.FORM:
            name = f' "{typed(newest.label)}"' if newest.label else ""
            return f"{len(acts)} forms, last{name} {when.removeprefix('last ')}" if many else f"form{name} {when}"
        case ActivityKind.PAGE_VIEW:
            return f"{len(acts)} visits ({label}), {when}" if many else f"visit ({label}) {when}"
        case ActivityKind.EMAIL:
            return f"{len(acts)} e-mails from them, {when}" if many else f"e-mail from them {when}"
        case ActivityKind.CALL:
            return f"{len(acts)} calls from them, {when}" if many else f"call from them {when}"
        case _:
            return f"{len(acts)} times {label}, {when}" if many else f"{label} {when}"


def _agreed(facts: TaskFacts, rule: ClockRule | None, now: datetime) -> str:
    clock = facts.clock
    in_time = rule.due if rule else "in time"
    when = "on the same working day" if in_time == "same working day" else f"within {in_time}"
    passed = length(working_time(clock.started_at, now, facts.calendar))
    due = moment(clock.due_at, facts.calendar)
    return f"First {_touch_words(rule)} {when}: due {due}. Open for {passed} of working time."


def _found(facts: TaskFacts, rule: ClockRule | None) -> str:
    start = moment(facts.clock.started_at, facts.calendar)
    nothing = f"No {_touch_words(rule)} by {typed(facts.owner_name)} or their team since {start}."
    others = [_not_counted(one, facts.calendar) for one in facts.touches.overlooked[-_REASONS_SHOWN:]]
    if facts.status_changed_at is not None:
        others.append(f"a change of status ({moment(facts.status_changed_at, facts.calendar)})")
    if not others:
        return f"{nothing} A change of status alone would not count."
    return f"{nothing} {capital(joined(others, 'and'))} {'does' if len(others) == 1 else 'do'} not count."


def _not_counted(one: Overlooked, calendar: Calendar) -> str:
    when = moment(one.activity.at, calendar)
    if one.why is NotCounted.TICKED_OFF:
        return f"{one.why} ({when})"
    return f"{_KIND_WORDS[one.activity.kind]} {one.why} ({when})"


def _touch_words(rule: ClockRule | None) -> str:
    agreed = rule.touches if rule else frozenset(_TOUCH_WORDS)
    return joined([words for name, words in _TOUCH_WORDS.items() if name in agreed], "or")


# What to do -----------------------------------------------------------------------------------------------------------


def _choices(facts: TaskFacts, agreement: Agreement) -> Iterable[str]:
    record = "lead" if facts.about.object == "Lead" else "contact"
    back = agreement.status_for(Stage.RECYCLED)
    spelled = back.spelled.get(facts.about.system) if back else None
    touch = _touch_words(agreement.sla.clock(facts.clock.code))
    yield f"Get in touch by {touch}. Log it on the {record}, then tick this task off."
    yield f"Give the {record} to someone else: change the owner. A new deadline starts for that person."
    if spelled:
        yield f'Not for sales? Set the status to "{spelled}" and pick a reason. Marketing takes over.'
    yield "Already in touch but not logged? Log it with the real time. If that was in time, it counts as on time."


def _ending(facts: TaskFacts, agreement: Agreement) -> str:
    return (
        "If you do nothing: nothing else happens automatically. If you only tick this task off, it stays closed and is "
        "not created again, but the deadline counts as missed.\n"
        f'All times {place(facts.calendar)}. {_agreement_words(agreement)}, "{facts.clock.code.replace("_", " ")}", '
        f"{_signed(agreement)}. Wrong? {agreement.sla.contact}, quote {quote_of(facts.key)}."
    )


def quote_of(key: str) -> str:
    """The short form of a task's key that people quote: `OCN-4K7Q`."""
    code = key.partition("-")[2][:7].upper()
    return f"{code[:3]}-{code[3:]}"


def _agreement_words(agreement: Agreement) -> str:
    return f"Agreement version {agreement.version}" if agreement.version else "Agreement"


def _signed(agreement: Agreement) -> str:
    valid = [one for one in agreement.signoffs if one.content == agreement.content]
    if not valid:
        return "not signed yet"
    people = joined([f"{one.name} ({one.role})" for one in valid], "and")
    return f"signed {day(max(one.on for one in valid))} by {people}"
