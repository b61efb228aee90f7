"""The built wheel, installed into an empty environment, is the whole product: no file of the checkout is needed."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEADS = """Lead ID,First Name,Last Name,Company / Account,Email,Lead Status,Create Date,Last Modified Date
00Q5g00000XkT2b,Maria,Jiménez,Lumen,maria@lumen.example,Left Voicemail,2026-11-02,2026-11-12
00Q5g00000XkT2c,Jo,Ek,Balder,jo@balder.example,Working,2026-11-03,2026-11-13
"""

pytestmark = pytest.mark.timeout(280)


@pytest.fixture(scope="module")
def crmsync(tmp_path_factory):
    """The installed program; its dependencies are those of this environment, crmsync itself only comes by the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv")
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], cwd=folder, check=True, capture_output=True)
    (site,) = (folder / "venv" / "lib").glob("*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")

    def typed(*arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CRMSYNC", "COV"))}
        program = folder / "venv" / "bin" / "crmsync"
        return subprocess.run(
            [program, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False
        )

    typed.folder = folder
    typed.python = python
    return typed


def test_the_wheel_is_what_runs(crmsync):
    where = [crmsync.python, "-c", "import crmsync; print(crmsync.__file__)"]
    told = subprocess.run(where, cwd=crmsync.folder, capture_output=True, text=True, check=True).stdout
    assert Path(told.strip()).is_relative_to(crmsync.folder)


def test_a_workspace_made_by_the_wheel_is_valid_and_comes_to_rest(crmsync):
    """`init` makes the shipped template, and `check` finds it complete, valid and convergent."""
    assert crmsync("init", "acme").returncode == 0
    checked = crmsync("check", "-w", "acme")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "At rest" in checked.stdout


def test_the_demo_runs_from_the_wheel(crmsync):
    told = crmsync("demo")
    assert told.returncode == 0, told.stderr
    assert "unmatched left 0, right 0" in told.stdout


def test_a_preview_runs_from_the_wheel(crmsync):
    (crmsync.folder / "leads.csv").write_text(LEADS, "utf-8")
    told = crmsync("preview", "leads.csv")
    assert "Left Voicemail" in told.stdout, told.stdout + told.stderr
    assert "Nothing left this machine" in told.stdout


def test_help_loads_no_vendor_library_and_no_database(crmsync):
    ask = "import sys; from crmsync.cli.app import main; main(['--help']); print(sorted(sys.modules))"
    told = subprocess.run(
        [crmsync.python, "-c", ask], cwd=crmsync.folder, capture_output=True, text=True, check=True
    ).stdout
    assert "'typer'" in told
    heavy = ("simple_salesforce", "hubspot", "sqlalchemy", "sqlmodel", "uvicorn", "starlette", "holidays")
    assert [name for name in heavy if f"'{name}'" in told] == []
