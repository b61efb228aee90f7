"""Reading a stream of Salesforce: everything once, then what moved since, deleted and merged rows included.

One query per pass, oldest change first, pages by the server's own locator. The upper bound of a pass is the server's
clock in its first answer: all that was stamped before was in front of the query, and the next pass reads again from
there minus the overlap, so that rows committed late are not lost (facts/salesforce.md 4.1). Each page carries the
place behind its last row; a pass that broke off, or whose locator died, goes on from there by (SystemModstamp, Id).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.errors import PlaceLost
from crmsync.connectors.salesforce.shape import ID, STAMP, Shape
from crmsync.model.errors import RetryLater
from crmsync.model.records import RawRecord
from crmsync.model.streams import Cursor, Page, StreamSpec


class Place(msgspec.Struct, frozen=True):
    """Where a pass stands: its fixed bounds and the last row read. Instants are UTC."""

    low: datetime | None = None
    high: datetime | None = None
    stamp: datetime | None = None
    id: str = ""

    def behind(self, record: RawRecord) -> "Place":
        """The place after this record."""
        return Place(self.low, self.high, record.modified_at, record.ref.id)


def pull(door: Door, spec: StreamSpec, cursor: Cursor | None, overlap: timedelta) -> Iterator[Page]:
    """Pages of one stream since the cursor; the last one moves the cursor's `upper`."""
    shape = Shape(spec)
    known = cursor if cursor and cursor.spec_digest == spec.digest else None
    place = start(known, overlap)
    body = door.query(shape.query(conditions(place, shape.stamp), shape.order), deleted=shape.deletable)
    if place.high is None:
        place = Place(place.low, _whole_second(door.clock.now()), place.stamp, place.id)
    while True:
        envelope, records, rejected = shape.read(body)
        place = place.behind(records[-1]) if records else place
        last = envelope.done or envelope.next_place is None
        yield Page(spec, records, _cursor(spec, known, None if last else place, place.high), rejected, last)
        if last or envelope.next_place is None:
            return
        body = _next(door, shape, place, envelope.next_place)


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


def conditions(place: Place, by: str = STAMP) -> tuple[str, ...]:
    """The place as SOQL conditions on the stamp `by`; none for the very first load."""
    found = []
    if place.stamp is not None:
        at = soql.instant(place.stamp)
        found.append(f"({by} > {at} OR ({by} = {at} AND {ID} > {soql.text(place.id)}))")
    elif place.low is not None:
        found.append(f"{by} >= {soql.instant(place.low)}")
    if place.high is not None:
        found.append(f"{by} <= {soql.instant(place.high)}")
    return tuple(found)


def _next(door: Door, shape: Shape, place: Place, locator: str) -> bytes:
    try:
        return door.more(locator)
    except PlaceLost:
        return door.query(shape.query(conditions(place, shape.stamp), shape.order), deleted=shape.deletable)


def _cursor(spec: StreamSpec, known: Cursor | None, place: Place | None, high: datetime | None) -> Cursor:
    if place is None:
        return Cursor(spec.system, spec.name, spec.digest, high)
    position = msgspec.json.encode(place).decode()
    return Cursor(spec.system, spec.name, spec.digest, known.upper if known else None, position)


def _whole_second(now: datetime | None) -> datetime:
    if now is None:
        raise RetryLater("Salesforce answered without a Date header: its clock is not known.")
    return now.replace(microsecond=0)
