"""From cycle to cycle under one lease: pauses, approvals, due work and the end, over two emulated CRMs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crmsync.cycle import write as writing
from crmsync.cycle.pulse import Pulse
from crmsync.cycle.rounds import Rounds
from crmsync.model.errors import Stopping, StoreHeld
from crmsync.model.plans import RowState
from tests.cycle.river import Passing
from tests.cycle.town import TOM

TIMES = -1
"""A fault that does not go away by itself."""


class Ear:
    def __init__(self):
        self.told = []

    def event(self, name, **facts):
        self.told.append((name, facts))

    def names(self):
        return [name for name, _ in self.told]

    def facts(self, name):
        return [facts for one, facts in self.told if one == name]


@pytest.fixture
def ear():
    return Ear()


@pytest.fixture
def stay(ear):
    """Makes the rounds of a crmsync that stays in a workspace, as the river's wiring is now."""
    made = []

    def rounds(river, pulse=None):
        wiring = replace(river.wiring, observer=ear, pulse=pulse or Pulse(), sleeper=Passing(river.url("salesforce")))
        made.append(Rounds(wiring, wiring.store.lease("crmsync run")))
        return made[-1]

    yield rounds
    for one in made:
        one.lease.release()


@pytest.fixture
def rounds(town, stay):
    """A workspace whose first plan is through and which acts by itself."""
    town.pair("Early", "Left Vmail", "OPEN")
    town.river.start()
    return stay(town.river)


def newcomer(town, name, lead="Working", hub="IN_PROGRESS", **fields):
    """A pair that appeared just now: what is older than the last pull is not read again."""
    at = town.river.control("salesforce", "clock")["now"]
    return town.lead(name, lead, at=at, **fields), town.hub(name, hub, at=at)


def handed_over(town, name):
    """Sales-ready and with Tom just now; nobody has called yet."""
    at = town.river.control("salesforce", "clock")["now"]
    lead, contact = newcomer(town, name, "Open - Not Contacted", "OPEN", CreatedDate=at)
    town.demo_request(contact, at)
    return lead


def until_due(town, rounds):
    """Time passes, nothing else happens, until the first contact is overdue."""
    for _ in range(20):
        wait = rounds.seconds_to_due()
        assert wait is not None
        town.river.advance(wait + 1)
        report = rounds.cycle()
        if any(row.change.draft for row in report.rows) or town.river.tasks():
            return report
    raise AssertionError("never overdue")


def pass_time(rounds, river, seconds):
    """Time passes at the CRMs, and crmsync hears of it as it does: by an answer of theirs."""
    river.advance(seconds)
    return rounds.cycle()


def status_writes(river, system):
    return [row for row in river.audit(system) if {"Status", "hs_lead_status"} & set(row["changes"])]


# One lease, many cycles ----------------------------------------------------------------------------------------------


def test_the_same_plan_twice_under_one_lease_is_two_different_writes(town, rounds):
    """A person flips the same value twice; the plan has the same number each time, the writes have not."""
    river = town.river
    lead, _ = newcomer(town, "Flip", "Working", "IN_PROGRESS")
    rounds.cycle()
    numbers = []
    for _ in range(2):
        river.advance(60)
        river.edits("salesforce", "Lead", lead, TOM.user, Status="Left Vmail")
        reports = [pass_time(rounds, river, 1900) for _ in range(4)]  # beyond the quiet time after an edit
        [wrote] = [one for one in reports if one.written.applied]
        numbers.append(wrote.header.number)
    assert numbers[0] == numbers[1]
    assert river.values("salesforce", "Lead", lead)["Status"] == "Working"
    assert river.unmatched() == (0, 0)


