"""What extractors read on v1 and v2 paths; shapes as tap-hubspot 4.5 reads them (driven by hand, see the report)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import Door


@pytest.fixture
def sold(door: Door) -> Door:
    for number in (501, 502, 503):
        door.load("companies", str(number), name=f"Acme {number}", domain="acme.example")
    door.load("contacts", "1", email="ann@example.com")
    door.load("deals", "601", dealname="Big", pipeline="default", dealstage="closedwon", amount="5",
              associations={"companies": ["501"], "contacts": ["1"]})  # fmt: skip
    for number, name in ((701, "calls"), (702, "notes")):
        at = f"2026-12-01T0{number - 700}:00:00Z"
        door.load(name, str(number), hs_timestamp=at, hs_lastmodifieddate=at, hs_note_body="hello",
                  associations={"contacts": ["1"]})  # fmt: skip
    return door


def get(door: Door, target: str) -> Any:
    status, body = door.call("GET", target)
    assert status == 200, body
    return body


def test_companies_go_on_at_the_last_id(sold: Door) -> None:
    first = get(sold, "/companies/v2/companies/paged?limit=2&properties=name")
    assert ([one["companyId"] for one in first["companies"]], first["has-more"]) == ([501, 502], True)
    assert first["companies"][0]["properties"]["name"]["value"] == "Acme 501"
    assert "domain" not in first["companies"][0]["properties"]
    rest = get(sold, f"/companies/v2/companies/paged?limit=2&offset={first['offset']}")
    assert ([one["companyId"] for one in rest["companies"]], rest["has-more"]) == ([503], False)


def test_one_company_shows_all_it_holds_with_its_versions(sold: Door) -> None:
    sold.call("PATCH", "/crm/v3/objects/companies/501", {"properties": {"name": "New"}})
    name = get(sold, "/companies/v2/companies/501")["properties"]["name"]
    assert (name["value"], [one["value"] for one in name["versions"]]) == ("New", ["New", "Acme 501"])
    assert sold.call("GET", "/companies/v2/companies/9")[0] == 404


def test_instants_are_epoch_milliseconds(sold: Door) -> None:
    created = get(sold, "/companies/v2/companies/501")["properties"]["createdate"]
    assert created["value"] == "1796202000000"


def test_deals_name_whom_they_are_about(sold: Door) -> None:
    page = get(sold, "/deals/v1/deal/paged?includeAllProperties=true")
    assert page["hasMore"] is False
    assert page["deals"][0]["associations"]["associatedVids"] == [1]
    assert page["deals"][0]["associations"]["associatedCompanyIds"] == [501]
    assert page["deals"][0]["properties"]["amount"]["value"] == "5"


def test_recent_ones_come_newest_first_and_count(sold: Door) -> None:
    sold.world.clock.advance(60)
    sold.call("PATCH", "/crm/v3/objects/companies/502", {"properties": {"name": "New"}})
    page = get(sold, "/companies/v2/companies/recent/modified?count=2")
    assert [one["companyId"] for one in page["results"]] == [502, 501]
    assert (page["total"], page["hasMore"], page["offset"]) == (3, True, 2)
    assert get(sold, "/companies/v2/companies/recent/modified?since=1796202000001")["total"] == 1


def test_engagements_go_on_after_an_instant_and_never_part_one(sold: Door) -> None:
    at = "2026-12-01T01:00:00Z"
    sold.load("meetings", "703", hs_timestamp=at, hs_lastmodifieddate=at)
    first = get(sold, "/engagements/v1/engagements/modified/after?after=0&limit=1")
    assert [one["engagement"]["type"] for one in first["results"]] == ["CALL", "MEETING"]
    assert (first["hasMore"], first["results"][0]["associations"]["contactIds"]) == (True, [1])
    rest = get(sold, f"/engagements/v1/engagements/modified/after?after={first['after']}")
    assert [(one["engagement"]["id"], one["metadata"]) for one in rest["results"]] == [(702, {"body": "hello"})]
    assert rest["hasMore"] is False


def test_definitions_and_pipelines_are_bare_lists(sold: Door) -> None:
    assert "name" in {one["name"] for one in get(sold, "/companies/v2/properties")}
    assert "dealname" in {one["name"] for one in get(sold, "/properties/v1/deals/properties")}
    pipeline = get(sold, "/deals/v1/pipelines")[0]
    assert [one["stageId"] for one in pipeline["stages"] if one["closedWon"]] == ["closedwon"]


def test_lists_are_served_under_v4_too(sold: Door) -> None:
    assert [one["id"] for one in get(sold, "/crm/v4/objects/companies?limit=1")["results"]] == ["501"]
    assert get(sold, "/crm/v4/objects/contacts/1")["id"] == "1"


@pytest.mark.parametrize(
    "path", ["/companies/v2/companies/paged?offset=x", "/engagements/v1/engagements/modified/after?after=x"]
)
def test_a_bad_offset_is_a_400(door: Door, path: str) -> None:
    assert door.call("GET", path)[0] == 400


def test_owners_and_the_portal_itself_are_known_on_old_paths(door: Door) -> None:
    door.load("owners", "52", email="k@example.com", name="Katrin Kern")
    door.load("owners", "53", email="left@example.com", archived=True)
    assert [one["ownerId"] for one in get(door, "/owners/v2/owners")] == [52]
    assert [one["ownerId"] for one in get(door, "/owners/v2/owners?includeInactive=true&email=LEFT@example.com")] == [
        53
    ]
    assert get(door, "/integrations/v1/me")["portalId"] == 4083751
