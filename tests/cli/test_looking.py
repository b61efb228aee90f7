"""Looking back: log and explain on a workspace in which a day was lived."""

import json

import pytest

from tests.cli.conftest import typed
from tests.proofs import proves


def rows(said):
    return [json.loads(line) for line in said.lines]


def test_the_log_as_json_has_one_document_per_row_with_ids_and_no_names(lived):
    found = rows(typed("log", "--json", "-w", lived.folder))
    assert {one["type"] for one in found} == {"row", "set_aside", "rule"}
    written = [one for one in found if one["type"] == "row" and one["state"] == "applied"]
    assert len(written) == lived.said["plan json"].json["changes"]
    assert {"Dana Ruiz"} == {one["by"] for one in written}
    assert all("name" not in one for one in found)


def test_the_log_counts_what_it_lists(lived):
    said = typed("log", "-w", lived.folder)
    aside = [one for one in rows(typed("log", "--json", "-w", lived.folder)) if one["type"] == "set_aside"]
    needs = next(line for line in said.lines if line.startswith("NEEDS YOU"))
    assert int(needs.split()[2]) == sum(one["needs_you"] for one in aside)
    done = next(line for line in said.lines if line.startswith("DONE"))
    assert done.split()[1].replace(",", "") == str(lived.said["plan json"].json["changes"])


def test_one_kind_of_change_only(lived):
    found = rows(typed("log", "--kind", "task", "--json", "-w", lived.folder))
    assert {one["kind"] for one in found if one["type"] == "row"} == {"task"}


def test_one_person_only(lived):
    lead = next(row for row in lived.said["plan json"].json["rows"] if row["id"] and row["kind"] == "owner")
    found = rows(typed("log", "--person", lead["id"], "--json", "-w", lived.folder))
    assert {one["person"] for one in found if one["type"] != "rule"} == {lead["person"]}


def test_what_was_before_a_day_is_left_out(lived):
    found = rows(typed("log", "--since", "2030-01-01", "--json", "-w", lived.folder))
    assert {one["type"] for one in found} == {"set_aside"}


@pytest.mark.parametrize("words", ["soon", "12 parsecs", "2026-13-40"])
def test_a_time_nobody_understands_is_a_matter_of_usage(lived, words):
    said = typed("log", "--since", words, "-w", lived.folder)
    assert said.code == 2
    assert "is no time I know" in said.err


def test_possible_duplicates_stand_together_with_their_names(lived):
    text = typed("log", "-w", lived.folder).out
    assert "possible duplicate" in text
    assert "merge them in the CRM" in text


@proves("4.7")
def test_explain_tells_the_move_its_source_and_what_holds_it(lived):
    """One lead is explained in sentences: what moved, by which line, what holds it."""
    said = lived.said["explain held"].out
    text = " ".join(said.split())
    for expected in ("STATUS ", "says", "is what happened on a call, not a status", "SALES-READY", "INTEREST"):
        assert expected in text
    for expected in ("CLOCKS", "OWNER", "WRITTEN", "WAITING", "lead source was not looked at", "never invents one"):
        assert expected in text
    assert max(len(line) for line in said.splitlines()) <= 118


@proves("4.7")
def test_the_shown_ledger_adds_up_to_the_shown_interest_for_everybody_who_did_something(lived):
    """The printed points add up to the printed interest for everybody."""
    people = {row["person"]: row["id"] for row in lived.said["plan json"].json["rows"] if row["kind"] == "status"}
    checked = 0
    for record in list(people.values())[:12]:
        lines = typed("explain", record, "-w", lived.folder).lines
        at = next(n for n, line in enumerate(lines) if line.startswith("INTEREST"))
        total = float(lines[at].split()[1])
        ledger = [line.split()[0] for line in lines[at + 1 : lines.index("", at)]]
        amounts = [float(one) for one in ledger if one.replace(".", "").replace("-", "").isdigit()]
        assert round(sum(amounts), 1) == total
        checked += bool(amounts)
    assert checked


def test_explain_as_json_holds_the_ledger_exactly(lived):
    record = next(row["id"] for row in lived.said["plan json"].json["rows"] if row["kind"] == "task" or row["id"])
    story = typed("explain", record, "--json", "-w", lived.folder).json
    assert story["left_alone"] is False
    assert (
        sum(one["amount"] for one in story["score"]["ledger"]) + story["score"]["capped"] == story["score"]["interest"]
    )
    assert story["status"]["name"]


def test_explain_finds_people_by_name(lived):
    row = next(one for one in lived.said["plan json"].json["rows"] if one["kind"] == "task")
    name = row["name"].partition(",")[0]
    said = typed("explain", name, "-w", lived.folder)
    assert said.code in (0, 2)
    assert name in said.out or "fits" in said.err


def test_a_possible_duplicate_is_explained_as_left_alone(lived):
    aside = [one for one in rows(typed("log", "--json", "-w", lived.folder)) if one.get("cause") == "ambiguous"]
    said = typed("explain", aside[0]["id"], "-w", lived.folder)
    assert said.code == 0
    assert "LEFT ALONE" in said.out
    assert "possible duplicate" in said.out
    assert "CLOCKS" not in said.out


def test_somebody_nobody_knows_is_a_matter_of_usage(lived):
    said = typed("explain", "nobody@nowhere.example", "-w", lived.folder)
    assert said.code == 2
    assert "Nothing here is called" in said.err
    assert said.out == ""


def test_a_leading_equals_sign_is_shown_as_text(lived):
    record = next((r["id"] for r in lived.said["plan json"].json["rows"] if (r["name"] or "").startswith("=")), None)
    assert record is not None
    assert typed("explain", record, "-w", lived.folder).out.startswith("=")
