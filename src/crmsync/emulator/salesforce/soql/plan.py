"""Which rows a query has to look at: those with an id or a key, those from a stamp on, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue, ids
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.tokens import Kind, Token
from crmsync.emulator.salesforce.soql.tree import Call, Comparison, Condition, Junction, Operand, Order, Query
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.salesforce.values import moment

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

Bounds = tuple[str, str | None]  # the lowest and the highest stamp that can fit
EVERY: Bounds = ("", None)


def candidates(org: Org, query: Query, sobject: SObject) -> tuple[Iterable[Record], bool]:
    """The rows that may fit, and whether they come in the order the query asks for."""
    if sobject.name in catalogue.VALUE_TABLES:
        return org.rows(sobject), False
    table = org.tables[sobject.name]
    own = narrowed(query.where, "Id")
    if own is not None:
        return [record for id_ in sorted(own) if (record := table.get(id_)) is not None], by_id(query.order)
    for field in sobject.fields.values():
        if field.type == "reference" or field.id_lookup or field.external_id:
            keys = narrowed(query.where, field.name, text=field.type != "reference")
            if keys is not None:
                return [record for key in sorted(keys) for record in table.find(field.name, key)], False
    sorted_ = by_stamp(query.order, table.stamp)
    first, last = bounds(query.where, table.stamp)
    if sorted_ or (first, last) != EVERY:
        return table.between(first, last), sorted_
    return (table.from_id(lowest(query.where)), True) if by_id(query.order) else (table, False)


def by_stamp(order: Sequence[Order], stamp: str) -> bool:
    """Whether the order is by stamp and then by id, as the table's index has it."""
    names = [_name(key.operand) for key in order]
    upward = all(not key.descending and not key.nulls_last for key in order)
    return upward and names in ([stamp.lower()], [stamp.lower(), "id"])


def by_id(order: Sequence[Order]) -> bool:
    """Whether the order is by id."""
    return len(order) == 1 and _name(order[0].operand) == "id" and not order[0].descending


def narrowed(condition: Condition | None, name: str, *, text: bool = False) -> set[str] | None:
    """The keys a condition pins a field to, through ANDs (ids in 18 characters, or text); None where it does not."""
    if isinstance(condition, Junction) and condition.word == "AND":
        found = [keys for part in condition.parts if (keys := narrowed(part, name, text=text)) is not None]
        return set.intersection(*found) if found else None
    if not isinstance(condition, Comparison) or condition.operator not in ("=", "IN"):
        return None
    if _name(condition.operand) != name.lower():
        return None
    if any(token.kind is not Kind.TEXT or not token.value for token in condition.values):
        return None
    return {token.value.lower() if text else ids.to18(token.value) or "" for token in condition.values}


def bounds(condition: Condition | None, name: str) -> Bounds:
    """Between which stamps every row that fits must lie."""
    if isinstance(condition, Junction):
        inner = [bounds(part, name) for part in condition.parts]
        if condition.word == "AND":
            lasts = [last for _, last in inner if last is not None]
            return max(first for first, _ in inner), min(lasts) if lasts else None
        return _widest(inner) if condition.word == "OR" else EVERY
    if condition is None or _name(condition.operand) != name.lower() or len(condition.values) != 1:
        return EVERY
    return _edge(condition.operator, condition.values[0])


def lowest(condition: Condition | None) -> str:
    """The lowest id that can fit (`Id > 'x' AND ...`)."""
    if isinstance(condition, Junction):
        found = [lowest(part) for part in condition.parts]
        return max(found) if condition.word == "AND" else min(found) if condition.word == "OR" else ""
    if condition is None or _name(condition.operand) != "id" or condition.operator not in (">", ">="):
        return ""
    return ids.to18(condition.values[0].value) or ""


def _widest(inner: Sequence[Bounds]) -> Bounds:
    lasts = [last for _, last in inner if last is not None]
    return min(first for first, _ in inner), max(lasts) if len(lasts) == len(inner) else None


def _edge(operator: str, token: Token) -> Bounds:
    at = moment(token.text) if token.kind is Kind.MOMENT else None
    if at is None:
        return EVERY
    edges: dict[str, Bounds] = {"=": (at, at), ">": (at, None), ">=": (at, None), "<": ("", at), "<=": ("", at)}
    return edges.get(operator, EVERY)


def _name(operand: Operand) -> str:
    """The name of a plain field of the queried object; a path through parents or a function gives nothing."""
    return "" if isinstance(operand, Call) or len(operand.parts) > 1 else operand.parts[0].lower()
