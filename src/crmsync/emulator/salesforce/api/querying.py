"""query, queryAll, and the pages after the first."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import columns
from crmsync.emulator.salesforce.api.refused import unsupported
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.run import run
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

LEAST, MOST = 200, 2000
KEPT = timedelta(days=2)  # facts 4
LONGEST_URL = 16_384


def query(org: Org, asked: Asked) -> Answer:
    """Living rows."""
    return _first(org, asked, all_rows=False)


def query_all(org: Org, asked: Asked) -> Answer:
    """Deleted and archived rows too."""
    return _first(org, asked, all_rows=True)


def more(org: Org, asked: Asked) -> Answer:
    """The page a `nextRecordsUrl` names."""
    locator, _, offset = asked.params["locator"].rpartition("-")
    found = org.cursors.get(locator)
    old = org.world.clock.now() - org.cursor_times.get(locator, org.world.clock.now()) > KEPT
    if found is None or old or not offset.isdigit() or int(offset) >= len(found.rows):
        raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(org, asked, locator, int(offset))


def _first(org: Org, asked: Asked, *, all_rows: bool) -> Answer:
    if sum(len(name) + len(value) for name, value in asked.queries) > LONGEST_URL:
        raise Problem("URI_TOO_LONG", "URI Too Long", status=414)
    if "explain" in asked.query:
        raise unsupported("query plans")
    soql = asked.query.get("q")
    if soql is None:
        raise Problem("MALFORMED_QUERY", "Required parameter q is missing")
    if asked.query.get("columns") == "true":
        return columns.told(org, asked, soql)
    found = run(org, soql, asked.params["v"], all_rows=all_rows)
    if len(found.rows) <= _size(org, asked):
        return Answer(body={"totalSize": found.total, "done": True, "records": found.records})
    locator = ids.numbered("0r8", len(org.cursors) + 1)
    org.cursors[locator] = found if org.desk.faults.switched("live_cursor") else found.frozen()
    org.cursor_times[locator] = org.world.clock.now()
    return _page(org, asked, locator, 0)


def _page(org: Org, asked: Asked, locator: str, offset: int) -> Answer:
    found = org.cursors[locator]
    end = offset + _size(org, asked)
    page: dict[str, Json] = {"totalSize": found.total, "done": end >= found.total}
    if end < found.total:
        page["nextRecordsUrl"] = f"/services/data/{asked.params['v']}/query/{locator}-{end}"
    return Answer(body={**page, "records": found.page(offset, end)})


def _size(org: Org, asked: Asked) -> int:
    short = org.desk.faults.setting("short_pages")
    if short is not None and isinstance(short.get("rows"), int):
        return max(1, int(str(short["rows"])))
    found = re.search(r"batchSize\s*=\s*(\d+)", asked.headers.get("sforce-query-options", ""), re.IGNORECASE)
    return min(MOST, max(LEAST, int(found.group(1)))) if found else MOST
