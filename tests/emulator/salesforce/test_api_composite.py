"""Calls inside calls: references, all or none, batches, trees, and collections by key (facts/salesforce.md 5)."""

from typing import Any

import pytest

from crmsync.emulator.salesforce.ids import numbered
from tests.emulator.salesforce.door import Door, V

PATH, ROWS = f"{V}/composite", f"{V}/composite/sobjects"


def _part(name: str, method: str, path: str, **more: object) -> dict[str, Any]:
    return {"referenceId": name, "method": method, "url": V + path, **more}


def _composite(door: Door, *parts: dict, all_or_none: bool = False, **headers: str) -> list[Any]:
    body = {"allOrNone": all_or_none, "compositeRequest": parts}
    status, answer = door.call("POST", PATH, body, headers)
    assert status == 200, answer
    found: list[Any] = answer["compositeResponse"]
    return found


def _new(name: str = "new", **fields: object) -> dict[str, Any]:
    return _part(name, "POST", "/sobjects/Lead", body={"LastName": "Archer", "Company": "Acme", **fields})


def test_a_part_may_name_what_an_earlier_one_answered(door: Door):
    found = _composite(
        door,
        _new(),
        _part("task", "POST", "/sobjects/Task", body={"WhoId": "@{new.id}", "Subject": "Call @{new.id}!"}),
        _part("read", "GET", "/sobjects/Lead/@{new.id}?fields=LastName,IsUnreadByOwner"),
        _part("ask", "GET", "/query?q=SELECT Id FROM Lead WHERE LastName = '@{read.LastName}'"),
        _part(
            "flag", "PATCH", "/sobjects/Lead/@{ask.records[0].Id}", body={"IsUnreadByOwner": "@{read.IsUnreadByOwner}"}
        ),
    )
    assert [part["httpStatusCode"] for part in found] == [201, 201, 200, 200, 204], found
    lead = found[0]["body"]["id"]
    task = door.row(found[1]["body"]["id"])
    assert (task["WhoId"], task["Subject"]) == (lead, f"Call {lead}!")
    assert found[3]["body"]["records"][0]["Id"] == lead


def test_a_referred_value_is_encoded_where_it_stands_in_an_address(door: Door):
    lead = door.lead(LastName="A&b=c + d")
    found = _composite(
        door,
        _part("read", "GET", f"/sobjects/Lead/{lead}?fields=LastName"),
        _part("ask", "GET", "/query?q=SELECT+Id+FROM+Lead+WHERE+LastName='@{read.LastName}'"),
    )
    assert found[1]["body"]["totalSize"] == 1


@pytest.mark.parametrize("reference", ["new.Id", "new", "nobody.id", "new.errors[3]", "", "bad.id"])
def test_a_reference_that_names_nothing_halts_its_part_alone(door: Door, reference):
    found = _composite(
        door,
        _new(),
        _part("bad", "POST", "/sobjects/Lead", body={}),
        _part("then", "GET", f"/sobjects/Lead/@{{{reference}}}"),
        _part("body", "POST", "/sobjects/Task", body={"WhoId": f"@{{{reference}}}"}),
        _part("after", "GET", "/limits"),
    )
    assert [part["httpStatusCode"] for part in found] == [201, 400, 400, 400, 200]
    assert {part["body"][0]["errorCode"] for part in found[2:4]} == {"PROCESSING_HALTED"}


