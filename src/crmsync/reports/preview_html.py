"""The page of a preview as one HTML file: no script, no font, no picture from elsewhere."""

from collections.abc import Iterator, Sequence
from html import escape

from crmsync.reports.preview import CAUTION
from crmsync.reports.preview_page import Finding, Forecast, Group, Item, Page, Part, Qualified, StatusField, Untouched
from crmsync.reports.preview_style import COLOURS, STYLE
from crmsync.reports.preview_svg import columns, length, share, stacked
from crmsync.reports.words import counted

SHOWN_PARTS = 12
SHOWN_ITEMS = 12
MARKS = {"found": "found", "fine": "fine", "unknown": "files cannot tell"}
KIND_OF = (
    ("outcome", "call outcome"),
    ("machine", "machine"),
    ("reason", "reason"),
    ("unknown", "unknown"),
    ("empty", "empty"),
    ("status", "status"),
)
FOR = {
    "status": "statuses: where the lead stands",
    "call outcome": "call outcomes: what happened on one call",
    "reason": "reasons: why somebody left",
    "machine": "machines' words",
    "unknown": "unknown: left alone, your decision",
    "empty": "empty",
}


def preview_html(page: Page) -> str:
    """The whole page; everything that anybody typed is escaped."""
    body = "\n".join(
        (
            _head(page),
            *(_status(one, page) for one in page.statuses),
            _changes(page),
            _untouched(page.untouched, page),
            _qualified(page.qualified, page),
            _forecast(page.forecast),
            _audit(page.audit, page),
            _proof(page),
        )
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>What stands in your CRMs today</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>\n"
    )


def _head(page: Page) -> str:
    kinds = dict.fromkeys(one.kind for one in page.files)
    read = ", ".join(f"{page.rows_of(kind):,} {escape(kind)}" for kind in kinds)
    figures = "".join(f"<div><b>{value}</b><span>{escape(words)}</span></div>" for value, words in _figures(page))
    return (
        f'<header><div class="eyebrow">crmsync preview</div><h1>What stands in your CRMs today</h1>'
        f'<p class="quiet">{read}: {page.people:,} different people. &ldquo;Today&rdquo; is {escape(page.today)}, '
        f"the newest day in the files. What would change is counted as if you had signed {escape(page.agreement)}.</p>"
        f'<div class="figures">{figures}</div></header>'
    )


def _figures(page: Page) -> Iterator[tuple[str, str]]:
    first = next(iter(page.statuses), None)
    if first is not None and first.total:
        proper = sum(one.count for one in first.groups if kind_of(one) == "status")
        yield f"{proper / first.total:.0%}", _proper(first)
    if page.untouched is not None and page.untouched.given:
        one = page.untouched
        yield (
            f"{one.untouched / one.given:.0%}",
            f"of {one.given:,} leads given to sales in {one.days} days have no logged touch",
        )
    if page.qualified is not None:
        apart = page.qualified.only_hubspot.count + page.qualified.only_salesforce.count
        yield f"{apart:,}", "people are marketing-qualified in one CRM and not in the other"
    yield f"{sum(one.count for one in page.changes):,}", "corrections crmsync would propose, each with its reason"


def _proper(field: StatusField) -> str:
    return f"of {field.total:,} records hold a status in {field.label}; the rest hold something else"


def kind_of(group: Group) -> str:
    """The kind of value a group is about, which gives its colour."""
    return next(kind for word, kind in KIND_OF if word in group.label)


def _status(one: StatusField, page: Page) -> str:
    parts = [(group.label, group.count, COLOURS[kind_of(group)]) for group in one.groups]
    legend = "".join(_legend(group) for group in one.groups)
    most = max((part.count for group in one.groups for part in group.parts), default=0)
    rows = "".join(_values(group, most) for group in one.groups)
    unknown = [group.show for group in one.groups if kind_of(group) == "unknown"]
    return _section(
        f"What {one.label} says today",
        f"{counted(one.values, 'different value')} in {counted(one.total, 'record')}.",
        f'<div class="bar">{stacked(parts)}</div><ul class="legend">{legend}</ul>'
        f'<table class="values"><thead><tr><th>value</th><th class="n">records</th><th></th>'
        f"<th>what it is</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>{''.join(_list(name, page) for name in unknown)}",
    )


def _legend(group: Group) -> str:
    kind = kind_of(group)
    return f"<li>{_dot(kind)}{group.count:,} {escape(FOR[kind])}</li>"


