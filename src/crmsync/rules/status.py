"""How do the values of two CRMs become one status? Read each record, merge the claims, then make our own moves.

The tables are those of the reconciliation semantics: every line has a code that explanations and tests name.
`cycle.prove` enumerates this very function to show that one cycle reaches a fixed point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from crmsync.agreement.model import Agreement, Stage, Status, Team
from crmsync.model.records import Ref
from crmsync.rules.disposition import DO_NOT_CONTACT, Dictionary, Kind, Meaning


class Line(StrEnum):
    """The line of the tables that gave the result."""

    DO_NOT_CONTACT = "do_not_contact"
    RAW_STAYS = "raw_stays"
    UNCHANGED = "unchanged"
    FIRST_RAW = "first_sight_raw"
    FIRST_ACCEPTED = "first_sight_accepted"
    FIRST_HANDED_OVER = "first_sight_handed_over"
    FIRST_INQUIRY = "first_sight_inquiry"
    FIRST_CLAIM = "first_sight_claim"
    FIRST_CLAIM_RAW = "first_sight_claim_bought"
    FIRST_HOME = "first_sight_home_claim"
    FIRST_ORDER = "first_sight_order"
    LEGAL = "legal_claim"
    ADOPTED = "adopted"
    CORRECTED = "corrected"
    PUT_BACK = "put_back"
    NOT_FROM_HOME = "conflict_without_home"
    ENGAGED = "raw_engaged"
    READY = "sales_ready"
    FADED = "interest_faded"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One status field as one live record shows it. `changed`: differs from what we last decided on (or first sight).

    `converted`: a converted lead, or a lead whose value is flagged converted; it claims nothing and is never written.
    """

    ref: Ref
    value: str | None
    changed: bool
    at: datetime
    created_at: datetime
    is_lead: bool = True
    converted: bool = False


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the status rule needs to know of one person. `current` is the status of the open pass, None at first sight.

    `ready` and `fell` come from the sales-ready rule: over the enter threshold, or fallen under the leave threshold
    while waiting. The evidence flags tell whether there is evidence newer than the last human move, and newer than
    when they left the path (at first sight: than the record that says so). `conversion` is one newer than the last
    human move: "contact", "opportunity", or nothing.
    """

    sightings: tuple[Sighting, ...]
    current: str | None
    reason: str | None = None
    carrier: Ref | None = None
    bought: bool = False
    engaged: bool = False
    opted_out: bool = False
    accepted: bool = False
    handed_over: bool = False
    grade: str = ""
    ready: bool = False
    fell: bool = False
    evidence_newer: bool = True
    evidence_since_exit: bool = True
    conversion: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one system says the status should be."""

    system: str
    ref: Ref
    status: str
    at: datetime
    reason: str | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One sighting with its meaning and what it claims."""

    sighting: Sighting
    meaning: Meaning
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class StatusFinding:
    """The one status of the person, the lines that gave it in order, and what each record should be written.

    `human_moved`: a person's claim moved a known status in this cycle. `overruled` claims lost; `writes` are
    (record, status name) where a field should be spelled anew; `unread` are frozen fields; `not_carrier` are legal
    values on other records that are left and listed.
    """

    status: str
    reason: str | None
    lines: tuple[Line, ...]
    readings: tuple[Reading, ...]
    carrier: Ref | None
    human_moved: bool = False
    human_claim: Claim | None = None
    overruled: tuple[Claim, ...] = ()
    writes: tuple[Reading, ...] = ()
    unread: tuple[Reading, ...] = ()
    not_carrier: tuple[Reading, ...] = ()
    bought_but_worked: bool = False


@dataclass(frozen=True, slots=True)
class _Merged:
    status: str
    line: Line
    reason: str | None = None
    human_moved: bool = False
    winner: Claim | None = None
    overruled: tuple[Claim, ...] = ()
    bought_but_worked: bool = False


def status(facts: StatusFacts, agreement: Agreement, dictionary: Dictionary) -> StatusFinding:
    """Decide the one status of a person: read the records, merge their claims, then make the daemon's own moves."""
    readings = tuple(_read(one, facts, agreement, dictionary) for one in facts.sightings)
    carrier = _carrier(readings, facts.carrier, agreement)
    merged = _merge(_speakers(readings, carrier), facts, readings, agreement)
    result, reason, lines = _own_moves(merged, facts, agreement)
    return StatusFinding(
        status=result,
        reason=reason,
        lines=lines,
        readings=readings,
        carrier=carrier,
        human_moved=merged.human_moved,
        human_claim=merged.winner if merged.human_moved else None,
        overruled=merged.overruled,
        writes=tuple(one for one in readings if _to_write(one, result, carrier)),
        unread=tuple(one for one in readings if one.meaning.frozen and not one.sighting.converted),
        not_carrier=tuple(one for one in readings if _left_alone(one, result, carrier)),
        bought_but_worked=merged.bought_but_worked,
    )


