from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.people import ClockState
from crmsync.rules.sla import FirstTouchFacts, first_touch
from crmsync.rules.task_key import key_prefix, task_exists, task_key
from crmsync.rules.touches import teammates
from tests.proofs import proves
from tests.rules.agreed import LEAD, RAVI, TOM, act, directory, london, shipped, utc

SLA = shipped().sla
START = utc("2026-12-02 10:12")
DUE = utc("2026-12-02 17:30")
NEXT_DAY = utc("2026-12-03 10:00")
ANNA = "a.novak@halden.example"


def facts(**more) -> FirstTouchFacts:
    known = {
        "person": "p1",
        "pass_number": 1,
        "subject": LEAD,
        "owner": TOM,
        "owned_since": START,
        "evidence": "owner history",
        "with_sales_since": utc("2026-12-02 09:00"),
        "activities": (),
        "calendar": london(),
        "directory": directory(),
        "go_live": date(2026, 12, 1),
        "agreement": "hash-1",
        "org_id": "00D000000000001EAA",
        "teams": teammates(directory(), shipped().routing),
    }
    return FirstTouchFacts(**(known | more))


def judged(now, **more):
    return first_touch(facts(**more), SLA, now)


def touched(at, by="005TOM"):
    return {"activities": (act("call", at, by=by),)}


# The life of one clock


def test_a_clock_starts_when_owner_and_hand_over_are_both_there():
    clock = judged(START).clock
    assert (clock.started_at, clock.due_at, clock.due_day) == (START, DUE, "20261202")
    assert (clock.owner, clock.subject, clock.ordinal, clock.evidence) == (TOM, LEAD, 1, "owner history")
    assert clock.state is ClockState.RUNNING
    later = judged(NEXT_DAY, with_sales_since=utc("2026-12-03 09:30")).clock
    assert later.started_at == utc("2026-12-03 09:30")


def test_a_running_clock_rings_at_its_deadline():
    result = judged(START)
    assert (result.recheck_at, result.task_key, result.overdue) == (DUE, None, False)


@pytest.mark.parametrize(
    "at, state, outcome",
    [
        (utc("2026-12-02 11:00"), ClockState.MET, "touched"),
        (DUE, ClockState.MET, "touched"),
        (DUE + timedelta(seconds=1), ClockState.MISSED, "touched late"),
    ],
)
def test_the_first_touch_closes_it(at, state, outcome):
    result = judged(NEXT_DAY, **touched(at))
    assert (result.clock.state, result.clock.closed_at, result.clock.outcome) == (state, at, outcome)
    assert (result.task_key, result.overdue, result.recheck_at) == (None, False, None)


@proves("0.19", "4.13")
def test_overdue_without_a_touch_asks_for_one_task_and_stays_open():
    """Past the deadline without a touch one task is asked for, and the promise stays open until it is kept."""
    result = judged(DUE)
    assert result.overdue
    assert result.task_key == task_key("00D000000000001EAA", result.clock)
    assert (result.clock.state, result.clock.outcome, result.clock.closed_at) == (ClockState.RUNNING, "overdue", None)
    assert result.recheck_at == utc("2026-12-03 09:00")


@proves("4.16")
def test_a_touch_logged_late_with_its_real_time_counts_as_met():
    """A call logged after the deadline with the time at which it was made counts as in time."""
    overdue = judged(DUE).clock
    result = judged(NEXT_DAY, clocks=(overdue,), **touched(utc("2026-12-02 16:00")))
    assert (result.clock.state, result.clock.ordinal) == (ClockState.MET, 1)


def test_a_change_of_status_is_not_a_touch():
    working = judged(DUE, accepted=True, with_sales_since=utc("2026-12-02 11:00"), clocks=(judged(START).clock,))
    assert working.overdue
    assert working.clock.started_at == START


NO_CLOCK = [
    ("no owner", {"owner": None}),
    ("not known since when", {"owned_since": None}),
    ("not with sales", {"with_sales_since": None}),
    ("a bought name", {"bought": True}),
    ("older than go-live", {"owned_since": utc("2026-11-30 10:00"), "with_sales_since": utc("2026-11-30 09:00")}),
    ("a minute before go-live", {"owned_since": utc("2026-11-30 23:59"), "with_sales_since": START - timedelta(9)}),
]


