"""Nothing that crmsync decides is without words: every code has a sentence, every state and kind a name."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import SetAside
from crmsync.model.plans import RowState, Verdict, VerdictKind
from crmsync.model.records import Ref
from crmsync.reports import reasons, set_aside, words
from crmsync.rules.status import Line

SOURCE = Path(reasons.__file__).parents[1]
CODE = re.compile(r'"((?:status|owner|import|task|score|brake|limit|field)\.[a-z_]+)')
LEAD = Ref("salesforce", "Lead", "00Q000000000001AAA")
OF_FIELDS = {"field.value_missing"}


def codes():
    """Every reason code that stands in the deciding rooms."""
    rooms = [SOURCE / room for room in ("reconcile", "rules", "cycle")]
    texts = (path.read_text("utf-8") for room in rooms for path in room.glob("*.py") if path.name != "doctor.py")
    return sorted({found for text in texts for found in CODE.findall(text)})


def test_the_search_for_codes_finds_them():
    assert {"status.call_outcome", "brake.first_plan", "owner.turn", "task.overdue", "limit.share"} <= set(codes())


@pytest.mark.parametrize("code", codes())
def test_every_reason_code_has_words(code):
    known = {*reasons.GROUPS, *reasons.BECAUSE, *reasons.HELD, *set_aside.ASIDE, *reasons.VACANCIES, "owner."}
    assert code in known


@pytest.mark.parametrize("code", reasons.GROUPS)
def test_every_heading_has_its_sentence(code):
    sentence = reasons.because(Because(code))
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("code", reasons.HELD)
def test_every_brake_says_why_and_what_lets_it_through(code):
    told = reasons.held(Verdict(VerdictKind.HOLD, code, {"kind": "owner", "system": "hubspot"}), "7f3a-91")
    assert told.what
    assert told.now
    assert "{" not in told.what + told.now


@pytest.mark.parametrize("code", set_aside.ASIDE)
def test_everything_set_aside_has_a_title_and_a_sentence_without_gaps(code):
    assert code in set_aside.TITLES
    told = set_aside.aside(
        SetAside(LEAD, "status", code.removesuffix(".ask"), "tbd?", needs_person=code.endswith(".ask"))
    )
    assert told.what
    assert "{" not in told.what + told.now


def test_every_line_of_the_status_tables_can_be_told():
    assert {line.value for line in Line} <= set(reasons.WHY_STATUS)


def test_every_state_and_kind_has_a_name():
    assert set(words.STATES) == set(RowState)
    assert set(words.KINDS) == set(words.HEADINGS) == set(ChangeKind)


def test_people_never_read_our_own_nouns():
    told = " ".join(
        [*reasons.GROUPS.values(), *reasons.BECAUSE.values(), *set_aside.TITLES.values(), *words.STATES.values()]
    )
    told += " ".join(one.what + one.now for one in (*reasons.HELD.values(), *set_aside.ASIDE.values()))
    ours = {"breach", "digest", "intent", "quarantine", "epoch", "lease", "dirty", "ambiguous", "disposition", "daemon"}
    assert not ours & set(re.findall(r"[a-z]+", told.casefold()))


def test_the_place_in_the_agreement_is_quoted():
    facts = {"found": "Left Vmail", "file": "dispositions.yaml", "at": "21"}
    assert reasons.because(Because("status.call_outcome", facts)) == (
        'The agreement (dispositions.yaml line 21) says "Left Vmail" is what happened on a call, not a status.'
    )


@given(st.text())
def test_what_a_stranger_typed_is_one_harmless_line(text):
    shown = words.shown(text or None)
    assert shown.isprintable() or not text.isprintable()
    assert len(shown.splitlines()) == 1
    assert not any(one in shown for one in "\x1b\r\n\t\u2028\u202e")
    assert len(shown) <= 122


def test_a_leading_equals_sign_stays_text():
    assert words.shown('=HYPERLINK("x")') == '"=HYPERLINK("x")"'


def test_markup_and_braces_are_text_too():
    unknown = SetAside(LEAD, "status", "status.unknown_value", "[red]{value}")
    assert set_aside.aside(unknown).what == '"[red]{value}" in the status field is not in the agreement: left untouched'
