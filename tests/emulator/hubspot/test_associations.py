"""Who belongs to whom (facts/hubspot.md section 6)."""

import pytest

from tests.emulator.hubspot.door import DATED, Door

READ = "/crm/associations/2026-09/calls/contacts/batch/read"


@pytest.fixture
def calls(door: Door) -> Door:
    for id_ in ("1", "2"):
        door.load("contacts", id_)
    door.load("calls", "7", hs_timestamp="0", associations={"contacts": ["1", "2"]})
    door.load("calls", "8", hs_timestamp="0")
    return door


@pytest.mark.parametrize("root", ["/crm/v4/associations", "/crm/associations/2026-03", "/crm/associations/2026-09"])
def test_a_batch_read_gives_numbers_for_the_other_side(calls: Door, root: str) -> None:
    status, body = calls.call("POST", f"{root}/calls/contacts/batch/read", {"inputs": [{"id": "7"}]})
    plain = [{"category": "HUBSPOT_DEFINED", "typeId": 194, "label": None}]
    assert (status, body["results"]) == (
        200,
        [{"from": {"id": "7"}, "to": [{"toObjectId": number, "associationTypes": plain} for number in (1, 2)]}],
    )


def test_the_other_direction_has_its_own_type(calls: Door) -> None:
    asked = {"inputs": [{"id": "1"}]}
    body = calls.call("POST", "/crm/associations/2026-09/contacts/calls/batch/read", asked)[1]
    assert body["results"][0]["to"][0]["associationTypes"][0]["typeId"] == 193


def test_a_record_without_associations_makes_a_benign_207(calls: Door) -> None:
    status, body = calls.call("POST", READ, {"inputs": [{"id": "7"}, {"id": "8"}]})
    assert (status, [one["from"]["id"] for one in body["results"]], body["numErrors"]) == (207, ["7"], 1)
    error = body["errors"][0]
    assert (error["category"], error["subCategory"]) == (
        "OBJECT_NOT_FOUND",
        "crm.associations.NO_ASSOCIATIONS_FOUND",
    )
    assert error["message"] == "No contact is associated with call 8."


def test_a_broken_id_is_an_invalid_identifier(calls: Door) -> None:
    error = calls.call("POST", READ, {"inputs": [{"id": "seven"}]})[1]["errors"][0]
    assert (error["category"], error["subCategory"]) == ("VALIDATION_ERROR", "crm.associations.INVALID_IDENTIFIER")


@pytest.mark.parametrize("count, status", [(1_000, 207), (1_001, 400)])
def test_a_batch_takes_a_thousand(door: Door, count: int, status: int) -> None:
    assert door.call("POST", READ, {"inputs": [{"id": str(one)} for one in range(1, count + 1)]})[0] == status


def test_a_record_with_many_associations_is_paged_by_itself(door: Door) -> None:
    ids = [door.load("contacts", str(number)) for number in range(1, 602)]
    door.load("calls", "7", hs_timestamp="0", associations={"contacts": ids})
    first = door.call("POST", READ, {"inputs": [{"id": "7"}]})[1]["results"][0]
    after = first["paging"]["next"]["after"]
    rest = door.call("POST", READ, {"inputs": [{"id": "7", "after": after}]})[1]["results"][0]
    assert [str(one["toObjectId"]) for one in first["to"] + rest["to"]] == ids
    assert "paging" not in rest


def test_pairs_are_joined_and_parted(calls: Door) -> None:
    type_ = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
    pair = {"from": {"id": "8"}, "to": {"id": "1"}, "types": [type_]}
    root = "/crm/associations/2026-09/calls/contacts/batch"
    status, made = calls.call("POST", f"{root}/create", {"inputs": [pair]})
    assert (status, made["results"]) == (
        200,
        [{"fromObjectTypeId": "0-48", "fromObjectId": 8, "toObjectTypeId": "0-1", "toObjectId": 1, "labels": []}],
    )
    assert calls.call("POST", READ, {"inputs": [{"id": "8"}]})[0] == 200
    assert calls.call("POST", f"{root}/archive", {"inputs": [{"from": {"id": "8"}, "to": [{"id": "1"}]}]})[0] == 200
    assert calls.call("POST", READ, {"inputs": [{"id": "8"}]})[0] == 207
    numbered = "/crm/v4/associations/calls/contacts/batch/archive"
    assert calls.call("POST", numbered, {"inputs": [{"from": {"id": "7"}, "to": [{"id": "1"}]}]}) == (204, None)
    assert [row.op for row in calls.desk.audit] == ["associate", "dissociate", "dissociate"]


def test_a_pair_needs_both_records(calls: Door) -> None:
    pair = {"from": {"id": "8"}, "to": {"id": "99"}, "types": []}
    assert calls.call("POST", "/crm/v4/associations/calls/contacts/batch/create", {"inputs": [pair]})[0] == 400


def test_the_plain_association_needs_no_body(calls: Door) -> None:
    assert calls.call("PUT", "/crm/v4/objects/calls/8/associations/default/contacts/2")[0] == 200
    body = calls.call("GET", "/crm/v4/objects/calls/8/associations/contacts")[1]
    assert [one["toObjectId"] for one in body["results"]] == [2]


def test_the_associations_of_one_record_are_paged(calls: Door) -> None:
    first = calls.call("GET", "/crm/v4/objects/calls/7/associations/contacts?limit=1")[1]
    after = first["paging"]["next"]["after"]
    last = calls.call("GET", f"/crm/v4/objects/calls/7/associations/contacts?limit=1&after={after}")[1]
    assert [one["toObjectId"] for one in first["results"] + last["results"]] == [1, 2]
    assert calls.call("GET", f"{DATED}/calls/99/associations/contacts")[0] == 404
