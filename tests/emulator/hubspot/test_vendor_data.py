"""The vendor's Python client, whose models insist on required keys: lists, imports, labels, pipelines."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import NotFoundException
from hubspot.crm.pipelines.exceptions import ApiException
from urllib3.util import Retry

from crmsync.emulator import Running, serve
from tests.emulator.hubspot.vendor import TIMEOUT, Kept

ROWS: tuple[dict[str, Any], ...] = (
    {"type": "contacts", "id": "1", "fields": {"email": "ann@example.com"}},
    {"type": "contacts", "id": "2", "fields": {"email": "bob@example.com"}},
    {"type": "companies", "id": "5", "fields": {"name": "Acme"}},
    {"type": "deals", "id": "9", "fields": {"dealname": "Big", "dealstage": "closedwon"}},
    {"type": "imports", "id": "31", "fields": {"name": "Z.csv", "records": ["1"], "rows": [{"email": "no"}]}},
    {"type": "lists", "id": "77", "fields": {"name": "Bought", "members": ["1", "2"]}},
)
PRIMARY = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}


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


def test_lists_and_their_members(client: Any) -> None:
    lists, members = client.crm__lists__lists_api, client.crm__lists__memberships_api
    assert lists.get_by_id("77", **TIMEOUT).list.size == 2
    assert lists.get_by_name("Bought", "0-1", **TIMEOUT).list.list_id == "77"
    assert [one.list_id for one in lists.get_all(list_ids=["77"], **TIMEOUT).lists] == ["77"]
    page = members.get_page_ordered_by_added_to_list_date("77", limit=1, **TIMEOUT)
    rest = members.get_page_ordered_by_added_to_list_date("77", after=page.paging.next.after, **TIMEOUT)
    assert (page.total, [one.record_id for one in page.results + rest.results]) == (2, ["1", "2"])
    assert [one.record_id for one in members.get_page("77", **TIMEOUT).results] == ["1", "2"]
    assert members.remove("77", ["2"], **TIMEOUT).record_ids_removed == ["2"]
    assert members.add("77", ["2", "99"], **TIMEOUT).records_ids_added == ["2"]
    both = {"recordIdsToAdd": [], "recordIdsToRemove": ["2"]}
    assert members.add_and_remove("77", both, **TIMEOUT).record_ids_missing == []
    assert {one.list_id for one in members.get_lists("0-1", "1", **TIMEOUT).results} >= {"77"}
    assert lists.update_name("77", list_name="Bought 2", **TIMEOUT).updated_list.name == "Bought 2"
    lists.remove("77", **TIMEOUT)
    lists.restore("77", **TIMEOUT)
    found = lists.do_search({"query": "Bought", "processingTypes": ["MANUAL"], "count": 5}, **TIMEOUT)
    assert [one.name for one in found.lists] == ["Bought 2"]


def test_imports_and_their_errors(client: Any) -> None:
    core = client.crm__imports__core_api
    told = core.get_by_id(31, **TIMEOUT)
    assert (told.import_name, told.metadata.object_lists[0].object_type) == ("Z.csv", "CONTACT")
    assert [one.id for one in core.get_page(limit=5, **TIMEOUT).results] == ["31"]
    errors = client.crm__imports__public_imports_api.get_errors(31, **TIMEOUT).results
    assert [one.error_type for one in errors] == ["INVALID_EMAIL"]


def test_labels_and_associations(client: Any) -> None:
    definitions, basic = client.crm__associations__v4__schema__definitions_api, client.crm__associations__v4__basic_api
    made = definitions.create("contacts", "companies", {"label": "Boss", "name": "boss"}, **TIMEOUT).results
    own = {"associationCategory": "USER_DEFINED", "associationTypeId": made[0].type_id}
    told = basic.create("contacts", "1", "companies", "5", [own, PRIMARY], **TIMEOUT)
    assert (told.labels, told.to_object_id) == (["Boss", "Primary"], "5")
    page = basic.get_page("companies", "5", "contacts", **TIMEOUT).results
    assert [one.label for one in page[0].association_types] == [None, "Boss", "Primary"]
    batch = client.crm__associations__v4__batch_api
    read = batch.get_page("contacts", "companies", {"inputs": [{"id": "1"}]}, **TIMEOUT)
    assert read.results[0].to[0].to_object_id == "5"
    plain = batch.create_default(
        "contacts", "companies", {"inputs": [{"from": {"id": "2"}, "to": {"id": "5"}}]}, **TIMEOUT
    )
    assert len(plain.results) == 2
    old = client.crm__associations__batch_api
    named = old.read("contacts", "companies", {"inputs": [{"id": "2"}]}, **TIMEOUT).results
    assert [one.type for one in named[0].to] == ["contact_to_company_unlabeled"]
    basic.archive("contacts", "2", "companies", "5", **TIMEOUT)
    assert basic.get_page("contacts", "2", "companies", **TIMEOUT).results == []


def test_pipelines_and_stages(client: Any) -> None:
    pipelines, stages = client.crm__pipelines__pipelines_api, client.crm__pipelines__pipeline_stages_api
    first = {"label": "Met", "displayOrder": 0, "metadata": {"probability": "0.5"}}
    made = pipelines.create("deals", {"label": "Partners", "displayOrder": 1, "stages": [first]}, **TIMEOUT)
    won = stages.create("deals", made.id, {**first, "label": "Won", "metadata": {"probability": "1.0"}}, **TIMEOUT)
    assert won.metadata["isClosed"] == "true"
    stages.archive("deals", made.id, won.id, **TIMEOUT)
    pipelines.archive("deals", made.id, **TIMEOUT)
    with pytest.raises(ApiException) as refused:
        pipelines.get_by_id("deals", made.id, **TIMEOUT)
    assert refused.value.status == 404


def test_definitions(client: Any) -> None:
    groups, core = client.crm__properties__groups_api, client.crm__properties__core_api
    assert groups.create("deals", {"name": "ours", "label": "Ours", "displayOrder": -1}, **TIMEOUT).label == "Ours"
    field = {"name": "fit", "label": "Fit", "type": "number", "fieldType": "number", "groupName": "ours"}
    made = client.crm__properties__batch_api.create("deals", {"inputs": [field]}, **TIMEOUT)
    assert made.results[0].group_name == "ours"
    core.archive("deals", "fit", **TIMEOUT)
    assert [one.name for one in core.get_all("deals", archived=True, **TIMEOUT).results] == ["fit"]
    schema = client.crm__schemas__core_api.get_by_id("leads", **TIMEOUT)
    assert (schema.object_type_id, schema.required_properties) == ("0-136", ["hs_lead_name"])


def test_merging_and_forgetting(client: Any) -> None:
    basic = client.crm__contacts__basic_api
    ids = [basic.create({"properties": {"firstname": name}}, **TIMEOUT).id for name in ("A", "B")]
    merged = basic.merge({"primaryObjectId": ids[0], "objectIdToMerge": ids[1]}, **TIMEOUT)
    assert [basic.get_by_id(id_, **TIMEOUT).id for id_ in ids] == [merged.id, merged.id]
    basic.purge({"objectId": merged.id}, **TIMEOUT)
    with pytest.raises(NotFoundException):
        basic.get_by_id(ids[0], **TIMEOUT)
