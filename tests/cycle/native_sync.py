"""HubSpot's own Salesforce sync, played from the outside: it copies what changed from one CRM to the other, later.

It looks at both sides as often as it is asked, and writes what it saw some minutes after it saw it - even if something
else stands there by then (domain.md 1). What it wrote itself it does not copy back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.cycle.river import River

USER = "0055g0000000SYNAA2"
EMAIL = "hubspot-sync@halden.example"
OBJECTS = {"salesforce": "Lead", "hubspot": "contacts"}
FIELDS = {"salesforce": "Status", "hubspot": "hs_lead_status"}
ACTORS = {"salesforce": USER, "hubspot": "SALESFORCE"}
OTHER = {"salesforce": "hubspot", "hubspot": "salesforce"}


@dataclass
class NativeSync:
    """One pair of records, a map of words per direction (by the system it writes to), and the minutes it takes."""

    river: River
    ids: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    minutes: int = 3
    seen: dict[str, str | None] = field(default_factory=dict)
    under_way: list[tuple[int, str, str]] = field(default_factory=list)
    now: int = 0
    copies: int = 0

    def start(self) -> "NativeSync":
        """Everything that stands there now is known to both sides."""
        self.seen = {system: self.says(system) for system in self.ids}
        return self

    def minute(self) -> None:
        """A minute goes by: what is due is written, what changed is noticed."""
        self.river.advance(60)
        self.now += 1
        for system in self.ids:
            self._notice(system)
        for _, system, value in [one for one in self.under_way if one[0] <= self.now]:
            self._write(system, value)
        self.under_way = [one for one in self.under_way if one[0] > self.now]

    def says(self, system: str) -> str | None:
        """What the record says in that CRM."""
        return self.river.values(system, OBJECTS[system], self.ids[system]).get(FIELDS[system])

    def _notice(self, system: str) -> None:
        value, other = self.says(system), OTHER[system]
        if value == self.seen[system]:
            return
        self.seen[system] = value
        word = self.words[other].get(value or "")
        if word is not None:
            self.under_way.append((self.now + self.minutes, other, word))

    def _write(self, system: str, value: str) -> None:
        if self.says(system) != value:
            self.river.edits(system, OBJECTS[system], self.ids[system], ACTORS[system], **{FIELDS[system]: value})
            self.copies += 1
        self.seen[system] = value


def move_in(river: River, *, tracked: bool) -> None:
    """The sync's user in Salesforce, whom the org shows as a machine; with or without a field history of Status."""
    machine = {"Name": "HubSpot Sync", "Email": EMAIL, "IsActive": True, "UserType": "CloudIntegrationUser"}
    river.load("salesforce", {"type": "User", "id": USER, "fields": machine})
    if tracked:
        river.load("salesforce", {"type": "__history__", "fields": {"object": "Lead", "fields": ["Status", "OwnerId"]}})


def minutes(sync: NativeSync, count: int, every: int = 5) -> list[int]:
    """So many minutes with a cycle of crmsync every few of them; returns what each cycle wrote."""
    wrote = []
    for minute in range(1, count + 1):
        sync.minute()
        if minute % every == 0:
            wrote.append(sync.river.cycle().counts["applied"])
    return wrote
