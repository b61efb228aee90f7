"""A condition as a test of a row, by the vendor's rules: text ignores case, null is never less than anything."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.fields import NUMBER, TEXT, Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.columns import Column
from crmsync.emulator.salesforce.soql.tokens import Kind, Token, like_pattern, malformed
from crmsync.emulator.salesforce.soql.tree import Call, Comparison, Condition, Junction, Path
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.salesforce.values import day, moment
from crmsync.emulator.wire import Json

Test: TypeAlias = Callable[[Record], bool]
Find: TypeAlias = Callable[[Path | Call], Column]
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(soql: str, condition: Condition, find: Find) -> Test:
    """The condition as a test; raises Problem for a value that does not suit its field."""
    if isinstance(condition, Comparison):
        return _comparison(soql, condition, find)
    tests = [compiled(soql, part, find) for part in condition.parts]
    if condition.word == "NOT":
        return lambda record: not tests[0](record)
    if condition.word == "AND":
        return lambda record: all(test(record) for test in tests)
    return lambda record: any(test(record) for test in tests)


def narrowed(condition: Condition | None, name: str) -> set[str] | None:
    """The ids a condition pins `name` (Id, WhoId) to, through ANDs; None where it does not."""
    if isinstance(condition, Junction) and condition.word == "AND":
        found = [ids_ for part in condition.parts if (ids_ := narrowed(part, name)) is not None]
        return set.intersection(*found) if found else None
    if not isinstance(condition, Comparison) or condition.operator not in ("=", "IN"):
        return None
    operand = condition.operand
    if isinstance(operand, Call) or tuple(part.lower() for part in operand.parts) != (name.lower(),):
        return None
    if any(token.kind is not Kind.TEXT for token in condition.values):
        return None
    return {ids.to18(token.value) or "" for token in condition.values}


def comparable(field: Field, value: Json) -> Json:
    """A stored value in the form comparisons use: text in lower case, empty as null."""
    if value is None or value == "":
        return None
    return value.lower() if field.type in TEXT and isinstance(value, str) else value


def _comparison(soql: str, comparison: Comparison, find: Find) -> Test:
    column = find(comparison.operand)
    field, read = column.field, column.read
    at = comparison.operand.at
    if not field.filterable:
        raise malformed(soql, at, f"field '{field.name}' can not be filtered in a query call", "INVALID_FIELD")
    if comparison.operator == "LIKE":
        return _like(soql, field, read, comparison.values[0], at)
    wanted = [_literal(soql, field, token, at) for token in comparison.values]
    if comparison.operator in ORDERED:
        return _ordered(soql, comparison.operator, column, wanted[0], at)
    among = set(wanted)
    negated = comparison.operator in ("!=", "NOT IN")
    return lambda record: (comparable(field, read(record)) in among) is not negated


def _ordered(soql: str, sign: str, column: Column, wanted: Json, at: int) -> Test:
    field, read, compare = column.field, column.read, ORDERED[sign]
    if field.type == "boolean" or wanted is None:
        raise malformed(soql, at, f"invalid operator {sign} on {field.type} field {field.name}", "INVALID_FIELD")

    def test(record: Record) -> bool:
        value = comparable(field, read(record))
        return value is not None and compare(value, wanted)

    return test


def _like(soql: str, field: Field, read: Callable[[Record], Json], token: Token, at: int) -> Test:
    if field.type not in TEXT:
        raise malformed(soql, at, f"invalid operator on {field.type} field", "INVALID_FIELD")
    if token.kind is not Kind.TEXT:
        raise _unsuitable(soql, field, at)
    pattern = like_pattern(token.text)
    return lambda record: pattern.fullmatch(str(read(record) or "")) is not None


def _literal(soql: str, field: Field, token: Token, at: int) -> Json:
    if token.is_word("NULL"):
        return None
    if field.type in TEXT:
        suits, value = token.kind is Kind.TEXT, token.value.lower() or None
    elif field.type in ("id", "reference"):
        return _id(soql, field, token, at)
    elif field.type in NUMBER:
        suits, value = token.kind is Kind.NUMBER, None
        if suits:
            return float(token.text)
    elif field.type == "boolean":
        if not token.is_word("TRUE", "FALSE"):
            raise _unsuitable(soql, field, at)
        return token.is_word("TRUE")
    else:
        return _time(soql, field, token, at)
    if not suits:
        raise _unsuitable(soql, field, at)
    return value


def _id(soql: str, field: Field, token: Token, at: int) -> Json:
    if token.kind is not Kind.TEXT:
        raise _unsuitable(soql, field, at)
    if token.value == "":
        return None
    found = ids.to18(token.value)
    if found is None:
        raise malformed(soql, at, f"invalid ID field: {token.value}", "INVALID_QUERY_FILTER_OPERATOR")
    return found


def _time(soql: str, field: Field, token: Token, at: int) -> Json:
    if token.kind is not (Kind.DATE if field.type == "date" else Kind.MOMENT):
        raise _unsuitable(soql, field, at)
    found = day(token.text) if field.type == "date" else moment(token.text)
    if found is None:
        raise malformed(soql, token.at, f"Invalid {'date' if field.type == 'date' else 'dateTime'}: {token.text}")
    return found


def _unsuitable(soql: str, field: Field, at: int) -> Problem:
    quoted = field.type in TEXT or field.type in ("id", "reference")
    type_ = "string" if field.type in TEXT else "dateTime" if field.type == "datetime" else field.type
    tail = "should be enclosed in quotes" if quoted else "should not be enclosed in quotes"
    words = f"value of filter criterion for field '{field.name}' must be of type {type_} and {tail}"
    return malformed(soql, at, words, "INVALID_FIELD")
