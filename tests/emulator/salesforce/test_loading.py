"""Loading rows: read-only fields, unknown users, fields and values (design.md section 6)."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from typing import Any

import pytest

from crmsync.emulator.salesforce.ids import API_USER, SOMEBODY, numbered
from crmsync.emulator.world import BadRow
from tests.emulator.salesforce.door import Door, V


def _field(door: Door, object_: str, name: str) -> dict:
    fields = door.call("GET", f"{V}/sobjects/{object_}/describe")[1]["fields"]
    return next(field for field in fields if field["name"] == name)


def test_system_fields_are_taken_as_given_and_nothing_is_audited(door: Door):
    lead = door.lead(CreatedDate="2025-03-01T10:00:00Z", SystemModstamp="2026-01-01T10:00:00+01:00", IsConverted=True)
    row = door.row(lead)
    assert (row["CreatedDate"], row["SystemModstamp"], row["IsConverted"]) == (
        "2025-03-01T10:00:00.000+0000",
        "2026-01-01T09:00:00.000+0000",
        True,
    )
    assert door.desk.audit == door.desk.edits == []


def test_a_row_without_stamps_is_of_now_and_never_younger_than_its_change(door: Door):
    old = door.row(door.lead(LastModifiedDate="2026-03-01T10:00:00Z"))
    assert old["SystemModstamp"] == "2026-12-02T09:00:00.000+0000"
    assert old["CreatedDate"] == old["LastModifiedDate"] == "2026-03-01T10:00:00.000+0000"


def test_a_loaded_row_was_touched_by_somebody_and_not_by_the_api(door: Door):
    lead = door.lead()
    assert (door.row(lead)["LastModifiedById"], door.row(lead)["CreatedById"]) == (SOMEBODY, SOMEBODY)
    door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "ours"})
    assert door.row(lead)["LastModifiedById"] == API_USER
    door.load("Lead", lead, Title="theirs")
    assert door.row(lead)["LastModifiedById"] == SOMEBODY
    assert door.row(door.lead(LastModifiedById=API_USER))["LastModifiedById"] == API_USER


def test_ids_are_kept_15_characters_become_18_and_a_second_load_changes_the_row(door: Door):
    lead = numbered("00Q", 7)
    loaded = door.load("Lead", lead[:15], LastName="A", Company="x")
    assert loaded == lead
    door.load("Lead", lead, Title="CEO")
    assert (door.row(lead)["LastName"], door.row(lead)["Title"]) == ("A", "CEO")


def test_an_unknown_owner_becomes_an_active_user_and_an_unknown_queue_a_queue(door: Door):
    user, queue = numbered("005", 70), numbered("00G", 70)
    door.lead(OwnerId=user)
    door.lead(OwnerId=queue)
    assert (door.row(user)["IsActive"], door.row(queue)["Type"]) == (True, "Queue")
    assert door.values("SELECT Owner.Type FROM Lead ORDER BY OwnerId") is not None
    door.load("User", user, FirstName="Kim", LastName="Maier", IsActive=False)
    assert (door.row(user)["Name"], door.row(user)["IsActive"]) == ("Kim Maier", False)


@pytest.mark.parametrize(
    "value, type_", [("text", "string"), ("x" * 300, "textarea"), (5, "double"), (1.5, "double"), (True, "boolean")]
)
def test_an_unknown_field_is_added_with_the_type_of_its_value(door: Door, value, type_):
    lead = door.lead(Import_Tag__c=value)
    assert _field(door, "Lead", "Import_Tag__c")["type"] == type_
    assert door.row(lead)["Import_Tag__c"] == value
    assert door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"import_tag__C": value})[0] == 204


def test_an_unknown_status_joins_the_picklist_and_the_lead_statuses(door: Door):
    door.lead(Status="Left Vmail")
    assert "Left Vmail" in [value["value"] for value in _field(door, "Lead", "Status")["picklistValues"]]
    assert "Left Vmail" in door.values("SELECT ApiName FROM LeadStatus")


def test_a_field_row_declares_a_custom_field(door: Door):
    door.key_field()
    found = _field(door, "Task", "CRMSync_Key__c")
    assert {
        name: found[name] for name in ("type", "length", "unique", "externalId", "idLookup", "nillable", "custom")
    } == {
        "type": "string",
        "length": 40,
        "unique": True,
        "externalId": True,
        "idLookup": True,
        "nillable": True,
        "custom": True,
    }
    assert door.call("POST", f"{V}/sobjects/Task", {"CRMSync_Key__c": "x" * 41})[1][0]["errorCode"] == "STRING_TOO_LONG"


def test_a_field_on_activity_appears_on_tasks(door: Door):
    door.field("Activity", "CRMSync_Key__c", length=40, unique=True, externalId=True)
    assert _field(door, "Task", "CRMSync_Key__c")["unique"] is True


def test_a_picklist_row_replaces_the_values(door: Door):
    values = ["Raw", {"value": "Won", "converted": True}, "Closed - Converted"]
    row: dict[str, Any] = {"object": "Lead", "field": "Status", "values": values}
    door.org.load({"type": "__picklist__", "fields": row})
    _, body = door.query("SELECT ApiName, IsConverted, IsDefault FROM LeadStatus")
    assert [(row["ApiName"], row["IsConverted"], row["IsDefault"]) for row in body["records"]] == [
        ("Raw", False, True),
        ("Won", True, False),
        ("Closed - Converted", True, False),
    ]
    assert door.row(door.lead())["Status"] == "Raw"


def test_a_closed_task_is_completed_when_it_was_last_touched(door: Door):
    task = door.load("Task", Subject="Call", Status="Completed", LastModifiedDate="2026-05-01T10:00:00Z")
    assert (door.row(task)["IsClosed"], door.row(task)["CompletedDateTime"]) == (True, "2026-05-01T10:00:00.000+0000")
    other = door.load("Task", Subject="Call", Status="Completed", CompletedDateTime="2026-06-01T10:00:00Z")
    assert door.row(other)["CompletedDateTime"] == "2026-06-01T10:00:00.000+0000"


@pytest.mark.parametrize(
    "row, words",
    [
        ({"fields": {}}, '"type" and "fields"'),
        ({"type": "Lead"}, '"type" and "fields"'),
        ({"type": "Lede", "fields": {}}, "no object 'Lede'"),
        ({"type": "Lead", "id": numbered("003", 1), "fields": {}}, "no id of Lead"),
        ({"type": "Lead", "id": 5, "fields": {}}, "no id of Lead"),
        ({"type": "Lead", "fields": {"IsConverted": "yes"}}, "IsConverted is a boolean"),
        ({"type": "Lead", "fields": {"CreatedDate": "yesterday"}}, "CreatedDate is a datetime"),
        ({"type": "Lead", "fields": {"OwnerId": "me"}}, "OwnerId is a reference"),
        ({"type": "LeadStatus", "fields": {}}, "__picklist__"),
        ({"type": "__field__", "fields": {"object": "Task"}}, "__field__"),
        ({"type": "__picklist__", "fields": {"object": "Lead", "field": "Status"}}, "__picklist__"),
    ],
)
def test_a_row_that_makes_no_sense_says_why(door: Door, row, words):
    with pytest.raises(BadRow, match="(?s)" + words.replace("'", ".")):
        door.org.load(row)


def test_two_rows_cannot_be_loaded_with_one_unique_key(door: Door):
    door.key_field()
    door.load("Task", CRMSync_Key__c="cs1-a")
    with pytest.raises(BadRow, match="stands on"):
        door.load("Task", CRMSync_Key__c="CS1-A")


def test_ten_thousand_leads_are_loaded_and_found_by_id_without_a_scan_per_row(door: Door):
    for number in range(10_000):
        door.lead(LastName=str(number), Email=f"lead{number}@x.example")
    assert door.query("SELECT COUNT() FROM Lead")[1]["totalSize"] == 10_000
    one = list(door.org.tables["Lead"].rows)[5_000]
    assert door.values(f"SELECT LastName FROM Lead WHERE Id = '{one}'") == ["5000"]
