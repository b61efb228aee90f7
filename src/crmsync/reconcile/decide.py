"""What should be true of one person now? The one place that orders the rules and hands findings on.

Order: bought name? - score - sales-ready - status - trip through the funnel - owner - first-touch clock - what each
record should say. Pure: the same observation, agreement and instant give the same decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crmsync.agreement.model import Sla, Stage, Team
from crmsync.model.decisions import Because, ChangeKind, Decision, Desired, Finding, OwnerRequest, Score, TaskRequest
from crmsync.model.people import ECHO, US, Observed, Owner, Pass
from crmsync.model.records import RecordKind, Ref, Snapshot, Value
from crmsync.reconcile import facts as known
from crmsync.reconcile.echo import Maker, Swing, maker, swings, told_last, without_echoes
from crmsync.reconcile.facts import STATUS, Context
from crmsync.reconcile.restored import kept, put_back, released
from crmsync.reconcile.trip import stage_events, trip_after
from crmsync.reconcile.wording import because_status, findings_of, findings_of_syncs, observations_of
from crmsync.rules.conditions import holds
from crmsync.rules.imports import ImportFacts, ImportFinding, import_state
from crmsync.rules.routing import RoutingFacts, route, vacancy
from crmsync.rules.sales_ready import Readiness, ReadyFacts, Region, interest_thresholds, region, sales_ready
from crmsync.rules.score import ASKED_FOR_DEMO, ScoreFacts, last_signal, newest_evidence, score
from crmsync.rules.sla import ClockFinding, FirstTouchFacts, first_touch
from crmsync.rules.sla_task import TaskFacts, overdue_task
from crmsync.rules.status import Sighting, StatusFacts, StatusFinding, spelled, status

OWES_A_TOUCH = frozenset({Stage.MQL, Stage.SAL})
A_DAY = timedelta(days=1)
OUTSIDE = frozenset({Stage.RAW, Stage.DISQUALIFIED})


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the rules found about one person, kept together so that `explain` can tell the whole story."""

    records: tuple[Snapshot, ...]
    attributes: Mapping[str, Value]
    bought: ImportFinding
    score: Score
    readiness: Readiness
    region: Region
    status: StatusFinding | None = None
    trip: Pass | None = None
    clock: ClockFinding | None = None
    makers: Mapping[Ref, Maker] = field(default_factory=dict)
    echoes: tuple[Sighting, ...] = ()
    swings: tuple[Swing, ...] = ()


def decide(observed: Observed, context: Context, now: datetime) -> Decision:
    """Decide one person. An ambiguous person, or one without live records, is left entirely alone."""
    decision, _ = decide_with_findings(observed, context, now)
    return decision


def decide_with_findings(observed: Observed, context: Context, now: datetime) -> tuple[Decision, Findings | None]:
    """Decide one person and keep what every rule found on the way."""
    records = known.live_records(observed, context.agreement)
    if observed.ambiguous or not records:
        return Decision(observed.person, now, observed.trip), None
    remembered, observed = observed, put_back(observed, records, context.agreement, context.dictionary)
    found = _measured(observed, records, context, now)
    if _outside_the_funnel(observed, found, context):
        return _only_measured(observed, found, now), found
    facts, found = _status_facts(observed, found, context, now)
    decided = status(facts, context.agreement, context.dictionary)
    trip = trip_after(observed, found.records, decided, context.agreement, now)
    found = replace(found, status=decided, trip=trip)
    found = replace(found, clock=_clock(observed, found, context, now))
    decision = _decision(observed, found, context, now)
    events = stage_events(remembered, trip, decided, context.agreement, now)
    return replace(decision, stage_events=events), found


# Measuring: bought, score, sales-ready ------------------------------------------------------------------------------


