"""The rows of the org, and the indexes that keep a big org quick: by value of a field, and by stamp."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.wire import Json

Values = dict[str, Json]
_PARTS = ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")
Saved = Mapping[str, Values]  # what a table holds, by id; values are replaced and never changed, so sharing is safe


@dataclass(slots=True)
class Record:
    """One row: its 18-character id and its values by API name; what is absent is null.

    Never change `values` in place: pages of open queries and checkpoints share them.
    """

    id: str
    values: Values

    @property
    def deleted(self) -> bool:
        """Whether it lies in the recycle bin."""
        return self.values.get("IsDeleted") is True

    def text(self, name: str) -> str:
        """The value as text, empty for null."""
        value = self.values.get(name)
        return "" if value is None else str(value)


@dataclass(slots=True)
class Table:
    """The rows of one object in the order they came; `purged` tells which ids are gone for good, and since when."""

    stamp: str = "SystemModstamp"
    rows: dict[str, Record] = field(default_factory=dict)
    purged: dict[str, str] = field(default_factory=dict)
    _values: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    _stamps: list[tuple[str, str]] = field(default_factory=list)
    _unsorted: bool = False
    _ids: list[str] = field(default_factory=list)

    def get(self, id_: str) -> Record | None:
        """The row of an 18-character id, deleted ones too."""
        return self.rows.get(id_)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, record: Record) -> None:
        """Add a new row and index it."""
        self.rows[record.id] = record
        self._enter(record)

    def change(self, record: Record, values: Values) -> None:
        """Change values of a row and keep the indexes right."""
        self._replace(record, {**record.values, **values})

    def purge(self, record: Record, at: str) -> None:
        """Take a row out for good; `at` is when."""
        self._leave(record)
        del self.rows[record.id]
        self._ids = []
        self.purged[record.id] = at

    def find(self, name: str, value: Json) -> list[Record]:
        """The rows, deleted ones too, with this value in a field, whatever its case; the first call makes an index."""
        index = self._values.get(name)
        if index is None:
            index = self._values[name] = {}
            for record in self:
                _add(index, record, name)
        return [self.rows[id_] for id_ in index.get(_key(value), ())]

    def holder(self, name: str, value: Json) -> str | None:
        """The id of the first living row that holds a value of a field, whatever its case."""
        return next((record.id for record in self.find(name, value) if not record.deleted), None)

    def between(self, first: str, last: str | None) -> Iterator[Record]:
        """The rows, deleted ones too, whose stamp is at least `first` and at most `last`, by stamp and then id."""
        self._sort()
        start = bisect_left(self._stamps, (first, ""))
        end = bisect_right(self._stamps, (last, "~")) if last is not None else len(self._stamps)
        for stamp, id_ in self._stamps[start:end]:
            record = self.rows.get(id_)
            if record is not None and record.values.get(self.stamp) == stamp:
                yield record

    def from_id(self, first: str) -> Iterator[Record]:
        """The rows, deleted ones too, whose id is at least `first`, by id."""
        if len(self._ids) != len(self.rows):
            self._ids = sorted(self.rows)
        for id_ in self._ids[bisect_left(self._ids, first) :]:
            yield self.rows[id_]

    def saved(self) -> tuple[Saved, dict[str, str]]:
        """What the table holds now, for `restore`: cheap, because nothing is copied."""
        return {id_: record.values for id_, record in self.rows.items()}, dict(self.purged)

    def restore(self, saved: tuple[Saved, dict[str, str]]) -> None:
        """Back to what it held; where nothing was purged meanwhile, only what changed is touched."""
        rows, self.purged, self._ids = saved[0], dict(saved[1]), []
        if any(id_ not in self.rows for id_ in rows):
            self.rows = {id_: Record(id_, values) for id_, values in rows.items()}
            self._values, self._stamps, self._unsorted = {}, [], False
            for record in self:
                self._stamp(record)
            return
        for record in [record for id_, record in self.rows.items() if id_ not in rows]:
            self._leave(record)
            del self.rows[record.id]
        for id_, values in rows.items():
            if self.rows[id_].values is not values:
                self._replace(self.rows[id_], values)

    def _replace(self, record: Record, values: Values) -> None:
        before = record.values
        for name, index in self._values.items():
            if before.get(name) != values.get(name):
                _drop(index, record, name)
        record.values = values
        for name, index in self._values.items():
            if before.get(name) != values.get(name):
                _add(index, record, name)
        if before.get(self.stamp) != values.get(self.stamp):
            self._stamp(record)

    def _enter(self, record: Record) -> None:
        for name, index in self._values.items():
            _add(index, record, name)
        self._stamp(record)

    def _leave(self, record: Record) -> None:
        for name, index in self._values.items():
            _drop(index, record, name)

    def _stamp(self, record: Record) -> None:
        entry = (str(record.values.get(self.stamp)), record.id)
        self._unsorted = self._unsorted or (bool(self._stamps) and entry <= self._stamps[-1])
        self._stamps.append(entry)

    def _sort(self) -> None:
        if len(self._stamps) > 2 * len(self.rows) + 1000:
            self._stamps = [(str(record.values.get(self.stamp)), record.id) for record in self]
            self._unsorted = True
        if self._unsorted:
            self._stamps = sorted(set(self._stamps))  # nearly sorted already: quick; an entry may have come back
            self._unsorted = False


def value_of(field: Field, record: Record) -> Json:
    """What a field of a row shows: as it is held, false for an empty flag, an address put together from its parts."""
    value = record.values.get(field.name)
    if value is None and field.type == "boolean":
        return False
    if field.type != "address":
        return value
    prefix = field.name.removesuffix("Address")
    parts = {part[0].lower() + part[1:]: record.values.get(prefix + part) for part in _PARTS}
    return None if all(part is None for part in parts.values()) else parts


def _key(value: Json) -> str:
    return str(value).lower()


def _add(index: dict[str, tuple[str, ...]], record: Record, name: str) -> None:
    value = record.values.get(name)
    if value is not None:
        index[_key(value)] = (*index.get(_key(value), ()), record.id)


def _drop(index: dict[str, tuple[str, ...]], record: Record, name: str) -> None:
    value = record.values.get(name)
    if value is not None:
        left = tuple(id_ for id_ in index.get(_key(value), ()) if id_ != record.id)
        if left:
            index[_key(value)] = left
        else:
            index.pop(_key(value), None)
