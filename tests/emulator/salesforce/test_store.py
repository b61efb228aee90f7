"""A big org stays quick and small: a page looks at its own rows, a checkpoint copies none, a cursor keeps rows."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.plan import candidates
from crmsync.emulator.salesforce.store import Record, Table
from tests.emulator.salesforce.door import Door, V


@pytest.fixture(scope="module")
def big() -> Door:
    door = Door()
    for number in range(600):
        minute, second = divmod(number // 3, 60)
        door.lead(Email=f"p{number}@x.example", SystemModstamp=f"2026-12-01T10:{minute:02}:{second:02}Z")
    return door


@pytest.mark.parametrize(
    "condition, order, most",
    [
        ("SystemModstamp > 2026-12-01T10:03:15Z", "SystemModstamp, Id", 20),
        ("SystemModstamp >= 2026-12-01T10:01:00Z AND SystemModstamp < 2026-12-01T10:01:05Z", "Email", 20),
        ("(SystemModstamp = 2026-12-01T10:03:15Z AND Id > '00Q000000000000') OR SystemModstamp > 2026-12-01T10:03:15Z",
         "SystemModstamp, Id", 20),
        ("Email = 'P7@x.example'", "Id", 1),
        ("Email IN ('p7@x.example', 'p8@x.example') AND Status != null", "Id", 2),
        ("CreatedById = '005000000000000'", "Id", 0),
    ],
)  # fmt: skip
def test_a_query_looks_only_at_the_rows_that_can_fit(big: Door, condition, order, most):
    query = parse(f"SELECT Id FROM Lead WHERE {condition} ORDER BY {order}")
    looked = list(candidates(big.org, query, big.org.known("Lead"))[0])
    assert len(looked) <= most
    assert len(big.values(f"SELECT Id FROM Lead WHERE {condition} ORDER BY {order}")) <= len(looked)


@pytest.mark.parametrize("order", ["SystemModstamp, Id", "SystemModstamp", "Id"])
def test_a_page_in_the_order_of_an_index_reads_no_further_than_its_end(big: Door, order):
    rows, in_order = candidates(big.org, parse(f"SELECT Id FROM Lead ORDER BY {order} LIMIT 5"), big.org.known("Lead"))
    assert in_order
    first = [row.id for row in islice(rows, 5)]
    assert first == big.values(f"SELECT Id FROM Lead ORDER BY {order} LIMIT 5")


def test_a_checkpoint_shares_every_row_and_a_change_leaves_it_alone(big: Door):
    saved = big.org.checkpoint()
    rows = saved.tables["Lead"][0]
    assert all(rows[row.id] is row.values for row in big.org.tables["Lead"])
    one = next(iter(big.org.tables["Lead"]))
    big.call("PATCH", f"{V}/sobjects/Lead/{one.id}", {"Title": "CEO"})
    assert (one.values["Title"], rows[one.id].get("Title")) == ("CEO", None)
    big.org.undo(saved)
    assert big.row(one.id).get("Title") is None
    assert big.values("SELECT Id FROM Lead WHERE Title = 'CEO'") == []


def test_the_pages_of_a_query_keep_rows_and_not_their_texts(big: Door):
    _, page = big.query("SELECT Id, Email FROM Lead", headers={"sforce-query-options": "batchSize=200"})
    found = big.org.cursors[page["nextRecordsUrl"].split("/")[-1].split("-")[0]]
    held = {row.id: row.values for row in found.rows}
    assert all(held[row.id] is row.values for row in big.org.tables["Lead"])


def test_a_failed_load_and_a_reset_leave_the_indexes_right(big: Door):
    saved = big.org.checkpoint()
    lead = big.lead(Email="new@x.example")
    big.load("Lead", lead, SystemModstamp="2026-12-05T00:00:00Z")
    big.org.restore(saved)
    assert big.values("SELECT Id FROM Lead WHERE Email = 'new@x.example'") == []
    assert big.values("SELECT Id FROM Lead WHERE SystemModstamp > 2026-12-04T00:00:00Z") == []
    assert len(big.values("SELECT Id FROM Lead ORDER BY Id")) == 600


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "purge", "save", "restore"]),
        st.sampled_from(["00Q1", "00Q2", "00Q3"]),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["a", "B", "b", None]),
    ),
    min_size=6,
    max_size=24,
)


@settings(max_examples=120)
@given(STEPS, st.booleans())
def test_a_table_and_its_indexes_agree_with_a_plain_dict(steps, always):
    """Whatever is put, changed, purged, saved and restored, in whatever order: the indexes find what a scan finds."""
    table, plain = Table(), {}
    saved = (table.saved(), dict(plain))
    for what, id_, stamp, key in steps:
        known = table.get(id_)
        if what == "write":
            plain[id_] = {"Id": id_, "SystemModstamp": stamp, "Key": key}
            if known is None:
                table.put(Record(id_, plain[id_]))
            else:
                table.change(known, plain[id_])
        elif what == "purge" and known is not None:
            table.purge(known, "now")
            del plain[id_]
        elif what == "save":
            saved = (table.saved(), dict(plain))
        elif what == "restore":
            table.restore(saved[0])
            plain = dict(saved[1])
        if always:  # else the indexes are first made at the end
            _agree(table, plain)
    _agree(table, plain)


def _agree(table: Table, plain: dict) -> None:
    assert {row.id: row.values for row in table} == plain
    for key in ("a", "b"):
        found = sorted(row.id for row in table.find("Key", key))
        assert found == sorted(id_ for id_, values in plain.items() if str(values["Key"]).lower() == key)
    ordered = [(row.values["SystemModstamp"], row.id) for row in table.between("2", None)]
    assert ordered == sorted((one["SystemModstamp"], id_) for id_, one in plain.items() if one["SystemModstamp"] >= "2")
    assert [row.id for row in table.from_id("00Q2")] == sorted(id_ for id_ in plain if id_ >= "00Q2")


def test_one_row_purged_and_another_put_between_two_questions_are_noticed():
    table = Table()
    table.put(Record("00Q1", {"Id": "00Q1"}))
    assert [row.id for row in table.from_id("")] == ["00Q1"]
    table.purge(table.rows["00Q1"], "now")
    table.put(Record("00Q2", {"Id": "00Q2"}))
    assert ([row.id for row in table.from_id("")], table.purged) == (["00Q2"], {"00Q1": "now"})
