import pytest

from crmsync.agreement.conditions import ConditionShape, build
from crmsync.agreement.show import in_words, show
from crmsync.settings.read import read
from tests.agreement.shipped import agreement
from tests.proofs import proves


@proves("1.1", "1.8", "4.1")
def test_the_document_names_every_status_outcome_team_and_signature():
    """The printed agreement names every status with its owning side, every outcome, team and signature."""
    found = agreement()
    text = show(found)
    for name in (*found.statuses, *found.routing.teams, *found.words):
        assert name in text
    for one in found.outcomes.values():
        assert one.name.replace("_", " ") in text
    for job in found.must_sign:
        assert f"still to sign: {job}" in text


def test_an_unsigned_agreement_says_what_that_means():
    assert "NOT SIGNED: crmsync plans, but writes nothing." in show(agreement())


def test_lines_fit_a_screen():
    assert max(len(line) for line in show(agreement()).split("\n")) <= 120


@pytest.mark.parametrize(
    "written, words",
    [
        ("{field: country, in: [DE, AT]}", "country is one of DE, AT"),
        ("{field: employees, at_least: 50}", "employees is at least 50"),
        ("{not: {field: opt_out, is: yes}}", "not (opt out is yes)"),
        ("{field: title, missing: yes}", "title is unknown"),
        (
            "{all: [{field: a, is: x}, {any: [{field: b, is: y}, {field: c, missing: no}]}]}",
            "a is x and (b is y or c is known)",
        ),
        ("{field: employees, between: [1, 9]}", "employees lies between 1 and 9"),
    ],
)
def test_a_condition_reads_as_a_sentence(written: str, words: str):
    assert in_words(build(read("c.yaml", written, ConditionShape))) == words
