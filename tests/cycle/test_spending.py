"""The calls of a day: the less urgent work waits first and says until when, the reserve is never touched."""

import sqlite3
from datetime import timedelta

import pytest

from crmsync.connectors.breaker import BLOWS_AFTER
from crmsync.connectors.budget import LOOK_AGAIN
from crmsync.connectors.lanes import SHARES, Lane
from crmsync.cycle import commands
from crmsync.cycle.doctor import examine
from crmsync.cycle.pauses import after_cycle
from crmsync.cycle.run import run_once
from crmsync.cycle.spending import LANES, regulate, saving
from crmsync.cycle.streams import Stops
from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import RowState
from crmsync.settings.workspace import read_connector
from tests.conformance.test_third_crm import person
from tests.cycle.beside_memo import FITS, later

ALLOWED = 10_000
OURS = 7_500
A_MINUTE = 60


@pytest.fixture
def asker(wiring, book, memo):
    """Somebody who asked for a demo: status, owner and score are to be written; the plan waits for an approval."""
    person(book, "m9", "Asker", "n-new", keeper=None, at=book.now)
    book.put("people", "m9", **FITS)
    book.put("happenings", "h9", book.now, who="m9", when="2026-12-02T08:30:00Z", what="asked for a demo")
    book.now += timedelta(minutes=1)
    commands.plan(wiring)
    memo.asked.clear()
    memo.lanes.clear()
    return wiring


def approve(wiring) -> commands.Applied:
    return commands.apply(wiring, wiring.store.latest_plan().number, commands.Selection(), "Uma Admin", 0)


def used(memo, work: Lane) -> int:
    """Calls used up to the first one that this kind of work may not spend any more."""
    return int(OURS * SHARES[work])


def written(book) -> set[str]:
    return {name for id_, name, _ in book.written if id_ == "m9"}


# Lanes ---------------------------------------------------------------------------------------------------------------


def test_every_kind_of_change_has_its_lane():
    assert set(LANES) == set(ChangeKind)
    assert set(LANES.values()) == {Lane.TASK, Lane.OWNER, Lane.STATUS, Lane.SCORE}


def test_with_calls_to_spare_everything_is_written_each_in_its_lane(asker, book, memo):
    approve(asker)
    assert written(book) == {"stand", "keeper", "points"}
    assert {work for what, work in memo.lanes if what == "update"} == {Lane.OWNER, Lane.STATUS, Lane.SCORE}


@pytest.mark.parametrize(
    "full, gone_out",
    [
        (Lane.SCORE, {"keeper", "stand"}),
        (Lane.STATUS, {"keeper"}),
        (Lane.OWNER, set()),
    ],
)
def test_when_calls_run_short_the_less_urgent_changes_wait(asker, book, memo, full, gone_out):
    memo.traffic.budget.hear(used(memo, full), ALLOWED)
    done = approve(asker)
    assert written(book) == gone_out
    assert done.written.later == 3 - len(gone_out)
    assert done.written.applied == len(gone_out)


def test_what_waits_says_until_when_and_is_written_then_without_having_used_up_its_tries(asker, book, memo):
    memo.traffic.budget.hear(used(memo, Lane.SCORE), ALLOWED)
    until = book.now + LOOK_AGAIN
    approve(asker)
    [waiting] = asker.store.intents([RowState.RETRYABLE])
    assert (waiting.change.kind, waiting.not_before, waiting.attempt) == (ChangeKind.SCORE, until, 1)
    assert waiting.words.startswith("Memo: 6,0")
    assert waiting.words.endswith(
        f" of 10,000 calls of the day are used, 25% are left to others. Scores wait until {until:%d %b %H:%M} UTC."
    )
    for _ in range(6):
        memo.traffic.budget.hear(used(memo, Lane.SCORE), ALLOWED)
        later(asker, book, 10 * A_MINUTE)
    assert "points" not in written(book)
    memo.traffic.budget.hear(0, ALLOWED)
    later(asker, book, 20 * A_MINUTE)
    assert written(book) == {"stand", "keeper", "points"}


def test_what_waits_is_one_sentence_for_the_service_manager(asker, book, memo):
    assert list(saving(asker)) == []
    memo.traffic.budget.hear(used(memo, Lane.STATUS), ALLOWED)
    [sentence] = saving(asker)
    assert sentence.endswith(f"Statuses wait until {book.now + LOOK_AGAIN:%d %b %H:%M} UTC.")


