"""Who could be who: the closure over keys, names and persons, and the answer kept."""

from crmsync.model.decisions import Decision
from crmsync.model.matching import Ambiguity, Matched
from crmsync.model.memory import Recording
from crmsync.model.people import ClockState
from tests.state.builders import (
    CONTACTS,
    LEADS,
    MINUTE,
    NOW,
    contact,
    lead,
    person_with,
    raw,
    settle,
    sla,
    staging,
    trip,
)


def stage(store, ref, *keys, at=NOW):
    stream = LEADS if ref.system == "salesforce" else CONTACTS
    store.stage(staging(stream, raw(ref, "Open", at=at), keys={ref: keys}))


def due(store):
    return [one.ref for one in store.match_candidates()]


def test_candidates_reach_over_shared_keys_however_far_that_goes(store):
    stage(store, lead(1), ("email", "a@x.com"))
    stage(store, lead(2), ("email", "a@x.com"), ("email", "b@x.com"))
    stage(store, contact(3), ("email", "b@x.com"))
    stage(store, contact(4), ("email", "c@x.com"))
    everybody = Matched({f"p{n}": (ref,) for n, ref in enumerate((lead(1), lead(2), contact(3), contact(4)))})
    store.save_links(everybody)
    assert due(store) == []
    stage(store, lead(1), ("email", "a@x.com"), at=NOW + MINUTE)
    assert due(store) == []
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE), keys={lead(1): [("email", "a@x.com")]}))
    assert due(store) == [contact(3), lead(1), lead(2)]


def test_a_record_that_gave_up_its_address_is_tied_by_the_new_one_only(store):
    stage(store, lead(1), ("email", "a@x.com"))
    stage(store, lead(2), ("email", "a@x.com"))
    stage(store, contact(3), ("email", "b@x.com"))
    store.save_links(Matched({"p1": (lead(1), lead(2)), "p3": (contact(3),)}))
    store.save_links(Matched({"p1": (lead(1),), "p2": (lead(2),)}))
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE), keys={lead(1): [("email", "b@x.com")]}))
    assert due(store) == [contact(3), lead(1)]
    assert [one.ref for one in store.find("a@x.com")] == [lead(2)]


def test_a_shared_mailbox_ties_nobody(store):
    stage(store, lead(1), ("role", "info@x.com"))
    stage(store, lead(2), ("role", "info@x.com"))
    store.save_links(Matched({"p1": (lead(1),), "p2": (lead(2),)}))
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE), keys={lead(1): [("role", "info@x.com")]}))
    (found,) = store.match_candidates()
    assert found.keys == (("role", "info@x.com"),)


def test_a_record_that_names_another_brings_it_along_both_ways(store):
    stage(store, lead(1))
    stage(store, contact(1), ("ref", str(lead(1))))
    (named_by, named) = store.match_candidates()
    assert (named_by.ref, named_by.explicit, named.explicit) == (contact(1), (lead(1),), ())
    store.save_links(Matched({"p1": (lead(1),), "p2": (contact(1),)}))
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE)))
    assert due(store) == [contact(1), lead(1)]


def test_a_merged_record_names_the_one_that_lives_on(store):
    stage(store, lead(1))
    stage(store, lead(2))
    store.save_links(Matched({"p1": (lead(1),), "p2": (lead(2),)}))
    store.stage(staging(LEADS, raw(lead(1), deleted=True, at=NOW + MINUTE), aliases=[(lead(1), lead(2), "merge")]))
    gone, lives = store.match_candidates()
    assert (gone.explicit, gone.live, lives.live) == ((lead(2),), False, True)


def test_a_merged_record_comes_along_whenever_the_one_that_lives_on_changes(store):
    stage(store, lead(1))
    stage(store, lead(2))
    store.stage(staging(LEADS, aliases=[(lead(1), lead(2), "merge")]))
    store.save_links(Matched({"p1": (lead(1),), "p2": (lead(2),)}))
    store.stage(staging(LEADS, raw(lead(2), "New", at=NOW + MINUTE)))
    assert due(store) == [lead(1), lead(2)]


def test_the_other_records_of_the_same_person_come_along(store):
    person_with(store, lead(1), contact(1))
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE)))
    assert due(store) == [contact(1), lead(1)]


def test_ambiguous_records_belong_to_nobody_until_they_are_sorted_out(store):
    person_with(store, lead(1))
    store.save_links(Matched({}, ambiguous=(Ambiguity((lead(1), lead(2)), "one address, two names", "a@x.com"),)))
    assert [one.person for one in store.dirty(NOW)] == ["p1"]
    assert store.find(str(lead(1)))[0].person is None
    first, second = store.set_aside_open()
    assert (first.cause, first.detail, first.facts, first.value) == (
        "ambiguous",
        "one address, two names",
        {"with": str(lead(2))},
        "a@x.com",
    )
    assert second.ref == lead(2)
    store.save_links(Matched({"p1": (lead(1),), "p2": (lead(2),)}))
    assert store.set_aside_open() == []
    assert store.find(str(lead(1)))[0].person == "p1"


def test_the_same_answer_again_dirties_nobody(store):
    person_with(store, lead(1), contact(1))
    store.save_links(Matched({"p1": (lead(1), contact(1))}))
    assert store.dirty(NOW) == []


def test_a_split_dirties_both_halves(store):
    person_with(store, lead(1), contact(1))
    store.save_links(Matched({"p1": (lead(1),), "p2": (contact(1),)}))
    assert {one.person for one in store.dirty(NOW)} == {"p1", "p2"}


def open_pass(store, person, ref):
    person_with(store, ref, person=person)
    decision = Decision(person, NOW, trip(person), clocks=(sla(person),))
    store.record(Recording(store.start_cycle(NOW), NOW, decisions=[decision]))


def test_merged_persons_point_to_the_survivor_whose_pass_goes_on(store):
    open_pass(store, "p1", lead(1))
    open_pass(store, "p2", lead(2))
    store.save_links(Matched({"p1": (lead(1), lead(2))}, merged={"p2": "p1"}))
    assert store.survivor("p2") == "p1"
    assert [one.person for one in store.dirty(NOW)] == ["p1"]
    assert store.clocks("p1")[0].closed_at is None
    (ended,) = store.clocks("p2")
    assert (ended.state, ended.outcome) == (ClockState.CANCELLED, "merged into p1")
    assert store.history("p2").person == "p1"
    assert store.persons() == 1


def test_a_survivor_without_a_pass_takes_over_the_open_one(store):
    person_with(store, lead(1), person="p1")
    open_pass(store, "p2", lead(2))
    settle(store)
    store.save_links(Matched({"p1": (lead(1), lead(2))}, merged={"p2": "p1"}))
    known = store.history("p1")
    assert [(one.person, one.number, one.closed_at) for one in known.passes] == [("p1", 1, None)]
    assert [one.person for one in known.clocks] == ["p1"]


def test_merging_twice_still_is_one_step(store):
    for number in (1, 2, 3):
        person_with(store, lead(number), person=f"p{number}")
    store.save_links(Matched({"p2": (lead(2), lead(3))}, merged={"p3": "p2"}))
    store.save_links(Matched({"p1": (lead(1), lead(2), lead(3))}, merged={"p2": "p1"}))
    assert [store.survivor(one) for one in ("p1", "p2", "p3", "p4")] == ["p1", "p1", "p1", None]
