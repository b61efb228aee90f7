"""Logging in with client credentials, and who one is then."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from crmsync.emulator.salesforce import ids
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def token(org: Org, asked: Asked) -> Answer:
    """A new session for any key with the world's token as its secret (HTTP Basic or form), or a refusal."""
    form = {name: values[-1] for name, values in parse_qs(asked.body.decode("utf-8", "replace")).items()}
    if org.desk.faults.take("refuse_login") is not None:
        return _refused("invalid_grant", "authentication failure")
    if form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type", "grant type not supported")
    key, secret = _basic(asked) or (form.get("client_id", ""), form.get("client_secret", ""))
    if not key:
        return _refused("invalid_client_id", "client identifier invalid")
    if secret != org.world.token:
        return _refused("invalid_client", "invalid client credentials")
    return Answer(200, _session(org, asked))


def userinfo(org: Org, asked: Asked) -> Answer:
    """The user and the org behind the session."""
    user = org.record(ids.API_USER)
    name = user.text("Name") if user else ""
    mail = user.text("Email") if user else ""
    return Answer(
        body={
            "sub": f"{asked.base_url}/id/{ids.ORG_ID}/{ids.API_USER}",
            "user_id": ids.API_USER,
            "organization_id": ids.ORG_ID,
            "preferred_username": user.text("Username") if user else "",
            "name": name,
            "email": mail,
            "active": True,
            "user_type": "STANDARD",
            "urls": {"rest": f"{asked.base_url}/services/data/v{{version}}/"},
        }
    )


def _session(org: Org, asked: Asked) -> Json:
    session = f"{ids.ORG_ID[:15]}!{org.world.random.getrandbits(160):040x}"
    org.sessions.add(session)
    return {
        "access_token": session,
        "instance_url": asked.base_url,
        "id": f"{asked.base_url}/id/{ids.ORG_ID}/{ids.API_USER}",
        "token_type": "Bearer",
        "issued_at": str(int(org.world.clock.now().timestamp() * 1000)),
        "signature": base64.b64encode(session.encode()[:32]).decode(),
        "scope": "api",
    }


def _basic(asked: Asked) -> tuple[str, str] | None:
    kind, _, code = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret


def _refused(code: str, words: str) -> Answer:
    return Answer(400, {"error": code, "error_description": words})
