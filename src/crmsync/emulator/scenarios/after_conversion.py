"""Converted leads and contacts: the contact carries the status from then on (domain.md 2.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmsync.emulator.scenarios import behaviour, records
from crmsync.emulator.scenarios.company import Company, Record
from crmsync.emulator.scenarios.instants import local_day
from crmsync.emulator.scenarios.people import Someone
from crmsync.emulator.scenarios.schema import SPELLED
from crmsync.emulator.scenarios.staff import Worker
from crmsync.emulator.scenarios.steady import ONE_VALUE

CONVERTED = "section 2: a converted lead claims nothing, the contact carries the trip; section 3: "


def won_over(company: Company) -> None:
    """Converted with an opportunity, contact status blank, HubSpot OPEN_DEAL: the contact gets "Closed - Converted"."""
    who, owner, first, second = _converted(company, opportunity=True)
    third = _in_portal(company, who, owner, second, "OPEN_DEAL")
    _blank(company, second, "qualified")
    company.plant("won_over", "qualified", CONVERTED + "one value, unknown", who, (first, second, third), owner)


def converted_to_contact(company: Company) -> None:
    """Converted without an opportunity, contact status blank, HubSpot IN_PROGRESS: the contact gets "Working"."""
    who, owner, first, second = _converted(company, opportunity=False)
    third = _in_portal(company, who, owner, second, "IN_PROGRESS")
    _blank(company, second, "working")
    company.plant(
        "converted_to_contact", "working", CONVERTED + "one value, unknown", who, (first, second, third), owner
    )


def converted_without_hubspot(company: Company) -> None:
    """Converted without an opportunity, nothing in HubSpot, called by the owner. No claim, accepted: "Working"."""
    who, owner, first, second = _converted(company, opportunity=False)
    _blank(company, second, "working")
    why = CONVERTED + "no claim, the owner's call is evidence: SAL"
    company.plant("converted_without_hubspot", "working", why, who, (first, second), owner)


def converted_in_order(company: Company) -> None:
    """Converted, and contact status and HubSpot already agree. Line "one value": nothing to write."""
    status = company.rng.choice(("qualified", "working"))
    who, owner, first, second = _converted(company, opportunity=status == "qualified", status=status)
    third = _in_portal(company, who, owner, second, SPELLED[status][1])
    company.plant("converted_in_order", status, CONVERTED + "one value, unknown", who, (first, second, third), owner)


def contact_without_status(company: Company) -> None:
    """A contact that was never a lead, status blank, legal in HubSpot: the contact gets the spelling."""
    who, status = company.someone(), company.rng.choice(("working", "inquiry", "recycled"))
    owner, created = company.rep(who), company.long_ago(330, 40)
    first = records.contact(company, who, None, created, owner)
    behaviour.calls(company, owner, created, first)
    second = _in_portal(company, who, owner, first, SPELLED[status][1])
    company.mark("contact_statuses", record=first.id, value=SPELLED[status][0])
    company.plant("contact_without_status", status, ONE_VALUE, who, (first, second), owner)


def contact_in_order(company: Company) -> None:
    """A contact that was never a lead, the same status in both. Line "one value": nothing to write."""
    who, status = company.someone(), company.rng.choice(("working", "working", "recycled"))
    owner, created = company.rep(who), company.long_ago(330, 40)
    first = records.contact(company, who, SPELLED[status][0], created, owner)
    behaviour.calls(company, owner, created, first)
    second = _in_portal(company, who, owner, first, SPELLED[status][1])
    company.plant("contact_in_order", status, ONE_VALUE, who, (first, second), owner)


def customer(company: Company) -> None:
    """A customer without any status: out of the funnel (statuses.yaml not_in_funnel), no status is written."""
    who = company.someone()
    owner, created = company.rep(who), company.long_ago(330, 40)
    first = records.contact(company, who, None, created, owner)
    second = records.portal(company, who, None, created, owner, lifecyclestage="customer", salesforcecontactid=first.id)
    company.mark("customers_without_status", records=[first.id, second.id])
    company.plant("customer", None, "statuses.yaml: not_in_funnel", who, (first, second), owner)


def _converted(
    company: Company, *, opportunity: bool, status: str | None = None
) -> tuple[Someone, Worker, Record, Record]:
    who = company.someone(company.rng.choice("AB"))
    owner, created = company.closer(who), company.long_ago(330, 90)
    converted = created + timedelta(days=company.rng.randint(15, 60))
    second = records.contact(company, who, SPELLED[status][0] if status else None, converted, owner)
    first = records.lead(
        company, who, "Closed - Converted", created, owner,
        IsConverted=True,
        ConvertedContactId=second.id,
        ConvertedAccountId=company.ids.salesforce("Account"),
        ConvertedOpportunityId=company.ids.salesforce("Opportunity") if opportunity else None,
        ConvertedDate=local_day(converted),
    )  # fmt: skip
    _calls_moved(company, second, converted, owner)
    company.mark("converted", lead=first.id, contact=second.id)
    return who, owner, first, second


def _calls_moved(company: Company, contact: Record, after: datetime, owner: Worker) -> None:
    """On conversion the calls move from the lead to the contact."""
    behaviour.calls(company, owner, after, contact)


def _in_portal(company: Company, who: Someone, owner: Worker, contact: Record, status: str) -> Record:
    return records.portal(company, who, status, company.long_ago(300, 40), owner, **records.linked(company, contact))


def _blank(company: Company, contact: Record, status: str) -> None:
    company.mark("contact_statuses", record=contact.id, value=SPELLED[status][0])


ARCHETYPES = (
    (won_over, 7, 10),
    (converted_to_contact, 4, 6),
    (converted_without_hubspot, 3, 5),
    (converted_in_order, 6, 9),
    (contact_without_status, 7, 10),
    (contact_in_order, 12, 18),
    (customer, 10, 14),
)
