"""Logging in, once at a time, and again once when a session ended."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
from requests.auth import AuthBase

from crmsync.model.errors import AccessLost

LOGIN_PAUSE = 900.0
"""Seconds for which a token that never worked is not replaced: logins are rationed (facts/salesforce.md 1.3)."""

_INCURABLE = ("Connected app is not attached to Agent", "This session is not valid for use with the REST API")


class SessionAuth(AuthBase):
    """Puts the bearer token on each request and, on 401, logs in once for all waiting threads and sends again.

    A 401 means that the request was not processed, so sending it again repeats nothing. A token that was refused
    before it ever worked is not replaced: two logins, then the 401 stands. `login` returns a token or raises.
    """

    def __init__(self, login: Callable[[], str], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._login = login
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._generation = 0
        self._proven = True
        self._renewed_at = float("-inf")

    def begin(self) -> tuple[str, int]:
        """The token and its generation; logs in where there is none yet."""
        with self._lock:
            if self._token is None:
                self._token = self._login()
                self._generation += 1
            return self._token, self._generation

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        token, generation = self.begin()
        request.headers["Authorization"] = f"Bearer {token}"
        request.hooks["response"].append(partial(self._answered, generation=generation))
        return request

    def _answered(
        self,
        response: requests.Response,
        *,
        generation: int,
        **sending: Any,  # noqa: ANN401 - what requests hands to a hook and its adapter takes back
    ) -> requests.Response:
        if response.status_code != requests.codes.unauthorized:
            self._proven = True
            return response
        if any(words in response.text for words in _INCURABLE):
            return response
        token = self._renewed(generation)
        return self._again(response, token, sending) if token else response

    def _renewed(self, generation: int) -> str | None:
        with self._lock:
            if generation != self._generation:
                return self._token
            if not self._proven and self._monotonic() - self._renewed_at < LOGIN_PAUSE:
                return None
            self._proven, self._renewed_at = False, self._monotonic()
            try:
                self._token = self._login()
            except AccessLost:
                return None
            self._generation += 1
            return self._token

    def _again(self, response: requests.Response, token: str, sending: dict[str, Any]) -> requests.Response:
        response.close()
        request = response.request.copy()
        request.headers["Authorization"] = f"Bearer {token}"
        if request.url and request.url.startswith("http:"):
            request.url = "https:" + request.url.removeprefix("http:")
        again: requests.Response = response.connection.send(request, **sending)
        again.history.append(response)
        again.request = request
        if again.status_code != requests.codes.unauthorized:
            self._proven = True
        return again
