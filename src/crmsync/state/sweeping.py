"""What a sweep holds a CRM against: the stamps of what is kept, and which records are believed to be alive."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, false, select

from crmsync.model.records import Ref
from crmsync.state.bulk import chunks
from crmsync.state.codec import parse_ref
from crmsync.state.marks import table

KEPT = ("record", "activity")
"""The tables of what a CRM can delete, change and give back; owners are read whole with every pull."""


def stamps(connection: Connection, refs: Iterable[Ref]) -> dict[Ref, tuple[datetime | None, bool]]:
    """Stamp and whether it is deleted, of those of these records that are kept."""
    found: dict[Ref, tuple[datetime | None, bool]] = {}
    for piece in chunks(str(ref) for ref in refs):
        for name in KEPT:
            kept = table(name)
            query = select(kept.c.ref, kept.c.modified_at, kept.c.deleted).where(kept.c.ref.in_(piece))
            found.update((parse_ref(row.ref), (row.modified_at, row.deleted)) for row in connection.execute(query))
    return found


def alive(connection: Connection, system: str, object_name: str, after: str, limit: int) -> list[Ref]:
    """The next records of one object that are kept as alive, behind the ref text `after`, in an order of their own."""
    found: list[Ref] = []
    for name in KEPT:
        ref = table(name).c.ref
        ours = ref.startswith(f"{system}/{object_name}/", autoescape=True)
        query = select(ref).where(ours, table(name).c.deleted == false(), ref > after).order_by(ref).limit(limit)
        found += [parse_ref(one) for one in connection.scalars(query)]
    return found
