"""Pages of CRM objects: listed, searched, archived; each with the links that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crmsync.connectors.chunks import chunks
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.errors import NoRoute, NotThere, unknown_ids
from crmsync.connectors.hubspot.links import recalled
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.shape import Shape, shape_of
from crmsync.model.errors import RecordRefused, RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Rejected
from crmsync.model.streams import StreamSpec

SEARCH_PAGE = 200
LONGEST_QUESTION = 2400
"""Characters left for property names of the 3,000 a search may have (facts/hubspot.md 5.5)."""
SILENT = "HubSpot: a batch read left out records without saying why."
LONGEST_ADDRESS = 10_000
"""Characters of property names in an address, of the 15,000 or so that HubSpot takes (facts/hubspot.md 4, row 414)."""


def listed(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of all live objects, in the portal's own order."""
    return _list(door, spec, place, archived=False)


def archived(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of archived objects; those archived before the place's lower bound are known already and left out."""
    step = _list(door, spec, place, archived=True)
    recent = tuple(one for one in step.records if place.low is None or one.modified_at >= place.low)
    return replace(step, records=recent)


def searched(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of objects modified in the window, by ascending id; the token is the last id.

    A full page has more behind it whatever the portal counts, and so has a short one where it counts more.
    """
    shape = shape_of(spec)
    records, rejected, total = _shown(door, shape, place)
    ids = [one.ref.id for one in records if not one.deleted] + [one.ref.id for one in rejected]
    numbers = [int(one) for one in ids if one.isascii() and one.isdigit()]
    more = len(ids) >= SEARCH_PAGE or len(ids) < total
    if more and not numbers and (ids or not place.after):
        raise RetryLater("HubSpot: a search counts records that it does not show.")
    if _is_long(shape):
        records, rejected = _whole(door, spec, [str(one) for one in numbers])
    return Step(recalled(door, spec, records), rejected, str(max(numbers)) if more and numbers else None)


def _shown(door: Door, shape: Shape, place: Place) -> tuple[tuple[RawRecord, ...], tuple[Rejected, ...], int]:
    """Records, rejected rows and how many the portal counts; an empty page that counts some is asked for once more."""
    question = _question(shape, place)
    path = f"/crm/v3/objects/{shape.spec.object}/search"
    envelope, records, rejected = shape.read(door.ask(path, question))
    if envelope.total and not records and not rejected:
        envelope, records, rejected = shape.read(door.ask(path, question))
    return records, rejected, envelope.total or 0


@dataclass(frozen=True, slots=True)
class Present:
    """What a batch read brought: records in any order, what could not be read, and the ids that nothing is said of."""

    records: tuple[RawRecord, ...]
    rejected: tuple[Rejected, ...]
    silent: tuple[str, ...]


def present(door: Door, spec: StreamSpec, ids: Sequence[str]) -> Present:
    """The objects with these ids; ids the portal calls unknown are left out, merged ones come as what they became.

    A batch read may leave records out without a word (facts/hubspot.md 5.4): those stand in `silent`.
    """
    shape = shape_of(spec)
    found: list[RawRecord] = []
    odd: list[Rejected] = []
    unknown: set[str] = set()
    for some in chunks(ids, PAGE):
        body = door.ask(_batch(spec), {"properties": shape.properties, "inputs": [{"id": one} for one in some]})
        _, records, rejected = shape.read(body)
        found += records
        odd += rejected
        unknown |= unknown_ids(body)
    named = {one.ref.id for one in found} | {one.ref.id for one in odd} | unknown
    return Present(tuple(found), tuple(odd), tuple(one for one in ids if one not in named))


def single(door: Door, spec: StreamSpec, record_id: str) -> tuple[RawRecord, ...]:
    """One object asked for alone: none where it is gone; one with another id where it was merged into that."""
    shape = shape_of(spec)
    names = ",".join(shape.properties)
    if len(names) > LONGEST_ADDRESS:
        raise RetryLater(SILENT)
    query = [("properties", names)]
    try:
        body = door.get(f"/crm/v3/objects/{spec.object}/{record_id}", query)
    except NoRoute:
        raise
    except (NotThere, RecordRefused):
        return ()
    _, records, rejected = shape.read(b'{"results": [' + body + b"]}")
    if rejected:
        raise ShapeChanged(f"HubSpot: a record could not be read: {rejected[0].detail}")
    survivor = next((one for one in records if not one.deleted), None)
    if survivor is None or any(one.ref.id == record_id for one in records):
        return records
    return (*records, shape.gone(shape.ref(record_id), survivor.modified_at, survivor.ref.id))


def _whole(door: Door, spec: StreamSpec, ids: Sequence[str]) -> tuple[tuple[RawRecord, ...], tuple[Rejected, ...]]:
    found = present(door, spec, ids)
    if found.silent:
        raise RetryLater(SILENT)
    return found.records, found.rejected


def _batch(spec: StreamSpec) -> str:
    return f"/crm/v3/objects/{spec.object}/batch/read"


def _list(door: Door, spec: StreamSpec, place: Place, *, archived: bool) -> Step:
    """Where the properties are too many for an address, live objects are listed by id and read by POST."""
    shape = shape_of(spec)
    names = ",".join(shape.properties)
    apart = len(names) > LONGEST_ADDRESS and not archived
    query = [("limit", str(PAGE)), ("archived", str(archived).lower())]
    query.append(("properties", shape.modified if len(names) > LONGEST_ADDRESS else names))
    if place.after:
        query.append(("after", place.after))
    envelope, records, rejected = shape.read(door.get(f"/crm/v3/objects/{spec.object}", query))
    if apart:
        records, rejected = _whole(door, spec, [one.ref.id for one in records])
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
