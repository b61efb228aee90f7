"""Sweeps: what a pull can miss is found by holding ids and stamps of a CRM against the store (reliability.md 2.6).

Hourly over what moved in the last 24 hours, nightly over everything. A difference is only ever a suspicion: the records
in question are fetched, and what the CRM says of them now is kept like any page. In the lowest lane of all.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import TypeVar

from crmsync.connectors.lanes import Lane, lane
from crmsync.cycle.fetching import fetched
from crmsync.cycle.spending import no_room_for
from crmsync.cycle.stage import staging
from crmsync.cycle.streams import Streams
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import AccessLost, BudgetSpent, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, RecordKind, Ref
from crmsync.model.streams import Cursor, Page, Sighting, StreamSpec

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = timedelta(hours=3)
"""The hour of the office's night at which everything is looked at."""
SWEPT = frozenset({RecordKind.LEAD, RecordKind.CONTACT, RecordKind.ACTIVITY})
PORTION = 2000
FETCHED = 200
T = TypeVar("T")
_PASSING = (RetryLater, BudgetSpent, AccessLost, ShapeChanged, RecordRefused)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many records were looked at, and how many of them the store had missed: new, changed, deleted or back."""

    looked_at: int = 0
    found: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.looked_at + other.looked_at, self.found + other.found)


def sweep(wiring: Wiring, known: Streams, now: datetime) -> Swept:
    """Look at every stream whose sweep is due. A CRM in trouble, or without calls to spare, is swept another time.

    Each stream counts as swept when it is through: what breaks off begins again with that stream, and keeps what it
    found. Raises Stopping between two portions.
    """
    done = Swept()
    for spec in _sweepable(wiring, known):
        for whole in _due(wiring, spec, now):
            try:
                done += _sweep(wiring, spec, now, whole=whole)
            except _PASSING as error:
                words = str(error)
                wiring.observer.event("sweep.put_off", system=spec.system, stream=spec.name, words=words)
    return done


def name_of(spec: StreamSpec, *, whole: bool) -> str:
    """Under which name the store keeps when a stream was last swept, beside its own cursor."""
    return f"{spec.name} (swept {'by night' if whole else 'by the hour'})"


def _sweepable(wiring: Wiring, known: Streams) -> Iterator[StreamSpec]:
    """One stream per object that is read to its end and whose CRM has calls to spare."""
    seen: set[tuple[str, str]] = set()
    for spec in known.specs:
        place = (spec.system, spec.object)
        own = wiring.store.cursor(spec.system, spec.name)
        whole = own is not None and own.position is None and own.upper is not None
        plain = spec.kind in SWEPT and spec.event_type is None and place not in seen
        if spec.system in wiring.connectors and plain and whole:
            seen.add(place)
            if no_room_for(wiring, spec.system, Lane.SWEEP) is None:
                yield spec


def _due(wiring: Wiring, spec: StreamSpec, now: datetime) -> Iterator[bool]:
    """Which sweeps are due: True for the whole one, False for that of the day. A stream just read begins to count."""
    kept = {whole: wiring.store.cursor(spec.system, name_of(spec, whole=whole)) for whole in (True, False)}
    for whole, one in kept.items():
        if one is None or one.upper is None or one.spec_digest != spec.digest:
            _keep(wiring, spec, (), _cursor(spec, now, whole=whole))
            kept[whole] = _cursor(spec, now, whole=whole)
    last = {whole: one.upper for whole, one in kept.items() if one is not None and one.upper is not None}
    night = (wiring.calendar.local(last[True]) - NIGHT).date() < (wiring.calendar.local(now) - NIGHT).date()
    if night:
        yield True
    elif now - last[False] >= AN_HOUR:
        yield False


def _sweep(wiring: Wiring, spec: StreamSpec, now: datetime, *, whole: bool) -> Swept:
    """One stream: what the CRM names is compared, what it does not name is asked for."""
    connector = wiring.connectors[spec.system]
    seen = array("Q")
    done = Swept()
    with lane(Lane.SWEEP):
        for some in _portions(connector.census(spec, None if whole else now - A_DAY)):
            wiring.pulse.proceed()
            if whole:
                seen.extend(_number(one.ref) for one in some)
            done += Swept(len(some), _looked_into(wiring, spec, _differing(wiring, spec, some)))
        counted = connector.count(spec) if whole else None
        if counted is not None:
            done += Swept(0, _unnamed(wiring, spec, seen))
    _keep(wiring, spec, (), _cursor(spec, now, whole=whole))
    if whole:
        _keep(wiring, spec, (), _cursor(spec, now, whole=False))
    told = {"of": "everything" if whole else "the last 24 hours", "swept": done.looked_at, "found": done.found}
    wiring.observer.event("sweep.finished", system=spec.system, stream=spec.name, counted=counted, **told)
    return done


def _differing(wiring: Wiring, spec: StreamSpec, some: Sequence[Sighting]) -> list[Ref]:
    """What the store lacks, has in an older version, or takes wrongly for alive or dead.

    What moved since the last pull is left to the next one.
    """
    own = wiring.store.cursor(spec.system, spec.name)
    past = [one for one in some if own is not None and own.upper is not None and one.modified_at <= own.upper]
    kept = wiring.store.stamps(one.ref for one in past)
    return [one.ref for one in past if _differs(one, kept.get(one.ref))]


def _differs(one: Sighting, kept: tuple[datetime | None, bool] | None) -> bool:
    if kept is None:
        return not one.deleted
    stamp, deleted = kept
    return deleted != one.deleted or (stamp is not None and stamp < one.modified_at)


def _unnamed(wiring: Wiring, spec: StreamSpec, seen: "array[int]") -> int:
    """Records we believe alive which the CRM did not name: not taken for deleted, but asked for one by one."""
    numbers = array("Q", sorted(seen))
    found, after = 0, ""
    while believed := wiring.store.alive(spec.system, spec.object, after):
        wiring.pulse.proceed()
        after = str(believed[-1])
        found += _looked_into(wiring, spec, [ref for ref in believed if not _among(_number(ref), numbers)])
    return found


def _looked_into(wiring: Wiring, spec: StreamSpec, refs: Sequence[Ref]) -> int:
    """Fetch these records and keep what the CRM says of them now; returns how many rows changed by that."""
    found = 0
    for some in _portions(iter(refs), FETCHED):
        kept = wiring.store.stamps(some)
        records = tuple(_at_least(raw, kept.get(raw.ref)) for raw in fetched(wiring, spec, some))
        found += _keep(wiring, spec, records, wiring.store.cursor(spec.system, spec.name))
    return found


def _at_least(raw: RawRecord, kept: tuple[datetime | None, bool] | None) -> RawRecord:
    """A record that came back may carry a stamp from before it was deleted: it is news all the same."""
    stamp, deleted = kept if kept is not None else (None, False)
    if deleted and not raw.deleted and stamp is not None and raw.modified_at < stamp:
        return replace(raw, modified_at=stamp)
    return raw


def _keep(wiring: Wiring, spec: StreamSpec, records: tuple[RawRecord, ...], cursor: Cursor | None) -> int:
    """Keep a page of what was found with a cursor, in one transaction."""
    if cursor is None:
        return 0
    return wiring.store.stage(staging(Page(spec, records, cursor), wiring.plan_of(spec)))


def _cursor(spec: StreamSpec, now: datetime, *, whole: bool) -> Cursor:
    return Cursor(spec.system, name_of(spec, whole=whole), spec.digest, now)


def _number(ref: Ref) -> int:
    """A record as eight bytes: a million of them fit into eight megabytes."""
    return int.from_bytes(blake2b(ref.id.encode(), digest_size=8).digest(), "big")


def _among(number: int, numbers: "array[int]") -> bool:
    index = bisect_left(numbers, number)
    return index < len(numbers) and numbers[index] == number


def _portions(items: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
