"""A portal without sockets: requests in, answers out, through the real routes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from crmsync.emulator.hubspot import Portal
from crmsync.emulator.wire import Answer, Asked, Router
from crmsync.emulator.world import HUBSPOT, World

DATED = "/crm/objects/2026-09"
START = datetime(2026, 12, 2, 9, tzinfo=UTC)


class Door:
    """One portal on a frozen clock; `call` answers (status, body)."""

    def __init__(self) -> None:
        self.world = World(seed=1)
        self.world.clock.freeze()
        self.world.clock.set(START)
        self.portal = Portal(self.world)
        self.desk = self.world.desk(HUBSPOT)
        self._router = Router(self.portal.routes())

    def answer(self, method: str, target: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request as the gate would hand it over; a body of bytes is sent as it is."""
        path, _, query = target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        route, params, known = self._router.find(method, path)
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        own = {"authorization": f"Bearer {self.world.token}"} if headers is None else headers
        name = route.name if route else ""
        asked = Asked(method, path, name, params, dict(pairs), pairs, own, raw, "http://127.0.0.1:1", target)
        return route.handler(asked) if route else self.portal.unrouted(asked, known)

    def call(self, method: str, target: str, body: object = None) -> tuple[int, Any]:
        """The status and the body of one request with the right token."""
        answer = self.answer(method, target, body)
        return answer.status, json.loads(json.dumps(answer.body))

    def headers(self, method: str, target: str) -> Mapping[str, str]:
        """The headers that the gate would put on the answer."""
        route, params, _ = self._router.find(method, target)
        own = {"authorization": f"Bearer {self.world.token}"}
        return self.portal.headers(Asked(method, target, route.name if route else "", params, headers=own))

    def load(self, type_: str, id_: str, **fields: object) -> str:
        """Something that has always been there."""
        self.portal.load({"type": type_, "id": id_, "fields": fields})  # type: ignore[dict-item]
        return id_

    def properties(self, id_: str, type_: str = "contacts", names: str = "") -> dict[str, Any]:
        """What a record holds, read through the API."""
        found: dict[str, Any] = self.call("GET", f"{DATED}/{type_}/{id_}?properties={names}")[1]["properties"]
        return found
