"""The present values of some records, where one that cannot be read must not keep the others from being read."""

from collections.abc import Sequence

from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import RecordRefused, ShapeChanged
from crmsync.model.records import RawRecord, Ref
from crmsync.model.streams import StreamSpec

MOST_UNREADABLE = 5
"""Records in a row that cannot be read, and not one that can: then it is no record's fault."""


def fetched(wiring: Wiring, spec: StreamSpec, refs: Sequence[Ref]) -> list[RawRecord]:
    """What the CRM says of these records now; one that cannot be read is found by halving, and missing in the answer.

    Raises what stands in the way of all of them.
    """
    found: list[RawRecord] = []
    unreadable, asking = 0, [refs] if refs else []
    while asking:
        some = asking.pop()
        try:
            found += wiring.connectors[spec.system].fetch(spec, some)
        except (ShapeChanged, RecordRefused):
            unreadable += len(some) == 1
            if unreadable >= MOST_UNREADABLE and not found:
                raise
            middle = len(some) // 2
            asking += [some[middle:], some[:middle]] if middle else []
    return found
