"""Who belongs to whom: association batches and single records, v4 and dated (facts/hubspot.md section 6)."""

from __future__ import annotations

from itertools import islice

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.linking import (
    MOST,
    Kinds,
    Pair,
    asked_list,
    batch_answer,
    can_link,
    found_pair,
    is_id,
    kinds_of,
    link,
    living,
    nobody,
    shown_labels,
    types_of,
    unlabel,
    unlink,
)
from crmsync.emulator.hubspot.linktypes import DEFINED, link_type
from crmsync.emulator.hubspot.reading import Object, a_number, a_word, an_object, body_of, inputs_of, paging
from crmsync.emulator.hubspot.refusals import not_found
from crmsync.emulator.wire import Answer, Asked, Json

PAGE = 500


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
        link(books, kinds, pair, types_of(books, kinds, one.get("types"), f"{pair[1].id}"))
    results = [shown_labels(books, kinds, pair) for pair, _ in pairs]
    return batch_answer(books, results, [], 200 if "/2026-09/" in asked.path else 201)


def create_plain_links(books: Books, asked: Asked) -> Answer:
    """Associate pairs plainly; the answer lists both directions."""
    kinds = kinds_of(books, asked)
    pairs = _pairs(books, kinds, asked)
    for pair, _ in pairs:
        link(books, kinds, pair, [])
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
        unlabel(books, kinds, pair, types_of(books, kinds, one.get("types"), pair[1].id))
    return Answer(204)


def put_plain_link(books: Books, asked: Asked) -> Answer:
    """Associate one record with another, without a body."""
    kinds, pair = _named(books, asked)
    can_link(kinds)
    link(books, kinds, pair, [])
    return batch_answer(books, _both_ways(kinds, pair), [])


def put_link(books: Books, asked: Asked) -> Answer:
    """Associate one record with another by the types of the body, which is a bare list."""
    kinds, pair = _named(books, asked)
    can_link(kinds)
    link(books, kinds, pair, types_of(books, kinds, asked_list(asked), pair[1].id))
    return Answer(201, shown_labels(books, kinds, pair))


def delete_link(books: Books, asked: Asked) -> Answer:
    """Undo every association between two records."""
    kinds, pair = _named(books, asked)
    unlink(books, kinds, pair)
    return Answer(204)


def _pairs(books: Books, kinds: Kinds, asked: Asked) -> list[tuple[Pair, Object]]:
    """All pairs of a batch; one that is not there refuses all."""
    can_link(kinds)
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
