from dataclasses import replace
from datetime import timedelta

import pytest

from crmsync.agreement.model import RoutingRule
from crmsync.rules.routing import INACTIVE, NO_OWNER, QUEUE, RoutingFacts, route
from tests.proofs import proves
from tests.rules.agreed import RAVI, TOM, directory, shipped, utc

NOW = utc("2026-12-02 09:00")
AGREED = shipped().routing


def routed(owner_id=None, section=AGREED, **more):
    people = directory()
    known = {
        "attributes": {"country": "Germany"},
        "system": "salesforce",
        "owner_id": owner_id,
        "owner": people.of("salesforce", owner_id),
        "directory": people,
    }
    return route(RoutingFacts(**(known | more)), section, NOW)


VACANT = [
    ("nobody", None, True, NO_OWNER),
    ("a queue", "00GQUEUE", True, QUEUE),
    ("somebody who left", "005GONE", True, INACTIVE),
    ("an active human", "005TOM", False, ""),
    ("somebody we were not shown", "005STRANGER", False, ""),
]


@proves("3.7")
@pytest.mark.parametrize("case, owner_id, needed, why", VACANT, ids=[row[0] for row in VACANT])
def test_a_new_owner_only_where_nobody_really_owns_the_lead(case, owner_id, needed, why):
    """A lead with no owner, a queue or somebody who left gets an owner; a person's lead is never taken away."""
    found = routed(owner_id)
    assert (found.needed, found.why) == (needed, why), case


AWAY = [
    ("present", {}, TOM),
    ("away", {"away": True}, RAVI),
    ("away until tomorrow", {"away_until": NOW + timedelta(days=1)}, RAVI),
    ("back since a minute", {"away": True, "away_until": NOW - timedelta(minutes=1)}, TOM),
]


@pytest.mark.parametrize("absence, relation", [row[1:] for row in AWAY], ids=[row[0] for row in AWAY])
def test_whoever_is_away_gets_no_new_lead_and_keeps_their_own(absence, relation):
    people = directory()
    away = replace(people.owners["salesforce", "005TOM"], **absence)
    people = replace(people, owners={**people.owners, ("salesforce", "005TOM"): away})
    assert routed(None, directory=people, relations=(TOM, RAVI)).relationship == relation
    assert not routed("005TOM", directory=people, owner=away).needed


@pytest.mark.parametrize("owner_id, why", [(None, NO_OWNER), ("00GQUEUE", QUEUE), ("005GONE", INACTIVE)])
def test_each_reason_must_be_agreed(owner_id, why):
    section = replace(AGREED, change_owner_only_if=AGREED.change_owner_only_if - {why})
    assert not routed(owner_id, section).needed


def test_whoever_needs_no_sales_owner_is_not_routed():
    assert not routed(wanted=False).needed


TEAMS = [
    ({"country": "Germany"}, "dach", 1),
    ({"country": "at"}, "dach", 1),
    ({"country": "GB"}, "uk", 2),
    ({"country": None}, "uk", 2),
    ({}, "uk", 2),
]


@pytest.mark.parametrize("attributes, team, line", TEAMS)
def test_the_first_line_that_fits_names_the_team(attributes, team, line):
    found = routed(attributes=attributes)
    assert (found.team, found.rule, found.relationship) == (team, line, None)


def test_an_existing_relation_comes_before_every_line():
    found = routed(relations=("l.gone@halden.example", "sync@halden.example", RAVI, TOM))
    assert (found.relationship, found.team) == (RAVI, None)


def test_relations_that_may_not_own_a_lead_are_passed_over():
    found = routed(relations=("l.gone@halden.example", "sync@halden.example", "nobody@halden.example"))
    assert (found.relationship, found.team) == (None, "dach")


BY_ACCOUNT = replace(AGREED, order=(RoutingRule(None, relationship="account_owner"), *AGREED.order))


@pytest.mark.parametrize(
    "account_owner, relationship, team",
    [(TOM.upper(), TOM, None), ("l.gone@halden.example", None, "dach"), (None, None, "dach")],
)
def test_a_line_may_name_a_relation_instead_of_a_team(account_owner, relationship, team):
    found = routed(section=BY_ACCOUNT, attributes={"country": "DE", "account_owner": account_owner})
    assert (found.relationship, found.team) == (relationship, team)


def test_an_agreement_in_which_no_line_fits_says_so():
    found = routed(section=replace(AGREED, order=()))
    assert (found.needed, found.team, found.relationship, found.rule) == (True, None, None, None)
