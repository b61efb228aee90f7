"""Activities: kept typed, tied to records by their parties, counted once across CRMs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.records import Ref
from crmsync.state.bulk import BulkRow, bulk_upsert, chunks
from crmsync.state.codec import digest, parse_ref, to_json
from crmsync.state.marks import table

TWIN_WINDOW = timedelta(seconds=120)
BY_ADDRESS = "email"
"""The object of a party that is known by its address only."""
COLUMNS = (
    "ref",
    "kind",
    "at",
    "direction",
    "actor",
    "owner",
    "label",
    "disposition_raw",
    "modified_at",
    "deleted",
    "open",
    "task_key",
    "hash",
    "made_by",
)


def stage_activities(connection: Connection, activities: Sequence[Activity]) -> tuple[int, set[str]]:
    """Keep what changed; returns how many did and the refs of the records they are or were about."""
    latest = {str(one.ref): one for one in activities}
    known = _known(connection, latest)
    changed = {ref: one for ref, one in latest.items() if _is_news(one, known.get(ref))}
    concerned = _parties_of(connection, changed)
    bulk_upsert(connection, table("activity"), COLUMNS, [_row(ref, one) for ref, one in changed.items()])
    _replace_parties(connection, changed)
    concerned.update(str(party) for one in changed.values() for party in one.parties)
    return len(changed), concerned


def activities_about(connection: Connection, refs: Iterable[str]) -> list[tuple[Activity, tuple[str, ...]]]:
    """The activities these records take part in, oldest first, each with the refs asked for that it is about."""
    party, activity = table("activity_party"), table("activity")
    about: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, Row[tuple[object, ...]]] = {}
    for piece in chunks(refs):
        join = activity.join(party, party.c.activity == activity.c.ref)
        query = select(activity, party.c.ref.label("party")).select_from(join).where(party.c.ref.in_(piece))
        for row in connection.execute(query):
            rows[row.ref] = row
            about[row.ref].append(row.party)
    found = [(_activity(row, about[ref]), tuple(sorted(about[ref]))) for ref, row in rows.items()]
    return sorted(found, key=lambda pair: (pair[0].at, pair[0].ref))


def records_of_addresses(connection: Connection, refs: Iterable[str]) -> set[str]:
    """The records whose e-mail address a party names (`system/email/address`): some vendors tell no more of whom."""
    key = table("identity_key")
    addresses = {ref.split("/", 2)[2] for ref in refs if f"/{BY_ADDRESS}/" in ref}
    found: set[str] = set()
    for piece in chunks(addresses):
        found.update(connection.scalars(select(key.c.ref).where(key.c.kind == "email", key.c.value.in_(piece))))
    return found


def parties_by_address(connection: Connection, owner_of: Mapping[str, str], systems: Iterable[str]) -> dict[str, str]:
    """The parties that mean these records' persons by their address, as party text -> person."""
    key = table("identity_key")
    found: dict[str, str] = {}
    for piece in chunks(owner_of):
        query = select(key.c.value, key.c.ref).where(key.c.kind == "email", key.c.ref.in_(piece))
        for row in connection.execute(query):
            found.update((f"{system}/{BY_ADDRESS}/{row.value}", owner_of[row.ref]) for system in systems)
    return found


def made_by_people(activities: Iterable[Activity], machines: frozenset[tuple[str, str]]) -> list[Activity]:
    """The same activities; what a user logged that machines log in as was logged by an integration."""
    return [
        replace(one, actor=Actor.INTEGRATION)
        if one.actor is Actor.PERSON and (one.ref.system, one.made_by) in machines
        else one
        for one in activities
    ]


def keep_twins(connection: Connection, twins: Mapping[Ref, Ref | None]) -> None:
    """Write down which activities are twins of which (None: no longer one)."""
    activity = table("activity")
    statement = update(activity).where(activity.c.ref == bindparam("r")).values(twin_of=bindparam("t"))
    if twins:
        connection.execute(
            statement, [{"r": str(ref), "t": str(twin) if twin else None} for ref, twin in twins.items()]
        )


