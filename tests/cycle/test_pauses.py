"""Which CRM is left alone, for how long, and that the other one is not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.connectors.breaker import FIRST_PAUSE, LONGEST_PAUSE
from crmsync.cycle.pauses import Pause, after_cycle, stopped, welcome
from crmsync.cycle.streams import Stops, Trouble, trouble_of
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater, ShapeChanged

NOON = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
BOTH = ("salesforce", "hubspot")


def trouble(stops, after=0.0, until=None, stream="leads", system="salesforce"):
    return Trouble(system, stream, "words", stops, after, until)


@pytest.mark.parametrize(
    "error, stops, after, until",
    [
        (AccessLost("no"), Stops.ACCESS, 0.0, None),
        (BudgetSpent("no"), Stops.BUDGET, 0.0, None),
        (BudgetSpent("no", NOON), Stops.BUDGET, 0.0, NOON),
        (RetryLater("no"), Stops.BUSY, 0.0, None),
        (RetryLater("no", 90), Stops.BUSY, 90, None),
        (ShapeChanged("no"), Stops.STREAM, 0.0, None),
    ],
)
def test_what_an_error_stands_in_the_way_of(error, stops, after, until):
    assert trouble_of("salesforce", "leads", error) == Trouble("salesforce", "leads", "no", stops, after, until)


@pytest.mark.parametrize(
    "one, answered, out",
    [
        (trouble(Stops.STREAM), (), False),
        (trouble(Stops.BUSY), (), True),
        (trouble(Stops.BUSY), ("salesforce",), False),
        (trouble(Stops.BUSY), ("hubspot",), True),
        (trouble(Stops.BUSY, after=5), ("salesforce",), True),
        (trouble(Stops.BUDGET), ("salesforce",), True),
        (trouble(Stops.ACCESS), ("salesforce",), True),
    ],
)
def test_a_crm_is_out_when_it_says_so_or_says_nothing(one, answered, out):
    assert stopped([one], answered) == ({"salesforce": one} if out else {})


def test_the_gravest_trouble_of_a_crm_counts():
    busy, spent, lost = trouble(Stops.BUSY, 5), trouble(Stops.BUDGET), trouble(Stops.ACCESS)
    assert stopped([busy, lost, spent], ()) == {"salesforce": lost}
    assert stopped([spent, busy], ()) == {"salesforce": spent}
    assert stopped([trouble(Stops.BUSY, 5), trouble(Stops.BUSY, 50)], ())["salesforce"].after == 50


@pytest.mark.parametrize(
    "one, seconds",
    [
        (trouble(Stops.BUSY), 30),
        (trouble(Stops.BUSY, after=7), 30),
        (trouble(Stops.BUSY, after=300), 300),
        (trouble(Stops.BUSY, after=7200), 7200),
        (trouble(Stops.ACCESS), 900),
        (trouble(Stops.BUDGET), 900),
        (trouble(Stops.BUDGET, until=NOON + timedelta(hours=5)), 18000),
        (trouble(Stops.BUDGET, until=NOON - timedelta(hours=5)), 0),
    ],
)
def test_a_pause_is_as_long_as_asked_or_grows(one, seconds):
    [pause] = after_cycle({}, BOTH, {"salesforce": one}, NOON).values()
    assert pause == Pause("salesforce", NOON + timedelta(seconds=seconds), "words", 1, one.stops is Stops.ACCESS)


def test_pauses_double_up_to_the_longest_and_start_again_after_an_answer():
    pauses, spans = {}, []
    for _ in range(8):
        pauses = after_cycle(pauses, BOTH, {"salesforce": trouble(Stops.BUSY)}, NOON)
        spans.append((pauses["salesforce"].until - NOON).total_seconds())
    assert spans == [30, 60, 120, 240, 480, 900, 900, 900]
    assert after_cycle(pauses, BOTH, {}, NOON) == {}
    again = after_cycle({}, BOTH, {"salesforce": trouble(Stops.BUSY)}, NOON)["salesforce"]
    assert (again.failures, again.until - NOON) == (1, FIRST_PAUSE)


def test_who_was_not_asked_stays_paused_and_the_other_stays_welcome():
    pauses = after_cycle({}, BOTH, {"salesforce": trouble(Stops.BUSY)}, NOON)
    assert after_cycle(pauses, ("hubspot",), {}, NOON) == pauses
    assert welcome(BOTH, pauses, NOON) == {"hubspot"}
    assert welcome(BOTH, pauses, NOON + FIRST_PAUSE) == set(BOTH)


@given(st.lists(st.sampled_from([None, 0.0, 10.0, 5000.0]), max_size=40))
def test_no_pause_is_longer_than_asked_for_or_the_longest(history):
    pauses = {}
    for after in history:
        stops = {} if after is None else {"salesforce": trouble(Stops.BUSY, after)}
        pauses = after_cycle(pauses, BOTH, stops, NOON)
        longest = max(LONGEST_PAUSE, timedelta(seconds=after or 0))
        assert all(timedelta(0) < one.until - NOON <= longest for one in pauses.values())
        assert set(pauses) == set(stops)
