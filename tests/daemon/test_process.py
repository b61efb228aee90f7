"""The daemon as the server knows it: a process with signals, a service manager, a lock and a log."""

import json
import subprocess
import sys

from tests.daemon.street import PATIENCE, ROOT, crmsync_run


def command(folder, *words):
    ran = subprocess.run(
        [sys.executable, "-m", "crmsync", "-w", str(folder), *words],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
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


def test_it_becomes_ready_cycles_tells_and_ends_well_on_sigterm(town, tmp_path):
    town.pair("Voice", "Left Vmail", "OPEN")
    river = quick(town.river)
    with crmsync_run(river.folder, tmp_path / "one", abstract=True) as child:
        child.ready()
        assert "waiting for you (crmsync plan)" in child.cycled()
        assert child.stop() == 0
        child.manager.listen()
        told = child.manager.told
        assert told.index("READY=1") < next(n for n, one in enumerate(told) if one.startswith("STATUS=Cycle"))
        assert "WATCHDOG=1" in told
        assert "STOPPING=1" in told
        events = [json.loads(line) for line in child.log.read_text().splitlines()]
    names = [one["event"] for one in events]
    assert names[0] == "daemon.started"
    assert names[-1] == "daemon.stopped"
    cycles = [one for one in events if one["event"] == "cycle.finished"]
    assert cycles[0]["held"] > 0
    assert [one["cycle"] for one in cycles] == list(range(1, len(cycles) + 1))
    assert river.audit() == []
