"""Compile office hours into plain intervals: the one place that knows time zones and public holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from crmsync.agreement.model import Office
from crmsync.model.calendars import Calendar, OfficeDay
from crmsync.model.errors import Problem, SettingsProblem

_DAY = timedelta(days=1)
_FILE = "mappings/agreement/sla.yaml"


def compile_office(office: Office, years: range) -> Calendar:
    """The office days of these calendar years (local), weekends and holidays left out; raises SettingsProblem."""
    zone = _zone(office.zone)
    closed = _holidays(office, years)
    days = (day for day in _days(years) if _is_open(day, office, closed))
    return Calendar(office.zone, tuple(_office_day(day, office, zone) for day in days), _offsets(zone, years))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise _problem(f'"{name}" is not a time zone.', "Write it as Europe/London.") from None


def _holidays(office: Office, years: range) -> frozenset[date]:
    found: set[date] = set()
    for code in office.holidays:
        country, _, part = code.partition("-")
        try:
            found |= set(holidays.country_holidays(country, subdiv=part or None, years=years))
        except NotImplementedError:
            words = f'"{code}" has no holiday calendar.'
            raise _problem(words, "Write a country and its part, as GB-ENG or DE-HE.") from None
    return frozenset(found)


def _problem(words: str, suggestion: str) -> SettingsProblem:
    return SettingsProblem((Problem(_FILE, 0, 0, words, suggestion),))


def _days(years: range) -> Iterator[date]:
    day = date(years.start, 1, 1)
    while day.year < years.stop:
        yield day
        day += _DAY


def _is_open(day: date, office: Office, closed: frozenset[date]) -> bool:
    if day in office.remove:
        return False
    return day in office.add or (day.weekday() in office.weekdays and day not in closed)


def _office_day(day: date, office: Office, zone: ZoneInfo) -> OfficeDay:
    opens = datetime.combine(day, office.opens, zone)
    closes = datetime.combine(day, office.closes, zone)
    return OfficeDay(opens.astimezone(UTC), closes.astimezone(UTC), f"{day:%Y%m%d}", _offset(zone, opens))


def _offsets(zone: ZoneInfo, years: range) -> tuple[tuple[datetime, timedelta], ...]:
    """The zone's offset at the start of the span, then every change of it to the minute."""
    at = datetime(years.start, 1, 1, tzinfo=UTC) - _DAY
    end = datetime(years.stop, 1, 1, tzinfo=UTC) + _DAY
    rows = [(at, _offset(zone, at))]
    while at < end:
        after = at + _DAY
        if _offset(zone, after) != rows[-1][1]:
            rows.append(_change_between(zone, at, after))
        at = after
    return tuple(rows)


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> tuple[datetime, timedelta]:
    before = _offset(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high, _offset(zone, high)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
