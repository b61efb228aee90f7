"""HubSpot's own sync runs beside us: its copies are never taken for anybody's edit, and nothing is fought over."""

import pytest

from crmsync.cycle.explain import explain
from crmsync.reports.set_aside import aside
from tests.cycle.native_sync import NativeSync, minutes, move_in
from tests.cycle.river import lean_files, workspace
from tests.cycle.town import NINE, TOM, Town

WORDS = {
    "hubspot": {
        "Inquiry": "NEW",
        "Open - Not Contacted": "OPEN",
        "Working": "IN_PROGRESS",
        "Return to Marketing": "RECYCLED",
        "Closed - Not Converted": "UNQUALIFIED",
    },
    "salesforce": {
        "NEW": "Inquiry",
        "OPEN": "Open - Not Contacted",
        "IN_PROGRESS": "Working",
        "RECYCLED": "Return to Marketing",
        "UNQUALIFIED": "Closed - Not Converted",
    },
}
RIGHT = {
    "working": ("Working", "IN_PROGRESS"),
    "recycled": ("Return to Marketing", "RECYCLED"),
    "disqualified": ("Closed - Not Converted", "UNQUALIFIED"),
}
tracked = pytest.mark.parametrize("tracked", [True, False], ids=["history kept", "no history"])


@pytest.fixture
def river(running, tmp_path):
    """The workspace of the other tests with the histories of both CRMs."""
    running.stage.reset()
    running.world.clock.freeze(False)
    files = lean_files("lead_history", "contacts_history")
    made = workspace(tmp_path / "workspace", running, files)
    made.at(NINE)
    made.control("salesforce", "clock", {"freeze": True})
    yield made
    made.close()


def beside(town: Town, lead="Working", hub="IN_PROGRESS", *, tracked=True, words=WORDS, after=3) -> NativeSync:
    """Somebody with a record in each CRM, crmsync at work, and the sync moved in."""
    river = town.river
    move_in(river, tracked=tracked)
    ids = dict(zip(("salesforce", "hubspot"), town.pair("Brook", lead, hub), strict=True))
    sync = NativeSync(river, ids, words, after).start()
    river.start()
    return sync


def both(sync: NativeSync) -> tuple[str | None, str | None]:
    return sync.says("salesforce"), sync.says("hubspot")


def rep_sets(sync: NativeSync, status: str) -> None:
    sync.river.edits("salesforce", "Lead", sync.ids["salesforce"], TOM.user, Status=status)


def marketing_sets(sync: NativeSync, status: str) -> None:
    sync.river.edits("hubspot", "contacts", sync.ids["hubspot"], TOM.owner, hs_lead_status=status)


def history(sync: NativeSync):
    [found] = sync.river.wiring.store.find(sync.ids["salesforce"])
    return sync.river.wiring.store.history(found.person)


def stages(sync: NativeSync) -> list[str]:
    return [one.status for one in history(sync).stage_events if not one.implied]


@tracked
def test_with_the_sync_on_the_cycles_end_quiet_and_equal_to_the_truth(town, tracked):
    sync = beside(town, "Left Vmail", "IN_PROGRESS", tracked=tracked)
    wrote = minutes(sync, 20)
    assert both(sync) == RIGHT["working"]
    assert not any(wrote[2:])
    assert stages(sync) == ["working"]
    assert not town.river.set_aside()


def test_what_a_rep_did_arrives_everywhere_once_and_is_theirs(town):
    sync = beside(town)
    rep_sets(sync, "Return to Marketing")
    wrote = minutes(sync, 20)
    assert both(sync) == RIGHT["recycled"]
    assert not any(wrote[2:])
    assert stages(sync) == ["working", "recycled"]


def test_what_marketing_did_arrives_everywhere_once_and_is_theirs(town):
    sync = beside(town, "Inquiry", "NEW")
    marketing_sets(sync, "UNQUALIFIED")
    wrote = minutes(sync, 20)
    assert both(sync) == RIGHT["disqualified"]
    assert not any(wrote[2:])
    assert stages(sync) == ["inquiry", "disqualified"]


def test_a_late_copy_of_what_a_rep_thought_better_of_moves_nobody(town):
    sync = beside(town, after=12)
    rep_sets(sync, "Return to Marketing")
    minutes(sync, 2)
    rep_sets(sync, "Closed - Not Converted")
    minutes(sync, 5)
    for _ in range(6):
        sync.minute()
    assert sync.says("hubspot") == "RECYCLED"  # the copy of the first thought, twelve minutes late
    wrote = minutes(sync, 30, every=10)
    assert both(sync) == RIGHT["disqualified"]
    assert wrote[-1] == 0
    assert stages(sync)[-1] == "disqualified"
    assert stages(sync).count("disqualified") == 1


CROSSED = {
    "hubspot": {**WORDS["hubspot"], "Working": "NEW"},
    "salesforce": {**WORDS["salesforce"], "IN_PROGRESS": "Inquiry"},
}
"""A sync whose admin mapped one status to another one, in both directions."""


def test_a_field_that_the_sync_sets_to_and_fro_is_left_alone_and_told_until_it_was_put_right_for_a_day(town):
    sync = beside(town, "Left Vmail", "IN_PROGRESS", words=CROSSED)
    minutes(sync, 25)
    copied = sync.copies
    assert not any(minutes(sync, 10))
    assert (sync.copies, stages(sync)) == (copied, ["working"])
    told = [one for one in town.river.wiring.store.set_aside_open() if one.cause == "sync.oscillates"]
    assert told
    assert all(one.needs_person and one.field == "status" for one in told)
    assert {one.facts["by"] for one in told} <= {"HubSpot Sync", "SALESFORCE"}
    assert all("to and fro within a day" in aside(one).what for one in told)
    sync.words = WORDS
    town.river.advance(25 * 3600)
    minutes(sync, 10)
    assert both(sync) == RIGHT["working"]
    assert not town.river.set_aside()["sync.oscillates"]


def test_a_call_that_the_sync_copied_counts_once_and_as_the_rep_s(town):
    sync = beside(town)
    river, when = town.river, "2026-12-02T08:55:00.000Z"
    logged = {"WhoId": sync.ids["salesforce"], "OwnerId": TOM.user, "TaskSubtype": "Call", "Subject": "Call"}
    done = {"Status": "Completed", "IsClosed": True, "CreatedDate": when, "CompletedDateTime": when}
    river.load("salesforce", {"type": "Task", "fields": {**logged, **done, "SystemModstamp": when}})
    copy = {
        "hs_timestamp": when,
        "hs_call_title": "Call",
        "hubspot_owner_id": TOM.owner,
        "hs_object_source": "SALESFORCE",
    }
    river.load("hubspot", {"type": "calls", "fields": {**copy, "associations": {"contacts": [sync.ids["hubspot"]]}}})
    minutes(sync, 5)
    [found] = river.wiring.store.find(sync.ids["salesforce"])
    [call] = explain(river.wiring, found.person).observed.activities
    assert (call.ref.system, call.actor.value, call.owner) == ("salesforce", "person", TOM.user)
