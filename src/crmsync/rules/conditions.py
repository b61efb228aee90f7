"""Does a condition of the agreement hold for these facts? Yes, no, or not known: missing facts never decide."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

import re2

from crmsync.agreement.model import All, AnyOf, Compare, Condition, Not, Op
from crmsync.model.records import Value

_WORDS = {"yes": True, "no": False, "true": True, "false": False}


def holds(condition: Condition, facts: Mapping[str, Value], now: datetime | None = None) -> bool | None:
    """Tell whether a condition holds; None where a missing fact leaves it open (three-valued logic of Kleene).

    Text is compared without case; `matches` finds a re2 pattern anywhere; `within` needs `now` and an instant or day.
    """
    match condition:
        case Compare():
            return _compare(condition, facts.get(condition.field), now)
        case All(parts):
            return _all(holds(part, facts, now) for part in parts)
        case AnyOf(parts):
            return _any(holds(part, facts, now) for part in parts)
        case Not(part):
            inner = holds(part, facts, now)
            return None if inner is None else not inner


def leaves(condition: Condition) -> tuple[Compare, ...]:
    """Every comparison of a condition, in the order it is written; what stands under `not` included."""
    match condition:
        case Compare():
            return (condition,)
        case All(parts) | AnyOf(parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Not(part):
            return leaves(part)


def blank(value: Value) -> bool:
    """Whether a value says nothing: absent, or text of spaces only."""
    return value is None or (isinstance(value, str) and not value.strip())


def _all(answers: Iterable[bool | None]) -> bool | None:
    seen = set(answers)
    if False in seen:
        return False
    return None if None in seen else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    seen = set(answers)
    if True in seen:
        return True
    return None if None in seen else False


def _compare(one: Compare, found: Value, now: datetime | None) -> bool | None:
    if one.op is Op.MISSING:
        return blank(found) is (_truth(one.value) is not False)
    if blank(found):
        return None
    if one.op is Op.WITHIN:
        return _within(found, one.value, now)
    return _OPERATORS[one.op](found, one.value)


def _is(found: Value, wanted: object) -> bool | None:
    if isinstance(found, bool) or isinstance(wanted, bool):
        said, asked = _truth(found), _truth(wanted)
        return None if said is None or asked is None else said is asked
    if isinstance(found, str):
        return _folded(found) == _folded(str(wanted))
    return _ordered(found, wanted, lambda left, right: left == right)


def _in(found: Value, wanted: object) -> bool | None:
    if isinstance(found, str):
        return _folded(found) in _folded_set(_listed(wanted))
    return _any(_is(found, one) for one in _listed(wanted))


def _at_least(found: Value, wanted: object) -> bool | None:
    return _ordered(found, wanted, lambda left, right: left >= right)


def _at_most(found: Value, wanted: object) -> bool | None:
    return _ordered(found, wanted, lambda left, right: left <= right)


def _between(found: Value, wanted: object) -> bool | None:
    lowest, highest = _listed(wanted)
    return _all((_at_least(found, lowest), _at_most(found, highest)))


def _contains_any(found: Value, wanted: object) -> bool:
    text = _folded(str(found))
    return any(word in text for word in _folded_set(_listed(wanted)))


def _starts_with(found: Value, wanted: object) -> bool:
    return _folded(str(found)).startswith(tuple(_folded_set(_listed(wanted))))


def _matches(found: Value, wanted: object) -> bool:
    return _found_by(str(wanted), str(found))


def _within(found: Value, days: object, now: datetime | None) -> bool | None:
    """Whether an instant or day lies in the so many days up to now."""
    if now is None or not isinstance(found, date) or not isinstance(days, int | float):
        return None
    earliest = now - timedelta(days=days)
    if isinstance(found, datetime):
        return earliest <= found <= now
    return earliest.date() <= found <= now.date()


def _ordered(found: Value, wanted: object, agrees: Callable[[float, float], bool]) -> bool | None:
    """Compare numbers with numbers; anything else stays unknown."""
    left, right = _number(found), _number(wanted)
    return None if left is None or right is None else agrees(left, right)


def _number(value: object) -> float | None:
    """Text and truth values have no order."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _truth(written: object) -> bool | None:
    if isinstance(written, bool):
        return written
    return _WORDS.get(str(written).casefold())


def _listed(wanted: object) -> tuple[object, ...]:
    if isinstance(wanted, tuple):
        return wanted
    return tuple(wanted) if isinstance(wanted, list | set | frozenset) else (wanted,)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return text.strip().casefold()


@lru_cache(maxsize=1024)
def _folded_set(words: tuple[object, ...]) -> frozenset[str]:
    return frozenset(_folded(str(one)) for one in words)


@lru_cache(maxsize=4096)
def _found_by(pattern: str, text: str) -> bool:
    return re2.search(f"(?i){pattern}", text) is not None


_OPERATORS: Mapping[Op, Callable[[Value, object], bool | None]] = {
    Op.IS: _is,
    Op.IN: _in,
    Op.AT_LEAST: _at_least,
    Op.AT_MOST: _at_most,
    Op.BETWEEN: _between,
    Op.CONTAINS_ANY: _contains_any,
    Op.STARTS_WITH: _starts_with,
    Op.MATCHES: _matches,
}