def _measured(observed: Observed, records: tuple[Snapshot, ...], context: Context, now: datetime) -> Findings:
    agreement = context.agreement
    attributes = known.attributes(records) | known.deal_facts(observed.deals)
    activities = observed.activities
    together = max(observed.burst.values(), default=0)
    imported = ImportFacts(tuple(one.values for one in records), activities, observed.lists, together)
    bought = import_state(imported, agreement.imports, now)
    asked = interest_thresholds(agreement.qualification.ready)
    measured = score(ScoreFacts(attributes, activities), agreement.scoring, now, asked)
    ready = ReadyFacts(
        score=measured,
        attributes=attributes,
        asked_for_demo_at=last_signal(activities, agreement.scoring, ASKED_FOR_DEMO, now),
        raw=bought.bought and not bought.engaged,
        do_not_contact=known.opted_out(records),
    )
    readiness = sales_ready(ready, agreement.qualification, now)
    where = region(readiness, measured, agreement.scoring)
    return Findings(records, attributes, bought, measured, readiness, where)


def _outside_the_funnel(observed: Observed, found: Findings, context: Context) -> bool:
    """Customers, and contacts nobody ever engaged, who have no status anywhere: they have no trip to decide on."""
    if observed.trip is not None or any(one.text(STATUS) for one in found.records):
        return False
    if any(one.kind is RecordKind.LEAD for one in found.records):
        return False
    excluded = context.agreement.not_in_funnel
    if excluded is not None and holds(excluded, found.attributes) is True:
        return True
    home = context.agreement.home[Team.SALES]
    return all(one.ref.system == home for one in found.records) and not found.bought.engaged


def _only_measured(observed: Observed, found: Findings, now: datetime) -> Decision:
    seen = {(one.ref, STATUS): one.text(STATUS) for one in found.records if STATUS in one.values}
    return Decision(observed.person, now, None, score=found.score, seen=seen, released=released(observed))


# Status -------------------------------------------------------------------------------------------------------------


def _status_facts(observed: Observed, found: Findings, context: Context, now: datetime) -> tuple[StatusFacts, Findings]:
    """What the status rule looks at; what a sync copied over counts as unchanged and is kept in the findings."""
    trip = observed.trip
    shown = [one for one in found.records if STATUS in one.values]
    makers = {one.ref: maker(one, STATUS, observed, context) for one in shown}
    seen = tuple(_sighting(one, makers[one.ref], observed, context) for one in shown)
    sightings, echoes = without_echoes(seen, makers, observed, context)
    found = replace(found, makers=makers, echoes=echoes, swings=swings(observed, context, now))
    evidence = max((at for at in (newest_evidence(found.score), found.bought.last_engaged_at) if at), default=None)
    human = trip.human_moved_at if trip else None
    left_at = trip.status_since if trip else max(one.at for one in sightings) if sightings else now
    owner = _sales_owner(found, context)
    conversion = known.converted_at(found.records)
    facts = StatusFacts(
        sightings=sightings,
        current=trip.status if trip else None,
        reason=trip.reason if trip else None,
        carrier=trip.carrier if trip else None,
        bought=found.bought.bought,
        engaged=found.bought.engaged,
        opted_out=known.opted_out(found.records),
        accepted=known.accepted_by(owner, observed.activities, context.directory) or conversion is not None,
        handed_over=owner is not None,
        grade=found.score.grade,
        ready=found.region is Region.HIGH,
        fell=_fell(observed, found, context),
        evidence_newer=human is None or (evidence is not None and evidence > human),
        evidence_since_exit=evidence is not None and left_at is not None and evidence > left_at,
        conversion=conversion[1] if conversion and (human is None or conversion[0] > human) else None,
    )
    return facts, found


def _sighting(record: Snapshot, made: Maker, observed: Observed, context: Context) -> Sighting:
    value = record.text(STATUS)
    key = (record.ref, STATUS)
    flagged = value is not None and value in context.converted_values.get(record.ref.system, frozenset())
    return Sighting(
        ref=record.ref,
        value=value,
        changed=key not in observed.seen or observed.seen[key] != value,
        at=made.at,
        created_at=record.instant("created_at") or record.modified_at,
        is_lead=record.kind is RecordKind.LEAD,
        converted=record.kind is RecordKind.LEAD and (record.converted or flagged),
    )


