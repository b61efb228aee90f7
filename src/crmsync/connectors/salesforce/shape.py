"""From query pages to records: the struct is built from the StreamSpec, so only mapped fields are ever decoded."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from crmsync.connectors.rows import Columns, Decoded, PageDecoder
from crmsync.connectors.salesforce import soql
from crmsync.connectors.stamps import instant
from crmsync.model.errors import ShapeChanged
from crmsync.model.records import RawRecord, Ref, Rejected
from crmsync.model.streams import StreamSpec

ID, STAMP, MADE, GONE = "Id", "SystemModstamp", "CreatedDate", "IsDeleted"
NEVER_DELETED = frozenset(
    {"User", "UserRole", "Profile", "Group", "GroupMember", "RecordType", "Organization", "LeadStatus", "TaskStatus"}
)
"""Objects without IsDeleted and recycle bin: their rows are switched off, not deleted."""
_ID_LENGTH = 18
_LIVES: Mapping[object, bool] = {False: False, True: True, "false": False, "true": True}
_WRITTEN_ONCE = ("History", "__History")
_NOT_WRITTEN_ONCE = frozenset({"OpportunityHistory"})


def written_once(object_name: str) -> bool:
    """Whether rows are only ever added: history tables have no SystemModstamp (facts/salesforce.md 8.2)."""
    return object_name.endswith(_WRITTEN_ONCE) and object_name not in _NOT_WRITTEN_ONCE


class Envelope(msgspec.Struct):
    """What stands around the rows of a query page."""

    done: bool
    total_size: int = msgspec.field(name="totalSize", default=0)
    next_place: str | None = msgspec.field(name="nextRecordsUrl", default=None)

    def following(self) -> str | None:
        """The address of the next page, None after the last; how many rows a page has says nothing about that."""
        if not self.done and not self.next_place:
            raise ShapeChanged("Salesforce says that more rows follow, and not where.")
        return None if self.done else self.next_place


class Shape:
    """The query of one stream and the reader of its pages."""

    def __init__(self, spec: StreamSpec) -> None:
        self.spec = spec
        self.deletable = spec.object not in NEVER_DELETED
        self.stamp = MADE if written_once(spec.object) else STAMP
        self._own = (ID, self.stamp, GONE) if self.deletable else (ID, self.stamp)
        wanted = [field.vendor for field in spec.pulled]
        self.fields = (*self._own, *wanted)
        self._columns = Columns(self.fields)
        self._decoder = PageDecoder("records", ID, self._columns.struct, Envelope)

    @classmethod
    def bare(cls, spec: StreamSpec) -> "Shape":
        """The same stream with nothing but id, stamp and life."""
        return cls(replace(spec, fields=()))

    @property
    def order(self) -> str:
        """Oldest change first; the id settles what was stamped in the same second."""
        return f"{self.stamp}, {ID}"

    def query(self, conditions: tuple[str, ...], order: str = "") -> str:
        """The query for these fields of the stream's object."""
        return soql.select(self.fields, self.spec.object, conditions, order)

    def read(self, body: bytes) -> tuple[Envelope, tuple[RawRecord, ...], tuple[Rejected, ...]]:
        """The envelope, the records and the rows that could not be read."""
        decoded: Decoded[Envelope] = self._decoder.decode(body)
        rejected = [self.rejected(name, why) for name, why in decoded.odd]
        records = []
        for row in decoded.rows:
            values = self._columns.values(row)
            try:
                records.append(self.record(values))
            except ValueError as error:
                rejected.append(self.rejected(str(values[0] or ""), str(error)))
        return decoded.envelope, tuple(records), tuple(rejected)

    def record(self, values: tuple[object, ...]) -> RawRecord:
        """A row by the values of its fields; ValueError where it names nothing or says no stamp."""
        name, stamp = values[0], values[1]
        if not isinstance(name, str) or not name:
            raise ValueError("the row has no Id")
        if len(name) != _ID_LENGTH or not (name.isascii() and name.isalnum()):
            raise ValueError("the row's Id has not the 18 letters and digits of one")
        gone = _LIVES.get(values[2]) if self.deletable else False
        if gone is None:
            raise ValueError("the row does not say whether it is deleted")
        ref = Ref(self.spec.system, self.spec.object, name)
        return RawRecord(ref, instant(stamp), gone, values[len(self._own) :])  # type: ignore[arg-type]

    def rejected(self, name: str, why: str) -> Rejected:
        """A row that could not be read."""
        return Rejected(Ref(self.spec.system, self.spec.object, name), "unreadable", why)
