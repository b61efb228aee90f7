"""What else is asked of an org: who it is, which fields it has, the present values of single records."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

import msgspec

from crmsync.connectors.chunks import chunks
from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.shape import ID, Envelope, Shape
from crmsync.model.errors import RetryLater, ShapeChanged
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import FoundTask, OrgFacts, StreamSpec, TaskLookup, VendorField, VendorObject

IDS_PER_QUERY = 200
"""Ids in one IN list: the address of a GET ends at about 16 KB (facts/salesforce.md section 4)."""

KEYS_PER_QUERY = 50
PEOPLE_PER_QUERY = 25
CASE_SAFE = 15
"""The part of an id that names the record; the last three characters only repeat its capitals."""

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


class _Task(msgspec.Struct, rename="pascal"):
    id: str
    who_id: str | None = None
    is_closed: bool = False
    is_deleted: bool = False


_TASK = ("Id", "WhoId", "IsClosed", "IsDeleted")
_records = attrgetter("records")
_carried = attrgetter("carried")


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
    found: dict[str, RawRecord] = {}
    for some in chunks(list(dict.fromkeys(ref.id for ref in refs)), IDS_PER_QUERY):
        query = shape.query((soql.one_of(ID, some),))
        for body in pages(door, query, deleted=shape.deletable):
            _, records, rejected = shape.read(body)
            if rejected:
                raise ShapeChanged(f"Salesforce: a record could not be read: {rejected[0].detail}")
            found |= {record.ref.id[:CASE_SAFE]: record for record in records}
    return [found.get(ref.id[:CASE_SAFE]) or _gone(door, spec, ref) for ref in refs]


def find_tasks(door: Door, lookups: Sequence[TaskLookup]) -> list[FoundTask]:
    """Tasks that carry one of these keys (or prefixes), in the key field or in the last line of their text.

    A text cannot be filtered on, and people move due dates and reword subjects: without the field all tasks of the
    record are read and their last lines compared here.
    """
    by_field = [one for one in lookups if one.key_field]
    by_text = [one for one in lookups if not one.key_field]
    return [*_by_field(door, by_field), *_by_text(door, by_text)]


def pages(door: Door, query: str, *, deleted: bool) -> Iterator[bytes]:
    """All pages of a query that is not a stream."""
    body = door.query(query, deleted=deleted)
    while True:
        yield body
        envelope = parse(body, Envelope)
        if envelope.done or envelope.next_place is None:
            return
        body = door.more(envelope.next_place)


def _by_field(door: Door, lookups: Sequence[TaskLookup]) -> Iterator[FoundTask]:
    for field in dict.fromkeys(one.key_field or "" for one in lookups):
        keys = list(dict.fromkeys(one.key for one in lookups if one.key_field == field))
        for some in chunks(keys, KEYS_PER_QUERY):
            condition = " OR ".join(soql.starts_with(field, key) for key in some)
            query = soql.select((*_TASK, field), "Task", (f"({condition})",))
            for task, key in _tasks(door, query, field):
                if key:
                    yield _found(task, key)


def _by_text(door: Door, lookups: Sequence[TaskLookup]) -> Iterator[FoundTask]:
    keys: dict[str, list[str]] = {}
    for one in lookups:
        keys.setdefault(one.about.id[:CASE_SAFE], []).append(one.key)
    people = list(dict.fromkeys(one.about.id for one in lookups))
    for some in chunks(people, PEOPLE_PER_QUERY):
        query = soql.select((*_TASK, "Description"), "Task", (soql.one_of("WhoId", some),))
        for task, text in _tasks(door, query, "Description"):
            line = (text or "").rstrip().rpartition("\n")[2].strip()
            wanted = keys.get((task.who_id or "")[:CASE_SAFE], [])
            if line and any(line.casefold().startswith(key.casefold()) for key in wanted):
                yield _found(task, line)


def _tasks(door: Door, query: str, field: str) -> Iterator[tuple["_Task", str | None]]:
    shape = msgspec.defstruct("KeyedTask", [("carried", str | None, None)], bases=(_Task,), rename={"carried": field})
    rows = msgspec.defstruct("KeyedTasks", [("records", list[shape])])  # type: ignore[valid-type]
    for body in pages(door, query, deleted=True):
        for task in _records(parse(body, rows)):
            yield task, _carried(task)


def _found(task: "_Task", key: str) -> FoundTask:
    ref = Ref("salesforce", "Task", task.id)
    return FoundTask(ref, key, open=not (task.is_closed or task.is_deleted), deleted=task.is_deleted)


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
