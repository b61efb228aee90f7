"""How a portal spells values: every property is a string, instants are ISO-8601 with milliseconds, nothing is ""."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta

from crmsync.emulator.hubspot.refusals import malformed
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.wire import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_LONGEST = 65_536
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999
_ONE_MS = timedelta(milliseconds=1)


class Invalid(ValueError):
    """A value that its property cannot take: the vendor's code, then the vendor's words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def stamp(milliseconds: int) -> str:
    """An instant as HubSpot prints it, for example `2026-12-02T09:00:00.000Z`."""
    at = _EPOCH + timedelta(milliseconds=milliseconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def millis(at: datetime) -> int:
    """An aware instant as whole epoch milliseconds."""
    return (at - _EPOCH) // _ONE_MS


def instant(text: str) -> int | None:
    """Epoch milliseconds of an ISO instant, an ISO day or a string of epoch milliseconds; None for anything else."""
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        found = int(text)
    else:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        found = millis(at if at.tzinfo else at.replace(tzinfo=UTC))
    return found if _FIRST <= found <= _LAST else None


def number(text: str) -> float | None:
    """A finite number, or None; HubSpot takes no commas (facts/hubspot.md section 4)."""
    try:
        value = float(text) if re.fullmatch(r"\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*", text) else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def text_of(value: Json) -> str:
    """A JSON scalar as the string a portal keeps ("" for null); lists and objects are malformed input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else repr(float(f"{value:.6e}"))
    if isinstance(value, str):
        return value
    raise malformed("Cannot deserialize value of type `java.lang.String` from a structure")


def accepted(known: Property, value: Json) -> str:
    """The value as it will be kept ("" clears); raises Invalid with the vendor's code and words."""
    text = text_of(value)
    if text == "":
        return ""
    if len(text) > _LONGEST:
        raise Invalid("PROPERTY_VALUE_TOO_LONG", f"{known.name} is longer than {_LONGEST} characters")
    if known.name == "email":
        return _email(text)
    return _BY_TYPE.get(known.type, _string)(known, text)


def loaded(known: Property, value: Json) -> str:
    """The value a load row or a person gives: spelled as its type wants where possible; Refusal for a list."""
    try:
        return accepted(known, value)
    except Invalid:
        return text_of(value)


def _email(text: str) -> str:
    address = text.strip().lower()
    if _EMAIL.fullmatch(address) is None:
        raise Invalid("INVALID_EMAIL", f"Email address {text} is invalid")
    return address


def _string(_known: Property, text: str) -> str:
    return text


def _number(known: Property, text: str) -> str:
    value = number(text)
    if value is None:
        raise Invalid(
            "INVALID_LONG" if known.name.endswith("_id") else "INVALID_NUMBER", f"{text} was not a valid number."
        )
    return text.strip() if re.fullmatch(r"\s*-?[0-9]+\s*", text) else text_of(value)


def _bool(_known: Property, text: str) -> str:
    if text.lower() not in {"true", "false"}:
        raise Invalid("INVALID_BOOLEAN", f"{text} was not one of the allowed options: [true, false]")
    return text.lower()


def _datetime(_known: Property, text: str) -> str:
    at = instant(text)
    if at is None:
        raise Invalid("INVALID_DATE", f"{text} was not a valid date.")
    return stamp(at)


def _date(known: Property, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        whole = _datetime(known, text)
    if not whole.endswith("T00:00:00.000Z"):
        raise Invalid("INVALID_DATE", f"{text} is at a time of day that is not midnight UTC.")
    return whole[:10]


def _enumeration(known: Property, text: str) -> str:
    """An option's value to the letter; a checkbox takes several, joined by semicolons."""
    if known.external_options:
        return text
    allowed = [option.value for option in known.options]
    for part in text.split(";") if known.field_type == "checkbox" else [text]:
        if part and part not in allowed:
            raise Invalid("INVALID_OPTION", f"{part} was not one of the allowed options: [{', '.join(allowed)}]")
    return text


_BY_TYPE = {
    "number": _number,
    "bool": _bool,
    "datetime": _datetime,
    "date": _date,
    "enumeration": _enumeration,
}
