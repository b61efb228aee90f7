"""What people and reps did over the year: calls (in either CRM or both), mails, forms, page views."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmsync.emulator.scenarios import pools
from crmsync.emulator.scenarios.company import Company, Record, Row
from crmsync.emulator.scenarios.instants import START, any_instant, iso, local_day, office_instant, salesforce_stamp
from crmsync.emulator.scenarios.staff import Worker
from crmsync.emulator.wire import Json


def call(
    company: Company, about: Record, at: datetime, rep: Worker, outcome: str = "", *, inbound: bool = False
) -> str:
    """A call logged in Salesforce (a completed task of subtype Call) or in HubSpot, by where the record lives."""
    if about.system == "salesforce":
        return _salesforce_call(company, about, at, rep, outcome, inbound=inbound)
    return _hubspot_call(company, about, at, rep, outcome, inbound=inbound)


def twin_call(company: Company, lead: Record, portal: Record, at: datetime, rep: Worker, outcome: str) -> None:
    """The same call in both CRMs, at most 100 seconds apart."""
    first = call(company, lead, at, rep, outcome)
    second = call(company, portal, at + timedelta(seconds=company.rng.randint(0, 100)), rep, outcome)
    company.mark("twins", salesforce=first, hubspot=second)


def calls(company: Company, owner: Worker, after: datetime, lead: Record, portal: Record | None = None) -> None:
    """One to four calls by the owner at different days after an instant; some are in both CRMs."""
    days_ago = _days_ago(after)
    for number in range(company.rng.randint(1, 4)):
        # a day of its own for each call, so that no two calls are the same call by accident
        at = office_instant(company.rng, days_ago * (1 - number / 5), days_ago * (1 - number / 5) * 0.9)
        outcome = company.rng.choice(sorted(pools.CALL_OUTCOMES))
        if portal is not None and company.rng.random() < 1 / 3:
            twin_call(company, lead, portal, at, owner, outcome)
        else:
            call(company, portal if portal and company.rng.random() < 1 / 4 else lead, at, owner, outcome)


def mail(company: Company, portal: Record, at: datetime, rep: Worker, *, sequence: bool = False) -> None:
    """A mail to the person: one-to-one, or sent by a sequence - which is no touch."""
    subject = company.rng.choice(pools.SEQUENCE_SUBJECTS if sequence else pools.MAIL_SUBJECTS)
    more: Row = {"hs_sequence_id": str(company.rng.randint(300, 340))} if sequence else {}
    _email(
        company,
        portal,
        at,
        {"hs_email_direction": "EMAIL", "hubspot_owner_id": rep.owner, "hs_email_subject": subject} | more,
    )


def reply(company: Company, portal: Record, at: datetime) -> None:
    """A mail from the person."""
    subject = f"Re: {company.rng.choice(pools.MAIL_SUBJECTS)}"
    _email(company, portal, at, {"hs_email_direction": "INCOMING_EMAIL", "hs_email_subject": subject})


def form(company: Company, portal: Record, at: datetime, name: str) -> None:
    """A form the person sent."""
    company.load("hubspot", "events", company.ids.hubspot("events"), form_event(portal.id, at, name))


def form_event(contact: str, at: datetime, name: str) -> Row:
    """The event occurrence of a form, as `load` and `actors` take it."""
    return _event(contact, at, "e_submitted_form", {"hs_form_name": name, "hs_url": f"{pools.SITE}/forms"})


def visit(company: Company, portal: Record, at: datetime, url: str) -> None:
    """A page the person looked at."""
    event = _event(portal.id, at, "e_visited_page", {"hs_url": url, "hs_title": url.rpartition("/")[2] or "Home"})
    company.load("hubspot", "events", company.ids.hubspot("events"), event)


def asks_for_demo(company: Company, portal: Record, before: datetime | None = None) -> datetime:
    """A demo request of the last days and a look at the prices: sales-ready where the firm fits, for days to come."""
    at = before - timedelta(minutes=company.rng.randint(6, 50)) if before else any_instant(company.rng, 8, 2)
    form(company, portal, at, company.rng.choice(pools.DEMO_FORMS))
    for minutes in company.rng.sample(range(1, 30), company.rng.randint(1, 3)):
        visit(company, portal, at - timedelta(minutes=minutes), pools.PRICING)
    return at


def idles(company: Company, portal: Record, *, forms: bool = True) -> None:
    """Interest far below 40: pages, a newsletter, at most one old look at prices, at most one old reply."""
    rng = company.rng
    for _ in range(rng.randint(0, 5)):
        visit(company, portal, any_instant(rng, 300, 1), rng.choice(pools.PAGES))
    if rng.random() < 1 / 5:
        visit(company, portal, any_instant(rng, 200, 25), pools.PRICING)
    if rng.random() < 1 / 12:
        visit(company, portal, any_instant(rng, 200, 5), pools.CAREERS)
    if forms and rng.random() < 1 / 2:
        form(company, portal, any_instant(rng, 300, 3), rng.choice(pools.OTHER_FORMS))
    if forms and rng.random() < 1 / 6:
        reply(company, portal, office_instant(rng, 300, 70))
    if forms and rng.random() < 1 / 10:
        form(company, portal, any_instant(rng, 330, 150), rng.choice(pools.DEMO_FORMS))


def _salesforce_call(company: Company, about: Record, at: datetime, rep: Worker, outcome: str, *, inbound: bool) -> str:
    id_ = company.ids.salesforce("Task")
    stamp = salesforce_stamp(at)
    fields: Row = {
        **logged_call(about.id, rep.user, at, outcome, company.rng.choice(pools.CALL_SUBJECTS), inbound=inbound),
        "CallDurationInSeconds": company.rng.randint(4, 900),
        "CompletedDateTime": stamp,
        "CreatedDate": stamp,
        "CreatedById": rep.user,
        "LastModifiedDate": stamp,
        "LastModifiedById": rep.user,
        "SystemModstamp": stamp,
    }
    company.load("salesforce", "Task", id_, fields)
    return id_


def logged_call(
    who: str, user: str, at: datetime, outcome: str, subject: str = "Call", *, inbound: bool = False
) -> Row:
    """The fields a rep fills when logging a call in Salesforce."""
    return {
        "Subject": subject,
        "TaskSubtype": "Call",
        "CallType": "Inbound" if inbound else "Outbound",
        "CallDisposition": outcome or None,
        "WhoId": who,
        "OwnerId": user,
        "Status": "Completed",
        "Priority": "Normal",
        "ActivityDate": local_day(at),
    }


def _hubspot_call(company: Company, about: Record, at: datetime, rep: Worker, outcome: str, *, inbound: bool) -> str:
    id_ = company.ids.hubspot("calls")
    fields: Row = {
        "hs_timestamp": iso(at),
        "hs_createdate": iso(at),
        "hs_lastmodifieddate": iso(at),
        "hs_call_direction": "INBOUND" if inbound else "OUTBOUND",
        "hs_call_disposition": pools.CALL_OUTCOMES.get(outcome),
        "hs_call_title": company.rng.choice(pools.CALL_SUBJECTS),
        "hs_call_status": "COMPLETED",
        "hs_call_duration": str(company.rng.randint(4, 900) * 1000),
        "hubspot_owner_id": rep.owner,
        "hs_object_source": "CRM_UI",
        "associations": {"contacts": [about.id]},
    }
    company.load("hubspot", "calls", id_, fields)
    return id_


def _email(company: Company, portal: Record, at: datetime, more: Row) -> None:
    stamp = iso(at)
    times: Row = {"hs_timestamp": stamp, "hs_createdate": stamp, "hs_lastmodifieddate": stamp}
    fields: Row = {**times, "hs_email_status": "SENT", "associations": {"contacts": [portal.id]}, **more}
    company.load("hubspot", "emails", company.ids.hubspot("emails"), fields)


def _event(contact: str, at: datetime, type_: str, properties: dict[str, Json]) -> Row:
    return {
        "objectType": "CONTACT",
        "objectId": contact,
        "eventType": type_,
        "occurredAt": iso(at),
        "properties": properties,
    }


def _days_ago(at: datetime) -> float:
    return max(2.0, (START - at).total_seconds() / 86400)
