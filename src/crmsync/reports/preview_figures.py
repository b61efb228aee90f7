"""Makes figures of what was counted: status fields, untouched leads, two counts of one thing, a forecast."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta

from crmsync.exports.catalogue import Suggestion
from crmsync.model.records import RecordKind
from crmsync.reports.preview_counting import FIELDS, WINDOW, Counting, value_name
from crmsync.reports.preview_page import (
    Forecast,
    Group,
    Part,
    Qualified,
    StatusField,
    Untouched,
    ordered,
)
from crmsync.reports.words import plain, spaced
from crmsync.rules.disposition import Kind

SMALL = 5
KIND_WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.STATUS: ("is a status", "are statuses"),
    Kind.OUTCOME: ("is a call outcome", "are call outcomes"),
    Kind.REASON: ("is a reason", "are reasons"),
    Kind.SYSTEM: ("is a machine's word", "are machines' words"),
    Kind.UNKNOWN: ("is unknown", "are unknown"),
    Kind.BLANK: ("is empty", "is empty"),
}


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
