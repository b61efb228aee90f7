"""The lists API: make, find, rename, delete lists (facts/hubspot.md section 10; shapes: the vendor's lists models)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.branches import understand_branch
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.listed import Segment
from crmsync.emulator.hubspot.reading import Object, a_flag, a_word, body_of, listed, words
from crmsync.emulator.hubspot.refusals import Refusal, beyond, not_found
from crmsync.emulator.hubspot.segments import DYNAMIC, MANUAL, PROCESSING, members, new_segment, shown
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

FOUND, MOST_FOUND = 20, 500


def create_list(books: Books, asked: Asked) -> Answer:
    """A new list: 200. A name is taken once per object type; DYNAMIC needs a filter, MANUAL takes none."""
    body = body_of(asked)
    kind, name = books.kind(a_word(body.get("objectTypeId"), "objectTypeId")), a_word(body.get("name"), "name")
    processing, branch = a_word(body.get("processingType"), "processingType"), body.get("filterBranch")
    if processing not in PROCESSING:
        raise Refusal(400, f"processingType is one of {', '.join(PROCESSING)}, not {processing}")
    if branch is None and processing == DYNAMIC:
        raise Refusal(400, "A DYNAMIC list needs a filterBranch")
    if branch is not None and processing == MANUAL:
        raise Refusal(400, "A MANUAL list takes no filterBranch")
    _free(books, kind, name)
    if branch is not None:
        understand_branch(books, kind, branch)
    made = new_segment(books, name, kind, processing, branch)
    _write_down(books, "create", made)
    return Answer(body={"list": shown(books, made, filters=True)})


def get_list(books: Books, asked: Asked) -> Answer:
    """One list, or 404."""
    return Answer(body={"list": shown(books, segment_of(books, asked), filters=a_flag(asked, "includeFilters"))})


def get_list_by_name(books: Books, asked: Asked) -> Answer:
    """One list by its object type and name (case counts for nothing)."""
    kind, name = books.kind(asked.params["type"]), asked.params["name"].lower()
    for one in _living(books):
        if one.kind == kind.name and one.name.lower() == name:
            return Answer(body={"list": shown(books, one, filters=a_flag(asked, "includeFilters"))})
    raise not_found()


def get_lists(books: Books, asked: Asked) -> Answer:
    """Several lists by their ids; those that do not exist are left out."""
    ids = listed(asked, "listIds")
    found = [books.state.lists[id_] for id_ in ids if id_ in books.state.lists]
    filters = a_flag(asked, "includeFilters")
    return Answer(body={"lists": [shown(books, one, filters=filters) for one in found if one.deleted is None]})


def search_lists(books: Books, asked: Asked) -> Answer:
    """Lists by a part of their name, kind of processing or id, newest first; pages by offset and `hasMore`."""
    body = body_of(asked)
    offset, count = _whole(body, "offset", 0, 10**9), _whole(body, "count", FOUND, MOST_FOUND) or FOUND
    found = [one for one in _living(books) if _wanted(books, one, body)]
    found.sort(key=lambda one: (-one.created, -int(one.id)))
    page = found[offset : offset + count]
    results = [_found(books, one, words(body.get("additionalProperties"), "additionalProperties")) for one in page]
    more = offset + count < len(found)
    return Answer(body={"offset": offset + len(page), "hasMore": more, "lists": results, "total": len(found)})


def rename_list(books: Books, asked: Asked) -> Answer:
    """Another name, given in the query."""
    segment, name = segment_of(books, asked), asked.query.get("listName", "")
    if not name:
        raise Refusal(400, "listName is missing")
    _free(books, KINDS[segment.kind], name, segment)
    segment.name, segment.updated = name, books.now()
    _write_down(books, "update", segment)
    return Answer(body={"updatedList": shown(books, segment, filters=a_flag(asked, "includeFilters"))})


def refilter_list(books: Books, asked: Asked) -> Answer:
    """Another filter for a DYNAMIC list, which counts as a new version of it."""
    segment, branch = segment_of(books, asked), body_of(asked).get("filterBranch")
    if segment.processing != DYNAMIC:
        raise Refusal(400, "Only the filters of DYNAMIC lists can be changed")
    understand_branch(books, KINDS[segment.kind], branch)
    segment.branch, segment.filtered, segment.updated = branch, books.now(), books.now()
    segment.version, segment.asked = segment.version + 1, -1
    _write_down(books, "update", segment)
    return Answer(body={"updatedList": shown(books, segment, filters=True)})


def delete_list(books: Books, asked: Asked) -> Answer:
    """Into the bin, restorable for 90 days: 204."""
    segment = segment_of(books, asked)
    segment.deleted = books.now()
    _write_down(books, "delete", segment)
    return Answer(204)


def restore_list(books: Books, asked: Asked) -> Answer:
    """Out of the bin: 204."""
    segment = books.state.lists.get(asked.params["id"])
    if segment is None:
        raise not_found()
    segment.deleted = None
    _write_down(books, "restore", segment)
    return Answer(204)


def refuse_folders(_books: Books, _asked: Asked) -> Answer:
    """Folders of lists are left out."""
    raise beyond("A folder of lists")


def segment_of(books: Books, asked: Asked) -> Segment:
    """The living list of the path, or 404."""
    segment = books.state.lists.get(asked.params["id"])
    if segment is None or segment.deleted is not None:
        raise Refusal(404, f"List does not exist with ID {asked.params['id']}.", "OBJECT_NOT_FOUND")
    return segment


def _free(books: Books, kind: Kind, name: str, own: Segment | None = None) -> None:
    for one in _living(books):
        if one is not own and one.kind == kind.name and one.name.lower() == name.lower():
            words = f"Another list of this object type already has the name '{name}'."
            raise Refusal(400, words, "VALIDATION_ERROR", subCategory="ILS.DUPLICATE_LIST_NAMES")


def _living(books: Books) -> list[Segment]:
    return [one for one in books.state.lists.values() if one.deleted is None]


def _wanted(books: Books, one: Segment, body: Object) -> bool:
    ids, types = words(body.get("listIds"), "listIds"), words(body.get("processingTypes"), "processingTypes")
    query, type_ = (
        a_word(body.get("query") or "", "query").lower(),
        a_word(body.get("objectTypeId") or "", "objectTypeId"),
    )
    right_type = not type_ or one.kind == books.kind(type_).name
    return (
        right_type
        and (not ids or one.id in ids)
        and (not types or one.processing in types)
        and query in one.name.lower()
    )


def _found(books: Books, one: Segment, asked_for: list[str]) -> dict[str, Json]:
    """A search result: what more was asked for comes as strings under `additionalProperties`."""
    whole = shown(books, one)
    size = whole.pop("size")
    last = max(members(books, one).values(), default=None)
    extra: dict[str, Json] = {
        "hs_list_size": str(size),
        "hs_list_reference_count": "0",
        **({"hs_last_record_added_at": stamp(last)} if last is not None else {}),
    }
    kept = {name: value for name, value in extra.items() if name in asked_for or name != "hs_last_record_added_at"}
    return {**whole, "additionalProperties": kept}


def _whole(body: Object, name: str, otherwise: int, most: int) -> int:
    value = body.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Refusal(400, f"Invalid input: {name} must be a whole number up to {most}")
    return value


def _write_down(books: Books, op: str, segment: Segment) -> None:
    changes: dict[str, tuple[Json, Json]] = {"name": (None, segment.name)}
    books.write_down(CLIENT, op, "lists", segment.id, changes)
