"""What the batches of the Bulk API 1.0 do: run a query, or work off rows (facts 6, shared/data/salesforce-recorded)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import bulk_query, bulk_rows
from crmsync.emulator.salesforce.api.batches import Batch, Batched
from crmsync.emulator.salesforce.api.cells import line, table
from crmsync.emulator.salesforce.api.columns import columns
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.api.keys import twice
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.run import run
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST = 10_000


def read(org: Org, job: Batched, batch: Batch) -> None:
    """Run the query of a batch; raises Problem."""
    try:
        soql = batch.given.decode()
    except UnicodeDecodeError:
        raise Problem("MALFORMED_QUERY", "the query is not UTF-8") from None
    whole, version = job.operation == "queryAll", f"v{job.version}"
    if job.form == "CSV":
        table_ = bulk_query.ran(org, soql, version, all_rows=whole)
        batch.done = table_.found.total
        lines = table_.page(0, batch.done)
        batch.text = table_.header + "".join(lines) if lines else "Records not found for this query"
        return
    found = run(org, soql, version, all_rows=whole).records
    dated = [column.names for column in columns(org, soql) if column.type == "datetime"]
    rows = [_in_milliseconds(row, dated) for row in found if isinstance(row, Mapping)]
    batch.done, batch.text = len(rows), json.dumps(rows)


def _in_milliseconds(row: Mapping[str, Json], dated: Sequence[tuple[str, ...]]) -> dict[str, Json]:
    """JSON results tell instants as milliseconds (recorded: ActivityDateTime 1730962800000)."""
    told = dict(row)
    for first, *rest in dated:
        value = told.get(first)
        if rest and isinstance(value, Mapping):
            told[first] = _in_milliseconds(value, [tuple(rest)])
        elif isinstance(value, str):
            told[first] = int(datetime.fromisoformat(value[:-2] + ":" + value[-2:]).timestamp() * 1000)
    return told


def load(org: Org, job: Batched, batch: Batch) -> None:
    """Work off the rows of a batch, each with its own verdict; raises Problem for data nobody can read."""
    rows = _rows(job, batch.given)
    if len(rows) > MOST:
        raise Problem("INVALIDBATCH", f"Records exceeded the limit of {MOST} in a batch")
    sobject = org.sobject(job.object)
    inner = Job(
        job.id, query=False, operation=job.operation, object=job.object, version="", state="", created="", key=job.key
    )
    repeated = twice(bulk_rows.cell(row, job.key) for row in rows) if job.key else {}
    author = Author(ids.API_USER, api=True, auto_assign=bool(job.rule))
    work = bulk_rows.Work(org, inner, sobject, repeated, author)
    told = [_verdict(work, row) for row in rows]
    batch.done, batch.failed = len(told), sum(row["success"] is False for row in told)
    batch.text = json.dumps(told) if job.form == "JSON" else _table(told)


def _rows(job: Batched, given: bytes) -> list[dict[str, str]]:
    """Rows as cells; in JSON null and the empty text empty a field, as #N/A does in CSV."""
    if job.form == "CSV":
        header, rows = table(given, ",")
        return [dict(zip(header, row, strict=False)) for row in rows]
    try:
        value = json.loads(given.decode())
    except (ValueError, RecursionError):
        raise Problem("INVALIDBATCH", "Failed to parse input: no JSON") from None
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Problem("INVALIDBATCH", "Failed to parse input: a list of objects is expected")
    return [{name: _cell(cell) for name, cell in row.items() if name != "attributes"} for row in value]


def _cell(value: Json) -> str:
    if value is None or value == "":
        return bulk_rows.NULL
    return json.dumps(value) if not isinstance(value, str) else value


def _verdict(work: bulk_rows.Work, row: dict[str, str]) -> dict[str, Json]:
    try:
        for name in row:
            if work.sobject.field(name) is None:
                raise Problem("INVALID_FIELD", f"No such column '{name}' on entity '{work.sobject.name}'")  # noqa: TRY301 - answered below
        id_, made = bulk_rows.DEEDS[work.job.operation](work, row)
    except Problem as problem:
        errors: Json = [
            {
                "extendedErrorDetails": None,
                "fields": problem.fields,
                "message": problem.words,
                "statusCode": problem.code,
            }
        ]
        return {"success": False, "created": False, "id": None, "errors": errors}
    return {"success": True, "created": made, "id": id_, "errors": []}


def _table(rows: Sequence[Mapping[str, Json]]) -> str:
    """Recorded: "Id","Success","Created","Error"."""
    text = line(["Id", "Success", "Created", "Error"])
    for row in rows:
        errors = row["errors"] if isinstance(row["errors"], list) else []
        words = [f"{error['statusCode']}:{error['message']}:{', '.join(error['fields'])} --" for error in errors]
        flags = [str(row[name]).lower() for name in ("success", "created")]
        text += line([str(row["id"] or ""), *flags, " ".join(words)])
    return text
