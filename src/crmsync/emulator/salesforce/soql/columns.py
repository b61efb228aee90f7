"""A field of a query: found in the schema (one parent hop), read from a row, and refused in the vendor's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Call, Path, Query
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

# what a reference to several types offers: the fields of the vendor's Name object
NAME_FIELDS = ("Id", "Name", "FirstName", "LastName", "Email", "Phone", "Title", "Username", "Alias", "IsActive")
TYPE = Field("Type", "picklist", 40)


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the queried object (`parent` None), or of the parent a reference points at."""

    field: Field
    parent: Field | None
    read: Callable[[Record], Json]


def column(org: Org, soql: str, query: Query, sobject: SObject, operand: Path | Call) -> Column:
    """Find what a path names; raises Problem: INVALID_FIELD, or not supported for more than one hop."""
    if isinstance(operand, Call):
        raise not_covered([f"{operand.name}()"])
    parts = operand.parts
    if len(parts) > 1 and parts[0].lower() in (sobject.name.lower(), query.alias.lower()):
        parts = parts[1:]
    if len(parts) == 1:
        return _own(soql, sobject, parts[0], operand.at)
    parent = sobject.parent(parts[0])
    if parent is None:
        words = f"Didn't understand relationship '{parts[0]}' in field path."
        raise malformed(soql, operand.at, words, "INVALID_FIELD")
    if len(parts) > 2:
        raise not_covered(["more than one parent hop"])
    return _foreign(org, soql, parent, parts[1], operand.at)


def parent_of(org: Org, parent: Field, record: Record) -> Record | None:
    """The living row a reference points at."""
    value = record.values.get(parent.name)
    return org.record(value) if isinstance(value, str) else None


def _own(soql: str, sobject: SObject, name: str, at: int) -> Column:
    field = sobject.field(name)
    if field is None:
        raise _unknown(soql, at, name, sobject.name)
    if field.type == "address":
        raise not_covered(["compound address fields"])
    return Column(field, None, lambda record: record.values.get(field.name))


def _foreign(org: Org, soql: str, parent: Field, name: str, at: int) -> Column:
    targets = [found for target in parent.targets if (found := org.schema.find(target)) is not None]
    if not targets:
        raise not_covered([f"the parent {parent.relationship}"])
    if len(targets) > 1 and name.lower() == "type":
        return Column(TYPE, parent, lambda record: _type(org, parent, record))
    offered = [field for target in targets if (field := target.field(name)) is not None]
    if not offered or (len(targets) > 1 and offered[0].name not in NAME_FIELDS):
        raise _unknown(soql, at, name, "Name" if len(targets) > 1 else targets[0].name)
    field = offered[0]

    def read(record: Record) -> Json:
        row = parent_of(org, parent, record)
        return row.values.get(field.name) if row else None

    return Column(field, parent, read)


def _type(org: Org, parent: Field, record: Record) -> Json:
    row = parent_of(org, parent, record)
    if row is None:
        return None
    if row.id.startswith("00G"):
        return str(row.values.get("Type") or "Queue")
    sobject = org.schema.of_id(row.id)
    return sobject.name if sobject else None


def _unknown(soql: str, at: int, name: str, type_: str) -> Exception:
    words = (
        f"No such column '{name}' on entity '{type_}'. If you are attempting to use a custom field, be sure to append "
        "the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate "
        "names."
    )
    return malformed(soql, at, words, "INVALID_FIELD")
