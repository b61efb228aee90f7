"""Keys that several rows have, conditional requests, picklists, and what is refused in words (facts 5.1, 5.4, 8.5)."""

import gzip
import json
from urllib.parse import quote

import pytest

from crmsync.emulator.salesforce.api.refused import ELSEWHERE
from tests.emulator.salesforce.door import Door, V

LEAD = f"{V}/sobjects/Lead"


def test_a_key_that_several_rows_have_is_answered_with_their_addresses(door: Door):
    twins = [door.lead(Email="a@x.example") for _ in range(2)]
    path = f"{LEAD}/Email/{quote('a@x.example')}"
    for method, body in (("GET", None), ("PATCH", {"Title": "x"}), ("DELETE", None)):
        assert door.call(method, path, body) == (300, [f"{LEAD}/{id_}" for id_ in twins])
    assert door.desk.audit == []


def test_a_row_is_deleted_by_its_key(door: Door):
    lead = door.lead(Email="a@x.example")
    assert door.call("DELETE", f"{LEAD}/Email/a@x.example")[0] == 204
    assert door.row(lead)["IsDeleted"] is True
    assert door.call("DELETE", f"{LEAD}/Email/a@x.example")[0] == 404
    assert door.call("DELETE", f"{LEAD}/Id/{lead}")[0] == 404


def test_a_row_may_be_named_by_its_id_as_key_but_not_made_by_it(door: Door):
    lead = door.lead()
    assert door.call("PATCH", f"{LEAD}/Id/{lead}", {"Title": "x"})[0] == 200
    assert door.call("PATCH", f"{LEAD}/Id/00Qxx00000zzzzz", {"Title": "x"})[0] == 404
    assert door.call("PATCH", f"{LEAD}/Title/x", {"Title": "x"})[0] == 404


@pytest.mark.parametrize("on, expected", [(True, (204, None)), (False, (200, False))])
def test_whether_an_upsert_that_changes_says_something_is_a_switch(door: Door, on, expected):
    door.lead(Email="a@x.example")
    door.desk.faults.add({"kind": "switch", "name": "upsert_says_nothing", "on": on})
    status, body = door.call("PATCH", f"{LEAD}/Email/a@x.example", {"Title": "x"})
    assert (status, body and body["created"]) == expected


@pytest.mark.parametrize(
    "since, status",
    [
        ("Wed, 02 Dec 2026 08:59:59 GMT", 200),
        ("Wed, 02 Dec 2026 09:00:00 GMT", 304),
        ("Wed, 02 Dec 2026 10:00:00 GMT", 304),
        ("yesterday", 400),
        ("Wed, 02 Dec 2026 10:00:00", 400),
    ],
)
def test_a_row_that_did_not_change_since_is_not_sent_again(door: Door, since, status):
    answer = door.answer("GET", f"{LEAD}/{door.lead()}", headers={"if-modified-since": since})
    assert (answer.status, answer.body is None) == (status, status == 304)


@pytest.mark.parametrize("path", ["/sobjects", "/sobjects/Lead/describe"])
def test_a_describe_is_sent_again_only_when_it_changed(door: Door, path):
    first = door.answer("GET", V + path)
    seen = {"if-modified-since": first.headers["Last-Modified"]}
    tagged = {"if-none-match": first.headers["ETag"] + "--gzip"}
    assert [door.answer("GET", V + path, headers=headers).status for headers in (seen, tagged)] == [304, 304]


def test_a_new_field_makes_a_describe_new(door: Door):
    path = f"{V}/sobjects/Lead/describe"
    first = door.answer("GET", path)
    seen = {"if-modified-since": first.headers["Last-Modified"]}
    door.world.clock.advance(60)
    assert door.answer("GET", path, headers=seen).body is None
    door.field("Lead", "New__c")
    again = door.answer("GET", path, headers=seen)
    assert (again.status, again.headers["ETag"] == first.headers["ETag"]) == (200, False)
    assert again.headers["Last-Modified"] == "Wed, 02 Dec 2026 09:01:00 GMT"


def test_a_precondition_holds_for_an_upsert_too(door: Door):
    door.lead(Email="a@x.example")
    headers = {"if-unmodified-since": "Tue, 01 Dec 2026 09:00:00 GMT"}
    assert door.call("PATCH", f"{LEAD}/Email/a@x.example", {"Title": "x"}, headers)[0] == 412


@pytest.mark.parametrize("on", [True, False])
def test_whether_a_412_says_why_is_a_switch(door: Door, on):
    door.desk.faults.add({"kind": "switch", "name": "precondition_body", "on": on})
    headers = {"if-unmodified-since": "Tue, 01 Dec 2026 09:00:00 GMT"}
    status, body = door.call("PATCH", f"{LEAD}/{door.lead()}", {"Title": "x"}, headers)
    assert (status, body is not None) == (412, on)


