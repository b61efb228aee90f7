"""What people did counts once, whoever holds it, and reaches the person through the records it is about."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.activities import Activity, ActivityKind, Direction
from crmsync.model.matching import Matched
from crmsync.model.records import Ref
from crmsync.state.activities import TWIN_WINDOW, pair_twins
from tests.state.builders import (
    LEADS,
    MINUTE,
    NOW,
    SPECS,
    activities,
    call,
    contact,
    lead,
    person_with,
    raw,
    read,
    settle,
)
from tests.state.builders import staging as page_of


def task(number: int) -> Ref:
    return Ref("salesforce", "Task", f"00T{number}")


def logged(number: int) -> Ref:
    return Ref("hubspot", "calls", str(number))


def counted(store, person="p1"):
    (seen,) = store.observe([person], SPECS, read)
    return [one.ref for one in seen.activities]


def test_an_activity_dirties_the_person_it_is_about_once(store):
    person_with(store, lead(1))
    assert store.stage(activities(call(task(1), lead(1)))) == 1
    assert [due.cause for due in store.dirty(NOW)] == ["activity"]
    settle(store)
    assert store.stage(activities(call(task(1), lead(1)))) == 0
    assert store.dirty(NOW) == []


def test_an_activity_may_be_known_before_its_record(store):
    store.stage(activities(call(task(1), lead(1))))
    store.stage(page_of(LEADS, raw(lead(1), "Open")))
    store.save_links(Matched({"p1": (lead(1),)}))
    assert [due.person for due in store.dirty(NOW)] == ["p1"]
    assert counted(store) == [task(1)]


def test_an_activity_that_moves_to_somebody_else_dirties_both(store):
    person_with(store, lead(1), person="p1")
    person_with(store, lead(2), person="p2")
    store.stage(activities(call(task(1), lead(1))))
    settle(store)
    store.stage(activities(call(task(1), lead(2))))
    assert {due.person for due in store.dirty(NOW)} == {"p1", "p2"}
    assert (counted(store, "p1"), counted(store, "p2")) == ([], [task(1)])


def test_the_same_call_in_both_crms_counts_once(store):
    person_with(store, lead(1), contact(1))
    store.stage(activities(call(task(1), lead(1), NOW + timedelta(seconds=120))))
    store.stage(activities(call(logged(1), contact(1)), system="hubspot"))
    assert counted(store) == [logged(1)]
    assert counted(store) == [logged(1)]


def test_calls_further_apart_or_the_other_way_round_are_two(store):
    person_with(store, lead(1), contact(1))
    store.stage(activities(call(task(1), lead(1), NOW + timedelta(seconds=121))))
    store.stage(activities(call(task(2), lead(1), NOW, Direction.INBOUND)))
    store.stage(activities(call(logged(1), contact(1)), system="hubspot"))
    assert counted(store) == [task(2), logged(1), task(1)] or counted(store) == [logged(1), task(2), task(1)]


def test_a_twin_that_is_deleted_gives_its_place_to_the_other(store):
    person_with(store, lead(1), contact(1))
    store.stage(activities(call(task(1), lead(1))))
    store.stage(activities(call(logged(1), contact(1)), system="hubspot"))
    assert counted(store) == [logged(1)]
    gone = Activity(logged(1), ActivityKind.CALL, NOW, deleted=True, parties=(contact(1),))
    store.stage(activities(gone, system="hubspot"))
    assert counted(store) == [task(1)]


def test_a_deleted_task_of_ours_is_still_shown_so_that_it_is_never_made_again(store):
    person_with(store, lead(1))
    ours = Activity(task(1), ActivityKind.TODO, NOW, deleted=True, task_key="cs1-a-20261116", parties=(lead(1),))
    other = Activity(task(2), ActivityKind.TODO, NOW, deleted=True, parties=(lead(1),))
    store.stage(activities(ours, other))
    assert counted(store) == [task(1)]


moments = st.lists(
    st.tuples(st.sampled_from(["salesforce", "hubspot", "third"]), st.integers(0, 400)),
    max_size=12,
)


def made(rows: list[tuple[str, int]]) -> list[Activity]:
    return [
        Activity(Ref(system, "call", str(index)), ActivityKind.CALL, NOW + timedelta(seconds=seconds))
        for index, (system, seconds) in enumerate(rows)
    ]


@given(moments, st.randoms(use_true_random=False))
def test_pairing_does_not_depend_on_the_order_and_never_chains(rows, shuffler):
    found = made(rows)
    twins = pair_twins(found)
    shuffled = list(found)
    shuffler.shuffle(shuffled)
    assert pair_twins(shuffled) == twins
    at = {one.ref: one.at for one in found}
    for twin, keeper in twins.items():
        assert twin.system != keeper.system
        assert keeper < twin
        assert keeper not in twins
        assert abs(at[twin] - at[keeper]) <= TWIN_WINDOW
    kept = [(keeper, twin.system) for twin, keeper in twins.items()]
    assert len(kept) == len(set(kept))


@given(st.lists(st.integers(0, 3600), max_size=12))
def test_calls_of_one_system_are_never_twins(seconds):
    assert pair_twins(made([("salesforce", one) for one in seconds])) == {}


def test_of_two_near_ones_the_nearest_is_the_twin():
    one, near, far = made([("hubspot", 100), ("salesforce", 110), ("salesforce", 150)])
    assert pair_twins([one, near, far]) == {near.ref: one.ref}


def test_stamps_decide_which_version_of_an_activity_is_kept(store):
    person_with(store, lead(1))
    newer = Activity(task(1), ActivityKind.CALL, NOW, label="new", modified_at=NOW, parties=(lead(1),))
    older = Activity(task(1), ActivityKind.CALL, NOW, label="old", modified_at=NOW - MINUTE, parties=(lead(1),))
    store.stage(activities(newer))
    assert store.stage(activities(older)) == 0
