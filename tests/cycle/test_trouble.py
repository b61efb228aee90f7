"""What goes wrong with one record, one CRM, one token stays there: everything else goes on, and it heals by itself."""

from collections import Counter

import pytest

from crmsync.cycle.streams import Stops
from crmsync.model.plans import RowState
from tests.cycle.river import River, secrets
from tests.cycle.town import NINE, TOM

WORDS = "Reps keep this status, says the admin"
MAINTENANCE = {
    "salesforce": [{"errorCode": "SERVER_UNAVAILABLE", "message": "down for maintenance"}],
    "hubspot": {"status": "error", "message": "down for maintenance"},
}
NOW = {"CreatedDate": NINE, "at": NINE}


def states(river: River) -> Counter[str]:
    return Counter(one.state.value for one in river.wiring.store.log())


def status(river: River, lead: str):
    return river.values("salesforce", "Lead", lead)["Status"]


def settled(river: River) -> None:
    """Past the first plan, with a clock beyond the overlap."""
    river.start()
    river.cycle()
    river.advance(700)


# One record ----------------------------------------------------------------------------------------------------------


def test_a_row_a_validation_rule_refuses_is_set_aside_with_the_vendors_words_and_the_others_go_on(town):
    river = town.river
    lead, hub = town.pair("Ruled", "Left Vmail", "CONNECTED")
    river.fault("salesforce", kind="refuse_field", type="Lead", field="Status", words=WORDS)
    done = river.start()
    assert (done.written.refused, done.written.applied) == (1, 3)
    river.cycle()
    [aside] = [one for one in river.wiring.store.set_aside_open() if one.cause == "refused"]
    assert (aside.ref.id, aside.field, aside.needs_person, aside.detail) == (
        lead,
        "status",
        True,
        f"FIELD_CUSTOM_VALIDATION_EXCEPTION: {WORDS}",
    )
    assert status(river, lead) == "Left Vmail"
    assert river.values("hubspot", "contacts", hub)["hs_lead_status"] == "OPEN"


def test_a_refused_row_is_not_sent_again_cycle_after_cycle(town):
    river = town.river
    town.pair("Ruled", "Left Vmail", "IN_PROGRESS")
    river.fault("salesforce", kind="refuse_field", type="Lead", field="Status", words=WORDS)
    river.start()
    river.cycle()
    before = river.calls()
    for _ in range(3):
        river.advance(700)
        report = river.cycle()
        assert (report.rows, report.written.refused) == ((), 0)
    assert not [route for route in river.calls() - before if "composite" in route]


def test_a_refused_row_is_tried_again_when_the_record_changed(town):
    river = town.river
    lead, _ = town.pair("Ruled", "Left Vmail", "IN_PROGRESS")
    river.fault("salesforce", kind="refuse_field", type="Lead", field="Status", words=WORDS)
    settled(river)
    river.heal("salesforce")
    river.edits("salesforce", "Lead", lead, TOM.user, Title="Owner")
    river.advance(60)
    river.until_quiet()
    assert status(river, lead) == "Working"
    assert river.set_aside()["refused"] == 0


def test_a_refused_row_is_tried_again_after_a_day(town):
    river = town.river
    lead, _ = town.pair("Ruled", "Left Vmail", "IN_PROGRESS")
    river.fault("salesforce", kind="refuse_field", type="Lead", field="Status", words=WORDS)
    settled(river)
    river.heal("salesforce")
    river.advance(24 * 3600)
    river.until_quiet()
    assert status(river, lead) == "Working"


@pytest.mark.parametrize("held, later", [(1, 0), (3, 0), (4, 1)])
def test_a_locked_row_is_tried_again_and_written_once(town, held, later):
    """Three times in a moment, then in a later cycle."""
    river = town.river
    lead, _ = town.pair("Locked", "Left Vmail", "IN_PROGRESS")
    river.fault("salesforce", kind="row_lock", times=held)
    done = river.start()
    assert done.written.later == later
    river.until_quiet()
    assert status(river, lead) == "Working"
    assert len([row for row in river.audit("salesforce") if "Status" in row["changes"]]) == 1
    assert set(states(river)) == {"applied"}


def test_a_row_that_stays_locked_is_given_up_and_does_not_hold_the_others(town):
    river = town.river
    town.pair("Locked", "Left Vmail", "CONNECTED")
    river.fault("salesforce", kind="row_lock", times=-1)
    river.start()
    for _ in range(9):
        river.advance(4 * 3600)
        river.cycle()
    dead = [one for one in river.wiring.store.log() if one.state is RowState.DEAD]
    assert {one.ref.system for one in dead} == {"salesforce"}
    assert len(river.audit("hubspot")) >= 2
    assert river.audit("salesforce") == []


