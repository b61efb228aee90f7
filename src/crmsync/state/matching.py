"""Match side: the records that need matching with everything they could be tied to, and the answer kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, false, select, update

from crmsync.model.matching import Ambiguity, Candidate, Matched
from crmsync.model.memory import SetAside
from crmsync.model.records import RecordKind, Ref
from crmsync.state.bulk import chunks
from crmsync.state.codec import parse_ref
from crmsync.state.marks import insert_into, mark_dirty, resolve_set_aside, set_aside, table
from crmsync.state.merging import merge_persons

NAMES_A_RECORD = "ref"
TIES_NOBODY = "role"
Keys = dict[str, set[tuple[str, str]]]


def match_candidates(connection: Connection) -> list[Candidate]:
    """Every record due for matching, and whatever shares a key, a name or a person with it, however far that goes."""
    record = table("record")
    frontier = set(connection.scalars(select(record.c.ref).where(record.c.match_due)))
    reached: set[str] = set()
    keys: Keys = {}
    while frontier:
        reached |= frontier
        found = _keys_of(connection, frontier)
        keys.update(found)
        frontier = _tied_to(connection, frontier, found) - reached
    return _candidates(connection, reached, keys)


def save_links(connection: Connection, matched: Matched, now: datetime) -> None:
    """Keep who is who. Persons whose records came or went become dirty; ambiguous records belong to nobody."""
    target: dict[str, str | None] = {str(ref): None for each in matched.ambiguous for ref in each.refs}
    target |= {str(ref): person for person, refs in matched.persons.items() for ref in refs}
    before = _persons_now(connection, target)
    _keep_persons(connection, set(matched.persons) | set(matched.merged) | set(matched.merged.values()), now)
    merge_persons(connection, matched.merged, now)
    _point_records(connection, target, matched)
    _keep_ambiguous(connection, matched, now)
    moved = {ref for ref, person in target.items() if before.get(ref) != person}
    touched = {one for ref in moved for one in (before.get(ref), target[ref]) if one and one not in matched.merged}
    mark_dirty(connection, touched | set(matched.merged.values()), "records of the person changed", now)


def _keys_of(connection: Connection, refs: Iterable[str]) -> Keys:
    key = table("identity_key")
    found: Keys = {ref: set() for ref in refs}
    for piece in chunks(list(found)):
        for row in connection.execute(select(key.c.kind, key.c.value, key.c.ref).where(key.c.ref.in_(piece))):
            found[row.ref].add((row.kind, row.value))
    return found


def _tied_to(connection: Connection, refs: set[str], keys: Keys) -> set[str]:
    values: dict[str, set[str]] = defaultdict(set)
    for pairs in keys.values():
        for kind, value in pairs:
            if kind != TIES_NOBODY:
                values[kind].add(value)
    named = values.pop(NAMES_A_RECORD, set())
    values[NAMES_A_RECORD] = refs
    key = table("identity_key")
    tied = {
        ref
        for kind, wanted in values.items()
        for piece in chunks(wanted)
        for ref in connection.scalars(select(key.c.ref).where(key.c.kind == kind, key.c.value.in_(piece)))
    }
    return _existing(connection, tied | named | _aliased(connection, refs)) | _same_person(connection, refs)


def _aliased(connection: Connection, refs: set[str]) -> set[str]:
    alias = table("record_alias")
    found: set[str] = set()
    for piece in chunks(refs):
        rows = connection.execute(
            select(alias.c.old, alias.c.new).where(alias.c.old.in_(piece) | alias.c.new.in_(piece))
        )
        found.update(ref for row in rows for ref in row)
    return found


def _existing(connection: Connection, refs: set[str]) -> set[str]:
    record = table("record")
    return {
        ref for piece in chunks(refs) for ref in connection.scalars(select(record.c.ref).where(record.c.ref.in_(piece)))
    }


def _same_person(connection: Connection, refs: set[str]) -> set[str]:
    one, other = table("record").alias("one"), table("record").alias("other")
    join = one.join(other, one.c.person == other.c.person)
    return {
        ref
        for piece in chunks(refs)
        for ref in connection.scalars(select(other.c.ref).select_from(join).where(one.c.ref.in_(piece)))
    }


def _candidates(connection: Connection, refs: set[str], keys: Keys) -> list[Candidate]:
    record, alias = table("record"), table("record_alias")
    aliases: dict[str, str] = {}
    found: list[Candidate] = []
    for piece in chunks(refs):
        rows = connection.execute(select(alias.c.old, alias.c.new, alias.c.kind).where(alias.c.old.in_(piece)))
        aliases.update((row.old, row.new) for row in rows)
    columns = ("ref", "kind", "created_at", "first_name", "last_name", "deleted", "person")
    for piece in chunks(refs):
        for row in connection.execute(select(*(record.c[name] for name in columns)).where(record.c.ref.in_(piece))):
            explicit = {value for kind, value in keys[row.ref] if kind == NAMES_A_RECORD}
            explicit |= {aliases[row.ref]} if row.ref in aliases else set()
            found.append(
                Candidate(
                    ref=parse_ref(row.ref),
                    kind=RecordKind(row.kind),
                    created_at=row.created_at,
                    keys=tuple(sorted(pair for pair in keys[row.ref] if pair[0] != NAMES_A_RECORD)),
                    explicit=tuple(sorted(parse_ref(one) for one in explicit)),
                    first_name=row.first_name,
                    last_name=row.last_name,
                    live=not row.deleted,
                    person=row.person,
                ),
            )
    return sorted(found, key=lambda one: one.ref)


def _persons_now(connection: Connection, refs: Iterable[str]) -> dict[str, str | None]:
    record = table("record")
    now: dict[str, str | None] = {}
    for piece in chunks(refs):
        rows = connection.execute(select(record.c.ref, record.c.person).where(record.c.ref.in_(piece)))
        now.update((row.ref, row.person) for row in rows)
    return now


def _keep_persons(connection: Connection, persons: set[str], now: datetime) -> None:
    statement = insert_into(connection, table("person"))
    statement = statement.on_conflict_do_update(index_elements=["id"], set_={"survivor": None})
    if persons:
        connection.execute(statement, [{"id": person, "created_at": now} for person in sorted(persons)])


def _point_records(connection: Connection, target: Mapping[str, str | None], matched: Matched) -> None:
    record = table("record")
    causes = {str(ref): cause for ref, cause in matched.causes.items()}
    ambiguous = {str(ref) for each in matched.ambiguous for ref in each.refs}
    statement = update(record).where(record.c.ref == bindparam("r"))
    statement = statement.values(
        person=bindparam("p"), link_cause=bindparam("c"), ambiguous=bindparam("a"), match_due=false()
    )
    rows = [{"r": ref, "p": person, "c": causes.get(ref, ""), "a": ref in ambiguous} for ref, person in target.items()]
    if rows:
        connection.execute(statement, rows)


def _keep_ambiguous(connection: Connection, matched: Matched, now: datetime) -> None:
    clear = [str(ref) for refs in matched.persons.values() for ref in refs]
    resolve_set_aside(connection, "match", now, subjects=clear)
    rows = [
        SetAside(ref=ref, field="", cause="ambiguous", value=each.value, detail=each.cause, facts=_others(each, ref))
        for each in matched.ambiguous
        for ref in each.refs
    ]
    set_aside(connection, rows, "match", now)


def _others(one: Ambiguity, ref: Ref) -> dict[str, str]:
    return {"with": ", ".join(str(other) for other in one.refs if other != ref)}


def link_causes(connection: Connection, person: str) -> dict[Ref, str]:
    """What tied each record to this person."""
    record = table("record")
    rows = connection.execute(select(record.c.ref, record.c.link_cause).where(record.c.person == person))
    return {parse_ref(row.ref): row.link_cause for row in rows}
