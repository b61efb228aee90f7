"""The two commands, the lock, and the promise that no package index is named anywhere."""

import importlib
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


def test_a_python_that_is_too_old_is_told_in_one_sentence(tmp_path):
    ran = subprocess.run(
        ["sh", ROOT / "scripts" / "environment.sh"],
        cwd=tmp_path,
        env={"PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("crmsync needs Python 3.11 or newer")
    assert list(tmp_path.iterdir()) == []


def test_every_stage_runs_and_the_failed_ones_are_named(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    check = importlib.import_module("check")
    stages = [
        check.Stage(title, ("python", "-c", f"raise SystemExit({code})"))
        for title, code in (("a", 0), ("b", 3), ("c", 0))
    ]
    monkeypatch.setattr(check, "STAGES", tuple(stages))
    assert check.main() == 1
    said = capsys.readouterr().out
    assert said.rstrip().endswith("FAILED: b")
    assert [line.split()[:2] for line in said.splitlines() if line.startswith(("passed", "FAILED  "))] == [
        ["passed", "a"],
        ["FAILED", "b"],
        ["passed", "c"],
    ]


def test_the_gate_is_as_strict_as_the_house(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    stages = {stage.title: stage.command for stage in importlib.import_module("check").STAGES}
    assert [stages[title][0] for title in ("style", "format", "types", "rooms", "dependencies")] == [
        "ruff",
        "ruff",
        "mypy",
        "lint-imports",
        "deptry",
    ]
    assert {"pytest", "--cov=crmsync.rules"} <= set(stages["laws"])
    tool = PROJECT["tool"]
    assert tool["ruff"]["lint"]["select"] == ["ALL"]
    assert tool["mypy"]["strict"]
    assert tool["pytest"]["ini_options"]["filterwarnings"][0] == "error"
    assert "--allow-hosts=127.0.0.1" in tool["pytest"]["ini_options"]["addopts"]
    assert tool["coverage"]["run"]["branch"]
    assert tool["coverage"]["report"]["fail_under"] >= 85


def test_every_test_runs_in_exactly_one_stage_of_the_gate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    stages = importlib.import_module("check").STAGES
    given = [word for stage in stages for word in stage.command if word.startswith("tests/")]
    there = list((ROOT / "tests").rglob("test_*.py"))
    assert all(sum(path.is_relative_to(ROOT / name) for name in given) == 1 for path in there)
