"""Values to JSON text and back, for the columns that hold more than a plain value."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec

from crmsync.model.records import Ref, Scalar, Value

T = TypeVar("T")


def to_json(value: object) -> str:
    """JSON text of plain values and of our dataclasses."""
    return msgspec.json.encode(value).decode()


def from_json(text: str, kind: type[T]) -> T:
    """The value of that kind which `to_json` wrote."""
    return msgspec.json.decode(text, type=kind)


def scalars(text: str) -> tuple[Scalar, ...]:
    """A JSON list of vendor-spelled values."""
    return tuple(msgspec.json.decode(text))


def texts(text: str) -> tuple[str, ...]:
    """A JSON list of texts."""
    return tuple(msgspec.json.decode(text, type=list[str]))


def facts(text: str) -> Mapping[str, str]:
    """A JSON object of texts."""
    return msgspec.json.decode(text, type=dict[str, str])


def counts(text: str) -> Mapping[str, int]:
    """A JSON object of numbers."""
    return msgspec.json.decode(text, type=dict[str, int])


def digest(text: str) -> str:
    """A short hash that tells two contents apart (blake2b, 16 bytes, hex)."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def parse_ref(text: str) -> Ref:
    """The Ref whose text this is; ids may hold slashes, system and object never do."""
    system, object_name, record_id = text.split("/", 2)
    return Ref(system, object_name, record_id)


def value_to_plain(value: Value) -> object:
    """A read value with its kind marked where JSON has no word for it (instants and days)."""
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def value_from_plain(value: Any) -> Value:  # noqa: ANN401 - what JSON gives back
    """The inverse of `value_to_plain`."""
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["day"])
    plain: Value = value
    return plain


def pack(value: object) -> bytes:
    """Compressed JSON."""
    return zlib.compress(msgspec.json.encode(value), 6)


def unpack(body: bytes, kind: type[T]) -> T:
    """The inverse of `pack`."""
    return msgspec.json.decode(zlib.decompress(body), type=kind)
