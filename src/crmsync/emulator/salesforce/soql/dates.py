"""Date literals: the days each one means, seen from a day in the user's time zone (the vendor's SOQL reference)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Days: TypeAlias = tuple[date, date]  # the first day, and the first day after
SUNDAY_FIRST = ("en_US", "en_CA", "es_MX", "pt_BR", "ja_JP", "en_IN")  # locales whose week starts on Sunday


@dataclass(frozen=True, slots=True)
class Calendar:
    """Today, where the day changes, when the week starts (0 is Monday) and in which month the fiscal year."""

    now: datetime
    zone: str = "GMT"
    locale: str = "en_GB"
    fiscal_month: int = 1

    @property
    def today(self) -> date:
        """The day it is in the user's zone."""
        return self.now.astimezone(self._zone).date()

    def instant(self, day: date) -> str:
        """When a day starts there, in the form stamps are stored in."""
        at = datetime.combine(day, time(), self._zone).astimezone(UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    @property
    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


def days(literal: str, calendar: Calendar) -> Days | None:
    """The days of `TODAY`, `LAST_MONTH`, `LAST_N_DAYS:7` ...; None for a word that is no date literal or too far."""
    word, _, number = literal.upper().partition(":")
    try:
        if number:
            return _counted(word, int(number), calendar)
        return _named(word, calendar)
    except (OverflowError, ValueError):
        return None  # before the year 1 or after 9999


NAMED = re.compile(r"(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)")
COUNTED = re.compile(r"(?:(LAST|NEXT)_N_|N_)(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S(_AGO)?")
NEAR = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}


def _named(word: str, calendar: Calendar) -> Days | None:
    today = calendar.today
    if word in NEAR:
        return _some(today, NEAR[word], 1)
    if word == "LAST_90_DAYS":
        return _counted("LAST_N_DAYS", 90, calendar)
    if word == "NEXT_90_DAYS":
        return _counted("NEXT_N_DAYS", 90, calendar)
    found = NAMED.fullmatch(word)
    if found is None:
        return None
    place = {"LAST": -1, "THIS": 0, "NEXT": 1}[found[1]]
    start = UNITS[found[2]]
    return start(calendar, place), start(calendar, place + 1)


def _counted(word: str, number: int, calendar: Calendar) -> Days | None:
    found = COUNTED.fullmatch(word)
    if found is None or bool(found[1]) is bool(found[3]):
        return None
    way, unit = found[1], found[2]
    if unit == "DAY":
        # the last n days end with today, the next n start tomorrow
        near = {"LAST": (-number, number + 1), "NEXT": (1, number)}.get(way, (-number, 1))
        return _some(calendar.today, *near)
    start = UNITS[unit]
    first, after = {"LAST": (-number, 0), "NEXT": (1, number + 1)}.get(way, (-number, 1 - number))
    return start(calendar, first), start(calendar, after)


def _some(today: date, first: int, number: int) -> Days:
    return today + timedelta(days=first), today + timedelta(days=first + number)


def _week(calendar: Calendar, place: int) -> date:
    late = (calendar.today.weekday() + (1 if calendar.locale in SUNDAY_FIRST else 0)) % 7
    return calendar.today + timedelta(days=7 * place - late)


def _month(calendar: Calendar, place: int) -> date:
    return _months(calendar.today.year, calendar.today.month + place)


def _quarter(calendar: Calendar, place: int) -> date:
    return _months(calendar.today.year, (calendar.today.month - 1) // 3 * 3 + 1 + 3 * place)


def _year(calendar: Calendar, place: int) -> date:
    return _months(calendar.today.year + place, 1)


def _fiscal_quarter(calendar: Calendar, place: int) -> date:
    month = calendar.fiscal_month + (calendar.today.month - calendar.fiscal_month) // 3 * 3
    return _months(calendar.today.year, month + 3 * place)


def _fiscal_year(calendar: Calendar, place: int) -> date:
    year = calendar.today.year - (1 if calendar.today.month < calendar.fiscal_month else 0)
    return _months(year + place, calendar.fiscal_month)


def _months(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


UNITS: dict[str, Callable[[Calendar, int], date]] = {
    "WEEK": _week,
    "MONTH": _month,
    "QUARTER": _quarter,
    "YEAR": _year,
    "FISCAL_QUARTER": _fiscal_quarter,
    "FISCAL_YEAR": _fiscal_year,
}
