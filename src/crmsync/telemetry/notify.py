"""Tells the service manager how we are: one datagram per message to $NOTIFY_SOCKET, as sd_notify(3) says."""

import os
import socket
from collections.abc import Mapping

LONGEST_STATUS = 200


class Notify:
    """A line to the service manager; without one every message goes nowhere."""

    def __init__(self, address: str | None) -> None:
        self._address = _abstract(address) if address else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Notify":
        """The line named in the environment; an address that is no Unix socket path counts as none."""
        address = (os.environ if environ is None else environ).get("NOTIFY_SOCKET", "")
        return cls(address if address.startswith(("/", "@")) else None)

    def ready(self) -> None:
        """Everything that has to be in place before work can start is in place."""
        self._send("READY=1")

    def status(self, words: str) -> None:
        """One line for people, shown by `systemctl status`."""
        line = " ".join(words.split())
        self._send(f"STATUS={line if len(line) <= LONGEST_STATUS else line[: LONGEST_STATUS - 1] + '…'}")

    def alive(self) -> None:
        """The work has moved on since the last time."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """We were asked to stop and are finishing what is in hand."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        """A service manager that cannot be told must not stop the work."""
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError:
            return


def _abstract(address: str) -> str:
    """An address that begins with @ lies in the abstract namespace: its first byte is zero."""
    return f"\0{address[1:]}" if address.startswith("@") else address
