"""Files and systems that contacts were imported from, each with the list it filled (facts/hubspot.md 10)."""

import msgspec

from crmsync.connectors.hubspot import rows
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.lists import CONTACTS
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.rows import PageDecoder
from crmsync.model.records import RawRecord, Scalar
from crmsync.model.streams import StreamSpec

PATH = "/crm/v3/imports"


class _Filled(msgspec.Struct, rename="camel"):
    list_id: str | int
    object_type: str = "CONTACT"


class _Metadata(msgspec.Struct, rename="camel"):
    object_lists: list[_Filled] = []


class _Import(msgspec.Struct, rename="camel"):
    id: str | int
    import_name: str | None = None
    import_source: str | None = None
    state: str | None = None
    created_at: rows.Stamp | None = None
    updated_at: rows.Stamp | None = None
    metadata: _Metadata | None = None


_DECODER = PageDecoder("results", "id", _Import, Envelope)


def imported(door: Door, spec: StreamSpec, place: Place) -> Step:
    """A page of imports; those changed before the lower bound are known already."""
    query = [("limit", str(PAGE))] + ([("after", place.after)] if place.after else [])
    decoded = _DECODER.decode(door.get(PATH, query))
    found = rows.step(spec, decoded, _Import, lambda row: _record(spec, row), decoded.envelope.after)
    recent = tuple(one for one in found.records if place.low is None or one.modified_at >= place.low)
    return Step(recent, found.rejected, found.after)


def _record(spec: StreamSpec, row: _Import) -> RawRecord:
    known: dict[str, Scalar] = {
        "importName": row.import_name,
        "importSource": row.import_source,
        "state": row.state,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "listId": _filled(row),
    }
    return rows.record(spec, str(row.id), row.updated_at or row.created_at, known)


def _filled(row: _Import) -> str | None:
    """The list of contacts the import filled."""
    kinds = {"CONTACT", "CONTACTS", CONTACTS}
    found = row.metadata.object_lists if row.metadata else []
    return next((str(one.list_id) for one in found if one.object_type.upper() in kinds), None)
