"""The real client through its login branches, its bulk 2.0 door, logs of changes and upserts (facts 1 to 6)."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
)

from tests.emulator.caller import Caller

KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Everywhere(HTTPAdapter):
    """Every https host means the served org, as a name server of one's own would have it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: Any, *arguments: Any, **options: Any) -> requests.Response:
        request.url = self.url + request.path_url
        return super().send(request, *arguments, **options)


@pytest.fixture
def session(caller: Caller) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Everywhere(caller.running.salesforce_url))
        yield session


@pytest.fixture
def client(caller: Caller, session: requests.Session) -> Any:
    return Salesforce(
        session_id=caller.running.token, instance_url="https://acme.my.salesforce.com", session=session, version="62.0"
    )


SECRET = "emulator-token"
LOGINS = {
    "password and security token over SOAP": {"username": "a@b.example", "password": SECRET, "security_token": "XYZ"},
    "password and organisation over SOAP": {"username": "a&b@c.example", "password": SECRET, "organizationId": "00Dxx"},
    "OAuth password": {
        "username": "a@b.example",
        "password": SECRET,
        "consumer_key": "k",
        "consumer_secret": SECRET,
        "domain": "acme.my",
    },
    "JWT bearer": {"username": "api@emulated.example", "consumer_key": "k", "privatekey": PRIVATE},
    "client credentials": {"consumer_key": "k", "consumer_secret": SECRET, "domain": "acme.my"},
}


@pytest.mark.parametrize("branch", LOGINS)
def test_every_login_branch_of_the_client_works(caller: Caller, session: requests.Session, branch):
    caller.control("faults", [{"kind": "connected_app", "client_id": "k", "public_key": PUBLIC.decode()}])
    client: Any = Salesforce(session=session, **LOGINS[branch])
    assert client.query("SELECT COUNT() FROM User")["totalSize"] == 1


@pytest.mark.parametrize(
    "branch, code",
    [
        ("password and security token over SOAP", "INVALID_LOGIN"),
        ("OAuth password", "invalid_grant"),
        ("JWT bearer", "invalid_grant"),
        ("client credentials", "invalid_grant"),
    ],
)
def test_a_refused_login_is_the_clients_own_error(caller: Caller, session: requests.Session, branch, code):
    caller.control("faults", [{"kind": "refuse_login"}])
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(session=session, **LOGINS[branch])
    assert caught.value.code == code


def test_the_client_renews_its_session_by_itself(caller: Caller, session: requests.Session):
    client: Any = Salesforce(session=session, **LOGINS["JWT bearer"])
    caller.control("faults", [{"kind": "expire_token", "after": 1}])
    assert [client.query("SELECT COUNT() FROM User")["totalSize"] for _ in range(3)] == [1, 1, 1]


def test_all_rows_are_iterated_over_pages(caller: Caller, client: Any):
    caller.control("load", [{"type": "Lead", "fields": {"LastName": f"L{n}", "Company": "x"}} for n in range(450)])
    caller.control("faults", [{"kind": "short_pages", "rows": 200}])
    rows = list(client.query_all_iter("SELECT LastName FROM Lead", headers={"Sforce-Query-Options": "batchSize=200"}))
    assert {row["LastName"] for row in rows} == {f"L{n}" for n in range(450)}


def test_bulk_queries_give_every_row_with_its_newlines(caller: Caller, client: Any):
    caller.lead(Description='one\ntwo, "three"')
    caller.lead(LastName="Second")
    pages = list(client.bulk2.Lead.query("SELECT LastName, Description FROM Lead", max_records=1, wait=0))
    rows = [list(csv.reader(io.StringIO(page, newline=""))) for page in pages]
    assert rows == [
        [["LastName", "Description"], ["Archer", 'one\ntwo, "three"']],
        [["LastName", "Description"], ["Second", ""]],
    ]


def test_bulk_loads_tell_what_was_done_and_what_was_not(client: Any):
    rows = [{"LastName": "A", "Company": "x"}, {"LastName": "B", "Company": ""}]
    told = client.bulk2.Lead.insert(records=rows, wait=0)[0]
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (2, 1)
    good = client.bulk2.Lead.get_successful_records(told["job_id"])
    bad = client.bulk2.Lead.get_failed_records(told["job_id"])
    assert "REQUIRED_FIELD_MISSING" in bad
    assert client.bulk2.Lead.get_unprocessed_records(told["job_id"])
    id_ = next(csv.DictReader(io.StringIO(good)))["sf__Id"]
    assert client.bulk2.Lead.update(records=[{"Id": id_, "Title": "Boss"}], wait=0)[0]["numberRecordsFailed"] == 0
    upserted = [{"Email": "new@x.example", "LastName": "C", "Company": "x"}]
    assert client.bulk2.Lead.upsert(records=upserted, external_id_field="Email", wait=0)[0]["numberRecordsFailed"] == 0
    assert client.bulk2.Lead.delete(records=[{"Id": id_}], wait=0)[0]["numberRecordsProcessed"] == 1
    assert [row["LastName"] for row in client.query("SELECT LastName FROM Lead")["records"]] == ["C"]


