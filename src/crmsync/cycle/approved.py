"""Between two cycles: what a person approved meanwhile is written, without reading everything anew."""

from itertools import groupby

from crmsync.cycle.run import can_be_sent
from crmsync.cycle.streams import streams
from crmsync.cycle.wiring import Wiring
from crmsync.cycle.write import Written, settle_open, write_rows
from crmsync.state import Lease


def write_approved(wiring: Wiring, lease: Lease) -> Written | None:
    """Write approved rows whose brakes are open and whose CRM takes part; None where there are none.

    Plans that undo a cycle are approved and written like every other.
    """
    ready = [(digest, row) for digest, row in wiring.store.approved_rows() if can_be_sent(wiring, row)]
    if not ready or wiring.pulse.stopping:
        return None
    wiring.clock.follow(wiring.connectors.values())
    known = streams(wiring)
    done = settle_open(wiring, known, lease, wiring.clock.now())
    for digest, rows in groupby(ready, key=lambda one: one[0]):
        if not wiring.pulse.stopping:
            done += write_rows(wiring, known, lease, digest, [row for _, row in rows], wiring.clock.now())
    return done