def told(wiring) -> dict[str, tuple[str, str, str]]:
    return {
        one.code: (one.level.value, one.what, one.why) for one in examine(wiring) if one.code in {"budget", "sweep"}
    }


def test_the_doctor_tells_what_waits_for_calls_and_when_the_last_sweeps_were(wiring, book, memo):
    memo.traffic.budget.hear(100, ALLOWED)
    assert told(wiring)["budget"][:2] == ("ok", "API calls of the last 24 hours: 100 of 10,000 (1%).")
    level, what, _ = told(wiring)["sweep"]
    at = "Wed 2 Dec 09:00"
    assert level == "ok"
    assert what == f"Held against the CRM's own list of records: the last day at {at}, everything at {at} or later."
    memo.traffic.budget.hear(used(memo, Lane.SWEEP), ALLOWED)
    level, _, why = told(wiring)["budget"]
    assert level == "note"
    assert why.endswith(f"Sweeps wait until {book.now + LOOK_AGAIN:%d %b %H:%M} UTC.")


# The reserve ---------------------------------------------------------------------------------------------------------


def test_at_the_reserve_nothing_is_asked_until_an_instant_that_is_said(wiring, book, memo):
    memo.traffic.budget.hear(OURS, ALLOWED)
    memo.asked.clear()
    done = later(wiring, book, A_MINUTE)
    assert memo.asked == []
    [trouble] = done.stopped.values()
    until = book.now - timedelta(seconds=A_MINUTE) + LOOK_AGAIN
    assert (trouble.stops, trouble.until) == (Stops.BUDGET, until)
    assert trouble.words.endswith(f"Nothing is asked until {until:%d %b %H:%M} UTC.")
    assert after_cycle({}, ["memo"], done.stopped, book.now)["memo"].until == until


@pytest.mark.parametrize("others", [0, 6_000, 7_450])
def test_whatever_others_use_we_never_touch_the_reserve(asker, book, memo, others):
    memo.traffic.budget.hear(others, ALLOWED)
    approve(asker)
    for _ in range(12):
        book.put("people", "m1", stand="n-back" if book.now.hour % 2 else "n-works")
        later(asker, book, 65)
    ours = memo.traffic.budget.calls[0] - others
    assert ours == len(memo.asked)
    assert others + ours <= OURS


def test_a_plan_made_when_not_even_a_task_may_be_written_is_held_with_the_cause(wiring, book, memo):
    person(book, "m9", "Asker", "n-new", keeper=None, at=book.now)
    book.put("people", "m9", **FITS)
    book.put("happenings", "h9", book.now, who="m9", when="2026-12-02T08:30:00Z", what="asked for a demo")
    memo.traffic.budget.hear(used(memo, Lane.TASK), ALLOWED)
    commands.plan(wiring)
    book.now += timedelta(minutes=1)
    planned = commands.plan(wiring)
    assert planned.rows
    assert memo.traffic.closed(Lane.TASK)
    from crmsync.cycle.planning import situation

    assert situation(wiring, book.now, {}).budget_left == {"memo": False}
    memo.traffic.budget.hear(0, ALLOWED)
    assert situation(wiring, book.now, {}).budget_left == {"memo": True}


def test_the_settings_say_how_much_is_left_to_others_and_what_a_silent_crm_allows(memo, book):
    text = (
        "system: memo\nbase_url: https://memo.example\napi_version: v1\nauth: {method: token}\n"
        "budget: {reserve: 90%, calls_a_day: 100}\n"
    )
    regulate(memo, read_connector("connectors/memo.yaml", text))
    for _ in range(10):
        memo.count(type("Spec", (), {"name": "people", "object": "people"}))
    assert memo.traffic.budget.calls == (10, 100)
    assert memo.traffic.closed(Lane.READ)


# One record that cannot be read ---------------------------------------------------------------------------------------


def test_a_record_that_cannot_be_read_before_writing_does_not_hold_up_the_others(asker, book, memo):
    person(book, "m8", "Other", "n-new", keeper=None, at=book.now)
    book.put("people", "m8", **FITS)
    book.put("happenings", "h8", book.now, who="m8", when="2026-12-02T08:30:00Z", what="asked for a demo")
    book.now += timedelta(minutes=1)
    commands.plan(asker)
    memo.unreadable = {"m8"}
    approve(asker)
    assert written(book) == {"stand", "keeper", "points"}
    assert not [one for one in book.written if one[0] == "m8"]
    words = {one.words for one in asker.store.intents([RowState.RETRYABLE])}
    assert words == {"the record could not be read before writing"}


