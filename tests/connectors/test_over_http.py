"""Both connectors against the emulated CRMs over real HTTP: the demands are the same, so the tests are."""

import json
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmsync.connectors.registry import CONNECTORS
from crmsync.emulator.serving import serve
from crmsync.model.errors import AccessLost
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import StreamSpec, TaskLookup, WriteRow
from tests.connectors.doubles import Notes, Sleeps, control, stream

NINE = "2026-12-02T09:10:00Z"
START = datetime(2026, 12, 2, 9, 10, tzinfo=UTC)
OLD = "2026-11-01T08:00:00Z"


@dataclass
class Side:
    """One CRM with what differs between the two in the tests below."""

    system: str
    url: str
    crm: Any
    notes: Notes
    people: StreamSpec
    status: str
    name: str
    version: str
    secrets: dict[str, str]

    @property
    def type(self):
        return self.people.object

    def ids(self, *numbers):
        return [self.id(number) for number in numbers]

    def id(self, number):
        return f"00Q{number:012d}" if self.system == "salesforce" else str(number)

    def ref(self, number):
        return Ref(self.system, self.type, self.id(number))

    def load(self, *numbers, at=OLD, **fields):
        stamps = {"SystemModstamp": at} if self.system == "salesforce" else {"lastmodifieddate": at}
        own = {"LastName": "N", "Company": "C"} if self.system == "salesforce" else {"lastname": "N"}
        rows = [{"type": self.type, "id": self.id(one), "fields": {**own, **stamps, **fields}} for one in numbers]
        control(self.url, "load", rows)

    def people_do(self, *steps):
        control(self.url, "actors", {"actor": "005000000000077AAA", "do": list(steps)})

    def pull(self, cursor=None, spec=None):
        pages = list(self.crm.pull(spec or self.people, cursor))
        return [record for page in pages for record in page.records], pages[-1].cursor

    def write(self, number, value, op="op"):
        return WriteRow(op, self.ref(number), {self.status: value})

    def reopened(self, sleeps=None, version=None):
        method = "client_credentials" if self.system == "salesforce" else "token"
        open_ = CONNECTORS[self.system]
        return open_(self.url, version or self.version, self.secrets, method, self.notes, sleeps or Sleeps())


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        yield both


@pytest.fixture(params=["salesforce", "hubspot"])
def side(request, running):
    url = running.salesforce_url if request.param == "salesforce" else running.hubspot_url
    control(url, "reset", {})
    control(url, "clock", {"set": NINE})
    control(url, "clock", {"freeze": True})
    made = _salesforce(url, running.token) if request.param == "salesforce" else _hubspot(url, running.token)
    made.crm = made.reopened()
    yield made
    made.crm.close()


def _salesforce(url, token):
    people = stream("salesforce", "leads", RecordKind.LEAD, "Status", "LastName", "MasterRecordId", object="Lead")
    secrets = {"salesforce_client_id": "crmsync", "salesforce_client_secret": token}
    return Side("salesforce", url, None, Notes(), people, "Status", "LastName", "62.0", secrets)


def _hubspot(url, token):
    people = stream("hubspot", "contacts", RecordKind.CONTACT, "hs_lead_status", "lastname", "merged_into")
    return Side(
        "hubspot",
        url,
        None,
        Notes(),
        people,
        "hs_lead_status",
        "lastname",
        "2026-09",
        {"hubspot_token": token},
    )


def test_everything_once_then_only_what_moved(side):
    side.load(1, 2, 3)
    first, cursor = side.pull()
    assert sorted(one.ref.id[:15] for one in first) == sorted(side.ids(1, 2, 3))
    control(side.url, "clock", {"advance": 60})
    side.people_do({"op": "update", "type": side.type, "id": side.id(2), "fields": {side.name: "Moved"}})
    second, _ = side.pull(cursor)
    assert [(one.ref.id[:15], one.values[1]) for one in second] == [(side.id(2), "Moved")]


