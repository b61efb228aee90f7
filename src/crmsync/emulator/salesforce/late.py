"""Open transactions: what somebody wrote but did not commit yet, seen later with the stamps of when it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmsync.emulator.faults import Fault
from crmsync.emulator.salesforce import ids, people
from crmsync.emulator.wire import Json
from crmsync.emulator.world import BadRow

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Held:
    """One step of a person, written at `at`, committed at `until`; `id` is the row it locks (empty on a create)."""

    actor: str
    step: Mapping[str, Json]
    at: datetime
    until: datetime
    id: str


def hold(org: Org, fault: Fault, actor: str, step: Mapping[str, Json]) -> dict[str, Json]:
    """Take a step into a transaction that stays open for `seconds` or `until`; a BadRow when it makes no sense.

    Rows committed late, with stamps below what was read already, are the vendor's own warning (facts 4.1).
    """
    saved, edits = org.checkpoint(), len(org.desk.edits)
    try:
        done = people.act(org, actor, step)
    finally:
        org.undo(saved)
        del org.desk.edits[edits:]
    now = org.world.clock.now()
    until = _until(fault, now)
    touched = "" if step.get("op") == "create" else ids.to18(str(done.get("id"))) or ""
    org.held.append(Held(actor, dict(step), now, until, touched))
    return {"held_until": until.isoformat(), **({"id": touched} if touched else {})}


def commit_due(org: Org) -> None:
    """Commit what is due, each step with the clock of when it was written; one that fails now is rolled back."""
    due = [held for held in org.held if held.until <= org.world.clock.now()]
    if not due:
        return
    org.held = [held for held in org.held if held not in due]
    saved = org.world.clock.saved()
    for held in due:
        org.world.clock.frozen_at = held.at
        try:
            people.act(org, held.actor, held.step)
        except BadRow:
            continue
        finally:
            org.world.clock.restore(saved)


def covered(org: Org) -> datetime:
    """Until when the org's log of changes is complete: now, or the start of the oldest open transaction."""
    return min([org.world.clock.now(), *(held.at for held in org.held)])


def _until(fault: Fault, now: datetime) -> datetime:
    given = fault.get("until")
    try:
        if given is not None:
            until = datetime.fromisoformat(str(given))
            return until if until.tzinfo else until.replace(tzinfo=UTC)
        return now + timedelta(seconds=float(str(fault.get("seconds", 60))))
    except (ValueError, OverflowError):
        raise BadRow(f"open_transaction takes seconds, or until as an ISO instant, not {given!r}") from None