# The first load ------------------------------------------------------------------------------------------------------


def test_the_first_load_waits_while_what_changed_since_is_still_read(wiring, book, memo):
    forget(wiring, "people")
    memo.traffic.budget.hear(used(memo, Lane.BACKFILL), ALLOWED)
    memo.asked.clear()
    done = later(wiring, book, A_MINUTE)
    assert [name for _, name, _ in memo.named("pull")] == ["keepers", "happenings"]
    assert [(one.stream, one.stops) for one in done.troubles] == [("people", Stops.STREAM)]
    assert done.stopped == {}
    memo.traffic.budget.hear(0, ALLOWED)
    assert later(wiring, book, A_MINUTE).troubles == ()


def forget(wiring, stream):
    """As if this stream had never been read."""
    from crmsync.cycle.stage import staging
    from crmsync.cycle.streams import streams
    from crmsync.model.streams import Cursor, Page

    spec = next(one for one in streams(wiring, offline=True).of("memo") if one.name == stream)
    page = Page(spec, (), Cursor("memo", stream, spec.digest, None))
    wiring.store.stage(staging(page, wiring.plan_of(spec)))


# The fuse ------------------------------------------------------------------------------------------------------------


def test_a_crm_that_is_down_is_asked_a_handful_of_times_and_once_in_each_later_cycle(town):
    """Within a cycle the fuse blows; a new cycle, which the pauses allow, is one call that looks whether it is back."""
    river = town.river
    town.pair("Known", "Left Vmail", "CONNECTED")
    river.plan()
    river.fault("salesforce", kind="status", code=503, body=[], times=-1)
    asked = []
    for _ in range(3):
        before = river.calls()
        report = run_once(river.wiring)
        made = river.calls() - before
        asked.append(sum(n for route, n in made.items() if route.startswith("salesforce")))
        assert {one.system for one in report.stopped.values()} == {"salesforce"}
        assert any(route.startswith("hubspot") for route in made), "the other one keeps working"
    assert asked[0] <= BLOWS_AFTER
    assert asked[1:] == [1, 1]
    river.heal("salesforce")
    assert run_once(river.wiring).stopped == {}


# Waiting -------------------------------------------------------------------------------------------------------------


def test_nothing_is_slept_away_while_a_transaction_is_open(town):
    """While a held row is waited for, anybody may write to the store."""
    river = town.river
    town.pair("Locked", "Left Vmail", "CONNECTED")
    river.plan()
    naps = []

    class Probing:
        def sleep(self, seconds):
            store = sqlite3.connect(river.folder / "state/crmsync.db", timeout=0, isolation_level=None)
            store.execute("BEGIN IMMEDIATE")
            store.execute("ROLLBACK")
            store.close()
            naps.append(seconds)

    for connector in river.wiring.connectors.values():
        connector.traffic.sleeper = Probing()
    river.fault("salesforce", kind="row_lock", times=2)
    assert river.apply().written.later == 0
    assert naps[:2] == [0.5, 1.0]


# The emulated CRMs' own limits ---------------------------------------------------------------------------------------


def test_a_portal_whose_day_is_used_up_is_left_alone_until_its_midnight(town):
    river = town.river
    town.pair("Known", "Left Vmail", "CONNECTED")
    river.cycle()
    river.fault("hubspot", kind="rate_limit", daily=0, times=-1)
    river.advance(A_MINUTE)
    report = river.cycle()
    trouble = report.stopped["hubspot"]
    assert trouble.stops is Stops.BUDGET
    assert trouble.until > report.now
    assert trouble.until <= report.now + timedelta(days=1)
    before = river.calls()
    river.advance(A_MINUTE)
    river.cycle()
    assert not [route for route in river.calls() - before if route.startswith("hubspot")]


def test_an_org_near_its_limit_tells_so_in_each_answer_and_we_stop_before_the_reserve(town):
    river = town.river
    town.lead("Known")
    river.cycle()
    traffic = river.wiring.connectors["salesforce"].traffic
    said, allowed = traffic.budget.calls
    assert said > 0
    traffic.budget.settle(1 - (said + 2) / allowed, None)
    before = river.calls()
    river.advance(A_MINUTE)
    report = river.cycle()
    made = sum(n for route, n in (river.calls() - before).items() if route.startswith("salesforce"))
    assert made <= 2
    assert report.stopped["salesforce"].stops is Stops.BUDGET
    assert timedelta(minutes=15) <= report.stopped["salesforce"].until - report.now < timedelta(minutes=16)