def test_the_cursor_ends_at_the_servers_clock_whatever_ours_says(side):
    side.load(1)
    assert side.pull()[1].upper == START
    control(side.url, "clock", {"advance": 3600 * 30})
    assert side.pull()[1].upper == START + timedelta(hours=30)


def test_a_change_in_the_second_of_the_pull_is_seen_now_or_next_time(side):
    side.load(1)
    _, cursor = side.pull()
    side.people_do({"op": "update", "type": side.type, "id": side.id(1), "fields": {side.name: "Same second"}})
    seen, cursor = side.pull(cursor)
    again, _ = side.pull(replace(cursor))
    assert [one.values[1] for one in seen] == ["Same second"]
    assert [one.values[1] for one in again] == ["Same second"]


def test_a_quiet_pass_is_one_call_and_brings_nothing(side):
    side.load(*range(1, 30))
    _, cursor = side.pull()
    before = control(side.url, "calls")["total"]
    quiet, _ = side.pull(cursor)
    assert quiet == []
    assert control(side.url, "calls")["total"] - before == 1


def test_a_row_deleted_by_people_comes_back_deleted(side):
    side.load(1, 2)
    _, cursor = side.pull()
    side.people_do({"op": "delete", "type": side.type, "id": side.id(1)})
    control(side.url, "clock", {"advance": 3600})  # HubSpot's archived rows are looked at once an hour
    found, _ = side.pull(cursor)
    assert [(one.ref.id[:15], one.deleted) for one in found] == [(side.id(1), True)]


def test_a_deleted_row_is_not_told_again_and_again(side):
    side.load(1, 2)
    _, cursor = side.pull()
    side.people_do({"op": "delete", "type": side.type, "id": side.id(1)})
    told = []
    for _ in range(4):
        control(side.url, "clock", {"advance": 3600})
        found, cursor = side.pull(cursor)
        told += [one.ref.id[:15] for one in found]
    assert told == [side.id(1)]


def test_a_merged_row_comes_back_deleted_with_the_name_of_the_survivor(side):
    side.load(1, 2)
    _, cursor = side.pull()
    control(side.url, "clock", {"advance": 60})
    side.people_do({"op": "merge", "type": side.type, "id": side.id(1), "loser": side.id(2)})
    found, _ = side.pull(cursor)
    [loser] = [one for one in found if one.deleted and one.ref.id[:15] == side.id(2)]
    [winner] = [one for one in found if not one.deleted]
    assert loser.values[2] == winner.ref.id
    assert side.people.pulled[2].vendor in side.crm.describe(side.type).fields


def test_rows_that_move_under_a_running_pull_are_seen_in_their_last_state_by_the_next_pass(side):
    numbers = range(1, 2301)
    side.load(*numbers)
    state, pages = {}, side.crm.pull(side.people, None)
    cursor = None
    for index, page in enumerate(pages):
        state |= {one.ref.id[:15]: one.values[1] for one in page.records}
        cursor = page.cursor
        control(side.url, "clock", {"advance": 1})
        for number in (1, 2300 - index):
            fields = {side.name: f"Moved {index}"}
            side.people_do({"op": "update", "type": side.type, "id": side.id(number), "fields": fields})
    found, _ = side.pull(cursor)
    state |= {one.ref.id[:15]: one.values[1] for one in found}
    everything, _ = side.pull()
    assert len(state) == 2300
    assert state == {one.ref.id[:15]: one.values[1] for one in everything}


def test_a_pass_that_broke_off_goes_on_in_another_process(side):
    side.load(*range(1, 2301))
    first = next(iter(side.crm.pull(side.people, None)))
    other = side.reopened()
    rest = [record for page in other.pull(side.people, first.cursor) for record in page.records]
    other.close()
    assert {one.ref for one in rest} & {one.ref for one in first.records} == set()
    assert len(rest) + len(first.records) == 2300


