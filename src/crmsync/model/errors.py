"""Errors grouped by what the caller does next. Only `cycle` and the entrances catch them."""

from dataclasses import dataclass
from datetime import datetime


class CrmsyncError(Exception):
    """Everything crmsync raises on purpose; its text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a settings file: where, what was found, what to do."""

    file: str
    line: int
    column: int
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.message}" + (f" {self.suggestion}" if self.suggestion else "")


class SettingsProblem(CrmsyncError):
    """The settings cannot be used: show every problem at once and exit 2."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RetryLater(CrmsyncError):
    """The system is busy or unreachable: try again after so many seconds."""

    def __init__(self, words: str, after: float = 0.0) -> None:
        super().__init__(words)
        self.after = after


class BudgetSpent(CrmsyncError):
    """No calls are left for us: stop until the instant named."""

    def __init__(self, words: str, until: datetime | None = None) -> None:
        super().__init__(words)
        self.until = until


class AccessLost(CrmsyncError):
    """We may not speak to this system: pause its connector and tell a human."""


class StaleWrite(CrmsyncError):
    """The record moved since it was planned: plan again."""


class RecordRefused(CrmsyncError):
    """The system refuses this one record: set it aside with the vendor's words."""


class OutcomeUnknown(CrmsyncError):
    """Sent, no answer: find out by reading, never send again blindly."""


class ShapeChanged(CrmsyncError):
    """The answer was not understood: stop this stream."""


class InvariantBroken(CrmsyncError):
    """A bug: stop."""


class StoreHeld(CrmsyncError):
    """Another process writes to this store (exit 75)."""


class StoreUnusable(CrmsyncError):
    """The store cannot be opened or read (exit 78)."""


class Stopping(CrmsyncError):
    """Somebody asked crmsync to stop: what was begun is finished, nothing new is."""


class UnknownThing(CrmsyncError):
    """Somebody asked for a lead, plan or file that does not exist (exit 2)."""
