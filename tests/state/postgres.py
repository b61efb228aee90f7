"""A PostgreSQL to test against: CRMSYNC_TEST_PG, else the system's own binaries, else skip and say so."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/pgsql-*/bin")


def fresh_schema() -> Iterator[str]:
    """The address of a schema of its own, dropped afterwards; skips the test where there is no server."""
    dsn = _server()
    if dsn is None:
        pytest.skip("no PostgreSQL: set CRMSYNC_TEST_PG or install the server's binaries")
    schema = f"t{uuid.uuid4().hex}"
    yield f"{dsn}{'&' if '?' in dsn else '?'}schema={schema}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())


@cache
def _server() -> str | None:
    given = os.environ.get("CRMSYNC_TEST_PG")
    if given:
        return given
    binaries = _binaries()
    return _start(binaries) if binaries else None


def _binaries() -> Path | None:
    for pattern in PLACES:
        base, _, rest = pattern.partition("*")
        found = sorted(Path(base).parent.glob(f"{Path(base).name}*{rest}")) if rest else [Path(pattern)]
        for place in reversed(found):
            if (place / "initdb").exists() and (place / "pg_ctl").exists():
                return place
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _start(binaries: Path) -> str | None:
    """Start a throw-away server on a socket of its own and stop it when the tests end."""
    user = _server_user()
    if user is None:
        return None
    folder = tempfile.mkdtemp(prefix="crmsync-pg-")
    if user != _me():
        shutil.chown(folder, user)
    data, log = f"{folder}/data", f"{folder}/log"
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    steps = (
        [str(binaries / "initdb"), "-D", data, "-U", "crmsync", "-A", "trust", "-E", "UTF8", "--no-sync"],
        [str(binaries / "pg_ctl"), "-D", data, "-l", log, "-o", options, "-w", "start"],
    )
    for step in steps:
        done = subprocess.run([*_as(user), *step], capture_output=True, cwd="/", check=False)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            return None
    atexit.register(_stop, [*_as(user), str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop"], folder)
    return f"postgresql://crmsync@/postgres?host={folder}"


def _stop(command: list[str], folder: str) -> None:
    subprocess.run(command, capture_output=True, cwd="/", check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    if os.getuid():
        return _me()
    try:
        return pwd.getpwnam("postgres").pw_name if shutil.which("runuser") else None
    except KeyError:
        return None


def _me() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _as(user: str) -> list[str]:
    return [] if user == _me() else ["runuser", "-u", user, "--"]
