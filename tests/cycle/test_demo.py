"""The demo company for three seeds: what was planted, what crmsync planned and wrote, what the CRMs' books say."""

from collections import Counter
from dataclasses import dataclass

import pytest

from crmsync.emulator import serve
from crmsync.emulator.scenarios import demo
from crmsync.model.decisions import ChangeKind
from crmsync.reports.demo import first_plan_figures, joined
from tests.cycle.river import River, workspace

SEEDS = (1, 2, 3)
STATUS = {("Lead", "Status"), ("Contact", "Contact_Status__c"), ("contacts", "hs_lead_status")}
SCORE = {"CRMSync_Score__c", "crmsync_score"}
OWNER = {"OwnerId", "hubspot_owner_id"}


@dataclass
class Story:
    """One run of the whole demo, kept in pieces: `cycles` are (step, what its cycle reported, what it wrote)."""

    seed: int
    river: River
    truth: dict
    number: str
    other_number: str
    rows: list
    aside: Counter
    first_books: list
    five: int
    quiet: list
    cycles: list

    @property
    def books(self) -> list:
        return self.river.audit()


def record_of(river: River, tmp, seed: int) -> Story:
    other = workspace(tmp / "other", river.running)
    planned, elsewhere = river.plan(), other.plan()
    other.close()
    five = river.apply(limit=5)
    after_five = len(river.audit())
    river.apply()
    rows = river.wiring.store.plan_rows(planned.header.digest)
    first_books = river.audit()
    river.modes(all="act")
    quiet = [(river.cycle(), len(river.audit())) for _ in range(2)]
    aside = Counter(one.cause for one in river.wiring.store.set_aside_open())
    cycles = [_lived(river, step) for step in demo.steps(seed)]
    assert five.written.applied == after_five
    return Story(
        seed=seed,
        river=river,
        truth=demo.truth(seed),
        number=planned.header.number,
        other_number=elsewhere.header.number,
        rows=rows,
        aside=aside,
        first_books=first_books,
        five=after_five,
        quiet=quiet,
        cycles=cycles,
    )


def _lived(river: River, step: dict):
    river.at(step["to"])
    for system in ("salesforce", "hubspot"):
        if step["load"].get(system):
            river.load(system, *step["load"][system])
        if step[system]:
            river.control(system, "actors", step[system])
        if step["faults"].get(system):
            river.control(system, "faults", step["faults"][system])
    before = len(river.audit("salesforce")), len(river.audit("hubspot"))
    report = river.cycle()
    written = river.audit("salesforce")[before[0] :] + river.audit("hubspot")[before[1] :]
    return step, report, written


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed {seed}")
def story(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"demo{request.param}")
    with serve("demo", seed=request.param) as running:
        river = workspace(folder / "workspace", running)
        river.control("salesforce", "clock", {"freeze": True})
        yield record_of(river, folder, request.param)
        river.close()


def updates(books, fields):
    """(record, field, before, after) of every update of one of these fields."""
    return {
        (row["id"], name, before, after)
        for row in books
        if row["op"] == "update"
        for name, (before, after) in row["changes"].items()
        if (row["type"], name) in fields or name in fields
    }


def ids(rows, key="record"):
    return {one for row in rows for one in (row["records"] if "records" in row else [row[key]])}


# The first plan ------------------------------------------------------------------------------------------------------


def test_planted_said_and_counted_are_one_number_in_every_line_of_the_table(story):
    figures = first_plan_figures(story.truth, story.rows, story.aside, story.first_books)
    assert [one for one in figures if not one.agrees] == []
    assert len(figures) == 9
    assert all(one.planted > 0 for one in figures)


def test_exactly_the_planted_status_corrections_were_planned_and_written(story):
    planted = {(one["record"], one["before"], one["after"]) for one in story.truth["status_writes"]}
    kinds = {ChangeKind.STATUS, ChangeKind.CONTACT_STATUS}
    said = {(row.change.ref.id, row.change.before, row.change.after) for row in story.rows if row.change.kind in kinds}
    written = {(id_, before, after) for id_, _, before, after in updates(story.first_books, STATUS)}
    assert said == planted
    assert {(id_, before or None, after) for id_, before, after in written} == planted


def test_exactly_the_planted_records_got_a_score_of_the_planted_grade(story):
    planted = {(one["record"], one["grade"]) for one in story.truth["scores"]}
    written = {(id_, after.partition(",")[0].rstrip("?")) for id_, _, _, after in updates(story.first_books, SCORE)}
    assert {id_ for id_, _ in written} == {id_ for id_, _ in planted}
    assert written == {(id_, grade.rstrip("?")) for id_, grade in planted}


def test_exactly_the_planted_records_got_an_owner_who_takes_turns(story):
    assert {id_ for id_, *_ in updates(story.first_books, OWNER)} == ids(story.truth["owners"])


def test_exactly_the_planted_missed_deadlines_became_tasks(story):
    made = [row["changes"] for row in story.first_books if row["op"] == "create"]
    assert {one["WhoId"][1] for one in made} == {row["lead"] for row in story.truth["overdue"]}
    assert {one["OwnerId"][1] for one in made} == {row["owner"] for row in story.truth["overdue"]}
    assert len(made) == len(story.truth["overdue"])


def test_what_was_planted_as_undecidable_is_listed_and_its_status_untouched(story):
    touched = {id_ for id_, *_ in updates(story.first_books, STATUS)}
    odd = ids(story.truth["set_aside"]) | ids(story.truth["left_alone"])
    assert not touched & odd
    told = {one.ref.id for one in story.river.wiring.store.set_aside_open() if one.cause == "status.unknown_value"}
    assert ids(story.truth["set_aside"]) <= told


