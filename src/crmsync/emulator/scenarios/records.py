"""Writes one person's records: Salesforce lead and contact, HubSpot contact, and how they are linked."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmsync.emulator.scenarios import pools
from crmsync.emulator.scenarios.company import Company, Record, Row
from crmsync.emulator.scenarios.instants import START, iso, salesforce_stamp
from crmsync.emulator.scenarios.people import Someone
from crmsync.emulator.scenarios.staff import Worker
from crmsync.emulator.wire import Json

_LAST_EDIT = START - timedelta(hours=38)  # Monday evening: before go-live, and no edit so fresh that a correction waits


def lead(
    company: Company,
    who: Someone,
    status: str,
    created: datetime,
    owner: Worker | None,
    **more: Json,
) -> Record:
    """A Salesforce lead; without an owner it lies in the queue. `more` are further fields, e.g. IsConverted."""
    id_ = company.ids.salesforce("Lead")
    touched = _later(company, created)
    fields: Row = {
        "FirstName": who.first or None,
        "LastName": who.last,
        "Company": who.company,
        "Title": who.title,
        "Email": _as_typed(company, who.email),
        "Phone": who.phone,
        "Country": who.country,
        "Industry": who.industry,
        "NumberOfEmployees": who.employees,
        "LeadSource": company.rng.choice(pools.LEAD_SOURCES),
        "Status": status,
        "OwnerId": owner.user if owner else company.staff.queue,
        "IsConverted": False,
        **_stamps(company, created, touched, owner),
        **more,
    }
    company.load("salesforce", "Lead", id_, fields)
    converted = fields["IsConverted"] is True
    return Record("salesforce", "Lead", id_, status, follows=not converted, frozen_whole=converted)


def contact(
    company: Company, who: Someone, status: str | None, created: datetime, owner: Worker, **more: Json
) -> Record:
    """A Salesforce contact with (or without) a contact status."""
    id_ = company.ids.salesforce("Contact")
    fields: Row = {
        "FirstName": who.first or None,
        "LastName": who.last,
        "Title": who.title,
        "Email": who.email,
        "Phone": who.phone,
        "MailingCountry": who.country,
        "Contact_Status__c": status,
        "OwnerId": owner.user,
        **_stamps(company, created, _later(company, created), owner),
        **more,
    }
    company.load("salesforce", "Contact", id_, fields)
    return Record("salesforce", "Contact", id_, status)


def portal(
    company: Company, who: Someone, status: str | None, created: datetime, owner: Worker | None = None, **more: Json
) -> Record:
    """A HubSpot contact; all values are strings, as HubSpot keeps them."""
    id_ = company.ids.hubspot("contacts")
    fields: Row = {
        "firstname": who.first or None,
        "lastname": who.last,
        "company": who.company,
        "jobtitle": who.title,
        "email": who.email,
        "phone": who.phone,
        "country": who.country,
        "industry": who.industry,
        "numemployees": str(who.employees),
        "hs_lead_status": status,
        "lifecyclestage": "lead",
        "hubspot_owner_id": owner.owner if owner else None,
        "createdate": iso(created),
        "lastmodifieddate": iso(_later(company, created)),
        **more,
    }
    company.load("hubspot", "contacts", id_, fields)
    return Record("hubspot", "contacts", id_, status)


def linked(company: Company, record: Record) -> Row:
    """How HubSpot knows the Salesforce record: by its id (18 or, from older days, 15 characters) or by e-mail alone."""
    name = "salesforceleadid" if record.object == "Lead" else "salesforcecontactid"
    known_by = company.rng.random()
    if known_by < 0.4:
        return {}
    return {name: record.id if known_by < 0.9 else record.id[:15]}


def pair(
    company: Company,
    who: Someone,
    statuses: tuple[str, str | None],
    created: datetime,
    owner: Worker | None,
    **more: Json,
) -> tuple[Record, Record]:
    """The usual person: a lead in Salesforce and a contact in HubSpot, same owner on both sides."""
    first = lead(company, who, statuses[0], created, owner, **more)
    after = min(created + timedelta(minutes=company.rng.randint(1, 600)), _LAST_EDIT)
    second = portal(company, who, statuses[1], max(after, created), owner, **linked(company, first))
    return first, second


def _stamps(company: Company, created: datetime, touched: datetime, owner: Worker | None) -> Row:
    by = owner or company.staff.marketing[0]
    return {
        "CreatedDate": salesforce_stamp(created),
        "CreatedById": company.staff.integration.user,
        "LastModifiedDate": salesforce_stamp(touched),
        "LastModifiedById": by.user,
        "SystemModstamp": salesforce_stamp(touched),
    }


def _later(company: Company, created: datetime) -> datetime:
    return created if created >= _LAST_EDIT else created + (_LAST_EDIT - created) * company.rng.random()


def _as_typed(company: Company, email: str) -> str:
    return email.title() if company.rng.random() < 1 / 12 else email
