"""Over real sockets: the vendor's own client on numbered paths, plain urllib3 on dated ones (section 13)."""

import json
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import urllib3
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ApiException
from urllib3.util import Retry

from crmsync.emulator import Running, serve
from tests.emulator.hubspot.vendor import TIMEOUT, Kept


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serve() as crms:
        yield crms


@pytest.fixture
def http(running: Running) -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, timeout=30) as pool:
        pool.request("POST", f"{running.hubspot_url}/__emulator__/reset")
        yield pool


@pytest.fixture
def client(running: Running, http: urllib3.PoolManager) -> Iterator[Any]:
    api = HubSpot(access_token=running.token, host=running.hubspot_url, retry=Retry(0))
    pools: list[urllib3.PoolManager] = []
    kept = Kept(api, pools)
    yield kept
    for pool in pools:
        pool.clear()


def load(http: urllib3.PoolManager, running: Running, *rows: dict[str, Any]) -> None:
    body = "\n".join(json.dumps(row) for row in rows)
    answer = http.request("POST", f"{running.hubspot_url}/__emulator__/load", body=body.encode())
    assert answer.status == 200, answer.data


def control(http: urllib3.PoolManager, running: Running, name: str, body: object = None) -> Any:
    url = f"{running.hubspot_url}/__emulator__/{name}"
    if body is None:
        return http.request("GET", url).json()
    return http.request("POST", url, body=json.dumps(body).encode()).json()


def call(http: urllib3.PoolManager, running: Running, method: str, path: str, body: object = None) -> Any:
    headers = {"authorization": f"Bearer {running.token}", "content-type": "application/json"}
    raw = None if body is None else json.dumps(body).encode()
    return http.request(method, running.hubspot_url + path, headers=headers, body=raw)


def test_the_vendor_client_creates_reads_changes_and_archives(client: Any) -> None:
    basic = client.crm__contacts__basic_api
    made = basic.create(simple_public_object_input_for_create={"properties": {"email": "ann@example.com"}}, **TIMEOUT)
    assert made.properties["lifecyclestage"] == "lead"
    changed = basic.update(made.id, simple_public_object_input={"properties": {"hs_lead_status": "OPEN"}}, **TIMEOUT)
    assert changed.updated_at >= made.updated_at
    found = basic.get_by_id("ann@example.com", id_property="email", properties=["hs_lead_status"], **TIMEOUT)
    assert (found.id, found.properties["hs_lead_status"]) == (made.id, "OPEN")
    page = basic.get_page(limit=10, properties=["email"], **TIMEOUT)
    assert [one.id for one in page.results] == [made.id]
    basic.archive(made.id, **TIMEOUT)
    with pytest.raises(ApiException) as refused:
        basic.get_by_id(made.id, **TIMEOUT)
    assert refused.value.status == 404


def test_the_vendor_client_reads_a_conflict(client: Any) -> None:
    basic = client.crm__contacts__basic_api
    given = {"properties": {"email": "ann@example.com"}}
    basic.create(simple_public_object_input_for_create=given, **TIMEOUT)
    with pytest.raises(ApiException) as refused:
        basic.create(simple_public_object_input_for_create=given, **TIMEOUT)
    assert (refused.value.status, json.loads(refused.value.body)["category"]) == (409, "CONFLICT")


def test_the_vendor_client_sends_batches_and_reads_a_207(client: Any) -> None:
    batch = client.crm__contacts__batch_api
    wishes = [
        {"properties": {"email": f"{name}@example.com"}, "objectWriteTraceId": name} for name in ("a", "b", "a b")
    ]
    made = batch.create(batch_input_simple_public_object_batch_input_for_create={"inputs": wishes}, **TIMEOUT)
    assert (len(made.results), made.num_errors) == (2, 1)
    assert made.errors[0].context["objectWriteTraceId"] == ["a b"]
    ids = [{"id": one.id} for one in made.results]
    read = batch.read(batch_read_input_simple_public_object_id={"inputs": ids, "properties": ["email"]}, **TIMEOUT)
    assert {one.properties["email"] for one in read.results} == {"a@example.com", "b@example.com"}
    new = [{"id": ids[0]["id"], "idProperty": "hs_object_id", "properties": {"phone": "1"}}]
    kept = batch.upsert(batch_input_simple_public_object_batch_input_upsert={"inputs": new}, **TIMEOUT)
    assert [one.new for one in kept.results] == [False]


