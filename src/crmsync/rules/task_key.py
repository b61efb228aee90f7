"""The key of an SLA task: for one missed deadline at most one task, whoever computes it, however often."""

import base64
import hashlib
from collections.abc import Iterable

from crmsync.model.activities import Activity
from crmsync.model.people import SlaClock

FIRST_LEVEL = 1
_CHARACTERS = 20


def task_key(org_id: str, clock: SlaClock, level: int = FIRST_LEVEL) -> str:
    """`cs1-`, 20 base32 characters of SHA-256(org id, clock code, level, id of the starting record), `-`, due day.

    Lower case (the CRM compares without case), 33 characters; all instants in it come from the CRM, never from our
    clock, so that two stores compute the same key.
    """
    named = "|".join((org_id, clock.code, str(level), clock.subject.id))
    digest = base64.b32encode(hashlib.sha256(named.encode()).digest()).decode().casefold()
    return f"cs1-{digest[:_CHARACTERS]}-{clock.due_day}"


def key_prefix(key: str) -> str:
    """The key without its due day: an open task with it means that the breach already has its task."""
    return key[: key.rindex("-") + 1]


def task_exists(key: str, activities: Iterable[Activity]) -> bool:
    """Whether the task was made before: any with the full key, closed and deleted ones too, or an open one like it."""
    ours = [(one.task_key.casefold(), one.open and not one.deleted) for one in activities if one.task_key]
    wanted, prefix = key.casefold(), key_prefix(key).casefold()
    return any(found == wanted or (is_open and found.startswith(prefix)) for found, is_open in ours)
