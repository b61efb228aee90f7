"""One empty store per test, on SQLite and on PostgreSQL; the schema is made once and then reused."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from crmsync.state import Store, open_store
from crmsync.state.tables import METADATA
from tests.state.builders import SetClock
from tests.state.postgres import fresh_schema

BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture
def clock() -> SetClock:
    """The one clock of the test."""
    return SetClock()


@pytest.fixture(params=BOTH)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that nobody has opened yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/state/crmsync.db"
    else:
        yield from fresh_schema()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store with its schema in place."""
    if request.param == "postgresql":
        shared: str = request.getfixturevalue("shared_schema")
        empty(shared)
        return shared
    template = request.getfixturevalue("template_file")
    (tmp_path / "state").mkdir()
    shutil.copyfile(template, tmp_path / "state" / "crmsync.db")
    return f"sqlite:///{tmp_path}/state/crmsync.db"


@pytest.fixture
def store(url: str, clock: SetClock) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store that was opened once."""
    path = tmp_path_factory.mktemp("template") / "crmsync.db"
    open_store(f"sqlite:///{path}", clock=SetClock()).close()
    return path


@pytest.fixture(scope="session")
def shared_schema() -> Iterator[str]:
    """A PostgreSQL schema that was opened once."""
    for address in fresh_schema():
        open_store(address, clock=SetClock()).close()
        yield address


def empty(address: str) -> None:
    """Remove every row."""
    plain, _, schema = address.replace("postgresql://", "postgresql+psycopg://").rpartition("schema=")
    engine = create_engine(plain[:-1])
    names = ", ".join(f'{schema}."{name}"' for name in METADATA.tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
    engine.dispose()
