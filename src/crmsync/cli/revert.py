"""`crmsync revert CYCLE`: plan to take back what one cycle wrote."""

from typing import Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.opened import opened, people_of
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, tell, tell_json
from crmsync.model.decisions import ChangeKind

Cycle = Annotated[
    str, typer.Argument(metavar="CYCLE", help="The number of a cycle as log, explain and run show it, or of its plan.")
]
Record = Annotated[str | None, typer.Option("--record", help="Only this record (its id), with its person's tasks.")]
Kind = Annotated[ChangeKind | None, typer.Option("--kind", help="Only changes of this kind.")]


def revert(
    cycle: Cycle, record: Record = None, kind: Kind = None, workspace: Workspace = None, as_json: AsJson = False
) -> int:
    """Plan to take back what a cycle wrote: values as they were before, tasks closed. Nothing is sent before `apply`.

    What somebody changed since is skipped and told. Mails, flows and shares cannot be taken back.
    Exit 0: nothing can be taken back. 1: a CRM could not be read. 2: no such cycle. 3: the undo waits for you.
    """
    from crmsync.cycle import commands
    from crmsync.reports.revert import RevertView, revert_json, revert_text

    with opened(CHOSEN.take(workspace)) as wiring:
        with busy("Reading what the records say now ..."):
            planned = commands.revert(wiring, cycle, record, kind)
        view = RevertView(
            cycle=planned.cycle,
            written=len(planned.written),
            header=planned.header,
            rows=planned.rows,
            skipped=tuple((one.row, one.because) for one in planned.skipped),
            people=people_of(wiring, {row.person: row.ref for row in planned.written}),
            troubles=tuple((one.system, one.words) for one in planned.troubles),
        )
        tell_json(revert_json(view)) if as_json else tell(revert_text(view))
        if planned.troubles:
            return codes.NEEDS_YOU
        return codes.HELD if planned.header else codes.DONE
