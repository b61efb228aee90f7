"""Statuses: reachable, with exits, spelled, and every name they use exists."""

from collections.abc import Iterator, Mapping
from itertools import chain

from crmsync.agreement.draft import Draft
from crmsync.agreement.meaning import StatusesFile, StatusShape
from crmsync.agreement.model import Stage, Team
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.suggest import did_you_mean

OWNERS = (Team.MARKETING, Team.LDR, Team.HANDOFF, Team.SALES, Team.NOBODY)
NEEDED_STAGES = (Stage.RAW, Stage.INQUIRY, Stage.MQL, Stage.SAL, Stage.RECYCLED, Stage.DISQUALIFIED)
_ENTRANCES = (Stage.RAW, Stage.INQUIRY)
_ENDS = (Stage.WON, Stage.LOST)
_LEFT = (Stage.RECYCLED, Stage.DISQUALIFIED)


def check_statuses(draft: Draft) -> Iterator[Problem]:
    """Everything about statuses.yaml that its form does not show."""
    file, document = draft.statuses.value, draft.statuses.document
    if file is None:
        return
    names = names_of(draft)
    for name, status in file.statuses.items():
        yield from _one(document, name, status, names)
        yield from _spelled(document, name, status, draft.systems)
    yield from _home(document, file, draft.systems)
    yield from _corrections(draft, file, names)
    yield from _exceptions(draft, file, names)
    if draft.statuses.whole:
        yield from _stages(document, file)
        yield from _reachable(document, file)
        yield from _own_moves(document, file)


def names_of(draft: Draft) -> tuple[str, ...]:
    """Every status that is named in the file, also those that could not be read."""
    data = draft.statuses.document.data
    named = data.get("statuses") if isinstance(data, dict) else None
    return tuple(named) if isinstance(named, dict) else ()


def unknown_status(document: Document, path: Path, name: str, names: tuple[str, ...]) -> Iterator[Problem]:
    """A problem where a name is no status."""
    if names and name not in names:
        yield document.at_value(path, f'"{name}" is no status.', did_you_mean(name, names))


def unknown_reason(draft: Draft, document: Document, path: Path, reason: str) -> Iterator[Problem]:
    """A problem where a reason is not in the list of exit reasons."""
    file = draft.dispositions.value
    if file is not None and reason not in file.exit_reasons:
        help_ = did_you_mean(reason, file.exit_reasons, list_them=False) or "Add it to exit_reasons."
        yield document.at_value(path, f'"{reason}" is no exit reason.', help_)


def _one(document: Document, name: str, status: StatusShape, names: tuple[str, ...]) -> Iterator[Problem]:
    path: Path = ("statuses", name)
    for index, move in enumerate(status.next):
        yield from unknown_status(document, (*path, "next", index), move.to, names)
        if move.to == name:
            yield document.at_value((*path, "next", index), f'"{name}" leads to itself.', "Remove it.")
        if Team.NOBODY in (move.by or [status.owned_by]):
            who = f"{{to: {move.to}, by: marketing}}"
            yield document.at_value((*path, "next", index), "nobody may make this move.", f"Say who: {who}.")
    if not status.next and status.stage not in _ENDS:
        help_ = "List under next where a lead goes from here."
        yield document.at_key(path, f'a lead never leaves "{name}".', help_)
    if status.stage in _LEFT and "reason" not in status.needs:
        yield document.at_key(path, f'"{name}" is entered without a reason.', "Add needs: [reason].")
    if status.owned_by not in OWNERS:
        accepted = did_you_mean(status.owned_by, OWNERS)
        yield document.at_value((*path, "owned_by"), f'"{status.owned_by}" cannot own a status.', accepted)


def _spelled(document: Document, name: str, status: StatusShape, systems: tuple[str, ...]) -> Iterator[Problem]:
    for system in systems:
        if system not in status.model_fields_set:
            help_ = f"Add {system}: and the API name, or {system}: null if it has no word for it."
            yield document.at_key(("statuses", name), f'"{name}" is not spelled in {system}.', help_)
    if not any(status.spelling(system) for system in systems) and set(systems) <= status.model_fields_set:
        yield document.at_key(("statuses", name), f'no CRM has a word for "{name}".', "Spell it in at least one.")


def _home(document: Document, file: StatusesFile, systems: tuple[str, ...]) -> Iterator[Problem]:
    for team in OWNERS:
        if team not in file.home:
            yield document.at_key(("home",), f"{team} has no home.", f"Add {team}: and the CRM that speaks for it.")
    for team, system in file.home.items():
        if team not in OWNERS:
            yield document.at_key(("home", team), f"{team} has no home: it owns no status.", "Remove it.")
        if system not in systems:
            yield document.at_value(("home", team), f'"{system}" is no CRM in use.', did_you_mean(system, systems))


