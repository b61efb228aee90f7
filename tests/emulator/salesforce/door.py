"""An org without sockets: requests in, answers out, through the real routes; the clock stands at START."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest

from crmsync.emulator.salesforce import Org
from crmsync.emulator.wire import Answer, Asked, Router
from crmsync.emulator.world import SALESFORCE, World

V = "/services/data/v62.0"
START = datetime(2026, 12, 2, 9, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


class Door:
    """One org on a frozen clock; `call` answers (status, body)."""

    def __init__(self) -> None:
        self.world = World(seed=1)
        self.world.clock.freeze()
        self.world.clock.set(START)
        self.org = Org(self.world)
        self.desk = self.world.desk(SALESFORCE)
        self._router = Router(self.org.routes())

    def answer(self, method: str, target: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request as the gate would hand it over; a body of bytes is sent as it is."""
        path, _, query = target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        route, params, known = self._router.find(method, path)
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        own = {"authorization": f"Bearer {self.world.token}", **(headers or {})}
        name = route.name if route else ""
        asked = Asked(method, path, name, params, dict(pairs), pairs, own, raw, "http://127.0.0.1:1")
        return route.handler(asked) if route else self.org.unrouted(asked, known)

    def call(
        self, method: str, target: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the body of one request with the right token."""
        answer = self.answer(method, target, body, headers)
        return answer.status, json.loads(json.dumps(answer.body))

    def query(self, soql: str, path: str = "query", headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """One query."""
        return self.call("GET", f"{V}/{path}?q={quote(soql)}", headers=headers)

    def values(self, soql: str, path: str = "query") -> list[Any]:
        """The values of the only selected column."""
        status, body = self.query(soql, path)
        assert status == 200, body
        return [next(value for name, value in row.items() if name != "attributes") for row in body["records"]]

    def load(self, type_: str, id_: str | None = None, **fields: object) -> str:
        """Something that has always been there; answers its id."""
        row: dict[str, Any] = {"type": type_, "fields": fields}
        self.org.load(row if id_ is None else {**row, "id": id_})
        return list(self.org.tables[self.org.sobject(type_).name].rows)[-1]

    def lead(self, **fields: object) -> str:
        """A loaded lead."""
        return self.load("Lead", **{"LastName": "Archer", "Company": "Acme", **fields})

    def row(self, id_: str) -> dict[str, Any]:
        """What a row holds."""
        record = self.org.record(id_)
        assert record is not None
        return dict(record.values)

    def field(self, object_: str, name: str, type_: str = "string", **more: object) -> None:
        """A custom field."""
        self.org.load({"type": "__field__", "fields": {"object": object_, "name": name, "type": type_, **more}})  # type: ignore[dict-item]

    def key_field(self) -> None:
        """The unique key of tasks."""
        self.field("Task", "CRMSync_Key__c", length=40, unique=True, externalId=True)


def shared(path: str) -> Any:
    """A file of the shared data; skips, saying so, where there is none (a user's checkout)."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"no {file}: this check needs the recorded vendor data")
    return json.loads(file.read_text())
