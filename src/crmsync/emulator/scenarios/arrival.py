"""The new inquiry of Wednesday 10:00, as a web form and an integration write it into both CRMs."""

from __future__ import annotations

from datetime import timedelta

from crmsync.emulator.scenarios import interest
from crmsync.emulator.scenarios.company import Company, Row
from crmsync.emulator.scenarios.instants import START, iso, salesforce_stamp
from crmsync.emulator.scenarios.people import Someone

TEN = START + timedelta(hours=1)


class Arrival:
    """Somebody of a firm that fits, from the United Kingdom or around, who asks for a demo at ten."""

    def __init__(self, company: Company) -> None:
        self.who = company.someone("A", dach=False)
        self.lead = company.ids.salesforce("Lead")
        self.contact = company.ids.hubspot("contacts")
        self._queue, self._machine = company.staff.queue, company.staff.integration.user

    def rows(self) -> Row:
        """Load rows by system: the lead lies in the queue; contact and form stand in HubSpot."""
        form: Row = {"type": "events", "fields": interest.form_event(self.contact, TEN, "Request a demo")}
        return {
            "salesforce": [{"type": "Lead", "id": self.lead, "fields": self._lead_fields()}],
            "hubspot": [{"type": "contacts", "id": self.contact, "fields": self._contact_fields()}, form],
        }

    def _lead_fields(self) -> Row:
        return {
            **_named(self.who),
            "LeadSource": "Web",
            "Status": "Inquiry",
            "OwnerId": self._queue,
            **dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), salesforce_stamp(TEN)),
            **dict.fromkeys(("CreatedById", "LastModifiedById"), self._machine),
        }

    def _contact_fields(self) -> Row:
        who = self.who
        return {
            "firstname": who.first or None,
            "lastname": who.last,
            "company": who.company,
            "jobtitle": who.title,
            "email": who.email,
            "phone": who.phone,
            "country": who.country,
            "industry": who.industry,
            "numemployees": str(who.employees),
            "hs_lead_status": "NEW",
            "salesforceleadid": self.lead,
            **dict.fromkeys(("createdate", "lastmodifieddate"), iso(TEN)),
        }


def _named(who: Someone) -> Row:
    return {
        "FirstName": who.first or None,
        "LastName": who.last,
        "Company": who.company,
        "Title": who.title,
        "Email": who.email,
        "Phone": who.phone,
        "Country": who.country,
        "Industry": who.industry,
        "NumberOfEmployees": who.employees,
    }
