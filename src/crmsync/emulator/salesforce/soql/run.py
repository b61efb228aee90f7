"""Runs a parsed query over the org's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from crmsync.emulator.salesforce import archive
from crmsync.emulator.salesforce.ids import API_USER, ORG_ID
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql import grouping, plan
from crmsync.emulator.salesforce.soql.columns import column
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.dates import Calendar
from crmsync.emulator.salesforce.soql.filters import Find, Terms, comparable, compiled
from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.rendering import expanded, no_twins, renderer
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Query
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
    """What a query gives: how many rows, the rows as they were then (none for COUNT()), and how one is shown."""

    total: int
    rows: Sequence[Record]
    show: Callable[[Record], Json]

    @property
    def records(self) -> list[Json]:
        """All rows as the API shows them."""
        return self.page(0, len(self.rows))

    def page(self, start: int, end: int) -> list[Json]:
        """Some of the rows as the API shows them."""
        return [self.show(record) for record in self.rows[start:end]]

    def frozen(self) -> Found:
        """The same rows, untouched by what is written later: values are shared, never changed in place."""
        return Found(self.total, [Record(record.id, record.values) for record in self.rows], self.show)


def run(org: Org, soql: str, version: str, *, all_rows: bool) -> Found:
    """Parse, check against the schema, then read; `all_rows` is queryAll: deleted and archived rows too."""
    if len(soql) > LONGEST:
        raise Problem("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters")
    query = parse(soql)
    sobject = _sobject(org, soql, query)
    if query.beyond:
        raise not_covered(query.beyond)

    def find(operand: Any) -> Any:  # noqa: ANN401 - the type is Find
        return column(org, soql, query, sobject, operand)

    if query.offset > MOST_OFFSET:
        raise Problem("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MOST_OFFSET}")
    archive.due(org, sobject)
    if query.aggregated:
        return _grouped(org, soql, query, sobject, find, all_rows=all_rows)
    query.items = expanded(soql, query, sobject)
    columns = [find(path) for path in query.fields]
    no_twins(soql, query.fields, columns)
    rows, sorted_ = _fitting(org, soql, query, sobject, find, all_rows=all_rows)
    found = _cut(query, rows) if sorted_ else _cut(query, _ordered(soql, query, find, list(rows)))
    return Found(len(found), [] if query.count else found, renderer(org, sobject, columns, version))


def calendar(org: Org) -> Calendar:
    """The day it is for the user behind the API, and the org's fiscal year."""
    user, own = org.record(API_USER), org.record(ORG_ID)
    month = own.values.get("FiscalYearStartMonth") if own else None
    return Calendar(
        org.world.clock.now(),
        (user.text("TimeZoneSidKey") if user else "") or "GMT",
        (user.text("LocaleSidKey") if user else "") or "en_GB",
        month if isinstance(month, int) else 1,
    )


def _sobject(org: Org, soql: str, query: Query) -> SObject:
    name = query.type.parts[-1]
    found = org.schema.find(name) if len(query.type.parts) == 1 else None
    if found is None and name.lower() in ELSEWHERE:
        raise not_covered([f"the object {name}"])
    if found is None or found.access == "none":
        words = (
            f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append "
            "the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate "
            "names."
        )
        raise malformed(soql, query.type.at, words, "INVALID_TYPE")
    return found


def _grouped(org: Org, soql: str, query: Query, sobject: SObject, find: Find, *, all_rows: bool) -> Found:
    groups = grouping.Groups(soql, query, find)
    terms = Terms(soql, groups.column, calendar(org))
    having = compiled(terms, query.having) if query.having is not None else None
    _ordered(soql, query, groups.column, [])
    rows, _ = _fitting(org, soql, query, sobject, find, all_rows=all_rows)
    met = [row for row in groups.rows(rows) if having is None or having(row)]
    found = _cut(query, _ordered(soql, query, groups.column, met))
    grouping.small_enough(len(found))
    return Found(len(found), found, lambda record: grouping.shown(groups, record))


def _fitting(
    org: Org, soql: str, query: Query, sobject: SObject, find: Find, *, all_rows: bool
) -> tuple[Iterable[Record], bool]:
    rows, sorted_ = plan.candidates(org, query, sobject)
    if not sorted_ and not query.aggregated:
        _ordered(soql, query, find, [])  # what cannot be sorted is refused before any row is looked at
    if query.where is not None:
        after_start = org.desk.faults.switched("date_literal_after_start")
        rows = filter(compiled(Terms(soql, find, calendar(org), after_start), query.where), rows)
    if all_rows:
        return rows, sorted_
    return (row for row in rows if not row.deleted and row.values.get("IsArchived") is not True), sorted_


def _cut(query: Query, rows: Iterable[Record]) -> list[Record]:
    end = None if query.limit is None else query.offset + query.limit
    return list(islice(rows, query.offset, end))


def _ordered(soql: str, query: Query, find: Find, rows: list[Record]) -> list[Record]:
    keys = [(key, find(key.operand)) for key in query.order]
    for key, found in keys:
        if not found.field.sortable:
            raise malformed(soql, key.operand.at, f"field '{found.field.name}' can not be sorted in a query call")
    for key, found in reversed(keys):
        paired = [(comparable(found.field, found.read(row)), row) for row in rows]
        full: list[tuple[Any, Record]] = [pair for pair in paired if pair[0] is not None]
        empty = [row for value, row in paired if value is None]
        full.sort(key=lambda pair: pair[0], reverse=key.descending)
        rows = [row for _, row in full]
        rows = [*rows, *empty] if key.nulls_last else [*empty, *rows]
    return rows
