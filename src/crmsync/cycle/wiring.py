"""Everything a cycle works with, wired once by bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmsync.agreement.model import Agreement
from crmsync.cycle.clock import CrmClock
from crmsync.mappings.plumbing import StreamPlan, SystemMapping
from crmsync.model.calendars import Calendar
from crmsync.model.ports import Connector, Observer, Sleeper
from crmsync.model.streams import OrgFacts, StreamSpec
from crmsync.settings.workspace import ConnectorSettings, Workspace
from crmsync.state import Store


@dataclass(frozen=True, slots=True)
class Wiring:
    """One workspace, opened. `earlier` are contents of the agreement that running clocks may have started under.

    `basis` is the hash of everything that gives values their meaning (agreement, mappings, calendar): when it changes,
    everybody is decided on again. `orgs` fills as the CRMs are asked who they are.
    """

    workspace: Workspace
    settings: Mapping[str, ConnectorSettings]
    connectors: Mapping[str, Connector]
    mappings: Mapping[str, SystemMapping]
    agreement: Agreement
    earlier: Mapping[str, Agreement]
    agreement_text: str
    calendar: Calendar
    store: Store
    clock: CrmClock
    observer: Observer
    sleeper: Sleeper
    basis: str
    orgs: dict[str, OrgFacts] = field(default_factory=dict)

    def plan_of(self, spec: StreamSpec) -> StreamPlan:
        """The mapping's plan of a compiled stream."""
        return self.mappings[spec.system].streams[spec.name]

    def close(self) -> None:
        """Give back connections and files."""
        for connector in self.connectors.values():
            connector.close()
        self.store.close()
