"""The agreement as a document that people of sales and marketing can read before they sign it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from textwrap import wrap

from crmsync.agreement.model import (
    Agreement,
    All,
    AnyOf,
    Compare,
    Condition,
    Effect,
    Move,
    Not,
    Op,
    Outcome,
    Signal,
    Status,
    Team,
)
from crmsync.agreement.sign import standing

_WIDTH = 110
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOVERS = {Team.DAEMON: "crmsync", Team.CONVERSION: "a conversion", Team.HANDOFF: "the hand-over"}
_COMPARED = {
    Op.IS: "is {}",
    Op.IN: "is one of {}",
    Op.AT_LEAST: "is at least {}",
    Op.AT_MOST: "is at most {}",
    Op.BETWEEN: "lies between {}",
    Op.CONTAINS_ANY: "contains one of {}",
    Op.STARTS_WITH: 'starts with "{}"',
    Op.MATCHES: "matches {}",
    Op.WITHIN: "lies within the last {} days",
}


def show(agreement: Agreement) -> str:
    """The whole agreement as text: who signed, words, statuses, call outcomes, rules, deadlines, turns."""
    chapters = (
        _head(agreement),
        _words(agreement),
        _statuses(agreement),
        _outcomes(agreement),
        _imports(agreement),
        _readiness(agreement),
        _scoring(agreement),
        _deadlines(agreement),
        _routing(agreement),
    )
    return "\n\n".join("\n".join(_wrapped(chapter)) for chapter in chapters) + "\n"


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines that fit a screen; what goes on is indented deeper."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False) or [""]


def in_words(condition: Condition) -> str:
    """A condition as part of a sentence."""
    match condition:
        case Compare():
            return _compared(condition)
        case All(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Not(part):
            return f"not ({in_words(part)})"


def _bracketed(condition: Condition) -> str:
    return in_words(condition) if isinstance(condition, Compare) else f"({in_words(condition)})"


def _compared(one: Compare) -> str:
    name = one.field.replace("_", " ")
    if one.op is Op.BETWEEN and isinstance(one.value, tuple):
        return f"{name} lies between {' and '.join(_value(end) for end in one.value)}"
    if one.op is Op.MISSING:
        return f"{name} is unknown" if one.value else f"{name} is known"
    return f"{name} {_COMPARED[one.op].format(_value(one.value))}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_value(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _head(agreement: Agreement) -> Iterator[str]:
    yield f"LEAD AGREEMENT OF {agreement.company.upper()}"
    yield f"Counts from {agreement.go_live:%-d %b %Y}: nothing older ever becomes a task."
    if agreement.next_review:
        yield f"Next review: {agreement.next_review:%-d %b %Y}."
    state = standing(agreement)
    yield f"Version {agreement.version}, signed." if state.signed else "NOT SIGNED: crmsync plans, but writes nothing."
    yield from (f"  {one.name}, {one.job} ({one.role}), {one.on:%-d %b %Y}" for one in state.valid)
    yield from (f"  still to sign: {who}" for who in state.missing)
    yield f"  content {agreement.content[:12]}"


def _words(agreement: Agreement) -> Iterator[str]:
    yield "WORDS"
    yield from (f"  {word}: {meaning}" for word, meaning in agreement.words.items())


def _statuses(agreement: Agreement) -> Iterator[str]:
    yield "STATUSES"
    for status in agreement.statuses.values():
        yield f"  {status.name} (funnel stage {status.stage}), {_owner(status)}"
        yield f"    spelled {_spelling(status)}"
        yield f"    then {'; '.join(_move(move) for move in status.next) or 'nothing: the end'}"
        if status.needs:
            yield f"    needs {' and '.join(sorted(one.replace('_', ' ') for one in status.needs))}"
    illegal = {"adopt": "accepted, and you are told", "correct": "put back"}[agreement.on_illegal]
    yield f"  Any other move is {illegal}; moves put right in one agreed way:"
    for one in agreement.corrections:
        reason = f" ({one.reason})" if one.reason else ""
        yield f"    {one.from_status} to {one.to_status} becomes {one.becomes}{reason}"
    for kept in agreement.exceptions:
        until = f" until {kept.until:%-d %b %Y}" if kept.until else ""
        yield f'  "{kept.value}" in {kept.system} means {kept.means}{until}, agreed by {kept.agreed_by}'
    homes = ", ".join(f"{team} by {system}" for team, system in agreement.home.items())
    yield f"  Whose word counts: {homes}."


def _owner(status: Status) -> str:
    owner = {Team.NOBODY: "owned by nobody", Team.HANDOFF: "being handed over"}
    return owner.get(status.owned_by, f"owned by {status.owned_by}")


def _spelling(status: Status) -> str:
    return ", ".join(f'"{word}" in {system}' for system, word in status.spelled.items())


def _move(move: Move) -> str:
    return f"{move.to} (by {', '.join(sorted(_MOVERS.get(team, str(team)) for team in move.by))})"


def _outcomes(agreement: Agreement) -> Iterator[str]:
    yield "FOUND IN A STATUS FIELD, BUT NO STATUS (moved out and kept)"
    for one in agreement.outcomes.values():
        yield f"  {one.name.replace('_', ' ')}: {_effect(one)}"
        yield f"    found as {', '.join(one.found_as)}"
    if agreement.leave_alone:
        yield f"  Left alone: {', '.join(sorted(agreement.leave_alone))}."
    yield "  Anything else is set aside: it needs your decision, and is never overwritten."


def _effect(one: Outcome) -> str:
    kind = "a reason" if one.is_reason else "a call outcome"
    reason = f", reason {one.reason}" if one.reason else ""
    return f"{kind}; {_becomes(one.effect)}{reason}"


def _becomes(effect: Effect) -> str:
    if effect.keeps:
        return "the last proper status stays"
    if effect.status:
        return f"becomes {effect.status}"
    return f"with fit {effect.fit_at_least} or better becomes {effect.then}, otherwise {effect.otherwise}"


def _imports(agreement: Agreement) -> Iterator[str]:
    yield "BOUGHT NAMES"
    yield f"  A name is bought if {in_words(agreement.imports.recognise)}."
    burst = agreement.imports.burst
    if burst:
        minutes = f"{burst.within.total_seconds() / 60:g} minutes"
        yield f"  So is one of {burst.at_least} or more that one user or program made within {minutes}."
    leaves = ", ".join(sorted(one.replace("_", " ") for one in agreement.imports.leaves_raw_when))
    yield f"  It stays {agreement.imports.raw_status}, without sales owner and deadline, until: {leaves}."
    for one in agreement.imports.lists:
        until = f", usable until {one.may_be_used_until:%-d %b %Y}" if one.may_be_used_until else ""
        yield f"  {one.name}: {one.vendor}, {one.size or 'unknown number of'} names, {one.legal_basis}{until}"


def _readiness(agreement: Agreement) -> Iterator[str]:
    section = agreement.qualification
    yield "WHEN AN INQUIRY IS A LEAD"
    yield f"  {in_words(section.ready)}"
    yield f"  Never: {', '.join(sorted(one.replace('_', ' ') for one in section.never)) or 'no exclusion'}."
    low, high = section.expected_share
    yield f"  Unknown is not no. Expected: {low:.0%} to {high:.0%} of inquiries."
    if section.source_exception:
        yield f"  EXCEPTION: the lead source is looked at: {section.source_exception}"


def _scoring(agreement: Agreement) -> Iterator[str]:
    section = agreement.scoring
    yield "FIT AND INTEREST"
    yield from (f"  fit {one.points:g}: {one.name}, if {in_words(one.when)}" for one in section.fit)
    yield f"  grades: {', '.join(f'{letter} from {least:g}' for letter, least in section.grades)}"
    yield from (f"  interest {_signal(one)}" for one in section.signals)
    yield f"  limits: {', '.join(f'{group} {limit:g}' for group, limit in sorted(section.group_limits.items()))}"
    yield f"  A lead at {section.enter:g}; no lead any more below {section.leave:g}."


def _signal(one: Signal) -> str:
    labels = f" with {', '.join(one.label_matches)}" if one.label_matches else ""
    repeat = f"; a repeat counts {one.repeat:.0%}" if one.repeat < 1 else ""
    kind = one.kind.replace("_", " ")
    return f"{one.points:+g}: {kind}{labels}; halves every {one.half_life_days:g} days{repeat}"


def _deadlines(agreement: Agreement) -> Iterator[str]:
    office = agreement.sla.office
    days = ", ".join(_DAYS[day] for day in office.weekdays)
    yield "DEADLINES"
    hours = f"{office.opens:%H:%M}-{office.closes:%H:%M} {office.zone}"
    yield f"  Office: {days}, {hours}; holidays {', '.join(office.holidays) or 'none'}"
    for one in agreement.sla.clocks:
        touches = ", ".join(sorted(name.replace("_", " ") for name in one.touches))
        yield f"  {one.code.replace('_', ' ')}: {one.owed_by} owes it on the {one.due}, from when {one.starts}"
        yield f"    later than {_minutes(one.cut_off)} before closing: the next working day"
        yield f"    done by: {touches}. A change of status does not count."
    limit = agreement.sla.tasks_per_owner_per_day
    yield f"  At most {limit} tasks per owner and day, made in {agreement.sla.task_system}."
    yield f"  Questions: {agreement.sla.contact}"


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} minutes"


def _routing(agreement: Agreement) -> Iterator[str]:
    yield "WHO GETS A LEAD"
    yield f"  An owner is set only if: {', '.join(sorted(agreement.routing.change_owner_only_if))}."
    for rule in agreement.routing.order:
        target = f"team {rule.team}" if rule.team else str(rule.relationship).replace("_", " ")
        yield f"  {target}, if {in_words(rule.when)}" if rule.when else f"  everybody else: {target}"
    for team in agreement.routing.teams.values():
        yield f"  team {team.name}: {', '.join(f'{one.owner} x{one.weight}' for one in team.members)}"
    if agreement.routing.not_sales:
        yield f"  no sales owners: {', '.join(sorted(agreement.routing.not_sales))}"
    if agreement.routing.fallback_queue:
        yield f"  nobody there: queue {agreement.routing.fallback_queue}"
