"""A change that a sync copied over is no claim and no edit; a field that is set to and fro is left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.people import ECHO, US, Directory, Owner, StatusObservation
from crmsync.reconcile.decide import decide
from crmsync.reconcile.echo import maker, swings
from tests.reconcile.observed import CONTEXT as BASE
from tests.reconcile.observed import HUB, LEAD, NOW, decided_before, hub, lead, moved

SYNC = Owner("salesforce", "005SYNC", "HubSpot Sync", "sync@halden.example", integration=True)
CONTEXT = replace(BASE, directory=Directory({**BASE.directory.owners, (SYNC.system, SYNC.id): SYNC}))
WORDS = {
    "working": ("Working", "IN_PROGRESS"),
    "recycled": ("Return to Marketing", "RECYCLED"),
    "disqualified": ("Closed - Not Converted", "UNQUALIFIED"),
}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def told(ref, value, ago=0.0, actor="person", field="status", by=""):
    """An entry of the CRM's own history."""
    return StatusObservation(ref, field, NOW - minutes(ago), value, "history", by=by, actor=actor)


def seen(ref, value, ago=0.0, actor=""):
    """What we saw ourselves some minutes ago."""
    return StatusObservation(ref, "status", NOW - minutes(ago), value, "server stamp", actor=actor)


def at_work(status="working", **more):
    """Somebody decided on long ago, with a record in each CRM that says so."""
    first, second = WORDS[status]
    return replace(decided_before(lead(first), hub(second), status=status), **more)


def copied(value="RECYCLED", ago=1.0, past=(), status="working", **more):
    """HubSpot says something else since a minute, set by the sync."""
    by_sync = told(HUB, value, ago, "integration", by="SALESFORCE")
    return moved(at_work(status, history=(*past, by_sync), **more), HUB, value, NOW - minutes(ago))


def codes(decision):
    return [one.code for one in decision.findings]


def wanted(decision, ref):
    return next((one.value for one in decision.desired if one.ref == ref and one.field == "status"), None)


# Echoes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [2, 15, 60])
def test_what_the_other_crm_said_shortly_before_is_an_echo_and_is_put_right(ago):
    decision = decide(copied(past=(told(LEAD, "Return to Marketing", ago + 1),)), CONTEXT, NOW)
    assert decision.trip.status == "working"
    assert wanted(decision, HUB) == "IN_PROGRESS"
    assert "sync.echo" in codes(decision)
    assert decision.trip.human_moved_at is None
    [kept] = [one for one in decision.observations if one.field == "status"]
    assert (kept.meaning, kept.actor, kept.trust) == (ECHO, "integration", "history")


@pytest.mark.parametrize(
    "case, past",
    [
        ("an hour and more ago", (told(LEAD, "Return to Marketing", 70),)),
        ("after it", (told(LEAD, "Return to Marketing", -5),)),
        ("nothing", ()),
        ("another record of the same CRM", (told(HUB, "RECYCLED", 30),)),
        ("another field", (told(LEAD, "Return to Marketing", 10, field="owner"),)),
    ],
)
def test_what_nobody_said_shortly_before_counts_for_the_crm_it_arrives_in(case, past):
    decision = decide(copied(past=past), CONTEXT, NOW)
    assert decision.trip.status == "recycled", case
    assert "sync.echo" not in codes(decision)


def test_a_person_who_says_the_same_is_no_echo():
    by_person = told(HUB, "RECYCLED", 1, "person", by="77")
    known = at_work(history=(told(LEAD, "Return to Marketing", 10), by_person))
    decision = decide(moved(known, HUB, "RECYCLED", NOW - minutes(1)), CONTEXT, NOW)
    assert decision.trip.status == "recycled"
    assert decision.trip.human_moved_at == NOW - minutes(1)


def test_an_edit_and_its_copy_in_one_cycle_are_one_edit():
    both = copied(past=(told(LEAD, "Return to Marketing", 5, by="005TOM"),))
    both = moved(both, LEAD, "Return to Marketing", NOW - minutes(5))
    decision = decide(both, CONTEXT, NOW)
    assert decision.trip.status == "recycled"
    assert decision.trip.human_moved_at == NOW - minutes(5)
    assert codes(decision).count("sync.echo") == 1