def _sales_owner(found: Findings, context: Context) -> Owner | None:
    """The person in sales who owns the record that carries the matter: the first live one, a frozen lead excepted."""
    carrier = next((one for one in found.records if not one.converted), None)
    return known.human_owner(carrier, context) if carrier else None


def _fell(observed: Observed, found: Findings, context: Context) -> bool:
    """Whether the interest was there when the status began and has faded since; who never had it did not lose it."""
    trip = observed.trip
    if trip is None or trip.status_since is None or found.region is not Region.LOW:
        return False
    then = score(ScoreFacts(found.attributes, observed.activities), context.agreement.scoring, trip.status_since)
    return then.interest >= context.agreement.scoring.leave


# Owner and clock ----------------------------------------------------------------------------------------------------


def _stage(found: Findings, context: Context) -> Stage | None:
    name = found.trip.status if found.trip else None
    return context.agreement.statuses[name].stage if name else None


def _owner_request(observed: Observed, found: Findings, context: Context, now: datetime) -> OwnerRequest | None:
    """Ask for an owner for every record that should have one and has none, a queue, or somebody who left."""
    trip = found.trip
    if trip is None or _stage(found, context) not in OWES_A_TOUCH:
        return None
    owned = [one for one in found.records if "owner" in one.values and not one.converted]
    closed = {*kept(observed), *((one.ref, one.field) for one in found.swings)}
    vacant = [one for one in owned if _vacant(one, context) and (one.ref, "owner") not in closed]
    if not vacant:
        return None
    lead = vacant[0]
    keys = (owner.key for owner in (known.human_owner(one, context) for one in owned) if owner and owner.active)
    answer = route(
        RoutingFacts(
            attributes=found.attributes,
            system=lead.ref.system,
            owner_id=lead.text("owner"),
            owner=context.directory.of(lead.ref.system, lead.text("owner")),
            directory=context.directory,
            relations=tuple(key for key in keys if key),
        ),
        context.agreement.routing,
        now,
    )
    if not answer.needed:
        return None
    return OwnerRequest(
        person=observed.person,
        pass_number=trip.number,
        targets=tuple(one.ref for one in vacant),
        score=found.score.interest,
        since=trip.status_since or now,
        relationship=answer.relationship,
        team=answer.team,
        lane=_lane(found),
        because=Because(f"owner.{answer.why.replace(' ', '_')}", {"rule": str(answer.rule or "")}),
    )


def _vacant(record: Snapshot, context: Context) -> bool:
    why = vacancy(record.text("owner"), context.directory.of(record.ref.system, record.text("owner")))
    return why is not None and why in context.agreement.routing.change_owner_only_if


def _clock(observed: Observed, found: Findings, context: Context, now: datetime) -> ClockFinding:
    trip = found.trip
    subject = _task_record(found, context)
    if trip is None or subject is None:
        return ClockFinding()
    agreement = context.agreement
    owner = known.human_owner(subject, context)
    active = owner if owner is not None and owner.active else None
    stage = _stage(found, context)
    since, evidence = _owned_since(observed, subject)
    facts = FirstTouchFacts(
        person=observed.person,
        pass_number=trip.number,
        subject=_started_on(observed, subject),
        owner=active.key if active else None,
        owned_since=since,
        evidence=evidence,
        with_sales_since=trip.with_sales_since if stage in OWES_A_TOUCH else None,
        activities=observed.activities,
        calendar=context.calendar,
        directory=context.directory,
        go_live=agreement.go_live,
        agreement=agreement.content,
        org_id=context.org_ids.get(subject.ref.system, ""),
        clocks=tuple(one for one in observed.clocks if one.pass_number == trip.number),
        teams=context.teams,
        not_spoken=context.not_spoken,
        bought=stage is Stage.RAW,
        accepted=stage is not Stage.MQL,
        left_at=trip.status_since if stage not in OWES_A_TOUCH else None,
    )
    return first_touch(facts, _section(observed, trip, context), now)


