"""Reading a stream of HubSpot: a pass is a chain of pages, each leaving the place where the next one starts.

- objects, first time: the list endpoint (100 a page, no cap); afterwards search in the window since the cursor minus
  the overlap, by ascending hs_object_id (facts/hubspot.md 5.6: immune to the 10,000 cap, to ties and to edits).
  Links are read once per page that is not empty.
- archived objects never appear in search: whenever a pass crosses a full hour of the server's clock, the archived
  ones since then are listed as well. Every other quiet pass is exactly one call.
- owners: the whole list each time, archived ones when first read and once an hour; an owner that is absent from a
  finished pass is gone.
- events, e-mail events, form submissions, lists, memberships, imports, histories: what is new since the cursor minus
  the overlap. Those that cost a call per form or list are asked for less often than a pass is made (`EVERY`).

A stream that the portal's edition or our token does not reach is switched off for a day, with one event that says so.

The upper bound of a pass is the server's clock in its first answer; later pages do not look beyond it, and the next
pass starts there minus the overlap, which is why the lag of the search index loses nothing shorter than the overlap.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from crmsync.connectors.hubspot import (
    contact_history,
    email_events,
    events,
    imports,
    lists,
    objects,
    owners,
    submissions,
)
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.errors import NoRoute, NotAllowed, NotThere
from crmsync.connectors.hubspot.place import Phase, Place, Step
from crmsync.model.errors import RetryLater
from crmsync.model.streams import Cursor, Page, StreamSpec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS: Mapping[Phase, Callable[[Door, StreamSpec, Place], Step]] = {
    Phase.LIST: objects.listed,
    Phase.SEARCH: objects.searched,
    Phase.ARCHIVED: objects.archived,
    Phase.OWNERS: owners.present,
    Phase.FORMER_OWNERS: owners.former,
    Phase.EVENTS: events.occurred,
    Phase.EMAIL_EVENTS: email_events.happened,
    Phase.SUBMISSIONS: submissions.submitted,
    Phase.LISTS: lists.named,
    Phase.MEMBERS: lists.joined,
    Phase.IMPORTS: imports.imported,
    Phase.ALL_HISTORY: contact_history.listed,
    Phase.HISTORY: contact_history.changed,
}
_SWEEPS = {Phase.LIST: Phase.ARCHIVED, Phase.SEARCH: Phase.ARCHIVED, Phase.OWNERS: Phase.FORMER_OWNERS}
_BEGINS = {
    "events": Phase.EVENTS,
    "email_events": Phase.EMAIL_EVENTS,
    "form_submissions": Phase.SUBMISSIONS,
    "lists": Phase.LISTS,
    "memberships": Phase.MEMBERS,
    "imports": Phase.IMPORTS,
}
EVERY: Mapping[str, timedelta] = {
    "form_submissions": timedelta(minutes=5),
    "lists": timedelta(hours=1),
    "memberships": timedelta(hours=1),
    "imports": timedelta(hours=1),
}
"""How often these are asked for, by the server's clock; everything else in each pass."""
ASK_AGAIN = timedelta(days=1)
"""After so long a stream that was out of reach is asked for again: a tier may be bought, a scope granted."""
ASK_SOON = timedelta(hours=1)
"""The same where only the edge in front of the portal said no, which may be a passing trouble."""


def pull(door: Door, spec: StreamSpec, cursor: Cursor | None, overlap: timedelta) -> Iterator[Page]:
    """Pages of one stream since the cursor; the last one moves the cursor's `upper`."""
    same = cursor if cursor and cursor.spec_digest == spec.digest else None
    now = door.clock.now()
    if same and _is_early(spec, same, now):
        yield Page(spec, (), same, (), last=True)
    elif door.is_off(spec.name, now):
        yield _nothing(spec, same)
    else:
        yield from _switching_off(door, spec, same, _pages(door, spec, cursor, overlap))


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
    if spec.object == "contacts_history":
        return Place(Phase.HISTORY, low) if low else Place(Phase.ALL_HISTORY)
    if spec.object in _BEGINS:
        return Place(_BEGINS[spec.object], low)
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


def _pages(door: Door, spec: StreamSpec, cursor: Cursor | None, overlap: timedelta) -> Iterator[Page]:
    known = cursor.upper if cursor else None
    place: Place | None = start(spec, cursor, overlap)
    while place is not None:
        step = _STEPS[place.phase](door, spec, place)
        place = _bounded(place, door.clock.now())
        following = place.at(step.after) or sweep(place, known, overlap)
        yield Page(spec, step.records, _cursor(spec, cursor, place, following), step.rejected, following is None)
        place = following


def _switching_off(door: Door, spec: StreamSpec, same: Cursor | None, pages: Iterator[Page]) -> Iterator[Page]:
    try:
        yield from pages
    except (NotAllowed, NotThere) as error:
        if not (spec.optional or spec.object in _BEGINS):
            raise
        soon = isinstance(error, NoRoute)
        words = f"{error} The stream {spec.name} is off and asked for again in {'an hour' if soon else 'a day'}."
        door.switch_off(spec.name, words, ASK_SOON if soon else ASK_AGAIN)
        yield _nothing(spec, same)


def _nothing(spec: StreamSpec, same: Cursor | None) -> Page:
    """Nothing was read, and the cursor stays: once the stream is within reach, it goes on where it ended."""
    return Page(spec, (), same or Cursor(spec.system, spec.name, spec.digest, None), (), last=True)


def _is_early(spec: StreamSpec, same: Cursor, now: datetime | None) -> bool:
    every = EVERY.get(spec.object)
    if every is None or same.position or same.upper is None or now is None:
        return False
    return (same.upper - _EPOCH) // every == (now - _EPOCH) // every


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
