"""`crmsync log`: what needs you, what was done, what is held."""

import json
import shlex
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.opened import opened, people_of
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import tell
from crmsync.model.decisions import ChangeKind

if TYPE_CHECKING:
    from datetime import datetime

    from crmsync.cycle.commands import Wiring
    from crmsync.model.memory import LogRow, SetAside
    from crmsync.model.records import Ref


class Part(StrEnum):
    """The parts of the log."""

    NEEDS_YOU = "needs-you"
    DONE = "done"
    HELD = "held"
    UNDONE = "undone"
    LISTED = "listed"


Since = Annotated[
    str | None, typer.Option("--since", help="today, yesterday, '2 days', '6 hours' or a day (2026-11-12).")
]
Person = Annotated[str | None, typer.Option("--person", help="Only this person: a record id, e-mail or name.")]
Kind = Annotated[ChangeKind | None, typer.Option("--kind", help="Only changes of this kind.")]
Only = Annotated[Part | None, typer.Option("--only", help="Only this part, opened in full.")]
FIELDS = {ChangeKind.STATUS: "status", ChangeKind.CONTACT_STATUS: "status"}


def log(
    since: Since = None,
    person: Person = None,
    kind: Kind = None,
    only: Only = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """The reconciliation log: what needs you, what was done, what is held, what people undid; then row by row.

    With --json one document per row.
    """
    from crmsync.cycle import commands
    from crmsync.cycle.explain import one_person
    from crmsync.reports.log import log_json, log_text
    from crmsync.reports.log_opening import LogView

    with opened(CHOSEN.take(workspace)) as wiring:
        start = _instant(since, wiring)
        who = one_person(wiring, person).person if person else None
        rows = tuple(wiring.store.log(start, who, kind))
        aside = tuple(one for one in wiring.store.set_aside_open(who) if kind is None or one.field == _field(kind))
        people = people_of(wiring, {} if as_json else _wanted(rows, aside))
        view = LogView(
            rows=rows,
            aside=aside,
            people=people,
            since=since or "",
            about=people.names.get(who or "", ""),
            undone=commands.undone_by_people(wiring, start, who, kind),
            again=_again(since, person, kind),
            only=only.value if only else "",
            swept=(0, 0) if person or kind else wiring.store.swept(start),
        )
        if not as_json:
            tell(log_text(view))
        for row in log_json(view) if as_json else ():
            sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return codes.DONE


def _again(since: str | None, person: str | None, kind: ChangeKind | None) -> str:
    """The options as they were typed: a part is opened for the same time and person."""
    given = (("--since", since), ("--person", person), ("--kind", kind.value if kind else None))
    return " ".join(f"{name} {shlex.quote(value)}" for name, value in given if value)


def _instant(words: str | None, wiring: "Wiring") -> "datetime | None":
    from crmsync.reports.instants import instant

    if words is None:
        return None
    try:
        return instant(words, wiring.calendar, wiring.clock.now())
    except (ValueError, OverflowError):
        example = "Write today, yesterday, '2 days' or a day like 2026-11-12."
        raise typer.BadParameter(f'"{words}" is no time I know. {example}', param_hint="--since") from None


def _field(kind: ChangeKind) -> str:
    return FIELDS.get(kind, kind.value)


def _wanted(rows: "tuple[LogRow, ...]", aside: "tuple[SetAside, ...]") -> "dict[str, Ref]":
    """One record per person on the screen (a record nobody is tied to stands for itself); for a task what we know."""
    wanted = {one.person or str(one.ref): one.ref for one in aside if one.ref}
    return wanted | {one.person: one.ref for one in rows if one.kind is not ChangeKind.TASK or one.person not in wanted}
