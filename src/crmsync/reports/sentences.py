"""Sentences with gaps, and the facts that fill them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, and what to do now (empty where nothing has to be done)."""

    what: str
    now: str = ""

    def filled(self, facts: Mapping[str, str]) -> "Told":
        """The same with its gaps filled."""
        return Told(filled(self.what, facts), filled(self.now, facts))


def filled(sentence: str, facts: Mapping[str, str]) -> str:
    """The sentence with its gaps filled; what is not known reads as a dash."""
    return sentence.format_map(_Gaps(facts))


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "-"
