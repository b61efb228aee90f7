from dataclasses import replace
from datetime import timedelta

import pytest

from crmsync.model.activities import Actor, Direction
from crmsync.rules.touches import NotCounted, TouchFacts, not_spoken, teammates, touches
from tests.rules.agreed import ANNA, DANA, RAVI, TOM, act, directory, shipped, utc

START = utc("2026-12-01 10:12")
NOW = utc("2026-12-01 17:30")
AT = utc("2026-12-01 11:00")
IN, BOT = Direction.INBOUND, Actor.AUTOMATION
AGREED = shipped().sla.clocks[0].touches
TEAM = teammates(directory(), shipped().routing)[TOM]
SILENT = not_spoken(shipped().outcomes.values())


def found(*activities, agreed=AGREED):
    return touches(TouchFacts(activities, TEAM, START, agreed, directory(), SILENT), NOW)


COUNTS = [
    ("a call", act("call", AT, by="005TOM")),
    ("a call nobody answered", act("call", AT, by="005TOM", disposition_raw="No answer")),
    ("a personal e-mail", act("email", AT, by="005TOM")),
    ("a meeting", act("meeting", AT, by="005TOM")),
    ("by a colleague of the team", act("call", AT, by="005RAVI")),
    ("by the manager", act("call", AT, by="005DANA")),
    ("logged in the other CRM", act("call", AT, by="77", system="hubspot")),
    ("at the very start", act("call", START, by="005TOM")),
    ("they called and got through", act("call", AT, by="005TOM", direction=IN, disposition_raw="Connected")),
    ("they called, no outcome noted", act("call", AT, by="005TOM", direction=IN)),
    ("logged a day late with the real time", act("call", AT, by="005TOM", modified_at=utc("2026-12-02 11:00"))),
]


@pytest.mark.parametrize("case, activity", COUNTS, ids=[row[0] for row in COUNTS])
def test_what_counts_as_a_touch(case, activity):
    assert found(activity).first == activity, case


DOES_NOT = [
    ("a sequence e-mail", act("email", AT, by="005TOM", actor=BOT), NotCounted.AUTOMATION),
    ("synchronised by a machine", act("call", AT, by="005TOM", actor=Actor.INTEGRATION), NotCounted.INTEGRATION),
    ("owned by an integration user", act("call", AT, by="005BOT"), NotCounted.INTEGRATION),
    ("by somebody outside the team", act("call", AT, by="005ANNA"), NotCounted.SOMEBODY_ELSE),
    ("by nobody known", act("call", AT), NotCounted.SOMEBODY_ELSE),
    ("by a queue", act("call", AT, by="00GQUEUE"), NotCounted.SOMEBODY_ELSE),
    ("they called, nobody answered", act("call", AT, by="005TOM", direction=IN, disposition_raw="NO ANSWER"),
     NotCounted.NOT_ANSWERED),
    ("a call planned for later", act("call", AT, by="005TOM", open=True), NotCounted.PLANNED),
    ("a to-do ticked off", act("todo", AT, by="005TOM"), NotCounted.TICKED_OFF),
]  # fmt: skip


@pytest.mark.parametrize("case, activity, why", DOES_NOT, ids=[row[0] for row in DOES_NOT])
def test_what_does_not_count_is_listed_with_its_reason(case, activity, why):
    result = found(activity)
    assert (result.first, [(one.activity, one.why) for one in result.overlooked]) == (None, [(activity, why)]), case


NOTHING = [
    ("before the clock started", act("call", START - timedelta(seconds=1), by="005TOM")),
    ("in the future", act("meeting", NOW + timedelta(hours=1), by="005TOM")),
    ("an e-mail from them", act("email", AT, by="005TOM", direction=IN)),
    ("a form", act("form", AT)),
    ("a visit", act("page_view", AT)),
    ("our own overdue task, ticked off", act("todo", AT, by="005TOM", task_key="cs1-abc-20261201")),
    ("a to-do still open", act("todo", AT, by="005TOM", open=True)),
    ("deleted since", act("call", AT, by="005TOM", deleted=True)),
    ("the other CRM's copy of a call", act("call", AT, by="005TOM", twin_of=act("call", AT).ref)),
]


@pytest.mark.parametrize("case, activity", NOTHING, ids=[row[0] for row in NOTHING])
def test_what_has_nothing_to_do_with_it(case, activity):
    result = found(activity)
    assert (result.counted, result.overlooked) == ((), ()), case


def test_only_the_agreed_kinds_count():
    mail = act("email", AT, by="005TOM")
    result = found(mail, agreed=frozenset({"call"}))
    assert (result.first, result.overlooked[0].why) == (None, NotCounted.NOT_AGREED)


def test_the_first_by_its_own_time_is_the_first_however_they_are_listed():
    late, early = act("call", AT, by="005TOM"), act("email", START, by="005TOM")
    assert found(late, early).counted == found(early, late).counted == (early, late)


def test_a_team_is_the_routing_team_and_the_colleagues_of_one_manager():
    mates = teammates(directory(), shipped().routing)
    assert {TOM, RAVI, DANA, "d.okafor@halden.example"} <= mates[TOM]
    assert ANNA not in mates[TOM]
    assert ANNA not in mates


def test_members_of_different_teams_do_not_count_for_each_other():
    without_managers = {key: replace(one, manager=None) for key, one in directory().owners.items()}
    mates = teammates(replace(directory(), owners=without_managers), shipped().routing)
    assert "k.maier@halden.example" not in mates[TOM]
