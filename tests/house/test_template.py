"""The workspace template is found from a clone and from an installed wheel, and it is the repository's top level."""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("crmsync.yaml", "connectors", "mappings", "state/README.md", "systemd")
ASK = "import json; from crmsync.template import template_files; print(json.dumps(dict(template_files())))"


def top_level() -> dict[str, str]:
    places = [place for part in PARTS for place in (ROOT / part, *(ROOT / part).rglob("*")) if place.is_file()]
    return {place.relative_to(ROOT).as_posix(): place.read_text(encoding="utf-8") for place in places}


def ask(python: Path, path: Path | None, cwd: Path) -> dict[str, str]:
    environ = {"PYTHONPATH": str(path)} if path else {}
    ran = subprocess.run([python, "-c", ASK], cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    files: dict[str, str] = json.loads(ran.stdout)
    return files


def test_a_clone_carries_the_template(tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for part in PARTS:
        place = clone / part
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, place)
    (clone / "state" / "crmsync.db").write_bytes(b"somebody's data")
    assert ask(Path(sys.executable), clone / "src", tmp_path) == top_level()


@pytest.mark.timeout(180)
def test_an_installed_wheel_carries_the_template(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python)]
    install = [*pip, "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    assert ask(python, None, tmp_path) == top_level()
    assert (tmp_path / "venv" / "bin" / "crmsync").exists()


def test_without_a_template_the_words_say_what_to_do(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "lib" / "src", ignore=shutil.ignore_patterns("__pycache__"))
    environ = {"PYTHONPATH": str(tmp_path / "lib" / "src")}
    ran = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert "UnknownThing: This installation of crmsync lacks its workspace template" in ran.stderr
