"""Reading a stream of HubSpot: a pass is a chain of pages, each leaving the place where the next one starts.

- objects, first time: the list endpoint (100 a page, no cap); afterwards search in the window since the cursor minus
  the overlap, by ascending hs_object_id (facts/hubspot.md 5.6: immune to the 10,000 cap, to ties and to edits).
  Links are read once per page that is not empty.
- archived objects never appear in search: whenever a pass crosses a full hour of the server's clock, the archived
  ones since then are listed as well. Every other quiet pass is exactly one call.
- owners: the whole list each time, archived ones when first read and once an hour; an owner that is absent from a
  finished pass is gone.
- events: occurrences of one type in the window since the cursor minus the overlap.

The upper bound of a pass is the server's clock in its first answer; later pages do not look beyond it, and the next
pass starts there minus the overlap, which is why the lag of the search index loses nothing shorter than the overlap.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from crmsync.connectors.hubspot import events, objects, owners
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import Phase, Place, Step
from crmsync.model.errors import RetryLater
from crmsync.model.streams import Cursor, Page, StreamSpec

_STEPS: Mapping[Phase, Callable[[Door, StreamSpec, Place], Step]] = {
    Phase.LIST: objects.listed,
    Phase.SEARCH: objects.searched,
    Phase.ARCHIVED: objects.archived,
    Phase.OWNERS: owners.present,
    Phase.FORMER_OWNERS: owners.former,
    Phase.EVENTS: events.occurred,
}
_SWEEPS = {Phase.LIST: Phase.ARCHIVED, Phase.SEARCH: Phase.ARCHIVED, Phase.OWNERS: Phase.FORMER_OWNERS}


def pull(door: Door, spec: StreamSpec, cursor: Cursor | None, overlap: timedelta) -> Iterator[Page]:
    """Pages of one stream since the cursor; the last one moves the cursor's `upper`."""
    known = cursor.upper if cursor else None
    place: Place | None = start(spec, cursor, overlap)
    while place is not None:
        step = _STEPS[place.phase](door, spec, place)
        place = _bounded(place, door.clock.now())
        following = place.at(step.after) or sweep(place, known, overlap)
        yield Page(spec, step.records, _cursor(spec, cursor, place, following), step.rejected, following is None)
        place = following


def start(spec: StreamSpec, cursor: Cursor | None, overlap: timedelta) -> Place:
    """Where a pass begins: at the stored place inside a pass, else at the last upper bound minus the overlap."""
    same = cursor if cursor and cursor.spec_digest == spec.digest else None
    if same and same.position:
        try:
            return msgspec.json.decode(same.position, type=Place)
        except msgspec.DecodeError:
            pass  # written by another version: the pass starts over, which only costs calls
    low = same.upper - overlap if same and same.upper else None
    if spec.object == "owners":
        return Place(Phase.OWNERS)
    if spec.event_type:
        return Place(Phase.EVENTS, low)
    return Place(Phase.SEARCH, low) if low else Place(Phase.LIST)


def sweep(place: Place, known: datetime | None, overlap: timedelta) -> Place | None:
    """What follows the live rows: the archived ones, when this pass crossed a full hour since it was last complete.

    `known` is the upper bound of the last complete pass. Without one there is nothing that could have been archived
    since, only former owners whose names are wanted.
    """
    phase = _SWEEPS.get(place.phase)
    if phase is None or place.high is None:
        return None
    if known is None:
        return Place(phase, None, place.high) if phase is Phase.FORMER_OWNERS else None
    hour = _full_hour(known)
    return Place(phase, hour - overlap, place.high) if hour != _full_hour(place.high) else None


def _bounded(place: Place, now: datetime | None) -> Place:
    if place.high is not None:
        return place
    if now is None:
        raise RetryLater("HubSpot answered without a Date header: its clock is not known.")
    return Place(place.phase, place.low, now.replace(microsecond=0), place.after)


def _cursor(spec: StreamSpec, old: Cursor | None, place: Place, following: Place | None) -> Cursor:
    if following is None:
        return Cursor(spec.system, spec.name, spec.digest, place.high)
    position = msgspec.json.encode(following).decode()
    return Cursor(spec.system, spec.name, spec.digest, old.upper if old else None, position)


def _full_hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
