"""The shipped service: systemd understands every word, it can do little else, and it fits what the program does."""

import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from crmsync import daemon
from crmsync.cli import codes
from crmsync.cli.app import app
from crmsync.settings.secrets import NAMES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "systemd" / "crmsync.service").read_text(encoding="utf-8")
PROGRAM = "/usr/local/bin/crmsync"

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not installed (apt-get install systemd): the service is not checked by systemd itself",
)


def lines() -> list[tuple[str, str]]:
    rows = (line.partition("=") for line in TEXT.splitlines() if "=" in line and not line.startswith("#"))
    return [(name, value) for name, _, value in rows]


def value(name: str) -> str:
    found = [one for key, one in lines() if key == name]
    assert len(found) == 1, (name, found)
    return found[0]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The shipped unit with a program that exists on every machine."""
    installed = TEXT.replace(PROGRAM, "/bin/true")
    assert installed != TEXT
    (tmp_path / "crmsync.service").write_text(installed, encoding="utf-8")
    return tmp_path


def analyze(unit: Path, *words: str) -> tuple[int, str]:
    ran = subprocess.run(["systemd-analyze", *words], cwd=unit, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


@systemd
def test_systemd_understands_every_word(unit):
    assert analyze(unit, "verify", "./crmsync.service") == (0, "")


@systemd
def test_an_unknown_word_would_be_noticed(unit):
    with (unit / "crmsync.service").open("a", encoding="utf-8") as text:
        text.write("[Service]\nWatchDogSec=3\n")
    assert analyze(unit, "verify", "./crmsync.service") != (0, "")


@systemd
def test_its_exposure_is_eleven_tenths_or_less(unit):
    code, said = analyze(unit, "security", "--offline=true", "--threshold=11", "./crmsync.service")
    assert code == 0, said


@systemd
@pytest.mark.parametrize(
    "word", ["ProtectClock=yes\n", "CapabilityBoundingSet=\n", "SystemCallFilter=~@privileged @resources\n"]
)
def test_the_exposure_would_tell_a_missing_protection(unit, word):
    path = unit / "crmsync.service"
    text = path.read_text(encoding="utf-8")
    assert text.count(word) == 1
    path.write_text(text.replace(word, ""), encoding="utf-8")
    assert analyze(unit, "security", "--offline=true", "--threshold=11", "./crmsync.service")[0] == 1


@systemd
def test_with_a_proxy_on_the_machine_the_exposure_is_nine_tenths(unit):
    with (unit / "crmsync.service").open("a", encoding="utf-8") as text:
        text.write("[Service]\nIPAddressDeny=any\nIPAddressAllow=localhost\n")
    assert analyze(unit, "security", "--offline=true", "--threshold=9", "./crmsync.service")[0] == 0


def test_it_starts_a_command_that_exists_on_the_workspace_it_describes():
    program, *words = value("ExecStart").split()
    assert (program, words) == (PROGRAM, ["-w", "/etc/crmsync", "run"])
    assert "run" in typer.main.get_command(app).commands


def test_it_leaves_the_program_the_time_that_it_takes_to_end():
    assert value("TimeoutStopSec") == "30s"
    assert daemon.GRACE < 30
    assert value("KillMode") == "mixed"


def test_what_only_a_person_can_mend_is_not_started_again():
    assert value("Restart") == "on-failure"
    final = {codes.USAGE, codes.STORE_HELD, codes.STORE_UNUSABLE}
    assert {int(one) for one in value("RestartPreventExitStatus").split()} == final


def test_it_is_told_by_the_program_itself_how_it_is():
    assert (value("Type"), value("NotifyAccess"), value("WatchdogSec")) == ("notify", "main", "5min")


def test_secrets_come_as_credentials_under_the_names_the_program_looks_for():
    credentials = [one.split(":") for name, one in lines() if name == "LoadCredential"]
    assert {name for name, _ in credentials} <= set(NAMES)
    assert all(path == f"/etc/crmsync/secrets/{name}" for name, path in credentials)
    assert "secret" not in " ".join(one.lower() for name, one in lines() if name.startswith("Environment"))


def test_it_runs_as_nobody_and_owns_nothing_but_its_state():
    assert (value("DynamicUser"), value("StateDirectory"), value("ProtectSystem")) == ("yes", "crmsync", "strict")
    assert not [one for name, one in lines() if name in {"User", "ReadWritePaths", "Environment"}]
    assert "store: sqlite:////var/lib/crmsync/crmsync.db" in TEXT
