"""Rows of what is no CRM object become records: values by the names of `pseudo`, in the order of the stream."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from crmsync.connectors.hubspot.place import Step
from crmsync.connectors.hubspot.stamps import moment
from crmsync.connectors.rows import Decoded
from crmsync.model.records import RawRecord, Ref, Rejected, Scalar
from crmsync.model.streams import StreamSpec

E = TypeVar("E", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
Stamp = str | int | float


def step(
    spec: StreamSpec, decoded: Decoded[E], kind: type[R], read: Callable[[R], RawRecord], after: str | None
) -> Step:
    """The rows of a page, all of one kind, as records; one without a readable instant or id is set apart."""
    records: list[RawRecord] = []
    rejected = [rejection(spec, name, why) for name, why in decoded.odd]
    for row in (one for one in decoded.rows if isinstance(one, kind)):
        try:
            records.append(read(row))
        except ValueError as error:
            rejected.append(rejection(spec, "", str(error)))
    return Step(tuple(records), tuple(rejected), after)


def record(
    spec: StreamSpec,
    name: str,
    at: object,
    known: Mapping[str, Scalar],
    parties: Iterable[Ref] = (),
    *,
    deleted: bool = False,
) -> RawRecord:
    """One record from what is known of it; ValueError where it has no name or no instant."""
    if not name:
        raise ValueError("the row has no id")
    values = tuple(known.get(field.vendor) for field in spec.pulled)
    return RawRecord(Ref(spec.system, spec.object, name), moment(at), deleted, values, tuple(parties))


def rejection(spec: StreamSpec, name: str, why: str) -> Rejected:
    """A row that could not be read."""
    return Rejected(Ref(spec.system, spec.object, name), "unreadable", why)


def contact(spec: StreamSpec, name: str) -> Ref:
    """The contact a row is about."""
    return Ref(spec.system, "contacts", name)
