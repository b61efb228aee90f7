"""The difference between what should be and what was observed - and the number by which people approve it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.model.decisions import ChangeKind, Desired, TaskDraft
from crmsync.model.plans import Change
from crmsync.model.records import Ref, Scalar, Snapshot


@dataclass(frozen=True, slots=True)
class Conformed:
    """A desired value in the spelling the target can hold (`mappings.conform` made it so before the diff)."""

    desired: Desired
    value: Scalar


def changes_of(person: str, records: Mapping[Ref, Snapshot], wanted: Iterable[Conformed], team: str) -> list[Change]:
    """Compare record by record; a value that is there already is no change."""
    return [
        Change(
            ref=one.desired.ref,
            field=one.desired.field,
            before=_plain(records[one.desired.ref].values.get(one.desired.field)),
            after=one.value,
            kind=one.desired.kind,
            because=one.desired.because,
            person=person,
            team=team,
        )
        for one in wanted
        if one.desired.ref in records and not same(records[one.desired.ref].values.get(one.desired.field), one.value)
    ]


def task_change(person: str, draft: TaskDraft, system: str, object_name: str, team: str) -> Change:
    """The making of one overdue task, as a change from nothing to its key."""
    return Change(
        ref=Ref(system, object_name, ""),
        field="task",
        before=None,
        after=draft.key,
        kind=ChangeKind.TASK,
        because=draft.because,
        person=person,
        team=team,
        draft=draft,
    )


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The fixed order of a plan: by record and field, tasks by key; the order of the input plays no part."""
    return sorted(changes, key=lambda one: (one.ref, one.task_key, one.field))


def digest(changes: Sequence[Change]) -> str:
    """SHA-256 over the sorted changes: never times, evidence or decimals of scores, so equal work has one number."""
    rows = sorted(json.dumps(_identity(one), ensure_ascii=False) for one in changes)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _identity(change: Change) -> list[Scalar]:
    ref = change.ref
    because = change.because.code
    return [ref.system, ref.object, ref.id, change.field, change.before, change.after, because, change.task_key]


def same(observed: object, wanted: object) -> bool:
    """Whether two values are one; a blank text is nothing."""
    return _plain(observed) == _plain(wanted)


def _plain(value: object) -> Scalar:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)
