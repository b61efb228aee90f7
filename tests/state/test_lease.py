"""One writer at a time: named to whoever comes second, freed when it dies, told apart by a growing number."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crmsync.model.errors import InvariantBroken, StoreHeld
from crmsync.state import open_store
from tests.state.builders import NOW

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from datetime import UTC, datetime
from crmsync.state import open_store
class Clock:
    def now(self): return datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
lease = open_store(sys.argv[1], clock=Clock()).lease()
print(lease.epoch, flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_holds(store):
    assert store.holder() is None
    with store.lease("crmsync run"):
        with pytest.raises(StoreHeld) as refused:
            store.lease()
        words = str(refused.value)
        assert f"process {os.getpid()}" in words
        assert socket.gethostname() in words
        assert "2026-11-16 09:00 UTC" in words
        holder = store.holder()
        assert (holder.pid, holder.since, holder.name) == (os.getpid(), NOW, "crmsync run")


def test_the_lease_is_free_again_after_release_and_its_number_grows(store):
    epochs = []
    for _ in range(3):
        lease = store.lease()
        epochs.append(lease.epoch)
        lease.release()
        lease.release()
    assert epochs == [1, 2, 3]


def test_a_lease_that_could_not_be_written_down_is_not_kept(store, monkeypatch):
    def broken(*_):
        raise InvariantBroken("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("crmsync.state.lease._next_epoch", broken)
        with pytest.raises(InvariantBroken):
            store.lease()
    with store.lease() as lease:
        assert lease.epoch == 1


def test_another_process_holds_and_kill_9_frees_it(url, store, clock):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    with child:
        assert child.stdout.readline().strip() == "1"
        with pytest.raises(StoreHeld, match=f"process {child.pid}"):
            store.lease()
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert taken_over(store) == 2


def taken_over(store) -> int:
    """The server may need a moment to notice that a client died."""
    for _ in range(1000):
        try:
            with store.lease() as lease:
                return int(lease.epoch)
        except StoreHeld:
            with store.database.reading() as connection:
                if store.database.path is None:
                    connection.exec_driver_sql("SELECT pg_sleep(0.01)")
    raise AssertionError("the lease was never free")


def test_reading_and_approving_need_no_lease(url, store, clock):
    with store.lease():
        other = open_store(url, clock=clock)
        other.mark_dirty([], "nobody")
        assert other.dirty(NOW) == []
        other.close()
