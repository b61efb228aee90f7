"""The tables of the reconciliation semantics (sections 2, 3 and 4), one named test per row."""

from dataclasses import replace

import pytest

from crmsync.agreement.model import Correction
from crmsync.model.records import Ref
from crmsync.rules.status import Line
from tests.proofs import proves
from tests.rules.agreed import days
from tests.rules.sightings import (
    AGREED,
    AT,
    CORRECTING,
    CREATED,
    HS_CONTACT,
    LEAD,
    MEANINGS,
    SF_CONTACT,
    decided,
    hs,
    lost,
    sf,
    writes,
)

OTHER_LEAD = Ref("salesforce", "Lead", "00Q000000000002AAA")


# Section 2: reading one record ---------------------------------------------------------------------------------------


def test_a_changed_status_that_differs_claims_that_status():
    found = decided(sf("Working", changed=True), current="mql")
    assert (found.status, found.human_moved, found.human_claim.status) == ("working", True, "working")


@pytest.mark.parametrize("value, changed", [("Working", False), ("Open - Not Contacted", True)])
def test_an_unchanged_status_or_one_that_spells_the_present_one_claims_nothing(value, changed):
    found = decided(sf(value, changed=changed), current="mql")
    assert (found.status, found.readings[0].claim, found.human_moved) == ("mql", None, False)


def test_a_crm_that_cannot_tell_two_statuses_apart_claims_nothing():
    alike = _spelled_alike("mql", "working", hubspot="OPEN")
    found = decided(sf("Working"), hs("OPEN", changed=True), current="working", agreement=alike)
    assert (found.status, lost(found), found.writes) == ("working", [], ())


@pytest.mark.parametrize(
    "word, becomes, reason",
    [
        ("Bad Timing", "recycled", "TIMING"),
        ("No Budget", "recycled", "BUDGET"),
        ("Duplicate", "disqualified", "DUPLICATE"),
        ("Spam", "disqualified", "SPAM"),
    ],
)
def test_a_reason_with_an_effect_claims_the_effect_and_is_written_over(word, becomes, reason):
    found = decided(sf(word, changed=True), current="working")
    assert (found.status, found.reason) == (becomes, reason)
    assert [one.sighting.value for one in found.writes] == [word]


@pytest.mark.parametrize(
    "grade, becomes", [("A", "recycled"), ("B", "recycled"), ("C", "disqualified"), ("?", "disqualified")]
)
def test_an_effect_that_depends_on_the_fit_is_evaluated_with_the_grade_of_now(grade, becomes):
    assert decided(sf("Not Interested", changed=True), current="working", grade=grade).status == becomes


def test_an_effect_is_evaluated_once_in_the_cycle_that_first_sees_it():
    seen_before = decided(sf("Not Interested"), current="working", grade="D")
    assert (seen_before.status, writes(seen_before)) == ("working", {"salesforce": "Working"})


@pytest.mark.parametrize("word", ["Left Voicemail", "LVM", "No Answer", "2nd Call", "Wrong Number"])
def test_an_outcome_that_keeps_the_status_claims_nothing_and_is_written_over(word):
    found = decided(sf(word, changed=True), current="working")
    assert (found.status, found.readings[0].claim, writes(found)) == ("working", None, {"salesforce": "Working"})


@pytest.mark.parametrize("current", [None, *AGREED.statuses])
@pytest.mark.parametrize("word", ["DNC", "Do Not Call", "Opt Out"])
def test_do_not_contact_in_any_record_overrides_everything(word, current):
    for shown in ((sf("Working"), hs(word, changed=True)), (sf(word), hs("NEW", changed=True))):
        found = decided(*shown, current=current, ready=True, engaged=True, conversion="contact")
        assert (found.status, found.reason) == ("disqualified", "DO_NOT_CONTACT")
        assert found.lines == (Line.DO_NOT_CONTACT,)


def test_an_opt_out_flag_overrides_everything():
    found = decided(sf("Working", changed=True), hs("OPEN"), current="mql", opted_out=True)
    assert (found.status, found.reason, lost(found)) == (
        "disqualified",
        "DO_NOT_CONTACT",
        [("salesforce", "working")],
    )
    assert writes(found) == {"salesforce": "Closed - Not Converted", "hubspot": "UNQUALIFIED"}


