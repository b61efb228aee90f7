"""The three CRMs behind one face: how people are put in, edited and deleted, and how a connector is opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crmsync.connectors.registry import CONNECTORS
from crmsync.emulator.serving import Running
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import FieldSpec, StreamSpec, WriteRow
from tests.conformance.memo import Book, MemoCrm
from tests.connectors.doubles import Notes, Sleeps, control

START = "2026-12-02T09:00:00Z"
OLD = "2026-11-01T08:00:00Z"
SPOKEN = {
    "memo": ("people", "stand", "last", "m{:03}", ("n-new", "n-works")),
    "salesforce": ("Lead", "Status", "LastName", "00Q{:012}", ("Working - Contacted", "Open - Not Contacted")),
    "hubspot": ("contacts", "hs_lead_status", "lastname", "{}", ("NEW", "OPEN")),
}
STAMP = {"salesforce": "SystemModstamp", "hubspot": "lastmodifieddate"}
ACTOR = "005000000000077AAA"


@dataclass
class Side:
    """One CRM with people in it. Numbers name people; `words` are two statuses it knows."""

    system: str
    running: Running
    book: Book
    crm: Any = None

    def __post_init__(self):
        self.object, self.status, self.name, self._id, self.words = SPOKEN[self.system]
        fields = (FieldSpec("status", self.status, writable=True), FieldSpec("last_name", self.name))
        self.people = StreamSpec(self.system, "people", self.object, RecordKind.CONTACT, fields)

    # The connector

    def opened(self):
        """A connector as a new process would have it, with pages of two rows where the CRM lets us."""
        if self.system == "memo":
            return MemoCrm(self.book)
        secrets = {
            "salesforce_client_id": "crmsync",
            "salesforce_client_secret": self.running.token,
            "hubspot_token": self.running.token,
        }
        salesforce = self.system == "salesforce"
        version, method = ("62.0", "client_credentials") if salesforce else ("2026-09", "token")
        open_ = CONNECTORS[self.system]
        return open_(self.url, version, secrets, method, Notes(), Sleeps())

    @property
    def url(self) -> str:
        return self.running.salesforce_url if self.system == "salesforce" else self.running.hubspot_url

    # The CRM

    def reset(self) -> "Side":
        if self.system != "memo":
            control(self.url, "reset", {})
            control(self.url, "clock", {"set": START})
            control(self.url, "clock", {"freeze": True})
            control(self.url, "faults", [{"kind": "short_pages", "rows": 2}])
        self.crm = self.opened()
        return self

    def id(self, number: int):
        return self._id.format(number)

    def ref(self, number: int):
        return next(one.ref for one in self.everybody() if one.ref.id.startswith(self.id(number)))

    def put(self, *numbers: int, status: str | None = None) -> None:
        """People who have been there for a month."""
        status = status or self.words[0]
        if self.system == "memo":
            for one in numbers:
                self.book.put("people", self.id(one), datetime.fromisoformat(OLD), stand=status, last=f"N{one}")
            return
        fields = {self.status: status, STAMP[self.system]: OLD}
        more = {"Company": "C"} if self.system == "salesforce" else {}
        rows = [
            {"type": self.object, "id": self.id(one), "fields": {**fields, **more, self.name: f"N{one}"}}
            for one in numbers
        ]
        control(self.url, "load", rows)

    def edit(self, number: int, status: str) -> None:
        """Somebody changes a status."""
        if self.system == "memo":
            self.book.put("people", self.id(number), stand=status)
            return
        self._people({"op": "update", "type": self.object, "id": self.id(number), "fields": {self.status: status}})

    def delete(self, number: int) -> None:
        """Somebody deletes a record."""
        if self.system == "memo":
            self.book.gone.add(Ref("memo", "people", self.id(number)))
            self.book.put("people", self.id(number))
            return
        self._people({"op": "delete", "type": self.object, "id": self.id(number)})

    def _people(self, *steps) -> None:
        control(self.url, "actors", {"actor": ACTOR, "do": list(steps)})

    def advance(self, seconds: float) -> None:
        if self.system == "memo":
            self.book.now += timedelta(seconds=seconds)
        else:
            control(self.url, "clock", {"advance": seconds})

    # What is asked of it

    def everybody(self) -> list:
        return [record for page in self.crm.pull(self.people, None) for record in page.records]

    def pull(self, cursor=None, crm=None):
        """(records, last cursor) of one pass."""
        pages = list((crm or self.crm).pull(self.people, cursor))
        return [record for page in pages for record in page.records], pages[-1].cursor

    def row(self, ref: Ref, status: str, op: str = "op") -> WriteRow:
        return WriteRow(op, ref, {self.status: status})
