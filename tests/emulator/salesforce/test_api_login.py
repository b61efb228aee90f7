"""Every way to a session and what refuses it (facts/salesforce.md 1.2 to 1.4)."""

import base64
import hashlib
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from crmsync.emulator.faults import BadFault
from crmsync.emulator.salesforce.api.trouble import TROUBLES
from crmsync.emulator.salesforce.ids import API_USER, ORG_ID, numbered
from tests.emulator.salesforce.door import START, Door, V

TOKEN = "/services/oauth2/token"
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
CLAIMS = {"iss": "key", "sub": "api@emulated.example", "aud": "https://login.salesforce.com"}


def _token(door: Door, **form: str) -> tuple[int, dict]:
    return door.call("POST", TOKEN, urlencode(form).encode(), {"authorization": ""})


def _works(door: Door, token: str) -> bool:
    return door.call("GET", f"{V}/limits", headers={"authorization": f"Bearer {token}"})[0] == 200


def _assertion(key: object = KEY, algorithm: str = "RS256", **claims: object) -> str:
    soon = str(int(START.timestamp()) + 180)
    return jwt.encode({**CLAIMS, "exp": soon, **claims}, key, algorithm=algorithm)


def test_a_signed_assertion_gives_a_session(door: Door):
    door.desk.faults.add({"kind": "connected_app", "client_id": "key", "public_key": PEM})
    status, body = _token(door, grant_type=JWT, assertion=_assertion())
    assert (status, body["token_type"], body["id"]) == (200, "Bearer", f"http://127.0.0.1:1/id/{ORG_ID}/{API_USER}")
    assert _works(door, body["access_token"])
    assert "expires_in" not in body


@pytest.mark.parametrize(
    "audience", ["https://test.salesforce.com", "https://acme--sbx.sandbox.my.salesforce.com/", "http://127.0.0.1:1"]
)
def test_the_audience_is_a_login_host_or_the_org_itself(door: Door, audience):
    assert _token(door, grant_type=JWT, assertion=_assertion(aud=audience))[0] == 200


@pytest.mark.parametrize(
    "assertion, words",
    [
        ("no.jwt", "invalid assertion"),
        (_assertion(OTHER), "invalid assertion"),
        (_assertion("a-secret-of-thirty-two-characters", "HS256"), "invalid assertion"),
        (_assertion(aud="https://evil.example"), "audience is invalid"),
        (_assertion(aud=None), "audience is invalid"),
        (_assertion(sub=""), "user hasn't approved this consumer"),
        (_assertion(sub="stranger@emulated.example"), "user hasn't approved this consumer"),
        (_assertion(exp=str(int(START.timestamp()) - 1)), "expired authorization code"),
        (_assertion(exp=int((START + timedelta(days=400)).timestamp())), "invalid assertion"),
    ],
)
def test_an_assertion_that_proves_nothing_is_refused(door: Door, assertion, words):
    app = {"kind": "connected_app", "client_id": "key", "public_key": PEM, "username": CLAIMS["sub"]}
    door.desk.faults.add(app)
    status, body = _token(door, grant_type=JWT, assertion=assertion)
    assert (status, body) == (400, {"error": "invalid_grant", "error_description": words})


def test_the_vendors_own_command_line_counts_in_milliseconds_and_gets_in(door: Door):
    assert _token(door, grant_type=JWT, assertion=_assertion(exp=int(START.timestamp() * 1000) + 300))[0] == 200


def test_without_a_registered_app_any_key_will_do_and_with_one_only_its_own(door: Door):
    assert _token(door, grant_type=JWT, assertion=_assertion(OTHER))[0] == 200
    unsigned = _assertion("a-secret-of-thirty-two-characters", "HS256")
    assert _token(door, grant_type=JWT, assertion=unsigned)[1]["error_description"] == "invalid assertion"
    door.desk.faults.add({"kind": "connected_app", "client_id": "another"})
    assert _token(door, grant_type=JWT, assertion=_assertion())[1]["error"] == "invalid_client_id"


