"""What the org refuses in a written row, each in the vendor's code (facts/salesforce.md sections 5, 7 and 8)."""

import pytest

from crmsync.emulator.salesforce.ids import API_USER, numbered
from tests.emulator.salesforce.door import Door, V

OK = {"LastName": "Archer", "Company": "Acme"}
STRANGER = numbered("005", 77)


@pytest.mark.parametrize(
    "fields, code, named",
    [
        ({"LastName": "x"}, "REQUIRED_FIELD_MISSING", ["Company"]),
        ({**OK, "Company": None}, "REQUIRED_FIELD_MISSING", ["Company"]),
        ({**OK, "Company": "   "}, "REQUIRED_FIELD_MISSING", ["Company"]),
        ({**OK, "Foo__c": 1}, "INVALID_FIELD", None),
        ({**OK, "CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
        ({**OK, "Name": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"]),
        ({**OK, "IsConverted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsConverted"]),
        ({**OK, "LastName": "x" * 81}, "STRING_TOO_LONG", ["LastName"]),
        ({**OK, "Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({**OK, "CleanStatus": "Shiny"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["CleanStatus"]),
        ({**OK, "NumberOfEmployees": "ten"}, "JSON_PARSER_ERROR", None),
        ({**OK, "NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", None),
        ({**OK, "IsUnreadByOwner": "yes"}, "JSON_PARSER_ERROR", None),
        ({**OK, "Title": 5}, "JSON_PARSER_ERROR", None),
        ({**OK, "Title": {"a": 1}}, "JSON_PARSER_ERROR", None),
        ({**OK, "OwnerId": "me"}, "MALFORMED_ID", ["OwnerId"]),
        ({**OK, "OwnerId": STRANGER}, "INVALID_CROSS_REFERENCE_KEY", ["OwnerId"]),
        ({**OK, "OwnerId": numbered("00Q", 1)}, "FIELD_INTEGRITY_EXCEPTION", ["OwnerId"]),
        ({**OK, "Status": "Closed - Converted"}, "INVALID_STATUS", ["Status"]),
    ],
)
def test_a_bad_lead_is_refused_and_nothing_is_written(door: Door, fields, code, named):
    status, body = door.call("POST", f"{V}/sobjects/Lead", fields)
    assert (status, body[0]["errorCode"], body[0].get("fields")) == (400, code, named)
    assert len(door.org.tables["Lead"]) == 0
    assert door.desk.audit == []


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"ActivityDate": "soon"}, "JSON_PARSER_ERROR"),
        ({"ActivityDate": 5}, "JSON_PARSER_ERROR"),
        ({"ReminderDateTime": "2026-13-01T00:00:00Z"}, "JSON_PARSER_ERROR"),
        ({"ReminderDateTime": "0001-01-01T00:00:00+14:00"}, "JSON_PARSER_ERROR"),
        ({"ReminderDateTime": 5}, "JSON_PARSER_ERROR"),
        ({"IsReminderSet": 1}, "JSON_PARSER_ERROR"),
        ({"WhoId": numbered("001", 1)}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"WhoId": numbered("00Q", 404)}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"Status": None}, "REQUIRED_FIELD_MISSING"),
    ],
)
def test_a_bad_task_is_refused(door: Door, fields, code):
    status, body = door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", **fields})
    assert (status, body[0]["errorCode"]) == (400, code)


def test_days_and_instants_are_stored_in_the_vendors_form(door: Door):
    given = {"ActivityDate": "2026-12-03T23:00:00Z", "ReminderDateTime": "2026-12-03T10:00:00.5+01:00"}
    row = door.row(door.call("POST", f"{V}/sobjects/Task", given)[1]["id"])
    assert (row["ActivityDate"], row["ReminderDateTime"]) == ("2026-12-03", "2026-12-03T09:00:00.500+0000")


def test_a_reference_to_an_object_this_org_does_not_keep_may_be_any_id(door: Door):
    body = {**OK, "IndividualId": "0PK000000000001"}
    assert door.row(door.call("POST", f"{V}/sobjects/Lead", body)[1]["id"])["IndividualId"].startswith("0PK")


@pytest.mark.parametrize("value", ["Left voicemail", "attempted - 3x", "Bad timing"])
def test_lead_status_takes_any_words_because_its_picklist_is_not_restricted(door: Door, value):
    _, body = door.call("POST", f"{V}/sobjects/Lead", {**OK, "Status": value})
    assert door.row(body["id"])["Status"] == value


def test_an_inactive_user_owns_nothing(door: Door):
    door.load("User", STRANGER, LastName="Gone", IsActive=False)
    status, body = door.call("POST", f"{V}/sobjects/Lead", {**OK, "OwnerId": STRANGER})
    assert (status, body[0]["errorCode"]) == (400, "INACTIVE_OWNER_OR_USER")
    assert f"operation performed with inactive user [{STRANGER}] as owner of lead" in body[0]["message"]


def test_a_queue_owns_leads(door: Door):
    queue = door.load("Group", numbered("00G", 4), Name="Inbound", Type="Queue")
    assert door.call("POST", f"{V}/sobjects/Lead", {**OK, "OwnerId": queue})[0] == 201


def test_a_converted_lead_refuses_every_update(door: Door):
    lead = door.lead(IsConverted=True, Status="Closed - Converted")
    status, body = door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})
    assert (status, body[0]["errorCode"]) == (400, "CANNOT_UPDATE_CONVERTED_LEAD")
    assert body[0]["message"] == "cannot reference converted lead"


