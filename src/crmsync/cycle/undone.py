"""What people put back of what crmsync wrote, read from the log and from what their edits left in the records."""

from datetime import datetime

from crmsync.cycle.wiring import Wiring
from crmsync.model.decisions import ChangeKind
from crmsync.rules.undone import WEEK, UndoneFinding, undone


def undone_by_people(
    wiring: Wiring, since: datetime | None = None, person: str | None = None, kind: ChangeKind | None = None
) -> UndoneFinding:
    """What was put back since then, of everything written in that time and the week before."""
    rows = list(wiring.store.log(since - WEEK if since else None, person, kind))
    found = undone(rows, wiring.store.observations({one.ref for one in rows}))
    return UndoneFinding(tuple(one for one in found.undone if since is None or one.at >= since), found.shares)
