"""Bulk API 1.0 as tap-salesforce, jsforce, simple-salesforce and CumulusCI speak it (facts/salesforce.md 6, 11)."""

import json
import re
from typing import Any

import pytest

from tests.emulator.salesforce.door import Door, shared

BASE = "/services/async/62.0/job"
JSON, XML = "application/json", "application/xml"
SPACE = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"'


def _ask(
    door: Door, method: str, path: str = "", body: object = None, kind: str = JSON, **headers: str
) -> tuple[int, str]:
    session = {"x-sfdc-session": door.world.token, "content-type": kind, "authorization": "", **headers}
    answer = door.answer(method, BASE + path, body, session)
    shown = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    return answer.status, shown.decode()


def _job(door: Door, operation: str, form: str = "JSON", **more: str) -> str:
    body = {"operation": operation, "object": "Lead", "contentType": form, "concurrencyMode": 0, **more}
    status, text = _ask(door, "POST", body=body)
    assert (status, json.loads(text)["state"]) == (201, "Open")
    return str(json.loads(text)["id"])


def _element(text: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return found[1] if found else ""


def _batch(door: Door, job: str, data: bytes, kind: str = JSON) -> tuple[str, list[str]]:
    """The path of a batch that is done, and the states it went through."""
    text = _ask(door, "POST", f"/{job}/batch", data, kind)[1]
    id_ = json.loads(text)["id"] if text.startswith("{") else _element(text, "id")
    path, states = f"/{job}/batch/{id_}", []
    for _ in range(3):
        text = _ask(door, "GET", path)[1]
        states.append(json.loads(text)["state"] if text.startswith("{") else _element(text, "state"))
    return path, states


def test_a_query_in_json_tells_instants_in_milliseconds(door: Door):
    lead = door.lead(Title="T")
    job = _job(door, "query")
    path, states = _batch(door, job, b"SELECT Id, Title, CreatedDate, CreatedBy.Name, CreatedBy.CreatedDate FROM Lead")
    assert states == ["InProgress", "Completed", "Completed"]
    names = json.loads(_ask(door, "GET", f"{path}/result")[1])
    rows = json.loads(_ask(door, "GET", f"{path}/result/{names[0]}")[1])
    assert [(row["Id"], row["Title"], row["CreatedDate"], row["CreatedBy"]["CreatedDate"]) for row in rows] == [
        (lead, "T", 1796202000000, 1796202000000)
    ]
    assert _ask(door, "GET", f"{path}/result/752nothing")[0] == 400


def test_a_query_in_csv_is_told_in_xml_around_its_table(door: Door):
    door.lead(Description="one\ntwo")
    job = _job(door, "queryAll", "CSV")
    path, states = _batch(door, job, b"SELECT LastName, Description FROM Lead", "text/csv")
    assert states[-1] == "Completed"
    listed = _ask(door, "GET", f"{path}/result")[1]
    assert listed.startswith('<?xml version="1.0" encoding="UTF-8"?><result-list')
    table = _ask(door, "GET", f"{path}/result/{_element(listed, 'result')}")[1]
    assert table == '"LastName","Description"\n"Archer","one\ntwo"\n'
    empty, _ = _batch(door, job, b"SELECT Id FROM Task", "text/csv")
    name = _element(_ask(door, "GET", f"{empty}/result")[1], "result")
    assert _ask(door, "GET", f"{empty}/result/{name}")[1] == "Records not found for this query"


def test_a_query_that_fails_fails_its_batch_with_the_reason(door: Door):
    job = _job(door, "query", "CSV")
    path, states = _batch(door, job, b"SELECT Nope FROM Lead", "text/csv")
    assert states[-1] == "Failed"
    message = _element(_ask(door, "GET", path)[1], "stateMessage")
    assert message.startswith("InvalidBatch : Failed to process query: INVALID_FIELD")
    assert _ask(door, "GET", f"{path}/result")[0] == 400
    assert _batch(door, job, b"\xff", "text/csv")[1][-1] == "Failed"


def test_rows_in_json_are_made_and_judged_one_by_one(door: Door):
    rows = [{"LastName": "A", "Company": "x", "NumberOfEmployees": 5, "Title": None}, {"LastName": "B"}, {"Nope": 1}]
    job = _job(door, "insert")
    path, _ = _batch(door, job, json.dumps(rows).encode())
    told = json.loads(_ask(door, "GET", f"{path}/result")[1])
    assert [(row["success"], row["created"]) for row in told] == [(True, True), (False, False), (False, False)]
    assert [row["errors"][0]["statusCode"] for row in told[1:]] == ["REQUIRED_FIELD_MISSING", "INVALID_FIELD"]
    assert door.row(told[0]["id"])["NumberOfEmployees"] == 5
    assert json.loads(_ask(door, "GET", f"{path}/request")[1]) == rows
    info = json.loads(_ask(door, "GET", f"/{job}")[1])
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"], info["numberBatchesCompleted"]) == (3, 2, 1)


def test_null_and_the_empty_text_empty_a_field(door: Door):
    lead = door.lead(Title="T", Phone="1", City="C")
    _batch(door, _job(door, "update"), json.dumps([{"Id": lead, "Title": None, "Phone": ""}]).encode())
    assert [door.row(lead)[name] for name in ("Title", "Phone", "City")] == [None, None, "C"]


def test_rows_in_csv_are_upserted_and_judged_as_recorded(door: Door):
    known = door.lead(Email="a@x.example")
    job = _job(door, "upsert", "CSV", externalIdFieldName="Email")
    data = b"Email,LastName,Company\na@x.example,New,x\nb@x.example,,x\nc@x.example,C,x\n"
    path, _ = _batch(door, job, data, "text/csv")
    lines = _ask(door, "GET", f"{path}/result")[1].splitlines()
    assert lines[:2] == ['"Id","Success","Created","Error"', f'"{known}","true","false",""']
    assert lines[2].startswith('"","false","false","REQUIRED_FIELD_MISSING:')
    assert lines[3].endswith('"true","true",""')


@pytest.mark.parametrize("data", [b"not json", b"{}", b"[1]"])
def test_data_nobody_can_read_fails_the_batch(door: Door, data):
    path, states = _batch(door, _job(door, "insert"), data)
    assert (states[-1], "InvalidBatch" in _ask(door, "GET", path)[1]) == ("Failed", True)


def test_a_job_asked_for_in_xml_is_told_in_xml_with_the_recorded_elements(door: Door):
    body = (
        f"<jobInfo {SPACE}><operation>insert</operation><object>Lead</object>"
        "<concurrencyMode>Serial</concurrencyMode><contentType>CSV</contentType></jobInfo>"
    )
    status, text = _ask(door, "POST", body=body.encode(), kind=XML)
    recorded: Any = next(
        one["response"]
        for one in shared("salesforce-recorded/cumulusci-exchanges.json")
        if one.get("uri", "").endswith("/async/62.0/job") and str(one["response"]).startswith("<?xml")
    )
    assert status == 201
    assert re.findall(r"<(\w+)>", text) == re.findall(r"<(\w+)>", recorded)
    job = _element(text, "id")
    assert f"<batchInfoList\n   {SPACE} />" in _ask(door, "GET", f"/{job}/batch", kind=XML)[1]
    _batch(door, job, b"LastName,Company\nA,x\n", "text/csv")
    assert _element(_ask(door, "GET", f"/{job}/batch", kind=XML)[1], "state") == "Completed"
    closed = f"<jobInfo {SPACE}><state>Closed</state></jobInfo>"
    assert _element(_ask(door, "POST", f"/{job}", closed.encode(), XML)[1], "state") == "Closed"
    assert _ask(door, "POST", f"/{job}/batch", b"x", "text/csv")[0] == 400


@pytest.mark.parametrize(
    "body, code",
    [
        ({"operation": "insert", "object": "Nope", "contentType": "CSV"}, "InvalidJob"),
        ({"operation": "hardDelete", "object": "Lead", "contentType": "CSV"}, "InvalidJob"),
        ({"operation": "insert", "object": "Lead", "contentType": "XML"}, "FeatureNotEnabled"),
        ({"operation": "upsert", "object": "Lead", "contentType": "CSV"}, "InvalidJob"),
        ([], "InvalidJob"),
        (b"{", "InvalidJob"),
    ],
)
def test_a_job_that_cannot_be_is_refused_in_the_form_it_was_asked_in(door: Door, body, code):
    status, text = _ask(door, "POST", body=body)
    assert (status, json.loads(text)["exceptionCode"]) == (400, code)
    status, text = _ask(door, "POST", body=b"<jobInfo/>", kind=XML)
    assert (status, _element(text, "exceptionCode")) == (400, "FeatureNotEnabled")


def test_what_is_not_there_or_over_is_refused(door: Door):
    job = _job(door, "insert")
    assert json.loads(_ask(door, "GET", "/750nothing")[1])["exceptionCode"] == "InvalidJob"
    assert json.loads(_ask(door, "GET", f"/{job}/batch/751nothing")[1])["exceptionCode"] == "InvalidBatch"
    assert json.loads(_ask(door, "POST", f"/{job}", {"state": "Open"})[1])["exceptionCode"] == "InvalidJobState"
    _ask(door, "POST", f"/{job}", {"state": "Aborted"})
    assert json.loads(_ask(door, "POST", f"/{job}", {"state": "Closed"})[1])["exceptionCode"] == "InvalidJobState"


def test_its_session_stands_in_a_header_of_its_own(door: Door):
    status, text = _ask(door, "GET", "/x", kind=XML, **{"x-sfdc-session": "dead"})
    assert (status, _element(text, "exceptionCode")) == (400, "InvalidSessionId")
    old = {"x-sfdc-session": door.world.token}
    assert door.answer("GET", "/services/async/30.0/job/x", headers=old).status == 400


@pytest.mark.parametrize("on, status", [(True, 201), (False, 400)])
def test_an_org_may_be_without_it(door: Door, on, status):
    door.desk.faults.add({"kind": "switch", "name": "async_api", "on": on})
    said, text = _ask(door, "POST", body={"operation": "query", "object": "Lead", "contentType": "JSON"})
    assert (said, "Async API not enabled" in text) == (status, not on)
