"""Bulk API 1.0, for the clients that still speak it: jobs of batches in CSV or JSON (facts 6, 11)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import batches, bulk_ingest, bulk_query, jobs
from crmsync.emulator.salesforce.api.batches import ENDED, JSON_FORM, XML_FORM, Batch, Batched, Wrong
from crmsync.emulator.salesforce.api.cells import line, table
from crmsync.emulator.salesforce.api.columns import columns
from crmsync.emulator.salesforce.api.door import OLDEST, opened
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.api.keys import keyed, twice
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.run import run
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Answer, Asked, BadJson, Handler, Json, Route

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST = 10_000
BASE = "/services/async/{version}/job"
OPERATIONS = ("insert", "update", "upsert", "delete", "query", "queryAll")
FORMS = {"CSV": XML_FORM, "JSON": JSON_FORM}  # how batches are told, by the form of their data


def routes(org: Org) -> list[Route]:
    """Its paths; they have a session header of their own."""
    table_: Sequence[tuple[str, str, Callable[[Org, Asked], Answer]]] = (
        ("POST", "", create),
        ("GET", "/{job}", look),
        ("POST", "/{job}", change),
        ("POST", "/{job}/batch", add),
        ("GET", "/{job}/batch", every),
        ("GET", "/{job}/batch/{batch}", state),
        ("GET", "/{job}/batch/{batch}/request", request),
        ("GET", "/{job}/batch/{batch}/result", result),
        ("GET", "/{job}/batch/{batch}/result/{result}", records),
    )
    return [Route(method, BASE + path, opened(org, _guarded(org, call))) for method, path, call in table_]


def create(org: Org, asked: Asked) -> Answer:
    """POST job: an open job."""
    given = _given(asked)
    form, operation = str(given.get("contentType") or "XML"), str(given.get("operation") or "")
    if form not in FORMS:
        raise Wrong("FeatureNotEnabled", f"content type {form} is not supported by the emulator; use CSV or JSON")
    if operation not in OPERATIONS:
        raise Wrong("InvalidJob", f"Operation {operation} is not one of {', '.join(OPERATIONS)}")
    sobject = org.schema.find(str(given.get("object") or ""))
    if sobject is None:
        raise Wrong("InvalidJob", f"Unable to find object: {given.get('object')}")
    job = Batched(
        id=ids.numbered("750", 1000 + org.world.random.getrandbits(40)),
        operation=operation,
        object=sobject.name,
        form=form,
        version=asked.params["version"],
        at=org.now(),
        key=str(given.get("externalIdFieldName") or ""),
        rule=str(given.get("assignmentRuleId") or ""),
        mode="Serial" if given.get("concurrencyMode") in ("Serial", 1) else "Parallel",
    )
    if operation == "upsert":
        keyed(sobject, job.key or "externalIdFieldName")
    org.batched[job.id] = job
    return batches.one("jobInfo", job.told(), _form(asked), 201)


def look(org: Org, asked: Asked) -> Answer:
    """GET job/{id}."""
    return batches.one("jobInfo", _job(org, asked).told(), _form(asked))


def change(org: Org, asked: Asked) -> Answer:
    """POST job/{id} with state Closed or Aborted."""
    job, wanted = _job(org, asked), str(_given(asked).get("state") or "")
    if wanted not in ("Closed", "Aborted"):
        raise Wrong("InvalidJobState", f"A job cannot be set to {wanted}")
    if job.state == "Aborted":
        raise Wrong("InvalidJobState", "Job is aborted")
    job.state = wanted
    return batches.one("jobInfo", job.told(), _form(asked))


def add(org: Org, asked: Asked) -> Answer:
    """POST job/{id}/batch: one more batch of rows, or the query."""
    job = _job(org, asked)
    if job.state != "Open":
        raise Wrong("InvalidJobState", f"Job in state {job.state} takes no batch")
    id_ = ids.numbered("751", 1000 + org.world.random.getrandbits(40))
    job.batches.append(Batch(id_, asked.body, org.now(), jobs.polls(org)))
    return batches.one("batchInfo", job.batches[-1].told(job), FORMS[job.form], 201)


def every(org: Org, asked: Asked) -> Answer:
    """GET job/{id}/batch: every look moves them on."""
    job = _job(org, asked)
    for batch in job.batches:
        _move(org, job, batch)
    return batches.several("batchInfoList", "batchInfo", [batch.told(job) for batch in job.batches], FORMS[job.form])


def state(org: Org, asked: Asked) -> Answer:
    """GET job/{id}/batch/{id}."""
    job, batch = _batch(org, asked)
    _move(org, job, batch)
    return batches.one("batchInfo", batch.told(job), FORMS[job.form])


def request(org: Org, asked: Asked) -> Answer:
    """GET .../request: what was sent."""
    job, batch = _batch(org, asked)
    return _data(job, batch.given.decode("utf-8", "replace"))


def result(org: Org, asked: Asked) -> Answer:
    """GET .../result: the verdicts of a load, or the ids of a query's results."""
    job, batch = _ended(org, asked)
    if job.query:
        return batches.results(["752" + batch.id[3:15]], FORMS[job.form])
    return _data(job, batch.text)


