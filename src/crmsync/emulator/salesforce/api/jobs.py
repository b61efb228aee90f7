"""What query and ingest jobs of the Bulk API 2.0 have in common: their life in polls, their JSON, their list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api.cells import DELIMITERS, LINE_ENDINGS
from crmsync.emulator.salesforce.problems import Problem, not_found
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.api.bulk_query import Result
    from crmsync.emulator.salesforce.org import Org

DONE = ("JobComplete", "Failed", "Aborted")
POLLS = 1  # how often a job says that it is still at work, unless `bulk_polls {polls}` says otherwise


@dataclass(slots=True)
class Job:
    """One job: `result` of a query; `uploads`, `good`, `bad` and undone `lines` of a load; `polls` till it is done."""

    id: str
    query: bool
    operation: str
    object: str
    version: str
    state: str
    created: str
    delimiter: str = "COMMA"
    ending: str = "LF"
    soql: str = ""
    key: str = ""
    rule: str = ""
    polls: int = POLLS
    uploads: list[bytes] = field(default_factory=list)
    result: Result | None = None
    lines: list[str] = field(default_factory=list)
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    processed: int = 0
    problem: str = ""
    changed: str = ""

    def told(self, *, created: bool = False) -> dict[str, Json]:
        """The job as JSON; the answer to its creation says less (facts 6)."""
        told: dict[str, Json] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": ids.API_USER,
            "createdDate": self.created,
            "systemModstamp": self.changed or self.created,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version[1:]),
        }
        if self.key:
            told["externalIdFieldName"] = self.key
        if self.rule:
            told["assignmentRuleId"] = self.rule
        if not self.query:
            told["contentUrl"] = f"services/data/{self.version}/jobs/ingest/{self.id}/batches"
        told |= {"lineEnding": self.ending, "columnDelimiter": self.delimiter}
        return told if created else {**told, **self._progress()}

    def _progress(self) -> dict[str, Json]:
        told: dict[str, Json] = {
            "jobType": "V2Query" if self.query else "V2Ingest",
            "numberRecordsProcessed": self.processed,
            "retries": 0,
            "totalProcessingTime": self.processed,
        }
        if not self.query:
            told |= {
                "numberRecordsFailed": len(self.bad),
                "apiActiveProcessingTime": self.processed,
                "apexProcessingTime": 0,
            }
        if self.problem:
            told["errorMessage"] = self.problem
        return told


def opened(org: Org, asked: Asked, given: Mapping[str, Json], *, query: bool) -> Job:
    """A new job with the settings of the body, not yet among the org's; raises Problem for a bad setting."""
    delimiter, ending = str(given.get("columnDelimiter") or "COMMA"), str(given.get("lineEnding") or "LF")
    if delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
        raise Problem("INVALIDJOB", f"Invalid columnDelimiter or lineEnding: {delimiter}, {ending}")
    if str(given.get("contentType") or "CSV") != "CSV":
        raise Problem("INVALIDJOB", "InvalidJob : only the content type CSV is supported")
    return Job(
        id=ids.numbered("750", 1000 + org.world.random.getrandbits(40)),
        query=query,
        operation=str(given.get("operation") or ""),
        object=str(given.get("object") or ""),
        version=asked.params["v"],
        state="UploadComplete" if query else "Open",
        created=org.now(),
        delimiter=delimiter,
        ending=ending,
        polls=polls(org),
    )


def polls(org: Org) -> int:
    """How often a new job says that it is still at work."""
    given = (org.desk.faults.setting("bulk_polls") or {}).get("polls")
    return given if isinstance(given, int) else POLLS


def found(org: Org, asked: Asked, *, query: bool) -> Job:
    """The job of the path; raises NOT_FOUND."""
    job = org.jobs.get(ids.to18(asked.params["job"]) or "")
    if job is None or job.query is not query:
        raise not_found()
    return job


def listed(org: Org, *, query: bool) -> Answer:
    """GET /jobs/query or /jobs/ingest: all of them, the newest first."""
    jobs = [job for job in reversed(org.jobs.values()) if job.query is query]
    return Answer(body={"done": True, "records": [job.told() for job in jobs], "nextRecordsUrl": None})


def dropped(org: Org, asked: Asked, *, query: bool) -> Answer:
    """DELETE: 204 for a job that is done; one that is at work must be aborted first."""
    job = found(org, asked, query=query)
    if job.state not in DONE:
        raise Problem("INVALIDJOBSTATE", f"Deleting a job in state {job.state} is not allowed")
    del org.jobs[job.id]
    return Answer(204)


def csv(text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A table as an answer."""
    return Answer(200, text.encode(), {"content-type": "text/csv;charset=UTF-8", **(headers or {})})
