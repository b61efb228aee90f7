"""Reading requests without ever tripping over junk, and showing records the way the objects API does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from crmsync.emulator.hubspot.books import PORTAL_ID, Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.refusals import Refusal, malformed
from crmsync.emulator.hubspot.store import Past, Record, past
from crmsync.emulator.hubspot.values import instant, stamp
from crmsync.emulator.wire import Asked, BadJson, Json

Object = Mapping[str, Json]
SHORT_HISTORY = 20
_WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z")
_COUNTERS = ("num_", "hs_num_")
_STAGE_DATES = ("hs_v2_date_entered_", "hs_v2_date_exited_")


def body_of(asked: Asked, *, bare: bool = False) -> Object:
    """The JSON object of the request; 400 in the vendor's words for anything else.

    With `bare` the body is a list, handed over under the empty name.
    """
    try:
        body = asked.json()
        if b"\\u" in asked.body:
            json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text and cannot be sent back
        return {"": a_list(body, "the body")} if bare else an_object(body)
    except (BadJson, UnicodeEncodeError) as problem:
        raise Refusal(400, f"Invalid input JSON on line 1, column 1: {problem}", None) from None


def an_object(value: Json) -> Object:
    """The value as a JSON object, or 400."""
    if not isinstance(value, dict):
        raise malformed("Cannot deserialize value of type `java.util.LinkedHashMap`")
    return value


def inputs_of(body: Object, most: int, what: str = "") -> list[Object]:
    """The `inputs` of a batch: a list of objects, not more than the endpoint takes (of `what`, section 4)."""
    inputs = [an_object(one) for one in a_list(body.get("inputs"), "inputs")]
    if len(inputs) > most:
        words_ = f"The maximum number of inputs supported in a batch request{what} is {most}."
        raise Refusal(400, f"{words_} Please reduce the number of inputs.")
    return inputs


def a_list(value: Json, name: str) -> list[Json]:
    """A JSON list, or 400 naming the key."""
    if not isinstance(value, list):
        raise Refusal(400, f"Invalid input: {name} must be a list")
    return value


def words(value: Json, name: str) -> list[str]:
    """A list of strings (absent or null is empty), or 400 naming the key."""
    if value is None:
        return []
    found = a_list(value, name)
    return [a_word(one, name) for one in found]


def a_word(value: Json, name: str) -> str:
    """A string; a whole number counts as its digits, as record ids are often sent so."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise malformed(f"Cannot deserialize value of type `java.lang.String` for {name}")


def a_number(asked: Asked, name: str, default: int, most: int) -> int:
    """A whole number of the query between 1 and `most`, or 400."""
    text = asked.query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or not 1 <= int(text) <= most:
        raise Refusal(400, f"Invalid input: {name} must be a whole number from 1 to {most}, not {text}")
    return int(text)


def page_size(books: Books, asked: Asked, default: int, most: int) -> int:
    """The `limit` of a page, or fewer rows when `short_pages` says so; only `paging` tells whether more follow."""
    limit, short = a_number(asked, "limit", default, most), books.desk.faults.setting("short_pages")
    rows = short.get("rows") if short else None
    return max(1, min(limit, rows)) if isinstance(rows, int) else limit


def a_flag(asked: Asked, name: str) -> bool:
    """`true` or anything else."""
    return asked.query.get(name, "").lower() == "true"


def listed(asked: Asked, name: str) -> list[str]:
    """The values of a query parameter, given with commas or repeated."""
    found = [part.strip() for key, value in asked.queries if key == name for part in value.split(",")]
    return [part for part in found if part]


def show(
    books: Books, kind: Kind, record: Record, wanted: Sequence[str], history: Sequence[str] = ()
) -> dict[str, Json]:
    """One record: strings or null for what was asked for, unknown names left out (facts/hubspot.md section 5)."""
    known = books.schema(kind)
    names = [*kind.defaults, *(wanted or kind.shown), *history]
    properties: dict[str, Json] = {name: record.get(name) for name in names if name in known}
    return {
        "id": record.id,
        "properties": properties,
        **_history(
            record, [name for name in history if name in known], short=books.desk.faults.switched("short_history")
        ),
        **_stamps(record),
        "url": f"https://app.hubspot.com/contacts/{PORTAL_ID}/record/{kind.number}/{record.id}",
    }


