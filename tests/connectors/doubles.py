"""What the connector tests share: a sleeper that does not sleep, an observer that remembers, and specs."""

import json
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from crmsync.model.records import RecordKind
from crmsync.model.streams import FieldSpec, StreamSpec


@dataclass
class Sleeps:
    seconds: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Notes:
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def event(self, name: str, **facts: object) -> None:
        self.events.append((name, facts))

    def calls(self) -> list[object]:
        return [facts["route"] for name, facts in self.events if name == "crm.call"]

    def named(self, name: str) -> int:
        return sum(1 for one, _ in self.events if one == name)


def stream(system: str, name: str, kind: RecordKind, *vendor: str, **more: object) -> StreamSpec:
    fields = tuple(FieldSpec(f"our_{one}", one) for one in vendor)
    return StreamSpec(system, name, str(more.pop("object", name)), kind, fields, **more)


def control(url: str, name: str, body: object = None) -> Any:
    """Ask or tell the emulator behind `url` something, past the CRM's own API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/__emulator__/{name}", data, method="GET" if data is None else "POST")  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())
