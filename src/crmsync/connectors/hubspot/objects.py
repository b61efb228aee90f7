"""Pages of CRM objects: listed, searched, archived; each with the links that were asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crmsync.connectors.chunks import chunks
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.links import recalled
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.shape import Shape
from crmsync.model.records import RawRecord, Rejected
from crmsync.model.streams import StreamSpec

SEARCH_PAGE = 200
LONGEST_QUESTION = 2400
"""Characters left for property names of the 3,000 a search may have (facts/hubspot.md 5.5)."""


def listed(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of all live objects, in the portal's own order."""
    return _list(door, spec, place, archived=False)


def archived(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of archived objects; those archived before the place's lower bound are known already and left out."""
    step = _list(door, spec, place, archived=True)
    recent = tuple(one for one in step.records if place.low is None or one.modified_at >= place.low)
    return replace(step, records=recent)


def searched(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of objects modified in the window, by ascending id; the token is the last id."""
    shape = Shape(spec)
    body = door.ask(f"/crm/v3/objects/{spec.object}/search", _question(shape, place))
    envelope, records, rejected = shape.read(body)
    ids = [one.ref.id for one in records if not one.deleted] + [one.ref.id for one in rejected if one.ref.id]
    more = len(ids) < envelope.total if envelope.total is not None else len(ids) >= SEARCH_PAGE
    if _is_long(shape):
        records, rejected = present(door, spec, ids)
    return Step(recalled(door, spec, records), rejected, max(ids, key=int) if more and ids else None)


def present(door: Door, spec: StreamSpec, ids: Sequence[str]) -> tuple[tuple[RawRecord, ...], tuple[Rejected, ...]]:
    """The objects with these ids, in any order; unknown ids are left out, merged ones come as what they became."""
    shape = Shape(spec)
    found: list[RawRecord] = []
    odd: list[Rejected] = []
    for some in chunks(ids, PAGE):
        body = {"properties": shape.properties, "inputs": [{"id": one} for one in some]}
        _, records, rejected = shape.read(door.ask(f"/crm/v3/objects/{spec.object}/batch/read", body))
        found += records
        odd += rejected
    return tuple(found), tuple(odd)


def _list(door: Door, spec: StreamSpec, place: Place, *, archived: bool) -> Step:
    shape = Shape(spec)
    query = [("limit", str(PAGE)), ("archived", str(archived).lower()), ("properties", ",".join(shape.properties))]
    if place.after:
        query.append(("after", place.after))
    envelope, records, rejected = shape.read(door.get(f"/crm/v3/objects/{spec.object}", query))
    found = records if archived else recalled(door, spec, records)
    return Step(found, rejected, envelope.after)


def _question(shape: Shape, place: Place) -> dict[str, object]:
    filters = []
    if place.low is not None:
        filters.append(_filter(shape.modified, "GTE", _milliseconds(place.low)))
    if place.limit is not None:
        filters.append(_filter(shape.modified, "LT", _milliseconds(place.limit)))
    if place.after:
        filters.append(_filter("hs_object_id", "GT", place.after))
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": [shape.modified] if _is_long(shape) else shape.properties,
        "limit": SEARCH_PAGE,
    }


def _is_long(shape: Shape) -> bool:
    """Whether the properties are too many to be named in a search, whose text is limited: then they are read by id."""
    return sum(len(one) + 4 for one in shape.properties) > LONGEST_QUESTION


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
