"""Lists, memberships, deals and the CRMs' own histories: kept as they come, given back by record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from crmsync.model.activities import Actor
from crmsync.model.belonging import Deal, HistoryEntry, ListedIn, ListKind, Membership, PeopleList
from crmsync.model.memory import Staging
from crmsync.state.bulk import BulkRow, bulk_upsert, chunks
from crmsync.state.codec import parse_ref
from crmsync.state.marks import table
from crmsync.state.passes import AnyRow

LIST_COLUMNS = ("ref", "kind", "name", "type", "source", "made_at", "modified_at", "deleted", "filled")
DEAL_COLUMNS = ("ref", "name", "stage", "open", "won", "owner", "modified_at", "deleted")
HISTORY_COLUMNS = ("ref", "record", "field", "at", "before", "after", "by", "actor")


@dataclass(frozen=True, slots=True)
class Belonging:
    """What records are in, and what their CRM remembers of them, each by the record's text."""

    lists: Mapping[str, list[ListedIn]]
    deals: Mapping[str, list[Deal]]
    history: Mapping[str, list[HistoryEntry]]


def stage_belonging(connection: Connection, staging: Staging) -> tuple[int, set[str]]:
    """Keep what a page tells; returns how many rows changed and the refs of the records it is news about.

    History is no news by itself: it says when and by whom what the record shows came to be.
    """
    lists = _stage_lists(connection, staging.lists)
    members, concerned = _stage_members(connection, staging.members)
    deals = _stage_deals(connection, staging.deals)
    concerned |= _members_of(connection, [*lists, *deals])
    _keep_history(connection, staging.history)
    return len(lists) + members + len(deals), concerned


def belonging_of(connection: Connection, refs: Sequence[str]) -> Belonging:
    """The lists and deals these records are in, and their history, oldest first."""
    tied = _ties(connection, refs)
    groups = {group for ties in tied.values() for group, _ in ties}
    lists, deals = _lists_named(connection, groups), _deals_named(connection, groups)
    listed: dict[str, list[ListedIn]] = defaultdict(list)
    dealt: dict[str, list[Deal]] = defaultdict(list)
    for record, ties in tied.items():
        for group, at in ties:
            listed[record] += [ListedIn(one, parse_ref(record), at) for one in lists.get(group, ())]
            dealt[record] += [deals[group]] if group in deals else []
    return Belonging(listed, dealt, _history_of(connection, refs))


def _stage_lists(connection: Connection, lists: Sequence[PeopleList]) -> list[str]:
    """The refs of lists that are new or differ; an import stands for the list it filled as well."""
    latest = {str(one.ref): one for one in lists}
    known = {ref: _list(row) for ref, row in _rows(connection, "people_list", latest).items()}
    changed = {ref: one for ref, one in latest.items() if known.get(ref) != one}
    bulk_upsert(connection, table("people_list"), LIST_COLUMNS, [_list_row(one) for one in changed.values()])
    return [*changed, *(str(one.filled) for one in changed.values() if one.filled)]


def _stage_deals(connection: Connection, deals: Sequence[Deal]) -> list[str]:
    latest = {str(one.ref): one for one in deals}
    known = {ref: _deal(row) for ref, row in _rows(connection, "deal", latest).items()}
    plain = {ref: _without_parties(one) for ref, one in latest.items()}
    changed = [ref for ref, one in plain.items() if known.get(ref) != one]
    bulk_upsert(connection, table("deal"), DEAL_COLUMNS, [_deal_row(plain[ref]) for ref in changed])
    ties = [Membership(one.ref, one.ref, one.parties, deleted=one.deleted) for one in latest.values() if one.parties]
    _stage_members(connection, ties)
    return changed


def _stage_members(connection: Connection, members: Sequence[Membership]) -> tuple[int, set[str]]:
    """Keep who is in what: a gone membership is removed. Returns how many changed and the records concerned."""
    latest = {str(one.ref): one for one in members}
    member = table("membership")
    before: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for piece in chunks(latest):
        query = select(member.c.ref, member.c.record, member.c.group).where(member.c.ref.in_(piece))
        for row in connection.execute(query):
            before[row.ref].add((row.record, row.group))
    after = {ref: _tied(one) for ref, one in latest.items()}
    changed = [ref for ref in latest if before.get(ref, set()) != after[ref]]
    for piece in chunks(ref for ref in changed if ref in before):
        connection.execute(delete(member).where(member.c.ref.in_(piece)))
    rows: list[BulkRow] = [
        (ref, record, group, latest[ref].at) for ref in changed for record, group in sorted(after[ref])
    ]
    bulk_upsert(connection, member, ("ref", "record", "group", "at"), rows)
    return len(changed), {record for ref in changed for record, _ in before.get(ref, set()) | after[ref]}


