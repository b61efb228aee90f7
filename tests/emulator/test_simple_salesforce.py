"""The real client against the served org, as facts/salesforce.md section 2 tells to point it at plain http."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from tests.emulator.caller import Caller


class Loop(HTTPAdapter):
    """The library only ever speaks https; here it means plain http on loopback."""

    def send(self, request: Any, *arguments: Any, **options: Any) -> requests.Response:
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, *arguments, **options)


def _first(caught: pytest.ExceptionInfo[Any]) -> Any:
    return caught.value.content[0]


@pytest.fixture
def client(caller: Caller) -> Iterator[Any]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://127.0.0.1", Loop())
        url = caller.running.salesforce_url.replace("http://", "https://")
        yield Salesforce(session_id=caller.running.token, instance_url=url, session=session, version="62.0")


def test_the_client_logs_in_by_client_credentials(caller: Caller):
    with requests.Session() as session:
        session.mount("https://", Loop())
        form = {"grant_type": "client_credentials"}
        url = f"{caller.running.salesforce_url}/services/oauth2/token"
        answer = session.post(url, data=form, auth=("key", caller.running.token), timeout=5).json()
        client: Any = Salesforce(
            session_id=answer["access_token"],
            instance_url=answer["instance_url"].replace("http://", "https://"),
            session=session,
        )
        assert client.query("SELECT COUNT() FROM User")["totalSize"] == 1


def test_rows_are_made_read_changed_and_deleted(client: Any):
    made = client.Lead.create({"LastName": "Zoë O'Hara", "Company": "Acme"})
    assert client.Lead.get(made["id"])["LastName"] == "Zoë O'Hara"
    assert client.Lead.update(made["id"], {"Status": "Left voicemail"}) == 204
    assert client.query("SELECT Status FROM Lead")["records"][0]["Status"] == "Left voicemail"
    assert client.Lead.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get(made["id"])


def test_all_pages_are_walked(caller: Caller, client: Any):
    rows = [{"type": "Lead", "fields": {"LastName": str(number), "Company": "x"}} for number in range(4500)]
    caller.control("load", rows)
    found = [row["LastName"] for row in client.query_all_iter("SELECT LastName FROM Lead", include_deleted=True)]
    assert found == [str(number) for number in range(4500)]
    assert caller.control("calls")["total"] == 3


def test_collections_go_through_restful(client: Any):
    rows = [{"attributes": {"type": "Lead"}, "LastName": "A", "Company": "x"}, {"attributes": {"type": "Lead"}}]
    body = client.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": rows})
    assert [row["success"] for row in body] == [True, False]


def test_errors_arrive_as_the_clients_own(client: Any):
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.query("SELECT Nope FROM Lead")
    assert _first(caught)["errorCode"] == "INVALID_FIELD"
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Lead.create({"LastName": "A"})
    assert _first(caught)["fields"] == ["Company"]


def test_an_expired_session_raises(caller: Caller, client: Any):
    caller.control("faults", [{"kind": "expire_token"}])
    with pytest.raises(SalesforceExpiredSession):
        client.query("SELECT Id FROM Lead")


def test_describe_and_limits_and_usage(client: Any):
    assert "Status" in {field["name"] for field in client.Lead.describe()["fields"]}
    assert client.describe()["maxBatchSize"] == 200
    client.limits()
    assert client.api_usage["api-usage"].total == 15000


def test_a_key_with_signs_is_upserted_through_the_clients_encoding(caller: Caller, client: Any):
    field = {"object": "Task", "name": "Key__c", "type": "string", "unique": True, "externalId": True}
    caller.control("load", [{"type": "__field__", "fields": field}])
    assert client.Task.upsert("Key__c/a%2Bb", {"Subject": "Call"}) == 201
    assert client.Task.upsert("Key__c/a%2Bb", {"Subject": "Call"}) == 200
    assert client.Task.get_by_custom_id("Key__c", "a+b")["Key__c"] == "a+b"
