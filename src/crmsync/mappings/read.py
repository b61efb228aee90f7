"""Rows off the wire become persons' records, activities and owners; what cannot be read counts as nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from crmsync.mappings.ids import canonical_id
from crmsync.mappings.plumbing import ActivityPlan, Condition, OwnerPlan, StreamPlan
from crmsync.mappings.wire import Misread, read_value
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.people import Owner, OwnerKind
from crmsync.model.records import RawRecord, Ref, Rejected, Snapshot, Value
from crmsync.model.streams import StreamSpec

NOON = time(12, tzinfo=UTC)
NO_OWNER_PLAN = OwnerPlan()


def read_person(raw: RawRecord, spec: StreamSpec) -> Snapshot:
    """Read a lead or contact: values by our field names; what `misread` names reads as nothing."""
    return Snapshot(raw.ref, spec.kind, raw.modified_at, raw.deleted, _values(raw, spec))


def misread(raw: RawRecord, spec: StreamSpec) -> tuple[Rejected, ...]:
    """What a row holds that its fields do not promise, one item per field, without the value itself."""
    cells = zip(spec.pulled, raw.values, strict=False)
    read = ((field, read_value(scalar, field.wire)) for field, scalar in cells)
    return tuple(
        Rejected(raw.ref, f"unreadable {field.name}", f"{field.vendor} holds something that is {value.words}")
        for field, value in read
        if isinstance(value, Misread)
    )


def read_activity(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Activity:
    """Read what somebody did; `owner` stays the system's own user id.

    A row with our key, or one that is still to be done, is a todo whatever else it says: a planned call is no call.
    A stream without an `activity` block is refused when the mapping is compiled.
    """
    how = plan.activity or _no_block(plan)
    values = _values(raw, spec)
    is_open = how.open is not None and _holds(how.open, values)
    key = _text(values, "key")
    return Activity(
        ref=raw.ref,
        kind=ActivityKind.TODO if key or is_open else _kind(how, values),
        at=_happened(how, values, raw.modified_at),
        direction=_direction(how, values),
        actor=_actor(how, values),
        owner=_text(values, "owner"),
        label=(_text(values, how.label) if how.label else None) or "",
        disposition_raw=_outcome(how, values),
        modified_at=raw.modified_at,
        deleted=raw.deleted,
        open=is_open,
        task_key=key,
        parties=_parties(how, values, raw),
    )


def read_owner(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Owner:
    """Read a user or queue; `key` is the lower-cased e-mail, `manager` the manager's id in the same system."""
    how = plan.owner or NO_OWNER_PLAN
    values = _values(raw, spec)
    email = _text(values, "email")
    prefix = how.queue_ids_start_with
    queue = (prefix is not None and raw.ref.id.startswith(prefix)) or _holds(how.queue_when, values)
    return Owner(
        system=raw.ref.system,
        id=raw.ref.id,
        name=_text(values, "name") or email or raw.ref.id,
        key=email.strip().casefold() if email else None,
        kind=OwnerKind.QUEUE if queue else OwnerKind.PERSON,
        active=not raw.deleted and values.get("active") is not False,
        manager=_text(values, "manager"),
        integration=_holds(how.integration_when, values),
    )


def _values(raw: RawRecord, spec: StreamSpec) -> dict[str, Value]:
    read = {field.name: read_value(scalar, field.wire) for field, scalar in zip(spec.pulled, raw.values, strict=False)}
    return {name: None if isinstance(value, Misread) else value for name, value in read.items()}


def _no_block(plan: StreamPlan) -> ActivityPlan:
    raise LookupError(f"The stream {plan.name} has no activity block.")


def _text(values: Mapping[str, Value], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _word(values: Mapping[str, Value], name: str | None) -> str | None:
    """The value as a mapping file would write it."""
    value = values.get(name) if name else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value is not None else None


def _holds(condition: Condition | None, values: Mapping[str, Value]) -> bool:
    word = _word(values, condition.field) if condition else None
    if condition is None or word is None or not word.strip():
        return False
    return not condition.words or word in condition.words


def _kind(how: ActivityPlan, values: Mapping[str, Value]) -> ActivityKind:
    plan = how.kind
    by_word = plan.words.get(_word(values, plan.field) or "")
    by_presence = (kind for name, kind in plan.present.items() if _holds(Condition(name), values))
    return by_word or next(by_presence, plan.otherwise)


def _direction(how: ActivityPlan, values: Mapping[str, Value]) -> Direction:
    plan = how.direction
    return plan.words.get(_word(values, plan.field) or "", plan.otherwise)


def _actor(how: ActivityPlan, values: Mapping[str, Value]) -> Actor:
    if _holds(how.automation, values):
        return Actor.AUTOMATION
    return Actor.INTEGRATION if _holds(how.integration, values) else Actor.PERSON


def _happened(how: ActivityPlan, values: Mapping[str, Value], stamp: datetime) -> datetime:
    """When it happened: a row made after the day it names was logged late, and noon (UTC) of that day counts."""
    instants = (values.get(name) for name in how.at)
    at = next((one for one in instants if isinstance(one, datetime)), stamp)
    made = values.get("created_at")
    made = made if isinstance(made, datetime) else at
    day = values.get(how.day) if how.day else None
    if isinstance(day, date) and not isinstance(day, datetime) and day < min(made, at).date():
        return datetime.combine(day, NOON)
    return at


def _outcome(how: ActivityPlan, values: Mapping[str, Value]) -> str | None:
    raw = _text(values, "disposition")
    return how.outcomes.get(raw, raw) if raw else None


def _parties(how: ActivityPlan, values: Mapping[str, Value], raw: RawRecord) -> tuple[Ref, ...]:
    system = raw.ref.system
    named = []
    for name, objects in how.parties.items():
        party = canonical_id(system, _text(values, name) or "")
        target = next((one for prefix, one in objects.items() if party and party.startswith(prefix)), None)
        if party and target:
            named.append(Ref(system, target, party))
    return tuple(dict.fromkeys((*raw.parties, *named)))
