"""The page of a preview as plain values: every figure with its name, so that it can be opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

KEPT = 40
REFUSED = "refused by the test CRM"


@dataclass(frozen=True, slots=True)
class Item:
    """One record behind a figure: its id, the person's name as exported, and what it is about."""

    id: str
    name: str
    detail: str


@dataclass(slots=True)
class Lists:
    """The records behind every figure; all of the one that was asked for, the first ones of the others."""

    wanted: str = ""
    items: dict[str, list[Item]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, item: Item) -> None:
        """One record more behind this figure."""
        self.counts[name] = self.counts.get(name, 0) + 1
        kept = self.items.setdefault(name, [])
        if len(kept) < KEPT or name == self.wanted:
            kept.append(item)

    def count(self, name: str) -> int:
        """How many records are behind this figure."""
        return self.counts.get(name, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a breakdown. `show` names the figure; `hint` is what people are told beside it."""

    label: str
    count: int
    show: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A figure with its parts, which add up to it."""

    label: str
    count: int
    parts: tuple[Part, ...] = ()
    show: str = ""
    hint: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class StatusField:
    """What one status field says: groups by kind of value, adding up to `total`."""

    label: str
    total: int
    values: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file as it was read. `skipped` are (line, why)."""

    name: str
    kind: str
    rows: int
    skipped: tuple[tuple[int, str], ...]
    unmatched: tuple[str, ...]
    footer: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untouched:
    """What nobody looked at: given to sales in the last `days`, of these without a logged touch."""

    days: int
    given: int
    untouched: int
    by_source: tuple[tuple[str, int, int], ...]
    by_team: tuple[tuple[str, int, int], ...]
    team_hint: str = ""


@dataclass(frozen=True, slots=True)
class Qualified:
    """Marketing-qualified in one CRM against the other; the causes add up to the differences."""

    hubspot: int
    salesforce: int
    both: int
    only_hubspot: Group
    only_salesforce: Group


@dataclass(frozen=True, slots=True)
class Forecast:
    """Overdue tasks, had crmsync run for the last full working week. `above_limit` would only be listed."""

    week: str
    tasks: int
    reps: int
    all_reps: int
    busiest_rep: int
    busiest_day: int
    above_limit: int
    by_day: tuple[tuple[str, int], ...]
    missed_before: int
    promised_before: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the audit. `state`: found, fine, or unknown where files cannot tell."""

    code: str
    title: str
    state: str
    found: str
    why: str
    fix: str
    show: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the emulated CRMs' own books say. Of the status writes `taken_back` were reverted, `restored` exactly."""

    second_run: int
    status_writes: int
    with_reason: int
    unknown_changed: int
    taken_back: int
    restored: int
    tasks: int
    calls: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a preview tells."""

    today: str
    agreement: str
    files: tuple[FileRead, ...]
    people: int
    doubles: int
    statuses: tuple[StatusField, ...]
    changes: tuple[Group, ...]
    untouched: Untouched | None
    qualified: Qualified | None
    forecast: Forecast | None
    audit: tuple[Finding, ...]
    unseen: tuple[str, ...]
    proof: Proof
    lists: Lists
    missing: Mapping[str, str] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()

    def rows_of(self, kind: str) -> int:
        """How many rows of one kind of file were read."""
        return sum(one.rows for one in self.files if one.kind == kind)


def ordered(counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """The largest first, then by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
