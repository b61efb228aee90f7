"""What a search body means: filters, order, limits (facts/hubspot.md section 5.5). Pure: a body in, a question out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.emulator.hubspot.kinds import kind_named
from crmsync.emulator.hubspot.reading import Object, a_list, a_word, an_object, words
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import instant, number
from crmsync.emulator.wire import Json

GROUPS, FILTERS_PER_GROUP, FILTERS, SORTS = 5, 6, 18, 1
PAGE, DEFAULT_PAGE, RESULTS, LONGEST = 200, 10, 10_000, 3_000
_PSEUDO = "associations."

Test = Callable[[Record], bool]
Comparable = float | str
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


def understand(body: Object, schema: Mapping[str, Property], linked: Linked) -> Question:
    """The question of a search body; 400 in the vendor's manner for what it does not take.

    `linked(word, id)` tells which ids of the searched type belong to a record of another type.
    """
    sort, descending = _sort(body.get("sorts"), schema)
    limit, after = _whole(body.get("limit"), "limit", DEFAULT_PAGE), _whole(body.get("after"), "after", 0)
    if limit > PAGE:
        raise Refusal(400, f"Invalid input: limit must not be greater than {PAGE}, it was {limit}")
    if after + limit > RESULTS:
        raise Refusal(400, f"Invalid input: paging must not go past {RESULTS} results")
    text = a_word(body.get("query") or "", "query")
    wanted = tuple(words(body.get("properties"), "properties"))
    return Question(_groups(body, schema, linked), sort, descending, text.lower(), wanted, limit, after)


def _groups(body: Object, schema: Mapping[str, Property], linked: Linked) -> tuple[tuple[Test, ...], ...]:
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
    return tuple(tuple(_test(one, schema, linked) for one in group) for group in groups)


def _test(one: Object, schema: Mapping[str, Property], linked: Linked) -> Test:
    name = a_word(one.get("propertyName"), "propertyName")
    operator = a_word(one.get("operator"), "operator")
    if operator not in OPERATORS:
        raise Refusal(400, f"Invalid input: {operator} is not an operator; they are {', '.join(OPERATORS)}")
    if name.startswith(_PSEUDO):
        return _link_test(name.removeprefix(_PSEUDO), operator, one, linked)
    known = schema.get(name)
    if known is None:
        raise Refusal(400, f"There was a problem with the request: property {name} does not exist")
    return OPERATORS[operator](known, one)


def _link_test(word: str, operator: str, one: Object, linked: Linked) -> Test:
    if kind_named(word) is None or operator not in {"EQ", "IN"}:
        raise Refusal(400, f"Invalid input: {_PSEUDO}{word} cannot be searched with {operator}")
    ids: set[str] = set()
    for other in _values(one) if operator == "IN" else [_value(one)]:
        ids |= linked(word, other)
    return lambda record: record.id in ids


# --- operators: each makes a test of one filter -----------------------------------------------------------------------


def _ordered(fits: Callable[[Comparable, Comparable], bool]) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        measure, name = _measure(known), known.name
        bound = _bound(known, measure, _value(one))

        def test(record: Record) -> bool:
            value = measure(record.properties.get(name, ""))
            return value is not None and fits(value, bound)

        return test

    return make


def _between(known: Property, one: Object) -> Test:
    measure, name = _measure(known), known.name
    low = _bound(known, measure, _value(one))
    high = _bound(known, measure, _value(one, "highValue"))

    def test(record: Record) -> bool:
        value = measure(record.properties.get(name, ""))
        return value is not None and _le(low, value) and _le(value, high)

    return test


def _among(*, inside: bool) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        """IN on strings: the listed values must be lower-cased already; enumerations are taken to the letter."""
        measure, name = _measure(known), known.name
        asked = {value if known.type == "string" else measure(value) for value in _values(one)}

        def test(record: Record) -> bool:
            value = measure(record.properties.get(name, ""))
            return value is not None and (value in asked) is inside

        return test

    return make


def _present(*, there: bool) -> Callable[[Property, Object], Test]:
    return lambda known, _one: lambda record: (known.name in record.properties) is there


def _token(*, there: bool) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        pattern = re.compile(".*".join(re.escape(part) for part in _value(one).lower().split("*")))
        name = known.name

        def test(record: Record) -> bool:
            text = record.properties.get(name, "").lower()
            parts = [text, *re.split(r"[^\w.+-]+", text), *re.split(r"[\W_]+", text)]
            return text != "" and any(pattern.fullmatch(part) for part in parts) is there

        return test

    return make


def _lt(value: Comparable, bound: Comparable) -> bool:
    return value < bound  # type: ignore[operator]  # one measure makes both


def _le(value: Comparable, bound: Comparable) -> bool:
    return value <= bound  # type: ignore[operator]  # one measure makes both


OPERATORS: dict[str, Callable[[Property, Object], Test]] = {
    "LT": _ordered(_lt),
    "LTE": _ordered(_le),
    "GT": _ordered(lambda value, bound: _lt(bound, value)),
    "GTE": _ordered(lambda value, bound: _le(bound, value)),
    "EQ": _ordered(lambda value, bound: value == bound),
    "NEQ": _ordered(lambda value, bound: value != bound),
    "BETWEEN": _between,
    "IN": _among(inside=True),
    "NOT_IN": _among(inside=False),
    "HAS_PROPERTY": _present(there=True),
    "NOT_HAS_PROPERTY": _present(there=False),
    "CONTAINS_TOKEN": _token(there=True),
    "NOT_CONTAINS_TOKEN": _token(there=False),
}


def sort_key(known: Property) -> Callable[[Record], tuple[bool, Comparable, int]]:
    """The order of one property: empty values last, equal ones by id."""
    measure, name = _measure(known), known.name
    nothing: Comparable = 0.0 if known.type in _MEASURES else ""

    def key(record: Record) -> tuple[bool, Comparable, int]:
        value = measure(record.properties.get(name, ""))
        return (value is None, nothing if value is None else value, int(record.id))

    return key


def _measure(known: Property) -> Callable[[str], Comparable | None]:
    """How values of this property compare: as numbers, instants, to the letter (enumerations) or without case."""
    return _MEASURES.get(known.type) or (_letter if known.type in {"enumeration", "bool"} else _caseless)


def _instant_or_none(text: str) -> float | None:
    return instant(text) if text else None


def _number_or_none(text: str) -> float | None:
    return (int(text) if text.isascii() and text.isdecimal() else number(text)) if text else None


def _letter(text: str) -> str | None:
    return text or None


def _caseless(text: str) -> str | None:
    return text.lower() or None


_MEASURES: dict[str, Callable[[str], Comparable | None]] = {
    "datetime": _instant_or_none,
    "date": _instant_or_none,
    "number": _number_or_none,
}


def _bound(known: Property, measure: Callable[[str], Comparable | None], text: str) -> Comparable:
    bound = measure(text)
    if bound is None:
        raise Refusal(400, f"Invalid input: {text!r} is not a {known.type} that {known.name} could be compared with")
    return bound


def _value(one: Object, name: str = "value") -> str:
    value = one.get(name)
    if value is None:
        raise Refusal(400, f"Invalid input: operator {one.get('operator')} needs {name}")
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else a_word(value, name)


def _values(one: Object) -> list[str]:
    found = words(one.get("values"), "values")
    if not found:
        raise Refusal(400, f"Invalid input: operator {one.get('operator')} needs values")
    return found


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
