"""Everything a cycle works with, wired once by bootstrap."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from crmsync.agreement.model import Agreement
from crmsync.cycle.clock import CrmClock
from crmsync.cycle.pulse import Pulse
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
    everybody is decided on again. `orgs` fills as the CRMs are asked who they are. `connectors` are the CRMs that take
    part: a paused one is missing there, and nowhere else. `closed` are optional streams (system, stream) that a CRM
    does not show us, with its words.
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
    pulse: Pulse = field(default_factory=Pulse)
    closed: dict[tuple[str, str], str] = field(default_factory=dict)

    def plan_of(self, spec: StreamSpec) -> StreamPlan:
        """The mapping's plan of a compiled stream."""
        return self.mappings[spec.system].streams[spec.name]

    def among(self, systems: Collection[str]) -> "Wiring":
        """The same with only these CRMs taking part; what is remembered of the others stays known."""
        return replace(self, connectors={name: one for name, one in self.connectors.items() if name in systems})

    def close(self) -> None:
        """Give back connections and files."""
        for connector in self.connectors.values():
            connector.close()
        self.store.close()
