"""What a cycle decided is kept whole or not at all, and only that clears a mark."""

from datetime import timedelta

import pytest

from crmsync.model.decisions import Because, Decision, Finding, Score, ScoreLine
from crmsync.model.errors import InvariantBroken, StoreHeld
from crmsync.model.memory import Recording
from crmsync.model.people import Assignment, ClockState, StageEvent, StatusObservation
from crmsync.state import recording as recording_room
from tests.proofs import proves
from tests.state.builders import (
    LEADS,
    MINUTE,
    NOW,
    SPECS,
    change,
    header,
    lead,
    person_with,
    raw,
    read,
    row,
    sla,
    staging,
    trip,
)

DAY = timedelta(days=1)


def record(store, *decisions, now=NOW, **more):
    marks = {one.person: one.mark for one in store.dirty(now)}
    cycle = store.start_cycle(now)
    store.record(Recording(cycle, now, decisions=decisions, marks=marks, **more))
    return cycle


def observe(store, person="p1"):
    (seen,) = store.observe([person], SPECS, read)
    return seen


def test_everything_decided_is_there_when_the_person_is_looked_at_again(store):
    person_with(store, lead(1))
    observation = StatusObservation(lead(1), "status", NOW, "Left Vmail", meaning="left voicemail")
    nothing = StatusObservation(lead(1), "status", NOW, None)
    given = Assignment("p1", 1, "tom@example.com", NOW, "turn")
    decision = Decision(
        "p1",
        NOW,
        trip(),
        clocks=(sla(),),
        observations=(observation, nothing),
        seen={(lead(1), "status"): "Left Vmail", (lead(1), "owner"): None},
    )
    record(store, decision, assignments=[given], pools={"uk": {"tom@example.com": 1.5}})
    seen = observe(store)
    assert seen.trip == trip()
    assert seen.clocks == (sla(),)
    assert set(seen.observations) == {observation, nothing}
    assert seen.seen == {(lead(1), "status"): "Left Vmail", (lead(1), "owner"): None}
    assert (seen.assignment, seen.passes) == (given, 1)
    assert store.pools() == {"uk": {"tom@example.com": 1.5}}
    assert store.assignment("p1", 1) == given
    assert store.assignment("p1", 2) is None


def test_deciding_clears_the_mark_it_decided_on(store):
    person_with(store, lead(1))
    store.mark_dirty(["p1"], "test")
    record(store, Decision("p1", NOW, None))
    assert store.dirty(NOW) == []


def test_a_mark_renewed_while_deciding_survives(store):
    person_with(store, lead(1))
    store.mark_dirty(["p1"], "first")
    (due,) = store.dirty(NOW)
    store.stage(staging(LEADS, raw(lead(1), "Working", at=NOW + MINUTE)))
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[Decision("p1", NOW, None)], marks={"p1": due.mark}))
    assert [(one.person, one.cause) for one in store.dirty(NOW)] == [("p1", "record changed")]


def test_a_decision_without_its_mark_leaves_the_person_dirty(store):
    person_with(store, lead(1))
    store.mark_dirty(["p1"], "test")
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[Decision("p1", NOW, None)]))
    assert [one.person for one in store.dirty(NOW)] == ["p1"]


def test_a_person_is_due_again_at_the_recheck_and_not_before(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, None, recheck_at=NOW + DAY))
    assert store.dirty(NOW + DAY - MINUTE) == []
    assert [(one.person, one.cause) for one in store.dirty(NOW + DAY)] == [("p1", "time")]
    record(store, Decision("p1", NOW + DAY, None), now=NOW + DAY)
    assert store.dirty(NOW + 9 * DAY) == []


def test_a_recheck_that_is_not_in_the_future_is_a_bug(store):
    person_with(store, lead(1))
    with pytest.raises(InvariantBroken):
        record(store, Decision("p1", NOW, None, recheck_at=NOW))


def test_a_newer_pass_ends_the_open_one(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, trip()))
    record(store, Decision("p1", NOW, trip(number=2)))
    passes = store.history("p1").passes
    assert [(one.number, one.closed_at is None) for one in passes] == [(1, False), (2, True)]
    assert (observe(store).trip.number, observe(store).passes) == (2, 2)


def test_a_second_open_pass_is_refused(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, trip(number=2)))
    with pytest.raises(InvariantBroken):
        record(store, Decision("p1", NOW, trip(number=1)))
    assert [one.number for one in store.history("p1").passes] == [2]


def test_a_closed_clock_never_changes_again(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, trip(), clocks=(sla(),)))
    overdue = sla(outcome="overdue")
    record(store, Decision("p1", NOW, trip(), clocks=(overdue,)))
    assert store.clocks("p1") == [overdue]
    closed = sla(state=ClockState.MISSED, closed_at=NOW + DAY, outcome="touched late")
    record(store, Decision("p1", NOW, trip(), clocks=(closed,)))
    reopened = sla(state=ClockState.RUNNING, owner="ann@example.com")
    second = sla(ordinal=2)
    record(store, Decision("p1", NOW, trip(), clocks=(reopened, second)))
    assert store.clocks("p1") == [closed, second]
    assert store.agreements_in_use() == {"h1"}


