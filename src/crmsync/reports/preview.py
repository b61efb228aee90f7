"""The page of a preview as text and JSON: what stands in the CRMs today, and what crmsync would do about it."""

import dataclasses
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from crmsync.reports.preview_page import FileRead, Finding, Group, Item, Page, Part, StatusField
from crmsync.reports.table import document, following
from crmsync.reports.words import counted

WIDE = 58
WIDTH, DEEPER, HARD = 126, 8, "\u00a0"
MOST_PARTS = 6
MOST_SKIPPED = 4
CAUTION = (
    "Unlogged work counts as none: compare with two reps before you quote this figure. Whoever owns a lead counts as "
    "sales; name the others under not_sales in routing.yaml."
)


def preview_text(page: Page) -> str:
    """The whole page for a terminal."""
    chapters = (
        _read(page),
        *(_status(one) for one in page.statuses),
        _changes(page),
        _untouched(page),
        _qualified(page),
        _forecast(page),
        _audit(page.audit),
        _proof(page),
    )
    return document(*(_wrapped(one) for one in chapters), following(*_next(page)))


def preview_json(page: Page) -> dict[str, object]:
    """The page for programs: the fields of `Page`, lists as {name: {count, items}}."""
    told = dataclasses.asdict(dataclasses.replace(page, lists=type(page.lists)()))
    told["lists"] = {
        name: {"count": count, "items": [dataclasses.asdict(one) for one in page.lists.items.get(name, [])]}
        for name, count in sorted(page.lists.counts.items())
    }
    return told


def list_text(page: Page, name: str) -> str:
    """The records behind one figure."""
    items = page.lists.items.get(name, [])
    lines = [f"{one.id:<20} {one.name}: {one.detail}" if one.name else f"{one.id:<20} {one.detail}" for one in items]
    return document([f"{name}   {counted(len(items), 'record')}"], lines)


