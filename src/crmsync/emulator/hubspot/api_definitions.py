"""What there is in a portal: object schemas, property groups and validation rules (facts sections 1, 9)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.reading import Object, a_word, body_of
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.rules import Rule
from crmsync.emulator.wire import Answer, Asked, Json

# what a record is called by, where its type has a name for it
_SHOWN_BY = {
    "contacts": "email",
    "companies": "name",
    "deals": "dealname",
    "tickets": "subject",
    "leads": "hs_lead_name",
    "tasks": "hs_task_subject",
    "calls": "hs_call_title",
    "meetings": "hs_meeting_title",
    "emails": "hs_email_subject",
}


def list_schemas(_books: Books, _asked: Asked) -> Answer:
    """The schemas of custom objects, of which this portal has none: standard objects are never listed here."""
    return Answer(body={"results": []})


def get_schema(books: Books, asked: Asked) -> Answer:
    """The schema of one object type with its properties and associations."""
    kind = books.kind(asked.params["type"])
    others = [other for other in KINDS.values() if books.state.links.known((kind.name, other.name))]
    shown: dict[str, Json] = {
        "id": kind.number,
        "objectTypeId": kind.number,
        "name": kind.singular.upper(),
        "fullyQualifiedName": kind.singular.upper(),
        "labels": {"singular": kind.singular.capitalize(), "plural": kind.name.capitalize()},
        "primaryDisplayProperty": _SHOWN_BY.get(kind.name, "hs_object_id"),
        "secondaryDisplayProperties": [],
        "requiredProperties": list(kind.needed),
        "searchableProperties": [_SHOWN_BY[kind.name]] if kind.name in _SHOWN_BY else [],
        "properties": [one.as_json() for one in books.schema(kind).values()],
        "associations": [one for other in others for one in _associations(books, kind, other)],
        "archived": False,
    }
    return Answer(body=shown)


def list_groups(books: Books, asked: Asked) -> Answer:
    """The groups properties of that type are sorted into."""
    kind = books.kind(asked.params["type"])
    return Answer(body={"results": [_shown(name, *told) for name, told in _groups(books, kind).items()]})


def get_group(books: Books, asked: Asked) -> Answer:
    """One group, or 404."""
    name = asked.params["name"]
    told = _groups(books, books.kind(asked.params["type"])).get(name)
    if told is None:
        raise not_found()
    return Answer(body=_shown(name, *told))


def create_group(books: Books, asked: Asked) -> Answer:
    """A new group: 201; 409 when the name is taken."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    name = a_word(body.get("name"), "name")
    if name in _groups(books, kind):
        raise Refusal(409, f"A property group named '{name}' already exists.", "CONFLICT")
    told = (a_word(body.get("label") or name, "label"), _order(body))
    books.state.groups.setdefault(kind.name, {})[name] = told
    books.write_down(CLIENT, "create", f"groups/{kind.name}", name, {})
    return Answer(201, _shown(name, *told))


def update_group(books: Books, asked: Asked) -> Answer:
    """Another label or place."""
    kind, name, body = books.kind(asked.params["type"]), asked.params["name"], body_of(asked)
    told = _groups(books, kind).get(name)
    if told is None:
        raise not_found()
    fresh = (a_word(body.get("label") or told[0], "label"), _order(body, told[1]))
    books.state.groups.setdefault(kind.name, {})[name] = fresh
    books.write_down(CLIENT, "update", f"groups/{kind.name}", name, {})
    return Answer(body=_shown(name, *fresh))


def delete_group(books: Books, asked: Asked) -> Answer:
    """No such group any more; one that still holds properties stays."""
    kind, name = books.kind(asked.params["type"]), asked.params["name"]
    if any(one.group == name for one in books.schema(kind).values()):
        raise Refusal(400, f"The property group {name} still holds properties")
    if books.state.groups.get(kind.name, {}).pop(name, None) is None:
        raise not_found()
    books.write_down(CLIENT, "delete", f"groups/{kind.name}", name, {})
    return Answer(204)


def list_rules(books: Books, asked: Asked) -> Answer:
    """Every property of the type that has validation rules, with them."""
    kind, found = books.kind(asked.params["type"]), dict[str, list[Json]]()
    for rule in books.state.rules.get(kind.name, []):
        if isinstance(rule, Rule):
            found.setdefault(rule.property, []).append(rule.as_json())
    results: list[Json] = [{"propertyName": name, "propertyValidationRules": rules} for name, rules in found.items()]
    return Answer(body={"results": results})


def get_rules(books: Books, asked: Asked) -> Answer:
    """The validation rules of one property."""
    kind, name = books.kind(asked.params["type"]), asked.params["name"]
    if name not in books.schema(kind):
        raise not_found()
    rules = books.state.rules.get(kind.name, [])
    return Answer(body={"results": [one.as_json() for one in rules if isinstance(one, Rule) and one.property == name]})


def _associations(books: Books, kind: Kind, other: Kind) -> list[dict[str, Json]]:
    return [
        {
            "id": str(one.number),
            "name": f"{kind.singular}_to_{other.singular}".upper(),
            "fromObjectTypeId": kind.number,
            "toObjectTypeId": other.number,
        }
        for one in books.state.links.known((kind.name, other.name))
    ]


def _groups(books: Books, kind: Kind) -> dict[str, tuple[str, int]]:
    """Name to label and place: those of the properties there are, and the portal's own."""
    used = {one.group: (one.group, -1) for one in books.schema(kind).values()}
    return used | books.state.groups.get(kind.name, {})


def _shown(name: str, label: str, order: int) -> dict[str, Json]:
    return {"archived": False, "name": name, "label": label, "displayOrder": order}


def _order(body: Object, otherwise: int = -1) -> int:
    value = body.get("displayOrder", otherwise)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
