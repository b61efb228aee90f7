"""Which portal this is, and how much of its daily allowance is used."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import PORTAL_ID, Books
from crmsync.emulator.hubspot.guard import used_today, zone
from crmsync.emulator.hubspot.limits import DAILY_CALLS, next_midnight
from crmsync.emulator.hubspot.values import millis, stamp
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
    """How many of today's calls are used, and when they are given anew (the vendor's file `Account Info/144923`)."""
    planted = books.desk.faults.setting("rate_limit") or {}
    daily = planted.get("daily")
    usage: dict[str, Json] = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": daily if isinstance(daily, int) else DAILY_CALLS,
        "currentUsage": used_today(books),
        "collectedAt": books.stamp(),
        "resetsAt": stamp(millis(next_midnight(books.world.clock.now(), zone(books)))),
        "fetchStatus": "SUCCESS",
    }
    return Answer(body={"results": [usage]})
