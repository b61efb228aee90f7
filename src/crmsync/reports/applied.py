"""What became of an approval: written, dropped, refused, still held - and what to do now."""

from collections.abc import Iterator
from dataclasses import dataclass

from crmsync.model.plans import RowState, Verdict
from crmsync.reports.plan import held_json, held_lines, same_verdicts
from crmsync.reports.table import columns, document, following
from crmsync.reports.words import STATES, counted, plain


@dataclass(frozen=True, slots=True)
class AppliedView:
    """What an approval led to: rows by what became of them; `refusals` are the vendor's words."""

    number: str
    by: str
    chosen: int
    written: int
    stale: int
    refused: int
    unclear: int
    later: int
    remaining: int
    brakes: tuple[tuple[Verdict, int], ...] = ()
    refusals: tuple[str, ...] = ()
    writer: str = ""
    waiting: int = 0

    @property
    def whole(self) -> bool:
        """Whether every chosen row was written, or another crmsync still will."""
        return bool(self.chosen) and not (self.stale or self.refused or self.unclear or self.later)


def applied_text(view: AppliedView) -> str:
    """What was written, what was not and why, what still waits."""
    return document(_applied_head(view), _applied_counts(view), _applied_brakes(view), following(*_applied_next(view)))


def applied_json(view: AppliedView) -> dict[str, object]:
    """Keys: plan, by, chosen, written, stale, refused, unclear, later, remaining, held_because, refusals, writer ..."""
    return {
        "plan": view.number,
        "by": view.by,
        "chosen": view.chosen,
        "written": view.written,
        "stale": view.stale,
        "refused": view.refused,
        "unclear": view.unclear,
        "later": view.later,
        "remaining": view.remaining,
        "held_because": held_json(same_verdicts(view.brakes), view.number),
        "refusals": list(view.refusals),
        "writer": view.writer,
        "waiting": view.waiting,
    }


def _applied_head(view: AppliedView) -> Iterator[str]:
    if not view.chosen:
        yield f"Plan {view.number}: nothing was written, because no row could be chosen."
        return
    yield f"Plan {view.number}   {counted(view.chosen, 'change')} approved by {plain(view.by)}."
    if view.writer:
        yield f"{view.writer} It writes them in its next cycle."


def _applied_counts(view: AppliedView) -> list[str]:
    if not view.chosen:
        return []
    rows = (
        (view.written, STATES[RowState.APPLIED]),
        (view.stale, "dropped: the value in the record has moved since; planned anew in the next cycle"),
        (view.refused, f"refused by the CRM: {'; '.join(plain(one) for one in view.refusals[:3]) or 'see the log'}"),
        (view.unclear, STATES[RowState.IN_DOUBT]),
        (view.later, "not sent yet: the CRM could not be asked; tried again in the next cycle"),
        (view.waiting, "approved, not written yet"),
        (view.remaining, "of the plan still held"),
    )
    always = {0, 1, len(rows) - 1}
    return columns([(f"{n:,}", words) for at, (n, words) in enumerate(rows) if n or at in always], right=(0,))


def _applied_brakes(view: AppliedView) -> Iterator[str]:
    return held_lines(same_verdicts(view.brakes), view.number)


def _applied_next(view: AppliedView) -> Iterator[tuple[str, str]]:
    if view.brakes and not view.chosen:
        yield "crmsync doctor", "which switches keep changes back, and how to open them"
    elif not view.chosen:
        yield "crmsync plan", "see what waits; --kind, --team and --limit choose among it"
    elif view.remaining > sum(count for _, count in view.brakes):
        yield f"crmsync apply {view.number}", "write the rest"
    if view.chosen:
        yield "crmsync log", "what was written, and why"
        yield "crmsync run --once", "one more cycle: read what changed, plan again"
