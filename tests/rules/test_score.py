import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import Signal
from crmsync.model.activities import Actor, Direction
from crmsync.rules.score import ASKED_FOR_DEMO, ScoreFacts, last_signal, newest_evidence, score, signal_of
from tests.proofs import proves
from tests.rules.agreed import act, days, shipped, utc

NOW = utc("2026-12-02 09:00")
AGREED = shipped().scoring
GOOD = {"industry": "Logistics", "employees": 120.0, "title": "Head of Operations", "country": "GB"}


def rated(*activities, attributes=GOOD, section=AGREED, now=NOW):
    return score(ScoreFacts(attributes, activities), section, now)


def demo(age: float):
    return act("form", NOW - days(age), label="Demo request")


# Golden values of domain.md 2.8


@proves("2.12")
@pytest.mark.parametrize(
    "half_life, age, expected",
    [(30, 0, 50), (30, 182, 0.746), (90, 182, 12.309)],
)
def test_a_demo_request_fades_by_half_lives(half_life, age, expected):
    """A demo request of 50 points is worth 0.746 after 182 days at a half-life of 30."""
    signals = tuple(
        replace(one, half_life_days=half_life) if one.name == ASKED_FOR_DEMO else one for one in AGREED.signals
    )
    assert rated(demo(age), section=replace(AGREED, signals=signals)).interest == pytest.approx(expected, abs=5e-4)


def test_ten_points_at_a_half_life_of_a_month_are_ten_five_and_two_and_a_half():
    form = act("form", NOW, label="Newsletter")
    faded = [rated(form, now=NOW + days(month * 30)).interest for month in range(4)]
    assert faded == pytest.approx([10, 5, 2.5, 1.25])


def one_point(half_life=36500.0):
    return replace(AGREED, signals=(Signal("open", 1.0, half_life, "awareness", 0.7, "page_view"),))


@proves("2.13")
@pytest.mark.parametrize("visits, expected, exact", [(5, 2.7731, 5e-5), (60, 3.3333, 5e-5)])
def test_repeats_of_one_point_count_less_and_less(visits, expected, exact):
    """Five repeats of one point at a factor of 0.7 give 2.7731."""
    acts = [act("page_view", NOW - timedelta(milliseconds=number), label="/") for number in range(visits)]
    assert rated(*acts, section=one_point()).interest == pytest.approx(expected, abs=exact)


def test_only_visits_within_the_window_count_as_repeats():
    near = (act("page_view", NOW - days(0), label="/"), act("page_view", NOW - days(90), label="/"))
    far = (act("page_view", NOW - days(0), label="/"), act("page_view", NOW - days(91), label="/"))
    assert [line.repeat for line in rated(*near, section=one_point()).ledger] == [1, 0.7]
    assert [line.repeat for line in rated(*far, section=one_point()).ledger] == [1, 1]


# Fit

NOBODY = {}
FITS = [
    (GOOD, "A", 100, 1.0),
    (GOOD | {"industry": "Banking"}, "B", 70, 1.0),
    (GOOD | {"industry": "Banking", "employees": 10.0}, "C", 40, 1.0),
    (GOOD | {"industry": "Banking", "employees": 10.0, "title": "Clerk"}, "D", 15, 1.0),
    (GOOD | {"country": None}, "A", 100, 0.85),
    (GOOD | {"industry": None, "employees": 10.0}, "B", 100 * 40 / 70, 0.7),
    (GOOD | {"industry": "", "country": " "}, "D?", 100, 0.55),
    (NOBODY, "D?", 0, 0.0),
]


@pytest.mark.parametrize("attributes, grade, points, known", FITS)
def test_fit_is_graded_over_what_is_known(attributes, grade, points, known):
    result = rated(attributes=attributes)
    assert (result.grade, result.fit_points, result.fit_known) == (grade, pytest.approx(points), pytest.approx(known))


# Which activity gives which signal

