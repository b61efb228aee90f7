"""Where a secret may lie, first found wins. Naming the places is pure; reading them is the entrance's work."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType

NAMES = (
    "salesforce_client_id",
    "salesforce_client_secret",
    "salesforce_username",
    "salesforce_private_key",
    "salesforce_token",
    "hubspot_token",
    "hubspot_client_id",
    "hubspot_client_secret",
    "hubspot_refresh_token",
)

NEEDED: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("salesforce", "client_credentials"): ("salesforce_client_id", "salesforce_client_secret"),
        ("salesforce", "jwt"): ("salesforce_client_id", "salesforce_username", "salesforce_private_key"),
        ("salesforce", "token"): ("salesforce_token",),
        ("hubspot", "token"): ("hubspot_token",),
        ("hubspot", "oauth"): ("hubspot_client_id", "hubspot_client_secret", "hubspot_refresh_token"),
    }
)
"""The secrets each way of logging in needs."""


class PlaceKind(StrEnum):
    """A file the service manager provides, a file of the workspace (must be 0600), or an environment variable."""

    CREDENTIAL = "credential"
    FILE = "file"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """One place to look: a path, or the name of an environment variable. `private` files must be 0600."""

    kind: PlaceKind
    where: str

    @property
    def private(self) -> bool:
        """Whether a file there is refused unless only its owner can read it."""
        return self.kind is PlaceKind.FILE


def secret_places(name: str, environ: Mapping[str, str], workspace: PurePath) -> tuple[SecretPlace, ...]:
    """The places of one secret in the order they are tried (design, section 3)."""
    places = [
        SecretPlace(PlaceKind.FILE, str(workspace / "secrets" / name)),
        SecretPlace(PlaceKind.VARIABLE, f"CRMSYNC_SECRET_{name.upper()}"),
    ]
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory:
        places.insert(0, SecretPlace(PlaceKind.CREDENTIAL, str(PurePath(directory) / name)))
    return tuple(places)
