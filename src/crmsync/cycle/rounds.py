"""From cycle to cycle: which CRM takes part, what was approved meanwhile, when something becomes due by itself."""

from collections.abc import Mapping
from time import monotonic

from crmsync.cycle.approved import write_approved
from crmsync.cycle.pauses import Pause, after_cycle, welcome
from crmsync.cycle.run import CycleReport, run_once
from crmsync.cycle.wiring import Wiring
from crmsync.cycle.write import Written
from crmsync.model.errors import AccessLost, BudgetSpent, CrmsyncError, RetryLater, ShapeChanged
from crmsync.state import Lease

PASSING = (RetryLater, BudgetSpent, AccessLost, ShapeChanged)
"""Errors of a CRM that end a cycle and nothing else: the next one starts from what the store holds."""


class Rounds:
    """What a crmsync that stays remembers beside its store: the open workspace, the lease, the paused CRMs."""

    def __init__(self, wiring: Wiring, lease: Lease) -> None:
        self.wiring = wiring
        self.lease = lease
        self.pauses: Mapping[str, Pause] = {}
        self._looked = wiring.clock.now()

    def use(self, wiring: Wiring) -> None:
        """Work with changed workspace files from now on; every CRM gets a new chance."""
        self.close()
        self.wiring, self.pauses = wiring, {}

    def close(self) -> None:
        """Give back the connections to the CRMs."""
        for connector in self.wiring.connectors.values():
            connector.close()

    def cycle(self) -> CycleReport | None:
        """One cycle with the CRMs that take part; None where none does, or where one broke off in the middle.

        Raises Stopping, StoreHeld, StoreUnusable, InvariantBroken: those end the work.
        """
        started = monotonic()
        asked = welcome(self.wiring.connectors, self.pauses, self.wiring.clock.now())
        if not asked:
            return None
        self.lease = self.wiring.store.renew(self.lease)
        try:
            report = run_once(self.wiring.among(asked), lease=self.lease, unsure=self.pauses)
        except PASSING as error:
            self._cut_short(error)
            return None
        self._looked = report.now
        self._keep_pauses(after_cycle(self.pauses, asked, report.stopped, report.now))
        paused = sorted(self.pauses)
        seconds = round(monotonic() - started, 3)
        self.wiring.observer.event(
            "cycle.finished", cycle=report.cycle, paused=paused, seconds=seconds, **report.counts
        )
        return report

    def write(self) -> Written | None:
        """What a person approved since the last cycle, to every CRM that answered in it; None where nothing waits."""
        wiring = self.wiring.among(self.wiring.connectors.keys() - self.pauses.keys())
        if not wiring.store.approved_rows():
            return None
        self.lease = wiring.store.renew(self.lease)
        try:
            written = write_approved(wiring, self.lease)
        except PASSING as error:
            self._cut_short(error)
            return None
        if written is not None:
            counts = {"applied": written.applied, "stale": written.stale, "refused": written.refused}
            wiring.observer.event("approved.written", unclear=written.unclear, later=written.later, **counts)
        return written

    def seconds_to_due(self) -> float | None:
        """How long until a deadline passes, a score fades or a paused CRM gets its next chance; None: nothing ahead.

        What became due since the last cycle looked is due at once.
        """
        now, looked = self.wiring.clock.now(), self._looked
        instants = [*(one.until for one in self.pauses.values()), self.wiring.store.next_recheck(looked)]
        ahead = [max((one - now).total_seconds(), 0.0) for one in instants if one is not None and one > looked]
        return min(ahead, default=None)

    def _keep_pauses(self, pauses: Mapping[str, Pause]) -> None:
        tell = self.wiring.observer.event
        for name, one in pauses.items():
            if one != self.pauses.get(name):
                until = one.until.isoformat(timespec="seconds")
                tell("crm.paused", system=name, until=until, failures=one.failures, words=one.words)
        for name in self.pauses.keys() - pauses.keys():
            tell("crm.back", system=name)
        self.pauses = pauses

    def _cut_short(self, error: CrmsyncError) -> None:
        self._looked = self.wiring.clock.now()
        self.wiring.observer.event("cycle.cut_short", error=type(error).__name__, words=str(error))
