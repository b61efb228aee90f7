"""Properties, owners, events and the account (facts/hubspot.md sections 7 to 10)."""

from typing import Any

import pytest

from tests.emulator.hubspot.door import DATED, Door

PROPERTIES = "/crm/properties/2026-09"


def options(door: Door, type_: str, name: str) -> dict[str, str]:
    body = door.call("GET", f"{PROPERTIES}/{type_}/{name}")[1]
    return {one["value"]: one["label"] for one in body["options"]}


def test_the_lead_status_has_the_eight_default_options(door: Door) -> None:
    assert options(door, "contacts", "hs_lead_status") == {
        "NEW": "New",
        "OPEN": "Open",
        "IN_PROGRESS": "In progress",
        "OPEN_DEAL": "Open deal",
        "UNQUALIFIED": "Unqualified",
        "ATTEMPTED_TO_CONTACT": "Attempted to contact",
        "CONNECTED": "Connected",
        "BAD_TIMING": "Bad timing",
    }


def test_call_outcomes_are_guids_with_labels(door: Door) -> None:
    assert options(door, "calls", "hs_call_disposition") == {
        "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
        "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
        "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
        "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
        "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
        "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
    }


def test_lifecycle_stages_come_in_their_order(door: Door) -> None:
    assert list(options(door, "contacts", "lifecyclestage")) == [
        "subscriber",
        "lead",
        "marketingqualifiedlead",
        "salesqualifiedlead",
        "opportunity",
        "customer",
        "evangelist",
        "other",
    ]


@pytest.mark.parametrize("root", ["/crm/v3/properties", "/crm/properties/2026-03", PROPERTIES])
def test_the_list_holds_full_definitions(door: Door, root: str) -> None:
    body = door.call("GET", f"{root}/contacts")[1]
    known = {one["name"]: one for one in body["results"]}
    assert known["hs_object_id"]["modificationMetadata"]["readOnlyValue"] is True
    assert known["email"]["hasUniqueValue"] is True
    assert (known["hubspot_owner_id"]["externalOptions"], known["hubspot_owner_id"]["options"]) == (True, [])
    assert (known["hs_email_optout"]["type"], known["hs_email_optout"]["fieldType"]) == ("bool", "booleancheckbox")


@pytest.mark.parametrize("name", ["crmsync_score", "salesforceleadid", "salesforcecontactid"])
def test_a_stock_portal_has_nothing_of_ours_nor_of_the_salesforce_sync(door: Door, name: str) -> None:
    assert door.call("GET", f"{PROPERTIES}/contacts/{name}")[0] == 404


def definition(**more: Any) -> dict[str, Any]:
    return {"name": "fit", "label": "Fit", "type": "enumeration", "fieldType": "select", "groupName": "g", **more}


def test_a_property_is_made_written_and_read(door: Door) -> None:
    choices = [{"label": "Good", "value": "good", "displayOrder": 0, "hidden": False}]
    status, body = door.call("POST", f"{PROPERTIES}/contacts", definition(options=choices))
    assert (status, body["hubspotDefined"], body["options"][0]["value"]) == (201, False, "good")
    door.load("contacts", "1")
    assert door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"fit": "good"}})[0] == 200
    assert door.call("PATCH", f"{DATED}/contacts/1", {"properties": {"fit": "bad"}})[0] == 400
    assert [row.type for row in door.desk.audit] == ["properties/contacts", "contacts"]


@pytest.mark.parametrize(
    "wrong, status",
    [
        ({"name": "email"}, 409),
        ({"name": "Fit!"}, 400),
        ({"fieldType": "date"}, 400),
        ({"type": "unknown"}, 400),
        ({"name": None}, 400),
        ({"options": [{"value": "a"}, {"value": "a"}]}, 400),
        ({"options": "a,b"}, 400),
    ],
)
def test_a_bad_definition_is_refused(door: Door, wrong: dict[str, Any], status: int) -> None:
    assert door.call("POST", f"{PROPERTIES}/contacts", definition(**wrong))[0] == status


def test_a_patch_replaces_the_options_as_a_whole(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="OPEN")
    raw = {"options": [{"label": "Raw", "value": "RAW", "displayOrder": 0, "hidden": False}]}
    assert door.call("PATCH", f"{PROPERTIES}/contacts/hs_lead_status", raw)[0] == 200
    assert options(door, "contacts", "hs_lead_status") == {"RAW": "Raw"}
    assert door.properties("1", names="hs_lead_status")["hs_lead_status"] == "OPEN"


