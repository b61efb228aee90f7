"""What contacts did on site: occurrences of one event type, sold with the Enterprise tier (facts/hubspot.md 10)."""

from datetime import UTC, datetime
from operator import attrgetter

import msgspec

from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.rows import Columns, PageDecoder
from crmsync.model.records import RawRecord, Ref, Rejected
from crmsync.model.streams import StreamSpec

_PARTIES = {"contact": "contacts", "company": "companies", "deal": "deals"}


def occurred(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of occurrences in the window; an occurrence never changes, so its instant is its stamp."""
    query = [("objectType", "contact"), ("eventType", spec.event_type or ""), ("limit", str(PAGE))]
    if place.low is not None:
        query.append(("occurredAfter", place.low.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    if place.after:
        query.append(("after", place.after))
    columns = Columns([field.vendor for field in spec.pulled])
    decoded = _decoder(columns).decode(door.get("/events/v3/events", query))
    records = tuple(_record(spec, columns, row) for row in decoded.rows)
    rejected = tuple(Rejected(Ref(spec.system, spec.object, name), "unreadable", why) for name, why in decoded.odd)
    return Step(records, rejected, decoded.envelope.after)


_parts = attrgetter("id", "at", "about", "about_type", "properties")


def _decoder(columns: Columns) -> PageDecoder[Envelope]:
    row = msgspec.defstruct(
        "Occurrence",
        [
            ("id", str),
            ("at", datetime),
            ("about", str | int),
            ("about_type", str, "CONTACT"),
            ("properties", columns.struct | None, None),
        ],
        rename={"at": "occurredAt", "about": "objectId", "about_type": "objectType"},
    )
    return PageDecoder("results", "id", row, Envelope)


def _record(spec: StreamSpec, columns: Columns, row: msgspec.Struct) -> RawRecord:
    name, at, about, about_type, properties = _parts(row)
    values = columns.values(properties) if properties is not None else (None,) * len(spec.pulled)
    kind = str(about_type).lower()
    party = Ref(spec.system, _PARTIES.get(kind, kind), str(about))
    return RawRecord(Ref(spec.system, spec.object, name), at, deleted=False, values=values, parties=(party,))