# One answer ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system, route", [("salesforce", "composite"), ("hubspot", "batch/update")])
def test_a_write_whose_answer_is_lost_is_told_by_reading_and_never_sent_twice(town, system, route):
    river = town.river
    town.pair("Lost", "Left Vmail", "CONNECTED")
    river.fault(system, kind="cut_after_commit", route=route, times=1)
    done = river.start()
    assert done.written.unclear >= 1
    river.until_quiet()
    assert set(states(river)) == {"applied"}
    changes = Counter(
        (row["id"], name, str(after)) for row in river.audit() for name, (_, after) in row["changes"].items()
    )
    assert set(changes.values()) == {1}
    assert river.unmatched() == (0, 0)


@pytest.mark.parametrize("system, route", [("salesforce", "composite"), ("hubspot", "batch/update")])
def test_a_write_that_never_arrived_is_sent_again(town, system, route):
    river = town.river
    town.pair("Late", "Left Vmail", "CONNECTED")
    river.fault(system, kind="status", code=503, body={"message": "busy"}, route=route, times=1)
    river.start()
    river.until_quiet()
    assert set(states(river)) == {"applied"}
    assert river.unmatched() == (0, 0)


@pytest.mark.parametrize("system", ["salesforce", "hubspot"])
def test_a_write_that_arrives_after_it_was_read_back_as_not_there_counts_as_written(town, system):
    """The CRM took the request, crmsync looked, found nothing, sends it again: just then the first one arrives."""
    river = town.river
    route = {"salesforce": "composite", "hubspot": "batch/update"}[system]
    lead, contact = town.pair("Limbo", "Left Vmail", "OPEN")
    type_, id_, name = {
        "salesforce": ("Lead", lead, "Status"),
        "hubspot": ("contacts", contact, "hs_lead_status"),
    }[system]
    river.fault(system, kind="status", code=503, body={"message": "busy"}, route=route, times=1)
    river.start()
    doubtful = [one.change for one in river.wiring.store.intents([RowState.IN_DOUBT]) if one.change.ref.id == id_]
    late = doubtful[0].after
    river.fault(system, kind="edit_before_write", n=1, type=type_, id=id_, field=name, value=late)
    river.until_quiet()
    assert set(states(river)) == {"applied"}


# One CRM -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("down, up", [("hubspot", "salesforce"), ("salesforce", "hubspot")])
def test_one_crm_down_and_the_other_keeps_working(town, down, up):
    river = town.river
    settled(river)
    town.lead("Fresh", "Left Vmail", **NOW)
    town.hub("Other", "CONNECTED", at="2026-12-02T09:11:00.000Z", createdate="2026-12-02T09:11:00.000Z")
    river.start()
    river.fault(down, kind="status", code=503, body=MAINTENANCE[down], times=-1)
    lead = town.lead("Later", "Left Vmail", CreatedDate="2026-12-02T09:12:00.000Z", at="2026-12-02T09:12:00.000Z")
    hub = town.hub("Then", "CONNECTED", createdate="2026-12-02T09:12:00.000Z", at="2026-12-02T09:12:00.000Z")
    river.advance(60)
    report = river.cycle()
    assert {one.system for one in report.troubles} == {down}
    assert all(one.words.casefold().startswith(down) for one in report.troubles), report.troubles
    done = {"salesforce": status(river, lead) != "Left Vmail"}
    done["hubspot"] = river.values("hubspot", "contacts", hub)["hs_lead_status"] != "CONNECTED"
    assert done == {up: True, down: False}
    river.heal(down)
    river.until_quiet()
    assert status(river, lead) != "Left Vmail"
    assert river.values("hubspot", "contacts", hub)["hs_lead_status"] != "CONNECTED"


# One token -----------------------------------------------------------------------------------------------------------


def test_a_wrong_token_stops_that_crm_and_says_so(town):
    river = town.river
    lead, _ = town.pair("Known", "Left Vmail", "CONNECTED")
    (river.folder / "secrets/hubspot_token").write_text("wrong", "utf-8")
    river.reopen()
    report = river.cycle()
    assert [(one.system, one.stops) for one in report.troubles] == [("hubspot", Stops.ACCESS)]
    assert "INVALID_AUTHENTICATION" in report.troubles[0].words
    assert report.counts["changed"] > 0
    river.apply()
    assert status(river, lead) != "Left Vmail"
    assert river.audit("hubspot") == []


def test_with_the_right_token_again_it_goes_on_where_it_was(town):
    river = town.river
    _, hub = town.pair("Known", "Left Vmail", "CONNECTED")
    (river.folder / "secrets/hubspot_token").write_text("wrong", "utf-8")
    river.reopen().cycle()
    secrets(river.folder, river.running.token)
    river.reopen().start()
    river.until_quiet()
    assert river.values("hubspot", "contacts", hub)["hs_lead_status"] != "CONNECTED"


def test_a_token_that_expires_on_the_way_is_renewed_without_a_word(town):
    river = town.river
    lead, _ = town.pair("Known", "Left Vmail", "IN_PROGRESS")
    river.plan()
    river.fault("salesforce", kind="expire_token")
    done = river.apply()
    assert (done.written.unclear, done.written.refused, done.written.later) == (0, 0, 0)
    assert status(river, lead) == "Working"
