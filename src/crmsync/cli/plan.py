"""`crmsync plan`: what would be written, and why it waits."""

from crmsync.cli import codes
from crmsync.cli.opened import opened, people_of_rows
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, tell, tell_json


def plan(workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Read both CRMs, decide, and show what would be written. Nothing is sent.

    Exit 0: nothing to do. 1: a CRM could not be read. 3: changes wait for you.
    """
    from crmsync.cycle import commands
    from crmsync.reports.plan import PlanView, plan_json, plan_text

    with opened(CHOSEN.take(workspace)) as wiring:
        with busy("Reading both CRMs ..."):
            planned = commands.plan(wiring)
        view = PlanView(
            header=planned.header,
            rows=planned.rows,
            people=people_of_rows(wiring, planned.rows),
            troubles=tuple((one.system, one.words) for one in planned.troubles),
            beside=planned.beside,
            set_aside=sum(one.needs_person for one in wiring.store.set_aside_open()),
        )
        tell_json(plan_json(view)) if as_json else tell(plan_text(view))
        if view.waiting:
            return codes.HELD
        return codes.NEEDS_YOU if view.troubles else codes.DONE
