"""What the connector tests share: a sleeper that does not sleep, an observer that remembers, and specs."""

from dataclasses import dataclass, field

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
