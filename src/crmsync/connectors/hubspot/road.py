"""The limits of a portal: what it sells at least, and what its answers tell of them (facts/hubspot.md 3)."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmsync.connectors.budget import midnight
from crmsync.connectors.pace import Pace
from crmsync.connectors.traffic import ANY, Traffic
from crmsync.model.ports import Observer, Sleeper

BURST = (100, 10.0)
"""Calls in seconds for one app, on the smallest tier; larger ones tell theirs with every answer but those of search."""
SEARCH = (5, 1.0)
"""Searches in seconds, for all apps of the account together; no answer tells how many are left."""

_MILLISECONDS = 1000.0


def road(
    observer: Observer,
    sleeper: Sleeper,
    now: Callable[[], datetime | None],
    monotonic: Callable[[], float] = time.monotonic,
) -> Traffic:
    """The rules of the road to a portal; its day starts anew at midnight, in UTC until its time zone is known."""
    paces = {"/search": Pace(*SEARCH, monotonic), ANY: Pace(*BURST, monotonic)}
    return Traffic("HubSpot", observer, sleeper, now, paces, midnight(UTC))


def hear(traffic: Traffic, headers: Mapping[str, str]) -> tuple[int, int] | None:
    """Take over the limits an answer tells; returns (used, allowed) calls of the day where it tells those."""
    calls, left = _number(headers, "Max"), _number(headers, "Remaining")
    interval = _number(headers, "Interval-Milliseconds")
    if calls is not None and left is not None and interval is not None:
        traffic.hear_pace(calls, interval / _MILLISECONDS, left)
    allowed, left = _number(headers, "Daily"), _number(headers, "Daily-Remaining")
    if allowed is None or left is None:
        return None
    traffic.budget.hear(int(allowed - left), int(allowed))
    return int(allowed - left), int(allowed)


def live_in(traffic: Traffic, zone: str) -> None:
    """The account told its time zone: there the day of calls ends at midnight; an unknown name changes nothing."""
    try:
        traffic.budget.starts_anew(midnight(ZoneInfo(zone)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers.get(f"X-HubSpot-RateLimit-{name}") or "")
    except ValueError:
        return None
