"""Counts what a preview tells: one pass over the looks, one over the planned changes, one over the CRMs' own books."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crmsync.agreement.model import Agreement, Stage
from crmsync.exports.catalogue import Catalogue, Suggestion
from crmsync.model.calendars import Calendar
from crmsync.model.decisions import ChangeKind
from crmsync.model.looks import Look
from crmsync.model.people import ClockState
from crmsync.model.plans import Change
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reports.preview_page import (
    Forecast,
    Group,
    Item,
    Lists,
    Part,
    Proof,
    Qualified,
    StatusField,
    Untouched,
    ordered,
)
from crmsync.reports.reasons import WHY_STATUS, group
from crmsync.reports.words import plain, spaced
from crmsync.rules.disposition import Dictionary, Kind

WINDOW = 90
FIRST_TOLD = ("call-outcome", "reason", "bought", "do-not-contact", "contact-status")
LAST_TOLD = ("follows", "blank")
SMALL = 5
MARKETING_QUALIFIED = "marketingqualifiedlead"
GIVEN = frozenset({Stage.MQL, Stage.SAL, Stage.SQL, Stage.WON, Stage.RECYCLED})
FIELDS = {("salesforce", RecordKind.LEAD): "Lead Status", ("hubspot", RecordKind.CONTACT): "HubSpot Lead Status"}
KIND_WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.STATUS: ("is a status", "are statuses"),
    Kind.OUTCOME: ("is a call outcome", "are call outcomes"),
    Kind.REASON: ("is a reason", "are reasons"),
    Kind.SYSTEM: ("is a machine's word", "are machines' words"),
    Kind.UNKNOWN: ("is unknown", "are unknown"),
    Kind.BLANK: ("is empty", "is empty"),
}


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
                self.lists.add("missed", item(one, f"first contact was due {_day(clock.due_day)}"))
        monday, friday = self.week
        if missed and start >= monday and f"{monday:%Y%m%d}" <= clock.due_day <= f"{friday:%Y%m%d}":
            self.due[clock.owner, clock.due_day] += 1
            self.lists.add("forecast", item(one, f"a task on {_day(clock.due_day)}"))


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


# What the status field says ------------------------------------------------------------------------------------------


def status_fields(counting: Counting) -> tuple[StatusField, ...]:
    """Per CRM: its values by kind, adding up to its records."""
    return tuple(_field(counting, place) for place in FIELDS if counting.values.get(place))


def _field(counting: Counting, place: tuple[str, RecordKind]) -> StatusField:
    counts, system = counting.values[place], place[0]
    by_kind: dict[Kind, Counter[str]] = defaultdict(Counter)
    for value, count in counts.items():
        kind = counting.dictionary.meaning(system, value).kind
        by_kind[Kind.UNKNOWN if kind is Kind.LEFT_ALONE else kind][value] += count
    groups = tuple(_group(counting, system, kind, by_kind[kind]) for kind in KIND_WORDS if by_kind[kind])
    return StatusField(FIELDS[place], counts.total(), sum(bool(value) for value in counts), groups)


def _group(counting: Counting, system: str, kind: Kind, values: Counter[str]) -> Group:
    one, many = KIND_WORDS[kind]
    words = one if len(values) == 1 else many
    label = words if kind is Kind.BLANK else f"{len(values)} {words}"
    parts = tuple(
        Part(plain(value) or "(empty)", count, hint=_hint(counting, system, value)) for value, count in ordered(values)
    )
    hint = "left alone, your decision" if kind is Kind.UNKNOWN else ""
    return Group(label, values.total(), parts, value_name(system, kind), hint)


def _hint(counting: Counting, system: str, value: str) -> str:
    """What a value means by the agreement, else the catalogue's suggestion."""
    meaning = counting.dictionary.meaning(system, value)
    if meaning.kind is Kind.STATUS:
        return f"{meaning.statuses[0]}{', an agreed exception' if meaning.by_exception else ''}"
    if meaning.outcome is not None:
        return spaced(meaning.outcome.name)
    if meaning.kind is Kind.LEFT_ALONE:
        return "left alone by the agreement"
    if meaning.kind is not Kind.UNKNOWN:
        return ""
    own = [one.spelled.get(system, "") for one in counting.agreement.statuses.values()]
    return suggestion_words(counting.catalogue.suggest(value, own))


