"""Who comes in: the edge, the token, its scopes, the kind of body, the limits - in that order (sections 2 to 4)."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from crmsync.emulator.hubspot.api_oauth import good
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.edge import LONGEST_TARGET, Edge
from crmsync.emulator.hubspot.refusals import expired, missing_scopes, no_credentials, unsupported_media
from crmsync.emulator.hubspot.scopes import ALL, needed
from crmsync.emulator.hubspot.tokens import read
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Asked

_SPELLED = re.compile(r"[A-Za-z0-9._~+/=-]+")
_WITH_BODY = {"POST", "PUT", "PATCH"}


def is_search(asked: Asked) -> bool:
    """Whether the call is a search of records: those have a limit of their own, and no rate-limit headers."""
    return asked.route.endswith("{type}/search")


def is_open(asked: Asked) -> bool:
    """Whether the call needs no token: OAuth itself."""
    return asked.route.partition(" ")[2].startswith("/oauth/")


def is_oauth(asked: Asked) -> bool:
    """Whether the client holds a token of the OAuth kind."""
    return read(_token(asked)) is not None


def admit(books: Books, asked: Asked) -> None:
    """Let the call through, or raise what the portal (or its edge) says instead."""
    if len(asked.target) > LONGEST_TARGET:
        raise Edge(414)
    if not is_open(asked):
        _know(books, asked)
        _may(books, asked)
        _readable(asked)
    count(books, asked)


def count(books: Books, asked: Asked) -> None:
    """Put the call on the accounts; 429 when one is overdrawn and `rate_limit` says that it counts."""
    planted = books.desk.faults.setting("rate_limit")
    books.limits.count(books.world.clock.now(), planted, search=is_search(asked))
    books.limits.enforce(planted, used_today(books))


def used_today(books: Books) -> int:
    """How many calls since midnight in the account's zone."""
    return books.limits.used(books.world.clock.now(), zone(books), books.desk.calls.total())


def zone(books: Books) -> str:
    """The account's time zone; UTC for one that does not exist."""
    name = str(books.state.account.get("timeZone", "Europe/London"))
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError):
        return "UTC"


def _know(books: Books, asked: Asked) -> None:
    scheme = asked.headers.get("authorization", "").partition(" ")[0]
    token = _token(asked)
    if scheme.lower() != "bearer" or not token:
        raise no_credentials()
    if not _SPELLED.fullmatch(token):
        raise Edge(530) if books.desk.faults.switched("malformed_token_530", otherwise=True) else no_credentials()
    issued = read(token)
    if issued is None and token != books.world.token:
        raise no_credentials()
    if books.desk.faults.take("expire_token", asked.route) is not None:
        if issued is None:
            raise expired(books.stamp())
        books.state.grants.burned.setdefault(token, books.now())
    if issued is not None and good(books, token) is None:
        if token in books.state.grants.revoked:
            raise no_credentials()
        ended = books.state.grants.burned.get(token, issued.ends)
        raise expired(stamp(ended), max(0, books.now() - ended) // 1000)


def _may(books: Books, asked: Asked) -> None:
    params = asked.params
    wanted = needed(asked.method, asked.path, params.get("type") or params.get("source") or "")
    issued = read(_token(asked))
    held = set(issued.scopes if issued is not None and issued.scopes else ALL)
    held -= {str(one.get("scope")) for one in books.desk.faults.waiting if one["kind"] == "missing_scope"}
    if wanted and not held.intersection(wanted):
        raise missing_scopes(wanted)


def _readable(asked: Asked) -> None:
    """A body that says what it is must say JSON; one that says nothing is taken for it."""
    type_ = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if asked.method in _WITH_BODY and asked.body and type_ and not type_.endswith("json"):
        raise unsupported_media(type_)


def _token(asked: Asked) -> str:
    return asked.headers.get("authorization", "").partition(" ")[2].strip()
