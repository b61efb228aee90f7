"""`crmsync apply PLAN`: approve stored rows and write them."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.opened import opened
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, tell, tell_json
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import UnknownThing

if TYPE_CHECKING:
    from crmsync.cycle.commands import Applied, Wiring
    from crmsync.reports.applied import AppliedView

Number = Annotated[
    str, typer.Argument(metavar="PLAN", help="The plan number as `crmsync plan` shows it, e.g. 7f3a-91.")
]
Kind = Annotated[ChangeKind | None, typer.Option("--kind", help="Only changes of this kind.")]
Team = Annotated[str | None, typer.Option("--team", help="Only people of this team of routing.yaml.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many changes.")]
By = Annotated[str | None, typer.Option("--by", help="Who approves (default: your user name here).")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for a running crmsync that writes.")]


def apply(  # noqa: PLR0913, PLR0917 - one parameter per option of the command line
    number: Number,
    kind: Kind = None,
    team: Team = None,
    limit: Limit = None,
    by: By = None,
    wait: Wait = 60.0,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Approve a plan, or a part of it, and write it. Values that moved since are dropped, never overwritten.

    Exit 0: written. 1: some rows were stale or refused, or nothing could be chosen. 2: no such plan, or it is too old.
    """
    from crmsync.cycle import commands
    from crmsync.reports.applied import applied_json, applied_text

    who = by or _user()
    with opened(CHOSEN.take(workspace)) as wiring:
        _known_team(wiring, team)
        with busy("Looking once more, then writing ..."):
            done = commands.apply(wiring, number, commands.Selection(kind, team, limit), who, wait)
        view = _view(done, who)
        tell_json(applied_json(view)) if as_json else tell(applied_text(view))
        return codes.DONE if view.whole else codes.NEEDS_YOU


def _view(done: "Applied", by: str) -> "AppliedView":
    from crmsync.reports.applied import AppliedView

    written = done.written
    return AppliedView(
        number=done.header.number,
        by=by,
        chosen=done.chosen,
        written=written.applied,
        stale=written.stale,
        refused=written.refused,
        unclear=written.unclear,
        later=written.later,
        remaining=done.remaining,
        brakes=done.brakes,
        refusals=written.refusals,
        writer=done.writer,
        waiting=done.waiting,
    )


def _known_team(wiring: "Wiring", team: str | None) -> None:
    teams = wiring.agreement.routing.teams
    if team is not None and team not in teams:
        raise UnknownThing(f'There is no team "{team}" in routing.yaml. Teams: {", ".join(teams) or "none"}.')


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody on this machine"
