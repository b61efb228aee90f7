"""The demo scenario as plain tables for tests, read independently of how it was written."""

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from crmsync.emulator.scenarios import demo

Row = dict[str, Any]
SEEDS = (1, 2, 3, 4, 5)
PEOPLE = ("Lead", "Contact", "contacts")


@cache
def rows(seed: int) -> tuple[Row, ...]:
    return tuple(demo.rows(seed))


@cache
def truth(seed: int) -> Row:
    return demo.truth(seed)


@cache
def steps(seed: int) -> tuple[Row, ...]:
    return tuple(demo.steps(seed))


@cache
def by_id(seed: int) -> dict[str, Row]:
    """Person records by id: Salesforce and HubSpot ids never look alike."""
    return {str(row["id"]): row for row in rows(seed) if row["type"] in PEOPLE}


@cache
def about(seed: int) -> dict[str, list[Row]]:
    """What was done, by the record it was done to or by."""
    done: dict[str, list[Row]] = defaultdict(list)
    for row in rows(seed):
        fields = row["fields"]
        if row["type"] == "Task":
            done[fields["WhoId"]].append(row)
        elif row["type"] == "events":
            done[fields["objectId"]].append(row)
        elif row["type"] in ("calls", "emails"):
            for one in fields["associations"]["contacts"]:
                done[one].append(row)
    return done


SUBTYPES = {"Call": "call", "Email": "email", "Task": "todo"}
EVENTS = {"e_submitted_form": "form", "e_visited_page": "page_view"}


def kind(row: Row) -> str:
    """What kind of activity a row is: call, email, todo, form, page_view."""
    fields = row["fields"]
    if row["type"] == "Task":
        return SUBTYPES[fields["TaskSubtype"]]
    return EVENTS[fields["eventType"]] if row["type"] == "events" else row["type"].removesuffix("s")


def happened(row: Row) -> datetime:
    """When it happened; a to-do that is still open: when it was made."""
    fields = row["fields"]
    names = ("occurredAt", "hs_timestamp", "CompletedDateTime", "CreatedDate")
    return instant(next(fields[name] for name in names if fields.get(name)))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("+0000", "+00:00")).astimezone(UTC)


def people(seed: int, archetype: str) -> list[Row]:
    return [one for one in truth(seed)["people"] if one["archetype"] == archetype]
