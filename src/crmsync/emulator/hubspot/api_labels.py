"""Association types of two object types: HubSpot's own and the portal's labels, v4 and dated (facts section 6)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.linking import Kinds, kinds_of
from crmsync.emulator.hubspot.reading import Object, a_word, body_of
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.wire import Answer, Asked, Json


def list_labels(books: Books, asked: Asked) -> Answer:
    """Every type two such records can be associated by; the plain one has no label."""
    kinds = kinds_of(books, asked)
    return Answer(body={"results": [one.as_json() for one in books.state.links.known(_pair(kinds))]})


def create_label(books: Books, asked: Asked) -> Answer:
    """A label of the portal's own: the answer lists the type of each direction."""
    kinds, body = kinds_of(books, asked), body_of(asked)
    text, name = a_word(body.get("label"), "label"), a_word(body.get("name"), "name")
    known = books.state.links.known(_pair(kinds))
    if any(one.label == text for one in known):
        raise Refusal(409, f"The association label '{text}' already exists.", "CONFLICT")
    made = books.state.links.define(_pair(kinds), name, text, _inverse(body))
    _write_down(books, "create", kinds, text)
    return Answer(body={"results": [one.as_json() for one in made]})


def update_label(books: Books, asked: Asked) -> Answer:
    """Other words for a label: 204."""
    kinds, body = kinds_of(books, asked), body_of(asked)
    number, text = body.get("associationTypeId"), a_word(body.get("label"), "label")
    if isinstance(number, bool) or not isinstance(number, int):
        raise Refusal(400, "Invalid input: associationTypeId must be a whole number")
    if not books.state.links.rename(_pair(kinds), number, text, _inverse(body)):
        raise not_found()
    _write_down(books, "update", kinds, text)
    return Answer(204)


def delete_label(books: Books, asked: Asked) -> Answer:
    """The label is gone from the portal and from every pair of records; HubSpot's own cannot be deleted."""
    kinds, number = kinds_of(books, asked), asked.params["number"]
    if not number.isdecimal() or not number.isascii() or len(number) > 9:
        raise not_found()
    if not books.state.links.forget(_pair(kinds), int(number)):
        if any(one.number == int(number) for one in books.state.links.known(_pair(kinds))):
            raise Refusal(400, f"Association type {number} is defined by HubSpot and cannot be deleted")
        raise not_found()
    _write_down(books, "delete", kinds, number)
    return Answer(204)


def _pair(kinds: Kinds) -> tuple[str, str]:
    return kinds[0].name, kinds[1].name


def _inverse(body: Object) -> str:
    return a_word(body.get("inverseLabel") or "", "inverseLabel")


def _write_down(books: Books, op: str, kinds: Kinds, id_: str) -> None:
    changes: dict[str, tuple[Json, Json]] = {}
    books.write_down(CLIENT, op, f"labels/{kinds[0].name}/{kinds[1].name}", id_, changes)
