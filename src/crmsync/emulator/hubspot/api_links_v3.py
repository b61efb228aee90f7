"""The v3 associations API, which names types in words (capture of 12 Mar 2026, NangoHQ create-association)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.linking import (
    MOST,
    Kinds,
    Pair,
    batch_answer,
    found_pair,
    is_id,
    kinds_of,
    link,
    living,
    nobody,
    unlink,
)
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.reading import Object, a_word, an_object, associations_of, body_of, inputs_of, show
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.wire import Answer, Asked, Json


def list_types(books: Books, asked: Asked) -> Answer:
    """The types of the pair by id and name."""
    kinds = kinds_of(books, asked)
    known = books.state.links.known((kinds[0].name, kinds[1].name))
    return Answer(body={"results": [{"id": str(one.number), "name": name_of(books, kinds, one)} for one in known]})


def read_named(books: Books, asked: Asked) -> Answer:
    """Per record the ids it belongs to, each with the name of its type; 207 when some have none."""
    source, target = kinds_of(books, asked)
    results: list[Json] = []
    errors: list[Json] = []
    for one in inputs_of(body_of(asked), MOST):
        id_ = a_word(one.get("id"), "id")
        links = living(books, source, target, books.table(source).resolve(id_)) if is_id(id_) else {}
        to: list[Json] = [
            {"id": other, "type": name_of(books, (source, target), linked)}
            for other, types in links.items()
            for linked in types
        ]
        if to:
            results.append({"from": {"id": id_}, "to": to})
        else:
            errors.append(nobody(source, target, id_))
    return batch_answer(books, results, errors)


def create_named(books: Books, asked: Asked) -> Answer:
    """Associate pairs by the name of a type: 201, both directions listed as the capture has them."""
    kinds, pairs = _pairs(books, asked)
    results: list[Json] = []
    for pair, linked in pairs:
        link(books, kinds, pair, [linked])
        results += [_back(books, kinds, pair, linked), _shown(books, kinds, pair, linked)]
    return batch_answer(books, results, [], 201)


def archive_named(books: Books, asked: Asked) -> Answer:
    """Undo the associations of pairs: 204."""
    kinds, pairs = _pairs(books, asked)
    for pair, _ in pairs:
        unlink(books, kinds, pair)
    return Answer(204)


def list_named(books: Books, asked: Asked) -> Answer:
    """The associations of one record by id and name of type; without paging, as these lists come whole."""
    kinds = (books.kind(asked.params["type"]), books.kind(asked.params["target"]))
    record = books.table(kinds[0]).find(asked.params["id"])
    if record is None:
        raise not_found()
    links = living(books, *kinds, record.id)
    results: list[Json] = [
        {"id": other, "type": name_of(books, kinds, linked)} for other, types in links.items() for linked in types
    ]
    return Answer(body={"results": results})


def put_named(books: Books, asked: Asked) -> Answer:
    """Associate one record with another by the name or number of a type; the answer is the first record."""
    kinds, pair, linked = _one(books, asked)
    link(books, kinds, pair, [linked])
    shown = show(books, kinds[0], pair[0], [])
    return Answer(body={**shown, **associations_of(books, kinds[0], pair[0], [kinds[1].name])})


def delete_named(books: Books, asked: Asked) -> Answer:
    """Undo the association of one record with another: 204."""
    kinds, pair, _ = _one(books, asked)
    unlink(books, kinds, pair)
    return Answer(204)


def name_of(books: Books, kinds: Kinds, linked: LinkType) -> str:
    """`contact_to_company`, `contact_to_company_unlabeled`, or the name of a label."""
    plain = f"{kinds[0].singular}_to_{kinds[1].singular}"
    return books.state.links.named((kinds[0].name, kinds[1].name), plain, linked)


def _pairs(books: Books, asked: Asked) -> tuple[Kinds, list[tuple[Pair, LinkType]]]:
    kinds = kinds_of(books, asked)
    known = _known(books, kinds)
    return kinds, [_pair(books, kinds, one, known) for one in inputs_of(body_of(asked), MOST)]


def _known(books: Books, kinds: Kinds) -> dict[str, LinkType]:
    types = books.state.links.known((kinds[0].name, kinds[1].name))
    return {word: one for one in types for word in (str(one.number), name_of(books, kinds, one))}


def _one(books: Books, asked: Asked) -> tuple[Kinds, Pair, LinkType]:
    kinds = (books.kind(asked.params["type"]), books.kind(asked.params["target"]))
    linked = _known(books, kinds).get(asked.params["label"])
    if linked is None:
        raise Refusal(400, f"{asked.params['label']} is not a valid association type")
    return kinds, found_pair(books, kinds, asked.params["id"], asked.params["other"]), linked


def _pair(books: Books, kinds: Kinds, one: Object, known: dict[str, LinkType]) -> tuple[Pair, LinkType]:
    source = a_word(an_object(one.get("from")).get("id"), "from.id")
    target, type_ = a_word(an_object(one.get("to")).get("id"), "to.id"), a_word(one.get("type"), "type")
    if type_ not in known:
        raise Refusal(400, f"{type_} is not a valid association type from {kinds[0].name} to {kinds[1].name}")
    return found_pair(books, kinds, source, target), known[type_]


def _shown(books: Books, kinds: Kinds, pair: Pair, linked: LinkType) -> dict[str, Json]:
    return {"from": {"id": pair[0].id}, "to": {"id": pair[1].id}, "type": name_of(books, kinds, linked)}


def _back(books: Books, kinds: Kinds, pair: Pair, linked: LinkType) -> dict[str, Json]:
    back = books.state.links.reverse((kinds[0].name, kinds[1].name), linked)
    return _shown(books, (kinds[1], kinds[0]), (pair[1], pair[0]), back)
