"""HubSpot that says less than it knows: silent batches, hidden results, merges, odd values - each has one outcome."""

import json
from datetime import UTC, datetime

import pytest

from crmsync.connectors.hubspot import objects
from crmsync.connectors.registry import hubspot
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import Cursor, WriteRow
from tests.connectors.doubles import Notes, Sleeps, stream
from tests.connectors.scripted import scripted

TEN = datetime(2026, 12, 2, 10, 2, tzinfo=UTC)
DATE = {"Date": "Wed, 02 Dec 2026 10:02:00 GMT"}
PEOPLE = stream("hubspot", "contacts", RecordKind.CONTACT, "lastname", "merged_into")
NAMES = [f"property_number_{one:04}" for one in range(700)]
WIDE = stream("hubspot", "contacts", RecordKind.CONTACT, *NAMES[:200])
WIDEST = stream("hubspot", "contacts", RecordKind.CONTACT, *NAMES)
HISTORY = stream("hubspot", "contacts_history", RecordKind.HISTORY, "value", tracked=("hs_lead_status",))


@pytest.fixture
def server():
    with scripted() as made:
        yield made


@pytest.fixture
def portal(server):
    made = hubspot(
        f"http://127.0.0.1:{server.server_port}", "2026-09", {"hubspot_token": "t"}, "token", Notes(), Sleeps()
    )
    yield made
    made.close()


def row(number: object, **properties: object) -> dict[str, object]:
    return {"id": number, "properties": {"lastname": "N", "lastmodifieddate": "2026-12-02T08:00:00Z"} | properties}


def answer(status: int, body: object) -> tuple[int, dict[str, str], bytes]:
    return (status, DATE, body if isinstance(body, bytes) else json.dumps(body).encode())


def page(*rows: object, **more: object) -> tuple[int, dict[str, str], bytes]:
    return answer(200, {"results": list(rows), **more})


def missing(*ids: str) -> dict[str, object]:
    return {
        "numErrors": 1,
        "errors": [{"category": "OBJECT_NOT_FOUND", "message": "no", "context": {"ids": list(ids)}}],
    }


def refs(*numbers: int) -> list[Ref]:
    return [Ref("hubspot", "contacts", str(one)) for one in numbers]


def since(spec) -> Cursor:
    return Cursor("hubspot", spec.name, spec.digest, TEN)


def paths(server) -> list[str]:
    return [path.split("?")[0].removeprefix("/crm/objects/2026-09/") for _, path, _ in server.asked]


# --- reading by id --------------------------------------------------------------------------------------------------


def test_what_a_batch_read_calls_unknown_is_gone_without_another_question(server, portal):
    server.script = [answer(207, {"results": [row("1")], **missing("2")})]
    assert [one.deleted for one in portal.fetch(PEOPLE, refs(1, 2))] == [False, True]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "silent", [{"results": []}, {}, {"results": [], "errors": []}, {"results": [], "numErrors": 0}]
)
def test_a_silent_batch_is_no_proof_that_records_are_gone(server, portal, silent):
    server.script = [answer(200, {"results": []} | silent), answer(200, row("1")), answer(404, {"message": "no"})]
    assert [one.deleted for one in portal.fetch(PEOPLE, refs(1, 2))] == [False, True]
    assert paths(server)[1:] == ["contacts/1", "contacts/2"]


def test_records_left_out_that_are_too_wide_to_be_asked_for_alone_are_asked_for_later(server, portal):
    server.script = [page()]
    with pytest.raises(RetryLater):
        portal.fetch(WIDEST, refs(1))
    assert len(server.asked) == 1


def test_an_error_page_of_the_edge_is_no_proof_either(server, portal):
    server.script = [page(), answer(404, b"<html>not found</html>")]
    with pytest.raises(ShapeChanged):
        portal.fetch(PEOPLE, refs(1))


def test_a_record_asked_for_alone_that_cannot_be_read_stops_rather_than_passes_for_gone(server, portal):
    server.script = [page(), answer(200, row("1", lastname={"odd": 1}))]
    with pytest.raises(ShapeChanged):
        portal.fetch(PEOPLE, refs(1))


