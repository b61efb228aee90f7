"""What moves on other records when one is associated or logged: counters, last contacts, first outreach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.links import End
from crmsync.emulator.hubspot.store import Record, Source, changed
from crmsync.emulator.hubspot.values import instant

COMPUTED = Source("CALCULATED")
_CONVERSATIONS = ("calls", "emails", "meetings", "communications")
_PARTIES = ("contacts", "companies", "deals", "tickets", "leads")

# of whom, the other type, the counter of such others
_COUNTERS = (
    ("deals", "contacts", "num_associated_contacts"),
    ("companies", "contacts", "num_associated_contacts"),
    ("tickets", "companies", "hs_num_associated_companies"),
)


def after_logging(books: Books, kind: Kind, record: Record) -> None:
    """A logged call, e-mail, note or task moves the roll-ups, and with them the stamps, of everybody it is about."""
    if kind.engagement:
        for end in books.state.links.of_any((kind.name, record.id), _PARTIES):
            _logged(books, kind, record, end)


def after_linking(books: Books, ends: tuple[End, End], *, fresh: bool) -> None:
    """Two records belong together, or no longer: counters on either side, and an activity about somebody new."""
    for one, other in (ends, ends[::-1]):
        record = books.table(KINDS[one[0]]).find(one[1])
        if record is None:
            continue
        values = _counted(books, one, other[0]) | _named(books, one, other[0])
        _keep(books, KINDS[one[0]], record, values)
        activity = books.table(KINDS[other[0]]).find(other[1])
        if fresh and KINDS[other[0]].engagement and activity is not None and one[0] in _PARTIES:
            _logged(books, KINDS[other[0]], activity, one)


def _logged(books: Books, kind: Kind, activity: Record, end: End) -> None:
    party = books.table(KINDS[end[0]]).find(end[1])
    if party is None:
        return
    at = activity.get("hs_timestamp") or books.stamp()
    if end[0] == "leads":
        _keep(books, KINDS["leads"], party, _outreach(kind, party, at))
        return
    _keep(books, KINDS[end[0]], party, _rolled_up(KINDS[end[0]], party, kind, at))
    if end[0] == "contacts" and kind.name in _CONVERSATIONS:
        for id_ in list(books.state.links.of(end, "leads")):
            lead = books.table(KINDS["leads"]).find(id_)
            if lead is not None:
                _keep(books, KINDS["leads"], lead, _outreach(kind, lead, at))


def _rolled_up(of: Kind, party: Record, kind: Kind, at: str) -> dict[str, str]:
    values = {"num_notes": one_more(party, "num_notes")}
    if of.name != "tickets":
        values["notes_last_updated"] = at
    if kind.name not in _CONVERSATIONS or of.name == "tickets":
        return values
    values["notes_last_contacted"] = max(at, party.get("notes_last_contacted") or "")
    if of.name in {"contacts", "companies"}:
        values["hs_last_sales_activity_date"] = values["notes_last_contacted"]
    if of.name == "contacts":
        values["num_contacted_notes"] = one_more(party, "num_contacted_notes")
        values["hs_is_unworked"] = "false"
    return values


def _outreach(kind: Kind, lead: Record, at: str) -> dict[str, str]:
    """The ready-made measure of the promise: when a lead was first reached out to, and after how many milliseconds."""
    if kind.name not in _CONVERSATIONS:
        return {}
    values = {"hs_lead_outreach_activity_count": one_more(lead, "hs_lead_outreach_activity_count")}
    first = lead.get("hs_lead_first_outreach_date")
    if first is None or at < first:
        values["hs_lead_first_outreach_date"] = at
        values["hs_lead_time_to_first_outreach"] = str(max(0, (instant(at) or 0) - lead.created))
    return values


def _counted(books: Books, end: End, other: str) -> dict[str, str]:
    """The counter of that side, as far as it exists there already or the record was made with it."""
    return {
        name: str(len(books.state.links.of(end, other)))
        for of, counted, name in _COUNTERS
        if (of, counted) == (end[0], other)
    }


def _named(books: Books, end: End, other: str) -> dict[str, str]:
    """Contacts name their primary company, leads their contact."""
    if (end[0], other) == ("contacts", "companies"):
        types = books.state.links.of(end, other)
        primary = [id_ for id_, told in types.items() if any(one.label == "Primary" for one in told)]
        return {"associatedcompanyid": primary[0] if primary else ""}
    if (end[0], other) == ("leads", "contacts"):
        first = next(iter(books.state.links.of(end, other)), "")
        contact = books.table(KINDS["contacts"]).find(first) if first else None
        told = {"hs_primary_contact_id": first}
        for name in ("email", "firstname", "lastname"):
            told[f"hs_associated_contact_{name}"] = (contact.get(name) if contact else None) or ""
        return told
    return {}


def _keep(books: Books, kind: Kind, record: Record, values: Mapping[str, str]) -> None:
    """Computed values move the stamp like any other, but only when they really differ."""
    differ = {name: value for name, value in values.items() if (record.get(name) or "") != value}
    if differ:
        now = books.now()
        books.keep(kind, replace(changed(record, differ, now, COMPUTED), modified=now))


def one_more(record: Record, name: str) -> str:
    """The counter after one more."""
    before = record.get(name) or "0"
    return str(int(before) + 1 if before.isdecimal() and before.isascii() else 1)


def at_birth(books: Books, kind: Kind, id_: str) -> dict[str, str]:
    """What the associations a record is made with tell of it."""
    told: dict[str, str] = {}
    for other in _PARTIES:
        if books.state.links.of((kind.name, id_), other):
            told |= _counted(books, (kind.name, id_), other) | _named(books, (kind.name, id_), other)
    return told
