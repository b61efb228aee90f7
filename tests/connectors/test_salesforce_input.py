"""Bad input from Salesforce: each oddity has one outcome, and a bad row never costs its page.

The rows are read as JSON and as CSV: where a spelling exists in both, both end the same.
"""

import json
from datetime import UTC, date, datetime

import pytest
import responses

from crmsync.connectors.registry import salesforce
from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce.cells import Cells
from crmsync.connectors.salesforce.client import Received
from crmsync.connectors.salesforce.shape import Envelope, Shape
from crmsync.mappings.read import misread, read_person
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import FieldSpec, StreamSpec, Wire, WriteRow
from tests.connectors.doubles import Notes, Sleeps
from tests.connectors.org import DATA, HOST, NOON

FIELDS = (
    FieldSpec("status", "Status"),
    FieldSpec("employees", "NumberOfEmployees", Wire.NUMBER),
    FieldSpec("converted", "IsConverted", Wire.FLAG),
    FieldSpec("created", "CreatedDate", Wire.INSTANT),
    FieldSpec("converted_on", "ConvertedDate", Wire.DAY),
)
LEADS = StreamSpec("salesforce", "leads", "Lead", RecordKind.LEAD, FIELDS)
KINDS = {"NumberOfEmployees": "int", "IsConverted": "boolean", "IsDeleted": "boolean", "CreatedDate": "datetime"}
ID, OTHER = "00Q000000000001AAA", "00Q000000000002AAA"
GOOD = {
    "Id": ID,
    "SystemModstamp": "2026-12-02T08:00:00.000+0000",
    "IsDeleted": False,
    "Status": "New",
    "NumberOfEmployees": 12,
    "IsConverted": False,
    "CreatedDate": "2026-11-02T08:00:00.000+0000",
    "ConvertedDate": None,
}


def page(*rows):
    return json.dumps({"totalSize": len(rows), "done": True, "records": list(rows)}).encode()


def read(body):
    _, records, rejected = Shape(LEADS).read(body)
    return records, rejected


def values(**fields):
    """What the fields of one row mean after the mapping read them; None also where the row misspells them."""
    [record], rejected = read(page(GOOD | fields))
    assert rejected == ()
    return read_person(record, LEADS).values, [one.cause for one in misread(record, LEADS)]


def cells(*lines):
    header = ",".join(Shape(LEADS).fields)
    body = Received(("\n".join([header, *lines]) + "\n").encode("utf-8", "surrogateescape"))
    return Cells(Shape(LEADS), KINDS).read(body)


# --- rows that cannot be used are set aside with their name and a reason, the others are read ------------------------

BAD_ROWS = [
    ("no Id at all", {"Id": ...}, "", "no Id"),
    ("an Id that is nothing", {"Id": None}, "", "no Id"),
    ("an empty Id", {"Id": ""}, "", "no Id"),
    ("a number for an Id", {"Id": 7}, "7", "no Id"),
    ("an Id of 15 characters", {"Id": ID[:15]}, ID[:15], "18 letters and digits"),
    ("an Id of 17 characters", {"Id": ID[:17]}, ID[:17], "18 letters and digits"),
    ("an Id with a quote in it", {"Id": "00Q00000000000'AAA"}, "00Q00000000000'AAA", "18 letters and digits"),
    ("no stamp", {"SystemModstamp": ...}, ID, "when it was changed"),
    ("a stamp that is nothing", {"SystemModstamp": None}, ID, "when it was changed"),
    ("a stamp without a zone", {"SystemModstamp": "2026-12-02T08:00:00.000"}, ID, "no zone"),
    ("a stamp that is a number", {"SystemModstamp": 1764662400}, ID, "when it was changed"),
    ("a stamp that is no date", {"SystemModstamp": "yesterday"}, ID, "yesterday"),
    ("a stamp before the calendar", {"SystemModstamp": "0001-01-01T00:00:00+14:00"}, ID, "calendar"),
    ("a life that is no yes or no", {"IsDeleted": "perhaps"}, ID, "deleted"),
    ("no life", {"IsDeleted": ...}, ID, "deleted"),
    ("an object for a text", {"Status": {"value": "New"}}, ID, "object"),
    ("a list for a text", {"Status": ["New"]}, ID, "array"),
    ("an object for the Id", {"Id": {"value": ID}}, "", "object"),
]