def test_a_task_cannot_hang_on_a_converted_lead(door: Door):
    lead = door.lead(IsConverted=True)
    assert door.call("POST", f"{V}/sobjects/Task", {"WhoId": lead})[1][0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_task_of_a_lead_has_no_related_record(door: Door):
    account = door.load("Account", Name="Acme")
    status, body = door.call("POST", f"{V}/sobjects/Task", {"WhoId": door.lead(), "WhatId": account})
    assert (status, body[0]["errorCode"], body[0]["fields"]) == (400, "FIELD_INTEGRITY_EXCEPTION", ["WhatId"])


def test_a_deleted_row_refuses_updates_and_deletes(door: Door):
    lead = door.lead(IsDeleted=True)
    for method, body in (("PATCH", {"Title": "CEO"}), ("DELETE", None)):
        status, answer = door.call(method, f"{V}/sobjects/Lead/{lead}", body)
        assert (status, answer[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


@pytest.mark.parametrize(
    "id_, status, code", [(numbered("00Q", 5), 404, "INVALID_CROSS_REFERENCE_KEY"), ("zzz", 400, "MALFORMED_ID")]
)
def test_an_unknown_row_cannot_be_updated(door: Door, id_, status, code):
    answer = door.call("PATCH", f"{V}/sobjects/Lead/{id_}", {"Title": "CEO"})
    assert (answer[0], answer[1][0]["errorCode"]) == (status, code)


def test_a_unique_key_stands_on_one_living_row_whatever_its_case(door: Door):
    door.key_field()
    first = door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "CRMSync_Key__c": "cs1-abc"})[1]["id"]
    status, body = door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "CRMSync_Key__c": "CS1-ABC"})
    assert (status, body[0]["errorCode"]) == (400, "DUPLICATE_VALUE")
    words = f"duplicate value found: CRMSync_Key__c duplicates value on record with id: {first}"
    assert body[0]["message"] == words
    door.call("DELETE", f"{V}/sobjects/Task/{first}")
    assert door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "CRMSync_Key__c": "CS1-ABC"})[0] == 201


def test_a_row_keeps_its_own_unique_key_on_update(door: Door):
    door.key_field()
    task = door.load("Task", Subject="Call", CRMSync_Key__c="cs1-abc")
    assert door.call("PATCH", f"{V}/sobjects/Task/{task}", {"CRMSync_Key__c": "CS1-abc"})[0] == 204
    assert door.call("PATCH", f"{V}/sobjects/Task/{task}", {"CRMSync_Key__c": None})[0] == 204
    assert door.call("POST", f"{V}/sobjects/Task", {"CRMSync_Key__c": "cs1-abc"})[0] == 201


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_assignment_rule_reowns_a_lead_unless_the_header_says_false(door: Door, method):
    owner = door.load("User", numbered("005", 20), LastName="Rule")
    door.org.load({"type": "__assignment_rule__", "fields": {"owner": owner}})
    lead = door.lead(OwnerId=API_USER)
    path = f"{V}/sobjects/Lead" + (f"/{lead}" if method == "PATCH" else "")
    body = {"Title": "CEO"} if method == "PATCH" else OK
    for headers, expected in (({"sforce-auto-assign": "FALSE"}, API_USER), ({}, owner)):
        answer = door.call(method, path, body, headers)[1]
        assert door.row(lead if method == "PATCH" else answer["id"])["OwnerId"] == expected
    assert door.desk.audit[-1].changes["OwnerId"][1] == owner


def test_a_validation_rule_refuses_with_the_admins_own_words(door: Door):
    door.desk.faults.add({"kind": "refuse_field", "type": "Lead", "field": "Status", "words": "Ask Anna first."})
    lead = door.lead()
    status, body = door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Status": "Working - Contacted"})
    assert (status, body) == (
        400,
        [{"message": "Ask Anna first.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Status"]}],
    )
    assert door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})[0] == 204


def test_a_row_lock_passes_after_its_times(door: Door):
    door.desk.faults.add({"kind": "row_lock", "times": 2})
    lead = door.lead()
    codes = [door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"}) for _ in range(3)]
    assert [status for status, _ in codes] == [400, 400, 204]
    assert codes[0][1][0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert lead in codes[0][1][0]["message"]


def test_users_are_not_deleted(door: Door):
    status, body = door.call("DELETE", f"{V}/sobjects/User/{API_USER}")
    assert (status, body[0]["errorCode"]) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")


@pytest.mark.parametrize("type_", ["LeadStatus", "Organization"])
def test_what_nobody_may_write_is_refused(door: Door, type_):
    assert door.call("POST", f"{V}/sobjects/{type_}", {"Name": "x"})[0] == 400
