"""What should be true of one person: pure, the same whatever the source, careful with what is frozen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import All, AnyOf, Compare, Op
from crmsync.model.activities import ActivityKind, Direction
from crmsync.model.decisions import ChangeKind
from crmsync.model.people import StatusObservation
from crmsync.model.records import Ref
from crmsync.reconcile.decide import _next_look, decide, decide_with_findings
from tests.proofs import proves
from tests.reconcile.observed import (
    BODY,
    CONTEXT,
    HUB,
    LEAD,
    LONG_AGO,
    NOW,
    body,
    context_of,
    decided_before,
    hub,
    lead,
    moved,
    observed,
)
from tests.rules.agreed import act, days, shipped

DEMO = act("form", NOW - days(1), label="Book a demo", system="hubspot")
PAST_VISITS = tuple(act("page_view", NOW - days(3) + timedelta(hours=one), label="/pricing") for one in range(3))


def wanted(decision):
    return {(one.ref, one.field): one.value for one in decision.desired}


def statuses(decision):
    return {one.ref: one.value for one in decision.desired if one.field == "status"}


def codes(decision):
    return [one.code for one in decision.findings]


# Pure ----------------------------------------------------------------------------------------------------------------

STATUSES = st.sampled_from(
    ["Inquiry", "Working", "Open - Not Contacted", "Left Voicemail", "Bad Timing", "Hot!!!", None, "DNC", "Raw"]
)
HUB_STATUSES = st.sampled_from(["NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", "RECYCLED", "mystery", None])
ACTS = st.lists(
    st.builds(
        act,
        st.sampled_from(["form", "page_view", "call", "email", "meeting"]),
        st.integers(-40_000, 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        label=st.sampled_from(["Demo", "Newsletter", "/pricing", "/careers"]),
        by=st.sampled_from([None, "005TOM", "005ANNA"]),
        direction=st.sampled_from(list(Direction)),
    ),
    max_size=5,
    unique_by=lambda one: one.ref,
)


@st.composite
def people(draw):
    sf = lead(
        draw(STATUSES),
        owner=draw(st.sampled_from(["005TOM", "00GQUEUE", "005GONE", None])),
        converted=draw(st.sampled_from([False, False, False, True])),
        lead_source=draw(st.sampled_from(["Web", "Purchased List", None])),
        at=NOW - timedelta(minutes=draw(st.sampled_from([5, 61, 100_000]))),
    )
    hs = hub(draw(HUB_STATUSES), at=NOW - timedelta(minutes=draw(st.sampled_from([5, 61, 100_000]))))
    current = draw(st.sampled_from([None, *shipped().statuses]))
    did = draw(ACTS)
    if current is None:
        return observed(sf, hs, did=did)
    known = decided_before(sf, hs, status=current, did=did)
    seen = dict(known.seen)
    if draw(st.booleans()):
        seen[sf.ref, "status"] = "Something else"
    return replace(known, seen=seen, observations=(StatusObservation(sf.ref, "status", LONG_AGO, "Inquiry"),))


@given(people())
def test_the_same_input_gives_the_same_decision(person):
    assert decide(person, CONTEXT, NOW) == decide(person, CONTEXT, NOW)


@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_plays_no_part(person, rng):
    other = replace(person, records=tuple(rng.sample(person.records, len(person.records))))
    assert decide(other, CONTEXT, NOW) == decide(person, CONTEXT, NOW)


@given(people())
def test_the_next_look_is_always_in_the_future(person):
    decision = decide(person, CONTEXT, NOW)
    assert decision.recheck_at is None or decision.recheck_at > NOW


@pytest.mark.parametrize("minutes, kept", [(-1, False), (0, False), (1, True)])
def test_a_time_that_is_past_or_present_is_no_next_look(minutes, kept):
    at = NOW + timedelta(minutes=minutes)
    assert _next_look((None, at, NOW + days(1)), NOW) == (at if kept else NOW + days(1))


@given(people())
def test_a_converted_lead_and_a_frozen_field_are_never_desired(person):
    decision = decide(person, CONTEXT, NOW)
    frozen_leads = {one.ref for one in person.records if one.converted}
    assert not frozen_leads & {one.ref for one in decision.desired}
    assert not decision.frozen & set(wanted(decision))
    if decision.owner_request:
        assert not frozen_leads & set(decision.owner_request.targets)


def evidence_since_a_persons_move(person, first):
    """Then the next cycle moves them: never in the cycle of the person's own move (section 3)."""
    moved_at = first.trip.human_moved_at
    return moved_at is not None and any(moved_at < one.at for one in person.activities)


