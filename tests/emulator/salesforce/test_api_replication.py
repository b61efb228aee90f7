"""getUpdated and getDeleted, and rows committed late (facts/salesforce.md 4.1, 4.2)."""

from urllib.parse import quote

import pytest

from crmsync.emulator.world import BadRow
from tests.emulator.salesforce.door import Door, V

NINE, TEN = "2026-12-02T08:00:00+00:00", "2026-12-02T10:00:00+00:00"


def _log(door: Door, what: str = "updated", start: str = NINE, end: str = TEN, type_: str = "Lead") -> tuple[int, dict]:
    return door.call("GET", f"{V}/sobjects/{type_}/{what}/?start={quote(start)}&end={quote(end)}")


def test_the_log_of_updates_names_living_rows_in_the_window(door: Door):
    inside = door.lead(SystemModstamp="2026-12-02T08:00:59Z")
    door.lead(SystemModstamp="2026-12-02T07:59:59Z")
    door.lead(SystemModstamp="2026-12-02T08:30:00Z", IsDeleted=True)
    assert _log(door) == (200, {"ids": [inside], "latestDateCovered": "2026-12-02T09:00:00.000+0000"})


def test_the_log_of_deletes_names_what_lies_in_the_bin(door: Door):
    gone = door.lead()
    door.call("DELETE", f"{V}/sobjects/Lead/{gone}")
    status, body = _log(door, "deleted")
    assert (status, body["deletedRecords"]) == (200, [{"id": gone, "deletedDate": "2026-12-02T09:00:00.000+0000"}])
    assert set(body) == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}


def test_start_and_end_are_cut_to_the_minute_and_the_log_covers_no_more_than_asked(door: Door):
    lead = door.lead(SystemModstamp="2026-12-02T08:10:01Z")
    late = door.lead(SystemModstamp="2026-12-02T08:20:30Z")
    body = _log(door, start="2026-12-02T08:10:59Z", end="2026-12-02T08:20:59Z")[1]
    assert body == {"ids": [lead], "latestDateCovered": "2026-12-02T08:20:00.000+0000"}
    assert late not in body["ids"]


@pytest.mark.parametrize(
    "what, start, end, code",
    [
        ("updated", TEN, NINE, "INVALID_REPLICATION_DATE"),
        ("updated", NINE, NINE, "INVALID_REPLICATION_DATE"),
        ("updated", "2026-10-01T00:00:00Z", TEN, "INVALID_REPLICATION_DATE"),
        ("deleted", "2026-11-10T00:00:00Z", TEN, "INVALID_REPLICATION_DATE"),
        ("updated", "2026-12-02T00%3A00%3A00%3A", TEN, "INVALID_REPLICATION_DATE"),
        ("updated", "yesterday", TEN, "INVALID_REPLICATION_DATE"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(door: Door, what, start, end, code):
    status, body = _log(door, what, start, end)
    assert (status, body[0]["errorCode"]) == (400, code)


def test_a_missing_end_and_an_unknown_object_are_refused(door: Door):
    status, body = door.call("GET", f"{V}/sobjects/Lead/updated?start={quote(NINE)}")
    assert (status, body[0]["errorCode"]) == (400, "MISSING_ARGUMENT")
    assert _log(door, type_="Nope")[0] == 404


def test_a_row_committed_late_appears_with_its_old_stamp_and_the_log_waited_for_it(door: Door):
    lead, other = door.lead(SystemModstamp="2026-12-01T09:00:00Z"), door.lead(SystemModstamp="2026-12-01T09:00:00Z")
    door.desk.faults.add({"kind": "open_transaction", "seconds": 300})
    step = {"op": "update", "type": "Lead", "id": lead, "fields": {"Title": "late"}}
    assert door.org.act("", step)["id"] == lead
    door.world.clock.advance(120)
    door.org.act("", {"op": "update", "type": "Lead", "id": other, "fields": {"Title": "soon"}})
    seen = _log(door)[1]
    assert seen == {"ids": [other], "latestDateCovered": "2026-12-02T09:00:00.000+0000"}
    assert door.row(lead).get("Title") is None
    door.world.clock.advance(180)
    assert set(_log(door)[1]["ids"]) == {lead, other}
    assert _log(door)[1]["latestDateCovered"] == "2026-12-02T09:05:00.000+0000"
    assert (door.row(lead)["Title"], door.row(lead)["SystemModstamp"]) == ("late", "2026-12-02T09:00:00.000+0000")
    assert door.world.clock.now().minute == 5


def test_a_late_create_and_a_late_delete_come_when_they_are_due(door: Door):
    gone = door.lead()
    door.desk.faults.add({"kind": "open_transaction", "until": "2026-12-02T09:10:00Z", "times": 2})
    made = {"op": "create", "type": "Lead", "fields": {"LastName": "Late", "Company": "x"}}
    assert set(door.org.act("", made)) == {"held_until"}
    door.org.act("", {"op": "delete", "type": "Lead", "id": gone})
    assert door.values("SELECT LastName FROM Lead") == ["Archer"]
    assert door.desk.edits == []
    door.world.clock.advance(600)
    assert door.values("SELECT LastName FROM Lead") == ["Late"]
    assert [edit.op for edit in door.desk.edits] == ["create", "delete"]


def test_what_an_open_transaction_touched_is_locked_for_others_and_lost_when_it_fails(door: Door):
    lead = door.lead()
    door.desk.faults.add({"kind": "open_transaction"})
    door.org.act("", {"op": "update", "type": "Lead", "id": lead, "fields": {"Title": "late"}})
    status, body = door.call("PATCH", f"{V}/sobjects/Lead/{lead}", {"Title": "mine"})
    assert (status, body[0]["errorCode"]) == (400, "UNABLE_TO_LOCK_ROW")
    door.load("Lead", lead, IsDeleted=True)
    door.world.clock.advance(60)
    assert door.values("SELECT Id FROM Lead") == []
    assert door.row(lead).get("Title") is None


@pytest.mark.parametrize("fault", [{"seconds": "soon"}, {"until": "soon"}])
def test_an_open_transaction_without_an_end_is_refused(door: Door, fault):
    lead = door.lead()
    door.desk.faults.add({"kind": "open_transaction", **fault})
    with pytest.raises(BadRow, match="open_transaction takes"):
        door.org.act("", {"op": "update", "type": "Lead", "id": lead, "fields": {"Title": "late"}})


def test_a_row_lock_may_be_for_one_row_only(door: Door):
    one, two = door.lead(), door.lead()
    door.desk.faults.add({"kind": "row_lock", "id": two, "times": 2})
    rows = {"records": [{"attributes": {"type": "Lead"}, "id": id_, "Title": "x"} for id_ in (one, two)]}
    tries = [[row["success"] for row in door.call("PATCH", f"{V}/composite/sobjects", rows)[1]] for _ in range(3)]
    assert tries == [[True, False], [True, False], [True, True]]
