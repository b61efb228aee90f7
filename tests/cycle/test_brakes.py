"""Brakes and limits: crmsync stops writing, keeps reading, and says what to do."""

import pytest

from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import UnknownThing
from crmsync.model.plans import VerdictKind
from tests.cycle.river import River, signed_files, workspace
from tests.cycle.town import NINE, TOM


@pytest.fixture
def wrong(town):
    """Two people whose Salesforce and HubSpot status need a correction; returns the leads and the contacts."""
    return [town.pair(f"Wrong{number}", "Left Vmail", "CONNECTED") for number in range(2)]


def codes(rows):
    return {row.verdict.code for row in rows}


def written(river: River) -> set[tuple[str, str]]:
    return {(row["type"], name) for row in river.audit() for name in row["changes"]}


# Not signed ----------------------------------------------------------------------------------------------------------


def unsign(river: River) -> None:
    (river.folder / "mappings/agreement/signoffs.yaml").write_text("signoffs: []\n", "utf-8")
    river.reopen()


def test_an_unsigned_agreement_reads_and_plans_and_writes_nothing(town, wrong):
    river = town.river
    unsign(river)
    river.modes(all="act")
    report = river.cycle()
    assert report.counts["changed"] > 0
    assert codes(report.rows) == {"brake.unsigned"}
    done = river.apply()
    assert (done.chosen, done.braked, [(one.code, n) for one, n in done.brakes]) == (
        0,
        len(report.rows),
        [("brake.unsigned", len(report.rows))],
    )
    assert river.audit() == []


def test_an_agreement_edited_since_it_was_signed_writes_nothing(town, wrong):
    river = town.river
    river.start()
    river.cycle()
    before = len(river.audit())
    river.edit("mappings/agreement/definitions.yaml", (r"go_live: \S+", "go_live: 2026-12-02"))
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="LVM")
    river.advance(3700)
    report = river.cycle()
    assert codes(report.rows) == {"brake.unsigned"}
    assert len(river.audit()) == before


def test_reading_goes_on_while_nothing_is_written(town, wrong):
    river = town.river
    unsign(river)
    river.cycle()
    river.advance(60)
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="Bad Timing")
    river.advance(60)
    river.cycle()
    [found] = river.wiring.store.find(wrong[0][0])
    seen = [one.value for one in river.wiring.store.history(found.person).observations if one.field == "status"]
    assert {"Left Vmail", "Bad Timing"} <= set(seen)


def test_once_signed_what_waited_is_written(town, wrong):
    river = town.river
    unsign(river)
    river.cycle()
    (river.folder / "mappings/agreement/signoffs.yaml").write_text(
        signed_files()["mappings/agreement/signoffs.yaml"], "utf-8"
    )
    river.reopen().start()
    assert river.values("salesforce", "Lead", wrong[0][0])["Status"] == "Inquiry" or written(river)
    assert {row.state.value for row in river.wiring.store.log()} == {"applied"}


# The switches of the admin -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off, on", [("salesforce", "hubspot"), ("hubspot", "salesforce")])
def test_writes_off_sends_nothing_to_that_crm_and_goes_on_with_the_other(town, wrong, off, on):
    river = town.river
    river.edit(f"connectors/{off}.yaml", ("writes: on", "writes: off"))
    done = river.start()
    assert river.audit(off) == []
    assert len(river.audit(on)) >= 2
    assert [(one.code, dict(one.facts)) for one, _ in done.brakes] == [("brake.writes_off", {"system": off})]
    river.until_quiet()
    assert river.audit(off) == []


def test_switched_on_again_the_waiting_rows_are_written(town, wrong):
    river = town.river
    river.edit("connectors/hubspot.yaml", ("writes: on", "writes: off"))
    river.start()
    river.cycle()
    river.edit("connectors/hubspot.yaml", ("writes: off", "writes: on"))
    river.advance(60)
    river.cycle()
    assert {row["id"] for row in river.audit("hubspot")} == {hub for _, hub in wrong}


def test_a_kind_that_is_only_watched_is_never_sent_not_even_by_apply(town, wrong):
    river = town.river
    river.modes(all="act", status="watch")
    plan = river.plan()
    assert {row.verdict.code for row in plan.rows if row.change.kind is ChangeKind.STATUS} == {"brake.watch"}
    river.apply()
    river.until_quiet()
    assert not {name for _, name in written(river)} & {"Status", "hs_lead_status"}
    assert written(river) == {("Lead", "CRMSync_Score__c"), ("contacts", "crmsync_score")}


def test_a_kind_that_is_asked_about_waits_in_every_cycle_until_somebody_approves(town, wrong):
    river = town.river
    river.start()
    river.modes(all="ask")
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="LVM")
    river.advance(3700)
    before = len(river.audit())
    for _ in range(3):
        report = river.cycle()
        assert (report.held, codes(report.rows), report.written.applied) == (1, {"brake.ask"}, 0)
        river.advance(300)
    assert len(river.audit()) == before
    assert river.apply().written.applied == 1


