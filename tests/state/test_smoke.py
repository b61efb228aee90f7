from datetime import timedelta
from crmsync.model.matching import Matched
from crmsync.model.memory import *
from crmsync.model.decisions import Decision
from crmsync.model.plans import *
from tests.state.builders import *


def test_river(store, clock):
    assert (
        store.stage(
            staging(LEADS, raw(lead(1), "Open", "005", "Ana", "Li", "a@x.com"), keys={lead(1): [("email", "a@x.com")]})
        )
        == 1
    )
    assert (
        store.stage(
            staging(
                CONTACTS,
                raw(contact(1), "NEW", "7", "Ana", "Li", "a@x.com"),
                keys={contact(1): [("email", "a@x.com"), ("ref", str(lead(1)))]},
            )
        )
        == 1
    )
    found = store.match_candidates()
    assert [c.ref for c in found] == [contact(1), lead(1)]
    assert found[0].explicit == (lead(1),)
    store.save_links(Matched({"p1": (lead(1), contact(1))}, causes={contact(1): "explicit"}))
    assert store.match_candidates() == []
    due = store.dirty(NOW)
    assert [d.person for d in due] == ["p1"]
    (o,) = store.observe(["p1"], SPECS, read)
    assert len(o.records) == 2
    with store.lease() as lease:
        c = store.start_cycle(NOW)
        d = Decision(
            "p1", NOW, trip(), clocks=(sla(),), seen={(lead(1), "status"): "Open"}, recheck_at=NOW + timedelta(days=1)
        )
        store.record(
            Recording(
                c,
                NOW,
                lease.epoch,
                [d],
                {"p1": due[0].mark},
                {"p1": o},
                header(c),
                [row(1, change(lead(1))), row(2, task_change())],
            )
        )
        assert store.dirty(NOW) == []
        assert store.approve(DIGEST, None, "me", NOW) == 2
        store.intend([intent("a", change(lead(1)), lease.epoch), intent("b", task_change(), lease.epoch, 2)], c)
        store.move_intents(
            [IntentMove("a", RowState.INTENT, RowState.SENT), IntentMove("b", RowState.INTENT, RowState.SENT)],
            lease.epoch,
        )
        new = raw(lead(1), "Working", "005", "Ana", "Li", "a@x.com", at=NOW + MINUTE)
        store.confirm(
            [
                IntentMove("a", RowState.SENT, RowState.APPLIED),
                IntentMove("b", RowState.SENT, RowState.APPLIED, ref=Ref("salesforce", "Task", "00T")),
            ],
            [Reread(LEADS, [new], [read(new, LEADS)])],
            lease.epoch,
        )
        assert store.dirty(NOW) == []
        assert store.plan("7f3a-91").state is PlanState.DONE
    (o,) = store.observe(["p1"], SPECS, read)
    assert o.seen[lead(1), "status"] == "Working"
    assert o.trip.status == "INQUIRY"
    assert store.last_decision("p1").inputs.records[0].values["status"] == "NEW"
    print(store.history("p1"), list(store.log()), store.applied_writes())
