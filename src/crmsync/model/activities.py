"""What people did: calls, mails, visits, forms - and who did them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmsync.model.records import Ref


class ActivityKind(StrEnum):
    """What happened. A `todo` is a task that was merely created or ticked off: never a touch."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    FORM = "form"
    PAGE_VIEW = "page_view"
    EMAIL_OPEN = "email_open"
    EMAIL_CLICK = "email_click"
    TODO = "todo"


class Direction(StrEnum):
    """Who reached out: we to them (outbound) or they to us (inbound)."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class Actor(StrEnum):
    """Who stands behind an activity or a change. A bot opens and clicks mails before any person sees them."""

    PERSON = "person"
    AUTOMATION = "automation"
    INTEGRATION = "integration"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened, at a typed instant (UTC); `label` is what a human would call it (form name, URL).

    `disposition_raw` is the vendor's spelling; its meaning is applied when rules read it. `twin_of` is set by the
    store where the other CRM holds the same activity: only the twin without it counts.
    `task_key` is the key of an SLA task of ours; `open` says whether a task is still to be done. `made_by` is the
    system's own id of the user who logged it, where that is told.
    """

    ref: Ref
    kind: ActivityKind
    at: datetime
    direction: Direction = Direction.OUTBOUND
    actor: Actor = Actor.PERSON
    owner: str | None = None
    label: str = ""
    disposition_raw: str | None = None
    modified_at: datetime | None = None
    deleted: bool = False
    open: bool = False
    task_key: str | None = None
    twin_of: Ref | None = None
    parties: tuple[Ref, ...] = ()
    made_by: str | None = None
