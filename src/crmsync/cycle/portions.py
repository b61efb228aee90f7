"""Small pages become portions worth a transaction: what a transaction costs is paid once for many rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crmsync.model.errors import CrmsyncError
from crmsync.model.streams import Page

ROWS = 2_000
"""Rows of a portion (facts/performance.md 8, choice 5); a larger page is a portion by itself."""


def portions(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages of one stream, joined; where reading breaks off, what was read before is handed over first."""
    waiting: list[Page] = []
    try:
        for page in pages:
            waiting.append(page)
            if page.last or sum(len(one.records) for one in waiting) >= ROWS:
                yield joined(waiting)
                waiting = []
    except CrmsyncError:
        if waiting:
            yield joined(waiting)
        raise
    if waiting:
        yield joined(waiting)


def joined(pages: Sequence[Page]) -> Page:
    """One page with the rows of all of them and the last one's cursor; a row read twice counts as it was read last."""
    latest = {record.ref: record for page in pages for record in page.records}
    rejected = tuple(one for page in pages for one in page.rejected)
    return replace(pages[-1], records=tuple(latest.values()), rejected=rejected)
