"""May this be written? Brakes in a fixed order, then limits over the whole plan: allow, hold with a reason, or drop.

Order: connector off, kind in watch, agreement not signed, first plan, a side that came back empty or halved, the limits
(share and number per kind, creates included; tasks per owner; a value that is being fought over), then mode `ask`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import Change, Verdict, VerdictKind
from crmsync.model.records import Ref, Scalar

ALLOW = Verdict(VerdictKind.ALLOW)
FIRST_PLAN = "brake.first_plan"
NEVER_SENT = frozenset({"brake.writes_off", "brake.watch", "brake.unsigned"})
"""Holds that no approval lifts: the brake itself has to be opened."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of the guard: shares as fractions, numbers per plan."""

    share_of_records: float = 0.10
    at_least_records: int = 20
    changes_per_kind: int = 200
    new_tasks: int = 50
    tasks_per_owner: int = 50
    owner_share: float = 0.02
    same_write_per_day: int = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """What the guard knows beside the plan.

    `writes` and `modes` are the admin's switches. `records` counts live records per (system, object); `before_pull`
    the same before this cycle, None on the first. `recent` counts equal writes of the last day by (record, field,
    after). `budget_left` says per system whether calls may still be spent.
    """

    writes: Mapping[str, bool]
    modes: Mapping[ChangeKind, str]
    signed: bool
    first: bool
    records: Mapping[tuple[str, str], int] = field(default_factory=dict)
    before_pull: Mapping[tuple[str, str], int] | None = None
    recent: Mapping[tuple[Ref, str, Scalar], int] = field(default_factory=dict)
    budget_left: Mapping[str, bool] = field(default_factory=dict)


def guard(changes: Sequence[Change], limits: Limits, now: Situation) -> list[Verdict]:
    """One verdict per change, in order; never allows more of a kind than its limits."""
    over = _over_the_limit(changes, limits, now)
    lost = _lost_sides(now)
    return [_verdict(one, over, lost, limits, now) for one in changes]


def _verdict(
    change: Change, over: Mapping[ChangeKind, Verdict], lost: Verdict | None, limits: Limits, now: Situation
) -> Verdict:
    brakes = (
        _brake("brake.writes_off", not now.writes.get(change.ref.system, False), system=change.ref.system),
        _brake("brake.watch", now.modes.get(change.kind) == "watch", kind=change.kind.value),
        _brake("brake.unsigned", not now.signed),
        _brake(FIRST_PLAN, now.first),
        lost,
        _fought_over(change, limits, now),
        over.get(change.kind),
        _brake("limit.budget", not now.budget_left.get(change.ref.system, True), system=change.ref.system),
        _brake("brake.ask", now.modes.get(change.kind, "ask") != "act", kind=change.kind.value),
    )
    return next((one for one in brakes if one is not None), ALLOW)


def _brake(code: str, pulled: bool, **facts: str) -> Verdict | None:  # noqa: FBT001 - a condition, not a switch
    return Verdict(VerdictKind.HOLD, code, facts) if pulled else None


def _lost_sides(now: Situation) -> Verdict | None:
    """A side that lost half of its records since the last cycle is a reading to distrust, not work to do."""
    for side, before in (now.before_pull or {}).items():
        left = now.records.get(side, 0)
        if before >= MINIMUM_SIDE and left * 2 < before:
            return _brake("limit.side_lost", pulled=True, side="/".join(side), before=str(before), now=str(left))
    return None


MINIMUM_SIDE = 10


def _fought_over(change: Change, limits: Limits, now: Situation) -> Verdict | None:
    times = now.recent.get((change.ref, change.field, change.after), 0)
    return _brake("limit.fought_over", times >= limits.same_write_per_day, times=str(times))


def _over_the_limit(changes: Sequence[Change], limits: Limits, now: Situation) -> dict[ChangeKind, Verdict]:
    verdicts = {}
    for kind, count in Counter(one.kind for one in changes).items():
        held = _too_many(kind, count, changes, limits, now)
        if held is not None:
            verdicts[kind] = held
    return verdicts


def _too_many(
    kind: ChangeKind, count: int, changes: Sequence[Change], limits: Limits, now: Situation
) -> Verdict | None:
    most = limits.new_tasks if kind is ChangeKind.TASK else limits.changes_per_kind
    if count > most:
        return _brake("limit.count", pulled=True, kind=kind.value, count=str(count), most=str(most))
    if kind is ChangeKind.TASK:
        return _too_many_for_one_owner(changes, limits)
    population = sum(
        now.records.get(side, 0) for side in {(c.ref.system, c.ref.object) for c in changes if c.kind is kind}
    )
    share = limits.owner_share if kind is ChangeKind.OWNER else limits.share_of_records
    if population >= limits.at_least_records and count > share * population:
        return _brake("limit.share", pulled=True, kind=kind.value, count=str(count), population=str(population))
    return None


def _too_many_for_one_owner(changes: Sequence[Change], limits: Limits) -> Verdict | None:
    owners = Counter(one.draft.owner for one in changes if one.draft is not None)
    if not owners:
        return None  # tasks are closed, none is made
    owner, most = owners.most_common(1)[0]
    return _brake("limit.tasks_per_owner", most > limits.tasks_per_owner, owner=owner, count=str(most))