def _section(observed: Observed, trip: Pass, context: Context) -> Sla:
    """A running clock keeps the agreement under which it started."""
    running = [one for one in observed.clocks if one.pass_number == trip.number and one.closed_at is None]
    under = context.agreements.get(running[-1].agreement) if running else None
    return (under or context.agreement).sla


def _task_record(found: Findings, context: Context) -> Snapshot | None:
    """The record an overdue task stands on: the one that carries the trip, in the CRM where tasks are made."""
    here = [one for one in found.records if one.ref.system == context.agreement.sla.task_system and not one.converted]
    carrier = found.trip.carrier if found.trip else None
    return next((one for one in here if one.ref == carrier), here[0] if here else None)


def _started_on(observed: Observed, subject: Snapshot) -> Ref:
    """The record on which the promise started: a conversion in between does not make it another promise."""
    running = [one for one in observed.clocks if one.closed_at is None]
    return running[-1].subject if running else subject.ref


def _owned_since(observed: Observed, subject: Snapshot) -> tuple[datetime | None, str]:
    """When the present owner was set: by the CRM's history, else the version that first showed them, else creation."""
    told = told_last(subject, "owner", observed)
    if told is not None:
        return told.at, "history"
    changes = [one for one in observed.observations if one.ref == subject.ref and one.field == "owner"]
    present = subject.text("owner")
    if changes and changes[-1].value != present:
        return subject.modified_at, "record version"
    if len(changes) > 1:
        return changes[-1].at, "record version"
    return subject.instant("created_at") or subject.modified_at, "creation"


# The decision -------------------------------------------------------------------------------------------------------


def _decision(observed: Observed, found: Findings, context: Context, now: datetime) -> Decision:
    decided, trip = found.status, found.trip
    if decided is None or trip is None:
        return _only_measured(observed, found, now)
    wanted, quiet_until = _status_values(observed, found, decided, context, now)
    request = _owner_request(observed, found, context, now)
    clock = found.clock or ClockFinding()
    return Decision(
        person=observed.person,
        at=now,
        trip=trip,
        desired=(*wanted, *_score_values(observed, found, context)),
        owner_request=request,
        task_requests=_task_requests(observed, found, context, now),
        clocks=clock.clocks,
        findings=(*findings_of(decided, found.bought, request, context.agreement), *_syncs(found, context)),
        observations=observations_of(observed, found.records, decided, found.makers, found.echoes, context),
        score=found.score,
        seen={(one.ref, STATUS): one.text(STATUS) for one in found.records if STATUS in one.values},
        frozen=frozenset((one.sighting.ref, STATUS) for one in decided.unread),
        released=released(observed),
        recheck_at=_next_look(
            (
                quiet_until,
                found.score.next_step_at,
                found.readiness.recheck_at,
                clock.recheck_at,
                *(one.last + A_DAY for one in found.swings),
                _burst_over(found, context),
            ),
            now,
        ),
        trail=tuple(Because(f"line.{line.value}") for line in decided.lines),
    )


def _syncs(found: Findings, context: Context) -> tuple[Finding, ...]:
    return findings_of_syncs(found.echoes, found.swings, found.makers, context.directory)


