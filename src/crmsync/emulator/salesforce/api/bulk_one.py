"""Bulk API 1.0, for the clients that still speak it: jobs of batches in CSV or JSON (facts 6, 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import batches, bulk_one_work, jobs
from crmsync.emulator.salesforce.api.batches import ENDED, JSON_FORM, XML_FORM, Batch, Batched, Wrong
from crmsync.emulator.salesforce.api.door import OLDEST, opened
from crmsync.emulator.salesforce.api.keys import keyed
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.wire import Answer, Asked, BadJson, Handler, Json, Route

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

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
        (bulk_one_work.read if job.query else bulk_one_work.load)(org, job, batch)
        batch.state = "Completed"
    except Problem as problem:
        kind = "Failed to process query: " if job.query else ""
        batch.state, batch.problem = "Failed", f"InvalidBatch : {kind}{problem.code}: {problem.words}"
