"""`crmsync agreement show` and `crmsync agreement sign`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import tell, tell_json


class Side(StrEnum):
    """The two sides that sign."""

    SALES = "sales"
    MARKETING = "marketing"


Role = Annotated[Side, typer.Option("--role", help="The side that signs.")]
Name = Annotated[str, typer.Option("--name", help="Who signs, by name.")]
Job = Annotated[str, typer.Option("--job", help="Their job, as must_sign in definitions.yaml names it.")]
Evidence = Annotated[str, typer.Option("--evidence", help="Where the consent can be found (mail, minutes, ticket).")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day (default: today).")]


def show(workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Show the agreement as a document that sales and marketing can read before they sign it."""
    from crmsync.bootstrap import read_files
    from crmsync.reports.agreement import agreement_json, agreement_text

    agreement = read_files(CHOSEN.take(workspace)).agreement
    tell_json(agreement_json(agreement)) if as_json else tell(agreement_text(agreement))
    return codes.DONE


def sign(role: Role, name: Name, job: Job, evidence: Evidence = "", on: On = None, workspace: Workspace = None) -> int:
    """Sign exactly the agreement as it stands. Both sides sign; whoever edits it afterwards unsigns it."""
    from crmsync.bootstrap import present_day, read_files
    from crmsync.cycle.commands import Signature, sign_agreement
    from crmsync.reports.agreement import signed_text

    folder = CHOSEN.take(workspace)
    before = read_files(folder)
    day: date = on.date() if on else present_day()
    sign_agreement(folder, before.agreement, Signature(role.value, name, job, evidence), day)
    tell(signed_text(read_files(folder).agreement, name))
    return codes.DONE
