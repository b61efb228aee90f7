"""What people did on the site: event occurrences, by type and window (facts/hubspot.md section 10)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice

from crmsync.emulator.hubspot.books import Books, Occurrence
from crmsync.emulator.hubspot.kinds import KINDS
from crmsync.emulator.hubspot.reading import listed, page_size, paging
from crmsync.emulator.hubspot.refusals import Refusal, no_tier
from crmsync.emulator.hubspot.values import instant, stamp
from crmsync.emulator.wire import Answer, Asked, Json

DEFAULT_PAGE, PAGE = 20, 100
TYPES = ("e_visited_page", "e_submitted_form", "e_form_submission_v2", "e_ad_interaction")
_OF_EVENT, _OF_OBJECT = "property.", "objectProperty."  # filters by a property (the vendor's file Events/147897)
_ASCENDING = {"ASCENDING", "ASC", "occurredAt", "occurredAt:ASC"}
_DESCENDING = {"", "DESCENDING", "DESC", "-occurredAt", "occurredAt:DESC"}


def list_events(books: Books, asked: Asked) -> Answer:
    """Occurrences in a half-open window, newest first unless `sort` says otherwise.

    Whether the window includes its ends, the default order and the greatest page are not documented for a live portal.
    A portal without an Enterprise tier is refused (switch `event_tier`, section 10).
    """
    if not books.desk.faults.switched("event_tier", otherwise=True):
        raise no_tier()
    if "before" in asked.query:
        raise Refusal(400, "Paging backwards with before is not supported by the emulator")
    kind = books.kind(asked.query["objectType"]).name if asked.query.get("objectType") else None
    if asked.query.get("objectId") and kind is None:
        raise Refusal(400, "Invalid input: objectId needs an objectType")
    limit = page_size(books, asked, DEFAULT_PAGE, PAGE)
    rows = (one for one in _window(books, asked) if _fits(books, one, asked, kind))
    page = list(islice(rows, limit + 1))
    results: list[Json] = [_shown(books, one) for one in page[:limit]]
    more = paging(asked, f"{page[limit - 1].at}-{page[limit - 1].number}") if len(page) > limit else {}
    return Answer(body={"results": results, **more})


def list_event_types(books: Books, _asked: Asked) -> Answer:
    """Every type there is, whether the plan allows to read it or not."""
    own = {one.type for one in books.state.happenings}
    return Answer(body={"eventTypes": sorted({*TYPES, *own})})


def _window(books: Books, asked: Asked) -> Iterator[Occurrence]:
    all_ = books.state.happenings
    after, before = _edge(asked, "occurredAfter"), _edge(asked, "occurredBefore")
    low = 0 if after is None else bisect_left(all_, (after, 0), key=_place)
    high = len(all_) if before is None else bisect_left(all_, (before, 0), key=_place)
    sort, cursor = asked.query.get("sort", ""), _cursor(asked)
    if sort not in _ASCENDING | _DESCENDING:
        raise Refusal(400, f"Invalid input: sort is ASCENDING or DESCENDING, not {sort}")
    if cursor is not None and sort in _ASCENDING:
        low = max(low, bisect_right(all_, cursor, key=_place))
    elif cursor is not None:
        high = min(high, bisect_left(all_, cursor, key=_place))
    places = range(low, high) if sort in _ASCENDING else range(high - 1, low - 1, -1)
    return (all_[place] for place in places)


def _place(one: Occurrence) -> tuple[int, int]:
    return one.at, one.number


def _fits(books: Books, one: Occurrence, asked: Asked, kind: str | None) -> bool:
    type_, ids, object_id = asked.query.get("eventType"), listed(asked, "id"), asked.query.get("objectId")
    if (type_ and one.type != type_) or (ids and one.id not in ids) or (kind is not None and one.kind != kind):
        return False
    table = books.state.tables[one.kind]
    if object_id and table.resolve(one.object_id) != table.resolve(object_id):
        return False
    return _holds(asked, _OF_EVENT, one.properties) and _holds(asked, _OF_OBJECT, _object(books, one))


def _holds(asked: Asked, prefix: str, properties: Mapping[str, str]) -> bool:
    wanted = {name.removeprefix(prefix): value for name, value in asked.query.items() if name.startswith(prefix)}
    return all(properties.get(name, "").lower() == value.lower() for name, value in wanted.items())


def _object(books: Books, one: Occurrence) -> Mapping[str, str]:
    table = books.table(KINDS[one.kind])
    record = table.find(one.object_id)
    return record.properties if record is not None else {}


def _shown(books: Books, one: Occurrence) -> dict[str, Json]:
    return {
        "objectType": books.kind(one.kind).singular.upper(),
        "objectId": books.state.tables[one.kind].resolve(one.object_id),
        "eventType": one.type,
        "occurredAt": stamp(one.at),
        "id": one.id,
        "properties": dict(one.properties),
    }


def _edge(asked: Asked, name: str) -> int | None:
    text = asked.query.get(name)
    if not text:
        return None
    at = instant(text.replace(" ", "+"))
    if at is None:
        raise Refusal(400, f"Invalid input: {name} is no ISO instant: {text}")
    return at


def _cursor(asked: Asked) -> tuple[int, int] | None:
    text = asked.query.get("after")
    if not text:
        return None
    at, _, number = text.rpartition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in (at.removeprefix("-"), number)):
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {text}")
    return int(at), int(number)
