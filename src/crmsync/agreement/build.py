"""From the files as written to the agreement as a value."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from crmsync.agreement import conditions
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
    All,
    AnyOf,
    ClockRule,
    Compare,
    Condition,
    Correction,
    Effect,
    FitTerm,
    ImportList,
    Imports,
    Member,
    Move,
    Not,
    Office,
    Outcome,
    Qualification,
    Routing,
    RoutingRule,
    RoutingTeam,
    Scoring,
    Signal,
    Signoff,
    Sla,
    Status,
    SystemValue,
)
from crmsync.agreement.work import (
    FitShape,
    ImportsFile,
    ListShape,
    QualificationFile,
    RouteShape,
    RoutingFile,
    ScoringFile,
    SignalShape,
    SlaFile,
)
from crmsync.model.errors import InvariantBroken
from crmsync.settings.document import Document

T = TypeVar("T")
INTEREST_MAX = 100.0


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
        imports=_imports(_there(draft.imports.value)),
        qualification=_qualification(_there(draft.qualification.value)),
        scoring=_scoring(_there(draft.scoring.value)),
        sla=_sla(_there(draft.sla.value)),
        routing=_routing(_there(draft.routing.value)),
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
        "statuses": {name: _status(name, one, systems) for name, one in file.statuses.items()},
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


def _imports(file: ImportsFile) -> Imports:
    lists = tuple(_list(name, file.lists[name]) for name in sorted(file.lists))
    leaves = frozenset(str(one) for one in file.leaves_raw_when.any_of)
    return Imports(conditions.build(file.recognise_as_bought), file.while_raw.status, leaves, lists)


def _list(name: str, shape: ListShape) -> ImportList:
    basis = shape.legal_basis
    words = [f"Art. 6(1)({basis.article_6})", basis.assessment or "", *sorted(basis.countries)] if basis else []
    return ImportList(
        name=name,
        vendor=shape.vendor,
        obtained=shape.obtained,
        size=shape.size,
        cost=f"{shape.cost.amount:.2f} {shape.cost.currency}" if shape.cost else "",
        legal_basis=", ".join(word for word in words if word),
        people_informed_by=shape.people_informed_by,
        may_be_used_until=shape.may_be_used_until,
    )


def _qualification(file: QualificationFile) -> Qualification:
    ready, band, exception = file.sales_ready, file.expected_share_of_inquiries, file.may_read_lead_source
    every = tuple(conditions.build(part) for part in ready.all_ or ())
    some = tuple(conditions.build(part) for part in ready.any_ or ())
    both: Condition = All((*every, AnyOf(some))) if every and some else All(every) if every else AnyOf(some)
    return Qualification(
        ready=both,
        never=frozenset(ready.never),
        expected_share=(band.from_, band.to) if band else (0.05, 0.15),
        unknown_means=file.unknown_means,
        source_exception=f"{exception.why} ({exception.agreed_by}, until {exception.until})" if exception else "",
    )


def _scoring(file: ScoringFile) -> Scoring:
    fit = [_fit(name, one) for name, one in file.fit.items()]
    signals = [_signal(name, one) for name, one in file.interest.items()]
    return Scoring(
        fit=tuple(sorted(fit, key=lambda one: (-one.points, one.name))),
        fit_max=sum(sorted(one.points for one in fit)),
        grades=tuple(sorted(file.grades.items(), key=lambda row: (-row[1], row[0]))),
        signals=tuple(sorted(signals, key=_first_match_first)),
        group_limits=dict(file.group_limits),
        interest_max=INTEREST_MAX,
        enter=file.handed_over.becomes_at,
        leave=file.handed_over.falls_back_below,
        window_days=file.repeats_within_days,
        known_share_needed=file.known_share_needed,
        step=file.write_to_crm.when_step_changes,
    )


def _fit(name: str, shape: FitShape) -> FitTerm:
    when = conditions.build(shape.when)
    return FitTerm(name, when, shape.points, _first_field(when))


def _first_field(condition: Condition) -> str:
    while not isinstance(condition, Compare):
        condition = condition.part if isinstance(condition, Not) else condition.parts[0]
    return condition.field


def _signal(name: str, shape: SignalShape) -> Signal:
    days = shape.halves_every / timedelta(days=1)
    labels = tuple(sorted(shape.label_has))
    return Signal(name, shape.points, days, shape.group, shape.repeat_counts, shape.from_, labels)


def _first_match_first(signal: Signal) -> tuple[bool, float, str]:
    """A signal that asks for a label before one that takes the rest; then the weightier one."""
    return not signal.label_matches, -abs(signal.points), signal.name


def _sla(file: SlaFile) -> Sla:
    hours = file.office
    office = Office(
        weekdays=hours.days,
        opens=hours.hours[0],
        closes=hours.hours[1],
        zone=hours.zone,
        holidays=tuple(sorted(hours.holidays)),
        add=tuple(sorted(hours.also_open)),
        remove=tuple(sorted(hours.also_closed)),
    )
    clocks = tuple(
        ClockRule(
            code=code,
            owed_by=clock.owed_by,
            due=clock.due,
            cut_off=clock.cut_off,
            touches=frozenset(str(one) for one in clock.touches),
            starts=clock.starts,
            stops=clock.stops,
            when_missed=tuple(f"{one.at}: {one.tell} by {one.by}" for one in clock.when_missed),
        )
        for code, clock in sorted(file.clocks.items())
    )
    limit = file.quiet.tasks_per_owner_per_day
    return Sla(office, clocks, limit, file.tasks_in, file.questions_to, file.people_in_reports)


def _routing(file: RoutingFile) -> Routing:
    fallback = file.nobody_available.give_to if file.nobody_available else ""
    return Routing(
        change_owner_only_if=frozenset(str(one) for one in file.change_owner_only_if),
        order=tuple(_route(one) for one in file.order),
        teams={name: RoutingTeam(name, _members(one.members), one.at_most_open) for name, one in file.teams.items()},
        fallback_queue=fallback.removeprefix("queue "),
        not_sales=frozenset(owner.casefold() for owner in file.not_sales),
    )


def _route(shape: RouteShape) -> RoutingRule:
    when = conditions.build(shape.when) if shape.when else None
    target = shape.give_to or shape.otherwise or ""
    if target.startswith("team "):
        return RoutingRule(when, team=target.removeprefix("team "))
    return RoutingRule(when, relationship=target)


def _members(written: Mapping[str, int]) -> tuple[Member, ...]:
    """Heaviest first, then by address: turns do not depend on the order of the file."""
    members = [Member(owner.casefold(), weight) for owner, weight in written.items()]
    return tuple(sorted(members, key=lambda one: (-one.weight, one.owner)))
