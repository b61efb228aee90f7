"""A file is read in: contacts are made or changed as IMPORT, and land in a list of their own (sections 7 and 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmsync.emulator.hubspot.books import Author, Books
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.listed import Import
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.segments import MANUAL, new_segment, put_in
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import stamp, text_of
from crmsync.emulator.hubspot.writing import create, rewrite, update
from crmsync.emulator.wire import Json

Given = Mapping[str, Json]

STATES = ("STARTED", "PROCESSING", "DONE", "FAILED", "CANCELED", "DEFERRED", "REVERTED")
SOURCES = ("API", "CRM_UI", "IMPORT", "MOBILE_ANDROID", "MOBILE_IOS", "SALESFORCE")


def read_in(books: Books, made: Import, kind: Kind, rows: Sequence[Given], actor: str) -> None:
    """Make or change a record for every row, list the bad ones, and put all the good ones into the import's list."""
    author = Author(actor, "IMPORT", api=False, via=made.id, label=made.name)
    ids: list[str] = []
    for number, row in enumerate(rows, 1):
        try:
            record, fresh = _read_row(books, made, kind, row, author)
        except Refusal as refusal:
            made.errors.append(_error(books, kind, number, row, refusal))
            _count(made, "ERRORS", 1)
            continue
        ids.append(record.id)
        _count(made, "CREATED_OBJECTS" if fresh else "UPDATED_OBJECTS", 1)
    _count(made, "TOTAL_ROWS", len(rows))
    _count(made, "UNIQUE_OBJECTS_WRITTEN", len(set(ids)))
    fill_list(books, made, kind, ids)


def sign(books: Books, made: Import, kind: Kind, ids: list[str]) -> None:
    """Records that are there already came with this import: they say so, and are in its list."""
    for id_ in ids:
        record = books.table(kind).find(id_)
        if record is not None:
            properties = {**record.properties, **_origin(books, made, kind)}
            books.keep(kind, Record(record.id, properties, record.created, record.modified, None, record.history))
    for name in ("TOTAL_ROWS", "CREATED_OBJECTS", "UNIQUE_OBJECTS_WRITTEN"):
        _count(made, name, len(ids))
    fill_list(books, made, kind, ids)


def fill_list(books: Books, made: Import, kind: Kind, ids: list[str]) -> None:
    """The list of the import, made with its first record; named like it."""
    if not ids:
        return
    if made.lists.get(kind.name) not in books.state.lists:
        segment = new_segment(books, made.name, kind, MANUAL, id_=made.lists.get(kind.name, ""))
        segment.created = segment.updated = segment.filtered = made.created
        made.lists[kind.name] = segment.id
    put_in(books, books.state.lists[made.lists[kind.name]], ids, made.created)


def _read_row(books: Books, made: Import, kind: Kind, row: Given, author: Author) -> tuple[Record, bool]:
    given = dict(row)
    wanted = text_of(given.get("hs_object_id"))
    given.pop("hs_object_id", None)
    email = text_of(given.get("email")).strip().lower()
    table = books.table(kind)
    there = (
        table.find(wanted) if wanted else table.holder("email", email) if email and kind.name == "contacts" else None
    )
    if there is None:
        record = create(books, kind, given, author)
        record = rewrite(books, kind, record, _origin(books, made, kind), author)
        return books.keep(kind, replace(record, created=made.created)), True
    latest = {"hs_latest_source": "OFFLINE", "hs_latest_source_timestamp": stamp(books.now())}
    record = update(books, kind, there, given, author)
    return (rewrite(books, kind, record, latest, author) if kind.name == "contacts" else record), False


def _origin(books: Books, made: Import, kind: Kind) -> dict[str, str]:
    """The record source and, for contacts, the original source; which detail slot holds the name is unverified."""
    slot = 2 if books.desk.faults.switched("import_name_in_detail_2") else 1
    own = {
        "hs_object_source": "IMPORT",
        "hs_object_source_id": made.id,
        "hs_object_source_label": "IMPORT",
        f"hs_object_source_detail_{slot}": made.name,
        "hs_was_imported": "true",
    }
    if kind is not KINDS["contacts"]:
        return own
    told = {"hs_analytics_source": "OFFLINE", "hs_analytics_source_data_1": "IMPORT", "hs_latest_source": "OFFLINE"}
    return own | told | {"hs_analytics_source_data_2": made.name, "hs_latest_source_timestamp": stamp(made.created)}


def _count(made: Import, name: str, more: int) -> None:
    made.counters[name] = made.counters.get(name, 0) + more


def _error(books: Books, kind: Kind, number: int, row: Given, refusal: Refusal) -> dict[str, Json]:
    """One bad row as `/errors` shows it; the kind of trouble is the vendor's code of the first bad value."""
    listed = refusal.more.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    code = text_of(first.get("code")) if isinstance(first, dict) else ""
    return {
        "id": f"{number}",
        "createdAt": books.now(),
        "errorType": code or "UNKNOWN_ERROR",
        "errorMessage": refusal.words,
        "objectType": kind.singular.upper(),
        "objectTypeId": kind.number,
        "invalidValue": text_of(row.get("email")),
        "sourceData": {
            "rowData": [text_of(value) for value in row.values()],
            "lineNumber": number,
            "pageName": "Sheet 1",
            "fileId": 1,
            "containsEncryptedProperties": False,
        },
    }
