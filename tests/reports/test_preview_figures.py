"""Counting looks: each figure from a handful of people one can count on one's fingers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crmsync.agreement.read import read_agreement
from crmsync.exports.catalogue import Catalogue
from crmsync.model.calendars import Calendar
from crmsync.model.looks import Look
from crmsync.model.people import ClockState, SlaClock
from crmsync.model.records import RecordKind, Ref, Snapshot
from crmsync.reports.preview_audit import Auditing, findings
from crmsync.reports.preview_counting import counting_of
from crmsync.reports.preview_figures import forecast, qualified, status_fields, untouched

ROOT = Path(__file__).resolve().parents[2] / "mappings" / "agreement"
AGREEMENT = read_agreement({path.name: path.read_text("utf-8") for path in ROOT.glob("*.yaml")})
TODAY = date(2026, 11, 20)  # a Friday
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
UTC_ONLY = Calendar("UTC", (), ((datetime(2020, 1, 1, tzinfo=UTC), timedelta(0)),))


def counting(today: date = TODAY, teams: dict[str, str] | None = None, show: str = ""):
    return counting_of(AGREEMENT, Catalogue([("status", "recycled", "Nurture")]), UTC_ONLY, today, show, teams or {})


def lead(number: int, status: str | None = "Working", **values) -> Snapshot:
    ref = Ref("salesforce", "Lead", f"00Q{number:012d}")
    return Snapshot(ref, RecordKind.LEAD, MONDAY, values={"status": status, "last_name": f"P{number}", **values})


def contact(number: int, lifecycle: str | None, status: str | None = "NEW") -> Snapshot:
    ref = Ref("hubspot", "contacts", str(number))
    return Snapshot(ref, RecordKind.CONTACT, MONDAY, values={"status": status, "lifecycle": lifecycle})


def clock(owner: str, started: datetime, due: str, state: ClockState = ClockState.RUNNING) -> SlaClock:
    ref = Ref("salesforce", "Lead", "00Q1")
    return SlaClock("p", 1, "first_touch", 1, ref, owner, started, "creation", started, due, "x", state)


def seen(count, *looks: Look):
    for one in looks:
        count.see(one)
    return count


def look(number: int, *records: Snapshot, **more) -> Look:
    return Look(f"p{number}", records, **more)


def test_values_are_grouped_by_kind_and_add_up_with_the_suggestion_for_what_is_unknown():
    words = ["Working", "Working", "Left Vmail", "Bad Timing", "Nurture", "Nurture", None]
    count = seen(counting(), *(look(at, lead(at, word)) for at, word in enumerate(words)))
    (field,) = status_fields(count)
    assert [(one.label, one.count) for one in field.groups] == [
        ("1 is a status", 2),
        ("1 is a call outcome", 1),
        ("1 is a reason", 1),
        ("1 is unknown", 2),
        ("is empty", 1),
    ]
    assert field.total == 7
    assert field.groups[3].parts[0].hint == "usually a status: recycled"


@pytest.mark.parametrize(
    "status, given",
    [("Open - Not Contacted", 1), ("Working", 1), ("Left Vmail", 1), ("Return to Marketing", 1), ("Mystery", 1),
     ("Inquiry", 0), ("Raw", 0), ("Closed - Not Converted", 0), ("Duplicate", 0)],
)  # fmt: skip
def test_given_to_sales_means_owned_by_sales_and_not_with_marketing_by_its_own_status(status, given):
    count = seen(counting(), look(1, lead(1, status), owner="jo@x", given_at=MONDAY))
    assert untouched(count).given == given


@pytest.mark.parametrize("days, given", [(0, 1), (90, 1), (91, 0), (-1, 0)])
def test_only_the_last_ninety_days_count(days, given):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=days)
    assert untouched(seen(counting(), look(1, lead(1), owner="jo@x", given_at=at))).given == given


def test_a_lead_that_was_touched_or_has_no_sales_owner_is_not_left_alone():
    count = seen(
        counting(),
        look(1, lead(1), owner="jo@x", given_at=MONDAY, touched=True),
        look(2, lead(2), owner="jo@x", given_at=MONDAY),
        look(3, lead(3)),
    )
    assert (untouched(count).given, untouched(count).untouched) == (2, 1)


def test_teams_of_fewer_than_five_are_never_shown_alone():
    teams = {f"big{at}@x": "EMEA" for at in range(5)} | {f"small{at}@x": "Nordics" for at in range(4)}
    looks = [look(at, lead(at), owner=owner, given_at=MONDAY) for at, owner in enumerate(teams)]
    shown = untouched(seen(counting(teams=teams), *looks)).by_team
    assert {name: given for name, given, _ in shown} == {"EMEA": 5, "teams of fewer than 5 people, together": 4}


@pytest.mark.parametrize(
    "records, cause",
    [
        ((contact(1, "marketingqualifiedlead"),), "never arrived in Salesforce"),
        ((lead(1, "Closed - Not Converted"), contact(1, "marketingqualifiedlead")), "disqualified there"),
        ((lead(1, "Return to Marketing"), contact(1, "marketingqualifiedlead")), "returned to marketing there"),
        ((lead(1, "Working"), contact(1, "marketingqualifiedlead")), "accepted by sales there"),
        ((lead(1, "Left Vmail"), contact(1, "marketingqualifiedlead")), "a call outcome hides the status there"),
        ((lead(1, "Mystery"), contact(1, "marketingqualifiedlead")), "an unknown status there"),
        ((lead(1, None), contact(1, "marketingqualifiedlead")), "no status there"),
        ((lead(1, "Working", converted=True), contact(1, "marketingqualifiedlead")), "converted, or a contact, there"),
    ],
)
def test_whoever_is_qualified_in_hubspot_only_has_one_cause(records, cause):
    found = qualified(seen(counting(), look(1, *records)))
    assert (found.hubspot, found.both) == (1, 0)
    assert [(part.label, part.count) for part in found.only_hubspot.parts] == [(cause, 1)]


@pytest.mark.parametrize(
    "lifecycle, cause",
    [
        ("customer", "further along in HubSpot"),
        ("lead", "not there yet in HubSpot"),
        (None, "no lifecycle stage in HubSpot"),
    ],
)
def test_whoever_is_qualified_in_salesforce_only_has_one_cause(lifecycle, cause):
    found = qualified(seen(counting(), look(1, lead(1, "Open - Not Contacted"), contact(1, lifecycle))))
    assert [(part.label, part.count) for part in found.only_salesforce.parts] == [(cause, 1)]


def test_the_forecast_keeps_to_the_daily_limit_and_lists_the_rest():
    missed = [
        look(at, lead(at), owner="jo@x", overdue=True, clock=clock("jo@x", MONDAY, "20261116")) for at in range(5)
    ]
    other = look(9, lead(9), owner="al@x", clock=clock("al@x", MONDAY, "20261117", ClockState.MISSED))
    met = look(10, lead(10), owner="ed@x", clock=clock("ed@x", MONDAY, "20261117", ClockState.MET))
    found = forecast(seen(counting(), *missed, other, met))
    assert (found.tasks, found.reps, found.all_reps) == (4, 2, 3)
    assert (found.busiest_rep, found.busiest_day, found.above_limit) == (3, 3, 2)
    assert found.by_day == (("Mon", 3), ("Tue", 1), ("Wed", 0), ("Thu", 0), ("Fri", 0))
    assert (found.missed_before, found.promised_before) == (6, 7)


def test_what_was_promised_before_that_week_never_becomes_a_task():
    old = look(1, lead(1), owner="jo@x", overdue=True, clock=clock("jo@x", MONDAY - timedelta(days=30), "20261017"))
    friday = MONDAY - timedelta(days=3)
    late = look(2, lead(2), owner="jo@x", overdue=True, clock=clock("jo@x", friday, "20261116"))
    found = forecast(seen(counting(), old, late))
    assert (found.tasks, found.missed_before) == (0, 2)


@pytest.mark.parametrize(
    "today, monday",
    [
        (date(2026, 11, 20), date(2026, 11, 16)),
        (date(2026, 11, 19), date(2026, 11, 9)),
        (date(2026, 11, 22), date(2026, 11, 16)),
    ],
)
def test_the_last_full_working_week_ends_on_the_friday_before_or_today(today, monday):
    assert counting(today).week == (monday, monday + timedelta(days=4))


def test_only_the_first_records_are_kept_unless_a_figure_was_asked_for():
    looks = [look(at, lead(at, "Left Vmail")) for at in range(60)]
    brief, asked = seen(counting(), *looks).lists, seen(counting(show="salesforce-call-outcome"), *looks).lists
    assert (brief.count("salesforce-call-outcome"), len(brief.items["salesforce-call-outcome"])) == (60, 40)
    assert len(asked.items["salesforce-call-outcome"]) == 60


def _audit(count, *looks: Look, tasks: bool = True, hours: bool = True):
    audit = Auditing(count, hours_known=hours, has_tasks=tasks, has_contacts=False, contact_status_given=False)
    for one in looks:
        count.see(one)
        audit.see(one)
    return {one.code: one for one in findings(audit)}


def test_a_burst_of_new_leads_looks_like_an_import_only_where_hours_are_known():
    looks = [look(at, lead(at, "Inquiry", created_at=MONDAY + timedelta(seconds=at))) for at in range(120)]
    assert "120 leads were created within 10 minutes" in _audit(counting(), *looks)["E2"].found
    assert _audit(counting(), *looks, hours=False)["E2"].state == "fine"


def test_without_tasks_the_audit_says_that_it_cannot_tell():
    found = _audit(counting(), look(1, lead(1), owner="jo@x", given_at=MONDAY), tasks=False)
    assert {code: found[code].state for code in ("E6", "E11", "E12")} == dict.fromkeys(("E6", "E11", "E12"), "unknown")


def test_an_inquiry_with_sales_a_hand_over_to_nobody_and_unlogged_work_are_found():
    found = _audit(
        counting(),
        look(1, lead(1, "Inquiry"), owner="jo@x", given_at=MONDAY, status="inquiry"),
        look(2, lead(2, "Open - Not Contacted"), status="mql"),
        look(3, lead(3, "Working"), owner="jo@x", given_at=MONDAY, status="working"),
        look(4, lead(4, "Working"), owner="jo@x", given_at=MONDAY, status="working", activities=2),
    )
    assert [found[code].state for code in ("E8", "E9", "E12", "E10")] == ["found", "found", "found", "found"]
    assert found["E12"].found.startswith("1 of 2 people")


def test_an_inquiry_that_marketing_owns_is_where_it_belongs():
    assert _audit(counting(), look(1, lead(1, "Inquiry"), status="inquiry"))["E8"].state == "fine"


def test_one_person_back_with_marketing_is_enough_to_show_a_way_back():
    found = _audit(counting(), look(1, lead(1, "Return to Marketing"), status="recycled"))
    assert (found["E10"].state, found["E10"].found) == ("fine", "people who stand with marketing again: 1")
