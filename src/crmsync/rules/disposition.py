"""What does a value in a status field mean? A status, a call outcome, a reason, a machine's word - or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crmsync.agreement.folding import folded
from crmsync.agreement.model import Agreement, Outcome

DO_NOT_CONTACT = "DO_NOT_CONTACT"


class Kind(StrEnum):
    """The kinds of value a status field holds in real life."""

    BLANK = "blank"
    STATUS = "status"
    OUTCOME = "call outcome"
    REASON = "reason"
    SYSTEM = "system"
    LEFT_ALONE = "left alone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one value means: `statuses` it spells (a CRM may spell two alike), or the outcome found there.

    `by_exception` tells that only an agreed exception makes it a status.
    """

    kind: Kind
    statuses: tuple[str, ...] = ()
    outcome: Outcome | None = None
    replace: bool = False
    by_exception: bool = False

    @property
    def do_not_contact(self) -> bool:
        """Whether the word says that this person must not be contacted."""
        return self.outcome is not None and self.outcome.reason == DO_NOT_CONTACT

    @property
    def frozen(self) -> bool:
        """Whether the field stays as it is until a person decides what the value means."""
        return self.kind in {Kind.UNKNOWN, Kind.LEFT_ALONE}


BLANK = Meaning(Kind.BLANK)
UNKNOWN = Meaning(Kind.UNKNOWN)


class Dictionary:
    """All meanings of one agreement, resolved once per distinct spelling. Read-only after construction.

    Order: the exact API value; then, for call outcomes only, the value with case, punctuation, leading numbering and
    trailing counters folded away. Nothing else is guessed: a value with a question mark stays unknown.
    """

    def __init__(self, agreement: Agreement, today: date) -> None:
        self._memo: dict[tuple[str, str], Meaning] = {}
        self._exact: dict[str, dict[str, Meaning]] = {}
        self._folded = _folded_outcomes(agreement)
        shared = _shared_meanings(agreement)
        for system in {name for status in agreement.statuses.values() for name in status.spelled}:
            self._exact[system] = {**shared, **_exceptions(agreement, system, today), **_statuses(agreement, system)}
        self._shared = shared

    def meaning(self, system: str, value: str | None) -> Meaning:
        """What this value means in that system's status field."""
        if value is None or not value.strip():
            return BLANK
        key = (system, value)
        if key not in self._memo:
            self._memo[key] = self._resolve(system, value.strip())
        return self._memo[key]

    def _resolve(self, system: str, value: str) -> Meaning:
        exact = self._exact.get(system, self._shared).get(value)
        if exact is not None:
            return exact
        return UNKNOWN if "?" in value else self._folded.get(folded(value), UNKNOWN)


def _statuses(agreement: Agreement, system: str) -> Mapping[str, Meaning]:
    spelled: dict[str, tuple[str, ...]] = {}
    for status in agreement.statuses.values():
        value = status.spelled.get(system)
        if value:
            spelled[value] = (*spelled.get(value, ()), status.name)
    return {value: Meaning(Kind.STATUS, names) for value, names in spelled.items()}


def _exceptions(agreement: Agreement, system: str, today: date) -> Mapping[str, Meaning]:
    return {
        one.value: Meaning(Kind.STATUS, (one.means,), by_exception=True)
        for one in agreement.exceptions
        if one.system == system and (one.until is None or today <= one.until)
    }


def _shared_meanings(agreement: Agreement) -> dict[str, Meaning]:
    meanings = {value: Meaning(Kind.LEFT_ALONE) for value in agreement.leave_alone}
    meanings |= {one.value: Meaning(Kind.SYSTEM, replace=one.replace) for one in agreement.system_values}
    return meanings | {word: _of(outcome) for outcome in agreement.outcomes.values() for word in outcome.found_as}


def _folded_outcomes(agreement: Agreement) -> dict[str, Meaning]:
    taken = {folded(one) for status in agreement.statuses.values() for one in status.spelled.values()}
    words = {folded(word): _of(outcome) for outcome in agreement.outcomes.values() for word in outcome.found_as}
    return {word: meaning for word, meaning in words.items() if word and word not in taken}


def _of(outcome: Outcome) -> Meaning:
    return Meaning(Kind.REASON if outcome.is_reason else Kind.OUTCOME, outcome=outcome)
