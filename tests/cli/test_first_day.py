"""The first day of a workspace, command by command: what is said, in text and JSON, and with which exit code."""

import json

import pytest

from tests.proofs import proves


@proves("3.10")
def test_init_makes_a_workspace_and_says_what_to_do_next(lived):
    """One command makes a whole workspace with an agreement to start from."""
    assert lived.said["init"].code == 0
    assert (lived.folder / "crmsync.yaml").is_file()
    assert (lived.folder / "secrets").stat().st_mode & 0o777 == 0o700
    assert "next:" in lived.said["init"].out


@proves("3.8", "4.20")
def test_doctor_tells_both_logins_the_switches_and_the_signatures_and_finds_no_problem(lived):
    """Before the start the doctor tells logins, fields, switches and signatures of both CRMs."""
    said = lived.said["doctor closed"]
    assert said.code == 0
    for expected in ("SALESFORCE", "HUBSPOT", "THIS WORKSPACE", "Login works", "Writes are off", "not signed"):
        assert expected in said.out
    assert "0 problems, 3 notes" in said.out


def test_a_plan_with_writes_off_says_which_switch_and_where(lived):
    said = lived.said["plan closed"]
    assert said.code == 3
    assert "set `writes: on` in connectors/hubspot.yaml" in said.out
    assert "set `writes: on` in connectors/salesforce.yaml" in said.out


@proves("0.7")
def test_an_unsigned_agreement_holds_everything_and_apply_says_so(lived):
    """Unsigned, every change is held, and approving writes nothing."""
    assert lived.said["plan unsigned"].code == 3
    assert "the agreement is not signed, or was edited since" in lived.said["plan unsigned"].out
    said = lived.said["apply unsigned"]
    assert said.code == 1
    assert "nothing was written, because no row could be chosen" in said.out
    assert "crmsync agreement sign" in said.out


def test_the_last_signature_puts_the_agreement_in_force(lived):
    assert [lived.said[f"sign {at}"].code for at in range(3)] == [0, 0, 0]
    assert "still to sign: sales manager" in lived.said["sign 0"].out
    assert "in force (version 1)" in lived.said["sign 2"].out


def test_a_plan_shows_kinds_reasons_examples_the_brake_and_its_number(lived):
    said = lived.said["plan"]
    assert said.code == 3
    assert said.out.startswith(f"Plan {lived.number}")
    for heading in ("LEAD STATUS", "CONTACT STATUS", "OWNERS", "SCORES", "OVERDUE TASKS", "HELD BECAUSE"):
        assert heading in said.out
    assert "call outcome out of the status field, kept aside" in said.out
    assert "the first plan of a workspace is always held" in said.out
    assert f"crmsync apply {lived.number} --limit 5" in said.out


def test_the_plan_as_json_adds_up(lived):
    plan = lived.said["plan json"].json
    assert plan["changes"] == len(plan["rows"]) == sum(plan["by_kind"].values())
    assert sum(one["count"] for one in plan["held_because"]) == plan["changes"]
    assert plan["people"] == len({row["person"] for row in plan["rows"]})
    assert plan["first"] is True
    row = plan["rows"][0]
    keys = "seq system object id kind field before after because facts person name team state verdict held_by task"
    assert set(row) == set(keys.split())


def test_the_same_situation_has_the_same_number(lived):
    assert lived.said["plan"].out.split()[1] == lived.said["plan json"].json["plan"]


def test_five_are_approved_by_name_and_the_rest_stays_held(lived):
    done = lived.said["apply five"].json
    assert (done["chosen"], done["written"], done["by"]) == (5, 5, "Dana Ruiz")
    assert done["remaining"] == lived.said["plan json"].json["changes"] - 5
    assert lived.said["apply five"].code == 0


def test_the_rest_is_written_and_three_counts_are_printed(lived):
    said = lived.said["apply rest"]
    assert said.code == 0
    rest = lived.said["apply five"].json["remaining"]
    assert f"{rest:,}   written" in said.out
    assert "0   dropped" in said.out
    assert "0   of the plan still held" in said.out


def test_a_cycle_after_everything_was_written_holds_nothing_and_writes_nothing(lived):
    assert lived.said["run"].code == 0
    again = lived.said["run again"]
    assert again.code == 0
    assert again.json["counts"]["applied"] == again.json["counts"]["held"] == 0


def test_the_log_before_approval_opens_with_what_needs_somebody_and_holds_everything(lived):
    said = lived.said["log held"]
    assert said.code == 0
    assert said.lines[1].startswith("NEEDS YOU")
    opening = said.lines[: said.lines.index("")]
    assert len(opening) <= 25
    held = next(line for line in opening if line.startswith("HELD"))
    assert held.split()[1] == f"{lived.said['plan json'].json['changes']:,}"


@pytest.mark.parametrize(
    "name", ["doctor closed", "plan closed", "plan", "apply rest", "run", "log held", "explain held"]
)
def test_every_command_ends_with_what_to_do_next(lived, name):
    assert "\nnext:" in lived.said[name].out


def test_no_name_and_no_secret_reaches_stderr(lived):
    told = "".join(said.err for said in lived.said.values())
    names = {row["name"] for row in lived.said["plan json"].json["rows"] if row["name"]}
    assert lived.running.token not in told
    assert not any(name in told for name in names)


def test_what_a_cycle_did_is_one_json_line_where_nobody_looks(lived):
    lines = [json.loads(one) for one in lived.said["run"].err.splitlines()]
    assert [one["event"] for one in lines] == ["cycle.finished"]
    assert lines[0]["applied"] == 0
