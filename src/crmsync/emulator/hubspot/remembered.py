"""Results of searches asked before, so that the pages of one search cost no search each (200,000 records: 1 s a page).

Results in order of ids are kept up to date record by record; those in another order hold until the index changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crmsync.emulator.hubspot.index import Index
from crmsync.emulator.hubspot.store import Record

Fits = Callable[[Record], bool]
MOST = 8


@dataclass(slots=True)
class ById:
    """The records of one type that fit, in ascending order of ids."""

    kind: str
    fits: Fits
    ids: list[int] = field(default_factory=list)
    rows: dict[int, Record] = field(default_factory=dict)

    def take(self, id_: int, record: Record | None) -> None:
        """A record changed, came or went."""
        fits = record is not None and self.fits(record)
        if id_ in self.rows and not fits:
            del self.rows[id_], self.ids[bisect_left(self.ids, id_)]
        elif record is not None and fits:
            if id_ not in self.rows:
                insort(self.ids, id_)
            self.rows[id_] = record


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many, and a slice of them."""

    total: int
    page: list[Record]


class Remembered:
    """The latest searches of one portal; touched under the world's lock only."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._index: Index | None = None
        self._by_id: dict[str, ById] = {}
        self._ordered: dict[str, tuple[int, list[Record]]] = {}

    def by_id(self, index: Index, key: tuple[str, str], fits: Fits, rows: Iterable[Record]) -> ById:
        """The records that fit in order of ids; `key` is (object type, the question in words)."""
        self._keep_up(index)
        name = "\n".join(key)
        known = self._by_id.pop(name, None)
        if known is None:
            good = sorted((one for one in rows if fits(one)), key=lambda one: int(one.id))
            known = ById(key[0], fits, [int(one.id) for one in good], {int(one.id): one for one in good})
        self._by_id[name] = known
        while len(self._by_id) > MOST:
            del self._by_id[next(iter(self._by_id))]
        return known

    def ordered(self, index: Index, key: tuple[str, str], find: Callable[[], list[Record]]) -> list[Record]:
        """The records that `find` finds, unless it was asked already since the index last changed."""
        self._keep_up(index)
        name = "\n".join(key)
        known = self._ordered.get(name)
        if known is None or known[0] != index.version:
            self._ordered = {one: told for one, told in self._ordered.items() if told[0] == index.version}
            known = (index.version, find())
            self._ordered[name] = known
            while len(self._ordered) > MOST:
                del self._ordered[next(iter(self._ordered))]
        return known[1]

    def _keep_up(self, index: Index) -> None:
        if index is not self._index or index.log is None:
            self._index, self._by_id, self._ordered = index, {}, {}
            index.log = []
        for kind, id_, record in index.log or ():
            for known in self._by_id.values():
                if known.kind == kind:
                    known.take(int(id_), record)
        index.log = []


def after(known: ById, last: int, offset: int, limit: int) -> Found:
    """Those with an id greater than `last`, `limit` of them from that offset."""
    start = bisect_right(known.ids, last)
    page = [known.rows[id_] for id_ in known.ids[start + offset : start + offset + limit]]
    return Found(len(known.ids) - start, page)
