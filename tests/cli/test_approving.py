"""Approving a plan while others work: people edit records, another crmsync holds the store, plans grow old."""

import json
import shutil
import urllib.request

import pytest

from crmsync.bootstrap import open_files_store, read_files
from crmsync.cycle.clock import CrmClock
from crmsync.emulator import serve
from tests.cli.conftest import connect, secrets, sign, typed


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A signed workspace with its first plan, and nothing written."""
    folder = tmp_path_factory.mktemp("planned") / "halden"
    typed("init", folder)
    with serve("demo", seed=5) as running:
        connect(folder, running.salesforce_url, running.hubspot_url)
        secrets(folder, running.token)
        sign(folder)
        yield folder, running, typed("plan", "--json", "-w", folder).json


@pytest.fixture
def desk(planned, tmp_path):
    """A copy of that workspace for one test, with the plan and the CRMs' doors."""
    folder = tmp_path / "halden"
    shutil.copytree(planned[0], folder)
    return folder, planned[1], planned[2]


def load(url, row):
    request = urllib.request.Request(f"{url}/__emulator__/load", json.dumps(row).encode(), method="POST")  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        assert answer.status == 200


def test_a_value_that_moved_since_is_dropped_and_never_overwritten(desk):
    folder, running, plan = desk
    first = next(row for row in plan["rows"] if row["kind"] == "score")
    fields = {"crmsync_score": "by hand"} if first["system"] == "hubspot" else {"CRMSync_Score__c": "by hand"}
    url = running.hubspot_url if first["system"] == "hubspot" else running.salesforce_url
    load(url, {"type": first["object"], "id": first["id"], "fields": fields})
    said = typed("apply", plan["plan"], "--kind", "score", "--limit", "1", "--json", "-w", folder)
    assert said.code == 1
    assert (said.json["chosen"], said.json["written"], said.json["stale"]) == (1, 0, 1)


def test_where_another_crmsync_holds_the_store_the_approval_is_kept_and_the_writer_named(desk):
    folder, _, plan = desk
    store = open_files_store(read_files(folder), CrmClock())
    try:
        with store.lease("another crmsync"):
            said = typed("apply", plan["plan"], "--kind", "task", "--by", "Dana", "--wait", "0", "-w", folder)
            shown = typed("plan", "--json", "-w", folder)
    finally:
        store.close()
    assert "Another crmsync is writing to this store" in said.out
    assert "approved, not written yet" in said.out
    assert shown.code == 3
    assert "Another crmsync" in shown.json["beside"]
    states = {row["state"] for row in shown.json["rows"] if row["kind"] == "task"}
    assert states == {"approved"}


def test_an_older_plan_cannot_be_approved_any_more(desk):
    folder, running, plan = desk
    lead = next(
        row["id"] for row in plan["rows"] if row["object"] == "Lead" and row["because"] == "status.call_outcome"
    )
    load(running.salesforce_url, {"type": "Lead", "id": lead, "fields": {"Status": "NI"}})
    newer = typed("plan", "--json", "-w", folder).json["plan"]
    assert newer != plan["plan"]
    said = typed("apply", plan["plan"], "-w", folder)
    assert said.code == 2
    assert f"Plan {plan['plan']} is superseded" in said.err


def test_a_kind_in_watch_is_never_written_and_the_switch_is_named(desk):
    folder, _, plan = desk
    path = folder / "crmsync.yaml"
    path.write_text(path.read_text("utf-8").replace("  score: ask", "  score: watch"), "utf-8")
    said = typed("apply", plan["plan"], "--kind", "score", "-w", folder)
    assert said.code == 1
    assert "set `score: ask` in crmsync.yaml" in said.out


def test_one_team_only(desk):
    folder, _, plan = desk
    team = next(row["team"] for row in plan["rows"] if row["team"] and row["kind"] == "contact_status")
    said = typed("apply", plan["plan"], "--team", team, "--kind", "contact_status", "--json", "-w", folder)
    wanted = [row for row in plan["rows"] if row["team"] == team and row["kind"] == "contact_status"]
    assert said.json["chosen"] == len(wanted) > 0


def test_explain_of_a_waiting_task_says_for_whom_and_since_when(desk):
    folder, _, plan = desk
    task = next(row for row in plan["rows"] if row["kind"] == "task")
    lead = next((row["id"] for row in plan["rows"] if row["person"] == task["person"] and row["id"]), None)
    if lead is None:
        pytest.skip("the person with a missed deadline has no other change in this scenario")
    text = typed("explain", lead, "-w", folder).out
    assert "OVERDUE" in text
    assert "task for " in text
