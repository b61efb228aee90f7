"""Pull and stage: one reader thread per CRM, a bounded queue, one writer. A CRM in trouble never stops the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Queue
from threading import Event, Thread

from crmsync.cycle.stage import staging
from crmsync.cycle.streams import Streams, Trouble
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import AccessLost, CrmsyncError
from crmsync.model.streams import Page, StreamSpec

PAGES_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: changed rows, unreadable rows, and what stood in the way."""

    changed: int
    unreadable: int
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    system: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """A reader met a bug or something nobody foresaw: it is raised again by the writer."""

    error: BaseException


def pull(wiring: Wiring, streams: Streams) -> Pulled:
    """Read every stream since its cursor and keep each page with its cursor in one transaction."""
    changed = unreadable = 0
    troubles = list(streams.troubles)
    for item in _read(wiring, streams):
        if isinstance(item, Trouble):
            troubles.append(item)
            continue
        staged = staging(item, wiring.plan_of(item.spec))
        changed += wiring.store.stage(staged)
        unreadable += len(staged.page.rejected)
    return Pulled(changed, unreadable, tuple(troubles))


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
        yield from _until_done(queue, len(readers))
    finally:
        stop.set()
        _drain(queue, readers)


def _until_done(queue: "Queue[Page | Trouble | _Done | _Broken]", readers: int) -> Iterator[Page | Trouble]:
    while readers:
        item = queue.get()
        if isinstance(item, _Done):
            readers -= 1
        elif isinstance(item, _Broken):
            raise item.error
        else:
            yield item


def _drain(queue: "Queue[Page | Trouble | _Done | _Broken]", readers: list[Thread]) -> None:
    """Let readers that wait for room finish."""
    while any(reader.is_alive() for reader in readers):
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
    try:
        for spec in specs:
            lost = _read_stream(wiring, spec, queue, stop)
            if lost or stop.is_set():
                break
    except BaseException as error:  # noqa: BLE001 - raised again by the writer
        queue.put(_Broken(error))
    else:
        queue.put(_Done(system))


def _read_stream(
    wiring: Wiring, spec: StreamSpec, queue: "Queue[Page | Trouble | _Done | _Broken]", stop: Event
) -> bool:
    """Read one stream; returns whether the whole CRM is out of reach."""
    kept = wiring.store.cursor(spec.system, spec.name)
    cursor = kept if kept is not None and kept.spec_digest == spec.digest else None
    try:
        for page in wiring.connectors[spec.system].pull(spec, cursor):
            queue.put(page)
            if stop.is_set():
                return True
    except CrmsyncError as error:
        lost = isinstance(error, AccessLost)
        queue.put(Trouble(spec.system, spec.name, str(error), lost))
        return lost
    return False
