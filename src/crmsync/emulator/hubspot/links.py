"""Which records belong together: associations, kept in both directions."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmsync.emulator.hubspot.kinds import link_type
from crmsync.emulator.wire import Json

End = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LinkType:
    """One kind of association; the plain one is HUBSPOT_DEFINED without a label."""

    category: str
    number: int

    def as_json(self) -> dict[str, Json]:
        """The type as the associations API shows it."""
        return {"category": self.category, "typeId": self.number, "label": None}


@dataclass(slots=True)
class Links:
    """All associations: (type, id) and the other type to the other ids."""

    ends: dict[tuple[End, str], dict[str, LinkType]] = field(default_factory=dict)

    def join(self, source: End, target: End, linked: LinkType | None = None) -> bool:
        """Associate two records (type, id); tells whether that is new."""
        there = linked or LinkType("HUBSPOT_DEFINED", link_type(source[0], target[0]))
        back = LinkType(there.category, link_type(target[0], source[0]))
        fresh = target[1] not in self.ends.get((source, target[0]), {})
        self.ends.setdefault((source, target[0]), {})[target[1]] = there
        self.ends.setdefault((target, source[0]), {})[source[1]] = back
        return fresh

    def part(self, source: End, target: End) -> bool:
        """Undo an association; tells whether there was one."""
        self.ends.get((target, source[0]), {}).pop(source[1], None)
        return self.ends.get((source, target[0]), {}).pop(target[1], None) is not None

    def of(self, source: End, kind: str) -> dict[str, LinkType]:
        """The ids of that type a record belongs to, each with the kind of association, in the order they came."""
        return self.ends.get((source, kind), {})

    def move(self, old: End, new: End) -> None:
        """Hand everything the old record belongs to over to the new one."""
        for (source, kind), others in list(self.ends.items()):
            if source == old:
                for id_, linked in list(others.items()):
                    self.part(old, (kind, id_))
                    self.join(new, (kind, id_), linked)
