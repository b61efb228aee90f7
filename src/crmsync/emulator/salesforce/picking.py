"""Which row a person's step means: by its id, or the nth of those that fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def meant(org: Org, sobject: SObject, step: Row) -> Record:
    """The living row of `id`, or the `nth` of those that fit `where`, oldest first; raises BadRow."""
    if step.get("id") is not None:
        return living(org, sobject, str(step["id"]))
    where, nth = step.get("where"), step.get("nth", 1)
    if not isinstance(where, Mapping) or not isinstance(nth, int):
        raise BadRow('a step needs "id" or "where"')
    _known_fields(sobject, where)
    some = _at_hand(org, sobject, where)
    rows = sorted((row for row in some if not row.deleted), key=lambda row: (row.text("CreatedDate"), row.id))
    found = [row for row in rows if all(_fits(row, sobject, name, wanted) for name, wanted in where.items())]
    if not 1 <= nth <= len(found):
        raise BadRow(f"{sobject.name} where {dict(where)}: {len(found)} found, number {nth} wanted")
    return found[nth - 1]


def _at_hand(org: Org, sobject: SObject, where: Mapping[str, Json]) -> Iterable[Record]:
    """The rows to look through: those with one of the wanted values where that is a text, or all."""
    for name, wanted in where.items():
        field = sobject.field(name)
        if field is not None and isinstance(wanted, str) and field.type in ("email", "reference", "phone"):
            key = ids.to18(wanted) if field.type == "reference" else wanted
            return org.tables[sobject.name].find(field.name, key)
    return org.tables[sobject.name]


def _known_fields(sobject: SObject, where: Mapping[str, Json]) -> None:
    unknown = [name for name in where if sobject.field(name) is None]
    if unknown:
        raise BadRow(f"{sobject.name} has no field {', '.join(unknown)}")


def _fits(row: Record, sobject: SObject, name: str, wanted: Json) -> bool:
    field = sobject.field(name)
    value = row.values.get(field.name) if field else None
    if not isinstance(wanted, Mapping):
        return value == wanted or (isinstance(wanted, str) and value == ids.to18(wanted))
    tests: list[bool] = []
    if "starts" in wanted:
        tests.append(str(value or "").lower().startswith(str(wanted["starts"]).lower()))
    if "not" in wanted:
        tests.append(value != wanted["not"])
    if isinstance(choices := wanted.get("in"), list):
        tests.append(value in choices)
    return bool(tests) and all(tests)


def living(org: Org, sobject: SObject, given: str) -> Record:
    """The living row of an id; raises BadRow."""
    id_ = ids.to18(given)
    record = org.tables[sobject.name].get(id_) if id_ else None
    if record is None or record.deleted:
        raise BadRow(f"there is no {sobject.name} {given}")
    return record
