"""Secrets that a CRM replaces while we run: where the new one goes is the entrance's business, not a connector's."""

from collections.abc import Callable, Mapping

Keep = Callable[[str, str], bool]
"""Stores a secret under its name; False where it lies in a place that cannot be written."""


class Kept(dict[str, str]):
    """Secrets by name, with a way to store one that the CRM replaced."""

    def __init__(self, found: Mapping[str, str], keep: Keep) -> None:
        super().__init__(found)
        self.keep = keep


def keeper(secrets: Mapping[str, str]) -> Keep:
    """How a replaced secret is stored; plain secrets are stored nowhere."""
    return secrets.keep if isinstance(secrets, Kept) else _nowhere


def _nowhere(name: str, secret: str) -> bool:  # noqa: ARG001 - the signature of Keep
    return False
