"""Remembered searches answer as fresh ones do, whatever happened in between; their pages cost no search each."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.hubspot.door import DATED, Door

STATUS = {"propertyName": "hs_lead_status", "operator": "EQ", "value": "OPEN"}
ORDER = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]

Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["create", "open", "close", "delete", "merge", "wait"]), st.integers(0, 7)))


def by_id(door: Door, last: int, limit: int = 3) -> Any:
    above = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
    body = {"filterGroups": [{"filters": [STATUS, above]}], "sorts": ORDER, "limit": limit}
    return door.call("POST", f"{DATED}/contacts/search", body)[1]


def do(door: Door, step: Step) -> None:
    name, place = step
    living = [one.id for one in door.portal.books.state.tables["contacts"].live()]
    if name == "create":
        door.call("POST", f"{DATED}/contacts", {"properties": {"hs_lead_status": "OPEN" if place % 2 else "NEW"}})
    elif name == "wait":
        door.world.clock.advance(place)
    elif living:
        id_ = living[place % len(living)]
        if name == "delete":
            door.call("DELETE", f"{DATED}/contacts/{id_}")
        elif name == "merge" and id_ != living[0]:
            door.call("POST", f"{DATED}/contacts/merge", {"primaryObjectId": id_, "objectIdToMerge": living[0]})
        elif name in {"open", "close"}:
            value = {"hs_lead_status": "OPEN" if name == "open" else "NEW"}
            door.call("PATCH", f"{DATED}/contacts/{id_}", {"properties": value})


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, lag=st.sampled_from([0, 3]))
def test_a_remembered_search_answers_as_a_fresh_one(steps: list[Step], lag: int) -> None:
    door, fresh = Door(), Door()
    for one in (door, fresh):
        if lag:
            one.desk.faults.add({"kind": "search_lag", "seconds": lag})
    for step in steps:
        do(door, step)
        do(fresh, step)
        by_id(door, 0)  # remembered from here on
    for last in (0, 102, 104):
        assert by_id(door, last) == by_id(fresh, last)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None)
def test_a_search_in_another_order_is_asked_again_when_something_changed(steps: list[Step]) -> None:
    door, fresh = Door(), Door()
    body = {"filterGroups": [{"filters": [STATUS]}], "sorts": [{"propertyName": "lastmodifieddate"}], "limit": 5}
    for step in steps:
        do(door, step)
        do(fresh, step)
        door.call("POST", f"{DATED}/contacts/search", body)
    asked = f"{DATED}/contacts/search"
    assert door.call("POST", asked, body) == fresh.call("POST", asked, body)


def test_key_set_pages_cost_no_search_each(door: Door) -> None:
    for number in range(1, 2_001):
        door.load("contacts", str(number), hs_lead_status="OPEN")
    assert by_id(door, 0)["total"] == 2_000
    door.portal.books.state.index.shown["contacts"].clear()  # a search asked again would find nothing here
    seen, last = 0, 0
    while page := by_id(door, last, 200)["results"]:
        seen, last = seen + len(page), int(page[-1]["id"])
    assert seen == 2_000


def test_a_restored_portal_forgets_what_was_remembered(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="OPEN")
    saved = door.portal.checkpoint()
    door.load("contacts", "2", hs_lead_status="OPEN")
    assert by_id(door, 0)["total"] == 2
    door.portal.restore(saved)
    assert by_id(door, 0)["total"] == 1


def test_a_long_log_nobody_read_is_given_up(door: Door) -> None:
    door.load("contacts", "1", hs_lead_status="OPEN")
    by_id(door, 0)
    index = door.portal.books.state.index
    index.log = [("deals", "1", None)] * 19_999
    door.load("contacts", "2", hs_lead_status="OPEN")
    assert not index.log
    assert by_id(door, 0)["total"] == 2
