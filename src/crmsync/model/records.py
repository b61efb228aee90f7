"""Records as a CRM keeps them and as we read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
"""A vendor-spelled value as it came off the wire."""

Value: TypeAlias = str | float | bool | datetime | date | None
"""A value after its meaning was read: text, number, truth value, instant (UTC, aware) or day."""

NOTHING: Mapping[str, Value] = MappingProxyType({})


class RecordKind(StrEnum):
    """What a record is about; decides how it is staged and read."""

    LEAD = "lead"
    CONTACT = "contact"
    ACTIVITY = "activity"
    OWNER = "owner"
    LIST = "list"
    MEMBER = "member"
    DEAL = "deal"
    HISTORY = "history"


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Names one record: the system, the vendor's object name, the vendor's id (Salesforce: 18 characters)."""

    system: str
    object: str
    id: str

    def __str__(self) -> str:
        return f"{self.system}/{self.object}/{self.id}"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record off the wire: `values` are vendor-spelled, in the field order of the StreamSpec.

    `modified_at` is the server's stamp (UTC). `parties` are the records an activity is about, where the
    vendor tells them apart from the record's own fields (HubSpot associations).
    """

    ref: Ref
    modified_at: datetime
    deleted: bool
    values: tuple[Scalar, ...]
    parties: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of a page that could not be read: kept with the vendor's own words, never stops the page."""

    ref: Ref
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One person record with its meaning read: `values` by our field name."""

    ref: Ref
    kind: RecordKind
    modified_at: datetime
    deleted: bool = False
    values: Mapping[str, Value] = field(default_factory=lambda: NOTHING)

    def text(self, name: str) -> str | None:
        """The text of one field; blank counts as nothing."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def flag(self, name: str) -> bool:
        """Whether a truth-valued field says yes."""
        return self.values.get(name) is True

    def instant(self, name: str) -> datetime | None:
        """The instant in one field, UTC."""
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    def number(self, name: str) -> float | None:
        """The number in one field."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    @property
    def converted(self) -> bool:
        """A Salesforce lead that became a contact; it is never written to again."""
        return self.flag("converted")
