"""A page off the wire becomes what the store keeps: rows with the meaning that keys and clocks need."""

from collections.abc import Sequence
from dataclasses import replace

from crmsync.mappings.keys import aliases, identity_keys
from crmsync.mappings.plumbing import StreamPlan
from crmsync.mappings.read import misread, read_activity, read_owner, read_person
from crmsync.model.memory import Reread, Staging
from crmsync.model.records import RawRecord, RecordKind
from crmsync.model.streams import Page, StreamSpec


def staging(page: Page, plan: StreamPlan) -> Staging:
    """Read one page; what a row holds that its fields do not promise is kept as unreadable, with the row."""
    spec, odd = page.spec, tuple(one for raw in page.records for one in misread(raw, page.spec))
    page = replace(page, rejected=(*page.rejected, *odd))
    if spec.kind is RecordKind.ACTIVITY:
        return Staging(page, activities=tuple(read_activity(raw, spec, plan) for raw in page.records))
    if spec.kind is RecordKind.OWNER:
        return Staging(page, owners=tuple(read_owner(raw, spec, plan) for raw in page.records))
    snapshots = tuple(read_person(raw, spec) for raw in page.records)
    return Staging(
        page,
        snapshots=snapshots,
        keys={one.ref: identity_keys(one, plan.names) for one in snapshots},
        aliases=tuple(alias for one in snapshots for alias in aliases(one, plan.names)),
    )


def reread(records: Sequence[RawRecord], spec: StreamSpec, plan: StreamPlan) -> Reread:
    """Person records as they were read back after a write."""
    snapshots = tuple(read_person(raw, spec) for raw in records)
    return Reread(spec, records, snapshots, {one.ref: identity_keys(one, plan.names) for one in snapshots})
