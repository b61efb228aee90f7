"""Answer what spans persons: whose turn it is, and how many tasks one person may get in a day. Pure, order-free."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from crmsync.agreement.model import Agreement
from crmsync.model.decisions import Because, ChangeKind, Desired, OwnerRequest, TaskRequest
from crmsync.model.people import Assignment, Directory, Owner, OwnerKind
from crmsync.model.records import Ref
from crmsync.reconcile.turns import Turns
from crmsync.rules.routing import may_own

Request = TypeVar("Request", OwnerRequest, TaskRequest)
Assigned = Mapping[tuple[str, int], Assignment]
"""Who a pass was given to before, by (person, pass number)."""


@dataclass(frozen=True, slots=True)
class OwnerAnswer:
    """Who gets a person (`owner` is an owner key or a queue's name), and the owner field of each record."""

    request: OwnerRequest
    owner: str
    desired: tuple[Desired, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A person nobody could be found for."""

    request: OwnerRequest
    because: Because


@dataclass(frozen=True, slots=True)
class Settled:
    """All answers of a cycle. `assignments` are the new ones only; `pools` are all pointers as they now stand.

    `left_out` tasks are counted and listed, not made; they are asked for again on another day. `look_again` says, per
    person whom nobody could take, when somebody who is away is back.
    """

    answers: tuple[OwnerAnswer, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    tasks: tuple[TaskRequest, ...] = ()
    left_out: tuple[TaskRequest, ...] = ()
    pools: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    look_again: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """The state settle starts from: pointers by team and owner key, earlier assignments, today's tasks, open leads.

    `tasks_today` and `open_leads` count by owner key.
    """

    directory: Directory
    pools: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    assigned: Assigned = field(default_factory=dict)
    tasks_today: Mapping[str, int] = field(default_factory=dict)
    open_leads: Mapping[str, int] = field(default_factory=dict)


def settle(
    owner_requests: Iterable[OwnerRequest],
    task_requests: Iterable[TaskRequest],
    staff: Staff,
    agreement: Agreement,
    now: datetime,
) -> Settled:
    """Answer all requests of one cycle, sorted by (lane, score descending, since, person).

    Owners: the relation, else the earlier assignment of the pass, else the lowest pointer of the team among active
    members with room. The order in which requests come in changes nothing.
    """
    turns = Turns(agreement.routing, staff.pools, staff.open_leads)
    answers, unanswered, assignments = [], [], []
    for request in _sorted(owner_requests):
        key, because = _choose(request, turns, staff, now)
        answer = _answer(request, key, because, staff.directory) if key else _queue(request, agreement, staff.directory)
        if answer is None:
            unanswered.append(Unanswered(request, because))
            continue
        answers.append(answer)
        if key is not None and _is_new(request, key, staff.assigned):
            assignments.append(Assignment(request.person, request.pass_number, key, now, because.code))
    tasks, left_out = _within_caps(task_requests, agreement.sla.tasks_per_owner_per_day, staff.tasks_today)
    waiting = [one.request.person for one in unanswered]
    waiting += [one.request.person for one in answers if one.owner == agreement.routing.fallback_queue]
    again = _back(waiting, staff.directory, now)
    return Settled(tuple(answers), tuple(unanswered), tuple(assignments), tasks, left_out, turns.pools, again)


def _back(waiting: Iterable[str], directory: Directory, now: datetime) -> dict[str, datetime]:
    """When the next of those who are away is back, for everybody who waits for somebody."""
    ends = (one.away_until for one in directory.owners.values())
    first = min((at for at in ends if at is not None and at > now), default=None)
    return dict.fromkeys(waiting, first) if first is not None else {}


def _sorted(requests: Iterable[Request]) -> list[Request]:
    return sorted(requests, key=lambda one: (one.lane, -one.score, one.since, one.person))


# Owners ---------------------------------------------------------------------------------------------------------------


def _choose(request: OwnerRequest, turns: Turns, staff: Staff, now: datetime) -> tuple[str | None, Because]:
    """The owner key, and the code and facts that say why."""
    systems = {ref.system for ref in request.targets}
    if request.relationship and _may_own_in(systems, request.relationship, staff.directory, now):
        return request.relationship, _why(request, "owner.relationship")
    earlier = staff.assigned.get((request.person, request.pass_number))
    if earlier is not None and _may_own_in(systems, earlier.owner, staff.directory, now):
        return earlier.owner, _why(request, "owner.assigned_before")
    if request.team is None:
        return None, _why(request, "owner.no_rule_fits")
    key = turns.take(request.team, lambda member: _may_own_in(systems, member, staff.directory, now))
    return key, _why(request, "owner.turn" if key else "owner.nobody_available")


def _may_own_in(systems: Iterable[str], key: str, directory: Directory, now: datetime) -> bool:
    """Active where known, and known in at least one of the systems: not every rep has a seat in both CRMs.

    Whoever is away in one of them is away.
    """
    known = [system for system in systems if directory.by_key(system, key) is not None]
    return bool(known) and all(may_own(directory, system, key, now) for system in known)


def _why(request: OwnerRequest, code: str) -> Because:
    team = {"team": request.team} if request.team else {}
    return Because(code, {**request.because.facts, **team, "vacancy": request.because.code})


def _answer(request: OwnerRequest, key: str, because: Because, directory: Directory) -> OwnerAnswer:
    owners = ((ref, directory.by_key(ref.system, key)) for ref in request.targets)
    return OwnerAnswer(request, key, tuple(_desired(ref, one, because) for ref, one in owners if one is not None))


def _queue(request: OwnerRequest, agreement: Agreement, directory: Directory) -> OwnerAnswer | None:
    """The fallback queue, where the agreement names one and a CRM has it."""
    name = agreement.routing.fallback_queue
    if not name:
        return None
    because = _why(request, "owner.fallback_queue")
    found = ((ref, _queue_named(name, ref.system, directory)) for ref in request.targets)
    desired = tuple(_desired(ref, one, because) for ref, one in found if one is not None)
    return OwnerAnswer(request, name, desired) if desired else None


def _queue_named(name: str, system: str, directory: Directory) -> Owner | None:
    queues = (one for one in directory.owners.values() if one.kind is OwnerKind.QUEUE and one.system == system)
    return next((one for one in queues if one.name.casefold() == name.casefold()), None)


def _desired(ref: Ref, owner: Owner, because: Because) -> Desired:
    facts = {**because.facts, "owner": owner.name}
    return Desired(ref, "owner", owner.id, ChangeKind.OWNER, replace(because, facts=facts))


def _is_new(request: OwnerRequest, key: str, assigned: Assigned) -> bool:
    earlier = assigned.get((request.person, request.pass_number))
    return earlier is None or earlier.owner != key


# Tasks ----------------------------------------------------------------------------------------------------------------


def _within_caps(
    requests: Iterable[TaskRequest], most: int, today: Mapping[str, int]
) -> tuple[tuple[TaskRequest, ...], tuple[TaskRequest, ...]]:
    """The tasks that may be made now, and those left out because their owner has enough for a day."""
    made = Counter(today)
    sides: dict[bool, list[TaskRequest]] = defaultdict(list)
    for request in _once_per_key(_sorted(requests)):
        fits = made[request.draft.owner] < most
        made[request.draft.owner] += fits
        sides[fits].append(request)
    return tuple(sides[True]), tuple(sides[False])


def _once_per_key(requests: Iterable[TaskRequest]) -> Iterable[TaskRequest]:
    first: dict[str, TaskRequest] = {}
    for one in requests:
        first.setdefault(one.draft.key, one)
    return first.values()
