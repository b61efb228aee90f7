"""Lists of records (HubSpot calls them segments): made by hand, or by a filter once or always (section 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.branches import Fits, understand_branch
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.listed import Roster, Segment
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Json

MANUAL, SNAPSHOT, DYNAMIC = "MANUAL", "SNAPSHOT", "DYNAMIC"
PROCESSING = (MANUAL, SNAPSHOT, DYNAMIC)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of members did, in ids; `missing` are records that do not exist."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Json]:
        """The answer of the membership calls, misspelt as the vendor's specification has it."""
        return {
            "recordsIdsAdded": self.added,
            "recordIdsRemoved": self.removed,
            "recordIdsMissing": self.missing,
        }


def new_segment(books: Books, name: str, kind: Kind, processing: str, branch: Json = None, id_: str = "") -> Segment:
    """A list that is kept from now on; one with a filter has its first members at once."""
    at = books.now()
    made = Segment(id_ or books.new_definition(), name, kind.name, processing, branch, at, at, at)
    books.state.lists[made.id] = made
    if processing == SNAPSHOT and branch is not None:
        fits = understand_branch(books, kind, branch)
        put_in(books, made, [one.id for one in books.table(kind).live() if fits(one)], at)
    return made


def put_in(books: Books, segment: Segment, ids: Iterable[str], at: int) -> Changed:
    """These records are members from `at` on; ids that lead to no living record are told as missing."""
    told, table = Changed(), books.table(KINDS[segment.kind])
    for id_ in ids:
        record = table.find(id_)
        if record is None:
            told.missing.append(id_)
        elif record.id not in segment.members:
            segment.members[record.id] = at
            segment.first.setdefault(record.id, at)
            told.added.append(record.id)
    segment.updated = max(segment.updated, at) if told.added else segment.updated
    segment.changes += len(told.added)
    return told


def take_out(books: Books, segment: Segment, ids: Iterable[str]) -> Changed:
    """These records are members no more."""
    told, table = Changed(), books.table(KINDS[segment.kind])
    for id_ in ids:
        if segment.members.pop(table.resolve(id_), None) is not None:
            told.removed.append(table.resolve(id_))
        elif table.find(id_) is None:
            told.missing.append(id_)
    segment.updated = books.now() if told.removed else segment.updated
    segment.changes += len(told.removed)
    return told


def members(books: Books, segment: Segment) -> dict[str, int]:
    """Who is in the list now and since when: living records by their ids of today; a filter is asked afresh."""
    table = books.table(KINDS[segment.kind])
    if segment.processing == DYNAMIC and segment.asked != table.version:
        _ask_again(books, segment, understand_branch(books, KINDS[segment.kind], segment.branch))
        segment.asked, segment.changes = table.version, segment.changes + 1
    seen = (table.version, segment.changes)
    known = books.rosters.get(segment.id)
    if known is not None and known.seen == seen:
        return known.members
    found: dict[str, int] = {}
    for id_, at in segment.members.items():
        record = table.find(id_)
        if record is not None:
            found[record.id] = min(at, found.get(record.id, at))
    by_id = sorted(((int(id_), 0), id_, at) for id_, at in found.items())
    by_join = sorted(((at, int(id_)), id_, at) for id_, at in found.items())
    books.rosters[segment.id] = Roster(seen, found, by_id, by_join)
    return found


def roster(books: Books, segment: Segment) -> Roster:
    """The members in both orders, sorted once for all pages."""
    members(books, segment)
    return books.rosters[segment.id]


def shown(books: Books, segment: Segment, *, filters: bool = False) -> dict[str, Json]:
    """The list as the lists API shows it."""
    return {
        "listId": segment.id,
        "listVersion": segment.version,
        "name": segment.name,
        "objectTypeId": KINDS[segment.kind].number,
        "processingType": segment.processing,
        "processingStatus": "COMPLETE",
        "createdById": segment.by,
        "updatedById": segment.by,
        "createdAt": stamp(segment.created),
        "updatedAt": stamp(segment.updated),
        "filtersUpdatedAt": stamp(segment.filtered),
        **({"deletedAt": stamp(segment.deleted)} if segment.deleted is not None else {}),
        "size": len(members(books, segment)),
        **({"filterBranch": segment.branch} if filters and segment.branch is not None else {}),
    }


def _ask_again(books: Books, segment: Segment, fits: Fits) -> None:
    """A dynamic list: whoever fits is in since they last changed (or since the filter did), whoever does not is out."""
    for record in books.table(KINDS[segment.kind]).live():
        if not fits(record):
            segment.members.pop(record.id, None)
        elif record.id not in segment.members:
            segment.members[record.id] = max(record.modified, segment.filtered)
            segment.first.setdefault(record.id, segment.members[record.id])
