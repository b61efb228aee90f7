"""Opens a workspace: reads its files and secrets once, and wires what a cycle works with. No logic of its own."""

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from crmsync.agreement.model import Agreement
from crmsync.agreement.read import SYSTEMS as USUAL
from crmsync.agreement.read import read_agreement
from crmsync.connectors.keeping import Kept
from crmsync.connectors.registry import CONNECTORS, opener
from crmsync.cycle.clock import CrmClock
from crmsync.cycle.pulse import Listening, Pulse
from crmsync.cycle.spending import hurry, regulate
from crmsync.cycle.wiring import Wiring
from crmsync.exports.catalogue import Catalogue, read_catalogue
from crmsync.exports.found import FILE as FOUND
from crmsync.exports.found import question, read_found, still_open
from crmsync.exports.labels import Cell, Kind
from crmsync.exports.records import SYSTEMS, TYPES
from crmsync.exports.survey import Export
from crmsync.mappings.compile import compile_mapping
from crmsync.mappings.plumbing import SystemMapping
from crmsync.model.calendars import Calendar
from crmsync.model.errors import Problem, SettingsProblem, StoreUnusable
from crmsync.model.ports import Connector, Observer, Sleeper
from crmsync.model.streams import Wire
from crmsync.office import compile_office
from crmsync.settings.secrets import NEEDED, PlaceKind, SecretPlace, secret_places
from crmsync.settings.workspace import ConnectorSettings, Workspace, read_connector, read_workspace
from crmsync.state import Store, open_store
from crmsync.telemetry.bugs import note_bug
from crmsync.telemetry.logs import configure_logs
from crmsync.telemetry.observer import StructlogObserver

T = TypeVar("T")
WORKSPACE = "crmsync.yaml"
AGREEMENT = Path("mappings") / "agreement"
WIRES = {Wire.NUMBER: Cell.NUMBER, Wire.FLAG: Cell.FLAG, Wire.INSTANT: Cell.INSTANT, Wire.DAY: Cell.DAY}
YEARS_BACK, YEARS_AHEAD = 2, 3
OWN_FILES_ONLY = 0o077


@dataclass(frozen=True, slots=True)
class Files:
    """A workspace as its files say it, all valid. `texts` are the agreement's files by name."""

    folder: Path
    workspace: Workspace
    connectors: Mapping[str, ConnectorSettings]
    mappings: Mapping[str, SystemMapping]
    agreement: Agreement
    texts: Mapping[str, str]

    @property
    def basis(self) -> str:
        """The hash of everything that gives values their meaning; the same in every process."""
        plumbing = [(self.folder / one.label).read_text("utf-8") for one in self.mappings.values()]
        return hashlib.sha256("\0".join((self.agreement.content, *plumbing)).encode()).hexdigest()


class RealSleeper:
    """Waits on the host's clock (implements `model.ports.Sleeper`)."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(seconds)  # noqa: TID251 - the one sleeper of the running program


def read_files(folder: Path) -> Files:
    """Read every file of a workspace; raises SettingsProblem with all problems of all of them at once."""
    if not (folder / WORKSPACE).is_file():
        words = "there is no crmsync workspace here."
        hint = "Make one with: crmsync init DIR - or name one with -w DIR."
        raise SettingsProblem((Problem(str(folder), 0, 0, words, hint),))
    problems: list[Problem] = []
    workspace = _read(problems, lambda: read_workspace((folder / WORKSPACE).read_text("utf-8")))
    connectors = _connectors(folder, problems)
    mappings = _mappings(folder, problems)
    texts = {path.name: path.read_text("utf-8") for path in sorted((folder / AGREEMENT).glob("*.yaml"))}
    agreement = _read(problems, lambda: read_agreement(texts, systems=_spelled_in(connectors)))
    if problems or workspace is None or agreement is None:
        raise SettingsProblem(tuple(problems))
    return Files(folder, workspace, connectors, mappings, agreement, texts)


def open_workspace(
    folder: Path, observer: Observer | None = None, clock: CrmClock | None = None, pulse: Pulse | None = None
) -> Wiring:
    """Open a workspace with its CRMs. Nothing is sent yet; raises SettingsProblem, StoreUnusable.

    Without an observer of the caller's own, logging is set up as crmsync.yaml says and events go there. With a pulse
    every event is a beat of it, and no wait is longer than the wish to stop.
    """
    files = read_files(folder)
    clock = clock or CrmClock()
    observer = observer or _start_logs(files, beside=pulse is None)
    observer = Listening(observer, pulse) if pulse else observer
    sleeper = pulse or RealSleeper()
    store = open_files_store(files, clock)
    try:
        return Wiring(
            workspace=files.workspace,
            settings=files.connectors,
            connectors=_connect_all(files, observer, sleeper),
            mappings=files.mappings,
            agreement=files.agreement,
            earlier=_earlier(store, files),
            agreement_text=json.dumps(dict(files.texts), sort_keys=True),
            calendar=calendar_of(files.agreement, clock),
            store=store,
            clock=clock,
            observer=observer,
            sleeper=sleeper,
            basis=files.basis,
            pulse=pulse or Pulse(),
        )
    except BaseException:
        store.close()
        raise


def reopen(files: Files, running: Wiring) -> Wiring:
    """The same store and clock with the workspace's files as they are now; raises SettingsProblem.

    The CRMs are connected anew; whoever works with the old wiring closes its connections.
    """
    if files.workspace.store != running.workspace.store:
        words = "store: another store cannot be taken while crmsync runs."
        raise SettingsProblem((Problem(WORKSPACE, 0, 0, words, "Start crmsync again to use it."),))
    return replace(
        running,
        workspace=files.workspace,
        settings=files.connectors,
        connectors=_connect_all(files, running.observer, running.sleeper),
        mappings=files.mappings,
        agreement=files.agreement,
        earlier=_earlier(running.store, files),
        agreement_text=json.dumps(dict(files.texts), sort_keys=True),
        calendar=calendar_of(files.agreement, running.clock),
        basis=files.basis,
        orgs={},
    )


def fingerprint(folder: Path) -> str:
    """Changes when a file of the workspace or a secret does."""
    found = hashlib.sha256()
    for path in sorted(_watched(folder)):
        with suppress(OSError):
            found.update(f"{path}|".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def memory_of(folder: Path) -> Path:
    """Where small notes are kept: the folder the service manager gives for it, else the workspace's own."""
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(given) if given else folder / "state"


