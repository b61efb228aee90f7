"""`crmsync init DIR`: a new workspace, with the words of one's own exports where there are any."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.screen import tell
from crmsync.model.errors import UnknownThing

if TYPE_CHECKING:
    from crmsync.exports.found import FoundValue

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may exist, but must be empty.")]
From = Annotated[
    list[Path] | None, typer.Option("--from", metavar="FILE.csv", help="An export: its status words go into the draft.")
]
Columns = Annotated[list[str] | None, typer.Option("--column", metavar="LABEL=API", help="What a column of it holds.")]
PRIVATE = 0o700
MOST_QUESTIONS = 12


def init(folder: Folder, exports: From = None, column: Columns = None) -> int:
    """Make a new workspace: settings, the agreement to be signed, room for the store. Nothing is sent anywhere.

    With exports, the draft also holds your own status words with counts and proposals. It decides none of them.
    """
    from crmsync.reports.table import document, following
    from crmsync.template import template_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnknownThing(f"{folder} is not empty: a new workspace would mix with what is there. Name another folder.")
    files = dict(template_files())
    questions = _draft(files, exports, column or []) if exports else []
    try:
        _write(folder, files)
    except OSError as error:
        raise UnknownThing(f"{folder} cannot be made: {error.strerror}. Name another folder.") from None
    told = [
        f"A new workspace in {folder}: {len(files)} files, writes off, nothing signed.",
        "  connectors/          how to reach each CRM: put your addresses in",
        "  mappings/            how each CRM spells the fields",
        "  mappings/agreement/  what sales and marketing agree on and sign",
        "  secrets/             tokens, one file each, readable by you only (names: README)",
    ]
    steps = following(
        (f"crmsync check -w {folder}", "are the files complete? What is still open?"),
        (f"crmsync agreement show -w {folder}", "read what would be agreed"),
        (f"crmsync doctor -w {folder}", "once addresses and secrets are in place"),
    )
    tell(document(told, questions, steps))
    return codes.DONE


def _draft(files: dict[str, str], exports: Sequence[Path], columns: Sequence[str]) -> list[str]:
    """Put the words of the exports into the draft; returns the open questions as lines."""
    from crmsync.bootstrap import catalogue_of, newest_in, office_day, present_day
    from crmsync.cli.preview import read_exports
    from crmsync.cli.preview_stage import copy_workspace
    from crmsync.exports.found import FILE, as_comment, count_values, propose, question, still_open, written
    from crmsync.exports.records import spelled_words

    with tempfile.TemporaryDirectory(prefix="crmsync-init-") as place:
        shipped, _ = copy_workspace(Path(place), Path(place) / "nothing")
        read = read_exports(exports, columns, shipped)
        catalogue = catalogue_of(shipped)
    newest = newest_in(read, shipped)
    today = office_day(newest, shipped) if newest else present_day()
    words = spelled_words([one.spelled.get("hubspot", "") for one in shipped.agreement.statuses.values()])
    found = propose(count_values(read, words), shipped.agreement, catalogue, today)
    files[FILE] = written(found, today)
    files["mappings/agreement/statuses.yaml"] += as_comment(found, shipped.agreement, today)
    return question_lines(found, [question(one) for one in still_open(found, shipped.agreement, today)])


def question_lines(found: "Sequence[FoundValue]", questions: Sequence[str]) -> list[str]:
    """The open questions for people, cut where there are many."""
    from crmsync.reports.words import counted

    head = f"{counted(len(found), 'word')} found in your status fields, {counted(len(questions), 'question')} open:"
    rest = len(questions) - MOST_QUESTIONS
    more = [f"  and {rest} more: crmsync check"] if rest > 0 else []
    return [head, *(f"  {one}" for one in questions[:MOST_QUESTIONS]), *more]


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "secrets").mkdir(mode=PRIVATE)