def test_the_vendor_client_searches(client: Any, http: urllib3.PoolManager, running: Running) -> None:
    load(http, running, *({"type": "contacts", "id": str(one), "fields": {"num_notes": one}} for one in range(1, 13)))
    asked = {
        "filterGroups": [{"filters": [{"propertyName": "num_notes", "operator": "GT", "value": "2"}]}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        "properties": ["num_notes"],
        "limit": 4,
    }
    found = client.crm__contacts__search_api.do_search(public_object_search_request=asked, **TIMEOUT)
    assert (found.total, [one.id for one in found.results]) == (10, ["12", "11", "10", "9"])
    assert found.paging.next.after == "4"


def test_the_vendor_client_reads_owners_properties_and_associations(
    client: Any, http: urllib3.PoolManager, running: Running
) -> None:
    load(
        http,
        running,
        {"type": "owners", "id": "52", "fields": {"email": "k@example.com", "firstName": "Katrin"}},
        {"type": "contacts", "id": "1", "fields": {"hubspot_owner_id": "52"}},
        {"type": "calls", "id": "2", "fields": {"hs_timestamp": "0", "associations": {"contacts": ["1"]}}},
    )
    owners = client.crm__owners__owners_api.get_page(**TIMEOUT)
    assert [(one.id, one.first_name, one.type) for one in owners.results] == [("52", "Katrin", "PERSON")]
    status = client.crm__properties__core_api.get_by_name("contacts", "hs_lead_status", **TIMEOUT)
    assert len(status.options) == 8
    read = client.crm__associations__v4__batch_api.get_page(
        "calls", "contacts", batch_input_public_fetch_associations_batch_request={"inputs": [{"id": "2"}]}, **TIMEOUT
    )
    assert [one.to_object_id for one in read.results[0].to] == ["1"]


def test_the_vendor_client_reads_events(client: Any, http: urllib3.PoolManager, running: Running) -> None:
    fields = {"objectId": "1", "eventType": "e_visited_page", "occurredAt": "2026-01-01T00:00:00Z", "properties": {}}
    load(http, running, {"type": "events", "fields": fields})
    page = client.events__events_api.get_page(event_type="e_visited_page", **TIMEOUT)
    assert [(one.object_id, one.object_type) for one in page.results] == [("1", "CONTACT")]


def test_the_vendor_client_makes_a_property(client: Any) -> None:
    wish = {"name": "fit", "label": "Fit", "type": "number", "fieldType": "number", "groupName": "contactinformation"}
    made = client.crm__properties__core_api.create("contacts", property_create=wish, **TIMEOUT)
    assert (made.name, made.hubspot_defined) == ("fit", False)


@pytest.mark.parametrize("version", ["2026-03", "2026-09"])
def test_dated_paths_answer_over_the_wire(http: urllib3.PoolManager, running: Running, version: str) -> None:
    load(http, running, {"type": "contacts", "id": "1", "fields": {"firstname": "Zoë 🙂 =O'Neil"}})
    answer = call(http, running, "GET", f"/crm/objects/{version}/contacts?properties=firstname")
    assert answer.status == 200
    assert answer.json()["results"][0]["properties"]["firstname"] == "Zoë 🙂 =O'Neil"
    for path in (f"/crm/owners/{version}/", f"/crm/properties/{version}/contacts", f"/account-info/{version}/details"):
        assert call(http, running, "GET", path).status == 200


def test_the_servers_clock_and_the_limits_are_in_the_headers(http: urllib3.PoolManager, running: Running) -> None:
    control(http, running, "clock", {"set": "2026-12-02T09:00:00Z", "freeze": True})
    try:
        answer = call(http, running, "GET", "/crm/objects/2026-09/contacts")
        assert parsedate_to_datetime(answer.headers["Date"]).isoformat() == "2026-12-02T09:00:00+00:00"
        assert answer.headers["X-HubSpot-RateLimit-Max"] == "190"
        assert answer.headers["Content-Type"].startswith("application/json")
        uuid.UUID(answer.headers["X-HubSpot-Correlation-Id"])
    finally:
        control(http, running, "clock", {"freeze": False})


def test_calls_are_counted_by_route_and_control_is_not(http: urllib3.PoolManager, running: Running) -> None:
    call(http, running, "GET", "/crm/objects/2026-09/contacts")
    call(http, running, "GET", "/crm/objects/2026-09/contacts/")
    call(http, running, "POST", "/crm/v3/objects/calls/search", {})
    assert control(http, running, "calls") == {
        "total": 3,
        "by": {"GET /crm/objects/2026-09/{type}": 2, "POST /crm/v3/objects/{type}/search": 1},
    }


def test_a_bad_line_loads_nothing(http: urllib3.PoolManager, running: Running) -> None:
    rows = b'{"type": "contacts", "id": "1", "fields": {}}\n{"type": "contacts", "id": "x", "fields": {}}'
    answer = http.request("POST", f"{running.hubspot_url}/__emulator__/load", body=rows)
    assert (answer.status, "line 2" in answer.json()["error"]) == (400, True)
    assert call(http, running, "GET", "/crm/objects/2026-09/contacts").json()["results"] == []


def test_people_and_clients_are_told_apart_in_the_books(http: urllib3.PoolManager, running: Running) -> None:
    load(http, running, {"type": "contacts", "id": "1", "fields": {}})
    step = {"op": "update", "type": "contacts", "id": "1", "fields": {"phone": "1"}}
    control(http, running, "actors", {"actor": "52", "do": [step]})
    call(http, running, "PATCH", "/crm/objects/2026-09/contacts/1", {"properties": {"phone": "2"}})
    assert [(one["actor"], one["changes"]) for one in control(http, running, "edits")] == [
        ("52", {"phone": [None, "1"]})
    ]
    assert [one["changes"] for one in control(http, running, "audit")] == [{"phone": ["1", "2"]}]


def test_a_planted_429_is_what_the_client_sees(http: urllib3.PoolManager, running: Running, client: Any) -> None:
    body = {"status": "error", "message": "limit", "errorType": "RATE_LIMIT", "policyName": "SECONDLY"}
    fault = {"kind": "status", "route": "/search", "code": 429, "body": body, "headers": {"Retry-After": "1"}}
    control(http, running, "faults", [fault])
    with pytest.raises(ApiException) as refused:
        client.crm__contacts__search_api.do_search(public_object_search_request={}, **TIMEOUT)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "1")


