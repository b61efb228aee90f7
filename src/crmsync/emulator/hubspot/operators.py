"""The operators of a search filter: each makes a test of one property (facts/hubspot.md section 5.5)."""

from __future__ import annotations

import re
from collections.abc import Callable

from crmsync.emulator.hubspot.reading import Object, a_word, words
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import instant, number

Test = Callable[[Record], bool]
Comparable = float | str


def _ordered(fits: Callable[[Comparable, Comparable], bool]) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        measure, name = _measure(known), known.name
        bound = _bound(known, measure, value_of(one))

        def test(record: Record) -> bool:
            value = measure(record.properties.get(name, ""))
            return value is not None and fits(value, bound)

        return test

    return make


def _between(known: Property, one: Object) -> Test:
    measure, name = _measure(known), known.name
    low = _bound(known, measure, value_of(one))
    high = _bound(known, measure, value_of(one, "highValue"))

    def test(record: Record) -> bool:
        value = measure(record.properties.get(name, ""))
        return value is not None and _le(low, value) and _le(value, high)

    return test


def _among(*, inside: bool) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        """IN on strings: the listed values must be lower-cased already; enumerations are taken to the letter."""
        measure, name = _measure(known), known.name
        asked = {value if known.type == "string" else measure(value) for value in values_of(one)}

        def test(record: Record) -> bool:
            value = measure(record.properties.get(name, ""))
            return value is not None and (value in asked) is inside

        return test

    return make


def _present(*, there: bool) -> Callable[[Property, Object], Test]:
    return lambda known, _one: lambda record: (known.name in record.properties) is there


def _token(*, there: bool) -> Callable[[Property, Object], Test]:
    def make(known: Property, one: Object) -> Test:
        pattern = re.compile(".*".join(re.escape(part) for part in value_of(one).lower().split("*")))
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


def value_of(one: Object, name: str = "value") -> str:
    """The value (or `highValue`) of a filter as text; 400 where it is missing."""
    value = one.get(name)
    if value is None:
        raise Refusal(400, f"Invalid input: operator {one.get('operator')} needs {name}")
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else a_word(value, name)


def values_of(one: Object) -> list[str]:
    """The `values` of a filter; 400 where there are none."""
    found = words(one.get("values"), "values")
    if not found:
        raise Refusal(400, f"Invalid input: operator {one.get('operator')} needs values")
    return found
