"""An org as an administrator set it up: record types, permissions, validation and duplicate rules, field history."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

import pytest

from crmsync.emulator.salesforce.ids import API_USER, numbered
from crmsync.emulator.world import BadRow
from tests.emulator.salesforce.door import Door, V

OK = {"LastName": "Archer", "Company": "Acme"}
REP = numbered("005", 60)


def admin(door: Door, kind: str, **fields: object) -> None:
    door.org.load({"type": f"__{kind}__", "fields": fields})  # type: ignore[dict-item]


def refused(answer) -> tuple[int, str]:
    status, body = answer
    return status, body[0]["errorCode"]


@pytest.fixture
def typed(door: Door) -> Door:
    values = {"Status": ["Open - Not Contacted", "Parked"], "LeadSource": ["Web"]}
    admin(door, "record_type", object="Lead", developerName="Partner", label="Partner lead", values=values)
    admin(door, "record_type", object="Lead", developerName="Direct", default=True)
    return door


def test_a_stock_org_has_the_master_record_type_only(door: Door):
    infos = door.call("GET", f"{V}/sobjects/Lead/describe")[1]["recordTypeInfos"]
    assert [(row["developerName"], row["master"], row["recordTypeId"]) for row in infos] == [
        ("Master", True, "012000000000000AAA")
    ]
    assert door.query("SELECT RecordTypeId FROM Lead")[1][0]["errorCode"] == "INVALID_FIELD"


def test_record_types_are_described_and_queried(typed: Door):
    body = typed.call("GET", f"{V}/sobjects/Lead/describe")[1]
    flags = [(row["name"], row["defaultRecordTypeMapping"], row["master"]) for row in body["recordTypeInfos"]]
    assert flags == [("Partner lead", False, False), ("Direct", True, False), ("Master", False, True)]
    assert "RecordTypeId" in [field["name"] for field in body["fields"]]
    assert "Parked" in [value["value"] for field in body["fields"] for value in field["picklistValues"]]
    assert typed.values("SELECT DeveloperName FROM RecordType WHERE SobjectType = 'Lead'") == ["Partner", "Direct"]


def test_a_new_row_gets_the_default_record_type_and_its_name_can_be_selected(typed: Door):
    typed.call("POST", f"{V}/sobjects/Lead", OK)
    rows = typed.query("SELECT RecordType.DeveloperName FROM Lead WHERE RecordType.Name = 'Direct'")[1]["records"]
    assert [row["RecordType"]["DeveloperName"] for row in rows] == ["Direct"]


def test_a_value_outside_the_subset_of_its_record_type_is_refused(typed: Door):
    partner = typed.values("SELECT Id FROM RecordType WHERE DeveloperName = 'Partner'")[0]
    whole = {**OK, "RecordTypeId": partner}
    assert typed.call("POST", f"{V}/sobjects/Lead", {**whole, "Status": "Parked"})[0] == 201
    answer = typed.call("POST", f"{V}/sobjects/Lead", {**whole, "Status": "Working - Contacted"})
    assert refused(answer) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    assert answer[1][0]["fields"] == ["Status"]
    assert typed.call("POST", f"{V}/sobjects/Lead", {**OK, "Status": "Left voicemail"})[0] == 201


def test_a_record_type_of_another_object_or_an_inactive_one_is_refused(typed: Door):
    admin(typed, "record_type", object="Contact", developerName="Other")
    admin(typed, "record_type", object="Lead", developerName="Gone", active=False)
    for name in ("Other", "Gone"):
        kind = typed.values(f"SELECT Id FROM RecordType WHERE DeveloperName = '{name}'")[0]
        answer = typed.call("POST", f"{V}/sobjects/Lead", {**OK, "RecordTypeId": kind})
        assert refused(answer) == (400, "INVALID_CROSS_REFERENCE_KEY")
    assert refused(typed.call("POST", f"{V}/sobjects/RecordType", {"Name": "Mine"}))[0] == 400


def test_the_picklists_of_a_record_type_are_its_subsets(typed: Door):
    partner = typed.values("SELECT Id FROM RecordType WHERE DeveloperName = 'Partner'")[0]
    for kind, size in ((partner, 2), ("012000000000000AAA", 5)):
        body = typed.call("GET", f"{V}/ui-api/object-info/Lead/picklist-values/{kind}/Status")[1]
        assert len(body["values"]) == size
        whole = typed.call("GET", f"{V}/ui-api/object-info/Lead/picklist-values/{kind}")[1]["picklistFieldValues"]
        assert whole["Status"]["values"] == body["values"]


def test_a_hidden_field_cannot_be_reached_by_any_door(door: Door):
    door.field("Lead", "Key__c", unique=True, externalId=True)
    lead = door.lead(Key__c="a", Rating="Hot")
    for name in ("Key__c", "Rating"):
        admin(door, "access", object="Lead", field=name, read=False)
    record = {"attributes": {"type": "Lead"}, "id": lead, "Rating": "Cold"}
    rows = door.call("PATCH", f"{V}/composite/sobjects", {"records": [record]})[1]
    assert rows[0]["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert door.call("GET", f"{V}/sobjects/Lead/Key__c/a")[0] == 404
    assert door.call("PATCH", f"{V}/sobjects/Lead/Key__c/a", {"Title": "x"})[0] == 404
    assert door.call("GET", f"{V}/composite/sobjects/Lead?ids={lead}&fields=Rating")[0] == 400
    assert door.call("GET", f"{V}/sobjects/Lead/{lead}?fields=Rating")[0] == 400
    assert door.call("GET", f"{V}/ui-api/object-info/Lead/picklist-values/012000000000000AAA/Rating")[0] == 400


def test_a_hidden_field_is_not_there_for_the_api_and_is_for_people(door: Door):
    lead = door.lead(Phone="123")
    admin(door, "access", object="Lead", field="Phone", read=False)
    assert "Phone" not in [row["name"] for row in door.call("GET", f"{V}/sobjects/Lead/describe")[1]["fields"]]
    assert "Phone" not in door.call("GET", f"{V}/sobjects/Lead/{lead}")[1]
    for soql in ("SELECT Phone FROM Lead", "SELECT Id FROM Lead WHERE Phone = '1'", "SELECT Who.Phone FROM Task"):
        expected = 200 if "Who" in soql else 400  # contacts still show theirs
        assert door.query(soql)[0] == expected, soql
    answer = door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Phone": "5"})
    assert refused(answer) == (400, "INVALID_FIELD")
    assert answer[1][0]["message"] == "No such column 'Phone' on sobject of type Lead"
    door.org.act(REP, {"op": "update", "type": "Lead", "id": lead, "fields": {"Phone": "999"}})
    assert door.row(lead)["Phone"] == "999"
    admin(door, "access", object="Lead", field="Phone")
    assert door.values("SELECT Phone FROM Lead") == ["999"]


def test_a_read_only_field_shows_that_in_describe_and_refuses_what_is_written(door: Door):
    lead = door.lead()
    admin(door, "access", object="Lead", field="Title", edit=False)
    fields = {row["name"]: row for row in door.call("GET", f"{V}/sobjects/Lead/describe")[1]["fields"]}
    assert (fields["Title"]["createable"], fields["Title"]["updateable"]) == (False, False)
    for answer in (
        door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"}),
        door.call("POST", f"{V}/sobjects/Lead", {**OK, "Title": "CEO"}),
    ):
        assert refused(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
        assert answer[1][0]["fields"] == ["Title"]


def test_a_hidden_object_is_unknown_to_the_api(door: Door):
    admin(door, "access", object="Opportunity", read=False)
    assert door.call("GET", f"{V}/sobjects/Opportunity/describe")[0] == 404
    assert door.query("SELECT Id FROM Opportunity")[1][0]["errorCode"] == "INVALID_TYPE"
    listed = [row["name"] for row in door.call("GET", f"{V}/sobjects")[1]["sobjects"]]
    assert "Opportunity" not in listed
    record = {"attributes": {"type": "Opportunity"}, "Name": "Deal"}
    rows = door.call("POST", f"{V}/composite/sobjects", {"records": [record]})[1]
    assert rows[0]["errors"][0]["statusCode"] == "INVALID_TYPE"
    lead = door.lead()
    assert door.org.act(REP, {"op": "convert", "id": lead})["opportunity"] is not None


def test_what_the_api_may_only_look_at_it_may_not_write(door: Door):
    admin(door, "access", object="Contact", edit=False)
    contact = door.load("Contact", LastName="Client")
    for answer in (
        door.call("POST", f"{V}/sobjects/Contact", {"LastName": "x"}),
        door.call("PATCH", f"{V}/sobjects/Contact/{contact}", {"Title": "x"}),
        door.call("DELETE", f"{V}/sobjects/Contact/{contact}"),
    ):
        assert refused(answer) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_one_row_can_be_locked_for_the_api(door: Door):
    mine, other = door.lead(), door.lead()
    admin(door, "access", object="Lead", id=mine, edit=False)
    assert (
        refused(door.call("PATCH", f"{V}/sobjects/Lead/{mine}", {"Title": "x"}))[1] == "INSUFFICIENT_ACCESS_OR_READONLY"
    )
    assert door.call("PATCH", f"{V}/sobjects/Lead/{other}", {"Title": "x"})[0] == 204
    admin(door, "access", object="Lead", id=mine)
    assert door.call("PATCH", f"{V}/sobjects/Lead/{mine}", {"Title": "x"})[0] == 204


@pytest.fixture
def strict(door: Door) -> Door:
    words = "A closed lead needs a reason."
    when = {"Status": ["Closed - Not Converted", "Parked"]}
    admin(door, "validation_rule", object="Lead", when=when, requires="Description", field="Status", message=words)
    admin(door, "validation_rule", object="Lead", when={"Rating": None, "LeadSource": "Web"}, message="Rate it.")
    return door


@pytest.mark.parametrize(
    "fields, status, words, named",
    [
        ({"Status": "Parked"}, 400, "A closed lead needs a reason.", ["Status"]),
        ({"Status": "Parked", "Description": "gone"}, 201, None, None),
        ({"Status": "Working - Contacted"}, 201, None, None),
        ({"LeadSource": "Web"}, 400, "Rate it.", None),
        ({"LeadSource": "Web", "Rating": "Hot"}, 201, None, None),
    ],
)
def test_validation_rules_refuse_with_the_administrators_words(strict: Door, fields, status, words, named):
    answer = strict.call("POST", f"{V}/sobjects/Lead", {**OK, **fields})
    assert answer[0] == status
    if status == 400:
        expected = {"message": words, "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
        assert answer[1] == [{**expected, "fields": named} if named else expected]


def test_a_validation_rule_looks_at_the_whole_row_and_binds_people_too(strict: Door):
    lead = strict.lead(Status="Parked")  # loaded: older than the rule
    answer = strict.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})
    assert refused(answer) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    with pytest.raises(BadRow, match="A closed lead needs a reason"):
        strict.org.act(REP, {"op": "update", "type": "Lead", "id": lead, "fields": {"Title": "CEO"}})
    assert strict.row(lead).get("Title") is None


@pytest.fixture
def guarded(door: Door) -> Door:
    admin(door, "duplicate_rule", object="Lead", fields=["Email"], against=["Lead", "Contact"], action="alert")
    admin(door, "duplicate_rule", object="Contact", fields=["LastName", "Phone"])
    door.lead(Email="ann@x.example")
    door.load("Contact", LastName="Client", Phone="1", Email="cli@x.example")
    return door


@pytest.mark.parametrize("mail", ["ANN@x.example", "cli@x.example"])
def test_a_double_is_refused_unless_the_header_allows_it(guarded: Door, mail):
    body = {**OK, "Email": mail}
    answer = guarded.call("POST", f"{V}/sobjects/Lead", body)
    assert refused(answer) == (400, "DUPLICATES_DETECTED")
    assert answer[1][0]["message"] == "Use one of these records?"
    header = {"sforce-duplicate-rule-header": "allowSave=true; includeRecordDetails=false"}
    assert guarded.call("POST", f"{V}/sobjects/Lead", body, header)[0] == 201
    assert (
        guarded.call("POST", f"{V}/sobjects/Lead", body, {"sforce-duplicate-rule-header": "allowSave=false"})[0] == 400
    )


def test_a_blocking_duplicate_rule_does_not_listen_to_the_header(guarded: Door):
    header = {"sforce-duplicate-rule-header": "allowSave=true"}
    body = {"LastName": "client", "Phone": "1"}
    assert refused(guarded.call("POST", f"{V}/sobjects/Contact", body, header)) == (400, "DUPLICATES_DETECTED")
    assert guarded.call("POST", f"{V}/sobjects/Contact", {"LastName": "client", "Phone": "2"})[0] == 201
    assert guarded.call("POST", f"{V}/sobjects/Contact", {"LastName": "client"})[0] == 201


def test_an_update_meets_a_duplicate_rule_when_it_writes_one_of_its_fields(guarded: Door):
    lead = guarded.lead(Email="other@x.example")
    assert guarded.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})[0] == 204
    assert guarded.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Email": "other@x.example"})[0] == 204
    assert refused(guarded.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Email": "ann@x.example"}))[0] == 400


@pytest.fixture
def tracked(door: Door) -> Door:
    admin(door, "history", object="Lead", fields=["Status", "OwnerId", "Description", "NumberOfEmployees"])
    return door


def history(door: Door, *columns: str) -> list[tuple]:
    wanted = columns or ("Field", "OldValue", "NewValue")
    rows = door.query(f"SELECT {', '.join(wanted)} FROM LeadHistory ORDER BY CreatedDate, Id")[1]["records"]
    return [tuple(row[name] for name in wanted) for row in rows]


def test_nothing_is_tracked_before_an_administrator_says_so(door: Door):
    _, made = door.call("POST", f"{V}/sobjects/Lead", OK)
    door.call("PATCH", f"{V}/sobjects/Lead/{made['id']}", {"Status": "Working - Contacted"})
    assert history(door) == []


def test_changes_of_tracked_fields_are_kept_with_who_and_when(tracked: Door):
    _, made = tracked.call("POST", f"{V}/sobjects/Lead", OK)
    change = {"Status": "Left voicemail", "Title": "CEO", "Description": "long", "NumberOfEmployees": 5}
    tracked.call("PATCH", f"{V}/sobjects/Lead/{made['id']}", change)
    tracked.call("PATCH", f"{V}/sobjects/Lead/{made['id']}", {"Status": "Left voicemail"})
    assert history(tracked) == [
        ("created", None, None),
        ("Description", None, None),
        ("NumberOfEmployees", None, 5),
        ("Status", "Open - Not Contacted", "Left voicemail"),
    ]
    assert history(tracked, "LeadId", "CreatedById")[-1] == (made["id"], API_USER)
    assert tracked.query("SELECT Lead.Company FROM LeadHistory")[1]["records"][0]["Lead"]["Company"] == "Acme"


def test_a_new_owner_writes_ids_and_names_or_ids_only_by_a_switch(tracked: Door):
    tracked.load("User", REP, FirstName="Kim", LastName="Maier")
    lead = tracked.lead()
    tracked.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"OwnerId": REP})
    assert history(tracked) == [("Owner", "API Administrator", "Kim Maier"), ("Owner", API_USER, REP)]
    tracked.desk.faults.add({"kind": "switch", "name": "owner_history_once", "on": True})
    tracked.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"OwnerId": API_USER})
    assert history(tracked)[2:] == [("Owner", "Kim Maier", "API Administrator")]


def test_conversions_and_merges_leave_their_mark(tracked: Door):
    one, two = tracked.lead(), tracked.lead()
    tracked.org.act(REP, {"op": "merge", "type": "Lead", "id": one, "loser": two})
    tracked.org.act(REP, {"op": "convert", "id": one})
    fields = [field for field, *_ in history(tracked)]
    assert ("leadMerged" in fields, fields[-1], "Status" in fields) == (True, "leadConverted", True)


def test_the_picklist_of_the_history_lists_what_is_tracked(tracked: Door):
    fields = {row["name"]: row for row in tracked.call("GET", f"{V}/sobjects/LeadHistory/describe")[1]["fields"]}
    listed = [value["value"] for value in fields["Field"]["picklistValues"]]
    assert {"created", "leadConverted", "Status", "Owner"} <= set(listed)
    assert "Title" not in listed
    assert (fields["OldValue"]["type"], fields["OldValue"]["filterable"]) == ("anyType", False)


def test_nobody_writes_history_by_hand_but_a_load_may(tracked: Door):
    lead = tracked.lead()
    body = {"LeadId": lead, "Field": "Status"}
    assert refused(tracked.call("POST", f"{V}/sobjects/LeadHistory", body))[0] == 400
    at = "2026-01-01T00:00:00Z"
    tracked.load("LeadHistory", LeadId=lead, Field="Status", OldValue="New", NewValue="Left vmail", CreatedDate=at)
    assert tracked.values("SELECT NewValue FROM LeadHistory WHERE CreatedDate < 2026-02-01T00:00:00Z") == ["Left vmail"]
    assert "SystemModstamp" not in tracked.row(next(iter(tracked.org.tables["LeadHistory"].rows)))


@pytest.mark.parametrize(
    "kind, fields",
    [
        ("history", {"object": "Account", "fields": ["Name"]}),
        ("history", {"object": "Lead", "fields": "Status"}),
        ("history", {"object": "Lead", "fields": ["Foo"]}),
        ("validation_rule", {"object": "Lead", "when": {"Foo": 1}, "message": "x"}),
        ("validation_rule", {"object": "Lead", "when": []}),
        ("duplicate_rule", {"object": "Lead", "fields": []}),
        ("duplicate_rule", {"object": "Lead", "fields": ["Email"], "action": "shout"}),
        ("access", {"object": "Lead", "field": "Foo"}),
        ("access", {"object": "Lede"}),
        ("record_type", {"object": "Lead"}),
        ("record_type", {"object": "LeadStatus", "developerName": "A"}),
        ("record_type", {"object": "Lead", "developerName": "A", "values": ["Status"]}),
        ("field", {"object": "Lead"}),
    ],
)
def test_an_administrators_row_that_makes_no_sense_is_refused(door: Door, kind, fields):
    with pytest.raises(BadRow):
        admin(door, kind, **fields)


def test_a_reset_forgets_what_the_administrator_did(tracked: Door):
    saved = tracked.org.checkpoint()
    admin(tracked, "access", object="Lead", field="Phone", read=False)
    admin(tracked, "validation_rule", object="Lead", when={"Status": "Parked"}, message="No.")
    admin(tracked, "record_type", object="Lead", developerName="Partner")
    tracked.org.restore(saved)
    assert tracked.query("SELECT Phone FROM Lead")[0] == 200
    assert tracked.call("POST", f"{V}/sobjects/Lead", {**OK, "Status": "Parked"})[0] == 201
    assert tracked.query("SELECT RecordTypeId FROM Lead")[0] == 400
    assert tracked.values("SELECT Field FROM LeadHistory") == ["created"]


def test_a_field_of_activity_shows_on_tasks_and_events(door: Door):
    door.field("Activity", "Key__c", length=40, unique=True, externalId=True)
    for name in ("Task", "Event"):
        fields = {row["name"]: row for row in door.call("GET", f"{V}/sobjects/{name}/describe")[1]["fields"]}
        assert (fields["Key__c"]["unique"], fields["Key__c"]["externalId"]) == (True, True)
