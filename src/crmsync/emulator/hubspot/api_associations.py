"""Who belongs to whom: association batches and single records, v4 and dated (facts/hubspot.md section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.linktypes import DEFINED, link_type
from crmsync.emulator.hubspot.reading import Object, a_list, a_number, a_word, an_object, body_of, inputs_of, paging
from crmsync.emulator.hubspot.refusals import VALIDATION, Refusal, not_found
from crmsync.emulator.hubspot.rollups import after_linking
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

MOST, PAGE = 1_000, 500

Kinds = tuple[Kind, Kind]
Pair = tuple[Record, Record]


def read_links(books: Books, asked: Asked) -> Answer:
    """Per record its associations, `toObjectId` as a number; records without any make the answer a 207 (benign)."""
    source, target = kinds_of(books, asked)
    results: list[Json] = []
    errors: list[Json] = []
    for one in inputs_of(body_of(asked), MOST):
        id_, after = a_word(one.get("id"), "id"), a_word(one.get("after") or "0", "after")
        shown = _links_of(books, source, target, id_, int(after) if is_id(after) else 0)
        if shown is not None:
            results.append(shown)
        else:
            errors.append(nobody(source, target, id_))
    return batch_answer(books, results, errors)


def list_links(books: Books, asked: Asked) -> Answer:
    """The associations of one record, page by page; the vendor's 2026-09 file lacks the path, so a switch does too."""
    if "/2026-09/" in asked.path and not books.desk.faults.switched("dated_record_links", otherwise=True):
        raise not_found()
    source, target = books.kind(asked.params["type"]), books.kind(asked.params["target"])
    record = books.table(source).find(asked.params["id"])
    if record is None:
        raise not_found()
    after = asked.query.get("after", "0")
    limit = a_number(asked, "limit", PAGE, PAGE)
    shown = _page(books, source, target, record.id, int(after) if is_id(after) else 0, limit)
    more = paging(asked, str(shown[-1]["after"])) if shown and "after" in shown[-1] else {}
    return Answer(body={"results": [one["to"] for one in shown], **more})


def create_links(books: Books, asked: Asked) -> Answer:
    """Associate pairs by the types they name: 201, and 200 since 2026-09 (section 1)."""
    kinds = kinds_of(books, asked)
    pairs = _pairs(books, kinds, asked)
    for pair, one in pairs:
        _join(books, kinds, pair, types_of(books, kinds, one.get("types"), f"{pair[1].id}"))
    results = [shown_labels(books, kinds, pair) for pair, _ in pairs]
    return batch_answer(books, results, [], 200 if "/2026-09/" in asked.path else 201)


def create_plain_links(books: Books, asked: Asked) -> Answer:
    """Associate pairs plainly; the answer lists both directions."""
    kinds = kinds_of(books, asked)
    pairs = _pairs(books, kinds, asked)
    for pair, _ in pairs:
        _join(books, kinds, pair, [])
    return batch_answer(books, [one for pair, _ in pairs for one in _both_ways(kinds, pair)], [])


def archive_links(books: Books, asked: Asked) -> Answer:
    """Undo the associations of pairs; the dated versions answer 200 with a body, the numbered ones 204."""
    kinds = kinds_of(books, asked)
    pairs = _pairs(books, kinds, asked)
    for pair, _ in pairs:
        unlink(books, kinds, pair)
    if "/v4/" in asked.path:
        return Answer(204)
    return batch_answer(books, [one for pair, _ in pairs for one in _both_ways(kinds, pair)[:1]], [])


def archive_labels(books: Books, asked: Asked) -> Answer:
    """Take labels off pairs, which stay associated by whatever other types they have."""
    kinds = kinds_of(books, asked)
    for pair, one in _pairs(books, kinds, asked):
        for linked in types_of(books, kinds, one.get("types"), pair[1].id):
            books.state.links.unlabel((kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id), linked)
        _write_down(books, kinds, pair, "dissociate", (pair[1].id, None))
    return Answer(204)


def put_plain_link(books: Books, asked: Asked) -> Answer:
    """Associate one record with another, without a body."""
    kinds, pair = _named(books, asked)
    _plain(kinds)
    _join(books, kinds, pair, [])
    return batch_answer(books, _both_ways(kinds, pair), [])


