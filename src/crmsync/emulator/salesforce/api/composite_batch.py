"""Batches of independent calls, and trees of new records (facts 5.3); graphs are refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.api.parts import NOTHING, answered
from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST = 25


def batch(org: Org, asked: Asked) -> Answer:
    """POST /composite/batch: every part by itself; with haltOnError those after a failure are not done."""
    whole = body(asked)
    wanted = whole.get("batchRequests")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(part, Mapping) for part in wanted):
        raise bad_json("batchRequests must be a list of objects")
    if len(wanted) > MOST:
        raise Problem("LIMIT_EXCEEDED", f"Request cannot contain more than {MOST} operations")
    if org.desk.faults.switched("batch_counts_each"):  # whether each part counts nobody could verify (facts 5.3)
        org.desk.calls["POST /composite/batch (parts)"] += len(wanted) - 1
    results: list[Json] = []
    failed = False
    for part in wanted:
        if failed and whole.get("haltOnError") is True:
            halted = Problem("BATCH_PROCESSING_HALTED", "Batch processing halted per request", status=412).answer()
            results.append({"statusCode": 412, "result": _plain(halted)})
            continue
        answer = _one(org, asked, part)
        failed = failed or answer.status >= 400
        results.append({"statusCode": answer.status, "result": _plain(answer)})
    return Answer(body={"hasErrors": failed, "results": results})


def graph(_: Org, __: Asked) -> Answer:
    """POST /composite/graph."""
    raise Problem("NOT_SUPPORTED", "composite graphs are not supported by the emulator", status=400)


def _one(org: Org, asked: Asked, part: Mapping[str, Json]) -> Answer:
    url = str(part.get("url", "")).lstrip("/")
    path = "/" + url if url.startswith("services/") else "/services/data/" + url
    given = part.get("richInput", NOTHING)
    return answered(org, asked, (str(part.get("method", "GET")), path), asked.headers, given)


def _plain(answer: Answer) -> Json:
    return None if isinstance(answer.body, bytes) else answer.body
