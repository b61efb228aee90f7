"""From the files that say what is done to values: imports, qualification, scoring, SLA, routing."""

from collections.abc import Mapping
from datetime import timedelta

from crmsync.agreement import conditions
from crmsync.agreement.model import (
    All,
    AnyOf,
    Burst,
    ClockRule,
    Compare,
    Condition,
    FitTerm,
    ImportList,
    Imports,
    Member,
    Not,
    Office,
    Qualification,
    Routing,
    RoutingRule,
    RoutingTeam,
    Scoring,
    Signal,
    Sla,
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

INTEREST_MAX = 100.0


def imports(file: ImportsFile) -> Imports:
    """Bought names: how they are known, what lets them out, the lists by name."""
    lists = tuple(_list(name, file.lists[name]) for name in sorted(file.lists))
    leaves = frozenset(str(one) for one in file.leaves_raw_when.any_of)
    shape = file.or_made_in_a_burst
    burst = Burst(shape.at_least, shape.within) if shape else None
    return Imports(conditions.build(file.recognise_as_bought), file.while_raw.status, leaves, lists, burst)


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


def qualification(file: QualificationFile) -> Qualification:
    """What makes an inquiry a lead; `all` and `any` side by side must both hold."""
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


def scoring(file: ScoringFile) -> Scoring:
    """Fit and interest; signals in the order in which an activity is held against them."""
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


def sla(file: SlaFile) -> Sla:
    """The office and the promises by code."""
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


def routing(file: RoutingFile) -> Routing:
    """Who gets a lead; the order of lines stays, teams are by name."""
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
