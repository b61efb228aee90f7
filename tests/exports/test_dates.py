from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.exports.dates import Evidence, Order, parsed

AT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, order, at",
    [
        ("2026-11-03T14:05:00.000Z", None, AT),
        ("2026-11-03T14:05:00.000+0000", None, AT),
        ("2026-11-03 15:05:00 +01:00", None, AT),
        ("2026-11-03 14:05", None, AT),
        ("3/11/2026 14:05", Order.DAY_FIRST, AT),
        ("03.11.2026, 14:05", Order.DAY_FIRST, AT),
        ("03.11.2026 14.05", Order.DAY_FIRST, AT),
        ("11/3/2026 2:05 PM", Order.MONTH_FIRST, AT),
        ("11/3/26, 2:05 pm", Order.MONTH_FIRST, AT),
        ("11/03/2026 12:05 AM", Order.MONTH_FIRST, AT.replace(hour=0)),
        ("1793714700000", None, AT),
    ],
)
def test_the_usual_ways_to_write_an_instant_are_read(text, order, at):
    assert parsed(text, order).at == at


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "31/02/2026", "12345", "2026-11-03 25:00"])
def test_what_is_no_date_is_none(text):
    assert parsed(text, Order.DAY_FIRST) is None


def test_a_day_without_an_hour_is_noon_and_says_so():
    moment = parsed("2026-11-03", None)
    assert (moment.at.hour, moment.day_only, moment.zoned) == (12, True, False)


def _evidence(*cells: str) -> Evidence:
    evidence = Evidence()
    for cell in cells:
        evidence.see(cell)
    return evidence


def test_one_date_that_can_be_read_in_one_way_only_decides_the_whole_column():
    assert _evidence("03/04/2026", "25/04/2026", "01/02/2026").order is Order.DAY_FIRST
    assert _evidence("03/04/2026", "04/25/2026", "01/02/2026").order is Order.MONTH_FIRST


def test_a_column_that_proves_nothing_stays_open_and_shows_an_example():
    evidence = _evidence("03/04/2026", "05/05/2026")
    assert (evidence.order, evidence.both, evidence.example) == (None, 1, "03/04/2026")


def test_dots_mean_day_first_where_nothing_else_is_proved():
    assert _evidence("03.04.2026").order is Order.DAY_FIRST


def test_iso_dates_prove_nothing_and_need_nothing():
    assert _evidence("2026-04-03").order is None
    assert _evidence("2026-04-03").both == 0


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(list(Order)))
def test_a_date_written_in_a_known_order_is_read_back(day, order):
    text = f"{day:%d/%m/%Y}" if order is Order.DAY_FIRST else f"{day:%m/%d/%Y}"
    assert parsed(text, order).at.date() == day


@given(st.lists(st.dates(date(2020, 1, 1), date(2029, 12, 31)), min_size=1, max_size=40), st.sampled_from(list(Order)))
def test_evidence_never_proves_the_wrong_order(days, order):
    text = "%d/%m/%Y" if order is Order.DAY_FIRST else "%m/%d/%Y"
    assert _evidence(*(f"{day:{text}}" for day in days)).order in {order, None}


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)), st.integers(-12, 14))
def test_an_instant_with_an_offset_is_the_same_instant_in_utc(at, hours):
    shown = at.replace(microsecond=0)
    sign = "+" if hours >= 0 else "-"
    moment = parsed(f"{shown.isoformat()}{sign}{abs(hours):02d}:00", None)
    assert moment.at == shown.replace(tzinfo=UTC) - timedelta(hours=hours)
