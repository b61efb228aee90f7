"""Where a CRM is reached: https anywhere, plain http only on this machine."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from crmsync.model.errors import Problem, SettingsProblem


@dataclass(frozen=True, slots=True)
class Address:
    """A checked base address; `plain` says that it is reached over http, which only loopback may be."""

    host: str
    port: int | None
    plain: bool

    @property
    def netloc(self) -> str:
        """Host and port as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host

    @property
    def url(self) -> str:
        """The base address without a trailing slash."""
        return f"{'http' if self.plain else 'https'}://{self.netloc}"


def checked(system: str, base_url: str) -> Address:
    """The address in `base_url`; SettingsProblem where it is none, or plain http to another machine."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in {"http", "https"} or not host:
        raise _problem(system, "base_url is not an address.", "Write it like https://your-domain.my.salesforce.com")
    if parts.path.strip("/") or parts.query or parts.username:
        raise _problem(system, "base_url holds more than a host.", "Leave out path, query and user name.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise _problem(system, "base_url is plain http to another machine.", "Use https.")
    plain = parts.scheme == "http"
    return Address(host, None if port == (80 if plain else 443) else port, plain)


def missing_secret(system: str, name: str) -> SettingsProblem:
    """The error for a secret nobody provided; it names the three places where it is looked for."""
    places = f"$CREDENTIALS_DIRECTORY/{name}, secrets/{name} (mode 0600) or CRMSYNC_SECRET_{name.upper()}"
    return _problem(system, f"the secret {name} is missing.", f"Put it into {places}.")


def unusable_secret(system: str, name: str, wanted: str) -> SettingsProblem:
    """The error for a secret that is there and is not what it should be; never shows what it holds."""
    return _problem(system, f"the secret {name} cannot be used.", f"It must be {wanted}.")


def unknown_method(system: str, method: str, known: str) -> SettingsProblem:
    """The error for a way to log in that this connector does not have."""
    return _problem(system, f"auth.method {method!r} is not supported for {system}.", f"Use one of: {known}.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _problem(system: str, message: str, suggestion: str) -> SettingsProblem:
    return SettingsProblem((Problem(f"connectors/{system}.yaml", 0, 0, message, suggestion),))


def unknown_version(system: str, version: str, known: str) -> SettingsProblem:
    """The error for an API version this connector cannot speak."""
    return _problem(system, f"api_version {version!r} is not supported for {system}.", f"Use {known}.")
