"""When are two spellings of a call outcome one word? The check of the agreement and the rule must answer alike."""

import re


def folded(word: str) -> str:
    """A word without case, punctuation, leading numbering ("3|", "1.1") and trailing counters."""
    text = re.sub(r"^\s*[\d.]+\s*[|.):-]\s*", "", word.casefold())
    text = re.sub(r"[\W_]+", " ", text).strip()
    return re.sub(r"\s+\d+$", "", text)
