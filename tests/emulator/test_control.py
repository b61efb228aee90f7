"""The control endpoints of design.md section 6, on both ports."""

import json

import pytest

from crmsync.emulator.salesforce.ids import API_USER, numbered
from tests.emulator.caller import Caller, V

BOTH = pytest.mark.parametrize("port", ["salesforce", "hubspot"])
REP = numbered("005", 30)


@BOTH
def test_calls_are_counted_by_method_and_route_without_the_control_calls(caller: Caller, port):
    path, name = {
        "salesforce": (f"{V}/limits", "GET /services/data/{v}/limits"),
        "hubspot": ("/crm/v3/objects/contacts", "GET /crm/v3/objects/{type}"),
    }[port]
    for _ in range(3):
        caller.send("GET", path, port=port)
    found = caller.control("calls", port=port)
    assert found == {"total": 3, "by": {name: 3}}
    other = "hubspot" if port == "salesforce" else "salesforce"
    assert caller.control("calls", port=other) == {"total": 0, "by": {}}


def test_a_path_that_is_not_there_is_a_call_too(caller: Caller):
    assert caller.send("GET", "/nowhere").status_code == 404
    assert caller.control("calls") == {"total": 1, "by": {"GET (no such path)": 1}}


def test_the_audit_holds_what_api_clients_wrote_and_edits_hold_what_people_did(caller: Caller):
    lead = caller.lead(Status="Raw")
    caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Status": "Inquiry"})
    deed = {"op": "update", "type": "Lead", "id": lead, "fields": {"Status": "Left Vmail"}}
    done = caller.control("actors", {"actor": REP, "do": [deed]})
    assert done == {"done": [{"id": lead}]}
    (row,) = caller.control("audit")
    assert set(row) == {"at", "actor", "op", "type", "id", "changes"}
    assert (row["actor"], row["op"], row["type"], row["id"], row["changes"]) == (
        API_USER,
        "update",
        "Lead",
        lead,
        {"Status": ["Raw", "Inquiry"]},
    )
    assert [(row["actor"], row["changes"]) for row in caller.control("edits")] == [
        (REP, {"Status": ["Inquiry", "Left Vmail"]})
    ]
    assert caller.control("audit", port="hubspot") == []


def test_load_takes_json_lines_with_blank_lines_and_line_separators_inside_text(caller: Caller):
    rows = [
        {"type": "User", "id": REP, "fields": {"FirstName": "Kim", "LastName": "Maier"}},
        {"type": "Lead", "fields": {"LastName": "Zo\u2028ë", "Company": "Acme\u0085", "OwnerId": REP}},
    ]
    body = ("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n").encode()
    assert caller.send("POST", "/__emulator__/load", body).json() == {"loaded": 2}
    assert caller.query("SELECT Owner.Name FROM Lead")["records"][0]["Owner"]["Name"] == "Kim Maier"


@pytest.mark.parametrize(
    "bad, words",
    [
        ('{"type": "Lede", "fields": {}}', "line 3: this org has no object 'Lede'"),
        ("{", "line 3: "),
        ("[1]", "line 3: a row is a JSON object"),
        ('{"type": "Lead", "system": "hubspot", "fields": {}}', "line 3: the row belongs to 'hubspot'"),
        ('{"type": "__clock__", "fields": {"at": "soon"}}', "line 3: 'soon' is no ISO instant"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_loaded(caller: Caller, bad, words):
    good = json.dumps({"type": "Lead", "fields": {"LastName": "A", "Company": "x", "Fresh__c": "y"}})
    clock = json.dumps({"type": "__clock__", "fields": {"at": "2030-01-01T00:00:00Z"}})
    answer = caller.send("POST", "/__emulator__/load", f"{good}\n{clock}\n{bad}\n{good}".encode())
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert caller.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    assert "Fresh__c" not in caller.send("GET", f"{V}/sobjects/Lead/describe").text
    assert not caller.control("clock")["now"].startswith("2030")


@BOTH
def test_one_clock_serves_both_ports(caller: Caller, port):
    caller.control("clock", {"set": "2026-12-02T09:00:00Z", "freeze": True}, port)
    caller.control("clock", {"advance": 90.5}, port)
    for each in ("salesforce", "hubspot"):
        assert caller.control("clock", port=each) == {"now": "2026-12-02T09:01:30.500Z", "frozen": True}
    assert caller.send("GET", f"{V}/limits").headers["Date"] == "Wed, 02 Dec 2026 09:01:30 GMT"
    caller.control("clock", {"freeze": False}, port)
    assert caller.control("clock")["frozen"] is False


@pytest.mark.parametrize("body", [{"set": "soon"}, {"advance": "1"}, {"advance": True}, {"jump": 1}, {}, 5, "x"])
def test_a_clock_that_makes_no_sense_is_refused(caller: Caller, body):
    assert caller.send("POST", "/__emulator__/clock", body).status_code == 400


@BOTH
def test_reset_goes_back_to_the_start_on_both_ports(caller: Caller, port):
    lead = caller.lead()
    caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "CEO"})
    caller.control("faults", [{"kind": "row_lock", "times": -1}])
    caller.control("clock", {"freeze": True})
    assert caller.control("reset", {}, port) == {"reset": True}
    assert caller.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    assert caller.control("audit") == caller.control("edits") == []
    assert caller.control("faults") == {"faults": []}
    assert caller.control("clock")["frozen"] is False


def test_a_step_that_cannot_be_done_undoes_the_whole_script(caller: Caller):
    lead = caller.lead(Title="before")
    do = [
        {"op": "update", "type": "Lead", "id": lead, "fields": {"Title": "after"}},
        {"op": "dance", "type": "Lead", "id": lead},
    ]
    answer = caller.send("POST", "/__emulator__/actors", [{"actor": REP, "do": do}])
    assert (answer.status_code, answer.json()["error"][:7]) == (400, "step 2:")
    assert caller.query("SELECT Title FROM Lead")["records"][0]["Title"] == "before"
    assert caller.control("edits") == []


@BOTH
@pytest.mark.parametrize("name", ["load", "actors", "faults", "clock"])
@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b'"x"', b"5", b"[" * 50_000])
def test_a_control_body_that_makes_no_sense_is_refused(caller: Caller, name, body, port):
    answer = caller.send("POST", f"/__emulator__/{name}", body, port)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
