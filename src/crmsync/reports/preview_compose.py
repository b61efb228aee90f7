"""Puts the page of a preview together from what was read, counted, planned and proved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmsync.exports.labels import Kind
from crmsync.exports.survey import Export
from crmsync.model.plans import Change
from crmsync.reports.preview_audit import Auditing, findings
from crmsync.reports.preview_changes import bought_words, changes
from crmsync.reports.preview_counting import Counting
from crmsync.reports.preview_figures import forecast, qualified, status_fields, untouched
from crmsync.reports.preview_page import REFUSED, FileRead, Group, Item, Page, Proof

UNSEEN = ("page views and forms", "flows", "validation rules", "record types", "who may see what", "owner changes")


def compose(
    exports: Sequence[Export],
    refused: Mapping[str, Sequence[tuple[int, str]]],
    planned: Sequence[Change],
    counting: Counting,
    audit: Auditing,
    proof: Proof,
    about: tuple[tuple[str, ...], str],
) -> Page:
    """The page; `about` are the troubles of the run and the workspace whose agreement was used (empty: the shipped)."""
    kinds = {one.layout.kind for one in exports}
    troubles, own = about
    files = tuple(_file(one, refused.get(one.name, ())) for one in exports)
    for one in files:
        for line, why in one.skipped:
            counting.lists.add("skipped", Item(f"{one.name}:{line}", "", why))
    return Page(
        today=f"{counting.today:%a %-d %b %Y}",
        agreement=f"the agreement in {own}" if own else "the shipped agreement as it is",
        files=files,
        people=counting.people,
        doubles=counting.doubles,
        statuses=status_fields(counting),
        changes=tuple(_hinted(one, counting, audit) for one in changes(planned, counting.names, counting.lists)),
        untouched=untouched(counting) if audit.has_tasks and kinds & {Kind.LEADS} else None,
        qualified=qualified(counting) if {Kind.HUBSPOT, Kind.LEADS} <= kinds else None,
        forecast=forecast(counting) if audit.has_tasks and kinds & {Kind.LEADS} else None,
        audit=findings(audit),
        unseen=UNSEEN,
        proof=proof,
        lists=counting.lists,
        missing=_missing(kinds, planned),
        troubles=troubles,
    )


def _hinted(one: Group, counting: Counting, audit: Auditing) -> Group:
    """What must be said beside a change."""
    if one.show == "change-contact-status" and not audit.contact_status_given:
        return replace(one, hint="needs one field that your file does not have")
    return replace(one, hint=bought_words(counting)) if one.show == "change-bought" else one


def _missing(kinds: set[Kind], planned: Sequence[Change]) -> dict[str, str]:
    """Changes that crmsync would make, and cannot find in files."""
    found = {}
    if not any(one.kind.value == "owner" for one in planned):
        found["owners"] = "your files do not say which users are inactive"
    if Kind.CONTACTS not in kinds:
        found["contact status filled after conversion"] = "no Salesforce contacts among your files"
    found["scores"] = "files hold no page views and no forms"
    return found


def _file(one: Export, refused: Sequence[tuple[int, str]]) -> FileRead:
    skipped = sorted(
        [*((line.line, line.why) for line in one.skipped), *((line, f"{REFUSED}: {words}") for line, words in refused)]
    )
    return FileRead(
        name=one.name,
        kind=one.layout.kind.value,
        rows=one.rows - len(refused),
        skipped=tuple(skipped),
        unmatched=one.layout.unmatched,
        footer=one.footer,
        notes=tuple(_notes(one)),
    )


def _notes(one: Export) -> list[str]:
    notes = [
        f'"{label}" holds dates that can be read both ways ({example}); day first was read. '
        f"Export ISO dates, or check one record."
        for label, example in one.ambiguous
    ]
    if one.layout.column("Id") is None and one.layout.kind is not Kind.HUBSPOT:
        notes.append("no column with the record's id: rows are numbered, and other files cannot be joined to them.")
    if one.layout.kind is Kind.TASKS and not one.layout.has("TaskSubtype"):
        notes.append('no column "Task Subtype": calls and e-mails are told by Call Type or subject only.')
    if one.newest is not None and one.newest.day_only:
        notes.append("dates without an hour: noon is taken.")
    return notes
