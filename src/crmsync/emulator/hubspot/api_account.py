"""Which portal this is, and how much of its daily allowance is used."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import PORTAL_ID, Books
from crmsync.emulator.hubspot.limits import DAILY_CALLS
from crmsync.emulator.wire import Answer, Asked, Json


def account_details(books: Books, _asked: Asked) -> Answer:
    """The account; `load` rows of type `account` change it (a sandbox, another zone)."""
    details: dict[str, Json] = {
        "portalId": PORTAL_ID,
        "accountType": "STANDARD",
        "timeZone": "Europe/London",
        "companyCurrency": "GBP",
        "additionalCurrencies": [],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "eu1",
    }
    return Answer(body={**details, **books.state.account})


def daily_usage(books: Books, _asked: Asked) -> Answer:
    """How many of today's calls are used."""
    usage: dict[str, Json] = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": DAILY_CALLS,
        "currentUsage": books.desk.calls.total(),
        "collectedAt": books.stamp(),
        "fetchStatus": "SUCCESS",
    }
    return Answer(body={"results": [usage]})
