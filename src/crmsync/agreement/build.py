"""From the files as written to the agreement as a value."""

from collections.abc import Iterable
from typing import TypeVar

from crmsync.agreement import build_work, conditions
from crmsync.agreement.draft import Draft
from crmsync.agreement.meaning import (
    DefinitionsFile,
    DispositionsFile,
    EffectShape,
    OutcomeShape,
    ReasonShape,
    StatusesFile,
    StatusShape,
)
from crmsync.agreement.model import (
    AgreedException,
    Agreement,
    Correction,
    Effect,
    Move,
    Outcome,
    Signoff,
    Stage,
    Status,
    SystemValue,
)
from crmsync.model.errors import InvariantBroken
from crmsync.settings.document import Document

T = TypeVar("T")


def build(draft: Draft) -> Agreement:
    """The agreement of a draft without problems; content and version are still to be filled in.

    Nothing in it depends on the order of keys in a file: where an order is needed, it is made here.
    """
    definitions, statuses = _there(draft.definitions.value), _there(draft.statuses.value)
    dispositions = _there(draft.dispositions.value)
    return Agreement(
        **_definitions(definitions),  # type: ignore[arg-type]  # one part per file, by name
        **_statuses(statuses, draft.systems),  # type: ignore[arg-type]
        **_dispositions(dispositions, draft.dispositions.document),  # type: ignore[arg-type]
        imports=build_work.imports(_there(draft.imports.value)),
        qualification=build_work.qualification(_there(draft.qualification.value)),
        scoring=build_work.scoring(_there(draft.scoring.value)),
        sla=build_work.sla(_there(draft.sla.value)),
        routing=build_work.routing(_there(draft.routing.value)),
        signoffs=signoffs(draft),
    )


def signoffs(draft: Draft) -> tuple[Signoff, ...]:
    """The signatures, first to last."""
    rows = _there(draft.signoffs.value).signoffs
    return tuple(Signoff(one.role, one.name, one.job, one.on, one.agreement, one.evidence or "") for one in rows)


def _there(value: T | None) -> T:
    if value is None:
        raise InvariantBroken("an agreement is built only from files without problems")
    return value


def _definitions(file: DefinitionsFile) -> dict[str, object]:
    return {
        "company": file.company,
        "go_live": file.go_live,
        "words": file.words,
        "must_sign": tuple(file.must_sign),
        "next_review": file.next_review,
    }


def _statuses(file: StatusesFile, systems: tuple[str, ...]) -> dict[str, object]:
    return {
        "statuses": {name: _status(name, file.statuses[name], systems) for name in _along_the_path(file)},
        "home": dict(file.home),
        "corrections": tuple(Correction(one.from_, one.to, one.becomes, one.reason) for one in file.corrections),
        "exceptions": tuple(
            AgreedException(one.value, one.in_, one.means, one.agreed_by, one.until) for one in file.agreed_exceptions
        ),
        "on_illegal": file.on_illegal,
        "system_values": tuple(SystemValue(one.value, one.replace) for one in file.system_values),
        "not_in_funnel": conditions.build(file.not_in_funnel) if file.not_in_funnel else None,
        "quiet_minutes": file.quiet_minutes,
    }


def _along_the_path(file: StatusesFile) -> list[str]:
    """By funnel stage, the one that stands for it first: where a CRM spells two alike, the earlier one is meant."""
    stages = list(Stage)
    return sorted(
        file.statuses,
        key=lambda name: (stages.index(file.statuses[name].stage), not file.statuses[name].stands_for_stage, name),
    )


def _status(name: str, shape: StatusShape, systems: Iterable[str]) -> Status:
    spelled = {system: shape.spelling(system) for system in systems}
    movers: dict[str, set[object]] = {}
    for move in shape.next:
        movers.setdefault(move.to, set()).update(move.by or [shape.owned_by])
    return Status(
        name=name,
        stage=shape.stage,
        owned_by=shape.owned_by,
        spelled={system: word for system, word in spelled.items() if word is not None},
        next=tuple(Move(to, frozenset(by)) for to, by in movers.items()),  # type: ignore[arg-type]  # teams
        only_by_conversion=shape.only_by == "conversion",
        needs=frozenset(shape.needs),
        stands_for_stage=shape.stands_for_stage,
    )


def _dispositions(file: DispositionsFile, document: Document) -> dict[str, object]:
    found = {name: _outcome(name, one, document) for name, one in file.outcomes.items()}
    found |= {name: _reason(name, one, document) for name, one in file.reasons.items()}
    return {
        "outcomes": found,
        "reasons": frozenset(file.exit_reasons),
        "resurface_days": dict(file.come_back_after_days),
        "leave_alone": frozenset(file.leave_alone),
    }


def _outcome(name: str, shape: OutcomeShape, document: Document) -> Outcome:
    return Outcome(
        name=name,
        found_as=tuple(shape.found_as),
        effect=_effect(shape.status),
        reason=shape.reason,
        spoke=shape.spoke_to_them,
        counts_as_attempt=shape.counts_as is not None,
        hubspot_outcome=shape.hubspot_outcome,
        set_opt_out_fields=shape.set_opt_out_fields,
        file=document.label.rsplit("/", 1)[-1],
        line=document.keys["outcomes", name][0],
    )


def _reason(name: str, shape: ReasonShape, document: Document) -> Outcome:
    return Outcome(
        name=name,
        found_as=tuple(shape.found_as),
        effect=_effect(shape.status),
        reason=shape.reason,
        is_reason=True,
        file=document.label.rsplit("/", 1)[-1],
        line=document.keys["reasons", name][0],
    )


def _effect(shape: EffectShape) -> Effect:
    status = None if shape.status == "keep" else shape.status
    return Effect(status, shape.when_fit_at_least, shape.then, shape.otherwise)
