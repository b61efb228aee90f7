"""Query jobs of the Bulk API 2.0: a query runs by itself, its result is fetched in pages of CSV (facts 6)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import catalogue
from crmsync.emulator.salesforce.api import jobs
from crmsync.emulator.salesforce.api.cells import DELIMITERS, LINE_ENDINGS, line
from crmsync.emulator.salesforce.api.columns import Shown, columns
from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.api.jobs import Job
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.schema import SObject
from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.run import Found, run
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

PAGE = 50_000


def create(org: Org, asked: Asked) -> Answer:
    """POST /jobs/query: the query is checked at once and runs when the job does."""
    given = body(asked)
    job = jobs.opened(org, asked, given, query=True)
    if job.operation not in ("query", "queryAll"):
        raise Problem("INVALIDJOB", f"Operation {job.operation} is not one of query, queryAll")
    soql = given.get("query")
    if not isinstance(soql, str) or not soql.strip():
        raise Problem("INVALIDJOB", "Query is required for a query job")
    job.soql = soql
    job.object = _allowed(org, soql).name
    org.jobs[job.id] = job
    return Answer(200, job.told(created=True))


def state(org: Org, asked: Asked) -> Answer:
    """GET /jobs/query/{id}: every look moves the job on, from UploadComplete over InProgress to its end."""
    job = jobs.found(org, asked, query=True)
    if job.state in ("UploadComplete", "InProgress"):
        job.state = "InProgress"
        job.polls -= 1
        if job.polls < 0:
            _run(org, job)
    return Answer(body=job.told())


def abort(org: Org, asked: Asked) -> Answer:
    """PATCH /jobs/query/{id} {"state": "Aborted"}."""
    job = jobs.found(org, asked, query=True)
    if body(asked).get("state") != "Aborted":
        raise Problem("INVALIDJOB", "A query job can be aborted only")
    if job.state in jobs.DONE:
        raise Problem("INVALIDJOBSTATE", f"Job in state {job.state} cannot be aborted")
    job.state, job.changed = "Aborted", org.now()
    return Answer(body=job.told(created=True))


def results(org: Org, asked: Asked) -> Answer:
    """GET /jobs/query/{id}/results?locator&maxRecords: header line and rows; Sforce-Locator is `null` at the end."""
    job = jobs.found(org, asked, query=True)
    if job.version != asked.params["v"]:
        words = f"The job was created with API version {job.version[1:]}"
        raise Problem("API_ERROR", words, status=409)
    if job.state != "JobComplete":  # code and words unverified
        raise Problem("INVALIDJOBSTATE", f"Results are not available: the job is in state {job.state}")
    start, size = _place(asked.query.get("locator", "")), _size(org, asked)
    result, end = job.result, min(start + size, job.processed)
    if result is None or start > job.processed:
        raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator")
    rows = result.page(start, end)
    headers = {
        "Sforce-NumberOfRecords": str(len(rows)),
        "Sforce-Locator": _locator(end) if end < job.processed else "null",
    }
    return jobs.csv(result.header + "".join(rows), headers)


def _allowed(org: Org, soql: str) -> SObject:
    query = parse(soql)
    sobject = org.schema.find(query.type.parts[-1])
    if sobject is not None and sobject.name in catalogue.VALUE_TABLES:
        raise Problem("INVALIDENTITY", f"Entity '{sobject.name}' is not supported by the Bulk API.")
    if query.count or query.aggregated:
        raise Problem("API_ERROR", "Aggregate Relationships not supported in Bulk Query")
    if query.offset:
        raise Problem("API_ERROR", "OFFSET not supported in Bulk Query")
    run(org, soql + ("" if query.limit is not None else " LIMIT 1"), "v62.0", all_rows=True)
    if any(type_ in ("address", "location") for type_ in (column.type for column in columns(org, soql))):
        raise Problem("API_ERROR", "Selecting compound data not supported in Bulk Query")
    return org.sobject(query.type.parts[-1])


@dataclass(frozen=True, slots=True)
class Result:
    """What a query found, told as lines of a table a page at a time."""

    found: Found
    columns: list[Shown]
    marks: tuple[str, str]

    @property
    def header(self) -> str:
        """The first line of every page."""
        return line((".".join(column.names) for column in self.columns), *self.marks)

    def page(self, start: int, end: int) -> list[str]:
        """Lines from the start-th row to before the end-th."""
        delimiter, ending = self.marks
        readers = [(column.read, column.type == "datetime") for column in self.columns]
        between = f'"{delimiter}"'
        return [
            '"' + between.join([_cell(read(row), dated=dated) for read, dated in readers]) + '"' + ending
            for row in self.found.rows[start:end]
        ]


def ran(org: Org, soql: str, version: str, *, all_rows: bool, marks: tuple[str, str] = (",", "\n")) -> Result:
    """Run a query now; later changes do not show. Raises Problem."""
    return Result(run(org, soql, version, all_rows=all_rows).frozen(), columns(org, soql), marks)


def _run(org: Org, job: Job) -> None:
    job.changed = org.now()
    marks = DELIMITERS[job.delimiter], LINE_ENDINGS[job.ending]
    try:
        job.result = ran(org, job.soql, job.version, all_rows=job.operation == "queryAll", marks=marks)
    except Problem as problem:  # the schema changed since the job was made
        job.state, job.problem = "Failed", f"{problem.code}: {problem.words}"
        return
    job.processed, job.state = job.result.found.total, "JobComplete"


def _cell(value: Json, *, dated: bool) -> str:
    """A value as it stands between quotes; REST datetimes end in +0000, bulk ones in Z (shared/data/README.md)."""
    if value is None:
        return ""
    if isinstance(value, str):
        if dated:
            return value.removesuffix("+0000") + "Z"
        return value.replace('"', '""') if '"' in value else value
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _locator(place: int) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(locator: str) -> int:
    if not locator or locator == "null":
        return 0
    try:
        return int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (binascii.Error, ValueError):
        raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator") from None


def _size(org: Org, asked: Asked) -> int:
    short = org.desk.faults.setting("short_pages")
    if short is not None and isinstance(short.get("rows"), int):
        return max(1, int(str(short["rows"])))
    given = asked.query.get("maxRecords", "")
    if given and (not given.isdecimal() or int(given) < 1):
        raise Problem("INVALIDJOB", f"maxRecords must be a positive number, not {given}")
    return int(given) if given else PAGE
