from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import Member, RoutingTeam
from crmsync.model.decisions import Because, OwnerRequest, TaskDraft, TaskRequest
from crmsync.model.people import Assignment, Directory, Owner, OwnerKind
from crmsync.model.records import Ref
from crmsync.reconcile.settle import Staff, settle
from tests.proofs import proves
from tests.rules.agreed import days, shipped, utc

NOW = utc("2026-12-02 09:00")
KEYS = [f"{letter}@halden.example" for letter in "abcdef"]


def agreed(weights=(2, 1), most=None, queue=""):
    members = tuple(Member(key, weight) for key, weight in zip(KEYS, weights, strict=False))
    routing = replace(shipped().routing, teams={"uk": RoutingTeam("uk", members, most)}, fallback_queue=queue)
    return replace(shipped(), routing=routing)


def people(*, away=(), systems=("salesforce",)):
    owners = [
        Owner(system, f"{system}-{key}", key[0].upper(), key, active=key not in away)
        for key in KEYS
        for system in systems
    ]
    queue = Owner("salesforce", "00GQUEUE", "Inbound", None, OwnerKind.QUEUE)
    return Directory({(one.system, one.id): one for one in (*owners, queue)})


def lead(person, system="salesforce"):
    return Ref(system, "Lead", person)


def wanted(person, *, score=0.0, team="uk", **more):
    known = {"targets": (lead(person),), "since": NOW, "because": Because("owner.missing")}
    return OwnerRequest(person, 1, score=score, team=team, **(known | more))


def in_turn(count):
    return [wanted(f"p{number:03}") for number in range(count)]


def settled(requests, staff=None, agreement=None, tasks=()):
    return settle(requests, tasks, staff or Staff(people()), agreement or agreed(), NOW)


def letters(result):
    return " ".join(one.owner[0].upper() for one in result.answers)


# Who is away

BACK = NOW + days(3)


UK = [one.owner for one in agreed().routing.teams["uk"].members]


def away(*keys, until=BACK):
    known = people().owners
    gone = {place: replace(one, away_until=until) for place, one in known.items() if one.key in keys}
    return Staff(Directory({**known, **gone}))


def test_turns_pass_over_whoever_is_away():
    present = letters(settled(in_turn(12)))
    first = KEYS[0]
    assert first[0].upper() in present
    assert first[0].upper() not in letters(settled(in_turn(12), away(first)))
    assert letters(settled(in_turn(12), away(first, until=NOW))) == present


def test_whom_nobody_can_take_is_looked_at_again_when_somebody_is_back():
    found = settled(in_turn(2), away(*UK))
    assert found.look_again == {"p000": BACK, "p001": BACK}
    assert settled(in_turn(2)).look_again == {}


# Whose turn it is


def test_weights_two_and_one_take_turns_as_calculated():
    assert letters(settled(in_turn(9))) == "A B A A B A A B A"


def test_the_pointers_go_on_where_the_last_cycle_left_them():
    requests, staff, order = in_turn(9), Staff(people()), []
    for request in requests:
        result = settled([request], staff)
        staff = replace(staff, pools=result.pools)
        order.append(letters(result))
    assert " ".join(order) == "A B A A B A A B A"


@proves("2.5", "1.9")
def test_the_hottest_and_longest_waiting_come_first():
    """The highest score comes first, then whoever waits longest."""
    requests = [
        wanted("cold", score=10),
        wanted("a-late", score=50, since=NOW),
        wanted("z-early", score=50, since=NOW - days(1)),
        wanted("demo", score=5, lane=0),
        wanted("twin-b", score=50),
        wanted("twin-a", score=50),
    ]
    order = [one.request.person for one in settled(requests).answers]
    assert order == ["demo", "z-early", "a-late", "twin-a", "twin-b", "cold"]


def test_whoever_is_away_is_never_chosen():
    assert letters(settled(in_turn(3), Staff(people(away=KEYS[:1])))) == "B B B"


def test_whoever_comes_back_is_not_flooded():
    away = settled(in_turn(10), Staff(people(away=KEYS[:1])))
    back = settled(in_turn(6), Staff(people(), pools=away.pools))
    assert letters(back) == "A B A A B A"