def test_more_rows_of_one_second_than_a_page_holds_neither_loop_nor_get_lost(side):
    side.load(*range(1, 2301), at=NINE)
    _, cursor = side.pull()
    again, last = side.pull(cursor)
    assert len({one.ref for one in again}) == len(again) == 2300
    assert last.position is None


def test_present_values_come_in_the_order_asked_for_and_what_is_gone_is_deleted(side):
    side.load(1, 2)
    side.people_do({"op": "delete", "type": side.type, "id": side.id(2)})
    refs = [side.ref(2), side.ref(999), side.ref(1)]
    found = side.crm.fetch(side.people, refs)
    assert [one.ref.id[:15] for one in found] == [one.id for one in refs]
    assert [one.deleted for one in found] == [True, True, False]


def test_written_values_read_back_and_each_row_has_its_receipt(side):
    side.load(1, 2)
    rows = [side.write(1, "OPEN", "a"), side.write(2, "NEW", "b"), side.write(999, "OPEN", "c")]
    receipts = side.crm.update(side.type, rows)
    assert [(one.op_id, one.kind.name) for one in receipts] == [("a", "OK"), ("b", "OK"), ("c", "REFUSED")]
    assert [one.values[0] for one in side.crm.fetch(side.people, [side.ref(1), side.ref(2)])] == ["OPEN", "NEW"]
    assert receipts[2].words


def test_our_writes_stand_in_the_audit_once_each(side):
    side.load(1, 2)
    side.crm.update(side.type, [side.write(1, "OPEN", "a"), side.write(2, "OPEN", "b")])
    audit = [row for row in control(side.url, "audit") if side.status in row["changes"]]
    assert sorted(row["id"][:15] for row in audit) == sorted(side.ids(1, 2))


def test_a_write_whose_answer_is_cut_off_anywhere_is_unknown_and_sent_once(side):
    side.load(1)
    route = "composite/sobjects" if side.system == "salesforce" else "batch/update"
    for number, size in enumerate((0, 1, 7, 20, 43)):
        control(side.url, "faults", [{"kind": "cut_at", "route": route, "bytes": size, "times": 1}])
        [receipt] = side.crm.update(
            side.type, [side.write(1, f"VALUE {number}" if side.system == "salesforce" else "NEW")]
        )
        assert receipt.kind is ReceiptKind.UNKNOWN
    sent = sum(count for name, count in control(side.url, "calls")["by"].items() if route in name)
    assert sent == 5


def test_a_write_that_was_done_and_never_answered_is_found_by_reading(side):
    side.load(1)
    route = "composite/sobjects" if side.system == "salesforce" else "batch/update"
    control(side.url, "faults", [{"kind": "cut_after_commit", "route": route, "times": 1}])
    [receipt] = side.crm.update(side.type, [side.write(1, "OPEN")])
    assert receipt.kind is ReceiptKind.UNKNOWN
    assert side.crm.fetch(side.people, [side.ref(1)])[0].values[0] == "OPEN"


def test_a_read_that_is_cut_off_is_read_again(side):
    side.load(1)
    route = "query" if side.system == "salesforce" else "objects"
    control(side.url, "faults", [{"kind": "cut_at", "route": route, "bytes": 30, "times": 2}])
    assert [one.ref.id[:15] for one in side.pull()[0]] == [side.id(1)]
    assert side.notes.named("crm.retry") == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_crm_that_is_busy_is_asked_again(side, status):
    side.load(1)
    route = "query" if side.system == "salesforce" else "objects"
    fault = {"kind": "status", "route": route, "code": status, "body": "<html>busy</html>", "times": 2}
    control(side.url, "faults", [fault])
    assert len(side.pull()[0]) == 1
    assert side.notes.named("crm.retry") == 2


