"""Rows that were always there, people at their screens, and what the books say about both."""

from typing import Any

import pytest

from crmsync.emulator.world import BadRow
from tests.emulator.hubspot.door import DATED, Door


def test_a_loaded_row_sets_what_nobody_can_write(door: Door) -> None:
    door.load(
        "contacts",
        "7",
        createdate="2025-01-02T03:04:05Z",
        lastmodifieddate=1767225600000,
        hs_object_source="IMPORT",
        hs_object_source_detail_1="bought.csv",
    )
    body = door.call("GET", f"{DATED}/contacts/7?properties=hs_object_source,hs_object_source_detail_1")[1]
    assert (body["createdAt"], body["updatedAt"]) == ("2025-01-02T03:04:05.000Z", "2026-01-01T00:00:00.000Z")
    assert body["properties"]["lastmodifieddate"] == "2026-01-01T00:00:00.000Z"
    assert body["properties"]["hs_object_source_detail_1"] == "bought.csv"
    assert (door.desk.audit, door.desk.edits) == ([], [])


@pytest.mark.parametrize(
    "value, type_, kept",
    [(True, "bool", "true"), (3, "number", "3"), (2.5, "number", "2.5"), ("x", "string", "x"), (None, "string", None)],
)
def test_an_unknown_field_comes_into_being(door: Door, value: object, type_: str, kept: str | None) -> None:
    door.load("contacts", "7", brand_new=value)
    assert door.call("GET", "/crm/v3/properties/contacts/brand_new")[1]["type"] == type_
    assert door.properties("7", names="brand_new")["brand_new"] == kept


def test_an_unknown_option_and_owner_come_into_being(door: Door) -> None:
    door.load("contacts", "7", hs_lead_status="LEFT_VM", hubspot_owner_id="99")
    known = door.call("GET", "/crm/v3/properties/contacts/hs_lead_status")[1]["options"]
    assert known[-1]["value"] == "LEFT_VM"
    assert [one["id"] for one in door.call("GET", "/crm/v3/owners")[1]["results"]] == ["99"]


def test_a_field_row_defines_and_a_picklist_row_replaces(door: Door) -> None:
    field: dict[str, Any] = {
        "object": "contacts",
        "name": "crmsync_key",
        "type": "string",
        "unique": True,
        "length": 40,
    }
    door.portal.load({"type": "__field__", "fields": field})
    values: dict[str, Any] = {
        "object": "contacts",
        "field": "hs_lead_status",
        "values": ["NEW", {"value": "RAW", "label": "Raw name"}],
    }
    door.portal.load({"type": "__picklist__", "fields": values})
    assert door.call("GET", "/crm/v3/properties/contacts/crmsync_key")[1]["hasUniqueValue"] is True
    listed = door.call("GET", "/crm/v3/properties/contacts/hs_lead_status")[1]["options"]
    assert [(one["value"], one["label"]) for one in listed] == [("NEW", "New"), ("RAW", "Raw name")]


def test_loading_the_same_record_again_adds_to_it(door: Door) -> None:
    door.load("contacts", "7", phone="1", createdate="2026-01-01T00:00:00Z")
    door.load("contacts", "7", city="Ulm")
    found = door.properties("7", names="phone,city")
    assert (found["phone"], found["city"], found["createdate"]) == ("1", "Ulm", "2026-01-01T00:00:00.000Z")


def test_loading_the_same_event_again_changes_nothing(door: Door) -> None:
    for _ in range(2):
        door.load("events", "e-1", objectId="7", eventType="e_visited_page", occurredAt="2026-11-01T00:00:00Z")
    assert len(door.call("GET", "/events/v3/events")[1]["results"]) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"type": "unicorns", "fields": {}},
        {"type": "contacts"},
        {"fields": {}},
        {"type": "contacts", "id": "abc", "fields": {}},
        {"type": "contacts", "id": -1, "fields": {}},
        {"type": "contacts", "fields": {"associations": ["1"]}},
        {"type": "contacts", "fields": {"associations": {"unicorns": ["1"]}}},
        {"type": "contacts", "fields": {"associations": {"calls": "1"}}},
        {"type": "contacts", "fields": {"email": "ann@example.com"}},
        {"type": "contacts", "fields": {"phone": ["1", "2"]}},
        {"type": "contacts", "fields": {"brand_new": {}}},
        {"type": "events", "fields": {"objectId": "1", "eventType": "e", "occurredAt": "9999-12-31T23:59:59-23:00"}},
        {"type": "events", "fields": {"objectId": "1", "eventType": "e", "properties": ["x"]}},
        {"type": "events", "fields": {"objectId": "1"}},
        {"type": "events", "fields": {"objectId": "1", "eventType": "e", "occurredAt": "soon"}},
        {"type": "events", "fields": {"eventType": "e"}},
        {"type": "__field__", "fields": {"object": "contacts", "name": "x", "type": "strange"}},
        {"type": "__picklist__", "fields": {"object": "contacts", "field": "no_such", "values": []}},
        {"type": "__picklist__", "fields": {"object": "contacts", "field": "hs_lead_status", "values": "NEW"}},
    ],
)
def test_a_row_that_makes_no_sense_is_named(door: Door, row: dict[str, Any]) -> None:
    door.load("contacts", "1", email="ann@example.com")
    with pytest.raises(BadRow, match=r"\w"):
        door.portal.load(row)


