"""Measures the first pull of a workspace against its floor: how fast, how many calls, how much memory.

python bench/pull.py                     100,000 leads and as many contacts at 0 ms (goals G1, G5), 10,000 each at 80 ms
                                         a call (G4), memory at 10,000 and 100,000 each (G7)
python bench/pull.py --rows 20000 --runs 1   a quick look

The floor is what nobody who keeps the rows can undercut: http.client, msgspec structs of the mapped fields, sqlite3
executemany, 2,000 rows a transaction (facts/performance.md 1). Floor and crmsync read the same bytes of the same stub
in the same run, each in a process of its own, taking turns; medians of processor seconds count, wall seconds stand
beside. crmsync is the whole way of a cycle's pull: both connectors, one thread each, keys, hashes, cursors, marks.
"""

import argparse
import http.client
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from crmsync.connectors import registry
from crmsync.connectors.salesforce import pull as salesforce_pull
from crmsync.cycle.clock import CrmClock
from crmsync.cycle.pull import Pulled, pull
from crmsync.cycle.pulse import Pulse
from crmsync.cycle.streams import Streams
from crmsync.mappings.compile import compile_mapping, compile_stream
from crmsync.mappings.plumbing import SystemMapping
from crmsync.model.streams import StreamSpec, VendorField, VendorObject
from crmsync.state import open_store

HERE = Path(__file__).resolve().parent
ROWS_A_TRANSACTION = 2_000
LATE = 0.08
NAMES = {"floor": "floor", "crmsync": "crmsync, pages of 2,000", "bulk": "crmsync, prepared files"}
Found = dict[str, float]
Get = Callable[[str], bytes]
Rows = list[tuple[object, ...]]
FIRST_CONTACTS = "/crm/objects/2026-09/contacts?limit=100"