@pytest.mark.parametrize("case, more", NO_CLOCK, ids=[row[0] for row in NO_CLOCK])
def test_where_nothing_was_promised_there_is_no_clock(case, more):
    result = judged(NEXT_DAY, **more)
    assert (result.clock, result.clocks, result.task_key, result.recheck_at) == (None, (), None, None), case


def test_go_live_is_a_day_of_the_office_not_of_greenwich():
    summer = {"go_live": date(2026, 7, 1), "with_sales_since": utc("2026-06-01 09:00")}
    assert judged(NEXT_DAY, owned_since=utc("2026-06-30 23:30"), **summer).clock is not None
    assert judged(NEXT_DAY, owned_since=utc("2026-06-30 22:30"), **summer).clock is None


ENDS = [
    (
        "left in time",
        {"with_sales_since": None, "left_at": utc("2026-12-02 15:00")},
        ClockState.CANCELLED,
        "left sales",
    ),
    ("left overdue", {"with_sales_since": None, "left_at": utc("2026-12-03 09:30")}, ClockState.MISSED, "left sales"),
    ("bought after all", {"bought": True, "left_at": utc("2026-12-02 15:00")}, ClockState.CANCELLED, "bought name"),
    ("no owner any more", {"owner": None, "left_at": utc("2026-12-02 15:00")}, ClockState.CANCELLED, "no owner"),
]


@pytest.mark.parametrize("case, more, state, outcome", ENDS, ids=[row[0] for row in ENDS])
def test_a_clock_whose_matter_ended_is_closed(case, more, state, outcome):
    result = judged(NEXT_DAY, clocks=(judged(START).clock,), **more)
    (ended,) = result.clocks
    assert (result.clock, ended.state, ended.outcome, ended.closed_at) == (None, state, outcome, more["left_at"]), case


def test_a_touch_before_it_left_still_counts():
    more = {"with_sales_since": None, "left_at": utc("2026-12-02 15:00"), **touched(utc("2026-12-02 14:00"))}
    (ended,) = judged(NEXT_DAY, clocks=(judged(START).clock,), **more).clocks
    assert ended.state is ClockState.MET


def test_a_new_owner_gets_a_new_deadline():
    handed_on = utc("2026-12-02 15:00")
    result = judged(NEXT_DAY, clocks=(judged(START).clock,), owner=ANNA, owned_since=handed_on)
    old, new = result.clocks
    assert (old.state, old.closed_at, old.outcome) == (ClockState.CANCELLED, handed_on, "owner changed")
    assert (new.ordinal, new.owner, new.started_at, new.due_at) == (2, ANNA, handed_on, DUE)
    assert result.overdue


def test_the_new_owners_own_team_must_touch():
    result = judged(
        NEXT_DAY,
        clocks=(judged(START).clock,),
        owner=ANNA,
        owned_since=utc("2026-12-02 15:00"),
        **touched(utc("2026-12-02 16:00"), by="005TOM"),
    )
    assert result.overdue
    assert [one.activity.owner for one in result.touches.overlooked] == ["005TOM"]


def test_a_closed_clock_never_changes_again():
    met = judged(NEXT_DAY, **touched(utc("2026-12-02 11:00"))).clock
    for more in ({}, {"accepted": True, "with_sales_since": utc("2026-12-02 12:00")}, touched(START)):
        result = judged(NEXT_DAY, clocks=(met,), **more)
        assert result.clocks == (met,)
        assert result.task_key is None


def test_a_new_owner_gets_a_clock_even_where_the_old_one_was_answered_later():
    met = judged(NEXT_DAY, **touched(utc("2026-12-02 11:00"))).clock
    result = judged(NEXT_DAY, clocks=(met,), owner=ANNA, owned_since=utc("2026-12-02 10:30"))
    assert (result.clock.owner, result.clock.ordinal, result.overdue) == (ANNA, 2, True)


def test_the_latest_clock_is_the_present_one_however_they_are_listed():
    met = judged(NEXT_DAY, **touched(utc("2026-12-02 11:00"))).clock
    running = replace(judged(START).clock, ordinal=2)
    other = replace(running, code="decide", ordinal=9)
    for listed in ((met, running, other), (other, running, met)):
        assert judged(utc("2026-12-02 12:00"), clocks=listed).clock == running


