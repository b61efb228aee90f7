"""The columns of a query by the names of the schema: for tables of the Bulk API, and for who asks for them first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.fields import NUMBER, TEXT, Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.columns import column
from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.rendering import expanded
from crmsync.emulator.salesforce.soql.run import run
from crmsync.emulator.salesforce.soql.tree import Item, Path, Query
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

APEX = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "date": "Date",
    "datetime": "Datetime",
    "int": "Integer",
    "double": "Double",
    "currency": "Decimal",
    "percent": "Double",
}


def named(org: Org, sobject: SObject, alias: str, parts: tuple[str, ...]) -> tuple[tuple[str, ...], Field | None]:
    """The names of a column in the spelling of the schema (`Owner`, `Name`), and its field."""
    if len(parts) > 1 and parts[0].lower() in (sobject.name.lower(), alias.lower()):
        parts = parts[1:]
    names: list[str] = []
    here: SObject | None = sobject
    for part in parts[:-1]:
        parent = here.parent(part) if here else None
        names.append((parent.relationship or part) if parent else part)
        here = org.schema.find(parent.targets[0]) if parent and parent.targets else None
    field = here.field(parts[-1]) if here else None
    return (*names, field.name if field else parts[-1]), field


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of a query: its names (`Owner`, `Name`), the type of its values, and how a row gives one."""

    names: tuple[str, ...]
    type: str
    read: Callable[[Record], Json]


def columns(org: Org, soql: str) -> list[Shown]:
    """The columns of a query that runs."""
    query = parse(soql)
    sobject = org.sobject(query.type.parts[-1])
    found: list[Shown] = []
    for item in expanded(soql, query, sobject):
        if isinstance(item.operand, Path):
            names, field = named(org, sobject, query.alias, item.operand.parts)
            read = column(org, soql, query, sobject, item.operand).read
            found.append(Shown(names, field.type if field else "", read))
    return found


def told(org: Org, asked: Asked, soql: str) -> Answer:
    """GET /query?q=...&columns=true: what a query would give, asked by the vendor's command line."""
    run(org, soql + (" LIMIT 1" if parse(soql).limit is None else ""), asked.params["v"], all_rows=True)
    query = parse(soql)
    sobject = org.schema.find(query.type.parts[-1])
    if sobject is None:
        raise Problem("INVALID_TYPE", f"sObject type '{query.type.parts[-1]}' is not supported.")
    items = query.items if query.aggregated else expanded(soql, query, sobject)
    found = [_shown(org, sobject, query, item) for item in items]
    columns_: list[Json] = list(found)
    return Answer(
        body={
            "columnMetadata": columns_,
            "entityName": sobject.name,
            "groupBy": bool(query.group),
            "idSelected": any(column.get("columnName") == "Id" for column in found),
            "keyPrefix": sobject.prefix,
        }
    )


def _shown(org: Org, sobject: SObject, query: Query, item: Item) -> dict[str, Json]:
    if isinstance(item.operand, Path):
        return _nested(*named(org, sobject, query.alias, item.operand.parts))
    return {**_column(item.alias or item.operand.name, None, []), "aggregate": True}


def _nested(names: tuple[str, ...], field: Field | None) -> dict[str, Json]:
    if len(names) == 1:
        return _column(names[0], field, [])
    return _column(names[0], None, [_nested(names[1:], field)])


def _column(name: str, field: Field | None, below: list[Json]) -> dict[str, Json]:
    type_ = field.type if field else ""
    return {
        "aggregate": False,
        "apexType": APEX.get(type_, "String") if field else None,
        "booleanType": type_ == "boolean",
        "columnName": name,
        "custom": name.endswith(("__c", "__r")),
        "displayName": name,
        "foreignKeyName": None,
        "insertable": field.createable if field else False,
        "joinColumns": below,
        "numberType": type_ in NUMBER,
        "textType": type_ in TEXT,
        "updatable": field.updateable if field else False,
    }
