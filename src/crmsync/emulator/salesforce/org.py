"""The Salesforce org: its schema, its rows, who may call, and the way in for control and server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmsync.emulator.salesforce import api, catalogue, ids, kept, late, loading, people, values
from crmsync.emulator.salesforce.api.batches import Batched
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.api.refused import unrouted
from crmsync.emulator.salesforce.fields import Choice
from crmsync.emulator.salesforce.problems import not_found
from crmsync.emulator.salesforce.rules import Rules
from crmsync.emulator.salesforce.schema import Schema, SObject
from crmsync.emulator.salesforce.soql.run import Found
from crmsync.emulator.salesforce.store import Record, Saved, Table, Values
from crmsync.emulator.wire import Answer, Asked, Json, Route, Router
from crmsync.emulator.world import SALESFORCE, AuditRow, BadRow, Row, World


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the org held at one moment; rows are shared with the org, never copied."""

    schema: Schema
    tables: Mapping[str, tuple[Saved, dict[str, str]]]
    numbers: Mapping[str, int]
    rules: Rules
    rule_owner: str | None
    held: tuple[late.Held, ...]


class Org:
    """One emulated org; satisfies `world.Crm`."""

    def __init__(self, world: World) -> None:
        """A stock org with one administrator for the API and nobody else."""
        self.world = world
        self.desk = world.desk(SALESFORCE)
        self.schema = Schema()
        self.tables = {sobject.name: Table(_stamp(sobject)) for sobject in self.schema.all()}
        self.rules = Rules()
        self.numbers: dict[str, int] = {}
        self.rule_owner: str | None = None  # the owner an active assignment rule gives to leads
        self.sessions: set[str] = {world.token}
        self.refresh_tokens: set[str] = set()
        self.codes: dict[str, str] = {}  # authorization codes that wait, with their PKCE challenge
        self.held: list[late.Held] = []  # steps in open transactions
        self.tags: dict[str, tuple[str, datetime]] = {}  # of describes, and when each was seen first
        self.parts = Router(())  # the calls that may stand inside another one; `routes` fills it
        self.cursor_times: dict[str, datetime] = {}  # when each cursor was opened
        self.jobs: dict[str, Job] = {}  # of the Bulk API 2.0
        self.batched: dict[str, Batched] = {}  # jobs of the Bulk API 1.0
        self.desk.faults.names["vendor_error"] = api.TROUBLES.keys()
        self.cursors: dict[str, Found] = {}
        self.day, self.before_today = self.now()[:10], 0
        loading.stock(self)

    def routes(self) -> Sequence[Route]:
        """The REST API, one module per family."""
        return api.routes(self)

    def load(self, row: Row) -> None:
        """Take one loaded row; see `loading`."""
        loading.load(self, row)

    def act(self, actor: str, step: Row) -> dict[str, Json]:
        """A person does one thing; see `people`."""
        late.commit_due(self)
        fault = self.desk.faults.take("open_transaction")
        if fault is not None:
            return late.hold(self, fault, actor or ids.SOMEBODY, step)
        return people.act(self, actor or ids.SOMEBODY, step)

    def checkpoint(self) -> Checkpoint:
        """Schema, rows and switches; sessions and open cursors are no part of it."""
        tables = {name: table.saved() for name, table in self.tables.items()}
        return Checkpoint(self.schema.copy(), tables, dict(self.numbers), self.rules, self.rule_owner, tuple(self.held))

    def restore(self, saved: Checkpoint) -> None:
        """Back to a checkpoint, with what was open forgotten."""
        self.undo(saved)
        self.cursors.clear()
        self.jobs.clear()
        self.batched.clear()
        self.sessions.add(self.world.token)

    def undo(self, saved: Checkpoint) -> None:
        """Take back what was written since a checkpoint; what is open stays open."""
        self.schema, self.numbers, self.rules = saved.schema.copy(), dict(saved.numbers), saved.rules
        self.rule_owner, self.held = saved.rule_owner, list(saved.held)
        for name, rows in saved.tables.items():
            self.tables[name].restore(rows)

    def unrouted(self, asked: Asked, known: bool) -> Answer:  # noqa: FBT001 - one fact of the router
        """404 for what nobody answers, 405 for the wrong method, our words for what only the vendor has."""
        return unrouted(self, asked, known=known)

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """The usage of the day, on every answer but the list of versions and the login."""
        if not asked.path.startswith("/services/data/v"):
            return {}
        return {"Sforce-Limit-Info": f"api-usage={self.used_today()}/{self.daily_calls()}"}

    def used_today(self) -> int:
        """The calls since the servers' day began (or since the books were cleared)."""
        total, today = self.desk.calls.total(), self.now()[:10]
        if today != self.day or total < self.before_today:
            self.day, self.before_today = today, 0 if total < self.before_today else max(0, total - 1)
        return total - self.before_today

    def daily_calls(self) -> int:
        """How many calls a day holds: the edition's, or as planted by `daily_limit {calls}`."""
        fault = self.desk.faults.setting("daily_limit") or {}
        given = fault.get("calls")
        return given if isinstance(given, int) else catalogue.DAILY_CALLS

    def commit_due(self) -> None:
        """Let in what open transactions held back until now."""
        late.commit_due(self)

    def now(self) -> str:
        """This instant as a system stamp."""
        return values.stamp(self.world.clock.now())

    def sobject(self, name: str) -> SObject:
        """The object of that name, if the API's user may see it; raises the vendor's NOT_FOUND."""
        found = self.schema.find(name)
        if found is None or found.access == "none":
            raise not_found()
        return found

    def known(self, name: str) -> SObject:
        """An object of the stock org, whoever may see it."""
        found = self.schema.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def offered(self) -> Iterable[SObject]:
        """The objects that the API's user may see, by name."""
        return (sobject for sobject in self.schema.all() if sobject.access != "none")

    def rows(self, sobject: SObject) -> Iterable[Record]:
        """All rows of an object, deleted ones too; objects of values list their picklist."""
        if sobject.name in catalogue.VALUE_TABLES:
            return _picklist_rows(self, sobject)
        return self.tables[sobject.name]

    def record(self, id_: str) -> Record | None:
        """The row of an 18-character id, whatever its object."""
        found = (self.row(sobject, id_) for sobject in self.schema.sharing(id_))
        return next((row for row in found if row is not None), None)

    def row(self, sobject: SObject, id_: str) -> Record | None:
        """The row of an object with an 18-character id."""
        if sobject.name in catalogue.VALUE_TABLES:
            return next((row for row in self.rows(sobject) if row.id == id_), None)
        return self.tables[sobject.name].get(id_)

    def new_id(self, sobject: SObject) -> str:
        """The next free id of an object."""
        table = self.tables[sobject.name]
        while True:
            number = self.numbers.get(sobject.prefix, 1000) + 1
            self.numbers[sobject.prefix] = number
            id_ = ids.numbered(sobject.prefix, number)
            if table.get(id_) is None:
                return id_

    def note(self, actor: str, op: str, record: tuple[str, str], changes: Mapping[str, tuple[Json, Json]]) -> None:
        """Enter one written record into the books: the audit for API clients, the edits for people."""
        book = self.desk.audit if actor == ids.API_USER else self.desk.edits
        book.append(AuditRow(self.world.clock.now(), actor, op, *record, dict(changes)))

    def before_write(self, records: Sequence[tuple[str, str]]) -> None:
        """Let the planted edits slip in before these records are written."""
        for edit in self.desk.faults.edits_before(records):
            step: dict[str, Json] = {"op": "update", "type": edit.type, "id": edit.id, "fields": edit.fields}
            try:
                self.act(edit.actor, step)
            except BadRow:
                continue  # nobody can edit a record that is gone meanwhile

    def assignment(self) -> str | None:
        """The owner the active assignment rule would set, None without a rule."""
        fault = self.desk.faults.setting("assignment_rule")
        owner = str(fault.get("owner") or "") if fault else ""
        return ids.to18(owner) or self.rule_owner


