"""One look at one person of somebody else's CRMs, for counting: nothing in it leads to a change."""

from dataclasses import dataclass
from datetime import datetime

from crmsync.model.people import SlaClock
from crmsync.model.records import Snapshot


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules found about one person before anything was written.

    `status` is the agreed status they come out with (None: no trip through the funnel), `line` the line of the tables
    that gave it. `owner` is the key of the sales owner. `given_at`: since when that owner has the record that carries
    the matter. `touched`: the owner or their team logged a call, personal e-mail or meeting since. `clock`: the
    first-touch promise as if crmsync had watched all the time; `overdue`: its deadline passed without a touch.
    `activities`: how many calls, e-mails and meetings are logged at all. `ambiguous`: possibly a double, left alone.
    """

    person: str
    records: tuple[Snapshot, ...]
    status: str | None = None
    reason: str | None = None
    line: str = ""
    bought: bool = False
    engaged: bool = False
    owner: str = ""
    given_at: datetime | None = None
    touched: bool = False
    clock: SlaClock | None = None
    overdue: bool = False
    activities: int = 0
    ambiguous: bool = False
