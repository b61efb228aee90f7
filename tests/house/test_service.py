"""The service file is understood by systemd word for word, and is hardened."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ANALYZE = shutil.which("systemd-analyze")

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: the service is not checked")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The shipped units with a program that exists on every machine."""
    text = (ROOT / "systemd" / "crmsync.service").read_text(encoding="utf-8")
    installed = text.replace("/usr/local/bin/crmsync", "/bin/true")
    assert installed != text
    (tmp_path / "crmsync.service").write_text(installed, encoding="utf-8")
    shutil.copy(ROOT / "systemd" / "crmsync.timer", tmp_path)
    return tmp_path


def analyze(units: Path, *words: str) -> tuple[int, str]:
    ran = subprocess.run(["systemd-analyze", *words], cwd=units, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_systemd_understands_every_word(units):
    assert analyze(units, "verify", "./crmsync.service", "./crmsync.timer") == (0, "")


def test_an_unknown_word_would_be_noticed(units):
    with (units / "crmsync.service").open("a", encoding="utf-8") as unit:
        unit.write("WatchDogSec=3\n")
    assert analyze(units, "verify", "./crmsync.service") != (0, "")


def test_the_service_can_do_little_else(units):
    code, said = analyze(units, "security", "--offline=true", "--threshold=15", "./crmsync.service")
    assert code == 0, said
