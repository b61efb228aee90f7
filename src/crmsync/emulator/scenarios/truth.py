"""The planted truth as plain data: what was put where on purpose, and what a first look must make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crmsync.emulator.scenarios.company import Company, Plant, Record, Row
from crmsync.emulator.wire import Json

SECTIONS = (
    "call_outcomes", "reasons", "set_aside", "left_alone", "agreed_exceptions", "do_not_contact", "bought_names",
    "bought_but_engaged", "bought_but_worked", "raw_woken", "contact_statuses", "converted", "customers_without_status",
    "never_called", "owners", "sales_ready", "overdue", "met", "due_today", "disagreements", "two_owners",
    "joined_by_id_only", "second_leads", "possible_doubles", "role_mailboxes", "twins",
)  # fmt: skip


def planted(company: Company) -> Row:
    """Everything planted: one section per peculiarity, all people with their status, all status writes, the counts.

    `people`: archetype, status to come to (null: none is decided), why, grade, records. `status_writes`: every status
    field that must change at first sight and is ours to write, contact statuses included. `scores`: the records that
    get one, with the grade. `counts`: the demo's table.
    """
    sections: dict[str, Json] = {name: [row for section, row in company.marks if section == name] for name in SECTIONS}
    sections["scores"] = [score for plant in company.plants for score in _scores(plant)]
    writes = [write for plant in company.plants for write in _writes(plant)]
    people = [_person(plant) for plant in company.plants]
    return {**sections, "people": people, "status_writes": writes, "counts": _counts(company, sections, writes)}


def _writes(plant: Plant) -> Sequence[Row]:
    """What the decided status changes: each record of ours that spells another one."""
    if plant.status is None:
        return []
    moved = [one for one in plant.records if one.follows and one.status != one.spelling(plant.status)]
    return [_write(one, plant, plant.status) for one in moved]


def _scores(plant: Plant) -> Sequence[Row]:
    """A score for whoever is in the funnel: on each record that may be written, not for bought or unwanted names."""
    if plant.status in (None, "raw", "disqualified"):
        return []
    return [{"record": one.id, "grade": plant.who.grade} for one in plant.records if not one.frozen_whole]


def _write(record: Record, plant: Plant, status: str) -> Row:
    return {
        "system": record.system,
        "object": record.object,
        "record": record.id,
        "before": record.status,
        "after": record.spelling(status),
        "archetype": plant.archetype,
        "why": plant.why,
    }


def _person(plant: Plant) -> Row:
    records: list[Json] = [{"system": one.system, "object": one.object, "id": one.id} for one in plant.records]
    return {
        "archetype": plant.archetype,
        "status": plant.status,
        "why": plant.why,
        "grade": plant.who.grade,
        "records": records,
    }


def _counts(company: Company, sections: dict[str, Json], writes: Sequence[Row]) -> Row:
    sizes: dict[str, Json] = {name: _length(rows) for name, rows in sections.items()}
    contact_statuses = sum(1 for one in writes if one["object"] == "Contact")
    kinds = Counter(record.object for plant in company.plants for record in plant.records)
    return {
        **sizes,
        "people": len(company.plants),
        "salesforce_leads": kinds["Lead"],
        "salesforce_contacts": kinds["Contact"],
        "hubspot_contacts": kinds["contacts"],
        "status_corrections": len(writes) - contact_statuses,
        "contact_statuses": contact_statuses,
        "owner_records": sum(_length(row["records"]) for section, row in company.marks if section == "owners"),
    }


def _length(value: Json) -> int:
    return len(value) if isinstance(value, list) else 0
