"""Pipelines, and the deals, tickets and leads that stand in them (facts/hubspot.md sections 1 and 8)."""

from typing import Any

import pytest

from crmsync.emulator.hubspot.pipelines import stamp_names
from tests.emulator.hubspot.door import DATED, START, Door

ROOTS = ("/crm/v3/pipelines", "/crm/pipelines/2026-03", "/crm/pipelines/2026-09")
LEADS = f"{DATED}/leads"
AT = START.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stages(door: Door, type_: str, pipeline: str) -> list[str]:
    return [one["id"] for one in door.call("GET", f"/crm/v3/pipelines/{type_}/{pipeline}/stages")[1]["results"]]


@pytest.mark.parametrize("root", ROOTS)
def test_the_deal_pipeline_is_as_it_was_captured(door: Door, root: str) -> None:
    body = door.call("GET", f"{root}/deals")[1]
    (pipeline,) = body["results"]
    assert list(pipeline) == ["label", "displayOrder", "id", "stages", "createdAt", "updatedAt", "archived"]
    assert [(one["id"], one["metadata"]["probability"]) for one in pipeline["stages"]] == [
        ("appointmentscheduled", "0.2"),
        ("qualifiedtobuy", "0.4"),
        ("presentationscheduled", "0.6"),
        ("decisionmakerboughtin", "0.8"),
        ("contractsent", "0.9"),
        ("closedwon", "1.0"),
        ("closedlost", "0.0"),
    ]
    assert pipeline["stages"][0] == {
        "label": "Appointment Scheduled",
        "displayOrder": 0,
        "metadata": {"isClosed": "false", "probability": "0.2"},
        "id": "appointmentscheduled",
        "createdAt": "1970-01-01T00:00:00Z",
        "updatedAt": "1970-01-01T00:00:00Z",
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        "archived": False,
    }


@pytest.mark.parametrize(
    "type_, pipeline, first",
    [("leads", "lead-pipeline-id", "new-stage-id"), ("0-136", "lead-pipeline-id", "new-stage-id")],
)
def test_leads_have_a_pipeline_of_their_own(door: Door, type_: str, pipeline: str, first: str) -> None:
    assert stages(door, type_, pipeline)[0] == first


def test_a_pipeline_is_made_changed_and_deleted(door: Door) -> None:
    root = "/crm/pipelines/2026-09/deals"
    wanted = {"label": "Partners", "displayOrder": 1, "stages": [{"label": "Met", "metadata": {"probability": 0.5}}]}
    status, made = door.call("POST", root, wanted)
    assert (status, made["stages"][0]["metadata"]) == (201, {"probability": "0.5", "isClosed": "false"})
    assert door.call("PATCH", f"{root}/{made['id']}", {"label": "Resellers"})[1]["label"] == "Resellers"
    stage = {"label": "Signed", "displayOrder": 1, "metadata": {"probability": "1.0"}}
    status, signed = door.call("POST", f"{root}/{made['id']}/stages", stage)
    assert (status, signed["metadata"]["isClosed"]) == (201, "true")
    deal = {"properties": {"dealname": "X", "pipeline": made["id"], "dealstage": signed["id"]}}
    assert door.call("POST", f"{DATED}/deals", deal)[1]["properties"]["hs_is_closed_won"] == "true"
    assert door.call("DELETE", f"{root}/{made['id']}/stages/{signed['id']}")[0] == 400
    assert door.call("DELETE", f"{root}/{made['id']}?validateReferencesBeforeDelete=true")[0] == 400
    assert door.call("DELETE", f"{root}/{made['id']}")[0] == 204
    assert door.call("GET", f"{root}/{made['id']}")[0] == 404


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("GET", "/deals/no_such", None, 404),
        ("GET", "/deals/default/stages/no_such", None, 404),
        ("GET", "/unicorns", None, 400),
        ("GET", "/contacts", None, 400),
        (
            "POST",
            "/deals",
            {"label": "sales pipeline", "stages": [{"label": "A", "metadata": {"probability": "1"}}]},
            409,
        ),
        ("POST", "/deals", {"label": "New", "stages": []}, 400),
        ("POST", "/deals", {"label": "New", "stages": [{"label": "A", "metadata": {}}]}, 400),
        ("POST", "/deals", {"label": "New", "stages": [{"label": "A", "metadata": {"probability": "often"}}]}, 400),
        ("POST", "/deals", {"stages": "many"}, 400),
        ("POST", "/deals/default/stages", {"label": "Closed won", "metadata": {"probability": "1.0"}}, 409),
        ("PATCH", "/deals/default/stages/closedwon", {"metadata": {"probability": "2"}}, 400),
        ("DELETE", "/deals/default", None, 400),
    ],
)
def test_a_pipeline_that_makes_no_sense_is_refused(
    door: Door, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    assert door.call(method, f"/crm/v3/pipelines{path}", body)[0] == status


def test_the_options_of_a_stage_property_are_the_stages(door: Door) -> None:
    door.call("POST", "/crm/v3/pipelines/deals/default/stages", {"label": "Paused", "metadata": {"probability": "0.1"}})
    shown = door.call("GET", "/crm/properties/2026-09/deals/dealstage")[1]
    assert (shown["type"], shown["fieldType"], shown["externalOptions"]) == ("enumeration", "radio", True)
    assert [one["label"] for one in shown["options"]][-1] == "Paused"


def test_a_won_deal_says_so_and_a_reopened_one_no_more(door: Door) -> None:
    made = door.call(
        "POST", f"{DATED}/deals", {"properties": {"dealname": "X", "amount": "5", "dealstage": "contractsent"}}
    )
    id_ = made[1]["id"]
    assert made[1]["properties"]["pipeline"] == "default"
    won = door.call("PATCH", f"{DATED}/deals/{id_}", {"properties": {"dealstage": "closedwon"}})[1]["properties"]
    names = ("hs_is_closed", "hs_is_closed_won", "hs_is_closed_lost", "hs_closed_amount", "closedate")
    assert [won[name] for name in names] == ["true", "true", "false", "5", AT]
    assert (won["hs_v2_date_entered_closedwon"], won["hs_v2_date_exited_contractsent"]) == (AT, AT)
    back = door.call("PATCH", f"{DATED}/deals/{id_}", {"properties": {"dealstage": "contractsent"}})[1]["properties"]
    assert (back["hs_is_closed"], back["hs_is_closed_won"], back["hs_closed_amount"]) == ("false", "false", "0")


@pytest.mark.parametrize(
    "given", [{"dealstage": "won"}, {"pipeline": "no_such"}, {"pipeline": "default", "dealstage": "new-stage-id"}]
)
def test_a_deal_cannot_stand_in_a_stage_that_is_not_there(door: Door, given: dict[str, str]) -> None:
    status, body = door.call("POST", f"{DATED}/deals", {"properties": {"dealname": "X", **given}})
    assert (status, body["errors"][0]["code"]) == (400, "INVALID_OPTION")


def lead(door: Door, **given: object) -> tuple[int, Any]:
    type_ = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 578}
    ties = [{"to": {"id": "1"}, "types": [type_]}]
    properties: dict[str, object] = {"hs_lead_name": "Ann", **given}
    return door.call("POST", LEADS, {"properties": properties, "associations": ties})


