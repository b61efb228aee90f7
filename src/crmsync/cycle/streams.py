"""What can be read: the mappings held against what each CRM says it has, asked once per mapping and day."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.cycle.wiring import Wiring
from crmsync.mappings.compile import compile_stream
from crmsync.mappings.plumbing import SystemMapping
from crmsync.model.errors import AccessLost, BudgetSpent, CrmsyncError, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.records import RecordKind
from crmsync.model.streams import StreamSpec, VendorObject


class Stops(StrEnum):
    """What a trouble stands in the way of: one stream, or the CRM for a while, for its budget, for a person."""

    STREAM = "stream"
    BUSY = "busy"
    BUDGET = "budget"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stopped one stream or one CRM; the others go on. `words` is a sentence for people.

    `after` are the seconds the CRM asked us to wait, `until` the instant before which it has no calls left for us.
    """

    system: str
    stream: str
    words: str
    stops: Stops = Stops.STREAM
    after: float = 0.0
    until: datetime | None = None


def trouble_of(system: str, stream: str, error: CrmsyncError) -> Trouble:
    """What an error of a CRM means to the cycle."""
    if isinstance(error, AccessLost):
        return Trouble(system, stream, str(error), Stops.ACCESS)
    if isinstance(error, BudgetSpent):
        return Trouble(system, stream, str(error), Stops.BUDGET, until=error.until)
    if isinstance(error, RetryLater):
        return Trouble(system, stream, str(error), Stops.BUSY, error.after)
    return Trouble(system, stream, str(error))


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams that can be read now, what each object looks like, and what could not be compiled.

    `off` are (system, stream) of optional streams that this CRM does not have or does not show us: no trouble.
    """

    specs: tuple[StreamSpec, ...]
    described: Mapping[tuple[str, str], VendorObject]
    troubles: tuple[Trouble, ...] = ()
    off: tuple[tuple[str, str], ...] = ()

    @property
    def persons(self) -> dict[tuple[str, str], StreamSpec]:
        """The streams of person records by (system, object)."""
        kinds = {RecordKind.LEAD, RecordKind.CONTACT}
        return {(one.system, one.object): one for one in self.specs if one.kind in kinds}

    def of(self, system: str) -> tuple[StreamSpec, ...]:
        """The streams of one CRM."""
        return tuple(one for one in self.specs if one.system == system)

    @property
    def converted_values(self) -> dict[str, frozenset[str]]:
        """Per system the statuses that mean converted."""
        found: dict[str, frozenset[str]] = {}
        for (system, _), one in self.described.items():
            found[system] = found.get(system, frozenset()) | one.converted_values
        return found


def streams(wiring: Wiring, *, fresh: bool = False, offline: bool = False) -> Streams:
    """Compile every mapped stream: `fresh` asks the CRMs again, `offline` takes what they told last.

    A CRM that cannot be asked, or lacks a required field, is trouble, not an end; one that takes no part in this cycle
    is not asked.
    """
    specs: list[StreamSpec] = []
    described: dict[tuple[str, str], VendorObject] = {}
    troubles: list[Trouble] = []
    off: list[tuple[str, str]] = []
    for system, mapping in wiring.mappings.items():
        try:
            away = offline or system not in wiring.connectors
            known = _remembered(wiring, mapping) if away else _describe(wiring, mapping, fresh=fresh)
        except CrmsyncError as error:
            troubles.append(trouble_of(system, "", error))
            continue
        described |= {(system, name): one for name, one in known.items()}
        compiled = tuple(_compiled(mapping, known))
        specs += [one for one in compiled if isinstance(one, StreamSpec)]
        troubles += [one for one in compiled if isinstance(one, Trouble) and (known or not away)]
        there = {one.name for one in specs if one.system == system}
        off += [(system, name) for name, plan in mapping.streams.items() if plan.optional and name not in there]
    return Streams(tuple(specs), described, tuple(troubles), tuple(off))


def _compiled(mapping: SystemMapping, known: Mapping[str, VendorObject]) -> Iterator[StreamSpec | Trouble]:
    for plan in mapping.streams.values():
        try:
            spec = compile_stream(mapping, plan, known.get(plan.object))
        except ShapeChanged as changed:
            yield Trouble(mapping.system, plan.name, str(changed))
            continue
        if spec is not None:
            yield spec


def _describe(wiring: Wiring, mapping: SystemMapping, *, fresh: bool) -> dict[str, VendorObject]:
    names = dict.fromkeys(plan.object for plan in mapping.streams.values())
    needed = {plan.object for plan in mapping.streams.values() if not plan.optional}
    day = f"{wiring.clock.now():%Y%m%d}"
    digest = hashlib.sha256(f"{day}|{wiring.basis}".encode()).hexdigest()[:16]
    found: dict[str, VendorObject] = {}
    for name in names:
        one = _described(wiring, mapping.system, name, digest, fresh=fresh, needed=name in needed)
        if one is not None:
            found[name] = one
    return found


def _remembered(wiring: Wiring, mapping: SystemMapping) -> dict[str, VendorObject]:
    names = dict.fromkeys(plan.object for plan in mapping.streams.values())
    kept = {name: wiring.store.described(mapping.system, name) for name in names}
    return {name: one[1] for name, one in kept.items() if one is not None and one[1].fields}


def _described(
    wiring: Wiring, system: str, name: str, digest: str, *, fresh: bool, needed: bool
) -> VendorObject | None:
    """What the CRM says about one object; None where it has no such object, which is remembered as well."""
    kept = wiring.store.described(system, name)
    if kept is not None and kept[0] == digest and not fresh:
        return kept[1] if kept[1].fields else None
    try:
        told = _asked(wiring, system, name, needed=needed)
    except (AccessLost, RetryLater, BudgetSpent):
        if kept is not None:
            return kept[1] if kept[1].fields else None
        raise
    wiring.store.remember_described(system, name, digest, told)
    if kept is not None and kept[1] != told:
        wiring.store.forget_missing_values(system, name)
        wiring.store.mark_all_dirty("fields changed")
    return told if told.fields else None


def _asked(wiring: Wiring, system: str, name: str, *, needed: bool) -> VendorObject:
    """An object that is not there has no fields; one that nothing depends on may also be closed to us."""
    try:
        return wiring.connectors[system].describe(name)
    except RecordRefused:
        return VendorObject(system, name, {})
    except (AccessLost, ShapeChanged):
        if needed:
            raise
        return VendorObject(system, name, {})
