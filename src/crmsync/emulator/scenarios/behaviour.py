"""What reps did over the year, and what came back: calls (in either CRM or both), mails, to-dos."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmsync.emulator.scenarios import pools
from crmsync.emulator.scenarios.company import Company, Record, Row
from crmsync.emulator.scenarios.instants import START, iso, local_day, office_instant, salesforce_stamp
from crmsync.emulator.scenarios.staff import Worker


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


def logged_mail(company: Company, lead: Record, at: datetime, rep: Worker) -> None:
    """A personal mail, logged in Salesforce as a task of subtype Email."""
    fields: Row = {"Subject": f"Email: {company.rng.choice(pools.MAIL_SUBJECTS)}", "TaskSubtype": "Email"}
    _task(company, lead, at, rep, fields | {"Status": "Completed", "CompletedDateTime": salesforce_stamp(at)})


def todo(company: Company, lead: Record, at: datetime, rep: Worker, *, ticked_off: bool) -> None:
    """A reminder a rep made; ticked off or still open, it is no touch."""
    fields: Row = {"Subject": company.rng.choice(pools.TODO_SUBJECTS), "TaskSubtype": "Task"}
    if ticked_off:
        fields |= {"Status": "Completed", "CompletedDateTime": salesforce_stamp(at)}
    else:
        fields |= {"Status": "Not Started"}
    _task(company, lead, at, rep, fields)


def reply(company: Company, portal: Record, at: datetime) -> None:
    """A mail from the person."""
    subject = f"Re: {company.rng.choice(pools.MAIL_SUBJECTS)}"
    _email(company, portal, at, {"hs_email_direction": "INCOMING_EMAIL", "hs_email_subject": subject})


def _salesforce_call(company: Company, about: Record, at: datetime, rep: Worker, outcome: str, *, inbound: bool) -> str:
    subject = company.rng.choice(pools.CALL_SUBJECTS)
    fields = logged_call(about.id, rep.user, at, outcome, subject, inbound=inbound)
    lasted: Row = {"CallDurationInSeconds": company.rng.randint(4, 900), "CompletedDateTime": salesforce_stamp(at)}
    return _task(company, about, at, rep, fields | lasted)


def _task(company: Company, about: Record, at: datetime, rep: Worker, more: Row) -> str:
    id_ = company.ids.salesforce("Task")
    fields: Row = {
        "WhoId": about.id,
        "Priority": "Normal",
        "ActivityDate": local_day(at),
        **dict.fromkeys(("OwnerId", "CreatedById", "LastModifiedById"), rep.user),
        **dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), salesforce_stamp(at)),
        **more,
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


def _days_ago(at: datetime) -> float:
    return max(2.0, (START - at).total_seconds() / 86400)
