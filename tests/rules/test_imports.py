"""Bought names: told by source or tag, let out only by something they did themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import AnyOf, Burst, Compare, ImportList, Op
from crmsync.model.activities import Actor, Direction
from crmsync.model.belonging import ListedIn, ListKind, PeopleList
from crmsync.model.records import Ref
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


# Which sign told ------------------------------------------------------------------------------------------------------

SIGNED = replace(
    SECTION,
    recognise=AnyOf(
        (
            *SECTION.recognise.parts,
            Compare("campaign_type", Op.IS, "Purchased List"),
            Compare("list_name", Op.STARTS_WITH, "Bought"),
            Compare("import_name", Op.STARTS_WITH, "BUY"),
            Compare("import_source", Op.IS, "SALESFORCE"),
        )
    ),
    lists=(ImportList("LIST-2026-03-12", "Kaltwasser Data"),),
    burst=Burst(12, timedelta(minutes=10)),
)


def listed(kind, name, type_="", source=""):
    ref = Ref("hubspot", "lists", name)
    return ListedIn(PeopleList(ref, ListKind(kind), name, type_, source), Ref("hubspot", "contacts", "1"))


SIGNS = [
    ("an import tag", {"import_tag": "LIST-7"}, [], 0, ("import_tag", "LIST-7")),
    ("a source", {"lead_source": "Purchased List"}, [], 0, ("lead_source", "Purchased List")),
    ("a list of the agreement", {}, [listed("list", "list-2026-03-12")], 0, ("vendor_list", "LIST-2026-03-12")),
    ("a campaign of that name", {}, [listed("campaign", "LIST-2026-03-12")], 0, ("vendor_list", "LIST-2026-03-12")),
    ("a campaign type", {}, [listed("campaign", "Fair", "Purchased List")], 0, ("campaign_type", "Fair")),
    ("a list's name", {}, [listed("list", "Bought in March")], 0, ("list_name", "Bought in March")),
    ("an import's name", {}, [listed("import", "BUY.csv")], 0, ("import_name", "BUY.csv")),
    ("an import's source", {}, [listed("import", "x.csv", source="SALESFORCE")], 0, ("import_source", "x.csv")),
    ("a burst", {}, [], 12, ("burst", None)),
    ("one fewer", {}, [], 11, ("", None)),
    ("another list", {}, [listed("list", "Newsletter"), listed("import", "crm.csv")], 0, ("", None)),
    ("a list type is no campaign type", {}, [listed("list", "Fair", "Purchased List")], 0, ("", None)),
    (
        "the record says so before any list",
        {"import_tag": "LIST-7"},
        [listed("import", "BUY")],
        99,
        ("import_tag", "LIST-7"),
    ),
    (
        "a list of the agreement before another",
        {},
        [listed("import", "BUY"), listed("list", "LIST-2026-03-12")],
        0,
        ("vendor_list", "LIST-2026-03-12"),
    ),
]


@proves("0.15")
@pytest.mark.parametrize("record, lists, together, sign", [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_a_bought_name_is_told_by_the_surest_sign(record, lists, together, sign):
    """Whether a name was bought is said with the sign that told: tag, source, list of the agreement, import, burst."""
    answer = import_state(ImportFacts((record,), (), tuple(lists), together), SIGNED, NOW)
    assert (answer.by, answer.tag) == sign
    assert answer.bought is bool(sign[0])


def test_without_an_agreed_burst_no_number_makes_a_name_bought():
    assert not import_state(ImportFacts(({},), (), (), 100_000), SECTION, NOW).bought


@pytest.mark.parametrize("actor, engaged", [(Actor.PERSON, True), (Actor.BOT, False), (Actor.AUTOMATION, False)])
def test_a_click_in_a_mail_lets_them_out_if_a_person_made_it(actor, engaged):
    clicks = replace(SECTION, leaves_raw_when=frozenset({"human_click"}))
    assert found(act("email_click", NOW, direction=Direction.INBOUND, actor=actor), section=clicks).engaged is engaged


@given(st.sampled_from(["form", "email", "call", "meeting", "page_view", "email_open", "todo"]))
def test_a_todo_or_an_unlisted_kind_never_engages(kind):
    assert not engages(act(kind, NOW), frozenset())