@pytest.mark.parametrize("status,kind", [(429, ReceiptKind.RETRY), (502, ReceiptKind.UNKNOWN)])
def test_a_busy_crm_is_not_written_to_twice(side, status, kind):
    side.load(1)
    route = "composite/sobjects" if side.system == "salesforce" else "batch/update"
    control(side.url, "faults", [{"kind": "status", "route": route, "code": status, "body": "<html>", "times": 1}])
    [receipt] = side.crm.update(side.type, [side.write(1, "OPEN")])
    assert receipt.kind is kind
    assert side.crm.fetch(side.people, [side.ref(1)])[0].values[0] != "OPEN"


def test_a_crm_that_is_not_there_takes_no_write_and_may_be_asked_later(side):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        side.url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        crm = side.reopened()
        [receipt] = crm.update(side.type, [side.write(1, "OPEN")])
        crm.close()
    assert receipt.kind is ReceiptKind.RETRY


def test_a_wrong_secret_is_access_lost_in_one_sentence_without_the_secret(side):
    side.secrets = {**dict.fromkeys(side.secrets, "wr0ng-s3cret-value"), "salesforce_client_id": "crmsync"}
    crm = side.reopened()
    with pytest.raises(AccessLost) as caught:
        crm.org()
    crm.close()
    assert "wr0ng" not in f"{caught.value!r}{side.notes.events!r}"


def test_neither_errors_nor_events_hold_a_name_or_an_address_of_a_person(side):
    side.load(1, **{side.name: "Quetzalcoatl", ("Email" if side.system == "salesforce" else "email"): "qq@example.com"})
    side.pull()
    side.crm.update(side.type, [side.write(1, "OPEN")])
    told = json.dumps(side.notes.events)
    assert "Quetzalcoatl" not in told
    assert "example.com" not in told


def test_the_org_names_itself(side):
    org = side.crm.org()
    assert org.system == side.system
    assert org.org_id
    assert org.calls_allowed is not None


def test_the_fields_are_described_with_what_may_be_written(side):
    found = side.crm.describe(side.type)
    fixed = "IsConverted" if side.system == "salesforce" else "hs_object_id"
    assert found.fields[side.status].options
    assert (found.fields[side.status].writable, found.fields[fixed].writable) == (True, False)


# --- Salesforce only ------------------------------------------------------------------------------------------------

salesforce_only = pytest.mark.parametrize("side", ["salesforce"], indirect=True)
hubspot_only = pytest.mark.parametrize("side", ["hubspot"], indirect=True)
KEY = "cs1-abcdefghij0123456789-20261202"


def _task(op, key):
    values = {"CRMSync_Key__c": key, "Subject": "Call", "WhoId": "00Q000000000001", "Status": "Not Started"}
    return WriteRow(op, Ref("salesforce", "Task", ""), values, unique_field="CRMSync_Key__c")


@pytest.fixture
def keyed(side):
    field = {
        "object": "Task",
        "name": "CRMSync_Key__c",
        "type": "string",
        "length": 40,
        "unique": True,
        "externalId": True,
    }
    control(side.url, "load", [{"type": "__field__", "fields": field}])
    side.load(1)
    return side


@salesforce_only
def test_a_second_task_under_the_same_key_is_refused_with_the_first_ones_id(keyed):
    [first] = keyed.crm.insert("Task", [_task("a", KEY)])
    [second] = keyed.crm.insert("Task", [_task("b", KEY.upper())])
    assert (first.kind, second.kind) == (ReceiptKind.OK, ReceiptKind.DUPLICATE)
    assert second.ref == first.ref


@salesforce_only
def test_a_task_whose_receipt_was_lost_is_found_by_its_key_also_after_people_closed_or_deleted_it(keyed):
    control(keyed.url, "faults", [{"kind": "cut_after_commit", "route": "composite/sobjects", "times": 1}])
    [receipt] = keyed.crm.insert("Task", [_task("a", KEY)])
    assert receipt.kind is ReceiptKind.UNKNOWN
    lookup = TaskLookup(keyed.ref(1), KEY[:24], "CRMSync_Key__c")
    [found] = keyed.crm.find_tasks([lookup])
    assert (found.key, found.open, found.deleted) == (KEY, True, False)
    keyed.people_do({"op": "complete", "type": "Task", "id": found.ref.id})
    assert [one.open for one in keyed.crm.find_tasks([lookup])] == [False]
    keyed.people_do({"op": "delete", "type": "Task", "id": found.ref.id})
    assert [(one.open, one.deleted) for one in keyed.crm.find_tasks([lookup])] == [(False, True)]


