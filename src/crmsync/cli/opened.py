"""Opens the workspace for one command, and closes it whatever happens."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmsync.cycle.commands import Wiring
    from crmsync.model.plans import PlanRow
    from crmsync.model.records import Ref
    from crmsync.reports.changes import People


@contextmanager
def opened(folder: Path) -> Iterator["Wiring"]:
    """The wired workspace."""
    from crmsync.bootstrap import open_workspace

    wiring = open_workspace(folder)
    try:
        yield wiring
    finally:
        wiring.close()


def people_of(wiring: "Wiring", wanted: dict[str, "Ref"]) -> "People":
    """Names, owners and the zone for one screen."""
    from crmsync.cycle.commands import names_of
    from crmsync.reports.changes import People

    return People(names_of(wiring, wanted), wiring.store.directory(), wiring.calendar)


def people_of_rows(wiring: "Wiring", rows: Iterable["PlanRow"]) -> "People":
    """The people of planned rows; a task stands for the record it is about."""
    about = {row.change.person: row.change.draft.about if row.change.draft else row.change.ref for row in rows}
    return people_of(wiring, about)