def test_a_new_member_starts_where_the_others_stand():
    before = settled(in_turn(30), agreement=agreed((1, 1)))
    after = settled(in_turn(6), Staff(people(), pools=before.pools), agreed((1, 1, 1)))
    assert sorted(Counter(letters(after).split()).values()) == [2, 2, 2]


def test_whoever_has_no_room_is_passed_over():
    staff = Staff(people(), open_leads={KEYS[0]: 39})
    result = settled(in_turn(4), staff, agreed((2, 1), most=40))
    assert letters(result) == "A B B B"


def test_a_team_of_nobody_leaves_the_person_unanswered():
    result = settled(in_turn(1), Staff(people(away=KEYS)))
    assert (result.answers, result.assignments) == ((), ())
    assert result.unanswered[0].because.code == "owner.nobody_available"


def test_where_the_agreement_names_a_queue_it_takes_what_nobody_can():
    result = settled(in_turn(1), Staff(people(away=KEYS)), agreed(queue="inbound"))
    assert [one.value for one in result.answers[0].desired] == ["00GQUEUE"]
    assert (result.unanswered, result.assignments) == ((), ())


def test_without_a_rule_that_fits_nobody_is_guessed():
    assert settled([wanted("p1", team=None)]).unanswered[0].because.code == "owner.no_rule_fits"
    assert settled([wanted("p1", team="gone")]).unanswered[0].because.code == "owner.nobody_available"


# Relations and earlier answers


def test_a_relation_wins_without_using_a_turn():
    result = settled([wanted("p1", relationship=KEYS[1]), wanted("p2"), wanted("p3")])
    assert letters(result) == "B A B"
    assert result.answers[0].desired[0].because.code == "owner.relationship"


def test_a_relation_who_left_is_passed_over():
    result = settled([wanted("p1", relationship=KEYS[1])], Staff(people(away=KEYS[1:2])))
    assert letters(result) == "A"


def test_a_retry_gets_the_same_owner_and_uses_no_turn():
    first = settled(in_turn(3))
    given_to = {(one.person, one.pass_number): one for one in first.assignments}
    again = settled(in_turn(3), Staff(people(), pools=first.pools, assigned=given_to))
    assert letters(again) == letters(first)
    assert (again.pools, again.assignments) == (first.pools, ())


def test_an_earlier_owner_who_left_is_replaced():
    earlier = Assignment("p1", 1, KEYS[0], NOW - days(3), "owner.turn")
    result = settled([wanted("p1")], Staff(people(away=KEYS[:1]), assigned={("p1", 1): earlier}))
    assert [one.owner for one in result.assignments] == [KEYS[1]]


def test_another_trip_is_another_turn():
    earlier = Assignment("p1", 1, KEYS[1], NOW - days(300), "owner.turn")
    result = settled([replace(wanted("p1"), pass_number=2)], Staff(people(), assigned={("p1", 1): earlier}))
    assert [(one.owner, one.pass_number) for one in result.assignments] == [(KEYS[0], 2)]


# What is written


def test_every_record_gets_the_owners_id_of_its_own_system():
    both = (lead("p1"), lead("p1", "hubspot"))
    result = settled([wanted("p1", targets=both)], Staff(people(systems=("salesforce", "hubspot"))))
    assert [(one.ref, one.field, one.value) for one in result.answers[0].desired] == [
        (both[0], "owner", f"salesforce-{KEYS[0]}"),
        (both[1], "owner", f"hubspot-{KEYS[0]}"),
    ]


def test_a_rep_without_a_seat_in_one_crm_owns_in_the_other():
    both = (lead("p1"), lead("p1", "hubspot"))
    result = settled([wanted("p1", targets=both)])
    assert [one.ref.system for one in result.answers[0].desired] == ["salesforce"]


def test_the_reason_names_team_vacancy_and_owner():
    because = settled(in_turn(1)).answers[0].desired[0].because
    assert (because.code, because.facts) == ("owner.turn", {"team": "uk", "vacancy": "owner.missing", "owner": "A"})


# Tasks


def overdue(person, owner=KEYS[0], *, score=0.0, key=None, lane=1):
    key = key or f"cs1-{person}-20261202"
    draft = TaskDraft(key, lead(person), owner, "subject", "text", "20261202", Because("task.overdue"))
    return TaskRequest(person, draft, score, NOW, lane)


