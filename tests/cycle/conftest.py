"""Two emulated CRMs for a whole file of tests, a fresh workspace for each."""

import pytest

from crmsync.emulator import serve
from tests.conformance.memo import Book
from tests.cycle import town as streets
from tests.cycle.beside_memo import Watched, copied, peopled, read_once
from tests.cycle.river import workspace
from tests.cycle.town import NINE, Town


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        streets.settle(both.stage)
        yield both


@pytest.fixture
def river(running, tmp_path):
    """A signed workspace with writes on, beside a company without people, on Wednesday 2 December at nine."""
    running.stage.reset()
    running.world.clock.freeze(False)
    made = workspace(tmp_path / "workspace", running)
    made.at(NINE)
    made.control("salesforce", "clock", {"freeze": True})
    yield made
    made.close()


@pytest.fixture
def town(river) -> Town:
    return Town(river)


# Beside Memo alone ---------------------------------------------------------------------------------------------------


@pytest.fixture
def book() -> Book:
    return peopled()


@pytest.fixture
def memo(book) -> Watched:
    return Watched(book)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    return read_once(tmp_path_factory.mktemp("workspace"))


@pytest.fixture
def wiring(read, memo, tmp_path):
    with copied(read, memo, tmp_path) as opened:
        yield opened
