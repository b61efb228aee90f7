"""People at work in the org: they edit, log calls, complete and delete tasks, convert and merge leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import history, ids, loading, moving, picking, writing
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def act(org: Org, actor: str, step: Row) -> dict[str, Json]:
    """Do one `{"op", "type", "id" | "where" (+ "nth"), "fields"}` as that user; a BadRow changes nothing.

    `where` picks living rows, oldest first, by equal values, or by `{"starts": text}`, `{"in": [...]}`,
    `{"not": value}`; `nth` counts from 1.
    """
    person = ids.to18(actor)
    if person is None or not person.startswith("005"):
        raise BadRow(f"actor {actor!r} is no user id")
    loading.ensure(org, person)
    deed = DEEDS.get(str(step.get("op")))
    if deed is None:
        raise BadRow(f"op {step.get('op')!r} is none of {', '.join(DEEDS)}")
    sobject = org.schema.find(str(step.get("type", "Lead")))
    if sobject is None:
        raise BadRow(f"this org has no object {step.get('type')!r}")
    saved, edits = org.checkpoint() if step.get("op") in ("convert", "merge") else None, len(org.desk.edits)
    try:
        return deed(org, sobject, Author(person), step)
    except (Problem, BadRow) as problem:
        if saved is not None:
            org.undo(saved)
            del org.desk.edits[edits:]
        raise BadRow(str(problem)) from None


def _create(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    return {"id": writing.create(org, sobject, _fields(step), author)}


def _update(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    record = picking.meant(org, sobject, step)
    writing.update(org, sobject, record.id, _fields(step), author)
    return {"id": record.id}


def _delete(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    record = picking.meant(org, sobject, step)
    writing.delete(org, sobject, record.id, author)
    return {"id": record.id}


def _complete(org: Org, _: SObject, author: Author, step: Row) -> dict[str, Json]:
    tasks = org.known("Task")
    record = picking.meant(org, tasks, step)
    status = tasks.field("Status")
    closed = next((choice.value for choice in (status.choices if status else ()) if choice.closed), "Completed")
    writing.update(org, tasks, record.id, {"Status": closed, **_fields(step)}, author)
    return {"id": record.id}


def _convert(org: Org, _: SObject, author: Author, step: Row) -> dict[str, Json]:
    leads = org.known("Lead")
    lead = picking.meant(org, leads, step)
    if lead.values.get("IsConverted") is True:
        raise BadRow(f"{lead.id} is converted already")
    if lead.text("OwnerId").startswith("00G"):
        raise BadRow(f"{lead.id} belongs to a queue; a lead needs a user as owner to be converted")
    account = _account(org, lead, author, step)
    contact = _contact(org, lead, account, author, step)
    deal = _opportunity(org, lead, account, author) if step.get("opportunity", True) is True else None
    if deal is not None:  # the contact is the deal's first and primary role
        role: Values = {"OpportunityId": deal, "ContactId": contact, "IsPrimary": True}
        writing.create(org, org.known("OpportunityContactRole"), role, author)
    made: Values = {"ConvertedAccountId": account, "ConvertedContactId": contact, "ConvertedOpportunityId": deal}
    status: Values = {"Status": _converted_status(leads, step), "IsConverted": True, "ConvertedDate": org.now()[:10]}
    moving.put(org, leads, lead, {**made, **status}, author)
    history.happened(org, leads, lead.id, "leadConverted", author.id)
    moving.to_contact(org, lead.id, contact, author)
    return {"id": lead.id, "contact": contact, "account": account, "opportunity": deal}


def _merge(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    winner = picking.meant(org, sobject, step)
    loser = picking.living(org, sobject, str(step.get("loser")))
    if loser.id == winner.id:
        raise BadRow("a record cannot be merged with itself")
    moving.to_winner(org, loser.id, winner.id, author)
    moving.put(org, sobject, loser, {"IsDeleted": True, "MasterRecordId": winner.id}, author, "delete")
    writing.update(org, sobject, winner.id, _fields(step), author)
    history.happened(org, sobject, winner.id, f"{sobject.name.lower()}Merged", author.id)
    return {"id": winner.id, "loser": loser.id}


def _undelete(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    record = _binned(org, sobject, step)
    moving.put(org, sobject, record, {"IsDeleted": False}, author, "undelete")
    return {"id": record.id}


def _purge(org: Org, sobject: SObject, author: Author, step: Row) -> dict[str, Json]:
    record = _binned(org, sobject, step)
    org.tables[sobject.name].purge(record, org.now())
    org.note(author.id, "purge", (sobject.name, record.id), {})
    return {"id": record.id}


def _binned(org: Org, sobject: SObject, step: Row) -> Record:
    record = org.tables[sobject.name].get(ids.to18(str(step.get("id"))) or "")
    if record is None or not record.deleted:
        raise BadRow(f"there is no {sobject.name} {step.get('id')} in the recycle bin")
    if record.values.get("MasterRecordId") is not None and step.get("op") == "undelete":
        raise BadRow(f"{record.id} was merged into {record.values['MasterRecordId']}; it does not come back")
    return record


DEEDS: Mapping[str, Callable[[Org, SObject, Author, Row], dict[str, Json]]] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "complete": _complete,
    "convert": _convert,
    "merge": _merge,
    "undelete": _undelete,
    "purge": _purge,
}


def _account(org: Org, lead: Record, author: Author, step: Row) -> str:
    """The account that was named, that of the contact that was named, or a new one."""
    accounts = org.known("Account")
    if step.get("account") is not None:
        return picking.living(org, accounts, str(step["account"])).id
    contact = (
        picking.living(org, org.known("Contact"), str(step["contact"])) if step.get("contact") is not None else None
    )
    if contact is not None and contact.values.get("AccountId") is not None:
        return contact.text("AccountId")
    return writing.create(org, accounts, {"Name": lead.values.get("Company"), **_owner(lead)}, author)


def _contact(org: Org, lead: Record, account: str, author: Author, step: Row) -> str:
    existing = step.get("contact")
    contacts = org.known("Contact")
    if existing is not None:
        return picking.living(org, contacts, str(existing)).id
    same = (
        "LastName",
        "FirstName",
        "Salutation",
        "Title",
        "Email",
        "Phone",
        "MobilePhone",
        "Fax",
        "LeadSource",
        "Description",
    )
    values = {name: lead.values[name] for name in same if lead.values.get(name) is not None}
    place = ("Street", "City", "State", "PostalCode", "Country")
    values |= {f"Mailing{name}": lead.values[name] for name in place if lead.values.get(name) is not None}
    custom = {name for name in lead.values if name.endswith("__c") or name in ("DoNotCall", "HasOptedOutOfEmail")}
    values |= {name: lead.values[name] for name in custom if contacts.field(name) and lead.values[name] is not None}
    return writing.create(org, contacts, {**values, "AccountId": account, **_owner(lead)}, author)


def _opportunity(org: Org, lead: Record, account: str, author: Author) -> str:
    values: Values = {
        "Name": f"{lead.text('Company')}-",
        "AccountId": account,
        "StageName": "Qualification",
        "CloseDate": org.now()[:10],
        **_owner(lead),
    }
    return writing.create(org, org.known("Opportunity"), values, author)


def _owner(lead: Record) -> Values:
    return {"OwnerId": lead.values.get("OwnerId")}


def _converted_status(leads: SObject, step: Row) -> str:
    status = leads.field("Status")
    converted = [choice.value for choice in (status.choices if status else ()) if choice.converted]
    wanted = step.get("status", converted[0] if converted else None)
    if wanted not in converted:
        raise BadRow(f"{wanted!r} is no converted status; those are {converted}")
    return str(wanted)


def _fields(step: Row) -> dict[str, Json]:
    fields = step.get("fields", {})
    if not isinstance(fields, Mapping):
        raise BadRow('"fields" is an object')
    return dict(fields)