def test_a_cycle_that_was_cut_off_while_writing_leaves_a_doubt_that_the_next_one_resolves(town, rounds, monkeypatch):
    river = town.river
    newcomer(town, "Doubt", "Left Vmail", "IN_PROGRESS")

    def cut(*_):
        raise RuntimeError("cut off")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_keep_answers", cut)
        with pytest.raises(RuntimeError):
            rounds.cycle()
    assert [one.state for one in river.wiring.store.intents([RowState.SENT])] == [RowState.SENT]
    written = status_writes(river, "salesforce")
    pass_time(rounds, river, 60)
    rounds.cycle()
    assert river.open_intents() == 0
    assert status_writes(river, "salesforce") == written
    assert river.unmatched() == (0, 0)


def test_whoever_lost_the_lease_stops_before_anything_is_asked(town, rounds):
    calls = town.river.calls()
    rounds.lease.release()
    with town.river.wiring.store.lease("another"), pytest.raises(StoreHeld):
        rounds.cycle()
    assert town.river.calls() == calls


# Pauses --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away, other", [("salesforce", "hubspot"), ("hubspot", "salesforce")])
def test_a_crm_that_is_down_pauses_alone_and_the_other_keeps_working(town, rounds, ear, away, other):
    river = town.river
    rounds.cycle()
    river.advance(60)
    shown = ("Left Vmail", "IN_PROGRESS") if other == "salesforce" else ("Working", "ATTEMPTED_TO_CONTACT")
    newcomer(town, "Other", *shown)
    river.fault(away, kind="status", code=503, times=TIMES)
    before = len(status_writes(river, other))
    report = rounds.cycle()
    assert set(rounds.pauses) == set(report.stopped) == {away}
    assert len(status_writes(river, other)) - before == 1
    assert ear.facts("crm.paused")[0]["system"] == away
    assert ear.facts("cycle.finished")[-1]["paused"] == [away]
    calls = river.calls()
    rounds.cycle()
    fresh = river.calls() - calls
    assert fresh
    assert not [one for one in fresh if one.startswith(away)]
    assert report.troubles


def test_a_crm_that_came_back_catches_up_and_its_waiting_writes_leave_then(town, rounds, ear):
    river = town.river
    lead, contact = newcomer(town, "Both", "Working", "IN_PROGRESS")
    rounds.cycle()
    river.fault("hubspot", kind="status", code=503, times=TIMES)
    river.advance(60)
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Return to Marketing")
    for _ in range(3):
        pass_time(rounds, river, 20)
    assert river.values("hubspot", "contacts", contact)["hs_lead_status"] == "IN_PROGRESS"
    assert [row.change.ref.system for _, row in river.wiring.store.approved_rows()] == ["hubspot"]
    river.heal("hubspot")
    for _ in range(3):
        pass_time(rounds, river, 60)
    assert rounds.pauses == {}
    assert "crm.back" in ear.names()
    assert river.values("hubspot", "contacts", contact)["hs_lead_status"] == "RECYCLED"
    assert river.unmatched() == (0, 0)


def test_a_crm_is_not_asked_again_before_the_time_it_named(town, rounds):
    river = town.river
    rounds.cycle()
    river.advance(60)
    headers = {"Retry-After": "600"}
    river.fault("hubspot", kind="status", code=429, headers=headers, body="{}", times=1)
    rounds.cycle()
    pause = rounds.pauses["hubspot"]
    assert (pause.until - rounds.wiring.clock.now()).total_seconds() == pytest.approx(600, abs=5)
    asked = {one: n for one, n in river.calls().items() if one.startswith("hubspot")}
    river.advance(500)
    rounds.cycle()
    assert {one: n for one, n in river.calls().items() if one.startswith("hubspot")} == asked
    assert rounds.seconds_to_due() <= 100
    pass_time(rounds, river, 101)
    assert rounds.cycle().stopped == {}
    assert rounds.pauses == {}


def test_a_crm_that_shut_us_out_is_paused_for_a_person_and_the_other_goes_on(town, rounds, ear):
    river = town.river
    rounds.cycle()
    river.advance(60)
    river.fault("hubspot", kind="status", code=401, body='{"message": "expired", "category": "EXPIRED"}', times=TIMES)
    newcomer(town, "Other", "Left Vmail", "IN_PROGRESS")
    before = len(status_writes(river, "salesforce"))
    rounds.cycle()
    assert rounds.pauses["hubspot"].shut_out
    assert len(status_writes(river, "salesforce")) == before + 1
    [told] = ear.facts("crm.paused")
    assert (told["system"], bool(told["words"])) == ("hubspot", True)


