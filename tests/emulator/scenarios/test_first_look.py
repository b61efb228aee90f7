"""What the decision makes of the planted people at first sight: statuses, owners, overdue tasks, scores - the truth."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from crmsync.emulator.scenarios import demo
from crmsync.mappings.compile import compile_mapping, compile_streams
from crmsync.mappings.ids import canonical_id
from crmsync.mappings.read import read_activity, read_owner, read_person
from crmsync.model.decisions import ChangeKind
from crmsync.model.people import Directory, Observed
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import VendorField, VendorObject
from crmsync.office import compile_office
from crmsync.reconcile.decide import decide
from crmsync.reconcile.facts import Context
from crmsync.rules.disposition import Dictionary
from crmsync.rules.touches import not_spoken, teammates
from tests.agreement.shipped import agreement
from tests.emulator.scenarios.town import SEEDS, by_id, instant, rows, truth

AGREEMENT = agreement()
FOLDER = Path(__file__).parents[3] / "mappings"
MAPPINGS = {
    one: compile_mapping((FOLDER / f"{one}.yaml").read_text(encoding="utf-8"), f"{one}.yaml")
    for one in ("salesforce", "hubspot")
}
EVENTS = {"e_submitted_form": "forms", "e_visited_page": "page_views"}
DOUBTFUL = ("possible_double", "claimed_twice")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_status_write_is_planted_and_every_planted_one_is_decided(seed):
    planted = {(one["record"], one["after"]) for one in truth(seed)["status_writes"]}
    kinds = (ChangeKind.STATUS, ChangeKind.CONTACT_STATUS)
    decided = {
        (one.ref.id, one.value) for each in _decisions(seed).values() for one in each.desired if one.kind in kinds
    }
    assert decided == planted


@pytest.mark.parametrize("seed", SEEDS)
def test_contact_statuses_are_their_own_kind_of_change(seed):
    planted = {(one["record"], one["value"]) for one in truth(seed)["contact_statuses"]}
    wanted = [one for each in _decisions(seed).values() for one in each.desired]
    assert {(one.ref.id, one.value) for one in wanted if one.kind is ChangeKind.CONTACT_STATUS} == planted


@pytest.mark.parametrize("seed", SEEDS)
def test_owners_are_asked_for_where_planted_and_nowhere_else(seed):
    planted = {(frozenset(one["records"]), one["team"]) for one in truth(seed)["owners"]}
    asked = [each.owner_request for each in _decisions(seed).values() if each.owner_request]
    assert {(frozenset(ref.id for ref in one.targets), one.team) for one in asked} == planted
    assert {one.relationship for one in asked} <= {None}


@pytest.mark.parametrize("seed", SEEDS)
def test_overdue_tasks_are_asked_for_where_planted_and_nowhere_else(seed):
    planted = {one["lead"] for one in truth(seed)["overdue"]}
    asked = [one.draft for each in _decisions(seed).values() for one in each.task_requests]
    assert {one.about.id for one in asked} == planted
    assert {one.key.split("-")[-1] for one in asked} == {"20261201"}


@pytest.mark.parametrize("seed", SEEDS)
def test_deadlines_of_today_run_where_planted_and_nowhere_else(seed):
    running = [one for each in _decisions(seed).values() for one in each.clocks if one.closed_at is None]
    due_today = {one.subject.id for one in running if one.due_at > demo.START}
    assert due_today == {one["lead"] for one in truth(seed)["due_today"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_call_outcomes_are_kept_where_planted(seed):
    planted = {one["record"] for name in ("call_outcomes", "reasons") for one in truth(seed)[name]}
    kept = {
        one.ref.id
        for each in _decisions(seed).values()
        for one in each.observations
        if one.meaning in AGREEMENT.outcomes
    }
    assert kept == planted


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_are_written_where_planted_with_the_planted_grade(seed):
    planted = {(one["record"], one["grade"]) for one in truth(seed)["scores"]}
    wanted = [one for each in _decisions(seed).values() for one in each.desired if one.kind is ChangeKind.SCORE]
    assert {(one.ref.id, str(one.value).partition(",")[0]) for one in wanted} == planted


@pytest.mark.parametrize("seed", SEEDS)
def test_fields_are_frozen_where_planted(seed):
    planted = {one["record"] for name in ("set_aside", "left_alone") for one in truth(seed)[name]}
    assert {ref.id for each in _decisions(seed).values() for ref, _ in each.frozen} == planted


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_look_at_what_was_decided_changes_no_status(seed):
    for number, decision in _decisions(seed).items():
        observed = _observed(seed, number)
        after = {one.ref: one.value for one in decision.desired if one.field == "status"}
        records = tuple(_with_status(record, after) for record in observed.records)
        seen = {key: after.get(key[0], value) for key, value in decision.seen.items()}
        again = Observed(
            observed.person,
            records,
            seen=seen,
            trip=decision.trip,
            clocks=decision.clocks,
            activities=observed.activities,
            observations=decision.observations,
        )
        second = decide(again, _context(seed), demo.START + timedelta(minutes=1))
        wanted = [one for one in second.desired if one.field == "status"]
        assert wanted == [], truth(seed)["people"][number]


@cache
def _decisions(seed):
    people = enumerate(truth(seed)["people"])
    sure = [number for number, one in people if one["archetype"] not in DOUBTFUL]
    return {number: decide(_observed(seed, number), _context(seed), demo.START) for number in sure}


@cache
def _context(seed):
    owners = [row for row in rows(seed) if row["type"] in ("User", "Group", "owners")]
    read = [_owner(row) for row in owners]
    people = Directory({(one.system, one.id): one for one in read})
    return Context(
        agreement=AGREEMENT,
        dictionary=Dictionary(AGREEMENT, demo.START.date()),
        directory=people,
        teams=teammates(people, AGREEMENT.routing),
        not_spoken=not_spoken(AGREEMENT.outcomes.values()),
        calendar=compile_office(AGREEMENT.sla.office, range(2024, 2029)),
        agreements={AGREEMENT.content: AGREEMENT},
        converted_values={"salesforce": frozenset({"Closed - Converted"})},
        org_ids={"salesforce": "00D000000000001AAA"},
    )


def _owner(row):
    fields = dict(row["fields"])
    if row["system"] == "hubspot":
        fields |= {"name": f"{fields['firstName']} {fields['lastName']}", "active": not fields["archived"]}
    stream = "owners" if row["system"] == "hubspot" else "users"
    return read_owner(_raw(row, stream, fields), _spec(row["system"], stream), MAPPINGS[row["system"]].streams[stream])


@cache
def _observed(seed, number):
    one = truth(seed)["people"][number]
    records = tuple(_person(by_id(seed)[record["id"]]) for record in one["records"])
    activities = sorted(
        (act for record in one["records"] for act in _activities(seed).get(record["id"], ())), key=lambda act: act.at
    )
    twins = {entry["hubspot"] for entry in truth(seed)["twins"]}
    return Observed(str(number), records, activities=tuple(act for act in activities if act.ref.id not in twins))


@cache
def _activities(seed):
    found = {}
    for row in rows(seed):
        fields = row["fields"]
        if row["type"] == "Task":
            found.setdefault(fields["WhoId"], []).append(_activity(row, "tasks", fields | _closed(fields)))
        elif row["type"] in ("calls", "emails"):
            for id_ in fields["associations"]["contacts"]:
                found.setdefault(id_, []).append(_activity(row, row["type"], fields))
        elif row["type"] == "events":
            at = instant(fields["occurredAt"])
            act = _activity(row, EVENTS[fields["eventType"]], fields["properties"], at)
            found.setdefault(fields["objectId"], []).append(act)
    return found


def _closed(fields):
    return {"IsClosed": fields["Status"] == "Completed"}


def _activity(row, stream, fields, at=None):
    raw = _raw(row, stream, fields, at)
    return read_activity(raw, _spec(row["system"], stream), MAPPINGS[row["system"]].streams[stream])


def _person(row):
    stream = {"Lead": "leads", "Contact": "contacts", "contacts": "contacts"}[row["type"]]
    return read_person(_raw(row, stream, row["fields"]), _spec(row["system"], stream))


def _raw(row, stream, fields, at=None):
    spec = _spec(row["system"], stream)
    stamp = fields.get("SystemModstamp") or fields.get("lastmodifieddate") or fields.get("hs_lastmodifieddate")
    modified = at or (instant(stamp) if stamp else demo.START)
    id_ = canonical_id(row["system"], str(row["id"])) or str(row["id"])
    return RawRecord(
        Ref(row["system"], spec.object, id_), modified, False, tuple(fields.get(one.vendor) for one in spec.pulled)
    )


@cache
def _spec(system, stream):
    return {one.name: one for one in _specs(system)}[stream]


@cache
def _specs(system):
    mapping = MAPPINGS[system]
    objects = {}
    for plan in mapping.streams.values():
        objects.setdefault(plan.object, {}).update(
            {one.vendor: VendorField(one.vendor, "string") for one in plan.fields}
        )
    described = {name: VendorObject(system, name, fields) for name, fields in objects.items()}
    return compile_streams(mapping, described)


def _with_status(record, after):
    values = dict(record.values) | ({"status": after[record.ref]} if record.ref in after else {})
    return type(record)(record.ref, record.kind, record.modified_at, record.deleted, values)