@pytest.mark.parametrize("what,odd,name,why", BAD_ROWS, ids=[what for what, *_ in BAD_ROWS])
def test_a_row_that_cannot_be_used_is_set_aside_and_its_neighbour_is_read(what, odd, name, why):
    bad = {key: one for key, one in (GOOD | odd).items() if one is not ...}
    records, [rejected] = read(page(bad, GOOD | {"Id": OTHER}))
    assert [one.ref.id for one in records] == [OTHER]
    assert (rejected.ref.id, rejected.cause) == (name, "unreadable")
    assert why in rejected.detail


@pytest.mark.parametrize("body", [b'"Status": "b\xfcro"', b'"Status": "\xed\xa0\x80"', b'"Status": "\xc3("'])
def test_a_row_that_is_not_utf8_is_set_aside_and_its_neighbours_are_read(body):
    whole = page(GOOD, GOOD | {"Id": OTHER})
    records, [rejected] = read(whole.replace(b'"Status": "New"', body, 1))
    assert [one.ref.id for one in records] == [OTHER]
    assert rejected.ref.id == ID


def test_half_an_emoji_becomes_the_sign_for_something_unreadable():
    whole = page(GOOD | {"Status": "Hot X"}, GOOD | {"Id": OTHER, "Status": "🦙"}).replace(b"X", b"\\ud83e")
    records, rejected = read(whole)
    assert [one.values[0] for one in records] == ["Hot \ufffd", "🦙"]
    assert rejected == ()


# --- values that are odd are read for what they mean ------------------------------------------------------------------

