"""What a portal's admin demands (facts/hubspot.md section 0.6), forgotten people, groups, bins and schemas."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

V3, OLD = "/crm/v3/objects", "/crm/objects/2026-03"
PROPERTIES = "/crm/properties/2026-09"


@pytest.fixture
def ruled(door: Door) -> Door:
    door.load("contacts", "1", firstname="Ann")
    door.portal.load(
        {
            "type": "__rule__",
            "fields": {
                "object": "contacts",
                "property": "firstname",
                "ruleType": "ALPHANUMERIC",
                "ruleArguments": ["ALPHA"],
            },
        }
    )
    when = {"hs_lead_status": ["UNQUALIFIED"]}
    door.portal.load({"type": "__rule__", "fields": {"object": "contacts", "required": "industry", "when": when}})
    return door


@pytest.mark.parametrize("root, status", [(V3, 200), (OLD, 200), (DATED, 400)])
@pytest.mark.parametrize("given", [{"firstname": "R2D2"}, {"hs_lead_status": "UNQUALIFIED"}])
def test_rules_bind_the_newest_version_only(ruled: Door, root: str, status: int, given: dict[str, str]) -> None:
    assert ruled.call("PATCH", f"{root}/contacts/1", {"properties": given})[0] == status


def test_a_broken_rule_is_told_inside_the_message(ruled: Door) -> None:
    status, body = ruled.call("PATCH", f"{DATED}/contacts/1", {"properties": {"firstname": "R2D2"}})
    assert (status, body["category"], "errors" in body) == (400, "VALIDATION_ERROR", False)
    assert '"error":"INVALID_ALPHA","name":"firstname"' in body["message"]


def test_what_is_required_may_come_along(ruled: Door) -> None:
    given = {"hs_lead_status": "UNQUALIFIED", "industry": "Trade"}
    assert ruled.call("PATCH", f"{DATED}/contacts/1", {"properties": given})[0] == 200
    assert ruled.call("PATCH", f"{DATED}/contacts/1", {"properties": {"phone": "1"}})[0] == 200


def test_batches_are_bound_too_and_people_are_not(ruled: Door) -> None:
    inputs = {"inputs": [{"id": "1", "objectWriteTraceId": "a", "properties": {"firstname": "R2D2"}}]}
    status, body = ruled.call("POST", f"{DATED}/contacts/batch/update", inputs)
    assert (status, body["errors"][0]["context"]["objectWriteTraceId"]) == (207, ["a"])
    ruled.portal.act("7", {"op": "update", "type": "contacts", "id": "1", "fields": {"firstname": "R2D2"}})
    assert ruled.properties("1")["firstname"] == "R2D2"


def test_a_field_of_the_create_form_is_required_on_create(door: Door) -> None:
    door.portal.load({"type": "__rule__", "fields": {"object": "tasks", "required": "hs_task_priority"}})
    given = {"hs_timestamp": "0"}
    assert [door.call("POST", f"{root}/tasks", {"properties": given})[0] for root in (V3, DATED)] == [201, 400]


@pytest.mark.parametrize("root", ["/crm/v3/property-validations", "/crm/property-validations/2026-09"])
def test_the_rules_of_properties_can_be_read(ruled: Door, root: str) -> None:
    rule = {"ruleType": "ALPHANUMERIC", "ruleArguments": ["ALPHA"], "shouldApplyNormalization": False}
    body = ruled.call("GET", f"{root}/0-1")[1]
    assert body == {"results": [{"propertyName": "firstname", "propertyValidationRules": [rule]}]}
    assert ruled.call("GET", f"{root}/0-1/firstname")[1] == {"results": [rule]}
    assert ruled.call("GET", f"{root}/0-1/phone")[1] == {"results": []}


@pytest.mark.parametrize(
    "type_, arguments, good, bad",
    [
        ("ALPHANUMERIC", ["NUMERIC"], "42", "4x"),
        ("ALPHANUMERIC", [], "4x", "4-x"),
        ("MIN_LENGTH", ["3"], "abc", "ab"),
        ("MAX_LENGTH", ["3"], "abc", "abcd"),
        ("MIN_NUMBER", ["3"], "3", "2"),
        ("MAX_NUMBER", ["3"], "3", "many"),
        ("REGEX", ["[a-c]+"], "abc", "abd"),
        ("EMAIL_ALLOWED_DOMAINS", ["acme.example"], "a@ACME.example", "a@b.example"),
        ("EMAIL_BLOCKED_DOMAINS", ["acme.example"], "a@b.example", "a@acme.example"),
        ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", [], "+49 30 123456", "030 123456"),
        ("SPECIAL_CHARACTERS", [], "a b", "a!b"),
        ("WHITESPACE", [], "ab", "a b"),
    ],
)
def test_each_kind_of_rule(door: Door, type_: str, arguments: list[str], good: str, bad: str) -> None:
    rule = {"object": "contacts", "property": "city", "ruleType": type_, "ruleArguments": arguments}
    door.portal.load({"type": "__rule__", "fields": rule})
    answers = [door.call("POST", f"{DATED}/contacts", {"properties": {"city": text}})[0] for text in (good, bad)]
    assert answers == [201, 400]


def test_whoever_was_forgotten_cannot_come_back(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com", hs_additional_emails="ann@old.example")
    door.load("calls", "7", hs_timestamp="0", associations={"contacts": ["1"]})
    assert door.call("POST", f"{DATED}/contacts/gdpr-delete", {"objectId": "1"}) == (204, None)
    for archived in ("false", "true"):
        assert door.call("GET", f"{DATED}/contacts/1?archived={archived}")[0] == 404
    for address in ("Ann@example.com", "ann@old.example"):
        status, body = door.call("POST", f"{DATED}/contacts", {"properties": {"email": address}})
        assert (status, body["errors"][0]["code"]) == (400, "GDPR_BLACKLISTED_EMAIL")
    assert door.call("GET", "/crm/v4/objects/calls/7/associations/contacts")[1]["results"] == []


def test_an_unknown_address_is_blocked_as_well(door: Door) -> None:
    given = {"objectId": "New@example.com", "idProperty": "email"}
    assert door.call("POST", f"{V3}/contacts/gdpr-delete", given)[0] == 204
    assert door.call("POST", f"{V3}/contacts", {"properties": {"email": "new@example.com"}})[0] == 400
    assert door.call("POST", f"{V3}/companies/gdpr-delete", {"objectId": "1"})[0] == 400


def test_an_archived_contact_can_be_forgotten(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    door.call("DELETE", f"{DATED}/contacts/1")
    door.call("POST", f"{DATED}/contacts/gdpr-delete", {"objectId": "1"})
    assert door.call("GET", f"{DATED}/contacts/1?archived=true")[0] == 404


def test_a_merge_leaves_its_traces(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    door.load("contacts", "2", email="ann@old.example", hs_additional_emails="a@old.example")
    merged = door.call("POST", f"{V3}/contacts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"})[1]
    now = door.portal.books.now()
    told = merged["properties"]
    assert (told["hs_merged_object_ids"], told["hs_calculated_merged_vids"]) == ("1;2", f"1:{now};2:{now}")
    assert told["hs_additional_emails"] == "ann@old.example;a@old.example"
    by = f"{DATED}/contacts/a@old.example?idProperty=email"
    assert door.call("GET", by)[1]["id"] == merged["id"]
    status, body = door.call("POST", f"{V3}/contacts", {"properties": {"email": "a@old.example"}})
    assert (status, body["message"]) == (409, f"Contact already exists. Existing ID: {merged['id']}")


def test_a_merge_past_250_identities_is_refused(door: Door) -> None:
    door.load("contacts", "1", hs_merged_object_ids=";".join(str(number) for number in range(1_000, 1_249)))
    door.load("contacts", "2")
    assert door.call("POST", f"{V3}/contacts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"})[0] == 400


def test_whatever_worked_for_somebody_stands_in_the_history(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="NEW")
    via = {"source": "AUTOMATION_PLATFORM", "id": "enrollmentId:5;actionExecutionIndex:0", "label": "Nurture"}
    fields = {"hs_lead_status": "OPEN"}
    door.portal.act("7", {"op": "update", "type": "contacts", "id": "1", "fields": fields, "via": via})
    door.portal.act("7", {"op": "update", "type": "contacts", "id": "1", "fields": {"hs_lead_status": "NEW"}})
    door.call("PATCH", f"{V3}/contacts/1", {"properties": {"hs_lead_status": "OPEN"}})
    body = door.call("GET", f"{V3}/contacts/1?propertiesWithHistory=hs_lead_status")[1]
    entries = body["propertiesWithHistory"]["hs_lead_status"]
    assert [(one["sourceType"], one.get("sourceId"), one.get("updatedByUserId")) for one in entries] == [
        ("INTEGRATION", "3351247", None),
        ("CRM_UI", "userId:7", 7),
        ("AUTOMATION_PLATFORM", "enrollmentId:5;actionExecutionIndex:0", 7),
        ("CRM_UI", None, None),
    ]
    assert entries[2]["sourceLabel"] == "Nurture"


def test_a_merge_keeps_both_histories(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="NEW")
    door.load("contacts", "2", hs_lead_status="NEW")
    for id_, value in (("1", "OPEN"), ("2", "CONNECTED")):
        door.world.clock.advance(60)
        door.call("PATCH", f"{V3}/contacts/{id_}", {"properties": {"hs_lead_status": value}})
    merged = door.call("POST", f"{V3}/contacts/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"})[1]["id"]
    body = door.call("GET", f"{V3}/contacts/{merged}?propertiesWithHistory=hs_lead_status")[1]
    told = [(one["value"], one["sourceType"]) for one in body["propertiesWithHistory"]["hs_lead_status"]]
    assert told == [
        ("OPEN", "MERGE_OBJECTS"),
        ("CONNECTED", "INTEGRATION"),
        ("OPEN", "INTEGRATION"),
        ("NEW", "CRM_UI"),
        ("NEW", "CRM_UI"),
    ]


def test_what_a_forgotten_contact_did_is_gone_too(door: Door) -> None:
    door.load("contacts", "1")
    door.load("events", "", objectId="1", eventType="e_visited_page")
    door.call("POST", f"{DATED}/contacts/gdpr-delete", {"objectId": "1"})
    assert door.call("GET", "/events/event-occurrences/2026-09?eventType=e_visited_page")[1]["results"] == []


def test_the_date_of_a_deal_may_be_given(door: Door) -> None:
    given = {"dealname": "X", "createdate": "2026-01-01T00:00:00Z"}
    made = door.call("POST", f"{V3}/deals", {"properties": given})[1]
    assert made["properties"]["createdate"] == "2026-01-01T00:00:00.000Z"
    later = {"properties": {"createdate": "2026-02-01T00:00:00Z"}}
    assert door.call("PATCH", f"{V3}/deals/{made['id']}", later)[1]["properties"]["createdate"][:10] == "2026-02-01"
    assert door.call("POST", f"{V3}/contacts", {"properties": {"createdate": "2026-01-01T00:00:00Z"}})[0] == 400


def test_a_history_can_be_loaded(door: Door) -> None:
    entries = [
        {"value": "OPEN", "timestamp": "2026-11-02T00:00:00Z", "sourceType": "SALESFORCE", "sourceId": "00Q1"},
        {"value": "NEW", "timestamp": "2026-11-01T00:00:00Z", "sourceType": "FORM"},
    ]
    door.load("contacts", "1", hs_lead_status="OPEN", history={"hs_lead_status": entries})
    body = door.call(
        "POST", f"{V3}/contacts/batch/read", {"propertiesWithHistory": ["hs_lead_status"], "inputs": [{"id": "1"}]}
    )[1]
    shown = body["results"][0]["propertiesWithHistory"]["hs_lead_status"]
    assert [(one["value"], one["sourceType"], one["timestamp"]) for one in shown] == [
        ("OPEN", "SALESFORCE", "2026-11-02T00:00:00.000Z"),
        ("NEW", "FORM", "2026-11-01T00:00:00.000Z"),
    ]


@pytest.mark.parametrize("root", ["/crm/v3/properties", "/crm/properties/2026-03", PROPERTIES])
def test_groups_are_made_changed_and_deleted(door: Door, root: str) -> None:
    groups = f"{root}/contacts/groups"
    assert "contactinformation" in [one["name"] for one in door.call("GET", groups)[1]["results"]]
    status, made = door.call("POST", groups, {"name": "ours", "label": "Ours", "displayOrder": -1})
    assert (status, made) == (201, {"archived": False, "name": "ours", "label": "Ours", "displayOrder": -1})
    assert door.call("POST", groups, {"name": "ours"})[0] == 409
    assert door.call("PATCH", f"{groups}/ours", {"label": "Mine"})[1]["label"] == "Mine"
    assert door.call("GET", f"{groups}/ours")[1]["label"] == "Mine"
    assert door.call("DELETE", f"{groups}/contactinformation")[0] == 400
    assert [door.call("DELETE", f"{groups}/ours")[0] for _ in range(2)] == [204, 404]
    assert door.call("PATCH", f"{groups}/ours", {})[0] == 404
    assert door.call("GET", f"{groups}/ours")[0] == 404


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "g", **more}


def test_properties_come_and_go_in_batches(door: Door) -> None:
    made = {"inputs": [text("first"), text("second", hidden=True)]}
    answers = [
        door.call("POST", f"{root}/batch/create", made)[0]
        for root in (f"{PROPERTIES}/deals", "/crm/v3/properties/contacts")
    ]
    assert answers == [200, 201]
    assert door.call("POST", f"{PROPERTIES}/deals/batch/create", {"inputs": [text("third"), text("first")]})[0] == 409
    assert door.call("GET", f"{PROPERTIES}/deals/third")[0] == 404
    gone = {"inputs": [{"name": "first"}, {"name": "no_such"}]}
    assert door.call("POST", f"{PROPERTIES}/deals/batch/archive", gone)[0] == 204
    assert door.call("POST", f"{PROPERTIES}/deals/batch/archive", {"inputs": [{"name": "dealname"}]})[0] == 400
    (kept,) = door.call("GET", f"{PROPERTIES}/deals?archived=true")[1]["results"]
    assert (kept["name"], kept["archived"], "archivedAt" in kept) == ("first", True, True)
    asked = {"archived": True, "inputs": [{"name": "first"}]}
    assert door.call("POST", f"{PROPERTIES}/deals/batch/read", asked)[1]["results"][0]["archived"] is True
    assert door.call("GET", f"{PROPERTIES}/deals/first?archived=true")[0] == 200


def test_a_definition_as_captured(door: Door) -> None:
    body = door.call("POST", "/crm/v3/properties/contacts", text("test_prop", description="Test"))[1]
    assert body["modificationMetadata"] == {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": False}
    assert (body["calculated"], body["externalOptions"], body["hasUniqueValue"]) == (False, False, False)
    assert (body["createdUserId"], body["dataSensitivity"]) == ("1", "non_sensitive")
    door.world.clock.advance(5)
    later = door.call("PATCH", "/crm/v3/properties/contacts/test_prop", {"fieldType": "textarea", "hidden": True})[1]
    assert (later["fieldType"], later["hidden"], later["updatedAt"] > later["createdAt"]) == ("textarea", True, True)
    assert (
        door.call("PATCH", "/crm/v3/properties/contacts/test_prop", {"type": "number", "fieldType": "number"})[0] == 400
    )


def test_a_calculated_property_is_nobodys_to_write(door: Door) -> None:
    formula = text("double", type="number", fieldType="calculation_equation", calculationFormula="amount * 2")
    made = door.call("POST", "/crm/v3/properties/deals", formula)[1]
    assert (made["calculated"], made["calculationFormula"]) == (True, "amount * 2")
    assert door.call("POST", f"{V3}/deals", {"properties": {"dealname": "X", "double": "4"}})[0] == 400


@pytest.mark.parametrize("on, status", [(True, 201), (False, 400)])
def test_whether_tasks_take_a_unique_property_is_a_switch(door: Door, on: bool, status: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "unique_task_property", "on": on})
    made = text("crmsync_key", hasUniqueValue=True)
    assert door.call("POST", f"{PROPERTIES}/tasks", made)[0] == status
    assert door.call("POST", f"{PROPERTIES}/contacts", made)[0] == 201


def test_an_object_type_has_ten_unique_properties_at_most(door: Door) -> None:
    answers = [door.call("POST", f"{PROPERTIES}/tasks", text(f"key{one}", hasUniqueValue=True))[0] for one in range(11)]
    assert answers == [201] * 10 + [400]


@pytest.mark.parametrize("on, values", [(False, ["RAW"]), (True, ["NEW", "RAW"])])
def test_whether_options_are_replaced_or_added_is_a_switch(door: Door, on: bool, values: list[str]) -> None:
    door.desk.faults.add({"kind": "switch", "name": "options_appended", "on": on})
    path = f"{PROPERTIES}/contacts/hs_lead_status"
    door.call("PATCH", path, {"options": [{"label": "Raw", "value": "RAW"}]})
    assert [one["value"] for one in door.call("GET", path)[1]["options"]][0 :: 8 if on else 1] == values


@pytest.mark.parametrize("root", ["/crm-object-schemas/v3/schemas", "/crm/v3/schemas"])
def test_a_schema_tells_what_an_object_type_has(door: Door, root: str) -> None:
    assert door.call("GET", root)[1] == {"results": []}
    body = door.call("GET", f"{root}/leads")[1]
    assert (body["objectTypeId"], body["requiredProperties"]) == ("0-136", ["hs_lead_name"])
    assert "hs_pipeline_stage" in [one["name"] for one in body["properties"]]
    assert ("578", "0-1") in [(one["id"], one["toObjectTypeId"]) for one in body["associations"]]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_stage_goes_back_at_once_only_with_the_switch_but_always_by_way_of_nothing(
    door: Door, accepted: bool
) -> None:
    if accepted:
        door.desk.faults.add({"kind": "lifecycle_backward"})
    door.load("contacts", "1", lifecyclestage="opportunity")
    back = {"properties": {"lifecyclestage": "lead"}}
    body = door.call("PATCH", f"{V3}/contacts/1", back)[1]
    assert body["properties"]["lifecyclestage"] == ("lead" if accepted else "opportunity")
    door.call("PATCH", f"{V3}/contacts/1", {"properties": {"lifecyclestage": ""}})
    told = door.call("PATCH", f"{V3}/contacts/1", back)[1]["properties"]
    assert (told["lifecyclestage"], "hs_v2_date_exited_opportunity" in told) == ("lead", True)
