"""From object pages to records: the property struct is built from the StreamSpec, so only mapped fields are decoded."""

from datetime import datetime
from functools import lru_cache
from operator import attrgetter

import msgspec

from crmsync.connectors.hubspot.stamps import moment
from crmsync.connectors.rows import Columns, PageDecoder
from crmsync.model.records import RawRecord, Ref, Rejected
from crmsync.model.streams import StreamSpec

MERGED = "hs_merged_object_ids"
SURVIVOR = "merged_into"
"""Not a property of HubSpot: the id of the record that swallowed this one, as far as pages tell. May be mapped."""


class Next(msgspec.Struct):
    """The place of the next page, opaque to us."""

    after: str


class Paging(msgspec.Struct):
    """What follows a page, if anything."""

    next: Next | None = None


class Envelope(msgspec.Struct):
    """What stands around the results of a page."""

    paging: Paging | None = None
    total: int | None = None

    @property
    def after(self) -> str | None:
        """The place of the next page, or None at the end."""
        return self.paging.next.after if self.paging and self.paging.next else None


@lru_cache(maxsize=64)
def shape_of(spec: StreamSpec) -> "Shape":
    """The shape of a stream, made once: its structs cost as much as reading a page."""
    return Shape(spec)


class Shape:
    """The properties of one object stream and the reader of its pages."""

    def __init__(self, spec: StreamSpec) -> None:
        self.spec = spec
        self.modified = "lastmodifieddate" if spec.object == "contacts" else "hs_lastmodifieddate"
        self._own = (self.modified, MERGED)
        wanted = [field.vendor for field in spec.pulled]
        self.properties = [one for one in dict.fromkeys([*wanted, *self._own]) if one != SURVIVOR]
        self._columns = Columns([*self._own, *wanted])
        row = msgspec.defstruct(
            "Row",
            [
                ("id", str),
                ("properties", self._columns.struct),
                ("archived", bool, False),
                ("updated", str | int | float | None, None),
                ("archived_at", str | int | float | None, None),
            ],
            rename={"updated": "updatedAt", "archived_at": "archivedAt"},
        )
        self._parts = attrgetter("id", "properties", "archived", "updated", "archived_at")
        self._decoder = PageDecoder("results", "id", row, Envelope)

    def read(self, body: bytes) -> tuple[Envelope, tuple[RawRecord, ...], tuple[Rejected, ...]]:
        """The envelope, the records and the rows that could not be read.

        A record that swallowed others brings them along: deleted and empty but for the survivor's id (`merged_into`).
        """
        decoded = self._decoder.decode(body)
        rejected = [self._rejected(name, why) for name, why in decoded.odd]
        records: list[RawRecord] = []
        for row in decoded.rows:
            try:
                records.extend(self._records(row))
            except ValueError as error:
                rejected.append(self._rejected(self._parts(row)[0], str(error)))
        return decoded.envelope, tuple(records), tuple(rejected)

    def ref(self, record_id: str) -> Ref:
        """The name of a record of this stream."""
        return Ref(self.spec.system, self.spec.object, record_id)

    def gone(self, ref: Ref, at: datetime, survivor: str | None = None) -> RawRecord:
        """A record that is no more, or went into another one."""
        values = tuple(survivor if field.vendor == SURVIVOR else None for field in self.spec.pulled)
        return RawRecord(ref, at, deleted=True, values=values)

    def _records(self, row: msgspec.Struct) -> list[RawRecord]:
        name, properties, archived, updated, archived_at = self._parts(row)
        modified, merged, *values = self._columns.values(properties)
        stamp = moment((archived and archived_at) or modified or updated)
        record = RawRecord(self.ref(name), stamp, archived, tuple(values))
        if not merged:
            return [record]
        swallowed = [one.strip() for one in str(merged).split(";")]
        return [record, *(self.gone(self.ref(one), stamp, name) for one in swallowed if one and one != name)]

    def _rejected(self, name: str, why: str) -> Rejected:
        return Rejected(self.ref(name), "unreadable", why)
