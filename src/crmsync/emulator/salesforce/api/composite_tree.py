"""New records with the children that hang on them, all of them or none (composite/tree)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import writing
from crmsync.emulator.salesforce.api.door import author, body
from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST, DEEPEST = 200, 5
Branch = Mapping[str, Json]


def plant(org: Org, asked: Asked) -> Answer:
    """POST /composite/tree/{type}: 201 with an id for every referenceId, or 400 and nothing made."""
    given = list(_records(body(asked)))
    flat = [branch for root in given for branch in _flat(root, 1)]
    if len(flat) > MOST:
        raise Problem("LIMIT_EXCEEDED", f"A tree cannot contain more than {MOST} records")
    names = [_reference(branch) for branch in flat]
    if len(set(names)) < len(names):
        raise Problem("INVALID_INPUT", "Duplicate ReferenceId provided")
    saved, audit = org.checkpoint(), len(org.desk.audit)
    made: list[Json] = []
    wrong: list[Json] = []
    for branch in given:
        _make(org, asked, org.sobject(asked.params["type"]), branch, {}, made, wrong)
    if wrong:
        org.undo(saved)
        del org.desk.audit[audit:]
    return Answer(400 if wrong else 201, {"hasErrors": bool(wrong), "results": wrong or made})


def _make(
    org: Org,
    asked: Asked,
    sobject: SObject,
    branch: Branch,
    link: Branch,
    made: list[Json],
    wrong: list[Json],
) -> None:
    own = {name: value for name, value in branch.items() if name != "attributes" and not _children(value)}
    try:
        id_ = writing.create(org, sobject, {**own, **link}, author(asked))
        below = [(name, value) for name, value in branch.items() if _children(value)]
        made.append({"referenceId": _reference(branch), "id": id_})
        for name, value in below:
            child, field = _child(org, asked, sobject, name)
            for leaf in _records(value):
                _make(org, asked, child, leaf, {field: id_}, made, wrong)
    except Problem as problem:
        wrong.append({"referenceId": _reference(branch), "errors": problem.row()["errors"]})


def _child(org: Org, asked: Asked, sobject: SObject, name: str) -> tuple[SObject, str]:
    children = org.schema.describe(sobject, asked.params["v"]).get("childRelationships")
    for child in children if isinstance(children, list) else []:
        if isinstance(child, Mapping) and str(child.get("relationshipName")).lower() == name.lower():
            return org.sobject(str(child["childSObject"])), str(child["field"])
    raise Problem("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")


def _records(whole: Json) -> Iterator[Branch]:
    records = whole.get("records") if isinstance(whole, Mapping) else None
    if not isinstance(records, list) or not records:
        raise bad_json("records must be a list of objects")
    for record in records:
        if not isinstance(record, Mapping):
            raise bad_json("records must be a list of objects")
        yield record


def _flat(branch: Branch, depth: int) -> Iterator[Branch]:
    if depth > DEEPEST:
        raise Problem("LIMIT_EXCEEDED", f"A tree cannot be deeper than {DEEPEST} levels")
    yield branch
    for value in branch.values():
        if _children(value):
            for leaf in _records(value):
                yield from _flat(leaf, depth + 1)


def _children(value: Json) -> bool:
    return isinstance(value, Mapping) and "records" in value


def _reference(branch: Branch) -> str:
    attributes = branch.get("attributes")
    name = attributes.get("referenceId") if isinstance(attributes, Mapping) else None
    if not isinstance(name, str) or not name:
        raise Problem("INVALID_INPUT", "Include a reference ID for each record in the request")
    return name
