"""`crmsync init DIR`: a new workspace."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.screen import tell
from crmsync.model.errors import UnknownThing

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may exist, but must be empty.")]
PRIVATE = 0o700


def init(folder: Folder) -> int:
    """Make a new workspace: settings, the agreement to be signed, room for the store. Nothing is sent anywhere."""
    from crmsync.reports.table import document, following
    from crmsync.template import template_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnknownThing(f"{folder} is not empty: a new workspace would mix with what is there. Name another folder.")
    files = template_files()
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
        (f"crmsync check -w {folder}", "are the files complete?"),
        (f"crmsync agreement show -w {folder}", "read what would be agreed"),
        (f"crmsync doctor -w {folder}", "once addresses and secrets are in place"),
    )
    tell(document(told, steps))
    return codes.DONE


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "secrets").mkdir(mode=PRIVATE)
