"""The org's rules for one written row; each raises the vendor's Problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue
from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.problems import Problem, no_such_column
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Values
from crmsync.emulator.salesforce.values import stored
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def written(sobject: SObject, given: Mapping[str, Json], *, creating: bool, api: bool) -> Values:
    """The given fields by API name in their stored form; unknown, hidden and read-only ones are refused."""
    fields = [
        (_known(sobject, name, api=api), value)
        for name, value in given.items()
        if name.lower() not in ("attributes", "id")
    ]
    shut = sobject.read_only if api else frozenset()
    closed = [
        field.name
        for field, _ in fields
        if not (field.createable if creating else field.updateable) or field.name.lower() in shut
    ]
    if closed:
        verb = "create/update"
        words = (
            f"Unable to {verb} fields: {', '.join(closed)}. Please check the security settings of this field "
            "and verify that it is read/write for your profile or permission set."
        )
        raise Problem("INVALID_FIELD_FOR_INSERT_UPDATE", words, closed)
    return {field.name: stored(field, value) for field, value in fields}


def required(sobject: SObject, whole: Mapping[str, Json], written_: Mapping[str, Json] | None = None) -> None:
    """What must be there is there: every required field on a create, the written ones on an update."""
    fields = sobject.fields.values() if written_ is None else [_known(sobject, name) for name in written_]
    missing = [field.name for field in fields if _demanded(field, whole) and whole.get(field.name) is None]
    if missing:
        raise Problem("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)


def references(org: Org, sobject: SObject, written_: Mapping[str, Json], whole: Mapping[str, Json]) -> None:
    """Every written reference points at a living row of a type it may point at; owners are active users or queues."""
    for name, value in written_.items():
        field = _known(sobject, name)
        if field.type == "reference" and isinstance(value, str):
            _reference(org, sobject, field, value)
    who, what = whole.get("WhoId"), whole.get("WhatId")
    if org.desk.faults.switched("lead_task_takes_what"):
        return
    if sobject.name in catalogue.ACTIVITIES and what and isinstance(who, str) and who.startswith("00Q"):
        words = "Related To ID: must be empty where the Name ID is a lead"
        raise Problem("FIELD_INTEGRITY_EXCEPTION", words, ["WhatId"])


def of_record_type(sobject: SObject, written_: Mapping[str, Json], whole: Mapping[str, Json]) -> None:
    """A written picklist value is one that the row's record type offers (facts/salesforce.md section 7)."""
    kind = next((kind for kind in sobject.record_types if kind.id == whole.get("RecordTypeId")), None)
    given = written_.get("RecordTypeId")
    if given is not None and (kind is None or not kind.active):
        words = f"Record Type ID: this ID value isn't valid for the user: {given}"
        raise Problem("INVALID_CROSS_REFERENCE_KEY", words, ["RecordTypeId"])
    for name, value in written_.items():
        offered = kind.values.get(name) if kind is not None else None
        if offered is not None and value is not None and value not in offered:
            words = f"{_known(sobject, name).title}: bad value for restricted picklist field: {value}"
            raise Problem("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, [name])


def unique(
    org: Org, sobject: SObject, written_: Mapping[str, Json], whole: Mapping[str, Json], own_id: str | None
) -> None:
    """No living row holds the same value of a unique field, whatever its case; nobody is twice in a campaign."""
    if sobject.name == "CampaignMember":
        _one_membership(org, whole, own_id)
    for name, value in written_.items():
        if not _known(sobject, name).unique or value is None:
            continue
        holder = org.tables[sobject.name].holder(name, value)
        if holder is not None and holder != own_id:
            words = f"duplicate value found: {name} duplicates value on record with id: {holder}"
            raise Problem("DUPLICATE_VALUE", words, [name])


def _serves(org: Org, queue: str, sobject: SObject) -> bool:
    """Whether a queue may own such rows: as its QueueSobject rows say, and anything where it has none."""
    served = org.tables["QueueSobject"].find("QueueId", queue)
    return not served or any(row.values.get("SobjectType") == sobject.name for row in served)


def _one_membership(org: Org, whole: Mapping[str, Json], own_id: str | None) -> None:
    lead, contact = whole.get("LeadId"), whole.get("ContactId")
    if lead is None and contact is None:
        raise Problem("REQUIRED_FIELD_MISSING", "Required fields are missing: [LeadId, ContactId]", ["LeadId"])
    for row in org.tables["CampaignMember"].find("CampaignId", whole.get("CampaignId")):
        same = (lead is not None and row.values.get("LeadId") == lead) or (
            contact is not None and row.values.get("ContactId") == contact
        )
        if same and row.id != own_id and not row.deleted:
            raise Problem("DUPLICATE_VALUE", "Already a campaign member.")


def _known(sobject: SObject, name: str, *, api: bool = False) -> Field:
    field = sobject.seen(name) if api else sobject.field(name)
    if field is None:
        raise no_such_column(name, sobject.name)
    return field


def _demanded(field: Field, whole: Mapping[str, Json]) -> bool:
    return field.required or (
        field.name in whole and field.createable and not field.nillable and field.type != "boolean"
    )


def no_conversion(org: Org, sobject: SObject, found: Values) -> None:
    """No write converts a lead: not by its flag, nor (unverified, hence a switch) by a converted status."""
    if sobject.name != "Lead":
        return
    if found.get("IsConverted") is True:
        words = "Unable to create/update fields: IsConverted. A lead is converted by convertLead only."
        raise Problem("INVALID_FIELD_FOR_INSERT_UPDATE", words, ["IsConverted"])
    if org.desk.faults.switched("converted_status_written"):
        return
    status = sobject.field("Status")
    converted = {choice.value for choice in (status.choices if status else ()) if choice.converted}
    if found.get("Status") in converted:
        raise Problem("INVALID_STATUS", f"invalid status: {found['Status']} is a converted status", ["Status"])


def _reference(org: Org, sobject: SObject, field: Field, value: str) -> None:
    target = org.schema.of_id(value)
    if target is None and not set(field.targets) & {known.name for known in org.schema.all()}:
        return  # an object this org does not keep: any well-formed id will do
    unowned = field.name == "OwnerId" and value.startswith("00G") and sobject.name == "Task"
    if unowned and not org.desk.faults.switched("task_to_queue", otherwise=True):
        raise Problem("FIELD_INTEGRITY_EXCEPTION", f"{field.title}: id value of incorrect type: {value}", [field.name])
    if target is None or target.name not in field.targets:
        raise Problem("FIELD_INTEGRITY_EXCEPTION", f"{field.title}: id value of incorrect type: {value}", [field.name])
    row = org.record(value)
    if row is None or row.deleted:
        raise Problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name])
    if field.name == "OwnerId" and target.name == "Group" and not _serves(org, value, sobject):
        raise Problem("INVALID_OPERATION", "Queue not associated with this SObject type", [field.name])
    if field.name == "OwnerId" and target.name == "User" and row.values.get("IsActive") is not True:
        words = f"operation performed with inactive user [{value}] as owner of {sobject.name.lower()}"
        raise Problem("INACTIVE_OWNER_OR_USER", words, [field.name])
    if field.name == "WhoId" and row.values.get("IsConverted") is True:
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [field.name])
