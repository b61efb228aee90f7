"""Loaded rows of lists, imports and validation rules: `{"type": "lists" | "imports" | "__rule__", "id"?, "fields"}`."""

from __future__ import annotations

from collections.abc import Mapping

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.importing import SOURCES, STATES, read_in, sign
from crmsync.emulator.hubspot.kinds import KINDS, Kind, kind_named
from crmsync.emulator.hubspot.listed import Import, Segment
from crmsync.emulator.hubspot.rules import RULE_TYPES, Required, Rule
from crmsync.emulator.hubspot.segments import MANUAL, PROCESSING, new_segment, put_in, take_out
from crmsync.emulator.hubspot.values import instant, text_of
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow, Row

Fields = Mapping[str, Json]


def load_list(books: Books, row: Row, fields: Fields) -> None:
    """A list with its members: ids, or `{"id", "at"}`; given again it is changed, `add` and `remove` move members."""
    id_ = str(row.get("id") or "")
    segment = books.state.lists.get(id_) or _new_list(books, id_, fields)
    segment.name = str(fields.get("name", segment.name))
    segment.created = _at(fields, "createdAt", segment.created)
    for name in ("members", "add"):
        for one in _several(fields.get(name), name):
            told = one if isinstance(one, dict) else {"id": one}
            put_in(books, segment, [text_of(told.get("id"))], _at(told, "at", books.now()))
    take_out(books, segment, [text_of(one) for one in _several(fields.get("remove"), "remove")])
    segment.updated = _at(fields, "updatedAt", max(segment.created, segment.updated))
    if fields.get("deleted") is True:
        segment.deleted = books.now()


def load_import(books: Books, row: Row, fields: Fields, actor: str = "") -> Import:
    """An import that is over (or in another `state`): `rows` are read in now, `records` came with it already.

    `actor` is whoever reads the file in; a loaded import has always been there, which nobody's edits tell.
    """
    name, at = (
        str(fields.get("name") or fields.get("importName") or "import.csv"),
        _at(fields, "createdAt", books.now()),
    )
    state, source = (
        str(fields.get("state") or "DONE"),
        str(fields.get("source") or fields.get("importSource") or "CRM_UI"),
    )
    if state not in STATES or source not in SOURCES:
        raise BadRow(
            f"an import is in one of the states {', '.join(STATES)} and comes from one of {', '.join(SOURCES)}"
        )
    made = Import(_free_id(books, row), name, state, source, at, _at(fields, "updatedAt", at))
    if fields.get("listId"):
        made.lists[_kind(fields).name] = str(fields["listId"])
    books.state.imports[made.id] = made
    rows = [one for one in _several(fields.get("rows"), "rows") if isinstance(one, dict)]
    edits = len(books.desk.edits)
    if rows:
        read_in(books, made, _kind(fields), rows, actor or "1")
    if fields.get("records"):
        sign(books, made, _kind(fields), [text_of(one) for one in _several(fields["records"], "records")])
    if not actor:
        del books.desk.edits[edits:]
    counters = fields.get("counters")
    if isinstance(counters, dict):
        made.counters |= {str(key): value for key, value in counters.items() if isinstance(value, int)}
    return made


def have_imported(books: Books, row: Row, fields: Fields) -> None:
    """An import that has always been there."""
    load_import(books, row, fields)


def load_rule(books: Books, _row: Row, fields: Fields) -> None:
    """`{"object", "property", "ruleType", "ruleArguments"}` or `{"object", "required", "when"?: {"field": [...]}}`."""
    kind = _kind(fields)
    rules = books.state.rules.setdefault(kind.name, [])
    if fields.get("required"):
        when = fields.get("when") or {}
        if not isinstance(when, dict) or len(when) > 1:
            raise BadRow('"when" names one property and the values that make the other one required')
        for name, values in when.items() or [("", [])]:
            among = tuple(text_of(one) for one in _several(values, "when"))
            rules.append(Required(str(fields["required"]), str(name), among))
        return
    type_ = str(fields.get("ruleType") or "")
    if type_ not in RULE_TYPES:
        raise BadRow(f"a rule of type {type_!r} is not supported by the emulator; it knows {', '.join(RULE_TYPES)}")
    arguments = tuple(text_of(one) for one in _several(fields.get("ruleArguments"), "ruleArguments"))
    rules.append(Rule(str(fields.get("property") or ""), type_, arguments))


def _new_list(books: Books, id_: str, fields: Fields) -> Segment:
    processing = str(fields.get("processingType") or MANUAL)
    if processing not in PROCESSING or not fields.get("name"):
        raise BadRow(f"a new list needs a name and a processingType of {', '.join(PROCESSING)}")
    if id_ and not (id_.isascii() and id_.isdecimal()):
        raise BadRow(f"the id of a list is a number, not {id_!r}")
    return new_segment(books, str(fields["name"]), _kind(fields), processing, fields.get("filterBranch"), id_)


def _free_id(books: Books, row: Row) -> str:
    id_ = str(row.get("id") or books.new_definition())
    if not (id_.isascii() and id_.isdecimal()) or id_ in books.state.imports:
        raise BadRow(f"the id of an import is a number nobody has yet, not {id_!r}")
    return id_


def _kind(fields: Fields) -> Kind:
    word = str(fields.get("object") or fields.get("objectType") or fields.get("objectTypeId") or "contacts")
    kind = kind_named(word)
    if kind is None:
        raise BadRow(f"this portal has no objects of type {word!r}; it has {', '.join(KINDS)}")
    return kind


def _at(fields: Fields, name: str, otherwise: int) -> int:
    if not fields.get(name):
        return otherwise
    at = instant(text_of(fields[name]))
    if at is None:
        raise BadRow(f"{name} is no instant: {fields[name]!r}")
    return at


def _several(value: Json, name: str) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRow(f"{name} must be a list")
    return value