def test_two_copies_of_nobody_knows_what_leave_one_claim():
    """Where a record's last editor alone is known both may look copied: then the earlier one counts, not none."""
    known = moved(at_work(), LEAD, "Return to Marketing", NOW - minutes(5))
    records = tuple(
        replace(one, values={**one.values, "modified_by": SYNC.id}) if one.ref == LEAD else one for one in known.records
    )
    known = replace(known, records=records, history=(told(HUB, "RECYCLED", 1, "integration"),))
    decision = decide(moved(known, HUB, "RECYCLED", NOW - minutes(1)), CONTEXT, NOW)
    assert decision.trip.status == "recycled"
    assert codes(decision).count("sync.echo") == 1


def test_a_copy_that_the_sync_spells_wrongly_is_an_echo_where_history_proves_it():
    ours = told(LEAD, "Working", 5, "integration", by=BASE.us["salesforce"])
    decision = decide(copied("UNQUALIFIED", past=(ours,)), CONTEXT, NOW)
    assert decision.trip.status == "working"
    assert wanted(decision, HUB) == "IN_PROGRESS"


def test_an_echo_waits_for_no_quiet_time():
    decision = decide(copied(past=(told(LEAD, "Return to Marketing", 5),)), CONTEXT, NOW)
    assert wanted(decision, HUB) == "IN_PROGRESS"
    past = (seen(HUB, "IN_PROGRESS", 9999), replace(seen(HUB, "RECYCLED", 3), meaning=ECHO))
    again = moved(at_work(observations=past), HUB, "RECYCLED", NOW - minutes(3))
    again = replace(again, seen={**again.seen, (HUB, "status"): "RECYCLED"})
    assert wanted(decide(again, CONTEXT, NOW), HUB) == "IN_PROGRESS"


@given(st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)), st.floats(0.1, 55), st.booleans())
def test_an_echo_never_moves_anybody(now_is, echoed, ago, in_history):
    """Whatever the sync brings back of the last hour: the status stays, and no move is a person's."""
    salesforce, hubspot = WORDS[echoed]
    past = (told(LEAD, salesforce, ago + 1),) if in_history else ()
    observations = () if in_history else (seen(LEAD, salesforce, ago + 1),)
    person = copied(hubspot, ago / 100, past, now_is, observations=observations)
    decision = decide(person, CONTEXT, NOW)
    assert decision.trip.status == now_is
    assert decision.trip.human_moved_at is None


# Who made it ----------------------------------------------------------------------------------------------------------


def test_the_crm_s_history_comes_before_the_record_s_last_editor():
    record = lead("Working", modified_by="005TOM")
    by_sync = told(LEAD, "Working", 7, "integration", by=SYNC.id)
    found = maker(record, "status", replace(at_work(), records=(record,), history=(by_sync,)), CONTEXT)
    assert (found.actor, found.by, found.at, found.trust) == ("integration", SYNC.id, by_sync.at, "history")


def test_a_history_that_ends_with_another_value_tells_nothing_of_this_one():
    record = lead("Working", modified_by="005TOM", at=NOW)
    other = told(LEAD, "Inquiry", 7, "integration", by=SYNC.id)
    found = maker(record, "status", replace(at_work(), records=(record,), history=(other,)), CONTEXT)
    assert (found.actor, found.by, found.at, found.trust) == ("person", "005TOM", NOW, "server stamp")


def test_of_entries_of_one_second_the_one_with_the_present_value_counts():
    record = lead("Working")
    line = (told(LEAD, "Working", 7, by="005TOM"), told(LEAD, "Inquiry", 7, by="005RAVI"))
    assert maker(record, "status", replace(at_work(), records=(record,), history=line), CONTEXT).by == "005TOM"


