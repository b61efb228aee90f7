"""One change on one line, the same on every screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.model.calendars import Calendar
from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.people import Directory
from crmsync.model.records import Ref, Scalar
from crmsync.reports.words import plain, shown, system_name
from crmsync.rules.local_time import moment


@dataclass(frozen=True, slots=True)
class People:
    """Who is meant on a screen: names by person, owners by id, and the zone in which times are told."""

    names: Mapping[str, str]
    directory: Directory
    calendar: Calendar

    def name(self, person: str, ref: Ref | None = None) -> str:
        """The person's name and company, else the record, else their number here."""
        known = self.names.get(person)
        if known:
            return plain(known)
        return f"{system_name(ref.system)} {ref.id}" if ref is not None and ref.id else f"person {person[:8]}"

    def owner(self, system: str, owner_id: Scalar) -> str:
        """An owner as people know them."""
        found = self.directory.of(system, str(owner_id)) if owner_id else None
        return plain(found.name) if found is not None else shown(owner_id)


def moved(kind: ChangeKind, ref: Ref, before: Scalar, after: Scalar, people: People) -> str:
    """From what to what: `"Left Vmail" -> "Working"`."""
    if kind is ChangeKind.OWNER:
        return f"{people.owner(ref.system, before)} -> {people.owner(ref.system, after)}"
    return f"{shown(before)} -> {shown(after)}"


def task_words(because: Because, people: People) -> str:
    """For whom an overdue task is, and what was due; or that it was closed by an undo."""
    if because.code == "undo.task":
        return "overdue task closed"
    owner = next(
        (one.name for one in people.directory.owners.values() if one.key == because.facts.get("owner")),
        because.facts.get("owner", ""),
    )
    due = because.facts.get("due", "")
    return f"task for {plain(owner)}, {_due(due, people.calendar)}"


def _due(text: str, calendar: Calendar) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return f"due {plain(text)}"
    return f"due {moment(at, calendar)}"
