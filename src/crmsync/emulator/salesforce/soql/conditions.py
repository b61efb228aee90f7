"""The grammar of WHERE and HAVING. AND and OR do not mix without parentheses, and NOT stands only at their start."""

from __future__ import annotations

from collections.abc import Callable

from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.reader import Reader
from crmsync.emulator.salesforce.soql.tokens import Kind, Token
from crmsync.emulator.salesforce.soql.tree import Comparison, Condition, Junction

OPERATORS = ("=", "!=", "<>", "<", "<=", ">", ">=")
LITERALS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT, Kind.SPAN})
DATES = frozenset(
    """YESTERDAY TODAY TOMORROW LAST_WEEK THIS_WEEK NEXT_WEEK LAST_MONTH THIS_MONTH NEXT_MONTH LAST_90_DAYS NEXT_90_DAYS
    LAST_QUARTER THIS_QUARTER NEXT_QUARTER LAST_YEAR THIS_YEAR NEXT_YEAR LAST_FISCAL_QUARTER THIS_FISCAL_QUARTER
    NEXT_FISCAL_QUARTER LAST_FISCAL_YEAR THIS_FISCAL_YEAR NEXT_FISCAL_YEAR""".split()
)
DEEPEST = 50

Subquery = Callable[[Reader], None]


def condition(reader: Reader, subquery: Subquery, depth: int = 0) -> Condition:
    """Read a whole condition; `subquery` reads a SELECT in parentheses after IN."""
    if depth > DEEPEST:
        raise reader.unexpected("conditions are nested too deeply")
    if reader.word("NOT"):
        return Junction("NOT", (_single(reader, subquery, depth),))
    parts = [_single(reader, subquery, depth)]
    word = next((word for word in ("AND", "OR") if reader.here.is_word(word)), "")
    while word and reader.word(word):
        parts.append(_single(reader, subquery, depth))
    return Junction(word, tuple(parts)) if word else parts[0]


def _single(reader: Reader, subquery: Subquery, depth: int) -> Condition:
    if reader.mark("("):
        inner = condition(reader, subquery, depth + 1)
        reader.need_mark(")")
        return inner
    return _comparison(reader, subquery)


def _comparison(reader: Reader, subquery: Subquery) -> Comparison:
    operand = reader.operand()
    if reader.here.is_mark(*OPERATORS):
        operator = reader.take().text
        return Comparison(operand, "!=" if operator == "<>" else operator, (_value(reader),))
    if reader.word("LIKE"):
        return Comparison(operand, "LIKE", (_value(reader),))
    if reader.word("NOT", "IN"):
        return Comparison(operand, "NOT IN", _several(reader, subquery))
    if reader.word("IN"):
        return Comparison(operand, "IN", _several(reader, subquery))
    if reader.here.is_word("INCLUDES", "EXCLUDES"):
        reader.beyond.append(reader.take().text.upper())
        return Comparison(operand, "INCLUDES", _several(reader, subquery))
    raise reader.unexpected("expecting an operator")


def _several(reader: Reader, subquery: Subquery) -> tuple[Token, ...]:
    if reader.here.is_mark(":"):
        raise bound()
    reader.need_mark("(")
    if reader.here.is_word("SELECT"):
        subquery(reader)
        reader.need_mark(")")
        return ()
    values = [_value(reader)]
    while reader.mark(","):
        values.append(_value(reader))
    reader.need_mark(")")
    return tuple(values)


def _value(reader: Reader) -> Token:
    token = reader.here
    if token.is_mark(":"):
        raise bound()
    if token.kind is Kind.MONEY:
        reader.beyond.append(f"the currency of {token.text.upper()}")
    if token.kind in LITERALS or token.is_word("TRUE", "FALSE", "NULL", *DATES):
        return reader.take()
    raise reader.unexpected("expecting a value")


def bound() -> Problem:
    """Bind variables belong to Apex; what follows is Apex and is not read."""
    return not_covered(["bind variables"])


def not_covered(what: list[str]) -> Problem:
    """Valid SOQL that the emulator does not answer, said plainly."""
    return Problem("NOT_SUPPORTED", f"not supported by the emulator: {', '.join(dict.fromkeys(what))}")
