"""Did somebody change a property between our look and our write? HubSpot knows no condition, but keeps a history."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from crmsync.connectors.chunks import chunks
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.errors import unknown_ids
from crmsync.model.errors import ShapeChanged
from crmsync.model.records import Ref
from crmsync.model.streams import Overwritten, StreamSpec

MOST_WITH_HISTORY = 50


class _Entry(msgspec.Struct):
    timestamp: datetime
    value: str | None = None


class _Record(msgspec.Struct, rename="camel"):
    id: str
    properties_with_history: dict[str, list[_Entry]] = {}


class _Answer(msgspec.Struct):
    results: list[_Record] = []


def overwritten(
    door: Door, spec: StreamSpec, field: str, looked: Mapping[Ref, tuple[str | None, datetime]]
) -> list[Overwritten]:
    """Values that stood in `field` since we looked (record -> value seen, instant), and are neither that nor the last.

    50 records a call (facts/hubspot.md 5.1, 5.2); the newest entry is our own write. What an answer leaves out without
    a word is asked for once more.
    """
    found: list[Overwritten] = []
    for some in chunks(sorted(looked), MOST_WITH_HISTORY):
        told, silent = _read(door, spec, field, some)
        again = _read(door, spec, field, silent)[0] if silent else []
        for record in [*told, *again]:
            ref = Ref(spec.system, spec.object, record.id)
            entries = record.properties_with_history.get(field, [])
            found += _lost(ref, entries, looked[ref]) if ref in looked else []
    return found


def _lost(ref: Ref, entries: Sequence[_Entry], looked: tuple[str | None, datetime]) -> list[Overwritten]:
    value, since = looked
    newest_first = sorted(entries, key=lambda one: one.timestamp, reverse=True)
    return [
        Overwritten(ref, one.value or None, one.timestamp)
        for one in newest_first[1:]
        if one.timestamp >= since and (one.value or None) != value
    ]


def _read(door: Door, spec: StreamSpec, field: str, refs: Sequence[Ref]) -> tuple[list[_Record], list[Ref]]:
    body = {"properties": [], "propertiesWithHistory": [field], "inputs": [{"id": one.id} for one in refs]}
    answer = door.ask(f"/crm/v3/objects/{spec.object}/batch/read", body)
    try:
        told = msgspec.json.decode(answer, type=_Answer).results
    except msgspec.DecodeError as error:
        raise ShapeChanged(f"HubSpot: the history of {spec.object} could not be read: {error}") from None
    named = {one.id for one in told} | unknown_ids(answer)
    return told, [one for one in refs if one.id not in named]
