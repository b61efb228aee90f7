"""Real answers, recorded by others from real orgs, read by our readers (../shared/data; a user's checkout has none)."""

import json
from pathlib import Path
from typing import Any

import pytest

from crmsync.connectors.answers import Answer
from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import read
from crmsync.connectors.salesforce.errors import reading
from crmsync.connectors.salesforce.shape import Envelope
from crmsync.connectors.salesforce.write import _judged
from crmsync.model.errors import AccessLost, RecordRefused, ShapeChanged
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no recorded answers at {DATA}: this is no workplace checkout"
)


class Shelf:
    """A door behind which the recorded describe of an object lies."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, _path: str, _route: str) -> bytes:
        return self.body

    def query(self, _soql: str, *, deleted: bool) -> bytes:
        return json.dumps({"records": [{"ApiName": "Qualified", "IsConverted": True}], "deleted": deleted}).encode()


def exchanges(part: str) -> list[dict[str, Any]]:
    rows = json.loads((DATA / "salesforce-recorded/cumulusci-exchanges.json").read_text("utf-8"))
    found = [one for one in rows if part in one.get("uri", "") and one.get("response")]
    assert found
    return found


@pytest.mark.parametrize(
    "name", ["Lead", "Contact", "Account", "Opportunity", "OpportunityContactRole", "Event", "Case"]
)
def test_a_real_describe_is_read_field_by_field(name):
    body = (DATA / f"salesforce-describe/{name}.json").read_bytes()
    found = read.describe(Shelf(body), name)
    for field in json.loads(body)["fields"]:
        one = found.fields[field["name"]]
        assert (one.type, one.label, one.writable) == (field["type"], field["label"], field["updateable"])
        assert one.max_length == (field["length"] or None)
        assert (one.options is not None) == (field["type"] in {"picklist", "multipicklist"})


def test_the_real_lead_status_has_options_although_it_takes_any_text():
    found = read.describe(Shelf((DATA / "salesforce-describe/Lead.json").read_bytes()), "Lead")
    assert found.fields["Status"].options
    assert found.converted_values == {"Qualified"}


def test_each_row_of_a_real_collection_answer_has_its_verdict():
    seen = set()
    for one in exchanges("/composite/sobjects"):
        results = json.loads(one["response"])
        rows = [WriteRow(f"op{number}", Ref("salesforce", "X", ""), {}) for number in range(len(results))]
        verdicts = _judged(rows, Answer(200, one["response"].encode()))
        assert isinstance(verdicts, dict)
        for row, result in zip(rows, results, strict=True):
            verdict = verdicts[row.op_id]
            assert (verdict.kind is ReceiptKind.OK) is result["success"]
            assert (verdict.ref.id if verdict.ref else None) == (result["id"] if result["success"] else None)
            seen.add(verdict.kind)
    assert ReceiptKind.OK in seen


def test_real_query_pages_have_the_envelope_we_expect():
    for one in exchanges("/query"):
        said = json.loads(one["response"])
        envelope = parse(one["response"].encode(), Envelope)
        assert (envelope.done, envelope.next_place) == (said["done"], said.get("nextRecordsUrl"))


@pytest.mark.parametrize(
    "name,status,error",
    [
        ("expired_session_response.json", 401, AccessLost),
        ("sobject/query_error_response.json", 400, ShapeChanged),
        ("sobject/sobject_find_error_response.json", 404, RecordRefused),
        ("sobject/upsert_error_response.json", 404, RecordRefused),
        ("sobject/upsert_multiple_error_response.json", 300, ShapeChanged),
        ("sobject/write_error_response.json", 400, ShapeChanged),
    ],
)
def test_real_error_bodies_are_understood(name, status, error):
    assert type(reading(Answer(status, (DATA / "salesforce-errors" / name).read_bytes()))) is error


@pytest.mark.parametrize("page,done", [("first", False), ("last", True)])
def test_real_pages_say_whether_there_is_more(page, done):
    body = (DATA / f"salesforce-errors/sobject/query_paginated_{page}_page_response.json").read_bytes()
    assert parse(body, Envelope).done is done
