"""A first load that Salesforce prepares as files fills the memory like one that was queried."""

import sqlite3

from crmsync.connectors.salesforce import pull
from tests.cycle.river import River, workspace

KEPT = 'SELECT object, id, "values", deleted, modified_at FROM record WHERE system = ? ORDER BY object, id'


def kept(river: River) -> list[tuple[object, ...]]:
    with sqlite3.connect(river.folder / "state" / "crmsync.db") as memory:
        return memory.execute(KEPT, ("salesforce",)).fetchall()


def looked_at(river: River) -> dict[str, int]:
    return {one: many for one, many in river.calls().items() if "jobs/query" in one}


def test_what_was_prepared_is_kept_like_what_was_queried_and_the_next_pass_goes_on_behind_it(
    river, running, tmp_path, monkeypatch
):
    fields = {"Company": "C", "Status": "Inquiry", "NumberOfEmployees": 12, "SystemModstamp": "2026-11-01T08:00:00Z"}
    rows = [{"type": "Lead", "id": f"00Q{one:012d}", "fields": {**fields, "LastName": f"N{one}"}} for one in range(12)]
    river.load("salesforce", *rows)
    river.cycle()
    other = workspace(tmp_path / "other", running)
    monkeypatch.setattr(pull, "MANY", 5)
    other.cycle()
    assert len(kept(other)) >= len(rows)
    assert kept(other) == kept(river)
    jobs = looked_at(river)
    assert jobs
    other.advance(60)
    other.cycle()
    assert looked_at(river) == jobs
    other.close()