def _tied(one: Membership) -> set[tuple[str, str]]:
    return set() if one.deleted else {(str(party), str(one.of)) for party in one.parties}


def _members_of(connection: Connection, groups: Iterable[str]) -> set[str]:
    member, found = table("membership"), set[str]()
    for piece in chunks(groups):
        found.update(connection.scalars(select(member.c.record).where(member.c.group.in_(piece))))
    return found


def _keep_history(connection: Connection, entries: Sequence[HistoryEntry]) -> None:
    latest = {str(one.ref): one for one in entries}
    bulk_upsert(connection, table("history_entry"), HISTORY_COLUMNS, [_history_row(one) for one in latest.values()])


def _ties(connection: Connection, refs: Sequence[str]) -> dict[str, list[tuple[str, datetime | None]]]:
    member = table("membership")
    found: dict[str, list[tuple[str, datetime | None]]] = defaultdict(list)
    for piece in chunks(refs):
        query = select(member.c.record, member.c.group, member.c.at).where(member.c.record.in_(piece))
        for row in connection.execute(query.order_by(member.c.group)):
            found[row.record].append((row.group, row.at))
    return found


def _lists_named(connection: Connection, groups: Iterable[str]) -> dict[str, list[PeopleList]]:
    """The living lists by their ref; an import also by the list it filled."""
    kept = table("people_list")
    found: dict[str, list[PeopleList]] = defaultdict(list)
    for piece in chunks(groups):
        query = select(kept).where(or_(kept.c.ref.in_(piece), kept.c.filled.in_(piece)), kept.c.deleted.is_(False))
        for row in connection.execute(query.order_by(kept.c.ref)):
            for key in {row.ref, row.filled} - {None}:
                found[key].append(_list(row))
    return found


def _deals_named(connection: Connection, groups: Iterable[str]) -> dict[str, Deal]:
    return {ref: _deal(row) for ref, row in _rows(connection, "deal", groups).items() if not row.deleted}


def _history_of(connection: Connection, refs: Sequence[str]) -> dict[str, list[HistoryEntry]]:
    entry = table("history_entry")
    found: dict[str, list[HistoryEntry]] = defaultdict(list)
    for piece in chunks(refs):
        query = select(entry).where(entry.c.record.in_(piece)).order_by(entry.c.at, entry.c.ref)
        for row in connection.execute(query):
            found[row.record].append(_history(row))
    return found


def _rows(connection: Connection, name: str, refs: Iterable[str]) -> dict[str, AnyRow]:
    kept = table(name)
    found: dict[str, AnyRow] = {}
    for piece in chunks(refs):
        found.update((row.ref, row) for row in connection.execute(select(kept).where(kept.c.ref.in_(piece))))
    return found


# Values and rows ------------------------------------------------------------------------------------------------------


def _list_row(one: PeopleList) -> BulkRow:
    told = (str(one.ref), one.kind.value, one.name, one.type, one.source, one.made_at, one.modified_at, one.deleted)
    return (*told, str(one.filled) if one.filled else None)


def _list(row: AnyRow) -> PeopleList:
    told = (parse_ref(row.ref), ListKind(row.kind), row.name, row.type, row.source)
    filled = parse_ref(row.filled) if row.filled else None
    return PeopleList(*told, row.made_at, row.modified_at, row.deleted, filled)


def _deal_row(one: Deal) -> BulkRow:
    return (str(one.ref), one.name, one.stage, one.open, one.won, one.owner, one.modified_at, one.deleted)


def _deal(row: AnyRow) -> Deal:
    told = (parse_ref(row.ref), row.name, row.stage, row.open, row.won, row.owner)
    return Deal(*told, row.modified_at, row.deleted)


def _without_parties(one: Deal) -> Deal:
    return Deal(one.ref, one.name, one.stage, one.open, one.won, one.owner, one.modified_at, one.deleted)


def _history_row(one: HistoryEntry) -> BulkRow:
    place = (str(one.ref), str(one.record), one.field, one.at)
    return (*place, one.before, one.after, one.by, one.actor.value)


def _history(row: AnyRow) -> HistoryEntry:
    place = (parse_ref(row.ref), parse_ref(row.record), row.field, row.at)
    return HistoryEntry(*place, row.before, row.after, row.by, Actor(row.actor))
