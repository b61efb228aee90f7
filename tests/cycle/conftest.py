"""Two emulated CRMs for a whole file of tests, a fresh workspace for each."""

import pytest

from crmsync.emulator import serve
from tests.cycle import town as streets
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