@proves("0.3")
def test_observations_and_stage_events_are_only_ever_added(store):
    """Steps through the funnel, skipped ones too, are only ever added to the record."""
    person_with(store, lead(1))
    event = StageEvent("p1", 1, "SAL", "Working", NOW, "salesforce", lead(1))
    implied = StageEvent("p1", 1, "MQL", "Qualified", NOW, "salesforce", implied=True)
    first = StatusObservation(lead(1), "status", NOW, "Open", meaning="first")
    again = StatusObservation(lead(1), "status", NOW, "Open", meaning="second")
    for observation in (first, again):
        record(store, Decision("p1", NOW, trip(), stage_events=(event, implied), observations=(observation,)))
    known = store.history("p1")
    assert known.stage_events == (event, implied)
    assert known.observations == (first,)


@pytest.mark.parametrize(
    "step", ["_keep_passes", "_keep_seen", "_keep_states", "keep_plan", "keep_intents", "_keep_pools"]
)
def test_a_fault_anywhere_keeps_nothing_and_leaves_the_person_dirty(store, monkeypatch, step):
    person_with(store, lead(1))
    store.mark_dirty(["p1"], "test")
    original = getattr(recording_room, step)

    def half_done(*arguments):
        original(*arguments)
        raise InvariantBroken("pulled the plug")

    monkeypatch.setattr(recording_room, step, half_done)
    decision = Decision("p1", NOW, trip(), clocks=(sla(),), seen={(lead(1), "status"): "Open"})
    with pytest.raises(InvariantBroken):
        record(store, decision, header=header(1), rows=[row(1, change(lead(1)))], pools={"uk": {"tom": 1.0}})
    seen = observe(store)
    assert (seen.trip, seen.clocks, seen.seen, seen.passes) == (None, (), {}, 0)
    assert (store.latest_plan(), store.pools()) == (None, {})
    assert [one.person for one in store.dirty(NOW)] == ["p1"]


def test_who_lost_the_lease_records_nothing(store):
    person_with(store, lead(1))
    with store.lease() as old:
        pass
    with store.lease(), pytest.raises(StoreHeld):
        record(store, Decision("p1", NOW, trip()), epoch=old.epoch)
    assert observe(store).trip is None


def finding(code, **more):
    return Finding(code, lead(1), "status", "Odd", needs_person=True, **more)


def test_what_is_set_aside_counts_up_closes_when_gone_and_opens_again(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, None, findings=(finding("status.unknown", facts={"value": "Odd"}),)))
    record(store, Decision("p1", NOW + DAY, None, findings=(finding("status.unknown"),)), now=NOW + DAY)
    (aside,) = store.set_aside_open()
    assert (aside.ref, aside.field, aside.value, aside.person) == (lead(1), "status", "Odd", "p1")
    assert (aside.count, aside.first_seen, aside.last_seen) == (2, NOW, NOW + DAY)
    record(store, Decision("p1", NOW, None, findings=(Finding("person.note"),)))
    assert [(one.ref, one.cause, one.needs_person) for one in store.set_aside_open("p1")] == [
        (None, "person.note", False)
    ]
    record(store, Decision("p1", NOW, None, findings=(finding("status.unknown"),)))
    assert [(one.cause, one.count) for one in store.set_aside_open()] == [("status.unknown", 3)]


def test_somebody_elses_set_aside_rows_stay_open(store):
    person_with(store, lead(1))
    person_with(store, lead(2), person="p2")
    other = Finding("status.unknown", lead(2), "status", "Odd", needs_person=True)
    record(store, Decision("p2", NOW, None, findings=(other,)))
    record(store, Decision("p1", NOW, None))
    assert [one.ref for one in store.set_aside_open()] == [lead(2)]


LINE = ScoreLine("demo request", "intent", 50.0, 0.776, 1.0, NOW, 38.8)


def test_a_decision_that_moves_something_is_kept_with_what_it_was_made_from(store):
    person_with(store, lead(1))
    inputs = observe(store)
    score = Score("B", 45.0, 0.83, 60.2, "B, 60", (LINE,))
    decision = Decision("p1", NOW, trip(), score=score, trail=(Because("disposition", {"value": "Left Vmail"}),))
    cycle = record(store, decision, inputs={"p1": inputs}, header=header(1), rows=[row(1, change(lead(1)))])
    past = store.last_decision("p1")
    assert (past.cycle, past.trail, past.score) == (cycle, decision.trail, score)
    assert past.inputs == inputs
    assert store.score("p1").shown == "B, 60"


def test_a_decision_that_moves_nothing_is_not_kept(store):
    person_with(store, lead(1))
    record(store, Decision("p1", NOW, trip()))
    assert store.last_decision("p1") is None
    assert store.score("p1") is None


def test_cycles_are_numbered_upwards_and_say_what_they_counted(store):
    first, second = store.start_cycle(NOW), store.start_cycle(NOW + MINUTE)
    assert second > first
    store.finish_cycle(second, {"written": 3})
    newest, cut_short = store.cycles()
    assert (newest.id, newest.counts, newest.finished_at) == (second, {"written": 3}, NOW)
    assert (cut_short.id, cut_short.finished_at) == (first, None)
