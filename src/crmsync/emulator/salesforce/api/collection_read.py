"""Up to 2,000 rows read by their ids in one call, in the order of the request; null for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.api.rows import rendered
from crmsync.emulator.salesforce.problems import Problem, bad_json, no_such_column
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST, MOST_IN_URL = 2000, 800


def by_url(org: Org, asked: Asked) -> Answer:
    """GET /composite/sobjects/{type}?ids=a,b&fields=A,B."""
    wanted, fields = (
        [part.strip() for part in asked.query.get(name, "").split(",") if part.strip()] for name in ("ids", "fields")
    )
    if len(wanted) > MOST_IN_URL:
        raise Problem("EXCEEDED_MAX_SIZE_REQUEST", f"record limit reached. cannot retrieve more than {MOST_IN_URL}")
    return _rows(org, asked, wanted, fields)


def by_body(org: Org, asked: Asked) -> Answer:
    """POST /composite/sobjects/{type} {"ids": [...], "fields": [...]}."""
    whole = body(asked)
    wanted, fields = whole.get("ids"), whole.get("fields")
    if not isinstance(wanted, list) or not isinstance(fields, list):
        raise bad_json("ids and fields must be lists")
    return _rows(org, asked, [str(id_) for id_ in wanted], [str(field) for field in fields])


def _rows(org: Org, asked: Asked, wanted: list[str], fields: list[str]) -> Answer:
    sobject = org.sobject(asked.params["type"])
    if len(wanted) > MOST:
        raise Problem("EXCEEDED_MAX_SIZE_REQUEST", f"record limit reached. cannot retrieve more than {MOST} records")
    if not wanted or not fields:
        raise Problem("MISSING_ARGUMENT", "ids and fields must be given")
    names: list[str] = []
    for name in ["Id", *fields]:
        field = sobject.seen(name)
        if field is None:
            raise no_such_column(name, sobject.name)
        names += [] if field.name in names else [field.name]
    found: list[Json] = []
    for id_ in wanted:
        row = org.tables[sobject.name].get(ids.to18(id_) or "") if sobject.name in org.tables else None
        if row is None or row.deleted:
            found.append(None)
            continue
        whole = rendered(sobject, row, asked.params["v"])
        found.append({name: whole[name] for name in ("attributes", *names)})
    return Answer(body=found)
