"""Left alone while it shows, ours again once it does not; where nobody shows our status any more, theirs counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crmsync.model.people import Observed, Pass, Restored
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reconcile.restored import kept, put_back, released
from crmsync.rules.disposition import Dictionary
from tests.rules.agreed import shipped

AGREED = shipped()
WORDS = Dictionary(AGREED, date(2026, 12, 2))
NINE = datetime(2026, 12, 2, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
LEAD, CONTACT = Ref("salesforce", "Lead", "00Q1"), Ref("hubspot", "contacts", "1")


def trip(status="mql", since=NINE):
    return Pass("p", 1, NINE, "first sight", LEAD, status, since, with_sales_since=NINE)


def person(lead, contact, restored, status="mql", since=NINE):
    """A lead and a HubSpot contact; `restored` holds what was taken back, by (record, field)."""
    records = (
        Snapshot(LEAD, RecordKind.LEAD, NINE, values={"status": lead, "owner": "005"}),
        Snapshot(CONTACT, RecordKind.CONTACT, NINE, values={"status": contact}),
    )
    taken = {place: Restored(value, TEN, "Uma", 12) for place, value in restored.items()}
    return Observed("p", records, trip=trip(status, since), restored=taken)


BOTH = {(LEAD, "status"): "Inquiry", (CONTACT, "status"): "NEW"}


def after(observed):
    return put_back(observed, observed.records, AGREED, WORDS).trip


def test_a_field_is_left_alone_while_it_shows_what_was_taken_back_and_released_after():
    observed = person("Inquiry", "OPEN", {**BOTH, (LEAD, "owner"): "00G"})
    assert set(kept(observed)) == {(LEAD, "status")}
    assert released(observed) == {(CONTACT, "status"), (LEAD, "owner")}


@pytest.mark.parametrize("shown", [None, "", "  "])
def test_blank_and_nothing_are_one(shown):
    assert set(kept(person("Inquiry", shown, {(CONTACT, "status"): None}))) == {(CONTACT, "status")}


def test_where_no_record_shows_our_status_the_person_stands_where_they_were_put():
    moved = after(person("Inquiry", "NEW", BOTH))
    assert (moved.status, moved.status_since, moved.human_moved_at) == ("inquiry", TEN, TEN)
    assert moved.with_sales_since is None


def test_the_promise_goes_on_where_sales_still_owes_an_answer():
    moved = after(person("Working", "IN_PROGRESS", {(LEAD, "status"): "Working"}, "recycled"))
    assert (moved.status, moved.with_sales_since) == ("working", NINE)


@pytest.mark.parametrize(
    "lead,contact,restored,status,since",
    [
        pytest.param("Inquiry", "OPEN", {(LEAD, "status"): "Inquiry"}, "mql", NINE, id="another record still shows it"),
        pytest.param("Left Vmail", None, {(LEAD, "status"): "Left Vmail"}, "mql", NINE, id="a call outcome"),
        pytest.param("Inquiry", "NEW", BOTH, "raw", NINE, id="a bought name leaves raw by an answer alone"),
        pytest.param("Inquiry", "NEW", {}, "mql", NINE, id="nothing was taken back"),
        pytest.param("Inquiry", "NEW", BOTH, "mql", TEN + timedelta(hours=1), id="they were moved on since"),
        pytest.param("Inquiry", "NEW", BOTH, "inquiry", NINE, id="they stand there already"),
    ],
)
def test_otherwise_nobody_is_moved(lead, contact, restored, status, since):
    assert after(person(lead, contact, restored, status, since)) == trip(status, since)


@pytest.mark.parametrize("carrier,expected", [(LEAD, "inquiry"), (CONTACT, "recycled")])
def test_the_record_that_carries_the_trip_speaks_before_the_other(carrier, expected):
    restored = {(LEAD, "status"): "Inquiry", (CONTACT, "status"): "RECYCLED"}
    observed = person("Inquiry", "RECYCLED", restored)
    assert after(replace(observed, trip=replace(observed.trip, carrier=carrier))).status == expected
