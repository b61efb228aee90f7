"""Who comes in, for how long, with which rights (facts/hubspot.md sections 2, 3, 4 and 17)."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from crmsync.emulator.hubspot.scopes import ALL
from crmsync.emulator.hubspot.tokens import AUTHORIZATION_CODE, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.emulator.hubspot.door import DATED, Door

CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
REFRESH = {**CLIENT, "grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
PATHS = ("/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token")
FORM = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}


def post(door: Door, path: str, form: dict[str, str]) -> tuple[int, Any]:
    answer = door.answer("POST", path, urlencode(form).encode(), FORM)
    return answer.status, answer.body


def token(door: Door, **more: str) -> str:
    status, body = post(door, PATHS[0], {**REFRESH, **more})
    assert status == 200, body
    return str(body["access_token"])


def get(door: Door, bearer: str, target: str = f"{DATED}/contacts", method: str = "GET") -> tuple[int, Any]:
    answer = door.answer(method, target, None if method == "GET" else {}, {"authorization": f"Bearer {bearer}"})
    return answer.status, answer.body


@pytest.mark.parametrize("path", PATHS)
def test_a_refresh_token_buys_thirty_minutes(door: Door, path: str) -> None:
    status, body = post(door, path, REFRESH)
    assert status == 200
    assert set(body) == set("token_type access_token refresh_token expires_in hub_id user_id scopes token_use".split())
    assert (body["token_type"], body["expires_in"], body["refresh_token"]) == ("bearer", 1800, REFRESH_TOKEN)
    assert len(body["access_token"]) > 300
    assert get(door, body["access_token"])[0] == 200


@pytest.mark.parametrize(
    "form, use",
    [
        ({**CLIENT, "grant_type": "authorization_code", "code": AUTHORIZATION_CODE}, "access_token"),
        ({**CLIENT, "grant_type": "client_credentials"}, "client_credentials"),
    ],
)
def test_a_code_or_the_client_itself_buys_it_too(door: Door, form: dict[str, str], use: str) -> None:
    status, body = post(door, PATHS[3], form)
    assert (status, body["token_use"], "refresh_token" in body) == (200, use, use == "access_token")
    assert get(door, body["access_token"])[0] == 200


@pytest.mark.parametrize(
    "form, status",
    [
        ({}, "BAD_CLIENT_ID"),
        ({**REFRESH, "client_secret": "x"}, "BAD_CLIENT_SECRET"),
        ({**REFRESH, "refresh_token": "x"}, "BAD_REFRESH_TOKEN"),
        ({**CLIENT, "grant_type": "password"}, "BAD_GRANT_TYPE"),
        ({**CLIENT, "grant_type": "authorization_code", "code": "x"}, "BAD_AUTH_CODE"),
    ],
)
def test_a_bad_grant_says_in_status_what_is_bad(door: Door, form: dict[str, str], status: str) -> None:
    answered, body = post(door, PATHS[0], form)
    assert (answered, body["status"], set(body)) == (400, status, {"status", "message", "correlationId"})


def test_the_parameters_may_be_in_the_query_on_the_old_path_only(door: Door) -> None:
    query = urlencode(REFRESH)
    assert post(door, f"/oauth/v1/token?{query}", {})[0] == 200
    assert post(door, f"/oauth/2026-09/token?{query}", {})[0] == 400


@pytest.mark.parametrize(
    "path, on, status",
    [(PATHS[3], True, 200), (PATHS[3], False, 415), (PATHS[1], True, 200), (PATHS[0], True, 415)],
)
def test_a_grant_as_json_is_taken_on_newer_paths_or_not(door: Door, path: str, on: bool, status: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "oauth_takes_json", "on": on})
    headers = {"content-type": "application/json"}
    assert door.answer("POST", path, json.dumps(REFRESH).encode(), headers).status == status
    assert door.answer("POST", path, b"<x/>", {"content-type": "text/xml"}).status == 415


def test_consent_is_a_redirect_with_the_code(door: Door) -> None:
    asked = urlencode({"client_id": CLIENT_ID, "redirect_uri": "http://127.0.0.1:1/back?a=b", "state": "7"})
    answer = door.answer("GET", f"/oauth/authorize?{asked}", headers={})
    assert (answer.status, answer.headers["location"]) == (
        302,
        "http://127.0.0.1:1/back?a=b&code=emulator-code&state=7",
    )
    assert door.answer("GET", "/oauth/authorize?client_id=x", headers={}).status == 400


def test_a_token_ends_with_its_time_and_says_when(door: Door) -> None:
    bearer = token(door)
    door.world.clock.advance(1799)
    assert get(door, bearer)[0] == 200
    door.world.clock.advance(76)
    status, body = get(door, bearer)
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert body["message"] == "The OAuth token used to make this call expired 75 second(s) ago."
    assert body["context"] == {"expire time": ["2026-12-02T09:30:00.000Z"]}


def test_a_planted_expiry_lasts_until_the_token_is_renewed(door: Door) -> None:
    bearer = token(door)
    door.desk.faults.add({"kind": "expire_token"})
    assert [get(door, bearer)[0] for _ in range(2)] == [401, 401]
    assert get(door, token(door))[0] == 200


def test_a_persistent_401_survives_every_renewal(door: Door) -> None:
    door.desk.faults.add({"kind": "expire_token", "times": -1})
    assert [get(door, token(door))[0] for _ in range(3)] == [401, 401, 401]


def test_a_login_can_be_refused(door: Door) -> None:
    door.desk.faults.add({"kind": "refuse_login"})
    assert post(door, PATHS[0], REFRESH)[1]["status"] == "BAD_REFRESH_TOKEN"
    assert post(door, PATHS[0], REFRESH)[0] == 200


@pytest.mark.parametrize("rotates", [False, True])
def test_refresh_tokens_rotate_or_not(door: Door, rotates: bool) -> None:
    door.desk.faults.add({"kind": "switch", "name": "rotate_refresh_token", "on": rotates})
    fresh = post(door, PATHS[3], REFRESH)[1]["refresh_token"]
    assert (fresh != REFRESH_TOKEN) is rotates
    assert post(door, PATHS[3], REFRESH)[0] == (400 if rotates else 200)
    assert rotates is False or post(door, PATHS[3], {**REFRESH, "refresh_token": fresh})[0] == 200


def test_a_token_can_be_looked_at_and_ended(door: Door) -> None:
    bearer = token(door)
    told = door.answer("GET", f"/oauth/v1/access-tokens/{bearer}", headers={}).body
    assert isinstance(told, dict)
    assert (told["expires_in"], told["token"], told["hub_id"]) == (1800, bearer, 4083751)
    ask = {**CLIENT, "token": bearer}
    assert post(door, "/oauth/2026-09/token/introspect", ask)[1]["active"] is True
    assert post(door, "/oauth/2026-09/token/revoke", ask)[0] == 200
    assert post(door, "/oauth/2026-09/token/introspect", ask)[1] == {"active": False}
    assert get(door, bearer)[1]["category"] == "INVALID_AUTHENTICATION"
    assert door.answer("GET", f"/oauth/v1/access-tokens/{bearer}", headers={}).status == 404


def test_a_refresh_token_can_be_looked_at_and_ended_and_access_tokens_outlive_it(door: Door) -> None:
    bearer = token(door)
    path = f"/oauth/v1/refresh-tokens/{REFRESH_TOKEN}"
    assert [door.answer(method, path, headers={}).status for method in ("GET", "DELETE", "GET")] == [200, 204, 404]
    assert post(door, PATHS[0], REFRESH)[1]["status"] == "BAD_REFRESH_TOKEN"
    assert get(door, bearer)[0] == 200


@pytest.mark.parametrize("spelled", ["CEabc", "CE" + "A" * 400, "CE===", "pat-na1-1", "CE-_-_"])
def test_a_token_nobody_gave_out_is_a_401(door: Door, spelled: str) -> None:
    assert get(door, spelled)[1]["category"] == "INVALID_AUTHENTICATION"


@pytest.mark.parametrize("edge, status", [(True, 530), (False, 401)])
def test_a_malformed_token_stops_at_the_edge_or_at_the_door(door: Door, edge: bool, status: int) -> None:
    door.desk.faults.add({"kind": "switch", "name": "malformed_token_530", "on": edge})
    answered, body = get(door, 'a "b"')
    assert answered == status
    assert isinstance(body, bytes) is edge


@pytest.mark.parametrize(
    "method, target, scope",
    [
        ("GET", f"{DATED}/contacts", "crm.objects.contacts.read"),
        ("POST", f"{DATED}/contacts/search", "crm.objects.contacts.read"),
        ("POST", f"{DATED}/tasks/batch/upsert", "crm.objects.contacts.write"),
        ("POST", f"{DATED}/leads/batch/read", "crm.objects.leads.read"),
        ("POST", "/crm/v3/objects/0-136", "crm.objects.leads.write"),
        ("GET", "/crm/owners/2026-09/", "crm.objects.owners.read"),
        ("GET", f"{DATED}/emails/7", "sales-email-read"),
        ("GET", "/events/v3/events", "oauth"),
        ("POST", "/crm/properties/2026-09/contacts", "crm.schemas.contacts.write"),
    ],
)
def test_a_call_without_its_scope_is_a_403_that_names_it(door: Door, method: str, target: str, scope: str) -> None:
    door.desk.faults.add({"kind": "missing_scope", "scope": scope})
    status, body = get(door, door.world.token, target, method)
    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"] == {"requiredGranularScopes": [scope]}
    assert scope in ALL


def test_a_token_holds_the_scopes_it_was_asked_for(door: Door) -> None:
    bearer = token(door, scope="crm.objects.contacts.read oauth")
    assert get(door, bearer)[0] == 200
    assert get(door, bearer, f"{DATED}/contacts", "POST")[0] == 403
    assert get(door, bearer, f"{DATED}/deals")[0] == 403


def test_definitions_can_be_read_with_any_one_object_scope(door: Door) -> None:
    assert get(door, token(door, scope="crm.objects.deals.read"), "/crm/v3/properties/contacts")[0] == 200


def test_oauth_hears_nothing_of_the_day_and_has_a_smaller_burst(door: Door) -> None:
    door.desk.faults.add({"kind": "rate_limit", "clock": "server"})
    own = {"authorization": f"Bearer {token(door)}"}
    assert _limits(door, own) == {"max": "110", "remaining": "109", "interval-milliseconds": "10000"}
    assert set(_limits(door, {"authorization": f"Bearer {door.world.token}"})) > {"max", "daily", "daily-remaining"}


def _limits(door: Door, headers: dict[str, str]) -> dict[str, str]:
    from crmsync.emulator.wire import Asked

    found = door.portal.headers(Asked("GET", "/", "GET /crm/v3/objects/{type}", headers=headers))
    name = "x-hubspot-ratelimit-"
    return {key.removeprefix(name): value for key, value in found.items() if key.startswith(name)}