def test_properties_of_ones_own_can_be_archived_and_stock_ones_not(door: Door) -> None:
    door.call("POST", f"{PROPERTIES}/contacts", definition())
    assert door.call("DELETE", f"{PROPERTIES}/contacts/fit")[0] == 204
    assert door.call("GET", f"{PROPERTIES}/contacts/fit")[0] == 404
    assert door.call("DELETE", f"{PROPERTIES}/contacts/email")[0] == 400


def test_definitions_can_be_read_in_a_batch(door: Door) -> None:
    asked = {"inputs": [{"name": "email"}, {"name": "no_such"}]}
    status, body = door.call("POST", f"{PROPERTIES}/contacts/batch/read", asked)
    assert (status, [one["name"] for one in body["results"]]) == (207, ["email"])
    assert body["errors"][0]["context"] == {"name": ["no_such"]}


@pytest.fixture
def staff(door: Door) -> Door:
    teams = [{"id": "3", "name": "DACH", "primary": True}]
    door.load("owners", "52", email="k.maier@example.com", firstName="Katrin", lastName="Maier", userId=9, teams=teams)
    door.load("owners", "9", email="gone@example.com", name="Viktor von Hale", archived=True, userId=8)
    door.load("owners", "53", email="inbound@example.com", firstName="Inbound", type="QUEUE")
    return door


@pytest.mark.parametrize("path", ["/crm/v3/owners", "/crm/v3/owners/", "/crm/owners/2026-03", "/crm/owners/2026-09/"])
def test_owners_are_people_and_queues(staff: Door, path: str) -> None:
    found = staff.call("GET", path)[1]["results"]
    assert [(one["id"], one["type"], one["userId"]) for one in found] == [("52", "PERSON", 9), ("53", "QUEUE", None)]
    assert (found[0]["firstName"], found[0]["teams"][0]["name"]) == ("Katrin", "DACH")


def test_an_archived_owner_has_no_user_but_says_who_it_was(staff: Door) -> None:
    found = staff.call("GET", "/crm/v3/owners?archived=true")[1]["results"]
    assert [(one["id"], one["archived"], one["userId"], one["userIdIncludingInactive"]) for one in found] == [
        ("9", True, None, 8)
    ]
    assert (found[0]["firstName"], found[0]["lastName"]) == ("Viktor", "von Hale")


def test_owners_are_paged_and_found_by_email(staff: Door) -> None:
    first = staff.call("GET", "/crm/v3/owners?limit=1")[1]
    rest = staff.call("GET", f"/crm/v3/owners?limit=1&after={first['paging']['next']['after']}")[1]
    assert [one["id"] for one in first["results"] + rest["results"]] == ["52", "53"]
    assert "paging" not in rest
    mail = staff.call("GET", "/crm/v3/owners?email=INBOUND@example.com")[1]
    assert [one["id"] for one in mail["results"]] == ["53"]


def test_one_owner_goes_by_id_or_user_id(staff: Door) -> None:
    assert staff.call("GET", "/crm/v3/owners/52")[1]["email"] == "k.maier@example.com"
    assert staff.call("GET", "/crm/v3/owners/9?idProperty=userId")[1]["id"] == "52"
    assert staff.call("GET", "/crm/v3/owners/9")[0] == 404


def test_giving_a_contact_an_owner_stamps_the_date(staff: Door) -> None:
    staff.load("contacts", "1")
    staff.call("PATCH", f"{DATED}/contacts/1", {"properties": {"hubspot_owner_id": "52"}})
    found = staff.properties("1", names="hubspot_owner_assigneddate,hs_all_owner_ids")
    assert found["hubspot_owner_assigneddate"] == "2026-12-02T09:00:00.000Z"
    assert found["hs_all_owner_ids"] == "52"


EVENTS = "/events/event-occurrences/2026-09"


@pytest.fixture
def visits(door: Door) -> Door:
    for day in range(1, 6):
        fields: dict[str, Any] = {
            "objectId": "7",
            "eventType": "e_visited_page" if day != 3 else "e_submitted_form",
            "occurredAt": f"2026-11-0{day}T10:00:00Z",
            "properties": {"hs_url": f"https://www.example.com/{day}", "n": 5},
        }
        door.portal.load({"type": "events", "fields": fields})
    return door


