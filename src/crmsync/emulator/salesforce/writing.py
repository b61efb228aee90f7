"""Creating, changing and deleting rows under the org's rules, by API clients and by people alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue, checks, ids
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a user's id, whether through the API, and whether assignment rules may answer."""

    id: str
    api: bool = False
    auto_assign: bool = False


def create(org: Org, sobject: SObject, given: Mapping[str, Json], author: Author) -> str:
    """Create a row and give its id; raises Problem, and then nothing has changed."""
    if not sobject.createable:
        raise Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {sobject.name} does not support create")
    written = checks.written(sobject, given, creating=True)
    checks.required(sobject, written)
    _refuse(org, sobject, written, author)
    fresh = {**defaults(sobject, author), **written}
    checks.references(org, sobject, written, fresh)
    checks.unique(org, sobject, written, None)
    fresh |= _assigned(org, sobject, author)
    id_ = org.new_id(sobject)
    now = org.now()
    stamps: Values = {"CreatedDate": now, "CreatedById": author.id}
    record = Record(id_, {**fresh, "Id": id_, **stamps, **_stamps(now, author)})
    record.values |= computed(org, sobject, record.values, {})
    org.tables[sobject.name].put(record, org.unique_fields(sobject))
    shown = {name: record.values.get(name) for name in [*written, *_assigned(org, sobject, author)]}
    org.note(author.id, "create", (sobject.name, id_), {name: (None, value) for name, value in shown.items()})
    return id_


def update(org: Org, sobject: SObject, given_id: str, given: Mapping[str, Json], author: Author) -> None:
    """Change a row, its stamps too even where nothing differs; raises Problem, and then nothing has changed."""
    record = _living(org, sobject, given_id)
    id_ = record.id
    if sobject.name == "Lead" and record.values.get("IsConverted") is True:
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    _lock(org, record, author)
    written = checks.written(sobject, given, creating=False)
    checks.required(sobject, {**record.values, **written}, written)
    _refuse(org, sobject, written, author)
    checks.references(org, sobject, written, {**record.values, **written})
    checks.unique(org, sobject, written, id_)
    written |= _assigned(org, sobject, author)
    before = {name: record.values.get(name) for name in written}
    after = {**record.values, **written}
    extra = computed(org, sobject, after, record.values)
    changed = {**written, **extra, **_stamps(org.now(), author)}
    org.tables[sobject.name].change(record, changed, org.unique_fields(sobject))
    org.note(author.id, "update", (sobject.name, id_), {name: (before[name], value) for name, value in written.items()})


def delete(org: Org, sobject: SObject, given_id: str, author: Author) -> None:
    """Put a row into the recycle bin; raises Problem."""
    record = _living(org, sobject, given_id)
    id_ = record.id
    if sobject.name not in catalogue.DELETABLE:
        raise Problem("INSUFFICIENT_ACCESS_OR_READONLY", f"entity type {sobject.name} does not support delete")
    _lock(org, record, author)
    bin_values: Values = {"IsDeleted": True, **_stamps(org.now(), author)}
    org.tables[sobject.name].change(record, bin_values, org.unique_fields(sobject))
    org.note(author.id, "delete", (sobject.name, id_), {"IsDeleted": (False, True)})


def computed(org: Org, sobject: SObject, after: Mapping[str, Json], before: Mapping[str, Json]) -> Values:
    """The values the org keeps itself: names of people, the state of a task, unread after a new owner."""
    found: Values = {}
    if sobject.field("FirstName") and sobject.field("LastName"):
        parts = (after.get("FirstName"), after.get("LastName"))
        found |= {"Name": " ".join(str(part) for part in parts if part)} if any(parts) else {}
    if sobject.name == "Task":
        found |= _task_state(org, sobject, after, before)
    if sobject.name == "Lead" and before and after.get("OwnerId") != before.get("OwnerId"):
        found["IsUnreadByOwner"] = True
    return found


def _task_state(org: Org, sobject: SObject, after: Mapping[str, Json], before: Mapping[str, Json]) -> Values:
    status = sobject.field("Status")
    closed = any(choice.closed for choice in (status.choices if status else ()) if choice.value == after.get("Status"))
    at = before.get("CompletedDateTime") if before.get("IsClosed") is True else org.now()
    state: Values = {"IsClosed": closed, "CompletedDateTime": at if closed else None}
    return {**state, "IsHighPriority": after.get("Priority") == "High"}


def defaults(sobject: SObject, author: Author) -> Values:
    """What a new row holds where nobody says anything: flags off, default picklist values, the author as owner."""
    found: Values = {field.name: False for field in sobject.fields.values() if field.type == "boolean"}
    for field in sobject.fields.values():
        default = next((choice.value for choice in field.choices if choice.default), None)
        if default is not None:
            found[field.name] = default
    if sobject.field("OwnerId"):
        found["OwnerId"] = author.id
    on = {"Lead": "IsUnreadByOwner", "User": "IsActive"}.get(sobject.name)
    return found | ({on: True} if on else {})


def _assigned(org: Org, sobject: SObject, author: Author) -> Values:
    owner = org.assignment() if author.api and author.auto_assign and sobject.name == "Lead" else None
    return {"OwnerId": owner} if owner else {}


def _stamps(now: str, author: Author) -> Values:
    return {"LastModifiedDate": now, "LastModifiedById": author.id, "SystemModstamp": now}


def _living(org: Org, sobject: SObject, given: str) -> Record:
    id_ = ids.to18(given)
    if id_ is None:
        raise Problem("MALFORMED_ID", f"malformed id {given}")
    record = org.tables[sobject.name].get(id_)
    if record is None:
        raise Problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404)
    if record.deleted:
        raise Problem("ENTITY_IS_DELETED", "entity is deleted", status=404)
    return record


def _refuse(org: Org, sobject: SObject, written: Values, author: Author) -> None:
    refused = org.desk.faults.refused(sobject.name, written) if author.api else None
    if refused is not None:
        raise Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", refused[1], [refused[0]])


def _lock(org: Org, record: Record, author: Author) -> None:
    held = any(held.id == record.id for held in org.held)
    if author.api and (held or org.desk.faults.take_for("row_lock", record.id) is not None):
        words = f"unable to obtain exclusive access to this record or 1 records: {record.id}"
        raise Problem("UNABLE_TO_LOCK_ROW", words)