@pytest.mark.parametrize(
    "change, error",
    [
        ({}, None),
        ({"password": "emulator-token" + "SECURITYTOKEN"}, None),
        ({"password": "wrong"}, "invalid_grant"),
        ({"username": ""}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
    ],
)
def test_user_name_and_password(door: Door, change, error):
    form = {"grant_type": "password", "client_id": "k", "client_secret": door.world.token}
    status, body = _token(door, **{**form, "username": "a@b.example", "password": door.world.token, **change})
    assert (status, body.get("error")) == (400 if error else 200, error)


def test_the_web_flow_gives_a_refresh_token_that_gives_sessions_until_it_is_revoked(door: Door):
    verifier = "a-long-verifier-that-nobody-else-knows"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"response_type": "code", "client_id": "k", "redirect_uri": "http://localhost:1717/back", "state": "s"}
    answer = door.answer("GET", f"/services/oauth2/authorize?{urlencode({**asked, 'code_challenge': challenge})}")
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (answer.status, back["state"]) == (302, ["s"])
    form = {"grant_type": "authorization_code", "client_id": "k", "code": back["code"][0], "code_verifier": verifier}
    body = _token(door, **form)[1]
    assert _token(door, **form)[1]["error_description"] == "expired authorization code"
    again = {"grant_type": "refresh_token", "client_id": "k", "refresh_token": body["refresh_token"]}
    assert _works(door, _token(door, **again)[1]["access_token"])
    assert (
        door.answer("POST", "/services/oauth2/revoke", urlencode({"token": body["refresh_token"]}).encode()).status
        == 200
    )
    assert _token(door, **again)[1] == {"error": "invalid_grant", "error_description": "expired access/refresh token"}


def test_a_wrong_verifier_of_the_web_flow_is_refused(door: Door):
    asked = {"response_type": "code", "redirect_uri": "http://localhost/", "code_challenge": "x"}
    answer = door.answer("GET", f"/services/oauth2/authorize?{urlencode(asked)}")
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    status, body = _token(door, grant_type="authorization_code", client_id="k", code=code)
    assert (status, body["error_description"]) == (400, "invalid code verifier")
    assert door.answer("GET", "/services/oauth2/authorize?response_type=token").status == 400


def test_a_session_can_be_looked_at_and_ended(door: Door):
    token = _token(door, grant_type="refresh_token", client_id="k", refresh_token=door.world.token)[1]["access_token"]
    form = urlencode({"token": token}).encode()
    assert door.call("POST", "/services/oauth2/introspect", form)[1]["active"] is True
    path = f"/id/{ORG_ID}/{API_USER}"
    headers = {"authorization": f"Bearer {token}"}
    assert door.call("GET", path, headers=headers)[1]["username"] == "api@emulated.example"
    assert door.answer("GET", f"/id/{ORG_ID}/{numbered('005', 77)}", headers=headers).status == 404
    assert door.answer("GET", path, headers={"authorization": ""}).body == b"Missing_OAuth_Token"
    assert door.answer("POST", "/services/oauth2/revoke", form).status == 200
    assert door.answer("GET", path, headers=headers).body == b"Bad_OAuth_Token"
    assert door.call("POST", "/services/oauth2/introspect", form)[1] == {"active": False}
    assert door.answer("POST", "/services/oauth2/revoke", form).status == 400


def _soap(door: Door, body: str, version: str = "59.0") -> tuple[int, str]:
    whole = f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{body}</e:Body></e:Envelope>'
    answer = door.answer("POST", f"/services/Soap/u/{version}", whole.encode(), {"authorization": ""})
    assert isinstance(answer.body, bytes)
    return answer.status, answer.body.decode()


def _soap_login(door: Door, password: str, version: str = "59.0") -> tuple[int, str]:
    names = f"<n1:username>a&amp;b@c.example</n1:username><n1:password>{password}</n1:password>"
    return _soap(door, f'<n1:login xmlns:n1="urn:partner.soap.sforce.com">{names}</n1:login>', version)


