"""Pages decoded into structs built from the fields that are wanted; a bad row never costs the page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

import msgspec

from crmsync.model.errors import ShapeChanged
from crmsync.model.records import Scalar

E = TypeVar("E", bound=msgspec.Struct)
S = TypeVar("S")

_UNREADABLE = (msgspec.DecodeError, UnicodeError)
"""What the decoder raises: text that is not UTF-8 is no DecodeError to it."""
_LONE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""Half of an emoji: a text cut in the middle of one is no JSON to the decoder, and stands in CRMs."""
_NOT_JSON = "The answer is no JSON: {}"
_NOT_SHAPED = "The answer is not shaped as expected: {}"


@dataclass(frozen=True, slots=True)
class Decoded(Generic[E]):
    """The envelope of a page, its rows, and (id, what is wrong) of each row that could not be read."""

    envelope: E
    rows: tuple[msgspec.Struct, ...]
    odd: tuple[tuple[str, str], ...] = ()


class Columns:
    """A struct type with one attribute per vendor field, and the values of a row in the order asked for.

    Any scalar is taken as the vendor spells it; an object or a list in its place makes the row a bad one.
    """

    def __init__(self, wanted: Sequence[str]) -> None:
        names = {vendor: f"c{index}" for index, vendor in enumerate(dict.fromkeys(wanted))}
        fields = [(name, Scalar, None) for name in names.values()]
        rename = {name: vendor for vendor, name in names.items()}
        self.struct: type[msgspec.Struct] = msgspec.defstruct("Columns", fields, rename=rename, gc=False)
        self.values = _getter([names[one] for one in wanted])


class PageDecoder(Generic[E]):
    """Decodes a page at full speed, and row by row once one of its rows is not as expected.

    `rows` is the key of the list, `id_field` the key that names a row, `envelope` the struct of what stands around.
    """

    def __init__(self, rows: str, id_field: str, row: type[msgspec.Struct], envelope: type[E]) -> None:
        whole = msgspec.defstruct("Whole", [("rows", list[row])], rename={"rows": rows})  # type: ignore[valid-type]
        loose = msgspec.defstruct("Loose", [("rows", list[msgspec.Raw])], rename={"rows": rows})
        named = msgspec.defstruct("Named", [("name", str, "")], rename={"name": id_field})
        self._envelope = msgspec.json.Decoder(envelope)
        self._whole = msgspec.json.Decoder(whole)
        self._loose = msgspec.json.Decoder(loose)
        self._row = msgspec.json.Decoder(row)
        self._named = msgspec.json.Decoder(named)

    def decode(self, body: bytes) -> Decoded[E]:
        """The page in `body`; ShapeChanged where not even its envelope is understood."""
        try:
            envelope = _decoded(self._envelope, body)
        except ShapeChanged:
            body = _LONE.sub(rb"\\ufffd", body)
            envelope = _decoded(self._envelope, body)
        try:
            return Decoded(envelope, tuple(_rows(self._whole.decode(body))))
        except _UNREADABLE:
            return self._row_by_row(envelope, body)

    def _row_by_row(self, envelope: E, body: bytes) -> Decoded[E]:
        rows: list[msgspec.Struct] = []
        odd: list[tuple[str, str]] = []
        for raw in _rows(_decoded(self._loose, body)):
            try:
                rows.append(self._row.decode(raw))
            except _UNREADABLE as error:
                odd.append((self._name_of(raw), str(error)))
        return Decoded(envelope, tuple(rows), tuple(odd))

    def _name_of(self, raw: msgspec.Raw) -> str:
        try:
            return str(_name(self._named.decode(raw)))
        except _UNREADABLE:
            return ""


def parse(body: bytes, shape: type[S]) -> S:
    """A small answer of known shape; ShapeChanged where it is another."""
    return _decoded(msgspec.json.Decoder(shape), body)


_rows = attrgetter("rows")
_name = attrgetter("name")


def _decoded(decoder: msgspec.json.Decoder[S], body: bytes) -> S:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise ShapeChanged(_NOT_SHAPED.format(error)) from None
    except _UNREADABLE as error:
        raise ShapeChanged(_NOT_JSON.format(error)) from None


def _getter(names: Sequence[str]) -> Callable[[msgspec.Struct], tuple[Scalar, ...]]:
    if not names:
        return lambda _row: ()
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda row: (one(row),)
    return attrgetter(*names)