# Reading one record -----------------------------------------------------------------------------------------------


def _read(sighting: Sighting, facts: StatusFacts, agreement: Agreement, dictionary: Dictionary) -> Reading:
    meaning = dictionary.meaning(sighting.ref.system, sighting.value)
    if sighting.converted or not sighting.changed:
        return Reading(sighting, meaning)
    claimed, reason = _claimed(meaning, facts, agreement)
    if claimed is None or claimed == facts.current:
        return Reading(sighting, meaning)
    word = sighting.value if meaning.outcome else None
    claim = Claim(sighting.ref.system, sighting.ref, claimed, sighting.at, reason, word)
    return Reading(sighting, meaning, claim)


def _claimed(meaning: Meaning, facts: StatusFacts, agreement: Agreement) -> tuple[str | None, str | None]:
    if meaning.kind is Kind.STATUS:
        return (None if facts.current in meaning.statuses else meaning.statuses[0]), None
    if meaning.outcome is None or meaning.outcome.effect.keeps:
        return None, None
    effect = meaning.outcome.effect
    if effect.fit_at_least is None:
        return effect.status, meaning.outcome.reason
    good = _grade_at_least(facts.grade, effect.fit_at_least, agreement)
    return (effect.then if good else effect.otherwise), meaning.outcome.reason


def _grade_at_least(grade: str, wanted: str, agreement: Agreement) -> bool:
    order = [name for name, _ in agreement.scoring.grades]
    return grade in order and wanted in order and order.index(grade) <= order.index(wanted)


# Who carries the pass, who speaks for a system ----------------------------------------------------------------------


def _carrier(readings: Sequence[Reading], known: Ref | None, agreement: Agreement) -> Ref | None:
    """The record that carries the pass: it moves only on conversion, merge or delete.

    Among several open leads: highest order, then earliest creation, then id.
    """
    open_leads = [one for one in readings if one.sighting.is_lead and not one.sighting.converted]
    candidates = open_leads or [one for one in readings if not one.sighting.is_lead]
    if known is not None and any(one.sighting.ref == known for one in candidates):
        return known
    home = agreement.home.get(Team.SALES)
    ranked = sorted(
        candidates,
        key=lambda one: (
            one.sighting.ref.system != home,
            -_order(one.meaning, agreement),
            one.sighting.created_at,
            one.sighting.ref,
        ),
    )
    return ranked[0].sighting.ref if ranked else None


def _order(meaning: Meaning, agreement: Agreement) -> float:
    return max((_rank(agreement.statuses[name]) for name in meaning.statuses), default=-1.0)


def _rank(one: Status) -> float:
    """Disqualified before everything, then the success path by order, recycled right behind inquiry."""
    if one.stage is Stage.DISQUALIFIED:
        return 100.0
    if one.stage.order is not None:
        return float(one.stage.order)
    return 0.5


def _speakers(readings: Sequence[Reading], carrier: Ref | None) -> tuple[Claim, ...]:
    """One claim per system: the carrier's, else the latest server stamp's, else by id."""
    speakers: dict[str, Claim] = {}
    for claim in (one.claim for one in readings if one.claim is not None):
        rival = speakers.get(claim.system)
        if rival is None or _speaks_before(claim, rival, carrier):
            speakers[claim.system] = claim
    return tuple(speakers.values())


def _speaks_before(claim: Claim, rival: Claim, carrier: Ref | None) -> bool:
    return (claim.ref == carrier, claim.at, rival.ref) > (rival.ref == carrier, rival.at, claim.ref)


# Merging the claims of a person: the first line that fits -----------------------------------------------------------


def _merge(claims: tuple[Claim, ...], facts: StatusFacts, readings: Sequence[Reading], agreement: Agreement) -> _Merged:
    if facts.opted_out or any(one.meaning.do_not_contact for one in readings):
        disqualified = _named(agreement, Stage.DISQUALIFIED)
        return _Merged(disqualified, Line.DO_NOT_CONTACT, DO_NOT_CONTACT, overruled=_but(claims, disqualified))
    if facts.current is None:
        return _first_sight(claims, facts, agreement)
    if not claims:
        return _Merged(facts.current, Line.UNCHANGED, facts.reason)
    merged = _known(claims, facts.current, facts, agreement)
    if agreement.statuses[facts.current].stage is Stage.RAW and not facts.engaged:
        return _raw_stays(merged, claims, facts, agreement)
    return merged


