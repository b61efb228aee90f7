"""A third CRM that lives in memory: all that a connector has to be, in some sixty lines."""
# ruff: noqa: ARG002 - the port has parameters that a CRM in memory does not need

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crmsync.model.plans import Receipt, ReceiptKind
from crmsync.model.records import RawRecord, Ref, Scalar
from crmsync.model.streams import (
    Cursor,
    FoundTask,
    OrgFacts,
    Overwritten,
    Page,
    Sighting,
    StreamSpec,
    TaskLookup,
    VendorField,
    VendorObject,
    WriteRow,
)

FIELDS = {
    "people": ("made", "stand", "keeper", "first", "last", "mail", "points"),
    "keepers": ("name", "mail", "here"),
    "happenings": ("who", "when", "what"),
}
WORDS = ("n-raw", "n-new", "n-handed", "n-works", "n-back", "n-gone", "n-deal")


@dataclass
class Book:
    """Everything the CRM keeps: per object and id the values, the stamp and whether it is gone; and who wrote what."""

    now: datetime = datetime(2026, 12, 2, 9, tzinfo=UTC)
    rows: dict[Ref, dict[str, Scalar]] = field(default_factory=dict)
    stamps: dict[Ref, datetime] = field(default_factory=dict)
    gone: set[Ref] = field(default_factory=set)
    written: list[tuple[str, str, Scalar]] = field(default_factory=list)
    late: list[tuple[datetime, datetime, Ref, dict[str, Scalar]]] = field(default_factory=list)

    def put_late(self, object_name: str, id_: str, seconds: float, **values: Scalar) -> None:
        """A change that is committed so many seconds from now, stamped now."""
        self.late.append((self.now + timedelta(seconds=seconds), self.now, Ref("memo", object_name, id_), values))

    def commit(self) -> None:
        """What is due by now can be seen from now on."""
        for due in [one for one in self.late if one[0] <= self.now]:
            self.late.remove(due)
            self.put(due[2].object, due[2].id, due[1], **due[3])

    def put(self, object_name: str, id_: str, at: datetime | None = None, **values: Scalar) -> Ref:
        ref = Ref("memo", object_name, id_)
        self.rows[ref] = {**self.rows.get(ref, {}), **values}
        self.stamps[ref] = at or self.now
        return ref


class MemoCrm:
    """One connection to the book (implements `model.ports.Connector`)."""

    system = "memo"

    def __init__(self, book: Book, overlap: timedelta = timedelta(minutes=10), rows_a_page: int = 2) -> None:
        self._book, self._overlap, self._rows_a_page = book, overlap, rows_a_page

    def org(self) -> OrgFacts:
        return OrgFacts("memo", "memo-1", "Memo", production=False, user_id="us")

    def server_time(self) -> datetime:
        return self._book.now

    def describe(self, object_name: str) -> VendorObject:
        options = {"stand": WORDS}
        found = {one: VendorField(one, "text", options=options.get(one)) for one in FIELDS[object_name]}
        return VendorObject("memo", object_name, found)

    def pull(self, spec: StreamSpec, cursor: Cursor | None) -> Iterator[Page]:
        self._book.commit()
        known = cursor if cursor and cursor.spec_digest == spec.digest else None
        upper, _, place = (known.position or "").partition("|") if known else ("", "", "")
        high = datetime.fromisoformat(upper) if upper else self._book.now
        low = known.upper - self._overlap if known and known.upper else datetime.min.replace(tzinfo=UTC)
        refs = sorted(ref for ref, at in self._book.stamps.items() if ref.object == spec.object and at >= low)
        refs = [ref for ref in refs if ref.id > place]
        while True:
            some, refs = refs[: self._rows_a_page], refs[self._rows_a_page :]
            position = f"{high.isoformat()}|{some[-1].id}" if refs else None
            bound = known.upper if refs and known else None if refs else high
            now = Cursor("memo", spec.name, spec.digest, bound, position)
            yield Page(spec, tuple(self._raw(spec, one) for one in some), now, last=not refs)
            if not refs:
                return

    def fetch(self, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
        return [self._raw(spec, ref) for ref in refs]

    def census(self, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
        low = since or datetime.min.replace(tzinfo=UTC)
        for ref, at in sorted(self._book.stamps.items()):
            if ref.object == spec.object and at >= low:
                yield Sighting(ref, at, ref in self._book.gone)

    def count(self, spec: StreamSpec) -> int | None:
        return sum(ref.object == spec.object and ref not in self._book.gone for ref in self._book.rows)

    def _raw(self, spec: StreamSpec, ref: Ref) -> RawRecord:
        values, stamp = self._book.rows.get(ref, {}), self._book.stamps.get(ref, self._book.now)
        gone = ref in self._book.gone or ref not in self._book.rows
        return RawRecord(ref, stamp, gone, tuple(values.get(one.vendor) for one in spec.pulled))

    def update(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        return [self._written(object_name, row) for row in rows]

    def _written(self, object_name: str, row: WriteRow) -> Receipt:
        if row.ref not in self._book.rows or row.ref in self._book.gone:
            return Receipt(row.op_id, ReceiptKind.REFUSED, row.ref, "there is no such record")
        self._book.put(object_name, row.ref.id, **row.values)
        self._book.written += [(row.ref.id, name, value) for name, value in row.values.items()]
        return Receipt(row.op_id, ReceiptKind.OK, row.ref)

    def overwritten(
        self, spec: StreamSpec, field: str, looked: Mapping[Ref, tuple[str | None, datetime]]
    ) -> list[Overwritten]:
        return []

    def insert(self, object_name: str, rows: Sequence[WriteRow]) -> list[Receipt]:
        return [Receipt(row.op_id, ReceiptKind.REFUSED, words="Memo takes no new records") for row in rows]

    def find_tasks(self, lookups: Sequence[TaskLookup]) -> list[FoundTask]:
        return []

    def close(self) -> None:
        """Nothing is held."""