def test_both_merged_records_resolve_to_the_third_one_where_it_names_them(server, portal):
    server.script = [page(row("9", hs_merged_object_ids="7;8"))]
    found = portal.fetch(PEOPLE, refs(7, 8))
    assert [(one.ref.id, one.deleted, one.values) for one in found] == [
        ("7", True, (None, "9")),
        ("8", True, (None, "9")),
    ]
    assert len(server.asked) == 1


def test_a_merged_record_is_known_by_the_other_id_it_answers_with_even_where_the_survivor_names_nobody(server, portal):
    server.script = [page(row("9"), row("9")), answer(200, row("9")), answer(200, row("9"))]
    found = portal.fetch(PEOPLE, refs(7, 8))
    assert [(one.ref.id, one.deleted, one.values) for one in found] == [
        ("7", True, (None, "9")),
        ("8", True, (None, "9")),
    ]


def test_the_survivor_of_a_merge_comes_in_a_pass_with_those_it_swallowed(server, portal):
    server.script = [page(row("9", hs_merged_object_ids="7; 8"), total=1)]
    [only] = portal.pull(PEOPLE, since(PEOPLE))
    assert [(one.ref.id, one.values[1]) for one in only.records] == [("9", None), ("7", "9"), ("8", "9")]


def test_links_of_many_records_are_read_a_thousand_at_a_time(server, portal):
    calls = stream("hubspot", "calls", RecordKind.ACTIVITY, "hs_call_title", associated=("contacts",))
    numbers = range(1, 1102)
    stamp = {"hs_lastmodifieddate": "2026-12-02T08:00:00Z"}
    pages = [page(*(row(str(one), **stamp) for one in numbers[at : at + 100])) for at in range(0, 1101, 100)]
    last = {"from": {"id": "1101"}, "to": [{"toObjectId": 7}]}
    server.script = [*pages, answer(207, {"results": []}), answer(200, {"results": [last]})]
    found = portal.fetch(calls, [Ref("hubspot", "calls", str(one)) for one in numbers])
    assert [len(json.loads(body)["inputs"]) for body in server.bodies[-2:]] == [1000, 101]
    assert found[-1].parties == (Ref("hubspot", "contacts", "7"),)


# --- searching ------------------------------------------------------------------------------------------------------


def test_a_short_page_does_not_end_a_pass_that_counts_more(server, portal):
    server.script = [page(row("3"), row("5"), total=3), page(row("8"), total=1)]
    pages = list(portal.pull(PEOPLE, since(PEOPLE)))
    assert [one.ref.id for page in pages for one in page.records] == ["3", "5", "8"]
    filters = json.loads(server.bodies[1])["filterGroups"][0]["filters"]
    assert {"propertyName": "hs_object_id", "operator": "GT", "value": "5"} in filters
    assert "after" not in json.loads(server.bodies[1])


def test_ids_are_counted_as_numbers_not_as_words(server, portal):
    server.script = [page(row("10"), row("9"), total=3), page(row("11"), total=1)]
    list(portal.pull(PEOPLE, since(PEOPLE)))
    filters = json.loads(server.bodies[1])["filterGroups"][0]["filters"]
    assert filters[-1]["value"] == "10"


@pytest.mark.parametrize("rows", [[], [row("abc")], [row("")], [row("٣")]])
def test_a_search_that_counts_what_it_does_not_show_is_asked_again_later(server, portal, rows):
    server.script = [page(*rows, total=5)] * 2
    with pytest.raises(RetryLater):
        list(portal.pull(PEOPLE, since(PEOPLE)))
    assert len(server.asked) == (1 if rows else 2)


def test_a_search_that_counts_too_few_or_too_many_neither_loses_nor_loops(server, portal):
    rows = [row(str(one)) for one in range(1, 201)]
    server.script = [page(*rows, total=150), page(row("201"), total=2), page(total=1), page(total=1)]
    pages = list(portal.pull(PEOPLE, since(PEOPLE)))
    assert sum(len(page.records) for page in pages) == 201


def test_an_odd_row_in_a_search_does_not_hold_up_the_stream(server, portal):
    server.script = [page("odd", total=1)]
    [only] = portal.pull(PEOPLE, since(PEOPLE))
    assert (only.last, len(only.rejected)) == (True, 1)


