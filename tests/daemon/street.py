"""A crmsync that stays, as a child process, beside the emulated CRMs of this one."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds nothing here should ever take, on the slowest machine."""


class ServiceManager:
    """The other end of $NOTIFY_SOCKET: keeps what it is told, in order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.told: list[str] = []
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._line.settimeout(0.2)

    def hears(self, words: str, meanwhile: Callable[[], object] = lambda: None) -> str:
        """Wait until somebody says something that begins like this, said before or not."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            self.listen()
            found = next((one for one in self.told if one.startswith(words)), None)
            if found:
                return found
            meanwhile()
        raise AssertionError(f"{words} was never said: {self.told}")

    def forget(self) -> None:
        self.listen()
        self.told.clear()

    def listen(self) -> None:
        while True:
            try:
                self.told.append(self._line.recv(4096).decode())
            except TimeoutError:
                return

    def close(self) -> None:
        self._line.close()


@dataclass
class Child:
    """One `crmsync run` under the eyes of a service manager."""

    process: subprocess.Popen
    manager: ServiceManager
    log: Path
    ended: list[int] = field(default_factory=list)

    def ready(self) -> "Child":
        self.manager.hears("READY=1", self.alive)
        return self

    def cycled(self, words: str = "STATUS=Cycle ") -> str:
        """Wait for the next cycle's line."""
        return self.manager.hears(words, self.alive)

    def alive(self) -> None:
        assert self.process.poll() is None, self.log.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def crmsync_run(folder: Path, place: Path, *, abstract: bool = False) -> Iterator[Child]:
    """Start it; whatever happens it is gone at the end."""
    place.mkdir(parents=True, exist_ok=True)
    address = f"@crmsync-test-{os.getpid()}-{place.name}" if abstract else str(place / "notify")
    manager = ServiceManager(address)
    log = place / "log"
    environment = {**os.environ, "NOTIFY_SOCKET": address, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"}
    with log.open("w") as out:
        command = [sys.executable, "-m", "crmsync", "-w", str(folder), "run"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        yield Child(process, manager, log)
    finally:
        process.kill()
        process.wait(PATIENCE)
        manager.close()
