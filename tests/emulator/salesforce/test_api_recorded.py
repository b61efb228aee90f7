"""The recorded exchanges of a real org, sent again: our answers have the same shape (issue 4, item 4)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.emulator.salesforce.door import Door, shared

RECORDED = "salesforce-recorded/cumulusci-exchanges.json"


def _exchanges(part: str) -> Iterator[dict[str, Any]]:
    for one in shared(RECORDED):
        said = one.get("response")
        if urlsplit(one.get("uri", "")).path.endswith(part) and isinstance(said, str) and said.startswith(("[", "{")):
            yield one


def _target(one: dict[str, Any]) -> Any:
    split = urlsplit(one["uri"])
    return split.path.replace("vxx.0", "v62.0") + (f"?{split.query}" if split.query else "")


def _shape(value: Any) -> Any:
    """Keys and kinds, not values; a list has the shape of its first entry."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else type(value).__name__


class Replay:
    """Sends recorded rows again, with the ids that our org gave in place of the recorded ones."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.ids: dict[str, str] = {}

    def rows(self, one: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._row(row) for row in json.loads(one["body"])["records"]]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        sobject = self.door.org.sobject(row["attributes"]["type"])
        kept = {"attributes": row["attributes"]}
        for name, value in row.items():
            field = sobject.field(name)
            if field is not None and (field.type not in ("reference", "id") or value is None or value in self.ids):
                kept[name] = self.ids.get(value, value) if isinstance(value, str) else value
        return kept

    def learn(self, one: dict[str, Any], answer: list[dict[str, Any]]) -> None:
        for theirs, ours in zip(json.loads(one["response"]), answer, strict=True):
            self.ids |= {theirs["id"]: ours["id"]} if theirs["success"] and ours["success"] else {}


@pytest.mark.parametrize(
    "path", ["/composite/sobjects", "/composite/sobjects/Contact/Email", "/Contact/Id", "/Account/Id"]
)
def test_recorded_rows_are_answered_row_by_row_in_the_recorded_shape(door: Door, path):
    replay, seen = Replay(door), 0
    for one in _exchanges(path):
        kinds = {row["attributes"]["type"] for row in json.loads(one["body"])["records"]}
        if not all(door.org.schema.find(kind) for kind in kinds):
            continue  # objects this org does not keep
        rows = replay.rows(one)
        status, answer = door.call(one["method"], _target(one), {"allOrNone": False, "records": rows})
        assert status == one["status"]["code"]
        for theirs, ours, row in zip(json.loads(one["response"]), answer, rows, strict=True):
            if theirs["success"] and ours["success"]:
                assert _shape(ours) == _shape(theirs)
                seen += 1
            else:
                assert set(ours) - {"created"} == {"success", "errors"}, row
        replay.learn(one, answer)
    assert seen


def test_recorded_composite_calls_are_answered_in_the_recorded_shape(door: Door):
    seen = 0
    door.load("Account", Name="Smith Corp.")
    for one in _exchanges("/composite"):
        text = one["body"] if isinstance(one["body"], str) else json.dumps(one["body"])
        try:
            asked = json.loads(text.replace("vxx.0", "v62.0"))
            said = json.loads(one["response"])["compositeResponse"]
        except ValueError:
            continue  # a recording with templates in place of bodies
        status, answer = door.call("POST", "/services/data/v62.0/composite", asked)
        assert status == 200
        for theirs, ours in zip(said, answer["compositeResponse"], strict=True):
            assert set(ours) == set(theirs)
            assert ours["referenceId"] == theirs["referenceId"]
            assert (ours["httpStatusCode"] < 400) is (theirs["httpStatusCode"] < 400)
            seen += 1
    assert seen >= 5


def test_recorded_queries_and_counts_have_our_envelope(door: Door):
    for one in _exchanges("/limits/recordCount"):
        said = json.loads(one["response"])
        status, answer = door.call("GET", _target(one))
        assert (status, set(answer)) == (200, set(said))
        assert all(set(entry) == {"name", "count"} for entry in [*answer["sObjects"], *said["sObjects"]])
    for one in _exchanges("/query/"):
        said = json.loads(one["response"])
        status, answer = door.call("GET", _target(one))
        if status == 200:
            assert set(answer) == set(said)
        else:
            assert answer[0]["errorCode"] in ("NOT_SUPPORTED", "INVALID_TYPE", "INVALID_FIELD"), one["uri"]


@pytest.mark.parametrize(
    "file, method, target, body",
    [
        (
            "get_updated_success_response",
            "GET",
            "sobjects/Lead/updated?start=2026-12-01T09:00:00Z&end=2026-12-02T09:00:00Z",
            None,
        ),
        (
            "get_deleted_success_response",
            "GET",
            "sobjects/Lead/deleted?start=2026-12-01T09:00:00Z&end=2026-12-02T09:00:00Z",
            None,
        ),
        ("create_success_response", "POST", "sobjects/Lead", {"LastName": "A", "Company": "x"}),
        ("upsert_error_response", "PATCH", "sobjects/Lead/Namez/x", {"LastName": "A"}),
        ("upsert_multiple_error_response", "PATCH", "sobjects/Lead/Email/a@x.example", {"LastName": "A"}),
        ("sobject_find_error_response", "GET", "sobjects/Lead/23foo", None),
        ("sobject_describe_error_response", "GET", "sobjects/Nope/describe", None),
        ("write_error_response", "PATCH", "sobjects/Lead/{lead}", {"foo": 1}),
        ("query_empty_response", "GET", "query?q=SELECT+Id+FROM+Task", None),
    ],
)
def test_small_recorded_bodies_have_our_shape(door: Door, file, method, target, body):
    lead = door.lead(Email="a@x.example")
    door.lead(Email="a@x.example")
    door.lead(IsDeleted=True)
    said = shared(f"salesforce-errors/sobject/{file}.json")
    answer = door.call(method, f"/services/data/v62.0/{target.format(lead=lead)}", body)[1]
    assert _shape(answer) == _shape(said)
    if isinstance(said, list) and isinstance(said[0], dict):
        assert answer[0]["errorCode"] == said[0]["errorCode"]
