"""A page and its cursor become rows: news dirties, everything else leaves no trace."""

from datetime import timedelta

import pytest

from crmsync.model.errors import InvariantBroken
from crmsync.model.memory import Staging
from crmsync.model.people import Owner
from crmsync.model.records import RecordKind, Rejected
from crmsync.model.streams import Cursor, Page, StreamSpec
from crmsync.state import staging as staging_room
from tests.state.builders import (
    LEADS,
    MINUTE,
    NOW,
    SPECS,
    contact,
    lead,
    person_with,
    raw,
    read,
    settle,
    spec,
    staging,
)


def test_equal_values_dirty_nothing_and_count_as_nothing(store):
    person_with(store, lead(1))
    assert store.stage(staging(LEADS, raw(lead(1), "Open", "005"))) == 0
    assert store.dirty(NOW) == []
    assert store.match_candidates() == []


def test_a_newer_stamp_with_equal_values_moves_only_the_stamp(store):
    person_with(store, lead(1))
    later = NOW + MINUTE
    assert store.stage(staging(LEADS, raw(lead(1), "Open", "005", at=later))) == 0
    assert store.raw_records([lead(1)], SPECS)[lead(1)].modified_at == later
    assert store.dirty(NOW) == []


def test_a_changed_value_dirties_its_person_and_is_matched_again(store):
    person_with(store, lead(1))
    assert store.stage(staging(LEADS, raw(lead(1), "Working", "005", at=NOW + MINUTE))) == 1
    assert [(due.person, due.cause) for due in store.dirty(NOW)] == [("p1", "record changed")]
    assert [one.ref for one in store.match_candidates()] == [lead(1)]


def test_an_older_version_than_the_stored_one_is_passed_over(store):
    person_with(store, lead(1))
    assert store.stage(staging(LEADS, raw(lead(1), "Old", at=NOW - MINUTE))) == 0
    assert store.raw_records([lead(1)], SPECS)[lead(1)].values[0] == "Open"


def test_a_record_twice_in_one_page_counts_in_its_latest_form(store):
    store.stage(staging(LEADS, raw(lead(1), "New", at=NOW + MINUTE), raw(lead(1), "Old", at=NOW)))
    assert store.raw_records([lead(1)], SPECS)[lead(1)].values[0] == "New"


def test_a_deletion_without_values_keeps_what_was_known(store):
    person_with(store, lead(1))
    assert store.stage(staging(LEADS, raw(lead(1), deleted=True, at=NOW + MINUTE))) == 1
    kept = store.raw_records([lead(1)], SPECS)[lead(1)]
    assert (kept.deleted, kept.values[0]) == (True, "Open")
    assert [due.person for due in store.dirty(NOW)] == ["p1"]
    assert [one.live for one in store.match_candidates()] == [False]


def test_a_deletion_of_a_record_we_never_met_leaves_nothing(store):
    assert store.stage(staging(LEADS, raw(lead(9), deleted=True))) == 0
    assert store.record_counts() == {}


def test_an_undeleted_record_lives_again_even_with_equal_values(store):
    person_with(store, lead(1))
    store.stage(staging(LEADS, raw(lead(1), "Open", "005", deleted=True, at=NOW + MINUTE)))
    settle(store)
    assert store.stage(staging(LEADS, raw(lead(1), "Open", "005", at=NOW + 2 * MINUTE))) == 1
    assert store.record_counts() == {("salesforce", "Lead"): 1}


def test_the_cursor_moves_with_its_rows(store):
    store.stage(staging(LEADS, raw(lead(1), "Open"), upper=NOW + MINUTE))
    assert store.cursor("salesforce", "lead") == Cursor("salesforce", "lead", LEADS.digest, NOW + MINUTE)
    assert store.cursor("salesforce", "contact") is None


@pytest.mark.parametrize("step", ["stage_records", "mark_dirty", "move_cursor", "_set_rejected_aside"])
def test_a_fault_anywhere_in_the_page_moves_neither_rows_nor_cursor(store, monkeypatch, step):
    person_with(store, lead(1))
    before = store.cursor("salesforce", "lead")
    original = getattr(staging_room, step)

    def half_done(*arguments, **named):
        original(*arguments, **named)
        raise InvariantBroken("pulled the plug")

    monkeypatch.setattr(staging_room, step, half_done)
    with pytest.raises(InvariantBroken):
        store.stage(staging(LEADS, raw(lead(1), "Working", at=NOW + MINUTE), upper=NOW + MINUTE))
    assert store.cursor("salesforce", "lead") == before
    assert store.raw_records([lead(1)], SPECS)[lead(1)].values[0] == "Open"
    assert store.dirty(NOW) == []


