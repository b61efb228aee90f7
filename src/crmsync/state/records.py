"""Person records: which rows of a page are news, how they are kept, and how they are given back."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from crmsync.model.memory import Reread, Staging
from crmsync.model.records import RawRecord, RecordKind, Ref, Scalar, Snapshot
from crmsync.model.streams import StreamSpec
from crmsync.state.bulk import BulkRow, bulk_upsert, chunks, without_nul
from crmsync.state.codec import digest, parse_ref, scalars, texts, to_json
from crmsync.state.marks import table

COLUMNS = (
    "ref",
    "system",
    "object",
    "id",
    "kind",
    "modified_at",
    "created_at",
    "deleted",
    "converted",
    "first_name",
    "last_name",
    "name_key",
    "owner",
    "created_by",
    "shape",
    "body",
    "hash",
)
STORED = ("ref", "modified_at", "deleted", "shape", "body", "hash", "person")


@dataclass(frozen=True, slots=True)
class Layout:
    """A StreamSpec's digest and field names, worked out once: per record that would cost more than the record."""

    digest: str
    names: tuple[str, ...]


def layout_of(spec: StreamSpec) -> Layout:
    """How the values of this stream are laid out."""
    return Layout(spec.digest, tuple(one.name for one in spec.pulled))


@dataclass(frozen=True, slots=True)
class _News:
    """Rows to write, and which of them changed in more than their stamp."""

    rows: list[BulkRow]
    stamps: list[tuple[str, object]]
    gone: list[tuple[str, object]]
    changed: list[str]

    @property
    def with_values(self) -> list[str]:
        """The changed records that came with their values: a bare deletion tells nothing new about keys."""
        bare = {ref for ref, _ in self.gone}
        return [ref for ref in self.changed if ref not in bare]


def stage_records(connection: Connection, staging: Staging) -> list[str]:
    """Keep the person records of a page; returns the refs whose values or state changed. These are matched again."""
    page = staging.page
    known = stored(connection, (str(raw.ref) for raw in page.records))
    news = _sort_out(page.spec, page.records, staging.snapshots, known)
    _write(connection, news)
    replace_keys(connection, news.with_values, staging.keys, known)
    match_again(connection, [ref for ref in news.changed if ref in known])  # new rows are due by themselves
    return news.changed


def write_through(connection: Connection, reread: Reread) -> dict[str, frozenset[str]]:
    """Keep re-read records without marking anything; returns, per ref, our names of the fields that had changed."""
    known = stored(connection, (str(raw.ref) for raw in reread.records))
    news = _sort_out(reread.spec, reread.records, reread.snapshots, known)
    shapes, layout = shape_names(connection, {row["shape"] for row in known.values()}), layout_of(reread.spec)
    _write(connection, news)
    replace_keys(connection, news.with_values, reread.keys, known)
    by_ref, changed = {str(raw.ref): raw for raw in reread.records}, news.changed
    return {ref: _differing(by_ref[ref], layout, known.get(ref), shapes) for ref in changed}


def stored(connection: Connection, refs: Iterable[str]) -> dict[str, RowMapping]:
    """What is kept of these records, by ref text."""
    record = table("record")
    found: dict[str, RowMapping] = {}
    for piece in chunks(refs):
        rows = connection.execute(select(*(record.c[name] for name in STORED)).where(record.c.ref.in_(piece)))
        found.update((row["ref"], row) for row in rows.mappings())
    return found


def to_raw(row: RowMapping, layout: Layout, shapes: Mapping[str, tuple[str, ...]]) -> RawRecord:
    """The record as it came off the wire, its values in the order of `layout` whatever shape they were kept in."""
    values = scalars(row["body"])
    if row["shape"] != layout.digest:
        by_name = dict(zip(shapes.get(row["shape"], ()), values, strict=False))
        values = tuple(by_name.get(name) for name in layout.names)
    return RawRecord(parse_ref(row["ref"]), row["modified_at"], row["deleted"], values)


