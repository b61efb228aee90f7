"""Rows that a test, a demo or an export loads: they may set what nobody can write, and create what they name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue, ids, kept, writing
from crmsync.emulator.salesforce.administering import SPECIAL, sobject_of
from crmsync.emulator.salesforce.fields import NUMBER, TEXT, Field
from crmsync.emulator.salesforce.schema import SObject, guess
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.salesforce.values import day, moment
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

ADMINISTRATOR = ids.numbered("00e", 1)
SETUP = ("User", "Group", "Organization", "Profile", "UserRole", "GroupMember", "QueueSobject")
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


def load(org: Org, row: Row) -> None:
    """Take `{"type", "id"?, "fields"}`, or one of the administrator's rows (`administering.SPECIAL`)."""
    type_, fields = row.get("type"), row.get("fields")
    if not isinstance(type_, str) or not isinstance(fields, Mapping):
        raise BadRow('a row needs "type" and "fields"')
    special = SPECIAL.get(type_)
    if special is not None:
        special(org, fields)
        if org.rule_owner is not None:
            ensure(org, org.rule_owner)
        return
    sobject = sobject_of(org, type_)
    if sobject.name in catalogue.VALUE_TABLES:
        raise BadRow(f"{sobject.name} lists a picklist; load a __picklist__ row instead")
    _load(org, sobject, row.get("id", fields.get("Id")), fields)


def stock(org: Org) -> None:
    """What every org has: itself and the user behind the API."""
    from_org: Values = {
        "Name": "Emulated Org",
        "IsSandbox": False,
        "OrganizationType": "Developer Edition",
        "InstanceName": "EMU1",
    }
    user: Values = {
        "FirstName": "API",
        "LastName": "Administrator",
        "Username": "api@emulated.example",
        "Email": "api@emulated.example",
        "Alias": "api",
        "UserType": "CloudIntegrationUser",
    }
    _load(org, org.known("Profile"), ADMINISTRATOR, {"Name": "System Administrator"})
    _load(org, org.known("Profile"), ids.numbered("00e", 2), {"Name": "Standard User"})
    _load(org, org.known("User"), ids.API_USER, {**user, "ProfileId": ADMINISTRATOR})
    _load(org, org.known("Organization"), ids.ORG_ID, from_org)


def ensure(org: Org, id_: str) -> None:
    """Make sure that a user or queue somebody names is there: an active user, a queue."""
    sobject = org.schema.of_id(id_)
    if sobject is None or sobject.name not in ("User", "Group") or org.record(id_) is not None:
        return
    tail = id_[9:15]
    if sobject.name == "User":
        first, last = ("Somebody", "Else") if id_ == ids.SOMEBODY else ("User", tail)
        mail = f"user.{id_.lower()}@emulated.example"
        _load(org, sobject, id_, {"FirstName": first, "LastName": last, "Email": mail, "Username": mail, "Alias": tail})
    else:
        _load(org, sobject, id_, {"Name": f"Queue {tail}", "DeveloperName": f"Queue_{tail}", "Type": "Queue"})


def _load(org: Org, sobject: SObject, id_: Json, fields: Mapping[str, Json]) -> None:
    own = _own_id(sobject, id_)
    known, now = org.tables[sobject.name].get(own) if own else None, org.now()
    given = {name: value for name, value in fields.items() if name.lower() not in ("id", "attributes")}
    written = dict(_value(org, sobject, name, value) for name, value in given.items())
    _hold_unique(org, sobject, written, own)
    if known is not None:
        fresh = {**_signed(org, sobject, written, now), **written}
        whole = {**known.values, **fresh}
        change = {**_kept(org, sobject, whole, written), **fresh}
        change = {name: value for name, value in change.items() if name.lower() in sobject.fields}
        org.tables[sobject.name].change(known, change)
        return
    signed = _signed(org, sobject, written, now)
    by = {"CreatedById": signed["LastModifiedById"], "CreatedDate": _earliest(written, now), **signed}
    stamps = {name: value for name, value in by.items() if name.lower() in sobject.fields}
    base = {**writing.defaults(sobject, writing.Author(ids.API_USER)), **stamps, **written}
    new = own or org.new_id(sobject)
    org.tables[sobject.name].put(Record(new, {**base, **_kept(org, sobject, base, written), "Id": new}))


def _signed(org: Org, sobject: SObject, written: Values, now: str) -> Values:
    """Who touched a loaded row and when: somebody (never the API's user: clients take that for an echo), and now."""
    by = ids.API_USER if sobject.name in SETUP else ids.SOMEBODY
    if by == ids.SOMEBODY and not written.get("LastModifiedById"):
        ensure(org, by)
    touched = written.get("LastModifiedDate") or written.get("SystemModstamp") or now
    seen = written.get("SystemModstamp") or now
    return {"LastModifiedById": by, "LastModifiedDate": touched, "SystemModstamp": seen}


def _earliest(written: Values, now: str) -> str:
    return min(str(written.get(name) or now) for name in STAMPS)


def _kept(org: Org, sobject: SObject, whole: Values, written: Values) -> Values:
    found = kept.computed(org, sobject, whole, {})
    if found.get("IsClosed") is True and not written.get("CompletedDateTime"):
        found["CompletedDateTime"] = whole.get("CompletedDateTime") or whole.get("LastModifiedDate")
    return {name: value for name, value in found.items() if name not in written}


def _value(org: Org, sobject: SObject, name: str, value: Json) -> tuple[str, Json]:
    field = sobject.field(name)
    if field is None:
        field = guess(name, value)
        sobject.put(field)
    value = _lenient(field, value)
    if isinstance(value, str):
        _grow(sobject, field, value)
        if field.type == "reference":
            ensure(org, value)
    return field.name, value


def _lenient(field: Field, value: Json) -> Json:
    if value is None or value == "":
        return False if field.type == "boolean" else None
    right = _READ[_family(field)](value)
    if right is None:
        raise BadRow(f"{field.name} is a {field.type}; it cannot hold {value!r}")
    return right


def _grow(sobject: SObject, field: Field, value: str) -> None:
    if field.type == "picklist" and value not in {choice.value for choice in field.choices}:
        sobject.put(field.with_choice(value))


def _family(field: Field) -> str:
    if field.type in TEXT:
        return "text"
    return "number" if field.type in NUMBER else field.type


def _text(value: Json) -> Json:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else None


def _number(value: Json) -> Json:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


_READ: Mapping[str, Callable[[Json], Json]] = {
    "text": _text,
    "number": _number,
    "boolean": lambda value: value if isinstance(value, bool) else None,
    "id": lambda value: ids.to18(str(value)),
    "reference": lambda value: ids.to18(str(value)),
    "date": lambda value: day(str(value)),
    "datetime": lambda value: moment(str(value)),
    "address": lambda _: None,
    "anyType": lambda value: value,
}


def _hold_unique(org: Org, sobject: SObject, written: Values, own: str | None) -> None:
    for name in [field.name for field in sobject.fields.values() if field.unique]:
        holder = org.tables[sobject.name].holder(name, written[name]) if written.get(name) is not None else None
        if holder is not None and holder != own and written.get("IsDeleted") is not True:
            raise BadRow(f"{name} {written[name]!r} stands on {holder} already")


def _own_id(sobject: SObject, id_: Json) -> str | None:
    if id_ is None:
        return None
    found = ids.to18(id_) if isinstance(id_, str) else None
    if found is None or not found.startswith(sobject.prefix):
        raise BadRow(f"{id_!r} is no id of {sobject.name} (they start with {sobject.prefix})")
    return found
