"""What else is asked of an org: who it is, which fields it has, the present values of single records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from crmsync.connectors.chunks import chunks
from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.errors import TooMuch
from crmsync.connectors.salesforce.shape import ID, Envelope, Shape
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import OrgFacts, StreamSpec, VendorField, VendorObject

IDS_PER_QUERY = 200
"""Ids in one IN list: the address of a GET ends at about 16 KB (facts/salesforce.md section 4)."""

CASE_SAFE = 15
"""The part of an id that names the record; the last three characters only repeat its capitals."""

T = TypeVar("T")

_NO_PRODUCTION = "Developer Edition"
_LISTED = frozenset({"picklist", "multipicklist"})


class _Who(msgspec.Struct):
    user_id: str
    organization_id: str


class _Organization(msgspec.Struct, rename="pascal"):
    id: str
    name: str = ""
    is_sandbox: bool = False
    organization_type: str | None = None


class _Organizations(msgspec.Struct):
    records: list[_Organization]


class _Option(msgspec.Struct):
    value: str
    active: bool = True


class _Field(msgspec.Struct, rename="camel"):
    name: str
    type: str
    label: str = ""
    updateable: bool = False
    createable: bool = False
    length: int = 0
    unique: bool = False
    picklist_values: list[_Option] = []


class _Described(msgspec.Struct):
    fields: list[_Field]


class _Status(msgspec.Struct, rename="pascal"):
    api_name: str | None = None
    master_label: str | None = None
    is_converted: bool = False


class _Statuses(msgspec.Struct):
    records: list[_Status]


def org(door: Door) -> OrgFacts:
    """Which org this is and who we are in it. A Developer Edition counts as no production org."""
    who = parse(door.who_am_i(), _Who)
    fields = ("Id", "Name", "IsSandbox", "OrganizationType")
    found = parse(door.query(soql.select(fields, "Organization"), deleted=False), _Organizations).records
    if not found:
        raise ShapeChanged("Salesforce does not show its Organization record to this user.")
    one = found[0]
    production = not one.is_sandbox and one.organization_type != _NO_PRODUCTION
    used, allowed = door.usage.calls or (None, None)
    return OrgFacts("salesforce", one.id, one.name, production, who.user_id, used, allowed)


def describe(door: Door, object_name: str) -> VendorObject:
    """The fields this user can see; for Lead also the statuses that mean converted, by API name and by label."""
    found = parse(door.get(f"sobjects/{object_name}/describe", "describe"), _Described)
    fields = {one.name: _vendor_field(one) for one in found.fields}
    converted = _converted_values(door) if object_name == "Lead" else frozenset()
    return VendorObject("salesforce", object_name, fields, converted)


def fetch(door: Door, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
    """The present values, in the order asked for; what Salesforce no longer knows comes back deleted and empty."""
    shape = Shape(spec)
    ids = list(dict.fromkeys(ref.id for ref in refs))
    records = in_portions(ids, IDS_PER_QUERY, lambda some: _named(door, shape, some))
    found = {record.ref.id[:CASE_SAFE]: record for record in records}
    return [found.get(ref.id[:CASE_SAFE]) or _gone(door, spec, ref) for ref in refs]


def in_portions(items: Sequence[str], size: int, ask: Callable[[Sequence[str]], Iterable[T]]) -> Iterator[T]:
    """What `ask` finds, `size` items a question; a question that is too much for the org is asked in halves."""
    for some in chunks(items, size):
        yield from _asked(some, ask)


def _asked(items: Sequence[str], ask: Callable[[Sequence[str]], Iterable[T]]) -> list[T]:
    try:
        return list(ask(items))
    except TooMuch:
        if len(items) == 1:
            raise
    middle = len(items) // 2
    return [*_asked(items[:middle], ask), *_asked(items[middle:], ask)]


def _named(door: Door, shape: Shape, ids: Sequence[str]) -> Iterator[RawRecord]:
    for body in pages(door, shape.query((soql.one_of(ID, ids),)), deleted=shape.deletable):
        _, records, rejected = shape.read(body)
        if rejected:
            raise ShapeChanged(f"Salesforce: a record could not be read: {rejected[0].detail}")
        yield from records


def pages(door: Door, query: str, *, deleted: bool) -> Iterator[bytes]:
    """All pages of a query that is not a stream."""
    body = door.query(query, deleted=deleted)
    while True:
        yield body
        following = parse(body, Envelope).following()
        if following is None:
            return
        body = door.more(following)


def _converted_values(door: Door) -> frozenset[str]:
    query = soql.select(("ApiName", "MasterLabel", "IsConverted"), "LeadStatus")
    found = parse(door.query(query, deleted=False), _Statuses).records
    return frozenset(word for one in found if one.is_converted for word in (one.api_name, one.master_label) if word)


def _vendor_field(one: _Field) -> VendorField:
    options = tuple(option.value for option in one.picklist_values if option.active) if one.type in _LISTED else None
    return VendorField(
        name=one.name,
        type=one.type,
        label=one.label,
        writable=one.updateable,
        creatable=one.createable,
        max_length=one.length or None,
        options=options,
        unique=one.unique,
    )


def _gone(door: Door, spec: StreamSpec, ref: Ref) -> RawRecord:
    now = door.clock.now()
    if now is None:
        raise RetryLater("Salesforce answered without a Date header: its clock is not known.")
    return RawRecord(ref, now, deleted=True, values=(None,) * len(spec.pulled))