def test_possible_duplicates_and_converted_leads_are_never_written_to(story):
    touched = {row["id"] for row in story.books}
    assert not touched & ids(story.truth["possible_doubles"])
    assert not touched & {row["lead"] for row in story.truth["converted"]}


def test_every_call_outcome_is_kept_as_an_observation(story):
    store = story.river.wiring.store
    for row in story.truth["call_outcomes"]:
        [found] = store.find(row["record"])
        kept = [(one.value, one.meaning) for one in store.history(found.person).observations if one.ref == found.ref]
        assert (row["value"], row["outcome"]) in kept, row


def test_people_come_to_the_planted_status(story):
    store = story.river.wiring.store
    wrong = []
    for one in story.truth["people"]:
        person = next((hit.person for record in one["records"] for hit in store.find(record["id"])), None)
        events = store.history(person).stage_events if person else ()
        first = next((event.status for event in events if not event.implied), None)
        if first != one["status"]:
            wrong.append((one["archetype"], one["status"], first))
    assert wrong == []


def test_records_planted_as_one_person_are_one_person(story):
    store = story.river.wiring.store
    doubles = ids(story.truth["possible_doubles"])
    for one in story.truth["people"]:
        records = [record["id"] for record in one["records"]]
        if not doubles & set(records):
            assert len({store.find(id_)[0].person for id_ in records}) == 1, one


# Promises ------------------------------------------------------------------------------------------------------------


def test_two_fresh_stores_give_the_plan_one_number(story):
    assert story.number == story.other_number


def test_five_rows_were_approved_first_and_five_records_written(story):
    assert story.five == 5


def test_the_second_cycle_wrote_nothing(story):
    for report, size in story.quiet:
        assert (report.written.applied, report.rows, report.troubles) == (0, (), ())
        assert size == len(story.first_books)


def test_the_crms_books_and_our_log_match_on_record_field_and_value(story):
    found = joined(story.books, story.river.wiring.store.applied_writes())
    assert (found.only_in_crm, found.only_in_log) == (0, 0)
    assert found.matched > 1000


# What people do between cycles ---------------------------------------------------------------------------------------


def expected(story, name):
    return [(step["expect"][name], report, written) for step, report, written in story.cycles if name in step["expect"]]


def test_whoever_asked_for_a_demo_is_handed_over_with_an_owner_of_the_right_team(story):
    [(ready, _, written)] = expected(story, "sales_ready")
    [(owner, _, _)] = expected(story, "owner")
    assert {id_ for id_, name, _, after in updates(written, STATUS) if after == "Open - Not Contacted"} == set(ready)
    assert {id_ for id_, *_ in updates(written, OWNER)} == set(owner["records"])


def test_what_a_person_edited_is_not_written_before_the_quiet_time_is_over(story):
    [(step, written)] = [(step, written) for step, _, written in story.cycles if "quiet" in step["expect"]]
    edited = {do["id"] for system in ("salesforce", "hubspot") for script in step[system] for do in script["do"]}
    assert edited <= set(step["expect"]["quiet"])
    assert not edited & {id_ for id_, *_ in updates(written, STATUS)}


def test_after_the_quiet_time_exactly_the_expected_corrections_were_made(story):
    [(wanted, _, _)] = expected(story, "status_writes")
    [(survivors, _, _)] = expected(story, "survives_or_is_reported")
    until = next(number for number, (step, *_) in enumerate(story.cycles) if "status_writes" in step["expect"]) + 1
    written = {
        (id_, before, after) for _, _, books in story.cycles[:until] for id_, _, before, after in updates(books, STATUS)
    }
    raced = {one["record"] for one in survivors}
    assert {row for row in written if row[0] not in raced} == {
        (one["record"], one["before"], one["after"]) for one in wanted if one["record"] not in raced
    }


def test_the_edit_in_the_window_survives_or_is_reported(story):
    [(survivors, _, _)] = expected(story, "survives_or_is_reported")
    aside = story.river.wiring.store.set_aside_open()
    reported = {(one.ref.id, one.value) for one in aside if one.cause == "write.overwrote_edit"}
    for one in survivors:
        value = story.river.values("salesforce", "Lead", one["record"])[one["field"]]
        assert value == one["value"] or (one["record"], one["value"]) in reported


def test_the_recovered_words_of_the_day_are_kept(story):
    store = story.river.wiring.store
    [(words, _, _)] = expected(story, "call_outcomes")
    for row in words:
        [found] = store.find(row["record"])
        kept = [(one.value, one.meaning) for one in store.history(found.person).observations if one.ref == found.ref]
        assert (row["value"], row["outcome"]) in kept


def test_exactly_the_expected_deadlines_became_tasks_and_no_task_came_twice(story):
    for leads, _, written in expected(story, "overdue"):
        assert {row["changes"]["WhoId"][1] for row in written if row["op"] == "create"} == set(leads)
    made = Counter(row["changes"]["CRMSync_Key__c"][1] for row in story.books if row["op"] == "create")
    assert set(made.values()) == {1}


def test_whoever_was_called_is_never_overdue_and_a_closed_task_is_never_made_again(story):
    spared = {
        id_ for name in ("never_overdue", "no_new_task_for") for leads, _, _ in expected(story, name) for id_ in leads
    }
    later = [row for _, _, written in story.cycles for row in written if row["op"] == "create"]
    assert not spared & {row["changes"]["WhoId"][1] for row in later}
