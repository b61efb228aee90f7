"""Has sales kept its promise to get in touch? The first-touch clock: started, met, missed or cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from crmsync.agreement.model import ClockRule, Sla
from crmsync.model.activities import Activity
from crmsync.model.calendars import Calendar
from crmsync.model.people import ClockState, Directory, SlaClock
from crmsync.model.records import Ref
from crmsync.rules.task_key import task_exists, task_key
from crmsync.rules.touches import NO_TOUCHES, Touches, TouchFacts, touches
from crmsync.rules.working_time import due, next_opening

FIRST_TOUCH = "first_touch"


@dataclass(frozen=True, slots=True)
class FirstTouchFacts:
    """What the clock looks at. All instants come from the CRM (history row, else creation, else server stamp).

    `subject` is the record on which the pass started. `owner` is the key of the active human sales owner, with
    `owned_since` and the evidence for it. `with_sales_since` is when the status came to hand-over or sales, None where
    it is not there, and `left_at` when it left. `accepted`: beyond hand-over, so an answered clock is not started
    again. `clocks` are the remembered ones of this pass; `activities` include our own tasks, deleted ones too.
    `teams` is `touches.teammates`; `agreement` is the content hash; `org_id` that of the CRM tasks are made in.
    """

    person: str
    pass_number: int
    subject: Ref
    owner: str | None
    owned_since: datetime | None
    evidence: str
    with_sales_since: datetime | None
    activities: tuple[Activity, ...]
    calendar: Calendar
    directory: Directory
    go_live: date
    agreement: str
    org_id: str
    clocks: tuple[SlaClock, ...] = ()
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    not_spoken: frozenset[str] = frozenset()
    bought: bool = False
    accepted: bool = False
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockFinding:
    """Where the promise stands. `clock` is the present one, `ended` those this decision closed.

    `overdue`: the deadline passed without a touch. `task_key` is set where a task is still to be made for it.
    `touches` is what was found and what does not count; `recheck_at` is when time alone changes this.
    """

    clock: SlaClock | None = None
    ended: tuple[SlaClock, ...] = ()
    touches: Touches = NO_TOUCHES
    overdue: bool = False
    task_key: str | None = None
    recheck_at: datetime | None = None

    @property
    def clocks(self) -> tuple[SlaClock, ...]:
        """Every clock to be remembered, in order."""
        return (*self.ended, self.clock) if self.clock else self.ended


def first_touch(facts: FirstTouchFacts, section: Sla, now: datetime) -> ClockFinding:
    """Judge the first-touch promise of one pass at one instant (domain.md 2.10).

    A clock starts when a sales owner is set and the status is with sales, starts anew for a new owner, and is
    cancelled when the status leaves. What started before `go_live`, and bought names, have no clock. A closed clock
    never changes; an overdue one stays open until a touch or the end of the matter closes it, so that a touch logged
    late counts by the time at which it happened.
    """
    rule = section.clock(FIRST_TOUCH)
    if rule is None:
        return ClockFinding()
    last = max((one for one in facts.clocks if one.code == rule.code), key=lambda one: one.ordinal, default=None)
    start = _start(facts)
    if last is not None and last.closed_at is None:
        if start is not None and last.owner == facts.owner:
            return _judged(last, facts, rule, now)
        ended = _ended(last, facts, rule, min(start or facts.left_at or now, now))
        if start is None:
            return ClockFinding(ended=(ended,))
        return replace(_judged(_new(facts, start, rule, ended), facts, rule, now), ended=(ended,))
    if start is None or (last is not None and not _starts_again(last, facts, start)):
        return ClockFinding(clock=last)
    return _judged(_new(facts, start, rule, last), facts, rule, now)


def _start(facts: FirstTouchFacts) -> datetime | None:
    """When the promise began, or nothing where there is none."""
    if facts.bought or facts.owner is None or facts.owned_since is None or facts.with_sales_since is None:
        return None
    start = max(facts.owned_since, facts.with_sales_since)
    return start if facts.calendar.local(start).date() >= facts.go_live else None


def _starts_again(last: SlaClock, facts: FirstTouchFacts, start: datetime) -> bool:
    """After a closed clock: for a new owner, or when the lead came back to the hand-over since."""
    if last.owner != facts.owner:
        return True
    return not facts.accepted and last.closed_at is not None and start > last.closed_at


def _new(facts: FirstTouchFacts, start: datetime, rule: ClockRule, last: SlaClock | None) -> SlaClock:
    promised = due(start, rule, facts.calendar)
    return SlaClock(
        person=facts.person,
        pass_number=facts.pass_number,
        code=rule.code,
        ordinal=last.ordinal + 1 if last else 1,
        subject=facts.subject,
        owner=facts.owner or "",
        started_at=start,
        evidence=facts.evidence,
        due_at=promised.at,
        due_day=promised.day,
        agreement=facts.agreement,
    )


def _judged(clock: SlaClock, facts: FirstTouchFacts, rule: ClockRule, now: datetime) -> ClockFinding:
    found = _touches(clock, facts, rule, now)
    if found.first is not None:
        return ClockFinding(_answered(clock, found.first), touches=found)
    if now < clock.due_at:
        return ClockFinding(clock, touches=found, recheck_at=clock.due_at)
    key = task_key(facts.org_id, clock)
    missing = not task_exists(key, facts.activities)
    return ClockFinding(
        clock=replace(clock, outcome="overdue"),
        touches=found,
        overdue=True,
        task_key=key if missing else None,
        recheck_at=next_opening(now, facts.calendar) if missing else None,
    )


def _touches(clock: SlaClock, facts: FirstTouchFacts, rule: ClockRule, until: datetime) -> Touches:
    by = facts.teams.get(clock.owner, frozenset()) | {clock.owner}
    seen = TouchFacts(facts.activities, by, clock.started_at, rule.touches, facts.directory, facts.not_spoken)
    return touches(seen, until)


def _answered(clock: SlaClock, touch: Activity) -> SlaClock:
    on_time = touch.at <= clock.due_at
    state = ClockState.MET if on_time else ClockState.MISSED
    return replace(clock, state=state, closed_at=touch.at, outcome="touched" if on_time else "touched late")


def _ended(clock: SlaClock, facts: FirstTouchFacts, rule: ClockRule, end: datetime) -> SlaClock:
    """Close a clock whose matter ended: by a touch before the end, as missed, or as cancelled."""
    found = _touches(clock, facts, rule, end)
    if found.first is not None:
        return _answered(clock, found.first)
    state = ClockState.MISSED if end >= clock.due_at else ClockState.CANCELLED
    return replace(clock, state=state, closed_at=max(end, clock.started_at), outcome=_why_ended(clock, facts))


def _why_ended(clock: SlaClock, facts: FirstTouchFacts) -> str:
    if facts.bought:
        return "bought name"
    if facts.with_sales_since is None:
        return "left sales"
    return "no owner" if facts.owner in {None, clock.owner} else "owner changed"
