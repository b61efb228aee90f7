"""A condition as a test of a row, by the vendor's rules: text ignores case, null is never less than anything."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.fields import NUMBER, TEXT, Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.columns import Column
from crmsync.emulator.salesforce.soql.conditions import DATES
from crmsync.emulator.salesforce.soql.dates import Calendar, days
from crmsync.emulator.salesforce.soql.tokens import Kind, Token, like_pattern, malformed
from crmsync.emulator.salesforce.soql.tree import Comparison, Condition, Operand
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.salesforce.values import day, moment
from crmsync.emulator.wire import Json

Test: TypeAlias = Callable[[Record], bool]
Find: TypeAlias = Callable[[Operand], Column]
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a condition is read with: the query's text, its columns, and what day it is.

    Whether `> LAST_MONTH` means after its end (as here) or after its start is unverified: `after_start` turns it
    (the switch `date_literal_after_start`).
    """

    soql: str
    find: Find
    calendar: Calendar
    after_start: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A date literal as the first value in it and the first one after."""

    first: str
    after: str


def compiled(terms: Terms, condition: Condition) -> Test:
    """The condition as a test; raises Problem for a value that does not suit its field."""
    if isinstance(condition, Comparison):
        return _comparison(terms, condition)
    tests = [compiled(terms, part) for part in condition.parts]
    if condition.word == "NOT":
        return lambda record: not tests[0](record)
    if condition.word == "AND":
        return lambda record: all(test(record) for test in tests)
    return lambda record: any(test(record) for test in tests)


def comparable(field: Field, value: Json) -> Json:
    """A stored value in the form comparisons use: text in lower case, empty as null."""
    if value is None or value == "":
        return None
    return value.lower() if isinstance(value, str) and field.type in TEXT else value


def _comparison(terms: Terms, comparison: Comparison) -> Test:
    column = terms.find(comparison.operand)
    field, read = column.field, column.read
    at, soql = comparison.operand.at, terms.soql
    if not field.filterable or field.type == "address":
        raise malformed(soql, at, f"field '{field.name}' can not be filtered in a query call", "INVALID_FIELD")
    if comparison.operator == "LIKE":
        return _like(soql, field, read, comparison.values[0], at)
    wanted = [_literal(terms, field, token, at) for token in comparison.values]
    if comparison.operator in ORDERED:
        return _ordered(terms, comparison.operator, column, wanted[0], at)
    spans = [value for value in wanted if isinstance(value, Span)]
    among = {value for value in wanted if not isinstance(value, Span)}
    negated = comparison.operator in ("!=", "NOT IN")
    if spans:
        return lambda record: _within(read(record), spans, among) is not negated
    return lambda record: (comparable(field, read(record)) in among) is not negated


def _within(value: Json, spans: list[Span], among: set[Json]) -> bool:
    return value in among or (isinstance(value, str) and any(span.first <= value < span.after for span in spans))


def _ordered(terms: Terms, sign: str, column: Column, wanted: Json | Span, at: int) -> Test:
    field, read = column.field, column.read
    if field.type == "boolean" or wanted is None:
        words = f"invalid operator {sign} on {field.type} field {field.name}"
        raise malformed(terms.soql, at, words, "INVALID_FIELD")
    if isinstance(wanted, Span):
        sign, wanted = _beside(terms, sign, wanted)
    compare, edge = ORDERED[sign], wanted

    def test(record: Record) -> bool:
        value = comparable(field, read(record))
        return value is not None and compare(value, edge)

    return test


def _beside(terms: Terms, sign: str, span: Span) -> tuple[str, str]:
    """A comparison with days as one with an edge of them: `<` before the first, `<=` before the day after the last."""
    if sign == ">" and terms.after_start:
        return ">", span.first
    return {"<": ("<", span.first), ">=": (">=", span.first), "<=": ("<", span.after)}.get(sign, (">=", span.after))


def _like(soql: str, field: Field, read: Callable[[Record], Json], token: Token, at: int) -> Test:
    if field.type not in TEXT:
        raise malformed(soql, at, f"invalid operator on {field.type} field", "INVALID_FIELD")
    if token.kind is not Kind.TEXT:
        raise _unsuitable(soql, field, at)
    pattern = like_pattern(token.text)
    return lambda record: pattern.fullmatch(str(read(record) or "")) is not None


def _literal(terms: Terms, field: Field, token: Token, at: int) -> Json | Span:
    soql = terms.soql
    if token.is_word("NULL"):
        return None
    if field.type in TEXT or field.type == "anyType":
        if token.kind is not Kind.TEXT:
            raise _unsuitable(soql, field, at)
        return token.value.lower() or None
    if field.type in ("id", "reference"):
        return _id(soql, field, token, at)
    if field.type in NUMBER:
        if token.kind is not Kind.NUMBER:
            raise _unsuitable(soql, field, at)
        return float(token.text)
    if field.type == "boolean":
        if not token.is_word("TRUE", "FALSE"):
            raise _unsuitable(soql, field, at)
        return token.is_word("TRUE")
    return _time(terms, field, token, at)


def _id(soql: str, field: Field, token: Token, at: int) -> Json:
    if token.kind is not Kind.TEXT:
        raise _unsuitable(soql, field, at)
    if token.value == "":
        return None
    found = ids.to18(token.value)
    if found is None:
        raise malformed(soql, at, f"invalid ID field: {token.value}", "INVALID_QUERY_FILTER_OPERATOR")
    return found


def _time(terms: Terms, field: Field, token: Token, at: int) -> Json | Span:
    if token.kind is Kind.SPAN or token.is_word(*DATES):
        return _span(terms, field, token)
    if token.kind is not (Kind.DATE if field.type == "date" else Kind.MOMENT):
        raise _unsuitable(terms.soql, field, at)
    found = day(token.text) if field.type == "date" else moment(token.text)
    if found is None:
        words = f"Invalid {'date' if field.type == 'date' else 'dateTime'}: {token.text}"
        raise malformed(terms.soql, token.at, words)
    return found


def _span(terms: Terms, field: Field, token: Token) -> Span:
    found = days(token.text, terms.calendar)
    if found is None:
        raise malformed(terms.soql, token.at, f"Invalid date literal: {token.text}")
    first, after = found
    if field.type == "date":
        return Span(first.isoformat(), after.isoformat())
    try:
        return Span(terms.calendar.instant(first), terms.calendar.instant(after))
    except OverflowError:
        raise malformed(terms.soql, token.at, f"Invalid date literal: {token.text}") from None


def _unsuitable(soql: str, field: Field, at: int) -> Problem:
    quoted = field.type in TEXT or field.type in ("id", "reference")
    type_ = "string" if field.type in TEXT else "dateTime" if field.type == "datetime" else field.type
    tail = "should be enclosed in quotes" if quoted else "should not be enclosed in quotes"
    words = f"value of filter criterion for field '{field.name}' must be of type {type_} and {tail}"
    return malformed(soql, at, words, "INVALID_FIELD")