@given(people())
def test_a_second_look_at_what_was_written_wants_nothing_more(person):
    """Everything the first decision wants is written; the second decision wants no other status."""
    first = decide(person, CONTEXT, NOW)
    if first.trip is None:
        return
    if evidence_since_a_persons_move(person, first):
        return
    written = statuses(first)
    later = second_look(person, first)
    second = decide(later, CONTEXT, NOW)
    assert (second.trip.status, second.trip.number) == (first.trip.status, first.trip.number)
    assert {ref: value for ref, value in statuses(second).items() if ref in written} == {}


# The source plays no part --------------------------------------------------------------------------------------------

PEOPLE = [
    (True, (DEMO,)),
    (False, (DEMO,)),
    (True, PAST_VISITS),
    (True, (*PAST_VISITS, act("form", NOW - days(2), label="Newsletter"))),
    (True, ()),
]
PLAIN_SOURCES = ["Web", "Trade Fair", "Referral", "Google Ads", None]
ANY_SOURCES = [*PLAIN_SOURCES, "Purchased List"]
TAGS = ["FAIR-2026", None, "IMPORT-7", "", "webinar"]


def qualification(context, fits, did, source, tag):
    """What the definition of a lead says of somebody, with the answer to every criterion, and where it puts them."""
    attributes = {"industry": "Logistics" if fits else "Banking", "employees": 120.0 if fits else 2.0}
    shown = lead("Inquiry", lead_source=source, import_tag=tag, **attributes), hub("NEW", **attributes)
    decision, found = decide_with_findings(observed(*shown, did=did), context, NOW)
    answers = tuple((one.field, one.answer) for one in found.readiness.criteria)
    return found.readiness.ready, answers, found.region, found.score.shown, decision.trip.status


def permuting_changes_nothing(context, sources, tags, population):
    """Who qualifies stays who qualifies, however the sources are dealt out among the same people."""
    for (fits, did), source, tag in zip(population, sources, tags, strict=True):
        assert qualification(context, fits, did, source, tag) == qualification(context, fits, did, "Web", None)


@proves("1.14")
@given(st.permutations(PLAIN_SOURCES), st.permutations(TAGS))
def test_permuting_the_lead_source_never_changes_qualification(sources, tags):
    """Through the whole decision, the source of a lead changes nothing."""
    permuting_changes_nothing(CONTEXT, sources, tags, PEOPLE)


@given(st.sampled_from(ANY_SOURCES), st.sampled_from([*TAGS, "LIST-2026-03-12"]))
def test_whoever_engaged_qualifies_alike_even_from_a_bought_list(source, tag):
    for fits in (True, False):
        assert qualification(CONTEXT, fits, (DEMO,), source, tag) == qualification(CONTEXT, fits, (DEMO,), "Web", None)


READS_THE_SOURCE = [
    lambda ready: All((ready, Compare("lead_source", Op.IS, "Web"))),
    lambda ready: AnyOf((ready, Compare("lead_source", Op.IN, ("Referral", "Trade Fair")))),
    lambda ready: AnyOf((ready, Compare("import_tag", Op.STARTS_WITH, "FAIR"))),
]


@pytest.mark.parametrize("reading", READS_THE_SOURCE)
def test_an_agreement_that_does_read_the_source_makes_that_property_fail(reading):
    qualified = replace(shipped().qualification, ready=reading(shipped().qualification.ready))
    context = context_of(replace(shipped(), qualification=qualified))
    with pytest.raises(AssertionError):
        permuting_changes_nothing(context, ["Trade Fair", None, "Web", "Referral", "Google Ads"], TAGS, PEOPLE)


# Call outcomes out of the status -------------------------------------------------------------------------------------


