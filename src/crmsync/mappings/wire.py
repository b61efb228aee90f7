"""One vendor-spelled scalar becomes one typed value, or a sentence that says why not. Never raises."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crmsync.model.records import Scalar, Value
from crmsync.model.streams import Wire

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_NUMBER = 64
WORDS: Mapping[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Misread:
    """A value that is not what its field promises; `words` name the expectation, never the value itself."""

    words: str


def read_value(scalar: Scalar, wire: Wire) -> Value | Misread:
    """Read one scalar by its wire type; nothing and the empty text are both None.

    Salesforce spells instants `2026-12-02T09:00:00.000+0000`, HubSpot `...Z` or epoch milliseconds as text; HubSpot
    spells every number and truth value as text.
    """
    if scalar is None or (isinstance(scalar, str) and not scalar):
        return None
    try:
        return READERS[wire](scalar)
    except (ValueError, OverflowError):
        return Misread(f"not {EXPECTED[wire]}")


def same_value(left: Scalar, right: Scalar, wire: Wire) -> bool:
    """Whether two spellings mean the same, so that "50" and 50.0, or nothing and "", make no change."""
    first, second = read_value(left, wire), read_value(right, wire)
    if isinstance(first, Misread) or isinstance(second, Misread):
        return left == right
    return first == second


def _text(scalar: Scalar) -> Value:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, float) and scalar.is_integer():
        return str(int(scalar))
    return str(scalar)


def _number(scalar: Scalar) -> Value:
    if isinstance(scalar, bool) or scalar is None or (isinstance(scalar, str) and len(scalar) > LONGEST_NUMBER):
        raise ValueError
    number = float(scalar)
    if not math.isfinite(number):
        raise ValueError
    return number


def _band(scalar: Scalar) -> Value:
    """A number, or the lower end of a band as HubSpot spells company sizes ("5-25", "1000+")."""
    low = str(scalar).replace(",", "").strip().removesuffix("+").split("-")[0]
    return _number(low)


def _flag(scalar: Scalar) -> Value:
    if isinstance(scalar, bool):
        return scalar
    word = scalar.strip().casefold() if isinstance(scalar, str) else ""
    if word not in WORDS:
        raise ValueError
    return WORDS[word]


def _instant(scalar: Scalar) -> datetime:
    milliseconds = _milliseconds(scalar)
    if milliseconds is not None:
        return EPOCH + timedelta(milliseconds=milliseconds)
    at = datetime.fromisoformat(str(scalar).strip())
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def _day(scalar: Scalar) -> date:
    text = str(scalar).strip()
    if _milliseconds(scalar) is None and len(text) == len("2026-12-02"):
        return date.fromisoformat(text)
    return _instant(scalar).date()


def _milliseconds(scalar: Scalar) -> int | None:
    if isinstance(scalar, bool) or scalar is None:
        raise ValueError
    if isinstance(scalar, int | float):
        return int(scalar)
    text = scalar.strip()
    digits = text.removeprefix("-")
    # All digits are milliseconds, also where Python would read a compact ISO day.
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else None


READERS: Mapping[Wire, Callable[[Scalar], Value]] = {
    Wire.TEXT: _text,
    Wire.NUMBER: _number,
    Wire.BAND: _band,
    Wire.FLAG: _flag,
    Wire.INSTANT: _instant,
    Wire.DAY: _day,
}

EXPECTED: Mapping[Wire, str] = {
    Wire.TEXT: "a text",
    Wire.NUMBER: "a number",
    Wire.BAND: "a number or a band of numbers",
    Wire.FLAG: "yes or no",
    Wire.INSTANT: "a date and time with a zone",
    Wire.DAY: "a day",
}
