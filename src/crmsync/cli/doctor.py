"""`crmsync doctor`: whether everything is in place in both CRMs."""

from crmsync.cli import codes
from crmsync.cli.opened import opened
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, tell, tell_json


def doctor(workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Look into both CRMs: login, fields, statuses, switches. Reads only.

    Exit 0: nothing stands in the way. 1: problems to fix.
    """
    from crmsync.cycle import commands
    from crmsync.model.health import Level
    from crmsync.reports.doctor import doctor_json, doctor_text

    with opened(CHOSEN.take(workspace)) as wiring, busy("Asking both CRMs ..."):
        findings = commands.examine(wiring)
    tell_json(doctor_json(findings)) if as_json else tell(doctor_text(findings))
    return codes.NEEDS_YOU if any(one.level is Level.PROBLEM for one in findings) else codes.DONE
