"""What every associations API shares: pairs of records, their types, the envelope of a batch (facts section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.links import LinkType
from crmsync.emulator.hubspot.linktypes import DEFINED, link_type
from crmsync.emulator.hubspot.reading import a_list, a_word, an_object, body_of
from crmsync.emulator.hubspot.refusals import VALIDATION, Refusal
from crmsync.emulator.hubspot.rollups import after_linking
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

MOST = 1_000

Kinds = tuple[Kind, Kind]
Pair = tuple[Record, Record]


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
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    asked: list[LinkType | None] = [*types] or [None]
    fresh = [books.state.links.join(*ends, linked) for linked in asked]
    after_linking(books, ends, fresh=any(fresh))
    _write_down(books, kinds, pair, "associate", (None if any(fresh) else pair[1].id, pair[1].id))


def unlink(books: Books, kinds: Kinds, pair: Pair) -> None:
    """Undo the association of two records and write it down."""
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    before = pair[1].id if books.state.links.part(*ends) else None
    after_linking(books, ends, fresh=False)
    _write_down(books, kinds, pair, "dissociate", (before, None))


def unlabel(books: Books, kinds: Kinds, pair: Pair, types: list[LinkType]) -> None:
    """Take these labels off a pair and write it down."""
    ends = (kinds[0].name, pair[0].id), (kinds[1].name, pair[1].id)
    for linked in types:
        books.state.links.unlabel(*ends, linked)
    after_linking(books, ends, fresh=False)
    _write_down(books, kinds, pair, "dissociate", (pair[1].id, None))


def can_link(kinds: Kinds) -> None:
    """400 for two object types that this portal does not associate."""
    if link_type(kinds[0].name, kinds[1].name) is None:
        raise Refusal(400, f"Associating {kinds[0].name} with {kinds[1].name} is not supported by the emulator")


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


def _write_down(books: Books, kinds: Kinds, pair: Pair, op: str, change: tuple[Json, Json]) -> None:
    books.write_down(CLIENT, op, kinds[0].name, pair[0].id, {f"associations.{kinds[1].name}": change})
