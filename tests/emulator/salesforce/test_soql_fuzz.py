"""Queries that no person would write: whatever is asked, the org answers rows or a refusal, and never stumbles."""

# ruff: noqa: S608 - SOQL for an emulator, put together on purpose

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmsync.emulator.salesforce.ids import API_USER
from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.parser import parse
from crmsync.emulator.salesforce.soql.run import run
from crmsync.emulator.salesforce.soql.tree import Query
from tests.emulator.salesforce.door import Door

OBJECTS = st.sampled_from(
    "Lead Contact Task Event LeadHistory LeadStatus Group CampaignMember Lede LoginHistory".split()
)
FIELDS = st.sampled_from(
    """Id LastName Status Email OwnerId Owner.Name Owner.Type Who.Name What.Type CreatedDate SystemModstamp ActivityDate
    NumberOfEmployees IsConverted IsDeleted Address Description NewValue Account.Owner.Name CampaignId LeadId Foo
    Boss.Name Owner.Profile.Name Subject Lead.Status DurationInMinutes""".split()
)
CALLS = st.sampled_from("COUNT COUNT_DISTINCT MIN MAX SUM AVG FORMAT toLabel CALENDAR_YEAR".split())
LITERALS = st.sampled_from(
    r"""'open' '' 'a%' '00Q000000000001' 'O\'Hara' null TRUE false 5 -1.5 .5 2026-12-02 2026-13-40 TODAY LAST_N_DAYS:3
    2026-12-02T09:00:00Z 2026-12-02T09:00:00.123+05:30 9999-12-31T23:59:59-14:00 0001-01-01T00:00:00+14:00 USD5
    NEXT_N_YEARS:99999 LAST_FISCAL_QUARTER N_WEEKS_AGO:2 '\u00e7' '\q' :bound""".split()
)
SIGNS = st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN", "INCLUDES"])


@st.composite
def comparisons(draw) -> str:
    operand = draw(FIELDS) if draw(st.integers(0, 4)) else f"{draw(CALLS)}({draw(FIELDS)})"
    sign = draw(SIGNS)
    if sign.endswith(("IN", "INCLUDES")):
        return f"{operand} {sign} ({', '.join(draw(st.lists(LITERALS, min_size=1, max_size=3)))})"
    return f"{operand} {sign} {draw(LITERALS)}"


CONDITIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        inner.map(lambda one: f"(NOT {one})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
    ),
    max_leaves=5,
)


@st.composite
def queries(draw) -> str:
    items = draw(st.lists(FIELDS | st.tuples(CALLS, FIELDS).map("{0[0]}({0[1]})".format), min_size=1, max_size=3))
    if draw(st.integers(0, 5)) == 0:
        items = draw(st.sampled_from([["COUNT()"], ["FIELDS(ALL)"], ["FIELDS(STANDARD)"], ["FIELDS(CUSTOM)", "Id"]]))
    text: str = f"SELECT {', '.join(items)} FROM {draw(OBJECTS)}"
    if draw(st.booleans()):
        text += f" WHERE {draw(CONDITIONS)}"
    if draw(st.integers(0, 3)) == 0:
        text += f" GROUP BY {', '.join(draw(st.lists(FIELDS, min_size=1, max_size=2)))}"
        text += f" HAVING {draw(CONDITIONS)}" if draw(st.booleans()) else ""
    if draw(st.booleans()):
        order = draw(st.sampled_from(["", " DESC", " ASC NULLS LAST", " NULLS FIRST"]))
        text += f" ORDER BY {draw(FIELDS)}{order}, Id"
    text += draw(st.sampled_from(["", " LIMIT 5", " LIMIT 0 OFFSET 1", " OFFSET 2001"]))
    return text


REFUSALS = (
    "MALFORMED_QUERY",
    "INVALID_FIELD",
    "INVALID_TYPE",
    "INVALID_QUERY_FILTER_OPERATOR",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "NOT_SUPPORTED",
)


def refused(ask: Callable[[], Any]) -> Any:
    """What comes of it, or the code of the refusal; anything else that is raised is a stumble."""
    try:
        return ask()
    except Problem as problem:
        return problem.code


@pytest.fixture(scope="module")
def city() -> Door:
    door = Door()
    lead = door.lead(Status="open", NumberOfEmployees=5, City="Bern", Description="x" * 300)
    door.lead(LastName="O'Hara", Email="a@x.example", IsDeleted=True)
    account = door.load("Account", Name="Acme")
    contact = door.load("Contact", LastName="Client", AccountId=account)
    door.load("Task", Subject="Call", WhoId=lead, ActivityDate="2026-12-02")
    door.load("Event", Subject="Meet", WhoId=contact, WhatId=account, StartDateTime="2026-12-02T10:00:00Z")
    door.load("LeadHistory", LeadId=lead, Field="Status", OldValue=None, NewValue=True)
    door.load("CampaignMember", CampaignId=door.load("Campaign", Name="Show"), LeadId=lead)
    door.load("Group", Name="Inbound", Type="Queue")
    return door


@settings(max_examples=60)
@given(soql=queries(), everything=st.booleans())
def test_a_query_made_of_any_parts_runs_or_is_refused(city: Door, soql, everything):
    found = refused(lambda: run(city.org, soql, "v62.0", all_rows=everything).records)
    assert found in REFUSALS or all("attributes" in row for row in found)


@settings(max_examples=60)
@given(
    soql=queries(), place=st.integers(0, 200), noise=st.sampled_from(["", "'", "(", ")", ",", "\\", "\x00", "é", "/*"])
)
def test_a_query_with_a_hole_or_a_bump_is_read_or_refused(soql, place, noise):
    cut = min(place, len(soql))
    found = refused(lambda: parse(soql[:cut] + noise + soql[cut + 1 :]))
    assert isinstance(found, Query) or found in {"MALFORMED_QUERY", "NOT_SUPPORTED"}


def test_a_refused_query_changes_nothing(city: Door):
    before = city.org.checkpoint().tables
    for soql in ("SELECT Foo FROM Lead", "SELECT Id FROM Lead WHERE Status = TODAY", "SELECT COUNT() FROM Lead"):
        city.query(soql)
    assert city.org.checkpoint().tables == before
    assert city.row(API_USER)["IsActive"] is True
