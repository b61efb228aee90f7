"""Killed at any instant, started again: the end is that of an undisturbed run - no write lost, none doubled.

A child process opens the workspace, runs until a named instant and ends without a word (`os._exit`), as `kill -9` does.
"""

import os
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from crmsync.cycle import commands
from crmsync.cycle.run import run_once
from tests.cycle.river import River, opened, workspace
from tests.cycle.town import NINE, STAFF, Town

KILLED = 9


class Deadly:
    """A connector that ends the process before or after the nth write of one kind."""

    def __init__(self, real, method, when, nth=1):
        self._real, self._method, self._when, self._left = real, method, when, nth

    def __getattr__(self, name):
        real = getattr(self._real, name)
        return self._armed(real) if name == self._method else real

    def _armed(self, real):
        def call(*arguments, **named):
            self._left -= 1
            if self._left == 0 and self._when == "before":
                os._exit(KILLED)
            answer = real(*arguments, **named)
            if self._left == 0 and self._when == "after":
                os._exit(KILLED)
            return answer

        return call


class DeadlyStore:
    """A store that ends the process before or after one of its transactions."""

    def __init__(self, real, method, when, nth=1):
        self._deadly = Deadly(real, method, when, nth)
        self._real = real

    def __getattr__(self, name):
        return getattr(self._deadly, name)


def in_a_child(river: River, work) -> int:
    """Run `work(wiring)` in a process of its own; returns its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(opened(river.folder, river.url("salesforce")))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def peopled(town: Town) -> None:
    """Somebody overdue, somebody without an owner, and two statuses to correct."""
    town.overdue("Overdue")
    queued = town.pair("Queued", "Inquiry", "NEW", OwnerId=STAFF.queue)
    town.demo_request(queued[1], "2026-12-02T08:30:00.000Z")
    town.pair("Voice", "Left Vmail", "CONNECTED")


def end_state(river: River) -> dict:
    """What both CRMs say once everything is quiet, tasks by key."""
    org: Any = river.running.stage.crm("salesforce")
    portal: Any = river.running.stage.crm("hubspot")
    leads = {one.id: one.values for one in org.tables["Lead"]}
    contacts = portal.books.state.tables["contacts"].records
    said = {
        id_: {name: one.get(name) for name in ("Status", "OwnerId", "CRMSync_Score__c")} for id_, one in leads.items()
    }
    said |= {
        id_: {name: one.properties.get(name) for name in ("hs_lead_status", "hubspot_owner_id", "crmsync_score")}
        for id_, one in contacts.items()
    }
    return {"records": said, "tasks": Counter(one["CRMSync_Key__c"] for one in river.tasks())}


@pytest.fixture(scope="module")
def undisturbed(running, tmp_path_factory):
    """The end of a run that nobody disturbed."""
    running.stage.reset()
    running.world.clock.freeze(False)
    river = workspace(tmp_path_factory.mktemp("undisturbed"), running)
    river.at(NINE)
    river.control("salesforce", "clock", {"freeze": True})
    peopled(Town(river))
    river.start()
    river.until_quiet()
    river.close()
    return end_state(river)


MOMENTS = [
    ("salesforce", "insert", "before", 1),
    ("salesforce", "insert", "after", 1),
    ("salesforce", "update", "before", 1),
    ("salesforce", "update", "after", 1),
    ("hubspot", "update", "before", 1),
    ("hubspot", "update", "after", 1),
    ("store", "intend", "after", 1),
    ("store", "move_intents", "after", 1),
    ("store", "confirm", "before", 1),
]
MORE = [
    ("salesforce", "update", "after", 2),
    ("hubspot", "update", "after", 2),
    ("store", "intend", "before", 1),
    ("store", "move_intents", "before", 1),
    ("store", "move_intents", "before", 2),
    ("store", "confirm", "after", 1),
    ("store", "confirm", "after", 2),
]


def named(moments, *marks):
    return [pytest.param(*one, id=" ".join(map(str, one)), marks=marks) for one in moments]


ALL = named(MOMENTS) + named(MORE, pytest.mark.sweep)


@pytest.mark.parametrize("where, method, when, nth", ALL)
def test_killed_while_writing_and_started_again_ends_like_an_undisturbed_run(
    town, undisturbed, where, method, when, nth
):
    river = town.river
    peopled(town)
    number = river.plan().header.number
    river.close()

    def apply(wiring):
        if where == "store":
            wiring = replace(wiring, store=DeadlyStore(wiring.store, method, when, nth))
        else:
            wiring.connectors[where] = Deadly(wiring.connectors[where], method, when, nth)
        commands.apply(wiring, number, commands.Selection(), "Uma Admin", 0)

    assert in_a_child(river, apply) == KILLED
    river.open()
    _finish(river)
    assert end_state(river) == undisturbed
    assert all(count == 1 for count in end_state(river)["tasks"].values())
    assert river.unmatched() == (0, 0)
    assert _written_twice(river) == []


READING = named([("save_links", "before"), ("record", "before"), ("record", "after")])
READING += named([("stage", "before"), ("stage", "after"), ("finish_cycle", "before")], pytest.mark.sweep)


@pytest.mark.parametrize("method, when", READING)
def test_killed_while_reading_or_deciding_and_started_again_ends_like_an_undisturbed_run(
    town, undisturbed, method, when
):
    river = town.river
    peopled(town)
    river.close()

    def cycle(wiring):
        run_once(replace(wiring, store=DeadlyStore(wiring.store, method, when)))

    assert in_a_child(river, cycle) == KILLED
    river.open()
    _finish(river)
    assert end_state(river) == undisturbed
    assert river.unmatched() == (0, 0)


def _finish(river: River) -> None:
    """Whoever finds crmsync dead starts it again: what is planned anew is approved, then it runs on by itself."""
    river.advance(120)
    river.start()
    for _ in range(3):
        river.advance(300)
        river.cycle()
    river.until_quiet()


def _written_twice(river: River) -> list:
    changes = Counter(
        (row["id"], name, str(after)) for row in river.audit() for name, (_, after) in row["changes"].items()
    )
    return [change for change, count in changes.items() if count > 1]