def test_what_a_first_approval_leaves_of_the_first_plan_still_waits(town, wrong):
    river = town.river
    plan = river.plan()
    river.apply(limit=1)
    river.modes(all="act")
    report = river.cycle()
    assert (report.held, codes(report.rows)) == (len(plan.rows) - 1, {"brake.first_plan"})
    river.apply()
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="LVM")
    river.advance(3700)
    assert river.cycle().written.applied == 1


def test_looking_at_a_plan_never_writes_not_even_where_the_agreement_acts(town, wrong):
    river = town.river
    river.start()
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="LVM")
    river.advance(3700)
    before = len(river.audit())
    for _ in range(2):
        assert codes(river.plan().rows) == {""}
        assert (len(river.audit()), river.open_intents()) == (before, 0)
    assert river.cycle().written.applied == 1


def test_the_first_plan_is_held_in_every_mode(town, wrong):
    river = town.river
    river.modes(all="act")
    for _ in range(2):
        report = river.cycle()
        assert codes(report.rows) == {"brake.first_plan"}
    assert river.audit() == []


# Approving piece by piece --------------------------------------------------------------------------------------------


def test_five_of_a_plan_then_the_rest(town, wrong):
    river = town.river
    plan = river.plan()
    first = river.apply(plan.header.number, limit=5)
    assert (first.chosen, first.written.applied, first.remaining) == (5, 5, len(plan.rows) - 5)
    rest = river.apply(plan.header.number)
    assert (rest.written.applied, rest.remaining) == (len(plan.rows) - 5, 0)


def test_one_kind_or_one_team_only(town, wrong):
    river = town.river
    town.pair("German", "Left Vmail", "IN_PROGRESS", OwnerId="0055g0000AAAAAVAQ5")
    plan = river.plan()
    scores = river.apply(kind=ChangeKind.SCORE)
    assert scores.written.applied == sum(row.change.kind is ChangeKind.SCORE for row in plan.rows)
    assert {name for _, name in written(river)} == {"CRMSync_Score__c", "crmsync_score"}
    dach = river.apply(team="dach")
    assert dach.written.applied == 1
    assert dach.remaining == len(plan.rows) - scores.written.applied - 1


def test_an_unknown_plan_and_one_that_was_replaced_cannot_be_approved(town, wrong):
    river = town.river
    old = river.plan().header.number
    with pytest.raises(UnknownThing, match="no plan"):
        river.apply("ffff-ff")
    river.edits("salesforce", "Lead", wrong[0][0], TOM.user, Status="Working")
    river.advance(60)
    river.plan()
    with pytest.raises(UnknownThing, match="superseded"):
        river.apply(old)


def test_approved_twice_is_written_once(town, wrong):
    river = town.river
    number = river.plan().header.number
    river.apply(number)
    count = len(river.audit())
    with pytest.raises(UnknownThing, match="done"):
        river.apply(number)
    assert len(river.audit()) == count


# Limits --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(town):
    """Thirty people in order, past their first plan."""
    pairs = [town.pair(f"P{number}") for number in range(30)]
    town.pair("Wrong", "Left Vmail", "IN_PROGRESS")
    town.river.start()
    town.river.cycle()
    town.river.advance(60)
    return pairs


@pytest.mark.parametrize("many, code", [(3, ""), (4, "limit.share")])
def test_more_than_a_tenth_of_the_records_at_once_is_held(town, crowd, many, code):
    river = town.river
    for lead, _ in crowd[:many]:
        river.edits("salesforce", "Lead", lead, TOM.user, Status="LVM")
    river.advance(3700)
    report = river.cycle()
    assert codes(report.rows) == {code}
    assert report.held == (many if code else 0)
    assert len([row for row in river.audit("salesforce") if row["changes"].get("Status", [0])[0] == "LVM"]) == (
        0 if code else many
    )


def test_what_the_limit_held_is_written_after_somebody_approved(town, crowd):
    river = town.river
    for lead, _ in crowd[:4]:
        river.edits("salesforce", "Lead", lead, TOM.user, Status="LVM")
    river.advance(3700)
    river.cycle()
    assert river.apply().written.applied == 4


def test_a_side_that_came_back_halved_holds_everything(town, crowd):
    river = town.river
    river.edits("hubspot", "contacts", crowd[29][1], TOM.owner, hs_lead_status="CONNECTED")
    for lead, _ in crowd[:20]:
        river.people("salesforce", TOM.user, {"op": "delete", "type": "Lead", "id": lead})
    river.advance(3700)
    report = river.cycle()
    assert report.rows
    assert all(row.verdict.kind is VerdictKind.HOLD for row in report.rows)
    assert "limit.side_lost" in codes(report.rows)


def test_a_second_workspace_starts_with_the_same_caution(running, tmp_path, town, wrong):
    town.river.start()
    other = workspace(tmp_path / "other", running).modes(all="act")
    town.pair("New", "Left Vmail", "CONNECTED", CreatedDate=NINE, at=NINE)
    report = other.cycle()
    assert codes(report.rows) == {"brake.first_plan"}
    other.close()