def main() -> None:
    """Run what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="leads, and as many contacts")
    parser.add_argument("--late-rows", type=int, default=10_000, help="the same for the pull at 80 ms a call")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", choices=CHILDREN)
    parser.add_argument("--url")
    given = parser.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child](given.url)))
        return
    _report(given.rows, given.late_rows, given.runs)


def _report(rows: int, late_rows: int, runs: int) -> None:
    found, calls = _race(rows, runs)
    floor, ours = found["floor"], found["crmsync"]
    print(f"{rows:,} leads and {rows:,} contacts, 0 ms a call, medians of {runs}:")
    for name, one in found.items():
        print(
            f"  {NAMES[name]:24} {one['cpu']:6.2f} s of processor ({one['cpu'] / floor['cpu']:.2f} x floor), "
            f"{one['wall']:6.2f} s wall ({one['wall'] / floor['wall']:.2f} x), {one['mb']:.0f} MB at most"
        )
    print(f"  G1 (first pull <= 1.5 x the floor): {_said(ours['cpu'] / floor['cpu'] <= 1.5)}")
    fewest = {"pages of leads": -(-rows // 2000), "pages of contacts": -(-rows // 100)}
    print(f"  calls {calls}, the fewest {fewest}")
    print(f"  G5 (calls = the minimum): {_said(all(calls[name] == count for name, count in fewest.items()))}")
    with _stub(late_rows, LATE) as url:
        late = _child("crmsync", url)
    least = max(-(-late_rows // 2000), -(-late_rows // 100)) * LATE
    print(
        f"{late_rows:,} each at {LATE * 1000:.0f} ms a call: {late['wall']:.2f} s wall, "
        f"{late['wall'] / least:.2f} x the longer chain of pages ({least:.1f} s)"
    )
    print(f"  G4 (<= 1.05 x): {_said(late['wall'] / least <= 1.05)}")
    with _stub(10_000, 0.0) as url:
        few = _child("crmsync", url)
    print(f"memory: {few['mb']:.0f} MB at 10,000 each, {ours['mb']:.0f} MB at {rows:,} each")
    print(f"  G7 (<= 120 MB, at most 15 MB more): {_said(ours['mb'] <= 120 and ours['mb'] - few['mb'] <= 15)}")


def _race(rows: int, runs: int) -> tuple[dict[str, Found], dict[str, Any]]:
    found: dict[str, list[Found]] = {"floor": [], "crmsync": [], "bulk": []}
    calls: dict[str, Any] = {}
    with _stub(rows, 0.0) as url:
        for _ in range(runs):
            for name, taken in found.items():
                before = _calls(url)
                taken.append(_child(name, url))
                calls = _difference(before, _calls(url)) if name == "crmsync" else calls
    return {name: _middle(taken) for name, taken in found.items()}, calls


def _middle(taken: Sequence[Found]) -> Found:
    return {key: statistics.median(one[key] for one in taken) for key in taken[0]}


def _said(kept: bool) -> str:  # noqa: FBT001 - a word for a verdict
    return "kept" if kept else "MISSED"


# The stub ------------------------------------------------------------------------------------------------------------


@contextmanager
def _stub(rows: int, delay: float) -> Iterator[str]:
    leads, contacts = _specs()
    own = ["Id", "SystemModstamp", "IsDeleted"]
    fields = [*own, *(one.vendor for one in leads.pulled if one.vendor not in own)]
    names = ["lastmodifieddate", *(one.vendor for one in contacts.pulled)]
    command = [sys.executable, str(HERE / "stub.py"), "--rows", str(rows), "--delay", str(delay)]
    command += ["--leads", ",".join(fields), "--contacts", ",".join(dict.fromkeys(names))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _calls(url: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{url}/calls") as answer:  # noqa: S310 - the stub beside us
        counted: dict[str, int] = json.load(answer)
    return counted


def _difference(before: dict[str, int], after: dict[str, int]) -> dict[str, Any]:
    made = {name: count - before.get(name, 0) for name, count in after.items() if count > before.get(name, 0)}
    leads = sum(count for name, count in made.items() if "/query" in name)
    contacts = sum(count for name, count in made.items() if name.endswith("/contacts"))
    besides = {name: count for name, count in made.items() if "/query" not in name and not name.endswith("/contacts")}
    return {"pages of leads": leads, "pages of contacts": contacts, "besides": besides}


# The two that read ---------------------------------------------------------------------------------------------------


def _child(name: str, url: str) -> Found:
    command = [sys.executable, str(HERE / "pull.py"), "--child", name, "--url", url]
    told: Found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    return told


def _measured(work: Callable[[], int]) -> Found:
    """Seconds of this process from here on, and the most memory it ever had."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    rows = work()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "mb": after.ru_maxrss / 1024, "rows": rows}


