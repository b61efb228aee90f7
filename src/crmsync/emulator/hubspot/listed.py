"""What a portal keeps of lists and imports; plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmsync.emulator.wire import Json


@dataclass(slots=True)
class Segment:
    """One list: its members since when (`members`) and since when at all (`first`). Instants in milliseconds.

    `changes` counts what was done to its members; `asked` is the version of the records a filter was last asked about.
    """

    id: str
    name: str
    kind: str
    processing: str
    branch: Json
    created: int
    updated: int
    filtered: int
    members: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    deleted: int | None = None
    version: int = 1
    by: str = "1"
    changes: int = 0
    asked: int = -1


Row = tuple[tuple[int, int], str, int]  # where it stands in the order, record id, member since


@dataclass(frozen=True, slots=True)
class Roster:
    """The living members of a list as they were `seen` (versions of the records and of the list), in both orders."""

    seen: tuple[int, int]
    members: dict[str, int]
    by_id: list[Row]
    by_join: list[Row]


@dataclass(slots=True)
class Import:
    """One file that was read in: what came of it, the lists it filled (by object type) and its bad rows."""

    id: str
    name: str
    state: str
    source: str
    created: int
    updated: int
    counters: dict[str, int] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, Json]] = field(default_factory=list)
    opt_out: bool = False