def test_soap_login_and_logout(door: Door):
    status, text = _soap_login(door, door.world.token + "TOKEN")
    session = re.search("<sessionId>(.*)</sessionId>", text)
    assert status == 200
    assert session
    assert _works(door, session[1])
    header = f"<e:Header><x:sessionId>{session[1]}</x:sessionId></e:Header>"
    who = f"<getUserInfo/>{header}"
    assert f"<organizationId>{ORG_ID}</organizationId>" in _soap(door, who)[1]
    assert _soap(door, f"<logout/>{header}")[0] == 200
    assert not _works(door, session[1])
    assert "INVALID_SESSION_ID" in _soap(door, who)[1]
    assert "INVALID_SESSION_ID" in _soap(door, f"<logout/>{header}")[1]


@pytest.mark.parametrize(
    "body, version, code",
    [
        ("<login/>", "59.0", "INVALID_LOGIN"),
        ("<login/>", "65.0", "UNSUPPORTED_API_VERSION"),
        ("<login/>", "30.0", "UNSUPPORTED_API_VERSION"),
        ("<login/>", "x", "UNSUPPORTED_API_VERSION"),
        ("<convertLead/>", "59.0", "FUNCTIONALITY_NOT_ENABLED"),
        ("", "59.0", "FUNCTIONALITY_NOT_ENABLED"),
    ],
)
def test_what_soap_refuses_is_a_fault_with_its_code(door: Door, body, version, code):
    status, text = _soap(door, body, version)
    assert (status, f"<sf:exceptionCode>{code}</sf:exceptionCode>" in text) == (500, True)


@pytest.mark.parametrize("name", sorted(TROUBLES))
def test_every_trouble_can_be_planted_and_passes(door: Door, name):
    door.desk.faults.add({"kind": "vendor_error", "name": name, "route": "limits"})
    trouble = TROUBLES[name]
    answer = door.answer("GET", f"{V}/limits")
    assert answer.status == trouble.status
    if trouble.code:
        assert answer.body == [{"message": trouble.words, "errorCode": trouble.code}]
    else:
        assert answer.body in (None, trouble.words.encode())
    assert door.answer("GET", f"{V}/limits").status == 200


def test_a_refused_login_may_have_words_of_its_own(door: Door):
    door.desk.faults.add({"kind": "refuse_login", "error": "inactive_user", "words": "user is inactive"})
    told = _token(door, grant_type="client_credentials", client_id="k", client_secret=door.world.token)
    assert told == (400, {"error": "inactive_user", "error_description": "user is inactive"})


def test_a_trouble_nobody_knows_is_refused(door: Door):
    with pytest.raises(BadFault, match="knows no 'earthquake'"):
        door.desk.faults.add({"kind": "vendor_error", "name": "earthquake"})


def test_the_session_may_expire_at_the_nth_call(door: Door):
    door.desk.faults.add({"kind": "expire_token", "after": 2})
    assert [door.call("GET", f"{V}/limits")[0] for _ in range(4)] == [200, 200, 401, 401]


def test_the_day_ends_when_its_calls_are_used_up(door: Door):
    door.desk.faults.add({"kind": "daily_limit", "calls": 2})
    door.desk.calls["GET x"] = 2
    assert door.call("GET", f"{V}/limits")[1]["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    door.desk.calls["GET x"] = 3
    status, body = door.call("GET", f"{V}/limits")
    assert (status, body) == (
        403,
        [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}],
    )


@pytest.mark.parametrize("on", [True, False])
def test_whether_the_token_tells_its_life_is_a_switch(door: Door, on):
    door.desk.faults.add({"kind": "switch", "name": "token_expires_in", "on": on})
    body = _token(door, grant_type="client_credentials", client_id="k", client_secret=door.world.token)[1]
    assert ("expires_in" in body) is on
