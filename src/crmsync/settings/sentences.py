"""What pydantic found, as sentences with the place in the file."""

import re
from collections.abc import Mapping, Sequence

from pydantic_core import ErrorDetails

from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path, Plain
from crmsync.settings.suggest import did_you_mean, nearest
from crmsync.settings.units import shown

_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_SHOULD_BE = {
    "string_type": "should be text",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a number",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "dict_type": "should be a group of keys",
    "model_type": "should be a group of keys",
    "model_attributes_type": "should be a group of keys",
    "dataclass_type": "should be a group of keys",
    "string_too_short": "should not be empty",
    "string_pattern_mismatch": "should not be empty",
    "too_short": "should not be empty",
    "greater_than_equal": "should be at least {ge}",
    "greater_than": "should be more than {gt}",
    "less_than_equal": "should be at most {le}",
    "less_than": "should be less than {lt}",
}


def problems_of(
    document: Document, errors: Sequence[ErrorDetails], schema: Mapping[str, object]
) -> tuple[Problem, ...]:
    """Every error as one problem; an unknown key that is a missing one misspelt is told once."""
    unknown = [error for error in errors if error["type"] in _UNKNOWN]
    missing = [error for error in errors if error["type"] == "missing"]
    found = [_unknown_key(document, error, schema) for error in unknown]
    found += [_missing_key(document, error) for error in missing if not _misspelt(error, unknown)]
    found += [_wrong_value(document, error) for error in errors if error["type"] not in (*_UNKNOWN, "missing")]
    return tuple(found)


def standing(data: Plain, loc: Path) -> Path:
    """The part of an error's place that stands in the data: names of alternatives and absent keys fall away."""
    path: Path = ()
    for step in loc:
        inside = _inside(data)
        if step in inside:
            data, path = inside[step], (*path, step)
    return path


def _inside(data: Plain) -> Mapping[str | int, Plain]:
    inside: dict[str | int, Plain] = {}
    if isinstance(data, dict):
        inside.update(data.items())
    elif isinstance(data, list):
        inside.update(enumerate(data))
    return inside


def _misspelt(missing: ErrorDetails, unknown: Sequence[ErrorDetails]) -> bool:
    key, parent = str(missing["loc"][-1]), missing["loc"][:-1]
    return any(error["loc"][:-1] == parent and nearest(str(error["loc"][-1]), [key]) for error in unknown)


def _unknown_key(document: Document, error: ErrorDetails, schema: Mapping[str, object]) -> Problem:
    path = standing(document.data, error["loc"])
    key = str(error["loc"][-1])
    accepted = _keys_at(schema, schema, list(error["loc"][:-1]))
    present = _keys_present(document.data, path[:-1])
    near = nearest(key, accepted - present)
    help_ = f'Did you mean "{near}"?' if near else did_you_mean(key, accepted)
    return document.at_key(path, f'unknown key "{key}".', help_)


def _missing_key(document: Document, error: ErrorDetails) -> Problem:
    path = standing(document.data, error["loc"])
    inside = f' in "{path[-1]}"' if path and isinstance(path[-1], str) else ""
    message = f'"{error["loc"][-1]}" is missing{inside}.'
    return document.at_key(path, message, "Add it.") if path else document.at_value((), message, "Add it.")


def _wrong_value(document: Document, error: ErrorDetails) -> Problem:
    path = standing(document.data, error["loc"])
    written, context = error["input"], error.get("ctx", {})
    if error["type"] == "settings":
        return document.at_value(path, str(context["message"]), str(context["suggestion"]))
    if error["type"] in ("literal_error", "enum"):
        accepted = re.findall(r"'([^']*)'", str(context["expected"]))
        return document.at_value(path, f"{shown(written)} is not accepted here.", did_you_mean(str(written), accepted))
    should = _SHOULD_BE.get(error["type"], error["msg"]).format(**context)
    quoted = error["type"] == "string_type" and isinstance(written, bool | int | float)
    return document.at_value(path, f"{shown(written)} {should}.", "Put it in quotes." if quoted else "")


def _keys_present(data: Plain, path: Path) -> set[str]:
    for step in path:
        data = _inside(data).get(step)
    return set(data) if isinstance(data, dict) else set()


def _keys_at(root: Mapping[str, object], part: object, loc: list[str | int]) -> set[str]:
    """The keys the JSON schema accepts at a place; alternatives are joined."""
    if not isinstance(part, Mapping):
        return set()
    if "$ref" in part:
        name = str(part["$ref"]).rsplit("/", 1)[-1]
        definitions = root.get("$defs")
        return _keys_at(root, definitions[name] if isinstance(definitions, Mapping) else None, loc)
    branches = part.get("anyOf")
    if isinstance(branches, list):
        return set().union(*(_keys_at(root, branch, loc) for branch in branches))
    properties = part.get("properties")
    if not loc:
        return set(properties) if isinstance(properties, Mapping) else set()
    return _keys_at(root, _deeper(part, properties, loc[0]), loc[1:])


def _deeper(part: Mapping[str, object], properties: object, step: str | int) -> object:
    if isinstance(step, int):
        return part.get("items")
    if isinstance(properties, Mapping) and step in properties:
        return properties[step]
    return part.get("additionalProperties")
