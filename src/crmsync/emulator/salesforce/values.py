"""Turns a written JSON value into the stored one, or says in the vendor's words why it cannot be taken."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from functools import lru_cache

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.fields import NUMBER, TEXT, Field
from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.wire import Json

_ZONE = re.compile(r"([+-]\d{2})(\d{2})$")
_EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]+@[^@\s,;<>()\[\]\".]+(?:\.[^@\s,;<>()\[\]\".]+)+")


def stored(field: Field, value: Json) -> Json:
    """The stored form: trimmed text (empty is null), 18-character ids, instants as `2026-12-02T09:00:00.000+0000`.

    Raises Problem: wrong JSON type, too long, no e-mail address, malformed id, outside a restricted picklist.
    """
    if value is None or value == "":
        return False if field.type == "boolean" else None
    if field.type in TEXT:
        return _text(field, value)
    if field.type in NUMBER:
        return _number(field, value)
    if field.type == "boolean":
        return _flag(value)
    if field.type in ("id", "reference"):
        return _id(field, value)
    return _day(value) if field.type == "date" else _moment(value)


def stamp(at: datetime) -> str:
    """An instant as the REST API writes it, cut to the whole second as system stamps are."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


@lru_cache(maxsize=8192)  # a big load says the same instants again and again
def moment(text: str) -> str | None:
    """An ISO instant in the stored form (milliseconds kept), or None for what is none."""
    try:
        at = datetime.fromisoformat(_ZONE.sub(r"\1:\2", text.replace(" ", "+")))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def day(text: str) -> str | None:
    """An ISO day, or None for what is none; an instant gives its day in UTC."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        at = moment(text)
        return at[:10] if at else None


def _text(field: Field, value: Json) -> Json:
    if not isinstance(value, str):
        raise _mistyped("string", value)
    text = value.strip()
    if len(text) > field.length > 0:
        words = f"{field.title}: data value too large: {text} (max length={field.length})"
        raise Problem("STRING_TOO_LONG", words, [field.name])
    if field.type == "email" and text and _EMAIL.fullmatch(text) is None:
        raise Problem("INVALID_EMAIL_ADDRESS", f"{field.title}: invalid email address: {text}", [field.name])
    if field.restricted and text not in {choice.value for choice in field.choices}:
        words = f"{field.title}: bad value for restricted picklist field: {text}"
        raise Problem("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, [field.name])
    return text or None


def _number(field: Field, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _mistyped(field.type, value)
    if field.type == "int" and value != int(value):
        raise _mistyped("int", value)
    if field.precision and abs(value) >= 10 ** (field.precision - field.scale):
        words = f"{field.title}: value outside of valid range on numeric field: {value}"
        raise Problem("NUMBER_OUTSIDE_VALID_RANGE", words, [field.name])
    return int(value) if field.type == "int" else value


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise _mistyped("boolean", value)
    return value


def _id(field: Field, value: Json) -> str:
    id_ = ids.to18(value) if isinstance(value, str) else None
    if id_ is None:
        raise Problem("MALFORMED_ID", f"{field.title}: id value of incorrect type: {value}", [field.name])
    return id_


def _day(value: Json) -> str:
    found = day(value) if isinstance(value, str) else None
    if found is None:
        raise _mistyped("date", value)
    return found


def _moment(value: Json) -> str:
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        raise _mistyped("datetime", value)
    return found


def _mistyped(type_: str, value: Json) -> Problem:
    kinds = {str: "VALUE_STRING", bool: "VALUE_TRUE" if value else "VALUE_FALSE", int: "VALUE_NUMBER_INT"}
    kind = kinds.get(type(value), "VALUE_NUMBER_FLOAT" if isinstance(value, float) else "START_OBJECT")
    shown = f" value {value}" if isinstance(value, str | int | float) else ""
    return bad_json(
        f"Cannot deserialize instance of {type_} from {kind}{shown} or request may be missing a required field"
    )