def test_a_search_never_reaches_the_cap_of_ten_thousand(server, portal):
    def full(first: int) -> tuple[int, dict[str, str], bytes]:
        return page(*(row(str(one)) for one in range(first, first + 200)), total=10_400 - first + 1)

    server.script = [full(first) for first in range(1, 10_400, 200)] + [page(total=0)]
    pages = list(portal.pull(PEOPLE, since(PEOPLE)))
    ids = [int(one.ref.id) for page in pages for one in page.records]
    assert ids == list(range(1, 10_401))
    asked = [json.loads(body) for body in server.bodies]
    assert not any("after" in one for one in asked)
    assert all(one["limit"] == 200 and len(one["sorts"]) == 1 for one in asked)


def test_more_properties_than_a_question_may_name_are_read_by_id(server, portal):
    server.script = [
        page({"id": "1", "properties": {"lastmodifieddate": "2026-12-02T08:00:00Z"}}, total=1),
        page(row("1")),
    ]
    [only] = portal.pull(WIDE, since(WIDE))
    assert [one.ref.id for one in only.records] == ["1"]
    assert len(server.bodies[0]) < 3000
    assert len(json.loads(server.bodies[1])["properties"]) > 200


def test_records_that_the_second_look_leaves_out_are_not_lost(server, portal):
    server.script = [page(row("1"), row("2"), total=2), page(row("1"))]
    with pytest.raises(RetryLater):
        list(portal.pull(WIDE, since(WIDE)))


def test_histories_that_are_left_out_in_silence_are_not_lost(server, portal):
    server.script = [page(row("1"), total=1), page()]
    with pytest.raises(RetryLater):
        list(portal.pull(HISTORY, since(HISTORY)))
    server.script = [page(row("1"), total=1), answer(207, {"results": [], **missing("1")})]
    assert [one.records for one in portal.pull(HISTORY, since(HISTORY))] == [()]


def test_more_properties_than_an_address_holds_are_read_by_id(server, portal):
    server.script = [page(row("1"), row("2"), paging={"next": {"after": "2"}}), page(row("2"), row("1")), page()]
    first, _ = portal.pull(WIDEST, None)
    assert {one.ref.id for one in first.records} == {"1", "2"}
    assert all(len(path) < objects.LONGEST_ADDRESS for _, path, _ in server.asked)
    assert len(json.loads(server.bodies[1])["properties"]) > 700


# --- odd values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value,read",
    [
        ("", ""),
        (None, None),
        ("12", "12"),
        (12, 12),
        (1.5, 1.5),
        (True, True),
        ("x" * 70_000, "x" * 70_000),
        ("é", "é"),
    ],
)
def test_any_scalar_is_taken_as_it_is_spelled(server, portal, value, read):
    server.script = [page(row("1", lastname=value))]
    [only] = portal.pull(PEOPLE, None)
    assert only.records[0].values[0] == read


def test_a_property_that_is_not_there_and_one_nobody_asked_for_change_nothing(server, portal):
    bare = {"id": "1", "properties": {"lastmodifieddate": "2026-12-02T08:00:00Z", "new": "x"}, "newKey": [1, {"a": 2}]}
    server.script = [page(bare)]
    [only] = portal.pull(PEOPLE, None)
    assert only.records[0].values == (None, None)
    assert not only.rejected


ODD = {
    "no id": {"properties": {"lastmodifieddate": "2026-12-02T08:00:00Z"}},
    "an id that is a number": row(7),
    "an id that is nothing": row(None),
    "a list for a value": row("7", lastname=["a"]),
    "an object for a value": row("7", lastname={"a": 1}),
    "properties that are a list": {"id": "7", "properties": []},
    "no properties": {"id": "7"},
    "a stamp that is no instant": row("7", lastmodifieddate="soon"),
    "a stamp without a zone": row("7", lastmodifieddate="2026-12-02T08:00:00"),
    "no stamp": {"id": "7", "properties": {"lastname": "N"}},
    "a row that is a word": "seven",
    "a row that is nothing": None,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_row_is_set_apart_and_the_others_go_on(server, portal, odd):
    server.script = [page(row("1"), odd, row("3"))]
    [only] = portal.pull(PEOPLE, None)
    assert [one.ref.id for one in only.records] == ["1", "3"]
    assert [one.cause for one in only.rejected] == ["unreadable"]


def test_a_text_that_is_not_utf_8_costs_its_own_row(server, portal):
    broken = json.dumps({"results": [row("1"), row("2", lastname="caf@"), row("3")]}).encode().replace(b"@", b"\xe9")
    server.script = [answer(200, broken)]
    [only] = portal.pull(PEOPLE, None)
    assert [one.ref.id for one in only.records] == ["1", "3"]
    assert [one.ref.id for one in only.rejected] == ["2"]


@pytest.mark.parametrize(
    "stamp", ["2026-12-02T08:00:00.000Z", "1796198400000", 1796198400000, "2026-12-02T09:00:00+01:00"]
)
def test_a_stamp_is_understood_in_both_spellings(server, portal, stamp):
    server.script = [page(row("1", lastmodifieddate=stamp))]
    [only] = portal.pull(PEOPLE, None)
    assert only.records[0].modified_at == datetime(2026, 12, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"{", b'{"results": [{"id": "1", "prop', b"<html>", b"null", b"\xff\xfe"])
