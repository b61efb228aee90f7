"""People edit while crmsync decides, waits and writes: their edit survives or is reported, never lost unseen."""

import pytest

from crmsync.model.plans import RowState
from tests.cycle.river import River
from tests.cycle.town import LAST_WEEK, NINE, TOM

FIELD = {"salesforce": ("Lead", "Status"), "hubspot": ("contacts", "hs_lead_status")}
THEIRS = {"salesforce": "Return to Marketing", "hubspot": "UNQUALIFIED"}
ACTOR = {"salesforce": TOM.user, "hubspot": TOM.owner}


def wrong_in(town, system):
    """Somebody whose status needs a correction in this CRM; returns the record's id."""
    town.pair("Other", "Left Vmail", "IN_PROGRESS")
    shown = ("Left Vmail", "IN_PROGRESS") if system == "salesforce" else ("Working", "ATTEMPTED_TO_CONTACT")
    return dict(zip(("salesforce", "hubspot"), town.pair("Race", *shown), strict=True))[system]


def status(river: River, system, id_):
    type_, field = FIELD[system]
    return river.values(system, type_, id_)[field]


def row_of(river: River, id_, field="status"):
    return [one for one in river.wiring.store.log() if one.ref.id == id_ and one.field == field]


# Before the look that precedes every write ---------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["salesforce", "hubspot"])
def test_an_edit_between_plan_and_approval_is_never_overwritten(town, system):
    river, id_ = town.river, wrong_in(town, system)
    type_, field = FIELD[system]
    river.plan()
    river.advance(60)
    river.edits(system, type_, id_, ACTOR[system], **{field: THEIRS[system]})
    done = river.apply()
    assert (done.written.stale, done.written.overwrote) == (1, 0)
    assert status(river, system, id_) == THEIRS[system]
    assert [one.state for one in row_of(river, id_)] == [RowState.SUPERSEDED]


@pytest.mark.parametrize("system", ["salesforce", "hubspot"])
def test_after_a_stale_row_the_person_is_planned_anew_from_what_they_said(town, system):
    river, id_ = town.river, wrong_in(town, system)
    type_, field = FIELD[system]
    river.plan()
    river.advance(60)
    river.edits(system, type_, id_, ACTOR[system], **{field: THEIRS[system]})
    river.apply()
    river.modes(all="act")
    river.advance(3700)
    river.until_quiet()
    assert status(river, system, id_) == THEIRS[system]
    [found] = river.wiring.store.find(id_)
    assert river.wiring.store.history(found.person).passes[-1].status in {"recycled", "disqualified"}


def test_an_edit_of_another_field_does_not_make_a_row_stale(town):
    river, id_ = town.river, wrong_in(town, "salesforce")
    river.plan()
    river.advance(60)
    river.edits("salesforce", "Lead", id_, TOM.user, Title="Director")
    assert river.apply().written.stale == 0
    assert status(river, "salesforce", id_) == "Working"
    assert river.values("salesforce", "Lead", id_)["Title"] == "Director"


def test_a_record_deleted_between_plan_and_approval_is_left_alone(town):
    river, id_ = town.river, wrong_in(town, "salesforce")
    river.plan()
    river.people("salesforce", TOM.user, {"op": "delete", "type": "Lead", "id": id_})
    done = river.apply()
    assert done.written.stale >= 1
    assert not [row for row in river.audit("salesforce") if row["id"] == id_]


def test_a_lead_converted_between_plan_and_approval_is_never_touched(town):
    river, id_ = town.river, wrong_in(town, "salesforce")
    river.plan()
    river.people("salesforce", TOM.user, {"op": "convert", "type": "Lead", "id": id_})
    river.apply()
    assert not [row for row in river.audit("salesforce") if row["id"] == id_]


# Between the look and the write --------------------------------------------------------------------------------------


@pytest.mark.parametrize("last_edit", [LAST_WEEK, NINE], ids=["a week ago", "in this very second"])
def test_an_edit_inside_the_window_survives_in_salesforce(town, last_edit):
    """Salesforce writes on a condition, true to the second; crmsync waits until that of the last edit is over."""
    river = town.river
    id_, _ = town.pair("Race", "Left Vmail", "IN_PROGRESS", at=last_edit)
    _edit_before_the_write(river, "salesforce", id_)
    river.start()
    river.until_quiet()
    assert status(river, "salesforce", id_) == THEIRS["salesforce"]


def test_an_edit_inside_the_window_is_reported_where_hubspot_lets_ours_go_over_it(town):
    river, id_ = town.river, wrong_in(town, "hubspot")
    _edit_before_the_write(river, "hubspot", id_)
    done = river.start()
    assert done.written.overwrote == 1
    assert _reported(river, id_) == [THEIRS["hubspot"]]


def test_without_an_edit_nothing_is_reported(town):
    river = town.river
    wrong_in(town, "hubspot")
    wrong_in_both = town.pair("Both", "Left Vmail", "ATTEMPTED_TO_CONTACT")
    assert river.start().written.overwrote == 0
    assert all(_reported(river, id_) == [] for id_ in wrong_in_both)


def _edit_before_the_write(river: River, system: str, id_: str) -> None:
    type_, field = FIELD[system]
    river.fault(
        system,
        kind="edit_before_write",
        n=1,
        type=type_,
        id=id_,
        field=field,
        value=THEIRS[system],
        actor=ACTOR[system],
    )


def _reported(river: River, id_: str) -> list[str | None]:
    """The edits of people that ours went over, as the list of what needs somebody tells them."""
    aside = river.wiring.store.set_aside_open()
    return [one.value for one in aside if one.cause == "write.overwrote_edit" and one.ref and one.ref.id == id_]


# While a plan waits --------------------------------------------------------------------------------------------------


def test_a_record_that_changed_while_its_plan_waits_is_planned_again_before_anything_is_approved(town):
    river, id_ = town.river, wrong_in(town, "salesforce")
    first = river.plan().header
    river.advance(60)
    river.edits("salesforce", "Lead", id_, TOM.user, Status="Return to Marketing")
    second = river.plan().header
    assert second.number != first.number
    river.apply(second.number)
    assert status(river, "salesforce", id_) == "Return to Marketing"


def test_two_people_editing_both_crms_at_once_are_both_heard(town):
    river = town.river
    lead, hub = town.pair("Race", "Working", "ATTEMPTED_TO_CONTACT")
    river.start()
    river.cycle()
    river.advance(60)
    river.edits("salesforce", "Lead", lead, TOM.user, Status="Return to Marketing")
    river.edits("hubspot", "contacts", hub, TOM.owner, hs_lead_status="UNQUALIFIED")
    river.advance(3700)
    river.cycle()
    assert (status(river, "salesforce", lead), status(river, "hubspot", hub)) == ("Return to Marketing", "RECYCLED")
    overruled = [one for one in river.wiring.store.set_aside_open() if one.cause == "status.overruled"]
    assert [(one.ref.id, one.value) for one in overruled] == [(hub, "disqualified")]
