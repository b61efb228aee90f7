"""Serves a stage on two loopback ports, each with a thread of its own, and closes both without a trace."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from crmsync.emulator.control import routes
from crmsync.emulator.gate import Gate
from crmsync.emulator.stage import EMPTY, Stage, load_scenario
from crmsync.emulator.world import HUBSPOT, SALESFORCE

ANY_PORT = ("127.0.0.1", 0)


def serve(
    scenario: str | Stage = EMPTY,
    salesforce: tuple[str, int] = ANY_PORT,
    hubspot: tuple[str, int] = ANY_PORT,
    seed: int = 0,
) -> Running:
    """Start both CRMs (port 0 = any free one) on a scenario or a prepared stage; close it, or use it as a context.

    Raises UnknownScenario, and OSError for a port that cannot be had.
    """
    stage = load_scenario(scenario, seed) if isinstance(scenario, str) else scenario
    first = _listen(salesforce)
    try:
        second = _listen(hubspot)
    except OSError:
        first.close()
        raise
    return Running(stage, _Server(stage, SALESFORCE, first), _Server(stage, HUBSPOT, second))


class Running:
    """The two served CRMs: where they listen, the token both accept, and the stage behind them."""

    def __init__(self, stage: Stage, salesforce: _Server, hubspot: _Server) -> None:
        """Both servers answer already."""
        self.stage = stage
        self.world = stage.world
        self.token = stage.world.token
        self.salesforce_url, self.hubspot_url = salesforce.url, hubspot.url
        self._servers = (salesforce, hubspot)

    def close(self) -> None:
        """Stop both servers and wait until their threads are gone; a second call does nothing."""
        for server in self._servers:
            server.stop()
        for server in self._servers:
            server.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server:
    """One uvicorn in a thread, on a socket that is bound already."""

    def __init__(self, stage: Stage, system: str, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        wires: dict[tuple[str, int], asyncio.Transport] = {}
        gate = Gate(stage.world, stage.world.desk(system), stage.crm(system), routes(stage, system), wires)
        self._uvicorn = _Uvicorn(_config(gate, wires))
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [listening]}, name=f"emulator-{system}", daemon=True
        )
        self._thread.start()
        self._uvicorn.up.wait()

    def stop(self) -> None:
        self._uvicorn.should_exit = True

    def join(self) -> None:
        self._thread.join()


class _Uvicorn(uvicorn.Server):
    """uvicorn that tells when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def _config(gate: Gate, wires: dict[tuple[str, int], asyncio.Transport]) -> uvicorn.Config:
    class Wired(H11Protocol):
        """Remembers its transport by peer, so that the gate can cut it."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.peer = get_remote_addr(transport)
            if self.peer is not None:
                wires[self.peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.peer is not None:
                wires.pop(self.peer, None)

    return uvicorn.Config(
        gate,
        http=Wired,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=600,
        timeout_graceful_shutdown=1,
    )


def _listen(address: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off: an answer costs 1 ms, not 45.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
