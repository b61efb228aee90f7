"""Which records a portal has: ids and stamps only, to hold against what the store knows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import msgspec

from crmsync.connectors.hubspot import objects, owners
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import Phase, Place, Step
from crmsync.connectors.hubspot.pseudo import PSEUDO
from crmsync.connectors.rows import parse
from crmsync.model.errors import ShapeChanged
from crmsync.model.streams import Sighting, StreamSpec

Read = Callable[[Door, StreamSpec, Place], Step]


class _Counted(msgspec.Struct):
    total: int


def census(door: Door, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
    """Id, stamp and life of what was stamped at `since` or later (searched, 200 a call) or of all (listed, 100 a call).

    The archived ones follow. What is no CRM object (events, submissions, histories) never changes and is not counted.
    """
    bare = replace(spec, fields=(), associated=())
    if spec.object == "owners":
        yield from _seen(door, bare, owners.present, Place(Phase.OWNERS), since)
        yield from _seen(door, bare, owners.former, Place(Phase.FORMER_OWNERS), since)
    elif spec.object not in PSEUDO:
        live = objects.listed if since is None else objects.searched
        yield from _seen(door, bare, live, Place(Phase.LIST, since), since)
        yield from _seen(door, bare, objects.archived, Place(Phase.ARCHIVED, since), since)


def count(door: Door, spec: StreamSpec) -> int | None:
    """How many objects are alive, as the search index has it; one call. None for what is no CRM object."""
    if spec.object in PSEUDO:
        return None
    body = {"filterGroups": [], "properties": ["hs_object_id"], "limit": 1}
    return parse(door.ask(f"/crm/v3/objects/{spec.object}/search", body), _Counted).total


def _seen(door: Door, spec: StreamSpec, read: Read, first: Place, since: datetime | None) -> Iterator[Sighting]:
    place: Place | None = first
    while place is not None:
        step = read(door, spec, place)
        if step.rejected:
            raise ShapeChanged(f"HubSpot: a record could not be counted: {step.rejected[0].detail}")
        for one in step.records:
            if since is None or one.modified_at >= since:
                yield Sighting(one.ref, one.modified_at, one.deleted)
        place = place.at(step.after)