SIGNALS = [
    (act("form", NOW, label="Request a DEMO"), "demo_request"),
    (act("form", NOW, label="Newsletter"), "other_form"),
    (act("page_view", NOW, label="https://halden.example/Pricing"), "pricing_page"),
    (act("page_view", NOW, label="https://halden.example/careers"), "careers_page"),
    (act("page_view", NOW, label="https://halden.example/"), "other_page"),
    (act("email", NOW, direction=Direction.INBOUND), "reply"),
    (act("call", NOW, direction=Direction.INBOUND), "call_in"),
    (act("call", NOW), None),
    (act("email", NOW), None),
    (act("email", NOW, direction=Direction.INBOUND, actor=Actor.AUTOMATION), None),
    (act("form", NOW, label="Book a demo", actor=Actor.BOT), None),
    (act("page_view", NOW, label="/pricing", actor=Actor.BOT), None),
    (act("todo", NOW), None),
    (act("form", NOW, label="Demo", deleted=True), None),
    (act("form", NOW, label="Demo", twin_of=demo(1).ref), None),
]


@proves("2.11")
@pytest.mark.parametrize("activity, name", SIGNALS)
def test_signals_are_what_they_do_never_what_we_do(activity, name):
    """Visits, forms, replies and calls of the person give points; our own calls and mails give none."""
    found = signal_of(activity, AGREED)
    assert (found.name if found else None) == name


@proves("2.1")
def test_awareness_alone_can_never_make_a_lead():
    """Any number of downloads, visits and sign-ups stays below the number that makes a lead."""
    acts = [act("form", NOW - days(number), label=f"Webinar {number}") for number in range(50)]
    result = rated(*acts)
    assert result.interest == AGREED.group_limits["awareness"] < AGREED.enter
    assert result.capped < 0


def test_what_speaks_against_is_taken_off_after_the_limits_and_never_below_nothing():
    careers = act("page_view", NOW, label="/careers")
    assert rated(careers).interest == 0
    assert rated(demo(0), careers).interest == 35
    assert rated(*(demo(0), replace(demo(0), ref=LEAD_2)), careers).interest == 65  # 100, limited to 80, less 15


LEAD_2 = replace(demo(0).ref, id="another")


def test_things_to_come_count_from_their_day_on():
    booked = NOW + days(2)
    result = rated(act("form", booked, label="Demo"))
    assert (result.interest, result.next_step_at) == (0, booked)


# What is shown, and when it changes by itself

SHOWN = [((), "A, 0"), ((demo(0),), "A, 50"), ((demo(1),), "A, 40"), ((demo(40),), "A, 20")]  # 19.8 reads as 20


@pytest.mark.parametrize("acts, shown", SHOWN)
def test_a_score_is_shown_in_steps(acts, shown):
    assert rated(*acts).shown == shown


def test_the_next_step_is_known_exactly():
    under_49_5 = NOW + days(30 * math.log2(50 / 49.5))  # in whole points 50 is left half a day later, not at once
    assert timedelta(0) < rated(demo(0)).next_step_at - under_49_5 < timedelta(seconds=3)
    later = NOW + days(1)
    crossing = NOW + days(30) * 0.32192809488736235  # 50 x 0.5^(t/30d) = 40
    assert timedelta(0) < rated(demo(0), now=later).next_step_at - crossing < timedelta(seconds=3)


def test_the_lower_threshold_of_the_hand_over_rings_too():
    shown_30 = NOW + days(25)
    under_25 = rated(demo(0), now=shown_30).next_step_at
    assert shown_30 < under_25
    assert rated(demo(0), now=under_25).interest < 25 < rated(demo(0), now=under_25 - timedelta(seconds=3)).interest
    assert rated(demo(0), now=under_25).shown == rated(demo(0), now=under_25 - timedelta(seconds=3)).shown


