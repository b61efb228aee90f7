"""Field history: one row per change of a tracked field, and for births, conversions and merges (facts 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.catalogue import HISTORIES
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.store import Record, Values
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

LONGEST = 255  # of longer texts the vendor keeps only that they changed


def happened(org: Org, sobject: SObject, id_: str, what: str, by: str) -> None:
    """Something that is no change of a field: `created`, `leadConverted`, `leadMerged`."""
    if org.rules.tracked.get(sobject.name):
        _row(org, sobject, id_, what, by, (None, None))


def changed(org: Org, sobject: SObject, id_: str, change: tuple[Values, Values], by: str) -> None:
    """One row for each tracked field that differs; an owner gives two, its ids and its names.

    That an owner gives two is unverified: the switch `owner_history_once` makes it one.
    """
    before, after = change
    for name in sorted(org.rules.tracked.get(sobject.name, ())):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "OwnerId":
            _row(org, sobject, id_, "Owner", by, (_name(org, old), _name(org, new)))
            if org.desk.faults.switched("owner_history_once"):
                continue
        field = sobject.field(name)
        long = field is not None and field.length > LONGEST
        _row(org, sobject, id_, "Owner" if name == "OwnerId" else name, by, (None, None) if long else (old, new))


def track(org: Org, sobject: SObject, names: list[str]) -> None:
    """From now on these fields write history; the picklist of the history's Field lists them."""
    org.rules = org.rules.with_tracked(sobject.name, names)
    history = org.known(HISTORIES[sobject.name])
    listed = history.fields["field"]
    for name in names:
        shown = "Owner" if name == "OwnerId" else name
        if shown not in {choice.value for choice in listed.choices}:
            listed = listed.with_choice(shown)
    history.put(listed)


def _row(org: Org, sobject: SObject, id_: str, what: str, by: str, change: tuple[Json, Json]) -> None:
    name = HISTORIES.get(sobject.name)
    if name is None:
        return
    history = org.known(name)
    own = org.new_id(history)
    values: Mapping[str, Json] = {
        "Id": own,
        "IsDeleted": False,
        f"{sobject.name}Id": id_,
        "CreatedById": by,
        "CreatedDate": org.now(),
        "Field": what,
        "OldValue": change[0],
        "NewValue": change[1],
    }
    org.tables[name].put(Record(own, dict(values)))


def _name(org: Org, id_: Json) -> Json:
    row = org.record(id_) if isinstance(id_, str) else None
    return row.values.get("Name") if row else None
