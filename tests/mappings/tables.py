"""Rows for the tables of these tests: the shipped mappings against an org that has everything."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from crmsync.mappings.compile import compile_mapping, compile_streams
from crmsync.mappings.plumbing import StreamPlan, SystemMapping
from crmsync.model.records import RawRecord, Ref, Scalar
from crmsync.model.streams import StreamSpec, VendorField, VendorObject

ROOT = Path(__file__).resolve().parents[2]
STAMP = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "mappings").glob("*.yaml")}


@cache
def shipped(system: str) -> SystemMapping:
    return compile_mapping(SHIPPED[system], f"mappings/{system}.yaml")


def everything(mapping: SystemMapping, **changed: VendorField) -> dict[str, VendorObject]:
    """A describe with every mapped field; `changed` by vendor name."""
    objects: dict[str, dict[str, VendorField]] = {}
    for plan in mapping.streams.values():
        fields = objects.setdefault(plan.object, {})
        fields.update({one.vendor: changed.get(one.vendor, VendorField(one.vendor, "string")) for one in plan.fields})
    return {name: VendorObject(mapping.system, name, fields) for name, fields in objects.items()}


@cache
def stream(system: str, name: str) -> tuple[StreamSpec, StreamPlan]:
    mapping = shipped(system)
    specs = compile_streams(mapping, everything(mapping))
    return next(one for one in specs if one.name == name), mapping.streams[name]


def raw(
    spec: StreamSpec, record_id: str, *, deleted: bool = False, parties: tuple[Ref, ...] = (), **cells: Scalar
) -> RawRecord:
    """A row with these values by our field names; the rest is empty."""
    known = {one.name for one in spec.pulled}
    assert cells.keys() <= known, cells.keys() - known
    values = tuple(cells.get(one.name) for one in spec.pulled)
    return RawRecord(Ref(spec.system, spec.object, record_id), STAMP, deleted, values, parties)
