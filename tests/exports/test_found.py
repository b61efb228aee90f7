from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.read import read_agreement
from crmsync.exports.catalogue import read_catalogue
from crmsync.exports.found import (
    FoundValue,
    as_comment,
    count_values,
    propose,
    question,
    read_found,
    still_open,
    written,
)
from crmsync.exports.records import spelled_words
from crmsync.rules.disposition import Dictionary, Kind
from tests.exports.files import LEADS, lead, read

ROOT = Path(__file__).resolve().parents[2] / "mappings"
AGREEMENT = read_agreement({path.name: path.read_text("utf-8") for path in (ROOT / "agreement").glob("*.yaml")})
CATALOGUE = read_catalogue((ROOT / "catalogue.yaml").read_text("utf-8"))
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "value, kind, means, doubtful",
    [
        ("Left VM", "call outcome", "left_voicemail", False),
        ("3| left-voicemail", "call outcome", "left_voicemail", True),
        ("Working 2", "status", "working", True),
        ("2nd Call", "call outcome", "attempted", False),
        ("Not interested?", "call outcome", "not_interested", True),
        ("Left Voicemal", "call outcome", "left_voicemail", True),
        ("Nurture", "status", "recycled", False),
        ("Contacted", "either", "working", False),
        ("Gone Dark", "reason", "unresponsive", False),
    ],
)
def test_the_catalogue_suggests_and_says_where_it_doubts(value, kind, means, doubtful):
    found = CATALOGUE.suggest(value)
    assert (found.kind, found.means, found.doubtful) == (kind, means, doubtful)


def test_a_word_nobody_knows_gets_no_suggestion():
    assert CATALOGUE.suggest("Xyzzy 42b") is None


def test_a_word_like_one_of_the_users_own_statuses_is_compared_with_it():
    assert CATALOGUE.suggest("Zufrieden 2", ["Zufrieden"]).like == "Zufrieden"


def test_the_catalogue_and_the_shipped_agreement_never_contradict_each_other():
    dictionary = Dictionary(AGREEMENT, DAY)
    kinds = {Kind.OUTCOME: {"call outcome", "either"}, Kind.REASON: {"reason"}, Kind.STATUS: {"status", "either"}}
    for outcome in AGREEMENT.outcomes.values():
        for word in outcome.found_as:
            found, kind = CATALOGUE.suggest(word), dictionary.meaning("salesforce", word).kind
            assert found is None or found.kind in kinds[kind] | {"reason" if outcome.name == "duplicate" else ""}, word


def _found() -> tuple[FoundValue, ...]:
    text = LEADS + "".join(
        lead(n, status) for n, status in enumerate(["Working", "Working", "Left Vmail", "tbd?", "Nurture"])
    )
    return propose(count_values([read(text)], spelled_words([])), AGREEMENT, CATALOGUE, DAY)


def test_every_word_is_counted_and_proposed_the_agreements_meaning_first():
    assert [(one.value, one.records, one.proposed) for one in _found()] == [
        ("Working", 2, "status working"),
        ("Left Vmail", 1, "call outcome left_voicemail"),
        ("Nurture", 1, "status recycled"),
        ("tbd?", 1, "ask"),
    ]


def test_only_what_the_agreement_does_not_say_is_open_however_sure_the_catalogue_is():
    assert [one.value for one in still_open(_found(), AGREEMENT, DAY)] == ["Nurture", "tbd?"]


def test_a_question_names_the_word_the_proposal_and_the_place():
    told = [question(one) for one in still_open(_found(), AGREEMENT, DAY)]
    assert '"Nurture" (1 records): status recycled?' in told[0]
    assert "statuses.yaml" in told[0]
    assert "what does it mean?" in told[1]


def test_the_comment_says_ask_for_what_is_undecided():
    text = as_comment(_found(), AGREEMENT, DAY)
    assert "ask   (usually: status recycled)" in text
    assert all(line.startswith("#") for line in text.splitlines() if line)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.integers(1, 10**6)), max_size=5))
def test_the_file_reads_back_whatever_somebody_typed_into_a_crm(values):
    words = [(value.encode("utf-8", "replace").decode(), count) for value, count in values if value.strip()]
    found = tuple(FoundValue("salesforce", value, count, "ask") for value, count in words)
    assert [one.records for one in read_found(written(found, DAY))] == [count for _, count in words]
