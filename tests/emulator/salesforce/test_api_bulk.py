"""Bulk API 2.0: query jobs and ingest jobs, their states, tables and refusals (facts/salesforce.md 6)."""

import csv
import io
from typing import Any

import pytest

from crmsync.emulator.salesforce.api import bulk_ingest
from tests.emulator.salesforce.door import Door, V

QUERY, INGEST = f"{V}/jobs/query", f"{V}/jobs/ingest"


def _job(door: Door, soql: str, operation: str = "query", **more: str) -> Any:
    status, body = door.call("POST", QUERY, {"operation": operation, "query": soql, **more})
    assert (status, body["state"]) == (200, "UploadComplete"), body
    return body["id"]


def _done(door: Door, job: str, path: str = QUERY) -> Any:
    told: Any = {}
    for _ in range(5):
        told = door.call("GET", f"{path}/{job}")[1]
        if told["state"] in ("JobComplete", "Failed"):
            break
    return told


def _table(door: Door, job: str, more: str = "") -> tuple[str, dict]:
    answer = door.answer("GET", f"{QUERY}/{job}/results{more}")
    assert isinstance(answer.body, bytes)
    return answer.body.decode(), dict(answer.headers)


def test_a_query_job_goes_through_its_states_and_gives_a_table(door: Door):
    lead = door.lead(Description='a "quoted", line\r\nand another', IsUnreadByOwner=True)
    job = _job(door, "select id, description, OWNER.name, lastmodifieddate, isunreadbyowner, phone from lead")
    assert [door.call("GET", f"{QUERY}/{job}")[1]["state"] for _ in range(3)] == [
        "InProgress",
        "JobComplete",
        "JobComplete",
    ]
    text, headers = _table(door, job)
    assert text.split("\n")[0] == '"Id","Description","Owner.Name","LastModifiedDate","IsUnreadByOwner","Phone"'
    rows = list(csv.reader(io.StringIO(text, newline="")))
    owner = "API Administrator"
    assert rows[1] == [lead, 'a "quoted", line\r\nand another', owner, "2026-12-02T09:00:00.000Z", "true", ""]
    assert (headers["Sforce-NumberOfRecords"], headers["Sforce-Locator"]) == ("1", "null")
    assert headers["content-type"].startswith("text/csv")
    told = door.call("GET", f"{QUERY}/{job}")[1]
    assert (told["jobType"], told["numberRecordsProcessed"], told["apiVersion"]) == ("V2Query", 1, 62.0)


@pytest.mark.parametrize("short", [None, 2])
def test_results_come_in_pages_by_locator(door: Door, short):
    leads = [door.lead() for _ in range(5)]
    job = _job(door, "SELECT Id FROM Lead")
    _done(door, job)
    if short:
        door.desk.faults.add({"kind": "short_pages", "rows": short})
    found, locator, pages = [], "", 0
    while locator != "null":
        text, headers = _table(door, job, f"?maxRecords=3&locator={locator}")
        found += [line.strip('"') for line in text.split("\n")[1:-1]]
        assert len(text.split("\n")) - 2 == int(headers["Sforce-NumberOfRecords"])
        locator, pages = headers["Sforce-Locator"], pages + 1
    assert (found, pages) == (leads, 3 if short else 2)


def test_deleted_rows_are_in_query_all_only_and_nothing_is_a_header(door: Door):
    gone = door.lead(IsDeleted=True)
    tables = []
    for operation in ("query", "queryAll"):
        job = _job(door, "SELECT Id FROM Lead", operation)
        _done(door, job)
        tables.append(_table(door, job)[0])
    assert tables == ['"Id"\n', f'"Id"\n"{gone}"\n']


def test_delimiter_and_line_ending_are_as_asked(door: Door):
    door.lead(Title="a|b")
    job = _job(door, "SELECT LastName, Title FROM Lead", columnDelimiter="PIPE", lineEnding="CRLF")
    _done(door, job)
    assert _table(door, job)[0] == '"LastName"|"Title"\r\n"Archer"|"a|b"\r\n'


@pytest.mark.parametrize("polls", [0, 3])
def test_how_long_a_job_takes_is_settable(door: Door, polls):
    door.desk.faults.add({"kind": "bulk_polls", "polls": polls})
    job = _job(door, "SELECT Id FROM Lead")
    states = [door.call("GET", f"{QUERY}/{job}")[1]["state"] for _ in range(polls + 1)]
    assert states == ["InProgress"] * polls + ["JobComplete"]


