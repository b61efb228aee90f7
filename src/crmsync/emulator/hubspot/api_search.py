"""Search over HTTP: on an index that may lag, never past ten thousand results (facts/hubspot.md section 5.5)."""

from __future__ import annotations

from collections.abc import Callable

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.operators import sort_key
from crmsync.emulator.hubspot.reading import body_of, show
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.search import LONGEST, Question, matches_text, understand
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

_SEARCHABLE = ("firstname", "lastname", "email", "phone", "company", "hs_call_title", "hs_task_subject", "hs_lead_name")


def search_objects(books: Books, asked: Asked) -> Answer:
    """The records that fit, `limit` of them from offset `after`; archived and merged ones never."""
    kind = books.kind(asked.params["type"])
    if len(asked.body) > LONGEST:
        raise Refusal(400, f"Invalid input: the request body must not be longer than {LONGEST} characters")
    question = understand(body_of(asked), books.schema(kind), _linked(books, kind))
    found = _found(books, kind, question)
    end = question.after + question.limit
    results: list[Json] = [show(books, kind, one, question.wanted) for one in found[question.after : end]]
    more: dict[str, Json] = {"paging": {"next": {"after": str(end)}}} if question.limit > 0 and end < len(found) else {}
    return Answer(body={"total": len(found), "results": results, **more})


def _found(books: Books, kind: Kind, question: Question) -> list[Record]:
    rows = [one for one in books.state.index.rows(kind.name, books.now()) if question.fits(one)]
    if question.text:
        rows = [one for one in rows if matches_text(one, question.text, _SEARCHABLE)]
    if question.sort is None:
        return sorted(rows, key=lambda one: (one.created, int(one.id)))
    return sorted(rows, key=sort_key(books.schema(kind)[question.sort]), reverse=question.descending)


def _linked(books: Books, kind: Kind) -> Callable[[str, str], set[str]]:
    def linked(word: str, id_: str) -> set[str]:
        other = books.kind(word)
        return set(books.state.links.of((other.name, books.table(other).resolve(id_)), kind.name))

    return linked
