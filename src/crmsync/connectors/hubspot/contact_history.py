"""What tracked properties of contacts held before, and who set them (facts/hubspot.md 5.1, 5.2): 50 contacts a call.

The first pass lists everybody, later ones read the contacts that changed. Each value a property had is one record.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from crmsync.connectors.chunks import chunks
from crmsync.connectors.hubspot import objects, rows
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.errors import unknown_ids
from crmsync.connectors.hubspot.history import MOST_WITH_HISTORY
from crmsync.connectors.hubspot.place import Place, Step
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.hubspot.stamps import milliseconds, moment
from crmsync.connectors.rows import Decoded, PageDecoder
from crmsync.model.errors import RetryLater
from crmsync.model.records import RawRecord, Rejected, Scalar
from crmsync.model.streams import StreamSpec

CONTACTS = "/crm/v3/objects/contacts"


class _Entry(msgspec.Struct, rename="camel"):
    timestamp: rows.Stamp
    value: str | None = None
    source_type: str | None = None
    source_id: str | None = None
    source_label: str | None = None
    updated_by_user_id: int | str | None = None


class _Contact(msgspec.Struct, rename="camel"):
    id: str
    properties_with_history: dict[str, list[_Entry]] = {}


_DECODER = PageDecoder("results", "id", _Contact, Envelope)


def listed(door: Door, spec: StreamSpec, place: Place) -> Step:
    """The histories of a page of all contacts."""
    tracked = ",".join(spec.tracked)
    query = [("limit", str(MOST_WITH_HISTORY)), ("properties", "hs_object_id"), ("propertiesWithHistory", tracked)]
    decoded = _DECODER.decode(door.get(CONTACTS, query + ([("after", place.after)] if place.after else [])))
    found, odd = _told(spec, decoded)
    return Step(tuple(found), tuple(odd), decoded.envelope.after)


def changed(door: Door, spec: StreamSpec, place: Place) -> Step:
    """What the histories of a page of changed contacts tell since the lower bound."""
    bare = replace(spec, object="contacts", fields=(), associated=())
    step = objects.searched(door, bare, place)
    found: list[RawRecord] = []
    odd: list[Rejected] = []
    for some in chunks([one.ref.id for one in step.records if not one.deleted], MOST_WITH_HISTORY):
        decoded = _ask(door, spec, some)
        records, unreadable = _told(spec, decoded)
        found += [one for one in records if place.low is None or one.modified_at >= place.low]
        odd += unreadable
    return Step(tuple(found), tuple(odd), step.after)


def _ask(door: Door, spec: StreamSpec, ids: Sequence[str]) -> Decoded[Envelope]:
    body = {"properties": [], "propertiesWithHistory": list(spec.tracked), "inputs": [{"id": one} for one in ids]}
    answer = door.ask(f"{CONTACTS}/batch/read", body)
    decoded = _DECODER.decode(answer)
    if not decoded.rows and not decoded.odd and not unknown_ids(answer):
        raise RetryLater(objects.SILENT)
    return decoded


def _told(spec: StreamSpec, decoded: Decoded[Envelope]) -> tuple[list[RawRecord], list[Rejected]]:
    found: list[RawRecord] = []
    odd = [rows.rejection(spec, name, why) for name, why in decoded.odd]
    for one in decoded.rows:
        if not isinstance(one, _Contact):
            continue
        try:
            found += _entries(spec, one)
        except ValueError as error:
            odd.append(rows.rejection(spec, one.id, str(error)))
    return found, odd


def _entries(spec: StreamSpec, one: _Contact) -> Iterator[RawRecord]:
    """Oldest first, each with the value before it; entries of one millisecond are told apart by their order."""
    for name in spec.tracked:
        before: str | None = None
        times: Counter[int] = Counter()
        for at, entry in _oldest_first(one.properties_with_history.get(name, [])):
            times[at] += 1
            again = f":{times[at]}" if times[at] > 1 else ""
            known = _known(one.id, name, before, at, entry)
            yield rows.record(spec, f"{one.id}:{name}:{at}{again}", at, known, (rows.contact(spec, one.id),))
            before = entry.value or None


def _oldest_first(entries: Sequence[_Entry]) -> list[tuple[int, _Entry]]:
    """The portal lists the newest first, also among entries of one millisecond."""
    timed = [(milliseconds(moment(entry.timestamp)), entry) for entry in entries[::-1]]
    return sorted(timed, key=lambda one: one[0])


def _known(contact: str, name: str, before: str | None, at: int, entry: _Entry) -> dict[str, Scalar]:
    return {
        "contactId": contact,
        "property": name,
        "value": entry.value or None,
        "before": before,
        "timestamp": at,
        "sourceType": entry.source_type,
        "sourceId": entry.source_id,
        "sourceLabel": entry.source_label,
        "updatedByUserId": entry.updated_by_user_id,
    }
