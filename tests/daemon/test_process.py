"""The daemon as the server knows it: a process with signals, a service manager, a lock and a log."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from crmsync import daemon
from crmsync.model.plans import RowState
from crmsync.template import template_files
from tests.cycle.river import SIGNOFFS
from tests.cycle.test_rounds import handed_over, newcomer
from tests.daemon.street import PATIENCE, ROOT, crmsync_run

pytestmark = pytest.mark.usefixtures("proved")


def command(folder: Path, *words: str) -> tuple[int, str, str]:
    """Another crmsync command on the same workspace, as somebody types it."""
    ran = subprocess.run(
        [sys.executable, "-m", "crmsync", "-w", str(folder), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def quick(river, every="2 seconds"):
    """A workspace whose CRMs are asked every few seconds, closed here so that only the child works in it."""
    for system in ("salesforce", "hubspot"):
        river.edit(f"connectors/{system}.yaml", (r"every: .*", f"every: {every}"))
    river.close()
    return river


def events(child, name=""):
    rows = [json.loads(line) for line in child.log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [one for one in rows if not name or one["event"] == name]


def lead_status(river, id_):
    return river.values("salesforce", "Lead", id_)["Status"]


def test_it_becomes_ready_cycles_tells_and_ends_well_on_sigterm(town, tmp_path):
    town.pair("Voice", "Left Vmail", "OPEN")
    river = quick(town.river)
    with crmsync_run(river.folder, tmp_path / "one", abstract=True) as child:
        child.ready()
        assert "waiting for you (crmsync plan)" in child.cycled()
        child.cycled("STATUS=Cycle 3")
        assert child.stop() == 0
        child.manager.listen()
        told = child.manager.told
    assert told.index("READY=1") < next(n for n, one in enumerate(told) if one.startswith("STATUS=Cycle"))
    assert {"WATCHDOG=1", "STOPPING=1"} <= set(told)
    names = [one["event"] for one in events(child)]
    assert (names[0], names[-1]) == ("daemon.started", "daemon.stopped")
    cycles = events(child, "cycle.finished")
    assert cycles[0]["held"] > 0
    assert [one["cycle"] for one in cycles] == list(range(1, len(cycles) + 1))
    assert river.audit() == []


def test_a_second_one_on_the_same_store_is_refused_by_name_and_an_approval_beside_it_is_written_by_it(town, tmp_path):
    lead, _ = town.pair("Voice", "Left Vmail", "IN_PROGRESS")
    river = quick(town.river, every="1 hour")
    with crmsync_run(river.folder, tmp_path / "one") as child:
        child.ready().cycled()
        code, _, said = command(river.folder, "run")
        assert (code, f"process {child.process.pid} on" in said) == (75, True)
        code, said, _ = command(river.folder, "plan", "--json")
        plan = json.loads(said)["plan"]
        code, said, _ = command(river.folder, "apply", plan, "--by", "Dana Ruiz", "--json")
        assert (code, lead_status(river, lead)) == (0, "Working"), said
        assert len(events(child, "cycle.finished")) == 1
        assert events(child, "approved.written")[0]["applied"] > 0
        assert child.stop() == 0
    assert river.reopen().unmatched() == (0, 0)


def test_killed_in_the_middle_of_a_write_and_started_again_it_ends_where_an_undisturbed_run_ends(town, tmp_path):
    """Salesforce has the write and answers slowly; crmsync dies before it hears the answer."""
    river = acting(town)
    leads = [newcomer(town, f"Many{number}", "Left Vmail")[0] for number in range(3)]
    handed_over(town, "Late")
    with crmsync_run(river.folder, tmp_path / "one") as child:
        river.fault("salesforce", kind="slow", route="composite", seconds=3)
        child.ready()
        wait_until(lambda: "slow" not in str(river.control("salesforce", "faults")), child)
        child.process.kill()
        assert child.process.wait(PATIENCE) == -signal.SIGKILL
    with crmsync_run(river.folder, tmp_path / "two") as child:
        child.ready()
        river.open()
        wait_until(lambda: at_rest(river, child), child)
        river.advance(24 * 3600)
        wait_until(lambda: river.tasks() and at_rest(river, child), child)
        assert child.stop() == 0
    river.reopen()
    assert river.open_intents() == 0
    assert {lead_status(river, one) for one in leads} == {"Working"}
    assert len(river.tasks()) == 1
    assert river.unmatched() == (0, 0)


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_asked_to_stop_while_a_crm_hangs_it_ends_well_and_sooner_at_the_second_asking(town, tmp_path, again):
    """The grace is 25 s; the CRM would take longer. Asked twice it does not wait for it."""
    river = acting(town)
    newcomer(town, "Voice", "Left Vmail")
    with crmsync_run(river.folder, tmp_path / "one") as child:
        river.fault("salesforce", kind="slow", route="composite", seconds=50)
        child.ready()
        wait_until(lambda: "slow" not in str(river.control("salesforce", "faults")), child)
        began = monotonic()
        if again:
            child.process.send_signal(signal.SIGTERM)
            child.manager.hears("STOPPING=1")
        assert child.stop() == 0
        assert monotonic() - began < 30
        assert (monotonic() - began < daemon.GRACE) is again
        assert events(child, "daemon.stopped")[0]["finished"] is False
    river.reopen()
    assert [one.state for one in river.wiring.store.intents([RowState.SENT])] == [RowState.SENT]


def test_it_says_in_one_sentence_why_it_does_not_start(river, tmp_path):
    river.close()
    (river.folder / "crmsync.yaml").write_text("modes:\n  status: dance\n", "utf-8")
    with crmsync_run(river.folder, tmp_path / "one") as child:
        assert child.process.wait(PATIENCE) == 2
        child.manager.listen()
        assert child.manager.told == []
        assert "crmsync.yaml:2" in child.log.read_text("utf-8")


def test_a_store_that_cannot_be_made_ends_it_with_78(river, tmp_path):
    river.close()
    (river.folder / "nowhere").write_text("a file", "utf-8")
    (river.folder / "crmsync.yaml").write_text("store: sqlite:///nowhere/crmsync.db\n", "utf-8")
    with crmsync_run(river.folder, tmp_path / "one") as child:
        assert child.process.wait(PATIENCE) == 78


def test_files_edited_while_it_runs_are_taken_and_an_unsigned_agreement_writes_nothing(town, tmp_path):
    lead, _ = town.pair("Voice", "Left Vmail", "IN_PROGRESS")
    river = quick(town.river)
    with crmsync_run(river.folder, tmp_path / "one") as child:
        child.ready().cycled()
        edit(river, "crmsync.yaml", "status: ask", "status: dance")
        wait_until(lambda: events(child, "workspace.kept"), child)
        edit(river, "crmsync.yaml", "status: dance", "status: act")
        wait_until(lambda: events(child, "workspace.reread"), child)
        (river.folder / SIGNOFFS).write_text(template_files()[SIGNOFFS], "utf-8")
        wait_until(lambda: len(events(child, "workspace.reread")) == 2, child)
        assert events(child, "workspace.reread")[-1]["signed"] is False
        number = json.loads(command(river.folder, "plan", "--json")[1])["plan"]
        command(river.folder, "apply", number, "--by", "Dana Ruiz", "--wait", "3")
        assert child.stop() == 0
    assert river.audit() == []
    assert lead_status(river, lead) == "Left Vmail"


def acting(town):
    """The first plan is through and every kind acts: the next start writes by itself. The CRMs' clock runs."""
    river = town.river
    town.pair("Early", "Left Vmail", "OPEN")
    river.start()
    river.control("salesforce", "clock", {"freeze": False})
    river.advance(60)
    return quick(river)


def at_rest(river, child):
    """Two cycles in a row had nothing to do and no write is open; meanwhile time flies at the CRMs."""
    river.advance(20)
    child.manager.forget()
    child.cycled()
    last = [one["applied"] + one["decided"] for one in events(child, "cycle.finished")[-2:]]
    return last == [0, 0] and river.open_intents() == 0


def edit(river, name, old, new):
    path = river.folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def wait_until(holds, child):
    deadline = monotonic() + PATIENCE
    while not holds():
        child.alive()
        assert monotonic() < deadline, child.log.read_text("utf-8")[-3000:]
        child.manager.listen()
