"""How many records one user or program made at about the same time: names that nobody typed one by one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from crmsync.state.bulk import chunks
from crmsync.state.marks import table


def made_together(connection: Connection, refs: Sequence[str], within: timedelta) -> dict[str, int]:
    """Per record the most records that its maker made in any stretch of that length with this record in it.

    Records without a known maker are left out. Reads only what was made around these records.
    """
    made = _made(connection, refs)
    by_maker: dict[str, list[datetime]] = defaultdict(list)
    for maker, at in made.values():
        by_maker[maker].append(at)
    around = {
        maker: sorted(at for span in _stretches(sorted(times), within) for at in _between(connection, maker, *span))
        for maker, times in by_maker.items()
    }
    return {ref: _most(around[maker], at, within) for ref, (maker, at) in made.items()}


def _made(connection: Connection, refs: Iterable[str]) -> dict[str, tuple[str, datetime]]:
    record = table("record")
    found: dict[str, tuple[str, datetime]] = {}
    for piece in chunks(refs):
        query = select(record.c.ref, record.c.created_by, record.c.created_at)
        for row in connection.execute(query.where(record.c.ref.in_(piece), record.c.created_by.is_not(None))):
            found[row.ref] = (row.created_by, row.created_at)
    return found


def _stretches(times: Sequence[datetime], within: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The times with their surroundings, those that touch joined."""
    low, high = times[0] - within, times[0] + within
    for at in times[1:]:
        if at - within > high:
            yield low, high
            low = at - within
        high = at + within
    yield low, high


def _between(connection: Connection, maker: str, low: datetime, high: datetime) -> Iterable[datetime]:
    record = table("record")
    where = (record.c.created_by == maker, record.c.created_at >= low, record.c.created_at <= high)
    return connection.scalars(select(record.c.created_at).where(*where))


def _most(times: Sequence[datetime], at: datetime, within: timedelta) -> int:
    """The fullest stretch that begins with one of the records before this one (or itself) and still reaches it."""
    first, last = bisect_left(times, at - within), bisect_right(times, at)
    return max(bisect_right(times, times[place] + within) - place for place in range(first, last))