@pytest.mark.parametrize(
    "body, code",
    [
        ({"operation": "query", "query": "SELECT Address FROM Lead"}, "API_ERROR"),
        ({"operation": "query", "query": "SELECT COUNT() FROM Lead"}, "API_ERROR"),
        ({"operation": "query", "query": "SELECT Id FROM Lead LIMIT 5 OFFSET 5"}, "API_ERROR"),
        ({"operation": "query", "query": "SELECT Id FROM TaskStatus"}, "INVALIDENTITY"),
        ({"operation": "query", "query": "SELECT Nope FROM Lead"}, "INVALID_FIELD"),
        ({"operation": "query", "query": "SELECT Id FROM Nope"}, "INVALID_TYPE"),
        ({"operation": "query", "query": "SELECT Id"}, "MALFORMED_QUERY"),
        ({"operation": "query", "query": " "}, "INVALIDJOB"),
        ({"operation": "query"}, "INVALIDJOB"),
        ({"operation": "insert", "query": "SELECT Id FROM Lead"}, "INVALIDJOB"),
        ({"operation": "query", "query": "SELECT Id FROM Lead", "columnDelimiter": "DASH"}, "INVALIDJOB"),
        ({"operation": "query", "query": "SELECT Id FROM Lead", "contentType": "JSON"}, "INVALIDJOB"),
    ],
)
def test_a_query_job_that_cannot_be_is_refused_at_once(door: Door, body, code):
    status, answer = door.call("POST", QUERY, body)
    assert (status, answer[0]["errorCode"]) == (400, code)
    assert door.call("GET", QUERY)[1]["records"] == []


