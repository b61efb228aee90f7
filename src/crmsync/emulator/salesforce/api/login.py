"""The token endpoint: five ways to a session, each refused in the vendor's form (facts/salesforce.md 1.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from crmsync.emulator.faults import Fault
from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api.assertion import judged
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

Form = Mapping[str, str]
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Refused(Exception):
    """No session: the OAuth error and the vendor's description of it."""


def token(org: Org, asked: Asked) -> Answer:
    """POST /services/oauth2/token: a session by grant_type, or 400 with `error` and `error_description`.

    Any client id and user will do, and the world's token is every secret and password; once a `connected_app` is
    planted, only its client id, secret, users and key are taken.
    """
    given = parse_qs(asked.body.decode("utf-8", "replace"), keep_blank_values=True)
    try:
        more = _granted(org, asked, {name: values[-1] for name, values in given.items()})
    except Refused as refused:
        return Answer(400, {"error": refused.args[0], "error_description": refused.args[1]})
    return Answer(200, {**session(org, asked), **more}, {"Cache-Control": "no-cache, no-store"})


def session(org: Org, asked: Asked) -> dict[str, Json]:
    """A new session as the token endpoint tells it; its signature is made over id and time of issue."""
    made = f"{ids.ORG_ID[:15]}!{org.world.random.getrandbits(160):040x}"
    org.sessions.add(made)
    who = f"{asked.base_url}/id/{ids.ORG_ID}/{ids.API_USER}"
    issued = str(int(org.world.clock.now().timestamp() * 1000))
    signed = hmac.new(org.world.token.encode(), (who + issued).encode(), hashlib.sha256).digest()
    told: dict[str, Json] = {
        "access_token": made,
        "signature": base64.b64encode(signed).decode(),
        "scope": "api refresh_token",
        "instance_url": asked.base_url,
        "id": who,
        "token_type": "Bearer",
        "issued_at": issued,
    }
    if org.desk.faults.switched("token_expires_in"):  # facts 1.3: no expires_in for these grants (unverified)
        told["expires_in"] = "7200"
    return told


def authorize(org: Org, asked: Asked) -> Answer:
    """GET /services/oauth2/authorize: the user says yes at once, and the browser goes back with a code."""
    back = asked.query.get("redirect_uri", "")
    if asked.query.get("response_type") != "code" or not back:
        return Answer(400, {"error": "unsupported_response_type", "error_description": "response type not supported"})
    code = f"aPrx{org.world.random.getrandbits(160):040x}"
    org.codes[code] = asked.query.get("code_challenge", "")
    state = {"state": asked.query["state"]} if "state" in asked.query else {}
    return Answer(302, None, {"Location": back + ("&" if "?" in back else "?") + urlencode({"code": code, **state})})


def _granted(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    fault = org.desk.faults.take("refuse_login")
    if fault is not None:
        raise Refused(fault.get("error", "invalid_grant"), fault.get("words", "authentication failure"))
    grant = GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        raise Refused("unsupported_grant_type", "grant type not supported")
    return grant(org, asked, form)


def _client_credentials(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    _client(org, asked, form)
    return {}


def _password(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    app = _client(org, asked, form)
    # what follows the password is the security token, which the emulator does not check
    if not form.get("username") or not form.get("password", "").startswith(org.world.token):
        raise Refused("invalid_grant", "authentication failure")
    _user(app, form["username"])
    return {}


def _jwt(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    claims, problem = judged(org, asked.base_url, form.get("assertion", ""))
    if problem:
        raise Refused("invalid_grant", problem)
    app = _app(org, str(claims.get("iss") or ""))
    _user(app, str(claims.get("sub") or ""))
    return {}


def _refresh(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    _client(org, asked, form, secret_needed=False)
    if form.get("refresh_token") not in org.refresh_tokens | {org.world.token}:
        raise Refused("invalid_grant", "expired access/refresh token")
    return {}


def _code(org: Org, asked: Asked, form: Form) -> dict[str, Json]:
    _client(org, asked, form, secret_needed=False)
    challenge = org.codes.pop(form.get("code", ""), None)
    if challenge is None:
        raise Refused("invalid_grant", "expired authorization code")
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if challenge and base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
        raise Refused("invalid_grant", "invalid code verifier")
    made = f"5Aep{org.world.random.getrandbits(160):040x}"
    org.refresh_tokens.add(made)
    return {"refresh_token": made}


GRANTS: Mapping[str, Callable[[Org, Asked, Form], dict[str, Json]]] = {
    "client_credentials": _client_credentials,
    "password": _password,
    JWT: _jwt,
    "refresh_token": _refresh,
    "authorization_code": _code,
}


def _client(org: Org, asked: Asked, form: Form, *, secret_needed: bool = True) -> Fault:
    key, secret = _basic(asked) or (form.get("client_id", ""), form.get("client_secret", ""))
    app = _app(org, key)
    wanted = str(app.get("client_secret") or org.world.token)
    if (secret or secret_needed) and secret != wanted:
        raise Refused("invalid_client", "invalid client credentials")
    return app


def _app(org: Org, client_id: str) -> Fault:
    known = [fault for fault in org.desk.faults.waiting if fault["kind"] == "connected_app"]
    if not client_id:
        raise Refused("invalid_client_id", "client identifier invalid")
    app = next((fault for fault in known if fault.get("client_id") == client_id), None)
    if known and app is None:
        raise Refused("invalid_client_id", "client identifier invalid")
    return app or {}


def _user(app: Fault, username: str) -> None:
    if not username or app.get("username") not in (None, username):
        raise Refused("invalid_grant", "user hasn't approved this consumer")


def _basic(asked: Asked) -> tuple[str, str] | None:
    kind, _, code = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret
