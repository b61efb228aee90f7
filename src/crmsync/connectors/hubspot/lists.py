"""Lists of contacts and who is in them (facts/hubspot.md 10): where bought names came in.

Only static lists are looked into: who is in a dynamic one follows from its filters and says nothing of their origin.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from crmsync.connectors.hubspot import rows
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.queue import Queue, asked, queued
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.hubspot.stamps import moment
from crmsync.connectors.rows import Decoded, PageDecoder
from crmsync.model.records import RawRecord, Scalar
from crmsync.model.streams import StreamSpec

PATH = "/crm/v3/lists"
MEMBERS = 250
CONTACTS = "0-1"
STATIC = ("MANUAL", "SNAPSHOT")
_SIZE, _ADDED = "hs_list_size", "hs_last_record_added_at"


class _Lists(msgspec.Struct, rename="camel"):
    has_more: bool = False
    offset: int = 0


class _List(msgspec.Struct, rename="camel"):
    list_id: str | int
    name: str = ""
    processing_type: str = ""
    object_type_id: str = CONTACTS
    created_at: rows.Stamp | None = None
    updated_at: rows.Stamp | None = None
    deleted_at: rows.Stamp | None = None
    additional_properties: dict[str, Scalar] = {}


class _Member(msgspec.Struct, rename="camel"):
    record_id: str | int
    membership_timestamp: rows.Stamp


_LISTS = PageDecoder("lists", "listId", _List, _Lists)
_MEMBERS = PageDecoder("results", "recordId", _Member, Envelope)


def named(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of the lists of contacts; those changed before the lower bound are known already."""
    decoded = _page(door, int(place.after or 0), ())
    of_contacts = Decoded(decoded.envelope, tuple(_of_contacts(decoded.rows)), decoded.odd)
    found = rows.step(spec, of_contacts, _List, lambda row: _record(spec, row), _following(decoded))
    recent = tuple(one for one in found.records if place.low is None or one.modified_at >= place.low)
    return Step(recent, found.rejected, found.after)


def joined(door: Door, spec: StreamSpec, place: Place) -> Step:
    """The static lists somebody was added to, then a page of members of one of them at a time."""
    if not place.after:
        return Step((), (), Queue.of(_filled(door, place.low)).token())
    queue = queued(place.after)
    query = [("limit", str(MEMBERS))] + ([("after", queue.after)] if queue.after else [])
    body = asked(door, f"{PATH}/{queue.first.id}/memberships/join-order", query)
    if body is None:
        return Step((), (), queue.rest().token())
    decoded = _MEMBERS.decode(body)
    found = rows.step(spec, decoded, _Member, lambda row: _member(spec, queue, row), None)
    recent = tuple(one for one in found.records if place.low is None or one.modified_at >= place.low)
    following = queue.further(decoded.envelope.after) if decoded.envelope.after else queue.rest()
    return Step(recent, found.rejected, following.token())


def _filled(door: Door, low: datetime | None) -> Iterator[tuple[str, str, str]]:
    offset: int | None = 0
    while offset is not None:
        decoded = _page(door, offset, STATIC)
        for one in _of_contacts(decoded.rows):
            if one.processing_type in STATIC and _may_be_new(one, low):
                yield str(one.list_id), one.name, one.processing_type
        after = _following(decoded)
        offset = int(after) if after else None


def _may_be_new(one: _List, low: datetime | None) -> bool:
    added = one.additional_properties.get(_ADDED)
    if low is None or added in {None, ""}:
        return str(one.additional_properties.get(_SIZE)) != "0"
    try:
        return moment(added) >= low
    except ValueError:
        return True


def _page(door: Door, offset: int, types: tuple[str, ...]) -> Decoded[_Lists]:
    body: dict[str, object] = {"count": PAGE, "offset": offset, "additionalProperties": [_SIZE, _ADDED]}
    if types:
        body["processingTypes"] = list(types)
    return _LISTS.decode(door.ask(f"{PATH}/search", body))


def _following(decoded: Decoded[_Lists]) -> str | None:
    told = decoded.envelope
    return str(told.offset) if told.has_more and (decoded.rows or decoded.odd) else None


def _of_contacts(found: tuple[msgspec.Struct, ...]) -> Iterator[_List]:
    return (one for one in found if isinstance(one, _List) and one.object_type_id == CONTACTS)


def _record(spec: StreamSpec, row: _List) -> RawRecord:
    known: dict[str, Scalar] = {
        "name": row.name,
        "processingType": row.processing_type,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "size": row.additional_properties.get(_SIZE),
    }
    return rows.record(
        spec, str(row.list_id), row.updated_at or row.created_at, known, deleted=row.deleted_at is not None
    )


def _member(spec: StreamSpec, queue: Queue, row: _Member) -> RawRecord:
    one, who = queue.first, str(row.record_id)
    known: dict[str, Scalar] = {
        "listId": one.id,
        "recordId": who,
        "membershipTimestamp": row.membership_timestamp,
        "listName": one.name,
        "processingType": one.word,
    }
    parties = (rows.contact(spec, who),)
    return rows.record(spec, f"{one.id}:{who}", row.membership_timestamp, known, parties)
