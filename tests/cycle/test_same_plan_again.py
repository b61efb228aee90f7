"""Equal work has one plan number; when it comes again in the life of one daemon it is written again."""

from crmsync.cycle.run import run_once
from crmsync.model.plans import RowState
from tests.cycle.town import TOM


def test_the_same_correction_twice_under_one_lease_is_two_writes_of_one_plan(town):
    river = town.river
    lead, _ = town.pair("Brook", "Working", "IN_PROGRESS")
    river.start()
    numbers = []
    with river.wiring.store.lease("crmsync run") as lease:
        for _ in range(2):
            river.edits("salesforce", "Lead", lead, TOM.user, Status="Left Vmail")
            river.advance(10)
            run_once(river.wiring, lease=lease)
            river.advance(4000)
            numbers.append(run_once(river.wiring, lease=lease).header.number)
            assert river.values("salesforce", "Lead", lead)["Status"] == "Working"
            river.advance(400)
            run_once(river.wiring, lease=lease)
    assert len(set(numbers)) == 1
    written = [one for one in river.wiring.store.log() if one.ref.id == lead and one.field == "status"]
    assert [one.state for one in written] == [RowState.APPLIED] * 2
    assert len({one.op_id for one in written}) == 2
