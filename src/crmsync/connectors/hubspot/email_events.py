"""Mails sent, opened and clicked (facts/hubspot.md 10): the older interface, the only one that tells about each mail.

Who opened is told with what gives a machine away: HubSpot's own verdict (`filteredEvent`), the program (`userAgent`)
and how soon after sending it happened (`secondsAfterSent`).
"""

from datetime import datetime, timedelta

import msgspec

from crmsync.connectors.hubspot import rows
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import Place, Step
from crmsync.connectors.hubspot.stamps import milliseconds, moment
from crmsync.connectors.rows import PageDecoder
from crmsync.model.errors import RetryLater
from crmsync.model.records import RawRecord, Scalar
from crmsync.model.streams import StreamSpec

PATH = "/email/public/v1/events"
MOST = 1000
"""Events of a page."""
FIRST_LOOK = timedelta(days=90)
"""How far back the first pass reads: a portal may hold millions, and interest fades sooner (facts/hubspot.md 10)."""


class _Envelope(msgspec.Struct):
    more: bool = msgspec.field(name="hasMore", default=False)
    offset: str | None = None


class _Sent(msgspec.Struct):
    created: rows.Stamp | None = None


class _Browser(msgspec.Struct):
    name: str | None = None


class _Event(msgspec.Struct, rename="camel"):
    id: str
    created: rows.Stamp
    type: str | None = None
    recipient: str | None = None
    email_campaign_id: int | str | None = None
    filtered_event: bool | None = None
    user_agent: str | None = None
    device_type: str | None = None
    url: str | None = None
    browser: _Browser | None = None
    sent_by: _Sent | None = None


_DECODER = PageDecoder("events", "id", _Event, _Envelope)


def happened(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of events of the stream's type since the lower bound."""
    query = [("limit", str(MOST))]
    if spec.event_type:
        query.append(("eventType", spec.event_type))
    low = place.low or _first_look(door, place)
    query.append(("startTimestamp", str(milliseconds(low))))
    if place.after:
        query.append(("offset", place.after))
    decoded = _DECODER.decode(door.get(PATH, query))
    told = decoded.envelope
    return rows.step(spec, decoded, _Event, lambda row: _record(spec, row), told.offset if told.more else None)


def _first_look(door: Door, place: Place) -> datetime:
    """The same day for every page of the first pass; the portal's clock is asked for where it never answered."""
    if place.high is None and door.clock.now() is None:
        door.get("/account-info/v3/details")
    now = place.high or door.clock.now()
    if now is None:
        raise RetryLater("HubSpot answered without a Date header: its clock is not known.")
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - FIRST_LOOK


def _record(spec: StreamSpec, row: _Event) -> RawRecord:
    at = moment(row.created)
    sent = moment(row.sent_by.created) if row.sent_by and row.sent_by.created is not None else None
    known: dict[str, Scalar] = {
        "type": row.type,
        "created": milliseconds(at),
        "recipient": row.recipient,
        "emailCampaignId": row.email_campaign_id,
        "filteredEvent": row.filtered_event,
        "userAgent": row.user_agent,
        "browser": row.browser.name if row.browser else None,
        "deviceType": row.device_type,
        "url": row.url,
        "sentAt": milliseconds(sent) if sent else None,
        "secondsAfterSent": (at - sent).total_seconds() if sent else None,
    }
    return rows.record(spec, f"{row.id}:{milliseconds(at)}", row.created, known)
