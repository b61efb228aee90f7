"""What can go wrong on the wire, asked for through /__emulator__/faults."""

import pytest
import requests

from crmsync.emulator import serve
from tests.emulator.caller import Caller, V


def test_a_planted_status_answers_without_touching_anything(caller: Caller):
    lead = caller.lead()
    fault = {
        "kind": "status",
        "route": "PATCH",
        "code": 503,
        "body": "<html>busy</html>",
        "headers": {"Retry-After": "7"},
    }
    caller.control("faults", [fault])
    answer = caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"})
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, "<html>busy</html>", "7")
    assert caller.control("audit") == []
    assert caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"}).status_code == 204


def test_a_fault_is_for_its_route_and_its_times_only(caller: Caller):
    caller.control("faults", [{"kind": "status", "route": "limits", "code": 500, "times": 2, "body": []}])
    assert caller.send("GET", f"{V}/sobjects").status_code == 200
    assert [caller.send("GET", f"{V}/limits").status_code for _ in range(3)] == [500, 500, 200]


def test_cut_after_commit_writes_and_says_nothing(caller: Caller):
    lead = caller.lead()
    caller.control("faults", [{"kind": "cut_after_commit", "route": "PATCH"}])
    with pytest.raises(requests.ConnectionError):
        caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"})
    assert [row["changes"] for row in caller.control("audit")] == [{"Title": [None, "x"]}]


@pytest.mark.parametrize("bytes_", [0, 1, 40])
def test_cut_at_sends_the_head_and_some_bytes(caller: Caller, bytes_):
    caller.control("faults", [{"kind": "cut_at", "route": "sobjects", "bytes": bytes_}])
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match=rf"{bytes_} bytes read"):
        caller.send("GET", f"{V}/sobjects")


def test_a_slow_call_is_a_time_out_for_who_waits_less_and_is_done_all_the_same():
    with serve("empty") as running:  # its own, for the late call would meet the faults of other tests
        url, headers = running.salesforce_url, {"authorization": f"Bearer {running.token}"}
        fault = {"kind": "slow", "route": "sobjects", "seconds": 0.3}
        requests.post(f"{url}/__emulator__/faults", json=fault, timeout=5)
        lead = {"LastName": "A", "Company": "x"}
        with pytest.raises(requests.ReadTimeout):
            requests.post(f"{url}{V}/sobjects/Lead", json=lead, headers=headers, timeout=0.02)
    assert len(running.world.desk("salesforce").audit) == 1


@pytest.mark.parametrize("fault", [{"kind": "earthquake"}, {}, {"kind": "edit_before_write"}])
def test_an_unknown_or_incomplete_fault_is_refused(caller: Caller, fault):
    answer = caller.send("POST", "/__emulator__/faults", fault)
    assert answer.status_code == 400
    assert caller.control("faults") == {"faults": []}


def test_faults_are_listed_and_can_be_taken_back(caller: Caller):
    caller.control("faults", {"kind": "row_lock", "times": 2})
    assert caller.control("faults") == {"faults": [{"kind": "row_lock", "times": 2}]}
    assert caller.send("DELETE", "/__emulator__/faults").json() == {"faults": []}


def test_faults_belong_to_one_port(caller: Caller):
    caller.control("faults", [{"kind": "status", "code": 500, "body": []}], "hubspot")
    assert caller.send("GET", f"{V}/limits").status_code == 200
