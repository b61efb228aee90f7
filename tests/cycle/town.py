"""A handful of people at Halden Freight, loaded by hand: each planted for one peculiarity."""

from dataclasses import dataclass, field

from crmsync.emulator.scenarios import schema, staff
from crmsync.emulator.scenarios.ids import Ids
from crmsync.emulator.stage import Stage
from tests.cycle.river import River

NINE = "2026-12-02T09:00:00Z"
LONG_AGO = "2026-10-05T08:00:00.000Z"
LAST_WEEK = "2026-11-25T10:00:00.000Z"
FITS = {"Industry": "Logistics", "NumberOfEmployees": 120, "Title": "Head of Operations", "Country": "GB"}

IDS = Ids()
STAFF = staff.hire(IDS)
TOM = next(one for one in STAFF.reps if one.first == "Tom")
PETRA = STAFF.marketing[0]


def settle(stage: Stage) -> None:
    """The company without any people: its fields and its staff; `reset` comes back to here."""
    stage.load_all(schema.rows())
    stage.load_all(STAFF.rows())
    stage.keep_start()


@dataclass
class Town:
    """Loads people into both CRMs and remembers their ids by name."""

    river: River
    ids: Ids = field(default_factory=Ids)

    def lead(self, name: str, status: str | None = "Working", **fields) -> str:
        """A Salesforce lead of Tom's, last edited a week ago."""
        id_ = self.ids.salesforce("Lead")
        at = fields.pop("at", LAST_WEEK)
        by = fields.pop("by", TOM.user)
        known = {
            "FirstName": "Zoé",
            "LastName": name,
            "Company": f"{name} Ltd",
            "Email": f"{name.lower()}@example.org",
            "LeadSource": "Web",
            "Status": status,
            "OwnerId": TOM.user,
            "IsConverted": False,
            "CreatedDate": LONG_AGO,
            "LastModifiedDate": at,
            "SystemModstamp": at,
            "CreatedById": by,
            "LastModifiedById": by,
            **FITS,
        }
        self.river.load("salesforce", {"type": "Lead", "id": id_, "fields": {**known, **fields}})
        return id_

    def body(self, name: str, status: str | None = None, **fields) -> str:
        """A Salesforce contact of Tom's."""
        id_ = self.ids.salesforce("Contact")
        known = {
            "FirstName": "Zoé",
            "LastName": name,
            "Email": f"{name.lower()}@example.org",
            "Contact_Status__c": status,
            "OwnerId": TOM.user,
            "CreatedDate": LONG_AGO,
            "LastModifiedDate": LAST_WEEK,
            "SystemModstamp": LAST_WEEK,
            "CreatedById": TOM.user,
            "LastModifiedById": TOM.user,
        }
        self.river.load("salesforce", {"type": "Contact", "id": id_, "fields": {**known, **fields}})
        return id_

    def hub(self, name: str, status: str | None = "IN_PROGRESS", **fields) -> str:
        """A HubSpot contact."""
        id_ = self.ids.hubspot("contacts")
        at = fields.pop("at", LAST_WEEK)
        known = {
            "firstname": "Zoé",
            "lastname": name,
            "email": f"{name.lower()}@example.org",
            "hs_lead_status": status,
            "lifecyclestage": "lead",
            "hubspot_owner_id": TOM.owner,
            "createdate": LONG_AGO,
            "lastmodifieddate": at,
        }
        self.river.load("hubspot", {"type": "contacts", "id": id_, "fields": {**known, **fields}})
        return id_

    def pair(
        self, name: str, lead: str | None = "Working", hub: str | None = "IN_PROGRESS", **fields
    ) -> tuple[str, str]:
        """One person with a record in each CRM, joined by e-mail."""
        return self.lead(name, lead, **fields), self.hub(name, hub)

    def demo_request(self, contact: str, at: str) -> None:
        """Somebody fills the demo form."""
        form = {
            "objectType": "CONTACT",
            "objectId": contact,
            "eventType": "e_submitted_form",
            "occurredAt": at,
            "properties": {"hs_form_name": "Book a demo", "hs_url": "https://halden.example/demo"},
        }
        self.river.load("hubspot", {"type": "events", "fields": form})

    def overdue(self, name: str = "Brook") -> tuple[str, str]:
        """Sales-ready, handed to Tom on Tuesday at noon, and nobody called: overdue since Tuesday 17:30."""
        noon = "2026-12-01T12:00:00.000Z"
        pair = self.lead(name, "Open - Not Contacted", CreatedDate=noon, at=noon), self.hub(name, "OPEN", at=noon)
        self.demo_request(pair[1], "2026-12-01T11:50:00.000Z")
        return pair
