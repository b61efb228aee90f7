"""Who should own this person? Existing relations first, then the first line of the agreement that fits names a team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crmsync.agreement.model import Routing
from crmsync.model.people import Directory, Owner, OwnerKind
from crmsync.model.records import Value
from crmsync.rules.conditions import holds

NO_OWNER = "no owner"
QUEUE = "owner is a queue"
INACTIVE = "owner is inactive"


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing looks at. `owner` is the carrier's owner as the directory knows it; `owner_id` what the field says.

    `wanted`: the status needs a sales owner (handed over or beyond) and nothing forbids one (bought name, do not
    contact). `relations` are owner keys with an existing relation to the person, nearest first (owners of the person's
    other records); a rule with `relationship` reads its owner key from `attributes`. `system` is where the lead lives.
    """

    attributes: Mapping[str, Value]
    system: str
    owner_id: str | None
    owner: Owner | None
    directory: Directory
    wanted: bool = True
    relations: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RoutingFinding:
    """Whether a new owner is needed, why (as the agreement words it), and who: a relation, else a team's turn.

    `rule` is the place of the deciding line in the agreement's order (1 = first), for explanations.
    """

    needed: bool
    why: str = ""
    relationship: str | None = None
    team: str | None = None
    rule: int | None = None


def route(facts: RoutingFacts, section: Routing, now: datetime) -> RoutingFinding:
    """Decide whether a person needs another owner, and from where; never takes a lead from an active human."""
    why = vacancy(facts.owner_id, facts.owner)
    if not facts.wanted or why is None or why not in section.change_owner_only_if:
        return RoutingFinding(needed=False, why=why or "")
    related = next((key for key in facts.relations if may_own(facts.directory, facts.system, key, now)), None)
    if related is not None:
        return RoutingFinding(needed=True, why=why, relationship=related)
    return _by_order(facts, section, why, now)


def vacancy(owner_id: str | None, owner: Owner | None) -> str | None:
    """Why nobody really owns the record, in the agreement's words; None where an active human does.

    An owner the directory does not know is left alone: it may be a person we were not shown.
    """
    if not owner_id:
        return NO_OWNER
    if owner is None:
        return None
    if owner.kind is OwnerKind.QUEUE:
        return QUEUE
    return None if owner.active else INACTIVE


def may_own(directory: Directory, system: str, key: str, now: datetime) -> bool:
    """Whether that key is an active human in that system who is not away: nobody gets a lead they will not see."""
    owner = directory.by_key(system, key)
    if owner is None or not owner.active or owner.kind is not OwnerKind.PERSON or owner.integration:
        return False
    return not owner.is_away(now)


def _by_order(facts: RoutingFacts, section: Routing, why: str, now: datetime) -> RoutingFinding:
    for place, rule in enumerate(section.order, start=1):
        if rule.when is not None and holds(rule.when, facts.attributes, now) is not True:
            continue
        if rule.team is not None:
            return RoutingFinding(needed=True, why=why, team=rule.team, rule=place)
        key = facts.attributes.get(rule.relationship or "")
        if isinstance(key, str) and may_own(facts.directory, facts.system, key, now):
            return RoutingFinding(needed=True, why=why, relationship=key.casefold(), rule=place)
    return RoutingFinding(needed=True, why=why)
