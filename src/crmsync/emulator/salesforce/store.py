"""Rows of one object, by id in the order they came, with an index for every unique field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crmsync.emulator.wire import Json

Values = dict[str, Json]


@dataclass(slots=True)
class Record:
    """One row: its 18-character id and its values by API name; what is absent is null."""

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
    """The rows of one object; `unique` maps a unique field to its values in lower case and the ids that hold them."""

    rows: dict[str, Record] = field(default_factory=dict)
    unique: dict[str, dict[str, str]] = field(default_factory=dict)
    by_who: dict[str, dict[str, None]] = field(default_factory=dict)

    def get(self, id_: str) -> Record | None:
        """The row of an 18-character id, deleted ones too."""
        return self.rows.get(id_)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, record: Record, unique: tuple[str, ...] = ()) -> None:
        """Add a new row and index it."""
        self.rows[record.id] = record
        for name in unique:
            self._enter(name, record)
        self._attach(record)

    def change(self, record: Record, values: Values, unique: tuple[str, ...] = ()) -> None:
        """Change values of a row and keep the indexes right."""
        for name in unique:
            self._forget(name, record)
        self._detach(record)
        record.values.update(values)
        for name in unique:
            self._enter(name, record)
        self._attach(record)

    def holder(self, name: str, value: Json) -> str | None:
        """The id of the living row that holds a value of a unique field, whatever its case."""
        return self.unique.get(name, {}).get(str(value).lower())

    def index(self, name: str) -> None:
        """Make a field unique from now on."""
        self.unique[name] = {}
        for record in self:
            self._enter(name, record)

    def of_who(self, id_: str) -> list[Record]:
        """The tasks of a person."""
        return [self.rows[task] for task in self.by_who.get(id_, ())]

    def _enter(self, name: str, record: Record) -> None:
        value = record.values.get(name)
        if value is not None and not record.deleted:
            self.unique.setdefault(name, {})[str(value).lower()] = record.id

    def _forget(self, name: str, record: Record) -> None:
        value = str(record.values.get(name)).lower()
        if self.unique.get(name, {}).get(value) == record.id:
            del self.unique[name][value]

    def _attach(self, record: Record) -> None:
        who = record.values.get("WhoId")
        if isinstance(who, str):
            self.by_who.setdefault(who, {})[record.id] = None

    def _detach(self, record: Record) -> None:
        who = record.values.get("WhoId")
        if isinstance(who, str):
            self.by_who.get(who, {}).pop(record.id, None)