def _raw_stays(merged: _Merged, claims: tuple[Claim, ...], facts: StatusFacts, agreement: Agreement) -> _Merged:
    if agreement.statuses[merged.status].stage is Stage.DISQUALIFIED:
        return merged
    return _Merged(_named(agreement, Stage.RAW), Line.RAW_STAYS, facts.reason, overruled=claims)


def _first_sight(claims: tuple[Claim, ...], facts: StatusFacts, agreement: Agreement) -> _Merged:
    if not claims:
        return _first_sight_of_nothing(facts, agreement)
    winner, line = _first_winner(claims, agreement)
    others = _but(claims, winner.status)
    bought_only = facts.bought and not facts.engaged
    if bought_only and agreement.statuses[winner.status].stage in {Stage.INQUIRY, Stage.RAW}:
        return _Merged(_named(agreement, Stage.RAW), Line.FIRST_CLAIM_RAW, winner=winner, overruled=others)
    worked = bought_only and _rank(agreement.statuses[winner.status]) > _rank_of(agreement, Stage.INQUIRY)
    return _Merged(winner.status, line, winner.reason, winner=winner, overruled=others, bought_but_worked=worked)


def _first_sight_of_nothing(facts: StatusFacts, agreement: Agreement) -> _Merged:
    if facts.bought and not facts.engaged:
        return _Merged(_named(agreement, Stage.RAW), Line.FIRST_RAW)
    if facts.accepted:
        return _Merged(_named(agreement, Stage.SAL), Line.FIRST_ACCEPTED)
    if facts.handed_over:
        return _Merged(_named(agreement, Stage.MQL), Line.FIRST_HANDED_OVER)
    return _Merged(_named(agreement, Stage.INQUIRY), Line.FIRST_INQUIRY)


def _first_winner(claims: tuple[Claim, ...], agreement: Agreement) -> tuple[Claim, Line]:
    if len({one.status for one in claims}) == 1:
        return claims[0], Line.FIRST_CLAIM
    at_home = [one for one in claims if one.system == agreement.home[agreement.statuses[one.status].owned_by]]
    if len({one.status for one in at_home}) == 1:
        return at_home[0], Line.FIRST_HOME
    sales_home = agreement.home[Team.SALES]
    best = max(claims, key=lambda one: (_rank(agreement.statuses[one.status]), one.system == sales_home, one.system))
    return best, Line.FIRST_ORDER


def _known(claims: tuple[Claim, ...], current: str, facts: StatusFacts, agreement: Agreement) -> _Merged:
    if len({one.status for one in claims}) == 1:
        return _one_value(claims, current, facts, agreement)
    home = agreement.home[agreement.statuses[current].owned_by]
    at_home = tuple(one for one in claims if one.system == home)
    if not at_home:
        return _Merged(current, Line.NOT_FROM_HOME, facts.reason, overruled=claims)
    merged = _one_value(at_home, current, facts, agreement)
    return replace(merged, overruled=(*merged.overruled, *_but(claims, at_home[0].status)))


def _one_value(claims: tuple[Claim, ...], current: str, facts: StatusFacts, agreement: Agreement) -> _Merged:
    claim = claims[0]
    if any(_legal(agreement, current, claim.status, one.system) for one in claims):
        return _Merged(claim.status, Line.LEGAL, claim.reason, human_moved=True, winner=claim)
    signed = next((c for c in agreement.corrections if (c.from_status, c.to_status) == (current, claim.status)), None)
    if signed is not None:
        return _Merged(signed.becomes, Line.CORRECTED, signed.reason, human_moved=True, winner=claim, overruled=claims)
    if agreement.on_illegal == "correct" or agreement.statuses[claim.status].only_by_conversion:
        return _Merged(current, Line.PUT_BACK, facts.reason, overruled=claims)
    return _Merged(claim.status, Line.ADOPTED, claim.reason, human_moved=True, winner=claim)


def teams_of(agreement: Agreement, system: str) -> frozenset[Team]:
    """The teams for which a system speaks."""
    return frozenset(team for team, home in agreement.home.items() if home == system)


