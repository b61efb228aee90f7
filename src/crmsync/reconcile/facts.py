"""What is known of one person, put together from their records: attributes, owner, who handed them over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crmsync.agreement.model import Agreement, Team
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.belonging import Deal
from crmsync.model.calendars import Calendar
from crmsync.model.people import Directory, Observed, Owner, OwnerKind
from crmsync.model.records import RecordKind, Ref, Snapshot, Value
from crmsync.rules.conditions import blank
from crmsync.rules.disposition import Dictionary

STATUS = "status"


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a decision needs that is not about the person.

    `agreements` are by content hash: a running clock keeps its own.
    `converted_values` are statuses that mean converted, per system. `org_ids` and `us` (our own user id) per system.
    `teams` says who counts for whom, `not_spoken` the words for calls in which nobody was spoken to.
    `task_field` tells whether the CRM that takes overdue tasks has our key field.
    """

    agreement: Agreement
    dictionary: Dictionary
    directory: Directory
    calendar: Calendar
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    converted_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    org_ids: Mapping[str, str] = field(default_factory=dict)
    us: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    not_spoken: frozenset[str] = frozenset()
    task_field: bool = True


def live_records(observed: Observed, agreement: Agreement) -> tuple[Snapshot, ...]:
    """The records that still exist: the CRM of sales first, open leads before contacts, then by id."""
    home = agreement.home[Team.SALES]
    live = (one for one in observed.records if not one.deleted)
    return tuple(sorted(live, key=lambda one: (one.ref.system != home, one.converted, one.kind, one.ref)))


def attributes(records: Iterable[Snapshot]) -> dict[str, Value]:
    """One value per attribute: the first record that has one, in the order of `live_records`."""
    merged: dict[str, Value] = {}
    for record in records:
        for name, value in record.values.items():
            if blank(merged.get(name)):
                merged[name] = value
    return merged


def deal_facts(deals: Iterable[Deal]) -> dict[str, Value]:
    """Whether they have an open or a won opportunity; nothing where no deal of theirs is known, or nobody can tell."""
    known = [one for one in deals if not one.deleted]
    told: dict[str, Value] = {"won_opportunity": any(one.won for one in known)} if known else {}
    if any(one.open is not None for one in known):
        told["open_opportunity"] = any(one.open is True for one in known)
    return told


def opted_out(records: Iterable[Snapshot]) -> bool:
    """Whether any record carries an opt-out flag."""
    return any(record.flag("do_not_call") or record.flag("opt_out") for record in records)


def human_owner(record: Snapshot, context: Context) -> Owner | None:
    """The person in sales who owns a record; queues, machines and owners who are not in sales do not count."""
    owner = context.directory.of(record.ref.system, record.text("owner"))
    if owner is None or owner.kind is OwnerKind.QUEUE or owner.integration:
        return None
    return None if (owner.key or "") in context.agreement.routing.not_sales else owner


def accepted_by(owner: Owner | None, activities: Iterable[Activity], directory: Directory) -> bool:
    """Whether the sales owner took the lead up: a call, personal e-mail or meeting of theirs is the evidence."""
    return owner is not None and any(_touch_by(owner, one, directory) for one in activities)


def _touch_by(owner: Owner, activity: Activity, directory: Directory) -> bool:
    if activity.kind not in TOUCHES or activity.actor is not Actor.PERSON or activity.deleted:
        return False
    if activity.kind is ActivityKind.EMAIL and activity.direction is Direction.INBOUND:
        return False
    toucher = directory.of(activity.ref.system, activity.owner)
    return toucher is not None and toucher.key == owner.key


TOUCHES = frozenset({ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.MEETING})


def converted_at(records: Iterable[Snapshot]) -> tuple[datetime, str] | None:
    """When a lead of theirs was converted (the stamp of the frozen record), and into what."""
    frozen = [
        (record.modified_at, "opportunity" if record.text("converted_opportunity") else "contact")
        for record in records
        if record.kind is RecordKind.LEAD and record.converted
    ]
    return max(frozen, default=None)


def record_of(records: Iterable[Snapshot], ref: Ref | None) -> Snapshot | None:
    """The record with that ref."""
    return next((one for one in records if one.ref == ref), None)