def test_results_wait_for_the_end_and_want_the_version_of_the_job(door: Door):
    job = _job(door, "SELECT Id FROM Lead")
    assert door.call("GET", f"{QUERY}/{job}/results")[1][0]["errorCode"] == "INVALIDJOBSTATE"
    assert door.call("DELETE", f"{QUERY}/{job}")[1][0]["errorCode"] == "INVALIDJOBSTATE"
    _done(door, job)
    assert door.call("GET", f"/services/data/v63.0/jobs/query/{job}/results")[0] == 409
    assert door.call("GET", f"{QUERY}/{job}/results?locator=!")[1][0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert door.call("GET", f"{QUERY}/{job}/results?locator=OTk")[1][0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert door.call("GET", f"{QUERY}/{job}/results?maxRecords=0")[1][0]["errorCode"] == "INVALIDJOB"
    assert door.call("PATCH", f"{QUERY}/{job}", {"state": "Aborted"})[1][0]["errorCode"] == "INVALIDJOBSTATE"
    assert door.call("DELETE", f"{QUERY}/{job}")[0] == 204
    assert door.call("GET", f"{QUERY}/{job}")[0] == 404


def test_a_query_job_can_be_aborted_only(door: Door):
    job = _job(door, "SELECT Id FROM Lead")
    assert door.call("PATCH", f"{QUERY}/{job}", {"state": "UploadComplete"})[0] == 400
    assert door.call("PATCH", f"{QUERY}/{job}", {"state": "Aborted"})[1]["state"] == "Aborted"
    assert door.call("GET", f"{QUERY}/{job}")[1]["state"] == "Aborted"
    assert [one["id"] for one in door.call("GET", QUERY)[1]["records"]] == [job]
    assert door.call("GET", f"{INGEST}/{job}")[0] == 404


def _ingest(door: Door, data: str, operation: str = "insert", **more: str) -> tuple[dict, list, list]:
    asked = {"operation": operation, "object": "Lead", "contentType": "CSV", "lineEnding": "LF", **more}
    status, made = door.call("POST", INGEST, asked)
    assert (status, made["state"], made["contentUrl"].startswith("services/data/")) == (200, "Open", True), made
    headers = {"content-type": "text/csv; charset=UTF-8"}
    answer = door.answer("PUT", "/" + made["contentUrl"], data.encode(), headers)
    assert (answer.status, answer.body) == (201, None)
    door.call("PATCH", f"{INGEST}/{made['id']}", {"state": "UploadComplete"})
    return _done(door, made["id"], INGEST), _rows(door, made["id"], "successful"), _rows(door, made["id"], "failed")


def _rows(door: Door, job: str, which: str) -> list[list[str]]:
    body = door.answer("GET", f"{INGEST}/{job}/{which}Results").body
    assert isinstance(body, bytes)
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_rows_are_made_and_bad_ones_told_with_their_cells(door: Door):
    data = 'LastName,Company,NumberOfEmployees\n"Zoë\nO""Hara",Acme,5\nNobody,,\nToo,Many,5,6\nWord,Acme,five\n'
    told, good, bad = _ingest(door, data)
    assert (told["state"], told["numberRecordsProcessed"], told["numberRecordsFailed"]) == ("JobComplete", 4, 3)
    assert good[0] == ["sf__Id", "sf__Created", "LastName", "Company", "NumberOfEmployees"]
    assert good[1][1:] == ["true", 'Zoë\nO"Hara', "Acme", "5"]
    assert door.row(good[1][0])["NumberOfEmployees"] == 5
    assert bad[0][:2] == ["sf__Id", "sf__Error"]
    assert [row[1].split(":")[0] for row in bad[1:]] == ["REQUIRED_FIELD_MISSING", "INVALIDBATCH", "JSON_PARSER_ERROR"]
    assert bad[1][1] == "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --"


def test_an_empty_cell_changes_nothing_and_the_marker_empties(door: Door):
    lead = door.lead(Title="before", Phone="1")
    _, good, _ = _ingest(door, f"Id,Title,Phone,IsUnreadByOwner\n{lead[:15]},,#N/A,false\n", "update")
    assert good[1][:2] == [lead, "false"]
    assert [door.row(lead)[name] for name in ("Title", "Phone", "IsUnreadByOwner")] == ["before", None, False]
    door.desk.faults.add({"kind": "switch", "name": "bulk_null_marker", "on": False})
    _ingest(door, f"Id,Title\n{lead},#N/A\n", "update")
    assert door.row(lead)["Title"] == "#N/A"


def test_a_failing_trigger_spoils_two_hundred_rows_of_a_job(door: Door):
    door.desk.faults.add({"kind": "chunk_failure", "words": "trigger says no"})
    told, good, bad = _ingest(door, "LastName,Company\n" + "".join(f"L{n},x\n" for n in range(205)))
    assert (told["numberRecordsFailed"], len(good) - 1) == (200, 5)
    assert bad[1][1].startswith("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:trigger says no")


def test_rows_are_upserted_by_key_and_a_key_given_twice_is_nobodys(door: Door):
    door.field("Lead", "Key__c", unique=True, externalId=True)
    known = door.lead(Key__c="k1")
    data = "Key__c,LastName,Company\nK1,New,Acme\nk2,Made,Acme\nk3,A,x\nK3,B,x\n"
    _, good, bad = _ingest(door, data, "upsert", externalIdFieldName="key__c")
    assert [row[1] for row in good[1:]] == ["false", "true"]
    assert (good[1][0], door.row(known)["LastName"]) == (known, "New")
    assert [row[1].split(":")[0] for row in bad[1:]] == ["DUPLICATE_VALUE"] * 2


def test_an_upsert_by_a_lookup_field_with_several_matches_fails_its_row(door: Door):
    door.lead(Email="a@x.example"), door.lead(Email="A@x.example")
    data = "Email,LastName,Company\na@x.example,N,Acme\nb@x.example,M,Acme\n"
    _, good, bad = _ingest(door, data, "upsert", externalIdFieldName="Email")
    assert ([row[1] for row in good[1:]], bad[1][1].split(":")[0]) == (["true"], "DUPLICATE_EXTERNAL_ID")


def test_rows_are_deleted_and_rows_without_an_id_are_not(door: Door):
    lead = door.lead()
    _, good, bad = _ingest(door, f"Id\n{lead}\nzzz\n", "delete")
    assert ([row[0] for row in good[1:]], bad[1][:1]) == ([lead], ["zzz"])
    _, _, bad = _ingest(door, "Id,Title\n,x\n", "update")
    assert bad[1][1].startswith("MISSING_ARGUMENT")
    _, _, bad = _ingest(door, f"Id,LastName,Company\n{lead},x,y\n")
    assert bad[1][1].startswith("INVALID_FIELD_FOR_INSERT_UPDATE")


def test_assignment_rules_fire_only_for_a_job_that_names_one(door: Door):
    owner = door.load("User", LastName="Rule")
    door.desk.faults.add({"kind": "assignment_rule", "owner": owner})
    owners = []
    for more in ({}, {"assignmentRuleId": "01Qxx0000000001"}):
        _, good, _ = _ingest(door, "LastName,Company\nA,x\n", **more)
        owners.append(door.row(good[1][0])["OwnerId"] == owner)
    assert owners == [False, True]


@pytest.mark.parametrize(
    "data, words",
    [
        ("LastName,Nope\nA,x\n", "InvalidBatch : Field name not found : Nope"),
        ("LastName,Owner.Key__c\nA,x\n", "not supported by the emulator"),
        ("LastName,Company\r\nA,x\r\n", "LineEnding is invalid on user data. Current LineEnding setting is LF"),
        ('LastName,Company\n"A,x\n', "Failed to parse CSV"),
        ("", "Failed to parse CSV"),
    ],
)
def test_a_table_nobody_can_read_fails_the_job(door: Door, data, words):
    told, good, bad = _ingest(door, data)
    assert (told["state"], words in told["errorMessage"], len(good), len(bad)) == ("Failed", True, 1, 1)
    assert door.desk.audit == []


def test_an_upload_comes_once_as_text_and_in_bounds(door: Door, monkeypatch):
    job = door.call("POST", INGEST, {"operation": "insert", "object": "lead"})[1]["id"]
    put = f"{INGEST}/{job}/batches"
    assert door.call("PUT", put, b"x", {"content-type": "application/json"})[0] == 415
    monkeypatch.setattr(bulk_ingest, "MOST_BYTES", 3)
    assert door.call("PUT", put, b"four", {"content-type": "text/csv"})[1][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert door.call("PUT", put, b"Id", {"content-type": "text/csv"})[0] == 201
    assert "only do 'PUT' once" in door.call("PUT", put, b"Id", {"content-type": "text/csv"})[1][0]["message"]
    assert door.call("PATCH", f"{INGEST}/{job}", {"state": "JobComplete"})[1][0]["errorCode"] == "INVALIDJOB"
    assert door.call("GET", f"{INGEST}/{job}/failedResults")[1][0]["errorCode"] == "INVALIDJOBSTATE"
    door.call("PATCH", f"{INGEST}/{job}", {"state": "UploadComplete"})
    assert door.call("PUT", put, b"Id", {"content-type": "text/csv"})[1][0]["errorCode"] == "INVALIDJOBSTATE"
    again = door.call("PATCH", f"{INGEST}/{job}", {"state": "UploadComplete"})
    assert again[1][0]["errorCode"] == "INVALIDJOBSTATE"


@pytest.mark.parametrize("spelling", ["unprocessedrecords", "unprocessedRecords"])
def test_what_an_aborted_job_left_is_told(door: Door, spelling):
    job = door.call("POST", INGEST, {"operation": "insert", "object": "Lead"})[1]["id"]
    door.call("PUT", f"{INGEST}/{job}/batches", b"LastName,Company\nA,x\n", {"content-type": "text/csv"})
    assert door.call("PATCH", f"{INGEST}/{job}", {"state": "Aborted"})[1]["state"] == "Aborted"
    body = door.answer("GET", f"{INGEST}/{job}/{spelling}").body
    assert body == b'"LastName","Company"\n"A","x"\n'
    assert [one["id"] for one in door.call("GET", INGEST)[1]["records"]] == [job]
    assert door.call("DELETE", f"{INGEST}/{job}")[0] == 204


@pytest.mark.parametrize(
    "body, code",
    [
        ({"operation": "insert", "object": "Nope"}, "INVALIDENTITY"),
        ({"operation": "insert", "object": "LeadStatus"}, "INVALIDENTITY"),
        ({"operation": "hardDelete", "object": "Lead"}, "FEATURENOTENABLED"),
        ({"operation": "query", "object": "Lead"}, "INVALIDJOB"),
        ({"operation": "upsert", "object": "Lead"}, "NOT_FOUND"),
        ({"operation": "upsert", "object": "Lead", "externalIdFieldName": "Title"}, "NOT_FOUND"),
    ],
)
def test_an_ingest_job_that_cannot_be_is_refused_at_once(door: Door, body, code):
    status, answer = door.call("POST", INGEST, body)
    assert (status in (400, 404), answer[0]["errorCode"]) == (True, code)


def test_a_multipart_job_is_refused_in_words(door: Door):
    status, answer = door.call("POST", INGEST, b"--x", {"content-type": "multipart/form-data; boundary=x"})
    assert (status, "not supported by the emulator" in answer[0]["message"]) == (415, True)
