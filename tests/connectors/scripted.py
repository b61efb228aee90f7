"""A tiny server that answers each request with the next line of a script: for what no CRM does on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Line = tuple[int, dict[str, str], bytes]


class Scripted(BaseHTTPRequestHandler):
    """Answers each request with the next (status, headers, body) of its server's script.

    A Content-Length in the headers that promises more than the body holds cuts the answer short.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: ScriptedServer = self.server  # type: ignore[assignment]
        server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        server.asked.append((self.command, self.path, dict(self.headers)))
        status, headers, body = server.script.pop(0)
        self.send_response_only(status)
        for name, value in {"Date": self.date_time_string(), **headers}.items():
            self.send_header(name, value)
        promised = int(headers.get("Content-Length", len(body)))
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = promised > len(body)

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True
    script: list[Line]
    asked: list[tuple[str, str, dict[str, str]]]
    bodies: list[bytes]


@contextmanager
def scripted() -> Iterator[ScriptedServer]:
    with ScriptedServer(("127.0.0.1", 0), Scripted) as made:
        made.script, made.asked, made.bodies = [], [], []
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()
