"""Salesforce calls as simple-salesforce sends them, each answer made up, nothing leaves the process."""

import json
import threading
import urllib.parse
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from crmsync.connectors.registry import salesforce
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref, Rejected
from crmsync.model.streams import Cursor, FoundTask, TaskLookup, WriteRow
from tests.connectors.doubles import Notes, Sleeps, stream

HOST = "https://acme.my.salesforce.com"
DATA = f"{HOST}/services/data/v62.0"
TOKEN = f"{HOST}/services/oauth2/token"
SECRETS = {"salesforce_client_id": "key", "salesforce_client_secret": "s3cret"}
DATE = "Wed, 02 Dec 2026 09:00:00 GMT"
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
LEADS = stream("salesforce", "leads", RecordKind.LEAD, "Status", "NumberOfEmployees", "MasterRecordId", object="Lead")
USERS = stream("salesforce", "users", RecordKind.OWNER, "Name", object="User")


@pytest.fixture
def http():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def sleeps():
    return Sleeps()


@pytest.fixture
def crm(http, notes, sleeps):
    _token(http, "T1")
    connector = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    yield connector
    connector.close()


def _token(http, *tokens):
    for token in tokens:
        http.post(TOKEN, json={"access_token": token, "instance_url": HOST})


def _row(number, *, at="2026-12-02T08:00:00.000+0000", gone=False, **fields):
    values = {"Status": "New", "NumberOfEmployees": 12, "MasterRecordId": None, **fields}
    return {
        "attributes": {"type": "Lead"},
        "Id": f"00Q{number:015d}",
        "SystemModstamp": at,
        "IsDeleted": gone,
        **values,
    }


def _page(*rows, after=None):
    return {"totalSize": len(rows), "done": after is None, "records": list(rows)} | (
        {"nextRecordsUrl": after} if after else {}
    )


def _answer(http, path, body, **more):
    http.get(f"{DATA}/{path}", json=body, headers={"Date": DATE, "Sforce-Limit-Info": "api-usage=7/15000"}, **more)


def _soql(call):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(call.request.url).query)["q"][0]


def _data_calls(http):
    return [call for call in http.calls if "/oauth2/token" not in call.request.url]


# --- logging in -----------------------------------------------------------------------------------------------------


def test_it_logs_in_once_and_signs_every_call(http, crm):
    for _ in range(3):
        _answer(http, "query/", {"records": [{"Id": "00D", "Name": "Acme"}]})
        http.get(f"{HOST}/services/oauth2/userinfo", json={"user_id": "005", "organization_id": "00D"})
        crm.org()
    logins = [call for call in http.calls if call.request.url == TOKEN]
    assert len(logins) == 1
    assert logins[0].request.headers["Authorization"] == "Basic a2V5OnMzY3JldA=="
    assert {call.request.headers["Authorization"] for call in _data_calls(http)} == {"Bearer T1"}


def test_an_expired_session_is_renewed_and_the_same_request_sent_again(http, crm):
    _token(http, "T2")
    http.patch(f"{DATA}/composite/sobjects", json=EXPIRED, status=401)
    http.patch(f"{DATA}/composite/sobjects", json=[{"id": "00Q000000000001AAA", "success": True, "errors": []}])
    [receipt] = crm.update("Lead", [WriteRow("op", Ref("salesforce", "Lead", "00Q000000000001AAA"), {"Status": "New"})])
    first, second = _data_calls(http)
    assert receipt.kind is ReceiptKind.OK
    assert second.request.body == first.request.body
    assert second.request.headers["Authorization"] == "Bearer T2"
    assert second.request.headers["Sforce-Auto-Assign"] == "FALSE"


def test_a_lasting_401_ends_after_two_logins_in_access_lost(http, crm):
    _token(http, "T2", "T3")
    http.get(f"{DATA}/queryAll/", json=EXPIRED, status=401)
    for _ in range(3):
        with pytest.raises(AccessLost, match="INVALID_SESSION_ID"):
            list(crm.pull(LEADS, None))
    assert sum(call.request.url == TOKEN for call in http.calls) == 2