@salesforce_only
def test_an_edit_between_reading_and_writing_survives(side):
    side.load(1, 2)
    read = side.crm.fetch(side.people, [side.ref(1), side.ref(2)])
    edit = {"kind": "edit_before_write", "n": 1, "type": "Lead", "id": read[0].ref.id}
    control(side.url, "clock", {"advance": 60})
    control(side.url, "faults", [edit | {"field": "Status", "value": "By hand", "actor": "005000000000077AAA"}])
    rows = [
        replace(side.write(number, "Ours", f"op{number}"), unmodified_since=one.modified_at)
        for number, one in zip((1, 2), read, strict=True)
    ]
    receipts = side.crm.update("Lead", rows)
    assert [one.kind.name for one in receipts] == ["RETRY", "OK"]
    assert [one.values[0] for one in side.crm.fetch(side.people, [side.ref(1), side.ref(2)])] == ["By hand", "Ours"]


@salesforce_only
def test_an_expired_session_is_invisible_in_the_result_and_costs_one_login(side):
    side.load(1)
    side.pull()
    control(side.url, "faults", [{"kind": "expire_token"}])
    [receipt] = side.crm.update("Lead", [side.write(1, "Working")])
    assert receipt.kind is ReceiptKind.OK
    assert side.notes.named("crm.login") == 2


@salesforce_only
def test_short_pages_are_not_taken_for_the_end(side):
    side.load(*range(1, 901))
    control(side.url, "faults", [{"kind": "short_pages"}])
    assert len(side.pull()[0]) == 900


# --- HubSpot only ---------------------------------------------------------------------------------------------------

CALLS = stream("hubspot", "calls", RecordKind.ACTIVITY, "hs_call_title", associated=("contacts",))
OWNERS = stream("hubspot", "owners", RecordKind.OWNER, "name", "email", "active", "type")
VIEWS = stream("hubspot", "page_views", RecordKind.ACTIVITY, "hs_url", object="events", event_type="e_visited_page")


def _call(number, *contacts, at=OLD):
    fields = {"hs_timestamp": at, "hs_call_title": f"Call {number}", "hs_lastmodifieddate": at}
    return {
        "type": "calls",
        "id": str(number),
        "fields": {**fields, "associations": {"contacts": [str(one) for one in contacts]}},
    }


@hubspot_only
def test_calls_come_with_the_people_they_are_about(side):
    side.load(1, 2)
    control(side.url, "load", [_call(901, 1, 2), _call(902, 2), _call(903)])
    found, _ = side.pull(spec=CALLS)
    assert {one.ref.id: [party.id for party in one.parties] for one in found} == {
        "901": ["1", "2"],
        "902": ["2"],
        "903": [],
    }


@hubspot_only
def test_links_of_a_version_already_read_are_not_asked_for_again(side):
    side.load(1)
    control(side.url, "load", [_call(901, 1, at="2026-12-02T09:09:00Z")])
    found, cursor = side.pull(spec=CALLS)
    before = control(side.url, "calls")["total"]
    again, _ = side.pull(cursor, CALLS)
    assert again == found
    assert control(side.url, "calls")["total"] - before == 1


@hubspot_only
def test_page_views_are_read_once_in_their_window_and_name_the_contact(side):
    side.load(1)
    event = {"objectId": "1", "eventType": "e_visited_page", "occurredAt": OLD, "properties": {"hs_url": "/pricing"}}
    control(side.url, "load", [{"type": "events", "fields": event}])
    [view], cursor = side.pull(spec=VIEWS)
    assert (view.values, view.parties, view.modified_at.month) == (("/pricing",), (side.ref(1),), 11)
    assert side.pull(cursor, VIEWS)[0] == []


