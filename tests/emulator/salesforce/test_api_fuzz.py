"""Whatever is sent, the org answers in the vendor's forms and never with an error of its own (issue 4, item 4)."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmsync.emulator.salesforce.api import routes
from tests.emulator.salesforce.door import Door, V

NAMES = [
    "Lead",
    "Task",
    "LeadStatus",
    "Nope",
    "Id",
    "Email",
    "LastName",
    "updated",
    "",
    "00Qxx00000000G9EAI",
    "a b",
    "é%2F",
]
WORDS = st.sampled_from([*NAMES, "true", "-1", "2026-12-01T00:00:00Z", "SELECT Id FROM Lead", "null"]) | st.text(
    max_size=8
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
KEYS = st.sampled_from(
    """allOrNone records attributes type referenceId id Id LastName Company Email OwnerId Status IsConverted
    compositeRequest method url body httpHeaders batchRequests richInput haltOnError operation object query
    contentType lineEnding state columnDelimiter externalIdFieldName ids fields Contacts""".split()
) | st.text(max_size=4)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
URLS = st.sampled_from(
    [f"{V}/limits", f"{V}/sobjects/Lead", f"{V}/composite/sobjects", f"{V}/query?q=x", "@{a.id}", "", "/"]
)
PARTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "PATCH", "DELETE", "x"]),
        "url": URLS,
        "referenceId": st.sampled_from("ab"),
    },
    optional={"body": JSON, "httpHeaders": JSON, "richInput": JSON},
)
ROWS = st.fixed_dictionaries(
    {"attributes": st.fixed_dictionaries({"type": st.sampled_from(NAMES)}, optional={"referenceId": SCALARS})},
    optional={"LastName": SCALARS, "Company": SCALARS, "Id": SCALARS, "Email": SCALARS, "Nested": JSON},
)
BODIES = st.one_of(
    JSON,
    st.fixed_dictionaries({"compositeRequest": st.lists(PARTS, max_size=3)}, optional={"allOrNone": SCALARS}),
    st.fixed_dictionaries({"batchRequests": st.lists(PARTS, max_size=3)}, optional={"haltOnError": SCALARS}),
    st.fixed_dictionaries({"records": st.lists(ROWS, max_size=3)}, optional={"allOrNone": SCALARS}),
).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=12)
HEADERS = st.dictionaries(
    st.sampled_from(["if-modified-since", "if-unmodified-since", "sforce-query-options", "content-type", "accept"]),
    st.sampled_from(
        ["", "x", "batchSize=5", "batchSize=99999999999999999999", "text/csv", "Wed, 02 Dec 2026 09:00:00 GMT"]
    ),
    max_size=2,
)
QUERIES = st.dictionaries(
    st.sampled_from("q ids fields start end maxRecords locator allOrNone sObjects columns updateOnly".split()),
    WORDS,
    max_size=3,
)
VERSIONS = {"{v}": "v62.0", "{version}": "62.0"}
TABLE = sorted({(route.method, route.template) for route in routes(Door().org)})


@pytest.fixture(scope="module")
def org() -> Door:
    door = Door()
    door.lead(Email="a@x.example")
    return door


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_call_breaks_the_org(org: Door, data):
    method, template = data.draw(st.sampled_from(TABLE))
    path = "".join(
        quote(data.draw(WORDS), safe="")
        if piece.startswith("{") and piece not in VERSIONS
        else VERSIONS.get(piece, piece)
        for piece in template.replace("{", "\0{").replace("}", "}\0").split("\0")
    )
    target = path + "?" + urlencode(data.draw(QUERIES))
    session = {"x-sfdc-session": org.world.token}  # of the Bulk API 1.0
    answer = org.answer(method, target, data.draw(BODIES), {**session, **data.draw(HEADERS)})
    assert answer.status < 500 or "/Soap/" in path  # a SOAP fault is a 500 by its protocol
    if not isinstance(answer.body, bytes):
        json.dumps(answer.body)
    told: Any = answer.body
    if answer.status >= 400 and path.startswith("/services/data/") and "tree" not in path:
        assert {"message", "errorCode"} <= set(told[0])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=4), data=st.binary(max_size=20))
def test_no_table_breaks_an_ingest_job(org: Door, cells, data):
    text = "\n".join(",".join(row) for row in [["LastName", "Company", "Email"], *cells]).encode() + data
    made = org.call("POST", f"{V}/jobs/ingest", {"operation": "insert", "object": "Lead"})[1]
    path = f"{V}/jobs/ingest/{made['id']}"
    org.call("PUT", f"{path}/batches", text, {"content-type": "text/csv"})
    org.call("PATCH", path, {"state": "UploadComplete"})
    org.call("GET", path)
    told = org.call("GET", path)[1]
    assert told["state"] in ("JobComplete", "Failed")
    assert org.answer("GET", f"{path}/successfulResults").status == 200
    assert org.answer("GET", f"{path}/failedResults").status == 200