def test_a_recovered_call_outcome_is_an_observation_and_never_a_call():
    known = moved(decided_before(lead("Working"), hub("IN_PROGRESS"), status="working"), LEAD, "Left Voicemail")
    known = replace(known, observations=(StatusObservation(LEAD, "status", LONG_AGO, "Working"),))
    decision = decide(known, CONTEXT, NOW)
    [seen] = [one for one in decision.observations if one.field == "status"]
    assert (seen.ref, seen.value, seen.meaning, seen.at) == (LEAD, "Left Voicemail", "left_voicemail", NOW)
    assert {one.field for one in decision.desired} <= {"status", "score"}
    assert {one.kind for one in decision.desired} <= set(ChangeKind) - {ChangeKind.TASK}


def test_a_call_outcome_in_the_status_is_no_touch_and_does_not_stop_the_clock():
    started = NOW - days(1)
    waiting = lead("Left Voicemail", created_at=started, at=started)
    decision = decide(observed(waiting, hub(None), did=()), CONTEXT, NOW)
    assert [(one.state.value, one.outcome) for one in decision.clocks] == [("running", "overdue")]
    assert len(decision.task_requests) == 1
    called = act("call", NOW - timedelta(hours=20), by="005TOM")
    answered = decide(observed(waiting, hub(None), did=(called,)), CONTEXT, NOW)
    assert answered.task_requests == ()


# What is never touched -----------------------------------------------------------------------------------------------


def test_an_ambiguous_person_is_left_entirely_alone():
    decision = decide(replace(observed(lead("Left Voicemail"), hub(None)), ambiguous=True), CONTEXT, NOW)
    assert (decision.desired, decision.owner_request, decision.task_requests, decision.seen) == ((), None, (), {})


def test_a_person_without_living_records_is_left_entirely_alone():
    decision = decide(observed(lead("Left Voicemail", deleted=True), hub(None, deleted=True)), CONTEXT, NOW)
    assert (decision.desired, decision.trip) == ((), None)


def test_a_deleted_record_is_never_desired_and_claims_nothing():
    decision = decide(observed(lead("Working", deleted=True), hub("Left Voicemail")), CONTEXT, NOW)
    assert {one.ref for one in decision.desired} == {HUB}
    assert decision.trip.status == "inquiry"


def test_an_unknown_value_freezes_that_field_only_and_is_listed():
    decision = decide(observed(lead("Hot!!!"), hub(None), did=(DEMO,)), CONTEXT, NOW)
    assert decision.frozen == {(LEAD, "status")}
    assert (LEAD, "score") in wanted(decision)
    assert HUB in statuses(decision)
    [asked] = [one for one in decision.findings if one.needs_person]
    assert (asked.code, asked.ref, asked.value) == ("status.unknown_value", LEAD, "Hot!!!")


@proves("0.17")
def test_after_conversion_the_contact_carries_the_status_and_the_lead_stays_as_it_is():
    """After conversion the contact says the status, and the lead is never touched."""
    frozen = lead("Closed - Converted", converted=True, converted_contact=BODY.id)
    decision = decide(observed(frozen, body(None), hub("OPEN")), CONTEXT, NOW)
    kinds = {one.ref: one.kind for one in decision.desired if one.field == "status"}
    assert kinds[BODY] is ChangeKind.CONTACT_STATUS
    assert LEAD not in {one.ref for one in decision.desired}
    assert decision.trip.carrier == BODY


def test_a_lead_whose_value_is_flagged_converted_is_never_written():
    flagged = replace(CONTEXT, converted_values={"salesforce": frozenset({"Closed - Converted"})})
    decision = decide(observed(lead("Closed - Converted"), hub(None)), flagged, NOW)
    assert LEAD not in statuses(decision)


# Quiet time ----------------------------------------------------------------------------------------------------------


def edited(minutes_ago, **values):
    at = NOW - timedelta(minutes=minutes_ago)
    known = decided_before(lead("Working", **values), hub("IN_PROGRESS"), status="working")
    known = replace(known, observations=(StatusObservation(LEAD, "status", LONG_AGO, "Working"),))
    return moved(known, LEAD, "Left Voicemail", at)


def test_a_persons_fresh_edit_is_left_in_peace_until_the_quiet_time_is_over():
    decision = decide(edited(10), CONTEXT, NOW)
    assert statuses(decision) == {}
    assert decision.recheck_at == NOW + timedelta(minutes=50)


