"""Rows that set the org up as an administrator would: fields, picklists, record types, permissions, rules, tracking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue, history, ids
from crmsync.emulator.salesforce.fields import Choice, Field
from crmsync.emulator.salesforce.rules import Duplicate, Validation
from crmsync.emulator.salesforce.schema import ACTIVITY, RecordType, SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

Fields = Mapping[str, Json]


def sobject_of(org: Org, name: Json) -> SObject:
    """The object a row names (`Activity` means tasks); raises BadRow."""
    found = org.schema.find("Task" if name == ACTIVITY else str(name))
    if found is None:
        known = ", ".join(sobject.name for sobject in org.schema.all())
        raise BadRow(f"this org has no object {name!r}; it has {known}")
    return found


def _field_row(org: Org, fields: Fields) -> None:
    if not isinstance(fields.get("name"), str):
        raise BadRow('a __field__ row needs "object", "name" and "type"')
    both = catalogue.ACTIVITIES if fields.get("object") == ACTIVITY else (fields.get("object"),)
    for name in both:  # a field of Activity shows on tasks and events (facts/salesforce.md section 0.8)
        org.schema.field_from_row(sobject_of(org, name), fields)


def _picklist_row(org: Org, fields: Fields) -> None:
    sobject = sobject_of(org, fields.get("object"))
    name = str(fields.get("field"))
    if not isinstance(fields.get("values"), list):
        raise BadRow('a __picklist__ row needs "object", "field" and "values"')
    listed = org.schema.field_from_row(sobject, {"name": name, "values": fields["values"]})
    if listed.choices and not listed.nillable and not any(choice.default for choice in listed.choices):
        first = replace(listed.choices[0], default=True)
        sobject.put(replace(listed, choices=(first, *listed.choices[1:])))


def _assignment_row(org: Org, fields: Fields) -> None:
    org.rule_owner = ids.to18(str(fields.get("owner") or ""))


def _history_row(org: Org, fields: Fields) -> None:
    sobject = sobject_of(org, fields.get("object"))
    if sobject.name not in catalogue.HISTORIES:
        raise BadRow(f"{sobject.name} keeps no history here; {', '.join(catalogue.HISTORIES)} do")
    history.track(org, sobject, [_field(sobject, name).name for name in _list(fields, "fields")])


def _validation_row(org: Org, fields: Fields) -> None:
    sobject, when = sobject_of(org, fields.get("object")), fields.get("when", {})
    if not isinstance(when, Mapping) or not isinstance(fields.get("message"), str):
        raise BadRow('a __validation_rule__ row needs "object", "when": {field: value or values} and "message"')
    met = {_field(sobject, name).name: _values(value) for name, value in when.items()}
    required, at = (_named(sobject, fields.get(key)) for key in ("requires", "field"))
    org.rules = org.rules.with_validation(Validation(sobject.name, met, required, at, str(fields["message"])))


def _duplicate_row(org: Org, fields: Fields) -> None:
    sobject = sobject_of(org, fields.get("object"))
    names = tuple(_field(sobject, name).name for name in _list(fields, "fields"))
    against = tuple(sobject_of(org, name).name for name in _list({"against": [sobject.name], **fields}, "against"))
    action = fields.get("action", "block")
    if not names or action not in ("block", "alert"):
        raise BadRow('a __duplicate_rule__ row needs "object", "fields" and "action": block or alert')
    org.rules = org.rules.with_duplicate(Duplicate(sobject.name, names, against, alert=action == "alert"))


def _access_row(org: Org, fields: Fields) -> None:
    """What the API's user may not see or change: an object, a field of it, or one row."""
    sobject = sobject_of(org, fields.get("object"))
    read, edit = fields.get("read", True) is True, fields.get("edit", True) is True
    if fields.get("id") is not None:
        org.rules = org.rules.with_locked(ids.to18(str(fields["id"])) or "", locked=not edit)
    elif fields.get("field") is not None:
        name = _field(sobject, fields["field"]).name.lower()
        sobject.hidden = sobject.hidden - {name} if read else sobject.hidden | {name}
        sobject.read_only = sobject.read_only - {name} if edit and read else sobject.read_only | {name}
    else:
        sobject.access = "" if edit and read else "read" if read else "none"


def _record_type_row(org: Org, fields: Fields) -> None:
    sobject, name = sobject_of(org, fields.get("object")), fields.get("developerName")
    if not isinstance(name, str) or "L" not in sobject.shape.may:
        raise BadRow('a __record_type__ row needs "object" (one with record types) and "developerName"')
    types = org.known("RecordType")
    kind = RecordType(
        ids.to18(str(fields.get("id") or "")) or org.new_id(types),
        name,
        str(fields.get("label", name)),
        default=fields.get("default") is True,
        active=fields.get("active", True) is True,
        values=_subsets(sobject, fields.get("values", {})),
    )
    if sobject.field("RecordTypeId") is None:
        sobject.put(Field("RecordTypeId", "reference", 18, targets=("RecordType",), label="Record Type ID"))
    sobject.record_types = (*sobject.record_types, kind)
    shown: Values = {"Name": kind.label, "DeveloperName": name, "SobjectType": sobject.name, "IsActive": kind.active}
    stamps: Values = {"CreatedDate": org.now(), "LastModifiedDate": org.now(), "SystemModstamp": org.now()}
    by: Values = {"CreatedById": ids.API_USER, "LastModifiedById": ids.API_USER}
    org.tables["RecordType"].put(Record(kind.id, {"Id": kind.id, **shown, **stamps, **by}))


def _subsets(sobject: SObject, given: Json) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise BadRow('"values" of a record type is {field: [values]}')
    found: dict[str, tuple[str, ...]] = {}
    for name, values in given.items():
        field = _field(sobject, name)
        found[field.name] = tuple(str(value) for value in _values(values))
        listed = {choice.value for choice in field.choices}
        more = tuple(Choice(value) for value in found[field.name] if value not in listed)
        sobject.put(replace(field, choices=(*field.choices, *more)))
    return found


def _field(sobject: SObject, name: Json) -> Field:
    found = sobject.field(str(name))
    if found is None:
        raise BadRow(f"{sobject.name} has no field {name}")
    return found


def _named(sobject: SObject, name: Json) -> str:
    return "" if name is None else _field(sobject, name).name


def _list(fields: Fields, name: str) -> list[Json]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise BadRow(f'"{name}" is a list')
    return list(value)


def _values(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


SPECIAL: Mapping[str, Callable[[Org, Fields], None]] = {
    "__field__": _field_row,
    "__picklist__": _picklist_row,
    "__assignment_rule__": _assignment_row,
    "__history__": _history_row,
    "__validation_rule__": _validation_row,
    "__duplicate_rule__": _duplicate_row,
    "__access__": _access_row,
    "__record_type__": _record_type_row,
}
