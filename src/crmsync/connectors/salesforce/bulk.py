"""A first load of very many rows: the org prepares them as files, we ask at our own pace and read page by page.

Bulk API 2.0 (facts/salesforce.md 6). The job's id is kept before anything is waited for, so that another process goes
on with the same job at the same page. Every refusal ends in `Refused`: the same rows can be had plainly.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce.cells import Cells
from crmsync.connectors.salesforce.client import Door, Received
from crmsync.connectors.salesforce.errors import PlaceLost, TooMuch
from crmsync.connectors.salesforce.place import Pass, Place
from crmsync.model.errors import AccessLost, RecordRefused, RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Rejected
from crmsync.model.streams import Page

ROWS_PER_CALL = 10_000
ROWS_PER_PAGE = 2_000
WAITS = (2.0, 4.0, 8.0, 15.0, *([30.0] * 19))
"""Seconds between two looks at the job, ten minutes in all; the job goes on without us, and so do we next time."""
ASK_AGAIN_AFTER = 60.0

_JOBS = "jobs/query"
_READY, _ENDED = "JobComplete", frozenset({"Failed", "Aborted"})
_REFUSALS = (AccessLost, RecordRefused, ShapeChanged, PlaceLost, TooMuch)

T = TypeVar("T")


class Refused(Exception):
    """The org does not prepare these rows, or no longer has them; its words."""


class _Job(msgspec.Struct, rename="camel"):
    id: str
    state: str
    error_message: str | None = None


class _Named(msgspec.Struct):
    name: str
    type: str


class _Described(msgspec.Struct):
    fields: list[_Named]


def pages(here: Pass, place: Place) -> Iterator[Page]:
    """The prepared rows of a first load, from the place on; the first page is empty and only keeps the job's name."""
    if not place.job:
        place = Place(high=place.high, job=_begun(here))
        yield here.page((), (), place, last=False)
    _ready(here.door, place.job)
    cells = Cells(here.shape, _told(lambda: _kinds(here)))
    while True:
        body = _results(here.door, place)
        records, rejected = _told(lambda body=body: cells.read(body))  # type: ignore[misc]
        yield from _portions(here, place, body.locator, records, rejected)
        if body.locator is None:
            return
        place = Place(high=place.high, job=place.job, locator=body.locator)


def _portions(
    here: Pass, place: Place, following: str | None, records: tuple[RawRecord, ...], rejected: tuple[Rejected, ...]
) -> Iterator[Page]:
    """One page of results in pages of the usual size; `place.had` of its rows are there already."""
    for begin in range(place.had, max(len(records), 1), ROWS_PER_PAGE):
        some = records[begin : begin + ROWS_PER_PAGE]
        end = begin + len(some)
        more = Place(high=place.high, job=place.job, locator=place.locator, had=end)
        if end >= len(records):
            more = Place(high=place.high, job=place.job, locator=following or "")
        last = end >= len(records) and following is None
        yield here.page(some, rejected if begin == 0 else (), more, last=last)


def _begun(here: Pass) -> str:
    body = {"operation": "queryAll" if here.shape.deletable else "query", "query": here.shape.query(())}
    return _told(lambda: parse(here.door.ask(_JOBS, "bulk_begin", body), _Job)).id


def _ready(door: Door, job: str) -> None:
    for wait in (*WAITS, None):
        found = _told(lambda: parse(door.get(f"{_JOBS}/{job}", "bulk_state"), _Job))
        if found.state == _READY:
            return
        if found.state in _ENDED:
            raise Refused(found.error_message or f"the job {job} ended as {found.state}")
        if wait is not None:
            door.traffic.sleeper.sleep(wait)
    raise RetryLater("Salesforce is still preparing the rows of a first load.", ASK_AGAIN_AFTER)


def _results(door: Door, place: Place) -> Received:
    asked = {"maxRecords": str(ROWS_PER_CALL)} | ({"locator": place.locator} if place.locator else {})
    return _told(lambda: door.results(f"{_JOBS}/{place.job}/results", "bulk_results", **asked))


def _kinds(here: Pass) -> dict[str, str]:
    body = here.door.get(f"sobjects/{here.spec.object}/describe", "describe")
    return {one.name: one.type for one in parse(body, _Described).fields}


def _told(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except _REFUSALS as error:
        raise Refused(str(error)) from None
