"""What every test has: hypothesis without a stopwatch, and core tests that touch no file, socket or database."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).resolve().parent
CORE = tuple(TESTS / room for room in ("agreement", "exports", "mappings", "model", "reconcile", "rules", "settings"))
CODE = (".py", ".pyc", ".so", ".pyd")
OUTSIDE = frozenset(
    {
        "open",
        "os.system",
        "shutil.copyfile",
        "socket.__new__",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "sqlite3.connect",
        "subprocess.Popen",
    }
)

settings.register_profile(
    "gate",
    deadline=None,
    derandomize=True,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no finding
)
settings.register_profile(
    "sweep", deadline=None, max_examples=5000, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("CRMSYNC_HYPOTHESIS", "gate"))


class OutsideWorld:
    """Notices, while armed, what a core test does outside of values; audit hooks can never be taken back."""

    def __init__(self) -> None:
        self.armed = False
        self.touched: list[str] = []

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.armed and event in OUTSIDE and not reads_code(event, arguments):
            self.touched.append(f"{event} {arguments[:1]}")

    def arm(self) -> None:
        self.armed, self.touched = True, []

    def disarm(self) -> list[str]:
        self.armed = False
        return self.touched


WORLD = OutsideWorld()
sys.addaudithook(WORLD.hook)


def reads_code(event: str, arguments: tuple[object, ...]) -> bool:
    """Importing code, printing its lines, zone tables of the system, hypothesis' own notes: no I/O of ours."""
    path = arguments[0] if event == "open" and arguments else ""
    if isinstance(path, int):
        return True  # a file that was opened before, under its name
    name = os.fsdecode(path) if isinstance(path, str | bytes) else ""
    ours = not any(folder in name for folder in ("/zoneinfo/", "/.hypothesis/"))
    return not ours or name.endswith(CODE) or name.startswith((sys.prefix, sys.base_prefix))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Arm the alarm around the body of a core test; fixtures may read files before it."""
    if not any(room in item.path.parents for room in CORE):
        return (yield)
    WORLD.arm()
    try:
        yield
    finally:
        touched = WORLD.disarm()
    if touched:
        pytest.fail(f"A core test takes values and gives values; this one touched: {touched}", pytrace=False)
    return None
