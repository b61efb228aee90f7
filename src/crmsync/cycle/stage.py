"""A page off the wire becomes what the store keeps: rows with the meaning that keys and clocks need."""

from collections.abc import Sequence
from dataclasses import replace

from crmsync.mappings.belonging import read_deal, read_history, read_list, read_member
from crmsync.mappings.keys import aliases, identity_keys
from crmsync.mappings.plumbing import StreamPlan
from crmsync.mappings.read import Reader, read_activity, read_owner, read_person
from crmsync.model.memory import Reread, Staging
from crmsync.model.records import RawRecord, RecordKind
from crmsync.model.streams import Page, StreamSpec


def staging(page: Page, plan: StreamPlan) -> Staging:
    """Read one page; what a row holds that its fields do not promise is kept as unreadable, with the row."""
    reader, names = Reader(page.spec), plan.names
    if page.spec.kind not in PERSONS:
        odd = tuple(one for raw in page.records for one in reader.values(raw)[1])
        return _beside_people(replace(page, rejected=(*page.rejected, *odd)), plan)
    read = [reader.person(raw) for raw in page.records]
    snapshots = tuple(one for one, _ in read)
    return Staging(
        replace(page, rejected=(*page.rejected, *(one for _, odd in read for one in odd))),
        snapshots=snapshots,
        keys={one.ref: identity_keys(one, names) for one in snapshots},
        aliases=tuple(alias for one in snapshots for alias in aliases(one, names)),
    )


PERSONS = frozenset({RecordKind.LEAD, RecordKind.CONTACT})


def _beside_people(page: Page, plan: StreamPlan) -> Staging:
    """What people did, who works here, what people are in, and what the CRM remembers itself."""
    spec, rows = page.spec, page.records
    match spec.kind:
        case RecordKind.OWNER:
            return Staging(page, owners=tuple(read_owner(raw, spec, plan) for raw in rows))
        case RecordKind.LIST:
            return Staging(page, lists=tuple(read_list(raw, spec, plan) for raw in rows))
        case RecordKind.MEMBER:
            members = (read_member(raw, spec, plan) for raw in rows)
            return Staging(page, members=tuple(one for one in members if one))
        case RecordKind.DEAL:
            return Staging(page, deals=tuple(read_deal(raw, spec, plan) for raw in rows))
        case RecordKind.HISTORY:
            entries = (read_history(raw, spec, plan) for raw in rows)
            return Staging(page, history=tuple(one for one in entries if one))
        case _:
            return Staging(page, activities=tuple(read_activity(raw, spec, plan) for raw in rows))


def reread(records: Sequence[RawRecord], spec: StreamSpec, plan: StreamPlan) -> Reread:
    """Person records as they were read back after a write."""
    snapshots = tuple(read_person(raw, spec) for raw in records)
    return Reread(spec, records, snapshots, {one.ref: identity_keys(one, plan.names) for one in snapshots})
