"""Creating, changing and deleting rows under the org's rules, by API clients and by people alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import checks, history, ids, kept, rules
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a user's id, whether through the API, and whether assignment rules may answer.

    `allow_save` saves a possible double although a rule warns (Sforce-Duplicate-Rule-Header: allowSave=true).
    """

    id: str
    api: bool = False
    auto_assign: bool = False
    allow_save: bool = False


def create(org: Org, sobject: SObject, given: Mapping[str, Json], author: Author) -> str:
    """Create a row and give its id; raises Problem, and then nothing has changed."""
    if not sobject.createable:
        raise Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {sobject.name} does not support create")
    _allowed(org, sobject, "", author)
    written = checks.written(sobject, given, creating=True, api=author.api)
    checks.no_conversion(org, sobject, written)
    checks.required(sobject, written)
    _refuse(org, sobject, written, author)
    fresh = {**defaults(sobject, author), **written}
    checks.references(org, sobject, written, fresh)
    _ruled(org, sobject, written, fresh, None, author)
    fresh |= _assigned(org, sobject, author)
    id_ = org.new_id(sobject)
    now = org.now()
    stamps: Values = {"CreatedDate": now, "CreatedById": author.id}
    whole = {**fresh, "Id": id_, **_known(sobject, {**stamps, **_stamps(now, author)})}
    record = Record(id_, whole | kept.computed(org, sobject, whole, {}))
    org.tables[sobject.name].put(record)
    _born(org, sobject, id_, author)
    shown = {name: record.values.get(name) for name in [*written, *_assigned(org, sobject, author)]}
    org.note(author.id, "create", (sobject.name, id_), {name: (None, value) for name, value in shown.items()})
    return id_


def update(org: Org, sobject: SObject, given_id: str, given: Mapping[str, Json], author: Author) -> None:
    """Change a row, its stamps too even where nothing differs; raises Problem, and then nothing has changed."""
    record = _living(org, sobject, given_id)
    id_ = record.id
    if not sobject.updateable:
        raise Problem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {sobject.name} does not support update")
    _allowed(org, sobject, id_, author)
    if sobject.name == "Lead" and record.values.get("IsConverted") is True:
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    _lock(org, record, author)
    written = checks.written(sobject, given, creating=False, api=author.api)
    checks.no_conversion(org, sobject, written)
    checks.required(sobject, {**record.values, **written}, written)
    _refuse(org, sobject, written, author)
    checks.references(org, sobject, written, {**record.values, **written})
    _ruled(org, sobject, written, {**record.values, **written}, id_, author)
    written |= _assigned(org, sobject, author)
    before = record.values
    after = {**before, **written}
    extra = kept.computed(org, sobject, after, before)
    changed = {**written, **extra, **_known(sobject, _stamps(org.now(), author))}
    org.tables[sobject.name].change(record, changed)
    history.changed(org, sobject, id_, (before, record.values), author.id)
    org.note(
        author.id, "update", (sobject.name, id_), {name: (before.get(name), value) for name, value in written.items()}
    )


def delete(org: Org, sobject: SObject, given_id: str, author: Author) -> None:
    """Put a row into the recycle bin; raises Problem."""
    record = _living(org, sobject, given_id)
    id_ = record.id
    if not sobject.deletable:
        raise Problem("INSUFFICIENT_ACCESS_OR_READONLY", f"entity type {sobject.name} does not support delete")
    _allowed(org, sobject, id_, author)
    _lock(org, record, author)
    if sobject.field("IsDeleted") is None:  # members of groups and queues go at once
        org.tables[sobject.name].purge(record, org.now())
    else:
        gone: Values = {"IsDeleted": True, **_known(sobject, _stamps(org.now(), author))}
        org.tables[sobject.name].change(record, gone)
    org.note(author.id, "delete", (sobject.name, id_), {"IsDeleted": (False, True)})


def defaults(sobject: SObject, author: Author) -> Values:
    """What a new row holds where nobody says anything: flags off, default picklist values, the author as owner."""
    found: Values = dict(sobject.usual())
    if sobject.field("OwnerId"):
        found["OwnerId"] = author.id
    on = {"Lead": "IsUnreadByOwner", "User": "IsActive", "RecordType": "IsActive"}.get(sobject.name)
    usual = next((kind.id for kind in sobject.record_types if kind.default), None)
    return found | ({on: True} if on else {}) | ({"RecordTypeId": usual} if usual else {})


def _known(sobject: SObject, values: Values) -> Values:
    return {name: value for name, value in values.items() if name.lower() in sobject.fields}


def _allowed(org: Org, sobject: SObject, id_: str, author: Author) -> None:
    """What the API's user may not do to an object or a row (facts 7: INSUFFICIENT_ACCESS_OR_READONLY)."""
    if author.api and (sobject.access == "read" or id_ in org.rules.locked):
        raise Problem("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


def _ruled(
    org: Org, sobject: SObject, written: Values, whole: Mapping[str, Json], own: str | None, author: Author
) -> None:
    checks.of_record_type(sobject, written, whole)
    rules.validate(org, sobject, whole)
    rules.refuse_duplicates(org, sobject, written, whole, own or "", allow_save=author.allow_save or not author.api)
    checks.unique(org, sobject, written, whole, own)


def _born(org: Org, sobject: SObject, id_: str, author: Author) -> None:
    history.happened(org, sobject, id_, "created", author.id)
    if sobject.name != "Campaign":
        return
    for place, label in enumerate(("Sent", "Responded"), 1):  # every campaign starts with these two
        status = org.known("CampaignMemberStatus")
        first: Values = {"CampaignId": id_, "Label": label, "SortOrder": place, "IsDefault": place == 1}
        own = org.new_id(status)
        stamps: Values = {"CreatedDate": org.now(), "CreatedById": author.id, **_stamps(org.now(), author)}
        flags: Values = {"IsDeleted": False, "HasResponded": place == 2}
        org.tables[status.name].put(Record(own, {"Id": own, **first, **flags, **stamps}))


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