def test_all_or_none_takes_everything_back(door: Door):
    lead = door.lead(Title="before")
    change = _part("change", "PATCH", f"/sobjects/Lead/{lead}", body={"Title": "after"})
    wrong = _part("wrong", "POST", "/sobjects/Lead", body={"LastName": "x"})
    found = _composite(door, _new(), change, wrong, _new("late"), all_or_none=True)
    codes = [part["body"][0]["errorCode"] for part in found]
    assert codes == ["PROCESSING_HALTED", "PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
    assert {part["httpStatusCode"] for part in found} == {400}
    assert (door.row(lead)["Title"], door.desk.audit) == ("before", [])
    assert door.values("SELECT Id FROM Lead") == [lead]
    fine = _composite(door, _new(), change, all_or_none=True)
    assert [part["httpStatusCode"] for part in fine] == [201, 204]
    assert len(door.desk.audit) == 2


def test_a_precondition_belongs_to_its_part_and_collections_may_stand_inside(door: Door):
    lead = door.lead(LastModifiedDate="2026-12-01T09:00:00Z")
    old = {"If-Unmodified-Since": "Mon, 30 Nov 2026 09:00:00 GMT"}
    same = {"If-Unmodified-Since": "Tue, 01 Dec 2026 09:00:00 GMT"}
    rows = {"records": [{"attributes": {"type": "Lead"}, "LastName": "A", "Company": "x"}]}
    found = _composite(
        door,
        _part("old", "PATCH", f"/sobjects/Lead/{lead}", body={"Title": "x"}, httpHeaders=old),
        _part("same", "PATCH", f"/sobjects/Lead/{lead}", body={"Title": "y"}, httpHeaders=same),
        _part("rows", "POST", "/composite/sobjects", body=rows),
        _part("gone", "GET", "/nowhere"),
        _part("wrong", "PUT", "/limits"),
    )
    assert [part["httpStatusCode"] for part in found] == [412, 204, 200, 404, 405]
    assert (found[2]["body"][0]["success"], found[1]["body"]) == (True, None)


@pytest.mark.parametrize("on", [True, False])
def test_whether_the_outer_header_reaches_the_parts_is_a_switch(door: Door, on):
    owner = door.load("User", LastName="Rule")
    door.desk.faults.add({"kind": "assignment_rule", "owner": owner})
    door.desk.faults.add({"kind": "switch", "name": "assign_in_composite", "on": on})
    quiet = {"Sforce-Auto-Assign": "FALSE"}
    found = _composite(door, _new(), {**_new("own"), "httpHeaders": quiet}, **{"sforce-auto-assign": "FALSE"})
    owners = [door.row(part["body"]["id"])["OwnerId"] == owner for part in found]
    assert owners == [not on, False]


@pytest.mark.parametrize("on, status", [(True, 400), (False, 200)])
def test_five_queries_are_the_most_unless_the_switch_says_otherwise(door: Door, on, status):
    door.desk.faults.add({"kind": "switch", "name": "composite_query_limit", "on": on})
    parts = [_part(f"q{n}", "GET", "/query/?q=SELECT COUNT() FROM Lead") for n in range(6)]
    assert door.call("POST", PATH, {"compositeRequest": parts[:5]})[0] == 200
    assert door.call("POST", PATH, {"compositeRequest": parts})[0] == status


@pytest.mark.parametrize("halt", [True, False])
def test_a_batch_goes_on_after_a_failure_unless_it_shall_halt(door: Door, halt):
    lead = door.lead()
    parts = [
        {"method": "PATCH", "url": f"v62.0/sobjects/Lead/{lead}", "richInput": {"Title": "x"}},
        {"method": "GET", "url": "/v62.0/sobjects/Nope/describe"},
        {"method": "GET", "url": f"{V}/sobjects/Lead/{lead}?fields=Title"},
    ]
    status, body = door.call("POST", f"{PATH}/batch", {"haltOnError": halt, "batchRequests": parts})
    assert (status, body["hasErrors"]) == (200, True)
    assert [part["statusCode"] for part in body["results"]] == [204, 404, 412 if halt else 200]
    last = body["results"][2]["result"]
    assert (last[0]["errorCode"] == "BATCH_PROCESSING_HALTED") if halt else last["Title"] == "x"
    assert body["results"][0]["result"] is None


@pytest.mark.parametrize("on, counted", [(True, 2), (False, 0)])
def test_whether_each_part_of_a_batch_counts_is_a_switch(door: Door, on, counted):
    door.desk.faults.add({"kind": "switch", "name": "batch_counts_each", "on": on})
    door.call("POST", f"{PATH}/batch", {"batchRequests": [{"method": "GET", "url": "v62.0/limits"}] * 3})
    assert door.desk.calls.total() == counted


@pytest.mark.parametrize(
    "path, body, code",
    [
        ("batch", {"batchRequests": []}, "JSON_PARSER_ERROR"),
        ("batch", {"batchRequests": [5]}, "JSON_PARSER_ERROR"),
        ("batch", {"batchRequests": [{}] * 26}, "LIMIT_EXCEEDED"),
        ("graph", {"graphs": []}, "NOT_SUPPORTED"),
        ("tree/Lead", {"records": []}, "JSON_PARSER_ERROR"),
        ("tree/Lead", {"records": [5]}, "JSON_PARSER_ERROR"),
        ("tree/Lead", {"records": [{"LastName": "x"}]}, "INVALID_INPUT"),
        ("tree/Lead", {"records": [{"attributes": {"referenceId": "a"}}] * 2}, "INVALID_INPUT"),
        ("tree/Lead", {"records": [{"attributes": {"referenceId": f"a{n}"}} for n in range(201)]}, "LIMIT_EXCEEDED"),
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(door: Door, path, body, code):
    status, answer = door.call("POST", f"{PATH}/{path}", body)
    assert (status, answer[0]["errorCode"]) == (400, code)


def _leaf(name: str, type_: str = "Lead", **fields: object) -> dict[str, Any]:
    return {"attributes": {"type": type_, "referenceId": name}, **fields}


def test_a_tree_is_planted_whole_or_not_at_all(door: Door):
    good = [_leaf("a", LastName="A", Company="x"), _leaf("b", LastName="B", Company="x")]
    status, body = door.call("POST", f"{PATH}/tree/Lead", {"records": good})
    assert (status, body["hasErrors"], [one["referenceId"] for one in body["results"]]) == (201, False, ["a", "b"])
    status, body = door.call(
        "POST", f"{PATH}/tree/Lead", {"records": [_leaf("c", LastName="C", Company="x"), _leaf("d")]}
    )
    assert (status, body["hasErrors"], body["results"][0]["referenceId"]) == (400, True, "d")
    assert body["results"][0]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert sorted(door.values("SELECT LastName FROM Lead")) == ["A", "B"]


def test_children_hang_on_what_was_made_for_them(door: Door):
    child = {"records": [_leaf("c", "Contact", LastName="C")]}
    root = _leaf("a", "Account", Name="Acme", Contacts=child)
    status, body = door.call("POST", f"{PATH}/tree/Account", {"records": [root]})
    made = {one["referenceId"]: one["id"] for one in body["results"]}
    assert (status, door.row(made["c"])["AccountId"]) == (201, made["a"])
    status, body = door.call("POST", f"{PATH}/tree/Account", {"records": [_leaf("a", "Account", Name="B", Nope=child)]})
    assert (status, body["results"][0]["errors"][0]["statusCode"]) == (400, "INVALID_FIELD")
    assert len(door.values("SELECT Id FROM Account")) == 1


def test_rows_are_upserted_by_key(door: Door):
    door.key_field()
    lead = door.lead()
    known = door.load("Task", Subject="old", CRMSync_Key__c="k1")
    rows: list[dict[str, Any]] = [
        {"CRMSync_Key__c": "K1", "Subject": "new"},
        {"CRMSync_Key__c": "k2", "Subject": "made", "WhoId": lead},
        {"CRMSync_Key__c": "k3", "Status": 5},
        {"CRMSync_Key__c": "k4", "Subject": "twice"},
        {"CRMSync_Key__c": "K4", "Subject": "twice"},
        {"Subject": "no key"},
    ]
    body = {"records": [{"attributes": {"type": "Task"}, **row} for row in rows]}
    status, found = door.call("PATCH", f"{ROWS}/Task/CRMSync_Key__c", body)
    assert status == 200
    assert [(row["success"], row["created"]) for row in found] == [
        (True, False),
        (True, True),
        (False, False),
        (False, False),
        (False, False),
        (False, False),
    ]
    assert (found[0]["id"], door.row(known)["Subject"]) == (known, "new")
    codes = [row["errors"][0]["statusCode"] for row in found[2:]]
    assert codes == ["JSON_PARSER_ERROR", "DUPLICATE_VALUE", "DUPLICATE_VALUE", "MISSING_ARGUMENT"]
    assert door.values("SELECT CRMSync_Key__c FROM Task") == ["k1", "k2"]


def test_upsert_by_id_makes_a_row_where_there_is_none_and_lookup_fields_find_rows(door: Door):
    known = door.load("Contact", LastName="A", Email="a@X.example")
    rows: list[dict[str, Any]] = [
        {"Id": None, "LastName": "New"},
        {"Id": known, "LastName": "B"},
        {"Id": numbered("003", 99), "LastName": "C"},
    ]
    body = {"records": [{"attributes": {"type": "Contact"}, **row} for row in rows]}
    found = door.call("PATCH", f"{ROWS}/Contact/Id", body)[1]
    assert [(row["success"], row["created"]) for row in found] == [(True, True), (True, False), (False, False)]
    rows = [{"Email": "A@X.example", "LastName": "C"}, {"Email": "b@x.example", "LastName": "D"}]
    body = {"records": [{"attributes": {"type": "Contact"}, **row} for row in rows]}
    found = door.call("PATCH", f"{ROWS}/Contact/Email", body)[1]
    assert [row["created"] for row in found] == [False, True]
    assert door.row(known)["LastName"] == "C"
    door.load("Contact", LastName="Twin", Email="a@x.example")
    found = door.call("PATCH", f"{ROWS}/Contact/Email", body)[1]
    assert found[0]["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert door.call("PATCH", f"{ROWS}/Contact/Title", body)[0] == 404


def test_rows_are_read_by_id_in_order_with_null_for_what_is_gone(door: Door):
    one, gone, two = door.lead(LastName="A"), door.lead(IsDeleted=True), door.lead(LastName="B")
    wanted = [two, gone, one[:15], "zzz"]
    by_url = door.call("GET", f"{ROWS}/Lead?ids={','.join(wanted)}&fields=lastname,Id")[1]
    by_body = door.call("POST", f"{ROWS}/Lead", {"ids": wanted, "fields": ["LastName"]})[1]
    assert by_url == by_body
    assert [row and (row["Id"], row["LastName"]) for row in by_url] == [(two, "B"), None, (one, "A"), None]


@pytest.mark.parametrize(
    "body, code",
    [
        ({"ids": "x", "fields": []}, "JSON_PARSER_ERROR"),
        ({"ids": [], "fields": ["Id"]}, "MISSING_ARGUMENT"),
        ({"ids": ["x"], "fields": []}, "MISSING_ARGUMENT"),
        ({"ids": ["x"], "fields": ["Nope"]}, "INVALID_FIELD"),
        ({"ids": ["x"] * 2001, "fields": ["Id"]}, "EXCEEDED_MAX_SIZE_REQUEST"),
    ],
)
def test_a_read_of_nothing_or_too_much_is_refused(door: Door, body, code):
    status, answer = door.call("POST", f"{ROWS}/Lead", body)
    assert (status, answer[0]["errorCode"]) == (400, code)


def test_a_url_holds_eight_hundred_ids_at_most(door: Door):
    status, answer = door.call("GET", f"{ROWS}/Lead?ids={','.join(['x'] * 801)}&fields=Id")
    assert (status, answer[0]["errorCode"]) == (400, "EXCEEDED_MAX_SIZE_REQUEST")


def _update(door: Door, *leads: str) -> list[Any]:
    rows = [{"attributes": {"type": "Lead"}, "id": id_, "Title": "x"} for id_ in leads]
    found: list[Any] = door.call("PATCH", ROWS, {"records": rows})[1]
    return [row["success"] or row["errors"][0]["statusCode"] for row in found]


def test_a_failing_trigger_spoils_the_whole_chunk_and_passes(door: Door):
    one, two = door.lead(), door.lead()
    door.desk.faults.add({"kind": "chunk_failure"})
    assert _update(door, one, two) == ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"] * 2
    assert door.desk.audit == []
    assert _update(door, one, two) == [True, True]


def test_a_poison_row_spoils_whatever_chunk_it_is_in(door: Door):
    one, two, three = (door.lead() for _ in range(3))
    door.desk.faults.add({"kind": "chunk_failure", "id": two, "times": -1, "words": "trigger says no"})
    assert _update(door, one, two, three) == ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"] * 3
    assert _update(door, one, three) == [True, True]
    assert _update(door, two) == ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"]


def test_ten_changes_of_type_are_the_most_in_one_call(door: Door):
    kinds = ["Lead", "Contact"] * 5
    rows = [{"attributes": {"type": kind}, "LastName": "A", "Company": "x"} for kind in kinds]
    assert door.call("POST", ROWS, {"records": rows})[0] == 200
    status, answer = door.call("POST", ROWS, {"records": [*rows, rows[0]]})
    assert (status, answer[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
