"""A hundred records at a time (facts/hubspot.md sections 5.2 to 5.4)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

CONTACTS = f"{DATED}/contacts/batch"


def inputs(*given: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": list(given)}


def traced(number: int, **more: object) -> dict[str, Any]:
    return {"objectWriteTraceId": f"t{number}", **more}


def test_a_batch_read_finds_all_in_an_order_nobody_may_rely_on(door: Door) -> None:
    for number in range(1, 101):
        door.load("contacts", str(number), phone=str(number))
    ids = [{"id": str(number)} for number in range(1, 101)]
    status, body = door.call("POST", f"{CONTACTS}/read", {"properties": ["phone"], "inputs": ids})
    assert (status, body["status"]) == (200, "COMPLETE")
    assert {one["id"]: one["properties"]["phone"] for one in body["results"]} == {one["id"]: one["id"] for one in ids}
    assert [one["id"] for one in body["results"]] != [one["id"] for one in ids]
    assert "errors" not in body


def test_missing_ids_turn_a_batch_read_into_a_207(door: Door) -> None:
    door.load("contacts", "1")
    status, body = door.call("POST", f"{CONTACTS}/read", inputs({"id": "1"}, {"id": "8"}, {"id": "9"}))
    assert (status, [one["id"] for one in body["results"]], body["numErrors"]) == (207, ["1"], 1)
    assert body["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some CONTACT objects, they may be deleted or not exist. "
            "Check that ids are valid.",
            "context": {"ids": ["8", "9"]},
        }
    ]


def test_a_batch_read_goes_by_email_too_and_by_an_id_from_before_a_merge(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    door.load("contacts", "2")
    asked = {"idProperty": "email", "inputs": [{"id": "ann@example.com"}]}
    assert [one["id"] for one in door.call("POST", f"{CONTACTS}/read", asked)[1]["results"]] == ["1"]
    merged = door.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"})[1]["id"]
    found = door.call("POST", f"{CONTACTS}/read", inputs({"id": "1"}, {"id": "2"}))[1]["results"]
    assert [one["id"] for one in found] == [merged]


@pytest.mark.parametrize(
    "more, count, status",
    [({}, 100, 207), ({}, 101, 400), ({"propertiesWithHistory": ["phone"]}, 51, 400)],
)
def test_a_batch_keeps_its_limit(door: Door, more: dict[str, Any], count: int, status: int) -> None:
    many = [{"id": str(number)} for number in range(1, count + 1)]
    assert door.call("POST", f"{CONTACTS}/read", {"inputs": many, **more})[0] == status


@pytest.mark.parametrize("action", ["create", "update", "upsert", "archive"])
def test_every_batch_write_keeps_its_limit(door: Door, action: str) -> None:
    many = [{"id": str(number), "properties": {}} for number in range(1, 102)]
    assert door.call("POST", f"{CONTACTS}/{action}", {"inputs": many})[0] == 400


def test_trace_ids_let_the_good_inputs_through(door: Door) -> None:
    door.load("contacts", "1")
    status, body = door.call(
        "POST",
        f"{CONTACTS}/update",
        inputs(
            traced(1, id="1", properties={"hs_lead_status": "OPEN"}),
            traced(2, id="9", properties={"hs_lead_status": "OPEN"}),
            traced(3, id="2", properties={}),
        ),
    )
    assert (status, body["numErrors"]) == (207, 2)
    assert [(one["id"], one["objectWriteTraceId"]) for one in body["results"]] == [("1", "t1")]
    assert {one["context"]["objectWriteTraceId"][0]: one["category"] for one in body["errors"]} == {
        "t2": "OBJECT_NOT_FOUND",
        "t3": "OBJECT_NOT_FOUND",
    }
    assert door.properties("1", names="hs_lead_status")["hs_lead_status"] == "OPEN"


def test_a_bad_value_is_listed_under_its_trace_id(door: Door) -> None:
    door.load("contacts", "1")
    body = door.call("POST", f"{CONTACTS}/update", inputs(traced(1, id="1", properties={"hs_lead_status": "RAW"})))[1]
    assert body["results"] == []
    assert [(one["category"], one["context"]["objectWriteTraceId"]) for one in body["errors"]] == [
        ("VALIDATION_ERROR", ["t1"])
    ]
    assert "INVALID_OPTION" in body["errors"][0]["message"]


@pytest.mark.parametrize("bad", [{"id": "9", "properties": {}}, {"id": "2", "properties": {"hs_lead_status": "RAW"}}])
def test_without_trace_ids_one_bad_input_fails_the_whole_batch(door: Door, bad: dict[str, Any]) -> None:
    door.load("contacts", "1", phone="old")
    door.load("contacts", "2")
    status, _ = door.call("POST", f"{CONTACTS}/update", inputs({"id": "1", "properties": {"phone": "new"}}, bad))
    assert status == 400
    assert door.properties("1", names="phone")["phone"] == "old"
    assert door.desk.audit == []


def test_an_id_twice_refuses_the_batch(door: Door) -> None:
    door.load("contacts", "1")
    twice = inputs(traced(1, id="1", properties={}), traced(2, id="1", properties={}))
    status, body = door.call("POST", f"{CONTACTS}/update", twice)
    assert (status, body["context"], body["category"]) == (400, {"ids": ["1"]}, "VALIDATION_ERROR")
    assert body["message"] == "Duplicate IDs found in batch input: [1]. IDs must be unique"


def test_a_trace_id_twice_refuses_the_batch(door: Door) -> None:
    twice = inputs(traced(1, properties={}), traced(1, properties={}))
    assert door.call("POST", f"{CONTACTS}/create", twice)[0] == 400
    assert door.call("GET", f"{DATED}/contacts")[1]["results"] == []


def test_a_batch_create_answers_201_and_a_taken_email_is_a_conflict(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    assert door.call("POST", f"{CONTACTS}/create", inputs({"properties": {"email": "bob@example.com"}}))[0] == 201
    taken = {"properties": {"email": "ann@example.com"}}
    status, body = door.call("POST", f"{CONTACTS}/create", inputs(taken))
    assert (status, body["message"]) == (409, "Contact already exists. Existing ID: 1")
    status, body = door.call("POST", f"{CONTACTS}/create", inputs(traced(1, **taken)))
    assert (status, body["errors"][0]["category"]) == (207, "CONFLICT")


@pytest.mark.parametrize("trace, left", [(False, 0), (True, 1)])
def test_one_email_twice_in_a_batch_is_noticed(door: Door, trace: bool, left: int) -> None:
    given = [{"properties": {"email": "ann@example.com"}} for _ in range(2)]
    marked = [traced(number, **one) if trace else one for number, one in enumerate(given)]
    assert door.call("POST", f"{CONTACTS}/create", inputs(*marked))[0] == (207 if trace else 400)
    assert len(door.call("GET", f"{DATED}/contacts")[1]["results"]) == left


def test_an_upsert_says_which_records_are_new(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    given = [
        {"id": mail, "idProperty": "email", "properties": {"phone": "1"}}
        for mail in ("ann@example.com", "b@example.com")
    ]
    status, body = door.call("POST", f"{CONTACTS}/upsert", inputs(*given))
    assert status == 200
    assert {one["properties"]["email"]: one["new"] for one in body["results"]} == {
        "ann@example.com": False,
        "b@example.com": True,
    }


def test_an_upsert_by_a_secondary_address_hits_the_same_contact(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com", hs_additional_emails="a@example.com;aa@example.com")
    given = {"id": "aa@example.com", "idProperty": "email", "properties": {"phone": "1"}}
    body = door.call("POST", f"{CONTACTS}/upsert", inputs(given))[1]
    assert [(one["id"], one["new"]) for one in body["results"]] == [("1", False)]


def test_a_repeated_upsert_on_a_unique_key_makes_one_task(door: Door) -> None:
    definition = {"name": "crmsync_key", "type": "string", "fieldType": "text", "hasUniqueValue": True}
    assert door.call("POST", "/crm/properties/2026-09/tasks", definition)[0] == 201
    given = {"id": "cs1-a", "idProperty": "crmsync_key", "properties": {"hs_timestamp": "0"}}
    for expected in (True, False):
        body = door.call("POST", f"{DATED}/tasks/batch/upsert", inputs(given))[1]
        assert [one["new"] for one in body["results"]] == [expected]
    assert len(door.call("GET", f"{DATED}/tasks")[1]["results"]) == 1


def test_a_silent_batch_writes_nothing_and_complains_of_nothing(door: Door) -> None:
    door.load("contacts", "1", phone="old")
    door.desk.faults.add({"kind": "silent_batch"})
    wish = inputs(traced(1, id="1", properties={"phone": "new"}))
    status, body = door.call("POST", f"{CONTACTS}/update", wish)
    assert (status, body["results"], "errors" in body) == (200, [], False)
    assert door.properties("1", names="phone")["phone"] == "old"
    assert len(door.call("POST", f"{CONTACTS}/update", wish)[1]["results"]) == 1


def test_a_207_can_come_as_a_plain_200(door: Door) -> None:
    door.desk.faults.add({"kind": "plain_multi_status"})
    status, body = door.call("POST", f"{CONTACTS}/read", inputs({"id": "9"}))
    assert (status, body["results"], body["numErrors"]) == (200, [], 1)


def test_a_batch_archive_passes_over_ids_that_are_not_there(door: Door) -> None:
    door.load("contacts", "1")
    assert door.call("POST", f"{CONTACTS}/archive", inputs({"id": "1"}, {"id": "9"})) == (204, None)
    assert door.call("GET", f"{DATED}/contacts")[1]["results"] == []


def test_a_portal_rule_refuses_the_field_it_names(door: Door) -> None:
    door.load("contacts", "1")
    door.desk.faults.add({"kind": "refuse_field", "type": "contacts", "field": "phone", "words": "ask Ann first"})
    wishes = inputs(traced(1, id="1", properties={"phone": "1"}))
    status, body = door.call("POST", f"{CONTACTS}/update", wishes)
    assert (status, body["errors"][0]["category"]) == (207, "VALIDATION_ERROR")
    assert "ask Ann first" in body["errors"][0]["message"]
    assert door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"city": "Ulm"}})[0] == 200
