"""Where a pass over a stream stands, and the conditions that ask for what lies behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.shape import ID, STAMP, Shape
from crmsync.model.records import RawRecord, Rejected
from crmsync.model.streams import Cursor, Page, StreamSpec

ONE_SECOND = timedelta(seconds=1)


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a pass stands: its fixed bounds and the last row read. Instants are UTC.

    In a bulk load instead: the job, the page of its results and how many rows of that page were had.
    """

    low: datetime | None = None
    high: datetime | None = None
    stamp: datetime | None = None
    id: str = ""
    job: str = ""
    locator: str = ""
    had: int = 0

    def behind(self, record: RawRecord) -> "Place":
        """The place after this record."""
        return Place(self.low, self.high, record.modified_at, record.ref.id)

    def after(self, at: datetime) -> "Place":
        """The place after everything that was stamped in this second or before."""
        return Place(at + ONE_SECOND, self.high)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over one stream: what it asks with, and what was known when it began."""

    door: Door
    spec: StreamSpec
    shape: Shape
    known: Cursor | None

    def page(
        self,
        records: tuple[RawRecord, ...],
        rejected: tuple[Rejected, ...],
        place: Place,
        *,
        last: bool,
    ) -> Page:
        """The records with the cursor that is true once they are kept; only the last page moves its `upper`."""
        if last:
            cursor = Cursor(self.spec.system, self.spec.name, self.spec.digest, place.high)
        else:
            upper = self.known.upper if self.known else None
            cursor = Cursor(
                self.spec.system, self.spec.name, self.spec.digest, upper, msgspec.json.encode(place).decode()
            )
        return Page(self.spec, records, cursor, rejected, last)


def start(cursor: Cursor | None, overlap: timedelta) -> Place:
    """Where a pass begins: at the stored place inside a pass, else at the last upper bound minus the overlap."""
    if cursor is None:
        return Place()
    if cursor.position:
        try:
            return msgspec.json.decode(cursor.position, type=Place)
        except msgspec.DecodeError:
            pass  # written by another version: the pass starts over, which only costs calls
    return Place(low=cursor.upper - overlap if cursor.upper else None)


def conditions(place: Place, by: str = STAMP, until: datetime | None = None) -> tuple[str, ...]:
    """The place as SOQL conditions on the stamp `by`, not beyond `until`; none for the very first load."""
    found = []
    if place.stamp is not None:
        at = soql.instant(place.stamp)
        found.append(f"({by} > {at} OR ({by} = {at} AND {ID} > {soql.text(place.id)}))")
    elif place.low is not None:
        found.append(f"{by} >= {soql.instant(place.low)}")
    if end := until or place.high:
        found.append(f"{by} <= {soql.instant(end)}")
    return tuple(found)
