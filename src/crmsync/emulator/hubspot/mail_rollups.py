"""What becomes of a marketing e-mail moves the counters, and with them the stamps, of its recipient (section 7)."""

from __future__ import annotations

from dataclasses import replace

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import KINDS
from crmsync.emulator.hubspot.outreach import MailEvent
from crmsync.emulator.hubspot.rollups import COMPUTED, one_more
from crmsync.emulator.hubspot.store import Record, changed
from crmsync.emulator.hubspot.values import stamp

_COUNTERS = {"DELIVERED": "delivered", "OPEN": "open", "CLICK": "click", "BOUNCE": "bounce"}
_DATES = {"SENT": "last_send_date", "OPEN": "last_open_date", "CLICK": "last_click_date"}


def touch_by_mail(books: Books, event: MailEvent) -> None:
    """Count the event with its recipient, unless it is the work of a scanner or nobody is known by the address."""
    contacts = KINDS["contacts"]
    contact = books.table(contacts).holder("email", event.recipient)
    if contact is None or event.more.get("filteredEvent") is True:
        return
    values = _values(contact, event)
    if values:
        now = books.now()
        books.keep(contacts, replace(changed(contact, values, now, COMPUTED), modified=now))


def _values(contact: Record, event: MailEvent) -> dict[str, str]:
    values: dict[str, str] = {}
    if event.type in _COUNTERS:
        name = f"hs_email_{_COUNTERS[event.type]}"
        values[name] = one_more(contact, name)
    if event.type in _DATES:
        values[f"hs_email_{_DATES[event.type]}"] = stamp(event.at)
    since = "hs_email_sends_since_last_engagement"
    if event.type == "SENT":
        values[since] = one_more(contact, since)
    if event.type in {"OPEN", "CLICK"}:
        values[since] = "0"
    return values