def test_one_person_gets_only_so_many_tasks_a_day_the_hottest_first():
    requests = [overdue(f"p{number}", score=number) for number in range(5)]
    result = settled((), tasks=requests)
    assert [one.person for one in result.tasks] == ["p4", "p3", "p2"]
    assert [one.person for one in result.left_out] == ["p1", "p0"]


def test_tasks_made_earlier_today_count():
    staff = Staff(people(), tasks_today={KEYS[0]: 2})
    requests = [overdue("p1"), overdue("p2"), overdue("p3", KEYS[1])]
    result = settled((), staff, tasks=requests)
    assert [one.person for one in result.tasks] == ["p1", "p3"]
    assert [one.person for one in result.left_out] == ["p2"]


def test_one_key_is_one_task():
    result = settled((), tasks=[overdue("p1", key="cs1-x-20261202"), overdue("p2", key="cs1-x-20261202")])
    assert ([one.person for one in result.tasks], result.left_out) == (["p1"], ())


# Laws

weights = st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=6)
requests = st.lists(
    st.builds(
        wanted,
        st.integers(0, 999).map(lambda number: f"p{number}"),
        score=st.sampled_from([0.0, 12.5, 60.0]),
        lane=st.sampled_from([0, 1]),
        since=st.sampled_from([NOW, NOW - days(1)]),
        relationship=st.sampled_from([None, None, KEYS[0], KEYS[5]]),
    ),
    unique_by=lambda one: one.person,
    max_size=12,
)


@proves("2.5")
@given(requests, st.randoms(use_true_random=False))
def test_the_order_of_the_requests_changes_nothing(drawn, chance):
    """In whatever order people are looked at, everybody gets the same place."""
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    tasks = [overdue(one.person, score=one.score) for one in drawn]
    again = [overdue(one.person, score=one.score) for one in shuffled]
    assert settled(shuffled, tasks=again) == settled(drawn, tasks=tasks)


@given(weights, st.integers(min_value=1, max_value=4))
def test_after_whole_rounds_everybody_has_exactly_their_share(drawn, rounds):
    result = settled(in_turn(sum(drawn) * rounds), agreement=agreed(drawn))
    counts = Counter(one.owner for one in result.answers)
    assert [counts[key] for key, _ in zip(KEYS, drawn, strict=False)] == [weight * rounds for weight in drawn]


@given(weights, st.integers(min_value=0, max_value=60))
def test_at_no_time_is_anybody_a_whole_turn_ahead_of_another(drawn, count):
    counts = Counter(one.owner for one in settled(in_turn(count), agreement=agreed(drawn)).answers)
    served = [(Fraction(counts[key], weight), weight) for key, weight in zip(KEYS, drawn, strict=False)]
    assert all(mine - yours <= Fraction(1, weight) for mine, weight in served for yours, _ in served)


@given(st.lists(st.integers(min_value=1, max_value=2), min_size=1, max_size=6), st.integers(min_value=0, max_value=60))
def test_with_weights_up_to_two_counts_stay_within_one_of_the_weighted_share(drawn, count):
    counts = Counter(one.owner for one in settled(in_turn(count), agreement=agreed(drawn)).answers)
    for key, weight in zip(KEYS, drawn, strict=False):
        assert abs(counts[key] - Fraction(count * weight, sum(drawn))) <= 1


@given(weights, st.lists(st.integers(min_value=1, max_value=7), max_size=8))
def test_cutting_the_day_into_cycles_changes_no_turn(drawn, cycles):
    staff, order = Staff(people()), []
    for size in cycles:
        result = settled(in_turn(size), staff, agreed(drawn))
        staff = replace(staff, pools=result.pools)
        order += [one.owner for one in result.answers]
    assert order == [one.owner for one in settled(in_turn(sum(cycles)), agreement=agreed(drawn)).answers]


@pytest.mark.parametrize("pools", [{}, {"uk": {}}, {"gone": {"z@halden.example": 3.5}}])
def test_teams_the_agreement_no_longer_has_keep_their_pointers(pools):
    result = settled(in_turn(1), Staff(people(), pools=pools))
    assert result.pools["uk"][KEYS[0]] == 0.5
    assert {name: result.pools[name] for name in pools if name != "uk"} == {
        name: pools[name] for name in pools if name != "uk"
    }
