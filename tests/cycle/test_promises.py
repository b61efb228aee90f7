"""The promises of the design over two emulated CRMs: nothing twice, nothing unrecorded, nothing lost."""

from collections import Counter

import pytest

from crmsync.cycle.streams import streams
from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import RowState
from crmsync.rules.disposition import Dictionary, Kind
from tests.cycle.river import River, workspace
from tests.cycle.town import STAFF, TOM, Town
from tests.proofs import proves
from tests.rules.agreed import shipped, utc

AGREED = shipped()
MEANINGS = Dictionary(AGREED, utc("2026-12-02 09:00").date())
STATUS_FIELDS = {"Lead": "Status", "Contact": "Contact_Status__c", "contacts": "hs_lead_status"}


@pytest.fixture
def mixed(town: Town) -> Town:
    """One person of every kind the first river knows."""
    town.pair("Voice", "Left Vmail", "OPEN")
    town.pair("Timing", "Bad Timing", "IN_PROGRESS")
    town.pair("Mystery", "Hot!!!", "IN_PROGRESS")
    town.pair("Agreeing", "Working", "IN_PROGRESS")
    town.pair("Bought", "Inquiry", "NEW", LeadSource="Purchased List")
    town.overdue("Overdue")
    queued = town.pair("Queued", "Inquiry", "NEW", OwnerId=STAFF.queue)
    town.demo_request(queued[1], "2026-12-02T08:30:00.000Z")
    contact = town.body("Turned")
    town.lead("Turned", "Closed - Converted", IsConverted=True, ConvertedContactId=contact)
    town.hub("Turned", "IN_PROGRESS")
    return town


# Promise 1: a second cycle with nothing new writes nothing -----------------------------------------------------------


def test_a_second_cycle_with_nothing_new_writes_nothing(mixed):
    river = mixed.river
    assert river.start().written.applied > 10
    written = len(river.audit())
    for _ in range(3):
        report = river.cycle()
        assert (report.rows, report.written.applied, report.troubles) == ((), 0, ())
        river.advance(700)
    assert len(river.audit()) == written


def test_our_own_writes_coming_back_cause_nothing(mixed):
    river = mixed.river
    river.start()
    seen = Counter(_facts(river))
    report = river.cycle()
    assert (report.rows, report.written.applied) == ((), 0)
    people = {one.person for one in river.wiring.store.log()}
    trips = [trip for person in people for trip in river.wiring.store.history(person).passes]
    assert {(trip.number, trip.human_moved_at) for trip in trips} == {(1, None)}
    assert Counter(_facts(river)) == seen


def _facts(river: River):
    """Every status ever observed, and every stage ever entered."""
    for person in {one.person for one in river.wiring.store.log()}:
        history = river.wiring.store.history(person)
        yield from ((one.ref, one.field, one.value) for one in history.observations if one.field == "status")
        yield from ((one.person, one.stage, one.at) for one in history.stage_events)


def test_a_quiet_cycle_is_one_call_for_each_stream_and_nothing_else(mixed):
    river = mixed.river
    river.start()
    river.cycle()
    river.advance(700)
    river.cycle()  # the last time that what we wrote lies within the overlap
    river.advance(700)
    before = river.calls()
    report = river.cycle()
    spent = river.calls() - before
    assert (report.counts["changed"], report.decided, report.rows) == (0, 0, ())
    specs = streams(river.wiring, offline=True).specs
    committed = sum(times for route, times in spent.items() if route.endswith("/updated"))  # once in ten minutes
    assert (spent.total() - committed, committed) == (len(specs), 3)  # of leads, contacts and tasks
    assert {route.split()[1] for route in spent} <= {"GET", "POST"}
    assert not any("batch" in route or "composite" in route for route in spent)
    river.advance(60)
    river.cycle()  # the leads are asked about before the leap of the clock is heard of, so once more
    before = river.calls()
    river.advance(60)
    river.cycle()
    assert (river.calls() - before).total() == len(specs)