def suggestion_words(found: Suggestion | None) -> str:
    """The catalogue's suggestion as people read it."""
    if found is None:
        return "no suggestion"
    doubt = f'like "{found.like}"? ' if found.doubtful else ""
    if found.kind == "either":
        return f'{doubt}status "{spaced(found.means)}" or a call outcome: only you can say'
    if found.kind in {"document", "machine"}:
        return f"{doubt}{'belongs on an opportunity' if found.kind == 'document' else 'written by a machine'}"
    return f"{doubt}usually a {found.kind}: {spaced(found.means)}"


# What would change ---------------------------------------------------------------------------------------------------


def changes(rows: Iterable[Change], names: Mapping[Ref, str], lists: Lists) -> tuple[Group, ...]:
    """Planned changes by reason, each split by where it leads and why, with an example."""
    by_code: dict[str, list[Change]] = defaultdict(list)
    for row in rows:
        if row.kind in {ChangeKind.STATUS, ChangeKind.CONTACT_STATUS, ChangeKind.OWNER}:
            by_code[_code(row)].append(row)
            lists.add(
                f"change-{_code(row)}",
                Item(row.ref.id, names.get(row.ref, ""), f"{_said(row.before)} -> {_said(row.after)}"),
            )
    ordered_codes = sorted(by_code, key=lambda code: (_rank(code), -len(by_code[code]), code))
    return tuple(_change(code, by_code[code], names) for code in ordered_codes)


def _rank(code: str) -> int:
    """What people come for stands first; one CRM following the other stands last."""
    if code in FIRST_TOLD:
        return FIRST_TOLD.index(code)
    return len(FIRST_TOLD) + (code in LAST_TOLD)


def bought_words(counting: Counting) -> str:
    """When the bought names were made, and that none of them ever did anything."""
    if not counting.bought:
        return ""
    first, last = min(counting.bought), max(counting.bought)
    if first.date() == last.date():
        hours = f" {first:%H:%M}-{last:%H:%M}" if first != last else ""
        return f"all created on {first:%-d %b %Y}{hours}; none has ever replied"
    return f"created from {first:%-d %b %Y} to {last:%-d %b %Y}; none has ever replied"


def _code(row: Change) -> str:
    if row.kind is ChangeKind.CONTACT_STATUS:
        return "contact-status"
    return row.because.code.replace("status.", "").replace("owner.", "owner-").replace("_", "-")


def _change(code: str, rows: Sequence[Change], names: Mapping[Ref, str]) -> Group:
    parts: Counter[tuple[str, str]] = Counter((_said(one.after), _line(one)) for one in rows)
    first = rows[0]
    label = "contact status filled after conversion" if code == "contact-status" else group(first.because.code)
    example = f"{names.get(first.ref) or first.ref.id}: {_said(first.before)} -> {_said(first.after)}"
    counted = [
        Part(f"to {after}", count, hint=why) for (after, why), count in sorted(parts.items(), key=lambda one: -one[1])
    ]
    return Group(label, len(rows), tuple(counted), f"change-{code}", example=example)


def _line(one: Change) -> str:
    return WHY_STATUS.get(one.because.facts.get("line", ""), "")


def _said(value: object) -> str:
    return plain(value) or "(empty)"


# The other figures ---------------------------------------------------------------------------------------------------


def untouched(counting: Counting) -> Untouched:
    """Who was given to sales and not touched, by source and team; small teams are put together."""
    sources = _pairs(counting.given_by_source, counting.untouched_by_source)
    if not counting.teams:
        return Untouched(
            WINDOW,
            counting.given_by_source.total(),
            counting.untouched_by_source.total(),
            sources,
            (),
            'your files do not say who is in which team (add the column "Owner Role")',
        )
    given, missed = (
        _without_small(counting, counting.given_by_team),
        _without_small(counting, counting.untouched_by_team),
    )
    return Untouched(
        WINDOW, counting.given_by_source.total(), counting.untouched_by_source.total(), sources, _pairs(given, missed)
    )


