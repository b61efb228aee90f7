"""What became of one request, before anybody judges it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: HTTP status, body, and the seconds the vendor asks us to wait, if it says so."""

    status: int
    body: bytes
    wait: float | None = None

    @property
    def accepted(self) -> bool:
        """Whether the vendor took the request as such; single rows may still be refused inside."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the HTTP class of success


class Unreached(Exception):
    """Not one byte of the request left: nothing can have happened."""


class AnswerLost(Exception):
    """The request left, its answer did not arrive whole: anything may have happened."""
