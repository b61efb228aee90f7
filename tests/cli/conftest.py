"""Commands typed in this process against two emulated CRMs; one workspace is lived in once, many tests look at it."""

import contextlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crmsync import bootstrap
from crmsync.cli.app import main
from crmsync.emulator import Running, serve

SIGNERS = (
    ("sales", "Dana Ruiz", "head of sales"),
    ("sales", "Gwen Ellis", "sales manager"),
    ("marketing", "Petra Lange", "head of marketing"),
)


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        found: dict = json.loads(self.out)
        return found

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def typed(*arguments: object) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(one) for one in arguments])
    return Said(code, out.getvalue(), err.getvalue())


@dataclass
class Lived:
    """A workspace in which the first day was lived, with what every command said on the way."""

    folder: Path
    running: Running
    said: dict[str, Said] = field(default_factory=dict)
    number: str = ""

    def type(self, name: str, *arguments: object) -> Said:
        self.said[name] = typed("-w", self.folder, *arguments)
        return self.said[name]


def connect(folder: Path, salesforce: str, hubspot: str, *, writes: bool = True) -> None:
    for system, url in (("salesforce", salesforce), ("hubspot", hubspot)):
        path = folder / "connectors" / f"{system}.yaml"
        text = re.sub(r"base_url: .*", f"base_url: {url}", path.read_text("utf-8"))
        path.write_text(text.replace("writes: off", "writes: on") if writes else text, "utf-8")


def secrets(folder: Path, token: str) -> None:
    (folder / "secrets").mkdir(exist_ok=True)
    for name in ("salesforce_client_id", "salesforce_client_secret", "hubspot_token"):
        path = folder / "secrets" / name
        path.write_text("crmsync" if name.endswith("_id") else token, "utf-8")
        path.chmod(0o600)


def sign(folder: Path) -> list[Said]:
    return [
        typed("agreement", "sign", "-w", folder, "--role", role, "--name", name, "--job", job, "--on", "2026-11-20")
        for role, name, job in SIGNERS
    ]


@pytest.fixture(scope="session")
def crms() -> Iterator[Running]:
    with serve("demo", seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def lived(crms: Running, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """init, doctor, plan unsigned, sign, plan, apply five, apply the rest, two more cycles."""
    day = Lived(tmp_path_factory.mktemp("lived") / "halden", crms)
    day.said["init"] = typed("init", day.folder)
    connect(day.folder, crms.salesforce_url, crms.hubspot_url, writes=False)
    secrets(day.folder, crms.token)
    day.type("doctor closed", "doctor")
    day.type("plan closed", "plan")
    connect(day.folder, crms.salesforce_url, crms.hubspot_url)
    day.type("plan unsigned", "plan")
    day.number = day.type("plan unsigned json", "plan", "--json").json["plan"]
    day.type("apply unsigned", "apply", day.number)
    for at, said in enumerate(sign(day.folder)):
        day.said[f"sign {at}"] = said
    day.number = day.type("plan json", "plan", "--json").json["plan"]
    day.type("plan", "plan")
    day.type("log held", "log")
    day.type("apply five", "apply", day.number, "--limit", "5", "--by", "Dana Ruiz", "--json")
    day.type("explain held", "explain", _first_held(day))
    day.type("apply rest", "apply", day.number, "--by", "Dana Ruiz")
    day.type("run", "run", "--once")
    day.type("run again", "run", "--once", "--json")
    return day


def _first_held(day: Lived):
    rows = day.said["plan json"].json["rows"]
    return next(
        row["id"] for row in rows[50:] if row["because"] == "status.call_outcome" and row["system"] == "salesforce"
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A fresh workspace that reaches nothing: closed ports, made-up secrets."""
    folder = tmp_path / "fresh"
    assert typed("init", folder).code == 0
    connect(folder, "http://127.0.0.1:9", "http://127.0.0.1:9")
    secrets(folder, "made-up-token")
    return folder


@pytest.fixture
def copied(lived: Lived, tmp_path: Path) -> Path:
    """A copy of the lived workspace, to be spoiled."""
    folder = tmp_path / "copy"
    shutil.copytree(lived.folder, folder)
    return folder


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Nobody waits between tries."""
    monkeypatch.setattr(bootstrap.RealSleeper, "sleep", lambda *_: None)
    return lambda: None
