"""Search: operators, limits, lag (facts/hubspot.md sections 5.5 and 5.6)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.hubspot.door import DATED, Door

SEARCH = f"{DATED}/contacts/search"


def one(name: str, operator: str, value: object = None, **more: object) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator, **({} if value is None else {"value": value}), **more}


def ask(*filters: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"filterGroups": [{"filters": list(filters)}], "limit": 200, **more}


def found(door: Door, *filters: dict[str, Any], **more: object) -> list[str]:
    status, body = door.call("POST", SEARCH, ask(*filters, **more))
    assert status == 200, body
    return [row["id"] for row in body["results"]]


@pytest.fixture
def people(door: Door) -> Door:
    door.load("contacts", "1", firstname="Ann", hs_lead_status="NEW", num_notes=5, email="ann@acme.example")
    door.load("contacts", "2", firstname="bob", hs_lead_status="OPEN", num_notes=10, email="bob@other.example")
    door.load("contacts", "3", createdate="2026-11-01T00:00:00Z", company="Acme Freight Ltd")
    return door


@pytest.mark.parametrize(
    "asked, ids",
    [
        (one("firstname", "EQ", "ANN"), {"1"}),
        (one("firstname", "NEQ", "ann"), {"2"}),
        (one("firstname", "IN", values=["ann", "bob"]), {"1", "2"}),
        (one("firstname", "IN", values=["Ann"]), set()),
        (one("firstname", "NOT_IN", values=["ann"]), {"2"}),
        (one("hs_lead_status", "EQ", "NEW"), {"1"}),
        (one("hs_lead_status", "EQ", "new"), set()),
        (one("hs_lead_status", "IN", values=["NEW", "OPEN"]), {"1", "2"}),
        (one("hs_lead_status", "IN", values=["new"]), set()),
        (one("num_notes", "GT", "5"), {"2"}),
        (one("num_notes", "GTE", "5"), {"1", "2"}),
        (one("num_notes", "LT", "10"), {"1"}),
        (one("num_notes", "LTE", 10), {"1", "2"}),
        (one("num_notes", "BETWEEN", "6", highValue="10"), {"2"}),
        (one("num_notes", "HAS_PROPERTY"), {"1", "2"}),
        (one("num_notes", "NOT_HAS_PROPERTY"), {"3"}),
        (one("company", "CONTAINS_TOKEN", "freight"), {"3"}),
        (one("company", "CONTAINS_TOKEN", "frei*"), {"3"}),
        (one("company", "CONTAINS_TOKEN", "frei"), set()),
        (one("email", "CONTAINS_TOKEN", "*@acme.example"), {"1"}),
        (one("email", "NOT_CONTAINS_TOKEN", "acme"), {"2"}),
        (one("hs_object_id", "GT", "1"), {"2", "3"}),
        (one("createdate", "LT", "1796115600000"), {"3"}),
        (one("createdate", "GTE", "2026-12-02T09:00:00Z"), {"1", "2"}),
        (one("createdate", "GT", "1796202000000"), set()),
    ],
)
def test_operators(people: Door, asked: dict[str, Any], ids: set[str]) -> None:
    assert set(found(people, asked)) == ids


def test_filters_of_a_group_all_hold_and_of_the_groups_any(people: Door) -> None:
    first, second = one("firstname", "EQ", "ann"), one("num_notes", "EQ", "10")
    assert found(people, first, second) == []
    either = {"filterGroups": [{"filters": [first]}, {"filters": [second]}]}
    assert {row["id"] for row in people.call("POST", SEARCH, either)[1]["results"]} == {"1", "2"}


def test_the_default_order_is_by_creation(people: Door) -> None:
    assert found(people, one("hs_object_id", "GT", "0")) == ["3", "1", "2"]


@pytest.mark.parametrize("direction, ids", [("ASCENDING", ["1", "2", "3"]), ("DESCENDING", ["3", "2", "1"])])
def test_one_sort_orders_numbers_as_numbers(door: Door, direction: str, ids: list[str]) -> None:
    for id_, notes in (("1", 9), ("2", 10), ("3", 100)):
        door.load("contacts", id_, num_notes=notes)
    rule = {"propertyName": "num_notes", "direction": direction}
    assert found(door, one("hs_object_id", "GT", "0"), sorts=[rule]) == ids


@settings(max_examples=20, deadline=None)
@given(notes=st.lists(st.none() | st.integers(-5, 5), max_size=12), descending=st.booleans())
def test_any_numbers_can_be_sorted(notes: list[int | None], descending: bool) -> None:
    door = Door()
    for number, value in enumerate(notes, 1):
        door.load("contacts", str(number), num_notes=value)
    rule = {"propertyName": "num_notes", "direction": "DESCENDING" if descending else "ASCENDING"}
    body = door.call("POST", SEARCH, {"sorts": [rule], "limit": 200, "properties": ["num_notes"]})[1]
    values = [row["properties"]["num_notes"] for row in body["results"] if row["properties"]["num_notes"] is not None]
    assert [int(value) for value in values] == sorted((one for one in notes if one is not None), reverse=descending)
    assert body["total"] == len(notes)


@pytest.mark.parametrize(
    "body, status",
    [
        ({"limit": 200}, 200),
        ({"limit": 201}, 400),
        ({"limit": 200, "after": "9800"}, 200),
        ({"limit": 200, "after": "9801"}, 400),
        ({"limit": 1, "after": 10000}, 400),
        ({"after": "next"}, 400),
        ({"sorts": [{"propertyName": "email"}, {"propertyName": "phone"}]}, 400),
        ({"sorts": [{"propertyName": "no_such"}]}, 400),
        ({"sorts": ["-email"]}, 200),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")]}] * 5}, 200),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")]}] * 6}, 400),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")] * 6}]}, 200),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")] * 7}]}, 400),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")] * 6}] * 3}, 200),
        ({"filterGroups": [{"filters": [one("email", "HAS_PROPERTY")] * 5}] * 4}, 400),
        (ask(one("email", "LIKE", "a%")), 400),
        (ask(one("no_such_property", "EQ", "a")), 400),
        (ask(one("num_notes", "GT", "many")), 400),
        (ask(one("email", "IN")), 400),
        (ask(one("num_notes", "BETWEEN", "1")), 400),
        ({"query": "a" * 2_900}, 200),
        ({"query": "a" * 3_000}, 400),
    ],
)
def test_limits(door: Door, body: dict[str, Any], status: int) -> None:
    answered, answer = door.call("POST", SEARCH, body)
    assert answered == status
    assert status == 200 or answer["category"] == "VALIDATION_ERROR"


def test_pages_follow_a_numeric_offset_and_the_last_has_no_paging(door: Door) -> None:
    for number in range(1, 26):
        door.load("contacts", str(number))
    first = door.call("POST", SEARCH, {})[1]
    assert (first["total"], len(first["results"]), first["paging"]) == (25, 10, {"next": {"after": "10"}})
    last = door.call("POST", SEARCH, {"limit": 200, "after": first["paging"]["next"]["after"]})[1]
    assert (len(last["results"]), "paging" in last) == (15, False)


def test_key_set_paging_goes_past_ten_thousand_results(door: Door) -> None:
    for number in range(1, 10_202):
        door.load("contacts", str(number))
    last, seen = "0", 0
    while True:
        rule = {"propertyName": "hs_object_id", "direction": "ASCENDING"}
        page = found(door, one("hs_object_id", "GT", last), sorts=[rule])
        seen += len(page)
        if len(page) < 200:
            break
        last = page[-1]
    assert seen == 10_201


def test_archived_and_merged_records_are_never_found(people: Door) -> None:
    people.call("DELETE", f"{DATED}/contacts/3")
    merged = people.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"})[1]["id"]
    assert found(people, one("hs_object_id", "GT", "0")) == [merged]


def test_search_finds_by_association(door: Door) -> None:
    door.load("contacts", "5")
    door.load("calls", "7", hs_timestamp="0", associations={"contacts": ["5"]})
    door.load("calls", "8", hs_timestamp="0")
    body = ask(one("associations.contact", "EQ", "5"))
    assert [row["id"] for row in door.call("POST", f"{DATED}/calls/search", body)[1]["results"]] == ["7"]


def test_a_query_finds_the_beginnings_of_words(people: Door) -> None:
    for query, ids in (("ann acme", ["1"]), ("freig", ["3"]), ("nobody", [])):
        assert [row["id"] for row in people.call("POST", SEARCH, {"query": query})[1]["results"]] == ids


def test_the_index_lags_behind_the_records(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="NEW")
    door.desk.faults.add({"kind": "search_lag", "seconds": 30})
    door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"hs_lead_status": "OPEN"}})
    made = door.call("POST", f"{DATED}/contacts", {"properties": {"hs_lead_status": "OPEN"}})[1]["id"]
    open_now = one("hs_lead_status", "EQ", "OPEN")
    assert found(door, open_now) == []
    assert found(door, one("hs_lead_status", "EQ", "NEW")) == ["1"]
    assert door.properties("1", names="hs_lead_status")["hs_lead_status"] == "OPEN"
    door.world.clock.advance(29.9)
    assert found(door, open_now) == []
    door.world.clock.advance(0.1)
    assert set(found(door, open_now)) == {"1", made}


def test_a_fresh_record_can_appear_and_drop_out_again(door: Door) -> None:
    door.desk.faults.add({"kind": "search_lag", "seconds": 10, "flap": True})
    made = door.call("POST", f"{DATED}/contacts", {"properties": {}})[1]["id"]
    seen = []
    for _ in range(5):
        seen.append(found(door, one("hs_object_id", "GT", "0")))
        door.world.clock.advance(10)
    assert seen == [[], [made], [], [made], [made]]


def test_a_lagging_index_still_shows_what_is_gone(door: Door) -> None:
    door.load("contacts", "1")
    door.desk.faults.add({"kind": "search_lag", "seconds": 30})
    door.call("DELETE", f"{DATED}/contacts/1")
    assert found(door, one("hs_object_id", "GT", "0")) == ["1"]
    door.world.clock.advance(30)
    assert found(door, one("hs_object_id", "GT", "0")) == []


def test_without_lag_a_later_version_never_gives_way_to_an_earlier_one(door: Door) -> None:
    door.load("contacts", "1", phone="0")
    door.desk.faults.add({"kind": "search_lag", "seconds": 30})
    door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"phone": "1"}})
    door.desk.faults.clear()
    door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"phone": "2"}})
    door.world.clock.advance(60)
    assert found(door, one("phone", "EQ", "2")) == ["1"]


def test_search_never_shows_associations(door: Door) -> None:
    door.load("contacts", "5")
    door.load("calls", "7", hs_timestamp="0", associations={"contacts": ["5"]})
    body = door.call("POST", f"{DATED}/calls/search", {"associations": ["contacts"]})[1]
    assert "associations" not in body["results"][0]


@pytest.mark.parametrize("iso, status", [(True, 200), (False, 400)])
def test_iso_instants_in_filters_are_taken_or_not(people: Door, iso: bool, status: int) -> None:
    people.desk.faults.add({"kind": "switch", "name": "iso_search_dates", "on": iso})
    answered = [people.call("POST", SEARCH, ask(one("createdate", "LT", value)))[0] for value in ("2026-12-01", "1")]
    assert answered == [status, 200]


@pytest.mark.parametrize("whole, status", [(True, 400), (False, 200)])
def test_long_lists_of_properties_count_or_not(people: Door, whole: bool, status: int) -> None:
    people.desk.faults.add({"kind": "switch", "name": "search_whole_body", "on": whole})
    assert people.call("POST", SEARCH, {"properties": ["firstname"] * 300})[0] == status


@pytest.mark.parametrize("other", [True, False])
def test_the_words_of_a_refused_search_may_be_any(door: Door, other: bool) -> None:
    door.desk.faults.add({"kind": "switch", "name": "other_search_words", "on": other})
    status, body = door.call("POST", SEARCH, {"limit": 201})
    assert (status, body["category"], "200" in body["message"]) == (400, "VALIDATION_ERROR", not other)


def test_the_total_may_drift_from_page_to_page(people: Door) -> None:
    people.desk.faults.add({"kind": "total_drift", "by": 2})
    assert [people.call("POST", SEARCH, {})[1]["total"] for _ in range(3)] == [5, 1, 5]


def test_a_query_looks_at_what_its_type_is_searched_by(door: Door) -> None:
    door.load("tasks", "1", hs_task_subject="Call Ann", hs_task_body="about freight", hs_timestamp="0")
    found_by = {
        query: door.call("POST", f"{DATED}/tasks/search", {"query": query})[1]["total"] for query in ("ann", "freight")
    }
    assert found_by == {"ann": 1, "freight": 0}
