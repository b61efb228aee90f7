"""The proof of convergence: it holds for the shipped agreement, and it can fail."""

from dataclasses import replace
from datetime import date

import pytest

from crmsync.agreement.model import Agreement, Move, Team
from crmsync.cycle.prove import Situation, prove, situations
from crmsync.rules.disposition import Dictionary
from crmsync.rules.status import StatusFacts, StatusFinding, status
from tests.proofs import proves
from tests.rules.agreed import shipped

TODAY = date(2026, 12, 2)
AGREED = shipped()


def cut_down(agreement: Agreement, statuses=("raw", "inquiry", "mql", "recycled", "disqualified")) -> Agreement:
    """The shipped agreement with fewer statuses and words, so that a proof takes a second or two."""
    kept = {
        name: replace(one, next=tuple(move for move in one.next if move.to in statuses))
        for name, one in agreement.statuses.items()
        if name in statuses
    }
    words = {name: agreement.outcomes[name] for name in ("left_voicemail", "bad_timing")}
    return replace(
        agreement,
        statuses=kept,
        outcomes=words,
        corrections=agreement.corrections[:1],
        exceptions=(),
        system_values=(),
        leave_alone=frozenset(),
    )


SMALL = cut_down(AGREED)


@pytest.fixture(scope="module")
def proof():
    return prove(AGREED, TODAY)


@proves("4.9")
def test_the_shipped_agreement_comes_to_rest_in_one_cycle_from_every_situation(proof):
    """From each of 400,000 situations both CRMs agree after one cycle, or the field is frozen and listed."""
    assert proof.holds, proof.failures


def test_the_enumeration_is_large_and_holds_every_status_word_memory_and_refusal(proof):
    assert proof.situations > 400_000
    shown, currents, flags = set(), set(), set()
    for facts in situations(SMALL):
        shown |= {(one.ref.system, one.value, one.changed) for one in facts.sightings}
        currents.add(facts.current)
        flags.add((facts.bought, facts.engaged, facts.opted_out, facts.ready, facts.fell, facts.accepted))
    assert currents == {None, *SMALL.statuses}
    for name, one in SMALL.statuses.items():
        for system, value in one.spelled.items():
            assert {(system, value, True), (system, value, False)} <= shown, name
    assert any(value == "Bad Timing" for _, value, _ in shown)
    assert {row[0] for row in flags} == {row[4] for row in flags} == {True, False}


@pytest.mark.parametrize("on_illegal", ["adopt", "correct"])
def test_a_small_agreement_comes_to_rest_whatever_it_says_about_illegal_moves(on_illegal):
    found = prove(replace(SMALL, on_illegal=on_illegal), TODAY)
    assert (found.holds, found.failures) == (True, ())


@pytest.mark.sweep
def test_the_shipped_agreement_comes_to_rest_under_correct_too():
    assert prove(replace(AGREED, on_illegal="correct"), TODAY).holds


# The two tempting simplifications, put in on purpose ----------------------------------------------------------------


@pytest.fixture(scope="module")
def careless():
    return prove(SMALL, TODAY, base_moves_when_refused=False, most_failures=1_000_000)


def test_moving_the_base_only_when_a_write_succeeds_is_caught(careless):
    assert len(careless.failures) > 1000
    assert all("refuses the write" in one for one in careless.failures)


def own_moves_one_cycle_later(facts: StatusFacts, agreement: Agreement, dictionary: Dictionary) -> StatusFinding:
    """Claims are merged now, what the daemon itself would move waits for the next cycle."""
    if any(one.changed for one in facts.sightings):
        facts = replace(facts, ready=False, fell=False, engaged=False, conversion=None)
    return status(facts, agreement, dictionary)


def test_applying_the_daemons_moves_one_cycle_later_is_caught():
    found = prove(SMALL, TODAY, decide=own_moves_one_cycle_later, most_failures=1_000_000)
    assert len(found.failures) > 1000


def against_people(facts: StatusFacts, agreement: Agreement, dictionary: Dictionary) -> StatusFinding:
    """The daemon forgets that a person moved the lead."""
    return status(replace(facts, evidence_newer=True, evidence_since_exit=True), agreement, dictionary)


def test_promoting_a_lead_again_that_a_person_set_back_is_caught():
    found = prove(SMALL, TODAY, decide=against_people, most_failures=1_000_000)
    assert any("a cycle later mql" in one for one in found.failures)


# Agreements and rules mutilated on purpose --------------------------------------------------------------------------


def with_status(agreement: Agreement, name: str, **changes) -> Agreement:
    return replace(agreement, statuses={**agreement.statuses, name: replace(agreement.statuses[name], **changes)})


def test_a_circle_of_daemon_moves_written_into_the_agreement_does_not_spin():
    mql = SMALL.statuses["mql"]
    circle = with_status(SMALL, "mql", next=(*mql.next, Move("inquiry", frozenset({Team.DAEMON}))))
    assert prove(circle, TODAY).holds


def no_lower_threshold(facts: StatusFacts, agreement: Agreement, dictionary: Dictionary) -> StatusFinding:
    """One number instead of two: who is ready to be handed over has fallen below it as well."""
    return status(replace(facts, fell=facts.fell or facts.ready), agreement, dictionary)


def test_one_threshold_instead_of_two_sends_leads_to_and_fro_and_is_caught():
    found = prove(SMALL, TODAY, decide=no_lower_threshold, most_failures=1_000_000)
    assert any("first mql, a cycle later recycled" in one for one in found.failures)


def test_two_statuses_spelled_alike_in_one_crm_come_to_rest():
    alike = with_status(SMALL, "mql", spelled={"salesforce": "Open - Not Contacted", "hubspot": "NEW"})
    assert prove(alike, TODAY).holds


def test_a_crm_without_a_word_for_a_status_comes_to_rest():
    wordless = with_status(SMALL, "recycled", spelled={"salesforce": "Return to Marketing"})
    assert prove(wordless, TODAY).holds


def test_a_failure_says_what_was_shown_and_what_came_of_it(careless):
    told = careless.failures[0]
    assert "salesforce Lead says" in told
    assert "hubspot Contact says" in told
    assert "decided before: " in told
    assert "a cycle later" in told


def test_a_situation_reads_as_a_sentence():
    facts = next(one for one in situations(SMALL) if one.current == "mql")
    assert str(Situation(facts, frozenset({"hubspot"}))).endswith("decided before: mql; hubspot refuses the write")
