"""What is pulled, how far we have come, and what a target can take."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as derived
from datetime import datetime
from enum import StrEnum

from crmsync.model.records import RawRecord, RecordKind, Ref, Rejected, Scalar


class Wire(StrEnum):
    """How the vendor spells a field's values on the wire. A band is "5-25" or "1000+": its lower end counts."""

    TEXT = "text"
    NUMBER = "number"
    BAND = "band"
    FLAG = "flag"
    INSTANT = "instant"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One mapped field: our name, the vendor's API name, its wire type and what the vendor lets us write.

    `options` are the active picklist values the vendor lists, or None where the field takes free text.
    A field that is not `pulled` is only ever written (long texts).
    """

    name: str
    vendor: str
    wire: Wire = Wire.TEXT
    required: bool = False
    writable: bool = False
    max_length: int | None = None
    options: frozenset[str] | None = None
    pulled: bool = True


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One pullable object type, compiled from the mapping and the vendor's describe.

    `name` is unique within the system (two HubSpot event types are two streams of one object). `missing` are our
    names of optional fields the org does not have. `associated` are the objects whose links are asked for with each
    page. `event_type` narrows an event stream. `tracked` are the vendor fields whose history a stream of history keeps
    (HubSpot has to be told). `optional`: an org that lacks it, or does not let us read it, is no trouble.
    `pulled` are the fields that are read, in the order of `RawRecord.values`.
    """

    system: str
    name: str
    object: str
    kind: RecordKind
    fields: tuple[FieldSpec, ...]
    missing: tuple[str, ...] = ()
    associated: tuple[str, ...] = ()
    event_type: str | None = None
    tracked: tuple[str, ...] = ()
    optional: bool = False
    pulled: tuple[FieldSpec, ...] = derived(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Worked out once: every row of every page asks for it."""
        object.__setattr__(self, "pulled", tuple(one for one in self.fields if one.pulled))

    def field(self, name: str) -> FieldSpec | None:
        """The mapped field of that name, if the org has it."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def digest(self) -> str:
        """Changes when a field is added, removed or re-typed: the stream is then read again from the start."""
        shape = "|".join(f"{one.name}:{one.vendor}:{one.wire}" for one in self.pulled)
        shape += f"|tracked:{','.join(self.tracked)}" if self.tracked else ""
        return hashlib.blake2b(f"{self.object}|{self.event_type}|{shape}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one stream was read: complete up to `upper` (server clock, UTC); `position` resumes inside a pass.

    `position` is opaque to everybody but the connector that made it; None means the pass is complete.
    """

    system: str
    stream: str
    spec_digest: str
    upper: datetime | None
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of one stream and the cursor that is true once they are stored."""

    spec: StreamSpec
    records: tuple[RawRecord, ...]
    cursor: Cursor
    rejected: tuple[Rejected, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record seen in a census: that it is there, its stamp on the server's clock (UTC), and whether it is deleted."""

    ref: Ref
    modified_at: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class VendorField:
    """What the vendor's describe says about one field."""

    name: str
    type: str
    label: str = ""
    writable: bool = True
    creatable: bool = True
    max_length: int | None = None
    options: tuple[str, ...] | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class VendorObject:
    """What the vendor's describe says about one object; `converted_values` are lead statuses that mean converted."""

    system: str
    object: str
    fields: Mapping[str, VendorField]
    converted_values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OrgFacts:
    """Which CRM this is: its stable id, whether it is production, who we are in it, its time zone if it tells."""

    system: str
    org_id: str
    name: str
    production: bool
    user_id: str
    calls_today: int | None = None
    calls_allowed: int | None = None


@dataclass(frozen=True, slots=True)
class WriteRow:
    """One record to write: vendor field names and vendor-spelled values. `ref.id` is empty for a new record.

    `op_id` ties the receipt to the intent. `unique_field` names the field whose value the vendor keeps unique.
    `unmodified_since` is the record's stamp when it was last read: where the vendor can, the row is written only if
    nobody changed the record after that, and comes back RETRY otherwise.
    """

    op_id: str
    ref: Ref
    values: Mapping[str, Scalar]
    unique_field: str | None = None
    unmodified_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A value somebody set between our look and our write, as the CRM's own history tells; ours stands over it now."""

    ref: Ref
    value: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskLookup:
    """How to find a task we may have made before: by its key field, else by the key in its text.

    `about` is the record the task stands on; `key` is a full key or a prefix; `by_field` tells whether the org has
    the key field (vendor name `key_field`) or the key stands in the last line of the task's text.
    """

    about: Ref
    key: str
    key_field: str | None


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task found by its key: a closed or deleted one is never made again."""

    ref: Ref
    key: str
    open: bool
    deleted: bool