def test_the_older_bulk_door_of_the_client_works_too(caller: Caller, client: Any):
    caller.control("faults", [{"kind": "bulk_polls", "polls": 0}])  # the client sleeps for seconds between looks
    made = client.bulk.Lead.insert([{"LastName": "A", "Company": "x"}, {"LastName": "B"}])
    assert [row["success"] for row in made] == [True, False]
    assert client.bulk.Lead.upsert([{"Email": "n@x.example", "LastName": "C", "Company": "x"}], "Email")[0]["created"]
    assert {row["LastName"] for row in client.bulk.Lead.query("SELECT LastName FROM Lead")} == {"A", "C"}
    assert client.bulk.Lead.delete([{"Id": made[0]["id"]}])[0]["success"]


def test_the_log_of_changes_is_read_with_zone_aware_dates(caller: Caller, client: Any):
    caller.control("clock", {"set": "2026-12-02T09:00:30Z", "freeze": True})
    kept = caller.lead()
    gone = client.Lead.create({"LastName": "Gone", "Company": "x"})["id"]
    client.Lead.delete(gone)
    caller.control("clock", {"advance": 60})
    end = datetime(2026, 12, 2, 9, 1, tzinfo=UTC)
    assert client.Lead.updated(end - timedelta(hours=1), end)["ids"] == [kept]
    assert client.Lead.deleted(end - timedelta(hours=1), end)["deletedRecords"][0]["id"] == gone


def test_upserts_and_preconditions_raise_what_the_client_makes_of_them(caller: Caller, client: Any):
    caller.lead(Email="a@x.example"), caller.lead(Email="a@x.example")
    assert client.Lead.upsert("Email/b@x.example", {"LastName": "B", "Company": "x"}) == 201
    assert client.Lead.upsert("Email/b@x.example", {"Title": "x"}) == 200
    with pytest.raises(SalesforceMoreThanOneRecord):
        client.Lead.upsert("Email/a@x.example", {"Title": "x"})
    row = client.query(format_soql("SELECT Id FROM Lead WHERE Email = {}", "b@x.example"))["records"][0]
    old = {"If-Unmodified-Since": "Tue, 01 Dec 2015 09:00:00 GMT"}
    with pytest.raises(SalesforceGeneralError) as caught:
        client.Lead.update(row["Id"], {"Title": "y"}, headers=old)
    assert caught.value.status == 412
    with pytest.raises(SalesforceMalformedRequest):
        client.Lead.update(row["Id"], {"Title": "y"}, headers={"If-Unmodified-Since": "soon"})


@pytest.mark.parametrize(
    "trouble, kind",
    [
        ("daily_limit", SalesforceRefusedRequest),
        ("concurrent_limit", SalesforceRefusedRequest),
        ("maintenance", SalesforceGeneralError),
        ("query_timeout", SalesforceMalformedRequest),
        ("html_404", SalesforceError),
    ],
)
def test_troubles_arrive_as_the_clients_errors(caller: Caller, client: Any, trouble, kind):
    caller.control("faults", [{"kind": "vendor_error", "name": trouble}])
    with pytest.raises(kind):
        client.query("SELECT Id FROM Lead")
    assert client.query("SELECT Id FROM Lead")["totalSize"] == 0
    assert client.api_usage["api-usage"].total == 15_000


def test_composite_calls_go_through_restful(client: Any):
    parts = [
        {"method": "POST", "url": "/services/data/v62.0/sobjects/Lead", "referenceId": "a", "body": {"LastName": "A"}},
        {"method": "GET", "url": "/services/data/v62.0/sobjects/Lead/@{a.id}", "referenceId": "b"},
    ]
    found = client.restful("composite", method="POST", json={"allOrNone": False, "compositeRequest": parts})
    assert [part["body"][0]["errorCode"] for part in found["compositeResponse"]] == [
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
    ]
