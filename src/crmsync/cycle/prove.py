"""Does the signed agreement come to rest? Every combination of values, memories and flags, one cycle each.

From each situation one cycle is run, every write is taken or refused by its side, and a second cycle must change
nothing: the same status, the same reason, no write to a side that took the first one. Exhaustive, no sampling.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import product
from typing import NamedTuple

from crmsync.agreement.model import Agreement, Team
from crmsync.model.records import Ref
from crmsync.rules.disposition import DO_NOT_CONTACT, Dictionary
from crmsync.rules.status import Sighting, StatusFacts, StatusFinding, spelled, status

Decide = Callable[[StatusFacts, Agreement, Dictionary], StatusFinding]

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY_KNOWS = "a value nobody declared"


@dataclass(frozen=True, slots=True)
class Situation:
    """One starting point: what both CRMs show, what is remembered, and which sides will refuse a write."""

    facts: StatusFacts
    refusing: frozenset[str]

    def __str__(self) -> str:
        shown = ", ".join(
            f"{one.ref.system} {one.ref.object} says {one.value or 'nothing'}{' (changed)' if one.changed else ''}"
            for one in self.facts.sightings
        )
        refusing = f"; {', '.join(sorted(self.refusing))} refuses the write" if self.refusing else ""
        return f"{shown}; decided before: {self.facts.current or 'never'}{refusing}"


@dataclass(frozen=True, slots=True)
class Proof:
    """How many situations were tried, and the ones that do not come to rest in one cycle."""

    situations: int
    failures: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every situation came to rest."""
        return not self.failures


def prove(
    agreement: Agreement,
    today: date,
    *,
    decide: Decide = status,
    base_moves_when_refused: bool = True,
    most_failures: int = 5,
) -> Proof:
    """Enumerate every situation of the agreement. The keyword arguments exist to prove that this check can fail."""
    dictionary = Dictionary(agreement, today)
    memo: dict[Later, StatusFinding] = {}
    failures: list[str] = []
    count = 0
    for facts in situations(agreement):
        first = decide(facts, agreement, dictionary)
        for refusing in _refusals(first):
            count += 1
            later = _later(facts, first, refusing, agreement, moves=base_moves_when_refused)
            second = memo.get(later)
            if second is None:
                second = memo[later] = decide(_as_facts(later, facts), agreement, dictionary)
            complaint = _restless(first, second, refusing, agreement)
            if complaint and len(failures) < most_failures:
                failures.append(f"{Situation(facts, refusing)}: {complaint}")
    return Proof(count, tuple(failures))


# What can be in front of us ----------------------------------------------------------------------------------------


def situations(agreement: Agreement) -> Iterator[StatusFacts]:
    """Every combination of both CRMs' values, changed or not, with every flag that can play a part in it.

    A flag is varied only where the rule looks at it: acceptance and hand-over at first sight, the grade where a word's
    effect depends on it, the age of evidence where there is a move of ours to stop.
    """
    domains = _domains(agreement)
    by_fit = {word for one in agreement.outcomes.values() if one.effect.fit_at_least for word in one.found_as}
    for current in (None, *agreement.statuses):
        for flags in _flags(first=current is None):
            for sightings in _sightings(domains, first=current is None, converted="conversion" in flags):
                facts = StatusFacts(sightings=sightings, current=current, grade="A", **flags)  # type: ignore[arg-type]
                yield facts
                if any(one.changed and one.value in by_fit for one in sightings):
                    yield replace(facts, grade="D")


def _domains(agreement: Agreement) -> dict[str, tuple[str | None, ...]]:
    """The values of each system, the home of sales first."""
    home = agreement.home[Team.SALES]
    others = sorted({name for one in agreement.statuses.values() for name in one.spelled} - {home})
    return {system: _values(agreement, system) for system in (home, *others)}


def _values(agreement: Agreement, system: str) -> tuple[str | None, ...]:
    """Every status, and one representative of every other kind of value: equal effects need no second word."""
    words = {
        (one.effect, one.reason == DO_NOT_CONTACT): one.found_as[0]
        for one in agreement.outcomes.values()
        if one.found_as
    }
    machine = {one.replace: one.value for one in agreement.system_values}
    spellings = dict.fromkeys(one.spelled[system] for one in agreement.statuses.values() if one.spelled.get(system))
    excepted = {one.means: one.value for one in agreement.exceptions if one.system == system}
    left_alone = tuple(sorted(agreement.leave_alone))[:1]
    return (None, *spellings, *words.values(), *machine.values(), *excepted.values(), *left_alone, NOBODY_KNOWS)


def _flags(*, first: bool) -> Iterator[dict[str, object]]:
    """Being bought matters at first sight only; what a person did matters to a Raw name; conversion stands alone."""
    yield {"opted_out": True}
    bought = ({}, {"bought": True}) if first else ({},)
    hand_overs = HAND_OVERS if first else HAND_OVERS[:1]
    for row in (
        *product(bought, ENGAGED, OWN_MOVES, hand_overs),
        *product(CONVERSIONS, OWN_MOVES[::2], HAND_OVERS[2:]),
    ):
        yield {name: value for part in row for name, value in part.items()}


