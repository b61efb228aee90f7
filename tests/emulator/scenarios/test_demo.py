import json
from collections import Counter, defaultdict
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmsync.emulator.scenarios import demo
from crmsync.emulator.scenarios.company import Company
from crmsync.emulator.scenarios.ids import with_checksum
from crmsync.emulator.scenarios.truth import SECTIONS
from tests.emulator.scenarios.town import PEOPLE, SEEDS, about, by_id, happened, instant, kind, people, rows, truth

LONDON = ZoneInfo("Europe/London")
STAMPS: tuple[str, ...] = (
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
    "CompletedDateTime",
    "createdate",
    "lastmodifieddate",
)
STAMPS += ("hs_timestamp", "hs_createdate", "hs_lastmodifieddate", "occurredAt")


def test_the_same_seed_gives_the_same_scenario_and_another_seed_another():
    assert json.dumps([list(demo.rows(4)), demo.truth(4), demo.steps(4)]) == json.dumps(
        [list(demo.rows(4)), demo.truth(4), demo.steps(4)]
    )
    demo._story.cache_clear()
    assert tuple(demo.rows(1)) == rows(1)
    assert len({json.dumps(truth(seed)["counts"]) for seed in SEEDS}) == len(SEEDS)


def test_whoever_gets_rows_truth_or_steps_may_change_them_without_changing_the_scenario():
    first = next(iter(demo.rows(2)))
    first["fields"].clear()
    demo.truth(2)["people"].clear()
    demo.steps(2).clear()
    assert next(iter(demo.rows(2)))["fields"]
    assert demo.truth(2)["people"]
    assert demo.steps(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_a_mid_size_company_whose_crms_overlap(seed):
    counts = truth(seed)["counts"]
    assert counts["people"] >= 400
    assert min(counts["salesforce_leads"], counts["hubspot_contacts"]) >= 300
    assert counts["salesforce_contacts"] >= 40
    both = [one for one in truth(seed)["people"] if len({record["system"] for record in one["records"]}) == 2]
    assert len(both) >= 200


@pytest.mark.parametrize("seed", SEEDS)
def test_every_archetype_and_every_section_of_the_truth_is_planted(seed):
    for archetype, least, _ in demo.ARCHETYPES:
        assert len(people(seed, archetype.__name__)) >= least, archetype.__name__
    assert [name for name in SECTIONS if not truth(seed)[name]] == []


def test_every_archetype_names_the_line_that_gives_its_truth():
    for archetype, _, _ in demo.ARCHETYPES:
        assert archetype.__doc__, archetype.__name__
        assert len(archetype.__doc__) > 40


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_truth_names_was_loaded(seed):
    known = {(row["type"], str(row["id"])) for row in rows(seed) if "id" in row}
    for one in truth(seed)["people"]:
        assert {(record["object"], record["id"]) for record in one["records"]} <= known
    ids = {id_ for _, id_ in known}
    for name in SECTIONS:
        for entry in truth(seed)[name]:
            named = [entry.get(key) for key in ("record", "lead", "contact", "carrier", "left", "owner")]
            named += entry.get("records", []) + ([entry["salesforce"], entry["hubspot"]] if name == "twins" else [])
            assert {one for one in named if one} <= ids, (name, entry)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_id_is_given_twice_and_every_person_record_belongs_to_one_plant(seed):
    ids = Counter((row["system"], row["type"], row["id"]) for row in rows(seed) if "id" in row)
    assert [one for one, times in ids.items() if times > 1] == []
    planted = Counter(record["id"] for one in truth(seed)["people"] for record in one["records"])
    assert set(planted) == set(by_id(seed))
    assert set(planted.values()) == {1}


def test_salesforce_ids_carry_the_checksum_of_recorded_ones():
    for recorded in ("001D000000JliSTIAZ", "003q000000KvQ1tAAF", "003q000000KvQ2DAAV", "003q000000KwKFhAAN"):
        assert with_checksum(recorded[:15]) == recorded
    for row in rows(1):
        if row["system"] == "salesforce" and "id" in row:
            assert len(row["id"]) == 18
            assert with_checksum(row["id"][:15]) == row["id"]


def test_hubspot_keeps_strings_only():
    for row in rows(3):
        if row["system"] == "hubspot" and row["type"] in ("contacts", "calls", "emails"):
            values = {name: value for name, value in row["fields"].items() if name != "associations"}
            assert {type(value) for value in values.values()} <= {str, type(None)}, row


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_happens_after_the_start_and_no_edit_is_so_fresh_that_a_correction_waits(seed):
    for row in rows(seed):
        for name in STAMPS:
            if text := row.get("fields", {}).get(name):
                assert instant(text) < demo.START - timedelta(hours=1), (name, row)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_is_planted_as_due_began_after_go_live(seed):
    go_live = instant("2026-12-01T00:00:00Z")
    young = {id_ for id_, row in by_id(seed).items() if instant(_created(row)) >= go_live}
    due = {
        record["id"]
        for name in ("overdue", "met", "due_today")
        for one in people(seed, name)
        for record in one["records"]
    }
    assert young == due
    old = set(by_id(seed)) - due
    assert all(instant(_modified(by_id(seed)[id_])) < go_live for id_ in old)


@pytest.mark.parametrize("seed", SEEDS)
def test_reps_call_in_london_office_hours(seed):
    for row in rows(seed):
        if row["type"] in ("Task", "calls"):
            at = happened(row).astimezone(LONDON)
            assert at.weekday() < 5, row
            assert time(9) <= at.time() <= time(17, 30), row


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_and_only_twins_are_the_same_call_in_both_crms(seed):
    planted = {(one["salesforce"], one["hubspot"]) for one in truth(seed)["twins"]}
    found = set()
    for one in truth(seed)["people"]:
        calls = [row for record in one["records"] for row in about(seed)[record["id"]] if kind(row) == "call"]
        tasks = [row for row in calls if row["type"] == "Task"]
        others = [row for row in calls if row["type"] == "calls"]
        found |= {(task["id"], other["id"]) for task in tasks for other in others if _apart(task, other) <= 120}
    assert found == planted


def test_names_are_as_awkward_as_in_life():
    names = {
        row["fields"].get("LastName") or row["fields"].get("lastname") or "" for seed in SEEDS for row in _people(seed)
    }
    firsts = {
        row["fields"].get("FirstName") or row["fields"].get("firstname") or ""
        for seed in SEEDS
        for row in _people(seed)
    }
    everything = names | firsts
    assert any("'" in one for one in names)
    assert any(one.startswith("=") for one in everything)
    assert any(ord(letter) > 0x1F000 for one in everything for letter in one)
    assert {"Zoë", "Łukasz"} <= firsts


@pytest.mark.parametrize("seed", SEEDS)
def test_an_address_is_shared_by_the_records_of_one_person_only(seed):
    plant_of = {record["id"]: number for number, one in enumerate(truth(seed)["people"]) for record in one["records"]}
    holders = defaultdict(set)
    for id_, row in by_id(seed).items():
        holders[(row["fields"].get("Email") or row["fields"]["email"]).casefold()].add(plant_of[id_])
    mailboxes = {"info", "sales", "office"}
    shared = {address for address, plants in holders.items() if len(plants) > 1}
    assert {address.partition("@")[0] for address in shared} <= mailboxes
    assert len(shared) == len(people(seed, "role_mailbox"))


def test_the_staff_is_two_teams_a_queue_and_somebody_who_left():
    staff = Company(1).staff
    assert Counter(one.team for one in staff.reps) == {"dach": 5, "uk": 7}
    assert len({one.email for one in staff.everybody()}) == len(staff.everybody())
    assert staff.queue.startswith("00G")
    assert not staff.gone.active
    owners = {row["fields"]["email"]: row["fields"]["archived"] for row in rows(1) if row["type"] == "owners"}
    users = {row["fields"]["Email"]: row["fields"]["IsActive"] for row in rows(1) if row["type"] == "User"}
    assert {mail: not gone for mail, gone in owners.items()} == {
        mail: active for mail, active in users.items() if mail != staff.integration.email
    }


def _people(seed):
    return [row for row in rows(seed) if row["type"] in PEOPLE]


def _created(row):
    return row["fields"].get("CreatedDate") or row["fields"]["createdate"]


def _modified(row):
    return row["fields"].get("SystemModstamp") or row["fields"]["lastmodifieddate"]


def _apart(task, call):
    return abs((happened(task) - happened(call)).total_seconds())