def list_json(name: str, items: Sequence[Item]) -> dict[str, object]:
    """Keys: show, count, items (id, name, detail)."""
    return {"show": name, "count": len(items), "items": [dataclasses.asdict(one) for one in items]}


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines that fit a page; what goes on stands further in."""
    for line in lines:
        deeper = " " * (len(line) - len(line.lstrip()) + DEEPER)
        text = line.replace(" ", HARD).replace(f"{HARD}·{HARD}", f"{HARD}· ") if " · " in line else line
        pieces = textwrap.wrap(text, WIDTH, subsequent_indent=deeper, break_long_words=False, break_on_hyphens=False)
        yield from (one.replace(HARD, " ") for one in pieces)


def _read(page: Page) -> Iterator[str]:
    kinds = dict.fromkeys(one.kind for one in page.files)
    total = " + ".join(f"{page.rows_of(kind):,} {kind}" for kind in kinds)
    yield f'Read      {total} = {page.people:,} different people. "Today" is taken as {page.today}.'
    for one in page.files:
        yield from _file(one)
    if page.doubles:
        yield f"          {counted(page.doubles, 'record')} may be doubles: left alone, listed (--show doubles)."
    yield from (f"          {one}" for one in page.troubles)


def _file(one: FileRead) -> Iterator[str]:
    if one.skipped:
        shown = "; ".join(f":{line} {why}" for line, why in one.skipped[:MOST_SKIPPED])
        more = (
            f"; and {len(one.skipped) - MOST_SKIPPED} more: --show skipped" if len(one.skipped) > MOST_SKIPPED else ""
        )
        yield f"          {counted(len(one.skipped), 'line')} skipped ({one.name}{shown}{more})."
    if one.unmatched:
        yield f"          {one.name}: {counted(len(one.unmatched), 'column')} not used: {_first(one.unmatched)}."
    yield from (f"          {one.name}: {note}" for note in one.notes)


def _first(words: Sequence[str]) -> str:
    more = f" and {len(words) - MOST_PARTS} more" if len(words) > MOST_PARTS else ""
    return f"{', '.join(words[:MOST_PARTS])}{more}"


def _status(one: StatusField) -> Iterator[str]:
    yield f"WHAT YOUR {one.label.upper()} SAYS TODAY ({counted(one.values, 'value')}, {counted(one.total, 'record')})"
    for group in one.groups:
        share = f"{group.count / one.total:4.0%}"
        yield f"  {group.label:<24}{group.count:>8,}  {share}   {_values(group)}{_arrow(group.hint)}".rstrip()


def _values(group: Group) -> str:
    told = group.hint != ""  # what is unknown is told with the suggestion, the rest by its heading
    shown = " · ".join(
        f"{one.label} {one.count:,}{_in_brackets(one) if told else ''}" for one in group.parts[:MOST_PARTS]
    )
    more = len(group.parts) - MOST_PARTS
    return f"{shown} · and {more} more" if more > 0 else shown


def _in_brackets(one: Part) -> str:
    return f" ({one.hint})" if one.hint else ""


def _arrow(hint: str) -> str:
    return f"   -> {hint}" if hint else ""


def _changes(page: Page) -> Iterator[str]:
    yield f"WHAT CRMSYNC WOULD CHANGE, had you signed {page.agreement}"
    for one in page.changes:
        yield f"  {one.label:<{WIDE}}{one.count:>7,}   {one.example}{f' ({one.hint})' if one.hint else ''}".rstrip()
        if len(one.parts) > 1:
            yield from (f"      {part.count:>7,}  {_reason(part)}" for part in one.parts[:MOST_PARTS])
    yield from (f"  {what:<{WIDE}}{0:>7,}   {why}" for what, why in page.missing.items())


def _reason(part: Part) -> str:
    return f"{part.label}, because {part.hint}" if part.hint else part.label


def _untouched(page: Page) -> Iterator[str]:
    one = page.untouched
    if one is None:
        return
    yield "WHAT NOBODY LOOKED AT"
    share = f"{one.untouched / one.given:.0%}" if one.given else "0%"
    yield (
        f"  {one.untouched:,} of {one.given:,} leads given to sales in the last {one.days} days ({share}) "
        "have no logged call, e-mail or meeting by their owner or team."
    )
    yield f"  by source: {_pairs(one.by_source)}"
    yield f"  by team: {_pairs(one.by_team) if one.by_team else one.team_hint}"
    yield f"  {CAUTION}"


def _pairs(rows: Sequence[tuple[str, int, int]]) -> str:
    return " · ".join(f"{name} {missed:,} of {given:,}" for name, given, missed in rows[:MOST_PARTS])


def _qualified(page: Page) -> Iterator[str]:
    one = page.qualified
    if one is None:
        return
    yield (
        f"MARKETING-QUALIFIED: HubSpot says {one.hubspot:,}, Salesforce says {one.salesforce:,}. "
        f"{one.both:,} are the same people."
    )
    for side in (one.only_hubspot, one.only_salesforce):
        causes = " · ".join(f"{part.count:,} {part.label}" for part in side.parts)
        yield f"  {side.count:,} {side.label}{': ' + causes if causes else ''}"


def _forecast(page: Page) -> Iterator[str]:
    one = page.forecast
    if one is None:
        return
    yield f"IF IT HAD RUN {one.week.upper()}"
    yield (
        f"  {counted(one.tasks, 'overdue-contact task')} for {one.reps} of {one.all_reps} reps "
        f"(busiest rep {one.busiest_rep}, busiest day {one.busiest_day}); {one.above_limit} above the daily limit, "
        "only listed. Old leads: none."
    )
    yield (
        f"  {one.missed_before:,} of {one.promised_before:,} deadlines of the last 90 days were missed: counted, "
        "never made tasks."
    )


def _audit(findings: Sequence[Finding]) -> Iterator[str]:
    yield "AUDIT of the seven classic errors and six more, as far as files can tell"
    marks = {"found": "FOUND", "fine": "fine", "unknown": "can't tell"}
    for one in findings:
        yield f"  {one.code:<4}{marks[one.state]:<11}{one.title}: {one.found}"
        if one.state == "found":
            yield f"                 why it matters: {one.why}"
            yield f"                 fix: {one.fix}"


def _proof(page: Page) -> Iterator[str]:
    one = page.proof
    yield "PROOF (counted by the two test CRMs, not by crmsync)"
    yield (
        f"  second run wrote {one.second_run} · {one.with_reason:,} of {one.status_writes:,} status writes carry a "
        f"reason · {one.unknown_changed} leads changed whose value is unknown · revert restored {one.restored:,} of "
        f"{one.taken_back:,} tried · "
        f"{one.tasks} tasks made"
    )
    yield f"NOT SEEN IN FILES   {', '.join(page.unseen)}. `crmsync doctor` checks those."
    yield f"EVERY FIGURE OPENS  --show with one of: {', '.join(sorted(page.lists.counts))}"
    yield (
        "Nothing left this machine. Your Salesforce and HubSpot were not contacted. No rep works here: nothing was "
        "invented."
    )


def _next(page: Page) -> Iterator[tuple[str, str]]:
    given = " ".join(f"--from {shlex.quote(one.name)}" for one in page.files)
    yield f"crmsync init acme {given}", "your own draft agreement, with your open questions"
    yield "crmsync preview ... --show NAME", "the records behind a figure"
    yield "crmsync preview ... --html preview.html", "the page to show to sales"
