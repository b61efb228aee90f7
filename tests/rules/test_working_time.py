from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.office import compile_office
from crmsync.rules.working_time import due, next_opening, working_time
from tests.proofs import proves
from tests.rules.agreed import london, shipped, utc

RULE = replace(shipped().sla.clocks[0], cut_off=timedelta(0))
CUT_OFF = shipped().sla.clocks[0]
OFFICE = shipped().sla.office


def local(text: str, zone: str = "Europe/London") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# Golden rows of domain.md 2.10, calendar Mon-Fri 09:00-17:30 London
SAME_DAY = [
    ("on Friday afternoon", RULE, "2026-11-20 16:00", "2026-11-20 17:30"),
    ("assigned after hours", RULE, "2026-11-20 18:00", "2026-11-23 17:30"),
    ("with less than the cut-off left", CUT_OFF, "2026-11-20 17:00", "2026-11-23 17:30"),
    ("with exactly the cut-off left", CUT_OFF, "2026-11-20 16:30", "2026-11-20 17:30"),
    ("before the office opens", CUT_OFF, "2026-11-20 06:00", "2026-11-20 17:30"),
    ("on a Saturday", CUT_OFF, "2026-11-21 12:00", "2026-11-23 17:30"),
    ("at the very closing", RULE, "2026-11-20 17:30", "2026-11-23 17:30"),
    ("before Easter", CUT_OFF, "2026-04-02 17:00", "2026-04-07 17:30"),
    ("at Christmas", CUT_OFF, "2026-12-24 17:00", "2026-12-29 17:30"),  # 28 Dec: Boxing Day (substitute)
]


@proves("4.13")
@pytest.mark.parametrize("case, rule, start, expected", SAME_DAY, ids=[row[0] for row in SAME_DAY])
def test_same_working_day(case, rule, start, expected):
    """Same working day over closing time, cut-off, weekend, holiday and the change of the clocks."""
    found = due(local(start), rule, london())
    assert (found.at, found.day) == (local(expected), expected[:10].replace("-", "")), case


def test_same_working_day_in_the_owners_zone():
    new_york = compile_office(replace(OFFICE, zone="America/New_York", holidays=()), range(2026, 2027))
    found = due(local("2026-03-25 23:00"), CUT_OFF, new_york)
    assert found.at == local("2026-03-26 17:30", "America/New_York")


HOURS = [
    ("4 business hours", "2026-03-27 16:00", "2026-03-30 11:30"),  # the clocks change between
    ("4 business hours", "2026-04-02 15:30", "2026-04-07 11:00"),  # Good Friday and Easter Monday off
    ("12 elapsed hours", "2026-03-28 20:00", "2026-03-29 09:00"),  # the spring gap
    ("12 business hours", "2026-03-28 20:00", "2026-03-31 12:30"),
    ("1 business hour", "2026-11-20 10:00", "2026-11-20 11:00"),
    ("90 business minutes", "2026-11-20 16:00", "2026-11-20 17:30"),
]


@pytest.mark.parametrize("length, start, expected", HOURS)
def test_promises_in_hours(length, start, expected):
    assert due(local(start), replace(RULE, due=length), london()).at == local(expected)


def test_a_promise_nobody_understands_is_refused_by_name():
    with pytest.raises(ValueError, match="some time soon"):
        due(local("2026-11-20 10:00"), replace(RULE, due="some time soon"), london())


def test_working_time_of_the_sample_task():
    open_for = working_time(local("2026-11-17 10:12"), local("2026-11-18 13:00"), london())
    assert open_for == timedelta(hours=11, minutes=18)


instants = st.datetimes(min_value=datetime(2025, 2, 1), max_value=datetime(2027, 11, 1), timezones=st.just(UTC))
hours = st.integers(min_value=1, max_value=200)


@given(instants, hours)
def test_business_hours_are_what_passes_until_they_are_due(start, count):
    promised = due(start, replace(RULE, due=f"{count} business hours"), london())
    assert working_time(start, promised.at, london()) == timedelta(hours=count)


@given(instants)
def test_same_working_day_is_a_closing_ahead_with_at_least_the_cut_off_left(start):
    promised = due(start, CUT_OFF, london())
    assert promised.at - start >= CUT_OFF.cut_off
    assert promised.at in {one.closes for one in london().days}
    assert working_time(start, promised.at, london()) <= timedelta(hours=8, minutes=30) + CUT_OFF.cut_off


@given(instants, instants, instants)
def test_working_time_adds_up(one, two, three):
    first, middle, last = sorted((one, two, three))
    whole = working_time(first, last, london())
    assert whole == working_time(first, middle, london()) + working_time(middle, last, london())


@given(instants)
def test_the_next_opening_is_ahead(at):
    opens = next_opening(at, london())
    assert opens > at
    assert opens in {one.opens for one in london().days}


def test_beyond_the_calendar_there_is_still_a_next_time():
    at = utc("2029-01-01 00:00")
    assert next_opening(at, london()) > at