def test_a_write_cut_after_its_commit_has_happened(http: urllib3.PoolManager, running: Running) -> None:
    load(http, running, {"type": "contacts", "id": "1", "fields": {}})
    control(http, running, "faults", [{"kind": "cut_after_commit", "route": "batch/update"}])
    wish = {"inputs": [{"id": "1", "properties": {"phone": "1"}}]}
    with pytest.raises(urllib3.exceptions.ProtocolError):
        call(http, running, "POST", "/crm/objects/2026-09/contacts/batch/update", wish)
    found = call(http, running, "GET", "/crm/objects/2026-09/contacts/1?properties=phone").json()
    assert found["properties"]["phone"] == "1"
    assert len(control(http, running, "audit")) == 1


def test_head_has_the_headers_of_the_get_and_no_body(http: urllib3.PoolManager, running: Running) -> None:
    url, own = f"{running.hubspot_url}/crm/v3/objects/contacts", {"authorization": f"Bearer {running.token}"}
    answers = [http.request(method, url, headers=own) for method in ("HEAD", "GET")]
    assert [one.status for one in answers] == [200, 200]
    assert answers[0].headers["content-length"] == answers[1].headers["content-length"]
    assert (answers[0].data, answers[1].data != b"") == (b"", True)


def test_pages_are_zipped_for_who_asks(http: urllib3.PoolManager, running: Running) -> None:
    url = f"{running.hubspot_url}/crm/v3/properties/contacts"
    own = {"authorization": f"Bearer {running.token}", "accept-encoding": "gzip"}
    answer = http.request("GET", url, headers=own)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.data == http.request("GET", url, headers={**own, "accept-encoding": "identity"}).data


@pytest.mark.parametrize("name, status", [("bad_gateway", 502), ("gateway_timeout", 504), ("edge_530", 530)])
def test_the_edge_answers_in_html(http: urllib3.PoolManager, running: Running, name: str, status: int) -> None:
    control(http, running, "faults", {"kind": "vendor_error", "name": name})
    answer = call(http, running, "GET", "/crm/v3/owners/")
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html;charset=UTF-8")
    assert b"cloudflare" in answer.data


def test_a_target_too_long_is_a_414_over_the_wire(http: urllib3.PoolManager, running: Running) -> None:
    for length, status in ((14_000, 200), (15_500, 414)):
        path = f"/crm/v3/objects/contacts?properties={'a%2C' * (length // 4)}"
        assert call(http, running, "GET", path).status == status
