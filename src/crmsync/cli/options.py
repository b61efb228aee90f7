"""What every command understands: which workspace, and whether a program reads the answer."""

from pathlib import Path
from typing import Annotated

import typer

WORKSPACE_HELP = "The workspace (default: the current folder)."
Workspace = Annotated[Path | None, typer.Option("-w", "--workspace", metavar="DIR", help=WORKSPACE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document for programs instead of text.")]


class Chosen:
    """The workspace chosen before the command's name; one chosen after it wins."""

    def __init__(self) -> None:
        self.folder = Path()

    def take(self, given: Path | None) -> Path:
        """The folder to work in."""
        if given is not None:
            self.folder = given
        return self.folder


CHOSEN = Chosen()
