"""The rows of a mapping file as values: what was checked one by one becomes the plan of each stream."""

from collections.abc import Mapping

from crmsync.mappings.plumbing import (
    ActivityPlan,
    BotPlan,
    Condition,
    DealPlan,
    DirectionPlan,
    FieldPlan,
    HistoryPlan,
    KindPlan,
    ListPlan,
    MemberPlan,
    Names,
    OwnerPlan,
    StreamPlan,
)
from crmsync.mappings.schema import (
    ActivityRow,
    BotRow,
    ConditionRow,
    DealRow,
    DirectionRow,
    FieldRow,
    HistoryRow,
    KindRow,
    OwnerRow,
    StreamRow,
)
from crmsync.model.activities import ActivityKind, Direction
from crmsync.model.belonging import ListKind
from crmsync.model.records import RecordKind
from crmsync.model.streams import Wire


def stream(name: str, row: StreamRow) -> StreamPlan:
    """One stream of the file."""
    return StreamPlan(
        name=name,
        object=row.object,
        kind=RecordKind(row.kind),
        fields=tuple(_field(ours, one) for ours, one in row.fields.items()),
        associated=tuple(row.associated),
        event_type=row.event_type,
        activity=_activity(row.activity) if row.activity else None,
        owner=_owner(row.owner) if row.owner else None,
        people_list=ListPlan(ListKind(row.people_list.kind), row.people_list.filled) if row.people_list else None,
        member=MemberPlan(row.member.of, tuple(row.member.who)) if row.member else None,
        deal=_deal(row.deal) if row.deal else None,
        history=_history(row.history) if row.history else None,
        optional=row.optional,
        new_task=dict(row.new_task),
        closed_task=dict(row.closed_task),
    )


def _field(name: str, row: FieldRow) -> FieldPlan:
    system, _, record_type = (row.names or "").partition("/")
    names = Names(system, record_type, row.alias) if row.names else None
    return FieldPlan(name, row.field, Wire(row.type), row.required, row.writable, row.pulled, names)


def _activity(row: ActivityRow) -> ActivityPlan:
    present = {row.kind_from.field: ActivityKind(row.kind_from.present)} if row.kind_from else {}
    return ActivityPlan(
        kind=_kind(row.kind, present),
        direction=_direction(row.direction),
        at=tuple(row.at),
        day=row.day,
        label=row.label,
        outcomes=dict(row.disposition),
        automation=_condition(row.automation),
        integration=_condition(row.integration),
        bot=_bot(row.bot) if row.bot else None,
        open=_condition(row.open),
        skip=_condition(row.skip),
        by_email=row.by_email,
        parties={field: dict(objects) for field, objects in row.parties.items()},
    )


def _kind(row: KindRow, present: Mapping[str, ActivityKind]) -> KindPlan:
    words = {word: ActivityKind(kind) for word, kind in row.values.items()}
    return KindPlan(ActivityKind(row.otherwise), row.field, words, present)


def _direction(row: DirectionRow) -> DirectionPlan:
    words = {word: Direction(direction) for word, direction in row.values.items()}
    return DirectionPlan(Direction(row.otherwise), row.field, words)


def _owner(row: OwnerRow) -> OwnerPlan:
    machines = frozenset(one.casefold() for one in row.integration_users)
    return OwnerPlan(row.queue_ids_start_with, _condition(row.queue_when), _condition(row.integration_when), machines)


def _bot(row: BotRow) -> BotPlan:
    agents = tuple(one.casefold() for one in row.agents)
    return BotPlan(row.filtered, row.agent, agents, row.sent_at, row.within_seconds)


def _deal(row: DealRow) -> DealPlan:
    return DealPlan(_given(row.closed_when), _condition(row.won_when))


def _history(row: HistoryRow) -> HistoryPlan:
    system, _, record_type = row.of.partition("/")
    actors = (_condition(row.automation), _condition(row.integration))
    return HistoryPlan(system, record_type, tuple(row.tracked), dict(row.fields), *actors)


def _condition(row: ConditionRow | None) -> Condition | None:
    return _given(row) if row else None


def _given(row: ConditionRow) -> Condition:
    return Condition(row.field, tuple(row.values or ()))
