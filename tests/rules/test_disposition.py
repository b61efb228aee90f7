"""What a value in a status field means: exact spelling first, folding for call outcomes only, nothing guessed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.folding import folded
from crmsync.rules.disposition import Dictionary, Kind
from tests.proofs import proves
from tests.rules.agreed import shipped

AGREED = shipped()
TODAY = date(2026, 12, 2)
WORDS = Dictionary(AGREED, TODAY)


@pytest.mark.parametrize("name", AGREED.statuses)
@pytest.mark.parametrize("system", ["salesforce", "hubspot"])
def test_every_agreed_spelling_is_its_status(system, name):
    found = WORDS.meaning(system, AGREED.statuses[name].spelled[system])
    assert (found.kind, found.statuses) == (Kind.STATUS, (name,))


def test_a_spelling_counts_in_its_own_crm_only():
    assert WORDS.meaning("hubspot", "Open - Not Contacted").kind is Kind.UNKNOWN
    assert WORDS.meaning("salesforce", "IN_PROGRESS").kind is Kind.UNKNOWN


@pytest.mark.parametrize("value", ["working", "WORKING", "Working.", "Working 2"])
def test_a_status_is_never_folded(value):
    assert WORDS.meaning("salesforce", value).kind is Kind.UNKNOWN


FOLDED = [
    ("Left Voicemail", "left_voicemail"),
    ("left voicemail", "left_voicemail"),
    ("LEFT-VOICEMAIL!", "left_voicemail"),
    ("3| Left Vmail", "left_voicemail"),
    ("1.1 | LVM", "left_voicemail"),
    ("LVM 3", "left_voicemail"),
    ("  no answer  ", "no_answer"),
    ("Attempted_To_Contact", "attempted"),
    ("dnc", "do_not_contact"),
    ("bad timing", "bad_timing"),
]


@proves("0.16")
@pytest.mark.parametrize("value, outcome", FOLDED)
def test_a_call_outcome_is_known_whatever_its_case_punctuation_numbering_and_counter(value, outcome):
    """Each catalogued word is its outcome however it is written."""
    assert WORDS.meaning("salesforce", value).outcome.name == outcome


@proves("0.16")
@pytest.mark.parametrize("value", ["Left Voicemail?", "LVM or spoke with?", "maybe LVM", "Left", "Voicemail", "Lvmm"])
def test_what_is_not_agreed_is_unknown_and_never_guessed(value):
    """A word nobody declared stays unknown; nothing near it is taken."""
    found = WORDS.meaning("salesforce", value)
    assert (found.kind, found.frozen, found.statuses, found.outcome) == (Kind.UNKNOWN, True, (), None)


@pytest.mark.parametrize("value", [None, "", "  ", "\t"])
def test_blank_is_blank(value):
    found = WORDS.meaning("salesforce", value)
    assert (found.kind, found.frozen) == (Kind.BLANK, False)


def test_reasons_and_call_outcomes_are_told_apart():
    assert WORDS.meaning("salesforce", "Bad Timing").kind is Kind.REASON
    assert WORDS.meaning("salesforce", "No Answer").kind is Kind.OUTCOME


def test_only_do_not_contact_says_do_not_contact():
    saying = {name for name, one in AGREED.outcomes.items() if WORDS.meaning("hubspot", one.found_as[0]).do_not_contact}
    assert saying == {"do_not_contact"}


def test_a_machines_word_and_a_word_left_alone():
    assert (WORDS.meaning("salesforce", "Sync Pending").kind, WORDS.meaning("salesforce", "Sync Pending").replace) == (
        Kind.SYSTEM,
        True,
    )
    assert (WORDS.meaning("hubspot", "Parked").kind, WORDS.meaning("hubspot", "Parked").frozen) == (
        Kind.LEFT_ALONE,
        True,
    )


def test_an_agreed_exception_holds_in_its_crm_until_its_day_and_not_after():
    [exception] = AGREED.exceptions
    on_its_last_day = Dictionary(AGREED, exception.until)
    the_day_after = Dictionary(AGREED, exception.until + timedelta(days=1))
    assert on_its_last_day.meaning("salesforce", "Contacted").statuses == ("working",)
    assert on_its_last_day.meaning("salesforce", "Contacted").by_exception
    assert the_day_after.meaning("salesforce", "Contacted").kind is Kind.UNKNOWN


def test_a_status_wins_over_a_call_outcome_that_folds_to_the_same():
    working = replace(AGREED.statuses["working"], spelled={"salesforce": "No Answer", "hubspot": "IN_PROGRESS"})
    both = replace(AGREED, statuses={**AGREED.statuses, "working": working})
    words = Dictionary(both, TODAY)
    assert words.meaning("salesforce", "No Answer").statuses == ("working",)
    assert words.meaning("salesforce", "no answer").kind is Kind.UNKNOWN


@given(st.text(max_size=30))
def test_folding_a_folded_word_again_keeps_what_is_told(text):
    assert WORDS.meaning("salesforce", text).kind in Kind
    assert folded(text) == folded(text.upper().lower()) or not text.isascii()


@given(st.sampled_from([word for one in AGREED.outcomes.values() for word in one.found_as]), st.integers(1, 99))
def test_numbering_and_counters_never_change_an_outcome(word, number):
    plain = WORDS.meaning("salesforce", word).outcome
    assert WORDS.meaning("salesforce", f"{number}| {word}").outcome == plain
    assert WORDS.meaning("salesforce", word.upper()).outcome == plain


def test_underscore_beside_a_dash_folds_to_one_space():
    assert folded("Left_-_Vmail") == folded("left vmail") == "left vmail"