def _without_small(counting: Counting, counts: Counter[str]) -> Counter[str]:
    """Teams of fewer than five people are never shown alone."""
    found: Counter[str] = Counter()
    for team, count in counts.items():
        small = len(counting.team_people[team]) < SMALL
        found[f"teams of fewer than {SMALL} people, together" if small else team or "(no team)"] += count
    return found


def _pairs(all_: Counter[str], part: Counter[str]) -> tuple[tuple[str, int, int], ...]:
    return tuple((name, count, part[name]) for name, count in ordered(all_))


def qualified(counting: Counting) -> Qualified:
    """The two counts of marketing-qualified people and every cause of their difference."""
    return Qualified(
        hubspot=counting.qualified["hubspot"],
        salesforce=counting.qualified["salesforce"],
        both=counting.qualified["both"],
        only_hubspot=_causes(counting, "only-hubspot", "only in HubSpot"),
        only_salesforce=_causes(counting, "only-salesforce", "only in Salesforce"),
    )


def _causes(counting: Counting, side: str, label: str) -> Group:
    found = {
        name.partition(": ")[2]: count for name, count in counting.qualified.items() if name.startswith(f"{side}:")
    }
    parts = tuple(Part(cause, count) for cause, count in ordered(found))
    return Group(label, sum(found.values()), parts, side)


def forecast(counting: Counting) -> Forecast:
    """Overdue tasks of the last full working week, under the agreed limit per person and day."""
    monday, friday = counting.week
    limit = counting.agreement.sla.tasks_per_owner_per_day
    made = {place: min(count, limit) for place, count in counting.due.items()}
    by_rep: Counter[str] = Counter()
    by_day: Counter[str] = Counter()
    for (owner, day), count in made.items():
        by_rep[owner] += count
        by_day[day] += count
    days = [monday + timedelta(days=number) for number in range(5)]
    return Forecast(
        week=f"{monday:%-d %b} - {friday:%-d %b %Y}",
        tasks=sum(made.values()),
        reps=len(by_rep),
        all_reps=len(counting.reps),
        busiest_rep=max(by_rep.values(), default=0),
        busiest_day=max(by_day.values(), default=0),
        above_limit=counting.due.total() - sum(made.values()),
        by_day=tuple((f"{day:%a}", by_day[f"{day:%Y%m%d}"]) for day in days),
        missed_before=counting.promised - counting.met,
        promised_before=counting.promised,
    )


def proof(
    books: tuple[Sequence[Mapping[str, object]], Sequence[Mapping[str, object]]],
    again: int,
    rows: Iterable[Change],
    dictionary: Dictionary,
    calls: int,
) -> Proof:
    """What the CRMs' own books say about what we wrote and took back, held against the reasons we gave."""
    written, undone = (_status_writes(one) for one in books)
    reasons = {(one.ref.id, _said(one.after)) for one in rows if one.because.code}
    before = {(id_, field_): said for id_, field_, said, _ in written}
    return Proof(
        second_run=again,
        status_writes=len(written),
        with_reason=sum((id_, _said(after)) in reasons for id_, _, _, after in written),
        unknown_changed=sum(
            dictionary.meaning(STATUS_FIELDS[field_], _text(said)).frozen for _, field_, said, _ in written
        ),
        taken_back=len(undone),
        restored=sum(before.get((id_, field_), "") == after for id_, field_, _, after in undone),
        tasks=sum(row["op"] == "create" for row in books[0]),
        calls=calls,
    )


def _status_writes(audit: Sequence[Mapping[str, object]]) -> list[tuple[str, str, object, object]]:
    return [
        (str(row["id"]), field_, before, after)
        for row in audit
        for field_, (before, after) in _changed(row)
        if row["op"] == "update" and field_ in STATUS_FIELDS
    ]


STATUS_FIELDS = {"Status": "salesforce", "Contact_Status__c": "salesforce", "hs_lead_status": "hubspot"}


def _changed(row: Mapping[str, object]) -> list[tuple[str, tuple[object, object]]]:
    found = row["changes"]
    return [(str(name), (pair[0], pair[1])) for name, pair in found.items()] if isinstance(found, Mapping) else []


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(text: str) -> str:
    return f"{datetime.strptime(text, '%Y%m%d').date():%-d %b}"  # noqa: DTZ007 - a day has no zone
