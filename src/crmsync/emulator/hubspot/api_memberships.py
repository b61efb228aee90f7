"""Who is in a list, by id or in the order they joined, and the lists a record is in (facts/hubspot.md section 10)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from crmsync.emulator.hubspot.api_lists import segment_of
from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.linking import asked_list
from crmsync.emulator.hubspot.listed import Row, Segment
from crmsync.emulator.hubspot.reading import a_word, body_of, inputs_of, page_size, paging, words
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.segments import DYNAMIC, Changed, members, put_in, roster, take_out
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, DEFAULT_PAGE, MOST = 250, 100, 100_000

Key = tuple[int, int]


def list_members(books: Books, asked: Asked) -> Answer:
    """A page of members in ascending order of ids (descending with `before` alone)."""
    return _paged(books, asked, roster(books, segment_of(books, asked)).by_id)


def list_members_by_join(books: Books, asked: Asked) -> Answer:
    """A page of members in the order they joined; with `before` alone the newest come first."""
    return _paged(books, asked, roster(books, segment_of(books, asked)).by_join)


def add_members(books: Books, asked: Asked) -> Answer:
    """Put records into a MANUAL or SNAPSHOT list; the body is a bare list of ids, unknown ones are ignored."""
    segment = _by_hand(books, asked)
    return _done(books, segment, [put_in(books, segment, _ids(asked), books.now())])


def remove_members(books: Books, asked: Asked) -> Answer:
    """Take records out; the body is a bare list of ids."""
    segment = _by_hand(books, asked)
    return _done(books, segment, [take_out(books, segment, _ids(asked))])


def change_members(books: Books, asked: Asked) -> Answer:
    """Put some in and take others out."""
    segment, body = _by_hand(books, asked), body_of(asked)
    fresh = put_in(books, segment, words(body.get("recordIdsToAdd"), "recordIdsToAdd"), books.now())
    gone = take_out(books, segment, words(body.get("recordIdsToRemove"), "recordIdsToRemove"))
    return _done(books, segment, [fresh, gone])


def add_from_list(books: Books, asked: Asked) -> Answer:
    """Put everybody of another list in: 204. Only lists of up to 100,000 can be the source."""
    segment = _by_hand(books, asked)
    source = books.state.lists.get(asked.params["source"])
    if source is None or source.kind != segment.kind:
        raise Refusal(404, f"List does not exist with ID {asked.params['source']}.", "OBJECT_NOT_FOUND")
    _done(books, segment, [put_in(books, segment, list(members(books, source)), books.now())])
    return Answer(204)


def remove_everybody(books: Books, asked: Asked) -> Answer:
    """Empty the list: 204."""
    segment = _by_hand(books, asked)
    _done(books, segment, [take_out(books, segment, list(segment.members))])
    return Answer(204)


def lists_of_record(books: Books, asked: Asked) -> Answer:
    """The lists one record is in."""
    found = _lists_of(books, books.kind(asked.params["type"]), asked.params["id"])
    return Answer(body={"results": found, "total": len(found)})


def lists_of_records(books: Books, asked: Asked) -> Answer:
    """The lists of several records at once."""
    results: list[Json] = []
    for one in inputs_of(body_of(asked), 1_000):
        number, id_ = a_word(one.get("objectTypeId"), "objectTypeId"), a_word(one.get("recordId"), "recordId")
        mine = _lists_of(books, books.kind(number), id_)
        results.append({"objectTypeId": number, "recordId": id_, "recordListMemberships": mine})
    at = books.stamp()
    return Answer(body={"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at})


def _lists_of(books: Books, kind: Kind, id_: str) -> list[dict[str, Json]]:
    today = books.table(kind).resolve(id_)
    found: list[dict[str, Json]] = []
    for segment in books.state.lists.values():
        if segment.kind != kind.name or segment.deleted is not None:
            continue
        at = members(books, segment).get(today)
        if at is not None:
            told: dict[str, Json] = {"listId": segment.id, "listVersion": segment.version, "isPublicList": True}
            first = min(segment.first.get(today, at), at)
            found.append({**told, "firstAddedTimestamp": stamp(first), "lastAddedTimestamp": stamp(at)})
    return found


def _by_hand(books: Books, asked: Asked) -> Segment:
    segment = segment_of(books, asked)
    if segment.processing == DYNAMIC:
        raise Refusal(400, "The members of a DYNAMIC list follow from its filters and cannot be changed")
    return segment


def _ids(asked: Asked) -> list[str]:
    found = words(asked_list(asked), "the body")
    if len(found) > MOST:
        raise Refusal(400, f"At most {MOST} record ids can be sent at once")
    return found


def _done(books: Books, segment: Segment, told: Sequence[Changed]) -> Answer:
    whole = Changed(
        [id_ for one in told for id_ in one.added],
        [id_ for one in told for id_ in one.removed],
        [id_ for one in told for id_ in one.missing],
    )
    changes: dict[str, tuple[Json, Json]] = {"members": (whole.removed, whole.added)}
    books.write_down(CLIENT, "update", "lists", segment.id, changes)
    return Answer(body=whole.as_json())


def _paged(books: Books, asked: Asked, rows: list[Row]) -> Answer:
    limit = page_size(books, asked, DEFAULT_PAGE, PAGE)
    after, before = _cursor(asked, "after"), _cursor(asked, "before")
    if after is None and before is not None:
        end = bisect_left(rows, before, key=_place)
        start, backwards = max(0, end - limit), True
    else:
        start = bisect_right(rows, after, key=_place) if after is not None else 0
        end, backwards = min(len(rows), start + limit), False
    page = rows[start:end]
    shown: list[Json] = [{"recordId": id_, "membershipTimestamp": stamp(at)} for _, id_, at in page]
    links = _links(asked, page, later=end < len(rows), earlier=start > 0)
    body: dict[str, Json] = {"results": shown[::-1] if backwards else shown, "total": len(rows)}
    return Answer(body={**body, **({"paging": links} if links else {})})


def _place(row: Row) -> Key:
    return row[0]


def _links(asked: Asked, page: list[Row], *, later: bool, earlier: bool) -> dict[str, Json]:
    """`next` leads to later members, `prev` to earlier ones, whichever way the page was read."""
    found: dict[str, Json] = {}
    if page and later:
        found |= _of(paging(asked, _token(page[-1][0])))
    if page and earlier:
        token = _token(page[0][0])
        found["prev"] = {"before": token, "link": f"{asked.base_url}{asked.path}?before={token}"}
    return found


def _of(block: dict[str, Json]) -> dict[str, Json]:
    inner = block["paging"]
    return dict(inner) if isinstance(inner, dict) else {}


def _token(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _cursor(asked: Asked, name: str) -> Key | None:
    text = asked.query.get(name)
    if not text:
        return None
    first, _, second = text.partition(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in (first, second or "0")):
        raise Refusal(400, f"Invalid input: {name} is not a cursor of this list: {text}")
    return int(first), int(second or 0)
