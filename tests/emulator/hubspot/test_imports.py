"""Files that were read in, and how the contacts tell (facts/hubspot.md sections 7 and 10)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

IMPORTS = "/crm/imports/2026-09"
NAMES = (
    "hs_object_source,hs_object_source_id,hs_object_source_detail_1,hs_object_source_detail_2,"
    "hs_analytics_source,hs_analytics_source_data_1,hs_analytics_source_data_2"
)


def read_in(door: Door, *rows: dict[str, Any], **more: Any) -> str:
    step = {"op": "create", "type": "imports", "fields": {"name": "ZoomInfo_Nov.csv", "rows": list(rows), **more}}
    return str(door.portal.act("77", step)["id"])


@pytest.mark.parametrize("root", ["/crm/v3/imports", "/crm/imports/2026-03", IMPORTS])
def test_an_import_makes_contacts_that_say_so_and_a_list_of_them(door: Door, root: str) -> None:
    door.load("contacts", "5", email="ann@example.com", phone="1")
    id_ = read_in(door, {"email": "ANN@example.com", "phone": "2"}, {"email": "bob@example.com"}, {"email": "no"})
    body = door.call("GET", f"{root}/{id_}")[1]
    assert (body["state"], body["importName"], body["importSource"]) == ("DONE", "ZoomInfo_Nov.csv", "CRM_UI")
    counters = body["metadata"]["counters"]
    assert (counters["TOTAL_ROWS"], counters["CREATED_OBJECTS"], counters["UPDATED_OBJECTS"], counters["ERRORS"]) == (
        3,
        1,
        1,
        1,
    )
    (filled,) = body["metadata"]["objectLists"]
    assert filled["objectType"] == "CONTACT"
    members = door.call("GET", f"/crm/v3/lists/{filled['listId']}/memberships")[1]["results"]
    made = next(one["recordId"] for one in members if one["recordId"] != "5")
    told = door.properties(made, names=NAMES)
    assert (told["hs_object_source"], told["hs_object_source_id"]) == ("IMPORT", id_)
    assert (told["hs_object_source_detail_1"], told["hs_object_source_detail_2"]) == ("ZoomInfo_Nov.csv", None)
    assert [told[f"hs_analytics_source{end}"] for end in ("", "_data_1", "_data_2")] == [
        "OFFLINE",
        "IMPORT",
        "ZoomInfo_Nov.csv",
    ]
    assert door.properties("5", names="hs_object_source")["hs_object_source"] == "CRM_UI"


def test_an_import_stands_in_the_history_of_what_it_changed(door: Door) -> None:
    door.load("contacts", "5", email="ann@example.com", phone="1")
    id_ = read_in(door, {"email": "ann@example.com", "phone": "2"})
    body = door.call("GET", f"{DATED}/contacts/5?propertiesWithHistory=phone")[1]
    newest = body["propertiesWithHistory"]["phone"][0]
    assert (newest["value"], newest["sourceType"], newest["sourceId"], newest["updatedByUserId"]) == (
        "2",
        "IMPORT",
        id_,
        77,
    )
    assert newest["sourceLabel"] == "ZoomInfo_Nov.csv"
    assert [row.actor for row in door.desk.edits] == ["77"]


def test_the_detail_slot_of_the_name_is_a_switch(door: Door) -> None:
    door.desk.faults.add({"kind": "switch", "name": "import_name_in_detail_2", "on": True})
    read_in(door, {"email": "bob@example.com"})
    told = door.properties(next(iter(door.portal.books.state.tables["contacts"].records)), names=NAMES)
    assert (told["hs_object_source_detail_1"], told["hs_object_source_detail_2"]) == (None, "ZoomInfo_Nov.csv")


def test_bad_rows_are_listed_with_their_kind_of_trouble(door: Door) -> None:
    door.load("contacts", "5", email="gone@example.com")
    assert (
        door.call("POST", f"{DATED}/contacts/gdpr-delete", {"objectId": "gone@example.com", "idProperty": "email"})[0]
        == 204
    )
    id_ = read_in(door, {"email": "gone@example.com"}, {"email": "x"})
    body = door.call("GET", f"{IMPORTS}/{id_}/errors?includeRowData=true")[1]
    assert [one["errorType"] for one in body["results"]] == ["GDPR_BLACKLISTED_EMAIL", "INVALID_EMAIL"]
    assert body["results"][0]["sourceData"]["rowData"] == ["gone@example.com"]
    short = door.call("GET", f"{IMPORTS}/{id_}/errors?limit=1")[1]
    assert "rowData" not in short["results"][0]["sourceData"]
    assert (
        door.call("GET", f"{IMPORTS}/{id_}/errors?after={short['paging']['next']['after']}")[1]["results"][0]["id"]
        == "2"
    )


def test_a_loaded_import_signs_the_records_it_names(door: Door) -> None:
    door.load("contacts", "5", email="ann@example.com", createdate="2026-10-01T00:00:00Z")
    door.load("imports", "31", name="Cognism.csv", createdAt="2026-10-01T00:00:00Z", records=["5"], counters={"X": 1})
    body = door.call("GET", f"{IMPORTS}/31")[1]
    assert (body["createdAt"], body["metadata"]["counters"]["X"]) == ("2026-10-01T00:00:00.000Z", 1)
    assert door.properties("5", names=NAMES)["hs_object_source_id"] == "31"
    joined = door.call("GET", "/crm/v3/lists/records/0-1/5/memberships")[1]["results"]
    assert [one["lastAddedTimestamp"] for one in joined] == ["2026-10-01T00:00:00.000Z"]
    assert door.desk.edits == []


def test_a_loaded_import_with_rows_makes_contacts_of_that_day(door: Door) -> None:
    door.load("imports", "31", name="C.csv", createdAt="2026-10-01T00:00:00Z", rows=[{"email": "a@example.com"}])
    (record,) = door.portal.books.state.tables["contacts"].records.values()
    assert record.get("createdate") == "2026-10-01T00:00:00.000Z"
    assert door.desk.edits == []


def test_imports_are_paged_the_newest_first(door: Door) -> None:
    for number in range(1, 4):
        door.load("imports", str(number), name=f"{number}.csv", createdAt=f"2026-10-0{number}T00:00:00Z")
    first = door.call("GET", f"{IMPORTS}?limit=2")[1]
    rest = door.call("GET", f"{IMPORTS}?limit=2&after={first['paging']['next']['after']}")[1]
    assert [one["id"] for one in first["results"] + rest["results"]] == ["3", "2", "1"]
    assert "paging" not in rest


@pytest.mark.parametrize("state, status", [("DONE", 400), ("PROCESSING", 200)])
def test_only_an_import_that_runs_can_be_canceled(door: Door, state: str, status: int) -> None:
    door.load("imports", "1", name="1.csv", state=state)
    assert door.call("POST", f"{IMPORTS}/1/cancel")[0] == status


def test_starting_an_import_is_refused_in_words_and_an_unknown_one_is_a_404(door: Door) -> None:
    status, body = door.call("POST", "/crm/v3/imports/", {})
    assert (status, "not supported by the emulator" in body["message"]) == (404, True)
    assert door.call("GET", f"{IMPORTS}/99")[0] == 404
    assert door.call("GET", f"{IMPORTS}?after=99")[0] == 400
