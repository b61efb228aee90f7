"""Record ids: three characters of prefix, twelve of number, three of checksum (15 characters will do)."""

from __future__ import annotations

import re

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FORM = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")


def to18(text: str) -> str | None:
    """The 18-character form of a 15- or 18-character id, or None for what is no id.

    The three last characters tell the case of the first fifteen, five bits each; an 18-character id with mangled case
    is put right by them, as the vendor does.
    """
    if _FORM.fullmatch(text.upper() if len(text) == 18 else text) is None:
        return None
    body = text[:15] if len(text) == 15 else _with_case(text[:15], text[15:].upper())
    return body + _checksum(body)


def numbered(prefix: str, number: int) -> str:
    """The id of the number-th record of a type, in the shape the vendor gives them (`00Q` + `xx000000` + number)."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    body = prefix + "xx" + digits.rjust(10, "0")
    return body + _checksum(body)


def _checksum(body: str) -> str:
    return "".join(_CHECK[_bits(body[start : start + 5])] for start in (0, 5, 10))


def _bits(five: str) -> int:
    return sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")


def _with_case(body: str, check: str) -> str:
    bits = [_CHECK.index(letter) >> place & 1 for letter in check for place in range(5)]
    return "".join(letter.upper() if upper else letter.lower() for letter, upper in zip(body, bits, strict=True))


ORG_ID = numbered("00D", 1)
API_USER = numbered("005", 1)  # the one user behind every API client
SOMEBODY = numbered("005", 999)  # the person who acts where a script names nobody
