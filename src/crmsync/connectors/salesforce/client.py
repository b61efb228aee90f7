"""The door to one org: simple-salesforce carries each call, bytes come out, errors are ours."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

import msgspec
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import NewConnectionError

from crmsync.connectors.address import Address
from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.policy import patient, regulated
from crmsync.connectors.salesforce.auth import SessionAuth
from crmsync.connectors.salesforce.errors import reading
from crmsync.connectors.salesforce.guard import GuardedSession, Usage
from crmsync.connectors.salesforce.login import logging_in
from crmsync.connectors.server_clock import ServerClock
from crmsync.connectors.traffic import Traffic
from crmsync.model.errors import RetryLater
from crmsync.model.ports import Observer, Sleeper

_PAGES = {"Sforce-Query-Options": "batchSize=2000"}

Call = Callable[["BytesClient"], bytes | None]


class Received(bytes):
    """A body as it came, with what a page of bulk results says in its headers: where the next one is, how many rows."""

    locator: str | None = None
    rows: int | None = None


class BytesClient(Salesforce):
    """simple-salesforce that hands on what it received: bytes, decoded once by whoever knows the shape."""

    def parse_result_to_json(self, result: requests.Response) -> Received:
        """The body as it came."""
        body = Received(result.content)
        locator, rows = result.headers.get("Sforce-Locator"), result.headers.get("Sforce-NumberOfRecords", "")
        body.locator = None if locator in {None, "", "null"} else locator
        body.rows = int(rows) if rows.isdecimal() else None
        return body


class Door:
    """Every call to the org passes here: told to the observer, judged, and read again only where that is safe."""

    def __init__(
        self,
        address: Address,
        version: str,
        secrets: Mapping[str, str],
        method: str,
        observer: Observer,
        sleeper: Sleeper,
    ) -> None:
        self.data_path = f"/services/data/v{version}"
        self.clock = ServerClock()
        self.traffic = Traffic("Salesforce", observer, sleeper, self.clock.now)
        self.usage = Usage(self.traffic.budget.hear)
        self.observer = observer
        self._login_session = GuardedSession(address, self.clock, self.usage)
        self._session = GuardedSession(address, self.clock, self.usage)
        login = logging_in(method, secrets, address, self._login_session, self.clock, observer)
        self._auth = SessionAuth(login)
        self._session.auth = self._auth
        self._client = BytesClient(
            session_id="managed", instance_url=f"https://{address.netloc}", session=self._session, version=version
        )
        self._read = patient("salesforce", observer, sleeper, self.traffic)(self._read_once)

    def now(self) -> datetime | None:
        """The org's clock; where nothing was answered yet the login tells it, which is no counted call."""
        if self.clock.now() is None:
            try:
                self._auth.begin()
            except Unreached:
                raise RetryLater("Salesforce could not be reached.") from None
        return self.clock.now()

    def query(self, soql: str, *, deleted: bool) -> bytes:
        """The first page of a query; with `deleted` also what is in the recycle bin or archived."""
        name = "queryAll" if deleted else "query"
        return self._read(
            name, lambda client: cast("bytes", client.query(soql, include_deleted=deleted, headers=_PAGES))
        )

    def more(self, place: str) -> bytes:
        """The next page, by the address the last one named; PlaceLost where the server forgot it."""
        return self._read(
            "query_more", lambda client: cast("bytes", client.query_more(place, identifier_is_url=True, headers=_PAGES))
        )

    def get(self, path: str, route: str, **parameters: str) -> bytes:
        """A resource below /services/data/vNN.N/."""
        return self._read(route, lambda client: client.restful(path, params=parameters))

    def glance(self, path: str, route: str, **parameters: str) -> bytes:
        """The same, asked once: what is good to know and not worth waiting for."""
        return self._read_once(route, lambda client: client.restful(path, params=parameters))

    def ask(self, path: str, route: str, body: object) -> bytes:
        """Have the org prepare something to read; done twice it does no harm, so it is retried like a read."""
        return self._read(route, lambda client: client.restful(path, method="POST", json=body))

    def results(self, path: str, route: str, **parameters: str) -> Received:
        """One page of what the org prepared, and where the next one is."""
        text = {"Accept": "text/csv"}
        found = self._read(route, lambda client: client.restful(path, params=parameters, headers=text))
        return found if isinstance(found, Received) else Received(found)

    def who_am_i(self) -> bytes:
        """The identity behind the token."""
        return self._read("userinfo", lambda client: client.oauth2("userinfo"))

    def write(self, method: str, path: str, body: object) -> Answer:
        """Send a write once; Unreached before a byte left, AnswerLost where the answer did not arrive whole."""
        return self.exchange(path, lambda client: client.restful(path, method=method, json=body))

    @regulated
    def exchange(self, route: str, call: Call) -> Answer:
        """One request and its answer, whatever its status."""
        started = time.monotonic()
        try:
            answer = Answer(200, call(self._client) or b"")
        except SalesforceError as error:
            answer = Answer(error.status, _body(error.content), self._session.waits.seconds)
        except requests.RequestException as error:
            self.observer.event("crm.unanswered", system="salesforce", route=route, error=type(error).__name__)
            raise _unanswered(error) from None
        seconds = round(time.monotonic() - started, 3)
        self.observer.event("crm.call", system="salesforce", route=route, status=answer.status, seconds=seconds)
        return answer

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()
        self._login_session.close()

    def _read_once(self, route: str, call: Call) -> bytes:
        try:
            answer = self.exchange(route, call)
        except (Unreached, AnswerLost):
            raise RetryLater("Salesforce could not be reached.") from None
        if not answer.accepted:
            raise reading(answer)
        return answer.body


def _unanswered(error: requests.RequestException) -> Unreached | AnswerLost:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError):
        return Unreached()
    return AnswerLost()


def _body(content: object) -> bytes:
    return content.encode() if isinstance(content, str) else msgspec.json.encode(content)
