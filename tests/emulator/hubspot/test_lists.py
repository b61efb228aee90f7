"""Lists and who is in them (facts/hubspot.md section 10)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

LISTS = "/crm/lists/2026-09"
ROOTS = ("/crm/v3/lists", "/crm/lists/2026-03", LISTS)


def is_any(name: str, *values: str, operator: str = "IS_ANY_OF") -> dict[str, Any]:
    operation = {"operationType": "ENUMERATION", "operator": operator, "values": list(values)}
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def either(*filters: dict[str, Any]) -> dict[str, Any]:
    both = {"filterBranchType": "AND", "filterBranches": [], "filters": list(filters)}
    return {"filterBranchType": "OR", "filterBranches": [both], "filters": []}


def make(door: Door, name: str, processing: str = "MANUAL", branch: dict[str, Any] | None = None) -> str:
    more = {} if branch is None else {"filterBranch": branch}
    status, body = door.call(
        "POST", f"{LISTS}/", {"objectTypeId": "0-1", "name": name, "processingType": processing, **more}
    )
    assert status == 200, body
    id_: str = body["list"]["listId"]
    return id_


@pytest.fixture
def bought(door: Door) -> Door:
    """Three people in a bought list, who joined in another order than their ids."""
    for id_ in ("1", "2", "3"):
        door.load("contacts", id_)
    at = {"3": "2026-11-01T00:00:00Z", "1": "2026-11-02T00:00:00Z", "2": "2026-11-03T00:00:00Z"}
    door.load("lists", "77", name="ZoomInfo Nov", members=[{"id": id_, "at": when} for id_, when in at.items()])
    return door


def ids(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200, answer
    return [one["recordId"] for one in answer[1]["results"]]


@pytest.mark.parametrize("root", ROOTS)
def test_members_come_by_id_or_in_the_order_they_joined(bought: Door, root: str) -> None:
    assert ids(bought.call("GET", f"{root}/77/memberships")) == ["1", "2", "3"]
    status, body = bought.call("GET", f"{root}/77/memberships/join-order")
    assert ids((status, body)) == ["3", "1", "2"]
    assert body["results"][0] == {"recordId": "3", "membershipTimestamp": "2026-11-01T00:00:00.000Z"}
    assert (body["total"], "paging" in body) == (3, False)


@pytest.mark.parametrize("order", ["memberships", "memberships/join-order"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_members_meet_without_gap_or_overlap(bought: Door, order: str, limit: int) -> None:
    whole, seen, after = ids(bought.call("GET", f"{LISTS}/77/{order}")), [], ""
    while True:
        status, body = bought.call("GET", f"{LISTS}/77/{order}?limit={limit}{after}")
        seen += ids((status, body))
        if "next" not in body.get("paging", {}):
            break
        after = f"&after={body['paging']['next']['after']}"
    assert seen == whole


def test_before_alone_reads_the_newest_first(bought: Door) -> None:
    first = bought.call("GET", f"{LISTS}/77/memberships/join-order?limit=2")[1]
    last = bought.call("GET", f"{LISTS}/77/memberships/join-order?after={first['paging']['next']['after']}")[1]
    before = last["paging"]["prev"]["before"]
    assert ids(bought.call("GET", f"{LISTS}/77/memberships/join-order?before={before}")) == ["1", "3"]


def test_pages_of_members_are_sorted_once(bought: Door) -> None:
    first = bought.call("GET", f"{LISTS}/77/memberships?limit=1")[1]
    kept = bought.portal.books.rosters["77"]
    bought.call("GET", f"{LISTS}/77/memberships?limit=1&after={first['paging']['next']['after']}")
    assert bought.portal.books.rosters["77"] is kept
    bought.call("PUT", f"{LISTS}/77/memberships/remove", ["1"])
    assert ids(bought.call("GET", f"{LISTS}/77/memberships")) == ["2", "3"]


def test_a_restored_portal_has_the_members_of_then(bought: Door) -> None:
    saved = bought.portal.checkpoint()
    bought.call("PUT", f"{LISTS}/77/memberships/remove", ["1"])
    assert ids(bought.call("GET", f"{LISTS}/77/memberships")) == ["2", "3"]
    bought.portal.restore(saved)
    assert ids(bought.call("GET", f"{LISTS}/77/memberships")) == ["1", "2", "3"]


@pytest.mark.parametrize("query", ["limit=251", "limit=0", "after=soon", "before=x"])
def test_a_bad_page_of_members_is_a_400(bought: Door, query: str) -> None:
    assert bought.call("GET", f"{LISTS}/77/memberships?{query}")[0] == 400


def test_members_are_put_in_and_taken_out_by_a_bare_list(bought: Door) -> None:
    id_ = make(bought, "Mine")
    status, body = bought.call("PUT", f"{LISTS}/{id_}/memberships/add", ["1", 2, "99"])
    assert (status, body) == (
        200,
        {"recordsIdsAdded": ["1", "2"], "recordIdsRemoved": [], "recordIdsMissing": ["99"]},
    )
    body = bought.call("PUT", f"{LISTS}/{id_}/memberships/remove", ["2"])[1]
    assert body["recordIdsRemoved"] == ["2"]
    change = {"recordIdsToAdd": ["3"], "recordIdsToRemove": ["1"]}
    bought.call("PUT", f"{LISTS}/{id_}/memberships/add-and-remove", change)
    assert ids(bought.call("GET", f"{LISTS}/{id_}/memberships")) == ["3"]
    assert bought.call("PUT", f"{LISTS}/{id_}/memberships/add-from/77")[0] == 204
    assert ids(bought.call("GET", f"{LISTS}/{id_}/memberships")) == ["1", "2", "3"]
    assert bought.call("DELETE", f"{LISTS}/{id_}/memberships")[0] == 204
    assert ids(bought.call("GET", f"{LISTS}/{id_}/memberships")) == []


def test_the_lists_of_a_record_tell_since_when(bought: Door) -> None:
    body = bought.call("GET", f"{LISTS}/records/0-1/1/memberships")[1]
    (mine,) = body["results"]
    assert (mine["listId"], mine["lastAddedTimestamp"]) == ("77", "2026-11-02T00:00:00.000Z")
    inputs = {"inputs": [{"objectTypeId": "0-1", "recordId": "1"}, {"objectTypeId": "0-1", "recordId": "99"}]}
    several = bought.call("POST", f"{LISTS}/records/memberships/batch/read", inputs)[1]["results"]
    assert [len(one["recordListMemberships"]) for one in several] == [1, 0]


def test_a_merged_member_is_in_under_its_new_id_and_a_deleted_one_is_out(bought: Door) -> None:
    body = {"primaryObjectId": "1", "objectIdToMerge": "2"}
    merged = bought.call("POST", f"{DATED}/contacts/merge", body)[1]["id"]
    bought.call("DELETE", f"{DATED}/contacts/3")
    assert ids(bought.call("GET", f"{LISTS}/77/memberships")) == [merged]
    assert bought.call("GET", f"{LISTS}/77")[1]["list"]["size"] == 1


def test_a_dynamic_list_follows_the_records_and_a_snapshot_does_not(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="NEW", country="DE")
    door.load("contacts", "2", hs_lead_status="OPEN")
    branch = either(is_any("hs_lead_status", "NEW", "OPEN"), is_any("country", operator="IS_KNOWN"))
    dynamic, snapshot = make(door, "D", "DYNAMIC", branch), make(door, "S", "SNAPSHOT", branch)
    assert ids(door.call("GET", f"{LISTS}/{dynamic}/memberships")) == ["1"]
    door.call("PATCH", f"{DATED}/contacts/2", {"properties": {"country": "FR"}})
    door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"hs_lead_status": ""}})
    assert ids(door.call("GET", f"{LISTS}/{dynamic}/memberships")) == ["2"]
    assert ids(door.call("GET", f"{LISTS}/{snapshot}/memberships")) == ["1"]
    assert door.call("PUT", f"{LISTS}/{dynamic}/memberships/add", ["1"])[0] == 400


@pytest.mark.parametrize(
    "operator, values, expected",
    [
        ("IS_EQUAL_TO", ["10"], ["2"]),
        ("IS_NOT_EQUAL_TO", ["10"], ["1"]),
        ("IS_GREATER_THAN", ["5"], ["2"]),
        ("IS_GREATER_THAN_OR_EQUAL_TO", ["5"], ["1", "2"]),
        ("IS_LESS_THAN", ["10"], ["1"]),
        ("IS_LESS_THAN_OR_EQUAL_TO", ["4"], []),
        ("IS_UNKNOWN", [], ["3"]),
        ("IS_NONE_OF", ["5", "10"], []),
    ],
)
def test_list_filters(door: Door, operator: str, values: list[str], expected: list[str]) -> None:
    for id_, notes in (("1", 5), ("2", 10), ("3", None)):
        door.load("contacts", id_, num_notes=notes)
    id_ = make(door, "D", "DYNAMIC", either(is_any("num_notes", *values, operator=operator)))
    assert ids(door.call("GET", f"{LISTS}/{id_}/memberships")) == expected


def test_a_filter_can_ask_for_another_list(bought: Door) -> None:
    inside = {"filterType": "IN_LIST", "listId": "77", "operator": "IN_LIST"}
    assert ids(bought.call("GET", f"{LISTS}/{make(bought, 'D', 'DYNAMIC', either(inside))}/memberships")) == [
        "1",
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    "wrong, status",
    [
        ({"name": "zoominfo nov"}, 400),
        ({"processingType": "OTHER"}, 400),
        ({"processingType": "DYNAMIC"}, 400),
        ({"filterBranch": {"filterBranchType": "OR"}}, 400),
        ({"objectTypeId": "0-999"}, 400),
        ({"name": None}, 400),
        ({"processingType": "DYNAMIC", "filterBranch": {"filterBranchType": "UNIFIED_EVENTS"}}, 404),
        ({"processingType": "DYNAMIC", "filterBranch": either({"filterType": "FORM_SUBMISSION"})}, 404),
        ({"processingType": "DYNAMIC", "filterBranch": either(is_any("email", "x", operator="SOUNDS_LIKE"))}, 404),
        ({"processingType": "DYNAMIC", "filterBranch": either(is_any("no_such", "x"))}, 400),
        ({"processingType": "DYNAMIC", "filterBranch": "all"}, 400),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(bought: Door, wrong: dict[str, Any], status: int) -> None:
    body = {"objectTypeId": "0-1", "name": "New", "processingType": "MANUAL", **wrong}
    assert bought.call("POST", LISTS, body)[0] == status


def test_lists_are_searched_by_name_and_paged_by_offset(bought: Door) -> None:
    for number in range(3):
        make(bought, f"Event {number}")
    body = bought.call("POST", f"{LISTS}/search", {"query": "event", "count": 2, "additionalProperties": []})[1]
    assert (len(body["lists"]), body["offset"], body["hasMore"], body["total"]) == (2, 2, True, 3)
    rest = bought.call("POST", f"{LISTS}/search", {"query": "event", "count": 2, "offset": body["offset"]})[1]
    assert (len(rest["lists"]), rest["hasMore"]) == (1, False)
    found = bought.call("POST", f"{LISTS}/search", {"query": "zoom"})[1]["lists"][0]
    assert (found["listId"], found["additionalProperties"]["hs_list_size"]) == ("77", "3")
    assert bought.call("GET", f"{LISTS}/object-type-id/0-1/name/ZOOMINFO NOV")[1]["list"]["listId"] == "77"


def test_a_list_is_renamed_deleted_and_restored(bought: Door) -> None:
    assert bought.call("PUT", f"{LISTS}/77/update-list-name?listName=Old")[1]["updatedList"]["name"] == "Old"
    assert bought.call("DELETE", f"{LISTS}/77")[0] == 204
    assert bought.call("GET", f"{LISTS}/77")[0] == 404
    assert bought.call("GET", f"{LISTS}?listIds=77")[1] == {"lists": []}
    assert bought.call("PUT", f"{LISTS}/77/restore")[0] == 204
    assert bought.call("GET", f"{LISTS}?listIds=77&listIds=5")[1]["lists"][0]["name"] == "Old"


def test_another_filter_is_another_version(door: Door) -> None:
    door.load("contacts", "1", country="DE")
    id_ = make(door, "D", "DYNAMIC", either(is_any("country", "FR")))
    body = door.call("PUT", f"{LISTS}/{id_}/update-list-filters", {"filterBranch": either(is_any("country", "DE"))})[1]
    assert (body["updatedList"]["listVersion"], body["updatedList"]["size"]) == (2, 1)


def test_folders_are_refused_in_words(door: Door) -> None:
    status, body = door.call("GET", "/crm/v3/lists/folders")
    assert (status, "not supported by the emulator" in body["message"]) == (404, True)
