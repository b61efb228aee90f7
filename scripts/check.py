"""Everything a change has to pass, stage by stage; every stage runs, the failed ones are named at the end."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def holds_tests(path: Path) -> bool:
    """Whether this is a folder or file of tests."""
    return path.match("test_*.py") or (path.is_dir() and next(path.rglob("test_*.py"), None) is not None)


@dataclass(frozen=True)
class Stage:
    """One check: what it is about, and the command that makes it (exit code 0: passed)."""

    title: str
    command: tuple[str, ...]


LAWS = ("agreement", "connectors", "exports", "mappings", "reconcile", "rules", "settings", "state")
"""The rooms proved by values, each measured by its own tests; following every branch takes twice the time."""
MEASURED = tuple(f"--cov=crmsync.{room}" for room in (*LAWS, "model"))
RIVER = sorted(path.name for path in (ROOT / "tests").iterdir() if path.name not in LAWS and holds_tests(path))
"""All the rest of the tests: whole commands, cycles and processes over HTTP, which wait a good part of their time."""
TESTS = ("python", "-m", "pytest", "--durations=10")


STAGES = (
    Stage("style", ("ruff", "check", ".")),
    Stage("format", ("ruff", "format", "--check", ".")),
    Stage("types", ("mypy", "src", "tests")),
    Stage("rooms", ("lint-imports", "--no-logo", "--no-cache")),
    Stage("dependencies", ("deptry", "src")),
    Stage(
        "laws", (*TESTS, "-n", "2", *MEASURED, "--cov-report=term:skip-covered", *(f"tests/{room}" for room in LAWS))
    ),
    Stage("river", (*TESTS, "-n", "3", "--no-cov", *(f"tests/{name}" for name in RIVER))),
)


def main() -> int:
    """Run every stage and sum up; 1 where one failed."""
    results = [(stage, *run(stage)) for stage in STAGES]
    print("\n==== summary ====")
    for stage, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED':8}{stage.title:14}{seconds:6.1f} s   {' '.join(stage.command)}")
    failed = [stage.title for stage, code, _ in results if code != 0]
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed. Skipped tests, if any, are listed above.")
    return 1 if failed else 0


def run(stage: Stage) -> tuple[int, float]:
    """Run one stage, its output shown as it comes; gives exit code and seconds."""
    print(f"\n==== {stage.title} ====", flush=True)
    start = time.monotonic()
    program, *arguments = stage.command
    code = subprocess.run([str(BIN / program), *arguments], cwd=ROOT, check=False).returncode  # noqa: S603  our own
    return code, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
