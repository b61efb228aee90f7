"""Answers zipped, in pieces, with another clock, and lines cut before anything was done (issue 4, item 2)."""

import pytest
import requests

from tests.emulator.caller import Caller, V


@pytest.mark.parametrize("coding, zipped", [("gzip, deflate", "gzip"), ("identity", None)])
def test_a_large_answer_is_zipped_for_who_can_read_it_and_says_the_same(caller: Caller, coding, zipped):
    caller.session.headers["Accept-Encoding"] = coding
    answer = caller.send("GET", f"{V}/sobjects/Lead/describe")
    assert (answer.headers.get("content-encoding"), answer.json()["name"]) == (zipped, "Lead")


def test_an_answer_in_pieces_has_no_length_and_is_whole(caller: Caller):
    whole = caller.send("GET", f"{V}/sobjects").json()
    caller.control("faults", [{"kind": "chunked", "bytes": 5, "times": 2}])
    for path in (f"{V}/sobjects", f"{V}/limits"):
        answer = caller.send("GET", path)
        assert (answer.headers["transfer-encoding"], "content-length" in answer.headers) == ("chunked", False)
        assert answer.json() == whole or path.endswith("limits")


def test_the_line_may_be_cut_before_anything_is_done(caller: Caller):
    lead = caller.lead(Title="before")
    caller.control("faults", [{"kind": "cut_before_commit", "route": "PATCH"}])
    with pytest.raises(requests.ConnectionError):
        caller.send("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "x"})
    assert caller.control("audit") == []


def test_the_date_header_may_be_off_from_the_stamps(caller: Caller):
    caller.control("clock", {"set": "2026-12-02T09:00:00Z", "freeze": True})
    caller.control("faults", [{"kind": "clock_skew", "seconds": -90}])
    assert caller.send("GET", f"{V}/limits").headers["date"] == "Wed, 02 Dec 2026 08:58:30 GMT"


def test_a_fault_may_let_calls_pass_first(caller: Caller):
    caller.control("faults", [{"kind": "status", "route": "limits", "code": 500, "after": 2, "body": []}])
    assert [caller.send("GET", f"{V}/limits").status_code for _ in range(4)] == [200, 200, 500, 200]


@pytest.mark.parametrize("kind", ["cut_before_commit", "cut_after_commit"])
def test_a_line_can_be_reset_instead_of_closed(caller: Caller, kind):
    caller.control("faults", [{"kind": kind, "route": "limits", "reset": True}])
    with pytest.raises(requests.ConnectionError, match="reset"):
        caller.send("GET", f"{V}/limits")


def test_a_body_may_come_slowly_and_is_whole(caller: Caller):
    caller.control("faults", [{"kind": "chunked", "route": "limits", "bytes": 400, "seconds": 0.001}])
    assert caller.send("GET", f"{V}/limits").json()


def test_a_doubled_slash_before_the_path_and_one_after_it_do_not_matter(caller: Caller):
    assert [caller.send("GET", path).status_code for path in (f"/{V}/limits", f"{V}/limits/")] == [200, 200]


def test_header_names_are_spelt_as_the_vendors_spell_them(caller: Caller):
    names = set(dict(caller.send("GET", f"{V}/sobjects").headers))
    assert {"Date", "Content-Type", "Content-Length", "Content-Encoding", "Sforce-Limit-Info", "ETag"} <= names