def _corrections(draft: Draft, file: StatusesFile, names: tuple[str, ...]) -> Iterator[Problem]:
    document = draft.statuses.document
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(file.corrections):
        path: Path = ("corrections", index)
        for key, name in (("from", one.from_), ("to", one.to), ("becomes", one.becomes)):
            yield from unknown_status(document, (*path, key), name, names)
        if one.reason is not None:
            yield from unknown_reason(draft, document, (*path, "reason"), one.reason)
        if (one.from_, one.to) in seen:
            yield document.at_value(path, f"{one.from_} to {one.to} is corrected twice.", "Keep one of the two.")
        seen.add((one.from_, one.to))
        yield from _legal(document, path, one.from_, (one.to, one.becomes), file)
        becomes = file.statuses.get(one.becomes)
        if becomes and "reason" in becomes.needs and one.reason is None:
            yield document.at_value(path, f'"{one.becomes}" needs a reason.', "Add reason: to this correction.")


def _legal(document: Document, path: Path, start: str, ends: tuple[str, str], file: StatusesFile) -> Iterator[Problem]:
    """A correction is for an illegal move, and itself a legal one."""
    status = file.statuses.get(start)
    moved, becomes = ends
    if status is None or moved not in file.statuses or becomes not in file.statuses:
        return
    legal = {move.to for move in status.next}
    if moved in legal:
        message = f"{start} to {moved} is a legal move: nothing is to be corrected."
        yield document.at_value(path, message, f'Remove this line, or "{moved}" from the next of {start}.')
    if becomes not in legal and becomes != start:
        message = f"{start} may not become {becomes}."
        yield document.at_value((*path, "becomes"), message, did_you_mean(becomes, legal))


def _exceptions(draft: Draft, file: StatusesFile, names: tuple[str, ...]) -> Iterator[Problem]:
    document = draft.statuses.document
    for index, one in enumerate(file.agreed_exceptions):
        path: Path = ("agreed_exceptions", index)
        yield from unknown_status(document, (*path, "means"), one.means, names)
        if one.in_ not in draft.systems:
            help_ = did_you_mean(one.in_, draft.systems)
            yield document.at_value((*path, "in"), f'"{one.in_}" is no CRM in use.', help_)


def _stages(document: Document, file: StatusesFile) -> Iterator[Problem]:
    by_stage: dict[Stage, list[str]] = {}
    for name, status in file.statuses.items():
        by_stage.setdefault(status.stage, []).append(name)
    for stage in NEEDED_STAGES:
        if stage not in by_stage:
            message = f"no status stands for the funnel stage {stage}."
            yield document.at_key(("statuses",), message, f"Add a status with stage: {stage}.")
    for stage, sharing in by_stage.items():
        standing = [name for name in sharing if file.statuses[name].stands_for_stage]
        if len(sharing) > 1 and len(standing) != 1:
            message = f"{' and '.join(sharing)} share the funnel stage {stage}."
            help_ = "Write stands_for_stage: yes at exactly one of them."
            yield document.at_value(("statuses", sharing[-1], "stage"), message, help_)


def _reachable(document: Document, file: StatusesFile) -> Iterator[Problem]:
    reached = {name for name, status in file.statuses.items() if status.stage in _ENTRANCES}
    waiting = list(reached)
    while waiting:
        status = file.statuses.get(waiting.pop())
        fresh = {move.to for move in status.next} - reached if status else set()
        reached |= fresh
        waiting += fresh
    for name in file.statuses:
        if name not in reached:
            help_ = f"Add it to the next of a status that a lead can have, or remove {name}."
            yield document.at_key(("statuses", name), f'no lead can ever become "{name}".', help_)


def _own_moves(document: Document, file: StatusesFile) -> Iterator[Problem]:
    """What crmsync and a conversion do themselves must be legal: out of Raw, over to sales; into only_by statuses."""
    standing = {status.stage: name for name, status in _by_rank(file.statuses)}
    for start, end in ((Stage.RAW, Stage.INQUIRY), (Stage.INQUIRY, Stage.MQL)):
        if start in standing and end in standing and not _moves(file, standing[start], standing[end], Team.DAEMON):
            message = f"crmsync may not move {standing[start]} to {standing[end]}."
            help_ = f"Add {{to: {standing[end]}, by: daemon}}."
            yield document.at_value(("statuses", standing[start], "next"), message, help_)
    for name, status in file.statuses.items():
        for index, move in enumerate(status.next):
            target = file.statuses.get(move.to)
            by = move.by or [status.owned_by]
            if target and target.only_by == "conversion" and list(by) != [Team.CONVERSION]:
                path: Path = ("statuses", name, "next", index)
                help_ = f"Write {{to: {move.to}, by: conversion}}."
                yield document.at_value(path, f'only a conversion leads to "{move.to}".', help_)


def _by_rank(statuses: Mapping[str, StatusShape]) -> Iterator[tuple[str, StatusShape]]:
    """The status that stands for a shared stage last, so that it wins."""
    return chain.from_iterable(
        ((name, one) for name, one in statuses.items() if one.stands_for_stage is last) for last in (False, True)
    )


def _moves(file: StatusesFile, start: str, end: str, team: Team) -> bool:
    status = file.statuses[start]
    return any(move.to == end and team in (move.by or [status.owned_by]) for move in status.next)
