"""What a sweep asks of the memory: stamps, who is believed alive, and what earlier sweeps counted."""

from datetime import timedelta

from crmsync.model.records import Ref
from tests.state.builders import LEADS, MINUTE, NOW, activities, call, contact, lead, raw, staging

TASK = Ref("salesforce", "Task", "00T5g00000000AAEAA")


def test_stamp_and_life_are_told_of_records_and_activities_that_are_kept(store):
    store.stage(staging(LEADS, raw(lead(1), "Open"), raw(lead(2), "Open", at=NOW + MINUTE, deleted=True)))
    store.stage(activities(call(TASK, lead(1))))
    assert store.stamps([lead(1), lead(2), lead(3), TASK]) == {
        lead(1): (NOW, False),
        lead(2): (NOW + MINUTE, True),
        TASK: (None, False),
    }
    assert store.stamps([]) == {}


def test_the_living_of_one_object_come_in_portions_each_once(store):
    store.stage(staging(LEADS, *(raw(lead(number), "Open", deleted=number == 5) for number in range(1, 12))))
    found: list[Ref] = []
    while some := store.alive("salesforce", "Lead", str(found[-1]) if found else "", limit=4):
        found += some
    assert sorted(found) == [lead(number) for number in range(1, 12) if number != 5]
    assert len(found) == 10


def test_objects_whose_names_begin_alike_are_kept_apart(store):
    store.stage(staging(LEADS, raw(lead(1), "Open")))
    store.stage(activities(call(TASK, lead(1)), call(Ref("salesforce", "TaskRelation", "1"), lead(1))))
    assert store.alive("salesforce", "Task") == [TASK]
    assert store.alive("salesforce", "Lea_") == []
    assert store.alive("hubspot", "contacts") == []
    assert contact(1) not in store.alive("salesforce", "Lead")


def test_sweeps_are_summed_over_the_cycles_since(store, clock):
    assert store.swept() == (0, 0)
    for counts in ({"changed": 3}, {"swept": 100, "found": 2}, {"swept": 40, "found": 0}):
        store.finish_cycle(store.start_cycle(clock.at), {"decided": 1, **counts})
        clock.at += timedelta(hours=1)
    assert store.swept() == (140, 2)
    assert store.swept(NOW + timedelta(hours=2)) == (40, 0)
    assert store.swept(NOW + timedelta(hours=3)) == (0, 0)