def do(door: Door, op: str, type_: str = "contacts", **more: Any) -> dict[str, Any]:
    return dict(door.portal.act("52", {"op": op, "type": type_, **more}))


def test_people_leave_edits_and_clients_leave_audit_rows(door: Door) -> None:
    door.load("contacts", "7", hs_lead_status="NEW", phone="1")
    do(door, "update", id="7", fields={"hs_lead_status": "OPEN"})
    door.world.clock.advance(1)
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"hs_lead_status": "CONNECTED", "phone": "1"}})
    assert [row.as_json() for row in door.desk.edits] == [
        {
            "at": "2026-12-02T09:00:00.000Z",
            "actor": "52",
            "op": "update",
            "type": "contacts",
            "id": "7",
            "changes": {"hs_lead_status": ["NEW", "OPEN"]},
        }
    ]
    assert [row.as_json() for row in door.desk.audit] == [
        {
            "at": "2026-12-02T09:00:01.000Z",
            "actor": "3351247",
            "op": "update",
            "type": "contacts",
            "id": "7",
            "changes": {"hs_lead_status": ["OPEN", "CONNECTED"], "phone": ["1", "1"]},
        }
    ]


def test_every_written_record_of_a_batch_has_its_row(door: Door) -> None:
    for id_ in ("1", "2"):
        door.load("contacts", id_)
    wishes = [{"id": id_, "properties": {"phone": id_}, "objectWriteTraceId": id_} for id_ in ("1", "2", "3")]
    door.call("POST", f"{DATED}/contacts/batch/update", {"inputs": wishes})
    assert [(row.id, row.changes) for row in door.desk.audit] == [
        ("1", {"phone": (None, "1")}),
        ("2", {"phone": (None, "2")}),
    ]


