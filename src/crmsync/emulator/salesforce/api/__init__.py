"""The REST API of the org as one table of routes; each family of calls has its own module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api import (
    bulk_ingest,
    bulk_one,
    bulk_query,
    collection,
    collection_read,
    composite,
    composite_batch,
    composite_tree,
    describing,
    identity,
    jobs,
    login,
    picklists,
    querying,
    refused,
    replication,
    rows,
    soap,
)
from crmsync.emulator.salesforce.api.door import guarded, opened
from crmsync.emulator.salesforce.api.trouble import TROUBLES
from crmsync.emulator.wire import Answer, Asked, Handler, Route, Router

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

DATA = "/services/data/{v}"
Call = Callable[["Org", Asked], Answer]
TABLE: Sequence[tuple[str, str, Call]] = (
    ("GET", "/query", querying.query),
    ("GET", "/queryAll", querying.query_all),
    ("GET", "/query/{locator}", querying.more),
    ("GET", "/queryAll/{locator}", querying.more),
    ("GET", "/sobjects", describing.everything),
    ("GET", "/sobjects/{type}", describing.basic),
    ("GET", "/sobjects/{type}/describe", describing.describe),
    ("POST", "/sobjects/{type}", rows.create),
    *(("GET", f"/sobjects/{{type}}/{name}", refused.layouts) for name in refused.BELOW_OBJECTS),
    *(("GET", f"/sobjects/{{type}}/describe/{name}", refused.layouts) for name in refused.BELOW_OBJECTS),
    ("GET", "/sobjects/{type}/updated", replication.updated),
    ("GET", "/sobjects/{type}/deleted", replication.deleted),
    ("GET", "/sobjects/{type}/{id}", rows.read),
    ("PATCH", "/sobjects/{type}/{id}", rows.update),
    ("DELETE", "/sobjects/{type}/{id}", rows.delete),
    ("GET", "/sobjects/{type}/{field}/{value}", rows.read_by_key),
    ("PATCH", "/sobjects/{type}/{field}/{value}", rows.upsert),
    ("DELETE", "/sobjects/{type}/{field}/{value}", rows.delete_by_key),
    ("GET", "/ui-api/object-info/{type}/picklist-values/{rt}", picklists.every),
    ("GET", "/ui-api/object-info/{type}/picklist-values/{rt}/{field}", picklists.one),
    ("POST", "/composite/sobjects", collection.create),
    ("PATCH", "/composite/sobjects", collection.update),
    ("DELETE", "/composite/sobjects", collection.delete),
    ("GET", "/composite/sobjects/{type}", collection_read.by_url),
    ("POST", "/composite/sobjects/{type}", collection_read.by_body),
    ("PATCH", "/composite/sobjects/{type}/{field}", collection.upsert),
    ("GET", "/limits", describing.limits),
    ("GET", "/limits/recordCount", describing.record_count),
    ("GET", "", describing.resources),
)
WHOLE: Sequence[tuple[str, str, Call]] = (  # what may not stand inside a composite call
    ("POST", "/composite", composite.run),
    ("POST", "/composite/batch", composite_batch.batch),
    ("POST", "/composite/graph", composite_batch.graph),
    ("POST", "/composite/tree/{type}", composite_tree.plant),
    ("POST", "/jobs/query", bulk_query.create),
    ("GET", "/jobs/query", lambda org, _: jobs.listed(org, query=True)),
    ("GET", "/jobs/query/{job}", bulk_query.state),
    ("PATCH", "/jobs/query/{job}", bulk_query.abort),
    ("DELETE", "/jobs/query/{job}", lambda org, asked: jobs.dropped(org, asked, query=True)),
    ("GET", "/jobs/query/{job}/results", bulk_query.results),
    ("POST", "/jobs/ingest", bulk_ingest.create),
    ("GET", "/jobs/ingest", lambda org, _: jobs.listed(org, query=False)),
    ("GET", "/jobs/ingest/{job}", bulk_ingest.state),
    ("PATCH", "/jobs/ingest/{job}", bulk_ingest.change),
    ("DELETE", "/jobs/ingest/{job}", lambda org, asked: jobs.dropped(org, asked, query=False)),
    ("PUT", "/jobs/ingest/{job}/batches", bulk_ingest.upload),
    ("GET", "/jobs/ingest/{job}/successfulResults", bulk_ingest.successful),
    ("GET", "/jobs/ingest/{job}/failedResults", bulk_ingest.failed),
    # spelt one way by the documentation, the other way by simple-salesforce (facts 6)
    ("GET", "/jobs/ingest/{job}/unprocessedrecords", bulk_ingest.unprocessed),
    ("GET", "/jobs/ingest/{job}/unprocessedRecords", bulk_ingest.unprocessed),
)
OPEN: Sequence[tuple[str, str, Call]] = (
    ("POST", "/services/oauth2/token", login.token),
    ("GET", "/services/oauth2/authorize", login.authorize),
    ("POST", "/services/oauth2/revoke", identity.revoke),
    ("GET", "/services/oauth2/revoke", identity.revoke),
    ("POST", "/services/oauth2/introspect", identity.introspect),
    ("GET", "/id/{org}/{user}", identity.identity),
    ("POST", "/services/Soap/u/{version}", soap.call),
    ("POST", "/services/Soap/c/{version}", soap.call),
    ("POST", "/services/Soap/u/{version}/{org}", soap.call),
    ("POST", "/services/Soap/c/{version}/{org}", soap.call),
)

__all__ = ["TROUBLES", "routes"]


def routes(org: Org) -> list[Route]:
    """The open routes (login, versions) and the guarded ones."""
    org.parts = Router(Route(method, DATA + path, _of(org, call)) for method, path, call in TABLE)
    table = [Route(method, DATA + path, guarded(org, call)) for method, path, call in (*TABLE, *WHOLE)]
    return [
        *(Route(method, path, opened(org, _of(org, call))) for method, path, call in OPEN),
        Route("GET", "/services/oauth2/userinfo", guarded(org, identity.userinfo)),
        Route("POST", "/services/oauth2/userinfo", guarded(org, identity.userinfo)),
        Route("GET", "/services/data", opened(org, describing.versions)),
        *table,
        *bulk_one.routes(org),
    ]


def _of(org: Org, call: Call) -> Handler:
    return lambda asked: call(org, asked)
