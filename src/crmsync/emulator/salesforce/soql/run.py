"""Runs a parsed query over the org's rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmsync.emulator.salesforce import catalogue
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.columns import Column, column, parent_of
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.filters import comparable, compiled, narrowed
from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Call, Order, Path, Query
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST_OFFSET = 2000
LONGEST = 100_000
# objects of every real org that this one does not keep: refused as such, not called unknown
ELSEWHERE = frozenset(
    """auradefinition case dashboard emailmessage eventrelation knowledgearticleversion leadshare loginhistory
    opportunityfieldhistory opportunityhistory product2 question report taskrelation userrecordaccess""".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gives: how many rows, and the rows as the API shows them (none for COUNT())."""

    total: int
    records: list[Json]


def run(org: Org, soql: str, version: str, *, all_rows: bool) -> Found:
    """Parse, check against the schema, then read; `all_rows` is queryAll: deleted and archived rows too."""
    if len(soql) > LONGEST:
        raise Problem("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters")
    query = parse(soql)
    sobject = _sobject(org, soql, query)
    if query.beyond:
        raise not_covered(query.beyond)
    columns = [column(org, soql, query, sobject, path) for path in query.fields]
    _no_twins(soql, query, columns)
    records = _records(org, soql, query, sobject, all_rows=all_rows)
    if query.count:
        return Found(len(records), [])
    return Found(len(records), [_shown(org, sobject, columns, record, version) for record in records])


def _sobject(org: Org, soql: str, query: Query) -> SObject:
    name = query.type.parts[-1]
    found = org.schema.find(name) if len(query.type.parts) == 1 else None
    if found is None and name.lower() in ELSEWHERE:
        raise not_covered([f"the object {name}"])
    if found is None:
        words = (
            f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append "
            "the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate "
            "names."
        )
        raise malformed(soql, query.type.at, words, "INVALID_TYPE")
    return found


def _records(org: Org, soql: str, query: Query, sobject: SObject, *, all_rows: bool) -> Sequence[Record]:
    def find(operand: Path | Call) -> Column:
        return column(org, soql, query, sobject, operand)

    keys = [(key, _sortable(soql, find(key.operand), key)) for key in query.order]
    records: Iterable[Record] = _candidates(org, query, sobject)
    if query.where is not None:
        test = compiled(soql, query.where, find)
        records = filter(test, records)
    if not all_rows:
        records = (record for record in records if not record.deleted and record.values.get("IsArchived") is not True)
    found = list(records)
    for key, found_column in reversed(keys):
        found = _sorted(found, key, found_column)
    if query.offset > MOST_OFFSET:
        raise Problem("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MOST_OFFSET}")
    return found[query.offset :][: query.limit]


def _candidates(org: Org, query: Query, sobject: SObject) -> Iterable[Record]:
    if sobject.name in catalogue.VALUE_TABLES:
        return org.rows(sobject)
    table = org.tables[sobject.name]
    own = narrowed(query.where, "Id")
    if own is not None:
        return [record for id_ in sorted(own) if (record := table.get(id_)) is not None]
    who = narrowed(query.where, "WhoId") if sobject.name == "Task" else None
    if who is not None:
        return [record for id_ in sorted(who) for record in table.find("WhoId", id_)]
    return table


def _sortable(soql: str, found: Column, key: Order) -> Column:
    if not found.field.sortable:
        raise malformed(soql, key.operand.at, f"field '{found.field.name}' can not be sorted in a query call")
    return found


def _sorted(records: list[Record], key: Order, found: Column) -> list[Record]:
    def value(record: Record) -> Any:  # noqa: ANN401 - one column holds one kind of value, and that has an order
        return comparable(found.field, found.read(record))

    full = [record for record in records if value(record) is not None]
    empty = [record for record in records if value(record) is None]
    full.sort(key=value, reverse=key.descending)
    return [*full, *empty] if key.nulls_last else [*empty, *full]


def _no_twins(soql: str, query: Query, columns: Sequence[Column]) -> None:
    seen: set[tuple[str, str]] = set()
    for path, found in zip(query.fields, columns, strict=True):
        name = (found.parent.name if found.parent else "", found.field.name)
        if name in seen:
            raise malformed(soql, path.at, f"duplicate field selected: {found.field.name}")
        seen.add(name)


def _shown(org: Org, sobject: SObject, columns: Sequence[Column], record: Record, version: str) -> Json:
    shown: dict[str, Json] = {"attributes": _attributes(sobject.name, record.id, version)}
    parents: dict[str, dict[str, Json] | None] = {}
    for found in columns:
        if found.parent is None:
            shown[found.field.name] = found.read(record)
            continue
        name = found.parent.relationship or ""
        if name not in parents:
            row = parent_of(org, found.parent, record)
            kind = org.schema.of_id(row.id) if row else None
            parents[name] = {"attributes": _attributes(kind.name, row.id, version)} if row and kind else None
            shown[name] = parents[name]
        whole = parents[name]
        if whole is not None:
            whole[found.field.name] = found.read(record)
    return shown


def _attributes(type_: str, id_: str, version: str) -> dict[str, Json]:
    return {"type": type_, "url": f"/services/data/{version}/sobjects/{type_}/{id_}"}
