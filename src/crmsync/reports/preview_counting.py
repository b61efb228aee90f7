"""Counts what a preview tells while the looks go by, one person after the other."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crmsync.agreement.model import Agreement, Stage
from crmsync.exports.catalogue import Catalogue
from crmsync.model.calendars import Calendar
from crmsync.model.looks import Look
from crmsync.model.people import ClockState
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reports.preview_page import (
    Item,
    Lists,
)
from crmsync.reports.words import plain
from crmsync.rules.disposition import Dictionary, Kind

WINDOW = 90
MARKETING_QUALIFIED = "marketingqualifiedlead"
GIVEN = frozenset({Stage.MQL, Stage.SAL, Stage.SQL, Stage.WON, Stage.RECYCLED})
FIELDS = {("salesforce", RecordKind.LEAD): "Lead Status", ("hubspot", RecordKind.CONTACT): "HubSpot Lead Status"}


def counting_of(
    agreement: Agreement,
    catalogue: Catalogue,
    calendar: Calendar,
    today: date,
    show: str,
    teams: Mapping[str, str],
) -> "Counting":
    """An empty count; `show` names the figure whose records are all kept, `teams` are by owner key."""
    return Counting(agreement, Dictionary(agreement, today), catalogue, calendar, today, Lists(show), teams)


@dataclass(slots=True)
class Counting:
    """What is counted while the looks go by, and what that needs to know. `today` is the office's day."""

    agreement: Agreement
    dictionary: Dictionary
    catalogue: Catalogue
    calendar: Calendar
    today: date
    lists: Lists
    teams: Mapping[str, str] = field(default_factory=dict)
    people: int = 0
    doubles: int = 0
    values: dict[tuple[str, RecordKind], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    given_by_source: Counter[str] = field(default_factory=Counter)
    given_by_team: Counter[str] = field(default_factory=Counter)
    untouched_by_source: Counter[str] = field(default_factory=Counter)
    untouched_by_team: Counter[str] = field(default_factory=Counter)
    qualified: Counter[str] = field(default_factory=Counter)
    reps: set[str] = field(default_factory=set)
    team_people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    due: Counter[tuple[str, str]] = field(default_factory=Counter)
    promised: int = 0
    met: int = 0
    names: dict[Ref, str] = field(default_factory=dict)
    bought: list[datetime] = field(default_factory=list)

    @property
    def week(self) -> tuple[date, date]:
        """Monday and Friday of the last full working week."""
        friday = self.today - timedelta(days=(self.today.weekday() - 4) % 7)
        return friday - timedelta(days=4), friday

    def stage(self, one: Look) -> Stage | None:
        """The funnel stage a person comes out with."""
        return self.agreement.statuses[one.status].stage if one.status else None

    def see(self, one: Look) -> None:
        """Take one person into account."""
        if one.ambiguous:
            self.doubles += 1
            self.lists.add("doubles", item(one, "possibly a double of somebody: left alone"))
        self.people += bool(one.person)
        self.names |= {record.ref: name_of(record) for record in one.records}
        self._see_values(one)
        self._see_given(one)
        self._see_qualified(one)
        self._see_promise(one)

    def _see_values(self, one: Look) -> None:
        for record in one.records:
            place = (record.ref.system, record.kind)
            if place not in FIELDS:
                continue
            created = record.instant("created_at")
            if one.bought and not one.engaged and created and record.kind is RecordKind.LEAD:
                self.bought.append(self.calendar.local(created))
            value = record.text("status") or ""
            self.values[place][value] += 1
            kind = self.dictionary.meaning(record.ref.system, value).kind
            self.lists.add(value_name(place[0], kind), item(one, f'"{plain(value)}"' if value else "(empty)", record))
            if kind in {Kind.OUTCOME, Kind.REASON}:
                self.lists.add("E3", item(one, f'"{plain(value)}" is a {kind.value}', record))

    def _see_given(self, one: Look) -> None:
        start = self.today - timedelta(days=WINDOW)
        if one.owner:
            self.reps.add(one.owner)
            self.team_people[self._team(one)].add(one.owner)
        if not one.owner or one.given_at is None or not self.with_sales(one):
            return
        if not start <= self.calendar.local(one.given_at).date() <= self.today:
            return
        source, team = source_of(one), self._team(one)
        self.given_by_source[source] += 1
        self.given_by_team[team] += 1
        self.lists.add("given", item(one, source))
        if not one.touched:
            self.untouched_by_source[source] += 1
            self.untouched_by_team[team] += 1
            self.lists.add("untouched", item(one, f"{source}, since {self.calendar.local(one.given_at):%d %b %Y}"))

    def shown_stages(self, one: Look) -> set[Stage | None]:
        """What the person's open Salesforce leads say themselves, as stages; None for a word that is no status."""
        leads = [record for record in one.records if record.kind is RecordKind.LEAD]
        opened = [record for record in leads if not record.converted]
        return {self.shown_stage(record) for record in opened}

    def shown_stage(self, record: Snapshot) -> Stage | None:
        """The stage of the status a record shows, or to which a reason it shows leads."""
        meaning = self.dictionary.meaning(record.ref.system, record.text("status"))
        leads_to = meaning.outcome.effect.status if meaning.outcome else None
        name = meaning.statuses[0] if meaning.statuses else leads_to
        return self.agreement.statuses[name].stage if name else None

    def with_sales(self, one: Look) -> bool:
        """Whether a lead of theirs is, or was, with sales: by its own status, or by its owner where it shows none."""
        if any(record.converted for record in one.records):
            return True
        return bool(self.shown_stages(one) & {None, *GIVEN})

    def _team(self, one: Look) -> str:
        return self.teams.get(one.owner, "")

    def _see_qualified(self, one: Look) -> None:
        there = any(record.text("lifecycle") == MARKETING_QUALIFIED for record in one.records)
        mql = self.agreement.status_for(Stage.MQL)
        here = mql is not None and any(
            mql.name in self.dictionary.meaning("salesforce", record.text("status")).statuses
            for record in one.records
            if record.ref.system == "salesforce" and record.kind is RecordKind.LEAD and not record.converted
        )
        for name, counts in (("hubspot", there), ("salesforce", here), ("both", there and here)):
            if counts:
                self.qualified[name] += 1
                self.lists.add(f"qualified-{name}", item(one, one.status or ""))
        if there and here:
            return
        if there:
            self._difference("only-hubspot", one, self._why_only_hubspot(one))
        elif here:
            self._difference("only-salesforce", one, _why_only_salesforce(one))

    def _difference(self, side: str, one: Look, cause: str) -> None:
        self.qualified[f"{side}: {cause}"] += 1
        self.lists.add(side, item(one, cause))

    def _why_only_hubspot(self, one: Look) -> str:
        theirs = [record for record in one.records if record.ref.system == "salesforce"]
        if not theirs:
            return "possibly a double, left alone" if one.ambiguous else "never arrived in Salesforce"
        if any(record.converted or record.kind is RecordKind.CONTACT for record in theirs):
            return "converted, or a contact, there"
        meanings = [self.dictionary.meaning("salesforce", record.text("status")) for record in theirs]
        stages = {self.agreement.statuses[name].stage for one_ in meanings for name in one_.statuses}
        for stage, words in _STAGE_CAUSES:
            if stage in stages:
                return words
        kinds = {one_.kind for one_ in meanings}
        return next((words for kind, words in _KIND_CAUSES if kind in kinds), "another status there")

    def _see_promise(self, one: Look) -> None:
        clock = one.clock
        if clock is None or clock.state is ClockState.CANCELLED:
            return
        start = self.calendar.local(clock.started_at).date()
        missed = one.overdue or clock.state is ClockState.MISSED
        if start < self.today and clock.due_day <= f"{self.today:%Y%m%d}":
            self.promised += 1
            self.met += not missed
            if missed:
                self.lists.add("missed", item(one, f"first contact was due {day_words(clock.due_day)}"))
        monday, friday = self.week
        if missed and start >= monday and f"{monday:%Y%m%d}" <= clock.due_day <= f"{friday:%Y%m%d}":
            self.due[clock.owner, clock.due_day] += 1
            self.lists.add("forecast", item(one, f"a task on {day_words(clock.due_day)}"))


_STAGE_CAUSES = (
    (Stage.DISQUALIFIED, "disqualified there"),
    (Stage.RECYCLED, "returned to marketing there"),
    (Stage.SAL, "accepted by sales there"),
    (Stage.SQL, "in an opportunity there"),
    (Stage.WON, "customer there"),
    (Stage.INQUIRY, "still an inquiry there"),
    (Stage.RAW, "a bought name there"),
)
_KIND_CAUSES = (
    (Kind.OUTCOME, "a call outcome hides the status there"),
    (Kind.REASON, "a reason hides the status there"),
    (Kind.UNKNOWN, "an unknown status there"),
    (Kind.LEFT_ALONE, "a value left alone there"),
    (Kind.BLANK, "no status there"),
)
_LATER = frozenset({"salesqualifiedlead", "opportunity", "customer", "evangelist"})


def _why_only_salesforce(one: Look) -> str:
    theirs = [record for record in one.records if record.ref.system == "hubspot"]
    if not theirs:
        return "never arrived in HubSpot"
    stages = {record.text("lifecycle") or "" for record in theirs}
    if stages & _LATER:
        return "further along in HubSpot"
    return "no lifecycle stage in HubSpot" if stages == {""} else "not there yet in HubSpot"


def item(one: Look, detail: str, record: Snapshot | None = None) -> Item:
    """One person as a line of a list."""
    first = record or min(one.records, key=_leads_first, default=None)
    if first is None:
        return Item(one.person[:8], "", detail)
    return Item(first.ref.id, name_of(first), detail)


def _leads_first(record: Snapshot) -> tuple[bool, bool, str]:
    return record.kind is not RecordKind.LEAD, record.ref.system != "salesforce", record.ref.id


def name_of(record: Snapshot) -> str:
    """The person as their record names them."""
    name = " ".join(part for part in (record.text("first_name"), record.text("last_name")) if part)
    return plain(", ".join(part for part in (name, record.text("company")) if part))


def source_of(one: Look) -> str:
    """Where a person came from, as their records say."""
    found = (record.text("lead_source") for record in one.records)
    return plain(next((text for text in found if text), "")) or "(no source)"


def value_name(system: str, kind: Kind) -> str:
    """The name under which the values of one kind in one CRM are opened."""
    shown = Kind.UNKNOWN if kind is Kind.LEFT_ALONE else kind
    return f"{system}-{shown.value.replace(' ', '-')}"


def day_words(text: str) -> str:
    """A day (YYYYMMDD) as people write it."""
    return f"{datetime.strptime(text, '%Y%m%d').date():%-d %b}"  # noqa: DTZ007 - a day has no zone
