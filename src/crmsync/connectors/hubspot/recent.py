"""What was read a short while ago and need not be asked for again."""

from collections import OrderedDict
from datetime import datetime

from crmsync.model.records import RawRecord, Ref


class Recent:
    """Links of records read a short while ago: the overlap reads the same versions again, their links need not be.

    A version without links is not remembered: a call is often logged first and linked a moment later.
    """

    def __init__(self, size: int = 5000) -> None:
        self._size = size
        self._links: OrderedDict[Ref, tuple[datetime, tuple[Ref, ...]]] = OrderedDict()

    def of(self, record: RawRecord) -> tuple[Ref, ...]:
        """The links of this very version, or nothing."""
        modified_at, parties = self._links.get(record.ref, (None, ()))
        return parties if modified_at == record.modified_at else ()

    def keep(self, record: RawRecord) -> None:
        """Remember a linked version, forgetting the oldest."""
        if record.parties and not record.deleted:
            self._links[record.ref] = (record.modified_at, record.parties)
            self._links.move_to_end(record.ref)
        while len(self._links) > self._size:
            self._links.popitem(last=False)
