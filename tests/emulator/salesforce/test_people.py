"""People at work in the org: what `actors` does (design.md section 6)."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from typing import Any

import pytest

from crmsync.emulator.salesforce.ids import numbered
from crmsync.emulator.world import BadRow
from tests.emulator.salesforce.door import Door, V

REP = numbered("005", 30)
NOW = "2026-12-02T09:00:00.000+0000"


@pytest.fixture
def office(door: Door) -> Door:
    door.load("User", REP, FirstName="Kim", LastName="Maier")
    return door


def test_an_edit_moves_the_stamps_and_is_no_api_write(office: Door):
    lead = office.lead(Status="Raw", SystemModstamp="2026-01-01T00:00:00Z")
    office.org.act(REP, {"op": "update", "type": "Lead", "id": lead, "fields": {"Status": "Left Vmail"}})
    row = office.row(lead)
    assert (row["Status"], row["SystemModstamp"], row["LastModifiedById"]) == ("Left Vmail", NOW, REP)
    assert office.desk.audit == []
    assert [(line.actor, line.op, line.changes) for line in office.desk.edits] == [
        (REP, "update", {"Status": ("Raw", "Left Vmail")})
    ]


def test_a_call_is_logged_as_a_closed_task(office: Door):
    lead = office.lead()
    fields = {
        "WhoId": lead,
        "Subject": "Call",
        "TaskSubtype": "Call",
        "Status": "Completed",
        "CallDisposition": "No answer",
    }
    made = office.org.act(REP, {"op": "create", "type": "Task", "fields": fields})["id"]
    row = office.row(made)
    assert (row["IsClosed"], row["CompletedDateTime"], row["OwnerId"], row["CreatedById"]) == (True, NOW, REP, REP)


def test_tasks_are_completed_and_deleted_by_what_they_say(office: Door):
    office.key_field()
    lead = office.lead()
    for number in range(3):
        at = f"2026-12-01T0{number}:00:00Z"
        office.load("Task", WhoId=lead, CRMSync_Key__c=f"cs1-{number}", CreatedDate=at)
    office.load("Task", WhoId=lead, Subject="Other")
    where: dict[str, Any] = {"CRMSync_Key__c": {"starts": "CS1-"}, "IsClosed": False}
    first = office.org.act(REP, {"op": "complete", "type": "Task", "where": where})["id"]
    second = office.org.act(REP, {"op": "delete", "type": "Task", "where": where, "nth": 2})["id"]
    assert (office.row(first)["CRMSync_Key__c"], office.row(first)["IsClosed"]) == ("cs1-0", True)
    assert (office.row(second)["CRMSync_Key__c"], office.row(second)["IsDeleted"]) == ("cs1-2", True)


def test_a_converted_lead_is_frozen_and_its_tasks_follow_the_contact(office: Door):
    office.field("Contact", "Import_Tag__c")
    lead = office.lead(FirstName="Ann", Email="a@x.example", Country="UK", OwnerId=REP, Import_Tag__c="fair")
    task = office.load("Task", WhoId=lead, Subject="Call")
    office.world.clock.advance(60)
    done = office.org.act(REP, {"op": "convert", "type": "Lead", "id": lead})
    row, contact = office.row(lead), office.row(str(done["contact"]))
    assert (row["IsConverted"], row["Status"], row["ConvertedDate"]) == (True, "Closed - Converted", "2026-12-02")
    assert (row["ConvertedContactId"], row["ConvertedAccountId"], row["ConvertedOpportunityId"]) == (
        done["contact"],
        done["account"],
        done["opportunity"],
    )
    assert (contact["Name"], contact["MailingCountry"], contact["OwnerId"], contact["Import_Tag__c"]) == (
        "Ann Archer",
        "UK",
        REP,
        "fair",
    )
    assert (office.row(task)["WhoId"], office.row(task)["SystemModstamp"]) == (
        done["contact"],
        "2026-12-02T09:01:00.000+0000",
    )
    assert office.values(f"SELECT Id FROM Task WHERE WhoId = '{lead}'") == []
    assert (
        office.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"})[1][0]["errorCode"]
        == "CANNOT_UPDATE_CONVERTED_LEAD"
    )


def test_a_conversion_may_meet_an_existing_contact_and_make_no_opportunity(office: Door):
    lead, contact = office.lead(OwnerId=REP), office.load("Contact", LastName="Archer")
    done = office.org.act(REP, {"op": "convert", "id": lead, "contact": contact, "opportunity": False})
    assert (done["contact"], done["opportunity"], len(office.org.tables["Contact"])) == (contact, None, 1)


def test_a_merge_deletes_the_loser_and_gives_its_tasks_to_the_winner(office: Door):
    winner, loser = office.lead(), office.lead()
    task = office.load("Task", WhoId=loser)
    office.org.act(REP, {"op": "merge", "type": "Lead", "id": winner, "loser": loser, "fields": {"Title": "CEO"}})
    assert (office.row(loser)["IsDeleted"], office.row(loser)["MasterRecordId"]) == (True, winner)
    assert (office.row(winner)["Title"], office.row(winner)["SystemModstamp"]) == ("CEO", NOW)
    assert office.row(task)["WhoId"] == winner


@pytest.mark.parametrize(
    "step, words",
    [
        ({"op": "dance"}, "op 'dance'"),
        ({"op": "update", "type": "Lede"}, "no object"),
        ({"op": "update", "type": "Lead"}, '"id" or "where"'),
        ({"op": "update", "type": "Lead", "id": "zzz"}, "no Lead zzz"),
        ({"op": "update", "type": "Lead", "where": {"Foo": 1}}, "no field Foo"),
        ({"op": "update", "type": "Lead", "where": {"LastName": "Nobody"}}, "0 found"),
        ({"op": "create", "type": "Lead", "fields": {"LastName": "x"}}, "REQUIRED_FIELD_MISSING"),
        ({"op": "create", "type": "Lead", "fields": 5}, '"fields"'),
    ],
)
def test_a_step_that_cannot_be_done_says_why(office: Door, step, words):
    with pytest.raises(BadRow, match=words):
        office.org.act(REP, step)


@pytest.mark.parametrize(
    "where, found",
    [
        ({"LastName": {"in": ["A", "B"]}, "Title": {"not": "x"}}, "B"),
        ({"LastName": {"starts": "b"}}, "B"),
        ({"OwnerId": REP[:15]}, "A"),
    ],
)
def test_records_are_met_by_their_values(office: Door, where, found):
    office.lead(LastName="A", Title="x", OwnerId=REP)
    office.lead(LastName="B", Title="y")
    met = office.org.act(REP, {"op": "update", "type": "Lead", "where": where, "fields": {"Phone": "1"}})["id"]
    assert office.row(str(met))["LastName"] == found


@pytest.mark.parametrize("actor", ["me", numbered("00Q", 1)])
def test_only_users_act(office: Door, actor):
    with pytest.raises(BadRow, match="no user id"):
        office.org.act(actor, {"op": "update"})


def test_nothing_is_converted_twice_or_merged_with_itself(office: Door):
    lead = office.lead(OwnerId=REP)
    office.org.act(REP, {"op": "convert", "id": lead})
    with pytest.raises(BadRow, match="converted already"):
        office.org.act(REP, {"op": "convert", "id": lead})
    other = office.lead()
    with pytest.raises(BadRow, match="with itself"):
        office.org.act(REP, {"op": "merge", "type": "Lead", "id": other, "loser": other})


def test_a_lead_of_a_queue_is_not_converted_and_a_failed_conversion_leaves_nothing(office: Door):
    queued = office.lead(OwnerId=numbered("00G", 3))
    with pytest.raises(BadRow, match="queue"):
        office.org.act(REP, {"op": "convert", "id": queued})
    unmet = office.lead(OwnerId=REP)
    with pytest.raises(BadRow, match="converted status"):
        office.org.act(REP, {"op": "convert", "id": unmet, "status": "Raw"})
    assert len(office.org.tables["Account"]) == len(office.desk.edits) == 0
