"""The chapters on what a person is in: how a bought name was recognised, lists and campaigns, opportunities."""

from collections.abc import Iterator

from crmsync.model.belonging import Deal, ListedIn
from crmsync.reports.story import Known, Story
from crmsync.reports.words import plain, shown, spaced, system_name

MOST = 6
STATES = {True: "open", False: "closed", None: "open or closed: the CRM does not say"}
SIGNS = {
    "vendor_list": "is in the list {tag} that the agreement names",
    "burst": "was made in a burst: {together} records by one user or program within {minutes:g} minutes",
}


def belonging_lines(story: Story, known: Known) -> Iterator[str]:
    """Bought or not and by which sign; the lists of both CRMs; opportunities. Nothing where nothing is known."""
    if known.bought.bought:
        yield f"BOUGHT NAME   {_sign(story, known)}"
    lists = {one.of.ref: one for one in story.observed.lists}
    for at, one in enumerate(list(lists.values())[:MOST]):
        yield f"{'IN' if not at else '':<6}{_listed(story, one)}"
    if len(lists) > MOST:
        yield f"      and {len(lists) - MOST} more lists"
    yield from (f"OPPORTUNITY   {_deal(story, one)}" for one in story.observed.deals)


def belonging_json(story: Story, known: Known | None) -> dict[str, object]:
    """Keys: bought (by, tag) or None, lists (system, kind, name, type, source, since), deals (system, id, name ...)."""
    bought = known.bought if known else None
    return {
        "bought": {"by": bought.by, "tag": bought.tag} if bought and bought.bought else None,
        "lists": [
            {
                "system": one.of.ref.system,
                "kind": one.of.kind.value,
                "name": one.of.name,
                "type": one.of.type or None,
                "source": one.of.source or None,
                "since": one.at.isoformat() if one.at else None,
            }
            for one in story.observed.lists
        ],
        "deals": [
            {"system": one.ref.system, "id": one.ref.id, "name": one.name, "stage": one.stage, "open": one.open}
            for one in story.observed.deals
        ],
    }


def _sign(story: Story, known: Known) -> str:
    bought, burst = known.bought, story.agreement.imports.burst
    tag = shown(bought.tag) if bought.tag else "unnamed"
    if bought.by in SIGNS:
        minutes = burst.within.total_seconds() / 60 if burst else 0.0
        together = max(story.observed.burst.values(), default=0)
        told = SIGNS[bought.by].format(tag=tag, together=together, minutes=minutes)
    else:
        told = f"is recognised by its {spaced(bought.by).lower()}: {tag}"
    return f"{told[0].upper()}{told[1:]}. {'It answered since.' if bought.engaged else 'It never answered so far.'}"


def _listed(story: Story, one: ListedIn) -> str:
    more = ", ".join(plain(word) for word in (one.of.type, one.of.source) if word)
    since = f", since {story.time(one.at)}" if one.at else ""
    told = f"{one.of.kind.value} {shown(one.of.name)}" + (f" ({more})" if more else "")
    return f"{told} in {system_name(one.of.ref.system)}{since}"


def _deal(story: Story, one: Deal) -> str:
    owner = story.people.directory.of(one.ref.system, one.owner)
    state = "won" if one.won else STATES[one.open]
    stage = f", stage {shown(one.stage)}" if one.stage else ""
    of = f", owned by {owner.name}" if owner else ""
    return f"{shown(one.name)} in {system_name(one.ref.system)}: {state}{stage}{of}"
