from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import All, AnyOf, Compare, Not, Op
from crmsync.rules.conditions import holds, leaves
from tests.rules.agreed import days, utc

NOW = utc("2026-12-02 09:00")
FACTS = {
    "country": "Germany",
    "title": "Head of Operations",
    "employees": 120.0,
    "reachable": True,
    "opt_out": False,
    "company": "  ",
    "import_tag": "list-2026-03-12",
    "created_at": NOW - days(3),
    "born": date(2026, 11, 30),
    "said": "Yes",
}

TABLE = [
    ("country", Op.IS, "germany", True),
    ("country", Op.IS, "DE", False),
    ("country", Op.IN, ("DE", "GERMANY"), True),
    ("country", Op.IN, ("FR",), False),
    ("employees", Op.IN, (100, 120), True),
    ("employees", Op.IS, 120, True),
    ("employees", Op.AT_LEAST, 120, True),
    ("employees", Op.AT_LEAST, 121, False),
    ("employees", Op.AT_MOST, 120, True),
    ("employees", Op.AT_MOST, 119, False),
    ("employees", Op.BETWEEN, (120, 130), True),
    ("employees", Op.BETWEEN, (10, 119.5), False),
    ("title", Op.CONTAINS_ANY, ("chief", "HEAD"), True),
    ("title", Op.CONTAINS_ANY, ("intern",), False),
    ("import_tag", Op.STARTS_WITH, "LIST-", True),
    ("title", Op.STARTS_WITH, "Operations", False),
    ("title", Op.MATCHES, "^head .* operations$", True),
    ("title", Op.MATCHES, "^operations", False),
    ("reachable", Op.IS, True, True),
    ("opt_out", Op.IS, True, False),
    ("said", Op.IS, True, True),
    ("created_at", Op.WITHIN, 3, True),
    ("created_at", Op.WITHIN, 2.9, False),
    ("born", Op.WITHIN, 2, True),
    ("born", Op.WITHIN, 1, False),
    ("company", Op.MISSING, True, True),
    ("country", Op.MISSING, True, False),
    ("country", Op.MISSING, False, True),
    ("nowhere", Op.MISSING, True, True),
]


@pytest.mark.parametrize("field, op, value, expected", TABLE)
def test_each_comparison(field, op, value, expected):
    assert holds(Compare(field, op, value), FACTS, NOW) is expected


@pytest.mark.parametrize("op", [one for one in Op if one is not Op.MISSING])
@pytest.mark.parametrize("field", ["nowhere", "company"])
def test_a_missing_or_blank_fact_leaves_the_answer_open(op, field):
    assert holds(Compare(field, op, ("a", "b")), FACTS, NOW) is None


@pytest.mark.parametrize(
    "field, op, value",
    [("country", Op.AT_LEAST, 3), ("reachable", Op.AT_MOST, 1), ("country", Op.WITHIN, 3), ("country", Op.IS, True)],
)
def test_facts_of_another_kind_are_not_known_rather_than_no(field, op, value):
    assert holds(Compare(field, op, value), FACTS, NOW) is None


def test_within_needs_to_know_the_present():
    assert holds(Compare("created_at", Op.WITHIN, 3), FACTS) is None


YES, NO, OPEN = (Compare(name, Op.IS, True) for name in ("reachable", "opt_out", "nowhere"))

JOINS = [
    (All((YES, OPEN)), None),
    (All((NO, OPEN)), False),
    (All((YES, YES)), True),
    (AnyOf((YES, OPEN)), True),
    (AnyOf((NO, OPEN)), None),
    (AnyOf((NO, NO)), False),
    (Not(OPEN), None),
    (Not(NO), True),
    (Not(YES), False),
]


@pytest.mark.parametrize("condition, expected", JOINS)
def test_joins_keep_what_is_not_known(condition, expected):
    assert holds(condition, FACTS, NOW) is expected


conditions = st.recursive(
    st.sampled_from([YES, NO, OPEN]),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


@given(st.lists(conditions, min_size=1, max_size=4))
def test_not_all_is_any_not(parts):
    assert holds(Not(All(tuple(parts))), FACTS) is holds(AnyOf(tuple(Not(one) for one in parts)), FACTS)


@given(conditions)
def test_learning_a_missing_fact_never_turns_an_answer_round(condition):
    before = holds(condition, FACTS)
    for learned in (True, False):
        assert before in {None, holds(condition, {**FACTS, "nowhere": learned})}


def test_leaves_are_every_comparison_as_written():
    assert leaves(All((YES, AnyOf((NO, Not(OPEN)))))) == (YES, NO, OPEN)
