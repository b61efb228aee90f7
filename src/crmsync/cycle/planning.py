"""Decide everybody who is due, settle what spans persons, hold the difference against the safety limits."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crmsync.agreement.model import Agreement
from crmsync.connectors.lanes import Lane
from crmsync.cycle.context import context, task_stream
from crmsync.cycle.refused import refused_lately
from crmsync.cycle.spending import no_room_for
from crmsync.cycle.streams import Streams
from crmsync.cycle.wiring import Wiring
from crmsync.mappings.conform import Leave, LeaveReason, conform
from crmsync.mappings.read import read_person
from crmsync.model.decisions import Decision, Desired
from crmsync.model.memory import Recording, SetAside
from crmsync.model.people import Directory, Observed
from crmsync.model.plans import Change, PlanHeader, PlanRow, RowState, Verdict, VerdictKind
from crmsync.model.records import Ref, Snapshot
from crmsync.reconcile.decide import decide
from crmsync.reconcile.facts import Context, live_records
from crmsync.reconcile.guard import FIRST_PLAN, Limits, Situation, guard
from crmsync.reconcile.plan import Conformed, changes_of, digest, in_order, task_change
from crmsync.reconcile.settle import Settled, Staff, settle

CHUNK = 500
EVERYBODY = 10_000_000
A_DAY = timedelta(days=1)
UNDER_WAY = frozenset({RowState.INTENT, RowState.SENT, RowState.IN_DOUBT, RowState.RETRYABLE})


@dataclass(frozen=True, slots=True)
class Decided:
    """Who was decided on, from what, and the changes that came of it before and after settling."""

    decisions: tuple[Decision, ...]
    inputs: Mapping[str, Observed]
    marks: Mapping[str, int]
    changes: tuple[Change, ...]
    settled: Settled
    aside: tuple[SetAside, ...]


def plan(
    wiring: Wiring, streams: Streams, cycle: int, now: datetime, before_pull: Mapping[tuple[str, str], int]
) -> Recording:
    """Everything this cycle wants to be true, ready to be kept in one transaction."""
    decided = _without_refused(_decide_due(wiring, streams, now), wiring, now)
    rows = _rows(wiring, decided, now, before_pull)
    return Recording(
        cycle=cycle,
        now=now,
        decisions=decided.decisions,
        marks=decided.marks,
        inputs=decided.inputs,
        header=_header(rows, cycle, now, wiring),
        rows=rows,
        pools=decided.settled.pools,
        assignments=decided.settled.assignments,
        set_aside=decided.aside,
    )


# Deciding -----------------------------------------------------------------------------------------------------------


def _decide_due(wiring: Wiring, streams: Streams, now: datetime) -> Decided:
    store = wiring.store
    due = {one.person: one.mark for one in store.dirty(now, EVERYBODY)}
    if not due:
        return Decided((), {}, {}, (), Settled(pools=store.pools()), ())
    surroundings = context(wiring, streams)
    decisions: list[Decision] = []
    inputs: dict[str, Observed] = {}
    changes: list[Change] = []
    left: list[tuple[Desired, Leave]] = []
    for persons in _chunks(sorted(due)):
        wiring.pulse.proceed()
        for observed in store.observe(persons, streams.persons, read_person, wiring.agreement.imports.burst_within):
            decision = decide(observed, surroundings, now)
            decisions.append(decision)
            inputs[observed.person] = observed
            wanted = _conformed(decision.desired, observed, streams, left)
            changes += changes_of(observed.person, _by_ref(observed), wanted, _team(observed, surroundings))
    settled = _settle(wiring, decisions, surroundings, now)
    decisions = [_tried_again(one, settled.look_again.get(one.person)) for one in decisions]
    changes += _answers(settled, inputs, streams, surroundings, left)
    changes += _tasks(wiring, settled, streams, inputs, surroundings)
    aside = (*_left_alone(left), *_not_made(settled))
    return Decided(tuple(decisions), inputs, due, tuple(changes), settled, aside)


def _conformed(
    desired: Iterable[Desired], observed: Observed, streams: Streams, left: list[tuple[Desired, Leave]]
) -> list[Conformed]:
    """The desired values in the spelling each target can hold; what cannot be held is noted in `left`."""
    records, wanted = _by_ref(observed), []
    for one in desired:
        spec = streams.persons.get((one.ref.system, one.ref.object))
        value = conform(one.value, spec.field(one.field) if spec else None, records[one.ref])
        if isinstance(value, Leave):
            left.append((one, value))
        else:
            wanted.append(Conformed(one, value))
    return wanted


def _by_ref(observed: Observed) -> dict[Ref, Snapshot]:
    return {one.ref: one for one in observed.records}


def _team(observed: Observed, surroundings: Context) -> str:
    """The routing team of whoever owns the person (in sales' own CRM first): plans can be approved team by team."""
    for record in live_records(observed, surroundings.agreement):
        owner = surroundings.directory.of(record.ref.system, record.text("owner"))
        name = team_of(owner.key if owner else None, surroundings.agreement, surroundings.directory)
        if name:
            return name
    return ""


def team_of(key: str | None, agreement: Agreement, directory: Directory) -> str:
    """The team in which this owner takes turns, else the team of the colleagues who share their manager."""
    for name, team in agreement.routing.teams.items():
        if key in {member.owner for member in team.members}:
            return name
    managers = {(one.system, one.manager) for one in directory.owners.values() if one.key == key and one.manager}
    for name, team in agreement.routing.teams.items():
        members = {member.owner for member in team.members}
        colleagues = (one for one in directory.owners.values() if one.key in members)
        if managers & {(one.system, one.manager) for one in colleagues}:
            return name
    return ""


def _chunks(persons: Sequence[str]) -> Iterable[Sequence[str]]:
    return (persons[start : start + CHUNK] for start in range(0, len(persons), CHUNK))


# Settling -----------------------------------------------------------------------------------------------------------


def _settle(wiring: Wiring, decisions: Sequence[Decision], surroundings: Context, now: datetime) -> Settled:
    store = wiring.store
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    staff = Staff(
        directory=surroundings.directory,
        pools=store.pools(),
        assigned=store.assignments(one.person for one in decisions if one.owner_request),
        tasks_today=store.tasks_since(midnight),
        open_leads=store.open_leads(),
    )
    owners = [one.owner_request for one in decisions if one.owner_request]
    tasks = [request for one in decisions for request in one.task_requests]
    return settle(owners, tasks, staff, wiring.agreement, now)


def _answers(
    settled: Settled,
    inputs: Mapping[str, Observed],
    streams: Streams,
    surroundings: Context,
    left: list[tuple[Desired, Leave]],
) -> list[Change]:
    changes: list[Change] = []
    for answer in settled.answers:
        observed = inputs[answer.request.person]
        team = team_of(answer.owner, surroundings.agreement, surroundings.directory)
        wanted = _conformed(answer.desired, observed, streams, left)
        changes += changes_of(observed.person, _by_ref(observed), wanted, team)
    return changes


def _tasks(
    wiring: Wiring, settled: Settled, streams: Streams, inputs: Mapping[str, Observed], surroundings: Context
) -> list[Change]:
    spec = task_stream(wiring, streams)
    if spec is None:
        return []
    if spec.system not in surroundings.org_ids:
        # A task's key tells the org; one made up without it would not be found again. They are due again next time.
        wiring.store.mark_dirty([one.person for one in settled.tasks], "org unknown")
        return []
    return [
        task_change(one.person, one.draft, spec.system, spec.object, _team(inputs[one.person], surroundings))
        for one in settled.tasks
    ]


# Noting what could not be done --------------------------------------------------------------------------------------


def _left_alone(left: Iterable[tuple[Desired, Leave]]) -> list[SetAside]:
    """A value a CRM cannot hold is one finding per field and value, however many records want it."""
    wanted = Counter(
        (one.ref.system, one.ref.object, one.field, str(one.value))
        for one, leave in left
        if leave.reason is LeaveReason.NOT_AN_OPTION
    )
    return [
        SetAside(
            ref=Ref(system, object_name, ""),
            field=name,
            cause=f"field.value_missing:{value}",
            value=value,
            facts={"records": str(count), "system": system, "object": object_name},
        )
        for (system, object_name, name, value), count in sorted(wanted.items())
    ]


def _not_made(settled: Settled) -> list[SetAside]:
    """Tasks above a person's daily number, and people nobody could be found for."""
    tasks = [
        SetAside(
            ref=one.draft.about,
            field="task",
            cause="task.above_daily_number",
            value=one.draft.key,
            facts={"owner": one.draft.owner},
            person=one.person,
            needs_person=False,
        )
        for one in settled.left_out
    ]
    people = [
        SetAside(
            one.request.targets[0], "owner", one.because.code, facts=dict(one.because.facts), person=one.request.person
        )
        for one in settled.unanswered
    ]
    return tasks + people


def _without_refused(decided: Decided, wiring: Wiring, now: datetime) -> Decided:
    """What a CRM refused lately waits for a change of the record or for tomorrow, listed with the vendor's words."""
    refused = refused_lately(decided.changes, wiring.store.intents([RowState.REJECTED]), decided.inputs, now)
    if not refused.changes:
        return decided
    return replace(
        decided,
        decisions=tuple(_tried_again(one, refused.again_at.get(one.person)) for one in decided.decisions),
        changes=tuple(one for one in decided.changes if not refused.holds(one)),
        aside=(*decided.aside, *refused.aside),
    )


def _tried_again(decision: Decision, at: datetime | None) -> Decision:
    looks = [one for one in (decision.recheck_at, at) if one is not None]
    return replace(decision, recheck_at=min(looks, default=None))


# The plan -----------------------------------------------------------------------------------------------------------


def _rows(
    wiring: Wiring, decided: Decided, now: datetime, before_pull: Mapping[tuple[str, str], int]
) -> tuple[PlanRow, ...]:
    """New changes and those that still wait for people nobody decided on anew, each with its verdict of today."""
    again = {one.person for one in decided.decisions}
    waiting = [row for _, row in wiring.store.waiting_rows()]
    busy = {_place(row.change) for row in waiting if row.state in UNDER_WAY}
    approved = {_place(row.change): row for row in waiting if row.state is RowState.APPROVED}
    carried = [row.change for row in waiting if row.state not in UNDER_WAY and row.change.person not in again]
    changes = in_order({_place(one): one for one in (*carried, *decided.changes) if _place(one) not in busy}.values())
    verdicts = guard(changes, limits_of(wiring), situation(wiring, now, before_pull))
    rows = enumerate(zip(changes, verdicts, strict=True), start=1)
    return tuple(_row(seq, change, verdict, approved) for seq, (change, verdict) in rows)


def _place(change: Change) -> tuple[Ref, str, object, str]:
    return change.ref, change.field, change.after, change.task_key


def _row(
    seq: int, change: Change, verdict: Verdict, approved: Mapping[tuple[Ref, str, object, str], PlanRow]
) -> PlanRow:
    before = approved.get(_place(change))
    if before is not None:
        return replace(before, seq=seq, change=change, verdict=verdict)
    state = RowState.APPROVED if verdict.kind is VerdictKind.ALLOW else RowState.PLANNED
    return PlanRow(seq, change, verdict, state, approved_by="the agreement" if state is RowState.APPROVED else "")


def _header(rows: Sequence[PlanRow], cycle: int, now: datetime, wiring: Wiring) -> PlanHeader | None:
    """The plan of this cycle; an empty one is kept only where it takes the place of an older one."""
    latest = wiring.store.latest_plan()
    if not rows and (latest is None or latest.state.value != "open"):
        return None
    counts = Counter(row.change.kind.value for row in rows)
    number = digest([row.change for row in rows])
    return PlanHeader(number, cycle, now, dict(counts), first=is_first(wiring))


def is_first(wiring: Wiring) -> bool:
    """Whether the first plan is not through yet: in every mode it is held, also what a pilot of five left of it."""
    left = (row for _, row in wiring.store.waiting_rows() if row.state is RowState.PLANNED)
    return not any(wiring.store.written().values()) or any(row.verdict.code == FIRST_PLAN for row in left)


def limits_of(wiring: Wiring) -> Limits:
    """The admin's safety limits in the guard's own value."""
    given = wiring.workspace.limits
    return Limits(
        share_of_records=given.share_of_records,
        at_least_records=given.at_least_records,
        changes_per_kind=given.changes_per_kind,
        new_tasks=given.new_tasks,
        tasks_per_owner=given.tasks_per_owner,
        owner_share=given.owner_share,
        same_write_per_day=given.same_write_per_day,
    )


def situation(wiring: Wiring, now: datetime, before_pull: Mapping[tuple[str, str], int]) -> Situation:
    """What the guard has to know beside the changes."""
    return Situation(
        writes={system: one.writes for system, one in wiring.settings.items()},
        modes={kind: mode.value for kind, mode in wiring.workspace.modes.items()},
        signed=wiring.agreement.signed,
        first=is_first(wiring),
        records=wiring.store.record_counts(),
        before_pull=before_pull or None,
        recent=wiring.store.recent_writes(now - A_DAY),
        budget_left={system: _budget_left(wiring, system) for system in wiring.settings},
    )


def _budget_left(wiring: Wiring, system: str) -> bool:
    """Whether calls may still be spent on the most urgent writing: the reserve of the day is for others."""
    if no_room_for(wiring, system, Lane.TASK) is not None:
        return False
    org = wiring.orgs.get(system)
    if org is None or org.calls_today is None or not org.calls_allowed:
        return True
    return org.calls_today < (1 - wiring.settings[system].budget.reserve) * org.calls_allowed
