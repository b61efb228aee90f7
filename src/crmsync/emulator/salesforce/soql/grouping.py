"""Rows put together: GROUP BY, and COUNT, MIN, MAX, SUM, AVG over them (facts 4, recorded `select count(Id)`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from crmsync.emulator.salesforce.fields import NUMBER, Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.columns import Column
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.filters import Find, comparable
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Call, Item, Operand, Path, Query
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json

NOT_MORE = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
LARGEST = 2000


class Groups:
    """The columns of an aggregated query: each group is a row that holds its keys and the results asked for."""

    def __init__(self, soql: str, query: Query, find: Find) -> None:
        """Check the query against the rules of grouping; raises Problem."""
        self._soql, self._find = soql, find
        self._keys = [self._key(operand) for operand in query.group]
        self._results: dict[str, tuple[Column, Call]] = {}
        self.columns = [self.column(item.operand) for item in query.items]
        self.names = _named(soql, query.items, self.columns)
        if not query.group and query.limit is not None:
            words = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise malformed(soql, query.type.at, words)

    def column(self, operand: Operand) -> Column:
        """A field of the groups: one of their keys, or a function over their rows."""
        if isinstance(operand, Path):
            name, found = self._name(operand), self._find(operand)
            if name not in [key for key, _ in self._keys]:
                # the vendor's words; its code is MALFORMED_QUERY, which the emulator keeps for what no grammar takes
                raise not_covered([f"Field must be grouped or aggregated: {found.field.name}"])
        else:
            name, found = self._result(operand)
        return Column(found.field, (), lambda record: record.values.get(name))

    def rows(self, records: Iterable[Record]) -> list[Record]:
        """The groups of these rows, in the order they were met; without GROUP BY one group, of no rows too."""
        met: dict[tuple[Json, ...], list[Record]] = {} if self._keys else {(): []}
        for record in records:
            own = tuple(comparable(found.field, found.read(record)) for _, found in self._keys)
            met.setdefault(own, []).append(record)
        return [Record("", self._values(members)) for members in met.values()]

    def _values(self, members: Sequence[Record]) -> Values:
        keys: Values = {name: found.read(members[0]) for name, found in self._keys}
        for name, (found, call) in self._results.items():
            keys[name] = FUNCTIONS[call.name]([found.read(record) for record in members])
        return keys

    def _key(self, operand: Operand) -> tuple[str, Column]:
        if isinstance(operand, Call):
            raise not_covered([f"GROUP BY {operand.name}()"])
        found = self._find(operand)
        if not found.field.groupable:
            words = f"field '{found.field.name}' can not be grouped in a query call"
            raise malformed(self._soql, operand.at, words)
        return self._name(operand), found

    def _result(self, call: Call) -> tuple[str, Column]:
        if call.path is None:
            raise malformed(self._soql, call.at, "COUNT() must be the only element in the SELECT list")
        found = self._find(call.path)
        name = f"{call.name}({self._name(call.path)})"
        if not _suits(call.name, found.field):
            words = f"field {found.field.name} does not support aggregate operator {call.name}"
            raise malformed(self._soql, call.at, words)
        self._results[name] = (found, call)
        number = call.name.startswith("COUNT")
        return name, replace(found, field=Field(name, "int") if number else replace(found.field, unfilterable=False))

    def _name(self, path: Path) -> str:
        found = self._find(path)
        return ".".join([*(parent.name for parent in found.parents), found.field.name])


def shown(groups: Groups, record: Record) -> Json:
    """One group as the API shows it: no url, its columns by alias, `expr0` or the name of the field."""
    values = {name: found.read(record) for name, found in zip(groups.names, groups.columns, strict=True)}
    return {"attributes": {"type": "AggregateResult"}, **values}


def small_enough(count: int) -> None:
    """Refuse more groups than one batch holds."""
    if count > LARGEST:
        raise Problem("EXCEEDED_ID_LIMIT", NOT_MORE)


def _named(soql: str, items: Sequence[Item], columns: Sequence[Column]) -> list[str]:
    names: list[str] = []
    nameless = 0
    for item, found in zip(items, columns, strict=True):
        name = item.alias or (found.field.name if isinstance(item.operand, Path) else f"expr{nameless}")
        nameless += isinstance(item.operand, Call) and not item.alias
        if name in names:
            raise malformed(soql, item.operand.at, f"duplicate alias: {name}")
        names.append(name)
    return names


def _suits(function: str, field: Field) -> bool:
    if function in ("SUM", "AVG"):
        return field.type in NUMBER
    return field.aggregatable


def _present(values: Sequence[Json]) -> list[Any]:
    return [value for value in values if value is not None]


def _total(values: Sequence[Json]) -> Json:
    found = _present(values)
    return sum(found) if found else None


def _mean(values: Sequence[Json]) -> Json:
    found = _present(values)
    return sum(found) / len(found) if found else None


FUNCTIONS: dict[str, Callable[[Sequence[Json]], Json]] = {
    "COUNT": lambda values: len(_present(values)),
    "COUNT_DISTINCT": lambda values: len({str(value).lower() for value in _present(values)}),
    "MAX": lambda values: max(_present(values), default=None),
    "MIN": lambda values: min(_present(values), default=None),
    "SUM": _total,
    "AVG": _mean,
}
