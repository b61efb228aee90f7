"""The properties API: read definitions, make new ones, replace the options of a list (facts/hubspot.md section 9)."""

from __future__ import annotations

import re

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.reading import Object, a_list, a_word, an_object, body_of, inputs_of
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.wire import Answer, Asked, Json

MOST = 100
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


def list_properties(books: Books, asked: Asked) -> Answer:
    """Every property of the object type; none is archived here."""
    kind = books.kind(asked.params["type"])
    archived = asked.query.get("archived", "").lower() == "true"
    return Answer(body={"results": [] if archived else [one.as_json() for one in books.schema(kind).values()]})


def get_property(books: Books, asked: Asked) -> Answer:
    """One property, or 404."""
    return Answer(body=_known(books, asked).as_json())


def read_properties(books: Books, asked: Asked) -> Answer:
    """Some properties by name; those that do not exist are errors of a 207."""
    schema = books.schema(books.kind(asked.params["type"]))
    names = [a_word(one.get("name"), "name") for one in inputs_of(body_of(asked), MOST)]
    missing = [name for name in names if name not in schema]
    at = books.stamp()
    results: list[Json] = [schema[name].as_json() for name in names if name in schema]
    body: dict[str, Json] = {"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at}
    if not missing:
        return Answer(body=body)
    error: dict[str, Json] = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Some properties do not exist",
        "context": {"name": missing},
    }
    return Answer(207, {**body, "numErrors": 1, "errors": [error]})


def create_property(books: Books, asked: Asked) -> Answer:
    """A new property; 409 when the name is taken, 400 when type and field type do not go together."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    name = a_word(body.get("name"), "name")
    if name in books.schema(kind):
        raise Refusal(409, f"A property named '{name}' already exists.", "OBJECT_ALREADY_EXISTS")
    if _NAME.fullmatch(name) is None:
        raise Refusal(400, f"Property name {name} must be lower-case letters, digits and underscores")
    type_, field_type = _types(body)
    made = Property(
        name,
        type_,
        field_type,
        a_word(body.get("label") or name, "label"),
        a_word(body.get("groupName") or f"{kind.singular}information", "groupName"),
        a_word(body.get("description") or "", "description"),
        options_of(body.get("options") or []),
        unique=body.get("hasUniqueValue") is True,
        form_field=body.get("formField") is True,
        at=books.stamp(),
    )
    books.schema(kind)[name] = made
    if made.unique:
        books.table(kind).watch(name)
    _write_down(books, "create", kind.name, made, {"name": (None, name)})
    return Answer(201, made.as_json())


def update_property(books: Books, asked: Asked) -> Answer:
    """Change a property; `options` are replaced as a whole, what is not listed is gone."""
    known, body = _known(books, asked), body_of(asked)
    changes: dict[str, tuple[Json, Json]] = {}
    if "options" in body:
        fresh = options_of(body["options"])
        changes["options"] = ([one.value for one in known.options], [one.value for one in fresh])
        known.options = fresh
    for key, name in (("label", "label"), ("description", "description"), ("groupName", "group")):
        if key in body:
            after = a_word(body[key], key)
            changes[key] = (str(getattr(known, name)), after)
            setattr(known, name, after)
    _write_down(books, "update", asked.params["type"], known, changes)
    return Answer(body=known.as_json())


def archive_property(books: Books, asked: Asked) -> Answer:
    """Put a property of one's own into the bin; HubSpot's stay."""
    known = _known(books, asked)
    if known.stock:
        raise Refusal(400, f"{known.name} is defined by HubSpot and cannot be archived")
    kind = books.kind(asked.params["type"])
    del books.schema(kind)[known.name]
    _write_down(books, "delete", kind.name, known, {})
    return Answer(204)


def options_of(value: Json) -> list[Option]:
    """The options of a definition; a value twice is refused."""
    found: list[Option] = []
    for one in a_list(value, "options"):
        option = an_object(one)
        order = option.get("displayOrder", -1)
        spelled = a_word(option.get("value"), "options.value")
        label = a_word(option.get("label") or spelled, "options.label")
        place = order if isinstance(order, int) and not isinstance(order, bool) else -1
        found.append(Option(spelled, label, place, option.get("hidden") is True))
    if len({one.value for one in found}) < len(found):
        raise Refusal(400, "Property options must have unique values")
    return found


def _types(body: Object) -> tuple[str, str]:
    type_, field_type = a_word(body.get("type"), "type"), a_word(body.get("fieldType"), "fieldType")
    if field_type not in FIELD_TYPES.get(type_, ()):
        raise Refusal(400, f"The field type {field_type} does not go with the property type {type_}")
    return type_, field_type


def _known(books: Books, asked: Asked) -> Property:
    known = books.schema(books.kind(asked.params["type"])).get(asked.params["name"])
    if known is None:
        raise not_found()
    return known


def _write_down(books: Books, op: str, kind: str, known: Property, changes: dict[str, tuple[Json, Json]]) -> None:
    books.write_down(CLIENT, op, f"properties/{kind}", known.name, changes)
