"""One row of a bulk load: cells become values, and a row is made, changed, deleted or found by its key (facts 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids, writing
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.api.keys import keyed, only
from crmsync.emulator.salesforce.fields import NUMBER, Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

NULL = "#N/A"
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What every row of a job is worked off with; `repeated` counts the keys of an upsert."""

    org: Org
    job: Job
    sobject: SObject
    repeated: Mapping[str, int]
    author: Author


def _insert(work: Work, cells: Cells) -> tuple[str, bool]:
    if own_id(cells):
        raise Problem("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"])
    work.org.before_write([(work.sobject.name, "")])
    return writing.create(work.org, work.sobject, _values(work, cells), work.author), True


def _update(work: Work, cells: Cells) -> tuple[str, bool]:
    id_ = _needed(cells)
    work.org.before_write([(work.sobject.name, id_)])
    writing.update(work.org, work.sobject, id_, _values(work, cells), work.author)
    return id_, False


def _delete(work: Work, cells: Cells) -> tuple[str, bool]:
    id_ = _needed(cells)
    work.org.before_write([(work.sobject.name, id_)])
    writing.delete(work.org, work.sobject, id_, work.author)
    return id_, False


def _upsert(work: Work, cells: Cells) -> tuple[str, bool]:
    key = keyed(work.sobject, work.job.key)
    value = cells.get(spelled(list(cells), work.job.key), "")
    if work.repeated.get(value.lower(), 0) > 1:
        raise Problem("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [key.name])
    known = only(work.org, work.sobject, key, value)
    values = _values(work, cells)
    work.org.before_write([(work.sobject.name, known.id if known else "")])
    if known is None:
        return writing.create(work.org, work.sobject, values, work.author), True
    values.pop(key.name, None)
    writing.update(work.org, work.sobject, known.id, values, work.author)
    return known.id, False


DEEDS: Mapping[str, Callable[[Work, Cells], tuple[str, bool]]] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
}


def cell(cells: Cells, name: str) -> str:
    """The cell of a column, whatever the case of its name; empty without one."""
    return cells.get(spelled(list(cells), name), "")


def spelled(columns: list[str], name: str) -> str:
    """The column of that name as the table spells it; empty without one."""
    return next((column for column in columns if column.lower() == name.lower()), "")


def own_id(cells: Cells) -> str:
    """The Id of a row; empty without one."""
    return cells.get(spelled(list(cells), "Id"), "")


def _needed(cells: Cells) -> str:
    given = own_id(cells)
    if not given:
        raise Problem("MISSING_ARGUMENT", "Id not specified in an update call", ["Id"])
    return ids.to18(given) or given


def _values(work: Work, cells: Cells) -> dict[str, Json]:
    """Cells as values: an empty one changes nothing; whether #N/A is null nobody could verify (facts 13)."""
    null = work.org.desk.faults.switched("bulk_null_marker", otherwise=True)
    found: dict[str, Json] = {}
    for name, cell in cells.items():
        field = work.sobject.field(name)
        if field is not None and cell and field.name != "Id":
            found[field.name] = None if null and cell == NULL else _value(field, cell)
    return found


def _value(field: Field, cell: str) -> Json:
    if field.type == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(cell.lower(), cell)
    if field.type not in NUMBER:
        return cell
    try:
        number = float(cell)
    except ValueError:
        return cell
    return int(number) if field.type == "int" and number.is_integer() else number