def test_after_the_quiet_time_the_correction_is_due():
    assert statuses(decide(edited(60), CONTEXT, NOW)) == {LEAD: "Working"}


def test_the_other_record_does_not_wait_for_it():
    known = decided_before(lead("Working"), hub("IN_PROGRESS"), status="working")
    known = replace(known, observations=(StatusObservation(LEAD, "status", LONG_AGO, "Working"),))
    assert statuses(decide(moved(known, LEAD, "Return to Marketing"), CONTEXT, NOW)) == {HUB: "RECYCLED"}


def test_first_sight_and_our_own_writes_are_no_edits():
    first = decide(observed(lead("Left Voicemail", at=NOW), hub(None, at=NOW)), CONTEXT, NOW)
    assert LEAD in statuses(first)
    assert statuses(decide(edited(10, modified_by="005US"), CONTEXT, NOW)) == {LEAD: "Working"}


# Hysteresis ----------------------------------------------------------------------------------------------------------


def interest(points):
    """Demo requests old enough to be worth about so many points (half of 50 after 30 days)."""
    age = {50: 0.0, 35: 15.4, 20: 39.7}[points]
    return act("form", NOW - days(age), label="Demo")


@pytest.mark.parametrize(
    "points, current, becomes",
    [
        (50, "inquiry", "mql"),
        (35, "inquiry", "inquiry"),
        (35, "mql", "mql"),
        (20, "mql", "recycled"),
        (20, "inquiry", "inquiry"),
    ],
)
def test_two_thresholds_so_that_a_lead_on_the_border_is_not_pushed_to_and_fro(points, current, becomes):
    spelled = shipped().statuses[current].spelled
    known = decided_before(
        lead(spelled["salesforce"]), hub(spelled["hubspot"]), status=current, did=(interest(points),)
    )
    since = NOW - days(39.5) if points == 20 else LONG_AGO
    known = replace(known, trip=replace(known.trip, status_since=since))
    assert decide(known, CONTEXT, NOW).trip.status == becomes


def test_a_person_who_set_a_hot_lead_back_is_not_overruled_in_this_cycle_nor_the_next():
    known = decided_before(lead("Open - Not Contacted"), hub("OPEN"), status="mql", did=(interest(50),))
    first = decide(moved(known, LEAD, "Return to Marketing", NOW + timedelta(minutes=1)), CONTEXT, NOW)
    assert (first.trip.status, first.trip.human_moved_at) == ("recycled", NOW + timedelta(minutes=1))
    records = (lead("Return to Marketing"), hub("RECYCLED"))
    seen = {(one.ref, "status"): one.text("status") for one in records}
    second = decide(observed(*records, did=(interest(50),), trip=first.trip, seen=seen, passes=1), CONTEXT, NOW)
    assert second.trip.status == "recycled"


def second_look(person, first):
    """The same person in the next cycle, everything written that the first decision wants."""
    written = statuses(first)
    records = tuple(
        replace(one, values={**one.values, "status": written.get(one.ref, one.values["status"])})
        for one in person.records
    )
    seen = {(one.ref, "status"): one.text("status") for one in records}
    past = (*person.observations, *first.observations)
    return replace(
        person, records=records, seen=seen, trip=first.trip, clocks=first.clocks, observations=past, passes=1
    )


def test_a_lead_that_was_set_back_before_we_came_is_not_promoted_in_the_second_cycle_either():
    set_back = observed(lead("Return to Marketing", at=NOW - days(2)), hub("RECYCLED"), did=(interest(50),))
    set_back = replace(set_back, activities=(replace(interest(50), at=NOW - days(3)),))
    first = decide(set_back, CONTEXT, NOW)
    second = decide(second_look(set_back, first), CONTEXT, NOW)
    assert (first.score.interest > 40, first.trip.status, second.trip.status) == (True, "recycled", "recycled")
    asked_again = replace(second_look(set_back, first), activities=(DEMO,))
    assert decide(asked_again, CONTEXT, NOW).trip.status == "mql"


