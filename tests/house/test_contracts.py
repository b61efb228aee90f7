"""Every contract between the rooms is broken once in a copy of the package and must be named."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}

# contract -> files to plant (path in the package -> text), and what must be said about each.
PLANTS: Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    "rooms": (
        {"model/planted.py": "import crmsync.rules.status", "rules/planted.py": "import crmsync.reconcile"},
        ("model is not allowed to import crmsync.rules", "rules is not allowed to import crmsync.reconcile"),
    ),
    "middle-rooms": (
        {
            "mappings/planted.py": "import crmsync.state",
            "state/planted.py": "import crmsync.connectors",
            "exports/planted.py": "import crmsync.mappings",
        },
        (
            "crmsync.mappings.planted -> crmsync.state",
            "crmsync.state.planted -> crmsync.connectors",
            "crmsync.exports.planted -> crmsync.mappings",
        ),
    ),
    "vendors": (
        {"connectors/hubspot/planted.py": "import crmsync.connectors.salesforce"},
        ("crmsync.connectors.hubspot.planted -> crmsync.connectors.salesforce",),
    ),
    "nouns-only": (
        {
            "connectors/planted.py": "import crmsync.agreement",
            "state/planted.py": "import crmsync.rules",
            "telemetry/planted.py": "import crmsync.settings",
        },
        (
            "crmsync.connectors.planted -> crmsync.agreement",
            "crmsync.state.planted -> crmsync.rules",
            "crmsync.telemetry.planted -> crmsync.settings",
        ),
    ),
    "plumbing-without-meaning": (
        {"mappings/planted.py": "import crmsync.rules.status"},
        ("crmsync.mappings.planted -> crmsync.rules.status",),
    ),
    "reports-never-fetch": (
        {"reports/planted.py": "import crmsync.state"},
        ("crmsync.reports.planted -> crmsync.state",),
    ),
    "tables": (
        {"cycle/planted.py": "import crmsync.state.tables"},
        ("crmsync.cycle.planted -> crmsync.state.tables",),
    ),
    "emulator-alone": (
        {"emulator/planted.py": "import crmsync.model.records"},
        ("crmsync.emulator.planted -> crmsync.model.records",),
    ),
    "emulator-started-by": (
        {"cli/planted.py": "import crmsync.emulator"},
        ("crmsync.cli.planted -> crmsync.emulator",),
    ),
    "one-caller": (
        {"cli/planted.py": "import crmsync.reconcile.guard"},
        ("crmsync.cli.planted -> crmsync.reconcile.guard",),
    ),
    "thin-entrances": (
        {"cli/planted.py": "import crmsync.cycle.prove\nimport crmsync.settings.read"},
        ("crmsync.cli.planted -> crmsync.cycle.prove", "crmsync.cli.planted -> crmsync.settings.read"),
    ),
    "crm-libraries": (
        {"cycle/planted.py": "import requests", "state/planted.py": "import hubspot"},
        ("crmsync.cycle.planted -> requests", "crmsync.state.planted -> hubspot"),
    ),
    "store-libraries": (
        {"cycle/planted.py": "import sqlalchemy", "connectors/planted.py": "import sqlite3"},
        ("crmsync.cycle.planted -> sqlalchemy", "crmsync.connectors.planted -> sqlite3"),
    ),
    "server-libraries": (
        {"cycle/planted.py": "import starlette"},
        ("crmsync.cycle.planted -> starlette",),
    ),
    "no-circles": (
        {
            "rules/planted_one.py": "import crmsync.rules.planted_two",
            "rules/planted_two.py": "import crmsync.rules.planted_one",
        },
        ("No cycles are allowed in crmsync.rules", "planted_"),
    ),
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with the repository's contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src" / "crmsync", tmp_path / "crmsync", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "crmsync"


def lint(package: Path, *only: str) -> tuple[int, str]:
    chosen = [word for contract in only for word in ("--contract", contract)]
    command = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache", *chosen]
    ran = subprocess.run(
        command,
        cwd=package.parent,
        env={"PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, " ".join((ran.stdout + ran.stderr).split())


def plant(package: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (package / path).write_text(f"{text}\n", encoding="utf-8")


def test_the_house_keeps_its_contracts(package):
    code, said = lint(package)
    assert code == 0, said


@pytest.mark.parametrize("contract", sorted(set(CONTRACTS) - {"pure-rooms"}))
def test_a_planted_violation_is_named(package, contract):
    files, expected = PLANTS[contract]
    plant(package, files)
    code, said = lint(package, contract)
    assert code == 1, said
    assert f"{CONTRACTS[contract]['name']} BROKEN" in said
    for words in expected:
        assert words in said


def test_each_library_is_named_in_each_pure_room(package):
    contract = CONTRACTS["pure-rooms"]
    rooms, libraries = contract["source_modules"], contract["forbidden_modules"]
    imports = "\n".join(f"import {library}" for library in libraries)
    plant(package, {f"{room.removeprefix('crmsync.')}/planted.py": imports for room in rooms})
    code, said = lint(package, "pure-rooms")
    assert code == 1
    unnamed = [(room, one) for room in rooms for one in libraries if f"{room}.planted -> {one} " not in said]
    assert unnamed == []


def test_the_pure_rooms_and_the_libraries_are_those_of_the_design():
    contract = CONTRACTS["pure-rooms"]
    rooms = (
        "model settings agreement rules reconcile mappings exports".split()
    )  # exports: later than the design, as pure
    libraries = """sqlmodel sqlalchemy requests simple_salesforce hubspot apscheduler tenacity structlog logging socket
        time random uuid threading asyncio holidays zoneinfo""".split()
    assert {f"crmsync.{room}" for room in rooms} == set(contract["source_modules"])
    assert set(libraries) <= set(contract["forbidden_modules"])


def test_a_new_room_must_find_its_place(package):
    (package / "attic").mkdir()
    plant(package, {"attic/__init__.py": ""})
    code, said = lint(package, "rooms")
    assert code == 1
    assert "attic" in said
