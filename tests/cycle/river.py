"""One workspace beside two emulated CRMs: what every test of the whole river drives it with."""

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crmsync.agreement.model import Signoff
from crmsync.agreement.read import read_agreement
from crmsync.agreement.sign import sign
from crmsync.bootstrap import open_workspace
from crmsync.cycle import commands
from crmsync.cycle.run import CycleReport, run_once
from crmsync.cycle.wiring import Wiring
from crmsync.emulator.serving import Running
from crmsync.model.plans import RowState
from crmsync.settings.workspace import read_workspace
from crmsync.template import template_files

SIGNERS = (
    ("sales", "Dana Ruiz", "head of sales"),
    ("sales", "Gwen Ellis", "sales manager"),
    ("marketing", "Petra Lange", "head of marketing"),
)
SIGNOFFS = "mappings/agreement/signoffs.yaml"
SYSTEMS = ("salesforce", "hubspot")


class Quiet:
    """An observer that does not care."""

    def event(self, name, **facts):
        """Nothing is noted."""


class Awake:
    """A sleeper that never sleeps: connectors try again at once."""

    def sleep(self, seconds):
        """Return at once."""


class Passing:
    """A sleeper that lets the servers' clock go on instead of waiting."""

    def __init__(self, url):
        self.url = url

    def sleep(self, seconds):
        """Return at once, so many seconds later."""
        control(self.url, "clock", {"advance": seconds})


@cache
def signed_files() -> dict[str, str]:
    """The shipped workspace, signed by everybody who must."""
    return signed(template_files())


def signed(template: Mapping[str, str]) -> dict[str, str]:
    """These files, signed by everybody who must."""
    files = dict(template)
    agreed = {Path(name).name: text for name, text in files.items() if name.startswith("mappings/agreement/")}
    for role, name, job in SIGNERS:
        agreement = read_agreement(agreed)
        row = Signoff(role, name, job, date(2026, 12, 1), "", "mail")
        agreed["signoffs.yaml"] = files[SIGNOFFS] = sign(files[SIGNOFFS], agreement, row)
    return files


BESIDES = frozenset(
    """meetings queues lead_history contact_history campaigns campaign_members opportunities contact_roles
    form_submissions email_opens email_clicks contacts_history lists memberships imports deals""".split()
)
"""Optional streams: the tests of streams read them, to all others they would only cost calls."""


@cache
def lean_files(*streams: str) -> dict[str, str]:
    """The signed workspace without the optional streams, but for these."""
    files, unused = dict(signed_files()), BESIDES - set(streams)
    for name in ("mappings/salesforce.yaml", "mappings/hubspot.yaml"):
        head, *blocks = re.split(r"(?m)^(?=  \w+:)", files[name])
        files[name] = head + "".join(one for one in blocks if one.split(":")[0].strip() not in unused)
    return files


