"""Search over HTTP: on an index that may lag, never past ten thousand results (facts/hubspot.md section 5.5)."""

from __future__ import annotations

import json
from collections.abc import Callable

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.operators import sort_key
from crmsync.emulator.hubspot.reading import Object, body_of, show
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.remembered import Found, after
from crmsync.emulator.hubspot.search import LONGEST, Question, Searched, by_id_from, matches_text, understand
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

# what a `query` looks at, by object type (doc: search guide)
_SEARCHABLE: dict[str, tuple[str, ...]] = {
    "contacts": ("firstname", "lastname", "email", "phone", "hs_additional_emails", "fax", "mobilephone", "company"),
    "companies": ("website", "phone", "name", "domain"),
    "deals": ("dealname", "pipeline", "dealstage", "description", "dealtype"),
    "leads": ("hs_lead_name",),
    "calls": ("hs_call_title", "hs_body_preview"),
    "emails": ("hs_email_subject",),
    "meetings": ("hs_meeting_title", "hs_meeting_body"),
    "notes": ("hs_note_body",),
    "tasks": ("hs_body_preview", "hs_task_subject"),
}


def search_objects(books: Books, asked: Asked) -> Answer:
    """The records that fit, `limit` of them from offset `after`; archived and merged ones never."""
    kind, faults = books.kind(asked.params["type"]), books.desk.faults
    body = body_of(asked)
    _not_too_long(asked, body, whole=faults.switched("search_whole_body"))
    iso = faults.switched("iso_search_dates", otherwise=True)
    where = Searched(books.schema(kind), _linked(books, kind), iso)
    question = understand(body, where)
    found = _searched(books, kind, question, body, where)
    end = question.after + question.limit
    results: list[Json] = [show(books, kind, one, question.wanted) for one in found.page]
    more: dict[str, Json] = (
        {"paging": {"next": {"after": str(end)}}} if question.limit > 0 and end < found.total else {}
    )
    return Answer(body={"total": _drifting(books, found.total), "results": results, **more})


def _not_too_long(asked: Asked, body: Object, *, whole: bool) -> None:
    """3,000 characters of query (doc: search guide) - of the whole body, as the page says, only with the switch.

    Long lists of properties are seen to pass in the wild (public: airbyte), so usually they do not count.
    """
    counted = {name: value for name, value in body.items() if name != "properties"}
    length = len(asked.body) if whole else len(json.dumps(counted, separators=(",", ":"), ensure_ascii=False))
    if length > LONGEST:
        raise Refusal(400, f"Invalid input: the request body must not be longer than {LONGEST} characters")


def _drifting(books: Books, total: int) -> int:
    """The total, or one that goes up and down from call to call when `total_drift` is planted."""
    drift = books.desk.faults.setting("total_drift")
    if drift is None:
        return total
    by, up = drift.get("by", 1), drift.get("up") is not True
    drift["up"] = up
    return max(0, total + (by if up else -by)) if isinstance(by, int) else total


def _searched(books: Books, kind: Kind, question: Question, body: Object, where: Searched) -> Found:
    """The page that was asked for; a search asked before is not made again for its next page."""
    words, index = _in_words(body), books.state.index
    split = by_id_from(body)
    if split is not None and "associations." not in words:
        rest, last = split
        rows = index.rows(kind.name, books.now())
        known = books.remembered.by_id(index, (kind.name, _in_words(rest)), understand(rest, where).fits, rows)
        return after(known, last, question.after, question.limit)
    index.rows(kind.name, books.now())  # what was due is shown by now
    if "associations." in words:
        found = _found(books, kind, question)
    else:
        found = books.remembered.ordered(index, (kind.name, words), lambda: _found(books, kind, question))
    return Found(len(found), found[question.after : question.after + question.limit])


def _in_words(body: Object) -> str:
    """What makes two searches one question: all but the page and the properties shown."""
    return json.dumps({name: body[name] for name in sorted(body) if name not in {"after", "limit", "properties"}})


def _found(books: Books, kind: Kind, question: Question) -> list[Record]:
    rows = [one for one in books.state.index.rows(kind.name, books.now()) if question.fits(one)]
    if question.text:
        rows = [one for one in rows if matches_text(one, question.text, _SEARCHABLE.get(kind.name, ()))]
    if question.sort is None:
        return sorted(rows, key=lambda one: (one.created, int(one.id)))
    return sorted(rows, key=sort_key(books.schema(kind)[question.sort]), reverse=question.descending)


def _linked(books: Books, kind: Kind) -> Callable[[str, str], set[str]]:
    def linked(word: str, id_: str) -> set[str]:
        other = books.kind(word)
        return set(books.state.links.of((other.name, books.table(other).resolve(id_)), kind.name))

    return linked
