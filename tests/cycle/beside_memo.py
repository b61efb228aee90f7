"""One crmsync beside Memo alone, without a single call over HTTP: for what concerns calls, lanes and sweeps."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from crmsync.bootstrap import open_workspace
from crmsync.connectors.lanes import present
from crmsync.connectors.registry import CONNECTORS
from crmsync.connectors.traffic import Traffic
from crmsync.cycle.clock import CrmClock
from crmsync.cycle.pulse import Pulse
from crmsync.cycle.run import CycleReport, run_once
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import ShapeChanged
from crmsync.model.streams import VendorField
from crmsync.state import open_store
from tests.conformance.memo import Book, MemoCrm
from tests.conformance.test_third_crm import LONG_AGO, files, person
from tests.cycle.river import Awake, Quiet, secrets
from tests.cycle.town import TOM

FITTING = """\
      industry:   {field: branch}
      employees:  {field: size, type: number}
      title:      {field: job}
      country:    {field: land}
"""
FITS = {"branch": "Logistics", "size": 120, "job": "Head of Operations", "land": "GB"}


class Watched(MemoCrm):
    """Memo with a road to it: it counts each call, remembers what it was asked in which lane, and fails when told."""

    def __init__(self, book):
        super().__init__(book, rows_a_page=50)
        self.book = book
        self.asked, self.lanes, self.unreadable, self.error = [], set(), set(), None
        self.traffic = Traffic("Memo", Quiet(), Awake(), lambda: book.now)

    def _ask(self, what, name, of):
        self.traffic.ask("")
        self.asked.append((what, name, of))
        self.lanes.add((what, present()))

    def org(self):
        used, allowed = self.traffic.budget.calls or (None, None)
        return replace(super().org(), calls_today=used, calls_allowed=allowed)

    def describe(self, object_name):
        told = super().describe(object_name)
        more = FITS if object_name == "people" else {}
        return replace(told, fields={**told.fields, **{name: VendorField(name, "text") for name in more}})

    def pull(self, spec, cursor):
        self._ask("pull", spec.name, cursor)
        return super().pull(spec, cursor)

    def census(self, spec, since):
        self._ask("census", spec.name, since)
        if self.error:
            raise self.error
        return super().census(spec, since)

    def count(self, spec):
        self._ask("count", spec.name, None)
        return super().count(spec)

    def fetch(self, spec, refs):
        self._ask("fetch", spec.name, len(refs))
        if self.unreadable & {one.id for one in refs}:
            raise ShapeChanged("a record could not be read")
        return super().fetch(spec, refs)

    def update(self, object_name, rows):
        self._ask("update", object_name, len(rows))
        return super().update(object_name, rows)

    def named(self, what):
        return [one for one in self.asked if one[0] == what]


def peopled() -> Book:
    """Five people whom Tom works on."""
    kept = Book()
    kept.put("keepers", "k-tom", LONG_AGO, name="Tom Baker", mail=TOM.email, here=True)
    for number in range(1, 6):
        person(kept, f"m{number}", f"Name{number}", "n-works")
    return kept


@cache
def without_salesforce() -> dict[str, str]:
    found = {name: text for name, text in files().items() if "salesforce.yaml" not in name}
    mapped = found["mappings/memo.yaml"]
    found["mappings/memo.yaml"] = mapped.replace("      last_name:", f"{FITTING}      last_name:")
    return found


def read_once(folder: Path) -> tuple[Wiring, Path]:
    """A workspace that has read everything once and begun to count the hours; and its store."""
    for name, text in without_salesforce().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    secrets(folder, "token")
    with patch.dict(CONNECTORS, memo=lambda *_: Watched(peopled())):
        opened = replace(open_workspace(folder, Quiet()), sleeper=Awake())
    run_once(opened)
    opened.close()
    return opened, folder / "state/crmsync.db"


@contextmanager
def copied(read: tuple[Wiring, Path], memo: Watched, folder: Path) -> Iterator[Wiring]:
    """The same, with a store and a Memo of the test's own."""
    opened, store = read
    shutil.copyfile(store, folder / "crmsync.db")
    clock = CrmClock()
    own = open_store(f"sqlite:///{folder}/crmsync.db", clock=clock)
    yield replace(opened, store=own, clock=clock, connectors={"memo": memo}, pulse=Pulse(), orgs={}, closed={})
    own.close()


def later(wiring: Wiring, book: Book, seconds: float) -> CycleReport:
    """A cycle so many seconds later."""
    book.now += timedelta(seconds=seconds)
    return run_once(wiring)
