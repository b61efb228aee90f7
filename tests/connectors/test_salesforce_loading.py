"""Salesforce pulled against an org that times out, forgets, prepares files and holds transactions open."""

from datetime import timedelta

import pytest
import responses

from crmsync.connectors.salesforce import bulk
from crmsync.connectors.salesforce.covered import Covered
from crmsync.connectors.salesforce.pull import pull
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.records import RecordKind, Ref
from tests.connectors.doubles import Notes, Sleeps, stream
from tests.connectors.org import LEADS, NOON, Org, fault

OVERLAP = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def http():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def org(http):
    made = Org()
    made.serve(http)
    return made


class Reader:
    """A connector over the org, with the number of rows from which files are prepared."""

    def __init__(self, org, many=50_000):
        self.notes, self.sleeps = Notes(), Sleeps()
        self.crm, self.many = org.opened(self.notes, self.sleeps), many
        self.crm.server_time()

    def pages(self, cursor=None, spec=LEADS):
        door = self.crm._door
        return pull(door, spec, cursor, OVERLAP, Covered(door, OVERLAP), self.many)

    def all(self, cursor=None):
        pages = list(self.pages(cursor))
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        return pages

    def close(self):
        self.crm.close()


@pytest.fixture
def reader(org):
    made = Reader(org)
    yield made
    made.close()


@pytest.fixture
def bulky(org):
    made = Reader(org, many=4)
    yield made
    made.close()


def ids(pages):
    return [one.ref.id for page in pages for one in page.records]


def rows(pages):
    return {one.ref.id: (one.modified_at, one.deleted, one.values) for page in pages for one in page.records}


# --- an org that gives up on long questions -------------------------------------------------------------------------


@pytest.mark.parametrize("bears", [1, 2, 3, 7, 50])
def test_a_query_that_is_too_much_is_asked_in_shorter_stretches_and_nothing_is_lost(org, reader, bears):
    there = org.put_many(23)
    org.bears, org.refuses = bears, lambda method, _: fault(400, "INVALIDENTITY") if method == "POST" else None
    found = ids(reader.all())
    assert set(found) == there
    assert len(found) == len(there)


def test_a_later_pass_that_is_too_much_is_halved_too_and_ends_at_its_bound(org, reader):
    org.put_many(6)
    cursor = reader.all()[-1].cursor
    moved = {org.put(one, NOON + MINUTE * one) for one in range(1, 20)}
    org.now, org.bears = NOON + timedelta(hours=1), 4
    pages = reader.all(cursor)
    assert set(ids(pages)) == moved
    assert pages[-1].cursor.upper == org.now
    assert reader.notes.named("crm.narrowed")


def test_a_question_of_one_second_that_is_still_too_much_stops_the_stream_for_now(org, reader):
    for one in range(5):
        org.put(one, NOON - MINUTE)
    org.bears, org.refuses = 4, lambda method, _: fault(400, "INVALIDENTITY") if method == "POST" else None
    with pytest.raises(RetryLater, match="QUERY_TIMEOUT"):
        reader.all()


def test_a_time_out_is_not_met_with_the_same_question(org, reader):
    org.put_many(6)
    cursor = reader.all()[-1].cursor
    org.put(7, NOON)
    org.bears, org.now = 0, NOON + MINUTE
    org.asked.clear()
    with pytest.raises(RetryLater):
        reader.all(cursor)
    assert len(set(org.asked)) == len(org.asked)
    assert not reader.sleeps.seconds


