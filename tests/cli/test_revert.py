"""`crmsync revert`: what can be taken back, what cannot, and that it is only planned."""

import json

import pytest

from tests.cli.conftest import typed


@pytest.fixture
def cycle(lived):
    rows = [json.loads(line) for line in typed("log", "--json", "-w", lived.folder).lines]
    return max(one["cycle"] for one in rows if one["type"] == "row" and one["state"] == "applied")


def test_everything_a_cycle_wrote_is_planned_back_and_held(lived, copied, cycle):
    said = typed("revert", cycle, "--json", "-w", copied)
    found = said.json
    assert (said.code, found["cycle"], found["skipped"], found["troubles"]) == (3, cycle, [], [])
    assert found["changes"] == found["written"] == len(lived.said["plan json"].json["rows"])
    assert sum(one["count"] for one in found["held_because"]) == found["changes"]
    wrote = {(row["id"], row["field"]): (row["after"], row["before"]) for row in lived.said["plan json"].json["rows"]}
    back = {(row["id"], row["field"]): (row["before"], row["after"]) for row in found["rows"] if row["kind"] != "task"}
    assert back == {place: pair for place, pair in wrote.items() if place[0]}


def test_the_text_says_what_an_undo_cannot_undo_and_what_to_type_next(copied, cycle):
    said = typed("revert", cycle, "-w", copied)
    number = typed("revert", cycle, "--json", "-w", copied).json["plan"]
    assert "no mail, no flow, no share" in said.out
    assert "left alone by crmsync until somebody changes it" in said.out
    assert f"crmsync apply {number}" in said.out
    assert "Nothing was written" in said.out


def test_one_record_is_named_by_its_id(copied, cycle):
    rows = typed("revert", cycle, "--kind", "status", "--json", "-w", copied).json["rows"]
    one = typed("revert", cycle, "--record", rows[0]["id"], "--kind", "status", "--json", "-w", copied).json
    assert [row["id"] for row in one["rows"]] == [rows[0]["id"]]


def test_the_plan_that_waits_beside_it_is_still_the_plan(copied, cycle):
    before = typed("plan", "--json", "-w", copied).json["plan"]
    typed("revert", cycle, "-w", copied)
    assert typed("plan", "--json", "-w", copied).json["plan"] == before


@pytest.mark.parametrize("named", ["4711", "c0ff-ee", "yesterday"])
def test_a_cycle_that_wrote_nothing_is_a_matter_of_usage(copied, named):
    said = typed("revert", named, "-w", copied)
    assert (said.code, said.out) == (2, "")
    assert "crmsync log and explain name the cycle" in said.err
