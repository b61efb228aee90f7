"""Which records an object is about, read for a whole page at once (facts/hubspot.md 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.shape import Paging
from crmsync.connectors.rows import parse
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import StreamSpec

MOST = 1000
"""Records whose links are read in one call."""


class _From(msgspec.Struct):
    id: str


class _To(msgspec.Struct):
    id: str | int = msgspec.field(name="toObjectId")


class _Links(msgspec.Struct):
    start: _From = msgspec.field(name="from")
    ends: list[_To] = msgspec.field(name="to", default_factory=list)
    paging: Paging | None = None


class _Answer(msgspec.Struct):
    results: list[_Links] = []


def recalled(door: Door, spec: StreamSpec, records: tuple[RawRecord, ...]) -> tuple[RawRecord, ...]:
    """The records with their parties, of those only that were not read in this version before."""
    if not spec.associated:
        return records
    known = tuple(one if one.deleted else replace(one, parties=door.recent.of(one)) for one in records)
    fresh = linked(door, spec, tuple(one for one in known if not one.parties))
    for one in fresh:
        door.recent.keep(one)
    found = {one.ref: one for one in fresh}
    return tuple(found.get(one.ref, one) if not one.parties else one for one in known)


def linked(door: Door, spec: StreamSpec, records: tuple[RawRecord, ...]) -> tuple[RawRecord, ...]:
    """The records with the parties of every associated object; one call per object, none for an empty page."""
    live = [one.ref.id for one in records if not one.deleted]
    if not live or not spec.associated:
        return records
    found: dict[str, tuple[Ref, ...]] = {}
    for other in spec.associated:
        for start, refs in _read(door, spec, other, live).items():
            found[start] = found.get(start, ()) + refs
    return tuple(one if one.deleted else replace(one, parties=found.get(one.ref.id, ())) for one in records)


def _read(door: Door, spec: StreamSpec, other: str, ids: Iterable[str]) -> Mapping[str, tuple[Ref, ...]]:
    """Links by starting id. An id without any comes as a benign error beside the results and stays absent here."""
    found: dict[str, tuple[Ref, ...]] = {}
    pending: list[dict[str, str]] = [{"id": one} for one in dict.fromkeys(ids)]
    while pending:
        some, pending = pending[:MOST], pending[MOST:]
        body = door.ask(f"/crm/v4/associations/{spec.object}/{other}/batch/read", {"inputs": some})
        for one in parse(body, _Answer).results:
            refs = tuple(Ref(spec.system, other, str(end.id)) for end in one.ends)
            found[one.start.id] = tuple(dict.fromkeys(found.get(one.start.id, ()) + refs))
            if one.paging and one.paging.next:
                pending.append({"id": one.start.id, "after": one.paging.next.after})
    return found
