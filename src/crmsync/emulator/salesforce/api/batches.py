"""Jobs and batches of the older Bulk API 1.0, and the two forms it tells them in (shared/data/salesforce-recorded)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from crmsync.emulator.salesforce import ids
from crmsync.emulator.wire import Answer, Json

SPACE = "http://www.force.com/2009/06/asyncapi/dataload"
JSON_FORM, XML_FORM = "application/json", "application/xml"
ENDED = ("Completed", "Failed")


class Wrong(Exception):
    """A refusal of this API: its exceptionCode and exceptionMessage."""


@dataclass(slots=True)
class Batch:
    """One upload or query; `text` is its result: records of a query, verdicts of a load, `done` how many."""

    id: str
    given: bytes
    at: str
    polls: int
    state: str = "Queued"
    problem: str = ""
    text: str = ""
    done: int = 0
    failed: int = 0

    def told(self, job: Batched) -> dict[str, Json]:
        """The batchInfo."""
        return {
            "id": self.id,
            "jobId": job.id,
            "state": self.state,
            **({"stateMessage": self.problem} if self.problem else {}),
            "createdDate": self.at,
            "systemModstamp": self.at,
            "numberRecordsProcessed": self.done,
            "numberRecordsFailed": self.failed,
            "totalProcessingTime": self.done,
            "apiActiveProcessingTime": self.done,
            "apexProcessingTime": 0,
        }


@dataclass(slots=True)
class Batched:
    """One job with its batches; `form` is the content type of its data: CSV or JSON."""

    id: str
    operation: str
    object: str
    form: str
    version: str
    at: str
    key: str = ""
    rule: str = ""
    mode: str = "Parallel"
    state: str = "Open"
    batches: list[Batch] = field(default_factory=list)

    @property
    def query(self) -> bool:
        """Whether it reads."""
        return self.operation in ("query", "queryAll")

    def told(self) -> dict[str, Json]:
        """The jobInfo."""
        states = [batch.state for batch in self.batches]
        done = sum(batch.done for batch in self.batches)
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            **({"externalIdFieldName": self.key} if self.key else {}),
            "createdById": ids.API_USER,
            "createdDate": self.at,
            "systemModstamp": self.at,
            "state": self.state,
            "concurrencyMode": self.mode,
            "contentType": self.form,
            "numberBatchesQueued": states.count("Queued"),
            "numberBatchesInProgress": states.count("InProgress"),
            "numberBatchesCompleted": states.count("Completed"),
            "numberBatchesFailed": states.count("Failed"),
            "numberBatchesTotal": len(states),
            "numberRecordsProcessed": done,
            "numberRetries": 0,
            "apiVersion": float(self.version),
            "numberRecordsFailed": sum(batch.failed for batch in self.batches),
            "totalProcessingTime": done,
            "apiActiveProcessingTime": done,
            "apexProcessingTime": 0,
        }


def one(name: str, told: Mapping[str, Json], form: str, status: int = 200) -> Answer:
    """A jobInfo, batchInfo or error in the asked form; XML instants end in Z, those of JSON in +0000."""
    if form == JSON_FORM:
        return Answer(status, told, {"content-type": JSON_FORM})
    return _xml(f'<{name}\n   xmlns="{SPACE}">\n{_elements(told)}</{name}>', status)


def several(name: str, inner: str, told: Sequence[Mapping[str, Json]], form: str) -> Answer:
    """A list of them."""
    if form == JSON_FORM:
        return Answer(200, {inner: list(told)}, {"content-type": JSON_FORM})
    if not told:
        return _xml(f'<{name}\n   xmlns="{SPACE}" />')
    parts = "".join(f" <{inner}>\n{_elements(part)} </{inner}>\n" for part in told)
    return _xml(f'<{name}\n   xmlns="{SPACE}">\n{parts}</{name}>')


def results(names: Sequence[str], form: str) -> Answer:
    """The ids of the results of a query."""
    if form == JSON_FORM:
        return Answer(200, list(names), {"content-type": JSON_FORM})
    parts = "".join(f"<result>{name}</result>" for name in names)
    return _xml(f'<result-list xmlns="{SPACE}">{parts}</result-list>')


def wrong(problem: Wrong, form: str) -> Answer:
    """A refusal; its code stands in XML where jsforce looks for it, in JSON where tap-salesforce does."""
    code, words = problem.args
    return one("error", {"exceptionCode": code, "exceptionMessage": words}, form, 400)


def _xml(inner: str, status: int = 200) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{inner}'
    return Answer(status, text.encode(), {"content-type": XML_FORM})


def _elements(told: Mapping[str, Json]) -> str:
    return "".join(f" <{name}>{escape(_text(value))}</{name}>\n" for name, value in told.items())


def _text(value: Json) -> str:
    text = str(value)
    return text.removesuffix("+0000") + "Z" if text.endswith("+0000") else text
