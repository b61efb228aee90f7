"""Who took part in marketing events: per contact, per event, and counted (facts/hubspot.md section 10).

Shapes of the vendor's file `Marketing Events/Rollouts/129888`; the events themselves are only as known here as that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import KINDS
from crmsync.emulator.hubspot.outreach import Attendance
from crmsync.emulator.hubspot.reading import a_number, paging
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, MOST = 10, 100


def of_contact(books: Books, asked: Asked) -> Answer:
    """What one contact, named by id or address, did about which events."""
    contacts, word = books.table(KINDS["contacts"]), asked.params["contact"]
    contact = contacts.holder("email", word) or contacts.find(word)
    if contact is None:
        raise not_found()
    return _page(books, asked, lambda one: contacts.resolve(one.contact) == contact.id)


def of_event(books: Books, asked: Asked) -> Answer:
    """Who did what about one event."""
    return _page(books, asked, lambda one: str(one.event) == asked.params["event"])


def counted(books: Books, asked: Asked) -> Answer:
    """How many did what about one event."""
    states = Counter(one.state for one in books.state.outreach.attendances if str(one.event) == asked.params["event"])
    if not states:
        raise not_found()
    told = {"attended": "ATTENDED", "registered": "REGISTERED", "cancelled": "CANCELLED", "noShows": "EMPTY"}
    return Answer(body={name: states[state] for name, state in told.items()})


def _page(books: Books, asked: Asked, fits: Callable[[Attendance], bool]) -> Answer:
    limit, after, state = (
        a_number(asked, "limit", PAGE, MOST),
        asked.query.get("after") or "0",
        asked.query.get("state"),
    )
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {after}")
    found = [one for one in books.state.outreach.attendances if fits(one) and state in (None, one.state)]
    rest = [one for one in found if one.number > int(after)]
    more = paging(asked, str(rest[limit - 1].number)) if len(rest) > limit else {}
    shown: list[Json] = [_shown(books, one) for one in rest[:limit]]
    return Answer(body={"total": len(found), "results": shown, **more})


def _shown(books: Books, one: Attendance) -> dict[str, Json]:
    contacts = books.table(KINDS["contacts"])
    contact = contacts.find(one.contact)
    known = contact.properties if contact is not None else {}
    person: dict[str, Json] = {"contactId": contacts.resolve(one.contact), "email": known.get("email", "")}
    names: dict[str, Json] = {name: known[name] for name in ("firstname", "lastname") if name in known}
    done: dict[str, Json] = {"occurredAt": one.at, "attendanceState": one.state}
    return {
        "id": str(one.number),
        "createdAt": stamp(one.at),
        "associations": {
            "contact": {**person, **names},
            "marketingEvent": {"marketingEventId": str(one.event), "name": one.name},
        },
        "properties": {**done, **({"attendanceDurationSeconds": one.seconds} if one.seconds else {})},
    }