def test_the_same_input_gives_the_same_plan_number_in_two_fresh_stores(mixed, tmp_path):
    river = mixed.river
    other = workspace(tmp_path / "other", river.running)
    first = river.plan()
    second = other.plan()
    other.close()
    assert first.header.number == second.header.number
    assert [row.change for row in first.rows] == [row.change for row in second.rows]


def test_planning_again_without_anything_new_gives_the_same_number(mixed):
    first, second = mixed.river.plan(), mixed.river.plan()
    assert first.header.digest == second.header.digest


# Promise 2: no write without a plan, a record and a reason -----------------------------------------------------------


def test_every_write_in_the_crms_is_in_our_log_and_the_other_way_round(mixed):
    river = mixed.river
    river.start()
    river.people("salesforce", TOM.user, {"op": "delete", "type": "Task", "where": {"IsClosed": False}})
    lead = mixed.lead("Late", "LVM", CreatedDate="2026-12-02T09:00:00.000Z", at="2026-12-02T09:00:00.000Z")
    river.advance(600)
    river.cycle()
    assert river.values("salesforce", "Lead", lead)["Status"] == "Open - Not Contacted"
    assert river.unmatched() == (0, 0)


def test_every_write_was_planned_with_a_reason_and_approved_by_somebody(mixed):
    river = mixed.river
    river.start()
    rows = [one for one in river.wiring.store.log() if one.state is RowState.APPLIED]
    assert {one.op_id for one in river.wiring.store.applied_writes()} == {one.op_id for one in rows}
    assert all(one.because.code and one.plan and one.by == "Uma Admin" for one in rows)
    assert {one.kind for one in rows} == set(ChangeKind)


# Promise 3: no declared word survives, every other illegal value is untouched ----------------------------------------

WORDS = [one.found_as[0] for one in AGREED.outcomes.values()]
ODD = ["Hot!!!", "Working?", "Parked", "working"]


@proves("0.16")
def test_no_declared_call_outcome_or_reason_survives_and_other_illegal_values_are_untouched_and_listed(town):
    """No declared outcome or reason is left in a status field; unknown words are untouched and listed."""
    river = town.river
    leads = {word: town.lead(f"Sf{number}", word) for number, word in enumerate(WORDS)}
    hubs = {word: town.hub(f"Hs{number}", word) for number, word in enumerate(WORDS)}
    odd = {word: town.lead(f"Odd{number}", word) for number, word in enumerate(ODD)}
    town.hub("OddHub", "what is this")
    river.start()
    river.until_quiet()
    for system, type_, ids in (("salesforce", "Lead", leads), ("hubspot", "contacts", hubs)):
        for word, id_ in ids.items():
            now = river.values(system, type_, id_)[STATUS_FIELDS[type_]]
            assert MEANINGS.meaning(system, now).kind is Kind.STATUS, (word, now)
    assert {word: river.values("salesforce", "Lead", id_)["Status"] for word, id_ in odd.items()} == {
        word: word for word in ODD
    }
    assert river.set_aside()["status.unknown_value"] == 4
    assert river.set_aside()["status.left_alone"] == 1


def test_nothing_a_rep_typed_is_lost(town):
    river = town.river
    leads = {word: town.lead(f"Sf{number}", word) for number, word in enumerate(WORDS)}
    river.start()
    for word, id_ in leads.items():
        [found] = river.wiring.store.find(id_)
        typed = [one.value for one in river.wiring.store.history(found.person).observations if one.field == "status"]
        assert word in typed


def test_a_word_typed_later_is_gone_when_the_quiet_time_is_over_and_not_before(town):
    river = town.river
    lead, hub = town.pair("Rep", "Working", "OPEN")
    river.start()
    river.cycle()
    river.advance(60)
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Left Vmail")
    river.advance(60)
    river.cycle()
    assert river.values("salesforce", "Lead", lead)["Status"] == "Left Vmail"
    river.advance(3600)
    river.cycle()
    assert river.values("salesforce", "Lead", lead)["Status"] == "Working"
    assert river.values("hubspot", "contacts", hub)["hs_lead_status"] == "IN_PROGRESS"