@pytest.mark.parametrize(
    "by, actor", [("005US", US), (SYNC.id, "integration"), ("005TOM", "person"), ("005STRANGER", "person"), (None, "")]
)
def test_the_last_editor_is_we_a_machine_or_a_person(by, actor):
    record = lead("Working", modified_by=by)
    assert maker(record, "status", replace(at_work(), records=(record,)), CONTEXT).actor == actor


def test_an_owner_set_according_to_history_starts_the_clock_there():
    fresh = told(LEAD, "005TOM", 30, field="owner", by="005DANA")
    known = replace(decided_before(lead("Open - Not Contacted"), status="mql", with_sales_since=NOW - minutes(40)))
    known = replace(known, history=(fresh,))
    [clock] = decide(known, CONTEXT, NOW).clocks
    assert clock.started_at == fresh.at
    assert "history" in clock.evidence


# Quarrels -------------------------------------------------------------------------------------------------------------

QUARREL = (
    told(HUB, "RECYCLED", 50, "integration"),
    told(HUB, "IN_PROGRESS", 40, "automation"),
    told(HUB, "RECYCLED", 30, "integration"),
)


def found(*line, **more):
    return swings(replace(at_work(), history=line, **more), CONTEXT, NOW)


def test_a_value_that_a_sync_sets_again_against_somebody_is_a_quarrel():
    [one] = found(*QUARREL)
    assert (one.ref, one.field, one.times, one.last) == (HUB, "status", 2, QUARREL[-1].at)
    assert one.values == ("RECYCLED", "IN_PROGRESS")


NO_QUARREL = [
    ("once", QUARREL[:1]),
    ("there and back", QUARREL[:2]),
    ("two different values", (QUARREL[0], QUARREL[1], told(HUB, "UNQUALIFIED", 30, "integration"))),
    ("a person to and fro", tuple(replace(one, actor="person") for one in QUARREL)),
    ("more than a day ago", tuple(replace(one, at=one.at - timedelta(days=2)) for one in QUARREL)),
    ("we ourselves", tuple(replace(one, ref=LEAD, by="005US") for one in QUARREL)),
    (
        "a rep who changes their mind",
        (*QUARREL, told(LEAD, "Return to Marketing", 55), told(LEAD, "Return to Marketing", 33)),
    ),
]


@pytest.mark.parametrize("line", [row[1] for row in NO_QUARREL], ids=[row[0] for row in NO_QUARREL])
def test_what_is_no_quarrel(line):
    assert found(*sorted(line, key=lambda one: one.at)) == ()


def test_without_history_what_we_saw_tells():
    line = tuple(replace(one, trust="server stamp") for one in (QUARREL[0], QUARREL[2]))
    [one] = found(observations=line)
    assert one.times == 2


def test_a_quarrel_freezes_the_field_and_asks_a_person_for_a_day():
    known = moved(replace(at_work(), history=QUARREL), HUB, "RECYCLED", QUARREL[-1].at)
    known = replace(known, seen={**known.seen, (HUB, "status"): "RECYCLED"})
    decision = decide(known, CONTEXT, NOW)
    assert (decision.trip.status, wanted(decision, HUB)) == ("working", None)
    [asked] = [one for one in decision.findings if one.code == "sync.oscillates"]
    assert asked.needs_person
    assert asked.facts["values"] == "RECYCLED / IN_PROGRESS"
    over = QUARREL[-1].at + timedelta(days=1)
    assert NOW < decision.recheck_at <= over
    later = decide(known, CONTEXT, over + minutes(1))
    assert "sync.oscillates" not in codes(later)
    assert wanted(later, HUB) == "IN_PROGRESS"


def test_an_owner_the_sync_sets_to_and_fro_is_left_alone():
    line = tuple(
        told(LEAD, value, ago, actor, field="owner")
        for value, ago, actor in ((None, 50, "integration"), ("005TOM", 40, "automation"), (None, 30, "integration"))
    )
    known = decided_before(lead("Open - Not Contacted", owner=None), status="mql")
    assert decide(known, CONTEXT, NOW).owner_request is not None
    assert decide(replace(known, history=line), CONTEXT, NOW).owner_request is None
