"""Reading a stream of Salesforce: everything once, then what moved since, deleted and merged rows included.

One query per pass, oldest change first, pages by the server's own locator. The upper bound of a pass is the server's
clock in its first answer, or the start of a transaction that is still open (`covered`): all that was stamped before
was in front of the query, and the next pass reads again from there minus the overlap, so that rows committed late are
not lost (facts/salesforce.md 4.1). Each page carries the place behind its last row; a pass that broke off, or whose
locator died, goes on from there by (stamp, Id). A first load of very many rows is prepared by the org (`bulk`), and
a query that the org gives up on is asked in shorter stretches of time (`windows`).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crmsync.connectors.salesforce import bulk
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.covered import Covered
from crmsync.connectors.salesforce.errors import PlaceLost, TooMuch
from crmsync.connectors.salesforce.place import Pass, Place, conditions, start
from crmsync.connectors.salesforce.shape import Shape
from crmsync.connectors.salesforce.windows import Window
from crmsync.model.errors import RetryLater
from crmsync.model.records import RecordKind
from crmsync.model.streams import Cursor, Page, StreamSpec

MANY = 50_000
"""Rows of a first load beyond which the org prepares them as files."""


def pull(
    door: Door, spec: StreamSpec, cursor: Cursor | None, overlap: timedelta, covered: Covered, many: int
) -> Iterator[Page]:
    """Pages of one stream since the cursor; the last one moves the cursor's `upper`. `many` is usually MANY."""
    known = cursor if cursor and cursor.spec_digest == spec.digest else None
    here = Pass(door, spec, Shape(spec), known)
    bound = None if spec.kind is RecordKind.OWNER else covered.until(spec.object)
    place: Place | None = start(known, overlap)
    if place and not place.job:
        place = yield from _rows(here, place, bound, many)
    if place is None:
        return
    try:
        yield from bulk.pages(here, place)
    except bulk.Refused as refused:
        door.observer.event("crm.bulk_refused", system=spec.system, stream=spec.name, words=str(refused))
        yield from _rows(here, Place(high=place.high), bound, None)


@dataclass(slots=True)
class _Asked:
    """What the next call of a pass is: behind which place, how far, by which locator; where the last one died."""

    place: Place
    window: Window
    locator: str | None = None
    died_at: Place | None = None

    def answer(self, here: Pass) -> bytes:
        """The next page. A dead locator is replaced by a query from the place; twice at one place is once too often."""
        if self.locator is not None:
            try:
                return here.door.more(self.locator)
            except PlaceLost:
                if self.died_at == self.place:
                    raise RetryLater("Salesforce forgets every place in a query.") from None
                self.died_at, self.locator = self.place, None
        asked = conditions(self.place, here.shape.stamp, self.window.until)
        return here.door.query(here.shape.query(asked, here.shape.order), deleted=here.shape.deletable)


def _rows(here: Pass, place: Place, bound: datetime | None, many: int | None) -> Generator[Page, None, Place | None]:
    """The rows as queries bring them; returns the place where the org had better prepare them."""
    first = many is not None and place.stamp is None and place.low is None
    asked = _Asked(place, Window())
    while True:
        try:
            body = asked.answer(here)
        except TooMuch as error:
            asked.place = _bounded(here.door, asked.place, bound)
            if first:
                return asked.place
            _narrow(here, asked, error)
            continue
        asked.place = _bounded(here.door, asked.place, bound)
        envelope, records, rejected = here.shape.read(body)
        if first and many is not None and envelope.total_size > many:
            return asked.place
        first = False
        asked.locator = envelope.following()
        asked.place = asked.place.behind(records[-1]) if records else asked.place
        last = asked.locator is None and asked.window.until is None
        if asked.locator is None and asked.window.until is not None:
            asked.place = asked.place.after(asked.window.until)
            asked.window = asked.window.following(asked.place.high)
        yield here.page(records, rejected, asked.place, last=last)
        if last:
            return None


def _narrow(here: Pass, asked: _Asked, error: TooMuch) -> None:
    asked.window, asked.locator = asked.window.halved(asked.place, error), None
    here.door.observer.event("crm.narrowed", system=here.spec.system, stream=here.spec.name, until=asked.window.until)


def _bounded(door: Door, place: Place, bound: datetime | None) -> Place:
    """The place with its upper bound, once the server's clock is known."""
    if place.high is not None:
        return place
    now = door.clock.now()
    if now is None:
        raise RetryLater("Salesforce answered without a Date header: its clock is not known.")
    high = min(now, bound) if bound else now
    return Place(place.low, high.replace(microsecond=0), place.stamp, place.id)
