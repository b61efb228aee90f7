"""One store per test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmsync.state import Store, open_store
from tests.state.builders import SetClock
from tests.state.postgres import fresh_schema


@pytest.fixture
def clock() -> SetClock:
    """The one clock of the test."""
    return SetClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/state/crmsync.db"
    else:
        yield from fresh_schema()


@pytest.fixture
def store(url: str, clock: SetClock) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url, clock=clock)
    yield opened
    opened.close()
