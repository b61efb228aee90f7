"""Whose turn is it? Weighted round robin: the lowest pointer gets it and moves on by one over its weight."""

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

from crmsync.agreement.model import Member, Routing, RoutingTeam


class Turns:
    """The pointers of all teams during one settle: weights A 2, B 1 give A B A A B A A B A.

    A member who comes back (or is new) is lifted to the lowest pointer of the active ones: absence brings no flood.
    """

    def __init__(
        self, routing: Routing, pools: Mapping[str, Mapping[str, float]], open_leads: Mapping[str, int]
    ) -> None:
        self._teams = routing.teams
        self._given: Counter[str] = Counter(open_leads)
        self._exact = {name: _exact(team, pools.get(name, {})) for name, team in routing.teams.items()}
        self._other = {name: pointers for name, pointers in pools.items() if name not in routing.teams}

    def take(self, team_name: str, active: Callable[[str], bool]) -> str | None:
        """The owner key whose turn it is, or nothing where nobody of the team is active and has room."""
        team = self._teams.get(team_name)
        present = [one for one in team.members if active(one.owner) and self._has_room(one, team)] if team else []
        if team is None or not present:
            return None
        pointers = self._exact[team_name]
        _lift(pointers, team, present)
        chosen = min(present, key=lambda one: pointers[one.owner])
        pointers[chosen.owner] += Fraction(1, chosen.weight)
        _lift(pointers, team, present)
        self._given[chosen.owner] += 1
        return chosen.owner

    @property
    def pools(self) -> dict[str, dict[str, float]]:
        """All pointers as they stand, to be saved; teams the agreement no longer has are kept as they were."""
        exact = {name: {key: float(at) for key, at in pointers.items()} for name, pointers in self._exact.items()}
        return {**{name: dict(pointers) for name, pointers in self._other.items()}, **exact}

    def _has_room(self, member: Member, team: RoutingTeam) -> bool:
        return team.at_most_open is None or self._given[member.owner] < team.at_most_open


def _exact(team: RoutingTeam, saved: Mapping[str, float]) -> dict[str, Fraction]:
    """Saved pointers as exact fractions over the weights' common multiple, so that ties are ties."""
    grain = lcm(*(one.weight for one in team.members))
    return {one.owner: Fraction(round(saved[one.owner] * grain), grain) for one in team.members if one.owner in saved}


def _lift(pointers: dict[str, Fraction], team: RoutingTeam, present: list[Member]) -> None:
    """Members who are away, new or full do not fall behind the lowest of those who take turns."""
    taking = [pointers[one.owner] for one in present if one.owner in pointers]
    lowest = min(taking, default=Fraction(0))
    for one in team.members:
        if one not in present or one.owner not in pointers:
            pointers[one.owner] = max(pointers.get(one.owner, lowest), lowest)
