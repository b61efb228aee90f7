"""`crmsync run`: stays and works; with `--once` one whole cycle."""

from typing import Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.opened import opened, people_of_rows
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, tell, tell_json

Once = Annotated[bool, typer.Option("--once", help="One cycle, then stop.")]


def run(once: Once = False, workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Stay and work: read, decide, write what is allowed, hold the rest for you, again and again until SIGTERM.

    Exit 0: done. 1: a CRM could not be read. 3: changes are held for you (both with --once only; the daemon goes on).
    75: another crmsync holds the store.
    """
    folder = CHOSEN.take(workspace)
    if not once:
        from crmsync import daemon

        return daemon.run(folder)
    from crmsync.cycle import commands
    from crmsync.reports.cycle import CycleView, cycle_json, cycle_text
    from crmsync.reports.plan import PlanView

    with opened(folder) as wiring:
        with busy("One cycle: reading, deciding, writing ..."):
            report = commands.run_once(wiring)
        wiring.observer.event("cycle.finished", cycle=report.cycle, **report.counts)
        troubles = tuple((one.system, one.words) for one in report.troubles)
        shown = PlanView(report.header, report.rows, people_of_rows(wiring, report.rows), troubles)
        view = CycleView(report.cycle, report.now, report.counts, shown, report.written.refusals)
        tell_json(cycle_json(view)) if as_json else tell(cycle_text(view))
        if report.held:
            return codes.HELD
        return codes.NEEDS_YOU if report.troubles else codes.DONE
