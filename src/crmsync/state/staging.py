"""Pull side: a page with its cursor becomes rows, and the persons it concerns become dirty."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from crmsync.model.memory import SetAside, Staging
from crmsync.model.people import Owner, OwnerKind
from crmsync.model.records import RecordKind, Rejected
from crmsync.model.streams import Cursor, Page, StreamSpec
from crmsync.state.activities import records_of_addresses, stage_activities
from crmsync.state.belonging import stage_belonging
from crmsync.state.bulk import BulkRow, bulk_upsert, chunks
from crmsync.state.codec import texts, to_json
from crmsync.state.marks import mark_dirty, persons_of, resolve_set_aside, set_aside, table
from crmsync.state.passes import AnyRow
from crmsync.state.records import match_again, stage_records

OWNER_COLUMNS = (
    "system",
    "id",
    "name",
    "key",
    "kind",
    "active",
    "manager",
    "integration",
    "away",
    "away_until",
    "teams",
)


def stage_page(connection: Connection, staging: Staging, now: datetime) -> int:
    """Keep one page and its cursor; returns how many rows changed."""
    spec = staging.page.spec
    keep_shape(connection, spec)
    changed: list[str] = []
    if spec.kind in (RecordKind.LEAD, RecordKind.CONTACT):
        changed = stage_records(connection, staging)
        mark_dirty(connection, persons_of(connection, changed), "record changed", now)
    activities, concerned = stage_activities(connection, staging.activities)
    concerned |= records_of_addresses(connection, concerned)
    mark_dirty(connection, persons_of(connection, concerned), "activity", now)
    belonging, told = stage_belonging(connection, staging)
    mark_dirty(connection, persons_of(connection, told), "lists and deals", now)
    owners = stage_owners(connection, staging.owners, now)
    keep_aliases(connection, staging, now)
    _set_rejected_aside(connection, staging.page, now)
    move_cursor(connection, staging.page.cursor)
    return len(changed) + activities + belonging + owners


def keep_shape(connection: Connection, spec: StreamSpec) -> None:
    """Remember in which order the values of this stream are kept."""
    names = to_json([one.name for one in spec.pulled])
    bulk_upsert(connection, table("shape"), ("digest", "names"), [(spec.digest, names)])


def move_cursor(connection: Connection, cursor: Cursor) -> None:
    """Remember how far the stream was read."""
    row = (cursor.system, cursor.stream, cursor.spec_digest, cursor.upper, cursor.position)
    bulk_upsert(connection, table("cursor"), ("system", "stream", "spec_digest", "upper", "position"), [row])


def stage_owners(connection: Connection, owners: Sequence[Owner], now: datetime) -> int:
    """Keep the owners that differ from what is known; persons owned by one that came, went or changed are dirty."""
    known = known_owners(connection)
    changed = {(one.system, one.id): one for one in owners if known.get((one.system, one.id)) != one}
    rows = [_owner_row(one) for one in changed.values()]
    bulk_upsert(connection, table("owner"), OWNER_COLUMNS, rows)
    _owned_are_dirty(connection, list(changed), now)
    came = [one for key, one in changed.items() if _present(one) and key in known and not _present(known[key])]
    if came:
        _waiting_are_dirty(connection, now)
    return len(rows)


def _present(owner: Owner) -> bool:
    return owner.active and not owner.away


def _waiting_are_dirty(connection: Connection, now: datetime) -> None:
    """Somebody is back: whoever waits for an owner, or lies in a queue, is looked at again."""
    aside, record, owner = table("set_aside"), table("record"), table("owner")
    asked = (aside.c.field == "owner", aside.c.resolved_at.is_(None), aside.c.person.is_not(None))
    queues = select(owner.c.id).where(owner.c.kind == OwnerKind.QUEUE.value)
    queued = select(record.c.person).where(record.c.owner.in_(queues), record.c.person.is_not(None))
    persons = {*connection.scalars(select(aside.c.person).where(*asked)), *connection.scalars(queued.distinct())}
    mark_dirty(connection, persons, "somebody is back", now)


def _owner_row(one: Owner) -> BulkRow:
    who = (one.system, one.id, one.name, one.key, one.kind.value, one.active, one.manager, one.integration)
    return (*who, one.away, one.away_until, to_json(one.teams))


def owners_gone(connection: Connection, system: str, present: set[str], now: datetime) -> int:
    """Owners a complete list of the system no longer names are inactive from now on; returns how many."""
    gone = [
        key
        for key, one in known_owners(connection).items()
        if key[0] == system and one.active and one.id not in present
    ]
    owner = table("owner")
    for piece in chunks(gone):
        where = (owner.c.system == system, owner.c.id.in_([one for _, one in piece]))
        connection.execute(update(owner).where(*where).values(active=False))
    _owned_are_dirty(connection, gone, now)
    return len(gone)


def known_owners(connection: Connection) -> dict[tuple[str, str], Owner]:
    """All owners by (system, id)."""
    rows = connection.execute(select(*(table("owner").c[name] for name in OWNER_COLUMNS)))
    found = (_owner(row) for row in rows)
    return {(one.system, one.id): one for one in found}


def _owner(row: AnyRow) -> Owner:
    who = (row.system, row.id, row.name, row.key, OwnerKind(row.kind), row.active, row.manager, row.integration)
    return Owner(*who, row.away, row.away_until, texts(row.teams))


def keep_aliases(connection: Connection, staging: Staging, now: datetime) -> None:
    """Remember records that became others, always one step to the one that lives on; a circle is not kept."""
    pairs = {str(old): (str(new), kind) for old, new, kind in staging.aliases if old != new}
    if not pairs:
        return
    steps = _alias_steps(connection)
    for old, (new, kind) in sorted(pairs.items()):
        end = _end_of(new, steps)
        if end == old:
            continue
        steps[old] = end
        bulk_upsert(connection, table("record_alias"), ("old", "new", "kind", "at"), [(old, end, kind, now)])
        _shorten(connection, steps, old, end)
    match_again(connection, [*pairs, *(new for new, _ in pairs.values())])


def _alias_steps(connection: Connection) -> dict[str, str]:
    alias = table("record_alias")
    return {row.old: row.new for row in connection.execute(select(alias.c.old, alias.c.new))}


def _end_of(ref: str, steps: Mapping[str, str]) -> str:
    while ref in steps:
        ref = steps[ref]
    return ref


def _shorten(connection: Connection, steps: dict[str, str], old: str, end: str) -> None:
    for earlier in [key for key, value in steps.items() if value == old]:
        steps[earlier] = end
    alias = table("record_alias")
    connection.execute(update(alias).where(alias.c.new == old).values(new=end))


def _owned_are_dirty(connection: Connection, owners: Sequence[tuple[str, str]], now: datetime) -> None:
    record = table("record")
    persons: set[str] = set()
    for system in {system for system, _ in owners}:
        for piece in chunks(one for owned_by, one in owners if owned_by == system):
            where = (record.c.owner.in_(piece), record.c.system == system, record.c.person.is_not(None))
            persons.update(connection.scalars(select(record.c.person).where(*where).distinct()))
    mark_dirty(connection, persons, "owner changed", now)


def _set_rejected_aside(connection: Connection, page: Page, now: datetime) -> None:
    read_well = [str(raw.ref) for raw in page.records]
    if read_well:
        resolve_set_aside(connection, "pull", now, subjects=read_well)
    set_aside(connection, [_rejected(row) for row in page.rejected], "pull", now)


def _rejected(row: Rejected) -> SetAside:
    return SetAside(ref=row.ref, field="", cause=row.cause, detail=row.detail)
