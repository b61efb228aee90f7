"""How does a bought name enter? As Raw, and it leaves Raw only by doing something itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.agreement.model import Imports
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.records import Value
from crmsync.rules.conditions import holds


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What is needed to tell a bought name: the attributes of each record, and what the person did."""

    records: tuple[Mapping[str, Value], ...]
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """Whether the name was bought, by which tag or source, and when the person last and first engaged."""

    bought: bool
    tag: str | None
    engaged: bool
    last_engaged_at: datetime | None


def import_state(facts: ImportFacts, section: Imports, now: datetime) -> ImportFinding:
    """Tell whether a person is a bought name and whether they engaged up to now (domain.md 2.5)."""
    bought = next((one for one in facts.records if holds(section.recognise, one) is True), None)
    engaged = [one.at for one in facts.activities if one.at <= now and engages(one, section.leaves_raw_when)]
    tag = None if bought is None else bought.get("import_tag") or bought.get("lead_source")
    return ImportFinding(
        bought=bought is not None,
        tag=str(tag) if tag else None,
        engaged=bool(engaged),
        last_engaged_at=max(engaged, default=None),
    )


def engages(activity: Activity, kinds: Iterable[str]) -> bool:
    """Whether an activity is something the person did, of one of the agreed kinds."""
    return not activity.deleted and any(ENGAGEMENT[kind](activity) for kind in kinds)


def _by_them(activity: Activity) -> bool:
    return activity.direction is Direction.INBOUND and activity.actor is Actor.PERSON


ENGAGEMENT = {
    "form": lambda one: one.kind is ActivityKind.FORM,
    "reply": lambda one: one.kind is ActivityKind.EMAIL and _by_them(one),
    "inbound_call": lambda one: one.kind is ActivityKind.CALL and _by_them(one),
    "meeting": lambda one: one.kind is ActivityKind.MEETING,
    "human_click": lambda one: one.kind is ActivityKind.PAGE_VIEW and one.actor is Actor.PERSON,
}
