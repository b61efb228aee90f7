"""What every connector owes the river, whichever CRM is behind it: one suite for all of them."""

import pytest

from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref

AN_HOUR = 3600
NOBODY = {"memo": "m999", "salesforce": "00Q000000000999AAA", "hubspot": "999"}


def nobody(side) -> Ref:
    return Ref(side.system, side.object, NOBODY[side.system])


# Pulling -------------------------------------------------------------------------------------------------------------


def test_everything_comes_once_and_the_last_page_says_so(side):
    side.put(*range(1, 8))
    pages = list(side.crm.pull(side.people, None))
    refs = [record.ref for page in pages for record in page.records]
    assert len(refs) == len(set(refs)) == 7
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert pages[-1].cursor.position is None
    assert pages[-1].cursor.upper is not None


def test_a_row_holds_the_fields_of_its_stream_in_their_order(side):
    side.put(1)
    [raw] = side.everybody()
    assert raw.values == (side.words[0], "N1")
    assert (raw.ref.system, raw.ref.object, raw.deleted) == (side.system, side.object, False)


@pytest.mark.parametrize("broken_off_after", [1, 2, 3])
def test_a_pass_can_be_resumed_at_any_page_by_another_process(side, broken_off_after):
    side.put(*range(1, 10))
    pages = side.crm.pull(side.people, None)
    first = [next(pages) for _ in range(broken_off_after)]
    had = {record.ref for page in first for record in page.records}
    other = side.opened()
    rest, cursor = side.pull(first[-1].cursor, other)
    other.close()
    assert had | {record.ref for record in rest} == {record.ref for record in side.everybody()}
    assert not had & {record.ref for record in rest}
    assert cursor.position is None


def test_equal_input_gives_equal_rows(side):
    side.put(*range(1, 6))
    other = side.opened()
    assert side.pull()[0] == side.pull()[0] == side.pull(crm=other)[0]
    other.close()


def test_a_cursor_brings_what_moved_since_and_nothing_else(side):
    side.put(*range(1, 6))
    _, cursor = side.pull()
    side.advance(AN_HOUR)
    assert side.pull(cursor)[0] == []
    side.edit(3, side.words[1])
    [moved] = side.pull(cursor)[0]
    assert (moved.ref, moved.values) == (side.ref(3), (side.words[1], "N3"))


def test_a_deleted_record_surfaces_as_deleted(side):
    side.put(1, 2, 3)
    _, cursor = side.pull()
    gone = side.ref(2)
    side.advance(AN_HOUR)
    side.delete(2)
    side.advance(AN_HOUR)
    assert [(one.ref, one.deleted) for one in side.pull(cursor)[0]] == [(gone, True)]


def test_an_empty_stream_ends_with_one_page_and_a_cursor(side):
    records, cursor = side.pull()
    assert (records, cursor.position, cursor.system) == ([], None, side.system)


# Fetching ------------------------------------------------------------------------------------------------------------


def test_present_values_come_one_for_each_ref_in_order_and_what_is_gone_is_deleted(side):
    side.put(1, 2, 3)
    refs = [side.ref(3), side.ref(1), side.ref(2)]
    side.delete(1)
    found = side.crm.fetch(side.people, [*refs, nobody(side)])
    assert [one.ref for one in found] == [*refs, nobody(side)]
    assert [one.deleted for one in found] == [False, True, False, True]


def test_fetching_nobody_is_fine(side):
    assert side.crm.fetch(side.people, []) == []


# Writing -------------------------------------------------------------------------------------------------------------


def test_what_is_written_reads_back(side):
    side.put(1)
    ref = side.ref(1)
    side.advance(AN_HOUR)
    [receipt] = side.crm.update(side.object, [side.row(ref, side.words[1])])
    [back] = side.crm.fetch(side.people, [ref])
    assert (receipt.kind, receipt.op_id, back.values[0]) == (ReceiptKind.OK, "op", side.words[1])
    [pulled] = side.everybody()
    assert pulled.values == back.values


def test_a_partial_batch_gives_one_receipt_for_each_row(side):
    side.put(1, 2)
    rows = [
        side.row(side.ref(1), side.words[1], "a"),
        side.row(nobody(side), side.words[1], "b"),
        side.row(side.ref(2), side.words[1], "c"),
    ]
    receipts = side.crm.update(side.object, rows)
    assert {one.op_id: one.kind for one in receipts} == {
        "a": ReceiptKind.OK,
        "b": ReceiptKind.REFUSED,
        "c": ReceiptKind.OK,
    }
    assert next(one.words for one in receipts if one.op_id == "b")


def test_writing_nothing_is_fine(side):
    assert side.crm.update(side.object, []) == []
    assert side.crm.insert(side.object, []) == []
    assert side.crm.find_tasks([]) == []
    assert side.crm.overwritten(side.people, side.status, {}) == []


def test_a_write_moves_the_stamp_so_that_others_see_it(side):
    side.put(1)
    _, cursor = side.pull()
    ref = side.ref(1)
    side.advance(AN_HOUR)
    side.crm.update(side.object, [side.row(ref, side.words[1])])
    side.advance(60)
    [seen] = side.pull(cursor)[0]
    assert seen.ref == ref


# Who it is -----------------------------------------------------------------------------------------------------------


def test_the_servers_time_goes_on(side):
    before = side.crm.server_time()
    side.advance(AN_HOUR)
    side.pull()
    after = side.crm.server_time()
    assert 3500 < (after - before).total_seconds() < 3700
    assert before.tzinfo is not None


def test_the_org_is_the_same_for_everybody_who_asks(side):
    other = side.opened()
    one, again = side.crm.org(), other.org()
    other.close()
    assert (one.system, one.org_id, one.user_id) == (again.system, again.org_id, again.user_id)
    assert one.org_id


def test_the_fields_of_a_stream_are_described(side):
    told = side.crm.describe(side.object)
    assert (told.system, told.object) == (side.system, side.object)
    assert {side.status, side.name} <= set(told.fields)
    assert set(side.words) <= set(told.fields[side.status].options or side.words)


def test_it_names_its_system(side):
    assert side.crm.system == side.system
