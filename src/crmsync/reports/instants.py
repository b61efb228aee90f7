"""Instants as people say and read them: `yesterday`, `2 days`, `2026-11-12`; `Thu 12 Nov 15:41`, `3 days ago`."""

import re
from datetime import UTC, datetime, timedelta

from crmsync.model.calendars import Calendar

UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_LENGTH = re.compile(r"(\d{1,4})\s*(minute|hour|day|week)s?(?:\s+ago)?")


def instant(words: str, calendar: Calendar, now: datetime) -> datetime:
    """The instant people mean, UTC; days begin at midnight in the office's zone. ValueError where nothing fits."""
    said = words.strip().casefold()
    if said in {"today", "yesterday"}:
        return _midnight(now, calendar) - (timedelta(days=1) if said == "yesterday" else timedelta(0))
    length = _LENGTH.fullmatch(said)
    if length:
        return now - int(length[1]) * UNITS[length[2]]
    at = datetime.fromisoformat(words.strip())
    return at.astimezone(UTC) if at.tzinfo else _from_local(at, calendar)


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in whole days or hours."""
    past = now - at
    if past < timedelta(hours=1):
        return "just now" if past >= timedelta(0) else "ahead"
    if past < timedelta(days=1):
        hours = past // timedelta(hours=1)
        return f"{hours} hour{'s' if hours > 1 else ''} ago"
    days = past // timedelta(days=1)
    return f"{days} day{'s' if days > 1 else ''} ago"


def _midnight(now: datetime, calendar: Calendar) -> datetime:
    local = calendar.local(now)
    return _from_local(local.replace(hour=0, minute=0, second=0, microsecond=0), calendar)


def _from_local(local: datetime, calendar: Calendar) -> datetime:
    """A wall-clock time in the office's zone as an instant."""
    guess = local.replace(tzinfo=UTC)
    offset = calendar.local(guess) - local
    return guess - (calendar.local(guess - offset) - (guess - offset).replace(tzinfo=None))
