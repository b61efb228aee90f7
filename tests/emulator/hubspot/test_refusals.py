"""The error bodies of facts/hubspot.md section 4, row by row."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from crmsync.emulator.hubspot.trouble import TROUBLES
from tests.emulator.hubspot.door import DATED, Door

GOOD_FIELDS = {"status", "message", "correlationId"}


def inner(message: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(message.removeprefix("Property values were not valid: "))
    return listed


@pytest.mark.parametrize(
    "headers, category",
    [
        ({}, "INVALID_AUTHENTICATION"),
        ({"authorization": "Bearer nonsense"}, "INVALID_AUTHENTICATION"),
        ({"authorization": "Basic emulator-token"}, "INVALID_AUTHENTICATION"),
    ],
)
@pytest.mark.parametrize("target", [f"{DATED}/contacts", "/crm/v3/owners/", "/no/such/path"])
def test_nobody_gets_in_without_the_token(door: Door, headers: dict[str, str], category: str, target: str) -> None:
    answer = door.answer("GET", target, headers=headers)
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["category"]) == (401, category)
    assert str(answer.body["message"]).startswith("Authentication credentials not found.")


def test_a_token_can_expire_once(door: Door) -> None:
    door.desk.faults.add({"kind": "expire_token"})
    status, body = door.call("GET", f"{DATED}/contacts")
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert body["context"] == {"expire time": ["2026-12-02T09:00:00.000Z"]}
    assert door.call("GET", f"{DATED}/contacts")[0] == 200


@pytest.mark.parametrize(
    "name, value, code",
    [
        ("no_such", "1", "PROPERTY_DOESNT_EXIST"),
        ("hs_lead_status", "RAW", "INVALID_OPTION"),
        ("hs_lead_status", "new", "INVALID_OPTION"),
        ("lifecyclestage", "Lead", "INVALID_OPTION"),
        ("email", "not an address", "INVALID_EMAIL"),
        ("hs_object_id", "5", "READ_ONLY_VALUE"),
        ("createdate", "2026-01-01", "READ_ONLY_VALUE"),
        ("num_notes", "5", "READ_ONLY_VALUE"),
        ("hubspot_owner_id", "404", "INVALID_OWNER_ID"),
        ("score", "1,5", "INVALID_NUMBER"),
        ("since", "yesterday", "INVALID_DATE"),
        ("day", "2026-12-02T09:00:00Z", "INVALID_DATE"),
        ("fit", "maybe", "INVALID_BOOLEAN"),
    ],
)
def test_a_value_that_the_property_does_not_take(door: Door, name: str, value: str, code: str) -> None:
    for own, type_ in (("score", "number"), ("since", "datetime"), ("day", "date"), ("fit", "bool")):
        door.portal.load({"type": "__field__", "fields": {"object": "contacts", "name": own, "type": type_}})
    door.load("contacts", "1")
    status, body = door.call("PATCH", f"{DATED}/contacts/1", {"properties": {name: value}})
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert [(one["name"], one["error"], one["isValid"]) for one in inner(body["message"])] == [(name, code, False)]
    assert [(one["code"], one["context"]) for one in body["errors"]] == [(code, {"propertyName": [name]})]
    assert door.desk.audit == []


def test_all_bad_properties_are_listed_at_once(door: Door) -> None:
    body = door.call("POST", f"{DATED}/contacts", {"properties": {"a": "1", "b": "2", "phone": "3"}})[1]
    assert [one["name"] for one in inner(body["message"])] == ["a", "b"]


def test_a_new_contact_with_a_taken_email_is_a_409(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    status, body = door.call("POST", f"{DATED}/contacts", {"properties": {"email": "ANN@example.com"}})
    assert (status, body["category"]) == (409, "CONFLICT")
    assert body["message"] == "Contact already exists. Existing ID: 1"


def test_a_change_to_a_taken_email_is_a_400_that_names_both_records(door: Door) -> None:
    door.load("contacts", "1", email="ann@example.com")
    door.load("contacts", "2")
    status, body = door.call("PATCH", f"{DATED}/contacts/2", {"properties": {"email": "ann@example.com"}})
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert body["message"].startswith("Cannot set PropertyValueCoordinates{portalId=")
    assert body["message"].endswith("propertyName=email, value=ann@example.com} on 2. 1 already has that value.")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"properties": []}',
        b'{"properties": {"phone": {}}}',
        rb'{"properties": {"phone": "\ud800"}}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_what_is_read_is_a_400_without_a_category(door: Door, raw: bytes) -> None:
    status, body = door.call("POST", f"{DATED}/contacts", raw)
    assert (status, set(body)) == (400, GOOD_FIELDS)
    assert body["message"].startswith("Invalid input JSON on line")


def test_every_refusal_has_a_real_correlation_id_of_its_own(door: Door) -> None:
    ids = {door.call("GET", f"{DATED}/contacts/9")[1]["correlationId"] for _ in range(5)}
    assert len(ids) == 5
    assert all(uuid.UUID(one).version == 4 for one in ids)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "OPTIONS"])
def test_a_method_nobody_takes_is_a_405(door: Door, method: str) -> None:
    assert door.call(method, f"{DATED}/contacts")[0] == 405


def test_rate_limit_headers_come_with_everything_but_search(door: Door) -> None:
    names = {name for name in door.portal.headers(_asked("GET /crm/v3/objects/{type}")) if "ratelimit" in name}
    assert names == {
        "x-hubspot-ratelimit-max",
        "x-hubspot-ratelimit-remaining",
        "x-hubspot-ratelimit-interval-milliseconds",
        "x-hubspot-ratelimit-daily",
        "x-hubspot-ratelimit-daily-remaining",
    }
    assert not any("ratelimit" in name for name in door.portal.headers(_asked("POST /crm/v3/objects/{type}/search")))


def test_the_daily_remainder_counts_the_calls(door: Door) -> None:
    door.desk.calls["GET /crm/v3/objects/{type}"] += 1_000
    found = door.portal.headers(_asked("GET /crm/v3/objects/{type}"))["x-hubspot-ratelimit-daily-remaining"]
    assert found == "624000"


def _asked(route: str) -> Any:
    from crmsync.emulator.wire import Asked

    return Asked("GET", "/", route)


@pytest.mark.parametrize(
    "planted, route, allowed, policy",
    [
        ({"burst": 3}, ("GET", f"{DATED}/contacts"), 3, "TEN_SECONDLY_ROLLING"),
        ({}, ("POST", f"{DATED}/contacts/search"), 5, "SECONDLY"),
        ({"search": 2}, ("POST", f"{DATED}/contacts/search"), 2, "SECONDLY"),
    ],
)
def test_planted_rate_limits_are_enforced(
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
    planted: dict[str, Any],
    route: tuple[str, str],
    allowed: int,
    policy: str,
) -> None:
    at = [100.0]
    monkeypatch.setattr("crmsync.emulator.hubspot.limits.monotonic", lambda: at[0])
    door.desk.faults.add({"kind": "rate_limit", **planted})
    assert [door.call(*route, {})[0] for _ in range(allowed)] == [200] * allowed
    status, body = door.call(*route, {})
    assert (status, body["errorType"], body["policyName"], "category" in body) == (429, "RATE_LIMIT", policy, False)
    at[0] += 10.1
    assert door.call(*route, {})[0] == 200


@pytest.mark.parametrize("planted, headers", [({}, {}), ({"retry_after": 7}, {"retry-after": "7"})])
def test_a_429_tells_how_long_to_wait_only_if_asked_to(
    door: Door, planted: dict[str, Any], headers: dict[str, str]
) -> None:
    door.desk.faults.add({"kind": "rate_limit", "daily": 1, **planted})
    door.desk.calls["GET /x"] += 2
    answer = door.answer("GET", f"{DATED}/contacts")
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["policyName"], answer.headers) == (429, "DAILY", headers)


@pytest.mark.parametrize("other, code", [(True, "INVALID_OPTION_VALUE"), (False, "INVALID_OPTION")])
def test_the_code_of_a_bad_option_may_be_another(door: Door, other: bool, code: str) -> None:
    door.desk.faults.add({"kind": "switch", "name": "other_option_code", "on": other})
    body = door.call("POST", f"{DATED}/contacts", {"properties": {"hs_lead_status": "RAW"}})[1]
    assert body["errors"][0]["code"] == code


@pytest.mark.parametrize("name", sorted(TROUBLES))
def test_every_named_trouble_answers_as_its_table_says(door: Door, name: str) -> None:
    door.desk.faults.add({"kind": "vendor_error", "name": name, "route": "GET"})
    answer = door.answer("GET", f"{DATED}/contacts")
    assert answer.status == TROUBLES[name].answer("").status >= 400
    assert isinstance(answer.body, bytes) or (isinstance(answer.body, dict) and answer.body["message"])
    assert door.call("GET", f"{DATED}/contacts")[0] == 200


@pytest.mark.parametrize(
    "planted, shape",
    [
        ({}, {"errorType": "RATE_LIMIT", "policyName": "DAILY"}),
        ({"category": True}, {"category": "RATE_LIMITS", "policyName": "DAILY"}),
    ],
)
def test_a_429_has_two_shapes(door: Door, planted: dict[str, Any], shape: dict[str, str]) -> None:
    door.desk.faults.add({"kind": "rate_limit", "daily": -1, **planted})
    body = door.call("GET", f"{DATED}/contacts")[1]
    assert {name: body.get(name) for name in ("category", "errorType", "policyName") if name in body} == shape


def test_windows_can_slide_with_the_servers_clock(door: Door) -> None:
    door.desk.faults.add({"kind": "rate_limit", "burst": 2, "clock": "server"})
    assert [door.call("GET", f"{DATED}/contacts")[0] for _ in range(3)] == [200, 200, 429]
    door.world.clock.advance(10.1)
    assert door.call("GET", f"{DATED}/contacts")[0] == 200


def test_the_day_begins_at_midnight_of_the_account(door: Door) -> None:
    door.portal.load({"type": "account", "fields": {"timeZone": "America/New_York"}})
    door.desk.faults.add({"kind": "rate_limit", "daily": 10})
    door.desk.calls["GET /x"] += 11
    assert door.call("GET", f"{DATED}/contacts")[0] == 429
    door.world.clock.set(datetime(2026, 12, 3, 4, 59, tzinfo=UTC))
    assert door.call("GET", f"{DATED}/contacts")[0] == 429
    door.desk.faults.add({"kind": "rate_limit", "daily": 10})
    door.world.clock.set(datetime(2026, 12, 3, 5, 0, tzinfo=UTC))
    door.desk.calls["GET /x"] += 1
    usage = door.call("GET", "/account-info/v3/api-usage/daily/private-apps")[1]["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (10, 1)
    assert usage["resetsAt"] == "2026-12-04T05:00:00.000Z"


def test_a_target_that_is_too_long_is_the_edges_414(door: Door) -> None:
    answer = door.answer("GET", f"{DATED}/contacts?properties={'a' * 15_000}")
    assert (answer.status, isinstance(answer.body, bytes)) == (414, True)


@pytest.mark.parametrize("type_, status", [("text/plain", 415), ("application/json; charset=utf-8", 201), ("", 201)])
def test_a_body_that_is_no_json_by_its_own_words_is_a_415(door: Door, type_: str, status: int) -> None:
    headers = {"authorization": f"Bearer {door.world.token}", "content-type": type_}
    assert door.answer("POST", f"{DATED}/contacts", {"properties": {}}, headers).status == status


def test_head_is_a_get(door: Door) -> None:
    assert door.answer("HEAD", f"{DATED}/contacts").status == 200
