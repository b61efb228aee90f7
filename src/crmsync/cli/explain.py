"""`crmsync explain`: why a record says what it says."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.opened import opened, people_of
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import tell, tell_json

if TYPE_CHECKING:
    from crmsync.cycle.commands import Wiring
    from crmsync.cycle.explain import Explanation
    from crmsync.reports.story import Story

Who = Annotated[str, typer.Argument(metavar="PERSON|RECORD", help="A record id, an e-mail address or a name.")]


def explain(who: Who, workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Why does this record say what it says? Every number with its arithmetic, as of the last cycle.

    Exit 2: nobody, or more than one person, is called that.
    """
    from crmsync.cycle import explain as asking
    from crmsync.reports.explain import explain_json, explain_text

    with opened(CHOSEN.take(workspace)) as wiring:
        story = _story(asking.explain(wiring, who), wiring)
    tell_json(explain_json(story)) if as_json else tell(explain_text(story))
    return codes.DONE


def _story(told: "Explanation", wiring: "Wiring") -> "Story":
    from crmsync.reports.story import Known, Story

    found = told.findings
    first = next(iter(told.observed.records), None)
    known = None
    if found is not None:
        known = Known(
            found.records,
            found.attributes,
            found.bought,
            found.score,
            found.readiness,
            found.status,
            found.trip,
            found.clock,
        )
    return Story(
        asked=told.asked,
        as_of=told.as_of,
        observed=told.observed,
        decision=told.decision,
        known=known,
        history=told.history,
        waiting=told.waiting,
        set_aside=told.set_aside,
        agreement=wiring.agreement,
        people=people_of(wiring, {told.observed.person: first.ref} if first else {}),
        team=told.team,
    )
