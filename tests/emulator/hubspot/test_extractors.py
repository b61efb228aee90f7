"""The calls of extractors, to the letter: what dlt's and Airbyte's sources for HubSpot send."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import Door

TYPES = ("companies", "contacts", "deals", "tickets", "products", "quotes", "line_items")


@pytest.fixture
def door_of_all() -> Door:
    door = Door()
    for kind in TYPES:
        door.load(kind, "1", **({"hs_pipeline_stage": "1"} if kind == "tickets" else {}))
    return door


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_read_with_all_its_properties_and_history(door_of_all: Door, kind: str) -> None:
    names = [one["name"] for one in door_of_all.call("GET", f"/crm/v3/properties/{kind}")[1]["results"]]
    target = f"/crm/v3/objects/{kind}?associations=deals,products,tickets,quotes&properties={','.join(names)}&limit=100"
    status, body = door_of_all.call("GET", target)
    assert (status, [set(one["properties"]) for one in body["results"]]) == (200, [set(names)])
    assert door_of_all.call("GET", f"/crm/v3/objects/{kind}?propertiesWithHistory={','.join(names)}&limit=50")[0] == 200
    assert door_of_all.call("GET", f"/crm/v3/objects/{kind}?archived=True&limit=100")[1]["results"] == []


def test_an_incremental_search_with_every_property_is_answered(door_of_all: Door) -> None:
    names = [one["name"] for one in door_of_all.call("GET", "/crm/v3/properties/contacts")[1]["results"]]
    stamp: dict[str, Any] = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "1796202000000"}
    window = [stamp, {"propertyName": "lastmodifieddate", "operator": "LTE", "value": "1796202001000"}]
    later = {"propertyName": "hs_object_id", "operator": "GTE", "value": "0"}
    body = {
        "limit": 200,
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "filters": [*window, later],
        "properties": names * 3,
    }
    status, answer = door_of_all.call("POST", "/crm/v3/objects/contacts/search", body)
    assert (status, answer["total"]) == (200, 1)


def test_links_of_pages_lead_on(door_of_all: Door) -> None:
    door_of_all.load("contacts", "2")
    link = door_of_all.call("GET", "/crm/v3/objects/contacts?limit=1")[1]["paging"]["next"]["link"]
    rest = door_of_all.call("GET", link.removeprefix("http://127.0.0.1:1"))[1]
    assert [one["id"] for one in rest["results"]] == ["2"]