@pytest.mark.parametrize("blank", [None, "", "   "])
def test_a_blank_field_claims_nothing_and_is_written(blank):
    found = decided(sf("Working"), hs(blank, changed=True), current="working")
    assert (found.status, writes(found)) == ("working", {"hubspot": "IN_PROGRESS"})


def test_a_machines_word_claims_nothing_and_is_replaced_only_where_agreed():
    assert writes(decided(sf("Sync Pending", changed=True), current="mql")) == {"salesforce": "Open - Not Contacted"}
    kept = replace(AGREED, system_values=tuple(replace(one, replace=False) for one in AGREED.system_values))
    assert writes(decided(sf("Sync Pending", changed=True), current="mql", agreement=kept)) == {}


@pytest.mark.parametrize("word", ["Hot!!!", "Working?", "Parked", "left voicemail?"])
def test_an_unknown_value_claims_nothing_and_freezes_its_field_alone(word):
    found = decided(sf(word, changed=True), hs("NEW"), current="working")
    assert found.status == "working"
    assert [one.sighting.ref for one in found.unread] == [LEAD]
    assert writes(found) == {"hubspot": "IN_PROGRESS"}


@pytest.mark.parametrize("shown", ["Working", "Left Voicemail", "Hot!!!", None])
def test_a_converted_lead_claims_nothing_and_is_never_written(shown):
    found = decided(sf(shown, changed=True, converted=True), hs("NEW"), current="mql")
    assert (found.status, found.unread) == ("mql", ())
    assert "salesforce" not in writes(found)


# Section 3: merging the claims of a person ---------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["Working", "Open - Not Contacted", "Inquiry", "Return to Marketing", "Bad Timing"])
def test_a_raw_name_without_engagement_stays_raw_and_the_claim_is_listed(shown):
    found = decided(sf(shown, changed=True), hs("RAW"), current="raw", ready=True)
    assert (found.status, found.lines, len(found.overruled)) == ("raw", (Line.RAW_STAYS,), 1)
    assert writes(found) == {"salesforce": "Raw"}


@pytest.mark.parametrize("shown, reason", [("Closed - Not Converted", None), ("Spam", "SPAM")])
def test_a_raw_name_may_be_disqualified_by_people(shown, reason):
    found = decided(sf("Raw"), hs("UNQUALIFIED", changed=True), current="raw")
    assert found.status == "disqualified"
    found = decided(sf(shown, changed=True), hs("RAW"), current="raw")
    assert (found.status, found.reason) == ("disqualified", reason)


@pytest.mark.parametrize("current", AGREED.statuses)
def test_no_claim_and_a_known_status_stays(current):
    found = decided(sf(None, changed=True), hs("a mystery"), current=current, reason="TIMING")
    assert (found.status, found.reason, found.lines) == (current, "TIMING", (Line.UNCHANGED,))


FIRST_SIGHT = [
    ({"bought": True}, "raw", Line.FIRST_RAW),
    ({"bought": True, "accepted": True, "handed_over": True}, "raw", Line.FIRST_RAW),
    ({"bought": True, "engaged": True}, "inquiry", Line.FIRST_INQUIRY),
    ({"handed_over": True, "accepted": True}, "working", Line.FIRST_ACCEPTED),
    ({"handed_over": True}, "mql", Line.FIRST_HANDED_OVER),
    ({}, "inquiry", Line.FIRST_INQUIRY),
]


@pytest.mark.parametrize("known, becomes, line", FIRST_SIGHT)
def test_first_sight_without_a_claim(known, becomes, line):
    found = decided(sf(None, changed=True), hs(None, changed=True), **known)
    assert (found.status, found.lines[0], found.human_moved) == (becomes, line, False)


@pytest.mark.parametrize("name", [one for one in AGREED.statuses if one != "raw"])
def test_one_value_at_first_sight_is_taken_and_no_human_move(name):
    spelled = AGREED.statuses[name].spelled
    found = decided(sf(spelled["salesforce"], changed=True), hs(spelled["hubspot"], changed=True))
    assert (found.status, found.lines, found.writes) == (name, (Line.FIRST_CLAIM,), ())
    assert (found.human_moved, found.human_claim) == (False, None)


