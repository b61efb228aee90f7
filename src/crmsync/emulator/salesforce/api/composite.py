"""Up to 25 calls in one, each with its own headers (among them If-Unmodified-Since) and its own result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crmsync.emulator.salesforce.api import describing, querying, rows
from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.problems import Problem, bad_json, not_found
from crmsync.emulator.wire import Answer, Asked, Json, Route, Router

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST = 25
FORBIDDEN = {"accept", "authorization", "content-type"}


def run(org: Org, asked: Asked) -> Answer:
    """Run the subrequests in order; references between them and allOrNone are refused as not supported."""
    whole = body(asked)
    wanted = whole.get("compositeRequest")
    if not isinstance(wanted, list) or not all(isinstance(part, dict) for part in wanted):
        raise bad_json("compositeRequest must be a list of objects")
    if len(wanted) > MOST:
        raise Problem("LIMIT_EXCEEDED", f"Request cannot contain more than {MOST} operations")
    if whole.get("allOrNone") is True or "@{" in asked.body.decode("utf-8", "replace"):
        raise Problem("NOT_SUPPORTED", "allOrNone and references in composite are not supported by the emulator")
    router = Router(_routes(org))
    return Answer(body={"compositeResponse": [_one(router, asked, part) for part in wanted]})


def _one(router: Router, asked: Asked, part: Mapping[str, Json]) -> Json:
    headers = _headers(part)
    parts = urlsplit(str(part.get("url", "")))
    method = str(part.get("method", "GET")).upper()
    route, params, _ = router.find(method, parts.path)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    content = json.dumps(part["body"]).encode() if "body" in part else b""
    inner = Asked(
        method=method,
        path=parts.path,
        params=params,
        query=dict(pairs),
        queries=pairs,
        headers={**asked.headers, **headers},
        body=content,
        base_url=asked.base_url,
    )
    answer = _answered(route, inner)
    return {
        "body": answer.body if not isinstance(answer.body, bytes) else None,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": str(part.get("referenceId", "")),
    }


def _answered(route: Route | None, inner: Asked) -> Answer:
    try:
        return route.handler(inner) if route else not_found().answer()
    except Problem as problem:
        return problem.answer()


def _headers(part: Mapping[str, Json]) -> dict[str, str]:
    given = part.get("httpHeaders") or {}
    if not isinstance(given, Mapping) or FORBIDDEN & {name.lower() for name in given}:
        raise Problem("INVALID_HTTP_HEADER", "httpHeaders may not hold Accept, Authorization or Content-Type")
    return {name.lower(): str(value) for name, value in given.items()}


def _routes(org: Org) -> list[Route]:
    base = "/services/data/{v}"
    table: list[tuple[str, str, Callable[[Org, Asked], Answer]]] = [
        ("GET", "/query", querying.query),
        ("GET", "/queryAll", querying.query_all),
        ("GET", "/sobjects/{type}/describe", describing.describe),
        ("POST", "/sobjects/{type}", rows.create),
        ("GET", "/sobjects/{type}/{id}", rows.read),
        ("PATCH", "/sobjects/{type}/{id}", rows.update),
        ("DELETE", "/sobjects/{type}/{id}", rows.delete),
        ("PATCH", "/sobjects/{type}/{field}/{value}", rows.upsert),
    ]
    return [Route(method, base + path, _bound(org, call)) for method, path, call in table]


def _bound(org: Org, call: Callable[[Org, Asked], Answer]) -> Callable[[Asked], Answer]:
    return lambda asked: call(org, asked)
