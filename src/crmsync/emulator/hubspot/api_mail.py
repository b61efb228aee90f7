"""Marketing e-mail events and campaigns, v1 only (facts/hubspot.md section 10; the vendor's email-events overview)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import islice

from crmsync.emulator.hubspot.books import APP_ID, PORTAL_ID, Books
from crmsync.emulator.hubspot.outreach import Campaign, MailEvent
from crmsync.emulator.hubspot.reading import a_flag, a_number
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, MOST = 10, 1_000
APP_NAME = "MarketingEmail"


def list_events(books: Books, asked: Asked) -> Answer:
    """Events from `startTimestamp` to `endTimestamp` (both ends included), newest first; `offset` goes on."""
    rows, limit = books.state.outreach.mail, a_number(asked, "limit", PAGE, MOST)
    start, end = _instant(asked, "startTimestamp"), _instant(asked, "endTimestamp")
    low = 0 if start is None else bisect_left(rows, start, key=lambda one: one.at)
    high = len(rows) if end is None else bisect_right(rows, end, key=lambda one: one.at)
    cursor = _cursor(asked)
    if cursor is not None:
        high = min(high, bisect_left(rows, cursor, key=lambda one: (one.at, one.number)))
    fitting = (rows[place] for place in range(high - 1, low - 1, -1) if _fits(rows[place], asked))
    page = list(islice(fitting, limit + 1))
    last = page[min(limit, len(page)) - 1] if page else None
    offset = f"{last.at}-{last.number}" if last is not None else asked.query.get("offset", "")
    shown: list[Json] = [_shown(books, one) for one in page[:limit]]
    return Answer(body={"hasMore": len(page) > limit, "offset": offset, "events": shown})


def get_event(books: Books, asked: Asked) -> Answer:
    """One event by its identity: `created` and `id` (only both together are one)."""
    for one in books.state.outreach.mail:
        if (str(one.at), one.id) == (asked.params["created"], asked.params["id"]):
            return Answer(body=_shown(books, one))
    raise not_found()


def list_campaigns(books: Books, asked: Asked) -> Answer:
    """All campaigns by id."""
    limit = a_number(asked, "limit", PAGE, MOST)
    after = asked.query.get("offset") or "0"
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        raise Refusal(400, f"Invalid input: offset is not one of this list: {after}")
    found = [one for id_, one in sorted(books.state.outreach.campaigns.items()) if id_ > int(after)]
    page = found[:limit]
    listed: list[Json] = [
        {"id": one.id, "lastUpdatedTime": one.updated, "appId": int(APP_ID), "appName": APP_NAME} for one in page
    ]
    offset = str(page[-1].id) if page else after
    return Answer(body={"hasMore": len(found) > limit, "offset": offset, "campaigns": listed})


def get_campaign(books: Books, asked: Asked) -> Answer:
    """One campaign with its counters."""
    id_ = asked.params["id"]
    campaign = books.state.outreach.campaigns.get(int(id_)) if id_.isascii() and id_.isdecimal() else None
    if campaign is None:
        raise not_found()
    return Answer(body=_campaign(books, campaign))


def list_subscription_changes(_books: Books, _asked: Asked) -> Answer:
    """Nobody changes subscriptions in this portal."""
    return Answer(body={"hasMore": False, "offset": "", "timeline": []})


def _fits(one: MailEvent, asked: Asked) -> bool:
    query = asked.query
    if a_flag(asked, "excludeFilteredEvents") and one.more.get("filteredEvent") is True:
        return False
    return (
        query.get("eventType", one.type) == one.type
        and query.get("recipient", one.recipient).lower() == one.recipient.lower()
        and query.get("campaignId", str(one.campaign)) == str(one.campaign)
        and query.get("appId", APP_ID) == APP_ID
    )


def _shown(books: Books, one: MailEvent) -> dict[str, Json]:
    """Whether live events carry `filteredEvent` is not verified: a switch leaves it out (sections 10 and 17)."""
    marked = books.desk.faults.switched("filtered_event_marked", otherwise=True)
    more = {name: value for name, value in one.more.items() if marked or name != "filteredEvent"}
    own: dict[str, Json] = {
        "appId": int(APP_ID),
        "appName": APP_NAME,
        "created": one.at,
        "emailCampaignId": one.campaign,
        "id": one.id,
        "portalId": PORTAL_ID,
        "recipient": one.recipient,
        "type": one.type,
    }
    return {**more, **own}


def _campaign(books: Books, campaign: Campaign) -> dict[str, Json]:
    counters: dict[str, int] = {}
    for one in books.state.outreach.mail:
        if one.campaign == campaign.id:
            name = one.type.lower()
            counters[name] = counters.get(name, 0) + 1
    return {
        "id": campaign.id,
        "appId": int(APP_ID),
        "appName": APP_NAME,
        "name": campaign.name,
        "subject": campaign.subject,
        "type": "BATCH_EMAIL",
        "counters": {**counters},
        "lastProcessingFinishedAt": campaign.updated,
    }


def _instant(asked: Asked, name: str) -> int | None:
    text = asked.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Refusal(400, f"Invalid input: {name} takes epoch milliseconds, not {text}")
    return int(text)


def _cursor(asked: Asked) -> tuple[int, int] | None:
    text = asked.query.get("offset", "")
    if not text:
        return None
    at, _, number = text.rpartition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in (at.removeprefix("-"), number)):
        raise Refusal(400, f"Invalid input: offset is not one of this list: {text}")
    return int(at), int(number)
