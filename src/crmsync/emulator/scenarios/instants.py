"""When things happen at Halden Freight: London office hours before the scenario starts, all instants UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

START = datetime(2026, 12, 2, 9, tzinfo=UTC)
"""The servers' clock when the scenario starts: a Wednesday, office hours just begun."""

LONDON = ZoneInfo("Europe/London")
OPENS, MINUTES = time(9, 5), 8 * 60 + 10  # calls are made between 09:05 and 17:15
DAY_BEFORE = date(2026, 12, 1)
_FRIDAY = 4


def office_instant(rng: Random, most_days_ago: float, least_days_ago: float = 5) -> datetime:
    """Some second of London office hours, so many days before the start (Friday where it fell on a weekend)."""
    day = (START - timedelta(days=rng.uniform(least_days_ago, most_days_ago))).date()
    day -= timedelta(days=max(0, day.weekday() - _FRIDAY))
    return on(day, OPENS) + timedelta(minutes=rng.randrange(MINUTES), seconds=rng.randrange(60))


def any_instant(rng: Random, most_days_ago: float, least_days_ago: float) -> datetime:
    """Some second of any hour: people visit web sites at night, too."""
    return (START - timedelta(days=rng.uniform(least_days_ago, most_days_ago))).replace(microsecond=0)


def on(day: date, at: time) -> datetime:
    """A London wall-clock time as an instant."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def salesforce_stamp(at: datetime) -> str:
    """As Salesforce spells an instant: to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def iso(at: datetime) -> str:
    """As HubSpot spells an instant: with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_day(at: datetime) -> str:
    """The London day of an instant, as a date field holds it."""
    return at.astimezone(LONDON).date().isoformat()