def shape_names(connection: Connection, digests: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Field names in order, by shape."""
    shape = table("shape")
    rows = connection.execute(select(shape.c.digest, shape.c.names).where(shape.c.digest.in_(list(digests))))
    return {row.digest: texts(row.names) for row in rows}


def replace_keys(
    connection: Connection, refs: Sequence[str], keys: Mapping[Ref, Sequence[tuple[str, str]]], known: Container[str]
) -> None:
    """The identity keys of these records are these, and no others (only `known` records can have had some)."""
    key = table("identity_key")
    for piece in chunks(ref for ref in refs if ref in known):
        connection.execute(delete(key).where(key.c.ref.in_(piece)))
    wanted = set(refs)
    rows = {(kind, value, str(ref)) for ref, pairs in keys.items() if str(ref) in wanted for kind, value in pairs}
    bulk_upsert(connection, key, ("kind", "value", "ref"), sorted(rows))


def match_again(connection: Connection, refs: Iterable[str]) -> None:
    """These records go through matching in the next cycle."""
    record = table("record")
    for piece in chunks(refs):
        connection.execute(update(record).where(record.c.ref.in_(piece)).values(match_due=True))


def _sort_out(
    spec: StreamSpec,
    records: Sequence[RawRecord],
    snapshots: Sequence[Snapshot],
    known: Mapping[str, RowMapping],
) -> _News:
    news, shape = _News([], [], [], []), spec.digest
    for raw, snapshot in _newest(records, snapshots):
        ref, before = str(raw.ref), known.get(str(raw.ref))
        tombstone = raw.deleted and all(value is None for value in raw.values)
        if before is None:
            if not tombstone:
                news.rows.append(_row(raw, snapshot, spec.kind, shape))
                news.changed.append(ref)
        elif tombstone:
            if not before["deleted"]:
                news.gone.append((ref, raw.modified_at))
                news.changed.append(ref)
        elif raw.modified_at >= before["modified_at"]:
            _compare(raw, _row(raw, snapshot, spec.kind, shape), before, news)
    return news


def _compare(raw: RawRecord, row: BulkRow, before: RowMapping, news: _News) -> None:
    shape, _, hashed = row[-3:]
    if (hashed, raw.deleted, shape) != (before["hash"], before["deleted"], before["shape"]):
        news.rows.append(row)
        news.changed.append(before["ref"])
    elif raw.modified_at != before["modified_at"]:
        news.stamps.append((before["ref"], raw.modified_at))


def _newest(records: Sequence[RawRecord], snapshots: Sequence[Snapshot]) -> Iterable[tuple[RawRecord, Snapshot]]:
    """Each record once, in its latest form: a page may hold one twice while somebody edits."""
    latest: dict[Ref, tuple[RawRecord, Snapshot]] = {}
    for raw, snapshot in zip(records, snapshots, strict=True):
        if raw.ref not in latest or raw.modified_at >= latest[raw.ref][0].modified_at:
            latest[raw.ref] = (raw, snapshot)
    return latest.values()


def _write(connection: Connection, news: _News) -> None:
    record = table("record")
    bulk_upsert(connection, record, COLUMNS, news.rows)
    move = update(record).where(record.c.ref == bindparam("r")).values(modified_at=bindparam("m"))
    if news.stamps:
        connection.execute(move, [{"r": ref, "m": stamp} for ref, stamp in news.stamps])
    if news.gone:
        connection.execute(move.values(deleted=True), [{"r": ref, "m": stamp} for ref, stamp in news.gone])


def _row(raw: RawRecord, snapshot: Snapshot, kind: RecordKind, shape: str) -> BulkRow:
    body = to_json(raw.values)
    first, last = without_nul(snapshot.text("first_name")), without_nul(snapshot.text("last_name"))
    return (
        str(raw.ref),
        raw.ref.system,
        raw.ref.object,
        raw.ref.id,
        kind.value,
        raw.modified_at,
        snapshot.instant("created_at") or raw.modified_at,
        raw.deleted,
        snapshot.converted,
        first,
        last,
        " ".join(part.strip() for part in (first, last) if part).casefold(),
        snapshot.text("owner"),
        snapshot.text("created_by"),
        shape,
        body,
        digest(body),
    )


def _differing(
    raw: RawRecord,
    layout: Layout,
    before: RowMapping | None,
    shapes: Mapping[str, tuple[str, ...]],
) -> frozenset[str]:
    if before is None:
        return frozenset(layout.names)
    old = to_raw(before, layout, shapes)
    moved = {name for name, was, now in zip(layout.names, old.values, raw.values, strict=False) if not same(was, now)}
    return frozenset(moved | ({"deleted"} if old.deleted != raw.deleted else set()))


def same(one: Scalar, other: Scalar) -> bool:
    """Whether two vendor spellings are one value: HubSpot says nothing as an empty text."""
    return one == other or (one in (None, "") and other in (None, ""))
