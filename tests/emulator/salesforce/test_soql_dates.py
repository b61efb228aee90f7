"""Date literals: which days each one means (the vendor's SOQL reference), in the time zone of the API's user."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmsync.emulator.salesforce.ids import API_USER, ORG_ID
from crmsync.emulator.salesforce.soql.dates import Calendar, days
from tests.emulator.salesforce.door import Door

WEDNESDAY = Calendar(datetime(2026, 12, 2, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    "literal, first, after",
    [
        ("YESTERDAY", "2026-12-01", "2026-12-02"),
        ("today", "2026-12-02", "2026-12-03"),
        ("TOMORROW", "2026-12-03", "2026-12-04"),
        ("LAST_WEEK", "2026-11-23", "2026-11-30"),
        ("THIS_WEEK", "2026-11-30", "2026-12-07"),
        ("NEXT_WEEK", "2026-12-07", "2026-12-14"),
        ("LAST_MONTH", "2026-11-01", "2026-12-01"),
        ("NEXT_MONTH", "2027-01-01", "2027-02-01"),
        ("LAST_90_DAYS", "2026-09-03", "2026-12-03"),
        ("NEXT_90_DAYS", "2026-12-03", "2027-03-03"),
        ("LAST_QUARTER", "2026-07-01", "2026-10-01"),
        ("THIS_QUARTER", "2026-10-01", "2027-01-01"),
        ("NEXT_QUARTER", "2027-01-01", "2027-04-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
        ("THIS_FISCAL_QUARTER", "2026-10-01", "2027-01-01"),
        ("THIS_FISCAL_YEAR", "2026-01-01", "2027-01-01"),
        ("LAST_N_DAYS:7", "2026-11-25", "2026-12-03"),
        ("NEXT_N_DAYS:7", "2026-12-03", "2026-12-10"),
        ("N_DAYS_AGO:1", "2026-12-01", "2026-12-02"),
        ("LAST_N_WEEKS:2", "2026-11-16", "2026-11-30"),
        ("NEXT_N_WEEKS:2", "2026-12-07", "2026-12-21"),
        ("N_WEEKS_AGO:1", "2026-11-23", "2026-11-30"),
        ("LAST_N_MONTHS:12", "2025-12-01", "2026-12-01"),
        ("NEXT_N_MONTHS:1", "2027-01-01", "2027-02-01"),
        ("N_MONTHS_AGO:3", "2026-09-01", "2026-10-01"),
        ("LAST_N_QUARTERS:2", "2026-04-01", "2026-10-01"),
        ("N_QUARTERS_AGO:1", "2026-07-01", "2026-10-01"),
        ("LAST_N_YEARS:5", "2021-01-01", "2026-01-01"),
        ("N_YEARS_AGO:2", "2024-01-01", "2025-01-01"),
        ("NEXT_N_FISCAL_YEARS:2", "2027-01-01", "2029-01-01"),
    ],
)
def test_a_literal_means_these_days(literal, first, after):
    assert days(literal, WEDNESDAY) == (date.fromisoformat(first), date.fromisoformat(after))


@pytest.mark.parametrize("literal", ["SOMEDAY", "LAST_N_MOONS:3", "N_DAYS:3", "LAST_N_DAYS_AGO:3", "LAST_N_YEARS:3000"])
def test_what_is_no_date_literal_means_nothing(literal):
    assert days(literal, WEDNESDAY) is None


def test_an_american_week_starts_on_sunday():
    american = Calendar(WEDNESDAY.now, locale="en_US")
    assert days("THIS_WEEK", american) == (date(2026, 11, 29), date(2026, 12, 6))
    sunday = Calendar(datetime(2026, 12, 6, 12, tzinfo=UTC), locale="en_US")
    assert days("THIS_WEEK", sunday) == (date(2026, 12, 6), date(2026, 12, 13))


@pytest.mark.parametrize(
    "month, year, quarter",
    [
        (4, (2026, 4), (2026, 10)),
        (10, (2026, 10), (2026, 10)),
        (2, (2026, 2), (2026, 11)),
        (12, (2026, 12), (2026, 12)),
    ],
)
def test_a_fiscal_year_starts_where_the_org_says(month, year, quarter):
    fiscal = Calendar(WEDNESDAY.now, fiscal_month=month)
    assert days("THIS_FISCAL_YEAR", fiscal)[0] == date(*year, 1)
    assert days("THIS_FISCAL_QUARTER", fiscal)[0] == date(*quarter, 1)


@settings(max_examples=40)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"]),
    st.integers(1, 12),
    st.integers(1, 20),
)
def test_units_follow_each_other_without_a_gap_and_today_lies_in_this_one(now, unit, month, number):
    calendar = Calendar(now, fiscal_month=month)
    last, this, coming = (days(f"{word}_{unit}", calendar) for word in ("LAST", "THIS", "NEXT"))
    assert last[1] == this[0] <= calendar.today < this[1] == coming[0]
    assert days(f"LAST_N_{unit}S:{number}", calendar)[1] == this[0]
    assert days(f"NEXT_N_{unit}S:{number}", calendar)[0] == coming[0]
    assert days(f"N_{unit}S_AGO:{number}", calendar)[0] == days(f"LAST_N_{unit}S:{number}", calendar)[0]


@pytest.fixture
def calls(door: Door) -> Door:
    for name, at in [
        ("Old", "2026-11-30T23:30:00Z"),
        ("Late", "2026-12-01T23:30:00Z"),
        ("New", "2026-12-02T08:00:00Z"),
    ]:
        door.load("Task", Subject=name, CreatedDate=at, ActivityDate=at[:10])
    door.load("Task", Subject="None", CreatedDate="2020-01-01T00:00:00Z")
    return door


@pytest.mark.parametrize(
    "condition, found",
    [
        ("CreatedDate = TODAY", ["New"]),
        ("CreatedDate = YESTERDAY", ["Late"]),
        ("CreatedDate < YESTERDAY", ["Old", "None"]),
        ("CreatedDate <= YESTERDAY", ["Old", "Late", "None"]),
        ("CreatedDate > YESTERDAY", ["New"]),
        ("CreatedDate >= YESTERDAY", ["Late", "New"]),
        ("CreatedDate != TODAY", ["Old", "Late", "None"]),
        ("CreatedDate IN (TODAY, N_DAYS_AGO:2)", ["Old", "New"]),
        ("CreatedDate NOT IN (TODAY)", ["Old", "Late", "None"]),
        ("ActivityDate = LAST_N_DAYS:1", ["Late", "New"]),
        ("ActivityDate != TODAY", ["Old", "Late", "None"]),
        ("ActivityDate IN (null, TODAY)", ["New", "None"]),
        ("ActivityDate < TODAY", ["Old", "Late"]),
    ],
)
def test_rows_are_compared_with_the_days_of_a_literal(calls: Door, condition, found):
    assert calls.values(f"SELECT Subject FROM Task WHERE {condition}") == found


def test_days_change_where_the_user_is(calls: Door):
    calls.load("User", API_USER, TimeZoneSidKey="Europe/Berlin")
    assert calls.values("SELECT Subject FROM Task WHERE CreatedDate = TODAY") == ["Late", "New"]
    assert calls.values("SELECT Subject FROM Task WHERE ActivityDate = TODAY") == ["New"]


def test_the_fiscal_year_is_the_orgs(calls: Door):
    calls.load("Organization", ORG_ID, FiscalYearStartMonth=12)
    assert calls.values("SELECT Subject FROM Task WHERE CreatedDate = THIS_FISCAL_YEAR") == ["Late", "New"]


def test_whether_after_a_span_means_after_its_end_or_after_its_start_is_a_switch(calls: Door):
    soql = "SELECT Subject FROM Task WHERE CreatedDate > LAST_N_DAYS:1"
    assert calls.values(soql) == []
    calls.desk.faults.add({"kind": "switch", "name": "date_literal_after_start", "on": True})
    assert calls.values(soql) == ["Late", "New"]