def test_a_bought_name_in_inquiry_becomes_raw_at_first_sight():
    found = decided(sf("Inquiry", changed=True), hs(None, changed=True), bought=True)
    assert (found.status, found.lines) == ("raw", (Line.FIRST_CLAIM_RAW,))


@pytest.mark.parametrize("shown, stays", [("Open - Not Contacted", "mql"), ("Working", "working")])
def test_a_bought_name_that_is_worked_already_stays_where_it_is_and_is_a_finding(shown, stays):
    found = decided(sf(shown, changed=True), hs(None, changed=True), bought=True)
    assert (found.status, found.bought_but_worked) == (stays, True)


def test_a_claim_legal_for_its_team_is_taken():
    assert decided(sf("Return to Marketing", changed=True), current="working").lines == (Line.LEGAL,)


def test_a_claim_that_is_not_legal_is_adopted_by_default():
    found = decided(sf("Open - Not Contacted", changed=True), current="working")
    assert (found.status, found.lines, found.human_moved) == ("mql", (Line.ADOPTED,), True)


def test_a_claim_that_is_not_legal_is_put_back_where_the_agreement_says_correct():
    found = decided(
        sf("Open - Not Contacted", changed=True), hs("IN_PROGRESS"), current="working", agreement=CORRECTING
    )
    assert (found.status, found.lines, found.human_moved) == ("working", (Line.PUT_BACK,), False)
    assert writes(found) == {"salesforce": "Working"}
    assert lost(found) == [("salesforce", "mql")]


@proves("0.21")
@pytest.mark.parametrize("agreement", [AGREED, CORRECTING], ids=["adopt", "correct"])
@pytest.mark.parametrize("current", ["mql", "working"])
def test_a_signed_correction_comes_before_adopt_and_correct(agreement, current):
    """A worked lead set to inquiry becomes recycled with the signed reason, whatever else is agreed on moves."""
    found = decided(sf("Inquiry", changed=True), current=current, agreement=agreement)
    assert (found.status, found.reason, found.lines) == ("recycled", "NOT_WORKED", (Line.CORRECTED,))
    assert writes(found) == {"salesforce": "Return to Marketing"}


def test_a_status_that_only_a_conversion_reaches_is_put_back_even_under_adopt():
    found = decided(sf("Working"), hs("OPEN_DEAL", changed=True), current="working")
    assert (found.status, found.lines, writes(found)) == ("working", (Line.PUT_BACK,), {"hubspot": "IN_PROGRESS"})


def test_of_two_claims_the_one_from_the_home_of_the_present_status_wins_and_the_other_is_listed():
    found = decided(sf("Closed - Not Converted", changed=True), hs("RECYCLED", changed=True), current="inquiry")
    assert (found.status, lost(found)) == ("recycled", [("salesforce", "disqualified")])


def test_two_claims_without_one_from_home_keep_the_status_and_go_to_review():
    crowded = replace(AGREED, home={**AGREED.home, AGREED.statuses["mql"].owned_by: "erp"})
    found = decided(sf("Working", changed=True), hs("RECYCLED", changed=True), current="mql", agreement=crowded)
    assert (found.status, found.lines) == ("mql", (Line.NOT_FROM_HOME,))
    assert sorted(lost(found)) == [("hubspot", "recycled"), ("salesforce", "working")]


FIRST_CONFLICTS = [
    ("Working", "RECYCLED", "one of each home: disqualified, then the path, recycled behind inquiry", "working"),
    ("Working", "UNQUALIFIED", "only sales speaks at home", "working"),
    ("Return to Marketing", "NEW", "only marketing speaks at home", "inquiry"),
    ("Closed - Not Converted", "NEW", "both speak at home", "disqualified"),
    ("Inquiry", "IN_PROGRESS", "none speaks at home: the path by order", "working"),
    ("Return to Marketing", "OPEN", "none speaks at home: recycled right behind inquiry", "mql"),
    ("Return to Marketing", "UNQUALIFIED", "none speaks at home: disqualified before everything", "disqualified"),
]


