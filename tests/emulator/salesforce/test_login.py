"""Logging in (facts/salesforce.md sections 1.3 and 1.4)."""

import base64
from urllib.parse import urlencode

import pytest

from crmsync.emulator.salesforce.ids import API_USER, ORG_ID
from tests.emulator.salesforce.door import Door, V

TOKEN = "/services/oauth2/token"


def _login(door: Door, form: dict[str, str], basic: str | None = None) -> tuple[int, dict]:
    headers = {} if basic is None else {"authorization": "Basic " + base64.b64encode(basic.encode()).decode()}
    return door.call("POST", TOKEN, urlencode(form).encode(), headers)


@pytest.mark.parametrize("by", ["basic", "form"])
def test_the_right_secret_gives_a_session_that_works(door: Door, by):
    form = {"grant_type": "client_credentials"}
    secret = door.world.token
    if by == "basic":
        status, body = _login(door, form, f"any-key:{secret}")
    else:
        status, body = _login(door, {**form, "client_id": "any-key", "client_secret": secret})
    assert (status, body["token_type"], body["instance_url"]) == (200, "Bearer", "http://127.0.0.1:1")
    headers = {"authorization": f"Bearer {body['access_token']}"}
    status, who = door.call("GET", "/services/oauth2/userinfo", headers=headers)
    assert (status, who["user_id"], who["organization_id"]) == (200, API_USER, ORG_ID)


@pytest.mark.parametrize(
    "form, error",
    [
        ({"grant_type": "client_credentials", "client_id": "k", "client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, "invalid_client_id"),
        ({"grant_type": "password", "client_id": "k", "client_secret": "s"}, "invalid_client"),
        ({"grant_type": "device", "client_id": "k"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_login_is_refused_in_the_vendors_form(door: Door, form, error):
    status, body = _login(door, form, None if form.get("client_id") else ":" if form else None)
    assert (status, body["error"]) == (400, error)
    assert set(body) == {"error", "error_description"}


@pytest.mark.parametrize(
    "header, code",
    [("", "INVALID_AUTH_HEADER"), ("Bearer nonsense", "INVALID_SESSION_ID"), ("Basic eA==", "INVALID_AUTH_HEADER")],
)
def test_no_call_passes_without_a_session(door: Door, header, code):
    status, body = door.call("GET", f"{V}/limits", headers={"authorization": header})
    assert (status, body[0]["errorCode"]) == (401, code)


def test_a_basic_header_that_is_none_is_refused(door: Door):
    body = urlencode({"grant_type": "client_credentials"}).encode()
    status, answer = door.call("POST", TOKEN, body, {"authorization": "Basic not-base64!"})
    assert (status, answer["error"]) == (400, "invalid_client_id")


def test_an_expired_session_is_told_and_a_new_login_helps(door: Door):
    door.desk.faults.add({"kind": "expire_token"})
    status, body = door.call("GET", f"{V}/limits")
    assert (status, body) == (401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])
    assert door.call("GET", f"{V}/limits")[0] == 401
    form = {"grant_type": "client_credentials", "client_id": "k", "client_secret": door.world.token}
    headers = {"authorization": "Bearer " + _login(door, form)[1]["access_token"]}
    assert door.call("GET", f"{V}/limits", headers=headers)[0] == 200


def test_a_refused_login_is_refused_as_often_as_planted(door: Door):
    door.desk.faults.add({"kind": "refuse_login", "times": 2})
    form = {"grant_type": "client_credentials", "client_id": "k", "client_secret": door.world.token}
    assert [_login(door, form)[0] for _ in range(3)] == [400, 400, 200]
