"""Who may own records: the portal's list of owners, the former ones apart."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.rows import PageDecoder
from crmsync.model.records import RawRecord, Ref, Rejected, Scalar
from crmsync.model.streams import StreamSpec


class _Team(msgspec.Struct):
    name: str = ""


class _Owner(msgspec.Struct, rename="camel"):
    id: str
    updated_at: datetime
    email: str | None = None
    type: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_id: int | None = None
    archived: bool = False
    teams: list[_Team] = []


_DECODER = PageDecoder("results", "id", _Owner, Envelope)


def present(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of the owners of today."""
    return _page(door, spec, place, archived=False)


def former(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of the owners who left; they are records like the others, with `active` false."""
    return _page(door, spec, place, archived=True)


def _page(door: Door, spec: StreamSpec, place: Place, *, archived: bool) -> Step:
    query = [("limit", str(PAGE)), ("archived", str(archived).lower())]
    if place.after:
        query.append(("after", place.after))
    decoded = _DECODER.decode(door.get("/crm/v3/owners", query))
    records = tuple(_record(spec, one) for one in decoded.rows if isinstance(one, _Owner))
    rejected = tuple(Rejected(Ref(spec.system, spec.object, name), "unreadable", why) for name, why in decoded.odd)
    return Step(records, rejected, decoded.envelope.after)


def _record(spec: StreamSpec, owner: _Owner) -> RawRecord:
    known: Mapping[str, Scalar] = {
        "name": " ".join(part for part in (owner.first_name, owner.last_name) if part) or owner.email,
        "email": owner.email,
        "active": not owner.archived,
        "type": owner.type,
        "userId": owner.user_id,
        "teams": "; ".join(one.name for one in owner.teams if one.name) or None,
    }
    values = tuple(known.get(field.vendor) for field in spec.pulled)
    return RawRecord(Ref(spec.system, spec.object, owner.id), owner.updated_at, deleted=False, values=values)