def note_mistake(folder: Path, error: BaseException) -> Path | None:
    """Keep where a mistake in crmsync happened; returns the file, or None where none can be written."""
    return note_bug(folder, error, CrmClock().now())


def present_day() -> date:
    """The day it is for this machine: offline there is no CRM to ask."""
    return CrmClock().now().date()


def _start_logs(files: Files, *, beside: bool) -> Observer:
    needed = {name for one in files.connectors.values() for name in NEEDED.get((one.system, one.auth.method), ())}
    found = (_secret(name, files.folder) for name in sorted(needed))
    configure_logs(files.workspace.log_format, [one for one in found if one], beside=beside)
    return StructlogObserver()


def open_files_store(files: Files, clock: CrmClock) -> Store:
    """The memory of a workspace; a relative SQLite path is relative to the workspace."""
    url = files.workspace.store
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(f"{prefix}/"):
        path = files.folder.resolve() / url.removeprefix(prefix)
        _make_folder(path.parent)
        url = f"{prefix}{path}"
    return open_store(url, clock=clock)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"The folder of the store cannot be made: {folder} ({error.strerror}).") from None


def calendar_of(agreement: Agreement, clock: CrmClock) -> Calendar:
    """The office hours of the agreement, compiled around the present year."""
    year = clock.now().year
    return compile_office(agreement.sla.office, range(year - YEARS_BACK, year + YEARS_AHEAD))


def mapped_fields(files: Files) -> dict[Kind, dict[str, Cell]]:
    """The vendors' API names that this workspace maps, by the kind of export that may hold them."""
    found: dict[Kind, dict[str, Cell]] = {}
    kinds = {one: kind for kind, one in TYPES.items()}
    for mapping in files.mappings.values():
        for stream in mapping.streams.values():
            kind = kinds.get(stream.object)
            if kind is not None and SYSTEMS[kind] == mapping.system:
                cells = {one.vendor: WIRES.get(one.wire, Cell.TEXT) for one in stream.fields}
                found.setdefault(kind, {}).update(cells)
    return found


def catalogue_of(files: Files) -> Catalogue:
    """The suggestions for unknown words that lie beside the mappings."""
    path = files.folder / "mappings" / "catalogue.yaml"
    return read_catalogue(path.read_text("utf-8")) if path.is_file() else Catalogue([])


def open_questions(files: Files, today: date) -> tuple[str, ...]:
    """What the words found in the user's own exports still ask; empty where `init` was given none."""
    path = files.folder / FOUND
    if not path.is_file():
        return ()
    return tuple(question(one) for one in still_open(read_found(path.read_text("utf-8")), files.agreement, today))


def newest_in(exports: Iterable[Export], files: Files) -> datetime | None:
    """The newest instant any of these exports tells; wall-clock times are those of the agreed office."""
    to_utc = to_utc_of(files.agreement)
    found = (one.newest for one in exports if one.newest is not None)
    return max((one.at if one.zoned else to_utc(one.at) for one in found), default=None)


def office_day(at: datetime, files: Files) -> date:
    """The day it is in the agreed office at an instant."""
    return at.astimezone(ZoneInfo(files.agreement.sla.office.zone)).date()


def open_workspace_at(folder: Path, at: datetime) -> Wiring:
    """Open a preview's workspace as if it were another day: office hours are compiled around that year.

    Its CRMs are emulated for it alone: nobody else waits for them, so they are asked as fast as they answer.
    """
    clock = CrmClock()
    clock.hear(at)
    wiring = open_workspace(folder, clock=clock)
    hurry(wiring)
    return wiring