@hubspot_only
def test_more_page_views_than_a_page_holds_are_all_read(side):
    side.load(1)
    rows = [
        {
            "type": "events",
            "fields": {"objectId": "1", "eventType": "e_visited_page", "occurredAt": OLD, "properties": {}},
        }
        for _ in range(230)
    ]
    control(side.url, "load", rows)
    found, _ = side.pull(spec=VIEWS)
    assert len({one.ref for one in found}) == 230


@hubspot_only
def test_owners_are_listed_whole_each_time_and_former_ones_once_an_hour(side):
    owners = [
        {"type": "owners", "id": "7", "fields": {"email": "ann@example.com", "firstName": "Ann", "lastName": "Lee"}},
        {"type": "owners", "id": "8", "fields": {"email": "bo@example.com", "archived": True}},
    ]
    control(side.url, "load", owners)
    first, cursor = side.pull(spec=OWNERS)
    values = {one.ref.id: one.values for one in first}
    assert values["7"] == ("Ann Lee", "ann@example.com", True, "PERSON")
    assert values["8"][:3] == ("bo@example.com", "bo@example.com", False)
    quiet, cursor = side.pull(cursor, OWNERS)
    assert "8" not in {one.ref.id for one in quiet}
    control(side.url, "clock", {"advance": 3600})
    hourly, _ = side.pull(cursor, OWNERS)
    assert "8" in {one.ref.id for one in hourly}


@hubspot_only
def test_the_numbered_and_the_dated_paths_carry_the_same(side):
    side.load(1, 2)
    numbered = side.reopened(version="v3")
    found = [record for page in numbered.pull(side.people, None) for record in page.records]
    numbered.close()
    assert found == side.pull()[0]
    assert set(control(side.url, "calls")["by"]) == {"GET /crm/v3/objects/{type}", "GET /crm/objects/2026-09/{type}"}


@hubspot_only
def test_a_search_index_that_lags_behind_loses_nothing(side):
    side.load(1)
    _, cursor = side.pull()
    control(side.url, "faults", [{"kind": "search_lag", "seconds": 90}])
    control(side.url, "clock", {"advance": 60})
    side.people_do({"op": "update", "type": "contacts", "id": "1", "fields": {"lastname": "Late"}})
    missed, cursor = side.pull(cursor)
    control(side.url, "clock", {"advance": 120})
    found, _ = side.pull(cursor)
    assert (missed, [one.values[1] for one in found]) == ([], ["Late"])


@hubspot_only
def test_a_batch_that_silently_wrote_nothing_is_unknown(side):
    side.load(1)
    control(side.url, "faults", [{"kind": "silent_batch", "times": 1}])
    [receipt] = side.crm.update("contacts", [side.write(1, "OPEN")])
    assert receipt.kind is ReceiptKind.UNKNOWN


@hubspot_only
def test_a_refused_property_spoils_its_own_row_only(side):
    side.load(1, 2)
    receipts = side.crm.update("contacts", [side.write(1, "Left voicemail", "a"), side.write(2, "OPEN", "b")])
    assert [one.kind.name for one in receipts] == ["REFUSED", "OK"]
    assert "hs_lead_status" in receipts[0].words


@hubspot_only
def test_many_properties_are_read_by_id_because_a_search_may_not_name_them_all(side):
    wide = stream(
        "hubspot", "contacts", RecordKind.CONTACT, "lastname", *(f"custom_property_number_{n}" for n in range(120))
    )
    side.load(1)
    _, cursor = side.pull(spec=wide)
    control(side.url, "clock", {"advance": 60})
    side.people_do({"op": "update", "type": "contacts", "id": "1", "fields": {"lastname": "Wide"}})
    found, _ = side.pull(cursor, wide)
    assert [one.values[0] for one in found] == ["Wide"]
