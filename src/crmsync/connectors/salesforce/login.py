"""The ways to log in: a client's own credentials, a signed assertion (JWT bearer), or a fixed token.

User name and password are not offered: Salesforce ends that way (facts/salesforce.md 0.9). What a login needs is
checked before anything is sent.
"""

import base64
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import jwt
import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import token_login

from crmsync.connectors.address import Address, missing_secret, unknown_method, unusable_secret
from crmsync.connectors.answers import Unreached
from crmsync.connectors.server_clock import ServerClock
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import AccessLost
from crmsync.model.ports import Observer

METHODS = "client_credentials, jwt, token"
ASSERTION_LIVES = timedelta(minutes=3)
"""Salesforce takes no assertion that ends later than some minutes from now (facts/salesforce.md 1.3)."""

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PRODUCTION, _SANDBOX = "https://login.salesforce.com", "https://test.salesforce.com"
_TOKEN, _SERVER_FAULT = "/services/oauth2/token", 500


def logging_in(
    method: str,
    secrets: Mapping[str, str],
    address: Address,
    session: requests.Session,
    clock: ServerClock,
    observer: Observer,
    login_url: str = "",
) -> Callable[[], str]:
    """What gives a token each time it is called; SettingsProblem where the method or a secret cannot be used.

    Calling it raises AccessLost where Salesforce refuses, Unreached where it could not be asked.
    """
    if method == "token":
        token = _secret(secrets, "salesforce_token")
        return lambda: token
    if method == "client_credentials":
        ask = _client_credentials(secrets, address, session)
    elif method == "jwt":
        ask = _jwt_bearer(secrets, address, session, clock, login_url or audience(address))
    else:
        raise unknown_method("salesforce", method, METHODS)

    def log_in() -> str:
        observer.event("crm.login", system="salesforce")
        return ask()

    return log_in


def audience(address: Address) -> str:
    """The login host an assertion is meant for: production, a sandbox, or an org on this machine itself."""
    if address.plain:
        return address.url
    return _SANDBOX if ".sandbox." in address.host or address.host.startswith("test.") else _PRODUCTION


def _client_credentials(secrets: Mapping[str, str], address: Address, session: requests.Session) -> Callable[[], str]:
    key, secret = _secret(secrets, "salesforce_client_id"), _secret(secrets, "salesforce_client_secret")
    basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
    body, headers = {"grant_type": "client_credentials"}, {"Authorization": f"Basic {basic}"}
    return lambda: _token(address, body, headers, key, session)


def _jwt_bearer(
    secrets: Mapping[str, str], address: Address, session: requests.Session, clock: ServerClock, login_url: str
) -> Callable[[], str]:
    key, user = _secret(secrets, "salesforce_client_id"), _secret(secrets, "salesforce_username")
    private = _key(_secret(secrets, "salesforce_private_key"))

    def ask() -> str:
        ends = int((_present(address, session, clock) + ASSERTION_LIVES).timestamp())
        claims = {"iss": key, "sub": user, "aud": login_url, "exp": ends}
        assertion = jwt.encode(claims, private, algorithm="RS256")
        return _token(address, {"grant_type": _JWT, "assertion": assertion}, None, key, session)

    return ask


def _key(pem: str) -> RSAPrivateKey:
    try:
        found = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, RSAPrivateKey):
        wanted = "an RSA private key in PEM form, without a passphrase"
        raise unusable_secret("salesforce", "salesforce_private_key", wanted)
    return found


def _present(address: Address, session: requests.Session, clock: ServerClock) -> datetime:
    """The org's clock; the list of its versions tells it without a login and is no counted call."""
    if clock.now() is None:
        try:
            session.get(f"https://{address.netloc}/services/data/")
        except requests.RequestException:
            raise Unreached("Nothing was sent: the login at Salesforce was not answered.") from None
    now = clock.now()
    if now is None:
        raise Unreached("Nothing was sent: Salesforce answers without a Date header, its clock is not known.")
    return now


def _token(
    address: Address, body: dict[str, str], headers: dict[str, str] | None, key: str, session: requests.Session
) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library prints the consumer key where the app is not approved
            token, _ = token_login(f"https://{address.netloc}{_TOKEN}", body, "", key, headers, None, session)
    except SalesforceAuthenticationFailed as error:
        raise _refused(error) from None
    except requests.RequestException:
        raise Unreached("Nothing was sent: the login at Salesforce was not answered.") from None
    except (AttributeError, ValueError):
        raise AccessLost("Salesforce answered the login with something that is no token.") from None
    return str(token)


def _refused(error: SalesforceAuthenticationFailed) -> Exception:
    if isinstance(error.code, int) and error.code >= _SERVER_FAULT:
        return Unreached(f"Nothing was sent: the login at Salesforce met HTTP {error.code}.")
    words = f"HTTP {error.code}" if isinstance(error.code, int) else f"{error.code}: {error.auth_message}"
    return AccessLost(scrubbed(f"Salesforce refused the login: {words}"))


def _secret(secrets: Mapping[str, str], name: str) -> str:
    value = secrets.get(name, "").strip()
    if not value:
        raise missing_secret("salesforce", name)
    return value