def test_a_new_mapped_field_reads_old_rows_by_name(store):
    person_with(store, lead(1))
    wider = spec(names=("score", "owner", "status", "first_name", "last_name", "email"))
    (seen,) = store.observe(["p1"], {("salesforce", "Lead"): wider}, read)
    assert seen.records[0].values["status"] == "Open"
    assert seen.records[0].values["owner"] == "005"
    assert seen.records[0].values["score"] is None


def test_the_same_values_under_other_names_are_news(store):
    person_with(store, lead(1))
    swapped = spec(names=("owner", "status", "first_name", "last_name", "email"))
    assert store.stage(staging(swapped, raw(lead(1), "Open", "005"))) == 1


def test_a_stream_that_is_no_longer_mapped_is_left_out(store):
    person_with(store, lead(1), contact(1))
    (seen,) = store.observe(["p1"], {("salesforce", "Lead"): LEADS}, read)
    assert [one.ref for one in seen.records] == [lead(1)]


def test_a_row_that_could_not_be_read_is_set_aside_until_it_is_read(store):
    bad = Rejected(lead(2), "unreadable", "createdate: not a date")
    page = Page(LEADS, (), Cursor("salesforce", "lead", LEADS.digest, NOW), rejected=(bad,))
    store.stage(Staging(page))
    store.stage(Staging(page))
    (aside,) = store.set_aside_open()
    assert (aside.ref, aside.cause, aside.detail, aside.count) == (lead(2), "unreadable", bad.detail, 2)
    store.stage(staging(LEADS, raw(lead(2), "Open")))
    assert store.set_aside_open() == []


USERS = StreamSpec("salesforce", "users", "User", RecordKind.OWNER, ())


def owners(*found: Owner) -> Staging:
    return Staging(Page(USERS, (), Cursor("salesforce", "users", USERS.digest, NOW)), owners=found)


TOM = Owner("salesforce", "005", "Tom Baker", "tom@example.com", manager="ann@example.com")
ANN = Owner("salesforce", "006", "Ann Lee", "ann@example.com")


def test_owners_come_back_as_they_were_read(store):
    assert store.stage(owners(TOM, ANN)) == 2
    assert store.stage(owners(TOM, ANN)) == 0
    directory = store.directory()
    assert directory.of("salesforce", "005") == TOM
    assert directory.by_key("salesforce", "ANN@example.com") == ANN


def test_an_owner_missing_from_the_complete_list_is_inactive_and_their_people_are_looked_at(store):
    store.stage(owners(TOM, ANN))
    person_with(store, lead(1))
    assert store.missing_owners("salesforce", {"006"}) == 1
    assert store.missing_owners("salesforce", {"006"}) == 0
    assert store.directory().of("salesforce", "005").active is False
    assert [due.person for due in store.dirty(NOW)] == ["p1"]
    assert store.missing_owners("hubspot", set()) == 0


def test_an_alias_is_always_one_step_and_never_a_circle(store):
    store.stage(staging(LEADS, aliases=[(lead(1), lead(2), "merge")]))
    store.stage(staging(LEADS, aliases=[(lead(2), lead(3), "merge")]))
    assert store.alias([lead(1), lead(2), lead(3)]) == {lead(1): lead(3), lead(2): lead(3)}
    store.stage(staging(LEADS, aliases=[(lead(3), lead(1), "merge"), (lead(4), lead(4), "merge")]))
    assert store.alias([lead(1), lead(3), lead(4)]) == {lead(1): lead(3)}


def test_dirty_people_come_oldest_reason_first_and_only_so_many(store, clock):
    for number in (3, 1, 2):
        person_with(store, lead(number), person=f"p{number}")
    for number in (2, 3, 1):
        clock.at += MINUTE
        store.mark_dirty([f"p{number}"], "test")
    clock.at += MINUTE
    store.mark_dirty(["p2"], "again")
    assert [due.person for due in store.dirty(clock.at)] == ["p2", "p3", "p1"]
    assert [(due.person, due.cause) for due in store.dirty(clock.at, 1)] == [("p2", "again")]
    assert store.dirty(clock.at - timedelta(days=1), 500)
