"""The words people read instead of ours: kinds, states, systems, values. Sentences for reasons are in `reasons`."""

from collections.abc import Mapping

from crmsync.model.decisions import ChangeKind
from crmsync.model.plans import RowState
from crmsync.model.records import Ref, Scalar, Value
from crmsync.rules.plain_text import typed

SYSTEMS = {"salesforce": "Salesforce", "hubspot": "HubSpot"}
OBJECTS = {"Lead": "lead", "Contact": "contact", "contacts": "contact", "Task": "task", "calls": "call"}

KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.STATUS: "lead status",
    ChangeKind.CONTACT_STATUS: "contact status",
    ChangeKind.OWNER: "owner",
    ChangeKind.SCORE: "score",
    ChangeKind.TASK: "overdue task",
}
HEADINGS: Mapping[ChangeKind, str] = {
    ChangeKind.STATUS: "LEAD STATUS",
    ChangeKind.CONTACT_STATUS: "CONTACT STATUS",
    ChangeKind.OWNER: "OWNERS",
    ChangeKind.SCORE: "SCORES",
    ChangeKind.TASK: "OVERDUE TASKS",
}
STATES: Mapping[RowState, str] = {
    RowState.PLANNED: "held",
    RowState.APPROVED: "approved, not written yet",
    RowState.INTENT: "about to be written",
    RowState.SENT: "sent, no answer yet: checking",
    RowState.APPLIED: "written",
    RowState.REJECTED: "refused by the CRM",
    RowState.IN_DOUBT: "sent, no answer yet: checking",
    RowState.RETRYABLE: "not taken yet: will be tried again",
    RowState.SUPERSEDED: "given up: the value had moved",
    RowState.DEAD: "given up after several tries",
}


def system_name(system: str) -> str:
    """The CRM as people call it."""
    return SYSTEMS.get(system, system.replace("_", " ").capitalize())


def record_name(ref: Ref) -> str:
    """A record as people call it: `Salesforce lead 00Q...`."""
    kind = OBJECTS.get(ref.object, ref.object)
    return f"{system_name(ref.system)} {kind} {ref.id}".strip()


def shown(value: Value | Scalar) -> str:
    """A value in quotes as it stands in a record: whoever typed it, one harmless line of at most 120 characters."""
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return f'"{typed(str(value))}"'


def plain(value: object) -> str:
    """Text that somebody typed, without quotes; nothing for nothing."""
    return typed(None if value is None else str(value))


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `1,085 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def spaced(code: str) -> str:
    """A code that became visible, in words: `left_voicemail` is `left voicemail`."""
    return code.replace("_", " ")
