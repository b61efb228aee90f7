"""OAuth: tokens for a code, for a refresh token or for the client itself; what a token is; its end (section 2).

Sources: the vendor's files `Auth/Oauth/Rollouts/155908/v1` and `279897/{v3,2026-03,2026-09}`; the words of its errors
are those seen in public issues. One client is known, see the constants of `tokens.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from crmsync.emulator.hubspot.books import APP_ID, PORTAL_ID, Books
from crmsync.emulator.hubspot.reading import body_of
from crmsync.emulator.hubspot.refusals import Refusal, bad_grant, unsupported_media
from crmsync.emulator.hubspot.scopes import ALL
from crmsync.emulator.hubspot.tokens import (
    AUTHORIZATION_CODE,
    CLIENT_ID,
    CLIENT_SECRET,
    LIFETIME,
    Token,
    minted,
    read,
)
from crmsync.emulator.wire import Answer, Asked, Json

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
USER_ID, USER, DOMAIN = 12282590, "integration@example.com", "emulator.example"

Form = Mapping[str, str]


def authorize(_books: Books, asked: Asked) -> Answer:
    """The page where a person would say yes: here everybody does, and the code comes back by redirect."""
    where = asked.query.get("redirect_uri", "")
    if asked.query.get("client_id") != CLIENT_ID or not where.startswith(("http://", "https://")):
        raise bad_grant("BAD_REDIRECT_URI", "missing or unknown redirect URI")
    back = {"code": AUTHORIZATION_CODE} | ({"state": asked.query["state"]} if "state" in asked.query else {})
    return Answer(302, headers={"location": f"{where}{'&' if '?' in where else '?'}{urlencode(back)}"})


def issue_token(books: Books, asked: Asked) -> Answer:
    """An access token for thirty minutes; the refresh token comes back with it, a new one only when rotation is on."""
    form = _form(books, asked)
    _known_client(form)
    grant = form.get("grant_type", "")
    if grant == "client_credentials":
        return Answer(body=_issued(books, form, "client_credentials"))
    if grant == "authorization_code":
        if form.get("code") != AUTHORIZATION_CODE:
            raise bad_grant("BAD_AUTH_CODE", "missing or unknown auth code")
    elif grant == "refresh_token":
        _good_refresh(books, asked, form.get("refresh_token", ""))
    else:
        raise bad_grant("BAD_GRANT_TYPE", "missing or unknown grant type")
    return Answer(body={**_issued(books, form, "access_token"), "refresh_token": books.state.grants.refresh})


def introspect(books: Books, asked: Asked) -> Answer:
    """Whether a token is good, and what it is for."""
    form = _form(books, asked)
    _known_client(form)
    spelled = form.get("token", "")
    grants = books.state.grants
    if spelled == grants.refresh:
        return Answer(body={"active": True, "token_use": "refresh_token", **_whose(), "scopes": list(ALL)})
    token = good(books, spelled)
    if token is None:
        return Answer(body={"active": False})
    return Answer(body={"active": True, "token_use": "access_token", **_whose(), **_told(books, token)})


def revoke(books: Books, asked: Asked) -> Answer:
    """An end to a token; 200 also for one that nobody knows (RFC 7009)."""
    form = _form(books, asked)
    _known_client(form)
    _end(books, form.get("token", ""))
    return Answer(200, {})


def access_token(books: Books, asked: Asked) -> Answer:
    """What an access token is for, on the old path."""
    token = good(books, asked.params["token"])
    if token is None:
        raise Refusal(404, "The access token is unknown or expired", None)
    known: dict[str, Json] = {"token": asked.params["token"], **_whose(), **_told(books, token)}
    return Answer(body={**known, "token_type": "access", "is_private_distribution": True})


def refresh_token(books: Books, asked: Asked) -> Answer:
    """What a refresh token is for, on the old path."""
    if asked.params["token"] != books.state.grants.refresh:
        raise Refusal(404, "The refresh token is unknown", None)
    known: dict[str, Json] = {"token": asked.params["token"], "client_id": CLIENT_ID, "token_type": "refresh"}
    return Answer(body={**known, **_whose(), "scopes": list(ALL)})


def drop_refresh_token(books: Books, asked: Asked) -> Answer:
    """No new access token comes of it any more; those given out stay good."""
    if asked.params["token"] != books.state.grants.refresh:
        raise Refusal(404, "The refresh token is unknown", None)
    _end(books, asked.params["token"])
    return Answer(204)


def good(books: Books, spelled: str) -> Token | None:
    """The access token, if it still opens the door."""
    token, grants = read(spelled), books.state.grants
    if token is None or spelled in grants.revoked or spelled in grants.burned or token.ends <= books.now():
        return None
    return token


def _issued(books: Books, form: Form, use: str) -> dict[str, Json]:
    scopes = tuple(scope for scope in form.get("scope", "").split() if scope in ALL)
    token = Token(books.now() + LIFETIME * 1000, scopes)
    shown: dict[str, Json] = {"token_type": "bearer", "access_token": minted(token, books.trace()), "token_use": use}
    return {**shown, "expires_in": LIFETIME, "hub_id": PORTAL_ID, "user_id": USER_ID, "scopes": list(scopes or ALL)}


def _good_refresh(books: Books, asked: Asked, given: str) -> None:
    refused = books.desk.faults.take("refuse_login", asked.route) is not None
    if refused or given != books.state.grants.refresh:
        raise bad_grant("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
    if books.desk.faults.switched("rotate_refresh_token"):  # unverified, section 17
        books.state.grants = replace(books.state.grants, refresh=f"emulator-refresh-{books.trace()}")


def _form(books: Books, asked: Asked) -> dict[str, str]:
    """The parameters: in the body everywhere, on the v1 paths in the query too (the vendor's v1 file lists both).

    The vendor's files know forms only, its newest library (hubspot-sdk 0.1.0a9) sends JSON to the dated paths: both are
    taken there, unless the switch `oauth_takes_json` says otherwise.
    """
    type_ = asked.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    old = "/v1/" in asked.path
    if type_ == JSON and not old and books.desk.faults.switched("oauth_takes_json", otherwise=True):
        return {name: value for name, value in body_of(asked).items() if isinstance(value, str)}
    if type_ != FORM:
        raise unsupported_media(type_)
    given = dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
    return {**asked.query, **given} if old else given


def _known_client(form: Form) -> None:
    if form.get("client_id") != CLIENT_ID:
        raise bad_grant("BAD_CLIENT_ID", "missing or unknown client id")
    if form.get("client_secret") != CLIENT_SECRET:
        raise bad_grant("BAD_CLIENT_SECRET", "missing or invalid client secret")


def _end(books: Books, spelled: str) -> None:
    grants = books.state.grants
    if spelled == grants.refresh:
        books.state.grants = replace(grants, refresh="")
    elif read(spelled) is not None:
        grants.revoked.add(spelled)


def _whose() -> dict[str, Json]:
    return {"hub_id": PORTAL_ID, "hub_domain": DOMAIN, "app_id": int(APP_ID), "user_id": USER_ID, "user": USER}


def _told(books: Books, token: Token) -> dict[str, Json]:
    return {"expires_in": (token.ends - books.now()) // 1000, "scopes": list(token.scopes or ALL)}