def _stamp(sobject: SObject) -> str:
    return "SystemModstamp" if sobject.field("SystemModstamp") else "CreatedDate"


def _picklist_rows(org: Org, sobject: SObject) -> list[Record]:
    owner, name, flag = catalogue.VALUE_TABLES[sobject.name]
    listing = org.known(owner)
    field = listing.field(name)
    found: list[Record] = []
    first = 100 if sobject.name == "OpportunityStage" else 0  # shares its prefix with the lead statuses
    for place, choice in enumerate(field.choices if field else (), 1):
        id_ = ids.numbered(sobject.prefix, first + place)
        row: Values = {
            "Id": id_,
            "MasterLabel": choice.label or choice.value,
            "ApiName": choice.value,
            "SortOrder": place,
            "IsDefault": choice.default,
            flag: {"IsConverted": choice.converted, "IsClosed": choice.closed}.get(flag, choice.value == "High"),
            **dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), "2020-01-01T00:00:00.000+0000"),
            **dict.fromkeys(("CreatedById", "LastModifiedById"), ids.API_USER),
        }
        found.append(Record(id_, row if first == 0 else {**row, **_stage_row(listing, choice)}))
    return found


def _stage_row(listing: SObject, choice: Choice) -> Values:
    chance, category, label, closed, won = kept.stage(listing, choice.value)
    forecast: Values = {"ForecastCategory": category, "ForecastCategoryName": label, "DefaultProbability": chance}
    return {"IsActive": choice.active, "IsClosed": closed, "IsWon": won, **forecast}
