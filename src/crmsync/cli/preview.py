"""`crmsync preview FILE.csv ...`: one's own exports through the real pipeline, in two emulated CRMs."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, complain, tell, tell_json
from crmsync.model.errors import UnknownThing

if TYPE_CHECKING:
    from crmsync.bootstrap import Files as WorkspaceFiles
    from crmsync.exports.survey import Export, Lines
    from crmsync.reports.preview_page import Page

Files = Annotated[list[Path] | None, typer.Argument(metavar="FILE.csv ...", help="Exports, in any order.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="LABEL=API", help="What a column holds, where its label is your own."),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the page as one HTML file as well.")]
Show = Annotated[str, typer.Option("--show", metavar="NAME", help="List the records behind one figure.")]
Anonymous = Annotated[bool, typer.Option("--anonymous", help="Without names and ids, for sending around.")]
WhatToExport = Annotated[bool, typer.Option("--what-to-export", help="Which reports to export, click by click.")]


WORKBOOK = b"PK\x03\x04"


def preview(  # noqa: PLR0913, PLR0917 - one parameter per option of the command line
    files: Files = None,
    column: Columns = None,
    html: Html = None,
    show: Show = "",
    anonymous: Anonymous = False,
    what_to_export: WhatToExport = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """See your own exports with crmsync's eyes: no credential, nothing leaves this machine, no CRM is contacted.

    Exit 2: a file that cannot be read, or of no known kind.
    """
    from crmsync.reports.preview import list_json, list_text, preview_json, preview_text
    from crmsync.reports.preview_anonymous import without_names
    from crmsync.reports.preview_words import WHAT_TO_EXPORT

    if what_to_export:
        tell(WHAT_TO_EXPORT)
        return codes.DONE
    with busy("Your files go through the real pipeline in two emulated CRMs ..."):
        page = run_preview(files or [], column or [], CHOSEN.take(workspace), show)
    if anonymous:
        page = without_names(page)
    if html is not None:
        from crmsync.reports.preview_html import preview_html

        try:
            html.write_text(preview_html(page), "utf-8")
        except OSError as error:
            raise UnknownThing(f"{html} cannot be written: {error.strerror}.") from None
        complain(f"Written: {html}")
    if show and show not in page.lists.counts:
        raise UnknownThing(f'There is no figure "{show}". There are: {", ".join(sorted(page.lists.counts))}.')
    if show:
        tell_json(list_json(show, page.lists.items[show])) if as_json else tell(list_text(page, show))
    else:
        tell_json(preview_json(page)) if as_json else tell(preview_text(page))
    return codes.DONE


def run_preview(files: Sequence[Path], columns: Sequence[str], workspace: Path, show: str = "") -> "Page":
    """Load the files into two emulated CRMs, let the real pipeline work there, and count."""
    from crmsync.bootstrap import newest_in, office_day
    from crmsync.cli.demo_stage import Stage, secrets
    from crmsync.cli.preview_stage import copy_workspace, go_live, load, nobody_types, pass_quiet_time, prepare
    from crmsync.cli.preview_told import Asked, told
    from crmsync.emulator import serve

    with tempfile.TemporaryDirectory(prefix="crmsync-preview-") as folder, serve("empty") as running:
        place = Path(folder) / "copy"
        copy, own = copy_workspace(place, workspace)
        exports = read_exports(files, columns, copy)
        newest = newest_in(exports, copy)
        if newest is None:
            raise UnknownThing('None of the files says when anything happened: export a column like "Create Date".')
        today = office_day(newest, copy)
        copy = go_live(place, today)
        stage = Stage(place, {"salesforce": running.salesforce_url, "hubspot": running.hubspot_url}, nobody_types)
        stage.connect()
        prepare(stage, copy, newest)
        loaded = load(stage, exports, copy)
        pass_quiet_time(stage, copy.agreement.quiet_minutes)
        with secrets(running.token):
            return told(stage, Asked(exports, loaded, newest, today, show, str(workspace) if own else ""))


def read_exports(files: Sequence[Path], columns: Sequence[str], workspace: "WorkspaceFiles") -> "list[Export]":
    """Read every file for the first time; raises UnknownThing."""
    from crmsync.bootstrap import mapped_fields
    from crmsync.exports.layout import check_named
    from crmsync.exports.survey import survey

    if not files:
        raise UnknownThing("Name at least one file. Which ones: crmsync preview --what-to-export")
    named, mapped = dict(_named(one) for one in columns), mapped_fields(workspace)
    check_named(named, mapped)
    return [survey(path.name, _opener(path), named, mapped) for path in files]


def _named(text: str) -> tuple[str, str]:
    label, _, field = text.rpartition("=")
    if not label or not field:
        raise UnknownThing(f'--column "{text}": write it as LABEL=API, for example --column "Stage of lead=Status".')
    return label, field


def _opener(path: Path) -> "Lines":
    from crmsync.exports.encoding import encoding_of

    try:
        with path.open("rb") as opened:
            if opened.read(len(WORKBOOK)) == WORKBOOK:
                raise UnknownThing(f"{path} is an Excel workbook: save it as CSV UTF-8.")
            opened.seek(0)
            encoding = encoding_of(iter(lambda: opened.read(1 << 20), b""))
    except OSError as error:
        raise UnknownThing(f"{path} cannot be read: {error.strerror}.") from None

    def lines() -> Iterator[str]:
        with path.open(encoding=encoding, errors="replace", newline="") as text:
            yield from text

    return lines
