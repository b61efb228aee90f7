"""Fields that find a row: external ids and the standard lookup fields (facts 5.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.fields import Field
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def keyed(sobject: SObject, name: str) -> Field:
    """The field rows may be found by; raises the vendor's NOT_FOUND for another one."""
    field = sobject.seen(name)
    if field is None or not (field.external_id or field.id_lookup):
        words = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Problem("NOT_FOUND", words, status=404)
    return field


def matching(org: Org, sobject: SObject, field: Field, value: str) -> list[Record]:
    """The living rows with this value, whatever its case; a field that is not unique may give several."""
    table = org.tables[sobject.name]
    if field.name == "Id":
        row = table.get(ids.to18(value) or "")
        return [row] if row is not None and not row.deleted else []
    if field.unique:
        row = table.get(table.holder(field.name, value) or "")
        return [row] if row is not None else []
    wanted = value.lower()
    return [row for row in table if not row.deleted and row.text(field.name).lower() == wanted] if wanted else []


def only(org: Org, sobject: SObject, field: Field, value: str) -> Record | None:
    """The one row with this value, None without any; raises Problem where there are several."""
    found = matching(org, sobject, field, value)
    if len(found) > 1:
        words = f"{field.name}: more than one record found for external id field: {[row.id for row in found]}"
        raise Problem("DUPLICATE_EXTERNAL_ID", words, [field.name])
    return found[0] if found else None


def twice(values: Iterable[str]) -> Counter[str]:
    """How often each key stands in one call, whatever its case; nobody could verify the vendor's code for it."""
    return Counter(value.lower() for value in values if value)