@pytest.mark.parametrize("sf_says, hs_says, why, becomes", FIRST_CONFLICTS, ids=[row[2] for row in FIRST_CONFLICTS])
def test_different_values_at_first_sight(sf_says, hs_says, why, becomes):
    found = decided(sf(sf_says, changed=True), hs(hs_says, changed=True))
    assert found.status == becomes, why
    assert len(found.overruled) == 1


NOWHERE = replace(AGREED, home=dict.fromkeys(AGREED.home, "erp"))


@pytest.mark.parametrize(
    "sf_says, hs_says, becomes", [("Return to Marketing", "NEW", "inquiry"), ("Return to Marketing", "RAW", "recycled")]
)
def test_recycled_comes_right_behind_inquiry_where_nobody_speaks_at_home(sf_says, hs_says, becomes):
    found = decided(sf(sf_says, changed=True), hs(hs_says, changed=True), agreement=NOWHERE)
    assert (found.status, found.lines) == (becomes, (Line.FIRST_ORDER,))


# Section 3, below the table: the daemon's own moves inside the same decision ----------------------------------------


def test_a_raw_name_that_engaged_becomes_inquiry():
    found = decided(sf("Raw"), hs("RAW"), current="raw", engaged=True)
    assert (found.status, found.lines) == ("inquiry", (Line.UNCHANGED, Line.ENGAGED))
    assert writes(found) == {"salesforce": "Inquiry", "hubspot": "NEW"}


def test_a_raw_name_that_engaged_and_is_sales_ready_gets_there_in_one_decision():
    found = decided(sf("Raw"), hs("RAW"), current="raw", engaged=True, ready=True)
    assert (found.status, found.lines) == ("mql", (Line.UNCHANGED, Line.ENGAGED, Line.READY))


@proves("0.4")
@pytest.mark.parametrize("current", ["inquiry", "recycled"])
def test_sales_ready_hands_over_by_a_move_listed_for_the_daemon(current):
    """Whoever meets the definition is handed over by the move that was agreed for it."""
    assert decided(sf("Inquiry"), current=current, ready=True).status == "mql"


@pytest.mark.parametrize("current", ["working", "qualified", "disqualified"])
def test_sales_ready_moves_nobody_for_whom_the_daemon_has_no_move(current):
    assert decided(sf("Working"), current=current, ready=True).status == current


@proves("2.14")
def test_interest_that_faded_hands_back_a_lead_that_waits():
    """A lead whose interest faded while it waited goes back to marketing."""
    found = decided(sf("Open - Not Contacted"), current="mql", fell=True)
    assert (found.status, found.reason, found.lines[-1]) == ("recycled", "INTEREST_FADED", Line.FADED)


def test_between_the_two_thresholds_nothing_moves_in_either_direction():
    for current in ("inquiry", "mql", "recycled"):
        assert decided(sf(None), current=current, ready=False, fell=False).status == current


HUMAN_MOVES = [
    ("mql", "Return to Marketing", "recycled"),
    ("working", "Return to Marketing", "recycled"),
    ("working", "Inquiry", "recycled"),
    ("disqualified", "Inquiry", "inquiry"),
]


@pytest.mark.parametrize("current, shown, becomes", HUMAN_MOVES)
def test_the_daemon_never_moves_in_the_cycle_in_which_a_person_moved(current, shown, becomes):
    found = decided(sf(shown, changed=True), current=current, ready=True, fell=True)
    assert (found.status, found.human_moved, len(found.lines)) == (becomes, True, 1)


@pytest.mark.parametrize("current", ["inquiry", "recycled", "mql"])
def test_the_daemon_never_moves_against_a_person_without_newer_evidence(current):
    found = decided(sf(None), current=current, ready=current != "mql", fell=current == "mql", evidence_newer=False)
    assert found.status == current


def test_who_left_the_path_comes_back_only_with_evidence_since_then():
    assert decided(sf(None), current="recycled", ready=True, evidence_since_exit=False).status == "recycled"
    assert decided(sf(None), current="inquiry", ready=True, evidence_since_exit=False).status == "mql"