def test_thresholds_of_the_definition_ring_where_they_are_asked_for():
    facts = ScoreFacts(GOOD, (demo(5),))
    at = score(facts, AGREED, NOW, also=(42.5,)).next_step_at
    assert score(facts, AGREED, at).interest < 42.5 < score(facts, AGREED, at - timedelta(seconds=3)).interest


def test_nothing_to_fade_means_no_next_step():
    assert rated().next_step_at is None
    assert rated(demo(400)).next_step_at is None


def test_when_what_speaks_against_fades_first_interest_rises_and_that_is_seen():
    fast = tuple(replace(one, half_life_days=1) if one.name == "careers_page" else one for one in AGREED.signals)
    section = replace(AGREED, signals=fast)
    acts = (demo(5), act("page_view", NOW, label="/careers"))
    before = rated(*acts, section=section)
    after = rated(*acts, section=section, now=before.next_step_at)
    assert (before.shown, after.shown) == ("A, 30", "A, 40")


kinds = st.sampled_from(
    [("form", "Demo"), ("form", "Guide"), ("page_view", "/pricing"), ("page_view", "/"), ("page_view", "/careers")]
)
ages = st.floats(min_value=0, max_value=400, allow_nan=False)


def happened(drawn):
    return tuple(act(kind, NOW - days(age), label=label) for (kind, label), age in drawn)


histories = st.lists(st.tuples(kinds, ages), max_size=12).map(happened)
good_histories = histories.map(lambda acts: tuple(one for one in acts if one.label != "/careers"))


@given(histories)
def test_the_ledger_adds_up_exactly_in_any_order(acts):
    result = rated(*acts)
    amounts = [line.amount for line in result.ledger]
    assert sum(amounts) + result.capped == result.interest == result.capped + sum(reversed(amounts))
    assert 0 <= result.interest <= AGREED.interest_max


@given(histories)
def test_every_line_is_points_times_age_times_repeat(acts):
    for line in rated(*acts).ledger:
        assert line.amount == pytest.approx(line.points * line.age * line.repeat, abs=1e-9)


@proves("2.14")
@given(good_histories, st.floats(min_value=0, max_value=300), st.floats(min_value=0, max_value=300))
def test_without_events_interest_never_rises(acts, one, other):
    """Without anything happening interest only falls, at every instant."""
    sooner, later = sorted((one, other))
    assert rated(*acts, now=NOW + days(later)).interest <= rated(*acts, now=NOW + days(sooner)).interest


@given(histories)
def test_until_the_next_step_nothing_shown_changes_and_then_something_does(acts):
    result = rated(*acts)
    until = result.next_step_at or NOW + days(400)
    assert until > NOW
    for share in (0.1, 0.5, 0.9, 0.999):
        between = (
            rated(*acts, now=NOW + (until - NOW - timedelta(seconds=3)) * share) if until - NOW > days(0.01) else result
        )
        assert band(between) == band(result)
    if result.next_step_at:
        assert band(rated(*acts, now=result.next_step_at)) != band(result)


def band(result):
    return result.shown, result.interest >= AGREED.enter, result.interest >= AGREED.leave


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_listed_changes_nothing(acts, chance):
    shuffled = list(acts)
    chance.shuffle(shuffled)
    assert rated(*shuffled) == rated(*acts)


def test_the_last_request_for_a_demo_and_the_newest_evidence_are_found():
    acts = (demo(9), demo(3), act("page_view", NOW - days(1), label="/"), act("page_view", NOW, label="/careers"))
    assert last_signal(acts, AGREED, ASKED_FOR_DEMO, NOW) == NOW - days(3)
    assert last_signal(acts, AGREED, ASKED_FOR_DEMO, NOW - days(4)) == NOW - days(9)
    assert last_signal((), AGREED, ASKED_FOR_DEMO, NOW) is None
    assert newest_evidence(rated(*acts)) == NOW - days(1)
    assert newest_evidence(rated()) is None
