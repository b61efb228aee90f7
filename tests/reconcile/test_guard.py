"""The brakes in their order, and the caps: never more than they say."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.decisions import Because, ChangeKind, TaskDraft
from crmsync.model.plans import Change, VerdictKind
from crmsync.model.records import Ref
from crmsync.reconcile.guard import NEVER_SENT, Limits, Situation, guard

WHY = Because("status.follows")
ACT = dict.fromkeys(ChangeKind, "act")
OPEN = Situation(
    writes={"salesforce": True, "hubspot": True},
    modes=ACT,
    signed=True,
    first=False,
    records={("salesforce", "Lead"): 1000, ("hubspot", "contacts"): 1000},
)
SIDE = ("salesforce", "Lead")


def change(number=0, kind=ChangeKind.STATUS, system="salesforce", owner="t.baker@halden.example"):
    objects = {"salesforce": "Lead", "hubspot": "contacts"}
    if kind is ChangeKind.TASK:
        about = Ref("salesforce", "Lead", f"00Q{number}")
        draft = TaskDraft(f"cs1-{number}-20261202", about, owner, "Call", "text", "20261202", WHY)
        return Change(Ref("salesforce", "Task", ""), "task", None, draft.key, kind, WHY, f"p{number}", draft=draft)
    return Change(Ref(system, objects[system], f"00Q{number}"), kind.value, "a", "b", kind, WHY, f"p{number}")


def verdict(one=None, now=OPEN, limits=None):
    [told] = guard([one or change()], limits or Limits(), now)
    return told


def codes(changes, now=OPEN, **limits):
    return Counter(one.code for one in guard(changes, Limits(**limits), now))


def test_with_every_brake_open_a_change_is_allowed():
    assert (verdict().kind, verdict().code) == (VerdictKind.ALLOW, "")


BRAKES: list[tuple[str, dict]] = [
    ("brake.writes_off", {"writes": {"salesforce": False, "hubspot": True}}),
    ("brake.watch", {"modes": {**ACT, ChangeKind.STATUS: "watch"}}),
    ("brake.unsigned", {"signed": False}),
    ("brake.first_plan", {"first": True}),
    ("limit.side_lost", {"before_pull": {SIDE: 4000}}),
    ("limit.fought_over", {"recent": {(change().ref, "status", "b"): 3}}),
    ("limit.budget", {"budget_left": {"salesforce": False}}),
    ("brake.ask", {"modes": {**ACT, ChangeKind.STATUS: "ask"}}),
]


@pytest.mark.parametrize("code, pulled", BRAKES, ids=[row[0] for row in BRAKES])
def test_each_brake_holds_alone(code, pulled):
    told = verdict(now=replace(OPEN, **pulled))
    assert (told.kind, told.code) == (VerdictKind.HOLD, code)


PAIRS = [
    (above, below) for at, above in enumerate(BRAKES) for below in BRAKES[at + 1 :] if set(above[1]) != set(below[1])
]


@pytest.mark.parametrize("above, below", PAIRS, ids=[f"{above[0]} before {below[0]}" for above, below in PAIRS])
def test_of_two_brakes_the_one_that_comes_first_is_told(above, below):
    assert verdict(now=replace(OPEN, **below[1], **above[1])).code == above[0]


def test_all_brakes_opened_one_by_one_are_told_in_order():
    pulled = {name: value for _, row in reversed(BRAKES) for name, value in row.items()}
    told = []
    for code, row in BRAKES:
        told.append(verdict(now=replace(OPEN, **pulled)).code)
        pulled = {name: value for name, value in pulled.items() if name not in row}
        if code == "brake.watch":
            pulled["modes"] = {**ACT, ChangeKind.STATUS: "ask"}
    assert told == [code for code, _ in BRAKES]


def test_a_brake_holds_its_own_system_and_its_own_kind_only():
    off = replace(OPEN, writes={"salesforce": False, "hubspot": True})
    assert verdict(change(system="hubspot"), off).kind is VerdictKind.ALLOW
    watch = replace(OPEN, modes={**ACT, ChangeKind.SCORE: "watch"})
    assert verdict(now=watch).kind is VerdictKind.ALLOW
    assert verdict(change(kind=ChangeKind.SCORE), watch).code == "brake.watch"


def test_a_system_nobody_switched_on_and_a_kind_nobody_named_are_held():
    assert verdict(now=replace(OPEN, writes={})).code == "brake.writes_off"
    assert verdict(now=replace(OPEN, modes={})).code == "brake.ask"


def test_the_brakes_no_approval_lifts_are_the_three_an_admin_sets():
    assert {"brake.writes_off", "brake.watch", "brake.unsigned"} == NEVER_SENT


# Limits over the whole plan ------------------------------------------------------------------------------------------


def many(count, kind=ChangeKind.STATUS, **more):
    return [change(number, kind, **more) for number in range(count)]


@pytest.mark.parametrize("count, held", [(200, False), (201, True)])
def test_the_number_of_one_kind(count, held):
    roomy = replace(OPEN, records={SIDE: 100_000})
    assert codes(many(count), roomy) == {"limit.count" if held else "": count}


@pytest.mark.parametrize("count, held", [(100, False), (101, True)])
def test_the_share_of_one_kind(count, held):
    assert codes(many(count)) == {"limit.share" if held else "": count}


@pytest.mark.parametrize("count, held", [(20, False), (21, True)])
def test_owners_have_a_share_of_their_own(count, held):
    assert codes(many(count, ChangeKind.OWNER)) == {"limit.share" if held else "": count}


@pytest.mark.parametrize("population, held", [(19, False), (20, True)])
def test_the_share_counts_from_a_minimum_population(population, held):
    assert codes(many(5), replace(OPEN, records={SIDE: population})) == {"limit.share" if held else "": 5}


def test_new_tasks_are_counted_like_everything_else():
    spread = [change(number, ChangeKind.TASK, owner=f"{number}@halden.example") for number in range(51)]
    assert codes(spread[:50]) == {"": 50}
    assert codes(spread) == {"limit.count": 51}


def test_tasks_have_a_limit_per_owner():
    assert codes(many(3, ChangeKind.TASK), tasks_per_owner=3) == {"": 3}
    assert codes(many(4, ChangeKind.TASK), tasks_per_owner=3) == {"limit.tasks_per_owner": 4}


def test_a_kind_over_its_limit_is_held_whole_and_the_others_go_on():
    assert codes([*many(101), *many(5, ChangeKind.SCORE)]) == {"limit.share": 101, "": 5}


@pytest.mark.parametrize(
    "before, now, lost", [(10, 4, True), (10, 5, False), (9, 0, False), (1000, 0, True), (1000, 499, True)]
)
def test_a_side_that_came_back_empty_or_halved_holds_everything(before, now, lost):
    situation = replace(OPEN, before_pull={("hubspot", "contacts"): before}, records={("hubspot", "contacts"): now})
    assert verdict(now=situation).code == ("limit.side_lost" if lost else "")


def test_a_side_that_vanished_from_the_counts_counts_as_empty():
    assert verdict(now=replace(OPEN, before_pull={("hubspot", "companies"): 50})).code == "limit.side_lost"


@pytest.mark.parametrize("times, held", [(2, False), (3, True), (9, True)])
def test_a_value_that_is_written_again_and_again_is_fought_over(times, held):
    situation = replace(OPEN, recent={(change().ref, "status", "b"): times})
    assert verdict(now=situation).code == ("limit.fought_over" if held else "")
    assert verdict(change(1), situation).code == ""


def test_every_verdict_says_what_it_saw():
    told = guard(many(101), Limits(), OPEN)[0]
    assert dict(told.facts) == {"kind": "status", "count": "101", "population": "1000"}


# The law -------------------------------------------------------------------------------------------------------------

KINDS = st.sampled_from(list(ChangeKind))
CHANGES = st.lists(
    st.builds(
        change,
        st.integers(0, 400),
        KINDS,
        st.sampled_from(["salesforce", "hubspot"]),
        st.sampled_from(["t@halden.example", "r@halden.example"]),
    ),
    max_size=40,
)
LIMITS = st.builds(
    Limits,
    share_of_records=st.sampled_from([0.0, 0.05, 0.1, 0.5, 1.0]),
    at_least_records=st.integers(1, 60),
    changes_per_kind=st.integers(1, 25),
    new_tasks=st.integers(1, 10),
    tasks_per_owner=st.integers(1, 8),
    owner_share=st.sampled_from([0.0, 0.02, 0.2]),
)
SITUATIONS = st.builds(
    Situation,
    writes=st.fixed_dictionaries({"salesforce": st.booleans(), "hubspot": st.just(True)}),
    modes=st.dictionaries(KINDS, st.sampled_from(["watch", "ask", "act"]), min_size=5),
    signed=st.sampled_from([True, True, True, False]),
    first=st.sampled_from([True, False, False, False]),
    records=st.fixed_dictionaries({SIDE: st.integers(0, 300), ("hubspot", "contacts"): st.integers(0, 300)}),
)


@given(CHANGES, LIMITS, SITUATIONS)
def test_the_guard_never_allows_more_than_its_caps(changes, limits, now):
    told = guard(changes, limits, now)
    assert len(told) == len(changes)
    allowed = [one for one, said in zip(changes, told, strict=True) if said.kind is VerdictKind.ALLOW]
    for kind, count in Counter(one.kind for one in allowed).items():
        assert now.modes[kind] == "act"
        assert count <= (limits.new_tasks if kind is ChangeKind.TASK else limits.changes_per_kind)
        _within_the_share(kind, count, allowed, limits, now)
    owners = Counter(one.draft.owner for one in allowed if one.draft)
    assert all(count <= limits.tasks_per_owner for count in owners.values())
    assert not allowed or (now.signed and not now.first)
    assert all(now.writes[one.ref.system] for one in allowed)


def _within_the_share(kind, count, allowed, limits, now):
    if kind is ChangeKind.TASK:
        return
    population = sum(now.records.values())
    share = limits.owner_share if kind is ChangeKind.OWNER else limits.share_of_records
    assert population < limits.at_least_records or count <= share * population


@given(CHANGES, LIMITS, SITUATIONS, st.randoms(use_true_random=False))
def test_a_verdict_does_not_depend_on_the_order_of_the_plan(changes, limits, now, rng):
    pairs = Counter(
        (one.ref, one.kind, one.task_key, said.code)
        for one, said in zip(changes, guard(changes, limits, now), strict=True)
    )
    shuffled = rng.sample(changes, len(changes))
    assert pairs == Counter(
        (one.ref, one.kind, one.task_key, said.code)
        for one, said in zip(shuffled, guard(shuffled, limits, now), strict=True)
    )