def test_first_sight_is_no_human_move_so_the_daemon_may_move_at_once():
    found = decided(sf("Inquiry", changed=True), hs("NEW", changed=True), ready=True)
    assert (found.status, found.lines) == ("mql", (Line.FIRST_CLAIM, Line.READY))


@pytest.mark.parametrize("into, becomes", [("contact", "working"), ("opportunity", "qualified")])
def test_a_conversion_moves_the_trip_to_where_it_led(into, becomes):
    found = decided(sf("Working", converted=True), hs("OPEN"), current="mql", conversion=into)
    assert (found.status, found.lines[-1]) == (becomes, Line.CONVERTED)


# Section 4: combinations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sf_changed", [False, True])
@pytest.mark.parametrize("hs_changed", [False, True])
def test_both_say_what_was_decided_and_nothing_is_written(sf_changed, hs_changed):
    for name, one in AGREED.statuses.items():
        shown = sf(one.spelled["salesforce"], changed=sf_changed), hs(one.spelled["hubspot"], changed=hs_changed)
        found = decided(*shown, current=name)
        assert (found.status, found.writes) == (name, ())


def test_sales_moves_its_own_lead_and_hubspot_follows():
    found = decided(sf("Return to Marketing", changed=True), hs("IN_PROGRESS"), current="working")
    assert (found.status, writes(found)) == ("recycled", {"hubspot": "RECYCLED"})


def test_marketing_moves_its_own_inquiry_and_salesforce_follows():
    found = decided(sf("Inquiry"), hs("UNQUALIFIED", changed=True), current="inquiry")
    assert (found.status, writes(found)) == ("disqualified", {"salesforce": "Closed - Not Converted"})


def test_marketing_moves_a_lead_of_sales_and_it_is_adopted_with_a_finding():
    found = decided(sf("Working"), hs("OPEN", changed=True), current="working")
    assert (found.status, found.lines[0]) == ("mql", Line.ADOPTED)
    assert writes(found) == {"salesforce": "Open - Not Contacted"}


def test_marketing_moves_a_lead_of_sales_and_it_is_put_back_under_correct():
    found = decided(sf("Working"), hs("OPEN", changed=True), current="working", agreement=CORRECTING)
    assert (found.status, writes(found)) == ("working", {"hubspot": "IN_PROGRESS"})


def test_both_move_a_lead_of_sales_and_sales_wins_and_the_other_is_listed():
    found = decided(sf("Return to Marketing", changed=True), hs("UNQUALIFIED", changed=True), current="working")
    assert (found.status, lost(found), writes(found)) == (
        "recycled",
        [("hubspot", "disqualified")],
        {"hubspot": "RECYCLED"},
    )


@pytest.mark.parametrize(
    "known, becomes, in_salesforce, in_hubspot",
    [
        ({"handed_over": True, "accepted": True}, "working", "Working", "IN_PROGRESS"),
        ({"handed_over": True}, "mql", "Open - Not Contacted", "OPEN"),
        ({}, "inquiry", "Inquiry", "NEW"),
    ],
)
def test_left_voicemail_at_first_sight_becomes_what_the_evidence_says(known, becomes, in_salesforce, in_hubspot):
    found = decided(sf("Left Voicemail", changed=True), hs(None, changed=True), **known)
    assert (found.status, writes(found)) == (becomes, {"salesforce": in_salesforce, "hubspot": in_hubspot})


def test_left_voicemail_against_a_legal_value_keeps_current_and_corrects_hubspot():
    found = decided(sf("Left Voicemail", changed=True), hs("OPEN"), current="working")
    assert (found.status, writes(found)) == ("working", {"salesforce": "Working", "hubspot": "IN_PROGRESS"})


def test_left_voicemail_and_a_fresh_legal_move_in_hubspot_takes_that_move():
    found = decided(sf("Left Voicemail", changed=True), hs("UNQUALIFIED", changed=True), current="inquiry")
    assert (found.status, writes(found)) == ("disqualified", {"salesforce": "Closed - Not Converted"})
    assert found.readings[0].meaning.outcome.name == "left_voicemail"


