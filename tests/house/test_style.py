"""The clock is read in one place, and every exception from the rules says why."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUFF = Path(sys.executable).parent / "ruff"


def complaints(path: str, source: str) -> set[str]:
    command = [RUFF, "check", "--select", "TID251", "--output-format", "concise", "--stdin-filename", path, "-"]
    ran = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return set(re.findall(r"\b[A-Z]+\d+\b", ran.stdout))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\n\nat = datetime.now(UTC)\n",
        "import datetime\n\nat = datetime.datetime.utcnow()\n",
        "from datetime import date\n\nday = date.today()\n",
        "import time\n\nat = time.time()\n",
        "from time import sleep\n\nsleep(1)\n",
    ],
)
def test_only_the_clock_reads_the_time(source):
    for room in (
        "rules/sla.py",
        "connectors/policy.py",
        "state/store.py",
        "cycle/run.py",
        "cli/run.py",
        "bootstrap.py",
    ):
        assert complaints(f"src/crmsync/{room}", source) == {"TID251"}, room
    assert complaints("src/crmsync/cycle/clock.py", source) == set()


def test_every_ignored_rule_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-tidy-imports]")]
    bare = [
        line for line in lint.splitlines() if re.search(r'"[A-Z]+\d*"', line) and "ALL" not in line and "#" not in line
    ]
    assert bare == []


def test_every_exception_in_the_code_says_why():
    places = [*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]
    lines = [(path.name, line) for path in places for line in path.read_text(encoding="utf-8").splitlines()]
    mark = re.compile(r"#\s*noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(.*)$")
    found = [(name, line.strip(), mark.search(line)) for name, line in lines]
    assert [(name, line) for name, line, match in found if match and not match[1].strip(" -:#")] == []


TOUCHES = """
import socket, sqlite3, subprocess, sys
from pathlib import Path

def test_reads_a_file():
    Path(__file__).with_suffix(".txt").exists() or Path("note.txt").read_text()

def test_swallows_it():
    try:
        open("note.txt").close()
    finally:
        pass

def test_opens_a_database():
    sqlite3.connect(":memory:").close()

def test_opens_a_socket():
    socket.socket().close()

def test_starts_a_program():
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_takes_values_and_gives_values():
    assert 1 + 1 == 2
"""


@pytest.mark.parametrize("room,failed", [("rules", 5), ("mappings", 5), ("model", 5), ("state", 0)])
def test_a_core_test_that_touches_the_outside_fails(tmp_path, room, failed):
    (tmp_path / "tests" / room).mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / room / "test_planted.py").write_text(TOUCHES, encoding="utf-8")
    (tmp_path / "note.txt").write_text("hello", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "tests"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{failed} failed, {6 - failed} passed" in ran.stdout if failed else "6 passed" in ran.stdout, ran.stdout
