"""Bad input and bad days: one clear sentence and the right exit code, never a traceback."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from crmsync.bootstrap import open_files_store, read_files
from crmsync.cycle import checking
from crmsync.cycle.clock import CrmClock
from crmsync.cycle.prove import Proof
from tests.cli.conftest import connect, secrets, sign, typed


def calm(said):
    """Nothing of the machinery shows."""
    return "Traceback" not in said.out + said.err


@pytest.mark.parametrize("command", [["plan"], ["doctor"], ["log"], ["check"], ["explain", "x"], ["run", "--once"]])
def test_a_folder_that_is_no_workspace(tmp_path, command):
    said = typed(*command, "-w", tmp_path)
    assert said.code == 2
    assert "there is no crmsync workspace here" in said.err
    assert "crmsync init DIR" in said.err


@pytest.mark.parametrize(
    "command",
    [["fly"], ["plan", "--fast"], ["apply"], ["apply", "x", "--limit", "0"], ["apply", "x", "--kind", "hat"], []],
)
def test_a_command_line_nobody_understands(command):
    said = typed(*command)
    assert said.code == 2
    assert said.err
    assert calm(said)


def test_the_workspace_may_be_named_before_and_after_the_command(workspace):
    assert typed("-w", workspace, "agreement", "show").out == typed("agreement", "show", "-w", workspace).out


def test_a_full_folder_is_never_made_a_workspace(workspace):
    said = typed("init", workspace)
    assert said.code == 2
    assert "is not empty" in said.err


def test_every_problem_of_broken_files_is_told_at_once_with_its_place(workspace):
    for name, old, new in (
        ("crmsync.yaml", "status: ask", "status: sometimes"),
        ("connectors/hubspot.yaml", "writes: on", "writes: perhaps"),
        ("mappings/agreement/statuses.yaml", "recycled, disqualified", "recycld, disqualified"),
    ):
        path = workspace / name
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    said = typed("check", "-w", workspace)
    assert said.code == 2
    places = [line.split(": ")[0] for line in said.err.splitlines() if ".yaml:" in line]
    assert {one.split(":")[0].rpartition("/")[2] for one in places} == {"crmsync.yaml", "hubspot.yaml", "statuses.yaml"}
    assert all(len(one.split(":")) == 3 for one in places)
    assert "recycled" in said.err
    as_json = typed("check", "--json", "-w", workspace)
    assert as_json.code == 2
    assert {one["line"] > 0 for one in as_json.json["problems"]} == {True}


def test_check_proves_once_remembers_it_and_says_that_nobody_signed(workspace):
    first, second = typed("check", "-w", workspace), typed("check", "--json", "-w", workspace)
    assert (first.code, second.code) == (0, 0)
    assert "At rest: from each of" in first.out
    assert "proved before" not in first.out
    assert "still to sign: head of sales" in first.out
    assert (second.json["proved_before"], second.json["signed"], second.json["at_rest"]) == (True, False, True)
    sign(workspace)
    third = typed("check", "-w", workspace)
    assert "proved before for exactly this agreement" in third.out
    assert "Signed by Dana Ruiz (sales)" in third.out


def test_an_agreement_that_does_not_come_to_rest_is_a_finding(workspace, monkeypatch):
    monkeypatch.setattr(checking.proving, "prove", lambda *_: Proof(7, ("salesforce says Working: to and fro",)))
    said = typed("check", "-w", workspace)
    assert said.code == 1
    assert "NOT AT REST" in said.out
    assert "to and fro" in said.out
    assert not (workspace / "state" / "proved.json").exists()


def test_unreachable_crms_are_told_one_by_one(workspace, impatient):
    said = typed("plan", "-w", workspace)
    assert said.code == 1
    assert "Salesforce: Salesforce could not be reached." in said.out
    assert "HubSpot: " in said.out
    assert "crmsync doctor" in said.out
    assert calm(said)


def test_one_unreachable_crm_does_not_stop_the_other(crms, workspace, impatient):
    connect(workspace, "http://127.0.0.1:9", crms.hubspot_url)
    secrets(workspace, crms.token)
    said = typed("plan", "--json", "-w", workspace)
    assert said.code == 3
    assert [one["system"] for one in said.json["troubles"]] == ["salesforce"]
    assert {row["system"] for row in said.json["rows"]} == {"hubspot"}


def test_a_wrong_token_is_told_with_what_to_do_and_is_never_shown(crms, workspace, impatient):
    connect(workspace, crms.salesforce_url, crms.hubspot_url)
    secrets(workspace, "wrong-token-0815")
    said = typed("doctor", "-w", workspace)
    assert said.code == 1
    assert said.out.count("PROBLEM") == 2
    assert "Check the token or the client id and secret" in said.out
    assert "wrong-token-0815" not in said.out + said.err
    run = typed("run", "--once", "-w", workspace)
    assert run.code == 1
    assert "refused" in run.out


def test_a_missing_secret_is_named_with_where_to_put_it(workspace):
    (workspace / "secrets" / "hubspot_token").unlink()
    said = typed("plan", "-w", workspace)
    assert said.code == 2
    assert "hubspot_token" in said.err


def test_a_secret_that_others_can_read_is_refused(workspace):
    (workspace / "secrets" / "hubspot_token").chmod(0o644)
    said = typed("plan", "-w", workspace)
    assert said.code == 2
    assert "chmod 600" in said.err


def test_a_held_store_stops_a_cycle_but_not_a_look(copied):
    files = read_files(copied)
    store = open_files_store(files, CrmClock())
    try:
        with store.lease("another crmsync"):
            run, plan = typed("run", "--once", "-w", copied), typed("plan", "--json", "-w", copied)
            log = typed("log", "-w", copied)
    finally:
        store.close()
    assert run.code == 75
    assert "Another crmsync is writing to this store" in run.err
    assert plan.code == 0
    assert "Another crmsync" in plan.json["beside"]
    assert log.code == 0


def test_a_damaged_store_is_told(workspace):
    (workspace / "state" / "crmsync.db").write_bytes(b"this is no database at all" * 400)
    said = typed("log", "-w", workspace)
    assert said.code == 78
    assert "damaged" in said.err
    assert calm(said)


def test_a_plan_nobody_knows(lived):
    said = typed("apply", "0000-00", "-w", lived.folder)
    assert said.code == 2
    assert "There is no plan 0000-00" in said.err


def test_a_plan_that_is_done_cannot_be_applied_again(lived):
    assert typed("apply", lived.number, "-w", lived.folder).code in (1, 2)


def test_a_team_nobody_knows(copied):
    said = typed("apply", "0000-00", "--team", "mars", "-w", copied)
    assert said.code == 2
    assert "dach, uk" in said.err


def test_a_signature_that_cannot_stand(workspace):
    said = typed("agreement", "sign", "-w", workspace, "--role", "sales", "--name", "A. B.", "--job", "head of sale")
    assert said.code == 2
    assert 'Did you mean "head of sales"?' in said.err


def test_a_bug_is_one_sentence_and_a_file_without_values(lived, monkeypatch):
    def broken(*_):
        raise KeyError("Maria Jiménez")

    monkeypatch.setattr("crmsync.cycle.commands.examine", broken)
    said = typed("doctor", "-w", lived.folder)
    assert said.code == 1
    assert "a mistake in crmsync, not yours: KeyError" in said.err
    kept = lived.folder / "state" / "errors.log"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert '"KeyError"' in kept.read_text("utf-8")
    assert "Maria" not in said.err + kept.read_text("utf-8")


# Processes of their own ----------------------------------------------------------------------------------------------

SOURCE = str(Path(__file__).resolve().parents[2] / "src")


def started(*arguments):
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    command = [sys.executable, "-m", "crmsync", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_emulate_prints_one_json_line_and_ends_well_when_asked(number):
    import json

    process = started("emulate", "--seed", "3")
    try:
        ready = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{ready['hubspot']}/__emulator__/calls") as answer:  # noqa: S310 - loopback
            assert answer.status == 200
    finally:
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
    assert set(ready) == {"salesforce", "hubspot", "token"}
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    "arguments", [["--scenario", "moon"], ["--salesforce", "nowhere"], ["--hubspot", "127.0.0.1:99999"]]
)
def test_emulate_with_something_it_cannot_serve(arguments):
    said = typed("emulate", *arguments)
    assert said.code == 2
    assert said.out == ""


def test_help_loads_no_heavy_library():
    heavy = "simple_salesforce hubspot sqlalchemy pydantic starlette uvicorn requests urllib3 structlog rich ruamel"
    code = (
        "import sys, crmsync.cli.app as app; app.main(['--help']); "
        f"loaded = {set(heavy.split())!r} & set(sys.modules); sys.exit(', '.join(sorted(loaded)) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Exit codes" in done.stdout
