"""A field of a query: found in the schema, through up to five parents, and read from a row.

What is not there is refused in the vendor's words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.conditions import not_covered
from crmsync.emulator.salesforce.soql.tokens import malformed
from crmsync.emulator.salesforce.soql.tree import Call, Operand, Path, Query
from crmsync.emulator.salesforce.store import Record, value_of
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

# what a reference to several types offers: the fields and parents of the vendor's Name object
NAME_FIELDS = """Id Name FirstName LastName Email Phone Title Username Alias IsActive ProfileId UserRoleId
RecordTypeId""".split()
TYPE = Field("Type", "picklist", 40)
DEEPEST = 5
NAMES_WANTED = " Please reference your WSDL or the describe call for the appropriate names."  # the end of many refusals


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the queried object (`parents` empty), or of what its parents point at, nearest first."""

    field: Field
    parents: tuple[Field, ...]
    read: Callable[[Record], Json]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path has come to: the types its next name may belong to, and how one gets there from a row."""

    targets: tuple[SObject, ...]
    parents: tuple[Field, ...]
    row: Callable[[Record], Record | None]

    @property
    def several(self) -> bool:
        """Whether the last reference may point at several types."""
        return bool(self.parents) and len(self.parents[-1].targets) > 1

    @property
    def name(self) -> str:
        """What refusals call it: the one type, or Name for several."""
        return "Name" if self.several else self.targets[0].name

    def field(self, name: str) -> Field | None:
        """The field of that name; of several types, one that the Name object has."""
        found = next((field for target in self.targets if (field := target.seen(name)) is not None), None)
        return found if found is None or not self.several or found.name in NAME_FIELDS else None

    def parent(self, name: str) -> Field | None:
        """The reference of that relationship name."""
        for target in self.targets:
            found = target.parent(name)
            if found is not None and self.field(found.name) is not None:
                return found
        return None


def column(org: Org, soql: str, query: Query, sobject: SObject, operand: Operand) -> Column:
    """Find what a path names; raises Problem: INVALID_FIELD, or not supported for functions."""
    if isinstance(operand, Call):
        raise not_covered([f"{operand.name}()"])
    parts = operand.parts
    if len(parts) > 1 and parts[0].lower() in (sobject.name.lower(), query.alias.lower()):
        parts = parts[1:]
    place = Place((sobject,), (), lambda record: record)
    for name in parts[:-1]:
        place = _through(org, soql, place, name, operand)
    return _at(org, soql, place, parts[-1], operand.at)


def parent_of(org: Org, parent: Field, record: Record) -> Record | None:
    """The row a reference points at, a deleted one too."""
    value = record.values.get(parent.name)
    return org.record(value) if isinstance(value, str) else None


def type_of(org: Org, row: Record) -> str:
    """What `Owner.Type` says: the object, and Queue for a queue (unverified, hence `owner_type_group`)."""
    if row.id.startswith("00G") and not org.desk.faults.switched("owner_type_group"):
        return str(row.values.get("Type") or "Queue")
    sobject = org.schema.of_id(row.id)
    return sobject.name if sobject else ""


def _through(org: Org, soql: str, place: Place, name: str, path: Path) -> Place:
    parent = place.parent(name)
    if parent is None:
        words = (
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            "relationship, be sure to append the '__r' after the custom relationship name." + NAMES_WANTED
        )
        raise malformed(soql, path.at, words, "INVALID_FIELD")
    if len(place.parents) == DEEPEST:
        raise malformed(soql, path.at, f"SOQL relationships cannot have more than {DEEPEST} levels")
    found = (org.schema.find(target) for target in parent.targets)
    targets = tuple(target for target in found if target is not None and target.access != "none")
    if not targets:
        raise not_covered([f"the parent {parent.relationship}"])
    before = place.row

    def row(record: Record) -> Record | None:
        here = before(record)
        return parent_of(org, parent, here) if here is not None else None

    return Place(targets, (*place.parents, parent), row)


def _at(org: Org, soql: str, place: Place, name: str, at: int) -> Column:
    field = TYPE if place.several and name.lower() == "type" else place.field(name)
    if field is None:
        raise _unknown(soql, at, name, place.name)
    if not place.parents:
        return Column(field, (), lambda record: value_of(field, record))

    def read(record: Record) -> Json:
        row = place.row(record)
        if row is None:
            return None
        return type_of(org, row) if field is TYPE else value_of(field, row)

    return Column(field, place.parents, read)


def _unknown(soql: str, at: int, name: str, type_: str) -> Problem:
    words = (
        f"No such column '{name}' on entity '{type_}'. If you are attempting to use a custom field, be sure to append "
        "the '__c' after the custom field name." + NAMES_WANTED
    )
    return malformed(soql, at, words, "INVALID_FIELD")