def test_a_lead_that_comes_back_to_the_hand_over_gets_a_new_clock():
    met = judged(NEXT_DAY, **touched(utc("2026-12-02 11:00"))).clock
    back = utc("2026-12-03 09:30")
    result = judged(NEXT_DAY, clocks=(met,), with_sales_since=back, **touched(utc("2026-12-02 11:00")))
    assert (result.clock.ordinal, result.clock.started_at, result.clock.state) == (2, back, ClockState.RUNNING)


def test_a_running_clock_keeps_the_promise_it_started_under():
    running = judged(START).clock
    result = judged(utc("2026-12-02 12:00"), clocks=(running,), agreement="hash-2", owned_since=utc("2026-12-02 11:30"))
    assert result.clock == running


def test_an_agreement_without_this_promise_has_no_clock():
    assert first_touch(facts(), replace(SLA, clocks=()), DUE).clocks == ()


# The task, once


MADE = [
    ("an open one", {"open": True}, True),
    ("ticked off", {"open": False}, True),
    ("deleted", {"open": False, "deleted": True}, True),
]


@pytest.mark.parametrize("case, state, exists", MADE, ids=[row[0] for row in MADE])
def test_a_task_that_was_made_is_never_made_again(case, state, exists):
    key = judged(DUE).task_key
    result = judged(NEXT_DAY, activities=(act("todo", DUE, task_key=key.upper(), **state),))
    assert (result.overdue, result.task_key is None, result.recheck_at) == (True, exists, None), case


@pytest.mark.parametrize("is_open, exists", [(True, True), (False, False)])
def test_an_open_task_of_another_day_for_the_same_promise_is_enough(is_open, exists):
    key = judged(DUE).task_key
    earlier = act("todo", DUE, task_key=f"{key_prefix(key)}20261125", open=is_open)
    assert task_exists(key, (earlier,)) is exists


def test_the_key_is_that_of_the_binding_text():
    clock = judged(DUE).clock
    # printf '00D000000000001EAA|first_touch|1|00Q5g00000XkT2bEAF' | sha256sum | xxd -r -p | base32 | cut -c-20
    assert task_key("00D000000000001EAA", clock) == "cs1-jd6mbmw3nzeg35xhbp73-20261202"


def test_the_key_names_org_clock_level_record_and_day_and_nothing_else():
    clock = judged(DUE).clock
    key = task_key("org", clock)
    assert len(key) == 33
    assert key == key.lower()
    same = replace(clock, owner=RAVI, ordinal=7, started_at=NEXT_DAY, agreement="other", person="p9", due_at=NEXT_DAY)
    assert task_key("org", same) == key
    others = [
        task_key("org2", clock),
        task_key("org", replace(clock, code="accept")),
        task_key("org", clock, level=2),
        task_key("org", replace(clock, subject=replace(LEAD, id="00Q5g00000XkT2cEAF"))),
        task_key("org", replace(clock, due_day="20261203")),
    ]
    assert len({key, *others}) == 6


# Laws

times = st.datetimes(min_value=datetime(2026, 12, 1), max_value=datetime(2026, 12, 12), timezones=st.just(UTC))
calls = st.lists(st.tuples(times, st.sampled_from(["005TOM", "005ANNA", "005RAVI"])), max_size=4)


def history(drawn):
    return tuple(act("call", at, by=by) for at, by in drawn)


@given(calls, times)
def test_deciding_again_at_the_same_instant_changes_nothing(drawn, now):
    first = judged(now, activities=history(drawn)) if now >= START else None
    if first is not None:
        again = judged(now, activities=history(drawn), clocks=first.clocks)
        assert (again.clock, again.task_key) == (first.clock, first.task_key)


@given(calls, times, times)
def test_looking_in_between_never_changes_what_is_found_in_the_end(drawn, one, two):
    between, end = sorted((max(one, START), max(two, START)))
    looked = judged(between, activities=tuple(act("call", at, by=by) for at, by in drawn if at <= between))
    after = judged(end, activities=history(drawn), clocks=looked.clocks)
    assert after.clock == judged(end, activities=history(drawn)).clock


@given(calls, times)
def test_the_next_look_is_always_ahead_and_changes_something_at_the_deadline(drawn, now):
    moment = max(now, START)
    result = judged(moment, activities=history(drawn))
    assert result.recheck_at is None or result.recheck_at > moment
    assert (result.task_key is not None) <= result.overdue
