"""composite/sobjects: up to 200 rows, each with its own result in order (facts/salesforce.md section 5.2)."""

import pytest

from crmsync.emulator.salesforce.ids import numbered
from tests.emulator.salesforce.door import Door, V

PATH = f"{V}/composite/sobjects"


def _rows(*rows: dict, type_: str = "Lead", all_or_none: bool = False) -> dict:
    return {"allOrNone": all_or_none, "records": [{"attributes": {"type": type_}, **row} for row in rows]}


def test_results_come_in_the_order_of_the_request_and_bad_rows_block_no_others(door: Door):
    status, body = door.call(
        "POST",
        PATH,
        _rows({"LastName": "A", "Company": "x"}, {"LastName": "B"}, {"LastName": "C", "Company": "x", "Nope": 1}),
    )
    assert status == 200
    assert body[0]["success"] is True
    assert door.row(body[0]["id"])["LastName"] == "A"
    assert body[1] == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Company]",
                "fields": ["Company"],
            }
        ],
    }
    assert body[2]["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert "No such column 'Nope'" in body[2]["errors"][0]["message"]
    assert len(door.desk.audit) == 1


def test_rows_are_updated_by_id_and_audited_one_by_one(door: Door):
    one, two = door.lead(Title="a"), door.lead(Title="b")
    status, body = door.call("PATCH", PATH, _rows({"id": one, "Title": "x"}, {"Id": two[:15], "Title": "y"}))
    assert (status, [row["id"] for row in body]) == (200, [one, two])
    assert [(line.id, line.changes) for line in door.desk.audit] == [
        (one, {"Title": ("a", "x")}),
        (two, {"Title": ("b", "y")}),
    ]


def test_row_errors_of_an_update_name_what_is_wrong(door: Door):
    converted, gone, fine = door.lead(IsConverted=True), door.lead(IsDeleted=True), door.lead()
    rows = [converted, gone, numbered("00Q", 5), "zzz", fine, fine, None]
    _, body = door.call("PATCH", PATH, _rows(*({"id": id_, "Title": "x"} for id_ in rows)))
    assert [None if row["success"] else row["errors"][0]["statusCode"] for row in body] == [
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        None,
        "DUPLICATE_VALUE",
        "MISSING_ARGUMENT",
    ]


def test_all_or_none_takes_everything_back_when_one_row_is_bad(door: Door):
    lead = door.lead(Title="before")
    rows = _rows({"id": lead, "Title": "after"}, {"id": "zzz"}, all_or_none=True)
    _, body = door.call("PATCH", PATH, rows)
    assert [row["errors"][0]["statusCode"] for row in body] == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "MALFORMED_ID"]
    assert door.row(lead)["Title"] == "before"
    assert door.desk.audit == []


def test_rows_are_deleted_by_a_list_of_ids(door: Door):
    task = door.load("Task", Subject="Call")
    status, body = door.call("DELETE", f"{PATH}?ids={task},{numbered('00T', 9)},zzz&allOrNone=false")
    assert (status, [row["success"] for row in body]) == (200, [True, False, False])
    assert door.row(task)["IsDeleted"] is True


def test_two_rows_with_the_same_key_in_one_call_make_one_task(door: Door):
    door.key_field()
    rows = _rows({"CRMSync_Key__c": "cs1-a"}, {"CRMSync_Key__c": "CS1-A"}, type_="Task")
    _, body = door.call("POST", PATH, rows)
    assert [row["success"] for row in body] == [True, False]
    assert body[0]["id"] in body[1]["errors"][0]["message"]


def test_the_assignment_header_counts_for_every_row_of_a_call(door: Door):
    owner = door.load("User", numbered("005", 20), LastName="Rule")
    door.desk.faults.add({"kind": "assignment_rule", "owner": owner})
    lead = door.lead()
    door.call("PATCH", PATH, _rows({"id": lead, "Title": "x"}), {"sforce-auto-assign": "false"})
    assert door.row(lead)["OwnerId"] != owner
    door.call("PATCH", PATH, _rows({"id": lead, "Title": "x"}))
    assert door.row(lead)["OwnerId"] == owner


@pytest.mark.parametrize(
    "body, code",
    [
        ({"records": [{}] * 201}, "EXCEEDED_MAX_SIZE_REQUEST"),
        ({"records": []}, "REQUIRED_FIELD_MISSING"),
        ({"records": {}}, "JSON_PARSER_ERROR"),
        ({"records": [1]}, "JSON_PARSER_ERROR"),
        ([], "JSON_PARSER_ERROR"),
    ],
)
def test_a_call_that_is_no_collection_is_refused_as_a_whole(door: Door, body, code):
    status, answer = door.call("POST", PATH, body)
    assert (status, answer[0]["errorCode"]) == (400, code)


