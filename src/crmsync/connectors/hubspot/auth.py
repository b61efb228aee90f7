"""Who we are to a portal: a token that stays, or one that is refreshed before it ends (facts/hubspot.md 2)."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot.errors import granted
from crmsync.connectors.keeping import Keep
from crmsync.connectors.server_clock import elapsed
from crmsync.model.errors import AccessLost
from crmsync.model.ports import Observer

MARGIN = 120.0
"""Seconds before its end at which a token is replaced: longer than a call may take."""
MOST_LOGINS = 2
"""Logins without a single accepted call after which a refusal stands."""
REFRESH_TOKEN = "hubspot_refresh_token"  # noqa: S105 - the name of the secret, not the secret
PATH = "/oauth/v3/token"


class Login(Protocol):
    """Gives the token of the next call and hears what became of it."""

    def token(self) -> str:
        """The token to sign with; AccessLost or RetryLater where none can be had."""
        ...

    def worked(self, token: str) -> None:
        """A call with this token was heard."""
        ...

    def renewed(self, token: str) -> bool:
        """A call with this token met a 401: whether another token can be tried."""
        ...


class Lasting:
    """A private-app token or service key: it does not end, and nothing replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        """Always the same."""
        return self._token

    def worked(self, token: str) -> None:
        """Changes nothing."""

    def renewed(self, token: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Never: a 401 stands."""
        return False


@dataclass(frozen=True, slots=True)
class Application:
    """What an OAuth application logs in with."""

    client_id: str
    client_secret: str
    refresh_token: str


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float = 1800.0
    refresh_token: str | None = None


class Refreshing:
    """An OAuth token, refreshed by one caller for all: before it ends, and once more where the portal calls it ended.

    `post` sends a form to the token endpoint. A refresh token that comes back changed is used from then on, and
    handed to `keep`; where that fails the observer is told, since a restart would begin with the old one.
    """

    def __init__(
        self,
        application: Application,
        post: Callable[[str, Sequence[tuple[str, str]]], Answer],
        keep: Keep,
        observer: Observer,
        monotonic: Callable[[], float] = elapsed,
    ) -> None:
        self._application = application
        self._refresh_token = application.refresh_token
        self._post, self._keep, self._observer, self._monotonic = post, keep, observer, monotonic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._until = 0.0
        self._unproven = 0

    def token(self) -> str:
        """The token of the moment; a caller that finds it near its end refreshes it while the others wait."""
        with self._lock:
            if self._token is None or self._monotonic() >= self._until:
                self._unproven = 0
                self._refresh()
            return self._token or ""

    def worked(self, token: str) -> None:
        """The token of the moment is known to be good."""
        with self._lock:
            if token == self._token:
                self._unproven = 0

    def renewed(self, token: str) -> bool:
        """Whether there is another token now; one that never worked is replaced once, then its 401 stands."""
        with self._lock:
            if token != self._token:
                return True
            if self._unproven >= MOST_LOGINS:
                return False
            self._refresh()
            return True

    def _refresh(self) -> None:
        own = self._application
        form = [
            ("grant_type", "refresh_token"),
            ("client_id", own.client_id),
            ("client_secret", own.client_secret),
            ("refresh_token", self._refresh_token),
        ]
        answer = self._post(PATH, form)
        self._unproven += 1
        self._observer.event("crm.login", system="hubspot", status=answer.status)
        if not answer.accepted:
            raise granted(answer)
        try:
            told = msgspec.json.decode(answer.body, type=_Granted)
        except msgspec.DecodeError:
            raise AccessLost("HubSpot: the answer to our login holds no token.") from None
        self._token = told.access_token
        self._until = self._monotonic() + max(told.expires_in - MARGIN, told.expires_in / 2)
        self._rotated(told.refresh_token)

    def _rotated(self, refresh_token: str | None) -> None:
        if not refresh_token or refresh_token == self._refresh_token:
            return
        self._refresh_token = refresh_token
        if self._keep(REFRESH_TOKEN, refresh_token):
            self._observer.event("crm.secret_rotated", system="hubspot", secret_name=REFRESH_TOKEN)
            return
        words = "HubSpot replaced the refresh token and it could not be stored: after a restart connect the app anew."
        self._observer.event("crm.secret_not_kept", system="hubspot", secret_name=REFRESH_TOKEN, words=words)
