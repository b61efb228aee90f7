from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.errors import SettingsProblem
from crmsync.office import compile_office
from tests.rules.agreed import london, shipped, utc

OFFICE = shipped().sla.office
YEARS = range(2025, 2028)


def test_a_working_day_is_compiled_to_instants():
    summer = next(one for one in london().days if one.day == "20260701")
    assert (summer.opens, summer.closes) == (utc("2026-07-01 08:00"), utc("2026-07-01 16:30"))
    assert summer.offset == timedelta(hours=1)


@pytest.mark.parametrize(
    "day, why",
    [("20261205", "Saturday"), ("20261225", "Christmas"), ("20260403", "Good Friday"), ("20260406", "Easter Monday")],
)
def test_weekends_and_public_holidays_are_closed(day, why):
    assert day not in {one.day for one in london().days}, why


def test_extra_days_and_days_off_are_followed():
    office = replace(OFFICE, add=(date(2026, 12, 5),), remove=(date(2026, 12, 7),))
    found = {one.day for one in compile_office(office, YEARS).days}
    assert ("20261205" in found, "20261207" in found) == (True, False)


def test_another_country_has_other_holidays():
    found = {one.day for one in compile_office(replace(OFFICE, holidays=("DE-HE",)), YEARS).days}
    assert ("20261003" in found, "20260604" in found, "20260831" in found) == (False, False, True)


def test_days_are_in_order_without_overlap_and_only_of_these_years():
    days = london().days
    assert all(one.closes <= other.opens for one, other in pairwise(days))
    assert {one.day[:4] for one in days} == {"2025", "2026", "2027"}


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
@given(minutes=st.integers(min_value=0, max_value=3 * 365 * 1440 - 1))
def test_local_time_is_that_of_the_zone_at_every_minute(zone, minutes):
    at = utc("2025-01-01 00:00") + timedelta(minutes=minutes)
    assert CALENDARS[zone].local(at) == at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


CALENDARS = {
    zone: compile_office(replace(OFFICE, zone=zone), YEARS)
    for zone in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
}


@pytest.mark.parametrize(
    "office, words",
    [
        (replace(OFFICE, zone="Europe/Atlantis"), "Europe/Atlantis"),
        (replace(OFFICE, holidays=("GB-XXX",)), "GB-XXX"),
        (replace(OFFICE, holidays=("ZZ",)), "ZZ"),
    ],
)
def test_what_does_not_exist_is_named(office, words):
    with pytest.raises(SettingsProblem, match=words):
        compile_office(office, YEARS)