@pytest.mark.parametrize(
    "words", ["This session is not valid for use with the REST API", "Connected app is not attached to Agent"]
)
def test_a_401_no_login_can_cure_is_not_met_with_one(http, crm, words):
    http.get(f"{DATA}/queryAll/", json=[{"message": words, "errorCode": "INVALID_SESSION_ID"}], status=401)
    with pytest.raises(AccessLost):
        list(crm.pull(LEADS, None))
    assert sum(call.request.url == TOKEN for call in http.calls) == 1


def test_a_session_that_ends_later_is_renewed_each_time(http, crm):
    _token(http, "T2", "T3")
    for _ in range(2):
        http.get(f"{DATA}/queryAll/", json=EXPIRED, status=401)
        _answer(http, "queryAll/", _page())
    for _ in range(2):
        list(crm.pull(LEADS, None))
    assert sum(call.request.url == TOKEN for call in http.calls) == 3


def test_eight_threads_that_meet_an_expired_session_log_in_once(http, notes, sleeps):
    served = {"T1": 0}
    barrier = threading.Barrier(8)

    def answer(request):
        if request.headers["Authorization"] == "Bearer T1":
            served["T1"] += 1
            barrier.wait(timeout=5)
            return 401, {}, json.dumps(EXPIRED)
        return 200, {"Date": DATE}, json.dumps(_page())

    _token(http, "T1", "T2", "T3")
    http.add_callback(responses.GET, f"{DATA}/queryAll/", answer)
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    threads = [threading.Thread(target=lambda: list(crm.pull(LEADS, None))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crm.close()
    assert served["T1"] == 8
    assert notes.named("crm.login") == 2


def test_a_refused_login_is_access_lost_in_the_vendors_words_without_the_secret(http, notes, sleeps):
    http.post(TOKEN, status=400, json={"error": "invalid_client", "error_description": "invalid client credentials"})
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    with pytest.raises(AccessLost, match="invalid_client: invalid client credentials") as caught:
        crm.org()
    crm.close()
    assert "s3cret" not in str(caught.value)


def test_a_login_that_cannot_be_reached_sends_no_write_and_says_so(http, notes, sleeps):
    http.post(TOKEN, body=requests.ConnectionError("refused"))
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    [receipt] = crm.update("Lead", [WriteRow("op", Ref("salesforce", "Lead", "00Q1"), {})])
    crm.close()
    assert receipt.kind is ReceiptKind.RETRY


@pytest.mark.parametrize(
    "status,body,error",
    [
        (503, "<html>", RetryLater),
        (400, "<html>", AccessLost),
        (200, '{"token_type": "Bearer"}', AccessLost),
        (400, '{"error": "invalid_grant"}', AccessLost),
    ],
)
def test_a_login_that_gives_no_token_says_whether_waiting_helps(http, notes, sleeps, status, body, error):
    http.post(TOKEN, status=status, body=body)
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    with pytest.raises(error) as caught:
        crm.org()
    crm.close()
    assert "html" not in str(caught.value)


def test_a_renewal_that_is_refused_leaves_the_401_standing(http, crm):
    http.post(TOKEN, status=400, json={"error": "inactive_user"})
    http.get(f"{DATA}/queryAll/", json=EXPIRED, status=401)
    with pytest.raises(AccessLost, match="INVALID_SESSION_ID"):
        list(crm.pull(LEADS, None))


def test_an_answer_without_a_date_cannot_bound_a_pass(http, crm):
    http.get(f"{DATA}/queryAll/", json=_page())
    with pytest.raises(RetryLater, match="clock"):
        list(crm.pull(LEADS, None))


def test_a_fetched_record_that_cannot_be_read_stops_rather_than_passes_for_gone(http, crm):
    _answer(http, "queryAll/", _page(_row(1) | {"Status": {"odd": 1}}))
    with pytest.raises(ShapeChanged):
        crm.fetch(LEADS, [Ref("salesforce", "Lead", f"00Q{1:015d}")])


def test_an_org_that_hides_its_own_record_is_not_guessed(http, crm):
    http.get(f"{HOST}/services/oauth2/userinfo", json={"user_id": "005A", "organization_id": "00DA"})
    _answer(http, "query/", {"records": []})
    with pytest.raises(ShapeChanged, match="Organization"):
        crm.org()


def test_a_fixed_token_is_used_as_it_is(http, notes, sleeps):
    crm = salesforce(HOST, "62.0", {"salesforce_token": "00D!abc"}, "token", notes, sleeps)
    _answer(http, "queryAll/", _page())
    list(crm.pull(LEADS, None))
    crm.close()
    assert [call.request.headers["Authorization"] for call in http.calls] == ["Bearer 00D!abc"]


# --- transport ------------------------------------------------------------------------------------------------------


def test_every_request_has_a_time_out_and_asks_for_compact_json(http, crm):
    _answer(http, "queryAll/", _page())
    list(crm.pull(LEADS, None))
    for call in http.calls:
        assert call.request.req_kwargs["timeout"] == (10.0, 60.0)
        assert call.request.headers["X-PrettyPrint"] == "0"


def test_reads_carry_no_assignment_header(http, crm):
    _answer(http, "queryAll/", _page())
    list(crm.pull(LEADS, None))
    [call] = _data_calls(http)
    assert "Sforce-Auto-Assign" not in call.request.headers


def test_no_redirect_is_followed(http, crm):
    http.get(f"{DATA}/queryAll/", status=302, headers={"Location": f"{DATA}/elsewhere"})
    with pytest.raises(ShapeChanged):
        list(crm.pull(LEADS, None))
    assert len(_data_calls(http)) == 1


def test_a_read_is_tried_four_times_and_then_given_up(http, crm, sleeps):
    http.get(f"{DATA}/queryAll/", body=requests.ReadTimeout("slow"))
    with pytest.raises(RetryLater, match="could not be reached"):
        list(crm.pull(LEADS, None))
    assert len(_data_calls(http)) == 4
    assert len(sleeps.seconds) == 3


def test_a_read_that_works_the_second_time_is_one_result(http, crm, sleeps):
    http.get(f"{DATA}/queryAll/", status=503, body="<html>")
    _answer(http, "queryAll/", _page(_row(1)))
    [page] = crm.pull(LEADS, None)
    assert [one.ref.id for one in page.records] == [f"00Q{1:015d}"]
    assert len(sleeps.seconds) == 1


def test_a_spent_quota_is_not_asked_again(http, crm, sleeps):
    http.get(
        f"{DATA}/queryAll/",
        status=403,
        json=[{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}],
    )
    with pytest.raises(BudgetSpent):
        list(crm.pull(LEADS, None))
    assert len(_data_calls(http)) == 1
    assert not sleeps.seconds


def test_what_is_told_to_the_observer_and_raised_holds_no_address_of_a_person(http, crm, notes):
    http.get(
        f"{DATA}/queryAll/", status=400, json=[{"errorCode": "MALFORMED_QUERY", "message": "near a.b@example.com"}]
    )
    with pytest.raises(ShapeChanged) as caught:
        list(crm.pull(LEADS, None))
    assert "example.com" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "SELECT" not in repr(notes.events)


# --- pulling --------------------------------------------------------------------------------------------------------


def test_the_first_load_reads_everything_oldest_change_first_deleted_rows_included(http, crm):
    rows = (_row(1), _row(2, gone=True, MasterRecordId="00Q000000000000001"))
    _answer(http, "queryAll/", _page(*rows))
    [page] = crm.pull(LEADS, None)
    [call] = _data_calls(http)
    assert _soql(call) == (
        "SELECT Id, SystemModstamp, IsDeleted, Status, NumberOfEmployees, MasterRecordId FROM Lead"
        " ORDER BY SystemModstamp, Id"
    )
    assert [one.deleted for one in page.records] == [False, True]
    assert page.records[0].values == ("New", 12, None)
    assert page.records[1].values == ("New", 12, "00Q000000000000001")
    assert page.records[0].modified_at == datetime(2026, 12, 2, 8, tzinfo=UTC)
    assert page.last
    assert page.cursor == Cursor("salesforce", "leads", LEADS.digest, NOW)


def test_a_later_pass_asks_from_the_last_bound_minus_the_overlap_in_one_call(http, crm):
    _answer(http, "queryAll/", _page())
    cursor = Cursor("salesforce", "leads", LEADS.digest, NOW - timedelta(hours=1))
    [page] = crm.pull(LEADS, cursor)
    [call] = _data_calls(http)
    assert " WHERE SystemModstamp >= 2026-12-02T07:50:00Z ORDER BY" in _soql(call)
    assert (page.last, page.cursor.upper) == (True, NOW)


def test_a_changed_spec_reads_the_stream_from_the_start(http, crm):
    _answer(http, "queryAll/", _page())
    list(crm.pull(LEADS, Cursor("salesforce", "leads", "older", NOW)))
    assert "WHERE" not in _soql(_data_calls(http)[0])


def test_a_short_page_is_not_the_end_while_the_server_says_there_is_more(http, crm):
    locator = "/services/data/v62.0/query/0r8x-1"
    _answer(http, "queryAll/", _page(_row(1), after=locator))
    http.get(f"{HOST}{locator}", json=_page(_row(2)))
    first, second = crm.pull(LEADS, None)
    assert [first.last, second.last] == [False, True]
    assert first.cursor.upper is None
    assert first.cursor.position is not None
    assert second.cursor.upper == NOW


def test_a_pass_that_broke_off_goes_on_behind_the_last_row_within_the_same_bounds(http, crm):
    locator = "/services/data/v62.0/query/0r8x-1"
    _answer(http, "queryAll/", _page(_row(1), after=locator))
    before = Cursor("salesforce", "leads", LEADS.digest, NOW - timedelta(hours=1))
    stored = next(iter(crm.pull(LEADS, before))).cursor
    assert stored.upper == before.upper
    _answer(http, "queryAll/", _page(_row(2)))
    [page] = crm.pull(LEADS, stored)
    assert _soql(_data_calls(http)[-1]).split(" WHERE ")[1] == (
        "(SystemModstamp > 2026-12-02T08:00:00Z OR"
        " (SystemModstamp = 2026-12-02T08:00:00Z AND Id > '00Q000000000000001'))"
        " AND SystemModstamp <= 2026-12-02T09:00:00Z ORDER BY SystemModstamp, Id"
    )
    assert page.cursor == Cursor("salesforce", "leads", LEADS.digest, NOW)


def test_a_dead_locator_is_replaced_by_a_query_behind_the_last_row(http, crm):
    locator = "/services/data/v62.0/query/0r8x-1"
    _answer(http, "queryAll/", _page(_row(1), after=locator))
    http.get(
        f"{HOST}{locator}",
        status=400,
        json=[{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}],
    )
    _answer(http, "queryAll/", _page(_row(2)))
    pages = list(crm.pull(LEADS, None))
    assert [one.ref.id[-1] for page in pages for one in page.records] == ["1", "2"]
    assert "Id > '00Q000000000000001'" in _soql(_data_calls(http)[-1])


def test_a_position_of_another_version_costs_a_fresh_pass_and_nothing_else(http, crm):
    _answer(http, "queryAll/", _page(_row(1)))
    [page] = crm.pull(LEADS, Cursor("salesforce", "leads", LEADS.digest, NOW, position="gibberish"))
    assert len(page.records) == 1


@pytest.mark.parametrize(
    "bad,detail",
    [
        ({"Status": {"nested": 1}}, "Expected"),
        ({"SystemModstamp": "yesterday"}, "yesterday"),
        ({"SystemModstamp": None}, "when it was changed"),
        ({"SystemModstamp": "2026-12-02T08:00:00"}, "no zone"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_apart_and_the_page_goes_on(http, crm, bad, detail):
    _answer(http, "queryAll/", _page(_row(1), _row(2) | bad, _row(3)))
    [page] = crm.pull(LEADS, None)
    assert [one.ref.id[-1] for one in page.records] == ["1", "3"]
    [rejected] = page.rejected
    assert rejected == Rejected(Ref("salesforce", "Lead", f"00Q{2:015d}"), "unreadable", rejected.detail)
    assert detail in rejected.detail


@pytest.mark.parametrize("body", ["<html>", "[]", '{"records": 3, "done": true}', '{"records": [{"Id": '])
def test_an_answer_of_another_shape_stops_the_stream(http, crm, body):
    http.get(f"{DATA}/queryAll/", body=body, headers={"Date": DATE})
    with pytest.raises(ShapeChanged):
        list(crm.pull(LEADS, None))


def test_users_are_switched_off_not_deleted_so_nobody_asks_for_deleted_ones(http, crm):
    row = {"Id": "005000000000001AAA", "SystemModstamp": "2026-12-02T08:00:00.000+0000", "Name": "Ann"}
    _answer(http, "query/", _page(row))
    [page] = crm.pull(USERS, None)
    assert "IsDeleted" not in _soql(_data_calls(http)[0])
    assert (page.records[0].deleted, page.records[0].values) == (False, ("Ann",))


# --- other questions ------------------------------------------------------------------------------------------------


def test_the_servers_clock_comes_from_its_answers_and_costs_no_further_call(http, crm):
    _answer(http, "queryAll/", _page())
    list(crm.pull(LEADS, None))
    asked = len(http.calls)
    assert timedelta(0) <= crm.server_time() - NOW < timedelta(seconds=30)
    assert len(http.calls) == asked


def test_the_login_tells_the_servers_clock_without_a_counted_call(http, notes, sleeps):
    http.post(TOKEN, json={"access_token": "T1", "instance_url": HOST}, headers={"Date": DATE})
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    assert crm.server_time() >= NOW
    crm.close()
    assert _data_calls(http) == []


def test_a_login_that_cannot_be_reached_leaves_the_clock_for_later(http, notes, sleeps):
    http.post(TOKEN, body=requests.ConnectionError("refused"))
    crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes, sleeps)
    with pytest.raises(RetryLater):
        crm.server_time()
    crm.close()


def test_the_servers_clock_is_asked_for_once_where_nothing_was_answered_yet(http, crm):
    http.get(f"{HOST}/services/oauth2/userinfo", status=403, body="Missing_OAuth_Token", headers={"Date": DATE})
    assert crm.server_time() >= NOW
    assert len(_data_calls(http)) == 1


@pytest.mark.parametrize(
    "sandbox,edition,production",
    [(False, "Enterprise Edition", True), (True, "Enterprise Edition", False), (False, "Developer Edition", False)],
)
def test_the_org_says_whether_it_is_production(http, crm, sandbox, edition, production):
    http.get(
        f"{HOST}/services/oauth2/userinfo",
        json={"user_id": "005A", "organization_id": "00DA", "email": "x@example.com"},
    )
    _answer(
        http, "query/", {"records": [{"Id": "00DA", "Name": "Acme", "IsSandbox": sandbox, "OrganizationType": edition}]}
    )
    org = crm.org()
    assert (org.org_id, org.name, org.user_id, org.production) == ("00DA", "Acme", "005A", production)
    assert (org.calls_today, org.calls_allowed) == (7, 15000)


def test_describe_tells_what_may_be_written_and_which_values_are_active(http, crm):
    fields = [
        {"name": "Status", "type": "picklist", "updateable": True, "createable": True, "length": 255,
         "picklistValues": [{"value": "New", "active": True}, {"value": "Old", "active": False}]},
        {"name": "Subject", "type": "combobox", "updateable": True, "length": 255,
         "picklistValues": [{"value": "Call", "active": True}]},
        {"name": "IsConverted", "type": "boolean", "updateable": False, "length": 0},
        {"name": "Key__c", "type": "string", "unique": True, "length": 40},
    ]  # fmt: skip
    _answer(http, "sobjects/Lead/describe", {"fields": fields})
    _answer(
        http,
        "query/",
        {
            "records": [
                {"ApiName": "Qualified", "MasterLabel": "Won", "IsConverted": True},
                {"ApiName": "New", "MasterLabel": "New"},
            ]
        },
    )
    found = crm.describe("Lead")
    assert found.fields["Status"].options == ("New",)
    assert found.fields["Subject"].options is None
    assert (found.fields["IsConverted"].writable, found.fields["IsConverted"].max_length) == (False, None)
    assert (found.fields["Key__c"].unique, found.fields["Key__c"].max_length) == (True, 40)
    assert found.converted_values == {"Qualified", "Won"}


def test_present_values_come_200_ids_a_call_and_what_is_gone_comes_back_deleted(http, crm):
    refs = [Ref("salesforce", "Lead", f"00Q{number:012d}AAA") for number in range(250)]
    row = _row(0) | {"Id": refs[0].id}
    _answer(http, "queryAll/", _page(row))
    _answer(http, "queryAll/", _page())
    found = crm.fetch(LEADS, refs)
    assert [one.ref for one in found] == refs
    assert (found[0].deleted, found[0].values) == (False, ("New", 12, None))
    assert all(one.deleted and one.values == (None, None, None) for one in found[1:])
    sent = [_soql(call) for call in _data_calls(http)]
    assert [query.count("'00Q") for query in sent] == [200, 50]
    assert all(len(call.request.url) < 12_000 for call in http.calls)


def test_nothing_is_asked_for_nothing(http, crm):
    assert (crm.fetch(LEADS, []), crm.find_tasks([]), crm.update("Lead", []), crm.insert("Task", [])) == (
        [],
        [],
        [],
        [],
    )
    assert not http.calls


def test_tasks_are_found_by_the_start_of_their_key_closed_and_deleted_ones_too(http, crm):
    rows = [
        {"Id": "00T1", "WhoId": "00Q1", "IsClosed": False, "IsDeleted": False, "CRMSync_Key__c": "cs1-abc-20261202"},
        {"Id": "00T2", "WhoId": "00Q1", "IsClosed": True, "IsDeleted": False, "CRMSync_Key__c": "cs1-abc-20261203"},
        {"Id": "00T3", "WhoId": "00Q1", "IsClosed": False, "IsDeleted": True, "CRMSync_Key__c": "cs1-abc-20261204"},
    ]
    _answer(http, "queryAll/", _page(*rows))
    found = crm.find_tasks([TaskLookup(Ref("salesforce", "Lead", "00Q1"), "cs1-a_b'%", "CRMSync_Key__c")])
    assert r"WHERE (CRMSync_Key__c LIKE 'cs1-a\_b\'\%%')" in _soql(_data_calls(http)[0])
    assert found == [
        FoundTask(Ref("salesforce", "Task", "00T1"), "cs1-abc-20261202", open=True, deleted=False),
        FoundTask(Ref("salesforce", "Task", "00T2"), "cs1-abc-20261203", open=False, deleted=False),
        FoundTask(Ref("salesforce", "Task", "00T3"), "cs1-abc-20261204", open=False, deleted=True),
    ]


def test_without_a_key_field_the_last_line_of_the_tasks_of_that_record_is_compared(http, crm):
    text = "Nobody called yet.\n\ncs1-abc-20261202"
    rows = [
        {"Id": "00T1", "WhoId": "00Q000000000001AAA", "Description": text + "\n"},
        {"Id": "00T2", "WhoId": "00Q000000000001AAA", "Description": "cs1-abc-20261202\nmoved on"},
        {"Id": "00T3", "WhoId": "00Q000000000001AAA", "Description": None},
        {"Id": "00T4", "WhoId": "00Q000000000002AAA", "Description": text},
    ]
    _answer(http, "queryAll/", _page(*rows))
    found = crm.find_tasks([TaskLookup(Ref("salesforce", "Lead", "00Q000000000001AAA"), "cs1-abc", None)])
    assert [(one.ref.id, one.key) for one in found] == [("00T1", "cs1-abc-20261202")]


# --- writing --------------------------------------------------------------------------------------------------------


def _rows(count, object_name="Lead"):
    return [
        WriteRow(f"op{n}", Ref("salesforce", object_name, f"00Q{n:012d}AAA"), {"Status": "New"}) for n in range(count)
    ]


def _collection(http, method, body, status=200):
    http.add(method, f"{DATA}/composite/sobjects", json=body, status=status)


def test_rows_go_out_200_at_a_time_with_their_type_and_no_rollback(http, crm):
    rows = _rows(201)
    _collection(http, "PATCH", [{"id": row.ref.id, "success": True, "errors": []} for row in rows[:200]])
    _collection(http, "PATCH", [{"id": rows[200].ref.id, "success": True, "errors": []}])
    receipts = crm.update("Lead", rows)
    sent = [json.loads(call.request.body) for call in _data_calls(http)]
    assert [len(one["records"]) for one in sent] == [200, 1]
    assert sent[1] == {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Lead"}, "id": rows[200].ref.id, "Status": "New"}],
    }
    assert {one.kind for one in receipts} == {ReceiptKind.OK}
    assert [one.op_id for one in receipts] == [row.op_id for row in rows]


def test_each_row_gets_its_own_verdict(http, crm):
    rows = _rows(4)
    refused = {"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Ask Karin first", "fields": ["Status"]}
    locked = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", "fields": []}
    _collection(http, "PATCH", [
        {"id": rows[0].ref.id, "success": True, "errors": []},
        {"success": False, "errors": [refused]},
        {"success": False, "errors": [locked]},
        {"id": "00Q999999999999AAA", "success": True, "errors": []},
    ])  # fmt: skip
    _collection(http, "PATCH", [{"success": False, "errors": [locked]}])
    receipts = crm.update("Lead", rows)
    assert [one.kind.name for one in receipts] == ["OK", "REFUSED", "RETRY", "UNKNOWN"]
    assert receipts[1].words == "FIELD_CUSTOM_VALIDATION_EXCEPTION: Ask Karin first"


def test_a_new_record_comes_back_with_its_id_and_a_known_key_with_the_existing_one(http, crm):
    row = WriteRow("op", Ref("salesforce", "Task", ""), {"CRMSync_Key__c": "cs1-x"}, unique_field="CRMSync_Key__c")
    words = "duplicate value found: CRMSync_Key__c duplicates value on record with id: 00T000000000009AAA"
    _collection(http, "POST", [{"id": "00T000000000001AAA", "success": True, "errors": []}])
    _collection(http, "POST", [{"success": False, "errors": [{"statusCode": "DUPLICATE_VALUE", "message": words}]}])
    [made], [twice] = crm.insert("Task", [row]), crm.insert("Task", [row])
    assert (made.kind, made.ref) == (ReceiptKind.OK, Ref("salesforce", "Task", "00T000000000001AAA"))
    assert (twice.kind, twice.ref) == (ReceiptKind.DUPLICATE, Ref("salesforce", "Task", "00T000000000009AAA"))


@pytest.mark.parametrize(
    "status,body",
    [(200, "[]"), (200, "[{}]"), (200, '[{"success": true'), (200, ""), (204, ""), (200, "<html>"), (500, "[]"),
     (200, '[{"success": true, "errors": []}]'), (200, '{"success": true}')],
)  # fmt: skip
def test_an_answer_that_is_not_fully_understood_leaves_its_rows_unknown(http, crm, status, body):
    http.post(f"{DATA}/composite/sobjects", body=body, status=status)
    [receipt] = crm.insert("Task", [WriteRow("op", Ref("salesforce", "Task", ""), {})])
    assert receipt.kind is ReceiptKind.UNKNOWN
    assert len(_data_calls(http)) == 1


@pytest.mark.parametrize(
    "error",
    [requests.ReadTimeout("x"), requests.ConnectionError("reset"), requests.exceptions.ChunkedEncodingError("cut")],
)
def test_a_write_without_an_answer_is_unknown_and_never_sent_again(http, crm, error):
    http.post(f"{DATA}/composite/sobjects", body=error)
    [receipt] = crm.insert("Task", [WriteRow("op", Ref("salesforce", "Task", ""), {})])
    assert receipt.kind is ReceiptKind.UNKNOWN
    assert len(_data_calls(http)) == 1


def test_a_write_that_could_not_connect_may_be_sent_again_later(http, crm):
    http.post(f"{DATA}/composite/sobjects", body=requests.ConnectTimeout("no route"))
    [receipt] = crm.insert("Task", [WriteRow("op", Ref("salesforce", "Task", ""), {})])
    assert receipt.kind is ReceiptKind.RETRY


def _bound(number, second=0):
    row = _rows(number + 1)[number]
    return replace(row, op_id=f"bound{number}", unmodified_since=NOW + timedelta(seconds=second))


def _composite(http, *parts):
    rows = [
        {"referenceId": name, "httpStatusCode": status, "httpHeaders": {}, "body": body} for name, status, body in parts
    ]
    http.post(f"{DATA}/composite", json={"compositeResponse": rows})


def test_a_row_with_a_stamp_is_written_only_if_nobody_changed_the_record_since(http, crm):
    moved = [{"errorCode": "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", "message": "x"}]
    _composite(http, ("row1", 412, moved), ("row0", 204, None))
    receipts = crm.update("Lead", [_bound(0), _bound(1)])
    [call] = _data_calls(http)
    first = json.loads(call.request.body)["compositeRequest"][0]
    assert first["method"] == "PATCH"
    assert first["url"] == "/services/data/v62.0/sobjects/Lead/00Q000000000000AAA"
    assert first["body"] == {"Status": "New"}
    assert first["httpHeaders"] == {"If-Unmodified-Since": DATE, "Sforce-Auto-Assign": "FALSE"}
    assert [one.kind.name for one in receipts] == ["OK", "RETRY"]


def test_rows_with_and_without_a_stamp_keep_their_order_and_each_its_verdict(http, crm):
    rows = [_bound(0), _rows(2)[1], _bound(2)]
    refused = [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Ask Karin first"}]
    _composite(http, ("row0", 204, None), ("row1", 400, refused))
    _collection(http, "PATCH", [{"id": rows[1].ref.id, "success": True, "errors": []}])
    receipts = crm.update("Lead", rows)
    assert [(one.op_id, one.kind.name) for one in receipts] == [("bound0", "OK"), ("op1", "OK"), ("bound2", "REFUSED")]


@pytest.mark.parametrize(
    "parts", [[], [("other", 204, None)], [("row0", 500, None)], [("row0", 400, "odd")], [("row0", 302, [])]]
)
def test_a_part_that_is_not_fully_understood_leaves_its_row_unknown(http, crm, parts):
    _composite(http, *parts)
    [receipt] = crm.update("Lead", [_bound(0)])
    assert receipt.kind is ReceiptKind.UNKNOWN


def test_a_part_nobody_asked_for_takes_no_verdict_from_the_others(http, crm):
    _composite(http, ("other", 204, None), ("row0", 204, None))
    [receipt] = crm.update("Lead", [_bound(0)])
    assert receipt.kind is ReceiptKind.OK


def test_rows_with_a_stamp_go_out_25_at_a_time(http, crm):
    for count in (25, 5):
        _composite(http, *((f"row{number}", 204, None) for number in range(count)))
    receipts = crm.update("Lead", [_bound(number) for number in range(30)])
    assert {one.kind for one in receipts} == {ReceiptKind.OK}
    assert len(_data_calls(http)) == 2


def test_a_batch_refused_as_a_whole_is_split_until_the_culprit_stands_alone(http, crm):
    def answer(request):
        records = json.loads(request.body)["records"]
        if any(one["Status"] == "bad" for one in records):
            return 400, {}, json.dumps([{"errorCode": "JSON_PARSER_ERROR", "message": "bad value"}])
        return 200, {}, json.dumps([{"id": one["id"], "success": True, "errors": []} for one in records])

    http.add_callback("PATCH", f"{DATA}/composite/sobjects", answer)
    rows = _rows(8)
    rows[5] = WriteRow("op5", rows[5].ref, {"Status": "bad"})
    receipts = crm.update("Lead", rows)
    assert [one.op_id for one in receipts if one.kind is not ReceiptKind.OK] == ["op5"]
    assert receipts[5].kind is ReceiptKind.REFUSED


def test_the_same_record_twice_goes_out_in_two_calls_in_order(http, crm):
    ref = Ref("salesforce", "Lead", "00Q000000000001AAA")
    for _ in range(2):
        _collection(http, "PATCH", [{"id": ref.id, "success": True, "errors": []}])
    crm.update("Lead", [WriteRow("a", ref, {"Status": "One"}), WriteRow("b", ref, {"Status": "Two"})])
    assert [json.loads(call.request.body)["records"][0]["Status"] for call in _data_calls(http)] == ["One", "Two"]
