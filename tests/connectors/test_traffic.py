"""How often, how fast and whether at all a CRM is asked: values in, values out, no clock but the test's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.breaker import BLOWS_AFTER, FIRST_PAUSE, LONGEST_PAUSE, LeftAlone, back_off
from crmsync.connectors.budget import Budget, midnight, rolling
from crmsync.connectors.hubspot import road
from crmsync.connectors.lanes import SHARES, WORK, Lane, lane, present
from crmsync.connectors.pace import Pace
from crmsync.connectors.policy import patient, regulated
from crmsync.connectors.traffic import ANY, Traffic, traffic_of
from crmsync.model.errors import BudgetSpent, RetryLater
from tests.connectors.doubles import Notes, Sleeps

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
URGENT_FIRST = [Lane.READ, Lane.TASK, Lane.OWNER, Lane.STATUS, Lane.SCORE, Lane.BACKFILL, Lane.SWEEP]


class Hands:
    """A clock that goes on when told to; `now` is the CRM's, the call is the machine's."""

    def __init__(self):
        self.at, self.ticks = NOON, 0.0

    def __call__(self):
        return self.ticks

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.ticks += seconds
        self.at += timedelta(seconds=seconds)


def budget(used=0, allowed=1000, resets=rolling, hands=None):
    made = Budget("CRM", (hands or Hands()).now, resets)
    if allowed:
        made.hear(used, allowed)
    return made


# Lanes ---------------------------------------------------------------------------------------------------------------


def test_the_less_urgent_work_stops_earlier():
    shares = [SHARES[one] for one in URGENT_FIRST]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == len(shares)
    assert shares[0] == 1.0
    assert set(SHARES) == set(WORK) == set(Lane)


def test_what_a_call_is_for_is_said_around_it_and_is_reading_otherwise():
    with lane(Lane.SCORE):
        with lane(Lane.TASK):
            assert present() is Lane.TASK
        assert present() is Lane.SCORE
    assert present() is Lane.READ


# The budget of a day -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", list(Lane))
@pytest.mark.parametrize("reserve", [0.0, 0.25, 0.6])
def test_each_lane_ends_exactly_at_its_share_of_what_is_not_reserved(work, reserve):
    most = int(1000 * (1 - reserve) * SHARES[work])
    one = budget(most - 1)
    one.settle(reserve, None)
    one.spend(work)
    with pytest.raises(BudgetSpent):
        one.spend(work)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from(list(Lane)), st.integers(0, 40)), max_size=60),
    st.floats(0, 0.9),
    st.integers(1, 300),
)
def test_whatever_is_asked_and_whoever_else_spends_the_reserve_is_never_touched_by_us(asked, reserve, allowed):
    used, ours = 0, 0
    one = Budget("CRM", Hands().now)
    one.settle(reserve, None)
    one.hear(0, allowed)
    for work, others in asked:
        used += others
        one.hear(used, allowed)
        try:
            one.spend(work)
        except BudgetSpent:
            assert used >= int(round(allowed * (1 - reserve) * SHARES[work], 6))
            continue
        assert used + 1 <= allowed * (1 - reserve) + 1e-6
        used, ours = used + 1, ours + 1
    assert ours <= allowed * (1 - reserve) + 1e-6


def test_between_two_answers_that_tell_our_own_calls_are_counted():
    one = budget(700)
    for _ in range(50):
        one.spend(Lane.READ)
    with pytest.raises(BudgetSpent, match=r"CRM: 750 of 1,000 calls of the day are used, 25% are left to others\."):
        one.spend(Lane.READ)
    one.hear(100, 1000)
    one.spend(Lane.READ)


def test_a_crm_that_never_tells_is_held_to_what_the_settings_say():
    hands = Hands()
    one = budget(allowed=0, hands=hands, resets=midnight(UTC))
    for _ in range(2000):
        one.spend(Lane.SWEEP)
    one.settle(0.25, 3000)
    for _ in range(250):
        one.spend(Lane.READ)
    with pytest.raises(BudgetSpent) as spent:
        one.spend(Lane.READ)
    assert spent.value.until == datetime(2026, 12, 3, tzinfo=UTC)
    hands.at = spent.value.until
    one.spend(Lane.READ)
    assert one.calls == (1, 3000)


def test_without_any_limit_known_nothing_is_refused():
    one = budget(allowed=0)
    for _ in range(100):
        one.spend(Lane.SWEEP)
    assert one.calls is None


def test_a_crm_that_has_not_answered_yet_is_asked():
    one = Budget("CRM", lambda: None)
    one.hear(999, 1000)
    one.spend(Lane.SWEEP)
    assert one.spent("used up").until is None


def test_calls_of_the_last_24_hours_are_looked_at_again_in_a_quarter_of_an_hour_by_one_call():
    hands = Hands()
    one = budget(750, hands=hands)
    with pytest.raises(BudgetSpent, match=r"Nothing is asked until 02 Dec 12:15 UTC\.") as spent:
        one.spend(Lane.READ)
    assert spent.value.until == NOON + timedelta(minutes=15)
    hands.at = spent.value.until - timedelta(seconds=1)
    assert one.closed(Lane.READ)
    hands.at = spent.value.until
    one.spend(Lane.READ)
    one.hear(751, 1000)
    assert one.closed(Lane.READ).until == NOON + timedelta(minutes=30)


def test_who_is_refused_as_used_up_stops_every_lane_until_the_reset_and_says_when():
    hands = Hands()
    one = budget(3, hands=hands, resets=midnight(ZoneInfo("Europe/Madrid")))
    told = one.spent("HubSpot: RATE_LIMITS: You have reached your daily limit.")
    assert told.until == datetime(2026, 12, 2, 23, tzinfo=UTC)
    assert str(told).endswith("daily limit. Nothing is asked until 02 Dec 23:00 UTC.")
    assert all(one.closed(work).until == told.until for work in Lane)
    hands.at = told.until
    assert not any(one.closed(work) for work in Lane)


@pytest.mark.parametrize(
    "zone, known, until",
    [
        ("UTC", "2026-12-02T00:00:00", "2026-12-03T00:00:00"),
        ("America/New_York", "2026-12-02T04:59:59", "2026-12-02T05:00:00"),
        ("America/New_York", "2026-12-02T05:00:00", "2026-12-03T05:00:00"),
        ("Europe/Madrid", "2026-10-24T23:30:00", "2026-10-25T23:00:00"),
        ("Asia/Kolkata", "2026-12-02T18:29:59", "2026-12-02T18:30:00"),
    ],
)
def test_the_day_of_a_portal_ends_at_its_own_midnight(zone, known, until):
    at = datetime.fromisoformat(known).replace(tzinfo=UTC)
    assert midnight(ZoneInfo(zone))(at) == datetime.fromisoformat(until).replace(tzinfo=UTC)


# The pace ------------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.integers(1, 60), st.floats(0.5, 20), st.lists(st.floats(0, 5), min_size=1, max_size=300))
def test_no_interval_ever_holds_more_calls_than_are_sold(calls, seconds, pauses):
    hands, made = Hands(), []
    pace = Pace(calls, seconds, hands)
    for pause in pauses:
        hands.sleep(pause)
        hands.sleep(pace.take())
        made.append(hands.ticks)
    for start in made:
        inside = sum(start <= at < start + seconds - 1e-6 for at in made)
        assert inside <= max(calls, 1)


def test_what_is_sold_may_go_at_once_and_then_waits_for_its_interval():
    pace = Pace(100, 10.0, Hands())
    waits = [pace.take() for _ in range(201)]
    assert waits[:100] == [0.0] * 100
    assert waits[100:200] == pytest.approx([10.5] * 100)
    assert waits[200] == pytest.approx(21.0)


def test_what_the_crm_says_is_left_counts_where_it_is_less_than_we_believe():
    pace = Pace(100, 10.0, Hands())
    pace.hear(190, 10.0, 2)
    assert [pace.take() > 0 for _ in range(3)] == [False, False, True]
    plenty = Pace(8, 10.0, Hands())
    waits = [plenty.take() for _ in range(7)]
    plenty.hear(8, 10.0, 8)
    waits += [plenty.take() for _ in range(2)]
    assert [wait > 0 for wait in waits] == [False] * 8 + [True]


def test_where_nothing_is_left_a_whole_interval_goes_by():
    hands = Hands()
    pace = Pace(100, 10.0, hands)
    pace.hear(190, 10.0, 0)
    assert pace.take() >= 10.0
    hands.sleep(11)
    assert [pace.take() for _ in range(50)] == [0.0] * 50


def test_a_larger_tier_is_used_as_soon_as_it_is_told():
    pace = Pace(2, 10.0, Hands())
    assert [pace.take() > 0 for _ in range(3)] == [False, False, True]
    pace.hear(190, 10.0, 187)
    assert [pace.take() for _ in range(100)] == [0.0] * 100


@pytest.mark.parametrize("odd", [(0, 10.0, 5), (-1, 10.0, 5), (190, 0.0, 5)])
def test_a_limit_that_makes_no_sense_changes_nothing(odd):
    pace = Pace(100, 10.0, Hands())
    pace.hear(*odd)
    assert pace.take() == 0.0


# The fuse ------------------------------------------------------------------------------------------------------------


def test_pauses_double_up_to_the_longest():
    spans = [back_off(failures).total_seconds() for failures in (1, 2, 3, 4, 5, 6, 7, 10**6)]
    assert spans == [30, 60, 120, 240, 480, 900, 900, 900]
    assert (back_off(1), back_off(99)) == (FIRST_PAUSE, LONGEST_PAUSE)


class Server:
    """A door with one method, answering as told."""

    def __init__(self, traffic):
        self.traffic, self.says, self.asked = traffic, 200, 0

    @regulated
    def call(self, path: str) -> Answer:  # noqa: ARG002 - the traffic reads it
        self.asked += 1
        if isinstance(self.says, Exception):
            raise self.says
        return Answer(self.says, b"")


def server(hands=None, notes=None, sleeper=None, **more) -> Server:
    hands = hands or Hands()
    return Server(Traffic("CRM", notes or Notes(), sleeper or hands, hands.now, **more))


def fails(one, times, error=AnswerLost):
    for _ in range(times):
        with pytest.raises(error):
            one.call("/x")


@pytest.mark.parametrize("says", [AnswerLost(), Unreached()])
def test_after_calls_without_an_answer_nothing_more_is_asked(says):
    notes = Notes()
    one = server(notes=notes)
    one.says = says
    fails(one, BLOWS_AFTER, type(says))
    with pytest.raises(LeftAlone, match="CRM does not answer and is left alone") as refused:
        one.call("/x")
    assert (one.asked, refused.value.after) == (BLOWS_AFTER, 30.0)
    assert notes.events == [("crm.left_alone", {"system": "crm"})]


def test_a_broken_server_is_one_that_does_not_answer_and_a_refusal_is_an_answer():
    one = server()
    for says in (500, 502, 503, 504, 500, 429, 503):
        one.says = says
        one.call("/x")
    fails_before = one.asked
    for _ in range(BLOWS_AFTER - 1):
        one.says = 503
        one.call("/x")
    with pytest.raises(LeftAlone):
        one.call("/x")
    assert one.asked == fails_before + BLOWS_AFTER - 1


def test_one_call_shows_whether_it_is_back():
    one = server()
    one.says = AnswerLost()
    fails(one, BLOWS_AFTER)
    one.traffic.try_again()
    fails(one, 1)
    with pytest.raises(LeftAlone):
        one.call("/x")
    one.traffic.try_again()
    one.says = 200
    assert [one.call("/x").status for _ in range(3)] == [200] * 3
    one.says = AnswerLost()
    fails(one, BLOWS_AFTER)


def test_a_crm_that_answers_is_not_put_on_probation_by_a_new_try():
    one = server()
    one.traffic.try_again()
    one.says = AnswerLost()
    fails(one, BLOWS_AFTER)


# All of it around a call ---------------------------------------------------------------------------------------------


def test_a_call_that_must_wait_sleeps_in_short_naps_before_it_is_made():
    sleeps = Sleeps()
    one = server(sleeper=sleeps, paces={"/search": Pace(1, 2.5, Hands()), ANY: Pace(1000, 1.0, Hands())})
    one.call("/crm/v3/objects/contacts/search")
    assert sleeps.seconds == []
    one.call("/crm/v3/objects/contacts")
    assert sleeps.seconds == []
    one.call("/crm/v3/objects/contacts/search")
    assert sleeps.seconds == pytest.approx([1.0, 1.0, 0.625])


def test_a_call_no_lane_has_room_for_is_not_made_and_the_more_urgent_one_is():
    one = server()
    one.traffic.budget.hear(int(750 * SHARES[Lane.SCORE]), 1000)
    with lane(Lane.SCORE), pytest.raises(BudgetSpent, match=r"Scores wait until 02 Dec 12:15 UTC\."):
        one.call("/x")
    assert one.asked == 0
    with lane(Lane.TASK):
        one.call("/x")
    assert one.asked == 1


def test_in_a_hurry_no_pace_is_kept():
    sleeps = Sleeps()
    one = server(sleeper=sleeps, paces={ANY: Pace(1, 10.0, Hands())})
    one.traffic.hurry()
    assert [one.call("/x").status for _ in range(5)] == [200] * 5
    assert sleeps.seconds == []


def test_a_road_without_limits_is_open():
    one = server()
    assert one.call("no path at all").status == 200
    assert traffic_of(one) is one.traffic
    assert traffic_of(object()) is None


def test_a_crm_left_alone_is_not_waited_for():
    sleeps = Sleeps()

    def read():
        raise LeftAlone("left alone", 30.0)

    with pytest.raises(LeftAlone):
        patient("crm", Notes(), sleeps)(read)()
    assert sleeps.seconds == []


def test_a_day_that_is_used_up_gets_its_instant_and_stops_the_writes_too():
    hands, sleeps = Hands(), Sleeps()
    traffic = Traffic("CRM", Notes(), sleeps, hands.now, resets=midnight(UTC))

    def read():
        raise BudgetSpent("CRM: the daily limit is reached.")

    with pytest.raises(BudgetSpent) as spent:
        patient("crm", Notes(), sleeps, traffic)(read)()
    assert spent.value.until == datetime(2026, 12, 3, tzinfo=UTC)
    assert sleeps.seconds == []
    assert traffic.closed(Lane.TASK).until == spent.value.until


def test_a_moment_of_too_many_calls_at_once_is_waited_out_and_stops_nothing():
    """Salesforce says REQUEST_LIMIT_EXCEEDED for both: the day that is used up, and long calls side by side."""
    from crmsync.connectors.salesforce.errors import reading

    def told(words):
        body = f'[{{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"{words}"}}]'
        return reading(Answer(403, body.encode()))

    assert isinstance(told("TotalRequests Limit exceeded."), BudgetSpent)
    assert isinstance(told("ConcurrentRequests (Concurrent API Requests) Limit exceeded."), RetryLater)


# HubSpot's road ------------------------------------------------------------------------------------------------------


def headers(**told):
    return {f"X-HubSpot-RateLimit-{name.replace('_', '-')}": str(value) for name, value in told.items()}


def portal():
    hands = Hands()
    return road.road(Notes(), hands, hands.now, hands), hands


def test_the_headers_of_an_answer_feed_pace_and_budget():
    traffic, hands = portal()
    told = headers(Max=190, Remaining=0, Interval_Milliseconds=10000, Daily=1000, Daily_Remaining=250)
    assert road.hear(traffic, told) == (750, 1000)
    assert traffic.closed(Lane.READ).until == datetime(2026, 12, 3, tzinfo=UTC)
    road.hear(traffic, headers(Daily=1000, Daily_Remaining=900))
    traffic.ask("/crm/v3/objects/contacts")
    assert hands.ticks >= 10.0


@pytest.mark.parametrize(
    "told",
    [{}, headers(Daily=1000), headers(Max=190), headers(Daily="many", Daily_Remaining="few"), headers(Max="x")],
)
def test_answers_without_limits_or_with_odd_ones_change_nothing(told):
    traffic, _ = portal()
    assert road.hear(traffic, told) is None
    assert traffic.budget.calls is None


def test_searches_have_a_slower_road_of_their_own():
    traffic, hands = portal()
    for _ in range(10):
        traffic.ask("/crm/v3/objects/contacts/search")
    assert hands.ticks == pytest.approx(1.05)
    before = hands.ticks
    traffic.ask("/crm/v3/objects/contacts")
    assert hands.ticks == before


def test_the_accounts_time_zone_says_when_its_day_ends():
    traffic, _ = portal()
    road.hear(traffic, headers(Daily=100, Daily_Remaining=0))
    for zone, until in (("US/Eastern", 5), ("Nowhere/Land", 5), ("", 5), ("Europe/Madrid", -1)):
        road.live_in(traffic, zone)
        assert traffic.closed(Lane.READ).until == datetime(2026, 12, 3, tzinfo=UTC) + timedelta(hours=until)
