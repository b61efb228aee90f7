"""Record ids in their one canonical spelling."""

from collections.abc import Callable, Mapping

SHORT, LONG = 15, 18
SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def canonical_id(system: str, text: str) -> str | None:
    """The id as that system's API gives it, or None where the text cannot be an id of it."""
    stripped = text.strip()
    spell = CANONICAL.get(system)
    if spell:
        return spell(stripped)
    return stripped or None


def long_id(text: str) -> str | None:
    """A Salesforce id with 18 characters; 15 get their checksum, 18 with a wrong one are no id.

    Source: the last three characters encode which of the first fifteen are capitals, five by five.
    """
    if not (text.isascii() and text.isalnum()):
        return None
    if len(text) == SHORT:
        return text + checksum(text)
    if len(text) == LONG and text[SHORT:] == checksum(text[:SHORT]):
        return text
    return None


def checksum(short: str) -> str:
    """The three characters that make a 15-character id safe where capitals get lost."""
    chunks = (short[start : start + 5] for start in range(0, SHORT, 5))
    return "".join(SUFFIX[sum(1 << place for place, sign in enumerate(chunk) if sign.isupper())] for chunk in chunks)


def _digits(text: str) -> str | None:
    return text if text.isascii() and text.isdigit() else None


CANONICAL: Mapping[str, Callable[[str], str | None]] = {"salesforce": long_id, "hubspot": _digits}