def records(org: Org, asked: Asked) -> Answer:
    """GET .../result/{id}: the records of a query."""
    job, batch = _ended(org, asked)
    if not job.query or asked.params["result"][:15] != "752" + batch.id[3:15]:
        raise Wrong("InvalidBatch", "Unable to find result")
    return _data(job, batch.text)


def _guarded(org: Org, call: Callable[[Org, Asked], Answer]) -> Handler:
    def answer(asked: Asked) -> Answer:
        try:
            _allowed(org, asked)
            return call(org, asked)
        except Wrong as problem:
            return batches.wrong(problem, _form(asked))
        except (Problem, BadJson) as problem:
            return batches.wrong(Wrong("InvalidJob", str(problem)), _form(asked))

    return answer


def _allowed(org: Org, asked: Asked) -> None:
    if asked.headers.get("x-sfdc-session", "") not in org.sessions:
        raise Wrong("InvalidSessionId", "Invalid session id")
    version = asked.params["version"]
    if not re.fullmatch(r"\d\d\.0", version) or float(version) < OLDEST:
        raise Wrong("InvalidVersion", f"Api version not supported: {version}")
    if not org.desk.faults.switched("async_api", otherwise=True):  # dlt's source goes over to REST by these words
        raise Wrong("FeatureNotEnabled", "Async API not enabled")


def _form(asked: Asked) -> str:
    said = asked.headers.get("content-type") or asked.headers.get("accept", "")
    return JSON_FORM if "json" in said else XML_FORM


def _given(asked: Asked) -> Mapping[str, Json]:
    """A jobInfo in either form."""
    if _form(asked) == JSON_FORM:
        value = asked.json()
        if not isinstance(value, Mapping):
            raise Wrong("InvalidJob", "Unable to parse Job")
        return value
    found = re.findall(r"<(\w+)>([^<]*)</\1>", asked.body.decode("utf-8", "replace"))
    return {name: unescape(value).strip() for name, value in found}


def _job(org: Org, asked: Asked) -> Batched:
    job = org.batched.get(ids.to18(asked.params["job"]) or "")
    if job is None:
        raise Wrong("InvalidJob", f"Unable to find job. Id: {asked.params['job']}")
    return job


def _batch(org: Org, asked: Asked) -> tuple[Batched, Batch]:
    job, wanted = _job(org, asked), ids.to18(asked.params["batch"])
    batch = next((batch for batch in job.batches if batch.id == wanted), None)
    if batch is None:
        raise Wrong("InvalidBatch", f"Unable to find batch. Id: {asked.params['batch']}")
    return job, batch


def _ended(org: Org, asked: Asked) -> tuple[Batched, Batch]:
    job, batch = _batch(org, asked)
    if batch.state != "Completed":
        raise Wrong("InvalidBatch", f"Batch not completed: it is {batch.state}")
    return job, batch


def _data(job: Batched, text: str) -> Answer:
    kind = "text/csv" if job.form == "CSV" else JSON_FORM
    return Answer(200, text.encode(), {"content-type": f"{kind};charset=UTF-8" if job.form == "CSV" else kind})


def _move(org: Org, job: Batched, batch: Batch) -> None:
    if batch.state in ENDED or job.state == "Aborted":
        return
    batch.polls -= 1
    batch.state = "InProgress"
    if batch.polls >= 0:
        return
    try:
        (_read if job.query else _load)(org, job, batch)
        batch.state = "Completed"
    except Problem as problem:
        kind = "Failed to process query: " if job.query else ""
        batch.state, batch.problem = "Failed", f"InvalidBatch : {kind}{problem.code}: {problem.words}"


def _read(org: Org, job: Batched, batch: Batch) -> None:
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


def _load(org: Org, job: Batched, batch: Batch) -> None:
    rows = _rows(job, batch.given)
    if len(rows) > MOST:
        raise Problem("INVALIDBATCH", f"Records exceeded the limit of {MOST} in a batch")
    sobject = org.sobject(job.object)
    inner = Job(
        job.id, query=False, operation=job.operation, object=job.object, version="", state="", created="", key=job.key
    )
    repeated = twice(bulk_ingest.cell(row, job.key) for row in rows) if job.key else {}
    author = Author(ids.API_USER, api=True, auto_assign=bool(job.rule))
    work = bulk_ingest.Work(org, inner, sobject, repeated, author)
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
        return bulk_ingest.NULL
    return json.dumps(value) if not isinstance(value, str) else value


def _verdict(work: bulk_ingest.Work, row: dict[str, str]) -> dict[str, Json]:
    try:
        for name in row:
            if work.sobject.field(name) is None:
                raise Problem("INVALID_FIELD", f"No such column '{name}' on entity '{work.sobject.name}'")  # noqa: TRY301 - answered below
        id_, made = bulk_ingest.DEEDS[work.job.operation](work, row)
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
