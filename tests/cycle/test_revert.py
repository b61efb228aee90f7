"""A cycle can be taken back: planned, held, approved; skipped where somebody worked since; then left alone."""

import pytest

from crmsync.bootstrap import read_files
from crmsync.cycle.revert import revert
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import UnknownThing
from crmsync.model.memory import RESTORED
from crmsync.model.plans import PlanState, RowState
from tests.cycle.river import River
from tests.cycle.town import TOM

QUEUE = "00G5g000000000QEAA"


def status(river: River, id_):
    return river.values("salesforce", "Lead", id_)["Status"]


def all_values(river: River) -> dict:
    """Every writable value of every person in both CRMs."""
    fields = {
        "salesforce": (("Lead", "Contact"), ("Status", "Contact_Status__c", "OwnerId", "CRMSync_Score__c")),
        "hubspot": (("contacts",), ("hs_lead_status", "hubspot_owner_id", "crmsync_score")),
    }
    found = {}
    for system, (types, names) in fields.items():
        refs = {one.ref for one in river.wiring.store.log()}
        for ref in {one for one in refs if one.system == system and one.object in types}:
            values = river.values(system, ref.object, ref.id)
            found[ref] = {name: values.get(name) or None for name in names}
    return found


def wrote(river: River) -> int:
    """The newest cycle that wrote something, as the log tells it."""
    return max(one.cycle for one in river.wiring.store.log() if one.state is RowState.APPLIED)


def take_back(river: River, cycle=None, **chosen):
    planned = revert(river.wiring, str(cycle or wrote(river)), **chosen)
    return planned, river.apply(planned.header.number)


# What is taken back --------------------------------------------------------------------------------------------------


def test_every_value_of_a_cycle_goes_back_to_what_it_was(town):
    river = town.river
    town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    town.pair("Vale", "Working", "NEW")
    town.demo_request(town.pair("Hill", "Working", "IN_PROGRESS", OwnerId=QUEUE)[1], "2026-12-01T11:50:00.000Z")
    river.plan()
    before = all_values(river)
    river.apply()
    assert all_values(river) != before
    planned, done = take_back(river)
    assert (len(planned.skipped), done.written.applied) == (0, len(planned.written))
    assert all_values(river) == before
    assert {row.change.kind for row in planned.rows} == {ChangeKind.STATUS, ChangeKind.SCORE, ChangeKind.OWNER}


