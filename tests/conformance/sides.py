"""The three CRMs behind one face: how people are put in, edited and deleted, and how a connector is opened."""

import urllib.request
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from crmsync.connectors.registry import CONNECTORS
from crmsync.emulator.hubspot.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from crmsync.emulator.salesforce.ids import to18
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

    def opened(self, notes: Notes | None = None, method: str = ""):
        """A connector as a new process would have it, with pages of two rows where the CRM lets us."""
        if self.system == "memo":
            return MemoCrm(self.book)
        secrets = {
            "salesforce_client_id": "crmsync",
            "salesforce_client_secret": self.running.token,
            "hubspot_token": self.running.token,
            "hubspot_client_id": CLIENT_ID,
            "hubspot_client_secret": CLIENT_SECRET,
            "hubspot_refresh_token": REFRESH_TOKEN,
        }
        salesforce = self.system == "salesforce"
        version, usual = ("62.0", "client_credentials") if salesforce else ("2026-09", "token")
        return CONNECTORS[self.system](self.url, version, secrets, method or usual, notes or Notes(), Sleeps())

    def passing(self, notes: Notes):
        """A connector whose way in ends now and then, so that it has to be renewed."""
        return self.opened(notes, {"salesforce": "client_credentials", "hubspot": "oauth"}[self.system])

    @property
    def url(self) -> str:
        return self.running.salesforce_url if self.system == "salesforce" else self.running.hubspot_url

    # The CRM

    def reset(self) -> "Side":
        self.clean()
        self.crm = self.opened()
        return self

    def clean(self, *faults: dict) -> None:
        """An empty CRM at nine, with pages of two rows and these faults."""
        if self.system != "memo":
            control(self.url, "reset", {})
            control(self.url, "clock", {"set": START})
            control(self.url, "clock", {"freeze": True})
            control(self.url, "faults", [{"kind": "short_pages", "rows": 2}, *faults])

    def fault(self, **fault) -> None:
        control(self.url, "faults", [fault])

    def heal(self) -> None:
        """Nothing goes wrong any more, and pages are as long as the vendor makes them."""
        request = urllib.request.Request(f"{self.url}/__emulator__/faults", method="DELETE")  # noqa: S310 - loopback
        urllib.request.urlopen(request).close()  # noqa: S310 - loopback

    def audit(self) -> list[dict]:
        """Every record that API clients wrote."""
        return list(control(self.url, "audit"))

    def calls(self) -> Counter[str]:
        """How often API clients called, by method and route."""
        return Counter(control(self.url, "calls")["by"])

    def id(self, number: int):
        return self._id.format(number)

    def ref(self, number: int):
        return next(one.ref for one in self.everybody() if one.ref.id.startswith(self.id(number)))

    def ref_of(self, number: int) -> Ref:
        """The name of a person's record, without asking."""
        id_ = self.id(number)
        return Ref(self.system, self.object, to18(id_) or id_ if self.system == "salesforce" else id_)

    def put(self, *numbers: int, status: str | None = None, at: str | None = OLD) -> None:
        """People who have been there for a month, or (`at` None) who come now."""
        status = status or self.words[0]
        if self.system == "memo":
            for one in numbers:
                stamp = datetime.fromisoformat(at) if at else None
                self.book.put("people", self.id(one), stamp, stand=status, last=f"N{one}")
            return
        fields = {self.status: status, **({STAMP[self.system]: at} if at else {})}
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

    def late_edit(self, number: int, status: str, seconds: float) -> None:
        """Somebody's change that nobody can see before so many seconds; its stamp is from now."""
        if self.system == "memo":
            self.book.put_late("people", self.id(number), seconds, stand=status)
            return
        kind = {"salesforce": "open_transaction", "hubspot": "search_lag"}[self.system]
        self.fault(kind=kind, seconds=seconds)
        self.edit(number, status)

    def merge(self, winner: int, loser: int) -> str:
        """Somebody merges two records; returns the id of the one that lives on."""
        step = {"op": "merge", "type": self.object, "id": self.id(winner), "loser": self.id(loser)}
        survivor = str(self._people(step)["done"][0]["id"])
        return to18(survivor) or survivor if self.system == "salesforce" else survivor

    def people_do(self, *steps) -> None:
        """Whatever else people do."""
        self._people(*steps)

    def now(self) -> datetime:
        """What the CRM's own clock says."""
        return datetime.fromisoformat(control(self.url, "clock")["now"])

    def with_survivor(self) -> StreamSpec:
        """The stream of people with the field that says into whom a record was merged."""
        return self.with_fields({"salesforce": "MasterRecordId", "hubspot": "merged_into"}.get(self.system, ""))

    def with_fields(self, *names: str) -> StreamSpec:
        """The stream of people with more of the vendor's fields."""
        more = tuple(FieldSpec(f"our_{one}", one) for one in names)
        people: StreamSpec = self.people
        return replace(people, fields=(*people.fields, *more))

    def bring_back(self, number: int) -> None:
        """Somebody takes a deleted record out of the bin."""
        if self.system == "memo":
            self.book.gone.discard(Ref("memo", "people", self.id(number)))
            self.book.put("people", self.id(number))
            return
        back = {"salesforce": "undelete", "hubspot": "restore"}[self.system]
        self._people({"op": back, "type": self.object, "id": self.id(number)})

    def _people(self, *steps) -> Any:
        return control(self.url, "actors", {"actor": ACTOR, "do": list(steps)})

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