def test_a_changed_email_frees_the_old_one(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com")
    do(door, "update", id="7", fields={"email": "ann.smith@example.com"})
    assert door.call("GET", f"{DATED}/contacts/ann@example.com?idProperty=email")[0] == 404
    assert door.call("POST", f"{DATED}/contacts", {"properties": {"email": "ann@example.com"}})[0] == 201


def test_people_create_call_complete_and_delete(door: Door) -> None:
    contact = do(door, "create", id="500", fields={"email": "ann@example.com"})["id"]
    task = do(door, "create", "tasks", fields={"hs_timestamp": "0", "associations": {"contacts": [contact]}})["id"]
    do(door, "complete", "tasks", where={"hs_task_status": "NOT_STARTED"})
    assert door.properties(task, "tasks", "hs_task_status")["hs_task_status"] == "COMPLETED"
    do(door, "delete", "tasks", id=task)
    assert door.call("GET", f"{DATED}/tasks/{task}")[0] == 404
    do(door, "restore", "tasks", id=task)
    assert door.call("GET", f"{DATED}/tasks/{task}")[0] == 200
    assert (contact, door.desk.audit) == ("500", [])
    assert door.properties(contact, names="hs_object_source")["hs_object_source"] == "CRM_UI"


@pytest.mark.parametrize(
    "where, nth, id_",
    [
        ({"phone": "12"}, 1, "1"),
        ({"phone": {"starts": "1"}}, 2, "2"),
        ({"phone": {"not": "12"}}, 1, "2"),
        ({"phone": {"in": ["13", "21"]}}, 2, "3"),
        ({"phone": {"starts": "1", "not": "12"}}, 1, "2"),
    ],
)
def test_a_step_can_say_where(door: Door, where: dict[str, Any], nth: int, id_: str) -> None:
    for known, phone in (("1", "12"), ("2", "13"), ("3", "21")):
        door.load("contacts", known, phone=phone)
    assert do(door, "update", where=where, nth=nth, fields={"city": "Ulm"}) == {"id": id_}


@pytest.mark.parametrize(
    "step",
    [
        {"op": "fly", "type": "contacts", "id": "1"},
        {"op": "update", "type": "unicorns", "id": "1"},
        {"op": "update", "type": "contacts"},
        {"op": "update", "type": "contacts", "id": "99"},
        {"op": "update", "type": "contacts", "where": {"no_such": "1"}},
        {"op": "update", "type": "contacts", "where": {"phone": "404"}},
        {"op": "update", "type": "contacts", "id": "1", "fields": {"no_such": "1"}},
        {"op": "update", "type": "contacts", "id": "1", "fields": []},
        {"op": "update", "type": "contacts", "id": "1", "fields": ["x"]},
        {"op": "create", "type": "contacts", "id": "1", "fields": {}},
        {"op": "create", "type": "calls", "fields": {}},
        {"op": "merge", "type": "contacts", "id": "1", "loser": "1"},
        {"op": "restore", "type": "contacts", "id": "1"},
    ],
)
def test_a_step_that_cannot_be_done_is_named(door: Door, step: dict[str, Any]) -> None:
    door.load("contacts", "1")
    if step.get("fields") == []:
        door.portal.act("52", step)  # an empty list is no fields
        return
    with pytest.raises(BadRow, match=r"\w"):
        door.portal.act("52", step)


def test_a_visitor_moves_the_contact(door: Door) -> None:
    door.load("contacts", "7", lastmodifieddate="2026-01-01T00:00:00Z")
    fields = {"objectId": "7", "eventType": "e_submitted_form", "properties": {"hs_form_name": "Demo"}}
    do(door, "create", "events", fields=fields)
    found = door.properties("7", names="num_conversion_events,recent_conversion_event_name")
    assert (found["num_conversion_events"], found["recent_conversion_event_name"]) == ("1", "Demo")
    assert found["lastmodifieddate"] == "2026-12-02T09:00:00.000Z"


def test_people_merge(door: Door) -> None:
    for id_ in ("1", "2"):
        door.load("contacts", id_)
    new = do(door, "merge", id="1", loser="2")["id"]
    assert door.call("GET", f"{DATED}/contacts/2")[1]["id"] == new


def test_an_owner_who_leaves_is_archived(door: Door) -> None:
    door.load("owners", "52", email="k.maier@example.com")
    do(door, "update", "owners", id="52", fields={"archived": True})
    assert door.call("GET", "/crm/v3/owners")[1]["results"] == []


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", f"{DATED}/contacts/7", {"properties": {"phone": "ours"}}),
    ("POST", f"{DATED}/contacts/batch/update", {"inputs": [{"id": "7", "properties": {"phone": "ours"}}]}),
]


@pytest.mark.parametrize("method, path, body", WRITES)
def test_somebody_edits_just_before_the_nth_write(door: Door, method: str, path: str, body: dict[str, Any]) -> None:
    door.load("contacts", "7", phone="old")
    door.desk.faults.add({"kind": "edit_before_write", "n": 2, "field": "phone", "value": "theirs", "actor": "52"})
    door.call(method, path, body)
    assert door.desk.edits == []
    door.call(method, path, body)
    assert [row.changes for row in door.desk.edits] == [{"phone": ("ours", "theirs")}]
    assert door.desk.audit[-1].changes == {"phone": ("theirs", "ours")}


def test_an_edit_may_hit_another_record_or_one_that_is_gone(door: Door) -> None:
    for id_ in ("7", "8"):
        door.load("contacts", id_)
    planted = {"kind": "edit_before_write", "type": "contacts", "field": "phone", "value": "1"}
    door.desk.faults.add({**planted, "id": "8"})
    door.call("PATCH", f"{DATED}/contacts/8", {"properties": {"city": "Ulm"}})
    assert [(row.id, row.changes) for row in door.desk.edits] == [("8", {"phone": (None, "1")})]
    door.desk.faults.add(planted | {"field": "no_such"})
    assert door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"city": "Ulm"}})[0] == 400


def test_a_checkpoint_brings_everything_back(door: Door) -> None:
    door.load("contacts", "7", email="ann@example.com", phone="1")
    saved = door.portal.checkpoint()
    door.call("PATCH", f"{DATED}/contacts/7", {"properties": {"phone": "2", "email": "b@example.com"}})
    door.call("POST", f"{DATED}/contacts", {"properties": {"email": "new@example.com"}})
    door.load("events", "", objectId="7", eventType="e_visited_page")
    door.portal.restore(saved)
    assert door.properties("7", names="phone")["phone"] == "1"
    assert door.call("GET", f"{DATED}/contacts/ann@example.com?idProperty=email")[1]["id"] == "7"
    assert door.call("POST", f"{DATED}/contacts/search", {})[1]["total"] == 1
