"""`@proves("0.16")`: this test proves a row of docs/demands.md, and says in its docstring what it shows."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
ROWS = Path(__file__).resolve().parents[1] / "docs" / "demands.md"


def known_rows() -> frozenset[str]:
    """The numbers of all demands."""
    cells = (line.split("|")[1].strip() for line in ROWS.read_text("utf-8").splitlines() if line.startswith("| "))
    return frozenset(cell for cell in cells if cell[:1].isdigit())


def proves(*rows: str) -> Callable[[Test], Test]:
    """Claim rows for a test. ValueError where a row is unknown or the test has no sentence of its own."""

    def claimed(test: Test) -> Test:
        unknown = sorted(set(rows) - known_rows())
        if unknown or not rows:
            message = f"docs/demands.md has no row {', '.join(unknown) or 'at all for this test'}"
            raise ValueError(message)
        if not (test.__doc__ or "").strip():
            message = f"{test.__name__} proves a demand and must say in a docstring what it shows"
            raise ValueError(message)
        return test

    return claimed