def put_link(books: Books, asked: Asked) -> Answer:
    """Associate one record with another by the types of the body, which is a bare list."""
    kinds, pair = _named(books, asked)
    _join(books, kinds, pair, types_of(books, kinds, asked_list(asked), pair[1].id))
    return Answer(201, shown_labels(books, kinds, pair))


def delete_link(books: Books, asked: Asked) -> Answer:
    """Undo every association between two records."""
    kinds, pair = _named(books, asked)
    unlink(books, kinds, pair)
    return Answer(204)


def kinds_of(books: Books, asked: Asked) -> Kinds:
    """The two object types of the path."""
    return books.kind(asked.params["source"]), books.kind(asked.params["target"])


def asked_list(asked: Asked) -> Json:
    """The body of the few requests whose body is a bare list."""
    return body_of(asked, bare=True).get("")


def batch_answer(books: Books, results: Sequence[Json], errors: Sequence[Json], good: int = 200) -> Answer:
    """The envelope of an association batch; errors make it a 207."""
    at = books.stamp()
    body: dict[str, Json] = {"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at}
    return Answer(207, {**body, "numErrors": len(errors), "errors": errors}) if errors else Answer(good, body)


def types_of(books: Books, kinds: Kinds, value: Json, to: str) -> list[LinkType]:
    """The association types an input names; 400 for one that these object types do not have."""
    known = {(one.category, one.number): one for one in books.state.links.known((kinds[0].name, kinds[1].name))}
    found: list[LinkType] = []
    for one in a_list(value or [], "types"):
        type_ = an_object(one)
        number = type_.get("associationTypeId")
        if isinstance(number, bool) or not isinstance(number, int):
            raise Refusal(400, "Invalid input: associationTypeId must be a whole number")
        category = a_word(type_.get("associationCategory") or DEFINED, "associationCategory")
        if (category, number) not in known:
            words = (
                f"{category} association type {number} does not exist from {kinds[0].singular} to {kinds[1].singular}"
            )
            raise Refusal(400, words, VALIDATION, context={"toObjectId": [to]})
        found.append(known[category, number])
    return found


def shown_labels(books: Books, kinds: Kinds, pair: Pair) -> dict[str, Json]:
    """A pair with the labels it has now, as v4 writes answer."""
    types = books.state.links.of((kinds[0].name, pair[0].id), kinds[1].name).get(pair[1].id, ())
    return {
        "fromObjectTypeId": kinds[0].number,
        "fromObjectId": int(pair[0].id),
        "toObjectTypeId": kinds[1].number,
        "toObjectId": int(pair[1].id),
        "labels": [one.label for one in types if one.label],
    }


def link(books: Books, kinds: Kinds, pair: Pair, types: list[LinkType]) -> None:
    """Associate two records by these types (none: plainly) and write it down."""
    _join(books, kinds, pair, types)


def unlink(books: Books, kinds: Kinds, pair: Pair) -> None:
    """Undo the association of two records and write it down."""
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    before = pair[1].id if books.state.links.part(*ends) else None
    after_linking(books, ends, fresh=False)
    _write_down(books, kinds, pair, "dissociate", (before, None))


def found_pair(books: Books, kinds: Kinds, source: str, target: str) -> Pair:
    """Two live records, or 400."""
    first, second = books.table(kinds[0]).find(source), books.table(kinds[1]).find(target)
    if first is None or second is None:
        raise Refusal(400, f"Invalid association: {source} or {target} does not exist", VALIDATION)
    return first, second


def living(books: Books, source: Kind, target: Kind, id_: str) -> Mapping[str, tuple[LinkType, ...]]:
    """The associations of a record but those with archived ones, which come back with them."""
    links, records = books.state.links.of((source.name, id_), target.name), books.table(target).records
    if not any(other in records and records[other].archived is not None for other in links):
        return links
    return {one: types for one, types in links.items() if one not in records or records[one].archived is None}


def nobody(source: Kind, target: Kind, id_: str) -> dict[str, Json]:
    """The error of a batch read for a record without associations (benign) or with an id that is none."""
    if not is_id(id_):
        category, sub = VALIDATION, "crm.associations.INVALID_IDENTIFIER"
        message = f"{id_} is not a valid identifier of a {source.singular}."
    else:
        category, sub = "OBJECT_NOT_FOUND", "crm.associations.NO_ASSOCIATIONS_FOUND"
        message = f"No {target.singular} is associated with {source.singular} {id_}."
    context: dict[str, Json] = {"fromObjectId": [id_], "fromObjectType": [source.singular]}
    return {"status": "error", "category": category, "subCategory": sub, "message": message, "context": context}


def is_id(text: str) -> bool:
    """Whether a text could be the id of a record."""
    return text.isascii() and text.isdecimal() and len(text) < 20


def _pairs(books: Books, kinds: Kinds, asked: Asked) -> list[tuple[Pair, Object]]:
    """All pairs of a batch; one that is not there refuses all."""
    _plain(kinds)
    pairs: list[tuple[Pair, Object]] = []
    for one in inputs_of(body_of(asked), MOST):
        source = a_word(an_object(one.get("from")).get("id"), "from.id")
        to = one.get("to")
        targets = [a_word(an_object(each).get("id"), "to.id") for each in (to if isinstance(to, list) else [to])]
        pairs += [(found_pair(books, kinds, source, target), one) for target in targets]
        types_of(books, kinds, one.get("types"), ",".join(targets))
    return pairs


def _named(books: Books, asked: Asked) -> tuple[Kinds, Pair]:
    kinds = (books.kind(asked.params["type"]), books.kind(asked.params["target"]))
    return kinds, found_pair(books, kinds, asked.params["id"], asked.params["other"])


def _plain(kinds: Kinds) -> int:
    number = link_type(kinds[0].name, kinds[1].name)
    if number is None:
        raise Refusal(400, f"Associating {kinds[0].name} with {kinds[1].name} is not supported by the emulator")
    return number


def _join(books: Books, kinds: Kinds, pair: Pair, types: list[LinkType]) -> None:
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    asked: list[LinkType | None] = [*types] or [None]
    fresh = [books.state.links.join(*ends, linked) for linked in asked]
    after_linking(books, ends, fresh=any(fresh))
    _write_down(books, kinds, pair, "associate", (None if any(fresh) else pair[1].id, pair[1].id))


def _write_down(books: Books, kinds: Kinds, pair: Pair, op: str, change: tuple[Json, Json]) -> None:
    books.write_down(CLIENT, op, kinds[0].name, pair[0].id, {f"associations.{kinds[1].name}": change})


def _both_ways(kinds: Kinds, pair: Pair) -> list[Json]:
    return [_shown_pair(kinds, pair), _shown_pair((kinds[1], kinds[0]), (pair[1], pair[0]))]


def _shown_pair(kinds: Kinds, pair: Pair) -> dict[str, Json]:
    number = link_type(kinds[0].name, kinds[1].name)
    type_: dict[str, Json] = {"associationCategory": DEFINED, "associationTypeId": number}
    return {"from": {"id": pair[0].id}, "to": {"id": pair[1].id}, "associationSpec": type_}


def _links_of(books: Books, source: Kind, target: Kind, id_: str, after: int) -> dict[str, Json] | None:
    if not is_id(id_):
        return None
    page = _page(books, source, target, books.table(source).resolve(id_), after, PAGE)
    if not page:
        return None
    more: dict[str, Json] = {"paging": {"next": {"after": page[-1]["after"]}}} if "after" in page[-1] else {}
    return {"from": {"id": id_}, "to": [one["to"] for one in page], **more}


def _page(books: Books, source: Kind, target: Kind, id_: str, after: int, limit: int) -> list[dict[str, Json]]:
    """Up to `limit` associations from offset `after`; the last one carries the next offset when there are more."""
    links = living(books, source, target, id_)
    rows: list[dict[str, Json]] = [
        {"to": {"toObjectId": int(other), "associationTypes": [one.as_json() for one in types]}}
        for other, types in islice(links.items(), after, after + limit)
    ]
    if rows and len(links) > after + limit:
        rows[-1]["after"] = str(after + limit)
    return rows
