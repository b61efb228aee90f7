"""Which work may still spend calls, asked of each CRM's traffic: the one place where cycle and traffic meet."""

from collections.abc import Iterator, Mapping

from crmsync.connectors.lanes import Lane
from crmsync.connectors.traffic import traffic_of
from crmsync.cycle.wiring import Wiring
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import BudgetSpent
from crmsync.settings.workspace import ConnectorSettings

LANES: Mapping[ChangeKind, Lane] = {
    ChangeKind.TASK: Lane.TASK,
    ChangeKind.OWNER: Lane.OWNER,
    ChangeKind.STATUS: Lane.STATUS,
    ChangeKind.CONTACT_STATUS: Lane.STATUS,
    ChangeKind.SCORE: Lane.SCORE,
}
"""How urgent each kind of change is (facts/reliability.md 2.8)."""


def regulate(connector: object, settings: ConnectorSettings) -> None:
    """Hold a connector to the settings: the reserve of the day, and the calls a day where its CRM tells none."""
    traffic = traffic_of(connector)
    if traffic is not None:
        traffic.budget.settle(settings.budget.reserve, settings.budget.calls_a_day)


def hurry(wiring: Wiring) -> None:
    """Keep no pace: for CRMs that are emulated for us alone."""
    for connector in wiring.connectors.values():
        traffic = traffic_of(connector)
        if traffic is not None:
            traffic.hurry()


def no_room(wiring: Wiring, system: str, kind: ChangeKind) -> BudgetSpent | None:
    """Why this kind of change has to wait for calls of another day; None where it may be written."""
    return no_room_for(wiring, system, LANES[kind])


def no_room_for(wiring: Wiring, system: str, work: Lane) -> BudgetSpent | None:
    """The same of any work."""
    traffic = traffic_of(wiring.connectors.get(system))
    return traffic.closed(work) if traffic is not None else None


def saving(wiring: Wiring) -> Iterator[str]:
    """Per CRM one sentence about the most urgent work that waits for calls, with the instant; none where all goes."""
    for system in wiring.connectors:
        spent = next(filter(None, (no_room_for(wiring, system, work) for work in Lane)), None)
        if spent is not None:
            yield str(spent)


def try_again(wiring: Wiring) -> None:
    """A new cycle: a CRM that was left alone in the last one gets a call to show that it is back."""
    for connector in wiring.connectors.values():
        traffic = traffic_of(connector)
        if traffic is not None:
            traffic.try_again()
