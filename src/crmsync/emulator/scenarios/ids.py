"""Ids as the vendors make them: Salesforce's 18 characters with their checksum, HubSpot's growing numbers."""

from __future__ import annotations

import string
from collections import Counter

_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_CHECK = string.ascii_uppercase + "012345"
_PREFIXES = {
    "Lead": "00Q",
    "Contact": "003",
    "Task": "00T",
    "User": "005",
    "Group": "00G",
    "Account": "001",
    "Opportunity": "006",
}
_HUBSPOT_FROM = {
    "contacts": 40_118_000,
    "calls": 51_200_000,
    "emails": 62_400_000,
    "owners": 7_310_400,
    "events": 90_000_000,
}
_ORG = "5g0000"


class Ids:
    """Hands out ids, each once; the same calls in the same order give the same ids."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def salesforce(self, object_: str) -> str:
        """The next 18-character id of a Salesforce object."""
        self._used[object_] += 1
        number, text = self._used[object_] * 7, ""
        for _ in range(6):
            number, digit = divmod(number, len(_DIGITS))
            text = _DIGITS[digit] + text
        return with_checksum(_PREFIXES[object_] + _ORG + text)

    def hubspot(self, object_: str) -> str:
        """The next id of a HubSpot object: digits, growing."""
        self._used[object_] += 1
        return str(_HUBSPOT_FROM[object_] + self._used[object_] * 3)


def with_checksum(short: str) -> str:
    """The 18-character form of a 15-character Salesforce id: three characters tell which letters are capitals."""
    chunks = (short[at : at + 5] for at in (0, 5, 10))
    return short + "".join(
        _CHECK[sum(1 << place for place, sign in enumerate(chunk) if sign.isupper())] for chunk in chunks
    )
