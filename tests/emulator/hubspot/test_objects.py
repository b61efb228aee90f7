"""One record at a time (facts/hubspot.md sections 5.1, 5.3, 5.7 and 15)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

PATHS = ("/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09")


@pytest.mark.parametrize("root", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_path_family_answers_with_and_without_a_trailing_slash(door: Door, root: str, slash: str) -> None:
    door.load("contacts", "7", email="ann@example.com")
    status, body = door.call("GET", f"{root}/contacts{slash}")
    assert (status, [one["id"] for one in body["results"]]) == (200, ["7"])


@pytest.mark.parametrize("name", ["contacts", "contact", "0-1"])
def test_an_object_type_goes_by_its_plural_singular_and_number(door: Door, name: str) -> None:
    assert door.call("GET", f"{DATED}/{name}")[0] == 200


def test_an_unknown_object_type_is_refused(door: Door) -> None:
    status, body = door.call("GET", f"{DATED}/unicorns")
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert "unicorns" in body["message"]


def test_ids_are_strings_that_grow(door: Door) -> None:
    first, second = (door.call("POST", f"{DATED}/contacts", {"properties": {}})[1]["id"] for _ in range(2))
    assert isinstance(first, str)
    assert int(first) < int(second)


def test_values_are_strings_or_null_and_unknown_names_are_left_out(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com", num_notes=3, hs_email_optout=True)
    asked = "num_notes,hs_email_optout,phone,no_such_property"
    assert door.properties("7", names=asked) == {
        "createdate": "2026-12-02T09:00:00.000Z",
        "lastmodifieddate": "2026-12-02T09:00:00.000Z",
        "hs_object_id": "7",
        "num_notes": "3",
        "hs_email_optout": "true",
        "phone": None,
    }


@pytest.mark.parametrize(
    "type_, expected",
    [
        ("contacts", {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}),
        ("calls", {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"}),
        ("tasks", {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"}),
        ("leads", {"createdate", "hs_lastmodifieddate", "hs_object_id"}),
    ],
)
def test_without_asking_the_default_properties_come(door: Door, type_: str, expected: set[str]) -> None:
    door.load(type_, "7", hs_timestamp="2026-12-01T09:00:00Z")
    assert set(door.properties("7", type_)) == expected


def test_a_list_pages_in_id_order_up_to_a_hundred(door: Door) -> None:
    for number in range(250, 0, -1):
        door.load("contacts", str(number))
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        body = door.call("GET", f"{DATED}/contacts?limit=100&after={after}")[1]
        seen += [one["id"] for one in body["results"]]
        after = body.get("paging", {}).get("next", {}).get("after")
    assert seen == [str(number) for number in range(1, 251)]


@pytest.mark.parametrize(
    "query, status",
    [
        ("limit=100", 200),
        ("limit=101", 400),
        ("limit=0", 400),
        ("limit=ten", 400),
        ("limit=50&propertiesWithHistory=phone", 200),
        ("limit=51&propertiesWithHistory=phone", 400),
        ("after=not-a-cursor", 400),
    ],
)
def test_a_list_keeps_its_limits(door: Door, query: str, status: int) -> None:
    assert door.call("GET", f"{DATED}/contacts?{query}")[0] == status


def test_the_default_page_has_ten_and_the_last_page_no_paging(door: Door) -> None:
    for number in range(1, 12):
        door.load("contacts", str(number))
    first = door.call("GET", f"{DATED}/contacts")[1]
    last = door.call("GET", f"{DATED}/contacts?after={first['paging']['next']['after']}")[1]
    assert len(first["results"]) == 10
    assert ([one["id"] for one in last["results"]], "paging" in last) == (["11"], False)


@pytest.mark.parametrize("target", [f"{DATED}/contacts", "/crm/owners/2026-09", "/events/event-occurrences/2026-09"])
def test_a_short_page_is_not_the_last_one(door: Door, target: str) -> None:
    for id_ in ("1", "2", "3"):
        door.load("contacts", id_)
        door.load("owners", id_)
        door.load("events", f"e-{id_}", objectId="1", eventType="e_visited_page")
    door.desk.faults.add({"kind": "short_pages", "rows": 2})
    first = door.call("GET", f"{target}?limit=10")[1]
    rest = door.call("GET", f"{target}?limit=10&after={first['paging']['next']['after']}")[1]
    assert (len(first["results"]), len(rest["results"]), "paging" in rest) == (2, 1, False)


def test_the_paging_link_leads_to_the_next_page(door: Door) -> None:
    for number in (1, 2):
        door.load("contacts", str(number))
    link = door.call("GET", f"{DATED}/contacts?limit=1&properties=email,phone")[1]["paging"]["next"]["link"]
    assert [one["id"] for one in door.call("GET", link.removeprefix("http://127.0.0.1:1"))[1]["results"]] == ["2"]


def test_a_list_shows_associations_only_where_there_are_some(door: Door) -> None:
    door.load("contacts", "5")
    door.load("tasks", "7", hs_task_subject="Call", associations={"contacts": ["5"]})
    door.load("tasks", "8", hs_task_subject="Write")
    found = door.call("GET", f"{DATED}/tasks?associations=contacts")[1]["results"]
    assert found[0]["associations"] == {"contacts": {"results": [{"id": "5", "type": "task_to_contact"}]}}
    assert "associations" not in found[1]


def test_a_record_is_found_by_a_unique_property(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com")
    assert door.call("GET", f"{DATED}/contacts/Ann@Example.com?idProperty=email")[1]["id"] == "7"
    assert door.call("GET", f"{DATED}/contacts/Ann?idProperty=firstname")[0] == 400


def test_a_missing_record_is_a_404_without_a_category(door: Door) -> None:
    status, body = door.call("GET", f"{DATED}/contacts/999")
    assert status == 404
    assert set(body) == {"status", "message", "correlationId"}


def test_a_change_moves_the_stamp_and_a_change_to_the_same_value_does_not(door: Door) -> None:
    door.load("contacts", "7", phone="1", lastmodifieddate="2026-01-01T00:00:00.000Z")
    same = door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"phone": "1"}})[1]
    other = door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"phone": "2"}})[1]
    assert same["properties"]["lastmodifieddate"] == same["updatedAt"] == "2026-01-01T00:00:00.000Z"
    assert other["properties"]["lastmodifieddate"] == other["updatedAt"] == "2026-12-02T09:00:00.000Z"


def test_stamps_are_cut_to_the_millisecond(door: Door) -> None:
    door.world.clock.advance(0.0015)
    body = door.call("POST", f"{DATED}/contacts", {"properties": {}})[1]
    assert body["createdAt"] == "2026-12-02T09:00:00.001Z"


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_string_clears(door: Door, nothing: str | None) -> None:
    door.load("contacts", "7", phone="1")
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"phone": nothing}})
    assert door.properties("7", names="phone")["phone"] is None


def test_calls_keep_the_generic_modification_stamp(door: Door) -> None:
    door.load("calls", "7", hs_timestamp="2026-12-01T09:00:00Z", hs_lastmodifieddate="2026-12-01T10:00:00Z")
    door.call("PATCH", f"{DATED}/calls/7", {"properties": {"hs_call_title": "Hello"}})
    assert door.properties("7", "calls")["hs_lastmodifieddate"] == "2026-12-02T09:00:00.000Z"


def test_an_engagement_needs_its_time(door: Door) -> None:
    status, body = door.call("POST", f"{DATED}/calls", {"properties": {"hs_call_title": "Hello"}})
    assert (status, body["context"]) == (400, {"properties": ["hs_timestamp"]})


@pytest.mark.parametrize("given", ["2026-12-01T10:00:00Z", "2026-12-01T11:00:00+01:00", "1796119200000", 1796119200000])
def test_an_instant_may_be_written_as_iso_or_milliseconds(door: Door, given: object) -> None:
    body = door.call("POST", f"{DATED}/calls", {"properties": {"hs_timestamp": given}})[1]
    assert body["properties"]["hs_timestamp"] == "2026-12-01T10:00:00.000Z"


def test_an_archived_record_is_only_seen_by_those_who_ask_for_it(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com")
    assert door.call("DELETE", f"{DATED}/contacts/7") == (204, None)
    assert door.call("GET", f"{DATED}/contacts/7")[0] == 404
    assert door.call("GET", f"{DATED}/contacts")[1]["results"] == []
    bin_ = door.call("GET", f"{DATED}/contacts?archived=true")[1]["results"]
    assert [(one["id"], one["archived"], one["archivedAt"]) for one in bin_] == [
        ("7", True, "2026-12-02T09:00:00.000Z")
    ]
    assert door.call("DELETE", f"{DATED}/contacts/7")[0] == 204
    assert door.call("DELETE", f"{DATED}/contacts/8")[0] == 404


def test_an_archived_record_frees_its_email(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com")
    door.call("DELETE", f"{DATED}/contacts/7")
    assert door.call("POST", f"{DATED}/contacts", {"properties": {"email": "ann@example.com"}})[0] == 201


def test_a_merge_makes_a_third_record_to_which_both_old_ids_lead(door: Door) -> None:
    door.load("contacts", "5", email="ann@example.com", phone="1")
    door.load("contacts", "6", email="a.smith@example.com", phone="2", city="Ulm")
    door.load("calls", "9", hs_timestamp="2026-12-01T09:00:00Z", associations={"contacts": ["6"]})
    body = door.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "5", "objectIdToMerge": "6"})[1]
    assert body["id"] not in {"5", "6"}
    for old in ("5", "6"):
        found = door.call("GET", f"{DATED}/contacts/{old}?properties=email,phone,city,hs_merged_object_ids")[1]
        assert found["id"] == body["id"]
        assert found["properties"] | {"email": "ann@example.com", "phone": "1", "city": "Ulm"} == found["properties"]
        assert found["properties"]["hs_merged_object_ids"] == "5;6"
    assert door.call("GET", f"{DATED}/contacts/a.smith@example.com?idProperty=email")[1]["id"] == body["id"]
    assert [one["id"] for one in door.call("GET", f"{DATED}/contacts")[1]["results"]] == [body["id"]]
    call = door.call("GET", f"{DATED}/calls/9?associations=contacts")[1]
    assert [one["id"] for one in call["associations"]["contacts"]["results"]] == [body["id"]]


def test_a_merged_record_can_be_merged_again(door: Door) -> None:
    for number in ("5", "6", "7"):
        door.load("contacts", number)
    first = door.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "5", "objectIdToMerge": "6"})[1]["id"]
    last = door.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "7", "objectIdToMerge": "5"})[1]["id"]
    assert {door.call("GET", f"{DATED}/contacts/{old}")[1]["id"] for old in ("5", "6", "7", first, last)} == {last}


def test_a_forgotten_contact_is_gone(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com")
    asked = {"objectId": "ann@example.com", "idProperty": "email"}
    assert door.call("POST", f"{DATED}/contacts/gdpr-delete", asked)[0] == 204
    assert door.call("GET", f"{DATED}/contacts/7")[0] == 404
    assert door.call("GET", f"{DATED}/contacts?archived=true")[1]["results"] == []


def test_history_comes_newest_first_and_tells_who(door: Door) -> None:
    door.load("contacts", "7", hs_lead_status="NEW", createdate="2026-11-01T00:00:00.000Z")
    door.portal.act("51", {"op": "update", "type": "contacts", "id": "7", "fields": {"hs_lead_status": "OPEN"}})
    door.world.clock.advance(60)
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"hs_lead_status": "CONNECTED"}})
    body = door.call("GET", f"{DATED}/contacts/7?propertiesWithHistory=hs_lead_status")[1]
    entries = [
        (one["value"], one["timestamp"], one["sourceType"]) for one in body["propertiesWithHistory"]["hs_lead_status"]
    ]
    assert entries == [
        ("CONNECTED", "2026-12-02T09:01:00.000Z", "INTEGRATION"),
        ("OPEN", "2026-12-02T09:00:00.000Z", "CRM_UI"),
        ("NEW", "2026-11-01T00:00:00.000Z", "CRM_UI"),
    ]


STAGES = ("lead", "marketingqualifiedlead", "opportunity")


def test_a_lifecycle_stage_set_backwards_is_accepted_and_ignored(door: Door) -> None:
    door.load("contacts", "7", lifecyclestage="opportunity")
    assert door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"lifecyclestage": "lead"}})[0] == 200
    assert door.properties("7", names="lifecyclestage")["lifecyclestage"] == "opportunity"
    for stage in ("", "lead"):
        door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"lifecyclestage": stage}})
    assert door.properties("7", names="lifecyclestage")["lifecyclestage"] == "lead"


def test_the_lifecycle_switch_lets_a_stage_go_back(door: Door) -> None:
    door.desk.faults.add({"kind": "lifecycle_backward"})
    door.load("contacts", "7", lifecyclestage="opportunity")
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"lifecyclestage": "lead"}})
    assert door.properties("7", names="lifecyclestage")["lifecyclestage"] == "lead"


def test_reaching_a_stage_stamps_its_date_once(door: Door) -> None:
    door.load("contacts", "7", lifecyclestage="lead")
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"lifecyclestage": "opportunity"}})
    name = "hs_lifecyclestage_opportunity_date"
    assert door.properties("7", names=name)[name] == "2026-12-02T09:00:00.000Z"


def test_an_associated_new_record_is_linked_both_ways(door: Door) -> None:
    door.load("contacts", "7")
    tie = {"to": {"id": "7"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}]}
    made = door.call("POST", f"{DATED}/tasks", {"properties": {"hs_timestamp": "0"}, "associations": [tie]})[1]
    found = door.call("GET", f"{DATED}/contacts/7?associations=tasks")[1]
    assert [one["id"] for one in found["associations"]["tasks"]["results"]] == [made["id"]]


def test_a_new_record_cannot_be_tied_to_one_that_is_not_there(door: Door) -> None:
    tie = {"to": {"id": "7"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}]}
    body = {"properties": {"hs_timestamp": "0"}, "associations": [tie]}
    assert door.call("POST", f"{DATED}/tasks", body)[0] == 400
    assert door.call("GET", f"{DATED}/tasks")[1]["results"] == []


def test_a_logged_call_moves_the_roll_ups_of_its_contact(door: Door) -> None:
    door.load("contacts", "7", lastmodifieddate="2026-01-01T00:00:00.000Z", hs_is_unworked="true")
    fields: dict[str, Any] = {"hs_timestamp": "2026-12-02T08:55:00Z", "associations": {"contacts": ["7"]}}
    door.portal.act("51", {"op": "create", "type": "calls", "fields": fields})
    found = door.properties("7", names="notes_last_contacted,num_contacted_notes,hs_is_unworked")
    assert (
        found
        | {
            "notes_last_contacted": "2026-12-02T08:55:00.000Z",
            "num_contacted_notes": "1",
            "hs_is_unworked": "false",
            "lastmodifieddate": "2026-12-02T09:00:00.000Z",
        }
        == found
    )


def test_completing_a_task_stamps_it(door: Door) -> None:
    door.load("tasks", "7", hs_task_status="NOT_STARTED")
    door.call("PATCH", f"{DATED}/tasks/7", {"properties": {"hs_task_status": "COMPLETED"}})
    assert door.properties("7", "tasks", "hs_task_completion_date")["hs_task_completion_date"] is not None
