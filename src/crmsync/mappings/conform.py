"""What we want to write, as the field can take it - or the reason to leave the field alone. Applied before the diff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crmsync.mappings.wire import Misread, read_value
from crmsync.model.records import Scalar, Snapshot
from crmsync.model.streams import FieldSpec, Wire


class LeaveReason(StrEnum):
    """Why a field is left as it is; the name is the code, the value what people read."""

    DELETED = "the record is deleted"
    CONVERTED = "a converted lead is never written to"
    NO_FIELD = "the CRM has no such field"
    NOT_WRITABLE = "we may not write this field"
    NOT_AN_OPTION = "not a value of the field"
    WRONG_KIND = "not the kind of value the field takes"


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the field as it is."""

    reason: LeaveReason


def conform(desired: Scalar, field: FieldSpec | None, observed: Snapshot) -> Scalar | Leave:
    """The value the vendor will store for `desired`, so that reading it back makes no difference; idempotent.

    Texts lose what vendors drop (outer blanks, control characters, what exceeds the field's length), numbers and
    truth values are typed, a picklist takes its active options only; the empty text is nothing.
    """
    reason = _closed(field, observed)
    if reason or field is None:
        return Leave(reason or LeaveReason.NO_FIELD)
    if desired is None or desired == "":
        return None
    return SHAPES[field.wire](desired, field)


def _closed(field: FieldSpec | None, observed: Snapshot) -> LeaveReason | None:
    if observed.deleted:
        return LeaveReason.DELETED
    if observed.converted:
        return LeaveReason.CONVERTED
    if field is None:
        return LeaveReason.NO_FIELD
    return None if field.writable else LeaveReason.NOT_WRITABLE


def _text(desired: Scalar, field: FieldSpec) -> Scalar | Leave:
    text = str(read_value(desired, Wire.TEXT))
    if field.options is not None:
        return text if text in field.options else Leave(LeaveReason.NOT_AN_OPTION)
    kept = "".join(sign for sign in text if _storable(sign)).strip()
    return _cut(kept, field.max_length).rstrip() or None


def _storable(sign: str) -> bool:
    """Control characters and halves of a pair are refused or dropped by both vendors."""
    return sign in "\n\t" or (sign >= " " and sign != "\x7f" and not "\ud800" <= sign <= "\udfff")


def _cut(text: str, longest: int | None) -> str:
    """Cut by UTF-16 units, the strictest way a vendor may count; never inside a character."""
    if longest is None:
        return text
    units = 0
    for place, sign in enumerate(text):
        units += 2 if ord(sign) > 0xFFFF else 1  # noqa: PLR2004  the last character of one UTF-16 unit
        if units > longest:
            return text[:place]
    return text


def _number(desired: Scalar, _field: FieldSpec) -> Scalar | Leave:
    number = read_value(desired, Wire.NUMBER)
    if not isinstance(number, float):
        return Leave(LeaveReason.WRONG_KIND)
    return int(number) if number.is_integer() else number


def _flag(desired: Scalar, _field: FieldSpec) -> Scalar | Leave:
    flag = read_value(desired, Wire.FLAG)
    return flag if isinstance(flag, bool) else Leave(LeaveReason.WRONG_KIND)


def _moment(desired: Scalar, field: FieldSpec) -> Scalar | Leave:
    return Leave(LeaveReason.WRONG_KIND) if isinstance(read_value(desired, field.wire), Misread) else desired


SHAPES: Mapping[Wire, Callable[[Scalar, FieldSpec], Scalar | Leave]] = {
    Wire.TEXT: _text,
    Wire.NUMBER: _number,
    Wire.BAND: _number,
    Wire.FLAG: _flag,
    Wire.INSTANT: _moment,
    Wire.DAY: _moment,
}
