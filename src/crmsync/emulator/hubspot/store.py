"""Where the records of one object type are kept: by id, in id order, by unique value, and by the ids they once had."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

FIRST_ID = 101


@dataclass(frozen=True, slots=True)
class Past:
    """One former or present value of a property and who set it (facts/hubspot.md section 5.1)."""

    value: str
    at: int
    source: str
    source_id: str
    label: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what changes values: the vendor's source type, its id and label, and the user behind it."""

    type: str
    id: str = ""
    label: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a record: a change makes a new version. Instants are epoch milliseconds, empty values absent.

    `history` holds the values of changed properties only, oldest first; what never changed was set at `created`.
    """

    id: str
    properties: Mapping[str, str]
    created: int
    modified: int
    archived: int | None = None
    history: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """The value, or None where it is empty."""
        return self.properties.get(name)


@dataclass(slots=True)
class Table:
    """The records of one object type; `unique` maps a unique property to the holder of each value.

    `version` grows with every record kept or dropped.
    """

    records: dict[str, Record] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    unique: dict[str, dict[str, str]] = field(default_factory=dict)
    last: int = FIRST_ID - 1
    version: int = 0

    def next_id(self) -> str:
        """A new id, greater than any before."""
        return str(self.last + 1)

    def resolve(self, id_: str) -> str:
        """The id that a merged record has today."""
        while id_ in self.aliases:
            id_ = self.aliases[id_]
        return id_

    def find(self, id_: str, *, archived: bool = False) -> Record | None:
        """The live record (or the archived one) of that id, also by an id it had before a merge."""
        record = self.records.get(self.resolve(id_))
        return record if record is not None and (record.archived is not None) == archived else None

    def holder(self, name: str, value: str) -> Record | None:
        """The live record that holds this value of a unique property."""
        id_ = self.unique.get(name, {}).get(value.lower())
        return self.find(id_) if id_ is not None else None

    def put(self, record: Record) -> None:
        """Keep this version in place of the one before."""
        self.version += 1
        before = self.records.get(record.id)
        if before is None:
            insort(self.order, int(record.id))
            self.last = max(self.last, int(record.id))
        else:
            self._forget_values(before)
        self.records[record.id] = record
        if record.archived is None:
            for name, holders in self.unique.items():
                holders.update((value, record.id) for value in _values(record, name))

    def drop(self, record: Record) -> None:
        """Forget a record altogether (a merge made it part of another, or the law wants it gone)."""
        self.version += 1
        self._forget_values(record)
        del self.records[record.id]
        del self.order[bisect_left(self.order, int(record.id))]

    def from_id(self, first: int) -> Iterator[Record]:
        """All records in ascending id order from that id on."""
        for place in range(bisect_left(self.order, first), len(self.order)):
            yield self.records[str(self.order[place])]

    def live(self) -> Iterator[Record]:
        """All records that are not archived, in id order."""
        return (record for record in self.from_id(0) if record.archived is None)

    def watch(self, name: str) -> None:
        """Keep the values of this property unique from now on."""
        holders = self.unique.setdefault(name, {})
        for record in self.live():
            holders.update((value, record.id) for value in _values(record, name))

    def _forget_values(self, record: Record) -> None:
        for name, holders in self.unique.items():
            for value in _values(record, name):
                if holders.get(value) == record.id:
                    del holders[value]


def _values(record: Record, name: str) -> list[str]:
    """The values that identify the record; an e-mail also by the secondary addresses (section 7)."""
    spelled = [record.properties.get(name, "")]
    if name == "email":
        spelled += record.properties.get("hs_additional_emails", "").split(";")
    return [value.lower() for value in spelled if value]


def changed(record: Record, values: Mapping[str, str], at: int, source: Source) -> Record:
    """A new version with these values ("" empties); the history remembers what was there before and who changed it."""
    properties, history = dict(record.properties), dict(record.history)
    for name, value in values.items():
        before = history.get(name) or _first(record, name)
        history[name] = (*before, Past(value, at, source.type, source.id, source.label, source.user))
        if value == "":
            properties.pop(name, None)
        else:
            properties[name] = value
    return replace(record, properties=properties, history=history)


def past(record: Record, name: str) -> tuple[Past, ...]:
    """All values the property had, newest first."""
    return tuple(reversed(record.history.get(name) or _first(record, name)))


def _first(record: Record, name: str) -> tuple[Past, ...]:
    value = record.properties.get(name)
    if value is None:
        return ()
    source = record.properties.get("hs_object_source", "CRM_UI")
    return (Past(value, record.created, source, record.properties.get("hs_object_source_id", "")),)
