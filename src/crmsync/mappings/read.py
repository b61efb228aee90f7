"""Rows off the wire become persons' records, activities and owners; what cannot be read counts as nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from crmsync.mappings.ids import canonical_id
from crmsync.mappings.keys import email_key
from crmsync.mappings.plumbing import ActivityPlan, BotPlan, Condition, OwnerPlan, StreamPlan
from crmsync.mappings.wire import Misread, read_value
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.people import Owner, OwnerKind
from crmsync.model.records import RawRecord, Ref, Rejected, Snapshot, Value
from crmsync.model.streams import StreamSpec, Wire

NOON = time(12, tzinfo=UTC)
NO_OWNER_PLAN = OwnerPlan()
BY_EMAIL = "email"
"""The object of a party that is known by its address only: whoever has that address is meant."""


class Reader:
    """Reads the rows of one stream; what holds for every row is worked out once."""

    def __init__(self, spec: StreamSpec) -> None:
        """Of a compiled stream."""
        self._kind = spec.kind
        self._names = tuple(one.name for one in spec.pulled)
        self._texts = tuple(one.name for one in spec.pulled if one.wire is Wire.TEXT)
        self._typed = tuple(one for one in spec.pulled if one.wire is not Wire.TEXT)

    def person(self, raw: RawRecord) -> tuple[Snapshot, tuple[Rejected, ...]]:
        """A lead or contact, and what its row holds that its fields do not promise: that reads as nothing."""
        values, odd = self.values(raw)
        return Snapshot(raw.ref, self._kind, raw.modified_at, raw.deleted, values), odd

    def values(self, raw: RawRecord) -> tuple[dict[str, Value], tuple[Rejected, ...]]:
        """The typed values by our field names, and one item per unreadable field, without the value itself."""
        cells = dict(zip(self._names, raw.values, strict=False))
        read: dict[str, Value] = cells  # type: ignore[assignment]
        for name in self._texts:
            cell = cells.get(name)
            if cell is not None and (type(cell) is not str or not cell):
                read[name] = read_value(cell, Wire.TEXT)  # type: ignore[assignment]  # whatever it is, it is a text
        odd: list[Rejected] = []
        for field in self._typed:
            value = read_value(cells.get(field.name), field.wire)
            if isinstance(value, Misread):
                words = f"{field.vendor} holds something that is {value.words}"
                odd.append(Rejected(raw.ref, f"unreadable {field.name}", words))
                value = None
            if field.name in cells:
                read[field.name] = value
        return read, tuple(odd)


def read_person(raw: RawRecord, spec: StreamSpec) -> Snapshot:
    """Read one lead or contact: values by our field names; what cannot be read is nothing."""
    return Reader(spec).person(raw)[0]


def misread(raw: RawRecord, spec: StreamSpec) -> tuple[Rejected, ...]:
    """What a row holds that its fields do not promise, one item per field, without the value itself."""
    return Reader(spec).values(raw)[1]


def read_activity(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Activity:
    """Read what somebody did; `owner` stays the system's own user id.

    A row with our key, or one that is still to be done, is a todo whatever else it says: a planned call is no call.
    A row that is only a copy (`skip`) reads as deleted. A stream without an `activity` block is refused when the
    mapping is compiled.
    """
    how = plan.activity or _no_block(plan)
    values = values_of(raw, spec)
    is_open = condition_holds(how.open, values)
    at = _happened(how, values, raw.modified_at)
    key = text_in(values, "key")
    return Activity(
        ref=raw.ref,
        kind=ActivityKind.TODO if key or is_open else _kind(how, values),
        at=at,
        direction=_direction(how, values),
        actor=_actor(how, values, at),
        owner=text_in(values, "owner"),
        label=(text_in(values, how.label) if how.label else None) or "",
        disposition_raw=_outcome(how, values),
        modified_at=raw.modified_at,
        deleted=raw.deleted or condition_holds(how.skip, values),
        open=is_open,
        task_key=key,
        parties=_parties(how, values, raw),
        made_by=text_in(values, "made_by"),
    )


def read_owner(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Owner:
    """Read a user or queue; `key` is the lower-cased e-mail, `manager` the manager's id in the same system.

    A day on which an absence ends is still a day of absence.
    """
    how = plan.owner or NO_OWNER_PLAN
    values = values_of(raw, spec)
    email = text_in(values, "email")
    prefix = how.queue_ids_start_with
    queue = (prefix is not None and raw.ref.id.startswith(prefix)) or condition_holds(how.queue_when, values)
    return Owner(
        system=raw.ref.system,
        id=raw.ref.id,
        name=text_in(values, "name") or email or raw.ref.id,
        key=email.strip().casefold() if email else None,
        kind=OwnerKind.QUEUE if queue else OwnerKind.PERSON,
        active=not raw.deleted and values.get("active") is not False,
        manager=text_in(values, "manager"),
        integration=condition_holds(how.integration_when, values) or _is_machine(raw.ref, email, how),
        away=values.get("away") is True,
        away_until=_end_of_absence(values.get("away_until")),
        teams=tuple(one.strip() for one in (text_in(values, "team") or "").split(";") if one.strip()),
    )


def _is_machine(ref: Ref, email: str | None, how: OwnerPlan) -> bool:
    """Whether the mapping names this user as one that machines log in as, by id or by e-mail."""
    return bool({ref.id.casefold(), (email or "").strip().casefold()} & how.integration_users)


def _end_of_absence(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value + timedelta(days=1), time(tzinfo=UTC)) if isinstance(value, date) else None


def values_of(raw: RawRecord, spec: StreamSpec) -> dict[str, Value]:
    """The typed values of a row by our field names; what is misread is nothing."""
    return Reader(spec).values(raw)[0]


def _no_block(plan: StreamPlan) -> ActivityPlan:
    raise LookupError(f"The stream {plan.name} has no activity block.")


def text_in(values: Mapping[str, Value], name: str) -> str | None:
    """The text under that name; blank counts as nothing."""
    value = values.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _word(values: Mapping[str, Value], name: str | None) -> str | None:
    """The value as a mapping file would write it."""
    value = values.get(name) if name else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value is not None else None


def condition_holds(condition: Condition | None, values: Mapping[str, Value]) -> bool:
    """Whether the field has one of the words, or any value at all; no condition never holds."""
    word = _word(values, condition.field) if condition else None
    if condition is None or word is None or not word.strip():
        return False
    return not condition.words or word in condition.words


def _kind(how: ActivityPlan, values: Mapping[str, Value]) -> ActivityKind:
    plan = how.kind
    by_word = plan.words.get(_word(values, plan.field) or "")
    by_presence = (kind for name, kind in plan.present.items() if condition_holds(Condition(name), values))
    return by_word or next(by_presence, plan.otherwise)


def _direction(how: ActivityPlan, values: Mapping[str, Value]) -> Direction:
    plan = how.direction
    return plan.words.get(_word(values, plan.field) or "", plan.otherwise)


def _actor(how: ActivityPlan, values: Mapping[str, Value], at: datetime) -> Actor:
    if condition_holds(how.automation, values):
        return Actor.AUTOMATION
    if how.bot and _by_bot(how.bot, values, at):
        return Actor.BOT
    return Actor.INTEGRATION if condition_holds(how.integration, values) else Actor.PERSON


def _by_bot(how: BotPlan, values: Mapping[str, Value], at: datetime) -> bool:
    """Scanners open and click whatever comes in: the CRM says so, the program's name does, or the haste does."""
    agent = (text_in(values, how.agent) or "").casefold() if how.agent else ""
    sent = values.get(how.sent_at) if how.sent_at else None
    hasty = isinstance(sent, datetime) and timedelta(0) <= at - sent <= timedelta(seconds=how.within_seconds)
    flagged = _word(values, how.filtered) in YES
    return flagged or hasty or any(one in agent for one in how.agents)


YES = frozenset({"yes", "true"})


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
    raw = text_in(values, "disposition")
    return how.outcomes.get(raw, raw) if raw else None


def _parties(how: ActivityPlan, values: Mapping[str, Value], raw: RawRecord) -> tuple[Ref, ...]:
    system = raw.ref.system
    named = []
    for name, objects in how.parties.items():
        party = canonical_id(system, text_in(values, name) or "")
        target = next((one for prefix, one in objects.items() if party and party.startswith(prefix)), None)
        if party and target:
            named.append(Ref(system, target, party))
    email = email_key(text_in(values, how.by_email) or "") if how.by_email else None
    known_by_email = (Ref(system, BY_EMAIL, email),) if email else ()
    return tuple(dict.fromkeys((*raw.parties, *named, *known_by_email)))