def _values(group: Group, most: int) -> str:
    kind = kind_of(group)
    shown = "".join(_value(part, kind, most) for part in group.parts[:SHOWN_PARTS])
    rest = group.parts[SHOWN_PARTS:]
    if rest:
        more = Part(f"and {len(rest)} more values", sum(part.count for part in rest))
        shown += _value(more, kind, most)
    return shown


def _value(part: Part, kind: str, most: int) -> str:
    bar = length(part.count, most, colour=COLOURS[kind])
    return (
        f'<tr><td>{_dot(kind)}{escape(part.label)}</td><td class="n">{part.count:,}</td>'
        f'<td>{bar}</td><td class="quiet small">{escape(part.hint)}</td></tr>'
    )


def _changes(page: Page) -> str:
    rows = "".join(_change(one, page) for one in page.changes)
    none = "".join(
        f"<p class='quiet small'>{escape(what)}: none; {escape(why)}.</p>" for what, why in page.missing.items()
    )
    return _section(
        "What crmsync would change",
        "Each change is planned first, shown with its reason, and waits until a person approves it.",
        f'{rows}<div class="none">{none}</div>',
    )


def _change(one: Group, page: Page) -> str:
    who, _, move = one.example.rpartition(": ")
    was, _, now = move.partition(" -> ")
    example = (
        f'<div class="small quiet">for example {escape(who)}: <span class="was">{escape(was)}</span> &rarr; '
        f'<span class="now">{escape(now)}</span></div>'
    )
    hint = f'<div class="small quiet">{escape(one.hint)}</div>' if one.hint else ""
    parts = "".join(
        f'<tr><td class="n">{part.count:,}</td><td>{escape(part.label)}</td>'
        f'<td class="quiet">{escape(part.hint)}</td></tr>'
        for part in one.parts[:SHOWN_PARTS]
    )
    split = f"<details><summary>where they go, and why</summary><table>{parts}</table></details>" if one.parts else ""
    return (
        f'<div class="change"><div><span class="count">{one.count:,}</span><span>{escape(one.label)}</span></div>'
        f'<div class="body">{example}{hint}{split}{_list(one.show, page)}</div></div>'
    )


def _untouched(one: Untouched | None, page: Page) -> str:
    if one is None:
        return ""
    left = f"{one.untouched:,} of {one.given:,} leads given to sales in the last {one.days} days have no logged call"
    sources = _shares("source", one.by_source)
    teams = (
        _shares("team", one.by_team) if one.by_team else f'<p class="small quiet">By team: {escape(one.team_hint)}.</p>'
    )
    return _section(
        "What nobody looked at",
        f"{left}, e-mail or meeting by their owner or the owner's team.",
        f'<div class="two"><div>{sources}</div><div>{teams}</div></div>'
        f"<p class='small quiet'>{escape(CAUTION)}</p>"
        f"{_list('untouched', page)}",
    )


def _shares(title: str, rows: Sequence[tuple[str, int, int]]) -> str:
    shown = "".join(
        f"<tr><td>{escape(name)}</td><td>{share(missed, given, 120)}</td>"
        f'<td class="n small">{missed:,} of {given:,}</td></tr>'
        for name, given, missed in rows[:SHOWN_PARTS]
    )
    return f"<h3>without a touch, by {title}</h3><table>{shown}</table>"


def _qualified(one: Qualified | None, page: Page) -> str:
    if one is None:
        return ""
    bar = stacked(
        [
            ("only in HubSpot", one.only_hubspot.count, COLOURS["call outcome"]),
            ("in both", one.both, COLOURS["status"]),
            ("only in Salesforce", one.only_salesforce.count, COLOURS["reason"]),
        ]
    )
    sides = "".join(f"<div>{_causes(side, page)}</div>" for side in (one.only_hubspot, one.only_salesforce))
    legend = "".join(
        f"<li>{_dot(kind)}{count:,} {label}</li>"
        for kind, count, label in (
            ("call outcome", one.only_hubspot.count, "only in HubSpot"),
            ("status", one.both, "in both"),
            ("reason", one.only_salesforce.count, "only in Salesforce"),
        )
    )
    return _section(
        "Marketing-qualified: two CRMs, two numbers",
        f"HubSpot says {one.hubspot:,}, Salesforce says {one.salesforce:,}. Each person of the difference has a cause.",
        f'<div class="bar">{bar}</div><ul class="legend">{legend}</ul><div class="two">{sides}</div>',
    )


