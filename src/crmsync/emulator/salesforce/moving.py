"""What moves when a lead is converted or a person merged: activities, campaign members, contact roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import history, kept
from crmsync.emulator.salesforce.catalogue import ACTIVITIES
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.salesforce.writing import Author

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

# children beside activities of a person: the object, and the field that names what was merged
CHILDREN = (
    ("CampaignMember", "LeadId"),
    ("CampaignMember", "ContactId"),
    ("OpportunityContactRole", "ContactId"),
    ("Contact", "AccountId"),
    ("Opportunity", "AccountId"),
    ("Account", "ParentId"),
    ("Task", "WhatId"),
    ("Event", "WhatId"),
)


def to_contact(org: Org, lead: str, contact: str, author: Author) -> None:
    """A converted lead's activities point at its contact, its campaign members at both.

    Both are unverified, hence the switches `activities_stay_with_lead` and `member_leaves_lead`.
    """
    if not org.desk.faults.switched("activities_stay_with_lead"):
        _activities(org, lead, contact, author)
    members = org.known("CampaignMember")
    left: Values = {"LeadId": None} if org.desk.faults.switched("member_leaves_lead") else {}
    for row in org.tables[members.name].find("LeadId", lead):
        put(org, members, row, {"ContactId": contact, "LeadOrContactId": contact, "Type": "Contact", **left}, author)


def to_winner(org: Org, loser: str, winner: str, author: Author) -> None:
    """Everything of the loser goes to the winner; a campaign that has both keeps the winner's member."""
    _activities(org, loser, winner, author)
    for name, field in CHILDREN:
        sobject = org.known(name)
        for row in org.tables[name].find(field, loser):
            put(org, sobject, row, _moved(org, sobject, row, field, winner), author)


def put(org: Org, sobject: SObject, record: Record, values: Values, author: Author, op: str = "update") -> None:
    """Set values past the org's rules, with its stamps, its history and its books."""
    before, now = record.values, org.now()
    if sobject.name in ACTIVITIES:
        values = {**values, **kept.account_of(org, {**before, **values})}
    stamps: Values = {"LastModifiedDate": now, "LastModifiedById": author.id, "SystemModstamp": now}
    org.tables[sobject.name].change(record, {**values, **stamps})
    history.changed(org, sobject, record.id, (before, record.values), author.id)
    changes = {name: (before.get(name), value) for name, value in values.items()}
    org.note(author.id, op, (sobject.name, record.id), changes)


def _activities(org: Org, before: str, after: str, author: Author) -> None:
    for name in ACTIVITIES:
        for row in org.tables[name].find("WhoId", before):
            put(org, org.known(name), row, {"WhoId": after}, author)


def _moved(org: Org, sobject: SObject, row: Record, field: str, winner: str) -> Values:
    if sobject.name == "CampaignMember":
        there = org.tables[sobject.name].find("CampaignId", row.values.get("CampaignId"))
        if any(other.values.get(field) == winner and not other.deleted for other in there):
            return {"IsDeleted": True}
        return {field: winner, "LeadOrContactId": winner}
    return {field: winner}
