"""What the org tells about itself: versions, objects, fields, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api.conditions import described
from crmsync.emulator.salesforce.api.rows import rendered
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

OLDEST, NEWEST = 31, 67  # older ones are gone, 68 is in preview (facts 0, item 10)
SEASONS = ("Winter", "Spring", "Summer")


def versions(_: Asked) -> Answer:
    """The versions this org speaks; needs no session and shows no limits."""
    listed: list[Json] = [
        {
            # 59 is Winter '24, and three come a year
            "label": f"{SEASONS[(number - 59) % 3]} '{24 + (number - 59) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(OLDEST, NEWEST + 1)
    ]
    return Answer(body=listed)


def resources(_: Org, asked: Asked) -> Answer:
    """The resources of a version that this org has."""
    base = f"/services/data/{asked.params['v']}"
    names = ("sobjects", "query", "queryAll", "composite", "jobs", "limits")
    return Answer(body={name: f"{base}/{name}" for name in names})


def everything(org: Org, asked: Asked) -> Answer:
    """All objects, shortly."""
    objects: list[Json] = [sobject.summary(asked.params["v"]) for sobject in org.offered()]
    return described(org, asked, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})


def basic(org: Org, asked: Asked) -> Answer:
    """One object, shortly, with the rows looked at last."""
    sobject = org.sobject(asked.params["type"])
    recent: list[Json] = [
        rendered(sobject, row, asked.params["v"]) for row in list(org.rows(sobject))[-5:] if not row.deleted
    ]
    return Answer(body={"objectDescribe": sobject.summary(asked.params["v"]), "recentItems": recent})


def describe(org: Org, asked: Asked) -> Answer:
    """One object with every field; 304 where nothing changed since If-Modified-Since."""
    return described(org, asked, org.schema.describe(org.sobject(asked.params["type"]), asked.params["v"]))


def limits(org: Org, _: Asked) -> Answer:
    """What is left of the day."""
    left = max(0, org.daily_calls() - org.used_today())
    return Answer(
        body={
            "DailyApiRequests": {"Max": org.daily_calls(), "Remaining": left},
            "ConcurrentAsyncGetReportInstances": {"Max": 200, "Remaining": 200},
            "DailyAsyncApexExecutions": {"Max": 250000, "Remaining": 250000},
            "DailyBulkApiBatches": {"Max": 15000, "Remaining": 15000},
            "DailyBulkV2QueryFileStorageMB": {"Max": 976562, "Remaining": 976562},
            "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000 - sum(job.query for job in org.jobs.values())},
            "DataStorageMB": {"Max": 1024, "Remaining": 1000},
        }
    )


def record_count(org: Org, asked: Asked) -> Answer:
    """How many living rows objects have."""
    names = [name for name in asked.query.get("sObjects", "").split(",") if name]
    wanted = [sobject for sobject in org.offered() if not names or sobject.name in names]
    counts: list[Json] = [
        {"name": sobject.name, "count": sum(not row.deleted for row in org.rows(sobject))} for sobject in wanted
    ]
    return Answer(body={"sObjects": counts})
