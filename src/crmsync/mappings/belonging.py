"""Rows off the wire become lists of people, memberships, deals and entries of a CRM's own history."""

from crmsync.mappings.ids import canonical_id
from crmsync.mappings.plumbing import HistoryPlan, StreamPlan
from crmsync.mappings.read import condition_holds, read_person
from crmsync.model.activities import Actor
from crmsync.model.belonging import Deal, HistoryEntry, Membership, PeopleList
from crmsync.model.records import RawRecord, Ref, Snapshot
from crmsync.model.streams import StreamSpec

NOWHERE = Ref("", "", "")
"""Where the row does not say of what: a tombstone that tells its id and nothing else."""


def read_list(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> PeopleList:
    """Read a campaign, list or import from the fields `name`, `type`, `source`, `made_at`."""
    how = plan.people_list
    if how is None:
        raise _no_block(plan)
    row = read_person(raw, spec)
    return PeopleList(
        ref=raw.ref,
        kind=how.kind,
        name=row.text("name") or raw.ref.id,
        type=row.text("type") or "",
        source=row.text("source") or "",
        made_at=row.instant("made_at"),
        modified_at=raw.modified_at,
        deleted=raw.deleted,
        filled=_named(row, how.filled, plan) if how.filled else None,
    )


def read_member(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Membership | None:
    """Read who is in which list or deal; None where a living row names no list at all."""
    if plan.member is None:
        raise _no_block(plan)
    row = read_person(raw, spec)
    of = _named(row, plan.member.of, plan)
    if of is None and not raw.deleted:
        return None
    who = (_named(row, name, plan) for name in plan.member.who)
    parties = dict.fromkeys((*(one for one in who if one), *raw.parties))
    return Membership(raw.ref, of or NOWHERE, tuple(parties), row.instant("at"), raw.modified_at, raw.deleted)


def read_deal(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> Deal:
    """Read an opportunity or deal; where the field that tells closed from open is empty, nobody knows."""
    how = plan.deal
    if how is None:
        raise _no_block(plan)
    row = read_person(raw, spec)
    known = row.values.get(how.closed_when.field) is not None
    return Deal(
        ref=raw.ref,
        name=row.text("name") or raw.ref.id,
        stage=row.text("stage") or "",
        open=not condition_holds(how.closed_when, row.values) if known else None,
        won=condition_holds(how.won_when, row.values),
        owner=row.text("owner"),
        modified_at=raw.modified_at,
        deleted=raw.deleted,
        parties=raw.parties,
    )


def read_history(raw: RawRecord, spec: StreamSpec, plan: StreamPlan) -> HistoryEntry | None:
    """Read one change that the CRM's own history tells; None where it does not say of which record and field.

    Fields that are not `tracked` are not remembered: some orgs keep a history of twenty.
    """
    how = plan.history
    if how is None:
        raise _no_block(plan)
    row = read_person(raw, spec)
    record, field = canonical_id(how.system, row.text("record") or ""), row.text("field")
    if record is None or field is None or raw.deleted:
        return None
    field = how.fields.get(field, field)
    if how.tracked and field not in how.tracked:
        return None
    return HistoryEntry(
        ref=raw.ref,
        record=Ref(how.system, how.object, record),
        field=field,
        at=row.instant("at") or raw.modified_at,
        before=row.text("before"),
        after=row.text("after"),
        by=row.text("by") or row.text("source") or "",
        actor=_actor(row, how),
    )


def _actor(row: Snapshot, how: HistoryPlan) -> Actor:
    if condition_holds(how.automation, row.values):
        return Actor.AUTOMATION
    return Actor.INTEGRATION if condition_holds(how.integration, row.values) else Actor.PERSON


def _named(row: Snapshot, name: str, plan: StreamPlan) -> Ref | None:
    """The record whose id stands in a field; the mapping says of which kind it is."""
    names = plan.names.get(name)
    other = canonical_id(names.system, row.text(name) or "") if names else None
    return Ref(names.system, names.object, other) if names and other else None


def _no_block(plan: StreamPlan) -> LookupError:
    return LookupError(f"The stream {plan.name} does not say how its rows are read.")