@dataclass
class River:
    """A workspace in a folder, the two CRMs it talks to, and the people who work there."""

    folder: Path
    running: Running
    wiring: Wiring
    opened: list[Wiring] = field(default_factory=list)

    # The workspace

    def open(self) -> "River":
        """Open the workspace as a new process would."""
        self.wiring = opened(self.folder, self.url("salesforce"))
        self.opened.append(self.wiring)
        return self

    def close(self) -> None:
        for one in self.opened:
            one.close()
        self.opened.clear()

    def reopen(self) -> "River":
        self.close()
        return self.open()

    def edit(self, name: str, *edits: tuple[str, str]) -> "River":
        """Change one file of the workspace (regular expressions, each must fit) and open it anew."""
        self._write(name, edits)
        return self.reopen()

    def modes(self, **modes: str) -> "River":
        """Switch kinds of change; `all="act"` means every kind. As after a restart, without the time it takes."""
        named = {r"\w+" if kind == "all" else kind: mode for kind, mode in modes.items()}
        self._write(
            "crmsync.yaml", [(rf"(?m)^(  {kind}): (?:ask|act|watch)\b", rf"\1: {mode}") for kind, mode in named.items()]
        )
        workspace = read_workspace((self.folder / "crmsync.yaml").read_text("utf-8"))
        self.wiring = replace(self.wiring, workspace=workspace)
        return self

    def _write(self, name: str, edits: Iterable[tuple[str, str]]) -> None:
        path = self.folder / name
        text = path.read_text("utf-8")
        for pattern, new in edits:
            text, hits = re.subn(pattern, new, text)
            assert hits, f"{pattern!r} is not in {name}"
        path.write_text(text, "utf-8")

    def beside(self, folder: Path) -> "River":
        """A second crmsync with a store of its own beside the same CRMs."""
        return River(folder, self.running, self.wiring)

    # Cycles

    def plan(self) -> commands.Planned:
        return commands.plan(self.wiring)

    def apply(self, number: str | None = None, **selection) -> commands.Applied:
        number = number or self.wiring.store.latest_plan().number
        return commands.apply(self.wiring, number, commands.Selection(**selection), "Uma Admin", 0)

    def cycle(self) -> CycleReport:
        return run_once(self.wiring)

    def start(self) -> commands.Applied | None:
        """The first plan, looked at and approved (if there is any), and every kind of change switched to act."""
        done = self.apply() if self.plan().rows else None
        self.modes(all="act")
        return done

    def until_quiet(self, most: int = 8) -> list[CycleReport]:
        """Cycles five minutes apart until one has nothing to do."""
        reports = []
        for _ in range(most):
            self.advance(300)
            reports.append(self.cycle())
            if not (reports[-1].counts["applied"] or reports[-1].decided or self.open_intents()):
                return reports
        raise AssertionError([one.counts for one in reports])

    def open_intents(self) -> int:
        states = (RowState.INTENT, RowState.SENT, RowState.IN_DOUBT, RowState.RETRYABLE)
        return len(self.wiring.store.intents(states))

    # The CRMs

    def url(self, system: str) -> str:
        return self.running.salesforce_url if system == "salesforce" else self.running.hubspot_url

    def control(self, system: str, name: str, body: object = None):
        return control(self.url(system), name, body)

    def load(self, system: str, *rows: dict) -> None:
        """Rows as a machine would bring them, past the API."""
        self.control(system, "load", list(rows))

    def people(self, system: str, actor: str, *steps: dict) -> None:
        self.control(system, "actors", [{"actor": actor, "do": list(steps)}])

    def edits(self, system: str, type_: str, id_: str, actor: str = "0055g0000000001AAA", **fields) -> None:
        """Somebody edits one record."""
        self.people(system, actor, {"op": "update", "type": type_, "id": id_, "fields": fields})

    def fault(self, system: str, **fault) -> None:
        self.control(system, "faults", [fault])

    def heal(self, system: str) -> None:
        request = urllib.request.Request(f"{self.url(system)}/__emulator__/faults", method="DELETE")  # noqa: S310 - loopback
        urllib.request.urlopen(request).close()  # noqa: S310 - loopback

    def at(self, instant: str) -> None:
        self.control("salesforce", "clock", {"set": instant})

    def advance(self, seconds: float) -> None:
        self.control("salesforce", "clock", {"advance": seconds})

    def audit(self, system: str | None = None) -> list[dict]:
        """Every record API clients wrote, in both CRMs."""
        names = (system,) if system else SYSTEMS
        return [row for name in names for row in self.control(name, "audit")]

    def calls(self) -> Counter[str]:
        """How often API clients called, by system, method and route."""
        return Counter(
            {f"{one} {route}": n for one in SYSTEMS for route, n in self.control(one, "calls")["by"].items()}
        )

    def values(self, system: str, type_: str, id_: str) -> dict:
        """What a record says now, past the API."""
        crm: Any = self.running.stage.crm(system)
        with self.running.world.lock:
            if system == "salesforce":
                return dict(crm.tables[type_].get(id_).values)
            return dict(crm.books.state.tables[type_].find(id_).properties)

    def tasks(self) -> list[dict]:
        """Every task with our key, deleted ones too."""
        crm: Any = self.running.stage.crm("salesforce")
        with self.running.world.lock:
            rows = [dict(one.values) for one in crm.tables["Task"]]
        return [one for one in rows if str(one.get("CRMSync_Key__c") or "").startswith("cs1-")]

    # What crmsync tells

    def set_aside(self) -> Counter[str]:
        return Counter(one.cause for one in self.wiring.store.set_aside_open())

    def unmatched(self) -> tuple[int, int]:
        """What stands only in the CRMs' audit, and only in our log, on (record, field, value after)."""
        theirs = Counter(
            (str(row["id"]), name, plain(after))
            for row in self.audit()
            for name, (_, after) in row["changes"].items()
            if after is not None
        )
        ours = Counter((one.ref.id, one.vendor_field, plain(one.after)) for one in self.wiring.store.applied_writes())
        return (theirs - ours).total(), (ours - theirs).total()


def plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def control(url: str, name: str, body: object = None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/__emulator__/{name}", data, method="GET" if data is None else "POST")  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


def opened(folder: Path, url: str) -> Wiring:
    with patch("crmsync.bootstrap.RealSleeper", Awake):
        return replace(open_workspace(folder, Quiet()), sleeper=Passing(url))


def workspace(folder: Path, running: Running, files: dict[str, str] | None = None, writes: str = "on") -> River:
    """Write the workspace into a folder, pointed at these CRMs, with its tokens, and open it."""
    for name, text in (files or lean_files()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for system, url in (("salesforce", running.salesforce_url), ("hubspot", running.hubspot_url)):
        path = folder / "connectors" / f"{system}.yaml"
        if not path.is_file():
            continue
        text = re.sub(r"base_url: \S+", f"base_url: {url}", path.read_text("utf-8"))
        path.write_text(re.sub(r"writes: \w+", f"writes: {writes}", text), "utf-8")
    secrets(folder, running.token)
    return River(folder, running, None).open()


def secrets(folder: Path, token: str) -> None:
    """The secrets of a workspace, readable by its owner only."""
    place = folder / "secrets"
    place.mkdir(exist_ok=True)
    named = {"salesforce_client_id": "crmsync", "salesforce_client_secret": token, "hubspot_token": token}
    for name, value in named.items():
        path = place / name
        with suppress(FileNotFoundError):
            path.unlink()
        path.write_text(value, "utf-8")
        path.chmod(0o600)
