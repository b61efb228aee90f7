"""The values the org keeps itself: names, the state of a task, what a stage means, whom a campaign member is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.stock_sales import STAGES
from crmsync.emulator.salesforce.store import Values
from crmsync.emulator.salesforce.values import moment
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

Row = Mapping[str, Json]


def computed(org: Org, sobject: SObject, after: Row, before: Row) -> Values:
    """What follows from the other values of a row; `before` is empty for a new one."""
    found: Values = {}
    if sobject.name in ("Lead", "Contact", "User"):
        parts = (after.get("FirstName"), after.get("LastName"))
        found |= {"Name": " ".join(str(part) for part in parts if part)} if any(parts) else {}
    own = OWN.get(sobject.name)
    return found | own(org, sobject, after, before) if own else found


def _task(org: Org, sobject: SObject, after: Row, before: Row) -> Values:
    status = sobject.field("Status")
    closed = any(choice.closed for choice in (status.choices if status else ()) if choice.value == after.get("Status"))
    at = before.get("CompletedDateTime") if before.get("IsClosed") is True else org.now()
    state: Values = {"IsClosed": closed, "CompletedDateTime": at if closed else None}
    return {**state, "IsHighPriority": after.get("Priority") == "High", **account_of(org, after)}


def _lead(org: Org, _: SObject, after: Row, before: Row) -> Values:
    given_away = before and after.get("OwnerId") != before.get("OwnerId")
    unread = given_away and org.desk.faults.switched("unread_after_reassignment", otherwise=True)
    return {"IsUnreadByOwner": True} if unread else {}


def _event(org: Org, _: SObject, after: Row, before: Row) -> Values:
    """Start, end, duration and day of an event tell each other (recorded Event describe)."""
    del before
    start = after.get("StartDateTime") or after.get("ActivityDateTime")
    if not isinstance(start, str):
        return account_of(org, after)
    end, minutes = after.get("EndDateTime"), after.get("DurationInMinutes")
    if isinstance(end, str):
        minutes = int((_instant(end) - _instant(start)).total_seconds() // 60)
    elif isinstance(minutes, int | float):
        end = moment((_instant(start) + timedelta(minutes=minutes)).isoformat())
    times: Values = {"StartDateTime": start, "ActivityDateTime": start, "ActivityDate": start[:10]}
    last = end[:10] if isinstance(end, str) else None
    return {**times, "EndDateTime": end, "EndDate": last, "DurationInMinutes": minutes, **account_of(org, after)}


def _opportunity(org: Org, sobject: SObject, after: Row, before: Row) -> Values:
    name = str(after.get("StageName"))
    moved = after.get("StageName") != before.get("StageName")
    chance, category, label = _stage(sobject, name)
    given = after.get("Probability")
    if before and moved and given == before.get("Probability"):
        given = None  # the new stage brings its own
    probability = given if isinstance(given, int | float) else chance
    amount = after.get("Amount")
    expected = round(amount * probability / 100, 2) if isinstance(amount, int | float) else None
    return {
        "IsClosed": chance in (0, 100) and _closed(sobject, name),
        "IsWon": chance == 100 and _closed(sobject, name),
        "ForecastCategory": category,
        "ForecastCategoryName": label,
        "Probability": probability,
        "ExpectedRevenue": expected,
        "LastStageChangeDate": org.now() if moved and before else before.get("LastStageChangeDate"),
    }


def _member(org: Org, _: SObject, after: Row, before: Row) -> Values:
    """Who the member is and whether they responded, as the status of their campaign says."""
    person = org.record(str(after.get("LeadId") or after.get("ContactId") or ""))
    statuses = org.tables["CampaignMemberStatus"].find("CampaignId", after.get("CampaignId"))
    usual = next((row.values.get("Label") for row in statuses if row.values.get("IsDefault") is True), None)
    status = after.get("Status") or usual
    chosen = next((row for row in statuses if row.values.get("Label") == status), None)
    responded = chosen is not None and chosen.values.get("HasResponded") is True
    if not statuses:
        responded = after.get("Status") == "Responded"
    first = before.get("FirstRespondedDate") or after.get("FirstRespondedDate")
    since = first or (org.now()[:10] if responded else None)
    found: Values = {"Status": status, "HasResponded": responded, "FirstRespondedDate": since}
    if person is None:
        return found
    shared = ("Salutation", "Name", "FirstName", "LastName", "Title", "Email", "Phone", "MobilePhone", "LeadSource")
    account = org.record(person.text("AccountId"))
    return {
        **found,
        **{name: person.values.get(name) for name in shared},
        "CompanyOrAccount": account.values.get("Name") if account else person.values.get("Company"),
        "Type": "Lead" if person.id.startswith("00Q") else "Contact",
        "LeadOrContactId": person.id,
        "LeadOrContactOwnerId": person.values.get("OwnerId"),
    }


OWN: Mapping[str, Callable[[Org, SObject, Row, Row], Values]] = {
    "Task": _task,
    "Lead": _lead,
    "Event": _event,
    "Opportunity": _opportunity,
    "CampaignMember": _member,
}


def stage(sobject: SObject, name: str) -> tuple[int, str, str, bool, bool]:
    """What a stage means: its chance, its forecast category and the name of that, whether closed, whether won."""
    chance, category, label = _stage(sobject, name)
    closed = _closed(sobject, name)
    return chance, category, label, closed, closed and chance == 100


def _stage(sobject: SObject, name: str) -> tuple[int, str, str]:
    known = STAGES.get(name)
    if known is not None:
        return known
    if not _closed(sobject, name):
        return 10, "Pipeline", "Pipeline"
    return (100, "Closed", "Closed") if "won" in name.lower() else (0, "Omitted", "Omitted")


def _closed(sobject: SObject, name: str) -> bool:
    field = sobject.field("StageName")
    return any(choice.closed for choice in (field.choices if field else ()) if choice.value == name)


def account_of(org: Org, after: Row) -> Values:
    """The account of an activity: that of its contact, or the one it is about."""
    who, what = org.record(str(after.get("WhoId") or "")), org.record(str(after.get("WhatId") or ""))
    account = who.values.get("AccountId") if who else None
    if account is None and what is not None:
        account = what.id if what.id.startswith("001") else what.values.get("AccountId")
    return {"AccountId": account} if account is not None else {}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text[:-2] + ":" + text[-2:])
