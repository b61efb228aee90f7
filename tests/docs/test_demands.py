"""Claims and proofs agree: a row nobody knows, a claim without a test, a test without a sentence fail."""

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.docs.test_reference import ROOT, script
from tests.proofs import known_rows, proves

TOOL = script("demands")
PAGE = (ROOT / "docs" / "demands.md").read_text("utf-8")
PROOF = TOOL.Proof("tests/test_x.py::test_it", "It is so.")
PROVED = TOOL.Demand("1.1", "To be read", "proved", "")


def test_the_page_and_the_tests_agree():
    assert TOOL.disagreements(TOOL.demands(PAGE), TOOL.proofs(ROOT / "tests")) == []


def test_every_state_is_on_the_page_and_every_row_once():
    rows = TOOL.demands(PAGE)
    assert {one.state for one in rows} == set(TOOL.STATES)
    assert {one.row for one in rows} == set(known_rows())
    assert len(rows) > 60


@pytest.mark.parametrize(
    "demand,proofs,expected",
    [
        (PROVED, {}, "1.1 is proved, and no test proves it"),
        (replace(PROVED, state="open"), {"1.1": [PROOF]}, "1.1 is open, but tests/test_x.py::test_it"),
        (replace(PROVED, state="partly"), {"1.1": [PROOF]}, "1.1 is partly: what is missing"),
        (replace(PROVED, missing="much"), {"1.1": [PROOF]}, "1.1 is proved: what is missing"),
        (replace(PROVED, state="nearly"), {"1.1": [PROOF]}, "'nearly' is none of"),
        (PROVED, {"1.1": [PROOF], "9.9": [PROOF]}, "9.9 is no demand"),
        (PROVED, {"1.1": [replace(PROOF, sentence="")]}, "has no docstring"),
    ],
)
def test_what_does_not_agree_is_told(demand, proofs, expected):
    assert TOOL.disagreements([PROVED], {"1.1": [PROOF]}) == []
    assert any(expected in told for told in TOOL.disagreements([demand], proofs))


def test_a_row_that_stands_twice_is_told():
    assert TOOL.disagreements([PROVED, PROVED], {"1.1": [PROOF]}) == ["1.1 stands twice on the page"]


def test_a_claim_on_a_row_nobody_knows_fails_when_the_test_is_read():
    def test() -> None:
        """It shows something."""

    with pytest.raises(ValueError, match=r"no row 9\.99"):
        proves("9.99")(test)
    assert proves("0.16")(test) is test


def test_a_claim_without_a_sentence_fails_when_the_test_is_read():
    def silent() -> None:
        pass

    with pytest.raises(ValueError, match="must say in a docstring"):
        proves("0.16")(silent)


def test_claims_are_found_in_the_sources_with_their_sentences(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text('@proves("0.16", "1.1")\ndef test_it():\n    """So it\n    is."""\n', "utf-8")
    found = TOOL.proofs(folder)
    assert {row: [(one.test, one.sentence) for one in each] for row, each in found.items()} == {
        "0.16": [("tests/test_a.py::test_it", "So it is.")],
        "1.1": [("tests/test_a.py::test_it", "So it is.")],
    }


def test_the_command_prints_demand_state_and_sentence_side_by_side():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "demands.py")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Every claim has its proof." in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("0.16"))
    assert line.endswith("proved")
    assert max(len(line) for line in done.stdout.splitlines()) <= 125
