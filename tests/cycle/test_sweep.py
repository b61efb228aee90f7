"""What a pull can miss is found by holding the CRM's own list of records against the store: hourly, and by night."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crmsync.connectors.lanes import SHARES, Lane
from crmsync.cycle.run import run_once
from crmsync.cycle.stage import staging
from crmsync.cycle.streams import streams
from crmsync.cycle.sweep import AN_HOUR, Swept, name_of
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater, ShapeChanged, Stopping
from crmsync.model.records import Ref
from crmsync.model.streams import Page
from tests.conformance.memo import Book
from tests.cycle.beside_memo import Watched, later
from tests.cycle.town import TOM

HOUR, DAY = 3600, 24 * 3600


def streams_of(wiring: Wiring):
    return next(one for one in streams(wiring, offline=True).specs if (one.system, one.name) == ("memo", "people"))


def late(book: Book, id_: str, hours: float, **values):
    """Somebody's change whose stamp lies so far back that no overlap reaches it: it was committed late."""
    book.put("people", id_, book.now - timedelta(hours=hours), **values)


def believes(wiring: Wiring) -> dict[str, object]:
    """What the store takes for alive, by id."""
    spec = streams_of(wiring)
    refs = wiring.store.alive("memo", "people")
    raws = wiring.store.raw_records(refs, {("memo", "people"): spec})
    column = [one.name for one in spec.pulled].index("status")
    return {ref.id: raw.values[column] for ref, raw in raws.items()}


def truth(book: Book) -> dict[str, object]:
    return {ref.id: row["stand"] for ref, row in book.rows.items() if ref.object == "people" and ref not in book.gone}


# What it finds -------------------------------------------------------------------------------------------------------


def test_a_change_that_was_committed_late_is_missed_by_the_pull_and_found_within_the_hour(wiring, book):
    late(book, "m2", 5, stand="n-gone")
    late(book, "m9", 5, stand="n-new", made="2026-12-02T04:00:00Z", first="A", last="B", mail="ab@example.org")
    assert later(wiring, book, 1800).changed == 0
    assert believes(wiring) != truth(book)
    done = later(wiring, book, 1800)
    assert (done.swept.found, done.counts["found"]) == (2, 2)
    assert believes(wiring) == truth(book)


def test_one_that_lies_further_back_is_found_by_night(wiring, book):
    late(book, "m2", 50, stand="n-gone")
    assert later(wiring, book, HOUR).swept.found == 0
    done = later(wiring, book, DAY)
    assert done.swept.found == 1
    assert believes(wiring) == truth(book)


def test_a_record_that_vanished_without_a_trace_is_asked_for_and_kept_as_deleted(wiring, book, memo):
    ref = Ref("memo", "people", "m3")
    del book.rows[ref], book.stamps[ref]
    assert later(wiring, book, HOUR).swept.found == 0
    done = later(wiring, book, DAY)
    assert done.swept.found == 1
    assert ("fetch", "people", 1) in memo.asked
    assert believes(wiring) == truth(book)


def test_a_record_the_list_forgot_is_not_taken_for_deleted(wiring, book, memo, monkeypatch):
    whole = Watched.census
    monkeypatch.setattr(Watched, "census", lambda self, *of: (one for one in whole(self, *of) if one.ref.id != "m3"))
    done = later(wiring, book, DAY)
    assert done.swept.found == 0
    assert ("fetch", "people", 1) in memo.asked
    assert believes(wiring) == truth(book)


def test_a_record_deleted_with_an_old_stamp_is_found(wiring, book):
    book.gone.add(Ref("memo", "people", "m4"))
    done = later(wiring, book, DAY)
    assert done.swept.found == 1
    assert believes(wiring) == truth(book)


@pytest.mark.parametrize("stamp_moves", [True, False])
def test_a_record_that_came_back_lives_again_whatever_its_stamp_says(wiring, book, stamp_moves):
    ref = Ref("memo", "people", "m4")
    before = book.stamps[ref]
    book.gone.add(ref)
    book.put("people", "m4")
    later(wiring, book, 700)
    assert "m4" not in believes(wiring)
    book.gone.discard(ref)
    book.stamps[ref] = book.now if stamp_moves else before
    later(wiring, book, 700)
    later(wiring, book, DAY)
    assert believes(wiring) == truth(book)


