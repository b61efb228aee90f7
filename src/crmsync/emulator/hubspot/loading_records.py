"""Loaded records: they may set what nobody can write, and make the properties, options and owners they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from sys import intern

from crmsync.emulator.hubspot.books import Books, Owner
from crmsync.emulator.hubspot.kinds import Kind, kind_named
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.pipelines import STAGED, grow
from crmsync.emulator.hubspot.schema import FIELD_TYPES, Property
from crmsync.emulator.hubspot.stages import moved
from crmsync.emulator.hubspot.store import Past, Record
from crmsync.emulator.hubspot.values import instant, loaded, text_of
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

Fields = Mapping[str, Json]
_NO_PAST: Mapping[str, tuple[Past, ...]] = {}  # one for all, as most of 200,000 records have none
NOT_PROPERTIES = {"associations", "archived", "archivedAt", "history"}


def kind_of(word: str) -> Kind:
    """The object type of that name; BadRow for one this portal does not have."""
    kind = kind_named(word)
    if kind is None:
        raise BadRow(f"this portal has no objects of type {word!r}")
    return kind


def load_record(books: Books, kind: Kind, row: Row, fields: Fields) -> None:
    """One record as if it had always been there; given again it is changed."""
    table, now = books.table(kind), books.now()
    id_ = row_id(row) or table.next_id()
    before = table.records.get(id_)
    named = ((intern(name), value) for name, value in fields.items() if name not in NOT_PROPERTIES)
    values = {name: spelled(books, kind, name, value) for name, value in named}
    kept = {"hs_object_source": "CRM_UI", "hs_object_id": id_} | dict(before.properties if before else {}) | values
    kept = _placed(books, kind, kept) | kept
    created = _instant(values, kind.created, before.created if before else now)
    modified = _instant(values, kind.modified, max(now, created))
    past = {**(before.history if before else _NO_PAST), **_history(fields)} or _NO_PAST
    record = Record(id_, {name: value for name, value in kept.items() if value}, created, modified, history=past)
    for name in table.unique:
        holder = table.holder(name, record.get(name) or "")
        if holder is not None and holder.id != id_:
            raise BadRow(f"{name} {record.get(name)!r} belongs to {kind.singular} {holder.id} already")
    books.keep(kind, replace(record, archived=_archived(fields, modified)))
    tie(books, kind, id_, fields)


def _placed(books: Books, kind: Kind, kept: Mapping[str, str]) -> dict[str, str]:
    """What a loaded stage means; a pipeline or stage that nobody has seen yet comes into being."""
    if kind.name not in STAGED:
        return {}
    line, step = (kept.get(name, "") for name in STAGED[kind.name])
    grow(books.state.pipelines[kind.name], line, step)
    told = moved(books.state.pipelines, kind.name, kept, kept, books.stamp())
    return {name: value for name, value in told.items() if value}


def _history(fields: Fields) -> dict[str, tuple[Past, ...]]:
    """`{"history": {"hs_lead_status": [{"value", "timestamp", "sourceType", ...}]}}`, in whatever order."""
    block = fields.get("history") or {}
    if not isinstance(block, dict):
        raise BadRow('a history looks like {"hs_lead_status": [{"value": "NEW", "timestamp": "2026-01-01T00:00:00Z"}]}')
    return {str(name): tuple(sorted(_entries(entries), key=lambda one: one.at)) for name, entries in block.items()}


def _entries(entries: Json) -> Iterator[Past]:
    for one in entries if isinstance(entries, list) else [entries]:
        at = instant(text_of(one.get("timestamp"))) if isinstance(one, dict) else None
        if at is None or not isinstance(one, dict):
            raise BadRow(f"an entry of a history has a value and a timestamp, not {one!r}")
        words = [text_of(one.get(key)) for key in ("value", "sourceType", "sourceId", "sourceLabel", "updatedByUserId")]
        yield Past(words[0], at, words[1] or "CRM_UI", words[2], words[3], words[4] if words[4].isdecimal() else "")


def spelled(books: Books, kind: Kind, name: str, value: Json) -> str:
    """The value as kept; an unknown property, option or owner comes into being."""
    schema = books.schema(kind)
    if name not in schema:
        schema[name] = _property_for(name, value, kind)
    known = schema[name]
    text = loaded(known, value)
    if name == "hubspot_owner_id" and text and text not in books.state.owners:
        books.state.owners[text] = Owner(text, email=f"owner{text}@example.com", last=f"Owner {text}", at=books.now())
    if known.type == "enumeration" and not known.external_options and text:
        for part in text.split(";") if known.field_type == "checkbox" else [text]:
            known.offer(part)
        return intern(text)
    return intern(text) if known.external_options else text


def _property_for(name: str, value: Json, kind: Kind) -> Property:
    type_ = "bool" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "string"
    return Property(name, type_, FIELD_TYPES[type_][0], name, f"{kind.singular}information")


def _instant(values: Mapping[str, str], name: str, otherwise: int) -> int:
    at = instant(values.get(name) or "")
    return otherwise if at is None else at


def _archived(fields: Fields, modified: int) -> int | None:
    if fields.get("archived") is not True:
        return None
    at = instant(text_of(fields.get("archivedAt")))
    return modified if at is None else at


def tie(books: Books, kind: Kind, id_: str, fields: Fields) -> None:
    """Associate a record with those its `associations` name, whether they are there yet or not."""
    for word, ids in associations_in(fields):
        other = kind_of(word)
        for one, label in ids:
            other_id = books.table(other).resolve(one)
            linked = labelled(books, kind, other, label) if label else None
            books.state.links.join((kind.name, id_), (other.name, other_id), linked)


def labelled(books: Books, kind: Kind, other: Kind, label: str) -> LinkType:
    """The type of that label or number; a label nobody has made yet comes into being."""
    pair, links = (kind.name, other.name), books.state.links
    for one in links.known(pair):
        if label in {str(one.number), one.label}:
            return one
    return links.define(pair, label.lower().replace(" ", "_"), label, "")[0]


def associations_in(fields: Fields) -> list[tuple[str, list[tuple[str, str]]]]:
    """The `{"contacts": ["101", {"id": "102", "label": "Decision maker"}]}` of a row: per object type id and label."""
    block = fields.get("associations") or {}
    if not isinstance(block, dict):
        raise BadRow('associations look like {"contacts": ["101"]}')
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for word, ids in block.items():
        if not isinstance(ids, list):
            raise BadRow(f"associations to {word} must be a list of ids")
        told = [one if isinstance(one, dict) else {"id": one} for one in ids]
        found.append((str(word), [(id_of(one.get("id")), str(one.get("label") or "")) for one in told]))
    return found


def row_id(row: Row) -> str:
    """The id a row asks for, or nothing."""
    given = row.get("id")
    return "" if given in (None, "") else id_of(given)


def id_of(value: Json) -> str:
    """An id as HubSpot has them: a positive number, as text; BadRow for anything else."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 19) or int(text) == 0:
        raise BadRow(f"an id of HubSpot is a positive number, not {value!r}")
    return str(int(text))
