from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.mappings.wire import Misread, read_value, same_value
from crmsync.model.streams import Wire

NINE = datetime(2026, 12, 2, 9, tzinfo=UTC)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes().map(str))


@pytest.mark.parametrize(
    "scalar,wire,value",
    [
        ("2026-12-02T09:00:00.000+0000", Wire.INSTANT, NINE),
        ("2026-12-02T10:00:00.000+0100", Wire.INSTANT, NINE),
        ("2026-12-02T09:00:00.000Z", Wire.INSTANT, NINE),
        ("2026-12-02T09:00:00Z", Wire.INSTANT, NINE),
        ("1796202000000", Wire.INSTANT, NINE),
        (1796202000000, Wire.INSTANT, NINE),
        ("-1000", Wire.INSTANT, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-12-02", Wire.DAY, date(2026, 12, 2)),
        ("1796169600000", Wire.DAY, date(2026, 12, 2)),
        ("2026-12-02T23:00:00.000-0500", Wire.DAY, date(2026, 12, 3)),
        ("true", Wire.FLAG, True),
        ("False", Wire.FLAG, False),
        (True, Wire.FLAG, True),
        ("50", Wire.NUMBER, 50.0),
        (50, Wire.NUMBER, 50.0),
        ("-0.5", Wire.NUMBER, -0.5),
        ("5-25", Wire.BAND, 5.0),
        ("1,000+", Wire.BAND, 1000.0),
        (" 50 ", Wire.BAND, 50.0),
        (50, Wire.BAND, 50.0),
        ("Left voicemail", Wire.TEXT, "Left voicemail"),
        (" ", Wire.TEXT, " "),
        (50.0, Wire.TEXT, "50"),
        (True, Wire.TEXT, "true"),
        ("", Wire.TEXT, None),
        ("", Wire.INSTANT, None),
        ("", Wire.NUMBER, None),
        (None, Wire.FLAG, None),
    ],
)
def test_each_vendor_spelling_has_one_meaning(scalar, wire, value):
    assert read_value(scalar, wire) == value


@pytest.mark.parametrize(
    "scalar,wire",
    [
        ("2026-12-02T09:00:00", Wire.INSTANT),
        ("2026-12-02", Wire.INSTANT),
        ("0001-01-01T00:00:00+0100", Wire.INSTANT),
        ("9" * 30, Wire.INSTANT),
        (float("inf"), Wire.INSTANT),
        (True, Wire.INSTANT),
        ("31.12.2026", Wire.DAY),
        ("on", Wire.FLAG),
        (1, Wire.FLAG),
        ("many", Wire.NUMBER),
        ("nan", Wire.NUMBER),
        ("large", Wire.BAND),
        ("-5", Wire.BAND),
        (True, Wire.BAND),
        ("1" * 400, Wire.NUMBER),
        (10**400, Wire.NUMBER),
        (True, Wire.NUMBER),
    ],
)
def test_a_bad_value_is_told_apart_and_its_content_is_not_repeated(scalar, wire):
    result = read_value(scalar, wire)
    assert isinstance(result, Misread)
    assert str(scalar) not in result.words


@given(scalar=SCALARS, wire=st.sampled_from(Wire))
def test_reading_never_raises_and_instants_are_utc(scalar, wire):
    value = read_value(scalar, wire)
    if isinstance(value, datetime):
        assert value.tzinfo is UTC


@pytest.mark.parametrize(
    "left,right,wire,same",
    [
        ("", None, Wire.TEXT, True),
        ("50", 50.0, Wire.NUMBER, True),
        ("true", True, Wire.FLAG, True),
        ("2026-12-02T09:00:00.000+0000", "1796202000000", Wire.INSTANT, True),
        ("Working", "working", Wire.TEXT, False),
        ("many", None, Wire.NUMBER, False),
        ("many", "many", Wire.NUMBER, True),
    ],
)
def test_two_spellings_of_one_meaning_make_no_change(left, right, wire, same):
    assert same_value(left, right, wire) is same
    assert same_value(right, left, wire) is same
