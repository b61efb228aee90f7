"""What would change, and what the emulated CRMs' own books say about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import Change
from crmsync.model.records import Ref
from crmsync.reports.preview_counting import Counting
from crmsync.reports.preview_page import (
    Group,
    Item,
    Lists,
    Part,
    Proof,
)
from crmsync.reports.reasons import WHY_STATUS, group
from crmsync.reports.words import plain
from crmsync.rules.disposition import Dictionary

FIRST_TOLD = ("call-outcome", "reason", "bought", "do-not-contact", "contact-status")
LAST_TOLD = ("follows", "blank")


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
