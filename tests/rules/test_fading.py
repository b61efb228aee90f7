from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmsync.rules.fading import DAY, Curve, next_crossing
from tests.rules.agreed import days, utc

NOW = utc("2026-12-02 09:00")


def curve(gained, against=None, limit=1000.0):
    return Curve(((limit, gained),), against or {}, 100.0)


def test_a_dip_between_two_ends_of_the_same_height_is_seen():
    dipping = curve({365 * DAY: 28.0, 1 * DAY: 20.0}, {7 * DAY: 15.0})  # 33, then under 20, then 25 again
    assert dipping.at(0) > 20 < dipping.at(60 * DAY)
    found = next_crossing(dipping, dipping.at(0), [20.0], NOW)
    assert found is not None
    assert found - NOW < days(4)


def test_a_peak_between_two_ends_of_the_same_height_is_seen():
    rising = curve({365 * DAY: 30.0}, {7 * DAY: 15.0})  # 15, then over 20, then fading
    found = next_crossing(rising, rising.at(0), [20.0, 25.0], NOW)
    assert rising.at((found - NOW).total_seconds()) >= 20 > rising.at((found - NOW).total_seconds() - 3)


def test_what_is_capped_starts_to_fall_only_under_its_limit():
    capped = curve({30 * DAY: 80.0}, limit=25.0)
    found = next_crossing(capped, 25.0, [25.0], NOW)
    exact = days(30) * 1.6780719051126376  # 80 x 0.5^(t/30d) = 25
    assert timedelta(0) < found - NOW - exact < timedelta(seconds=3)


def test_what_stays_for_good_never_rings():
    assert next_crossing(curve({30 * DAY: 9.0}), 9.0, [10.0], NOW) is None
    assert next_crossing(curve({30 * DAY: 9.0}), 9.0, [], NOW) is None
    assert next_crossing(curve({}), 0.0, [10.0], NOW) is None


sums = st.dictionaries(st.sampled_from([1 * DAY, 7 * DAY, 30 * DAY, 365 * DAY]), st.floats(0, 100), max_size=3)


@given(sums, sums, st.floats(0, 400), st.floats(0, 400))
def test_the_bounds_hold_everywhere_between(gained, against, one, two):
    drawn = curve(gained, against)
    low, high = sorted((one * DAY, two * DAY))
    least, most = drawn.bounds(low, high)
    for share in (0.0, 0.25, 0.5, 0.9, 1.0):
        assert least - 1e-9 <= drawn.at(low + (high - low) * share) <= most + 1e-9