def _causes(side: Group, page: Page) -> str:
    rows = "".join(f'<tr><td class="n">{part.count:,}</td><td>{escape(part.label)}</td></tr>' for part in side.parts)
    return f"<h3>{side.count:,} {escape(side.label)}</h3><table>{rows}</table>{_list(side.show, page)}"


def _forecast(one: Forecast | None) -> str:
    if one is None:
        return ""
    return _section(
        f"If it had run {one.week}",
        f"{counted(one.tasks, 'overdue-contact task')} for {one.reps} of {one.all_reps} reps; the busiest rep would "
        f"have had {one.busiest_rep}, the busiest day {one.busiest_day}. {one.above_limit:,} more lie above the agreed "
        "daily limit: listed, not made. Old leads: none.",
        f'<div class="bar">{columns(one.by_day)}</div><p class="small quiet">{one.missed_before:,} of '
        f"{one.promised_before:,} deadlines of the last 90 days were missed. They are counted here and never become "
        "tasks.</p>",
    )


def _audit(findings: Sequence[Finding], page: Page) -> str:
    rows = "".join(_finding(one, page) for one in findings)
    found = sum(one.state == "found" for one in findings)
    unknown = sum(one.state == "unknown" for one in findings)
    return _section(
        "The seven classic errors, and six more",
        f"{found} found, {len(findings) - found - unknown} fine, {unknown} that files cannot tell.",
        f"<table>{rows}</table>",
    )


def _finding(one: Finding, page: Page) -> str:
    more = ""
    if one.state == "found":
        told = f"Why it matters: {escape(one.why)}.<br>Fix: {escape(one.fix)}."
        more = f'<div class="small quiet">{told}</div>{_list(one.show, page)}'
    return (
        f'<tr><td class="small quiet">{one.code}</td><td><span class="mark {one.state}">{MARKS[one.state]}</span></td>'
        f"<td><strong>{escape(one.title)}</strong><div>{escape(one.found)}</div>{more}</td></tr>"
    )


def _proof(page: Page) -> str:
    one = page.proof
    lines = (
        f"A second run with nothing new wrote {one.second_run:,} records.",
        f"{one.with_reason:,} of {one.status_writes:,} status writes carry a reason.",
        f"{one.unknown_changed:,} leads were changed whose value is unknown.",
        f"Taking {one.taken_back:,} of them back restored {one.restored:,}.",
        f"{counted(one.tasks, 'task')} made: old leads never become tasks.",
    )
    said = "".join(f"<li>{line}</li>" for line in lines)
    files = "".join(
        f"<li>{escape(file.name)}: {counted(file.rows, 'row')} taken, {counted(len(file.skipped), 'line')} skipped"
        f"{'; ' + escape('; '.join(file.notes)) if file.notes else ''}</li>"
        for file in page.files
    )
    return _section(
        "Proof",
        "Counted by the two test CRMs' own books, not by crmsync.",
        f'<div class="proof"><ul>{said}</ul></div><h3>What files cannot tell</h3><p>{escape(", ".join(page.unseen))}. '
        f"<code>crmsync doctor</code> checks those.</p><h3>What was read</h3><ul class='small'>{files}</ul>"
        f"<footer>Nothing left the machine on which this was made; Salesforce and HubSpot were not contacted. "
        f"Nobody's work was invented.</footer>",
    )


def _list(name: str, page: Page) -> str:
    items, count = page.lists.items.get(name, []), page.lists.count(name)
    if not items:
        return ""
    rows = "".join(_item(one) for one in items[:SHOWN_ITEMS])
    rest = count - min(len(items), SHOWN_ITEMS)
    more = (
        f"<p class='quiet'>and {rest:,} more: <code>crmsync preview ... --show {escape(name)}</code></p>"
        if rest
        else ""
    )
    return f"<details><summary>the records</summary><table>{rows}</table>{more}</details>"


def _item(one: Item) -> str:
    name = escape(one.name or "(no name)")
    return f'<tr><td>{name}</td><td>{escape(one.detail)}</td><td class="quiet">{escape(one.id)}</td></tr>'


def _section(title: str, lead: str, inner: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{escape(lead)}</p>{inner}</section>"


def _dot(kind: str) -> str:
    return f'<span class="dot" style="background:{COLOURS[kind]}"></span>'
