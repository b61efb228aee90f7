"""People at their screens: they edit, log calls, complete tasks, merge and delete (`/__emulator__/actors`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmsync.emulator.hubspot.books import Author, Books, person
from crmsync.emulator.hubspot.consequences import touch_by_event
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.loading import SPECIAL
from crmsync.emulator.hubspot.loading_data import load_import
from crmsync.emulator.hubspot.loading_records import (
    NOT_PROPERTIES,
    Fields,
    associations_in,
    id_of,
    kind_of,
    labelled,
    spelled,
    tie,
)
from crmsync.emulator.hubspot.mail_rollups import touch_by_mail
from crmsync.emulator.hubspot.refusals import Refusal
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import text_of
from crmsync.emulator.hubspot.writing import archive, create, merge, restore, update
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row


def act(books: Books, actor: str, step: Row) -> dict[str, Json]:
    """Do one `{"op", "type", "id" | "where" (+ "nth"), "fields"}` as that person; answers the id it concerns.

    `where` picks living records in id order by equal values, or by `{"starts": text}`, `{"in": [...]}`,
    `{"not": value}`; `nth` counts from 1. An option nobody has used yet is added on the way, as an admin would.
    Raises BadRow.
    """
    type_ = str(step.get("type") or "contacts")
    try:
        if type_ in SPECIAL:
            return _special(books, type_, step, actor)
        kind, deed = kind_of(type_), DEEDS.get(str(step.get("op")))
        if deed is None:
            raise BadRow(f"op {step.get('op')!r} is none of {', '.join(DEEDS)}")
        return {"id": deed(books, kind, step, _author(actor, step))}
    except Refusal as refusal:
        raise BadRow(refusal.words) from None


def slip_in(books: Books, records: Sequence[tuple[str, str]]) -> None:
    """Before a write reaches the store: the edits that `edit_before_write` asked for, unless the record is gone."""
    for edit in books.desk.faults.edits_before(records):
        if books.table(kind_of(edit.type)).find(edit.id) is not None:
            act(books, edit.actor, {"op": "update", "type": edit.type, "id": edit.id, "fields": edit.fields})


def _special(books: Books, type_: str, step: Row, actor: str) -> dict[str, Json]:
    """Owners, events and definitions: made and changed like loaded ones, but what visitors do moves their contact."""
    if type_ == "imports":
        return {"id": load_import(books, step, _fields(step), actor).id}
    before, mails = len(books.state.event_ids), len(books.state.outreach.mail)
    SPECIAL[type_](books, step, _fields(step))
    if len(books.state.outreach.mail) > mails:
        touch_by_mail(books, max(books.state.outreach.mail, key=lambda one: one.number))
    if len(books.state.event_ids) > before:
        newest = max(books.state.happenings, key=lambda one: one.number)
        touch_by_event(books, newest)
        return {"id": newest.id}
    return {"id": str(step.get("id") or "")}


def _author(actor: str, step: Row) -> Author:
    """The person themselves, or what worked for them: `{"via": {"source": "AUTOMATION_PLATFORM", "id", "label"}}`.

    So come workflows, the native Salesforce sync, forms and others into the history (facts/hubspot.md section 5.1).
    """
    via = step.get("via")
    if via is None:
        return person(actor)
    if not isinstance(via, dict) or not via.get("source"):
        raise BadRow(
            '"via" names the source of a change: {"source": "AUTOMATION_PLATFORM", "id": "...", "label": "..."}'
        )
    return Author(
        actor, str(via["source"]), api=False, via=str(via.get("id") or actor), label=str(via.get("label") or "")
    )


def _create(books: Books, kind: Kind, step: Row, who: Author) -> str:
    fields = _fields(step)
    ties = [
        ((kind_of(word).name, id_), labelled(books, kind, kind_of(word), label) if label else None)
        for word, ids in associations_in(fields)
        for id_, label in ids
    ]
    named = id_of(step["id"]) if step.get("id") else ""
    if named in books.table(kind).records:
        raise BadRow(f"there is a {kind.singular} {named} already")
    return create(books, kind, _given(books, kind, fields), who, ties, named).id


def _update(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record, fields = _meant(books, kind, step), _fields(step)
    tie(books, kind, record.id, fields)
    return update(books, kind, record, _given(books, kind, fields), who).id


def _delete(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record = _meant(books, kind, step)
    archive(books, kind, record, who)
    return record.id


def _restore(books: Books, kind: Kind, step: Row, who: Author) -> str:
    record = books.table(kind).find(id_of(step.get("id")), archived=True)
    if record is None:
        raise BadRow(f"there is no archived {kind.singular} {step.get('id')!r}")
    return restore(books, kind, record, who).id


def _complete(books: Books, kind: Kind, step: Row, who: Author) -> str:
    given = {"hs_task_status": "COMPLETED", **_fields(step)}
    return update(books, kind, _meant(books, kind, step), given, who).id


def _merge(books: Books, kind: Kind, step: Row, who: Author) -> str:
    primary, loser = _meant(books, kind, step), step.get("loser")
    other = books.table(kind).find(id_of(loser))
    if other is None or other.id == primary.id:
        raise BadRow(f"there is no other {kind.singular} {loser!r} to merge with; name it as `loser`")
    return merge(books, kind, primary, other, who).id


DEEDS: dict[str, Callable[[Books, Kind, Row, Author], str]] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "restore": _restore,
    "complete": _complete,
    "merge": _merge,
}


def _fields(step: Row) -> Fields:
    fields = step.get("fields") or {}
    if not isinstance(fields, dict):
        raise BadRow('"fields" is an object')
    return fields


def _given(books: Books, kind: Kind, fields: Fields) -> dict[str, Json]:
    given = {name: value for name, value in fields.items() if name not in NOT_PROPERTIES}
    for name, value in given.items():
        known = books.schema(kind).get(name)
        if known is not None and known.type == "enumeration" and not known.external_options:
            spelled(books, kind, name, value)
    return given


def _meant(books: Books, kind: Kind, step: Row) -> Record:
    table, where, nth = books.table(kind), step.get("where"), step.get("nth", 1)
    if step.get("id"):
        record = table.find(id_of(step["id"]))
        if record is None:
            raise BadRow(f"there is no {kind.singular} {step['id']}")
        return record
    if not isinstance(where, dict) or isinstance(nth, bool) or not isinstance(nth, int):
        raise BadRow('a step needs "id" or "where"')
    unknown = [name for name in where if name not in books.schema(kind)]
    if unknown:
        raise BadRow(f"{kind.name} have no property {', '.join(unknown)}")
    found = [one for one in table.live() if all(_fits(one.get(name) or "", wanted) for name, wanted in where.items())]
    if not 1 <= nth <= len(found):
        raise BadRow(f"{kind.name} where {where}: {len(found)} found, number {nth} wanted")
    return found[nth - 1]


def _fits(value: str, wanted: Json) -> bool:
    if not isinstance(wanted, dict):
        return value == text_of(wanted)
    tests: list[bool] = []
    if "starts" in wanted:
        tests.append(value.lower().startswith(text_of(wanted["starts"]).lower()))
    if "not" in wanted:
        tests.append(value != text_of(wanted["not"]))
    if isinstance(choices := wanted.get("in"), list):
        tests.append(value in [text_of(one) for one in choices])
    return bool(tests) and all(tests)
