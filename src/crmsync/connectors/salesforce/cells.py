"""Bulk results are CSV, REST answers are JSON: the same record must give the same values either way.

Numbers and truth values become what JSON would have brought, instants get the spelling of REST, an empty cell is
nothing. Cells keep their newlines (facts/salesforce.md 3, 6).
"""

import csv
import io
from collections.abc import Callable, Mapping

from crmsync.connectors.salesforce.client import Received
from crmsync.connectors.salesforce.shape import ID, Shape
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Rejected, Scalar

csv.field_size_limit(4_000_000)  # the standard limit is the length of one long text; a record holds 400,000 characters

Reader = Callable[[str], Scalar]
Page = tuple[tuple[RawRecord, ...], tuple[Rejected, ...]]


class Cells:
    """Reads pages of one stream; `kinds` are the vendor's field types by name, as describe tells them."""

    def __init__(self, shape: Shape, kinds: Mapping[str, str]) -> None:
        self._shape = shape
        self._readers = [_READERS.get(kinds.get(name, ""), _text) for name in shape.fields]

    def read(self, body: Received) -> Page:
        """The records and the rows that could not be read.

        Raises RetryLater where rows are missing, ShapeChanged where columns are.
        """
        lines = csv.reader(io.StringIO(body.decode("utf-8", "surrogateescape"), newline=""), strict=True)
        records: list[RawRecord] = []
        rejected: list[Rejected] = []
        try:
            header = next(lines, [])
            places = self._places(header) if header else []
            for cells in lines:
                self._read(cells, len(header), places, records, rejected)
        except csv.Error:
            raise _cut() from None
        if body.rows is not None and body.rows != len(records) + len(rejected):
            raise _cut()
        return tuple(records), tuple(rejected)

    def _places(self, header: list[str]) -> list[int]:
        at = {name.casefold(): number for number, name in enumerate(header)}
        missing = [name for name in self._shape.fields if name.casefold() not in at]
        if missing:
            raise ShapeChanged(f"Salesforce: the prepared file has no column {missing[0]}.")
        return [at[name.casefold()] for name in self._shape.fields]

    def _read(
        self, cells: list[str], wide: int, places: list[int], records: list[RawRecord], rejected: list[Rejected]
    ) -> None:
        try:
            records.append(self._shape.record(self._values(cells, wide, places)))
        except ValueError as error:
            name = cells[places[self._shape.fields.index(ID)]] if len(cells) == wide else ""
            words = "the row is not UTF-8" if isinstance(error, UnicodeError) else str(error)
            rejected.append(self._shape.rejected(name.encode("utf-8", "replace").decode(), words))

    def _values(self, cells: list[str], wide: int, places: list[int]) -> tuple[Scalar, ...]:
        if len(cells) != wide:
            raise ValueError(f"the row has {len(cells)} cells, its header {wide}")
        found = [cells[place] for place in places]
        "".join(found).encode()
        return tuple(read(cell) if cell else None for read, cell in zip(self._readers, found, strict=True))


def _cut() -> RetryLater:
    return RetryLater("Salesforce: a page of prepared rows did not arrive whole.")


def _text(cell: str) -> Scalar:
    return cell


def _number(cell: str) -> Scalar:
    try:
        return float(cell) if any(sign in cell for sign in ".eE") else int(cell)
    except ValueError:
        return cell


def _flag(cell: str) -> Scalar:
    return {"true": True, "false": False}.get(cell.casefold(), cell)


def _instant(cell: str) -> Scalar:
    return f"{cell[:-1]}+0000" if cell.endswith("Z") else cell


_READERS: Mapping[str, Reader] = {
    "int": _number,
    "long": _number,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "boolean": _flag,
    "datetime": _instant,
}
