"""What a search body means: filters, order, limits (facts/hubspot.md section 5.5). Pure: a body in, a question out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.emulator.hubspot.kinds import kind_named
from crmsync.emulator.hubspot.operators import OPERATORS, Test, value_of, values_of
from crmsync.emulator.hubspot.reading import Object, a_list, a_word, an_object, words
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Json

GROUPS, FILTERS_PER_GROUP, FILTERS, SORTS = 5, 6, 18, 1
PAGE, DEFAULT_PAGE, RESULTS, LONGEST = 200, 10, 10_000, 3_000
_PSEUDO = "associations."

Linked = Callable[[str, str], set[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A search, understood: any group of which all tests pass; `after` is an offset."""

    groups: tuple[tuple[Test, ...], ...]
    sort: str | None
    descending: bool
    text: str
    wanted: tuple[str, ...]
    limit: int
    after: int

    def fits(self, record: Record) -> bool:
        """Whether the record is among the results (of a search without a `query` text)."""
        return not self.groups or any(all(test(record) for test in group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: the properties it has; `linked(word, id)` tells which ids belong to a record of another type.

    Whether filters take ISO instants besides epoch milliseconds is not verified: `iso` (section 17).
    """

    schema: Mapping[str, Property]
    linked: Linked
    iso: bool = True


def understand(body: Object, where: Searched) -> Question:
    """The question of a search body; 400 in the vendor's manner for what it does not take."""
    schema = where.schema
    sort, descending = _sort(body.get("sorts"), schema)
    limit, after = _whole(body.get("limit"), "limit", DEFAULT_PAGE), _whole(body.get("after"), "after", 0)
    if limit > PAGE:
        raise Refusal(400, f"Invalid input: limit must not be greater than {PAGE}, it was {limit}")
    if after + limit > RESULTS:
        raise Refusal(400, f"Invalid input: paging must not go past {RESULTS} results")
    text = a_word(body.get("query") or "", "query")
    wanted = tuple(words(body.get("properties"), "properties"))
    return Question(_groups(body, where), sort, descending, text.lower(), wanted, limit, after)


def _groups(body: Object, where: Searched) -> tuple[tuple[Test, ...], ...]:
    groups = [
        [an_object(one) for one in a_list(an_object(group).get("filters") or [], "filters")]
        for group in a_list(body.get("filterGroups") or [], "filterGroups")
    ]
    bare = [an_object(one) for one in a_list(body.get("filters") or [], "filters")]
    groups = [group for group in [*groups, bare] if group]
    if len(groups) > GROUPS:
        raise Refusal(400, f"Invalid input: at most {GROUPS} filterGroups are allowed, there were {len(groups)}")
    if any(len(group) > FILTERS_PER_GROUP for group in groups):
        raise Refusal(400, f"Invalid input: at most {FILTERS_PER_GROUP} filters per group are allowed")
    if sum(len(group) for group in groups) > FILTERS:
        raise Refusal(400, f"Invalid input: at most {FILTERS} filters in all groups are allowed")
    return tuple(tuple(_test(one, where) for one in group) for group in groups)


def _test(one: Object, where: Searched) -> Test:
    name = a_word(one.get("propertyName"), "propertyName")
    operator = a_word(one.get("operator"), "operator")
    if operator not in OPERATORS:
        raise Refusal(400, f"Invalid input: {operator} is not an operator; they are {', '.join(OPERATORS)}")
    if name.startswith(_PSEUDO):
        return _link_test(name.removeprefix(_PSEUDO), operator, one, where.linked)
    known = where.schema.get(name)
    if known is None:
        raise Refusal(400, f"There was a problem with the request: property {name} does not exist")
    if not where.iso and known.type in {"date", "datetime"}:
        _no_iso(one)
    return OPERATORS[operator](known, one)


def _no_iso(one: Object) -> None:
    given = [one.get("value"), one.get("highValue"), *a_list(one.get("values") or [], "values")]
    for value in given:
        if isinstance(value, str) and not value.removeprefix("-").isdecimal():
            raise Refusal(400, f"Invalid input: {value} is not an instant in epoch milliseconds")


def _link_test(word: str, operator: str, one: Object, linked: Linked) -> Test:
    if kind_named(word) is None or operator not in {"EQ", "IN"}:
        raise Refusal(400, f"Invalid input: {_PSEUDO}{word} cannot be searched with {operator}")
    ids: set[str] = set()
    for other in values_of(one) if operator == "IN" else [value_of(one)]:
        ids |= linked(word, other)
    return lambda record: record.id in ids


def _sort(value: Json, schema: Mapping[str, Property]) -> tuple[str | None, bool]:
    sorts = a_list(value or [], "sorts")
    if len(sorts) > SORTS:
        raise Refusal(400, f"Invalid input: at most {SORTS} sort is allowed, there were {len(sorts)}")
    if not sorts:
        return None, False
    name, descending = _one_sort(sorts[0])
    if name not in schema:
        raise Refusal(400, f"There was a problem with the request: cannot sort by {name}")
    return name, descending


def _one_sort(value: Json) -> tuple[str, bool]:
    if isinstance(value, str):
        return value.removeprefix("-"), value.startswith("-")
    rule = an_object(value)
    direction = rule.get("direction", "ASCENDING")
    if direction not in {"ASCENDING", "DESCENDING"}:
        raise Refusal(400, f"Invalid input: a sort direction is ASCENDING or DESCENDING, not {direction}")
    return a_word(rule.get("propertyName"), "propertyName"), direction == "DESCENDING"


def _whole(value: Json, name: str, default: int) -> int:
    if value is None or value == "":
        return default
    text = a_word(value, name)
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Refusal(400, f"Invalid input: {name} must be a whole number, not {text}")
    return int(text)


def matches_text(record: Record, text: str, names: Sequence[str]) -> bool:
    """Whether every word of a `query` begins some word of the searchable properties."""
    hay = " ".join(record.properties.get(name, "") for name in names).lower()
    pieces = re.split(r"[\s@.,;]+", hay)
    return all(any(piece.startswith(word) for piece in pieces) for word in re.split(r"[\s@.,;]+", text) if word)


def by_id_from(body: Object) -> tuple[Object, int] | None:
    """For a search in order of ids that asks for those above one (section 5.6): the rest of it, and that id."""
    sorts, groups = body.get("sorts"), body.get("filterGroups")
    if body.get("query") or body.get("filters") or not isinstance(sorts, list) or not isinstance(groups, list):
        return None
    if len(sorts) != 1 or _one_sort(sorts[0]) != ("hs_object_id", False) or len(groups) != 1:
        return None
    filters = [an_object(one) for one in a_list(an_object(groups[0]).get("filters") or [], "filters")]
    bounds = [one for one in filters if one.get("propertyName") == "hs_object_id" and one.get("operator") == "GT"]
    if len(bounds) != 1 or not value_of(bounds[0]).isdecimal() or len(value_of(bounds[0])) > 19:
        return None
    rest = [one for one in filters if one is not bounds[0]]
    return {**body, "filterGroups": [{"filters": rest}] if rest else []}, int(value_of(bounds[0]))
