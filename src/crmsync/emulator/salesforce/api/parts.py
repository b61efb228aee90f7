"""One request inside another: found among the calls that may stand there, answered like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.wire import Answer, Asked, BadJson

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

NOTHING = object()


def answered(
    org: Org, asked: Asked, part: tuple[str, str], headers: Mapping[str, str], body: object = NOTHING
) -> Answer:
    """Answer the (method, url) of a part with its own headers and body; problems come as its answer."""
    method, url = part
    split = urlsplit(url)
    route, params, known = org.parts.find(method.upper(), split.path)
    pairs = parse_qsl(split.query, keep_blank_values=True, errors="replace")
    inner = Asked(
        method=method.upper(),
        path=split.path,
        route=route.name if route else "",
        params=params,
        query=dict(pairs),
        queries=pairs,
        headers=headers,
        body=b"" if body is NOTHING else json.dumps(body).encode(),
        base_url=asked.base_url,
    )
    try:
        return route.handler(inner) if route else org.unrouted(inner, known)
    except Problem as problem:
        return problem.answer()
    except BadJson as problem:
        return bad_json(str(problem)).answer()
