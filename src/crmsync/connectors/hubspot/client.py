"""The door to one portal: hubspot-api-client carries each call, bytes come out, errors are ours."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import urllib3
from hubspot import HubSpot
from hubspot.crm.objects.exceptions import ApiException
from hubspot.discovery.discovery_base import DiscoveryBase
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from crmsync.connectors.address import Address
from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.hubspot.auth import Login
from crmsync.connectors.hubspot.errors import reading
from crmsync.connectors.hubspot.paths import dated
from crmsync.connectors.hubspot.recent import Recent
from crmsync.connectors.hubspot.road import hear, road
from crmsync.connectors.policy import patient, regulated
from crmsync.connectors.server_clock import ServerClock
from crmsync.model.errors import RetryLater
from crmsync.model.ports import Observer, Sleeper

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, seconds between two bytes: the library itself has no time-out (facts/hubspot.md 13)."""

Json = Mapping[str, object]
Query = Sequence[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
Form = Sequence[tuple[str, str]]
Post = Callable[[str, Form], Answer]

_MILLISECONDS = 1000.0
_UNAUTHORIZED, _BAD_TOKEN = 401, 530


class Door:
    """Every call to the portal passes here: told to the observer, judged, and read again only where that is safe."""

    def __init__(
        self, address: Address, version: str, login: Callable[[Post], Login], observer: Observer, sleeper: Sleeper
    ) -> None:
        self.clock = ServerClock()
        self.traffic = road(observer, sleeper, self.clock.now)
        self.recent = Recent()
        self._off: dict[str, datetime] = {}
        self._calls: tuple[int, int] | None = None
        self._observer = observer
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=8, retries=False)
        factory = _factory(version, self._pool)
        client = HubSpot(host=address.url, retry=False, api_factory=factory)
        self._api = client.crm.objects.basic_api.api_client
        self._login = login(self._post)
        self._read = patient("hubspot", observer, sleeper, self.traffic)(self._read_once)

    @property
    def calls(self) -> tuple[int, int] | None:
        """(used, allowed) calls of the day, or None while no answer told."""
        return self._calls

    def get(self, path: str, query: Query = ()) -> bytes:
        """Read a resource; `path` in its legacy spelling."""
        return self._read("GET", path, query, None)

    def ask(self, path: str, body: Json) -> bytes:
        """Read by POST: search and batch reads."""
        return self._read("POST", path, (), body)

    def write(self, path: str, body: Json) -> Answer:
        """Send a write once; Unreached before a byte left, AnswerLost where the answer did not arrive whole."""
        return self.exchange("POST", path, (), body)

    def exchange(self, method: str, path: str, query: Query, body: Json | None) -> Answer:
        """One request and its answer, whatever its status; a 401 did nothing, so it is sent again with a new token."""
        token = self._token()
        answer = self._heard(method, path, query, token, body=body)
        if answer.status == _UNAUTHORIZED and self._renewed(token):
            token = self._token()
            answer = self._heard(method, path, query, token, body=body)
        if answer.status not in {_UNAUTHORIZED, _BAD_TOKEN}:
            self._login.worked(token)
        return answer

    def switch_off(self, stream: str, words: str, lasting: timedelta) -> None:
        """A stream is out of our reach: say so once, and do not ask for it for so long."""
        now = self.clock.now()
        if now is not None:
            self._off[stream] = now + lasting
        self._observer.event("crm.stream_off", system="hubspot", stream=stream, words=words)

    def is_off(self, stream: str, now: datetime | None) -> bool:
        """Whether a stream was out of reach a short while ago."""
        return now is not None and stream in self._off and now < self._off[stream]

    def close(self) -> None:
        """Give back the connections."""
        self._pool.clear()

    def _token(self) -> str:
        """A login whose answer was lost did nothing to the request: not one byte of it left."""
        try:
            return self._login.token()
        except AnswerLost:
            raise Unreached from None

    def _renewed(self, token: str) -> bool:
        try:
            return self._login.renewed(token)
        except AnswerLost:
            raise Unreached from None

    def _post(self, path: str, form: Form) -> Answer:
        return self._heard("POST", path, (), None, form=form)

    @regulated
    def _heard(
        self, method: str, path: str, query: Query, token: str | None, *, body: Json | None = None, form: Form = ()
    ) -> Answer:
        started = time.monotonic()
        try:
            response = self._send(method, path, query, _headers(token, form=bool(form)), body, form)
            answer = self._answer(response.status, response.data, response.headers)
        except ApiException as error:
            answer = self._refused(error)
        except (HTTPError, UnicodeDecodeError) as error:
            self._observer.event("crm.unanswered", system="hubspot", route=path, error=type(error).__name__)
            unsent = isinstance(error, NewConnectionError | ConnectTimeoutError)
            raise (Unreached() if unsent else AnswerLost()) from None
        seconds = round(time.monotonic() - started, 3)
        self._observer.event("crm.call", system="hubspot", route=path, status=answer.status, seconds=seconds)
        return answer

    def _send(
        self, method: str, path: str, query: Query, headers: dict[str, str], body: Json | None, form: Form
    ) -> urllib3.BaseHTTPResponse:
        response: urllib3.BaseHTTPResponse = self._api.call_api(
            path,
            method,
            path_params={},
            query_params=list(query),
            header_params=headers,
            body=body,
            post_params=list(form),
            auth_settings=[],
            collection_formats={},
            _return_http_data_only=True,
            _preload_content=False,
            _request_timeout=TIMEOUT,
        )
        return response

    def _refused(self, error: ApiException) -> Answer:
        if not error.status:  # TLS broke: the library gives no status and no answer
            raise AnswerLost from None
        body = error.body if isinstance(error.body, bytes) else str(error.body or "").encode()
        return self._answer(error.status, body, error.headers or {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.clock.note(headers.get("Date"))
        self._calls = hear(self.traffic, headers) or self._calls
        return Answer(status, body, _wait(headers))

    def _read_once(self, method: str, path: str, query: Query, body: Json | None) -> bytes:
        try:
            answer = self.exchange(method, path, query, body)
        except (Unreached, AnswerLost):
            raise RetryLater("HubSpot could not be reached.") from None
        if not answer.accepted:
            raise reading(answer)
        return answer.body


def _factory(version: str, pool: urllib3.PoolManager) -> Callable[[ModuleType, str, Mapping[str, object]], object]:
    """Builds each API object once, on the one pool, with its paths moved to the configured version.

    The library alone would open a new pool at every attribute access (facts/hubspot.md 0.3).
    """
    kept: dict[tuple[str, str], object] = {}

    def build(package: ModuleType, name: str, settings: Mapping[str, object]) -> object:
        key = (package.__name__, name)
        if key not in kept:
            kept[key] = _moved(DiscoveryBase._default_api_factory(package, name, settings), version, pool)  # noqa: SLF001 - the library's own hook needs it
        return kept[key]

    return build


def _moved(api: Any, version: str, pool: urllib3.PoolManager) -> object:  # noqa: ANN401 - sixty generated classes without a common type
    client = api.api_client
    client.rest_client.pool_manager = pool
    client.set_default_header("Accept-Encoding", "gzip")
    call = client.call_api

    def call_api(path: str, *args: object, **kwargs: object) -> object:
        return call(dated(path, version), *args, **kwargs)

    client.call_api = call_api
    return api


def _headers(token: str | None, *, form: bool) -> dict[str, str]:
    """Each call is signed by itself: threads that share the library's client never send each other's old token."""
    signed = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return {"Accept": "application/json", **signed} | ({"Content-Type": FORM} if form else {})


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After; some servers send milliseconds (facts/hubspot.md 3)."""
    try:
        seconds = float(headers.get("Retry-After") or "")
    except ValueError:
        return None
    return seconds / _MILLISECONDS if seconds >= _MILLISECONDS else seconds
