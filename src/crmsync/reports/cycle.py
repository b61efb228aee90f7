"""What one cycle did: read, decided, wrote, and what waits for somebody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crmsync.model.plans import RowState, VerdictKind
from crmsync.reports.plan import PlanView, held_lines, plan_json, same_verdicts, trouble_lines
from crmsync.reports.table import columns, document, following
from crmsync.reports.words import STATES, counted, plain
from crmsync.rules.local_time import moment, place


@dataclass(frozen=True, slots=True)
class CycleView:
    """One cycle as it is shown; `plan` holds its rows, `counts` are those of the cycle."""

    cycle: int
    at: datetime
    counts: Mapping[str, int]
    plan: PlanView
    refusals: tuple[str, ...] = ()


def cycle_text(view: CycleView) -> str:
    """One cycle for people."""
    number = view.plan.header.number if view.plan.header else ""
    waiting = [row for row in view.plan.waiting if row.verdict.kind is VerdictKind.HOLD]
    verdicts = same_verdicts((row.verdict, 1) for row in waiting if row.state is RowState.PLANNED)
    return document(
        [f"Cycle {view.cycle}   {moment(view.at, view.plan.people.calendar)}"],
        trouble_lines(view.plan.troubles),
        _counts(view),
        held_lines(verdicts, number),
        following(*_next(view)),
    )


def cycle_json(view: CycleView) -> dict[str, object]:
    """Keys: cycle, counts (changed, decided, held, applied, stale, refused, unclear, troubles), refusals, plan."""
    return {
        "cycle": view.cycle,
        "counts": dict(view.counts),
        "refusals": list(view.refusals),
        "plan": plan_json(view.plan),
    }


def at_place(view: PlanView) -> str:
    """When the plan of a cycle was made, for its first line."""
    calendar = view.people.calendar
    return f"{moment(view.header.at, calendar)} {place(calendar)}" if view.header else ""


def _counts(view: CycleView) -> list[str]:
    refused = "; ".join(plain(one) for one in view.refusals[:3])
    rows = (
        ("changed", "records new or changed in the CRMs"),
        ("swept", "records held against what the store knows, to find what a pull can miss"),
        ("found", "of them missed before: new, changed, deleted or back"),
        ("decided", "people decided on"),
        ("applied", STATES[RowState.APPLIED]),
        ("stale", "given up, because somebody changed the value in the meantime; planned anew"),
        ("refused", f"refused by the CRM: {refused}" if refused else "refused by the CRM"),
        ("unclear", STATES[RowState.IN_DOUBT]),
        ("held", "held for you"),
    )
    always = {"changed", "decided", "applied", "held"}
    told = [(f"{view.counts.get(name, 0):,}", words) for name, words in rows if view.counts.get(name) or name in always]
    return columns(told, right=(0,))


def _next(view: CycleView) -> Iterator[tuple[str, str]]:
    if view.plan.troubles:
        yield "crmsync doctor", "what stands in the way, and how to fix it"
    held = view.counts.get("held", 0)
    if held and view.plan.header is not None:
        yield "crmsync plan", f"look at the {counted(held, 'change')} that wait"
    if view.counts.get("applied"):
        yield "crmsync log", "what was written, and why"
    if not held and not view.counts.get("applied"):
        yield "crmsync log", "what was done so far, and what needs you"