@proves("0.16")
def test_no_call_is_ever_invented_for_a_recovered_word(town):
    """For a word taken out of the status field no call is made up in either CRM."""
    river = town.river
    for number, word in enumerate(WORDS):
        town.pair(f"P{number}", word, "OPEN")
    river.start()
    river.until_quiet()
    made = [row for row in river.audit() if row["op"] != "update"]
    assert made == []


# Promise 7: counted once, the same definition whatever the source -----------------------------------------------------


@proves("1.16")
def test_one_human_being_with_three_records_is_one_person(town):
    """A lead, its contact and the HubSpot contact are one person in every count."""
    river = town.river
    contact = town.body("Once", "Working")
    lead = town.lead("Once", "Closed - Converted", IsConverted=True, ConvertedContactId=contact)
    hub = town.hub("Once", "IN_PROGRESS", salesforcecontactid=contact)
    river.start()
    persons = {river.wiring.store.find(id_)[0].person for id_ in (contact, lead, hub)}
    assert len(persons) == river.wiring.store.persons() == 1


def test_a_possible_double_is_listed_and_nothing_is_written_to_it(town):
    river = town.river
    for number in (1, 2, 3):
        town.lead(f"Same{number}", "Left Vmail", Email="same@example.org")
    town.lead("Other", "Left Vmail")
    river.start()
    assert {row["id"] for row in river.audit()} == {town_id(river, "Other")}
    assert river.set_aside()["ambiguous"] == 3


def town_id(river: River, name: str) -> str:
    [found] = river.wiring.store.find(f"{name.lower()}@example.org")
    return found.ref.id


def test_records_that_were_merged_in_a_crm_are_one_person_and_the_loser_is_never_written_to(town):
    river = town.river
    winner, hub = town.pair("Winner", "Working", "IN_PROGRESS")
    loser = town.lead("Loser", "Left Vmail")
    river.start()
    assert river.wiring.store.persons() == 2
    river.advance(60)
    river.people("salesforce", TOM.user, {"op": "merge", "type": "Lead", "id": winner, "loser": loser})
    before = len(river.audit())
    river.advance(3700)
    river.until_quiet()
    persons = {river.wiring.store.find(id_)[0].person for id_ in (winner, loser, hub)}
    assert len(persons) == river.wiring.store.persons() == 1
    assert loser not in {row["id"] for row in river.audit()[before:]}


def test_records_that_turn_out_to_be_two_people_are_two_people_from_then_on(town):
    river = town.river
    lead, hub = town.lead("Both"), town.hub("Both", createdate="2026-10-06T08:00:00.000Z")
    river.start()
    before = river.wiring.store.find(lead)[0].person
    river.advance(60)
    river.edits("hubspot", "contacts", hub, TOM.owner, email="somebody.else@example.org")
    river.advance(3700)
    river.until_quiet()
    assert river.wiring.store.find(lead)[0].person == before
    assert river.wiring.store.find(hub)[0].person != before
    assert river.unmatched() == (0, 0)


@pytest.mark.parametrize("source", ["Web", "Trade Fair", "Purchased List", None])
def test_whoever_asks_for_a_demo_is_handed_over_whatever_the_source(town, source):
    river = town.river
    lead, hub = town.pair("Asker", "Inquiry", "NEW", LeadSource=source)
    town.demo_request(hub, "2026-12-02T08:30:00.000Z")
    river.start()
    assert river.values("salesforce", "Lead", lead)["Status"] == "Open - Not Contacted"
    assert river.values("hubspot", "contacts", hub)["hs_lead_status"] == "OPEN"


# Promise 10: cost follows the changes --------------------------------------------------------------------------------


def test_only_whoever_changed_is_decided_on(town):
    river = town.river
    pairs = [town.pair(f"P{number}") for number in range(12)]
    river.start()
    river.cycle()
    river.advance(700)
    river.cycle()
    river.edits("salesforce", "Lead", pairs[3][0], TOM.user, Title="Director of Everything")
    river.advance(60)
    report = river.cycle()
    assert (report.counts["changed"], report.decided) == (1, 1)
