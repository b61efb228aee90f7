"""Forms and what was sent through them, marketing e-mails and what became of them (facts/hubspot.md section 10)."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field, replace

from crmsync.emulator.wire import Json


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `fields` are the names it asks for."""

    id: str
    name: str
    type: str = "hubspot"
    fields: tuple[str, ...] = ("email",)
    created: int = 0
    updated: int = 0
    archived: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """One time that somebody sent a form, ordered by instant."""

    at: int
    number: int
    id: str = field(compare=False)
    form: str = field(compare=False)
    values: tuple[tuple[str, str], ...] = field(compare=False)
    page: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True, order=True)
class MailEvent:
    """One thing that became of a marketing e-mail; `more` is what its type brings along (`userAgent`, `url`, ...)."""

    at: int
    number: int
    id: str = field(compare=False)
    type: str = field(compare=False)
    recipient: str = field(compare=False)
    campaign: int = field(compare=False)
    more: dict[str, Json] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One marketing e-mail as it was sent."""

    id: int
    name: str
    subject: str = ""
    updated: int = 0


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a contact did about a marketing event: `state` is REGISTERED, ATTENDED, CANCELLED or EMPTY."""

    number: int
    event: int
    name: str
    contact: str
    state: str
    at: int
    seconds: int = 0


@dataclass(slots=True)
class Outreach:
    """All of it, what happened in order of instants."""

    forms: dict[str, Form] = field(default_factory=dict)
    submissions: dict[str, list[Submission]] = field(default_factory=dict)
    mail: list[MailEvent] = field(default_factory=list)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    sent: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    attendances: list[Attendance] = field(default_factory=list)

    def submit(self, submission: Submission) -> None:
        """Keep a submission of its form."""
        insort(self.submissions.setdefault(submission.form, []), submission)
        self.seen.add(submission.id)

    def happen(self, event: MailEvent) -> None:
        """Keep an event and the campaign it belongs to; what follows a sending says by which (`sentBy`)."""
        mail = (event.recipient.lower(), event.campaign)
        if event.type == "SENT":
            self.sent[mail] = (event.id, event.at)
        elif mail in self.sent and "sentBy" not in event.more:
            id_, at = self.sent[mail]
            event = replace(event, more={**event.more, "sentBy": {"id": id_, "created": at}})
        insort(self.mail, event)
        self.seen.add(event.id)
        self.campaigns.setdefault(event.campaign, Campaign(event.campaign, f"E-mail {event.campaign}"))
