"""Whose change is it? What a sync copied over from the other CRM is an echo: no claim, no edit, nothing to fight.

A copy to and fro of one field within a day is a quarrel between machines: the field is left alone until it rests.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crmsync.model.activities import Actor
from crmsync.model.people import US, Observed, StatusObservation
from crmsync.model.records import Ref, Snapshot
from crmsync.reconcile.facts import STATUS, Context
from crmsync.rules.disposition import Meaning
from crmsync.rules.status import Sighting

ECHO_WITHIN = timedelta(hours=1)
"""The native sync looks every 15 minutes and on events (domain.md 1); what comes later than this is no echo of it."""
CLOCKS_APART = timedelta(minutes=2)
A_DAY = timedelta(days=1)
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Maker:
    """Who set the value that stands in a field, and when; `actor` is empty where nobody tells."""

    at: datetime
    by: str = ""
    actor: str = ""
    trust: str = "server stamp"


@dataclass(frozen=True, slots=True)
class Swing:
    """A field that a sync set to the same value again after something else stood there; `last` is when it did so."""

    ref: Ref
    field: str
    values: tuple[str, ...]
    times: int
    by: str
    last: datetime


def maker(record: Snapshot, field: str, observed: Observed, context: Context) -> Maker:
    """Who set what the field shows now: by the CRM's own history where it knows, else the record's last editor."""
    last = told_last(record, field, observed)
    if last is not None:
        return Maker(last.at, last.by, _us_or(last.actor, record.ref.system, last.by, context), last.trust)
    by = record.text("modified_by") or ""
    owner = context.directory.of(record.ref.system, by)
    known = Actor.INTEGRATION.value if owner is not None and owner.integration else Actor.PERSON.value if by else ""
    return Maker(record.modified_at, by, _us_or(known, record.ref.system, by, context))


def told_last(record: Snapshot, field: str, observed: Observed) -> StatusObservation | None:
    """The newest entry of the CRM's history, if it is about the value that stands there.

    Several entries may be of one second, in no order (facts/salesforce.md 8.2).
    """
    told = [one for one in observed.history if one.ref == record.ref and one.field == field]
    newest = [one for one in told if one.at == told[-1].at]
    return next((one for one in newest if one.value == record.text(field)), None)


def _us_or(actor: str, system: str, by: str, context: Context) -> str:
    return US if by and by == context.us.get(system) else actor


# Echoes ---------------------------------------------------------------------------------------------------------------


def without_echoes(
    sightings: Sequence[Sighting], makers: Mapping[Ref, Maker], observed: Observed, context: Context
) -> tuple[tuple[Sighting, ...], tuple[Sighting, ...]]:
    """The sightings with what a sync copied over told as unchanged, and those copies.

    An echo is set by an integration and says what a record of the other CRM came to say shortly before - or something
    else, where a history proves who set it and the sync has no word for what it copied. Of several changes that say the
    same, the first one is the original, so that somebody's edit is never lost among its copies.
    """
    originals: list[Sighting] = []
    echoes: dict[Ref, Sighting] = {}
    changed = [one for one in sightings if one.changed]
    for one in sorted(changed, key=lambda one: (makers[one.ref].actor == Actor.INTEGRATION, makers[one.ref].at)):
        machine = makers[one.ref].actor == Actor.INTEGRATION
        if machine and (_copies(one, originals, context) or _heard(one, makers, observed, context)):
            echoes[one.ref] = one
        else:
            originals.append(one)
    kept = tuple(replace(one, changed=False) if one.ref in echoes else one for one in sightings)
    return kept, tuple(echoes.values())


def _copies(one: Sighting, originals: Iterable[Sighting], context: Context) -> bool:
    return any(
        other.ref.system != one.ref.system and _same((one.ref, one.value), (other.ref, other.value), context)
        for other in originals
    )


def _heard(one: Sighting, makers: Mapping[Ref, Maker], observed: Observed, context: Context) -> bool:
    """Whether a record of the other CRM showed this value not long before; proved by history: any new value of us all.

    A record's last editor is no proof: they may have edited another field than the status.
    """
    made = makers[one.ref]
    recent = [past for past in _elsewhere(one.ref, STATUS, observed) if _just_before(past.at, made.at)]
    if any(_same((one.ref, one.value), (past.ref, past.value), context) for past in recent):
        return True
    if made.trust != HISTORY:
        return False
    ours = (other for ref, other in makers.items() if ref.system != one.ref.system and other.actor == US)
    return any(not _copied(past, context) for past in recent) or any(_just_before(by.at, made.at) for by in ours)


def _just_before(at: datetime, then: datetime) -> bool:
    return -CLOCKS_APART <= then - at <= ECHO_WITHIN


def _elsewhere(ref: Ref, field: str, observed: Observed) -> Iterator[StatusObservation]:
    past = (*observed.history, *observed.observations)
    return (one for one in past if one.field == field and one.ref.system != ref.system)


def _same(one: tuple[Ref, str | None], other: tuple[Ref, str | None], context: Context) -> bool:
    """Whether two fields say the same, each in the spelling of its CRM."""
    first, second = _meaning(one, context), _meaning(other, context)
    if set(first.statuses) & set(second.statuses):
        return True
    if first.outcome is not None and second.outcome is not None:
        return first.outcome.name == second.outcome.name
    return (one[1] or "").strip().casefold() == (other[1] or "").strip().casefold()


def _meaning(one: tuple[Ref, str | None], context: Context) -> Meaning:
    return context.dictionary.meaning(one[0].system, one[1])


# Quarrels -------------------------------------------------------------------------------------------------------------


def swings(
    observed: Observed, context: Context, now: datetime, fields: Sequence[str] = (STATUS, "owner")
) -> tuple[Swing, ...]:
    """Fields that a sync and somebody else wrote to and fro within the last day.

    What a sync copies because a person changed their mind in the other CRM is no quarrel.
    """
    found = (_swing(record, field, observed, context, now) for record in observed.records for field in fields)
    return tuple(one for one in found if one is not None)


def _swing(record: Snapshot, field: str, observed: Observed, context: Context, now: datetime) -> Swing | None:
    line = _timeline(record.ref, field, observed, now)
    returns = [
        one
        for place, one in enumerate(line)
        if _copied(one, context)
        and _came_back(line[:place], one, context)
        and not _meant(one, field, observed, context)
    ]
    if not returns:
        return None
    last = returns[-1]
    values = tuple(dict.fromkeys(one.value or "" for one in line))
    return Swing(record.ref, field, values, len(returns) + 1, last.by, last.at)


def _timeline(ref: Ref, field: str, observed: Observed, now: datetime) -> list[StatusObservation]:
    """What stood in a field during the last day: as the CRM tells, else as we saw it change."""
    for past in (observed.history, observed.observations):
        line = [one for one in past if one.ref == ref and one.field == field and now - A_DAY < one.at <= now]
        if line:
            return line
    return []


def _copied(one: StatusObservation, context: Context) -> bool:
    """Whether an integration set it that is not we ourselves: our own user is one, too."""
    return _us_or(one.actor, one.ref.system, one.by, context) == Actor.INTEGRATION


def _came_back(before: Sequence[StatusObservation], one: StatusObservation, context: Context) -> bool:
    """Whether a sync had set this very value before; that it is set again means something else stood there."""
    return any(past.value == one.value and _copied(past, context) for past in before)


def _meant(one: StatusObservation, field: str, observed: Observed, context: Context) -> bool:
    """Whether a person had just said so in the other CRM."""
    return any(
        _same((one.ref, one.value), (past.ref, past.value), context)
        for past in _elsewhere(one.ref, field, observed)
        if past.actor in {Actor.PERSON.value, ""} and _just_before(past.at, one.at)
    )
