"""The script of the day: it can be played, in order, and brings by the agreed rules what it says."""

from collections import Counter
from datetime import date, timedelta

import pytest

from crmsync.emulator.scenarios import demo
from crmsync.emulator.stage import load_scenario
from crmsync.model.records import Ref
from crmsync.office import compile_office
from crmsync.rules.disposition import Dictionary
from crmsync.rules.sla import FIRST_TOUCH
from crmsync.rules.status import Sighting, StatusFacts, status
from crmsync.rules.working_time import due
from tests.agreement.shipped import agreement
from tests.emulator.scenarios.town import SEEDS, by_id, instant, people, steps, truth

AGREEMENT = agreement()
WORDS = Dictionary(AGREEMENT, date(2026, 12, 2))
OFFICE = compile_office(AGREEMENT.sla.office, range(2026, 2028))
FIELDS = {"Lead": "Status", "contacts": "hs_lead_status"}


@pytest.fixture(scope="module", params=SEEDS[:3])
def played(request):
    """A stage on which the day was played, with overdue tasks as crmsync would have made them."""
    seed = request.param
    stage = load_scenario("demo", seed)
    for one in truth(seed)["overdue"]:
        task = {
            "WhoId": one["lead"],
            "OwnerId": one["owner"],
            "Subject": "Overdue",
            "CRMSync_Key__c": f"cs1-{one['lead']}",
        }
        stage.load("salesforce", {"type": "Task", "fields": task})
    for step in steps(seed):
        stage.world.clock.set(instant(step["to"]))
        for system in ("salesforce", "hubspot"):
            for row in step["load"].get(system, []):
                stage.load(system, row)
            for script in step[system]:
                for deed in script["do"]:
                    stage.crm(system).act(script["actor"], deed)
    return seed, stage


def test_both_crms_take_every_row_and_the_clock_stands_at_the_start():
    stage = load_scenario("demo", 1)
    assert stage.world.clock.now() - demo.START < timedelta(seconds=5)
    assert (stage.world.desk("salesforce").audit, stage.world.desk("hubspot").audit) == ([], [])


def test_every_step_can_be_played_and_each_edit_stands_under_the_name_of_a_person(played):
    seed, stage = played
    staff = {row["id"] for row in demo.rows(seed) if row["type"] in ("User", "owners")}
    edits = [*stage.world.desk("salesforce").edits, *stage.world.desk("hubspot").edits]
    assert Counter(one.op for one in edits)["update"] >= 7
    assert {one.actor for one in edits} <= staff
    assert stage.world.desk("salesforce").audit == []


def test_one_task_is_ticked_off_and_another_deleted(played):
    seed, stage = played
    done, deleted = next(step for step in steps(seed) if "no_new_task_for" in step["expect"])["expect"][
        "no_new_task_for"
    ]
    edits = {(one.op, one.type) for one in stage.world.desk("salesforce").edits if one.type == "Task"}
    assert {("delete", "Task"), ("update", "Task")} <= edits
    overdue = {one["lead"] for one in truth(seed)["overdue"]}
    assert {done, deleted} <= overdue


@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_are_in_order_and_told_in_words(seed):
    at = [instant(step["to"]) for step in steps(seed)]
    assert at == sorted(at)
    assert min(at) > demo.START
    assert all(step["title"] and set(step["faults"]) <= {"salesforce", "hubspot"} for step in steps(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_corrections_are_expected_only_after_the_quiet_time(seed):
    edited = next(step for step in steps(seed) if "quiet" in step["expect"])
    corrected = next(step for step in steps(seed) if "status_writes" in step["expect"])
    waited = instant(corrected["to"]) - instant(edited["to"])
    assert waited > timedelta(minutes=AGREEMENT.quiet_minutes)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_edit_brings_the_writes_that_the_tables_give(seed):
    corrected = next(step for step in steps(seed) if "status_writes" in step["expect"])["expect"]
    overwritten = {one["record"] for one in corrected["survives_or_is_reported"]}
    newcomers = {row["id"] for step in steps(seed) for rows in step["load"].values() for row in rows if "id" in row}
    planted = {(one["record"], one["before"], one["after"]) for one in corrected["status_writes"]}
    found = {write for one in truth(seed)["people"] for write in _writes(seed, one)}
    assert {one for one in found if one[0] not in overwritten} == {one for one in planted if one[0] not in newcomers}
    assert {one[0] for one in found} >= overwritten


@pytest.mark.parametrize("seed", SEEDS)
def test_deadlines_are_those_of_the_agreement(seed):
    rule = AGREEMENT.sla.clock(FIRST_TOUCH)
    for name in ("overdue", "met", "due_today"):
        for one in truth(seed)[name]:
            created = instant(by_id(seed)[one["lead"]]["fields"]["CreatedDate"])
            assert due(created, rule, OFFICE).at == instant(one["due_at"]), (name, one)
    closing = next(step for step in steps(seed) if step["expect"].get("overdue"))
    assert due(instant(steps(seed)[0]["to"]), rule, OFFICE).at == instant(closing["expect"]["due_at"])
    assert instant(closing["to"]) > instant(closing["expect"]["due_at"])


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_may_come_due_today_is_called_or_expected_to_be_missed(seed):
    called = {lead for step in steps(seed) for lead in step["expect"].get("called", [])}
    missed = {lead for step in steps(seed) for lead in step["expect"].get("overdue", [])}
    may = {one["lead"] for name in ("owners", "due_today") for one in truth(seed)[name]}
    for archetype in ("ready_with_owner", "outcome_handed_over"):
        may |= {one["records"][0]["id"] for one in people(seed, archetype)}
    newcomer = steps(seed)[0]["expect"]["sales_ready"]
    assert called | missed == may | set(newcomer)
    assert not called & missed


def _writes(seed, one):
    """What the tables give after the edits of one person, from the planted status on."""
    edited = {(deed["type"], deed["id"]): deed["fields"] for deed in _deeds(seed) if deed["op"] == "update"}
    forms = {
        row["fields"]["objectId"] for step in steps(seed) for row in step["load"].get("hubspot", []) if "id" not in row
    }
    keys = [(record["object"], record["id"]) for record in one["records"]]
    engaged = one["archetype"] == "bought_inquiry" and any(id_ in forms for _, id_ in keys)
    if one["status"] is None or not (engaged or any(key in edited for key in keys)):
        return set()
    sightings = [_sighting(seed, one["status"], key, edited.get(key, {})) for key in keys]
    decided = status(StatusFacts(tuple(sightings), one["status"], engaged=engaged), AGREEMENT, WORDS)
    spelled = AGREEMENT.statuses[decided.status].spelled
    return {(each.sighting.ref.id, each.sighting.value, spelled[each.sighting.ref.system]) for each in decided.writes}


def _sighting(seed, planted, key, edit):
    object_, id_ = key
    row = by_id(seed)[id_]
    before = AGREEMENT.statuses[planted].spelled[row["system"]]
    value = edit.get(FIELDS[object_], before)
    created = instant(row["fields"].get("CreatedDate") or row["fields"]["createdate"])
    return Sighting(Ref(row["system"], object_, id_), value, bool(edit), demo.START, created, object_ == "Lead")


def _deeds(seed):
    return [
        deed
        for step in steps(seed)
        for system in ("salesforce", "hubspot")
        for one in step[system]
        for deed in one["do"]
    ]
