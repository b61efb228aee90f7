"""Which records are there: ids and stamps only, to hold against what the store knows."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.errors import PlaceLost
from crmsync.connectors.salesforce.shape import GONE, ID, Shape
from crmsync.model.errors import ShapeChanged
from crmsync.model.streams import Sighting, StreamSpec


class _Counted(msgspec.Struct, rename="camel"):
    total_size: int


def census(door: Door, spec: StreamSpec, since: datetime | None) -> Iterator[Sighting]:
    """Id, stamp and life of every record stamped at `since` or later; 2,000 a call, in the order of their ids."""
    shape = Shape.bare(spec)
    recent = (f"{shape.stamp} >= {soql.instant(since)}",) if since else ()
    body = door.query(shape.query(recent, ID), deleted=shape.deletable)
    last = ""
    while True:
        envelope, records, rejected = shape.read(body)
        if rejected:
            raise ShapeChanged(f"Salesforce: a record could not be counted: {rejected[0].detail}")
        for one in records:
            last = one.ref.id
            yield Sighting(one.ref, one.modified_at, one.deleted)
        following = envelope.following()
        if following is None:
            return
        body = _next(door, shape, recent, last, following)


def count(door: Door, spec: StreamSpec) -> int:
    """How many records are alive, archived activities included; one call."""
    shape = Shape.bare(spec)
    alive = (f"{GONE} = false",) if shape.deletable else ()
    body = door.query(soql.select(("COUNT()",), spec.object, alive), deleted=shape.deletable)
    return parse(body, _Counted).total_size


def _next(door: Door, shape: Shape, recent: tuple[str, ...], last: str, following: str) -> bytes:
    try:
        return door.more(following)
    except PlaceLost:
        behind = f"{ID} > {soql.text(last)}"
        return door.query(shape.query((*recent, behind), ID), deleted=shape.deletable)
