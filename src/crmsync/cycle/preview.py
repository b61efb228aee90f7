"""What is in front of us, person by person, judged by the same rules that decide: for counting, never for writing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from crmsync.agreement.model import Agreement
from crmsync.cycle.context import context
from crmsync.cycle.streams import streams
from crmsync.cycle.wiring import Wiring
from crmsync.mappings.read import read_person
from crmsync.model.activities import ActivityKind
from crmsync.model.looks import Look
from crmsync.model.people import Observed, Owner
from crmsync.model.records import Snapshot
from crmsync.reconcile import facts as known
from crmsync.reconcile.decide import Findings, decide_with_findings
from crmsync.reconcile.facts import Context
from crmsync.rules.sla import FIRST_TOUCH
from crmsync.rules.touches import TouchFacts, touches

CHUNK = 500
REACHED = frozenset({ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.MEETING})


def look(wiring: Wiring, since: date) -> Iterator[Look]:
    """Every person as the last cycle saw them, their promises counted as if crmsync had watched since a day.

    Nothing is decided or kept: the agreement with the earlier day lives in this function only.
    """
    specs = streams(wiring, offline=True)
    watching = replace(wiring.agreement, go_live=since)
    now = _as_of(wiring)
    surroundings = replace(context(wiring, specs, offline=True), agreement=watching)
    persons = wiring.store.person_ids()
    for start in range(0, len(persons), CHUNK):
        for observed in wiring.store.observe(
            persons[start : start + CHUNK], specs.persons, read_person, wiring.agreement.imports.burst_within
        ):
            yield _look(observed, surroundings, now)
    strays = wiring.store.raw_records(wiring.store.refs_without_person(), specs.persons)
    for ref, raw in strays.items():
        yield Look("", (read_person(raw, specs.persons[ref.system, ref.object]),), ambiguous=True)


def _as_of(wiring: Wiring) -> datetime:
    cycles = wiring.store.cycles(1)
    return cycles[0].started_at if cycles else wiring.clock.now()


def _look(observed: Observed, surroundings: Context, now: datetime) -> Look:
    decision, found = decide_with_findings(observed, surroundings, now)
    records = tuple(one for one in observed.records if not one.deleted)
    reached = sum(one.kind in REACHED and not one.open and not one.deleted for one in observed.activities)
    if found is None or found.trip is None:
        return Look(observed.person, records, activities=reached, ambiguous=observed.ambiguous)
    carrier, owner = _carrier(found, surroundings)
    given_at = carrier.instant("created_at") if carrier and owner else None
    clock = found.clock.clock if found.clock else None
    return Look(
        person=observed.person,
        records=records,
        status=found.trip.status,
        reason=found.trip.reason,
        line=decision.trail[0].code.removeprefix("line.") if decision.trail else "",
        bought=found.bought.bought,
        engaged=found.bought.engaged,
        owner=(owner.key or "") if owner else "",
        given_at=given_at,
        touched=_touched(observed, (owner.key or "") if owner else "", given_at, surroundings, now),
        clock=clock,
        overdue=bool(found.clock and found.clock.overdue),
        activities=reached,
    )


def _carrier(found: Findings, surroundings: Context) -> tuple[Snapshot | None, Owner | None]:
    """The record sales works on and who in sales owns it: an open one first, else the frozen lead."""
    ranked = sorted(found.records, key=lambda one: one.converted)
    owned = ((one, known.human_owner(one, surroundings)) for one in ranked)
    return next(((one, owner) for one, owner in owned if owner is not None), (next(iter(ranked), None), None))


def _touched(observed: Observed, owner: str, since: datetime | None, surroundings: Context, now: datetime) -> bool:
    rule = _first_touch_rule(surroundings.agreement)
    if not owner or since is None:
        return False
    by = surroundings.teams.get(owner, frozenset()) | {owner}
    seen = TouchFacts(observed.activities, by, since, rule, surroundings.directory, surroundings.not_spoken)
    return touches(seen, now).first is not None


def _first_touch_rule(agreement: Agreement) -> frozenset[str]:
    rule = agreement.sla.clock(FIRST_TOUCH)
    return rule.touches if rule else frozenset({"call", "personal_email", "meeting"})