def test_where_no_crm_can_be_asked_there_is_no_cycle(town, rounds):
    river = town.river
    rounds.cycle()
    river.advance(60)
    for system in ("salesforce", "hubspot"):
        river.fault(system, kind="status", code=503, times=TIMES)
    assert set(rounds.cycle().stopped) == {"salesforce", "hubspot"}
    calls, last = river.calls(), river.wiring.store.cycles(1)
    assert rounds.cycle() is None
    assert (river.calls(), river.wiring.store.cycles(1)) == (calls, last)
    assert rounds.seconds_to_due() == pytest.approx(30, abs=5)


def test_writes_for_a_paused_crm_do_not_use_up_their_attempts(town, rounds):
    river = town.river
    newcomer(town, "Later", "Working", "ATTEMPTED_TO_CONTACT")
    river.fault("hubspot", kind="status", route="batch/update", code=429, body="{}", times=1)
    rounds.cycle()
    [waiting] = river.wiring.store.intents([RowState.RETRYABLE])
    river.fault("hubspot", kind="status", code=503, times=TIMES)
    for _ in range(10):
        pass_time(rounds, river, 20 * 60)
        rounds.cycle()
    assert [one.attempt for one in river.wiring.store.intents([RowState.RETRYABLE])] == [waiting.attempt]
    river.heal("hubspot")
    for _ in range(3):
        pass_time(rounds, river, 20 * 60)
    assert river.open_intents() == 0
    assert river.unmatched() == (0, 0)


def test_what_becomes_due_while_a_cycle_still_works_is_due_at_once(town, rounds):
    """A slow cycle: the deadline it looked at as still ahead has passed when it ends."""
    rounds.cycle()
    handed_over(town, "Slow")
    rounds.cycle()
    clock, ahead = rounds.wiring.clock, rounds.seconds_to_due()
    clock.hear(clock.now() + timedelta(seconds=ahead + 5))
    assert ahead > 0
    assert rounds.seconds_to_due() == 0


def test_a_call_during_the_outage_takes_back_the_task_that_waited_for_its_end(town, rounds, monkeypatch):
    """The deadline passed while Salesforce was down; the rep had called in time, and no task complains."""
    river = town.river
    rounds.cycle()
    lead, at = handed_over(town, "Saved"), river.control("salesforce", "clock")["now"]
    rounds.cycle()
    with monkeypatch.context() as patched:  # the row is approved, but nothing can leave
        patched.setattr("crmsync.cycle.run.can_be_sent", lambda *_: False)
        report = until_due(town, rounds)
    assert [row.change.kind.value for row in report.rows if row.change.draft] == ["task"]
    assert [row.state for row in report.rows if row.change.draft] == [RowState.APPROVED]
    call = {
        "WhoId": lead, "OwnerId": TOM.user, "Subject": "Call", "TaskSubtype": "Call", "Status": "Completed",
        "CompletedDateTime": at, "CreatedDate": at, "SystemModstamp": river.control("salesforce", "clock")["now"],
    }  # fmt: skip
    river.load("salesforce", {"type": "Task", "id": town.ids.salesforce("Task"), "fields": call})
    river.advance(60)
    for _ in range(3):
        rounds.cycle()
        river.advance(60)
    assert river.tasks() == []
    assert river.wiring.store.approved_rows() == []


def test_without_knowing_the_org_no_task_is_made_up_and_later_exactly_one(town, rounds, monkeypatch):
    river = town.river
    rounds.cycle()
    handed_over(town, "Later")
    rounds.cycle()
    monkeypatch.setattr("crmsync.cycle.context._org", lambda *_: None)
    for _ in range(10):
        river.advance(3600)
        rounds.cycle()
    assert river.tasks() == []
    monkeypatch.undo()
    for _ in range(3):
        river.advance(1000)
        rounds.cycle()
    assert len(river.tasks()) == 1