def pair_twins(activities: Iterable[Activity]) -> dict[Ref, Ref]:
    """Which activities are the same one told twice: same kind and direction within 120 seconds, by another stream.

    That is another CRM, or the same one in another way (forms come as events and as submissions). Of two the one
    that a person logged counts, not the copy a sync made of it; else the one with the smaller ref. Nearest pairs
    first; each has at most one twin per other stream.
    """
    groups: dict[tuple[ActivityKind, Direction], list[Activity]] = defaultdict(list)
    for one in activities:
        if not one.deleted and one.task_key is None:
            groups[one.kind, one.direction].append(one)
    twins: dict[Ref, Ref] = {}
    for group in groups.values():
        twins.update(_pair(sorted(group, key=lambda one: (one.at, one.ref))))
    return twins


def _pair(group: list[Activity]) -> dict[Ref, Ref]:
    twins: dict[Ref, Ref] = {}
    taken: set[tuple[Ref, tuple[str, str]]] = set()
    for _, keeper, twin in sorted(_near(group)):
        free = keeper not in twins and twin not in twins and (keeper, _stream(twin)) not in taken
        if free and not any(owner == twin for owner, _ in taken):
            twins[twin] = keeper
            taken.add((keeper, _stream(twin)))
    return twins


def _stream(ref: Ref) -> tuple[str, str]:
    return ref.system, ref.object


def _near(group: list[Activity]) -> Iterable[tuple[timedelta, Ref, Ref]]:
    for index, one in enumerate(group):
        for other in group[index + 1 :]:
            gap = other.at - one.at
            if gap > TWIN_WINDOW:
                break
            if _stream(one.ref) != _stream(other.ref):
                keeper, twin = sorted((one, other), key=lambda act: (act.actor is not Actor.PERSON, act.ref))
                yield gap, keeper.ref, twin.ref


def _known(connection: Connection, refs: Iterable[str]) -> dict[str, tuple[str, datetime | None]]:
    activity = table("activity")
    known: dict[str, tuple[str, datetime | None]] = {}
    for piece in chunks(refs):
        query = select(activity.c.ref, activity.c.hash, activity.c.modified_at).where(activity.c.ref.in_(piece))
        known.update((row.ref, (row.hash, row.modified_at)) for row in connection.execute(query))
    return known


def _is_news(one: Activity, known: tuple[str, datetime | None] | None) -> bool:
    if known is None:
        return True
    hashed, stamp = known
    older = stamp is not None and one.modified_at is not None and one.modified_at < stamp
    return not older and hashed != _hash(one)


def _hash(one: Activity) -> str:
    facts = (one.kind, one.at, one.direction, one.actor, one.owner, one.label, one.disposition_raw)
    made_by = (one.made_by,) if one.made_by else ()
    state = (one.deleted, one.open, one.task_key, sorted(str(party) for party in one.parties), *made_by)
    return digest(to_json((*facts, *state)))


def _row(ref: str, one: Activity) -> BulkRow:
    typed = (ref, one.kind.value, one.at, one.direction.value, one.actor.value, one.owner, one.label)
    return (*typed, one.disposition_raw, one.modified_at, one.deleted, one.open, one.task_key, _hash(one), one.made_by)


def _activity(row: Row[tuple[object, ...]], parties: Sequence[str]) -> Activity:
    return Activity(
        ref=parse_ref(row.ref),
        kind=ActivityKind(row.kind),
        at=row.at,
        direction=Direction(row.direction),
        actor=Actor(row.actor),
        owner=row.owner,
        label=row.label,
        disposition_raw=row.disposition_raw,
        modified_at=row.modified_at,
        deleted=row.deleted,
        open=row.open,
        task_key=row.task_key,
        twin_of=parse_ref(row.twin_of) if row.twin_of else None,
        parties=tuple(parse_ref(party) for party in sorted(parties)),
        made_by=row.made_by,
    )


def _parties_of(connection: Connection, activities: Iterable[str]) -> set[str]:
    party = table("activity_party")
    found: set[str] = set()
    for piece in chunks(activities):
        found.update(connection.scalars(select(party.c.ref).where(party.c.activity.in_(piece))))
    return found


def _replace_parties(connection: Connection, changed: dict[str, Activity]) -> None:
    party = table("activity_party")
    for piece in chunks(changed):
        connection.execute(delete(party).where(party.c.activity.in_(piece)))
    rows = {(ref, str(one)) for ref, activity in changed.items() for one in activity.parties}
    bulk_upsert(connection, party, ("activity", "ref"), sorted(rows))
