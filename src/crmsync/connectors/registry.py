"""Which CRMs can be connected: one line per system."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from crmsync.model.errors import Problem, SettingsProblem
from crmsync.model.ports import Connector, Observer, Sleeper

OVERLAP = timedelta(minutes=10)


class Opener(Protocol):
    """Opens one CRM from plain settings and named secrets; nothing is sent yet."""

    def __call__(
        self,
        base_url: str,
        api_version: str,
        secrets: Mapping[str, str],
        method: str,
        observer: Observer,
        sleeper: Sleeper,
        overlap: timedelta = OVERLAP,
    ) -> Connector:
        """The connector; SettingsProblem where an address, a method or a secret is wrong or missing.

        Where a CRM replaces a secret, `secrets` may be `connectors.keeping.Kept`, which stores the new one.
        """
        ...


def salesforce(
    base_url: str,
    api_version: str,
    secrets: Mapping[str, str],
    method: str,
    observer: Observer,
    sleeper: Sleeper,
    overlap: timedelta = OVERLAP,
) -> Connector:
    """Salesforce through simple-salesforce; `method` is client_credentials, jwt or token."""
    from crmsync.connectors.salesforce.connector import connect  # noqa: PLC0415 - the vendor library takes a second to import

    return connect(base_url, api_version, secrets, method, observer, sleeper, overlap)


def hubspot(
    base_url: str,
    api_version: str,
    secrets: Mapping[str, str],
    method: str,
    observer: Observer,
    sleeper: Sleeper,
    overlap: timedelta = OVERLAP,
) -> Connector:
    """HubSpot through hubspot-api-client; `method` is token or oauth, `api_version` a dated version or v3."""
    from crmsync.connectors.hubspot.connector import connect  # noqa: PLC0415 - the vendor library takes a second to import

    return connect(base_url, api_version, secrets, method, observer, sleeper, overlap)


CONNECTORS: Mapping[str, Opener] = {
    "salesforce": salesforce,
    "hubspot": hubspot,
}


def opener(system: str) -> Opener:
    """The opener of one system; SettingsProblem where there is none."""
    found = CONNECTORS.get(system)
    if found is None:
        raise SettingsProblem((Problem("connectors", 0, 0, f"there is no connector for {system!r}.", _known()),))
    return found


def _known() -> str:
    return "Known systems: " + ", ".join(sorted(CONNECTORS)) + "."