def show_all(kind: Kind, record: Record) -> dict[str, Json]:
    """One record with what it holds but for the counters that other records move, as changes answer.

    So the capture of 12 Mar 2026 has it (NangoHQ batch-update-companies.test.json).
    """
    held = ((name, value) for name, value in sorted(record.properties.items()) if not name.startswith(_COUNTERS))
    return _whole(kind, record, dict(held))


def show_made(kind: Kind, record: Record) -> dict[str, Json]:
    """A new record with everything it holds, as creation answers (same day, create-contact.test.json).

    The dates of single stages are not there yet, and those of a contact's lifecycle come as epoch milliseconds.
    """
    held = {name: value for name, value in sorted(record.properties.items()) if not _of_a_stage(name)}
    if kind.name == "contacts":
        dates = [name for name in held if name.startswith("hs_lifecyclestage_")]
        held |= {name: str(instant(held[name]) or held[name]) for name in dates}
    return _whole(kind, record, held)


def _of_a_stage(name: str) -> bool:
    return name.startswith(_STAGE_DATES) and not name.endswith("_current_stage")


def _whole(kind: Kind, record: Record, properties: Mapping[str, Json]) -> dict[str, Json]:
    url = f"https://app.hubspot.com/contacts/{PORTAL_ID}/record/{kind.number}/{record.id}"
    return {"id": record.id, "properties": properties, **_stamps(record), "url": url}


def associations_of(books: Books, kind: Kind, record: Record, others: Sequence[str]) -> dict[str, Json]:
    """The `associations` block of lists and gets; a type without any is left out, and so is an empty block.

    A record that belongs to another in two ways stands there twice, the label first (airbyte's leads.json has it so).
    """
    block: dict[str, Json] = {}
    for word in others:
        other, links = books.kind(word), books.state.links
        name, records = f"{kind.singular}_to_{other.singular}", books.table(other).records
        rows: list[Json] = [
            {"id": id_, "type": links.named((kind.name, other.name), name, linked)}
            for id_, types in links.of((kind.name, record.id), other.name).items()
            if id_ not in records or records[id_].archived is None
            for linked in reversed(types)
        ]
        if rows:
            block[other.name] = {"results": rows}
    return {"associations": block} if block else {}


def paging(asked: Asked, after: str) -> dict[str, Json]:
    """The `paging` of a page that is not the last; its link carries the other parameters on."""
    rest = [(name, value) for name, value in asked.queries if name != "after"]
    link = f"{asked.base_url}{asked.path}?{urlencode([*rest, ('after', after)])}"
    return {"paging": {"next": {"after": after, "link": link}}}


def plain_seconds(value: Json) -> Json:
    """The same answer with its whole seconds as `2026-03-12T10:00:00Z`."""
    if isinstance(value, str):
        return f"{value[:-5]}Z" if _WHOLE.fullmatch(value) else value
    if isinstance(value, Mapping):
        return {name: plain_seconds(one) for name, one in value.items()}
    return [plain_seconds(one) for one in value] if isinstance(value, list | tuple) else value


def _stamps(record: Record) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "createdAt": stamp(record.created),
        "updatedAt": stamp(record.modified),
        "archived": record.archived is not None,
    }
    return shown if record.archived is None else {**shown, "archivedAt": stamp(record.archived)}


def _history(record: Record, names: Sequence[str], *, short: bool) -> dict[str, Json]:
    """All the values, newest first; how far back a live portal remembers nobody could verify (section 17)."""
    if not names:
        return {}
    depth = SHORT_HISTORY if short else None
    return {"propertiesWithHistory": {name: list(_entries(past(record, name)[:depth])) for name in names}}


def _entries(values: Sequence[Past]) -> Iterator[dict[str, Json]]:
    for one in values:
        yield {
            "value": one.value,
            "timestamp": stamp(one.at),
            "sourceType": one.source,
            **({"sourceId": one.source_id} if one.source_id else {}),
            **({"sourceLabel": one.label} if one.label else {}),
            **({"updatedByUserId": int(one.user)} if one.user else {}),
        }
