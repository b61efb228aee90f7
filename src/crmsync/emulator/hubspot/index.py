"""What search sees: a copy of the records that can lag behind the records themselves (facts/hubspot.md section 5.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crmsync.emulator.hubspot.store import Record

LONGEST_LOG = 20_000


@dataclass(slots=True)
class Index:
    """The searchable versions by object type and id, and those still on their way (due instant first).

    `version` grows with every change; `log` tells the changes since somebody last asked (None: nobody listens).
    """

    shown: dict[str, dict[str, Record]] = field(default_factory=dict)
    waiting: list[tuple[int, str, str, Record | None]] = field(default_factory=list)
    version: int = 0
    log: list[tuple[str, str, Record | None]] | None = None

    def note(self, kind: str, id_: str, record: Record | None, due: int | None) -> None:
        """A record changed (None: it is gone); search sees it at once, or when the servers' clock reaches `due`."""
        if due is None:
            self.waiting = [one for one in self.waiting if one[1:3] != (kind, id_)] if self.waiting else []
            self._show(kind, id_, record)
        else:
            self.waiting.append((due, kind, id_, record))

    def flap(self, kind: str, id_: str, record: Record | None, due: int, lag: int) -> None:
        """As `note`, but what has appeared drops out again for one more lag before it stays (section 5.5)."""
        before = self.shown.get(kind, {}).get(id_)
        self.waiting += [(due, kind, id_, record), (due + lag, kind, id_, before), (due + 2 * lag, kind, id_, record)]

    def rows(self, kind: str, now: int) -> Iterable[Record]:
        """What a search that is asked now goes through."""
        if self.waiting:
            due = sorted((one for one in self.waiting if one[0] <= now), key=lambda one: one[0])
            self.waiting = [one for one in self.waiting if one[0] > now]
            for _, of, id_, record in due:
                self._show(of, id_, record)
        return self.shown.get(kind, {}).values()

    def _show(self, kind: str, id_: str, record: Record | None) -> None:
        rows = self.shown.setdefault(kind, {})
        self.version += 1
        if self.log is not None:
            self.log.append((kind, id_, record))
            self.log = self.log if len(self.log) < LONGEST_LOG else None
        if record is None:
            rows.pop(id_, None)
        else:
            rows[id_] = record