def _legal(agreement: Agreement, current: str, wanted: str, system: str) -> bool:
    speaks_for = teams_of(agreement, system)
    return any(move.to == wanted and move.by & speaks_for for move in agreement.statuses[current].next)


# The daemon's own moves, inside the same decision -------------------------------------------------------------------


def _own_moves(merged: _Merged, facts: StatusFacts, agreement: Agreement) -> tuple[str, str | None, tuple[Line, ...]]:
    """Make every move that is ours until nothing changes: engagement, conversion, sales-ready, faded interest.

    A person's move of a known status stands for this cycle, and until there is evidence newer than it.
    """
    now, reason, lines = merged.status, merged.reason, [merged.line]
    if merged.line is Line.DO_NOT_CONTACT:
        return now, reason, tuple(lines)
    for _ in agreement.statuses:
        move = _own_move(now, merged, facts, agreement)
        if move is None:
            break
        now, reason, line = move
        lines.append(line)
    return now, reason, tuple(lines)


def _own_move(
    now: str, merged: _Merged, facts: StatusFacts, agreement: Agreement
) -> tuple[str, str | None, Line] | None:
    stage = agreement.statuses[now].stage
    if stage is Stage.RAW and facts.engaged:
        return _named(agreement, Stage.INQUIRY), None, Line.ENGAGED
    if merged.human_moved:
        return None
    if to := _by_conversion(now, facts, agreement):
        return to, None, Line.CONVERTED
    if stage is Stage.RAW or not facts.evidence_newer:
        return None
    ours = _next_by(agreement, now, Team.DAEMON)
    left_path = stage.order is None
    mql = _name_or_none(agreement, Stage.MQL)
    if facts.ready and mql in ours and not (left_path and not facts.evidence_since_exit):
        return str(mql), None, Line.READY
    recycled = _name_or_none(agreement, Stage.RECYCLED)
    if facts.fell and stage is Stage.MQL and recycled in ours and now == facts.current:
        return str(recycled), "INTEREST_FADED", Line.FADED
    return None


def _by_conversion(now: str, facts: StatusFacts, agreement: Agreement) -> str | None:
    with_opportunity = facts.conversion == "opportunity"
    candidates = _next_by(agreement, now, Team.CONVERSION) if facts.conversion else ()
    fitting = (to for to in candidates if agreement.statuses[to].only_by_conversion is with_opportunity)
    return next(fitting, None)


def _next_by(agreement: Agreement, now: str, team: Team) -> tuple[str, ...]:
    return tuple(move.to for move in agreement.statuses[now].next if team in move.by)


# What each record should then say -----------------------------------------------------------------------------------


def _to_write(reading: Reading, result: str, carrier: Ref | None) -> bool:
    meaning = reading.meaning
    if reading.sighting.converted or meaning.frozen or result in meaning.statuses:
        return False
    if meaning.kind is Kind.SYSTEM:
        return meaning.replace
    return meaning.kind in {Kind.OUTCOME, Kind.REASON} or _follows(reading.sighting, carrier)


def _follows(sighting: Sighting, carrier: Ref | None) -> bool:
    """A record follows the pass if it carries it or is the only one of its system that could."""
    return carrier is None or sighting.ref == carrier or sighting.ref.system != carrier.system


def _left_alone(reading: Reading, result: str, carrier: Ref | None) -> bool:
    sighting = reading.sighting
    return (
        reading.meaning.kind is Kind.STATUS
        and result not in reading.meaning.statuses
        and not sighting.converted
        and not _follows(sighting, carrier)
    )


def _but(claims: Sequence[Claim], winner: str) -> tuple[Claim, ...]:
    return tuple(one for one in claims if one.status != winner)


def _name_or_none(agreement: Agreement, stage: Stage) -> str | None:
    found = agreement.status_for(stage)
    return found.name if found else None


def _named(agreement: Agreement, stage: Stage) -> str:
    """The status for a stage; an agreement without one falls back to the nearest earlier stage it has."""
    found = _name_or_none(agreement, stage)
    if found is not None:
        return found
    order = stage.order or 0
    earlier = [one for one in agreement.statuses.values() if one.stage.order is not None and one.stage.order <= order]
    return max(earlier or list(agreement.statuses.values()), key=_rank).name


def _rank_of(agreement: Agreement, stage: Stage) -> float:
    return _rank(agreement.statuses[_named(agreement, stage)])


def spelled(agreement: Agreement, name: str, system: str) -> str | None:
    """How a system spells a status, or None where it cannot."""
    return agreement.statuses[name].spelled.get(system)
