"""What that we wrote did people put back within a week? Told per reason: a rule nobody agrees with shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crmsync.model.decisions import ChangeKind
from crmsync.model.memory import LogRow
from crmsync.model.people import StatusObservation
from crmsync.model.plans import RowState
from crmsync.model.records import Ref, Scalar

WEEK = timedelta(days=7)
UNDO = "undo."
"""How the reasons of `crmsync revert` begin."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A write that a person put back: in the CRM, or with `crmsync revert` (`by_command`)."""

    row: LogRow
    at: datetime
    by_command: bool = False


@dataclass(frozen=True, slots=True)
class RuleShare:
    """How many writes of one reason there were, and how many of them people put back."""

    code: str
    written: int
    undone: int


@dataclass(frozen=True, slots=True)
class UndoneFinding:
    """What was put back, oldest first, and the share per reason, the most often undone first."""

    undone: tuple[Undone, ...] = ()
    shares: tuple[RuleShare, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A value that came into a field later, and how."""

    at: datetime
    value: str
    by_command: bool


def undone(rows: Sequence[LogRow], seen: Iterable[StatusObservation], within: timedelta = WEEK) -> UndoneFinding:
    """Which applied writes were put back to the very value of before within that time after they were written.

    `seen` is what people's edits left in tracked fields (status, owner). A later value that is neither ours nor the one
    of before is work, not an undo. Tasks and undos themselves are not measured.
    """
    written = [one for one in rows if one.state is RowState.APPLIED and one.kind is not ChangeKind.TASK]
    ours = [one for one in written if not one.because.code.startswith(UNDO)]
    later = _later(written, seen)
    answers = ((row, _next(row, later[row.ref, row.field])) for row in ours)
    found = [
        Undone(row, said.at, said.by_command)
        for row, said in answers
        if said is not None and said.value == _text(row.before) and said.at - row.at <= within
    ]
    return UndoneFinding(tuple(sorted(found, key=lambda one: (one.at, one.row.ref))), _shares(ours, found))


def _later(written: Iterable[LogRow], seen: Iterable[StatusObservation]) -> dict[tuple[Ref, str], list[_Said]]:
    """Per field what people said in it, in order of time: in the CRM, or with the command."""
    said: dict[tuple[Ref, str], list[_Said]] = defaultdict(list)
    for row in written:
        if row.because.code.startswith(UNDO):
            said[row.ref, row.field].append(_Said(row.at, _text(row.after), by_command=True))
    for one in seen:
        said[one.ref, one.field].append(_Said(one.at, _text(one.value), by_command=False))
    for each in said.values():
        each.sort(key=lambda one: (one.at, not one.by_command))
    return said


def _next(row: LogRow, said: Iterable[_Said]) -> _Said | None:
    """The first other value after the write; the CRMs' stamps are true to the second."""
    start = row.at.replace(microsecond=0)
    return next((one for one in said if one.at >= start and one.value != _text(row.after)), None)


def _text(value: Scalar) -> str:
    return "" if value is None else str(value).strip()


def _shares(ours: Iterable[LogRow], found: Iterable[Undone]) -> tuple[RuleShare, ...]:
    written = Counter(one.because.code for one in ours)
    back = Counter(one.row.because.code for one in found)
    shares = (RuleShare(code, count, back[code]) for code, count in written.items())
    return tuple(sorted(shares, key=lambda one: (-one.undone / one.written, -one.written, one.code)))
