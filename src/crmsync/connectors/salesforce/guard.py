"""What every request to Salesforce gets, in the transport, so that no caller can forget it."""

import re
import threading
from collections.abc import Callable

import requests
from requests.adapters import HTTPAdapter

from crmsync.connectors.address import Address
from crmsync.connectors.server_clock import ServerClock

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, seconds between two bytes: the library itself has no time-out (facts/salesforce.md 0.5)."""

_USAGE = re.compile(r"(?:^|[ ;])api-usage=(\d+)/(\d+)")


class Usage:
    """The org-wide calls of the last 24 hours as the last answer told them; `hear` is told each time."""

    def __init__(self, hear: Callable[[int, int], None] | None = None) -> None:
        self._hear = hear
        self._lock = threading.Lock()
        self._calls: tuple[int, int] | None = None

    def note(self, limit_info: str | None) -> None:
        """Take over a Sforce-Limit-Info header; one without api-usage changes nothing."""
        found = _USAGE.search(limit_info or "")
        if not found:
            return
        with self._lock:
            self._calls = (int(found[1]), int(found[2]))
        if self._hear is not None:
            self._hear(int(found[1]), int(found[2]))

    @property
    def calls(self) -> tuple[int, int] | None:
        """(used, allowed), or None while no answer told."""
        with self._lock:
            return self._calls


class Waits(threading.local):
    """The seconds the last answer to this thread asked us to wait, if it did; the library hands on no headers."""

    seconds: float | None = None

    def note(self, retry_after: str | None) -> None:
        """Take over a Retry-After header in seconds; Salesforce itself sends none, what stands before it does."""
        self.seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None


class GuardAdapter(HTTPAdapter):
    """Adds the time-out and our headers, reads the clock and the limits, speaks http where loopback asks for it.

    simple-salesforce always builds https addresses (facts/salesforce.md section 2): for a plain loopback address the
    scheme is changed here and nowhere else.
    """

    def __init__(self, address: Address, clock: ServerClock, usage: Usage, waits: Waits) -> None:
        super().__init__(pool_connections=1, pool_maxsize=8, max_retries=0)
        self._address = address
        self._clock = clock
        self._usage = usage
        self._waits = waits

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature of requests
        timeout: object = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the signature of requests
        cert: object = None,
        proxies: object = None,
    ) -> requests.Response:
        """Send one request; never repeated here."""
        request.headers["X-PrettyPrint"] = "0"
        if request.method not in {"GET", "HEAD"}:
            request.headers["Sforce-Auto-Assign"] = "FALSE"
        if self._address.plain and request.url:
            request.url = re.sub(r"^https:", "http:", request.url)
        response = super().send(request, stream, timeout or TIMEOUT, verify, cert, proxies)  # type: ignore[arg-type]
        self._clock.note(response.headers.get("Date"))
        self._waits.note(response.headers.get("Retry-After"))
        self._usage.note(response.headers.get("Sforce-Limit-Info"))
        return response


class GuardedSession(requests.Session):
    """A session that knows one host, follows no redirects and reads no netrc or proxy settings of the machine."""

    def __init__(self, address: Address, clock: ServerClock, usage: Usage) -> None:
        super().__init__()
        self.waits = Waits()
        self.trust_env = False
        self.adapters.clear()
        self.mount(f"https://{address.netloc}/", GuardAdapter(address, clock, usage, self.waits))

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the signature of requests
        """No redirect is ever followed: it would turn a write into a read, or carry the token away."""
        return
