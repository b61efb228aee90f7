"""Who a session is, and the end of a session (facts/salesforce.md 1.3, 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from crmsync.emulator.salesforce import ids
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

PATHS = {
    "enterprise": "/services/Soap/c/{version}/",
    "partner": "/services/Soap/u/{version}/",
    "metadata": "/services/Soap/m/{version}/",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_rest": "/services/data/v{version}/tooling/",
}


def userinfo(org: Org, asked: Asked) -> Answer:
    """GET /services/oauth2/userinfo: the OpenID form."""
    user = org.record(ids.API_USER)
    text = user.text if user else lambda _: ""
    urls = _urls(asked)
    return Answer(
        body={
            "sub": f"{asked.base_url}/id/{ids.ORG_ID}/{ids.API_USER}",
            "user_id": ids.API_USER,
            "organization_id": ids.ORG_ID,
            "preferred_username": text("Username"),
            "nickname": text("Alias"),
            "name": text("Name"),
            "email": text("Email"),
            "email_verified": True,
            "given_name": text("FirstName"),
            "family_name": text("LastName"),
            "zoneinfo": text("TimeZoneSidKey"),
            "urls": urls,
            "active": True,
            "user_type": "STANDARD",
            "language": text("LanguageLocaleKey"),
            "locale": text("LocaleSidKey"),
            "utcOffset": 0,
            "updated_at": text("SystemModstamp"),
        }
    )


def identity(org: Org, asked: Asked) -> Answer:
    """GET /id/{org}/{user}: the vendor's own form; a bad token is told in bare words."""
    kind, _, token = asked.headers.get("authorization", "").partition(" ")
    token = token or asked.query.get("oauth_token", "") or asked.query.get("access_token", "")
    if not token:
        return Answer(403, b"Missing_OAuth_Token", {"content-type": "text/html;charset=UTF-8"})
    if token not in org.sessions or kind not in ("", "Bearer", "OAuth"):
        return Answer(403, b"Bad_OAuth_Token", {"content-type": "text/html;charset=UTF-8"})
    user = org.record(ids.to18(asked.params["user"]) or "")
    if ids.to18(asked.params["org"]) != ids.ORG_ID or user is None or not user.id.startswith("005"):
        return Answer(404, b"Bad_Id", {"content-type": "text/html;charset=UTF-8"})
    return Answer(
        body={
            "id": f"{asked.base_url}/id/{ids.ORG_ID}/{user.id}",
            "asserted_user": user.id == ids.API_USER,
            "user_id": user.id,
            "organization_id": ids.ORG_ID,
            "username": user.text("Username"),
            "nick_name": user.text("Alias"),
            "display_name": user.text("Name"),
            "email": user.text("Email"),
            "email_verified": True,
            "first_name": user.values.get("FirstName"),
            "last_name": user.text("LastName"),
            "timezone": user.text("TimeZoneSidKey"),
            "mobile_phone": user.values.get("MobilePhone"),
            "status": {"created_date": None, "body": None},
            "urls": _urls(asked),
            "active": user.values.get("IsActive") is True,
            "user_type": "STANDARD",
            "language": user.text("LanguageLocaleKey"),
            "locale": user.text("LocaleSidKey"),
            "utcOffset": 0,
            "last_modified_date": user.text("LastModifiedDate"),
            "is_app_installed": True,
        }
    )


def revoke(org: Org, asked: Asked) -> Answer:
    """POST (or GET) /services/oauth2/revoke: the session or refresh token is no more; an unknown one is an error."""
    form = parse_qs(asked.body.decode("utf-8", "replace"))
    token = (form.get("token") or [asked.query.get("token", "")])[-1]
    if token not in org.sessions | org.refresh_tokens:
        return Answer(400, {"error": "unsupported_token_type", "error_description": "this token type is not supported"})
    org.sessions.discard(token)
    org.refresh_tokens.discard(token)
    return Answer(200, b"")


def introspect(org: Org, asked: Asked) -> Answer:
    """POST /services/oauth2/introspect: whether a token is alive."""
    form = parse_qs(asked.body.decode("utf-8", "replace"))
    token = (form.get("token") or [""])[-1]
    if token not in org.sessions | org.refresh_tokens:
        return Answer(body={"active": False})
    now = int(org.world.clock.now().timestamp())
    user = org.record(ids.API_USER)
    return Answer(
        body={
            "active": True,
            "scope": "api refresh_token",
            "client_id": (form.get("client_id") or [""])[-1],
            "username": user.text("Username") if user else "",
            "sub": f"{asked.base_url}/id/{ids.ORG_ID}/{ids.API_USER}",
            "token_type": "access_token" if token in org.sessions else "refresh_token",
            "exp": now + 7200,
            "iat": now,
            "nbf": now,
        }
    )


def _urls(asked: Asked) -> dict[str, Json]:
    found: dict[str, Json] = {name: asked.base_url + path for name, path in PATHS.items()}
    return {**found, "profile": f"{asked.base_url}/{ids.API_USER}", "custom_domain": asked.base_url}
