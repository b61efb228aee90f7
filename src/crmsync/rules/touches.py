"""Did sales really touch this person? A call, a personal e-mail or a meeting - never a status change or a sequence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.agreement.model import Outcome, Routing
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.people import Directory, OwnerKind

_AGREED_AS = {ActivityKind.CALL: "call", ActivityKind.EMAIL: "personal_email", ActivityKind.MEETING: "meeting"}


class NotCounted(StrEnum):
    """Why something that looks like a touch is none; people will argue with exactly these."""

    AUTOMATION = "sent by a sequence"
    INTEGRATION = "logged by an integration"
    SOMEBODY_ELSE = "by somebody outside the team"
    NOT_ANSWERED = "of theirs that nobody answered"
    PLANNED = "planned, not done"
    NOT_AGREED = "not a touch by the agreement"
    TICKED_OFF = "a to-do ticked off"


@dataclass(frozen=True, slots=True)
class TouchFacts:
    """What was done, who may do it (owner keys: the owner and their team), since when, and what is agreed to count.

    `not_spoken` are the vendors' words, case folded, for calls in which nobody was spoken to.
    """

    activities: tuple[Activity, ...]
    by: frozenset[str]
    since: datetime
    agreed: frozenset[str]
    directory: Directory
    not_spoken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Overlooked:
    """Something that does not count, and why not."""

    activity: Activity
    why: NotCounted


@dataclass(frozen=True, slots=True)
class Touches:
    """All qualifying touches since the start, oldest first, and what does not count."""

    counted: tuple[Activity, ...]
    overlooked: tuple[Overlooked, ...]

    @property
    def first(self) -> Activity | None:
        """The first qualifying touch; one that was logged late counts by the time at which it happened."""
        return self.counted[0] if self.counted else None


NO_TOUCHES = Touches((), ())


def touches(facts: TouchFacts, now: datetime) -> Touches:
    """Tell what sales did for a person since an instant, and what only looks like it (domain.md 2.10)."""
    done = sorted(
        (one for one in facts.activities if facts.since <= one.at <= now and _ours(one)),
        key=lambda one: (one.at, one.ref),
    )
    judged = [(one, _why_not(one, facts)) for one in done]
    return Touches(
        counted=tuple(one for one, why in judged if why is None),
        overlooked=tuple(Overlooked(one, why) for one, why in judged if why is not None),
    )


def teammates(directory: Directory, routing: Routing) -> Mapping[str, frozenset[str]]:
    """Who counts for whom, by owner key: members of the same routing team, colleagues of one manager, the manager."""
    groups = [frozenset(member.owner for member in team.members) for team in routing.teams.values()]
    groups += _around_managers(directory)
    mates: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for one in group:
            mates[one] |= group
    return {key: frozenset(together) for key, together in mates.items()}


def not_spoken(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """The words for calls in which nobody was spoken to, in every spelling the agreement knows, case folded."""
    words = (word for one in outcomes if one.spoke is False for word in (*one.found_as, one.hubspot_outcome))
    return frozenset(word.casefold() for word in words if word)


def _around_managers(directory: Directory) -> list[frozenset[str]]:
    around: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in directory.owners.values():
        if one.manager and one.key:
            around[(one.system, one.manager)].add(one.key)
    for (system, manager), group in around.items():
        known = directory.of(system, manager)
        if known is not None and known.key:
            group.add(known.key)
    return [frozenset(group) for group in around.values()]


def _ours(one: Activity) -> bool:
    """Whether it could be taken for work of sales: never our own task, a form, a visit or their e-mail."""
    if one.deleted or one.twin_of is not None or one.task_key is not None:
        return False
    if one.kind is ActivityKind.EMAIL:
        return one.direction is Direction.OUTBOUND
    return one.kind in _AGREED_AS or (one.kind is ActivityKind.TODO and not one.open)


def _why_not(one: Activity, facts: TouchFacts) -> NotCounted | None:
    if one.actor is Actor.AUTOMATION:
        return NotCounted.AUTOMATION
    if one.actor is Actor.INTEGRATION:
        return NotCounted.INTEGRATION
    if one.kind is ActivityKind.TODO:
        return NotCounted.TICKED_OFF
    if one.open:
        return NotCounted.PLANNED
    if _AGREED_AS[one.kind] not in facts.agreed:
        return NotCounted.NOT_AGREED
    if one.direction is Direction.INBOUND and one.kind is ActivityKind.CALL and _missed(one, facts):
        return NotCounted.NOT_ANSWERED
    return _whose(one, facts)


def _missed(one: Activity, facts: TouchFacts) -> bool:
    return one.disposition_raw is not None and one.disposition_raw.strip().casefold() in facts.not_spoken


def _whose(one: Activity, facts: TouchFacts) -> NotCounted | None:
    owner = facts.directory.of(one.ref.system, one.owner)
    if owner is not None and owner.integration:
        return NotCounted.INTEGRATION
    known = owner is not None and owner.kind is OwnerKind.PERSON and owner.key in facts.by
    return None if known else NotCounted.SOMEBODY_ELSE
