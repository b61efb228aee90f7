"""Pull and stage: one reader thread per CRM, a bounded queue, one writer. A CRM in trouble never stops the other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from queue import Empty, Queue
from threading import Event, Thread

from crmsync.connectors.lanes import Lane, lane
from crmsync.cycle.portions import portions
from crmsync.cycle.spending import no_room_for
from crmsync.cycle.stage import staging
from crmsync.cycle.streams import Stops, Streams, Trouble, trouble_of
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import BudgetSpent, CrmsyncError
from crmsync.model.streams import Cursor, Page, StreamSpec

PAGES_AHEAD = 2
MOST_BUSY = 2
"""Busy streams after which a CRM that answered nothing yet is left alone."""
ROUNDS_TO_LEAVE = 20
"""How often readers are waited for (a twentieth of a second each) when crmsync is to stop."""
LOOK_UP = 0.2
"""Seconds a page is waited for before looking whether somebody asked us to stop."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: changed rows, unreadable rows, what stood in the way, and which CRMs gave a page."""

    changed: int
    unreadable: int
    troubles: tuple[Trouble, ...]
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Done:
    system: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """A reader met a bug or something nobody foresaw: it is raised again by the writer."""

    error: BaseException


def pull(wiring: Wiring, streams: Streams) -> Pulled:
    """Read every stream since its cursor and keep each page with its cursor in one transaction.

    Raises Stopping between two pages: what was kept is kept.
    """
    changed = unreadable = 0
    answered: set[str] = set()
    troubles = list(streams.troubles)
    for item in _read(wiring, streams):
        if isinstance(item, Trouble):
            troubles.append(item)
            continue
        answered.add(item.spec.system)
        staged = staging(item, wiring.plan_of(item.spec))
        changed += wiring.store.stage(staged)
        unreadable += len(staged.page.rejected)
    return Pulled(changed, unreadable, tuple(troubles), frozenset(answered))


def _read(wiring: Wiring, streams: Streams) -> Iterator[Page | Trouble]:
    queue: Queue[Page | Trouble | _Done | _Broken] = Queue(PAGES_AHEAD)
    stop = Event()
    systems = [name for name in wiring.connectors if streams.of(name)]
    readers = [
        Thread(target=_reader, args=(wiring, name, streams.of(name), queue, stop), name=f"pull-{name}", daemon=True)
        for name in systems
    ]
    for reader in readers:
        reader.start()
    try:
        yield from _until_done(wiring, queue, len(readers))
    finally:
        stop.set()
        _drain(queue, readers, ROUNDS_TO_LEAVE if wiring.pulse.stopping else None)


def _until_done(
    wiring: Wiring, queue: "Queue[Page | Trouble | _Done | _Broken]", readers: int
) -> Iterator[Page | Trouble]:
    while readers:
        try:
            item = queue.get(timeout=LOOK_UP)
        except Empty:
            if wiring.pulse.stopping:
                wiring.pulse.proceed()
            continue
        wiring.pulse.proceed()
        if isinstance(item, _Done):
            readers -= 1
        elif isinstance(item, _Broken):
            raise item.error
        else:
            yield item


def _drain(queue: "Queue[Page | Trouble | _Done | _Broken]", readers: list[Thread], rounds: int | None) -> None:
    """Let readers that wait for room finish; in a hurry one that waits for its CRM is left behind."""
    while any(reader.is_alive() for reader in readers) and rounds != 0:
        rounds = None if rounds is None else rounds - 1
        while not queue.empty():
            queue.get()
        for reader in readers:
            reader.join(0.05)


def _reader(
    wiring: Wiring,
    system: str,
    specs: tuple[StreamSpec, ...],
    queue: "Queue[Page | Trouble | _Done | _Broken]",
    stop: Event,
) -> None:
    met: list[Stops | None] = []
    try:
        for spec in specs:
            met.append(_read_stream(wiring, spec, queue, stop))
            if _no_use(met) or stop.is_set():
                break
    except BaseException as error:  # noqa: BLE001 - raised again by the writer
        queue.put(_Broken(error))
    else:
        queue.put(_Done(system))


def _no_use(met: list[Stops | None]) -> bool:
    """Whether the CRM as a whole stands in the way, judged by what its streams met so far."""
    return met[-1] in {Stops.ACCESS, Stops.BUDGET} or (len(met) >= MOST_BUSY and set(met) == {Stops.BUSY})


def _read_stream(
    wiring: Wiring, spec: StreamSpec, queue: "Queue[Page | Trouble | _Done | _Broken]", stop: Event
) -> Stops | None:
    """Read one stream; returns what stood in the way, if anything."""
    kept = wiring.store.cursor(spec.system, spec.name)
    cursor = kept if kept is not None and kept.spec_digest == spec.digest else None
    try:
        with lane(_work(cursor)):
            for page in portions(wiring.connectors[spec.system].pull(spec, cursor)):
                queue.put(page)
                if stop.is_set():
                    return None
    except CrmsyncError as error:
        trouble = trouble_of(spec.system, spec.name, error)
        if spec.optional and trouble.stops in {Stops.ACCESS, Stops.STREAM}:
            _switch_off(wiring, trouble)
            return None
        if isinstance(error, BudgetSpent) and no_room_for(wiring, spec.system, Lane.READ) is None:
            trouble = replace(trouble, stops=Stops.STREAM)  # the first load waits, what changed since is still read
        queue.put(trouble)
        return trouble.stops
    return None


def _work(cursor: Cursor | None) -> Lane:
    """A stream that was never read to its end is being loaded: that may wait, what changed since may not."""
    return Lane.BACKFILL if cursor is None or cursor.upper is None else Lane.READ


def _switch_off(wiring: Wiring, trouble: Trouble) -> None:
    """The CRM does not show us an optional stream (a tier, a scope): said once, tried again with every pull."""
    place = (trouble.system, trouble.stream)
    if wiring.closed.get(place) != trouble.words:
        wiring.closed[place] = trouble.words
        wiring.observer.event("stream.off", system=trouble.system, stream=trouble.stream, words=trouble.words)
