"""The door of one CRM: turns ASGI into `Asked -> Answer`, counts the calls, lets the transport go wrong on request."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import struct
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from crmsync.emulator.faults import Fault
from crmsync.emulator.wire import Answer, Asked, Json, Route, Router
from crmsync.emulator.world import Crm, Desk, World

WORTH_ZIPPING = 1024  # bytes; below it the vendors' edges do not trouble either


class Gate:
    """An ASGI application in front of one CRM; `wires` are the open connections by peer, so that one can be cut."""

    def __init__(
        self,
        world: World,
        desk: Desk,
        crm: Crm,
        control: Sequence[Route],
        wires: Mapping[tuple[str, int], asyncio.Transport],
    ) -> None:
        """Put the control routes and the vendor's routes into one table."""
        self._world, self._desk, self._crm, self._wires = world, desk, crm, wires
        self._router = Router([*control, *crm.routes()])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: find its route, let it be late, answer under the lock, send, or cut the line."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return  # whoever hung up before the end of the request hears nothing
        route, params, known = self._router.find(request.method, _raw_path(scope))
        asked = _asked(request, body, route, params)
        counted = route is None or route.counted
        name = route.name if route else f"{request.method} (no such path)"
        await self._be_late(name, counted=counted)
        with self._world.lock:
            fault = self._planted(name) if counted else None
            answer = _as_planted(fault) or (route.handler(asked) if route else self._crm.unrouted(asked, known))
            content, headers = self._dressed(asked, answer, counted=counted)
            piece = self._piece(name) if counted else None
        if fault is None or fault["kind"] == "status":
            await _reply(send, answer.status, headers, content, piece=piece)
        else:
            shown = int(_float(fault.get("bytes"), 1)) if fault["kind"] == "cut_at" else None
            partly = None if shown is None else (answer.status, headers, content[:shown])
            await self._break_off(scope, send, partly, reset=fault.get("reset") is True)

    async def _be_late(self, name: str, *, counted: bool) -> None:
        with self._world.lock:
            slow = self._desk.faults.take("slow", name) if counted else None
        if slow is not None:
            await asyncio.sleep(_float(slow.get("seconds"), 1.0))

    def _planted(self, name: str) -> Fault | None:
        self._desk.calls[name] += 1
        return self._desk.faults.take_first(("status", "cut_before_commit", "cut_after_commit", "cut_at"), name)

    def _piece(self, name: str) -> tuple[int, float] | None:
        chunked = self._desk.faults.take("chunked", name) or {}
        size, pause = max(1, int(_float(chunked.get("bytes"), 7))), _float(chunked.get("seconds"), 0)
        return (size, pause) if chunked else None

    def _dressed(self, asked: Asked, answer: Answer, *, counted: bool) -> tuple[bytes, dict[str, str]]:
        content, kind = _content(answer.body)
        skew = self._desk.faults.setting("clock_skew") or {}
        at = self._world.clock.now() + timedelta(seconds=_float(skew.get("seconds"), 0))
        headers = {"date": format_datetime(at, usegmt=True)}
        headers |= {"content-type": kind} if kind else {}
        own = {**(self._crm.headers(asked) if counted else {}), **answer.headers}
        headers |= {name.lower(): value for name, value in own.items()}
        if len(content) >= WORTH_ZIPPING and "gzip" in asked.headers.get("accept-encoding", ""):
            content = gzip.compress(content, 1, mtime=0)  # facts/salesforce.md 10, facts/hubspot.md 15
            headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        headers |= {} if answer.status in (204, 304) else {"content-length": str(len(content))}
        spelt = {name.lower(): name for name in own}
        return content, {_titled(spelt.get(name, name)): value for name, value in headers.items()}

    async def _break_off(
        self, scope: Scope, send: Send, partly: tuple[int, dict[str, str], bytes] | None, *, reset: bool
    ) -> None:
        if partly is not None:
            await _reply(send, *partly, complete=False)
        host, port = scope["client"]
        wire = self._wires.get((host, port))
        if wire is not None and reset:
            wire.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.abort()  # with no time to linger that is a reset
        elif wire is not None:
            wire.close()
        while wire is not None and (host, port) in self._wires:  # noqa: ASYNC110 - a turn or two of the loop
            await asyncio.sleep(0.001)  # until the loop has really closed it; then the server asks for no rest


def _raw_path(scope: Scope) -> str:
    """The path as sent; a client that takes us for its proxy names the host before it."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.split(b"?", 1)[0].decode("latin-1")
    return re.sub(r"\Ahttps?://[^/]*", "", path) or "/"


def _raw_target(scope: Scope) -> str:
    query: bytes = scope.get("query_string", b"")
    return f"{_raw_path(scope)}?{query.decode('latin-1')}" if query else _raw_path(scope)


def _asked(request: Request, body: bytes, route: Route | None, params: Mapping[str, str]) -> Asked:
    pairs = parse_qsl(request.url.query, keep_blank_values=True, errors="replace")
    return Asked(
        method=request.method,
        path=request.url.path,
        route=route.name if route else "",
        params=params,
        query=dict(pairs),
        queries=pairs,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        base_url=f"http://{request.headers.get('host', '127.0.0.1')}",
        target=_raw_target(request.scope),
    )


def _as_planted(fault: Fault | None) -> Answer | None:
    if fault is not None and fault["kind"] == "cut_before_commit":
        return Answer(503)  # never seen: the line is cut instead, and nothing was done
    if fault is None or fault["kind"] != "status":
        return None
    headers = fault.get("headers")
    body = fault.get("body")
    named = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, Mapping) else {}
    return Answer(int(_float(fault.get("code"), 500)), body.encode() if isinstance(body, str) else body, named)


def _content(body: Json | bytes) -> tuple[bytes, str]:
    if body is None:
        return b"", ""
    if isinstance(body, bytes):
        return body, "text/html;charset=UTF-8"
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), "application/json;charset=UTF-8"


async def _reply(
    send: Send,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    *,
    complete: bool = True,
    piece: tuple[int, float] | None = None,
) -> None:
    """Send it whole or, as `piece` says, so many bytes at a time with so many seconds between."""
    shown = {name: value for name, value in headers.items() if piece is None or name.lower() != "content-length"}
    raw = [(name.encode("latin-1"), _spelled(value)) for name, value in shown.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    size, pause = piece or (len(content) or 1, 0.0)
    pieces = [content[start : start + size] for start in range(0, len(content), size)] or [b""]
    for number, part in enumerate(pieces, 1):
        if pause > 0 and number > 1:
            await asyncio.sleep(pause)
        more = not complete or number < len(pieces)
        await send({"type": "http.response.body", "body": part, "more_body": more})


def _titled(name: str) -> str:
    """A header's name as the vendors' HTTP/1.1 edges write it; Airbyte's CDK looks names up by their case."""
    return name if name != name.lower() else {"etag": "ETag"}.get(name, name.title())


def _spelled(value: str) -> bytes:
    """A header's value without what no header may hold: a line end in a redirect would be one."""
    return re.sub(r"[\x00-\x1f\x7f]+", "", value).strip().encode("latin-1", "replace")


def _float(value: Json, default: float) -> float:
    return float(value) if isinstance(value, int | float | str) else default