def _floor(url: str) -> Found:
    """http.client, structs, executemany."""
    leads, contacts = _specs()
    with tempfile.TemporaryDirectory() as place:
        store = sqlite3.connect(Path(place) / "floor.db", isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY"):
            store.execute(f"PRAGMA {pragma}")
        line = http.client.HTTPConnection(url.removeprefix("http://"))

        def get(path: str) -> bytes:
            line.request("GET", path)
            return line.getresponse().read()

        def work() -> int:
            return _kept(store, leads, _lead_rows(get, leads)) + _kept(store, contacts, _contact_rows(get, contacts))

        found = _measured(work)
        store.close()
    return found


def _lead_rows(get: Get, spec: StreamSpec) -> Iterator[Rows]:
    names = dict.fromkeys(("Id", "SystemModstamp", "IsDeleted", *(one.vendor for one in spec.pulled)))
    row = msgspec.defstruct("Row", [_column(n, name) for n, name in enumerate(names)])
    following = ("next", str, msgspec.field(name="nextRecordsUrl", default=""))
    page = msgspec.json.Decoder(msgspec.defstruct("Page", [("records", list[row]), following]))  # type: ignore[valid-type]
    path = "/services/data/v62.0/queryAll?q=SELECT"
    while path:
        told: Any = page.decode(get(path))
        yield [msgspec.structs.astuple(one) for one in told.records]
        path = told.next


def _contact_rows(get: Get, spec: StreamSpec) -> Iterator[Rows]:
    values = msgspec.defstruct("Values", [_column(n, one.vendor) for n, one in enumerate(spec.pulled)])
    row = msgspec.defstruct("Row", [("id", str), ("properties", values), ("updatedAt", str), ("archived", bool)])
    paging = msgspec.defstruct("Paging", [("next", dict[str, str])])
    kinds = [("results", list[row]), ("paging", paging | None, None)]  # type: ignore[valid-type]
    page = msgspec.json.Decoder(msgspec.defstruct("Page", kinds))
    path, waiting = FIRST_CONTACTS, []
    while path:
        told: Any = page.decode(get(path))
        own = ((one.id, one.updatedAt, one.archived, one.properties) for one in told.results)
        waiting += [(*some, *msgspec.structs.astuple(rest)) for *some, rest in own]
        path = f"{FIRST_CONTACTS}&after={told.paging.next['after']}" if told.paging else ""
        if len(waiting) >= ROWS_A_TRANSACTION or not path:
            yield waiting
            waiting = []


def _column(number: int, name: str) -> tuple[str, type, Any]:
    return f"f{number}", object, msgspec.field(name=name, default=None)


def _kept(store: sqlite3.Connection, spec: StreamSpec, pages: Iterator[Rows]) -> int:
    count, statement = 0, ""
    for rows in pages:
        if not statement:
            columns = ", ".join(f"c{n}" for n in range(1, len(rows[0])))
            store.execute(f"CREATE TABLE {spec.object} (c0 TEXT PRIMARY KEY, {columns})")
            sets = ", ".join(f"c{n} = excluded.c{n}" for n in range(1, len(rows[0])))
            marks = ", ".join("?" * len(rows[0]))
            insert = f"INSERT INTO {spec.object} VALUES ({marks})"  # noqa: S608 - our own names
            statement = f"{insert} ON CONFLICT (c0) DO UPDATE SET {sets}"
        store.execute("BEGIN")
        store.executemany(statement, rows)
        store.execute("COMMIT")
        count += len(rows)
    return count


def _crmsync(url: str, *, prepared: bool = False) -> Found:
    """The pull of a cycle, into a new store."""
    if not prepared:
        salesforce_pull.MANY = sys.maxsize
    quiet: Any = SimpleNamespace(event=lambda *_, **__: None)
    sleeper: Any = SimpleNamespace(sleep=lambda _seconds: None)
    secrets = {"salesforce_client_id": "stub", "salesforce_client_secret": "stub", "hubspot_token": "stub"}
    with tempfile.TemporaryDirectory() as place:
        store = open_store(f"sqlite:///{place}/crmsync.db", clock=CrmClock())
        wiring: Any = SimpleNamespace(
            connectors={
                "salesforce": registry.salesforce(url, "62.0", secrets, "client_credentials", quiet, sleeper),
                "hubspot": registry.hubspot(url, "2026-09", secrets, "token", quiet, sleeper),
            },
            store=store,
            pulse=Pulse(),
            observer=quiet,
            closed={},
            plan_of=lambda spec: _mapping(spec.system).streams[spec.name],
        )
        done: list[Pulled] = []

        def work() -> int:
            done.append(pull(wiring, Streams(_specs(), {})))
            return done[0].changed

        found = _measured(work)
        if done[0].troubles or done[0].unreadable:
            raise SystemExit(f"the pull did not end well: {done[0]}")
        for one in wiring.connectors.values():
            one.close()
        store.close()
    return found


@cache
def _mapping(system: str) -> SystemMapping:
    return compile_mapping((HERE.parent / "mappings" / f"{system}.yaml").read_text("utf-8"), system)


def _specs() -> tuple[StreamSpec, StreamSpec]:
    """Leads and contacts as this workspace maps them, every mapped field there."""
    return _spec("salesforce", "leads"), _spec("hubspot", "contacts")


def _spec(system: str, name: str) -> StreamSpec:
    plan = _mapping(system).streams[name]
    fields = {one.vendor: VendorField(one.vendor, "string") for one in plan.fields}
    spec = compile_stream(_mapping(system), plan, VendorObject(system, plan.object, fields))
    if spec is None:
        raise SystemExit(f"{system}/{name} does not compile")
    return spec


CHILDREN = {"floor": _floor, "crmsync": _crmsync, "bulk": lambda url: _crmsync(url, prepared=True)}


if __name__ == "__main__":
    main()
