"""The properties API: read definitions, make new ones, replace the options of a list (facts/hubspot.md section 9)."""

from __future__ import annotations

import re

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.pipelines import STAGED
from crmsync.emulator.hubspot.reading import Object, a_flag, a_list, a_word, an_object, body_of, inputs_of
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Option, Property
from crmsync.emulator.wire import Answer, Asked, Json

MOST, MOST_UNIQUE = 100, 10
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


def list_properties(books: Books, asked: Asked) -> Answer:
    """Every property of the object type; `archived=true` shows only those in the bin."""
    kind = books.kind(asked.params["type"])
    bin_ = books.state.archived_properties.get(kind.name, {})
    found = bin_ if a_flag(asked, "archived") else books.schema(kind)
    return Answer(body={"results": [shown(books, kind, one) for one in found.values()]})


def get_property(books: Books, asked: Asked) -> Answer:
    """One property, or 404."""
    kind, name = books.kind(asked.params["type"]), asked.params["name"]
    known = books.state.archived_properties.get(kind.name, {}).get(name) if a_flag(asked, "archived") else None
    return Answer(body=shown(books, kind, known or _known(books, asked)))


def read_properties(books: Books, asked: Asked) -> Answer:
    """Some properties by name; those that do not exist are errors of a 207."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    archived = body.get("archived") is True
    schema = books.state.archived_properties.get(kind.name, {}) if archived else books.schema(kind)
    names = _names(body)
    missing = [name for name in names if name not in schema]
    return _answered(books, [shown(books, kind, schema[name]) for name in names if name in schema], missing)


def create_property(books: Books, asked: Asked) -> Answer:
    """A new property; 409 when the name is taken, 400 when type and field type do not go together."""
    kind = books.kind(asked.params["type"])
    return Answer(201, shown(books, kind, _make(books, kind, body_of(asked))))


def create_properties(books: Books, asked: Asked) -> Answer:
    """Several new properties, all or none: 201, and 200 since 2026-09 (section 1)."""
    kind, inputs = books.kind(asked.params["type"]), inputs_of(body_of(asked), MOST)
    wanted = [_read(books, kind, one) for one in inputs]
    if len({one.name for one in wanted}) < len(wanted):
        raise Refusal(400, "Property names must be unique within one request")
    made = [_make(books, kind, one) for one in inputs]
    answer = _answered(books, [shown(books, kind, one) for one in made], [])
    return Answer(200 if "/2026-09/" in asked.path else 201, answer.body)


def archive_properties(books: Books, asked: Asked) -> Answer:
    """Several properties into the bin; names that do not exist are passed over."""
    kind = books.kind(asked.params["type"])
    found = [books.schema(kind)[name] for name in _names(body_of(asked)) if name in books.schema(kind)]
    for known in found:
        _not_hubspots(known)
    for known in found:
        _archive(books, kind, known)
    return Answer(204)


def update_property(books: Books, asked: Asked) -> Answer:
    """Change a property; `options` are replaced as a whole, what is not listed is gone."""
    known, body = _known(books, asked), body_of(asked)
    changes: dict[str, tuple[Json, Json]] = {}
    if "options" in body:
        fresh = options_of(body["options"])
        if books.desk.faults.switched("options_appended"):  # section 17: unverified for v3
            told = {one.value for one in fresh}
            fresh = [*(one for one in known.options if one.value not in told), *fresh]
        changes["options"] = ([one.value for one in known.options], [one.value for one in fresh])
        known.options = fresh
    for key, name in (("label", "label"), ("description", "description"), ("groupName", "group")):
        if key in body:
            after = a_word(body[key], key)
            changes[key] = (str(getattr(known, name)), after)
            setattr(known, name, after)
    if "type" in body or "fieldType" in body:
        type_, field_type = _types({"type": known.type, "fieldType": known.field_type, **body})
        if type_ != known.type:
            raise Refusal(400, f"Changing the type of {known.name} is not supported by the emulator")
        changes["fieldType"] = (known.field_type, field_type)
        known.field_type = field_type
    known.form_field, known.hidden = _flag(body, "formField", known.form_field), _flag(body, "hidden", known.hidden)
    known.updated = books.stamp()
    _write_down(books, "update", asked.params["type"], known, changes)
    return Answer(body=shown(books, books.kind(asked.params["type"]), known))


def archive_property(books: Books, asked: Asked) -> Answer:
    """Put a property of one's own into the bin; HubSpot's stay."""
    known = _known(books, asked)
    _not_hubspots(known)
    _archive(books, books.kind(asked.params["type"]), known)
    return Answer(204)


def list_dispositions(books: Books, _asked: Asked) -> Answer:
    """The outcomes of calls by GUID, a bare list (section 8; the path is not verified)."""
    options = books.schema(KINDS["calls"])["hs_call_disposition"].options
    return Answer(body=[{"id": one.value, "label": one.label, "deleted": one.hidden} for one in options])


def shown(books: Books, kind: Kind, known: Property) -> dict[str, Json]:
    """A definition; that of a pipeline or a stage lists what there is at this moment."""
    whole = known.as_json()
    if known.name == "hs_call_disposition" and not books.desk.faults.switched("disposition_options", otherwise=True):
        whole["options"] = []
    if kind.name in STAGED and known.name in STAGED[kind.name]:
        pipelines = sorted(books.state.pipelines[kind.name].values(), key=lambda one: one.order)
        named = [(one.id, one.label) for one in pipelines]
        if known.name == STAGED[kind.name][1]:
            named = [(stage.id, stage.label) for one in pipelines for stage in one.in_order()]
        whole["options"] = [Option(value, label, order).as_json() for order, (value, label) in enumerate(named)]
    return whole


def _make(books: Books, kind: Kind, body: Object) -> Property:
    made = _read(books, kind, body)
    books.state.archived_properties.get(kind.name, {}).pop(made.name, None)
    books.schema(kind)[made.name] = made
    if made.unique:
        books.table(kind).watch(made.name)
    _write_down(books, "create", kind.name, made, {"name": (None, made.name)})
    return made


def _read(books: Books, kind: Kind, body: Object) -> Property:
    name = a_word(body.get("name"), "name")
    if name in books.schema(kind):
        raise Refusal(409, f"A property named '{name}' already exists.", "OBJECT_ALREADY_EXISTS")
    if _NAME.fullmatch(name) is None:
        raise Refusal(400, f"Property name {name} must be lower-case letters, digits and underscores")
    type_, field_type = _types(body)
    unique = body.get("hasUniqueValue") is True
    if unique:
        _may_be_unique(books, kind)
    return Property(
        name,
        type_,
        field_type,
        a_word(body.get("label") or name, "label"),
        a_word(body.get("groupName") or f"{kind.singular}information", "groupName"),
        a_word(body.get("description") or "", "description"),
        options_of(body.get("options") or []),
        unique=unique,
        form_field=body.get("formField") is True,
        hidden=body.get("hidden") is True,
        at=books.stamp(),
        calculated=field_type == "calculation_equation",
        formula=a_word(body.get("calculationFormula") or "", "calculationFormula"),
        read_only=field_type == "calculation_equation",
        currency=body.get("showCurrencySymbol") is True,
    )


def _may_be_unique(books: Books, kind: Kind) -> None:
    """About ten unique properties per type (section 9); whether engagements take any is unverified: a switch."""
    refused = kind.engagement and not books.desk.faults.switched("unique_task_property", otherwise=True)
    if refused:
        raise Refusal(400, f"Properties of {kind.name} cannot be unique")
    if sum(one.unique and not one.stock for one in books.schema(kind).values()) >= MOST_UNIQUE:
        raise Refusal(400, f"{kind.name} have {MOST_UNIQUE} unique properties already")


def _archive(books: Books, kind: Kind, known: Property) -> None:
    del books.schema(kind)[known.name]
    known.archived = books.stamp()
    books.state.archived_properties.setdefault(kind.name, {})[known.name] = known
    _write_down(books, "delete", kind.name, known, {})


def _not_hubspots(known: Property) -> None:
    if known.stock:
        raise Refusal(400, f"{known.name} is defined by HubSpot and cannot be archived")


def _names(body: Object) -> list[str]:
    return [a_word(one.get("name"), "name") for one in inputs_of(body, MOST)]


def _flag(body: Object, name: str, otherwise: bool) -> bool:  # noqa: FBT001 - what it is now
    value = body.get(name, otherwise)
    return value if isinstance(value, bool) else otherwise


def _answered(books: Books, results: list[dict[str, Json]], missing: list[str]) -> Answer:
    at = books.stamp()
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
