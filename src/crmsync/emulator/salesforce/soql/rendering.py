"""Rows as the API shows them: the selected fields in the vendor's spelling, parents nested, FIELDS() spelled out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.columns import Column, parent_of
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Call, Item, Path, Query
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST_FIELDS_ROWS = 200
KINDS: dict[str, Callable[[Field], bool]] = {
    "ALL": lambda _: True,
    "STANDARD": lambda field: not field.custom,
    "CUSTOM": lambda field: field.custom,
}


def expanded(soql: str, query: Query, sobject: SObject) -> list[Item]:
    """The selected items with FIELDS(ALL | STANDARD | CUSTOM) as the fields they mean."""
    if sum(isinstance(item.operand, Call) for item in query.items) > 1:
        raise not_covered(["several FIELDS()"])
    found: list[Item] = []
    for item in query.items:
        if isinstance(item.operand, Call):
            found += _fields(soql, query, sobject, item.operand)
        else:
            found.append(item)
    return found


def no_twins(soql: str, paths: Sequence[Path], columns: Sequence[Column]) -> None:
    """Refuse a field that is selected twice."""
    seen: set[tuple[str, ...]] = set()
    for path, found in zip(paths, columns, strict=True):
        name = (*(parent.name for parent in found.parents), found.field.name)
        if name in seen:
            raise malformed(soql, path.at, f"duplicate field selected: {found.field.name}")
        seen.add(name)


def renderer(org: Org, sobject: SObject, columns: Sequence[Column], version: str) -> Callable[[Record], Json]:
    """How one row is shown: an absent parent is null, one of several possible types is a Name."""

    def show(record: Record) -> Json:
        shown: dict[str, Json] = {"attributes": _attributes(sobject.name, sobject.name, record.id, version)}
        for found in columns:
            whole = _nested(org, shown, record, found.parents, version)
            if whole is not None:
                whole[found.field.name] = found.read(record)
        return shown

    return show


def _nested(
    org: Org, whole: dict[str, Json], record: Record, parents: Sequence[Field], version: str
) -> dict[str, Json] | None:
    """The object a value belongs into, its parents made on the way; None where a parent is absent."""
    row: Record | None = record
    for parent in parents:
        row = parent_of(org, parent, row) if row is not None else None
        kind = org.schema.of_id(row.id) if row is not None else None
        name = parent.relationship or ""
        if row is None or kind is None:
            whole[name] = None
            return None
        inner = whole.get(name)
        if not isinstance(inner, dict):
            type_ = "Name" if len(parent.targets) > 1 else kind.name
            inner = whole[name] = {"attributes": _attributes(type_, kind.name, row.id, version)}
        whole = inner
    return whole


def _attributes(type_: str, path: str, id_: str, version: str) -> dict[str, Json]:
    return {"type": type_, "url": f"/services/data/{version}/sobjects/{path}/{id_}"}


def _fields(soql: str, query: Query, sobject: SObject, call: Call) -> list[Item]:
    kind = call.path.parts[-1].upper() if call.path else ""
    if call.name != "FIELDS" or kind not in KINDS:
        raise malformed(soql, call.at, f"unexpected argument of {call.name}: {kind or 'none'}")
    if kind != "STANDARD" and (query.limit is None or query.limit > MOST_FIELDS_ROWS):
        words = f"The SOQL FIELDS function must have a LIMIT of at most {MOST_FIELDS_ROWS}"
        raise malformed(soql, call.at, words)
    wanted = KINDS[kind]
    return [Item(Path((field.name,), call.at)) for field in sobject.visible() if wanted(field)]