def _status_values(
    observed: Observed, found: Findings, decided: StatusFinding, context: Context, now: datetime
) -> tuple[tuple[Desired, ...], datetime | None]:
    """The status of every record that should be spelled anew; one that a person just edited waits its quiet time."""
    wanted: list[Desired] = []
    waits: list[datetime] = []
    home = context.agreement.home[Team.SALES]
    closed = {*kept(observed), *((one.ref, one.field) for one in found.swings)}
    for reading in decided.writes:
        ref = reading.sighting.ref
        value = spelled(context.agreement, decided.status, ref.system)
        if value is None or (ref, STATUS) in closed:
            continue
        quiet = _quiet_until(observed, reading.sighting, found, context)
        if quiet is not None and quiet > now:
            waits.append(quiet)
            continue
        contact = not reading.sighting.is_lead and ref.system == home
        kind = ChangeKind.CONTACT_STATUS if contact else ChangeKind.STATUS
        wanted.append(
            Desired(ref, STATUS, value, kind, because_status(reading, decided, found.bought, context.agreement))
        )
    return tuple(wanted), min(waits, default=None)


def _quiet_until(observed: Observed, sighting: Sighting, found: Findings, context: Context) -> datetime | None:
    """Until when a person's fresh edit is left in peace; a first sight is no edit, nor is our own write or an echo."""
    past = [one for one in observed.observations if one.ref == sighting.ref and one.field == STATUS]
    record = known.record_of(observed.records, sighting.ref)
    ours = record is not None and record.text("modified_by") == context.us.get(sighting.ref.system)
    ours = ours or found.makers[sighting.ref].actor == US
    edits = [one.at for one in past[1:] if one.meaning != ECHO]
    edits += [sighting.at] if sighting.changed and past and not ours else []
    return edits[-1] + timedelta(minutes=context.agreement.quiet_minutes) if edits else None


def _score_values(observed: Observed, found: Findings, context: Context) -> tuple[Desired, ...]:
    """The score on every record that has a place for it; nothing known about somebody is not worth a write."""
    empty = found.score.grade.endswith("?") and found.score.interest < context.agreement.scoring.step
    if _stage(found, context) in OUTSIDE:
        return ()
    because = Because("score.changed", {"grade": found.score.grade, "interest": f"{found.score.interest:.1f}"})
    taken_back = kept(observed)
    return tuple(
        Desired(one.ref, "score", found.score.shown, ChangeKind.SCORE, because)
        for one in found.records
        if "score" in one.values and not one.converted and not (empty and one.text("score") is None)
        if (one.ref, "score") not in taken_back
    )


def _task_requests(observed: Observed, found: Findings, context: Context, now: datetime) -> tuple[TaskRequest, ...]:
    clock, trip = found.clock, found.trip
    record = _task_record(found, context)
    if clock is None or clock.clock is None or clock.task_key is None or record is None or trip is None:
        return ()
    owner = known.human_owner(record, context)
    facts = TaskFacts(
        clock=clock.clock,
        key=clock.task_key,
        about=record.ref,
        attributes=found.attributes,
        score=found.score,
        activities=observed.activities,
        touches=clock.touches,
        owner_name=owner.name if owner else clock.clock.owner,
        calendar=context.calendar,
        status_changed_at=trip.human_moved_at if _after(trip.human_moved_at, clock.clock.started_at) else None,
        key_in_text=not context.task_field,
        manager=(owner.manager or "") if owner else "",
    )
    draft = overdue_task(facts, context.agreement, now)
    return (TaskRequest(observed.person, draft, found.score.interest, clock.clock.due_at, _lane(found)),)


def _lane(found: Findings) -> int:
    """Whoever asked for a demo comes before the rest."""
    return 0 if found.readiness.fast_lane else 1


def _after(at: datetime | None, start: datetime) -> bool:
    return at is not None and at > start


def _burst_over(found: Findings, context: Context) -> datetime | None:
    """When it is known how many records were made together with theirs; only where the agreement asks for that."""
    burst = context.agreement.imports.burst
    made = [at for at in (one.instant("created_at") for one in found.records) if at is not None]
    return max(made) + burst.within if burst is not None and made and not found.bought.bought else None


def _next_look(candidates: tuple[datetime | None, ...], now: datetime) -> datetime | None:
    return min((at for at in candidates if at is not None and at > now), default=None)
