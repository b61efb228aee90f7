"""How does a bought name enter? As Raw, and it leaves Raw only by doing something itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.agreement.model import Imports
from crmsync.model.activities import Activity, ActivityKind, Actor, Direction
from crmsync.model.belonging import ListedIn
from crmsync.model.records import Value
from crmsync.rules.conditions import holds, leaves

VENDOR_LIST = "vendor_list"
BURST = "burst"


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What is needed to tell a bought name: the attributes of each record, what the person did, the lists they are in.

    `made_together` is how many records the maker of one of theirs made at about the same time.
    """

    records: tuple[Mapping[str, Value], ...]
    activities: tuple[Activity, ...]
    lists: tuple[ListedIn, ...] = ()
    made_together: int = 0


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """Whether the name was bought, by which tag, source or list, and when the person last and first engaged.

    `by` is the sign that told: the field of the condition (`import_tag`, `campaign_name` ...), `vendor_list` where it
    is in a list of the agreement, `burst` where nobody can have typed it.
    """

    bought: bool
    tag: str | None
    engaged: bool
    last_engaged_at: datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Sign:
    by: str
    tag: str | None


def import_state(facts: ImportFacts, section: Imports, now: datetime) -> ImportFinding:
    """Tell whether a person is a bought name and whether they engaged up to now (domain.md 2.5)."""
    engaged = [one.at for one in facts.activities if one.at <= now and engages(one, section.leaves_raw_when)]
    sign = next(_signs(facts, section, now), None)
    return ImportFinding(
        bought=sign is not None,
        tag=sign.tag if sign else None,
        engaged=bool(engaged),
        last_engaged_at=max(engaged, default=None),
        by=sign.by if sign else "",
    )


def engages(activity: Activity, kinds: Iterable[str]) -> bool:
    """Whether an activity is something the person did, of one of the agreed kinds."""
    return not activity.deleted and any(ENGAGEMENT[kind](activity) for kind in kinds)


def list_facts(one: ListedIn) -> dict[str, Value]:
    """What a condition may ask about a list: `campaign_name`, `list_type`, `import_source` and their like."""
    kind = one.of.kind.value
    told: dict[str, Value] = {f"{kind}_name": one.of.name, f"{kind}_type": one.of.type or None}
    return told | {f"{kind}_source": one.of.source or None}


def _signs(facts: ImportFacts, section: Imports, now: datetime) -> Iterator[_Sign]:
    """Everything that says bought, the surest first: what the record says, a list of the agreement, a list, a burst."""
    for record in facts.records:
        if holds(section.recognise, record, now) is True:
            tag = record.get("import_tag") or record.get("lead_source")
            yield _Sign(_field(section, record, now), str(tag) if tag else None)
    signed = {one.name.casefold(): one.name for one in section.lists}
    for listed in facts.lists:
        if listed.of.name.casefold() in signed:
            yield _Sign(VENDOR_LIST, signed[listed.of.name.casefold()])
    for listed in facts.lists:
        told = list_facts(listed)
        if holds(section.recognise, told, now) is True:
            yield _Sign(_field(section, told, now), listed.of.name)
    if section.burst is not None and facts.made_together >= section.burst.at_least:
        yield _Sign(BURST, None)


def _field(section: Imports, told: Mapping[str, Value], now: datetime) -> str:
    """The field of the first comparison that holds."""
    return next((one.field for one in leaves(section.recognise) if holds(one, told, now) is True), "")


def _by_them(activity: Activity) -> bool:
    return activity.direction is Direction.INBOUND and activity.actor is Actor.PERSON


CLICKS = frozenset({ActivityKind.PAGE_VIEW, ActivityKind.EMAIL_CLICK})
ENGAGEMENT = {
    "form": lambda one: one.kind is ActivityKind.FORM and one.actor is not Actor.BOT,
    "reply": lambda one: one.kind is ActivityKind.EMAIL and _by_them(one),
    "inbound_call": lambda one: one.kind is ActivityKind.CALL and _by_them(one),
    "meeting": lambda one: one.kind is ActivityKind.MEETING,
    "human_click": lambda one: one.kind in CLICKS and one.actor is Actor.PERSON,
}