def test_an_answer_cut_short_or_of_another_kind_never_passes_for_an_empty_one(server, portal, body):
    server.script = [answer(200, body)]
    with pytest.raises(ShapeChanged):
        list(portal.pull(PEOPLE, None))


# --- writing --------------------------------------------------------------------------------------------------------


def write(number: int, value: str = "N") -> WriteRow:
    return WriteRow(f"op-{number}", Ref("hubspot", "contacts", str(number)), {"lastname": value})


@pytest.mark.parametrize("status", [200, 207])
@pytest.mark.parametrize(
    "said", [{"status": "COMPLETE", "results": []}, {"results": [], "errors": []}, {}, {"status": "PENDING"}]
)
def test_a_silent_batch_wrote_nothing_that_we_know_of(server, portal, status, said):
    server.script = [answer(status, said)]
    assert [one.kind for one in portal.update("contacts", [write(1), write(2)])] == [ReceiptKind.UNKNOWN] * 2


def test_a_value_longer_than_the_property_holds_costs_its_own_row(server, portal):
    too_long = {"category": "VALIDATION_ERROR", "message": "Property values were not valid: too long"}
    server.script = [
        answer(400, too_long),
        answer(200, {"results": [{"id": "1"}]}),
        answer(400, too_long),
    ]
    receipts = portal.update("contacts", [write(1), write(2, "x" * 70_000)])
    assert [one.kind for one in receipts] == [ReceiptKind.OK, ReceiptKind.REFUSED]
    assert "too long" in receipts[1].words


def test_one_input_refused_in_a_multi_status_answer_has_its_words_and_the_others_are_written(server, portal):
    error = {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": 'Property value "x" is not a valid email',
        "context": {"objectWriteTraceId": ["op-2"]},
    }
    server.script = [answer(207, {"status": "COMPLETE", "results": [{"id": "1"}], "numErrors": 1, "errors": [error]})]
    receipts = portal.update("contacts", [write(1), write(2)])
    assert [one.kind for one in receipts] == [ReceiptKind.OK, ReceiptKind.REFUSED]
    assert "not a valid email" in receipts[1].words


def test_a_record_merged_away_since_is_answered_under_its_new_id_and_counts_as_unknown(server, portal):
    server.script = [answer(200, {"results": [{"id": "9"}]})]
    assert [one.kind for one in portal.update("contacts", [write(7)])] == [ReceiptKind.UNKNOWN]


def test_whose_edit_we_went_over_is_asked_once_more_where_the_portal_keeps_silent(server, portal):
    def entry(value: str, when: str) -> dict[str, str]:
        return {"value": value, "timestamp": f"2026-12-02T10:{when}Z", "sourceType": "API"}

    edited = {"id": "1", "propertiesWithHistory": {"lastname": [entry("ours", "01:02"), entry("theirs", "01:01")]}}
    alone = {"id": "2", "propertiesWithHistory": {"lastname": [entry("ours", "01:02")]}}
    looked = {one: ("N", datetime(2026, 12, 2, 10, 1, tzinfo=UTC)) for one in refs(1, 2, 3)}
    server.script = [answer(207, {"results": [alone], **missing("3")}), page(edited)]
    [lost] = portal.overwritten(PEOPLE, "lastname", looked)
    assert (lost.ref.id, lost.value) == ("1", "theirs")
    assert json.loads(server.bodies[1])["inputs"] == [{"id": "1"}]
