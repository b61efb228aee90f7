"""Behaviours that nobody could verify: both sides of each switch that has no better place (facts/hubspot.md 17)."""

import pytest

from crmsync.emulator.wire import Json
from tests.emulator.hubspot.door import DATED, Door


@pytest.mark.parametrize("on, status", [(True, 200), (False, 400)])
def test_pages_of_owners_hold_five_hundred_or_one_hundred(door: Door, on: bool, status: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "owners_page_500", "on": on})
    assert [door.call("GET", f"/crm/v3/owners/?limit={limit}")[0] for limit in (100, 500)] == [200, status]


@pytest.mark.parametrize("on, kept", [(True, 20), (False, 25)])
def test_histories_go_back_to_the_first_value_or_twenty_of_them(door: Door, on: bool, kept: int) -> None:
    door.load("contacts", "1", phone="0")
    for number in range(1, 25):
        door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"phone": str(number)}})
    door.desk.faults.add({"kind": "switch", "name": "short_history", "on": on})
    body = door.call("GET", f"{DATED}/contacts/1?propertiesWithHistory=phone")[1]
    values = [one["value"] for one in body["propertiesWithHistory"]["phone"]]
    assert (values[0], len(values)) == ("24", kept)


@pytest.mark.parametrize("on, status", [(True, 200), (False, 404)])
def test_the_associations_of_one_record_are_on_the_newest_paths_or_not(door: Door, on: bool, status: int) -> None:
    door.load("contacts", "1")
    door.desk.faults.add({"kind": "switch", "name": "dated_record_links", "on": on})
    roots = (DATED, "/crm/objects/2026-03", "/crm/v4/objects")
    assert [door.call("GET", f"{root}/contacts/1/associations/calls")[0] for root in roots] == [status, 200, 200]


@pytest.mark.parametrize("on", [True, False])
def test_search_answers_carry_rate_limits_or_not(door: Door, on: bool) -> None:
    door.desk.faults.add({"kind": "switch", "name": "search_rate_headers", "on": on})
    answer = door.answer("POST", f"{DATED}/contacts/search", {})
    assert answer.status == 200
    assert any("ratelimit" in name for name in door.headers("POST", f"{DATED}/contacts/search")) is on


@pytest.mark.parametrize("planted, status", [(True, 200), (False, 207)])
def test_a_batch_with_failures_answers_207_or_200(door: Door, planted: bool, status: int) -> None:
    if planted:
        door.desk.faults.add({"kind": "plain_multi_status"})
    answered, body = door.call("POST", f"{DATED}/contacts/batch/read", {"inputs": [{"id": "9"}], "properties": []})
    assert (answered, body["numErrors"]) == (status, 1)


@pytest.mark.parametrize(
    "planted, status, body",
    [
        ({}, 201, {"status": "COMPLETE", "results": []}),
        ({"code": 207, "errors": True}, 207, {"status": "COMPLETE", "results": [], "numErrors": 0, "errors": []}),
        ({"status": "PENDING"}, 201, {"status": "PENDING", "results": []}),
    ],
)
def test_a_silent_batch_has_the_shapes_that_were_captured(
    door: Door, planted: dict[str, Json], status: int, body: dict[str, Json]
) -> None:
    door.desk.faults.add({"kind": "silent_batch", **planted})
    answered, answer = door.call("POST", f"{DATED}/contacts/batch/create", {"inputs": [{"properties": {}}]})
    assert (answered, {name: answer[name] for name in answer if not name.endswith("At")}) == (status, body)
    assert door.desk.audit == []


@pytest.mark.parametrize("history, most", [([], 100), (["email"], 50)])
def test_a_batch_names_the_most_it_takes(door: Door, history: list[str], most: int) -> None:
    body = {"inputs": [{"id": "1"}] * (most + 1), "properties": [], "propertiesWithHistory": history}
    status, answer = door.call("POST", f"{DATED}/contacts/batch/read", body)
    of = " for property histories" if history else ""
    words = f"The maximum number of inputs supported in a batch request{of} is {most}. Please reduce"
    assert (status, answer["message"].startswith(words)) == (400, True)


@pytest.mark.parametrize("on, status, phones", [(True, 207, ["1", None]), (False, 400, [None, None])])
def test_a_record_that_is_missing_spoils_its_batch_or_only_itself(
    door: Door, on: bool, status: int, phones: list[str | None]
) -> None:
    door.load("contacts", "1")
    door.desk.faults.add({"kind": "switch", "name": "missing_is_partial", "on": on})
    inputs = [{"id": id_, "properties": {"phone": id_}} for id_ in ("1", "9")]
    answered, body = door.call("POST", f"{DATED}/contacts/batch/update", {"inputs": inputs})
    assert answered == status
    assert [door.properties("1", names="phone")["phone"], None] == phones
    assert not on or body["errors"][0]["context"] == {"ids": ["9"]}