def days(body: dict[str, Any]) -> list[str]:
    return [one["occurredAt"][8:10] for one in body["results"]]


@pytest.mark.parametrize(
    "root", [EVENTS, "/events/event-occurrences/2026-03", "/events/v3/events", "/events/v3/events/"]
)
def test_events_come_by_type_without_naming_a_record(visits: Door, root: str) -> None:
    body = visits.call("GET", f"{root}?eventType=e_submitted_form")[1]
    event = body["results"][0]
    assert days(body) == ["03"]
    assert (event["objectType"], event["objectId"], event["eventType"]) == ("CONTACT", "7", "e_submitted_form")
    assert event["properties"] == {"hs_url": "https://www.example.com/3", "n": "5"}
    assert event["id"].startswith("leviathan-")


@pytest.mark.parametrize(
    "query, expected",
    [
        ("", ["05", "04", "03", "02", "01"]),
        ("sort=ASCENDING", ["01", "02", "03", "04", "05"]),
        ("sort=DESCENDING", ["05", "04", "03", "02", "01"]),
        ("sort=occurredAt&occurredAfter=2026-11-02T10:00:00Z", ["02", "03", "04", "05"]),
        ("sort=occurredAt&occurredBefore=2026-11-02T10:00:00.000Z", ["01"]),
        ("sort=occurredAt&occurredAfter=2026-11-02T12:00:00%2B01:00&eventType=e_visited_page", ["04", "05"]),
        ("objectType=contact&objectId=7&limit=1", ["05"]),
        ("objectType=contact&objectId=8", []),
        ("objectType=deal&objectId=7", []),
    ],
)
def test_events_come_by_window_and_order(visits: Door, query: str, expected: list[str]) -> None:
    assert days(visits.call("GET", f"{EVENTS}?{query}")[1]) == expected


@pytest.mark.parametrize("sort", ["ASCENDING", "DESCENDING"])
def test_events_are_paged_even_when_many_share_an_instant(door: Door, sort: str) -> None:
    for _ in range(45):
        fields = {"objectId": "7", "eventType": "e_visited_page", "occurredAt": "2026-11-01T10:00:00Z"}
        door.portal.load({"type": "events", "fields": fields})
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        body = door.call("GET", f"{EVENTS}?eventType=e_visited_page&sort={sort}&limit=20&after={after}")[1]
        seen += [one["id"] for one in body["results"]]
        after = body.get("paging", {}).get("next", {}).get("after")
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("query", ["objectId=7", "limit=0", "limit=101", "occurredAfter=soon", "after=x", "sort=up"])
def test_a_bad_question_for_events_is_a_400(door: Door, query: str) -> None:
    assert door.call("GET", f"{EVENTS}?{query}")[0] == 400


def test_event_types_are_listed(visits: Door) -> None:
    assert {"e_visited_page", "e_submitted_form"} <= set(visits.call("GET", f"{EVENTS}/event-types")[1]["eventTypes"])


def test_the_events_of_a_merged_contact_belong_to_the_new_one(visits: Door) -> None:
    for id_ in ("7", "8"):
        visits.load("contacts", id_)
    new = visits.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": "8", "objectIdToMerge": "7"})[1]["id"]
    body = visits.call("GET", f"{EVENTS}?objectType=contact&objectId={new}")[1]
    assert {one["objectId"] for one in body["results"]} == {new}
    assert len(body["results"]) == 5


@pytest.mark.parametrize("path", ["/account-info/v3/details", "/account-info/2026-09/details"])
def test_the_account_tells_which_portal_this_is(door: Door, path: str) -> None:
    body = door.call("GET", path)[1]
    assert (body["portalId"], body["accountType"], body["timeZone"]) == (4083751, "STANDARD", "Europe/London")
    door.portal.load({"type": "account", "fields": {"accountType": "SANDBOX"}})
    assert door.call("GET", path)[1]["accountType"] == "SANDBOX"


def test_the_daily_usage_counts_calls(door: Door) -> None:
    door.desk.calls["GET /x"] += 3
    body = door.call("GET", "/account-info/v3/api-usage/daily/private-apps")[1]
    assert (body["results"][0]["currentUsage"], body["results"][0]["usageLimit"]) == (3, 625_000)