def test_what_is_found_is_decided_on_in_the_same_cycle(wiring, book):
    late(book, "m2", 5, stand="what is this")
    done = later(wiring, book, HOUR)
    assert done.decided >= 1
    assert [one.cause for one in wiring.store.set_aside_open()] == ["status.unknown_value"]


def test_an_activity_logged_late_is_found_too(wiring, book):
    book.put("happenings", "h1", book.now - timedelta(hours=4), who="m2", when="2026-12-02T05:00:00Z", what="x")
    later(wiring, book, 600)
    assert wiring.store.stamps([Ref("memo", "happenings", "h1")]) == {}
    later(wiring, book, HOUR)
    assert wiring.store.stamps([Ref("memo", "happenings", "h1")])


# What it costs -------------------------------------------------------------------------------------------------------


def test_it_runs_once_an_hour_over_the_last_day_and_once_a_night_over_everything(wiring, book, memo):
    looked = {}
    for step in (17 * HOUR, *[HOUR // 2] * 6):
        before = len(memo.asked)
        later(wiring, book, step)
        names = [(what, since) for what, name, since in memo.asked[before:] if name == "people" and what == "census"]
        looked[f"{book.now:%H:%M}"] = [book.now - since if since else "everything" for _, since in names]
    day = timedelta(days=1)
    assert looked.pop("03:00") == ["everything"]
    assert {
        at: all(day <= one < day + timedelta(minutes=1) for one in spans) for at, spans in looked.items() if spans
    } == {
        "02:00": True,
        "04:00": True,
        "05:00": True,
    }


def test_a_store_that_is_true_costs_the_list_and_no_fetch(wiring, book, memo):
    done = later(wiring, book, HOUR)
    assert (done.swept.found, memo.named("fetch")) == (0, [])
    assert [name for _, name, _ in memo.named("census")] == ["people", "happenings"]
    done = later(wiring, book, DAY)
    assert (done.swept.found, memo.named("fetch")) == (0, [])
    assert done.swept.looked_at == 5
    assert [name for _, name, _ in memo.named("count")] == ["people", "happenings"]


def test_what_moves_between_pull_and_sweep_is_left_to_the_next_pull(wiring, book, memo, monkeypatch):
    pulled = Watched.pull

    def pull_then_edit(self, spec, cursor):
        yield from pulled(self, spec, cursor)
        if spec.name == "people":
            book.now += timedelta(seconds=1)
            book.put("people", "m1", stand="n-back")

    monkeypatch.setattr(Watched, "pull", pull_then_edit)
    assert later(wiring, book, HOUR).swept.found == 0
    assert memo.named("fetch") == []


def test_every_call_of_a_sweep_is_in_the_lowest_lane(wiring, book, memo):
    late(book, "m2", 50, stand="n-gone")
    later(wiring, book, DAY)
    assert {work for what, work in memo.lanes if what in {"census", "count", "fetch"}} == {Lane.SWEEP}


def test_a_cycle_that_only_plans_sweeps_nothing(wiring, book, memo):
    book.now += timedelta(days=1)
    run_once(wiring, send=False)
    assert memo.named("census") == []


# What stands in its way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RetryLater("busy"), AccessLost("no"), BudgetSpent("used up"), ShapeChanged("odd")])
def test_a_sweep_that_cannot_be_made_stops_nothing_and_is_made_later(wiring, book, memo, error):
    late(book, "m2", 5, stand="n-gone")
    memo.error = error
    done = later(wiring, book, HOUR)
    assert (done.swept, done.troubles, done.stopped) == (Swept(), (), {})
    memo.error = None
    assert later(wiring, book, 60).swept.found == 1


def test_without_calls_to_spare_it_waits_until_there_are_some(wiring, book, memo):
    late(book, "m2", 5, stand="n-gone")
    book.now += AN_HOUR
    memo.traffic.budget.hear(int(750 * SHARES[Lane.SWEEP]), 1000)
    done = run_once(wiring)
    assert (done.swept, memo.named("census")) == (Swept(), [])
    memo.traffic.budget.hear(0, 1000)
    assert later(wiring, book, 60).swept.found == 1


def test_a_record_that_cannot_be_read_is_passed_over_and_the_others_are_kept(wiring, book, memo):
    for id_ in ("m1", "m2", "m3"):
        late(book, id_, 5, stand="n-gone")
    memo.unreadable = {"m2"}
    assert later(wiring, book, HOUR).swept.found == 2
    assert {id_: word for id_, word in believes(wiring).items() if word == "n-gone"} == {"m1": "n-gone", "m3": "n-gone"}


def test_where_no_record_can_be_read_it_is_no_records_fault_and_not_asked_one_by_one(wiring, book, memo):
    for number in range(1, 100):
        late(book, f"m{number}", 5, stand="n-gone", mail=f"{number}@example.org", made="2026-10-05T08:00:00Z")
    memo.unreadable = {f"m{number}" for number in range(1, 100)}
    done = later(wiring, book, HOUR)
    assert (done.swept, done.troubles) == (Swept(), ())
    assert len(memo.named("fetch")) < 25


def test_a_stream_that_was_not_read_to_its_end_is_not_swept(wiring, book, memo, monkeypatch):
    def broken_off(self, spec, cursor):
        if spec.name == "people":
            raise RetryLater("busy")
        yield from pulled(self, spec, cursor)

    pulled = Watched.pull
    monkeypatch.setattr(Watched, "pull", broken_off)
    cursor = wiring.store.cursor("memo", "people")
    page = Page(streams_of(wiring), (), replace(cursor, position="in the middle"))
    wiring.store.stage(staging(page, wiring.plan_of(page.spec)))
    later(wiring, book, HOUR)
    assert [name for _, name, _ in memo.named("census")] == ["happenings"]


def test_who_is_asked_to_stop_in_a_sweep_keeps_what_it_found(wiring, book, memo, monkeypatch):
    late(book, "m2", 5, stand="n-gone")
    count = Watched.fetch

    def stop_after(self, spec, refs):
        wiring.pulse.stop()
        return count(self, spec, refs)

    monkeypatch.setattr(Watched, "fetch", stop_after)
    with pytest.raises(Stopping):
        later(wiring, book, HOUR)
    assert believes(wiring) == truth(book)


def test_when_it_was_is_kept_beside_the_streams_own_place(wiring, book):
    spec = streams_of(wiring)
    own = wiring.store.cursor("memo", "people")
    later(wiring, book, HOUR)
    swept = wiring.store.cursor("memo", name_of(spec, whole=False))
    assert swept.upper == book.now
    assert wiring.store.cursor("memo", "people").upper >= own.upper


# Over the emulated CRMs ----------------------------------------------------------------------------------------------


def test_what_an_index_shows_too_late_for_any_overlap_is_found_within_the_hour(town):
    """HubSpot's search sees the edit after half an hour, with its old stamp: no pull reads back that far."""
    river = town.river
    contact = town.hub("Lagging", "IN_PROGRESS")
    river.start()
    river.advance(700)
    river.cycle()
    river.fault("hubspot", kind="search_lag", seconds=1500)
    river.edits("hubspot", "contacts", contact, TOM.user, hs_lead_status="UNQUALIFIED")
    for _ in range(3):
        river.advance(900)
        assert river.cycle().changed == 0
    river.advance(900)
    done = river.cycle()
    assert done.swept.found == 1
    assert status_kept(river, contact) == "UNQUALIFIED"


def status_kept(river, contact):
    spec = streams(river.wiring, offline=True).persons["hubspot", "contacts"]
    ref = Ref("hubspot", "contacts", contact)
    raw = river.wiring.store.raw_records([ref], {("hubspot", "contacts"): spec})[ref]
    return raw.values[[one.name for one in spec.pulled].index("status")]


def test_a_lead_whose_bin_was_emptied_before_anybody_looked_is_found_by_night(town):
    river = town.river
    lead = town.lead("Purged", "Working")
    river.start()
    river.cycle()
    river.people("salesforce", TOM.user, {"op": "delete", "type": "Lead", "id": lead})
    river.people("salesforce", TOM.user, {"op": "purge", "type": "Lead", "id": lead})
    river.advance(700)
    river.cycle()
    alive = river.wiring.store.alive
    assert [one.id for one in alive("salesforce", "Lead")] == [lead]
    river.advance(DAY)
    assert river.cycle().swept.found == 1
    assert alive("salesforce", "Lead") == []
