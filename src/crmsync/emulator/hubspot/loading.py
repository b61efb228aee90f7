"""Rows that a test, a demo or an export loads: they may set what nobody can write, and make what they name."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from sys import intern

from crmsync.emulator.hubspot.books import Books, Occurrence, Owner
from crmsync.emulator.hubspot.kinds import Kind, kind_named
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.loading_data import have_imported, load_list, load_rule
from crmsync.emulator.hubspot.loading_outreach import (
    load_attendance,
    load_campaign,
    load_form,
    load_mail_event,
    load_submission,
)
from crmsync.emulator.hubspot.pipelines import STAGED, grow
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.hubspot.stages import moved
from crmsync.emulator.hubspot.store import Past, Record
from crmsync.emulator.hubspot.values import instant, loaded, text_of
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

Fields = Mapping[str, Json]
_SAME_TYPES = {"boolean": "bool", "double": "number", "int": "number", "picklist": "enumeration", "text": "string"}
_NO_PAST: Mapping[str, tuple[Past, ...]] = {}  # one for all, as most of 200,000 records have none
NOT_PROPERTIES = {"associations", "archived", "archivedAt", "history"}


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
            _load_record(books, kind_of(type_), row, fields)
    except Refusal as refusal:
        raise BadRow(refusal.words) from None


def kind_of(word: str) -> Kind:
    """The object type of that name; BadRow for one this portal does not have."""
    kind = kind_named(word)
    if kind is None:
        raise BadRow(f"this portal has no objects of type {word!r}")
    return kind


def _load_record(books: Books, kind: Kind, row: Row, fields: Fields) -> None:
    table, now = books.table(kind), books.now()
    id_ = row_id(row) or table.next_id()
    before = table.records.get(id_)
    named = ((intern(name), value) for name, value in fields.items() if name not in NOT_PROPERTIES)
    values = {name: spelled(books, kind, name, value) for name, value in named}
    kept = {"hs_object_source": "CRM_UI", "hs_object_id": id_} | dict(before.properties if before else {}) | values
    kept = _placed(books, kind, kept) | kept
    created = _instant(values, kind.created, before.created if before else now)
    modified = _instant(values, kind.modified, max(now, created))
    past = {**(before.history if before else _NO_PAST), **_history(fields)} or _NO_PAST
    record = Record(id_, {name: value for name, value in kept.items() if value}, created, modified, history=past)
    for name in table.unique:
        holder = table.holder(name, record.get(name) or "")
        if holder is not None and holder.id != id_:
            raise BadRow(f"{name} {record.get(name)!r} belongs to {kind.singular} {holder.id} already")
    books.keep(kind, replace(record, archived=_archived(fields, modified)))
    tie(books, kind, id_, fields)


def _placed(books: Books, kind: Kind, kept: Mapping[str, str]) -> dict[str, str]:
    """What a loaded stage means; a pipeline or stage that nobody has seen yet comes into being."""
    if kind.name not in STAGED:
        return {}
    line, step = (kept.get(name, "") for name in STAGED[kind.name])
    grow(books.state.pipelines[kind.name], line, step)
    told = moved(books.state.pipelines, kind.name, kept, kept, books.stamp())
    return {name: value for name, value in told.items() if value}


def _history(fields: Fields) -> dict[str, tuple[Past, ...]]:
    """`{"history": {"hs_lead_status": [{"value", "timestamp", "sourceType", ...}]}}`, in whatever order."""
    block = fields.get("history") or {}
    if not isinstance(block, dict):
        raise BadRow('a history looks like {"hs_lead_status": [{"value": "NEW", "timestamp": "2026-01-01T00:00:00Z"}]}')
    return {str(name): tuple(sorted(_entries(entries), key=lambda one: one.at)) for name, entries in block.items()}


def _entries(entries: Json) -> Iterator[Past]:
    for one in entries if isinstance(entries, list) else [entries]:
        at = instant(text_of(one.get("timestamp"))) if isinstance(one, dict) else None
        if at is None or not isinstance(one, dict):
            raise BadRow(f"an entry of a history has a value and a timestamp, not {one!r}")
        words = [text_of(one.get(key)) for key in ("value", "sourceType", "sourceId", "sourceLabel", "updatedByUserId")]
        yield Past(words[0], at, words[1] or "CRM_UI", words[2], words[3], words[4] if words[4].isdecimal() else "")


def spelled(books: Books, kind: Kind, name: str, value: Json) -> str:
    """The value as kept; an unknown property, option or owner comes into being."""
    schema = books.schema(kind)
    if name not in schema:
        schema[name] = _property_for(name, value, kind)
    known = schema[name]
    text = loaded(known, value)
    if name == "hubspot_owner_id" and text and text not in books.state.owners:
        books.state.owners[text] = Owner(text, email=f"owner{text}@example.com", last=f"Owner {text}", at=books.now())
    if known.type == "enumeration" and not known.external_options and text:
        for part in text.split(";") if known.field_type == "checkbox" else [text]:
            known.offer(part)
        return intern(text)
    return intern(text) if known.external_options else text


def _property_for(name: str, value: Json, kind: Kind) -> Property:
    type_ = "bool" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "string"
    return Property(name, type_, FIELD_TYPES[type_][0], name, f"{kind.singular}information")


def _instant(values: Mapping[str, str], name: str, otherwise: int) -> int:
    at = instant(values.get(name) or "")
    return otherwise if at is None else at


def _archived(fields: Fields, modified: int) -> int | None:
    if fields.get("archived") is not True:
        return None
    at = instant(text_of(fields.get("archivedAt")))
    return modified if at is None else at


def tie(books: Books, kind: Kind, id_: str, fields: Fields) -> None:
    """Associate a record with those its `associations` name, whether they are there yet or not."""
    for word, ids in associations_in(fields):
        other = kind_of(word)
        for one, label in ids:
            other_id = books.table(other).resolve(one)
            linked = labelled(books, kind, other, label) if label else None
            books.state.links.join((kind.name, id_), (other.name, other_id), linked)


def labelled(books: Books, kind: Kind, other: Kind, label: str) -> LinkType:
    """The type of that label or number; a label nobody has made yet comes into being."""
    pair, links = (kind.name, other.name), books.state.links
    for one in links.known(pair):
        if label in {str(one.number), one.label}:
            return one
    return links.define(pair, label.lower().replace(" ", "_"), label, "")[0]


def associations_in(fields: Fields) -> list[tuple[str, list[tuple[str, str]]]]:
    """The `{"contacts": ["101", {"id": "102", "label": "Decision maker"}]}` of a row: per object type id and label."""
    block = fields.get("associations") or {}
    if not isinstance(block, dict):
        raise BadRow('associations look like {"contacts": ["101"]}')
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for word, ids in block.items():
        if not isinstance(ids, list):
            raise BadRow(f"associations to {word} must be a list of ids")
        told = [one if isinstance(one, dict) else {"id": one} for one in ids]
        found.append((str(word), [(id_of(one.get("id")), str(one.get("label") or "")) for one in told]))
    return found


def row_id(row: Row) -> str:
    """The id a row asks for, or nothing."""
    given = row.get("id")
    return "" if given in (None, "") else id_of(given)


def id_of(value: Json) -> str:
    """An id as HubSpot has them: a positive number, as text; BadRow for anything else."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 19) or int(text) == 0:
        raise BadRow(f"an id of HubSpot is a positive number, not {value!r}")
    return str(int(text))


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
