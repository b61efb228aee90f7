"""Text that strangers typed, made safe for one line of a task; and sentences put together from parts."""

import unicodedata
from collections.abc import Sequence

from crmsync.model.records import Value

TYPED_MOST = 120
"""Text that a prospect typed is untrusted and cut here."""

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def typed(value: Value, most: int = TYPED_MOST) -> str:
    """Text that somebody typed, on one line, without control or direction-turning characters, cut."""
    text = "" if value is None else str(value)
    return cut(" ".join("".join(_harmless(one) for one in text).split()), most)


def cut(text: str, most: int) -> str:
    """The text in at most so many units as CRMs count them; an ellipsis tells that something is missing."""
    if units(text) <= most:
        return text
    shorter = text[: most - 1]
    while units(shorter) > most - 1:
        shorter = shorter[: -max(1, (units(shorter) - most) // 2)]
    return shorter.rstrip() + "…"


def units(text: str) -> int:
    """CRMs count UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def joined(parts: Sequence[str], word: str) -> str:
    """`a, b and c`."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def _harmless(one: str) -> str:
    if unicodedata.category(one) in _BREAKS:
        return " "
    return "" if unicodedata.bidirectional(one) in _TURNS or unicodedata.category(one) == "Cs" else one
