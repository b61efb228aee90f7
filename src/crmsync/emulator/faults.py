"""What shall go wrong, as asked through `POST /__emulator__/faults`: each kind is asked for by name where it bites."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from crmsync.emulator import switchboard
from crmsync.emulator.wire import Json

Fault: TypeAlias = dict[str, Json]

KINDS = tuple(one.name for one in switchboard.KINDS)
_NAMES = frozenset(one.name for one in switchboard.SWITCHES)


class BadFault(ValueError):
    """A fault that is unknown or incomplete; the words say which and why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody's edit that slips in before a write."""

    actor: str
    type: str
    id: str
    fields: dict[str, Json]


@dataclass(slots=True)
class Faults:
    """The faults of one CRM that are still to come; most carry `times` (default 1, -1 = for ever)."""

    waiting: list[Fault] = field(default_factory=list)
    names: dict[str, Container[str]] = field(default_factory=dict)  # for kinds whose `name` must be a known one

    def add(self, fault: Mapping[str, Json]) -> None:
        """Take one more; raises BadFault for a kind nobody knows."""
        kind = fault.get("kind")
        if kind not in KINDS:
            known = ", ".join(KINDS)
            message = f"unknown kind of fault {kind!r}; known are {known} (rows of emulator/switchboard.py)"
            raise BadFault(message)
        if kind == "edit_before_write" and not fault.get("field"):
            message = "edit_before_write needs a field"
            raise BadFault(message)
        if kind in self.names and fault.get("name") not in self.names[str(kind)]:
            message = f"{kind} knows no {fault.get('name')!r}"
            raise BadFault(message)
        if kind == "switch" and fault.get("name") not in _NAMES:
            message = f"there is no switch {fault.get('name')!r}; a new one needs its row in emulator/switchboard.py"
            raise BadFault(message)
        self.waiting.append(dict(fault))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()

    def take(self, kind: str, route: str = "") -> Fault | None:
        """The next fault of this kind for this route (a part of `METHOD template` is enough), used up by one.

        A fault with `after` lets that many calls pass first.
        """
        return self.take_first((kind,), route)

    def take_first(self, kinds: Sequence[str], route: str = "") -> Fault | None:
        """The next fault of any of these kinds for this route, used up by one."""
        for fault in list(self.waiting):
            if fault["kind"] in kinds and str(fault.get("route") or "") in route:
                spared = _number(fault.get("after"), 0)
                if spared > 0:
                    fault["after"] = spared - 1
                    continue
                self._use(fault)
                return fault
        return None

    def take_for(self, kind: str, id_: str) -> Fault | None:
        """The next fault of this kind that names this record, or none at all, used up by one."""
        for fault in self.waiting:
            if fault["kind"] == kind and str(fault.get("id") or id_)[:15] == id_[:15]:
                self._use(fault)
                return fault
        return None

    def setting(self, kind: str) -> Fault | None:
        """The latest fault of this kind, without using it up (for switches such as `search_lag`)."""
        return next((fault for fault in reversed(self.waiting) if fault["kind"] == kind), None)

    def switched(self, name: str, *, otherwise: bool = False) -> bool:
        """Which of two behaviours nobody could verify holds: as the latest `switch {name, on}` says."""
        for fault in reversed(self.waiting):
            if fault["kind"] == "switch" and fault.get("name") == name:
                return fault.get("on", True) is True
        return otherwise

    def refused(self, type_: str, fields: Mapping[str, Json]) -> tuple[str, str] | None:
        """The first written field that a validation rule refuses, with the admin's words."""
        for fault in self.waiting:
            if fault["kind"] != "refuse_field" or str(fault.get("type", type_)).lower() != type_.lower():
                continue
            name = next((name for name in fields if name.lower() == str(fault.get("field")).lower()), None)
            if name is not None:
                return name, str(fault.get("words", "refused by a validation rule"))
        return None

    def edits_before(self, records: Sequence[tuple[str, str]]) -> list[Edit]:
        """Call once per write request, with the (type, id) it is about to write (id empty on create).

        An `edit_before_write` counts requests that touch its `type` (and `id`), if it names them; on the nth it comes
        due and edits the named record, or else the first one of the request.
        """
        return [edit for fault in list(self.waiting) if (edit := self._due(fault, records)) is not None]

    def _due(self, fault: Fault, records: Sequence[tuple[str, str]]) -> Edit | None:
        if fault["kind"] != "edit_before_write":
            return None
        touched = [record for record in records if _concerns(fault, record)]
        if not touched:
            return None
        left = _number(fault.get("n"), 1) - 1
        fault["n"] = left
        if left > 0:
            return None
        self.waiting.remove(fault)
        name, value = str(fault["field"]), fault.get("value")
        return Edit(str(fault.get("actor", "")), touched[0][0], str(fault.get("id") or touched[0][1]), {name: value})

    def _use(self, fault: Fault) -> None:
        left = _number(fault.get("times"), 1)
        if left < 0:
            return
        fault["times"] = left - 1
        if left <= 1:
            self.waiting.remove(fault)


def _concerns(fault: Fault, record: tuple[str, str]) -> bool:
    type_, id_ = record
    wanted_type, wanted_id = fault.get("type"), fault.get("id")
    right_type = wanted_type is None or str(wanted_type).lower() == type_.lower()
    right_id = bool(id_) if wanted_id is None else str(wanted_id)[:15] == id_[:15]
    return right_type and right_id


def _number(value: Json, default: int) -> int:
    return int(value) if isinstance(value, int | float | str) else default
