"""Instants as people say them, in the office's zone."""

from datetime import UTC, datetime, timedelta

import pytest

from crmsync.model.calendars import Calendar
from crmsync.reports.instants import ago, instant

SUMMER, WINTER = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
LONDON = Calendar(
    "Europe/London",
    (),
    (
        (datetime(2025, 10, 26, 1, tzinfo=UTC), timedelta(0)),
        (SUMMER, timedelta(hours=1)),
        (WINTER, timedelta(0)),
    ),
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "words,now,expected",
    [
        ("today", "2026-12-02 09:00", "2026-12-02 00:00"),
        ("yesterday", "2026-12-02 09:00", "2026-12-01 00:00"),
        ("today", "2026-07-02 09:00", "2026-07-01 23:00"),
        ("today", "2026-07-01 23:30", "2026-07-01 23:00"),
        ("Yesterday ", "2026-07-02 09:00", "2026-06-30 23:00"),
        ("2 days", "2026-07-02 09:00", "2026-06-30 09:00"),
        ("6 hours ago", "2026-07-02 09:00", "2026-07-02 03:00"),
        ("1 week", "2026-07-08 09:00", "2026-07-01 09:00"),
        ("2026-07-01", "2026-12-02 09:00", "2026-06-30 23:00"),
        ("2026-11-12T15:41", "2026-12-02 09:00", "2026-11-12 15:41"),
        ("2026-07-01T12:00+02:00", "2026-12-02 09:00", "2026-07-01 10:00"),
    ],
)
def test_an_instant_is_what_the_office_means(words, now, expected):
    assert instant(words, LONDON, at(now)) == at(expected)


@pytest.mark.parametrize("words", ["", "soon", "99999 days", "2026-13-01", "-3 days"])
def test_what_nobody_understands_is_refused(words):
    with pytest.raises(ValueError, match=r"."):
        instant(words, LONDON, at("2026-12-02 09:00"))


@pytest.mark.parametrize(
    "past,expected",
    [(30, "just now"), (3600, "1 hour ago"), (7200, "2 hours ago"), (90000, "1 day ago"), (-5, "ahead")],
)
def test_how_long_ago(past, expected):
    now = at("2026-12-02 09:00")
    assert ago(now - timedelta(seconds=past), now) == expected