def test_nothing_is_sent_before_somebody_approves_in_any_mode(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    books = len(river.audit())
    planned = revert(river.wiring, str(wrote(river)))
    river.cycle()
    assert len(river.audit()) == books
    assert {row.state for row in planned.rows} == {RowState.PLANNED}
    assert {row.verdict.code for row in planned.rows} == {"brake.undo"}
    assert status(river, lead) == "Working"


def test_a_brake_holds_an_undo_as_it_holds_everything(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    river.modes(status="watch")
    planned, done = take_back(river, kind=ChangeKind.STATUS)
    assert (done.chosen, done.braked) == (0, len(planned.rows))
    assert status(river, lead) == "Working"


def test_one_record_and_one_kind_can_be_chosen(town):
    river = town.river
    brook, _ = town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    vale, _ = town.pair("Vale", "Left Vmail", "IN_PROGRESS")
    river.start()
    planned, _ = take_back(river, record=brook, kind=ChangeKind.STATUS)
    assert [row.change.ref.id for row in planned.rows] == [brook]
    assert (status(river, brook), status(river, vale)) == ("Left Vmail", "Working")


def test_the_cycle_may_be_named_by_its_plan(town):
    river, _ = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    [number] = {one.plan for one in river.wiring.store.log()}
    assert revert(river.wiring, number).cycle == wrote(river)


@pytest.mark.parametrize("named", ["999", "c0ff-ee", "yesterday"])
def test_a_cycle_that_wrote_nothing_is_no_cycle_to_take_back(town, named):
    town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    town.river.start()
    with pytest.raises(UnknownThing, match="crmsync log"):
        revert(town.river.wiring, named)


def test_a_record_the_cycle_did_not_touch_is_told(town):
    quiet, _ = town.pair("Quiet", "Working", "IN_PROGRESS", CRMSync_Score__c="B, 0")
    town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river = town.river
    river.start()
    with pytest.raises(UnknownThing, match="none of them"):
        revert(river.wiring, str(wrote(river)), quiet, ChangeKind.STATUS)


# What is skipped -----------------------------------------------------------------------------------------------------


def test_what_somebody_changed_since_is_skipped_and_told(town):
    river = town.river
    brook, _ = town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    vale, _ = town.pair("Vale", "Left Vmail", "IN_PROGRESS")
    river.start()
    river.advance(60)
    river.edits("salesforce", "Lead", brook, TOM.user, Status="Return to Marketing")
    planned, _ = take_back(river, kind=ChangeKind.STATUS)
    [skipped] = planned.skipped
    assert (skipped.row.ref.id, skipped.because.code) == (brook, "undo.changed_since")
    assert skipped.because.facts == {"value": "Return to Marketing"}
    assert (status(river, brook), status(river, vale)) == ("Return to Marketing", "Left Vmail")


def test_an_edit_between_undo_and_approval_survives(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    planned = revert(river.wiring, str(wrote(river)), kind=ChangeKind.STATUS)
    river.advance(60)
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Return to Marketing")
    assert river.apply(planned.header.number).written.stale == 1
    assert status(river, lead) == "Return to Marketing"


def test_a_record_that_is_gone_is_skipped(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    river.people("salesforce", TOM.user, {"op": "delete", "type": "Lead", "id": lead})
    planned = revert(river.wiring, str(wrote(river)), lead)
    assert (planned.header, {one.because.code for one in planned.skipped}) == (None, {"undo.gone"})


def test_what_crmsync_wrote_again_later_is_skipped_and_names_that_cycle(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    first = wrote(river)
    river.advance(60)
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Call Back Later")
    river.advance(4000)
    river.until_quiet()
    assert status(river, lead) == "Working"
    planned = revert(river.wiring, str(first), lead, ChangeKind.STATUS)
    [skipped] = planned.skipped
    assert skipped.because.code == "undo.written_again"
    assert int(skipped.because.facts["cycle"]) == wrote(river) > first


def test_a_crm_that_cannot_be_read_is_told_and_the_other_side_still_planned(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    town.pair("Vale", "Working", "NEW")
    river.start()
    river.fault("hubspot", kind="status", status=503, times=50, route="batch/read")
    planned = revert(river.wiring, str(wrote(river)), kind=ChangeKind.STATUS)
    river.heal("hubspot")
    assert {one.row.ref.system for one in planned.skipped if one.because.code == "undo.unreadable"} == {"hubspot"}
    assert [row.change.ref.id for row in planned.rows] == [lead]
    assert [one.system for one in planned.troubles] == ["hubspot"]


# Tasks ---------------------------------------------------------------------------------------------------------------


def test_a_task_of_ours_is_closed_not_deleted_and_never_made_again(town):
    river = town.river
    town.overdue()
    river.start()
    river.until_quiet()
    [task] = river.tasks()
    [made] = [one for one in river.wiring.store.log(kind=ChangeKind.TASK) if one.state is RowState.APPLIED]
    planned, done = take_back(river, made.cycle, kind=ChangeKind.TASK)
    assert (done.written.applied, len(planned.rows)) == (1, 1)
    [closed] = river.tasks()
    assert (closed["Id"], closed["Status"], bool(closed.get("IsDeleted"))) == (task["Id"], "Completed", False)
    river.advance(86_400)
    river.until_quiet()
    assert len(river.tasks()) == 1


def test_a_task_somebody_closed_already_is_skipped(town):
    river = town.river
    town.overdue()
    river.start()
    river.until_quiet()
    [task] = river.tasks()
    river.edits("salesforce", "Task", task["Id"], TOM.user, Status="Completed")
    [made] = [one for one in river.wiring.store.log(kind=ChangeKind.TASK) if one.state is RowState.APPLIED]
    planned = revert(river.wiring, str(made.cycle), kind=ChangeKind.TASK)
    assert [one.because.code for one in planned.skipped] == ["undo.task_closed"]
    assert planned.header is None


# Afterwards ----------------------------------------------------------------------------------------------------------


def test_what_was_taken_back_is_left_alone_by_the_next_cycles(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    take_back(river)
    river.until_quiet()
    river.advance(86_400)
    river.until_quiet()
    assert status(river, lead) == "Left Vmail"
    [aside] = [one for one in river.wiring.store.set_aside_open() if one.cause == RESTORED and one.field == "status"]
    assert (aside.value, aside.needs_person, aside.facts["by"]) == ("Left Vmail", False, "Uma Admin")


def test_it_is_ours_again_once_somebody_in_the_crm_changes_it(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    take_back(river, kind=ChangeKind.STATUS)
    river.until_quiet()
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Call Back Later")
    river.until_quiet()
    river.advance(4000)
    river.until_quiet()
    assert status(river, lead) == "Working"
    assert not [one for one in river.wiring.store.set_aside_open() if one.cause == RESTORED]


def test_the_same_word_typed_anew_after_something_else_is_corrected_again(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    take_back(river, kind=ChangeKind.STATUS)
    river.until_quiet()
    for word in ("Working", "Left Vmail"):
        river.advance(60)
        river.edits("salesforce", "Lead", lead, TOM.user, Status=word)
        river.cycle()
    river.advance(4000)
    river.until_quiet()
    assert status(river, lead) == "Working"


def test_an_owner_that_was_taken_back_is_not_given_away_again(town):
    river = town.river
    lead, contact = town.pair("Brook", "Open - Not Contacted", "OPEN", OwnerId=QUEUE)
    town.demo_request(contact, "2026-12-01T11:50:00.000Z")
    queue = river.values("salesforce", "Lead", lead)["OwnerId"]
    river.start()
    river.until_quiet()
    given = river.values("salesforce", "Lead", lead)["OwnerId"]
    assert given.startswith("005")
    [row] = [one for one in river.wiring.store.log(kind=ChangeKind.OWNER) if one.ref.id == lead]
    take_back(river, row.cycle, record=lead, kind=ChangeKind.OWNER)
    river.advance(86_400)
    river.until_quiet()
    assert river.values("salesforce", "Lead", lead)["OwnerId"] == queue


def test_a_promotion_that_was_taken_back_takes_the_person_back_until_something_new_happens(town):
    river = town.river
    lead, contact = town.pair("Hill", "Inquiry", "NEW")
    river.start()
    river.until_quiet()
    town.demo_request(contact, "2026-12-02T09:20:00.000Z")
    river.until_quiet()
    assert status(river, lead) == "Open - Not Contacted"
    moved = [one for one in river.wiring.store.log(kind=ChangeKind.STATUS) if one.ref.id == lead][-1]
    take_back(river, moved.cycle, kind=ChangeKind.STATUS)
    river.until_quiet()
    [found] = river.wiring.store.find(lead)
    past = river.wiring.store.history(found.person)
    assert (status(river, lead), past.passes[-1].status) == ("Inquiry", "inquiry")
    assert (past.stage_events[-1].stage, past.stage_events[-1].source) == ("INQUIRY", "person")
    river.advance(5 * 86_400)
    river.until_quiet()
    assert river.tasks() == []
    assert status(river, lead) == "Inquiry"


def test_a_bought_name_that_was_taken_back_reads_as_before_and_stays_raw_for_us(town):
    river = town.river
    lead, _ = town.pair("Kalt", "Inquiry", "NEW", LeadSource="Purchased list")
    river.start()
    assert status(river, lead) == "Raw"
    take_back(river)
    reports = river.until_quiet()
    [found] = river.wiring.store.find(lead)
    assert status(river, lead) == "Inquiry"
    assert river.wiring.store.history(found.person).passes[-1].status == "raw"
    assert [one.counts["applied"] for one in reports] == [0] * len(reports)


def test_an_undo_can_be_taken_back_and_gives_the_field_back_to_crmsync(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    take_back(river, kind=ChangeKind.STATUS)
    again, _ = take_back(river, kind=ChangeKind.STATUS)
    assert {row.change.because.code for row in again.rows} == {"undo.again"}
    river.until_quiet()
    assert status(river, lead) == "Working"
    assert not [one for one in river.wiring.store.set_aside_open() if one.cause == RESTORED]


# Beside other work ---------------------------------------------------------------------------------------------------


def test_an_undo_waits_beside_the_plan_of_the_next_cycle(town):
    river, _ = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.apply(river.plan().header.number)
    undoing = revert(river.wiring, str(wrote(river)))
    river.advance(60)
    town.pair("Vale", "Left Vmail", "IN_PROGRESS", at="2026-12-02T09:00:30.000Z")
    planned = river.plan()
    assert planned.header.number != undoing.header.number
    assert not {row.change.ref for row in planned.rows} & {row.change.ref for row in undoing.rows}
    assert river.wiring.store.plan(undoing.header.number).state is PlanState.OPEN
    assert river.apply(undoing.header.number).written.applied == len(undoing.rows)
    assert river.wiring.store.plan(planned.header.number).state is PlanState.OPEN


def test_asking_twice_is_one_plan_and_a_wider_one_takes_the_place_of_a_narrower(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    cycle = str(wrote(river))
    narrow = revert(river.wiring, cycle, lead, ChangeKind.STATUS)
    assert revert(river.wiring, cycle, lead, ChangeKind.STATUS).header.number == narrow.header.number
    wide = revert(river.wiring, cycle)
    assert wide.header.number != narrow.header.number
    assert river.wiring.store.plan(narrow.header.number).state is PlanState.SUPERSEDED


def test_beside_a_running_crmsync_the_approved_undo_is_written_by_it(town):
    river, (lead, _) = town.river, town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    river.start()
    with river.wiring.store.lease("crmsync run"):
        planned = revert(river.wiring, str(wrote(river)))
        done = river.apply(planned.header.number)
        assert (done.written.applied, done.waiting) == (0, len(planned.rows))
    assert river.cycle().written.applied == len(planned.rows)
    assert status(river, lead) == "Left Vmail"


def test_the_crms_books_and_ours_agree_after_an_undo(town):
    river = town.river
    town.pair("Brook", "Left Vmail", "IN_PROGRESS", CRMSync_Score__c="C, 10")
    town.pair("Vale", "Working", "NEW", CRMSync_Score__c="C, 10")
    river.start()
    take_back(river, kind=ChangeKind.STATUS)
    assert river.unmatched() == (0, 0)


def test_now_that_writes_can_be_taken_back_every_kind_may_act_in_an_org_beyond_this_machine(river):
    river.modes(all="act")
    path = river.folder / "connectors" / "salesforce.yaml"
    given = path.read_text("utf-8").splitlines()
    lines = ["base_url: https://halden.my.salesforce.com" if "base_url" in one else one for one in given]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = read_files(river.folder)
    assert {found.workspace.mode(kind).value for kind in ChangeKind} == {"act"}
    assert found.connectors["salesforce"].base_url == "https://halden.my.salesforce.com"
