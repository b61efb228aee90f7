"""One missed deadline, at most one open task: whatever crashed, whoever restarted, however many daemons ran."""

import pytest

from crmsync.model.errors import StoreHeld
from crmsync.model.plans import RowState
from tests.cycle.river import River, workspace
from tests.cycle.town import TOM
from tests.proofs import proves

INSERT = "composite/sobjects"


def open_tasks(river: River) -> list[dict]:
    return [one for one in river.tasks() if not one.get("IsDeleted") and one.get("Status") != "Completed"]


def later(river: River, times=3, seconds=900):
    for _ in range(times):
        river.advance(seconds)
        river.cycle()


@proves("0.6", "0.19")
def test_a_missed_deadline_is_one_task_however_often_one_looks(town):
    """Four cycles after a missed deadline there is one task, with its owner, day and priority."""
    river = town.river
    town.overdue()
    river.start()
    later(river, 4)
    assert len(river.tasks()) == 1
    [task] = river.tasks()
    assert (task["OwnerId"], task["ActivityDate"], task["Priority"]) == (TOM.user, "2026-12-01", "High")


def test_an_answer_that_never_came_is_no_second_task(town):
    river = town.river
    town.overdue()
    river.fault("salesforce", kind="cut_after_commit", route=f"POST /services/data/{{v}}/{INSERT}", times=1)
    done = river.start()
    assert (done.written.unclear, len(river.tasks())) == (1, 1)
    later(river)
    assert len(river.tasks()) == 1
    assert river.open_intents() == 0
    assert river.unmatched() == (0, 0)


def test_an_answer_that_never_came_and_a_restart_is_no_second_task(town):
    river = town.river
    town.overdue()
    river.fault("salesforce", kind="cut_after_commit", route=INSERT, times=1)
    river.start()
    river.reopen()
    later(river)
    assert (len(river.tasks()), river.open_intents()) == (1, 0)
    assert river.unmatched() == (0, 0)


def test_an_answer_that_never_came_and_a_second_memory_is_no_second_task(town, tmp_path):
    river = town.river
    town.overdue()
    river.fault("salesforce", kind="cut_after_commit", route=INSERT, times=1)
    river.start()
    other = workspace(tmp_path / "other", river.running)
    other.start()
    later(other)
    later(river)
    other.close()
    assert len(river.tasks()) == 1


def test_two_memories_that_planned_the_same_task_make_one(town, tmp_path):
    river = town.river
    town.overdue()
    other = workspace(tmp_path / "other", river.running)
    first, second = river.plan(), other.plan()
    keys = [{row.change.task_key for row in one.rows if row.change.task_key} for one in (first, second)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 1
    river.apply()
    other.apply()
    made = [one for one in other.wiring.store.log() if one.task_key]
    other.close()
    assert [(one.state, one.words) for one in made] == [(RowState.APPLIED, "was there already")]
    assert len(river.tasks()) == 1


def test_two_crmsyncs_on_one_memory_never_write_at_once(town):
    river = town.river
    town.overdue()
    river.plan()
    with river.wiring.store.lease("somebody else"), pytest.raises(StoreHeld, match="is writing to this store"):
        river.cycle()
    river.apply()
    assert len(river.tasks()) == 1


@pytest.mark.parametrize("op", ["complete", "delete"])
def test_a_task_that_was_completed_or_deleted_is_never_made_again(town, op):
    river = town.river
    town.overdue()
    river.start()
    river.people("salesforce", TOM.user, {"op": op, "type": "Task", "id": river.tasks()[0]["Id"]})
    later(river, 4)
    assert len(river.tasks()) == 1
    assert open_tasks(river) == []


@pytest.mark.parametrize("op", ["complete", "delete"])
def test_a_task_that_was_completed_or_deleted_is_never_made_again_by_a_second_memory(town, tmp_path, op):
    river = town.river
    town.overdue()
    river.start()
    river.people("salesforce", TOM.user, {"op": op, "type": "Task", "id": river.tasks()[0]["Id"]})
    other = workspace(tmp_path / "other", river.running)
    other.start()
    later(other)
    other.close()
    assert len(river.tasks()) == 1


def test_a_call_in_time_prevents_the_task(town):
    river = town.river
    lead, _ = town.overdue()
    call = {"WhoId": lead, "TaskSubtype": "Call", "CallType": "Outbound", "Subject": "Call", "Status": "Completed"}
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), "2026-12-01T15:00:00.000Z")
    done = {**call, **stamps, "CompletedDateTime": "2026-12-01T15:00:00.000Z", "OwnerId": TOM.user}
    river.load("salesforce", {"type": "Task", "fields": done})
    river.start()
    later(river)
    assert river.tasks() == []


def test_what_was_due_before_go_live_never_becomes_a_task(town):
    river = town.river
    noon = "2026-11-30T12:00:00.000Z"
    pair = (
        town.lead("Early", "Open - Not Contacted", CreatedDate=noon, at=noon),
        town.hub("Early", "OPEN", at=noon),
    )
    town.demo_request(pair[1], "2026-11-30T11:50:00.000Z")
    river.start()
    later(river)
    assert river.tasks() == []


@proves("1.9")
def test_nobody_gets_more_tasks_a_day_than_agreed_and_the_rest_is_listed(town):
    """Above the agreed number a day no task is made; the rest is listed, not lost."""
    river = town.river
    for number in range(5):
        town.overdue(f"Late{number}")
    river.start()
    later(river)
    assert len(river.tasks()) == 3
    assert river.set_aside()["task.above_daily_number"] == 2


def test_the_org_without_our_key_field_gets_one_task_all_the_same(town):
    river = town.river
    river.edit("mappings/salesforce.yaml", (r"(?m)^ +key: +\{field: CRMSync_Key__c.*\n", ""))
    town.overdue()
    river.fault("salesforce", kind="cut_after_commit", route=INSERT, times=1)
    river.start()
    later(river)
    with river.running.world.lock:
        rows = [one.values for one in river.running.stage.crm("salesforce").tables["Task"]]
    assert [str(one["Description"]).splitlines()[-1][:4] for one in rows] == ["cs1-"]
