"""The vendor's Python client in every family it has and the portal serves, unmodified but for the host (issue 4, 4)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ForbiddenException, UnauthorizedException
from hubspot.oauth.exceptions import ApiException as OAuthException
from urllib3.util import Retry

from crmsync.emulator import Running, serve
from crmsync.emulator.hubspot.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.emulator.hubspot.vendor import TIMEOUT, Kept

LOGIN = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
REFRESH = {"grant_type": "refresh_token", **LOGIN}
ROWS: tuple[dict[str, Any], ...] = (
    {"type": "owners", "id": "52", "fields": {"email": "k@example.com", "name": "Katrin Kern"}},
    {"type": "contacts", "id": "1", "fields": {"email": "ann@example.com", "hubspot_owner_id": "52"}},
    {"type": "companies", "id": "2", "fields": {"name": "Acme", "associations": {"contacts": ["1"]}}},
    {"type": "deals", "id": "3", "fields": {"dealname": "Big", "pipeline": "default", "dealstage": "closedwon"}},
    {"type": "leads", "id": "4", "fields": {"hs_lead_name": "Ann", "associations": {"contacts": ["1"]}}},
    {"type": "tasks", "id": "5", "fields": {"hs_timestamp": "0", "hs_task_subject": "Call"}},
    {"type": "forms", "id": "f-1", "fields": {"name": "Demo", "fields": ["email"]}},
    {"type": "events", "id": "e-1", "fields": {"objectId": "1", "eventType": "e_visited_page"}},
)
DUE: dict[str, Any] = {"properties": {"hs_timestamp": "0", "hs_task_subject": "T"}, "associations": []}
A_LIST = {"name": "Bought", "objectTypeId": "0-1", "processingType": "MANUAL"}
A_FIELD = {"name": "fit", "label": "Fit", "type": "number", "fieldType": "number", "groupName": "contactinformation"}

# family, method, arguments, what the answer must say
CALLS: tuple[tuple[str, str, tuple[Any, ...], dict[str, Any], Callable[[Any], bool]], ...] = (
    ("crm__companies__basic_api", "get_by_id", ("2",), {}, lambda a: a.properties["name"] == "Acme"),
    ("crm__deals__basic_api", "get_page", (), {"properties": ["dealname"]}, lambda a: len(a.results) == 1),
    ("crm__tickets__basic_api", "get_page", (), {}, lambda a: a.results == []),
    ("crm__products__basic_api", "get_page", (), {}, lambda a: a.results == []),
    ("crm__objects__leads__basic_api", "get_by_id", ("4",), {"properties": ["hs_lead_name"]}, lambda a: a.id == "4"),
    ("crm__objects__basic_api", "get_page", ("0-27",), {"limit": 1}, lambda a: a.results[0].id == "5"),
    ("crm__objects__tasks__basic_api", "create", (DUE,), {}, lambda a: a.properties["hs_task_status"] == "NOT_STARTED"),
    ("crm__objects__search_api", "do_search", ("calls", {"limit": 5}), {}, lambda a: a.total == 0),
    ("crm__owners__owners_api", "get_page", (), {"limit": 5}, lambda a: a.results[0].first_name == "Katrin"),
    ("crm__pipelines__pipelines_api", "get_all", ("deals",), {}, lambda a: a.results[0].id == "default"),
    ("crm__pipelines__pipeline_stages_api", "get_all", ("deals", "default"), {}, lambda a: len(a.results) == 7),
    ("crm__properties__core_api", "get_all", ("contacts",), {}, lambda a: len(a.results) > 50),
    ("crm__properties__core_api", "create", ("contacts", A_FIELD), {}, lambda a: a.hubspot_defined is False),
    ("crm__properties__groups_api", "get_all", ("contacts",), {}, lambda a: len(a.results) > 0),
    ("crm__schemas__core_api", "get_all", (), {}, lambda a: a.results == []),
    ("crm__associations__v4__basic_api", "get_page", ("contacts", "1", "companies"), {}, lambda a: len(a.results) == 1),
    ("crm__associations__v4__schema__definitions_api", "get_all", ("contacts", "companies"), {},
     lambda a: {1, 279} <= {one.type_id for one in a.results}),
    ("crm__lists__lists_api", "create", (A_LIST,), {}, lambda a: a.list.name == "Bought"),
    ("crm__lists__lists_api", "do_search", ({"additionalProperties": [], "offset": 0},), {}, lambda a: a.total >= 0),
    ("crm__imports__core_api", "get_page", (), {}, lambda a: a.results == []),
    ("marketing__forms__forms_api", "get_page", (), {}, lambda a: [one.id for one in a.results] == ["f-1"]),
    ("marketing__forms__forms_api", "get_by_id", ("f-1",), {}, lambda a: a.name == "Demo"),
    ("events__events_api", "get_page", (), {"object_type": "contact"}, lambda a: a.results[0].id == "e-1"),
    ("oauth__tokens_api", "create", (), REFRESH, lambda a: a.expires_in == 1800),
    ("oauth__refresh_tokens_api", "get", (REFRESH_TOKEN,), {}, lambda a: a.hub_id == 4083751),
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serve() as crms:
        for row in ROWS:
            crms.stage.hubspot.load(row)
        yield crms


@pytest.fixture(scope="module")
def client(running: Running) -> Iterator[Any]:
    pools: list[urllib3.PoolManager] = []
    yield Kept(HubSpot(access_token=running.token, host=running.hubspot_url, retry=Retry(0)), pools)
    for pool in pools:
        pool.clear()


@pytest.mark.parametrize("family, method, args, more, says", CALLS, ids=[f"{one[0]}.{one[1]}" for one in CALLS])
def test_the_client_is_answered(
    client: Any, family: str, method: str, args: tuple[Any, ...], more: dict[str, Any], says: Callable[[Any], bool]
) -> None:
    assert says(getattr(getattr(client, family), method)(*args, **more, **TIMEOUT))


def test_a_token_bought_by_refresh_opens_and_ends(running: Running, client: Any) -> None:
    bought = client.oauth__tokens_api.create(**REFRESH, **TIMEOUT).access_token
    assert client.oauth__access_tokens_api.get(bought, **TIMEOUT).token == bought
    pools: list[urllib3.PoolManager] = []
    own = Kept(HubSpot(access_token=bought, host=running.hubspot_url, retry=Retry(0)), pools)
    try:
        assert own.crm__contacts__basic_api.get_by_id("1", **TIMEOUT).id == "1"
        with running.world.lock:
            running.world.clock.advance(1801)
        with pytest.raises(UnauthorizedException) as refused:
            own.crm__contacts__basic_api.get_by_id("1", **TIMEOUT)
        assert "EXPIRED_AUTHENTICATION" in str(refused.value.body)
    finally:
        for pool in pools:
            pool.clear()


def test_the_client_reads_what_is_refused(running: Running, client: Any) -> None:
    with running.world.lock:
        running.stage.hubspot.books.desk.faults.add({"kind": "missing_scope", "scope": "crm.objects.contacts.read"})
    try:
        with pytest.raises(ForbiddenException):
            client.crm__contacts__basic_api.get_page(**TIMEOUT)
    finally:
        with running.world.lock:
            running.stage.hubspot.books.desk.faults.clear()
    with pytest.raises(OAuthException) as refused:
        client.oauth__tokens_api.create(**{**REFRESH, "refresh_token": "x"}, **TIMEOUT)
    assert (refused.value.status, "BAD_REFRESH_TOKEN" in str(refused.value.body)) == (400, True)
