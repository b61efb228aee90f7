"""Rows that a test, a demo or an export loads: records, and what the portal knows beside them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from crmsync.emulator.hubspot.books import Books, Occurrence, Owner
from crmsync.emulator.hubspot.loading_data import have_imported, load_list, load_rule
from crmsync.emulator.hubspot.loading_outreach import (
    load_attendance,
    load_campaign,
    load_form,
    load_mail_event,
    load_submission,
)
from crmsync.emulator.hubspot.loading_records import Fields, id_of, kind_of, load_record, row_id
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.hubspot.values import instant, text_of
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

_SAME_TYPES = {"boolean": "bool", "double": "number", "int": "number", "picklist": "enumeration", "text": "string"}


def load(books: Books, row: Row) -> None:
    """Take one row as if it had always been there: system fields too, unknown fields and options are made."""
    type_, fields = str(row.get("type") or ""), row.get("fields")
    if not isinstance(fields, dict):
        raise BadRow(f"a row of type {type_!r} needs an object of fields")
    special = SPECIAL.get(type_)
    try:
        if special is not None:
            special(books, row, fields)
        else:
            load_record(books, kind_of(type_), row, fields)
    except Refusal as refusal:
        raise BadRow(refusal.words) from None


def _load_owner(books: Books, row: Row, fields: Fields) -> None:
    owners = books.state.owners
    id_ = row_id(row) or str(max((int(one) for one in owners), default=70_000_000) + 1)
    known = owners.get(id_) or Owner(id_, at=books.now(), user_id=int(id_) % 10_000_000)
    first, _, last = str(fields.get("name") or "").partition(" ")
    teams = fields.get("teams")
    user = fields.get("userId", known.user_id)
    owners[id_] = replace(
        known,
        email=str(fields.get("email", known.email) or ""),
        first=str(fields.get("firstName", first or known.first) or ""),
        last=str(fields.get("lastName", last or known.last) or ""),
        type=str(fields.get("type", known.type)).upper(),
        user_id=user if isinstance(user, int) else None,
        archived=_left(fields, archived=known.archived),
        teams=list(teams) if isinstance(teams, list) else known.teams,
    )


def _left(fields: Fields, *, archived: bool) -> bool:
    if "active" in fields:
        return fields["active"] is False or str(fields["active"]).lower() == "false"
    return fields.get("archived", archived) is True


def _load_event(books: Books, row: Row, fields: Fields) -> None:
    at = instant(text_of(fields.get("occurredAt"))) if fields.get("occurredAt") else books.now()
    if at is None:
        raise BadRow(f"occurredAt is no instant: {fields.get('occurredAt')!r}")
    properties = fields.get("properties") or {}
    if not isinstance(properties, dict):
        raise BadRow("properties of an event must be an object")
    number = len(books.state.happenings) + 1
    id_ = str(row.get("id") or "") or _event_id(number)
    if id_ in books.state.event_ids:
        return  # the same rows loaded twice are still the same occurrences
    books.state.event_ids.add(id_)
    kept = {str(name): text_of(value) for name, value in properties.items()}
    kind, object_id = kind_of(str(fields.get("objectType") or "contacts")), id_of(fields.get("objectId"))
    type_ = str(fields.get("eventType") or "")
    if not type_:
        raise BadRow("an event needs an eventType")
    books.happen(Occurrence(at, number, type_, object_id, id_, kept, kind.name))


def _event_id(number: int) -> str:
    digest = hashlib.blake2b(str(number).encode(), digest_size=12).digest()
    return f"leviathan-{base64.b32encode(digest).decode().rstrip('=').lower()}"


def _load_field(books: Books, _row: Row, fields: Fields) -> None:
    kind, name = kind_of(str(fields.get("object") or "")), str(fields.get("name") or "")
    asked = str(fields.get("type") or "string")
    type_ = _SAME_TYPES.get(asked, asked)
    if not name or type_ not in FIELD_TYPES:
        raise BadRow(f"a field needs a name and one of the types {', '.join(FIELD_TYPES)}, not {name!r}, {type_!r}")
    field_type = str(fields.get("fieldType") or FIELD_TYPES[type_][0])
    books.schema(kind)[name] = Property(
        name,
        type_,
        field_type,
        str(fields.get("label") or name),
        f"{kind.singular}information",
        options=_options(fields.get("options") or fields.get("values") or [], []),
        unique=fields.get("unique") is True,
        read_only=fields.get("readOnly") is True,
    )
    if fields.get("unique") is True:
        books.table(kind).watch(name)


def _load_options(books: Books, _row: Row, fields: Fields) -> None:
    kind = kind_of(str(fields.get("object") or ""))
    known = books.schema(kind).get(str(fields.get("field") or ""))
    if known is None:
        raise BadRow(f"{kind.name} have no property {fields.get('field')!r}")
    known.options = _options(fields.get("values") or [], known.options)


def _options(values: Json, before: list[Option]) -> list[Option]:
    if not isinstance(values, list):
        raise BadRow("values must be a list")
    labels = {option.value: option.label for option in before}
    return [_option(value, order, labels) for order, value in enumerate(values)]


def _option(value: Json, order: int, labels: Mapping[str, str]) -> Option:
    if isinstance(value, dict):
        written = str(value.get("value") or value.get("label") or "")
        return Option(written, str(value.get("label") or written), order, hidden=value.get("hidden") is True)
    return Option(str(value), labels.get(str(value), str(value)), order)


def _load_account(books: Books, _row: Row, fields: Fields) -> None:
    books.state.account.update(fields)


SPECIAL: dict[str, Callable[[Books, Row, Fields], None]] = {
    "forms": load_form,
    "submissions": load_submission,
    "email_events": load_mail_event,
    "campaigns": load_campaign,
    "attendances": load_attendance,
    "owners": _load_owner,
    "events": _load_event,
    "account": _load_account,
    "lists": load_list,
    "imports": have_imported,
    "__rule__": load_rule,
    "__field__": _load_field,
    "__picklist__": _load_options,
}