def test_a_persons_move_that_engagement_undid_at_once_still_holds_the_daemon_back():
    """Set to Raw by hand although they engaged: Inquiry again, but not on to sales against that hand."""
    known = decided_before(lead("Inquiry"), hub("NEW"), status="inquiry", did=(DEMO,))
    first = decide(moved(known, LEAD, "Raw"), CONTEXT, NOW)
    second = decide(second_look(moved(known, LEAD, "Raw"), first), CONTEXT, NOW)
    assert (first.trip.status, second.trip.status, first.trip.human_moved_at) == ("inquiry", "inquiry", NOW)


def test_newer_evidence_brings_them_back_on_a_new_trip():
    known = decided_before(
        lead("Return to Marketing"), hub("RECYCLED"), status="recycled", human_moved_at=NOW - days(2)
    )
    decision = decide(replace(known, activities=(DEMO,)), CONTEXT, NOW)
    assert (decision.trip.status, decision.trip.number) == ("mql", 2)


# Owner, score, findings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner, asks", [("00GQUEUE", True), ("005GONE", True), (None, True), ("005TOM", False)])
def test_an_owner_is_asked_for_only_where_there_is_none_a_queue_or_somebody_who_left(owner, asks):
    decision = decide(observed(lead("Inquiry", owner=owner), hub("NEW"), did=(DEMO,)), CONTEXT, NOW)
    assert decision.trip.status == "mql"
    assert (decision.owner_request is not None and LEAD in decision.owner_request.targets) is asks


def test_an_inquiry_gets_no_owner_from_us():
    assert decide(observed(lead("Inquiry", owner="00GQUEUE"), hub("NEW")), CONTEXT, NOW).owner_request is None


def test_the_score_stands_on_every_record_that_has_a_place_for_it():
    decision = decide(observed(lead("Inquiry"), hub("NEW"), did=(DEMO,)), CONTEXT, NOW)
    shown = {one.ref: one.value for one in decision.desired if one.field == "score"}
    assert shown == dict.fromkeys((LEAD, HUB), decision.score.shown)


@proves("0.15")
def test_a_raw_name_gets_no_score_and_no_clock():
    """A bought name without an answer gets no score, no deadline."""
    decision = decide(observed(lead("Inquiry", lead_source="Purchased List"), hub("NEW")), CONTEXT, NOW)
    assert (decision.trip.status, [one for one in decision.desired if one.field == "score"]) == ("raw", [])
    assert decision.clocks == ()


@proves("4.10")
def test_a_claim_that_lost_and_a_move_nobody_agreed_on_are_listed():
    """A move the agreement does not know is listed with who made it."""
    known = decided_before(lead("Working"), hub("IN_PROGRESS"), status="working")
    both = moved(moved(known, LEAD, "Return to Marketing"), HUB, "UNQUALIFIED")
    assert "status.overruled" in codes(decide(both, CONTEXT, NOW))
    assert "status.not_in_agreement" in codes(decide(moved(known, LEAD, "Open - Not Contacted"), CONTEXT, NOW))


def test_a_bought_name_that_is_worked_already_is_a_finding():
    decision = decide(observed(lead("Working", lead_source="Purchased List"), hub(None)), CONTEXT, NOW)
    assert (decision.trip.status, "import.already_worked" in codes(decision)) == ("working", True)


def test_what_was_in_front_of_us_is_remembered_for_every_status_field():
    other = Ref("salesforce", "Lead", "00Q000000000002AAA")
    decision = decide(observed(lead("Hot!!!"), lead("Working", ref=other), hub(None)), CONTEXT, NOW)
    assert decision.seen == {(LEAD, "status"): "Hot!!!", (other, "status"): "Working", (HUB, "status"): None}


def test_a_customer_without_any_status_has_no_trip():
    decision = decide(observed(hub(None, lifecycle="customer")), CONTEXT, NOW)
    assert (decision.trip, decision.desired) == (None, ())
    assert decide(observed(hub(None, lifecycle="lead")), CONTEXT, NOW).trip is not None


def test_nobody_ever_gets_a_call_mail_or_meeting_from_us():
    """There is no place in a decision in which an activity could stand."""
    decision = decide(observed(lead("Left Voicemail"), hub("Connected")), CONTEXT, NOW)
    invented = {kind.value for kind in ActivityKind} - {"todo"}
    assert not invented & {one.kind.value for one in decision.desired}
