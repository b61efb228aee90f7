"""The one place that reads a clock.

The instant of a cycle is the CRMs' own time: the host's clock only measures how long ago they last told it, so a wrong
or jumping host clock never makes a deadline pass.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock

from crmsync.model.errors import CrmsyncError
from crmsync.model.ports import Source


class CrmClock:
    """Tells the CRMs' time once `follow` has heard it, the host's time before (implements `model.ports.Clock`)."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._lock = Lock()

    def now(self) -> datetime:
        """The present instant, UTC, to the second: that is as fine as the CRMs tell it."""
        with self._lock:
            return (datetime.now(UTC) + self._offset).replace(microsecond=0)

    def follow(self, sources: Iterable[Source]) -> bool:
        """Take the time from the first CRM that answers; returns whether one did."""
        for source in sources:
            try:
                told = source.server_time()
            except CrmsyncError:
                continue
            self.hear(told)
            return True
        return False

    def hear(self, told: datetime) -> None:
        """Take it that it is this instant now."""
        with self._lock:
            self._offset = told - datetime.now(UTC)