def test_a_new_row_brings_no_id_and_a_planted_edit_of_a_gone_record_is_nobodys(door: Door):
    gone = door.lead(IsDeleted=True)
    door.desk.faults.add({"kind": "edit_before_write", "id": gone, "field": "Title", "value": "x"})
    _, body = door.call("PATCH", PATH, _rows({"id": gone, "Title": "y"}))
    assert (body[0]["errors"][0]["statusCode"], door.desk.edits) == ("ENTITY_IS_DELETED", [])
    _, body = door.call("POST", PATH, _rows({"id": gone, "LastName": "A", "Company": "x"}))
    assert body[0]["errors"][0]["statusCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_row_of_an_unknown_object_fails_alone(door: Door):
    _, body = door.call("POST", PATH, {"records": [{"attributes": {"type": "Lede"}}, {"attributes": 5}]})
    assert [row["errors"][0]["statusCode"] for row in body] == ["INVALID_TYPE", "INVALID_TYPE"]


@pytest.mark.parametrize("n", [1, 2])
def test_somebody_edits_before_the_nth_write_reaches_the_store(door: Door, n):
    person = door.load("User", numbered("005", 30), LastName="Rep")
    lead = door.lead(Status="Left Vmail")
    fault = {"kind": "edit_before_write", "n": n, "type": "Lead", "field": "Status", "value": "Human", "actor": person}
    door.desk.faults.add(fault)
    seen = []
    for _ in range(3):
        door.call("PATCH", PATH, _rows({"id": lead, "Status": "Robot"}))
        seen.append(door.desk.audit[-1].changes["Status"][0])
    assert seen[n - 1] == "Human"
    assert seen.count("Human") == 1
    assert [(line.actor, line.id) for line in door.desk.edits] == [(person, lead)]


def test_the_planted_edit_may_name_its_record(door: Door):
    one, two = door.lead(), door.lead()
    door.desk.faults.add({"kind": "edit_before_write", "id": two, "field": "Title", "value": "Human"})
    door.call("PATCH", PATH, _rows({"id": one, "Title": "Robot"}))
    assert door.desk.edits == []
    door.call("PATCH", PATH, _rows({"id": one, "Title": "Robot"}, {"id": two, "Phone": "1"}))
    assert [(line.id, line.changes) for line in door.desk.edits] == [(two, {"Title": (None, "Human")})]


PART = {"method": "GET", "url": f"{V}/sobjects/Foo", "referenceId": "a"}


@pytest.mark.parametrize(
    "body, code",
    [
        ({"compositeRequest": 5}, "JSON_PARSER_ERROR"),
        ({"compositeRequest": [5]}, "JSON_PARSER_ERROR"),
        ({"compositeRequest": [PART] * 26}, "LIMIT_EXCEEDED"),
        ({"compositeRequest": [PART, PART]}, "INVALID_INPUT"),
        ({"compositeRequest": [{**PART, "referenceId": "a b"}]}, "INVALID_INPUT"),
        ({"compositeRequest": [{**PART, "httpHeaders": {"Authorization": "x"}}]}, "INVALID_HTTP_HEADER"),
    ],
)
def test_a_composite_call_that_makes_no_sense_is_refused_as_a_whole(door: Door, body, code):
    status, answer = door.call("POST", f"{V}/composite", body)
    assert (status, answer[0]["errorCode"]) == (400, code)


def test_a_part_that_fails_carries_the_usual_body(door: Door):
    url = f"{V}/sobjects/Lead"
    parts = [
        {"method": "POST", "url": url, "referenceId": f"a{n}", "body": body}
        for n, body in enumerate(({"LastName": "x"}, 5))
    ]
    found = door.call("POST", f"{V}/composite", {"compositeRequest": parts})[1]["compositeResponse"]
    assert [(part["httpStatusCode"], part["body"][0]["errorCode"]) for part in found] == [
        (400, "REQUIRED_FIELD_MISSING"),
        (400, "JSON_PARSER_ERROR"),
    ]


def test_composite_runs_each_call_with_its_own_headers(door: Door):
    lead = door.lead(LastModifiedDate="2026-12-01T09:00:00Z")
    url = f"{V}/sobjects/Lead/{lead}"
    parts = [
        {"method": "PATCH", "url": url, "referenceId": "a", "body": {"Title": "x"}},
        {
            "method": "PATCH",
            "url": url,
            "referenceId": "b",
            "body": {"Title": "y"},
            "httpHeaders": {"If-Unmodified-Since": "Tue, 01 Dec 2026 09:00:00 GMT"},
        },
        {"method": "GET", "url": f"{V}/query/?q=SELECT%20COUNT()%20FROM%20Lead", "referenceId": "c"},
        {"method": "GET", "url": f"{V}/sobjects/Foo", "referenceId": "d"},
    ]
    status, body = door.call("POST", f"{V}/composite", {"compositeRequest": parts})
    found = body["compositeResponse"]
    assert status == 200
    assert [(part["referenceId"], part["httpStatusCode"]) for part in found] == [
        ("a", 204),
        ("b", 412),
        ("c", 200),
        ("d", 404),
    ]
    assert found[2]["body"]["totalSize"] == 1
    assert door.row(lead)["Title"] == "x"