def test_halved_stretches_can_be_resumed_at_any_page(org, reader):
    there = org.put_many(9)
    org.bears, org.refuses = 3, lambda method, _: fault(400, "INVALIDENTITY") if method == "POST" else None
    many = len(reader.all())
    for stop in (1, many // 2, many - 2, many - 1):
        pages = reader.pages()
        had = [next(pages) for _ in range(stop)]
        other = Reader(org)
        rest = other.all(had[-1].cursor)
        other.close()
        assert sorted(ids(had) + ids(rest)) == sorted(there)


def test_a_fetch_that_is_too_long_for_an_address_is_asked_in_halves(org, reader):
    there = sorted(org.put_many(9))

    def refuses(_, path):
        return (414, {}, "<html>URI too long</html>") if len(org.asked[-1]) > 200 and "query" in path else None

    org.refuses = refuses
    found = reader.crm.fetch(LEADS, [Ref("salesforce", "Lead", one) for one in there])
    assert [(one.ref.id, one.deleted) for one in found] == [(one, False) for one in there]


def test_a_locator_that_is_always_forgotten_ends_after_two_tries_at_one_place(org, reader):
    org.put_many(9)
    org.refuses = lambda _, path: fault(400, "INVALID_QUERY_LOCATOR") if path.startswith("query/") else None
    assert set(ids(reader.all())) == set(org.rows)
    org.rows_a_page = 0
    with pytest.raises(RetryLater, match="forgets"):
        reader.all()


def test_a_page_that_promises_more_and_not_where_is_not_taken_for_the_last(org, reader):
    org.refuses = lambda _, path: (200, {}, '{"done": false, "records": []}') if path.startswith("queryAll") else None
    with pytest.raises(ShapeChanged, match="not where"):
        reader.all()


def test_short_and_empty_pages_never_end_a_pull(org, reader):
    there = org.put_many(5)
    following = "/services/data/v62.0/query/0r8000000000000000-0"
    answers = [f'{{"done": false, "totalSize": 5, "records": [], "nextRecordsUrl": "{following}"}}']
    org.refuses = lambda _, path: (200, {}, answers.pop()) if answers and path.startswith("queryAll") else None
    org.rows_a_page = 1
    org.locators["0r8000000000000000"] = org.found("")
    assert set(ids(reader.all())) == there


# --- files prepared by the org --------------------------------------------------------------------------------------


def test_a_first_load_of_many_rows_is_prepared_by_the_org_and_equals_what_queries_bring(org, bulky, reader):
    org.put(1, NOON, Employees=12.5, Bought=True, At="2026-11-02T08:00:00.000+0000")
    org.put(2, NOON, Status='two\nlines, a "quote"\r\nand \u2028 more', Employees=None)
    org.put(3, NOON, Status=None, IsDeleted=True)
    org.put_many(9)
    assert rows(bulky.all()) == rows(reader.all())
    assert len(org.prepared) == 1
    assert "ORDER BY" not in org.prepared[0]


def test_below_the_threshold_nothing_is_prepared_and_no_call_is_spent_on_counting(org, bulky):
    org.put_many(4)
    org.asked.clear()
    bulky.all()
    assert (org.prepared, [one for one in org.asked if "COUNT" in one]) == ([], [])


def test_a_later_pass_is_never_prepared_however_much_moved(org, bulky):
    org.put_many(3)
    cursor = bulky.all()[-1].cursor
    moved = {org.put(one, NOON) for one in range(20)}
    assert set(ids(bulky.all(cursor))) == moved
    assert org.prepared == []


def test_a_first_load_that_times_out_is_prepared_however_few_rows_it_has(org, reader):
    there = org.put_many(6)
    org.bears = 3
    assert set(ids(reader.all())) == there
    assert len(org.prepared) == 1


def test_prepared_rows_can_be_resumed_at_any_page_and_the_job_is_not_made_again(org, bulky, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_PER_PAGE", 2)
    there = org.put_many(10)
    whole = bulky.all()
    for stop in range(1, len(whole)):
        org.prepared.clear()
        pages = bulky.pages()
        had = [next(pages) for _ in range(stop)]
        other = Reader(org, many=4)
        rest = other.all(had[-1].cursor)
        other.close()
        assert sorted(ids(had) + ids(rest)) == sorted(there)
        assert len(org.prepared) == 1
        assert rest[-1].cursor == whole[-1].cursor


def test_a_row_that_changes_while_files_are_prepared_is_had_in_its_last_state_by_the_next_pass(org, bulky):
    there = org.put_many(8)
    pages = bulky.pages()
    seen = rows([next(pages)])
    org.now += MINUTE
    moved = org.put(3, org.now, Status="Moved")
    new = org.put(77, org.now)
    last = None
    for last in pages:
        seen |= rows([last])
    org.now += MINUTE
    seen |= rows(bulky.all(last.cursor))
    assert set(seen) == {*there, new}
    assert seen[moved][2][0] == "Moved"


def test_a_job_is_looked_at_ever_more_slowly_and_left_after_ten_minutes_to_be_gone_on_with(org, bulky):
    org.put_many(6)
    org.states = ["InProgress"]
    pages = bulky.pages()
    kept = next(pages).cursor
    with pytest.raises(RetryLater, match="still preparing") as caught:
        next(pages)
    assert bulky.sleeps.seconds[:4] == [2.0, 4.0, 8.0, 15.0]
    assert 500 < sum(bulky.sleeps.seconds) < 700
    assert caught.value.after > 0
    org.states = ["JobComplete"]
    assert len(ids(bulky.all(kept))) == 6
    assert len(org.prepared) == 1


REFUSALS = {
    "the object": ("POST jobs/query", fault(400, "API_ERROR")),
    "the feature": ("POST jobs/query", fault(403, "FUNCTIONALITY_NOT_ENABLED")),
    "the limit": ("POST jobs/query", fault(400, "LIMIT_EXCEEDED")),
    "the address": ("POST jobs/query", fault(404, "NOT_FOUND")),
    "a broken job": ("GET jobs/query/750000000000001AAA", (200, {}, '{"id": "750", "state": "Failed"}')),
    "a job somebody ended": ("GET jobs/query/750000000000001AAA", (200, {}, '{"id": "750", "state": "Aborted"}')),
    "a job of another version": ("GET jobs/query/750000000000001AAA/results", fault(409, "INVALIDVERSION")),
    "results that are gone": ("GET jobs/query/750000000000001AAA/results", fault(404, "NOT_FOUND")),
    "columns that are gone": ("GET jobs/query/750000000000001AAA/results", (200, {}, "Id,Odd\n00Q1,x\n")),
    "types nobody tells": ("GET sobjects/Lead/describe", fault(404, "NOT_FOUND")),
    "a dead place": ("GET jobs/query/750000000000001AAA/results", fault(400, "INVALID_QUERY_LOCATOR")),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_where_the_org_does_not_prepare_the_rows_they_are_queried_and_that_is_told(org, bulky, what):
    there = org.put_many(7)
    asked, reply = REFUSALS[what]
    org.refuses = lambda method, path: reply if f"{method} {path}" == asked else None
    found = [one for one in ids(bulky.all()) if one in there]
    assert set(found) == there
    assert bulky.notes.named("crm.bulk_refused") == 1


def test_prepared_rows_that_did_not_arrive_whole_are_asked_for_again_next_time(org, bulky):
    org.put_many(7)
    cut = 'Id,SystemModstamp,IsDeleted,Status,Employees,Bought,At\n"00Q1","2026-12-02T08:00:00.000Z","false","half'
    org.refuses = lambda _, path: (200, {}, cut) if path.endswith("/results") else None
    with pytest.raises(RetryLater, match="whole"):
        bulky.all()
    short = cut.partition('"00Q1"')[0]
    org.refuses = lambda _, path: (200, {"Sforce-NumberOfRecords": "3"}, short) if path.endswith("/results") else None
    with pytest.raises(RetryLater, match="whole"):
        bulky.all()


def test_prepared_rows_that_cannot_be_read_are_told_once(org, bulky, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_PER_PAGE", 1)
    there = org.put_many(6)
    org.put(3, NOON, IsDeleted="perhaps")
    pages = bulky.all()
    assert len(ids(pages)) == len(there) - 1
    assert ["deleted" in one.detail for page in pages for one in page.rejected] == [True]


def test_an_object_that_switches_rows_off_is_prepared_without_its_recycle_bin(org, bulky):
    org.put_many(6)
    users = stream("salesforce", "users", RecordKind.OWNER, "Status", object="User")
    assert len(ids(bulky.pages(spec=users))) == 6
    assert "IsDeleted" not in org.prepared[0]


# --- transactions that are still open -------------------------------------------------------------------------------


def test_rows_of_a_transaction_that_was_open_for_an_hour_are_not_lost(org, reader):
    org.put_many(3)
    began = NOON - timedelta(minutes=20)
    org.covered = began
    first = reader.all()[-1].cursor
    assert first.upper == began
    org.now += timedelta(minutes=30)
    second = reader.all(first)[-1].cursor
    late = {org.put(one, began + MINUTE * one) for one in range(50, 60)}
    org.now, org.covered = org.now + timedelta(minutes=10), None
    assert late <= set(ids(reader.all(second)))


def test_a_transaction_that_begins_right_after_we_asked_is_met_while_it_is_open(org):
    door = Reader(org)
    covered = Covered(door.crm._door, OVERLAP)

    def once(cursor):
        pages = list(pull(door.crm._door, LEADS, cursor, OVERLAP, covered, 50_000))
        return pages[-1].cursor, ids(pages)

    cursor, _ = once(None)
    org.now += timedelta(seconds=1)
    began = org.covered = org.now
    for _ in range(40):
        org.now += MINUTE
        cursor, _ = once(cursor)
    late = {org.put(one, began + timedelta(seconds=one)) for one in range(5)}
    org.covered = None
    cursor, found = once(cursor)
    door.close()
    assert late <= set(found)


def test_a_transaction_that_began_before_anybody_asked_is_gone_back_to(org, reader):
    org.put_many(3)
    cursor = reader.all()[-1].cursor
    began = org.covered = NOON - timedelta(hours=3)
    org.now += MINUTE
    cursor = reader.all(cursor)[-1].cursor
    assert cursor.upper == began
    late = {org.put(one, began + MINUTE) for one in range(50, 60)}
    org.covered = None
    assert late <= set(ids(reader.all(cursor)))


def test_when_a_transaction_has_ended_the_next_pass_is_no_longer_held_back(org):
    org.put(1, NOON - timedelta(days=1))
    org.covered = NOON - timedelta(hours=3)
    crm = org.opened()
    crm.server_time()
    held = list(crm.pull(LEADS, None))[-1].cursor
    org.now, org.covered = org.now + MINUTE, None
    free = list(crm.pull(LEADS, held))[-1].cursor
    crm.close()
    assert (held.upper, free.upper) == (NOON - timedelta(hours=3), org.now)


def test_a_quiet_pass_is_one_call_and_one_more_in_ten_minutes(org):
    org.put(1, NOON - timedelta(days=1))
    crm = org.opened()
    crm.server_time()
    cursor = list(crm.pull(LEADS, None))[-1].cursor
    org.asked.clear()
    for _ in range(30):
        org.now += MINUTE
        cursor = list(crm.pull(LEADS, cursor))[-1].cursor
    crm.close()
    assert sum(one.startswith("SELECT") for one in org.asked) == 30
    assert [one for one in org.asked if not one.startswith("SELECT")] == ["GET sobjects/Lead/updated/"] * 2


def test_an_org_that_does_not_say_what_it_covers_is_pulled_all_the_same(org, reader):
    there = org.put_many(4)
    org.has_updated = False
    pages = reader.all()
    assert set(ids(pages)) == there
    assert pages[-1].cursor.upper == NOON


def test_a_transaction_that_never_ends_holds_a_pass_back_for_a_day_at_most(org, reader):
    org.covered = NOON - timedelta(days=9)
    assert reader.all()[-1].cursor.upper == NOON - timedelta(days=1)
    assert reader.notes.named("crm.open_transaction") == 1


def test_users_are_pulled_without_asking_what_is_covered(org, reader):
    users = stream("salesforce", "users", RecordKind.OWNER, "Status", object="User")
    org.asked.clear()
    list(reader.pages(spec=users))
    assert len(org.asked) == 1


# --- census and count -----------------------------------------------------------------------------------------------


def test_a_census_names_every_record_with_its_stamp_and_life_and_reads_nothing_else(org, reader):
    there = org.put_many(7)
    gone = org.put(99, NOON, IsDeleted=True)
    org.asked.clear()
    found = list(reader.crm.census(LEADS, None))
    assert {one.ref.id for one in found} == {*there, gone}
    assert [one.ref.id for one in found if one.deleted] == [gone]
    assert org.asked[0] == "SELECT Id, SystemModstamp, IsDeleted FROM Lead ORDER BY Id"


def test_a_census_of_late_names_what_was_stamped_since(org, reader):
    org.put_many(7)
    new = org.put(99, NOON)
    assert [one.ref.id for one in reader.crm.census(LEADS, NOON)] == [new]


def test_a_census_goes_on_behind_the_last_id_when_its_place_is_forgotten(org, reader):
    there = org.put_many(9)
    org.refuses = lambda _, path: fault(400, "INVALID_QUERY_LOCATOR") if path.startswith("query/") else None
    assert [one.ref.id for one in reader.crm.census(LEADS, None)] == sorted(there)


def test_the_living_are_counted_archived_ones_included(org, reader):
    org.put_many(7)
    org.put(99, NOON, IsDeleted=True)
    org.asked.clear()
    assert reader.crm.count(LEADS) == 7
    assert org.asked == ["SELECT COUNT() FROM Lead WHERE IsDeleted = false"]


def test_a_history_is_read_by_the_day_its_rows_were_made(org, reader):
    history = stream("salesforce", "lead_history", RecordKind.ACTIVITY, "Status", object="LeadHistory")
    org.refuses = lambda _, path: (200, {}, '{"done": true, "records": []}') if path.startswith("query") else None
    org.asked.clear()
    cursor = list(reader.pages(spec=history))[-1].cursor
    list(reader.pages(cursor, history))
    list(reader.crm.census(history, NOON))
    asked = [one for one in org.asked if one.startswith("SELECT")]
    assert asked[0] == "SELECT Id, CreatedDate, IsDeleted, Status FROM LeadHistory ORDER BY CreatedDate, Id"
    assert " WHERE CreatedDate >= 2026-12-02T11:50:00Z ORDER BY CreatedDate, Id" in asked[1]
    assert " WHERE CreatedDate >= 2026-12-02T12:00:00Z ORDER BY Id" in asked[2]
