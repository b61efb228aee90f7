"""The REST API of the org as one table of routes; each family of calls has its own module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api import collection, composite, describing, identity, login, querying, rows, soap
from crmsync.emulator.salesforce.api.door import guarded, opened
from crmsync.emulator.salesforce.api.trouble import TROUBLES
from crmsync.emulator.wire import Answer, Asked, Handler, Route

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

DATA = "/services/data/{v}"
Call = Callable[["Org", Asked], Answer]
TABLE: Sequence[tuple[str, str, Call]] = (
    ("GET", "/query", querying.query),
    ("GET", "/queryAll", querying.query_all),
    ("GET", "/query/{locator}", querying.more),
    ("GET", "/queryAll/{locator}", querying.more),
    ("GET", "/sobjects", describing.everything),
    ("GET", "/sobjects/{type}", describing.basic),
    ("GET", "/sobjects/{type}/describe", describing.describe),
    ("POST", "/sobjects/{type}", rows.create),
    ("GET", "/sobjects/{type}/{id}", rows.read),
    ("PATCH", "/sobjects/{type}/{id}", rows.update),
    ("DELETE", "/sobjects/{type}/{id}", rows.delete),
    ("GET", "/sobjects/{type}/{field}/{value}", rows.read_by_key),
    ("PATCH", "/sobjects/{type}/{field}/{value}", rows.upsert),
    ("POST", "/composite/sobjects", collection.create),
    ("PATCH", "/composite/sobjects", collection.update),
    ("DELETE", "/composite/sobjects", collection.delete),
    ("POST", "/composite", composite.run),
    ("GET", "/limits", describing.limits),
    ("GET", "/limits/recordCount", describing.record_count),
    ("GET", "", describing.resources),
)
OPEN: Sequence[tuple[str, str, Call]] = (
    ("POST", "/services/oauth2/token", login.token),
    ("GET", "/services/oauth2/authorize", login.authorize),
    ("POST", "/services/oauth2/revoke", identity.revoke),
    ("GET", "/services/oauth2/revoke", identity.revoke),
    ("POST", "/services/oauth2/introspect", identity.introspect),
    ("GET", "/id/{org}/{user}", identity.identity),
    ("POST", "/services/Soap/u/{version}", soap.call),
    ("POST", "/services/Soap/c/{version}", soap.call),
    ("POST", "/services/Soap/u/{version}/{org}", soap.call),
    ("POST", "/services/Soap/c/{version}/{org}", soap.call),
)

__all__ = ["TROUBLES", "routes"]


def routes(org: Org) -> list[Route]:
    """The open routes (login, versions) and the guarded ones."""
    table = [Route(method, DATA + path, guarded(org, call)) for method, path, call in TABLE]
    return [
        *(Route(method, path, opened(org, _of(org, call))) for method, path, call in OPEN),
        Route("GET", "/services/oauth2/userinfo", guarded(org, identity.userinfo)),
        Route("POST", "/services/oauth2/userinfo", guarded(org, identity.userinfo)),
        Route("GET", "/services/data", opened(org, describing.versions)),
        *table,
    ]


def _of(org: Org, call: Call) -> Handler:
    return lambda asked: call(org, asked)
