from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import All, Compare, Op
from crmsync.rules.sales_ready import (
    Readiness,
    ReadyFacts,
    Region,
    interest_thresholds,
    reachable,
    region,
    sales_ready,
)
from crmsync.rules.score import ASKED_FOR_DEMO, ScoreFacts, last_signal, score
from tests.proofs import proves
from tests.rules.agreed import act, days, shipped, utc

NOW = utc("2026-12-02 09:00")
AGREED = shipped()
GOOD = {
    "industry": "Logistics",
    "employees": 120.0,
    "title": "Head of Operations",
    "country": "GB",
    "email": "zoe@brook-vale.example",
}
POOR = GOOD | {"industry": "Banking", "employees": 3.0, "title": "Student"}


def demo(age):
    return act("form", NOW - days(age), label="Demo")


def pricing(count):
    return tuple(act("page_view", NOW - days(0.01 * one), label="/pricing") for one in range(count))


def judged(*acts, attributes=GOOD, definition=AGREED.qualification, now=NOW, **more) -> tuple[Readiness, Region]:
    rated = score(ScoreFacts(attributes, acts), AGREED.scoring, now)
    asked = last_signal(acts, AGREED.scoring, ASKED_FOR_DEMO, now)
    found = sales_ready(ReadyFacts(rated, attributes, asked, **more), definition, now)
    return found, region(found, rated, AGREED.scoring)


CASES = [
    ("asked for a demo today", (demo(0),), GOOD, True, Region.HIGH),
    ("asked 14 days ago: the last day of the fast lane", (demo(14),), GOOD, True, Region.HIGH),
    ("asked 15 days ago, interest 35", (demo(15),), GOOD, False, Region.MID),
    ("asked 31 days ago, interest 24", (demo(31),), GOOD, False, Region.LOW),
    ("asked 29 days ago, interest 26", (demo(29),), GOOD, False, Region.MID),
    ("nothing done", (), GOOD, False, Region.LOW),
    ("a poor fit asks for a demo", (demo(0),), POOR, False, Region.MID),
    ("fit not known", (demo(0),), {"email": "a@b.example"}, None, Region.MID),
    ("nobody can be reached", (demo(0),), GOOD | {"email": None}, False, Region.MID),
    ("reached by telephone", (demo(0),), GOOD | {"email": None, "phone": "+44 20 7946 0018"}, True, Region.HIGH),
]


@proves("3.13")
@pytest.mark.parametrize("case, acts, attributes, ready, where", CASES, ids=[one[0] for one in CASES])
def test_the_shipped_definition(case, acts, attributes, ready, where):
    """Grade and interest together decide; one alone does not."""
    found, place = judged(*acts, attributes=attributes)
    assert (found.ready, place) == (ready, where), case


@proves("0.11")
def test_unknown_is_not_no():
    """A criterion nobody asked about leaves the answer unknown, never no."""
    found, _ = judged(demo(0), attributes={"email": "a@b.example", "title": "Head"})
    answers = {one.field: (one.answer, one.found) for one in found.criteria}
    assert answers["fit_grade"] == (None, None)
    assert found.ready is None


@pytest.mark.parametrize("excluded", ["raw", "do_not_contact"])
def test_what_is_excluded_is_never_ready_and_never_high(excluded):
    found, place = judged(demo(0), **{excluded: True})
    assert (found.ready, found.excluded, place) == (False, (excluded,), Region.MID)


def test_the_fast_lane_ends_by_itself_and_says_when():
    found, _ = judged(demo(3))
    assert found.recheck_at is not None
    before, _ = judged(demo(3), now=found.recheck_at - days(0.001))
    after, place = judged(demo(3), now=found.recheck_at)
    assert (before.fast_lane, after.fast_lane, after.recheck_at, place) == (True, False, None, Region.MID)


def test_whoever_just_asked_for_a_demo_does_not_fall_back_however_low_the_interest():
    low = replace(score(ScoreFacts(GOOD, ()), AGREED.scoring, NOW), interest=5.0)
    asked = ReadyFacts(low, GOOD, NOW - days(1))
    unknown_fit = ReadyFacts(replace(low, grade="D?"), GOOD, NOW - days(1))
    assert region(sales_ready(asked, AGREED.qualification, NOW), low, AGREED.scoring) is Region.HIGH
    assert region(sales_ready(unknown_fit, AGREED.qualification, NOW), low, AGREED.scoring) is Region.MID


def test_a_definition_without_interest_still_waits_for_the_upper_threshold():
    anybody = replace(AGREED.qualification, ready=Compare("reachable", Op.IS, True))
    found, place = judged(demo(15), definition=anybody)
    assert (found.ready, place) == (True, Region.MID)


@proves("0.12")
def test_every_line_of_the_definition_is_explained():
    """Every line of the definition comes back with its answer and who can provide it."""
    found, _ = judged(demo(2))
    assert [(one.field, one.answer, one.wanted) for one in found.criteria] == [
        ("fit_grade", True, "in A, B"),
        ("reachable", True, "is yes"),
        ("interest", True, "at least 40"),
        ("asked_for_demo_within_days", True, "at most 14"),
    ]


def test_never_asked_is_a_known_no_and_shows_nothing():
    found, _ = judged()
    asked = found.criteria[-1]
    assert (asked.answer, asked.found) == (False, None)


def test_thresholds_of_the_definition_are_known():
    assert interest_thresholds(AGREED.qualification.ready) == (40.0,)


@pytest.mark.parametrize(
    "attributes, expected",
    [
        ({"email": "zoe@brook.example"}, True),
        ({"email": "zoe at brook"}, False),
        ({"email": "zoe@localhost"}, False),
        ({"email": "@brook.example"}, False),
        ({"phone": "0800 1"}, False),
        ({"phone": "0800 123456"}, True),
        ({}, False),
    ],
)
def test_the_data_check(attributes, expected):
    assert reachable(attributes) is expected


# Where a lead came from plays no part

sources = st.sampled_from([None, "Web", "Purchased List", "Trade show", "Partner", "web"])
tags = st.sampled_from([None, "LIST-2026-03-12", "CRM_UI", "FORM"])
people = st.sampled_from([GOOD, POOR, {"email": "a@b.example"}, GOOD | {"email": None}])
doings = st.sampled_from([(), (demo(0),), (demo(20),), pricing(4), pricing(9)])


def depends_on_source(definition, person, acts, first, second) -> bool:
    results = [
        judged(*acts, attributes=person | {"lead_source": source, "import_tag": tag}, definition=definition)
        for source, tag in (first, second)
    ]
    return results[0] != results[1]


@proves("1.14")
@given(people, doings, st.tuples(sources, tags), st.tuples(sources, tags))
def test_permuting_the_source_never_changes_the_answer(person, acts, first, second):
    """Whatever stands in the source, the answer is the same."""
    assert not depends_on_source(AGREED.qualification, person, acts, first, second)


@proves("1.14")
def test_a_definition_that_reads_the_source_is_caught_by_that_property():
    """A definition that does read the source breaks the property: it can fail."""
    biased = All((AGREED.qualification.ready, Compare("lead_source", Op.IS, "Web")))
    definition = replace(AGREED.qualification, ready=biased)
    assert depends_on_source(definition, GOOD, (demo(0),), ("Web", None), ("Partner", None))