SPELLINGS = [
    ("status", "Status", "", None),
    ("status", "Status", None, None),
    ("status", "Status", ..., None),
    ("status", "Status", "  New ", "  New "),
    ("status", "Status", 7, "7"),
    ("status", "Status", True, "true"),
    ("status", "Status", "x" * 100_000, "x" * 100_000),
    ("status", "Status", "nul \u0000 in it", "nul \u0000 in it"),
    ("employees", "NumberOfEmployees", "12", 12.0),
    ("employees", "NumberOfEmployees", " 12.5 ", 12.5),
    ("employees", "NumberOfEmployees", 12, 12.0),
    ("employees", "NumberOfEmployees", "", None),
    ("employees", "NumberOfEmployees", "1e3", 1000.0),
    ("converted", "IsConverted", "true", True),
    ("converted", "IsConverted", "FALSE", False),
    ("converted", "IsConverted", None, None),
    ("created", "CreatedDate", "2026-11-02T08:00:00.000+0000", datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ("created", "CreatedDate", "2026-11-02T08:00:00.000Z", datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ("created", "CreatedDate", "2026-11-02T09:00:00+01:00", datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ("created", "CreatedDate", "", None),
    ("converted_on", "ConvertedDate", "2026-11-02", date(2026, 11, 2)),
    ("converted_on", "ConvertedDate", "2026-11-02T08:00:00.000+0000", date(2026, 11, 2)),
]


@pytest.mark.parametrize("ours,vendor,told,meant", SPELLINGS)
def test_a_value_is_read_for_what_it_means_however_it_is_spelled(ours, vendor, told, meant):
    row = {key: one for key, one in (GOOD | {vendor: told}).items() if one is not ...}
    [record], rejected = read(page(row))
    assert (rejected, misread(record, LEADS)) == ((), ())
    assert read_person(record, LEADS).values.get(ours) == meant


WRONG = [
    ("employees", {"NumberOfEmployees": "a dozen"}),
    ("employees", {"NumberOfEmployees": True}),
    ("employees", {"NumberOfEmployees": "9" * 400}),
    ("converted", {"IsConverted": "maybe"}),
    ("converted", {"IsConverted": 2}),
    ("created", {"CreatedDate": "2026-11-02T08:00:00"}),
    ("created", {"CreatedDate": "02.11.2026"}),
    ("converted_on", {"ConvertedDate": "2026-13-02"}),
]


@pytest.mark.parametrize("ours,odd", WRONG)
def test_a_value_of_the_wrong_type_counts_as_nothing_and_is_set_aside_by_its_field(ours, odd):
    read_as, causes = values(**odd)
    assert read_as.get(ours) is None
    assert causes == [f"unreadable {ours}"]


def test_fields_nobody_asked_for_change_nothing():
    more = {"attributes": {"type": "Lead", "url": "/x"}, "Unknown__c": {"deep": [1]}, "Owner": None}
    assert read(page(GOOD | more)) == read(page(GOOD))


def test_a_deleted_row_is_told_by_word_as_well_as_by_truth():
    records, _ = read(page(GOOD | {"IsDeleted": "true"}, GOOD | {"Id": OTHER, "IsDeleted": True}))
    assert [one.deleted for one in records] == [True, True]


def test_equal_input_gives_equal_records_whatever_the_order_of_its_keys():
    assert read(page(dict(reversed(GOOD.items())))) == read(page(GOOD))


# --- answers that are no page -----------------------------------------------------------------------------------------

NO_PAGES = [
    b"",
    b"[]",
    b"null",
    b'"New"',
    b"{}",
    b'{"done": true}',
    b'{"records": []}',
    b'{"done": "yes", "records": []}',
    b'{"done": true, "records": {"Id": 1}}',
    b'{"done": true, "totalSize": "3", "records": []}',
    b'{"done": true, "records": [{"Id": "00Q000000000001AAA", ',
    b"<html><body>Down for maintenance</body></html>",
    b"\xff\xfe{\x00}\x00",
]


@pytest.mark.parametrize("body", NO_PAGES)
def test_an_answer_that_is_no_page_stops_the_stream_and_is_never_an_empty_page(body):
    with pytest.raises(ShapeChanged):
        read(body)


@pytest.mark.parametrize("body", [b"\xff", b'{"done": "\xff"}', b"[1", b"1e999"])
def test_a_small_answer_that_is_no_json_is_no_crash(body):
    with pytest.raises(ShapeChanged):
        parse(body, Envelope)


# --- the same in prepared files ---------------------------------------------------------------------------------------

LINE = f"{ID},2026-12-02T08:00:00.000Z,false,New,12,false,2026-11-02T08:00:00.000Z,"


def test_a_prepared_row_equals_the_queried_row():
    assert cells(LINE)[0] == read(page(GOOD))[0]


@pytest.mark.parametrize(
    "line,value",
    [
        (LINE.replace("New", '"two\nlines"'), "two\nlines"),
        (LINE.replace("New", '"two\r\nlines\n"'), "two\r\nlines\n"),
        (LINE.replace("New", '"a ""quote"", and a comma"'), 'a "quote", and a comma'),
        (LINE.replace("New", '"sep\u2028\u0085\x0b\x0carators"'), "sep\u2028\u0085\x0b\x0carators"),
        (LINE.replace("New", ""), None),
        (LINE.replace("New", '""'), None),
        (LINE.replace("New", "#N/A"), "#N/A"),
        (LINE.replace("New", f'"{"x" * 300_000}"'), "x" * 300_000),
    ],
)
def test_a_cell_keeps_its_text_and_an_empty_one_is_nothing(line, value):
    [record], rejected = cells(line, LINE.replace(ID, OTHER))[0][:1], cells(line)[1]
    assert (record.values[0], rejected) == (value, ())


@pytest.mark.parametrize(
    "line,why",
    [
        (LINE.replace(ID, ""), "no Id"),
        (LINE.replace(ID, ID[:15]), "18 letters and digits"),
        (LINE.replace("2026-12-02T08:00:00.000Z", ""), "when it was changed"),
        (LINE.replace("false", "perhaps", 1), "deleted"),
        (LINE + ",one more", "9 cells"),
        (ID, "1 cells"),
        (LINE.replace("New", "b\udcfcro"), "UTF-8"),
    ],
)
def test_a_prepared_row_that_cannot_be_used_is_set_aside_and_its_neighbour_is_read(line, why):
    records, [rejected] = cells(line, LINE.replace(ID, OTHER))
    assert [one.ref.id for one in records] == [OTHER]
    assert why in rejected.detail


def test_a_number_that_is_none_stays_a_text_for_the_mapping_to_set_aside():
    [record], _ = cells(LINE.replace("12,", "a dozen,"))
    assert [one.cause for one in misread(record, LEADS)] == ["unreadable employees"]


def test_columns_come_in_any_order_and_case():
    names = dict(zip(Shape(LEADS).fields, LINE.split(","), strict=True))
    header, line = ",".join(reversed(names)).upper(), ",".join(reversed(names.values()))
    records, _ = Cells(Shape(LEADS), KINDS).read(Received(f"{header}\n{line}\n".encode()))
    assert records == read(page(GOOD))[0]


def test_a_file_without_a_column_we_need_is_no_file_of_ours():
    with pytest.raises(ShapeChanged, match="no column SystemModstamp"):
        Cells(Shape(LEADS), KINDS).read(Received(b"Id,Status\n"))


def test_an_empty_file_has_no_rows():
    assert Cells(Shape(LEADS), KINDS).read(Received(b"")) == ((), ())


@pytest.mark.parametrize("end", range(1, len(LINE) + 1, 9))
def test_a_file_cut_anywhere_is_never_taken_for_whole(end):
    header = ",".join(Shape(LEADS).fields)
    whole = f"{header}\n{LINE}\n{LINE.replace('New', chr(34) + 'Old' + chr(34)).replace(ID, OTHER)}\n".encode()
    cut = Received(whole[:-end])
    cut.rows = 2
    try:
        records, rejected = Cells(Shape(LEADS), KINDS).read(cut)
    except RetryLater:
        return
    assert len(records) + len(rejected) == 2


# --- what is written and what is answered -----------------------------------------------------------------------------

ANSWERS = [
    ("not JSON", b"<html>ok</html>"),
    ("nothing", b""),
    ("cut", b'[{"id": "00Q000000000001AAA", "succ'),
    ("an object", b'{"success": true}'),
    ("too few", b"[]"),
    ("another record", b'[{"id": "00Q000000000009AAA", "success": true, "errors": []}]'),
    ("no id", b'[{"success": true, "errors": []}]'),
    ("success in words", b'[{"id": "00Q000000000001AAA", "success": "true", "errors": []}]'),
    ("an id that is a number", b'[{"id": 7, "success": true, "errors": []}]'),
    ("not UTF-8", b'[{"id": "\xff", "success": true, "errors": []}]'),
]


@pytest.mark.parametrize("what,body", ANSWERS, ids=[what for what, _ in ANSWERS])
def test_a_write_whose_answer_is_odd_is_unknown_and_sent_once(what, body):
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        http.patch(f"{DATA}/composite/sobjects", body=body)
        crm = salesforce(HOST, "62.0", {"salesforce_token": "t"}, "token", Notes(), Sleeps())
        row = WriteRow("op", Ref("salesforce", "Lead", ID), {"Status": "x" * 300})
        [receipt] = crm.update("Lead", [row])
        crm.close()
        assert (receipt.kind, len(http.calls)) == (ReceiptKind.UNKNOWN, 1)


def test_a_value_longer_than_its_field_is_refused_in_the_vendors_words_and_its_neighbours_are_written():
    long = [{"statusCode": "STRING_TOO_LONG", "message": "Status: data value too large (max length=40)", "fields": []}]
    told = [{"success": False, "errors": long}, {"id": OTHER, "success": True, "errors": []}]
    with responses.RequestsMock() as http:
        http.patch(f"{DATA}/composite/sobjects", json=told)
        crm = salesforce(HOST, "62.0", {"salesforce_token": "t"}, "token", Notes(), Sleeps())
        rows = [WriteRow(one, Ref("salesforce", "Lead", one), {"Status": "x" * 300}) for one in (ID, OTHER)]
        first, second = crm.update("Lead", rows)
        crm.close()
    assert (first.kind, second.kind) == (ReceiptKind.REFUSED, ReceiptKind.OK)
    assert "STRING_TOO_LONG" in first.words


def test_records_are_found_whether_they_are_asked_for_with_15_or_18_characters():
    with responses.RequestsMock() as http:
        http.get(f"{DATA}/queryAll/", body=page(GOOD), headers={"Date": f"{NOON:%a, %d %b %Y %H:%M:%S} GMT"})
        crm = salesforce(HOST, "62.0", {"salesforce_token": "t"}, "token", Notes(), Sleeps())
        for name in (ID, ID[:15]):
            [record] = crm.fetch(LEADS, [Ref("salesforce", "Lead", name)])
            assert (record.deleted, record.ref.id) == (False, ID)
        crm.close()


@pytest.mark.parametrize("odd", [{"length": None}, {"picklistValues": None}, {"label": 7}, {"type": None}, {"name": 7}])
def test_a_describe_that_is_odd_is_told_and_nothing_is_guessed(odd):
    told = {"fields": [{"name": "Status", "type": "picklist", **odd}, {"name": "X__c", "type": "string"}]}
    with responses.RequestsMock() as http:
        http.get(f"{DATA}/sobjects/Contact/describe", json=told)
        crm = salesforce(HOST, "62.0", {"salesforce_token": "t"}, "token", Notes(), Sleeps())
        with pytest.raises(ShapeChanged, match="not shaped as expected"):
            crm.describe("Contact")
        crm.close()


def test_a_describe_is_read_with_fields_and_keys_nobody_knew_of():
    told = {
        "fields": [{"name": "Status", "type": "new_type", "newKey": {}}, {"name": "X__c", "type": "string"}],
        "y": 1,
    }
    with responses.RequestsMock() as http:
        http.get(f"{DATA}/sobjects/Contact/describe", json=told)
        crm = salesforce(HOST, "62.0", {"salesforce_token": "t"}, "token", Notes(), Sleeps())
        found = crm.describe("Contact").fields
        crm.close()
    assert {name: (one.writable, one.options) for name, one in found.items()} == {
        "Status": (False, None),
        "X__c": (False, None),
    }
