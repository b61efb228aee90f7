"""Everything `explain` tells about one person, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.agreement.model import Agreement
from crmsync.model.decisions import Decision, Score
from crmsync.model.memory import PersonHistory, SetAside
from crmsync.model.people import Observed, Pass
from crmsync.model.plans import PlanRow
from crmsync.model.records import Snapshot, Value
from crmsync.reports.changes import People
from crmsync.rules.imports import ImportFinding
from crmsync.rules.local_time import moment
from crmsync.rules.sales_ready import Readiness
from crmsync.rules.sla import ClockFinding
from crmsync.rules.status import StatusFinding


@dataclass(frozen=True, slots=True)
class Known:
    """What every rule found about the person."""

    records: tuple[Snapshot, ...]
    attributes: Mapping[str, Value]
    bought: ImportFinding
    score: Score
    readiness: Readiness
    status: StatusFinding | None
    trip: Pass | None
    clock: ClockFinding | None


@dataclass(frozen=True, slots=True)
class Story:
    """One person as of the last cycle. `known` is None for somebody who is left entirely alone.

    `waiting` are (plan digest, row).
    """

    asked: str
    as_of: datetime
    observed: Observed
    decision: Decision
    known: Known | None
    history: PersonHistory | None
    waiting: tuple[tuple[str, PlanRow], ...]
    set_aside: tuple[SetAside, ...]
    agreement: Agreement
    people: People
    team: str

    def time(self, at: datetime) -> str:
        """An instant as the office reads it; the year is told where it is another one."""
        year = self.people.calendar.local(at).year
        other = f" {year}" if year != self.people.calendar.local(self.as_of).year else ""
        return moment(at, self.people.calendar) + other