@proves("1.5")
def test_bad_timing_recycles_with_its_reason_in_both_crms():
    """A rep's word for bad timing returns the lead to marketing with that reason in both CRMs."""
    found = decided(sf("Bad Timing", changed=True), hs("IN_PROGRESS"), current="working")
    assert (found.status, found.reason) == ("recycled", "TIMING")
    assert writes(found) == {"salesforce": "Return to Marketing", "hubspot": "RECYCLED"}


def test_bad_timing_against_a_fresh_move_at_home_is_kept_as_observation_only():
    found = decided(sf("Bad Timing", changed=True), hs("UNQUALIFIED", changed=True), current="inquiry")
    assert (found.status, found.reason, lost(found)) == ("disqualified", None, [("salesforce", "recycled")])
    assert found.readings[0].meaning.outcome.reason == "TIMING"
    assert writes(found) == {"salesforce": "Closed - Not Converted"}


def test_unknown_beside_a_legal_move_takes_the_move_and_freezes_the_unknown():
    found = decided(sf("Hot!!!", changed=True), hs("UNQUALIFIED", changed=True), current="inquiry")
    assert (found.status, writes(found), [one.sighting.ref for one in found.unread]) == ("disqualified", {}, [LEAD])


@pytest.mark.parametrize(
    "hs_says, known, becomes, written",
    [
        ("what is this", {"current": "working"}, "working", {}),
        ("what is this", {}, "inquiry", {}),
        ("what is this", {"bought": True}, "raw", {}),
        (None, {"current": "working"}, "working", {"hubspot": "IN_PROGRESS"}),
        (None, {}, "inquiry", {"hubspot": "NEW"}),
        (None, {"bought": True}, "raw", {"hubspot": "RAW"}),
    ],
)
def test_unknown_beside_unknown_or_blank_is_decided_internally_and_frozen(hs_says, known, becomes, written):
    found = decided(sf("Hot!!!", changed=True), hs(hs_says, changed=True), **known)
    assert (found.status, writes(found)) == (becomes, written)


def test_after_conversion_a_legal_move_goes_to_the_contact_and_never_to_the_lead():
    shown = sf("Working", converted=True), sf("Working", ref=SF_CONTACT), hs("RECYCLED", changed=True)
    found = decided(*shown, current="recycled", carrier=LEAD)
    assert (found.carrier, writes(found)) == (SF_CONTACT, {"salesforce contact": "Return to Marketing"})
    disqualified = decided(shown[0], shown[1], hs("UNQUALIFIED", changed=True), current="inquiry")
    assert (disqualified.status, writes(disqualified)) == (
        "disqualified",
        {"salesforce contact": "Closed - Not Converted"},
    )


@pytest.mark.parametrize("hs_says, in_hubspot", [("NEW", "RAW"), (None, "RAW"), ("RAW", None)])
def test_a_bought_name_in_inquiry_is_set_apart_in_both_crms_at_first_sight(hs_says, in_hubspot):
    found = decided(sf("Inquiry", changed=True), hs(hs_says, changed=True), bought=True)
    assert (found.status, writes(found)) == (
        "raw",
        {"salesforce": "Raw"} | ({"hubspot": in_hubspot} if in_hubspot else {}),
    )


@pytest.mark.parametrize("current", [None, *AGREED.statuses])
@pytest.mark.parametrize("sf_says", [None, "Working", "Left Voicemail", "Bad Timing"])
def test_do_not_contact_in_hubspot_disqualifies_in_both(sf_says, current):
    found = decided(sf(sf_says, changed=True), hs("DNC", changed=True), current=current)
    assert found.status == "disqualified"
    assert writes(found) == {"salesforce": "Closed - Not Converted", "hubspot": "UNQUALIFIED"}


# Section 4, below the table: several leads of one person -------------------------------------------------------------


