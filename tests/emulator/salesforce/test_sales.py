"""Opportunities, campaigns, events, queues: what the org works out, and what people do to rows (facts 8.3, 8.4)."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from typing import Any

import pytest

from crmsync.emulator.salesforce.ids import API_USER, numbered
from crmsync.emulator.world import BadRow
from tests.emulator.salesforce.door import Door, V

REP = numbered("005", 60)


def made(answer) -> str:
    status, body = answer
    assert status == 201, body
    return str(body["id"])


def deal(door: Door, **fields: object) -> str:
    whole = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", **fields}
    return made(door.call("POST", f"{V}/sobjects/Opportunity", whole))


@pytest.mark.parametrize(
    "stage, closed, won, chance, category",
    [
        ("Prospecting", False, False, 10, "Pipeline"),
        ("Negotiation/Review", False, False, 90, "Pipeline"),
        ("Closed Won", True, True, 100, "Closed"),
        ("Closed Lost", True, False, 0, "Omitted"),
    ],
)
def test_a_stage_tells_whether_a_deal_is_closed_and_won(door: Door, stage, closed, won, chance, category):
    row = door.row(deal(door, StageName=stage, Amount=200))
    found = (row["IsClosed"], row["IsWon"], row["Probability"], row["ForecastCategory"], row["ExpectedRevenue"])
    assert found == (closed, won, chance, category, 2 * chance)


def test_a_new_stage_brings_its_chance_unless_one_is_given(door: Door):
    one, two = deal(door, Probability=33), deal(door)
    assert (door.row(one)["Probability"], door.row(one)["LastStageChangeDate"]) == (33, None)
    door.call("PATCH", f"{V}/sobjects/Opportunity/{one}", {"StageName": "Closed Won"})
    door.call("PATCH", f"{V}/sobjects/Opportunity/{two}", {"StageName": "Qualification", "Probability": 44})
    assert (door.row(one)["Probability"], door.row(two)["Probability"]) == (100, 44)
    assert door.row(one)["LastStageChangeDate"] == "2026-12-02T09:00:00.000+0000"
    door.call("PATCH", f"{V}/sobjects/Opportunity/{two}", {"NextStep": "call"})
    assert door.row(two)["Probability"] == 44


def test_the_stages_are_rows(door: Door):
    rows = door.query("SELECT ApiName, IsClosed, IsWon, DefaultProbability FROM OpportunityStage")[1]["records"]
    assert [row["ApiName"] for row in rows if row["IsClosed"]] == ["Closed Won", "Closed Lost"]
    values: list[Any] = ["New", {"value": "Won", "closed": True}, {"value": "Dead", "closed": True}]
    fields: dict[str, Any] = {"object": "Opportunity", "field": "StageName", "values": values}
    door.org.load({"type": "__picklist__", "fields": fields})
    won = door.row(deal(door, StageName="Won"))
    dead = door.row(deal(door, StageName="Dead"))
    assert [(row["IsClosed"], row["IsWon"]) for row in (won, dead)] == [(True, True), (True, False)]


def test_contact_roles_tie_contacts_to_deals(door: Door):
    contact, opportunity = door.load("Contact", LastName="Client"), deal(door)
    body = {"OpportunityId": opportunity, "ContactId": contact, "Role": "Decision Maker", "IsPrimary": True}
    role = made(door.call("POST", f"{V}/sobjects/OpportunityContactRole", body))
    soql = f"SELECT Contact.LastName FROM OpportunityContactRole WHERE OpportunityId = '{opportunity}'"
    assert door.query(soql)[1]["records"][0]["Contact"]["LastName"] == "Client"
    answer = door.call("PATCH", f"{V}/sobjects/OpportunityContactRole/{role}", {"OpportunityId": opportunity})
    assert answer[1][0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert door.call("DELETE", f"{V}/sobjects/OpportunityContactRole/{role}")[0] == 204


@pytest.fixture
def show(door: Door) -> tuple[Door, str, str]:
    campaign = made(door.call("POST", f"{V}/sobjects/Campaign", {"Name": "Trade show", "IsActive": True}))
    lead = door.lead(FirstName="Ann", Email="ann@x.example", OwnerId=API_USER)
    return door, campaign, lead


def test_a_campaign_starts_with_two_statuses_and_its_members_show_who_they_are(show):
    door, campaign, lead = show
    statuses = door.query("SELECT Label, HasResponded, IsDefault FROM CampaignMemberStatus ORDER BY SortOrder")[1]
    assert [(row["Label"], row["HasResponded"], row["IsDefault"]) for row in statuses["records"]] == [
        ("Sent", False, True),
        ("Responded", True, False),
    ]
    member = made(door.call("POST", f"{V}/sobjects/CampaignMember", {"CampaignId": campaign, "LeadId": lead}))
    row = door.row(member)
    shown = (row["Status"], row["HasResponded"], row["FirstRespondedDate"], row["Name"], row["Type"], row["Email"])
    assert shown == ("Sent", False, None, "Ann Archer", "Lead", "ann@x.example")
    assert (row["CompanyOrAccount"], row["LeadOrContactId"], row["LeadOrContactOwnerId"]) == ("Acme", lead, API_USER)
    door.call("PATCH", f"{V}/sobjects/CampaignMember/{member}", {"Status": "Responded"})
    assert (door.row(member)["HasResponded"], door.row(member)["FirstRespondedDate"]) == (True, "2026-12-02")


def test_nobody_is_twice_in_a_campaign(show):
    door, campaign, lead = show
    body = {"CampaignId": campaign, "LeadId": lead}
    first = made(door.call("POST", f"{V}/sobjects/CampaignMember", body))
    status, answer = door.call("POST", f"{V}/sobjects/CampaignMember", body)
    assert (status, answer[0]["errorCode"], answer[0]["message"]) == (
        400,
        "DUPLICATE_VALUE",
        "Already a campaign member.",
    )
    status, answer = door.call("POST", f"{V}/sobjects/CampaignMember", {"CampaignId": campaign})
    assert (status, answer[0]["errorCode"]) == (400, "REQUIRED_FIELD_MISSING")
    assert door.call("PATCH", f"{V}/sobjects/CampaignMember/{first}", {"LeadId": lead})[0] == 400
    door.call("DELETE", f"{V}/sobjects/CampaignMember/{first}")
    assert door.call("POST", f"{V}/sobjects/CampaignMember", body)[0] == 201


@pytest.mark.parametrize("leaves", [False, True])
def test_a_conversion_moves_activities_and_campaign_members_to_the_contact(show, leaves):
    door, campaign, lead = show
    door.desk.faults.add({"kind": "switch", "name": "member_leaves_lead", "on": leaves})
    member = made(door.call("POST", f"{V}/sobjects/CampaignMember", {"CampaignId": campaign, "LeadId": lead}))
    task = door.load("Task", Subject="Call", WhoId=lead)
    event = door.load("Event", Subject="Meet", WhoId=lead, StartDateTime="2026-12-02T10:00:00Z")
    done = door.org.act(REP, {"op": "convert", "id": lead})
    assert [door.row(id_)["WhoId"] for id_ in (task, event)] == [done["contact"]] * 2
    assert [door.row(id_)["AccountId"] for id_ in (task, event)] == [done["account"]] * 2
    row = door.row(member)
    assert (row["ContactId"], row["LeadId"], row["Type"]) == (done["contact"], None if leaves else lead, "Contact")


def test_a_merge_moves_everything_and_a_campaign_keeps_one_member(show):
    door, campaign, winner = show
    loser = door.lead(LastName="Double")
    only = made(door.call("POST", f"{V}/sobjects/Campaign", {"Name": "Only the loser's"}))
    for where, who in ((campaign, winner), (campaign, loser), (only, loser)):
        door.call("POST", f"{V}/sobjects/CampaignMember", {"CampaignId": where, "LeadId": who})
    event = door.load("Event", Subject="Meet", WhoId=loser)
    door.org.act(REP, {"op": "merge", "type": "Lead", "id": winner, "loser": loser})
    assert door.row(event)["WhoId"] == winner
    rows = door.query("SELECT CampaignId, LeadId FROM CampaignMember ORDER BY Id")[1]["records"]
    assert [(row["CampaignId"], row["LeadId"]) for row in rows] == [(campaign, winner), (only, winner)]


@pytest.mark.parametrize(
    "given, end, minutes",
    [
        ({"DurationInMinutes": 90}, "2026-12-02T11:30:00.000+0000", 90),
        ({"EndDateTime": "2026-12-02T12:00:00Z"}, "2026-12-02T12:00:00.000+0000", 120),
        ({}, None, None),
    ],
)
def test_start_end_and_duration_of_an_event_tell_each_other(door: Door, given, end, minutes):
    body = {"Subject": "Meet", "StartDateTime": "2026-12-02T10:00:00Z", **given}
    row = door.row(made(door.call("POST", f"{V}/sobjects/Event", body)))
    assert (row["EndDateTime"], row["DurationInMinutes"], row["ActivityDate"]) == (end, minutes, "2026-12-02")
    assert row["ActivityDateTime"] == "2026-12-02T10:00:00.000+0000"


def test_an_activity_belongs_to_the_account_of_its_contact_or_deal(door: Door):
    account = door.load("Account", Name="Acme")
    contact = door.load("Contact", LastName="Client", AccountId=account)
    opportunity = deal(door, AccountId=account)
    for given in ({"WhoId": contact}, {"WhatId": opportunity}, {"WhatId": account}):
        row = door.row(made(door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", **given})))
        assert row["AccountId"] == account
    assert door.row(made(door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call"}))).get("AccountId") is None


def test_a_queue_has_members_and_objects(door: Door):
    queue = door.load("Group", numbered("00G", 3), Name="Inbound", DeveloperName="Inbound", Type="Queue")
    door.load("User", REP, LastName="Maier")
    member = made(door.call("POST", f"{V}/sobjects/GroupMember", {"GroupId": queue, "UserOrGroupId": REP}))
    made(door.call("POST", f"{V}/sobjects/QueueSobject", {"QueueId": queue, "SobjectType": "Lead"}))
    assert door.values("SELECT Name FROM Group WHERE Type = 'Queue'") == ["Inbound"]
    assert door.query("SELECT Type, COUNT(Id) FROM Group GROUP BY Type")[1]["records"][0]["expr0"] == 1
    assert door.values("SELECT UserOrGroupId FROM GroupMember WHERE Group.DeveloperName = 'Inbound'") == [REP]
    assert door.values("SELECT SobjectType FROM QueueSobject WHERE Queue.Name = 'inbound'") == ["Lead"]
    made(door.call("POST", f"{V}/sobjects/Lead", {"LastName": "A", "Company": "B", "OwnerId": queue}))
    status, body = door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "OwnerId": queue})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_OPERATION")
    assert body[0]["message"] == "Queue not associated with this SObject type"
    assert door.call("DELETE", f"{V}/sobjects/GroupMember/{member}")[0] == 204
    assert door.query("SELECT Id FROM GroupMember", "queryAll")[1]["totalSize"] == 0


@pytest.mark.parametrize("name", ["LeadStatus", "OpportunityStage", "LeadHistory", "Profile", "Organization"])
def test_what_nobody_creates_says_so(door: Door, name):
    status, body = door.call("POST", f"{V}/sobjects/{name}", {})
    assert (status, body[0]["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")


def test_what_was_deleted_comes_back_whole_and_what_was_purged_does_not(door: Door):
    lead = door.lead(Title="CEO")
    door.call("DELETE", f"{V}/sobjects/Lead/{lead}")
    door.world.clock.advance(60)
    door.org.act(REP, {"op": "undelete", "type": "Lead", "id": lead})
    row = door.row(lead)
    assert (row["IsDeleted"], row["Title"], row["SystemModstamp"]) == (False, "CEO", "2026-12-02T09:01:00.000+0000")
    with pytest.raises(BadRow, match="recycle bin"):
        door.org.act(REP, {"op": "purge", "type": "Lead", "id": lead})
    door.call("DELETE", f"{V}/sobjects/Lead/{lead}")
    door.org.act(REP, {"op": "purge", "type": "Lead", "id": lead})
    assert door.query("SELECT Id FROM Lead", "queryAll")[1]["totalSize"] == 0
    assert door.call("GET", f"{V}/sobjects/Lead/{lead}")[0] == 404
    assert (
        door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"})[1][0]["errorCode"]
        == "INVALID_CROSS_REFERENCE_KEY"
    )


def test_a_merged_row_does_not_come_back(door: Door):
    one, two = door.lead(), door.lead()
    door.org.act(REP, {"op": "merge", "type": "Lead", "id": one, "loser": two})
    with pytest.raises(BadRow, match=f"merged into {one}"):
        door.org.act(REP, {"op": "undelete", "type": "Lead", "id": two})


def test_a_purge_can_be_undone_with_a_checkpoint(door: Door):
    lead = door.lead(Email="a@x.example", IsDeleted=True)
    saved = door.org.checkpoint()
    door.org.act(REP, {"op": "purge", "type": "Lead", "id": lead})
    door.org.restore(saved)
    assert door.values("SELECT Id FROM Lead WHERE Email = 'a@x.example'", "queryAll") == [lead]
    assert door.values("SELECT Id FROM Lead ORDER BY SystemModstamp, Id", "queryAll") == [lead]


@pytest.mark.parametrize("days, gone", [(None, ["Old"]), (30, ["Month", "Old"]), (3650, [])])
def test_old_closed_activities_are_for_query_all_only_when_the_switch_says_from_when(door: Door, days, gone):
    for name, day in (("Old", "2025-11-01"), ("Month", "2026-10-30"), ("Today", "2026-12-02")):
        door.load("Task", Subject=name, Status="Completed", ActivityDate=day)
    door.load("Task", Subject="Open", ActivityDate="2020-01-01")
    soql = "SELECT Subject FROM Task WHERE IsArchived = TRUE ORDER BY Subject"
    assert door.values(soql, "queryAll") == []
    door.desk.faults.add({"kind": "archive_after", **({} if days is None else {"days": days})})
    assert door.values(soql, "queryAll") == gone
    assert sorted([*door.values("SELECT Subject FROM Task"), *gone]) == ["Month", "Old", "Open", "Today"]
    if gone:
        task = door.values(soql.replace("Subject FROM", "Id FROM"), "queryAll")[0]
        assert (
            door.call("PATCH", f"{V}/sobjects/Task/{task}", {"Subject": "Old"})[0] == 204
        )  # facts 8.3: still writable


def flip(door: Door, name: str, *, on: bool) -> None:
    door.desk.faults.add({"kind": "switch", "name": name, "on": on})


@pytest.mark.parametrize("on, status", [(False, 400), (True, 204)])
def test_whether_a_converted_status_can_be_written_is_a_switch(door: Door, on, status):
    flip(door, "converted_status_written", on=on)
    lead = door.lead()
    assert door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Status": "Closed - Converted"})[0] == status
    assert door.row(lead)["IsConverted"] is False
    assert door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Status": "Parked"})[0] == 204


@pytest.mark.parametrize("on", [False, True])
def test_whether_a_new_owner_makes_a_lead_unread_is_a_switch(door: Door, on):
    flip(door, "unread_after_reassignment", on=on)
    door.load("User", REP, LastName="Maier")
    lead = door.lead(IsUnreadByOwner=False)
    door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"OwnerId": REP})
    assert door.row(lead)["IsUnreadByOwner"] is on


@pytest.mark.parametrize("on", [False, True])
def test_whether_activities_stay_with_a_converted_lead_is_a_switch(door: Door, on):
    flip(door, "activities_stay_with_lead", on=on)
    lead = door.lead(OwnerId=API_USER)
    task = door.load("Task", Subject="Call", WhoId=lead)
    done = door.org.act(REP, {"op": "convert", "id": lead})
    assert door.row(task)["WhoId"] == (lead if on else done["contact"])


@pytest.mark.parametrize("on, status", [(False, 400), (True, 201)])
def test_whether_a_leads_task_is_about_something_is_a_switch(door: Door, on, status):
    flip(door, "lead_task_takes_what", on=on)
    body = {"Subject": "Call", "WhoId": door.lead(), "WhatId": door.load("Account", Name="Acme")}
    assert door.call("POST", f"{V}/sobjects/Task", body)[0] == status


@pytest.mark.parametrize("on, status", [(False, 400), (True, 201)])
def test_whether_a_queue_owns_tasks_is_a_switch(door: Door, on, status):
    flip(door, "task_to_queue", on=on)
    queue = door.load("Group", numbered("00G", 3), Name="Inbound", Type="Queue")
    assert door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "OwnerId": queue})[0] == status


@pytest.mark.parametrize("on, word", [(False, "Queue"), (True, "Group")])
def test_what_the_type_of_a_queue_is_called_is_a_switch(door: Door, on, word):
    flip(door, "owner_type_group", on=on)
    door.lead(OwnerId=door.load("Group", numbered("00G", 3), Name="Inbound", Type="Queue"))
    assert door.query("SELECT Owner.Type FROM Lead")[1]["records"][0]["Owner"]["Type"] == word


def test_a_conversion_makes_the_contact_the_primary_role_of_the_deal(door: Door):
    lead = door.lead(OwnerId=API_USER)
    done = door.org.act(REP, {"op": "convert", "id": lead})
    rows = door.query("SELECT OpportunityId, ContactId, IsPrimary FROM OpportunityContactRole")[1]["records"]
    assert [list(row.values())[1:] for row in rows] == [[done["opportunity"], done["contact"], True]]


@pytest.mark.parametrize("named", ["contact", "account", "neither"])
def test_a_conversion_uses_the_account_it_is_given_or_the_contacts(door: Door, named):
    account = door.load("Account", Name="Acme Holding")
    contact = door.load("Contact", LastName="Client", AccountId=account)
    more = {"contact": {"contact": contact}, "account": {"account": account}, "neither": {}}[named]
    done = door.org.act(REP, {"op": "convert", "id": door.lead(OwnerId=API_USER), "opportunity": False, **more})
    assert (done["account"] == account, done["contact"] == contact) == (named != "neither", named == "contact")
    assert len(door.org.tables["Account"]) == (2 if named == "neither" else 1)


def test_what_hangs_on_a_merged_account_goes_to_the_one_that_stays(door: Door):
    stays, goes = door.load("Account", Name="Acme"), door.load("Account", Name="ACME Inc.")
    contact = door.load("Contact", LastName="Client", AccountId=goes)
    opportunity, task = deal(door, AccountId=goes), door.load("Task", Subject="Call", WhatId=goes)
    door.org.act(REP, {"op": "merge", "type": "Account", "id": stays, "loser": goes})
    assert [door.row(id_)["AccountId"] for id_ in (contact, opportunity, task)] == [stays] * 3
    assert (door.row(task)["WhatId"], door.row(goes)["MasterRecordId"]) == (stays, stays)


@pytest.mark.parametrize(
    "field, value, status",
    [
        ("NumberOfEmployees", 99_999_999, 201),
        ("NumberOfEmployees", 100_000_000, 400),
        ("AnnualRevenue", 1e17, 201),
        ("AnnualRevenue", -1e18, 400),
        ("Latitude", 89.5, 201),
        ("Latitude", 1000, 400),
    ],
)
def test_a_number_of_too_many_digits_is_refused(door: Door, field, value, status):
    answer = door.call("POST", f"{V}/sobjects/Lead", {"LastName": "A", "Company": "B", field: value})
    assert answer[0] == status
    if status == 400:
        assert (answer[1][0]["errorCode"], answer[1][0]["fields"]) == ("NUMBER_OUTSIDE_VALID_RANGE", [field])