def test_a_lead_starts_new_and_tells_what_its_stage_means(door: Door) -> None:
    door.load("contacts", "1")
    status, made = lead(door)
    flags = {name: made["properties"][f"hs_lead_is_{name}"] for name in ("new", "open", "in_progress", "qualified")}
    assert (status, flags) == (201, {"new": "1", "open": "1", "in_progress": "0", "qualified": "0"})
    stage = {"properties": {"hs_pipeline_stage": "unqualified-stage-id"}}
    after = door.call("PATCH", f"{LEADS}/{made['id']}", stage)[1]["properties"]
    assert (after["hs_pipeline_stage_category"], after["hs_lead_is_disqualified"], after["hs_lead_is_open"]) == (
        "UNQUALIFIED",
        "1",
        "0",
    )
    entered, left = stamp_names("leads", "unqualified-stage-id")[0], stamp_names("leads", "new-stage-id")[1]
    assert (after[entered], after[left]) == (AT, AT)
    assert entered.startswith("hs_v2_date_entered_unqualified_stage_id_")


@pytest.mark.parametrize("missing", ["name", "associations", "stage"])
def test_a_lead_needs_a_name_a_contact_and_a_stage_that_exists(door: Door, missing: str) -> None:
    door.load("contacts", "1")
    if missing == "associations":
        assert door.call("POST", LEADS, {"properties": {"hs_lead_name": "Ann"}})[0] == 400
    else:
        given = {"hs_lead_name": ""} if missing == "name" else {"hs_pipeline_stage": "closedwon"}
        assert lead(door, **given)[0] == 400


@pytest.mark.parametrize("type_, number", [("companies", 610), ("contacts", 608)])
def test_a_lead_may_belong_to_a_company_too(door: Door, type_: str, number: int) -> None:
    door.load(type_, "5")
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}]
    body = {"properties": {"hs_lead_name": "Ann"}, "associations": [{"to": {"id": 5}, "types": types}]}
    made = door.call("POST", LEADS, body)[1]
    links = door.call("GET", f"/crm/v4/objects/leads/{made['id']}/associations/{type_}")[1]["results"]
    assert [[one["typeId"] for one in link["associationTypes"]] for link in links] == [[number]]


def test_a_ticket_needs_a_stage_and_closing_it_is_dated(door: Door) -> None:
    assert door.call("POST", f"{DATED}/tickets", {"properties": {"subject": "Help"}})[0] == 400
    given = {"subject": "Help", "hs_pipeline_stage": "1"}
    made = door.call("POST", f"{DATED}/tickets", {"properties": given})[1]
    assert (made["properties"]["hs_pipeline"], made["properties"].get("closed_date")) == ("0", None)
    done = door.call("PATCH", f"{DATED}/tickets/{made['id']}", {"properties": {"hs_pipeline_stage": "4"}})[1]
    assert done["properties"]["closed_date"] == AT


def test_a_loaded_deal_tells_what_its_stage_means_and_a_new_stage_comes_into_being(door: Door) -> None:
    door.load("deals", "7", dealname="X", dealstage="closedlost", amount=10)
    assert door.properties("7", "deals", "hs_is_closed_lost,hs_is_closed")["hs_is_closed_lost"] == "true"
    door.load("deals", "8", dealname="Y", pipeline="partners", dealstage="signed")
    assert stages(door, "deals", "partners") == ["signed"]
    assert door.call("PATCH", f"{DATED}/deals/7", {"properties": {"dealstage": "signed"}})[0] == 400
