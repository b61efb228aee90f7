"""`crmsync demo`: the whole story on two emulated CRMs, told through the real commands, in under a minute."""

import contextlib
import io
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes

if TYPE_CHECKING:
    from crmsync.emulator import Running

Seed = Annotated[int, typer.Option("--seed", help="The same seed makes the same people.")]
SIGNERS = (
    ("sales", "Dana Ruiz", "head of sales"),
    ("sales", "Gwen Ellis", "sales manager"),
    ("marketing", "Petra Lange", "head of marketing"),
)
LINES = 22
Row = Mapping[str, object]


def demo(seed: Seed = 1) -> int:
    """Watch crmsync do its whole job on two emulated CRMs: nothing to install, no credential, nothing leaves here."""
    from crmsync.emulator import serve

    with tempfile.TemporaryDirectory(prefix="crmsync-demo-") as folder, serve("demo", seed=seed) as running:
        return _Story(Path(folder) / "halden", running, seed).tell()


class _Story:
    """The acts in order. Each is introduced by a sentence and played by the commands a person would type."""

    def __init__(self, folder: Path, running: "Running", seed: int) -> None:
        from crmsync.emulator.scenarios import demo as scenario

        self.folder = folder
        self.urls = {"salesforce": running.salesforce_url, "hubspot": running.hubspot_url}
        self.token = running.token
        self.truth: Mapping[str, object] = scenario.truth(seed)
        self.steps: Sequence[Row] = scenario.steps(seed)

    def tell(self) -> int:
        """Play every act; returns 0 where all figures and books agree at the end."""
        with _secrets(self.token):
            self._opening()
            self._agree()
            number = self._first_plan()
            figures = self._approve(number)
            self._second_look()
            self._people_work()
            self._deadline_and_explanation()
            return self._books(figures)

    # The acts ---------------------------------------------------------------------------------------------------------

    def _opening(self) -> None:
        counts = self._counts()
        say(
            f"Halden Freight: {counts['people']} people in {counts['salesforce_leads']} Salesforce leads, "
            f"{counts['salesforce_contacts']} Salesforce contacts and {counts['hubspot_contacts']} HubSpot contacts. "
            "Two emulated CRMs answer over real HTTP on this machine; it is Wednesday 2 December 2026, 09:00 in London."
        )

    def _agree(self) -> None:
        act("1. Sales and marketing agree", "The agreement is a folder of files. Three people sign exactly this content.")
        self.run("init", str(self.folder), quiet=True)
        self._connect()
        self.run("agreement", "show", lines=12)
        for role, name, job in SIGNERS:
            self.run("agreement", "sign", "--role", role, "--name", name, "--job", job, lines=1)
        act("2. Is everything in place?", "The doctor reads, writes nothing, and says what to fix.")
        self.run("doctor", lines=LINES)

    def _first_plan(self) -> str:
        act("3. The first plan is held", "Nothing is written before somebody has seen it.")
        self.run("plan", lines=40)
        return self._plan_number()

    def _approve(self, number: str) -> "tuple[object, ...]":
        act("4. Approve five, look, approve the rest", "A careful admin starts with five rows and looks at them in the CRM.")
        self.run("apply", number, "--limit", "5", "--by", "Dana Ruiz", lines=8)
        for row in self._audit()[:5]:
            say(f"  in the CRM now: {_written(row)}")
        self.run("apply", number, "--by", "Dana Ruiz", lines=8)
        return self._figures(number)

    def _second_look(self) -> None:
        act("5. A second cycle with nothing new", "It must write nothing; the CRMs' own books are the judge.")
        before = len(self._audit())
        self.run("run", "--once", lines=6)
        self.again = len(self._audit()) - before
        say(f"second cycle wrote {self.again}")
        act("6. Trusted, it may act", "The admin sets every kind of change to `act`: plans within the limits are written.")
        path = self.folder / "crmsync.yaml"
        path.write_text(path.read_text("utf-8").replace(": ask ", ": act ").replace(": ask\n", ": act\n"), "utf-8")

    def _people_work(self) -> None:
        act("7. People work, crmsync follows", "They call, change statuses, tick off one task, delete another; a cycle after each.")
        for step in self.steps:
            self._play(step)
            say(f"{str(step['to'])[11:16]}  {step['title']}")
            self.run("run", "--once", lines=9)

    def _deadline_and_explanation(self) -> None:
        act("8. A deadline was missed", "This is the task the sales manager finds in Salesforce.")
        tasks = [row for row in self._audit() if row["op"] == "create"]
        text = dict(_changes(tasks[-1])) if tasks else {}
        for name in ("Subject", "Description"):
            say(str(text.get(name, ("", ""))[1]))
        act("9. Why?", "Any lead can be explained, every number with its arithmetic.")
        self.run("explain", self._outcome_lead(), lines=44)

    def _books(self, figures: "tuple[object, ...]") -> int:
        from crmsync.bootstrap import open_workspace
        from crmsync.reports.demo import Figure, joined, table

        act("10. The books", "The first plan, counted three times: as planted, by crmsync, and by the CRMs themselves.")
        known = tuple(one for one in figures if isinstance(one, Figure))
        calls = {name.capitalize(): self._get(name, "calls")["total"] for name in self.urls}
        say(table(known, {name: int(str(count)) for name, count in calls.items()}))
        wiring = open_workspace(self.folder)
        try:
            books = joined(self._audit(), wiring.store.applied_writes())
        finally:
            wiring.close()
        say(f"second cycle wrote {self.again}")
        say(
            f"every field the CRMs saw us write, held against our log on (record, field, value after): "
            f"{books.matched:,} matched, unmatched left {books.only_in_crm}, right {books.only_in_log}"
        )
        say("Nothing left this machine. The demo's workspace is gone; make your own with: crmsync init DIR")
        good = all(one.agrees for one in known) and not (self.again or books.only_in_crm or books.only_in_log)
        return codes.DONE if good else codes.NEEDS_YOU

    # The stage ------------------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, lines: int = LINES, quiet: bool = False) -> str:
        """Type one command, as a person would, and show the beginning of what it prints."""
        from crmsync.cli.app import main

        spoken = io.StringIO()
        typed = arguments if arguments[0] == "init" else ("-w", str(self.folder), *arguments)
        with contextlib.redirect_stdout(spoken):
            main(list(typed))
        if not quiet:
            say(f"$ crmsync {' '.join(_quoted(one) for one in arguments)}")
            _show(spoken.getvalue(), lines)
        return spoken.getvalue()

    def _connect(self) -> None:
        for system, url in self.urls.items():
            path = self.folder / "connectors" / f"{system}.yaml"
            lines = path.read_text("utf-8").replace("writes: off", "writes: on").splitlines()
            path.write_text("\n".join(f"base_url: {url}" if one.startswith("base_url:") else one for one in lines) + "\n")

    def _play(self, step: Row) -> None:
        """What people and machines do before the next cycle: the clock moves, rows arrive, scripts run."""
        self._post("salesforce", "clock", {"set": step["to"]})
        for name in self.urls:
            for verb, part in (("load", "load"), ("actors", name), ("faults", "faults")):
                body = step[part] if part == name else _of(step[part], name)
                if body:
                    self._post(name, verb, body)

    def _counts(self) -> Mapping[str, object]:
        counts = self.truth["counts"]
        return counts if isinstance(counts, Mapping) else {}

    def _plan_number(self) -> str:
        return str(json.loads(self.run("plan", "--json", quiet=True))["plan"])

    def _figures(self, number: str) -> "tuple[object, ...]":
        """The table's figures, taken when the first plan is through and before anybody works."""
        from collections import Counter

        from crmsync.bootstrap import open_workspace
        from crmsync.reports.demo import first_plan_figures

        wiring = open_workspace(self.folder)
        try:
            header = wiring.store.plan(number)
            rows = wiring.store.plan_rows(header.digest) if header else []
            aside = Counter(one.cause for one in wiring.store.set_aside_open())
        finally:
            wiring.close()
        return first_plan_figures(self.truth, rows, aside, self._audit())

    def _outcome_lead(self) -> str:
        outcomes = self.truth["call_outcomes"]
        leads = [one["record"] for one in outcomes if one["system"] == "salesforce"] if isinstance(outcomes, list) else []
        return str(leads[0])

    def _audit(self) -> list[Row]:
        rows = [row for name in self.urls for row in self._get_list(name, "audit")]
        return sorted(rows, key=lambda row: str(row["at"]))

    def _get_list(self, system: str, what: str) -> list[Row]:
        found = self._get(system, what)
        return found if isinstance(found, list) else []

    def _get(self, system: str, what: str) -> "dict[str, object] | list[Row]":  # type: ignore[explicit-any]
        with urllib.request.urlopen(f"{self.urls[system]}/__emulator__/{what}") as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())  # type: ignore[no-any-return]

    def _post(self, system: str, what: str, body: object) -> None:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.urls[system]}/__emulator__/{what}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request).close()  # noqa: S310 - loopback
