"""One row at a time over the routes (facts/salesforce.md section 5.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.emulator.salesforce.ids import API_USER, numbered, to18
from tests.emulator.salesforce.door import Door, V

NOW = "2026-12-02T09:00:00.000+0000"


def test_a_created_row_has_its_defaults_its_stamps_and_one_line_in_the_audit(door: Door):
    status, body = door.call(
        "POST", f"{V}/sobjects/Lead/", {"LastName": "Archer", "FirstName": "Ann", "Company": "Acme"}
    )
    assert (status, body["success"], body["errors"]) == (201, True, [])
    row = door.row(body["id"])
    assert to18(body["id"]) == body["id"]
    assert body["id"].startswith("00Q")
    expected = {
        "Name": "Ann Archer",
        "Status": "Open - Not Contacted",
        "OwnerId": API_USER,
        "IsConverted": False,
        "CreatedDate": NOW,
        "LastModifiedDate": NOW,
        "SystemModstamp": NOW,
        "LastModifiedById": API_USER,
    }
    assert {name: row[name] for name in expected} == expected
    assert [line.as_json() for line in door.desk.audit] == [
        {
            "at": "2026-12-02T09:00:00.000Z",
            "actor": API_USER,
            "op": "create",
            "type": "Lead",
            "id": body["id"],
            "changes": {"LastName": [None, "Archer"], "FirstName": [None, "Ann"], "Company": [None, "Acme"]},
        }
    ]


def test_an_update_answers_204_moves_the_stamps_and_shows_before_and_after(door: Door):
    lead = door.lead(Status="Left Vmail", SystemModstamp="2026-01-01T00:00:00Z", CreatedDate="2026-01-01T00:00:00Z")
    answer = door.answer("PATCH", f"{V}/sobjects/Lead/{lead[:15]}", {"Status": "Working - Contacted"})
    assert (answer.status, answer.body) == (204, None)
    row = door.row(lead)
    assert (row["Status"], row["SystemModstamp"], row["CreatedDate"]) == (
        "Working - Contacted",
        NOW,
        "2026-01-01T00:00:00.000+0000",
    )
    assert door.desk.audit[-1].changes == {"Status": ("Left Vmail", "Working - Contacted")}


def test_an_update_that_changes_nothing_succeeds_and_is_still_a_write(door: Door):
    lead = door.lead(Title="CEO", SystemModstamp="2026-01-01T00:00:00Z")
    assert door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})[0] == 204
    assert door.row(lead)["SystemModstamp"] == NOW
    assert door.desk.audit[-1].changes == {"Title": ("CEO", "CEO")}


def test_a_row_is_read_whole_or_by_fields(door: Door):
    lead = door.lead(Title="CEO")
    status, body = door.call("GET", f"{V}/sobjects/Lead/{lead[:15]}")
    assert (status, body["Title"], body["Id"], body["Phone"]) == (200, "CEO", lead, None)
    status, body = door.call("GET", f"{V}/sobjects/Lead/{lead}?fields=title,Status")
    assert set(body) == {"attributes", "Id", "Title", "Status"}


def test_an_unknown_field_an_unknown_row_and_an_unknown_object_are_refused_when_read(door: Door):
    lead = door.lead()
    assert door.call("GET", f"{V}/sobjects/Lead/{lead}?fields=Foo")[1][0]["errorCode"] == "INVALID_FIELD"
    assert door.call("GET", f"{V}/sobjects/Lead/{numbered('00Q', 9)}")[0] == 404
    assert door.call("GET", f"{V}/sobjects/Lede/{lead}")[0] == 404
    assert door.call("GET", f"{V}/sobjects/Lead/{door.lead(IsDeleted=True)}")[0] == 404


def test_a_deleted_row_stays_in_query_all(door: Door):
    lead = door.lead()
    assert door.call("DELETE", f"{V}/sobjects/Lead/{lead}")[0] == 204
    assert door.values("SELECT Id FROM Lead") == []
    assert door.values("SELECT Id FROM Lead WHERE IsDeleted = TRUE", "queryAll") == [lead]
    assert door.desk.audit[-1].changes == {"IsDeleted": (False, True)}


def test_a_task_knows_when_it_is_closed(door: Door):
    task = door.call("POST", f"{V}/sobjects/Task", {"Subject": "Call", "Priority": "High"})[1]["id"]
    row = door.row(task)
    assert (row["IsClosed"], row["CompletedDateTime"], row["IsHighPriority"], row["Status"]) == (
        False,
        None,
        True,
        "Not Started",
    )
    door.call("PATCH", f"{V}/sobjects/Task/{task}", {"Status": "Completed"})
    assert (door.row(task)["IsClosed"], door.row(task)["CompletedDateTime"]) == (True, NOW)
    door.world.clock.advance(60)
    door.call("PATCH", f"{V}/sobjects/Task/{task}", {"Description": "done"})
    assert door.row(task)["CompletedDateTime"] == NOW
    door.call("PATCH", f"{V}/sobjects/Task/{task}", {"Status": "In Progress"})
    assert (door.row(task)["IsClosed"], door.row(task)["CompletedDateTime"]) == (False, None)


def test_the_subtype_of_a_task_is_set_once(door: Door):
    task = door.call("POST", f"{V}/sobjects/Task", {"TaskSubtype": "Call"})[1]["id"]
    assert door.row(task)["TaskSubtype"] == "Call"
    assert door.call("PATCH", f"{V}/sobjects/Task/{task}", {"TaskSubtype": "Email"})[0] == 400
    assert door.call("POST", f"{V}/sobjects/Task", {"TaskSubtype": "Smoke signal"})[0] == 400


def test_upsert_by_key_creates_once_and_then_changes(door: Door):
    door.key_field()
    path = f"{V}/sobjects/Task/CRMSync_Key__c/cs1-a%2Fb"
    first = door.call("PATCH", path, {"Subject": "Call"})
    second = door.call("PATCH", path, {"Subject": "Call now"})
    assert (first[0], first[1]["created"], second[0], second[1]["created"]) == (201, True, 200, False)
    assert first[1]["id"] == second[1]["id"]
    assert door.row(first[1]["id"])["CRMSync_Key__c"] == "cs1-a/b"
    assert door.call("GET", path)[1]["Subject"] == "Call now"
    assert door.call("PATCH", f"{V}/sobjects/Task/CRMSync_Key__c/new?updateOnly=true", {})[0] == 404
    assert door.call("PATCH", f"{V}/sobjects/Task/Subject/x", {})[1][0]["errorCode"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "since, status", [("Wed, 02 Dec 2026 08:59:59 GMT", 412), ("Wed, 02 Dec 2026 09:00:00 GMT", 204), ("soon", 400)]
)
def test_if_unmodified_since_guards_a_row_to_the_second(door: Door, since, status):
    lead = door.lead()
    answer = door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"}, {"if-unmodified-since": since})
    assert answer[0] == status
    assert door.row(lead).get("Title") == ("CEO" if status == 204 else None)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"x"', b"[" * 100_000, b'{"NumberOfEmployees": NaN}'])
def test_a_body_that_is_no_row_is_refused(door: Door, body):
    status, answer = door.call("POST", f"{V}/sobjects/Lead", body)
    assert (status, answer[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["LastName", "Company", "Status", "OwnerId", "CreatedDate", "Id", "attributes", "WhoId", "Email"]
)


@given(
    st.sampled_from(["Lead", "Task", "User", "Nope"]), st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=5)
)
def test_no_row_makes_the_org_stumble(type_, fields):
    status, _ = Door().call("POST", f"{V}/sobjects/{type_}", fields)
    assert status in (201, 400, 404)


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", f"{V}/nowhere", 404, "NOT_FOUND"),
        ("PUT", f"{V}/sobjects/Lead", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/services/data/v30.0/limits", 410, "GONE"),
        ("GET", "/services/data/v99.0/limits", 404, "NOT_FOUND"),
        ("GET", "/services/data/v62.5/limits", 404, "NOT_FOUND"),
    ],
)
def test_paths_and_versions_that_are_not_there(door: Door, method, path, status, code):
    answer = door.call(method, path)
    assert (answer[0], answer[1][0]["errorCode"]) == (status, code)
