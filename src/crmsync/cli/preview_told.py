"""Lets the real pipeline work on the loaded rows and gathers what a preview tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from crmsync.cli.demo_stage import Stage
from crmsync.cli.preview_stage import Loaded

if TYPE_CHECKING:
    from crmsync.cycle.commands import Planned, Wiring
    from crmsync.exports.survey import Export
    from crmsync.reports.preview_audit import Auditing
    from crmsync.reports.preview_counting import Counting
    from crmsync.reports.preview_page import Page, Proof

BY = "preview"
MOST_TAKEN_BACK = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview is about: the files, the day that counts as today, the figure to open, whose agreement."""

    exports: "Sequence[Export]"
    loaded: Loaded
    newest: datetime
    today: date
    show: str
    own: str


def told(stage: Stage, asked: Asked) -> "Page":
    """Plan, look, approve, run again; then everything that was counted on the way, as one page."""
    from crmsync.bootstrap import open_workspace_at
    from crmsync.cycle.commands import plan

    wiring = open_workspace_at(stage.folder, asked.newest)
    try:
        planned = plan(wiring)
        counting, audit = _count(wiring, stage, asked)
        return _page(asked, planned, counting, audit, _prove(wiring, stage, planned, counting))
    finally:
        wiring.close()


def _count(wiring: "Wiring", stage: Stage, asked: Asked) -> "tuple[Counting, Auditing]":
    """One pass over everybody, before anything is written."""
    from crmsync.bootstrap import catalogue_of, read_files
    from crmsync.cycle.preview import look
    from crmsync.reports.preview_audit import auditing_of
    from crmsync.reports.preview_counting import WINDOW, counting_of

    catalogue = catalogue_of(read_files(stage.folder))
    counting = counting_of(wiring.agreement, catalogue, wiring.calendar, asked.today, asked.show, asked.loaded.teams)
    audit = auditing_of(counting, asked.exports)
    for one in look(wiring, asked.today - timedelta(days=WINDOW)):
        counting.see(one)
        audit.see(one)
    return counting, audit


def _prove(wiring: "Wiring", stage: Stage, planned: "Planned", counting: "Counting") -> "Proof":
    """Approve everything, run once more, and read the CRMs' own books."""
    from crmsync.cycle.commands import Selection, apply, revert, run_once
    from crmsync.reports.preview_changes import proof

    if planned.header is not None:
        apply(wiring, planned.header.number, Selection(), BY, 0)
    written = stage.audit()
    run_once(wiring)
    again = len(stage.audit()) - len(written)
    if planned.header is not None and written:
        back = revert(wiring, planned.header.number)
        if back.header is not None:
            apply(wiring, back.header.number, Selection(limit=MOST_TAKEN_BACK), BY, 0)
    undone = stage.audit()[len(written) + again :]
    changes = [row.change for row in planned.rows]
    return proof((written, undone), again, changes, counting.dictionary, sum(stage.calls().values()))


def _page(asked: Asked, planned: "Planned", counting: "Counting", audit: "Auditing", proof: "Proof") -> "Page":
    from crmsync.reports.preview_compose import compose

    refused = {name: tuple(lines) for name, lines in asked.loaded.refused.items()}
    troubles = tuple(f"{one.system}: {one.words}" for one in planned.troubles)
    changes = [row.change for row in planned.rows]
    return compose(asked.exports, refused, changes, counting, audit, proof, (troubles, asked.own))
