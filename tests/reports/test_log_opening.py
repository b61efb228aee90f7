"""The first screen of the log: 25 lines at most, sums that close, a command behind every number."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crmsync.model.calendars import Calendar
from crmsync.model.decisions import Because, ChangeKind
from crmsync.model.memory import LogRow, SetAside
from crmsync.model.people import Directory
from crmsync.model.plans import RowState, VerdictKind
from crmsync.model.records import Ref
from crmsync.reports.changes import People
from crmsync.reports.log_opening import LogView, opening
from crmsync.rules.undone import RuleShare, Undone, UndoneFinding

NINE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
LONDON = Calendar("Europe/London", (), ((datetime(2020, 1, 1, tzinfo=UTC), NINE - NINE),))
LEAD = Ref("salesforce", "Lead", "00Q5g0000000001EAA")
CAUSES = (
    "status.unknown_value",
    "status.overruled",
    "owner.no_rule_fits",
    "owner.nobody_available",
    "ambiguous",
    "unreadable",
    "refused",
)
BRAKES = ("brake.ask", "brake.watch", "brake.writes_off", "limit.share", "limit.count", "brake.undo")
REASONS = ("status.call_outcome", "status.reason", "owner.turn", "status.bought", "score.changed")


def row(kind=ChangeKind.STATUS, state=RowState.APPLIED, code="status.call_outcome", held_by=""):
    verdict = VerdictKind.HOLD if held_by else VerdictKind.ALLOW
    return LogRow(NINE, "p", LEAD, kind, "status", "a", "b", Because(code), state, verdict, held_by, cycle=3)


def aside(cause, needs=True):
    return SetAside(LEAD, "status", cause, person="p", needs_person=needs)


def busy() -> LogView:
    """Everything that can be on the first screen, at once."""
    rows = [row(kind) for kind in ChangeKind]
    rows += [row(state=state) for state in RowState if state not in {RowState.APPLIED, RowState.INTENT}]
    rows += [row(kind, RowState.PLANNED, held_by=brake) for kind in ChangeKind for brake in BRAKES]
    back = tuple(Undone(row(code=code), NINE) for code in REASONS)
    shares = tuple(RuleShare(code, 10, 1) for code in REASONS)
    set_aside = (*(aside(cause) for cause in CAUSES), *(aside(cause, needs=False) for cause in CAUSES))
    people = People({}, Directory(), LONDON)
    return LogView(
        tuple(rows), set_aside, people, "yesterday", undone=UndoneFinding(back, shares), again="--since yesterday"
    )


def number(lines, head) -> int:
    line = next(one for one in lines if one.startswith(head))
    return int(line[len(head) :].split("within seven days")[-1].split()[0].replace(",", ""))


def test_the_busiest_day_fits_on_25_lines_and_still_tells_every_part():
    lines = opening(busy())
    assert len(lines) <= 25
    heads = [line.split("   ")[0] for line in lines if not line.startswith(" ")]
    assert [head.split(",")[0].split(" within")[0] for head in heads] == [
        "LOG since yesterday",
        "NEEDS YOU",
        "DONE",
        "HELD",
        "UNDONE BY PEOPLE",
        "LISTED",
    ]


def test_a_quiet_day_says_so_in_a_few_lines():
    lines = opening(LogView((), (), People({}, Directory(), LONDON)))
    assert [line[:40].split("   ")[0] for line in lines] == [
        "LOG, everything so far",
        "NEEDS YOU",
        "DONE",
        "HELD",
        "UNDONE BY PEOPLE within seven days",
    ]
    assert len(lines) == 5


def test_sums_close():
    view = busy()
    lines = opening(view)
    start = next(at for at, line in enumerate(lines) if line.startswith("NEEDS YOU"))
    stop = next(at for at, line in enumerate(lines) if line.startswith("DONE"))
    assert sum(int(line.split()[0]) for line in lines[start + 1 : stop]) == number(lines, "NEEDS YOU") == len(CAUSES)
    done = [line for line in lines if "--only done --kind" in line]
    assert sum(int(line.split()[0]) for line in done) == number(lines, "DONE") == len(ChangeKind)


def test_every_head_names_the_command_that_opens_it_with_what_was_asked_for():
    for line in opening(busy())[1:]:
        if not line.startswith(" "):
            assert "crmsync log --since yesterday --only " in line, line


@pytest.mark.parametrize("only", ["needs-you", "done", "held", "undone", "listed"])
def test_one_part_alone_is_only_that_part(only):
    lines = opening(replace(busy(), only=only))
    assert [f"--only {only}" in line for line in lines if not line.startswith(" ")][1:] == [True]


def test_the_share_per_reason_is_told_with_its_base():
    [line] = [line for line in opening(busy()) if "call outcome out of the status field" in line]
    assert "of 10 (10%)" in line


def test_a_kind_that_was_asked_for_is_named_once():
    lines = opening(replace(busy(), again="--kind status"))
    assert not [line for line in lines if line.count("--kind") > 1]


def test_sweeps_are_one_line_at_the_end_where_there_were_any():
    view = replace(busy(), rows=(), aside=(), undone=UndoneFinding(), swept=(12400, 2))
    assert opening(view)[-1] == "SWEPT   12,400 records held against the CRMs' own lists, 2 had been missed"
    assert not [one for one in opening(replace(view, swept=(0, 0))) if one.startswith("SWEPT")]
    assert not [one for one in opening(replace(view, only="done")) if one.startswith("SWEPT")]
    assert len(opening(replace(busy(), swept=(12400, 2)))) <= 25