@pytest.mark.parametrize(
    "kind, status",
    [("application/json; charset=UTF-8", 201), ("text/xml", 415), ("application/x-www-form-urlencoded", 415)],
)
def test_rows_are_taken_in_json_only(door: Door, kind, status):
    row = {"LastName": "A", "Company": "x"}
    assert door.call("POST", LEAD, row, {"content-type": kind})[0] == status


def test_a_zipped_body_is_read_and_one_that_is_not_zipped_is_refused(door: Door):
    row = gzip.compress(json.dumps({"LastName": "A", "Company": "x"}).encode())
    assert door.call("POST", LEAD, row, {"content-encoding": "gzip"})[0] == 201
    status, body = door.call("POST", LEAD, b"{}", {"content-encoding": "gzip"})
    assert (status, body[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize(
    "accept, status",
    [("application/xml", 406), ("application/json, application/xml", 200), ("*/*", 200), ("text/csv", 200)],
)
def test_answers_in_xml_are_refused(door: Door, accept, status):
    assert door.call("GET", f"{V}/limits", headers={"accept": accept})[0] == status


def test_a_path_through_a_relationship_is_refused_in_words(door: Door):
    status, body = door.call("GET", f"{LEAD}/{door.lead()}/Owner")
    assert (status, body[0]["errorCode"]) == (400, "NOT_SUPPORTED")


def test_picklist_values_tell_which_statuses_are_converted(door: Door):
    path = f"{V}/ui-api/object-info/Lead/picklist-values/012000000000000AAA"
    status, body = door.call("GET", f"{path}/Status")
    told = {value["value"]: value["attributes"]["converted"] for value in body["values"]}
    assert (status, told["Closed - Converted"], told["Working - Contacted"]) == (200, True, False)
    assert body["defaultValue"]["value"] == "Open - Not Contacted"
    every = door.call("GET", path)[1]["picklistFieldValues"]
    assert every["Status"] == body
    assert {"LeadSource", "Rating"} <= set(every)
    assert door.call("GET", f"{path}/LastName")[0] == 400
    tasks = door.call("GET", f"{V}/ui-api/object-info/Task/picklist-values/012000000000000AAA/Status")[1]
    assert {value["value"] for value in tasks["values"] if value["attributes"]["closed"]} == {"Completed"}


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_only_the_vendor_has_is_refused_in_words(door: Door, name):
    for path in (f"{V}/{name}", f"{V}/{name}/and/more"):
        if name != "composite/graph":
            status, body = door.call("GET", path)
            assert (status, body[0]["errorCode"]) == (400, "NOT_SUPPORTED")
            assert "not supported by the emulator" in body[0]["message"]


@pytest.mark.parametrize(
    "path, status",
    [
        (f"{V}/sobjects/Lead/describe/layouts", 400),
        (f"{V}/sobjects/Lead/listviews", 400),
        (f"{V}/query?q=SELECT+Id+FROM+Lead&explain=SELECT+Id+FROM+Lead", 400),
        ("/services/apexrest/mine", 400),
        (f"{V}/nowhere", 404),
        ("/nowhere", 404),
        ("/", 404),
    ],
)
def test_what_nobody_has_is_not_found(door: Door, path, status):
    answered, body = door.call("GET", path)
    assert (answered, body[0]["errorCode"]) == (status, "NOT_SUPPORTED" if status == 400 else "NOT_FOUND")


def test_without_a_session_even_a_refusal_is_not_told(door: Door):
    assert door.call("GET", f"{V}/search?q=x", headers={"authorization": "Bearer no"})[0] == 401


def test_the_columns_of_a_query_may_be_asked_for_first(door: Door):
    soql = quote("SELECT id, owner.name, IsUnreadByOwner FROM Lead")
    status, body = door.call("GET", f"{V}/query?q={soql}&columns=true")
    told = [(column["columnName"], column["apexType"], len(column["joinColumns"])) for column in body["columnMetadata"]]
    assert (status, told) == (200, [("Id", "Id", 0), ("Owner", None, 1), ("IsUnreadByOwner", "Boolean", 0)])
    assert body["columnMetadata"][1]["joinColumns"][0]["columnName"] == "Name"
    assert (body["entityName"], body["keyPrefix"], body["idSelected"]) == ("Lead", "00Q", True)
    assert door.call("GET", f"{V}/query?q=SELECT+Nope+FROM+Lead&columns=true")[1][0]["errorCode"] == "INVALID_FIELD"


def test_a_cursor_lives_for_two_days(door: Door):
    for _ in range(3):
        door.lead()
    door.desk.faults.add({"kind": "short_pages", "rows": 1})
    more = door.query("SELECT Id FROM Lead")[1]["nextRecordsUrl"]
    door.world.clock.advance(2 * 86_400)
    assert door.call("GET", more)[0] == 200
    door.world.clock.advance(1)
    status, body = door.call("GET", more)
    assert (status, body[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
