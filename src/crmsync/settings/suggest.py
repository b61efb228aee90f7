"""Did you mean: the nearest accepted word."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(written: str, accepted: Iterable[str], *, list_them: bool = True) -> str:
    """One sentence that helps: the nearest accepted word, else all of them, else nothing."""
    words = sorted(set(accepted))
    near = nearest(written, words)
    if near is not None:
        return f'Did you mean "{near}"?'
    return f"Accepted here: {', '.join(words)}." if words and list_them else ""


def nearest(written: str, accepted: Iterable[str]) -> str | None:
    """The accepted word most like the written one, capitals aside; None where none is near."""
    by_fold = {word.casefold(): word for word in accepted}
    close = get_close_matches(written.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None
