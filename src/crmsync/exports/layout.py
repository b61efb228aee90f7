"""What kind of export is this, and which column holds what? Told by its header and the shape of its ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmsync.exports.labels import ID_FIELD, KNOWN, PREFIX, Cell, Kind, Known, folded
from crmsync.model.errors import UnknownThing
from crmsync.settings.suggest import did_you_mean

TELLING, ORDINARY, ID_SHAPE, ENOUGH = 3, 1, 20, 4


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is understood: where it stands, the field it holds, and its label in the file."""

    at: int
    field: str
    cell: Cell
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What a header means. `unmatched` are labels of columns that are not used; `width` counts all columns."""

    kind: Kind
    columns: tuple[Column, ...]
    unmatched: tuple[str, ...]
    width: int

    def column(self, field: str) -> Column | None:
        """The column of one field."""
        return next((one for one in self.columns if one.field == field), None)

    def has(self, *fields: str) -> bool:
        """Whether one of these fields is in the file."""
        return any(one.field in fields for one in self.columns)


def layout_of(
    name: str,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    named: Mapping[str, str],
    mapped: Mapping[Kind, Mapping[str, Cell]],
) -> Layout:
    """Tell the kind of a file by its header and first rows; raises UnknownThing where it is of no known kind.

    `named` are the user's own words: label -> API name. `mapped` are the further API names of the workspace's mapping.
    """
    ranked = sorted(((_points(kind, header, samples, named, mapped), kind) for kind in Kind), reverse=True)
    points, kind = ranked[0]
    if points < ENOUGH:
        columns = ", ".join(label.strip() for label in header[:8])
        raise UnknownThing(
            f"{name}: these columns are of no export crmsync knows: {columns}. "
            "See what to export: crmsync preview --what-to-export; name columns with --column LABEL=API."
        )
    return _laid_out(kind, header, named, mapped)


def check_named(named: Mapping[str, str], mapped: Mapping[Kind, Mapping[str, Cell]]) -> None:
    """Raise UnknownThing for an API name in --column that no export has."""
    known = {one.field for fields in KNOWN.values() for one in fields} | {
        one for many in mapped.values() for one in many
    }
    for label, field in named.items():
        if field not in known:
            hint = did_you_mean(field, sorted(known))
            raise UnknownThing(f'--column "{label}={field}": crmsync reads no field {field}. {hint}'.rstrip())


def _points(
    kind: Kind,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    named: Mapping[str, str],
    mapped: Mapping[Kind, Mapping[str, Cell]],
) -> int:
    telling = {label for one in KNOWN[kind] for label in one.tells}
    columns = _laid_out(kind, header, named, mapped).columns
    points = sum(TELLING if folded(one.label) in telling else ORDINARY for one in columns)
    own = next((one.at for one in columns if one.field == ID_FIELD[kind]), None)
    ids = [row[own] for row in samples if own is not None and own < len(row) and row[own]]
    if not ids:
        return points
    right = sum(one.isdecimal() if kind is Kind.HUBSPOT else one.startswith(PREFIX[kind]) for one in ids)
    return points + (ID_SHAPE if right * 2 >= len(ids) else -ID_SHAPE)


def _laid_out(
    kind: Kind, header: Sequence[str], named: Mapping[str, str], mapped: Mapping[Kind, Mapping[str, Cell]]
) -> Layout:
    """The first column that fits a field has it; the user's own words come before ours."""
    by_label = {label: one for one in reversed(KNOWN[kind]) for label in one.labels}
    more = mapped.get(kind, {})
    by_label |= {folded(name): Known(name, cell, ()) for name, cell in more.items() if folded(name) not in by_label}
    own = {folded(label): field for label, field in named.items()}
    cells = {**more, **{one.field: one.cell for one in KNOWN[kind]}}
    columns: dict[str, Column] = {}
    unmatched: list[str] = []
    for at, label in enumerate(header):
        word = folded(label)
        known = Known(own[word], cells.get(own[word], Cell.TEXT), ()) if word in own else by_label.get(word)
        if known is None or (known.field in columns and word not in own):
            unmatched.append(label.strip())
        else:
            columns[known.field] = Column(at, known.field, known.cell, label.strip())
    return Layout(kind, tuple(columns.values()), tuple(one for one in unmatched if one), len(header))