ENGAGED: tuple[dict[str, object], ...] = ({}, {"engaged": True})
OWN_MOVES: tuple[dict[str, object], ...] = (
    {},
    {"ready": True, "evidence_since_exit": False},
    {"ready": True},
    {"ready": True, "evidence_since_exit": False, "evidence_newer": False},
    {"fell": True},
    {"fell": True, "evidence_newer": False},
)
HAND_OVERS: tuple[dict[str, object], ...] = ({}, {"handed_over": True}, {"handed_over": True, "accepted": True})
CONVERSIONS: tuple[dict[str, object], ...] = (
    {"conversion": None},
    {"conversion": "contact"},
    {"conversion": "opportunity"},
)


def _sightings(
    domains: Mapping[str, tuple[str | None, ...]], *, first: bool, converted: bool
) -> Iterator[tuple[Sighting, ...]]:
    home = next(iter(domains))
    frozen = Sighting(Ref(home, "Lead", "1"), "converted", changed=first, at=AT, created_at=AT, converted=True)
    memories = (True,) if first else (True, False)
    sides = [
        [
            _sighting(system, value, changed=changed, is_lead=system == home and not converted)
            for value, changed in product(values, memories)
        ]
        for system, values in domains.items()
    ]
    for combination in product(*sides):
        yield (frozen, *combination) if converted else combination


def _sighting(system: str, value: str | None, *, changed: bool, is_lead: bool) -> Sighting:
    return Sighting(Ref(system, "Lead" if is_lead else "Contact", "2"), value, changed, AT, AT, is_lead)


def _refusals(first: StatusFinding) -> tuple[frozenset[str], ...]:
    systems = sorted({one.sighting.ref.system for one in first.writes})
    return tuple(
        frozenset(system for system, refuses in zip(systems, mask, strict=True) if refuses)
        for mask in product((False, True), repeat=len(systems))
    )


# One cycle later ----------------------------------------------------------------------------------------------------


class Later(NamedTuple):
    """What is in front of us one cycle later: all that the second decision may depend on."""

    shown: tuple[tuple[Ref, str | None, bool, bool], ...]
    current: str
    reason: str | None
    carrier: Ref | None
    evidence_newer: bool
    evidence_since_exit: bool
    conversion: str | None
    fell: bool
    unchanging: tuple[object, ...]


def _later(
    facts: StatusFacts, first: StatusFinding, refusing: frozenset[str], agreement: Agreement, *, moves: bool
) -> Later:
    written = {one.sighting.ref for one in first.writes}
    moved = first.status != facts.current
    return Later(
        shown=tuple(_shown(one, written, refusing, first, agreement, moves) for one in facts.sightings),
        current=first.status,
        reason=first.reason,
        carrier=first.carrier,
        evidence_newer=facts.evidence_newer and not first.human_moved,
        evidence_since_exit=facts.evidence_since_exit and not moved,
        conversion=None if first.human_moved else facts.conversion,
        fell=facts.fell and not moved,
        unchanging=(
            facts.bought,
            facts.engaged,
            facts.opted_out,
            facts.accepted,
            facts.handed_over,
            facts.grade,
            facts.ready,
        ),
    )


def _shown(
    one: Sighting,
    written: set[Ref],
    refusing: frozenset[str],
    first: StatusFinding,
    agreement: Agreement,
    moves: bool,  # noqa: FBT001 - handed on from `prove`
) -> tuple[Ref, str | None, bool, bool]:
    """(record, value, changed, lead?) after the write was taken or refused; what was in front of us is remembered."""
    value = spelled(agreement, first.status, one.ref.system) if one.ref in written else None
    if value is None:
        return one.ref, one.value, False, one.is_lead
    if one.ref.system in refusing:
        return one.ref, one.value, one.changed and not moves, one.is_lead
    return one.ref, value, False, one.is_lead


def _as_facts(later: Later, facts: StatusFacts) -> StatusFacts:
    rows = zip(later.shown, facts.sightings, strict=True)
    return replace(
        facts,
        sightings=tuple(replace(one, value=value, changed=changed) for (_, value, changed, _), one in rows),
        current=later.current,
        reason=later.reason,
        carrier=later.carrier,
        evidence_newer=later.evidence_newer,
        evidence_since_exit=later.evidence_since_exit,
        conversion=later.conversion,
        fell=later.fell,
    )


def _restless(
    first: StatusFinding, second: StatusFinding, refusing: frozenset[str], agreement: Agreement
) -> str | None:
    if second.status != first.status:
        return f"first {first.status}, a cycle later {second.status}"
    if second.reason != first.reason:
        return f"first because {first.reason}, a cycle later because {second.reason}"
    for one in second.writes:
        system = one.sighting.ref.system
        if system not in refusing and spelled(agreement, second.status, system) is not None:
            return f"{system} is written again: {one.sighting.value} to {second.status}"
    return None