# Approvals -----------------------------------------------------------------------------------------------------------


def test_what_is_approved_between_two_cycles_is_written_without_reading_everything_anew(town, stay):
    river = town.river
    lead, _ = town.pair("Voice", "Left Vmail", "IN_PROGRESS")
    rounds = stay(river)
    report = rounds.cycle()
    assert (report.held, rounds.write(), river.audit()) == (report.held, None, [])
    done = river.apply(report.header.number)
    assert (done.waiting, done.written.applied) == (done.chosen, 0)
    cursors = river.calls()
    written = rounds.write()
    assert written.applied == done.chosen == len(river.wiring.store.applied_writes())
    assert river.values("salesforce", "Lead", lead)["Status"] == "Working"
    asked = river.calls() - cursors
    assert not [one for one in asked if "search" in one or "events" in one]
    assert rounds.write() is None
    assert river.unmatched() == (0, 0)


def test_no_approval_lifts_a_brake(town, stay):
    river = town.river
    town.pair("Voice", "Left Vmail", "IN_PROGRESS")
    river.modes(all="watch")
    rounds = stay(river)
    report = rounds.cycle()
    river.wiring.store.approve(report.header.digest, None, "somebody", report.now)
    assert rounds.write() is None
    assert river.audit() == []


def test_looking_for_approvals_asks_no_crm(town, rounds):
    rounds.cycle()
    calls = town.river.calls()
    epoch = rounds.lease.epoch
    for _ in range(5):
        assert rounds.write() is None
    assert (town.river.calls(), rounds.lease.epoch) == (calls, epoch)


# Due without any event -----------------------------------------------------------------------------------------------


def test_a_deadline_passes_without_any_event(town, rounds):
    river = town.river
    lead = handed_over(town, "Soon")
    rounds.cycle()
    assert river.tasks() == []
    until_due(town, rounds)
    [task] = river.tasks()
    assert task["WhoId"] == lead


# The end -------------------------------------------------------------------------------------------------------------


def test_asked_to_stop_while_reading_it_records_nothing(town, stay):
    river, pulse = town.river, Pulse()
    town.pair("Voice", "Left Vmail", "OPEN")
    river.start()
    newcomer(town, "New", "Left Vmail", "OPEN")
    rounds = stay(river, pulse)
    plan, written = river.wiring.store.latest_plan(), len(river.audit())
    pulse.stop()
    with pytest.raises(Stopping):
        rounds.cycle()
    assert (river.wiring.store.latest_plan(), len(river.audit()), river.open_intents()) == (plan, written, 0)


def test_asked_to_stop_while_writing_the_batch_in_hand_is_the_last_and_the_rest_leaves_at_the_next_start(
    town, stay, monkeypatch
):
    river, pulse = town.river, Pulse()
    town.pair("Voice", "Left Vmail", "OPEN")
    river.start()
    for number in range(6):
        newcomer(town, f"Many{number}", "Left Vmail", "IN_PROGRESS")
    monkeypatch.setattr(writing, "BATCH", 2)
    rounds = stay(river, pulse)
    keep = writing._keep_answers

    def stop_after_the_first(*given):
        pulse.stop()
        return keep(*given)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_keep_answers", stop_after_the_first)
        report = rounds.cycle()
    assert (report.written.applied, report.written.unclear) == (2, 0)
    assert report.written.later == len(river.wiring.store.intents([RowState.RETRYABLE])) > 4
    rounds.lease.release()
    again = stay(river.reopen())
    river.advance(120)
    again.cycle()
    assert river.open_intents() == 0
    assert river.unmatched() == (0, 0)
    shown = {river.values("salesforce", "Lead", row["id"])["Status"] for row in river.audit("salesforce")}
    assert "Left Vmail" not in shown
