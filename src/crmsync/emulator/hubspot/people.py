"""What happens without an API client: records that were there before (`load`), and people at their screens (`act`)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from crmsync.emulator.hubspot.books import Author, Books, Occurrence, Owner, person
from crmsync.emulator.hubspot.kinds import Kind, kind_named
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import instant, loaded, text_of
from crmsync.emulator.hubspot.writing import archive, create, merge, restore, update
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

Fields = Mapping[str, Json]
_NOT_PROPERTIES = {"associations", "archived", "archivedAt"}


def load(books: Books, row: Row) -> None:
    """Take one row as if it had always been there: system fields too, unknown fields and options are made."""
    type_, fields = str(row.get("type") or ""), row.get("fields")
    if not isinstance(fields, dict):
        raise BadRow(f"a row of type {type_!r} needs an object of fields")
    special = _SPECIAL.get(type_)
    try:
        if special is not None:
            special(books, row, fields)
        else:
            _load_record(books, _kind(type_), row, fields)
    except Refusal as refusal:
        raise BadRow(refusal.words) from None
    except OverflowError:
        raise BadRow("an instant is out of range") from None


def act(books: Books, actor: str, step: Row) -> dict[str, Json]:
    """Do one thing as a person: create, update, delete, restore, merge, complete; answers the id it concerns."""
    type_, op = str(step.get("type") or "contacts"), str(step.get("op") or "")
    fields = step.get("fields") or {}
    if not isinstance(fields, dict):
        raise BadRow("fields must be an object")
    if type_ in _SPECIAL:
        _SPECIAL[type_](books, step, fields)
        return {"id": str(step.get("id") or "")}
    kind, act_ = _kind(type_), _ACTS.get(op)
    if act_ is None:
        raise BadRow(f"{op!r} is not one of {', '.join(_ACTS)}")
    try:
        return {"id": act_(books, kind, step, person(actor))}
    except Refusal as refusal:
        raise BadRow(refusal.words) from None


def slip_in(books: Books, records: Sequence[tuple[str, str]]) -> None:
    """Before a write reaches the store: the edits that `edit_before_write` asked for."""
    for edit in books.desk.faults.edits_before(records):
        act(books, edit.actor, {"op": "update", "type": edit.type, "id": edit.id, "fields": edit.fields})


def _kind(word: str) -> Kind:
    kind = kind_named(word)
    if kind is None:
        raise BadRow(f"this portal has no objects of type {word!r}")
    return kind


# --- load -----------------------------------------------------------------------------------------------------------


def _load_record(books: Books, kind: Kind, row: Row, fields: Fields) -> None:
    table, now = books.table(kind), books.now()
    id_ = _id_of(row) or table.next_id()
    before = table.records.get(id_)
    values = {name: _known(books, kind, name, value) for name, value in fields.items() if name not in _NOT_PROPERTIES}
    kept = {"hs_object_source": "CRM_UI", "hs_object_id": id_} | dict(before.properties if before else {}) | values
    created = _instant(values, kind.created, before.created if before else now)
    modified = _instant(values, kind.modified, max(now, created))
    record = Record(id_, {name: value for name, value in kept.items() if value}, created, modified)
    for name in table.unique:
        holder = table.holder(name, record.get(name) or "")
        if holder is not None and holder.id != id_:
            raise BadRow(f"{name} {record.get(name)!r} belongs to {kind.singular} {holder.id} already")
    books.keep(kind, replace(record, archived=_archived(fields, modified)))
    _tie(books, kind, id_, fields)


def _known(books: Books, kind: Kind, name: str, value: Json) -> str:
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
    return text


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


def _tie(books: Books, kind: Kind, id_: str, fields: Fields) -> None:
    for word, ids in _associations(fields):
        other = _kind(word)
        for one in ids:
            other_id = books.table(other).resolve(one)
            books.state.links.join((kind.name, id_), (other.name, other_id))


def _associations(fields: Fields) -> list[tuple[str, list[str]]]:
    block = fields.get("associations") or {}
    if not isinstance(block, dict):
        raise BadRow('associations look like {"contacts": ["101"]}')
    found: list[tuple[str, list[str]]] = []
    for word, ids in block.items():
        if not isinstance(ids, list):
            raise BadRow(f"associations to {word} must be a list of ids")
        found.append((str(word), [_digits(one) for one in ids]))
    return found


def _id_of(row: Row) -> str:
    given = row.get("id")
    return "" if given in (None, "") else _digits(given)


def _digits(value: Json) -> str:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 19) or int(text) == 0:
        raise BadRow(f"an id of HubSpot is a positive number, not {value!r}")
    return str(int(text))


def _load_owner(books: Books, row: Row, fields: Fields) -> None:
    owners = books.state.owners
    id_ = _id_of(row) or str(max((int(one) for one in owners), default=70_000_000) + 1)
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
    kept = {str(name): text_of(value) for name, value in properties.items()}
    kind, object_id = _kind(str(fields.get("objectType") or "contacts")), _digits(fields.get("objectId"))
    type_ = str(fields.get("eventType") or "")
    if not type_:
        raise BadRow("an event needs an eventType")
    books.happen(Occurrence(at, number, type_, object_id, id_, kept, kind.name))


def _event_id(number: int) -> str:
    digest = hashlib.blake2b(str(number).encode(), digest_size=12).digest()
    return f"leviathan-{base64.b32encode(digest).decode().rstrip('=').lower()}"


def _load_field(books: Books, _row: Row, fields: Fields) -> None:
    kind, name = _kind(str(fields.get("object") or "")), str(fields.get("name") or "")
    type_ = str(fields.get("type") or "string")
    if not name or type_ not in FIELD_TYPES:
        raise BadRow(f"a field needs a name and one of the types {', '.join(FIELD_TYPES)}, not {name!r}, {type_!r}")
    field_type = str(fields.get("fieldType") or FIELD_TYPES[type_][0])
    books.schema(kind)[name] = Property(
        name,
        type_,
        field_type,
        str(fields.get("label") or name),
        f"{kind.singular}information",
        options=_options(fields.get("options") or fields.get("values") or []),
        unique=fields.get("unique") is True,
        read_only=fields.get("readOnly") is True,
    )
    if fields.get("unique") is True:
        books.table(kind).watch(name)


def _load_options(books: Books, _row: Row, fields: Fields) -> None:
    kind = _kind(str(fields.get("object") or ""))
    known = books.schema(kind).get(str(fields.get("field") or ""))
    if known is None:
        raise BadRow(f"{kind.name} have no property {fields.get('field')!r}")
    known.options = _options(fields.get("values") or [])


def _options(values: Json) -> list[Option]:
    if not isinstance(values, list):
        raise BadRow("values must be a list")
    return [_option(value, order) for order, value in enumerate(values)]


def _option(value: Json, order: int) -> Option:
    if isinstance(value, dict):
        spelled = str(value.get("value") or value.get("label") or "")
        return Option(spelled, str(value.get("label") or spelled), order, hidden=value.get("hidden") is True)
    return Option(str(value), str(value), order)


def _load_account(books: Books, _row: Row, fields: Fields) -> None:
    books.state.account.update(fields)


_SPECIAL: dict[str, Callable[[Books, Row, Fields], None]] = {
    "owners": _load_owner,
    "events": _load_event,
    "account": _load_account,
    "__field__": _load_field,
    "__picklist__": _load_options,
}


# --- act ------------------------------------------------------------------------------------------------------------


def _create(books: Books, kind: Kind, step: Row, who: Author) -> str:
    fields = _fields(step)
    given = {name: value for name, value in fields.items() if name not in _NOT_PROPERTIES}
    ties = [((_kind(word).name, id_), None) for word, ids in _associations(fields) for id_ in ids]
    return create(books, kind, given, who, ties).id


def _update(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record, fields = _meant(books, kind, step), _fields(step)
    given = {name: value for name, value in fields.items() if name not in _NOT_PROPERTIES}
    _tie(books, kind, record.id, fields)
    return update(books, kind, record, given, who).id


def _delete(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record = _meant(books, kind, step)
    archive(books, kind, record, who)
    return record.id


def _restore(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record = books.table(kind).find(_id_of(step), archived=True)
    if record is None:
        raise BadRow(f"there is no archived {kind.singular} {step.get('id')!r}")
    return restore(books, kind, record, who).id


def _complete(books: Books, kind: Kind, step: Row, who: Author) -> str:
    given = {"hs_task_status": "COMPLETED", **_fields(step)}
    return update(books, kind, _meant(books, kind, step), given, who).id


def _merge(books: Books, kind: Kind, step: Row, who: Author) -> str:
    primary = _meant(books, kind, step)
    other = books.table(kind).find(_digits(step.get("with") or _fields(step).get("with")))
    if other is None or other.id == primary.id:
        raise BadRow("merge needs `with`: the id of another record")
    return merge(books, kind, primary, other, who).id


_ACTS: dict[str, Callable[[Books, Kind, Row, Author], str]] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "restore": _restore,
    "complete": _complete,
    "merge": _merge,
}


def _fields(step: Row) -> Fields:
    fields = step.get("fields")
    return fields if isinstance(fields, dict) else {}


def _meant(books: Books, kind: Kind, step: Row) -> Record:
    """The record of the step's `id`, or the first live one that fits its `where`."""
    table, where = books.table(kind), step.get("where")
    if step.get("id"):
        record = table.find(_digits(step["id"]))
    elif isinstance(where, dict) and where:
        record = next((one for one in table.live() if _fits(one, where)), None)
    else:
        raise BadRow("a step needs an id or a where")
    if record is None:
        raise BadRow(f"there is no such {kind.singular}: {step.get('id') or where}")
    return record


def _fits(record: Record, where: Fields) -> bool:
    return all((record.get(name) or "") == text_of(value) for name, value in where.items())
