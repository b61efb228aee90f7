"""One record at a time: list, get, create, change, archive, merge (facts/hubspot.md sections 5.1, 5.3 and 5.7)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from crmsync.emulator.hubspot.books import CLIENT, Books, client
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.links import End, LinkType
from crmsync.emulator.hubspot.people import slip_in
from crmsync.emulator.hubspot.reading import (
    Object,
    a_flag,
    a_list,
    a_word,
    an_object,
    associations_of,
    body_of,
    listed,
    page_size,
    paging,
    show,
    show_all,
    show_made,
)
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.writing import archive, create, forget, merge, update
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, PAGE_WITH_HISTORY, DEFAULT_PAGE = 100, 50, 10


def list_objects(books: Books, asked: Asked) -> Answer:
    """A page in ascending id order; `archived=true` shows only the bin."""
    kind = books.kind(asked.params["type"])
    history = listed(asked, "propertiesWithHistory")
    limit = page_size(books, asked, DEFAULT_PAGE, PAGE_WITH_HISTORY if history else PAGE)
    archived = a_flag(asked, "archived")
    rows = (one for one in books.table(kind).from_id(_after(asked)) if (one.archived is not None) == archived)
    page = list(islice(rows, limit + 1))
    wanted, others = listed(asked, "properties"), listed(asked, "associations")
    shown: list[Json] = [
        {**show(books, kind, one, wanted, history), **associations_of(books, kind, one, others)} for one in page[:limit]
    ]
    more = paging(asked, page[limit].id) if len(page) > limit else {}
    return Answer(body={"results": shown, **more})


def get_object(books: Books, asked: Asked) -> Answer:
    """One record by id (also one it had before a merge) or by another unique property."""
    kind = books.kind(asked.params["type"])
    record = located(books, kind, asked.params["id"], asked.query.get("idProperty"), archived=a_flag(asked, "archived"))
    if record is None:
        raise not_found()
    history, others = listed(asked, "propertiesWithHistory"), listed(asked, "associations")
    shown = show(books, kind, record, listed(asked, "properties"), history)
    return Answer(body={**shown, **associations_of(books, kind, record, others)})


def create_object(books: Books, asked: Asked) -> Answer:
    """A new record: 201 with all it holds."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    given, ties = properties_of(body), ties_of(books, kind, body)
    slip_in(books, [(kind.name, "")])
    return Answer(201, show_made(kind, create(books, kind, given, client(asked), ties)))


def update_object(books: Books, asked: Asked) -> Answer:
    """Change some properties."""
    kind, given = books.kind(asked.params["type"]), properties_of(body_of(asked))
    by = asked.query.get("idProperty")
    record = located(books, kind, asked.params["id"], by)
    slip_in(books, [(kind.name, record.id)] if record else [])
    record = located(books, kind, record.id if record else asked.params["id"], None if record else by)
    if record is None:
        raise not_found()
    return Answer(body=show_all(kind, update(books, kind, record, given, client(asked))))


def archive_object(books: Books, asked: Asked) -> Answer:
    """Put a record into the bin; one that is there already is fine too."""
    kind = books.kind(asked.params["type"])
    record = books.table(kind).find(asked.params["id"])
    if record is not None:
        slip_in(books, [(kind.name, record.id)])
        archive(books, kind, books.table(kind).find(record.id) or record, CLIENT)
    elif books.table(kind).find(asked.params["id"], archived=True) is None:
        raise not_found()
    return Answer(204)


def merge_objects(books: Books, asked: Asked) -> Answer:
    """Make two records one, under a third id."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    table = books.table(kind)
    primary = table.find(a_word(body.get("primaryObjectId"), "primaryObjectId"))
    other = table.find(a_word(body.get("objectIdToMerge"), "objectIdToMerge"))
    if primary is None or other is None:
        raise not_found()
    if primary.id == other.id:
        raise Refusal(400, "Cannot merge a record with itself")
    return Answer(body=show_all(kind, merge(books, kind, primary, other, CLIENT)))


def forget_contact(books: Books, asked: Asked) -> Answer:
    """GDPR delete: nothing of the contact is left, its addresses are blocked, a later get is a 404 (section 5.7)."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    if kind.name != "contacts":
        raise Refusal(400, f"GDPR delete of {kind.name} is not supported by the emulator")
    wanted, by = a_word(body.get("objectId"), "objectId"), a_word(body.get("idProperty") or "", "idProperty")
    record = located(books, kind, wanted, by) or (located(books, kind, wanted, archived=True) if not by else None)
    if by == "email":
        books.state.blocked.add(wanted.strip().lower())
    if record is not None:
        forget(books, kind, record, CLIENT)
    return Answer(204)


def located(books: Books, kind: Kind, id_: str, by: str | None = None, *, archived: bool = False) -> Record | None:
    """The record of that id, or the holder of that value when `by` names a unique property; 400 for one that is not."""
    table = books.table(kind)
    if by is None or by in {"", "hs_object_id"}:
        return table.find(id_, archived=archived)
    if by not in table.unique:
        raise Refusal(400, f"The property {by} is not a unique identifier property of {kind.name}")
    return table.holder(by, id_)


def properties_of(body: Object) -> Mapping[str, Json]:
    """The `properties` of a write."""
    return an_object(body.get("properties", {}))


def ties_of(books: Books, kind: Kind, body: Object) -> list[tuple[End, LinkType | None]]:
    """The associations a new record shall have; 400 for a record that is not there."""
    ties: list[tuple[End, LinkType | None]] = []
    for one in a_list(body.get("associations") or [], "associations"):
        tie = an_object(one)
        to = a_word(an_object(tie.get("to")).get("id"), "to.id")
        for type_ in a_list(tie.get("types"), "types"):
            target, linked = _target(books, kind, an_object(type_))
            record = books.table(target).find(to)
            if record is None:
                raise Refusal(400, f"Invalid association: no {target.singular} with id {to}", associations=[to])
            ties.append(((target.name, record.id), linked))
    if kind.name == "leads" and not any(end[0] in {"contacts", "companies"} for end, _ in ties):
        words = "Error creating LEAD. Leads must be associated with a contact or a company when they are created."
        raise Refusal(400, words, context={"objectType": ["LEAD"]})
    return ties


def _target(books: Books, kind: Kind, type_: Object) -> tuple[Kind, LinkType]:
    number = type_.get("associationTypeId")
    category = type_.get("associationCategory") or "HUBSPOT_DEFINED"
    for name in books.state.tables:
        for one in books.state.links.known((kind.name, name)):
            if (one.number, one.category) == (number, category):
                return KINDS[name], one
    raise Refusal(400, f"{number} is not an association type of {kind.name}")


def _after(asked: Asked) -> int:
    text = asked.query.get("after", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {text}")
    return int(text or 0)
