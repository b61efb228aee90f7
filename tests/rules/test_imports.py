"""Bought names: told by source or tag, let out only by something they did themselves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.activities import Actor, Direction
from crmsync.rules.imports import ImportFacts, engages, import_state
from tests.proofs import proves
from tests.rules.agreed import act, days, shipped, utc

NOW = utc("2026-12-02 09:00")
SECTION = shipped().imports
BOUGHT = {"lead_source": "Purchased List"}


def found(*acts, records=(BOUGHT,), now=NOW, section=SECTION):
    return import_state(ImportFacts(tuple(records), tuple(acts)), section, now)


RECOGNISED = [
    ({"lead_source": "Purchased List"}, True, "Purchased List"),
    ({"lead_source": "purchased list"}, True, "purchased list"),
    ({"import_tag": "LIST-2026-03-12"}, True, "LIST-2026-03-12"),
    ({"import_tag": "LIST-2026-03-12", "lead_source": "Web"}, True, "LIST-2026-03-12"),
    ({"lead_source": "Web"}, False, None),
    ({"import_tag": "MY-LIST-2026"}, False, None),
    ({"lead_source": None, "import_tag": None}, False, None),
    ({}, False, None),
]


@pytest.mark.parametrize("record, bought, tag", RECOGNISED)
def test_a_bought_name_is_told_by_its_source_or_its_import_tag(record, bought, tag):
    answer = found(records=[record])
    assert (answer.bought, answer.tag) == (bought, tag)


def test_one_bought_record_of_several_is_enough():
    assert found(records=[{"lead_source": "Web"}, BOUGHT]).bought


ENGAGED = [
    ("a form", act("form", NOW - days(1)), True),
    ("a reply", act("email", NOW - days(1), direction=Direction.INBOUND), True),
    ("a call to us", act("call", NOW - days(1), direction=Direction.INBOUND), True),
    ("a meeting", act("meeting", NOW - days(1)), True),
    ("our mail", act("email", NOW - days(1)), False),
    ("our call", act("call", NOW - days(1)), False),
    ("an opened mail", act("email_open", NOW - days(1)), False),
    ("a page view", act("page_view", NOW - days(1)), False),
    ("an automatic reply", act("email", NOW, direction=Direction.INBOUND, actor=Actor.AUTOMATION), False),
    ("a deleted form", act("form", NOW - days(1), deleted=True), False),
    ("a form tomorrow", act("form", NOW + days(1)), False),
]


@proves("0.15")
@pytest.mark.parametrize("case, activity, engaged", ENGAGED, ids=[row[0] for row in ENGAGED])
def test_only_what_the_person_did_themselves_lets_them_out(case, activity, engaged):
    """A bought name stays apart until the person does something; what we do does not count."""
    answer = found(activity)
    assert (answer.engaged, answer.last_engaged_at) == (engaged, activity.at if engaged else None), case


def test_the_agreement_names_what_lets_them_out():
    clicks = replace(SECTION, leaves_raw_when=frozenset({"human_click"}))
    assert found(act("page_view", NOW), section=clicks).engaged
    assert not found(act("form", NOW), section=clicks).engaged


def test_the_newest_engagement_counts():
    answer = found(act("form", NOW - days(9)), act("meeting", NOW - days(2)), act("form", NOW - days(5)))
    assert answer.last_engaged_at == NOW - days(2)


@given(
    st.permutations([act(kind, NOW - days(age)) for age, kind in enumerate(["form", "call", "meeting", "page_view"])])
)
def test_the_order_of_what_happened_plays_no_part(acts):
    assert found(*acts) == found(*sorted(acts, key=lambda one: one.at))


@given(st.sampled_from(["form", "email", "call", "meeting", "page_view", "email_open", "todo"]))
def test_a_todo_or_an_unlisted_kind_never_engages(kind):
    assert not engages(act(kind, NOW), frozenset())
