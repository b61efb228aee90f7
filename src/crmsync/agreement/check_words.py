"""Words found in status fields: each means one thing, and what it does is possible."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crmsync.agreement.check_statuses import names_of, unknown_reason, unknown_status
from crmsync.agreement.draft import Draft
from crmsync.agreement.folding import folded
from crmsync.agreement.meaning import (
    DispositionsFile,
    EffectShape,
    OutcomeShape,
    ReasonShape,
    StatusesFile,
    StatusShape,
)
from crmsync.agreement.model import Stage, Team
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Use:
    """One word at one place: what it means there, and in which CRM (None: in every one)."""

    word: str
    meaning: str
    system: str | None
    document: Document
    path: Path

    @property
    def is_status(self) -> bool:
        """Whether the word is the spelling of a status."""
        return self.path[0] == "statuses"

    @property
    def is_outcome(self) -> bool:
        """Whether the word is the spelling of a call outcome or a reason, which are recognised folded."""
        return self.path[0] in ("outcomes", "reasons")


def check_words(draft: Draft) -> Iterator[Problem]:
    """Everything about the meaning of words that the form of the files does not show."""
    yield from _twice(draft)
    yield from _indistinct(draft)
    file, document = draft.dispositions.value, draft.dispositions.document
    if file is None:
        return
    for name, outcome in file.outcomes.items():
        yield from _effect(draft, ("outcomes", name), outcome)
    for name, reason in file.reasons.items():
        yield from _effect(draft, ("reasons", name), reason)
        if name in file.outcomes:
            yield document.at_key(("reasons", name), f'"{name}" is also an outcome.', "Give it another name.")
    for name in file.come_back_after_days:
        yield from unknown_reason(draft, document, ("come_back_after_days", name), name)
    yield from _needed_reasons(draft)
    yield from _vendor_words(document, file)
    for index, reason_name in enumerate(file.exit_reasons):
        if reason_name in file.exit_reasons[:index]:
            yield document.at_value(("exit_reasons", index), f'"{reason_name}" stands twice.', "Keep one of the two.")


def alike(word: str) -> str:
    """A word without case and punctuation: what two people would take for the same."""
    return re.sub(r"[\W_]+", " ", word.casefold()).strip() or word


def _twice(draft: Draft) -> Iterator[Problem]:
    """One word, two meanings: whoever reads it must not have to guess."""
    first: dict[str, list[Use]] = {}
    for use in _uses(draft):
        earlier = first.setdefault(folded(use.word) or use.word, [])
        for other in earlier:
            if _clash(use, other):
                line = other.document.values[other.path][0]
                message = f'"{use.word}" already means {other.meaning} ({other.document.label} line {line}).'
                yield use.document.at_value(use.path, message, f"Remove it here or there: here it is {use.meaning}.")
                break
        earlier.append(use)


def _clash(use: Use, other: Use) -> bool:
    if use.meaning == other.meaning or (use.system and other.system and use.system != other.system):
        return False
    if use.is_status and other.is_status:
        return alike(use.word) == alike(other.word) and use.word != other.word
    return (use.is_outcome and other.is_outcome) or alike(use.word) == alike(other.word)


def _uses(draft: Draft) -> Iterator[Use]:
    """Every word with a meaning, statuses first."""
    statuses = draft.statuses.document
    file = draft.statuses.value
    if file is not None:
        for name, status in file.statuses.items():
            for system in draft.systems:
                word = status.spelling(system)
                if word is not None:
                    yield Use(word, f"the status {name}", system, statuses, ("statuses", name, system))
        for index, one in enumerate(file.agreed_exceptions):
            path: Path = ("agreed_exceptions", index, "value")
            yield Use(one.value, f"the status {one.means} by exception", one.in_, statuses, path)
        for index, system_value in enumerate(file.system_values):
            path = ("system_values", index, "value")
            yield Use(system_value.value, "a value of a machine", None, statuses, path)
    yield from _disposition_uses(draft)


def _disposition_uses(draft: Draft) -> Iterator[Use]:
    file, document = draft.dispositions.value, draft.dispositions.document
    if file is None:
        return
    groups = (("outcomes", "the call outcome", file.outcomes), ("reasons", "the reason", file.reasons))
    for key, kind, found in groups:
        for name, one in found.items():
            for index, word in enumerate(one.found_as):
                yield Use(word, f"{kind} {name}", None, document, (key, name, "found_as", index))
    for index, word in enumerate(file.leave_alone):
        yield Use(word, "a value to leave alone", None, document, ("leave_alone", index))


def _indistinct(draft: Draft) -> Iterator[Problem]:
    """A CRM may spell two statuses alike (it then claims neither), but some CRM must tell them apart."""
    file, document = draft.statuses.value, draft.statuses.document
    if file is None:
        return
    seen: dict[tuple[str | None, ...], str] = {}
    for name, status in file.statuses.items():
        spelling = tuple(status.spelling(system) for system in draft.systems)
        other = seen.setdefault(spelling, name)
        if other != name and any(spelling):
            message = f'"{name}" is spelled like "{other}" in every CRM.'
            yield document.at_key(("statuses", name), message, "Spell one of them differently in one CRM.")


def _needed_reasons(draft: Draft) -> Iterator[Problem]:
    """The reasons crmsync itself gives."""
    file, document, statuses = draft.dispositions.value, draft.dispositions.document, draft.statuses.value
    moves = [move for one in (statuses.statuses.values() if statuses else ()) for move in one.next]
    own = {move.to for move in moves if move.by and Team.DAEMON in move.by}
    recycles = any(name in own and one.stage is Stage.RECYCLED for name, one in _statuses(statuses))
    for reason, needed in (("DO_NOT_CONTACT", True), ("INTEREST_FADED", recycles)):
        if file and needed and reason not in file.exit_reasons:
            message = f"{reason} is missing: crmsync gives it as a reason."
            yield document.at_key(("exit_reasons",), message, "Add it to exit_reasons.")


def _statuses(file: StatusesFile | None) -> Iterable[tuple[str, StatusShape]]:
    return file.statuses.items() if file else ()


def _vendor_words(document: Document, file: DispositionsFile) -> Iterator[Problem]:
    """An outcome of a logged call means one outcome of ours."""
    first: dict[str, str] = {}
    for name, one in file.outcomes.items():
        other = first.setdefault(one.hubspot_outcome.casefold(), name) if one.hubspot_outcome else name
        if other != name:
            path = ("outcomes", name, "hubspot_outcome")
            message = f'"{one.hubspot_outcome}" is already the HubSpot outcome of {other}.'
            yield document.at_value(path, message, "Keep one of the two.")


def _effect(draft: Draft, path: Path, one: OutcomeShape | ReasonShape) -> Iterator[Problem]:
    document, effect = draft.dispositions.document, one.status
    if one.reason is not None:
        yield from unknown_reason(draft, document, (*path, "reason"), one.reason)
    for key, name in _targets(effect):
        where = (*path, "status", *key)
        yield from unknown_status(document, where, name, names_of(draft))
        yield from _needs(draft, path, name, one.reason)
    if effect.when_fit_at_least is not None and draft.scoring.value is not None:
        grades = draft.scoring.value.grades
        if effect.when_fit_at_least not in grades:
            message = f'"{effect.when_fit_at_least}" is no grade of scoring.yaml.'
            help_ = did_you_mean(effect.when_fit_at_least, grades)
            yield document.at_value((*path, "status", "when_fit_at_least"), message, help_)
    if effect.status == "keep" and isinstance(one, ReasonShape):
        help_ = "Write the status it leads to, or move it to outcomes."
        yield document.at_value((*path, "status"), "a reason for leaving cannot keep the status.", help_)


def _targets(effect: EffectShape) -> list[tuple[tuple[str, ...], str]]:
    if effect.status == "keep":
        return []
    if effect.status is not None:
        return [((), effect.status)]
    return [(("then",), str(effect.then)), (("otherwise",), str(effect.otherwise))]


def _needs(draft: Draft, path: Path, name: str, reason: str | None) -> Iterator[Problem]:
    """What the status it leads to asks for: a reason, and a day to come back."""
    statuses, file, document = draft.statuses.value, draft.dispositions.value, draft.dispositions.document
    target = statuses.statuses.get(name) if statuses else None
    if target is None or file is None:
        return
    if "reason" in target.needs and reason is None:
        yield document.at_key(path, f'"{path[1]}" leads to {name}, which needs a reason.', "Add reason:.")
    if "return_date" in target.needs and reason is not None and reason not in file.come_back_after_days:
        message = f"{reason} leads to {name}, but when do they come back?"
        yield document.at_value((*path, "reason"), message, f"Add {reason}: and the days to come_back_after_days.")
