"""crmsync.yaml and connectors/*.yaml as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, Field

from crmsync.model.decisions import ChangeKind
from crmsync.settings.read import read
from crmsync.settings.units import CLOSED, Duration, Share, Text, Truth, refuse, shown

WORKSPACE_FILE = "crmsync.yaml"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_STORES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


class Mode(StrEnum):
    """What happens with a planned change: recorded only, held until somebody approves, or sent."""

    WATCH = "watch"
    ASK = "ask"
    ACT = "act"


def read_workspace(text: str, label: str = WORKSPACE_FILE) -> "Workspace":
    """Read crmsync.yaml. Raises SettingsProblem with every problem of the file."""
    return read(label, text, Workspace)


def read_connector(label: str, text: str) -> "ConnectorSettings":
    """Read connectors/<system>.yaml; `label` names the file in problems. Raises SettingsProblem with all of them."""
    return read(label, text, ConnectorSettings)


def _base_url(written: object) -> str:
    try:
        parts = urlsplit(str(written))
        host, port = parts.hostname, parts.port
    except ValueError:
        host, parts, port = None, urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.username or port == 0:
        raise refuse(f"{shown(written)} is not the address of a CRM.", "Write it as https://host.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise refuse("plain http is only for this machine: tokens would travel readable.", "Write https://.")
    return str(written).rstrip("/")


def _store(written: object) -> str:
    if isinstance(written, str) and any(written.startswith(one) and written != one for one in _STORES):
        return written
    raise refuse(f"{shown(written)} names no store.", "Write sqlite:///state/crmsync.db or postgresql://host/name.")


def _version(written: object) -> str:
    if isinstance(written, str) and re.fullmatch(r"v?\d+(\.\d+)?|\d{4}-\d{2}", written):
        return written
    help_ = "Put it in quotes." if isinstance(written, int | float) else 'Write it as "62.0", v3 or "2026-09".'
    raise refuse(f"{shown(written)} is not an API version.", help_)


Url = Annotated[str, BeforeValidator(_base_url, json_schema_input_type=str)]
Store = Annotated[str, BeforeValidator(_store, json_schema_input_type=str)]
ApiVersion = Annotated[str, BeforeValidator(_version, json_schema_input_type=str)]
Count = Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class Limits:
    """A plan above these is held for a person: shares of records of one kind (0-1), and absolute counts.

    `owner_share` is the share of people whose owner may change in one plan.
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    share_of_records: Share = 0.10
    at_least_records: Count = 20
    changes_per_kind: Count = 200
    new_tasks: Count = 50
    tasks_per_owner: Count = 50
    owner_share: Share = 0.02
    same_write_per_day: Count = 3


def _ask_always() -> Mapping[ChangeKind, Mode]:
    return MappingProxyType(dict.fromkeys(ChangeKind, Mode.ASK))


def _every_kind(written: object) -> object:
    return {**dict.fromkeys(ChangeKind, Mode.ASK), **written} if isinstance(written, dict) else written


Modes = Annotated[dict[ChangeKind, Mode], BeforeValidator(_every_kind)]


@dataclass(frozen=True, slots=True)
class Workspace:
    """crmsync.yaml: where the memory is, what may be written how, the safety limits."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    store: Store = "sqlite:///state/crmsync.db"
    modes: Modes = field(default_factory=lambda: dict(_ask_always()))
    limits: Limits = field(default_factory=Limits)
    plan_expires_after: Duration = timedelta(days=7)
    log_format: Literal["auto", "text", "json"] = "auto"

    def mode(self, kind: ChangeKind) -> Mode:
        """What happens with changes of this kind; one that is not named is asked about."""
        return self.modes.get(kind, Mode.ASK)


@dataclass(frozen=True, slots=True)
class Auth:
    """How we log in; the secrets it needs are found by name (`settings.secrets`)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    method: Literal["client_credentials", "jwt", "oauth", "token"]


@dataclass(frozen=True, slots=True)
class PullSettings:
    """How often a CRM is asked for changes, and how far back it is read again."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    every: Duration = timedelta(seconds=60)
    overlap: Duration = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Budget:
    """The share (0-1) of the daily calls that crmsync never touches; `calls_a_day` where the CRM does not tell."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    reserve: Share = 0.25
    calls_a_day: Count | None = None


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """connectors/<system>.yaml: how one CRM is reached. `base_url` has no slash at its end."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    system: Text
    base_url: Url
    api_version: ApiVersion
    auth: Auth
    writes: Truth = False
    pull: PullSettings = field(default_factory=PullSettings)
    budget: Budget = field(default_factory=Budget)
