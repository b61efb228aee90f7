"""Rows of forms, submissions, marketing e-mails and their events, as tests and scenarios load them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

from crmsync.emulator.hubspot.books import Books, Occurrence
from crmsync.emulator.hubspot.kinds import KINDS
from crmsync.emulator.hubspot.outreach import Attendance, Campaign, Form, MailEvent, Submission
from crmsync.emulator.hubspot.values import instant, text_of
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

Fields = Mapping[str, Json]
MAIL_TYPES = (
    "SENT DROPPED PROCESSED DELIVERED DEFERRED BOUNCE OPEN CLICK PRINT FORWARD STATUSCHANGE SPAMREPORT UNBOUNCE"
).split()
ATTENDANCE = ("REGISTERED", "ATTENDED", "CANCELLED", "EMPTY")
SCANNER = "Mozilla/5.0 (compatible; MailScanner; +security-gateway)"
_OWN = {"type", "recipient", "created", "emailCampaignId", "bot"}


def load_form(books: Books, row: Row, fields: Fields) -> None:
    """`forms`: id (a guid), `name`, `formType`, `fields` (names)."""
    outreach, now = books.state.outreach, books.now()
    id_ = str(row.get("id") or "") or _guid(f"form {len(outreach.forms)}")
    names = fields.get("fields")
    asked = tuple(text_of(one) for one in names) if isinstance(names, list) else ("email",)
    outreach.forms[id_] = Form(
        id_,
        str(fields.get("name") or id_),
        str(fields.get("formType") or "hubspot"),
        asked,
        _at(fields, "createdAt", now),
        _at(fields, "updatedAt", now),
        fields.get("archived") is True,
    )


def load_submission(books: Books, row: Row, fields: Fields) -> None:
    """`submissions`: `formId`, `submittedAt`, `values` (an object), `pageUrl`.

    Whom the e-mail belongs to gets the form event too, as in a live portal.
    """
    outreach = books.state.outreach
    form, values = str(fields.get("formId") or ""), fields.get("values")
    if not form or not isinstance(values, dict):
        raise BadRow("a submission needs a formId and an object of values")
    number = sum(len(rows) for rows in outreach.submissions.values()) + 1
    id_ = str(row.get("id") or "") or _guid(f"submission {number}")
    if id_ in outreach.seen:
        return  # the same rows loaded twice are still the same submissions
    outreach.forms.setdefault(form, Form(form, form, created=books.now(), updated=books.now()))
    given = tuple((str(name), text_of(value)) for name, value in values.items())
    kept = Submission(_at(fields, "submittedAt", books.now()), number, id_, form, given, str(fields.get("pageUrl", "")))
    outreach.submit(kept)
    _as_event(books, kept, outreach.forms[form])


def load_mail_event(books: Books, row: Row, fields: Fields) -> None:
    """`email_events`: `type`, `recipient`, `created` (ms or ISO), `emailCampaignId`; other keys are shown as they are.

    `"bot": true` makes it the work of a mail scanner: `filteredEvent` and a scanner's `userAgent`.
    """
    outreach, type_ = books.state.outreach, str(fields.get("type") or "")
    if type_ not in MAIL_TYPES or not fields.get("recipient"):
        raise BadRow(f"an e-mail event needs a recipient and one of the types {', '.join(MAIL_TYPES)}, not {type_!r}")
    number = len(outreach.mail) + 1
    id_ = str(row.get("id") or "") or _guid(f"mail {number}")
    if id_ in outreach.seen:
        return
    more: dict[str, Json] = {name: value for name, value in fields.items() if name not in _OWN}
    if fields.get("bot") is True:
        more = {"userAgent": SCANNER, "deviceType": "UNKNOWN", **more, "filteredEvent": True}
    campaign = _number(fields.get("emailCampaignId"), 1)
    at, recipient = _at(fields, "created", books.now()), str(fields["recipient"])
    outreach.happen(MailEvent(at, number, id_, type_, recipient, campaign, more))


def load_campaign(books: Books, row: Row, fields: Fields) -> None:
    """`campaigns`: a number as id, `name`, `subject`."""
    id_ = _number(row.get("id"), 0)
    if id_ < 1:
        raise BadRow("a campaign needs a number as id")
    name, subject = str(fields.get("name") or f"E-mail {id_}"), str(fields.get("subject") or "")
    books.state.outreach.campaigns[id_] = Campaign(id_, name, subject, _at(fields, "updatedAt", books.now()))


def load_attendance(books: Books, _row: Row, fields: Fields) -> None:
    """`attendances`: `marketingEventId`, `name`, `contactId` or `email`, `state`, `occurredAt`, `seconds`."""
    outreach, contacts = books.state.outreach, books.table(KINDS["contacts"])
    email, state = str(fields.get("email") or ""), str(fields.get("state") or "REGISTERED")
    contact = contacts.holder("email", email) if email else contacts.find(str(fields.get("contactId") or ""))
    if contact is None or state not in ATTENDANCE:
        raise BadRow(f"an attendance needs a contact and one of the states {', '.join(ATTENDANCE)}, not {state!r}")
    event = _number(fields.get("marketingEventId"), 1)
    outreach.attendances.append(
        Attendance(
            len(outreach.attendances) + 1,
            event,
            str(fields.get("name") or f"Event {event}"),
            contact.id,
            state,
            _at(fields, "occurredAt", books.now()),
            _number(fields.get("seconds"), 0),
        )
    )


def _as_event(books: Books, kept: Submission, form: Form) -> None:
    email = dict(kept.values).get("email", "")
    contact = books.table(KINDS["contacts"]).holder("email", email) if email else None
    if contact is None:
        return
    properties = {"hs_form_id": form.id, "hs_form_name": form.name, "hs_url": kept.page}
    event_id = f"leviathan-{kept.id}"
    books.state.event_ids.add(event_id)
    number = len(books.state.happenings) + 1
    books.happen(Occurrence(kept.at, number, "e_form_submission_v2", contact.id, event_id, properties))


def _at(fields: Fields, name: str, otherwise: int) -> int:
    value = fields.get(name)
    if value is None:
        return otherwise
    at = instant(text_of(value))
    if at is None:
        raise BadRow(f"{name} is no instant: {value!r}")
    return at


def _number(value: Json, otherwise: int) -> int:
    text = str(value if value is not None else otherwise)
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise BadRow(f"{value!r} is no number")
    return int(text)


def _guid(seed: str) -> str:
    return str(uuid.UUID(bytes=hashlib.blake2b(seed.encode(), digest_size=16).digest(), version=4))
