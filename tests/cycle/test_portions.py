"""Small pages are kept together, without losing, doubling or reordering anything."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.cycle import portions as room
from crmsync.cycle.portions import joined, portions
from crmsync.model.errors import RetryLater
from crmsync.model.records import RawRecord, RecordKind, Ref, Rejected
from crmsync.model.streams import Cursor, Page, StreamSpec

SPEC = StreamSpec("hubspot", "contacts", "contacts", RecordKind.CONTACT, ())
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def page(number: int, ids: list[str], *, last: bool = False) -> Page:
    rows = tuple(RawRecord(Ref("hubspot", "contacts", one), AT + timedelta(seconds=number), False, ()) for one in ids)
    odd = (Rejected(Ref("hubspot", "contacts", f"odd{number}"), "unreadable", "no id"),)
    return Page(SPEC, rows, Cursor("hubspot", "contacts", "", AT, str(number)), odd, last)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=12))
def test_every_row_and_every_unreadable_row_of_the_pages_is_in_one_portion_in_order(sizes):
    pages = [page(n, [f"{n}-{k}" for k in range(size)], last=n == len(sizes) - 1) for n, size in enumerate(sizes)]
    found = list(portions(iter(pages)))
    assert [one.ref for each in found for one in each.records] == [one.ref for each in pages for one in each.records]
    assert [one for each in found for one in each.rejected] == [one for each in pages for one in each.rejected]
    assert (found[-1].cursor, found[-1].last) == (pages[-1].cursor, True)
    assert all(len(one.records) >= room.ROWS for one in found[:-1])


def test_a_page_of_the_usual_size_is_handed_on_alone():
    big = [page(n, [f"{n}-{k}" for k in range(room.ROWS)]) for n in range(2)]
    assert list(portions(iter(big))) == big


def test_a_row_that_came_twice_counts_as_it_was_read_last():
    both = joined([page(0, ["a", "b"]), page(1, ["a"])])
    assert {one.ref.id: one.modified_at for one in both.records} == {"a": AT + timedelta(seconds=1), "b": AT}


def test_what_was_read_before_the_reading_broke_off_is_kept_with_its_cursor():
    def broken():
        yield page(0, ["a"])
        yield page(1, ["b"])
        raise RetryLater("busy")

    kept = portions(broken())
    assert [one.ref.id for one in next(kept).records] == ["a", "b"]
    with pytest.raises(RetryLater):
        next(kept)
