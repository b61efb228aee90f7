"""Ingest jobs of the Bulk API 2.0: one upload of CSV, worked off row by row, results as CSV (facts 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import jobs
from crmsync.emulator.salesforce.api.bulk_rows import DEEDS, Cells, Work, own_id, spelled
from crmsync.emulator.salesforce.api.cells import DELIMITERS, LINE_ENDINGS, line, table
from crmsync.emulator.salesforce.api.collection import spoiled
from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.api.keys import keyed, twice
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Answer, Asked

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST_BYTES = 150_000_000
OPERATIONS = ("insert", "update", "upsert", "delete")
CHUNK = 200  # rows a trigger sees at once


def create(org: Org, asked: Asked) -> Answer:
    """POST /jobs/ingest: an open job that waits for its one upload."""
    if asked.headers.get("content-type", "").startswith("multipart/"):
        raise Problem("UNSUPPORTED_MEDIA_TYPE", "multipart jobs are not supported by the emulator", status=415)
    given = body(asked)
    job = jobs.opened(org, asked, given, query=False)
    job.key, job.rule = str(given.get("externalIdFieldName") or ""), str(given.get("assignmentRuleId") or "")
    if job.operation == "hardDelete":
        raise Problem("FEATURENOTENABLED", "hardDelete operation requires the permission Bulk API Hard Delete")
    if job.operation not in OPERATIONS:
        raise Problem("INVALIDJOB", f"Operation {job.operation} is not one of {', '.join(OPERATIONS)}")
    sobject = org.schema.find(job.object)
    if sobject is None or not sobject.createable or sobject.access == "none":
        raise Problem("INVALIDENTITY", f"Entity '{job.object}' is not supported by the Bulk API.")
    if job.operation == "upsert":
        keyed(sobject, job.key or "externalIdFieldName")
    job.object = sobject.name
    org.jobs[job.id] = job
    return Answer(200, job.told(created=True))


def upload(org: Org, asked: Asked) -> Answer:
    """PUT /jobs/ingest/{id}/batches: the table, once: 201 and nothing else."""
    job = jobs.found(org, asked, query=False)
    if job.state != "Open":
        raise Problem("INVALIDJOBSTATE", f"Job in state {job.state} takes no data")
    if not asked.headers.get("content-type", "").startswith("text/csv"):
        raise Problem("UNSUPPORTED_MEDIA_TYPE", "Content type text/csv is expected", status=415)
    if job.uploads:
        words = (
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then "
            "create a new Job and make sure you only do 'PUT' once on a given Job."
        )
        raise Problem("INVALIDJOB", words)
    if len(asked.body) > MOST_BYTES:
        raise Problem("LIMIT_EXCEEDED", "Maximum size of an upload is 150 MB")
    job.uploads.append(asked.body)
    return Answer(201)


def change(org: Org, asked: Asked) -> Answer:
    """PATCH /jobs/ingest/{id} {"state": "UploadComplete" | "Aborted"}."""
    job = jobs.found(org, asked, query=False)
    wanted = body(asked).get("state")
    allowed = {"UploadComplete": ("Open",), "Aborted": ("Open", "UploadComplete", "InProgress")}
    if wanted not in allowed:
        raise Problem("INVALIDJOB", f"A job cannot be set to {wanted}")
    if job.state not in allowed[str(wanted)]:
        raise Problem("INVALIDJOBSTATE", f"Job in state {job.state} cannot become {wanted}")
    job.state, job.changed = str(wanted), org.now()
    return Answer(body=job.told(created=True))


def state(org: Org, asked: Asked) -> Answer:
    """GET /jobs/ingest/{id}: every look moves a closed job on."""
    job = jobs.found(org, asked, query=False)
    if job.state in ("UploadComplete", "InProgress"):
        job.state = "InProgress"
        job.polls -= 1
        if job.polls < 0:
            _work(org, job)
    return Answer(body=job.told())


def successful(org: Org, asked: Asked) -> Answer:
    """GET successfulResults: sf__Id, sf__Created and the row as it came."""
    job = _ended(org, asked)
    return jobs.csv(_heading(job, "sf__Id", "sf__Created") + "".join(job.good))


def failed(org: Org, asked: Asked) -> Answer:
    """GET failedResults: sf__Id, sf__Error and the row as it came."""
    job = _ended(org, asked)
    return jobs.csv(_heading(job, "sf__Id", "sf__Error") + "".join(job.bad))


def unprocessed(org: Org, asked: Asked) -> Answer:
    """GET unprocessedrecords (either spelling): what an aborted job left undone."""
    job = _ended(org, asked)
    return jobs.csv(_heading(job) + "".join(job.lines))


def _ended(org: Org, asked: Asked) -> Job:
    job = jobs.found(org, asked, query=False)
    if job.state not in jobs.DONE:
        raise Problem("INVALIDJOBSTATE", f"Results are not available: the job is in state {job.state}")
    if job.state == "Aborted" and job.uploads and not job.lines:
        _, rows = table(job.uploads[0], DELIMITERS[job.delimiter])
        job.lines = [line(row, *_marks(job)) for row in rows]
    return job


def _heading(job: Job, *own: str) -> str:
    columns = table(job.uploads[0], DELIMITERS[job.delimiter])[0] if job.uploads else []
    return line([*own, *columns], *_marks(job))


def _marks(job: Job) -> tuple[str, str]:
    return DELIMITERS[job.delimiter], LINE_ENDINGS[job.ending]


def _work(org: Org, job: Job) -> None:
    sobject = org.sobject(job.object)
    job.changed = org.now()
    try:
        columns, rows = table(_ended_rightly(job), DELIMITERS[job.delimiter])
        _known(sobject, job, columns)
    except Problem as problem:
        job.state, job.problem = "Failed", f"InvalidBatch : {problem.words}"
        job.uploads.clear()
        return
    key = spelled(columns, job.key)
    given = [dict(zip(columns, row, strict=False)) for row in rows]
    author = Author(ids.API_USER, api=True, auto_assign=bool(job.rule))
    work = Work(org, job, sobject, twice(cells.get(key, "") for cells in given), author)
    for start in range(0, len(rows), CHUNK):
        chunk = given[start : start + CHUNK]
        failure = spoiled(org, [(sobject.name, own_id(cells)) for cells in chunk])
        for row, cells in zip(rows[start : start + CHUNK], chunk, strict=True):
            _one(work, row, cells, failure)
    job.processed, job.state = len(rows), "JobComplete"


def _one(work: Work, row: list[str], cells: Cells, failure: Problem | None) -> None:
    job = work.job
    try:
        id_, made = _done(work, row, cells, failure)
    except Problem as problem:
        words = f"{problem.code}:{problem.words}:{', '.join(problem.fields)} --"
        job.bad.append(line([own_id(cells), words, *row], *_marks(job)))
        return
    job.good.append(line([id_, "true" if made else "false", *row], *_marks(job)))


def _done(work: Work, row: list[str], cells: Cells, failure: Problem | None) -> tuple[str, bool]:
    if failure is not None:
        raise failure
    if len(row) != len(cells):
        raise Problem("INVALIDBATCH", "the row has another number of cells than the header")
    return DEEDS[work.job.operation](work, cells)


def _ended_rightly(job: Job) -> bytes:
    data = job.uploads[0] if job.uploads else b""
    windows = data.split(b"\n", 1)[0].endswith(b"\r")
    if data and windows is not (job.ending == "CRLF"):
        words = f"LineEnding is invalid on user data. Current LineEnding setting is {job.ending}"
        raise Problem("INVALIDBATCH", words)
    return data


def _known(sobject: SObject, job: Job, columns: list[str]) -> None:
    for name in columns:
        if "." in name:
            raise Problem("INVALIDBATCH", f"the relationship column {name} is not supported by the emulator")
        if sobject.seen(name) is None:
            raise Problem("INVALIDBATCH", f"Field name not found : {name}")
    if job.key and not spelled(columns, job.key):
        raise Problem("INVALIDBATCH", f"Field name not found : {job.key}")