def to_utc_of(agreement: Agreement) -> Callable[[datetime], datetime]:
    """Turns wall-clock time of the agreed office (told as if it were UTC) into the instant it was."""
    zone = ZoneInfo(agreement.sla.office.zone)
    return lambda at: at.replace(tzinfo=zone).astimezone(UTC)


def _earlier(store: Store, files: Files) -> dict[str, Agreement]:
    """The contents that running clocks started under, read back from the memory."""
    wanted = store.agreements_in_use() - {files.agreement.content}
    kept = {one.digest: one.text for one in store.agreement_versions() if one.digest in wanted}
    systems = _spelled_in(files.connectors)
    return {digest: read_agreement(json.loads(text), systems=systems) for digest, text in kept.items()}


def _spelled_in(connectors: Iterable[str]) -> tuple[str, ...]:
    """The CRMs in which statuses are spelled: the two of the shipped agreement, and whatever else is configured."""
    return tuple(dict.fromkeys((*USUAL, *connectors)))


# Files --------------------------------------------------------------------------------------------------------------


def _read(problems: list[Problem], reader: Callable[[], T]) -> T | None:
    try:
        return reader()
    except SettingsProblem as found:
        problems += found.problems
        return None


def _connectors(folder: Path, problems: list[Problem]) -> dict[str, ConnectorSettings]:
    found = {}
    for path in sorted((folder / "connectors").glob("*.yaml")):
        label = f"connectors/{path.name}"
        one = _read(problems, lambda path=path, label=label: read_connector(label, path.read_text("utf-8")))  # type: ignore[misc]
        if one is not None and one.system not in CONNECTORS:
            hint = f"Known systems: {', '.join(CONNECTORS)}."
            problems.append(Problem(label, 0, 0, f'there is no connector for "{one.system}".', hint))
        elif one is not None:
            found[one.system] = one
    in_registry = {name: found[name] for name in CONNECTORS if name in found}
    if not in_registry and not problems:
        problems.append(Problem("connectors", 0, 0, "no CRM is configured.", "Add connectors/salesforce.yaml."))
    return in_registry


def _mappings(folder: Path, problems: list[Problem]) -> dict[str, SystemMapping]:
    found = {}
    for path in sorted((folder / "mappings").glob("*.yaml")):
        label = f"mappings/{path.name}"
        if path.stem not in CONNECTORS or not (folder / "connectors" / path.name).is_file():
            continue
        one = _read(problems, lambda path=path, label=label: compile_mapping(path.read_text("utf-8"), label))  # type: ignore[misc]
        if one is not None:
            found[one.system] = one
    return {name: found[name] for name in CONNECTORS if name in found}


def _watched(folder: Path) -> Iterator[Path]:
    yield folder / WORKSPACE
    for part in ("connectors", "mappings", AGREEMENT):
        yield from (folder / part).glob("*.yaml")
    yield from (folder / "secrets").glob("*")
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    if given:
        yield from Path(given).glob("*")


# Secrets and connectors ---------------------------------------------------------------------------------------------


def _connect_all(files: Files, observer: Observer, sleeper: Sleeper) -> dict[str, Connector]:
    return {name: _connect(files, one, observer, sleeper) for name, one in files.connectors.items()}


def _connect(files: Files, settings: ConnectorSettings, observer: Observer, sleeper: Sleeper) -> Connector:
    names = NEEDED.get((settings.system, settings.auth.method), ())
    secrets = {name: secret for name in names if (secret := _secret(name, files.folder)) is not None}
    overlap: timedelta = settings.pull.overlap
    kept = Kept(secrets, partial(_keep, files.folder))
    connector = opener(settings.system)(
        settings.base_url, settings.api_version, kept, settings.auth.method, observer, sleeper, overlap
    )
    regulate(connector, settings)
    return connector


def _secret(name: str, folder: Path) -> str | None:
    places = secret_places(name, os.environ, folder)
    return next((found for place in places if (found := _look(place)) is not None), None)


def _keep(folder: Path, name: str, secret: str) -> bool:
    """Store a secret that the CRM replaced, where it was found: only a file of the workspace can be written."""
    places = secret_places(name, os.environ, folder)
    found = next((place for place in places if _look(place) is not None), None)
    if found is None or found.kind is not PlaceKind.FILE:
        return False
    path, fresh = Path(found.where), Path(f"{found.where}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{secret}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        return False
    return True


def _look(place: SecretPlace) -> str | None:
    if place.kind is PlaceKind.VARIABLE:
        return os.environ.get(place.where) or None
    path = Path(place.where)
    if not os.access(path, os.R_OK) or not path.is_file():
        return None
    if place.private and stat.S_IMODE(path.stat().st_mode) & OWN_FILES_ONLY:
        words = "others on this machine may read this secret."
        raise SettingsProblem((Problem(str(path), 0, 0, words, f"Run: chmod 600 {path}"),))
    return path.read_text("utf-8").strip() or None