def test_of_several_open_leads_the_furthest_carries_then_the_oldest_then_the_smallest_id():
    further = decided(sf("Inquiry"), sf("Working", ref=OTHER_LEAD), hs("NEW"))
    older = decided(sf("Working"), sf("Working", ref=OTHER_LEAD, created=CREATED - days(1)), hs("NEW"))
    alike = decided(sf("Working", ref=OTHER_LEAD), sf("Working"), hs("NEW"))
    assert (further.carrier, older.carrier, alike.carrier) == (OTHER_LEAD, OTHER_LEAD, LEAD)


def test_the_carrier_stays_while_it_lives_and_moves_on_conversion_or_deletion():
    other = sf("Working", ref=OTHER_LEAD)
    assert decided(sf("Inquiry"), other, current="working", carrier=LEAD).carrier == LEAD
    assert decided(sf("Inquiry", converted=True), other, current="working", carrier=LEAD).carrier == OTHER_LEAD
    assert decided(other, current="working", carrier=LEAD).carrier == OTHER_LEAD


def test_a_legal_value_on_a_lead_that_does_not_carry_is_left_and_listed():
    found = decided(sf("Working"), sf("Inquiry", ref=OTHER_LEAD), hs("OPEN"), current="working", carrier=LEAD)
    assert [one.sighting.ref for one in found.not_carrier] == [OTHER_LEAD]
    assert [one.sighting.ref for one in found.writes] == [HS_CONTACT]


@pytest.mark.parametrize("word", ["Left Voicemail", "Bad Timing"])
def test_a_value_that_is_no_status_is_corrected_on_every_lead(word):
    found = decided(sf("Working"), sf(word, ref=OTHER_LEAD), hs("IN_PROGRESS"), current="working", carrier=LEAD)
    assert [one.sighting.ref for one in found.writes] == [OTHER_LEAD]


def test_the_carrier_speaks_for_its_system_whoever_moved_last():
    later = sf("Closed - Not Converted", ref=OTHER_LEAD, changed=True, at=AT + days(1))
    found = decided(sf("Return to Marketing", changed=True), later, current="working", carrier=LEAD)
    assert found.status == "recycled"


def test_without_a_claim_of_the_carrier_the_latest_change_speaks_then_the_smaller_id():
    third = Ref("salesforce", "Lead", "00Q000000000003AAA")
    early = sf("Return to Marketing", ref=OTHER_LEAD, changed=True, at=AT)
    late = sf("Closed - Not Converted", ref=third, changed=True, at=AT + days(1))
    known = {"current": "working", "carrier": LEAD}
    assert decided(sf("Working"), early, late, **known).status == "disqualified"
    assert decided(sf("Working"), replace(late, at=AT), early, **known).status == "recycled"


# The agreement decides, not the code ---------------------------------------------------------------------------------


def test_without_the_signed_correction_the_same_move_is_only_adopted():
    plain = replace(AGREED, corrections=())
    assert decided(sf("Inquiry", changed=True), current="working", agreement=plain).status == "inquiry"


def test_a_correction_for_another_move_is_not_applied():
    other = replace(AGREED, corrections=(Correction("recycled", "inquiry", "disqualified"),))
    assert decided(sf("Inquiry", changed=True), current="working", agreement=other).status == "inquiry"


def test_an_agreed_exception_is_a_status_until_its_day():
    assert decided(sf("Contacted", changed=True), current="mql").status == "working"
    assert MEANINGS.meaning("hubspot", "Contacted").statuses == ()


def test_the_decision_is_the_same_whatever_the_order_of_the_records():
    shown = (
        sf("Return to Marketing", changed=True),
        sf("Left Voicemail", ref=OTHER_LEAD, changed=True),
        hs("UNQUALIFIED", changed=True),
    )
    one = decided(*shown, current="working")
    other = decided(*reversed(shown), current="working")
    assert (one.status, one.reason, one.carrier, set(one.overruled)) == (
        other.status,
        other.reason,
        other.carrier,
        set(other.overruled),
    )
    assert {each.sighting.ref for each in one.writes} == {each.sighting.ref for each in other.writes}


def _spelled_alike(one, other, **spelling):
    names = {
        name: replace(AGREED.statuses[name], spelled={**AGREED.statuses[name].spelled, **spelling})
        for name in (one, other)
    }
    return replace(AGREED, statuses={**AGREED.statuses, **names})
