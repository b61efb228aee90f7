"""Association labels, and the v3 associations that name types in words (facts/hubspot.md sections 6 and 16)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

V4 = "/crm/v4/associations/contacts/companies"
V3 = "/crm/v3/associations/contacts/companies"
ROOTS = ("/crm/v4/associations", "/crm/associations/2026-03", "/crm/associations/2026-09")
PLAIN = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
PRIMARY = {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}


@pytest.fixture
def pair(door: Door) -> Door:
    door.load("contacts", "1", email="ann@acme.example")
    door.load("companies", "5", name="Acme")
    door.load("companies", "6", name="Other")
    return door


def types(door: Door, source: str = "contacts/1", target: str = "companies") -> dict[int, list[int]]:
    body = door.call("GET", f"/crm/v4/objects/{source}/associations/{target}")[1]
    return {one["toObjectId"]: [type_["typeId"] for type_ in one["associationTypes"]] for one in body["results"]}


def spec(number: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": number}


@pytest.mark.parametrize("root", ROOTS)
def test_the_types_of_a_pair_are_listed(door: Door, root: str) -> None:
    assert door.call("GET", f"{root}/contacts/companies/labels")[1]["results"] == [PLAIN, PRIMARY]


def test_a_label_has_a_number_each_way(pair: Door) -> None:
    wanted = {"label": "Employer", "name": "employer", "inverseLabel": "Employee"}
    status, body = pair.call("POST", f"{V4}/labels", wanted)
    assert (status, [one["label"] for one in body["results"]]) == (200, ["Employer", "Employee"])
    there, back = (one["typeId"] for one in body["results"])
    status, made = pair.call(
        "PUT", "/crm/v4/objects/contacts/1/associations/companies/5", [spec(there, "USER_DEFINED")]
    )
    assert (status, made["labels"], made["toObjectId"]) == (201, ["Employer"], 5)
    assert types(pair) == {5: [279, there]}
    assert types(pair, "companies/5", "contacts") == {1: [280, back]}


def test_a_label_is_renamed_and_taken_away(pair: Door) -> None:
    there = pair.call("POST", f"{V4}/labels", {"label": "Employer", "name": "employer"})[1]["results"][0]["typeId"]
    pair.call("PUT", "/crm/v4/objects/contacts/1/associations/companies/5", [spec(there, "USER_DEFINED")])
    renamed = {"associationTypeId": there, "label": "Boss"}
    assert pair.call("PUT", f"{V4}/labels", renamed) == (204, None)
    assert "Boss" in [one["label"] for one in pair.call("GET", f"{V4}/labels")[1]["results"]]
    assert pair.call("DELETE", f"{V4}/labels/{there}")[0] == 204
    assert types(pair) == {5: [279]}
    assert pair.call("DELETE", f"{V4}/labels/{there}")[0] == 404
    assert pair.call("DELETE", f"{V4}/labels/1")[0] == 400


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("POST", f"{V4}/labels", {"label": "Primary", "name": "primary"}, 409),
        ("POST", f"{V4}/labels", {"label": "X"}, 400),
        ("PUT", f"{V4}/labels", {"associationTypeId": "1", "label": "X"}, 400),
        ("PUT", f"{V4}/labels", {"associationTypeId": 999, "label": "X"}, 404),
        ("DELETE", f"{V4}/labels/x", None, 404),
        ("PUT", "/crm/v4/objects/contacts/1/associations/companies/5", [spec(999)], 400),
        ("PUT", "/crm/v4/objects/contacts/1/associations/companies/5", {}, 400),
        ("PUT", "/crm/v4/objects/contacts/1/associations/default/notes/5", None, 400),
        ("PUT", "/crm/v4/objects/calls/1/associations/default/tasks/5", None, 400),
    ],
)
def test_what_makes_no_sense_is_refused(pair: Door, method: str, path: str, body: Any, status: int) -> None:
    assert pair.call(method, path, body)[0] == status


def test_a_contact_has_one_primary_company(pair: Door) -> None:
    for company in ("5", "6"):
        pair.call("PUT", f"/crm/v4/objects/contacts/1/associations/companies/{company}", [spec(1)])
    assert types(pair) == {5: [279], 6: [279, 1]}
    assert types(pair, "companies/5", "contacts") == {1: [280]}
    assert types(pair, "companies/6", "contacts") == {1: [280, 2]}


def test_a_label_comes_off_and_the_pair_stays(pair: Door) -> None:
    pair.call("PUT", "/crm/v4/objects/contacts/1/associations/companies/5", [spec(1)])
    given = {"inputs": [{"from": {"id": "1"}, "to": {"id": "5"}, "types": [spec(1)]}]}
    assert pair.call("POST", f"{V4}/batch/labels/archive", given)[0] == 204
    assert types(pair) == {5: [279]}
    assert pair.call("DELETE", "/crm/v4/objects/contacts/1/associations/companies/5")[0] == 204
    assert types(pair) == {}


def test_the_numbers_of_creation_differ_by_version(pair: Door) -> None:
    given = {"inputs": [{"from": {"id": "1"}, "to": {"id": "5"}, "types": [spec(279)]}]}
    answers = [pair.call("POST", f"{root}/contacts/companies/batch/create", given)[0] for root in ROOTS]
    assert answers == [201, 201, 200]
    body = pair.call("POST", f"{V4}/batch/associate/default", {"inputs": [{"from": {"id": "1"}, "to": {"id": "6"}}]})[1]
    assert [one["associationSpec"]["associationTypeId"] for one in body["results"]] == [279, 280]


def test_a_merge_keeps_the_labels(pair: Door) -> None:
    pair.load("contacts", "2")
    pair.call("PUT", "/crm/v4/objects/contacts/2/associations/companies/5", [spec(1)])
    body = {"primaryObjectId": "1", "objectIdToMerge": "2"}
    merged = pair.call("POST", f"{DATED}/contacts/merge", body)[1]["id"]
    assert types(pair, f"contacts/{merged}") == {5: [279, 1]}


def test_an_archived_record_is_nobodys_until_it_is_back(pair: Door) -> None:
    pair.call("PUT", "/crm/v4/objects/contacts/1/associations/default/companies/5")
    pair.call("DELETE", f"{DATED}/companies/5")
    assert types(pair) == {}
    pair.portal.act("7", {"op": "restore", "type": "companies", "id": "5"})
    assert types(pair) == {5: [279]}


def test_v3_lists_both_directions_as_captured(pair: Door) -> None:
    given = {"inputs": [{"from": {"id": "1"}, "to": {"id": "5"}, "type": "contact_to_company"}]}
    status, body = pair.call("POST", f"{V3}/batch/create", given)
    assert (status, body["results"]) == (
        201,
        [
            {"from": {"id": "5"}, "to": {"id": "1"}, "type": "company_to_contact"},
            {"from": {"id": "1"}, "to": {"id": "5"}, "type": "contact_to_company"},
        ],
    )
    status, read = pair.call("POST", f"{V3}/batch/read", {"inputs": [{"id": "1"}, {"id": "9"}]})
    names = ["contact_to_company_unlabeled", "contact_to_company"]
    assert (status, read["results"]) == (
        207,
        [{"from": {"id": "1"}, "to": [{"id": "5", "type": name} for name in names]}],
    )
    assert pair.call("POST", f"{V3}/batch/archive", given)[0] == 204
    assert types(pair) == {}


def test_v3_names_types_in_words_or_by_number(pair: Door) -> None:
    named = pair.call("GET", f"{V3}/types")[1]["results"]
    assert named == [{"id": "279", "name": "contact_to_company_unlabeled"}, {"id": "1", "name": "contact_to_company"}]
    root = "/crm/v3/objects/contacts/1/associations/companies"
    status, body = pair.call("PUT", f"{root}/5/279")
    assert (status, body["id"]) == (200, "1")
    assert pair.call("PUT", f"{root}/6/contact_to_company")[0] == 200
    assert [one["id"] for one in pair.call("GET", root)[1]["results"]] == ["5", "6", "6"]
    assert pair.call("DELETE", f"{root}/6/279")[0] == 204
    assert pair.call("GET", root)[1] == {"results": [{"id": "5", "type": "contact_to_company_unlabeled"}]}
    assert pair.call("PUT", f"{root}/5/friend_of")[0] == 400


def test_what_belongs_in_two_ways_is_listed_twice(pair: Door) -> None:
    pair.load("leads", "4", hs_lead_name="Ann", associations={"contacts": [{"id": "1", "label": "Primary"}]})
    body = pair.call("GET", f"{DATED}/leads/4?associations=contacts")[1]
    assert body["associations"]["contacts"]["results"] == [
        {"id": "1", "type": "lead_to_contact"},
        {"id": "1", "type": "lead_to_contact_unlabeled"},
    ]
    assert types(pair, "leads/4", "contacts") == {1: [608, 578]}


def test_a_loaded_label_comes_into_being(pair: Door) -> None:
    pair.load("deals", "9", dealname="X", associations={"contacts": [{"id": "1", "label": "Decision maker"}]})
    body = pair.call("GET", "/crm/v4/objects/deals/9/associations/contacts")[1]["results"][0]
    assert [one["label"] for one in body["associationTypes"]] == [None, "Decision maker"]
    shown = pair.call("GET", f"{DATED}/deals/9?associations=contacts")[1]["associations"]["contacts"]["results"]
    assert [one["type"] for one in shown] == ["decision_maker", "deal_to_contact"]


def test_deals_belong_to_contacts_with_a_label(pair: Door) -> None:
    door = pair
    door.load("deals", "9", dealname="Big")
    label = {"label": "Decision maker", "name": "decision_maker"}
    made = door.call("POST", "/crm/associations/2026-09/deals/contacts/labels", label)[1]["results"][0]["typeId"]
    given = {"inputs": [{"from": {"id": "9"}, "to": {"id": "1"}, "types": [spec(made, "USER_DEFINED")]}]}
    body = door.call("POST", "/crm/associations/2026-09/deals/contacts/batch/create", given)[1]
    assert body["results"][0]["labels"] == ["Decision maker"]
    read = door.call("POST", "/crm/associations/2026-09/deals/contacts/batch/read", {"inputs": [{"id": "9"}]})[1]
    assert [one["label"] for one in read["results"][0]["to"][0]["associationTypes"]] == [None, "Decision maker"]
    shown = door.call("GET", f"{DATED}/deals/9?associations=contacts")[1]["associations"]["contacts"]["results"]
    assert [one["type"] for one in shown] == ["decision_maker", "deal_to_contact"]
