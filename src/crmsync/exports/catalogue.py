"""What an unknown word usually means: a suggestion for people, never an input of a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel

from crmsync.agreement.folding import folded
from crmsync.settings.read import read
from crmsync.settings.units import STRICT, Text

Kind = Literal["status", "either", "call outcome", "reason", "document", "machine"]
CLOSE = 0.86


class _Row(BaseModel):
    """One meaning and the words in which it is found."""

    model_config = STRICT
    kind: Kind
    means: Text
    words: list[Text]


class _File(BaseModel):
    """The whole file."""

    model_config = STRICT
    suggestions: list[_Row]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a word usually means. `doubtful`: only similar to a known word, or written with a doubt mark."""

    kind: str
    means: str
    like: str
    doubtful: bool = False


class Catalogue:
    """All suggestions by folded word. Read-only after construction."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        self._known: Mapping[str, Suggestion] = {
            folded(word): Suggestion(kind, means, word) for kind, means, word in reversed(rows)
        }

    def suggest(self, value: str, own: Sequence[str] = ()) -> Suggestion | None:
        """What this value may mean: a known word, one like it, or one of the user's `own` statuses it looks like."""
        word = folded(value)
        if word in self._known:
            found = self._known[word]
            return Suggestion(found.kind, found.means, found.like, doubtful=_doubtful(value, found.like))
        like_own = next((one for one in own if folded(one) == word and one != value), None)
        if like_own is not None:
            return Suggestion("status", like_own, like_own, doubtful=True)
        close = get_close_matches(word, self._known, n=1, cutoff=CLOSE)
        if not close:
            return None
        found = self._known[close[0]]
        return Suggestion(found.kind, found.means, found.like, doubtful=True)


def _doubtful(value: str, like: str) -> bool:
    """Whether a value says more than the word it was recognised by: a question mark, a number."""
    return "?" in value or {one for one in value if one.isdigit()} > {one for one in like if one.isdigit()}


def read_catalogue(text: str) -> Catalogue:
    """Read mappings/catalogue.yaml; raises SettingsProblem."""
    file = read("mappings/catalogue.yaml", text, _File)
    return Catalogue([(row.kind, row.means, word) for row in file.suggestions for word in row.words])
