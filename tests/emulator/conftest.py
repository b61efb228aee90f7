"""Two served CRMs for the tests that need real sockets: started once per file, reset for every test."""

from collections.abc import Iterator

import pytest
import requests

from crmsync.emulator import Running, serve
from tests.emulator.caller import Caller


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with serve("empty", seed=1) as running:
        yield running


@pytest.fixture
def caller(served: Running) -> Iterator[Caller]:
    with requests.Session() as session:
        session.trust_env = False
        served.stage.reset()
        yield Caller(served, session)
    served.stage.reset()
