"""The two commands, the lock, and the promise that no package index is named anywhere."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower())


def test_the_lock_holds_names_versions_and_hashes_only():
    line = re.compile(r"[a-z0-9.-]+==[\w.+!]+( ; [^\\]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in LOCK.splitlines() if not line.fullmatch(text)] == []


def test_every_requirement_has_a_hash():
    for block in re.split(r"\n(?=\S)", LOCK.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_declared_dependency_is_locked():
    locked = {name_of(line) for line in LOCK.splitlines() if line and not line.startswith(" ")}
    groups = [*PROJECT["project"]["optional-dependencies"].values(), *PROJECT["dependency-groups"].values()]
    declared = {
        name_of(one) for one in (*PROJECT["project"]["dependencies"], *(one for group in groups for one in group))
    }
    assert declared <= locked


def test_no_package_index_is_named_anywhere():
    index = re.compile(rb"https?://[^\s\"']*(?:py" rb"pi|/sim" rb"ple\b)|--(?:extra-)?index-url[ =]")
    folders = {".git", ".venv", ".boot", "__pycache__", "htmlcov", "dist", "build"}
    named = []
    for place, inside, files in os.walk(ROOT):
        inside[:] = [one for one in inside if one not in folders and not one.endswith(("_cache", ".hypothesis"))]
        named += [Path(place) / one for one in files if index.search((Path(place) / one).read_bytes())]
    assert named == []


def test_ci_is_make_test_and_nothing_else():
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    commands = [line for line in run.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_make_demo_and_make_test_need_nothing_but_the_environment():
    for target in ("demo", "test"):
        ran = subprocess.run(
            ["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert "scripts/environment.sh" in ran.stdout
    assert ".venv/bin/python scripts/check.py" in ran.stdout


def test_the_top_level_is_a_workspace():
    for path in ("crmsync.yaml", "connectors", "mappings/agreement", "state/README.md", "systemd/crmsync.service"):
        assert (ROOT / path).exists(), path
    assert (ROOT / "README.md").is_file()
