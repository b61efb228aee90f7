"""Tasks we may have made before, found by their key: what people closed or deleted is never made again."""

from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter

import msgspec

from crmsync.connectors.rows import parse
from crmsync.connectors.salesforce import soql
from crmsync.connectors.salesforce.client import Door
from crmsync.connectors.salesforce.read import CASE_SAFE, in_portions, pages
from crmsync.model.records import Ref
from crmsync.model.streams import FoundTask, TaskLookup

KEYS_PER_QUERY = 50
PEOPLE_PER_QUERY = 25


class _Task(msgspec.Struct, rename="pascal"):
    id: str
    who_id: str | None = None
    is_closed: bool = False
    is_deleted: bool = False


_Carried = Iterator[tuple[_Task, str | None]]
_TASK = ("Id", "WhoId", "IsClosed", "IsDeleted")
_records = attrgetter("records")
_carried = attrgetter("carried")


def find_tasks(door: Door, lookups: Sequence[TaskLookup]) -> list[FoundTask]:
    """Tasks that carry one of these keys (or prefixes), in the key field or in the last line of their text.

    A text cannot be filtered on, and people move due dates and reword subjects: without the field all tasks of the
    record are read and their last lines compared here.
    """
    by_field = [one for one in lookups if one.key_field]
    by_text = [one for one in lookups if not one.key_field]
    return [*_by_field(door, by_field), *_by_text(door, by_text)]


def _by_field(door: Door, lookups: Sequence[TaskLookup]) -> Iterator[FoundTask]:
    for field in dict.fromkeys(one.key_field or "" for one in lookups):
        keys = list(dict.fromkeys(one.key for one in lookups if one.key_field == field))
        for task, key in in_portions(keys, KEYS_PER_QUERY, partial(_keyed, door, field)):
            if key:
                yield _found(task, key)


def _by_text(door: Door, lookups: Sequence[TaskLookup]) -> Iterator[FoundTask]:
    keys: dict[str, list[str]] = {}
    for one in lookups:
        keys.setdefault(one.about.id[:CASE_SAFE], []).append(one.key)
    people = list(dict.fromkeys(one.about.id for one in lookups))
    for task, text in in_portions(people, PEOPLE_PER_QUERY, partial(_written, door)):
        line = (text or "").rstrip().rpartition("\n")[2].strip()
        wanted = keys.get((task.who_id or "")[:CASE_SAFE], [])
        if line and any(line.casefold().startswith(key.casefold()) for key in wanted):
            yield _found(task, line)


def _keyed(door: Door, field: str, keys: Sequence[str]) -> _Carried:
    condition = " OR ".join(soql.starts_with(field, key) for key in keys)
    return _tasks(door, soql.select((*_TASK, field), "Task", (f"({condition})",)), field)


def _written(door: Door, people: Sequence[str]) -> _Carried:
    return _tasks(door, soql.select((*_TASK, "Description"), "Task", (soql.one_of("WhoId", people),)), "Description")


def _tasks(door: Door, query: str, field: str) -> _Carried:
    shape = msgspec.defstruct("KeyedTask", [("carried", str | None, None)], bases=(_Task,), rename={"carried": field})
    rows = msgspec.defstruct("KeyedTasks", [("records", list[shape])])  # type: ignore[valid-type]
    for body in pages(door, query, deleted=True):
        for task in _records(parse(body, rows)):
            yield task, _carried(task)


def _found(task: _Task, key: str) -> FoundTask:
    ref = Ref("salesforce", "Task", task.id)
    return FoundTask(ref, key, open=not (task.is_closed or task.is_deleted), deleted=task.is_deleted)
