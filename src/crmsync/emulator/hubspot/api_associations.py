"""Who belongs to whom, in batches of up to a thousand (facts/hubspot.md section 6)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import Kind, link_type
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.reading import Object, a_list, a_number, a_word, an_object, body_of, inputs_of, paging
from crmsync.emulator.hubspot.refusals import VALIDATION, Refusal, not_found
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

MOST, PAGE = 1_000, 500

Pair = tuple[Record, Record]


def read_links(books: Books, asked: Asked) -> Answer:
    """Per record its associations, `toObjectId` as a number; records without any make the answer a 207 (benign)."""
    source, target = books.kind(asked.params["source"]), books.kind(asked.params["target"])
    results: list[Json] = []
    errors: list[Json] = []
    for one in inputs_of(body_of(asked), MOST):
        id_, after = a_word(one.get("id"), "id"), a_word(one.get("after") or "0", "after")
        shown = _links_of(books, source, target, id_, int(after) if _is_id(after) else 0)
        if shown is not None:
            results.append(shown)
        else:
            errors.append(_nothing(source, target, id_))
    at = books.stamp()
    body: dict[str, Json] = {"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at}
    return Answer(207, {**body, "numErrors": len(errors), "errors": errors}) if errors else Answer(200, body)


def list_links(books: Books, asked: Asked) -> Answer:
    """The associations of one record, page by page."""
    source, target = books.kind(asked.params["type"]), books.kind(asked.params["target"])
    record = books.table(source).find(asked.params["id"])
    if record is None:
        raise not_found()
    after = asked.query.get("after", "0")
    limit = a_number(asked, "limit", PAGE, PAGE)
    shown = _page(books, source, target, record.id, int(after) if _is_id(after) else 0, limit)
    more = paging(asked, str(shown[-1]["after"])) if shown and "after" in shown[-1] else {}
    return Answer(body={"results": [one["to"] for one in shown], **more})


def create_links(books: Books, asked: Asked) -> Answer:
    """Associate pairs with the kinds they name."""
    return _each_pair(books, asked, _join, 201)


def create_plain_links(books: Books, asked: Asked) -> Answer:
    """Associate pairs plainly."""
    return _each_pair(books, asked, _join, 200)


def archive_links(books: Books, asked: Asked) -> Answer:
    """Undo the associations of pairs; the dated versions answer 200 with a body, the numbered ones 204."""
    answer = _each_pair(books, asked, _part, 200)
    return Answer(204) if "/v4/" in asked.path else answer


def put_plain_link(books: Books, asked: Asked) -> Answer:
    """Associate one record with another, without a body."""
    kinds = (books.kind(asked.params["type"]), books.kind(asked.params["target"]))
    pair = _found(books, kinds, asked.params["id"], asked.params["other"])
    _join(books, kinds, pair, {})
    return Answer(body={"status": "COMPLETE", "results": [_shown_pair(kinds, pair)]})


def _each_pair(
    books: Books, asked: Asked, do: Callable[[Books, tuple[Kind, Kind], Pair, Object], None], good: int
) -> Answer:
    kinds = (books.kind(asked.params["source"]), books.kind(asked.params["target"]))
    inputs = inputs_of(body_of(asked), MOST)
    pairs: list[tuple[Pair, Object]] = []
    for one in inputs:
        source = a_word(an_object(one.get("from")).get("id"), "from.id")
        to = one.get("to")
        targets = [a_word(an_object(each).get("id"), "to.id") for each in (to if isinstance(to, list) else [to])]
        pairs += [(_found(books, kinds, source, target), one) for target in targets]
    for pair, one in pairs:
        do(books, kinds, pair, one)
    at = books.stamp()
    results: list[Json] = [_shown_pair(kinds, pair) for pair, _ in pairs]
    return Answer(good, {"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at})


def _join(books: Books, kinds: tuple[Kind, Kind], pair: Pair, one: Object) -> None:
    types = [an_object(type_) for type_ in a_list(one.get("types") or [], "types")]
    linked = _type_of(types[0]) if types else None
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    before = None if books.state.links.join(*ends, linked) else pair[1].id
    changes: dict[str, tuple[Json, Json]] = {f"associations.{kinds[1].name}": (before, pair[1].id)}
    books.write_down(CLIENT, "associate", kinds[0].name, pair[0].id, changes)


def _part(books: Books, kinds: tuple[Kind, Kind], pair: Pair, _one: Object) -> None:
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    before = pair[1].id if books.state.links.part(*ends) else None
    changes: dict[str, tuple[Json, Json]] = {f"associations.{kinds[1].name}": (before, None)}
    books.write_down(CLIENT, "dissociate", kinds[0].name, pair[0].id, changes)


def _type_of(type_: Object) -> LinkType:
    number = type_.get("associationTypeId")
    if isinstance(number, bool) or not isinstance(number, int):
        raise Refusal(400, "Invalid input: associationTypeId must be a whole number")
    return LinkType(a_word(type_.get("associationCategory") or "HUBSPOT_DEFINED", "associationCategory"), number)


def _found(books: Books, kinds: tuple[Kind, Kind], source: str, target: str) -> Pair:
    first, second = books.table(kinds[0]).find(source), books.table(kinds[1]).find(target)
    if first is None or second is None:
        raise Refusal(400, f"Invalid association: {source} or {target} does not exist", VALIDATION)
    return first, second


def _shown_pair(kinds: tuple[Kind, Kind], pair: Pair) -> dict[str, Json]:
    type_: dict[str, Json] = {
        "associationCategory": "HUBSPOT_DEFINED",
        "associationTypeId": link_type(kinds[0].name, kinds[1].name),
    }
    return {"from": {"id": pair[0].id}, "to": {"id": pair[1].id}, "associationSpec": type_}


def _links_of(books: Books, source: Kind, target: Kind, id_: str, after: int) -> dict[str, Json] | None:
    if not _is_id(id_):
        return None
    page = _page(books, source, target, books.table(source).resolve(id_), after, PAGE)
    if not page:
        return None
    more: dict[str, Json] = {"paging": {"next": {"after": page[-1]["after"]}}} if "after" in page[-1] else {}
    return {"from": {"id": id_}, "to": [one["to"] for one in page], **more}


def _page(books: Books, source: Kind, target: Kind, id_: str, after: int, limit: int) -> list[dict[str, Json]]:
    """Up to `limit` associations from offset `after`; the last one carries the next offset when there are more."""
    links = books.state.links.of((source.name, id_), target.name)
    rows: list[dict[str, Json]] = [
        {"to": {"toObjectId": int(other), "associationTypes": [linked.as_json()]}}
        for other, linked in islice(links.items(), after, after + limit)
    ]
    if rows and len(links) > after + limit:
        rows[-1]["after"] = str(after + limit)
    return rows


def _nothing(source: Kind, target: Kind, id_: str) -> dict[str, Json]:
    if not _is_id(id_):
        category, sub = VALIDATION, "crm.associations.INVALID_IDENTIFIER"
        message = f"{id_} is not a valid identifier of a {source.singular}."
    else:
        category, sub = "OBJECT_NOT_FOUND", "crm.associations.NO_ASSOCIATIONS_FOUND"
        message = f"No {target.singular} is associated with {source.singular} {id_}."
    context: dict[str, Json] = {"fromObjectId": [id_], "fromObjectType": [source.singular]}
    return {"status": "error", "category": category, "subCategory": sub, "message": message, "context": context}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20
