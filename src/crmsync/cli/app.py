"""The command line: which commands there are. Each is in a file of its own."""

import sys
from collections.abc import Callable, Sequence

import typer

from crmsync.cli.agreement import show, sign
from crmsync.cli.apply import apply
from crmsync.cli.check import check
from crmsync.cli.demo import demo
from crmsync.cli.doctor import doctor
from crmsync.cli.emulate import emulate
from crmsync.cli.errors import guarded
from crmsync.cli.explain import explain
from crmsync.cli.init import init
from crmsync.cli.log import log
from crmsync.cli.options import CHOSEN, Chosen, Workspace
from crmsync.cli.plan import plan
from crmsync.cli.preview import preview
from crmsync.cli.revert import revert
from crmsync.cli.run import run

ABOUT = "Keeps Salesforce and HubSpot true to the lead agreement that sales and marketing signed."
CODES = (
    "Exit codes: 0 done, 1 findings that need a person, 2 settings or usage, 3 held for approval, "
    "75 another crmsync holds the store, 78 the store cannot be used."
)

app = typer.Typer(
    name="crmsync",
    help=ABOUT,
    epilog=CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
agreement = typer.Typer(help="The agreement: read it, sign it.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def chosen(workspace: Workspace = None) -> None:
    """Keep the workspace chosen before the command's name."""
    CHOSEN.take(workspace)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: that of this process); returns the exit code."""
    CHOSEN.folder = Chosen().folder
    given = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: int(app(args=given, prog_name="crmsync", standalone_mode=False) or 0), lambda: CHOSEN.folder)


COMMANDS: tuple[Callable[..., int], ...] = (
    demo,
    preview,
    init,
    check,
    doctor,
    plan,
    apply,
    run,
    explain,
    log,
    revert,
    emulate,
)
OF_THE_AGREEMENT: tuple[Callable[..., int], ...] = (show, sign)
for command in COMMANDS:
    app.command()(command)
for command in OF_THE_AGREEMENT:
    agreement.command()(command)
app.add_typer(agreement, name="agreement")
