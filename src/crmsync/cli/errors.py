"""The one place where errors become sentences and exit codes; nobody who made no mistake sees a traceback."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from crmsync.cli import codes
from crmsync.cli.screen import complain
from crmsync.model import errors

ADVICE = {
    errors.AccessLost: "Check the token or the client id and secret, then: crmsync doctor",
    errors.RetryLater: "Nothing was lost. Try again later; crmsync doctor tells what can be reached.",
    errors.BudgetSpent: "The calls of the day are used up. Try again tomorrow.",
    errors.ShapeChanged: "The CRM answered in a way crmsync does not know. See: crmsync doctor",
    errors.OutcomeUnknown: "Run `crmsync run --once`: it finds out by reading what became of it.",
    errors.StaleWrite: "Somebody changed the record. Plan again: crmsync plan",
    errors.RecordRefused: "See the record in the CRM; its own rule refuses the change.",
}


def guarded(command: Callable[[], int], folder: Callable[[], Path]) -> int:
    """Run a command; expected errors become one clear sentence and their exit code, a bug a sentence and a file."""
    try:
        return command()
    except errors.CrmsyncError as error:
        return _expected(error, folder())
    except typer.TyperException as error:
        return _usage(error)
    except KeyboardInterrupt:
        return codes.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.DONE
    except Exception as error:  # noqa: BLE001 - a bug is told in one sentence, its details go to a file
        return _bug(error, folder())


def _expected(error: errors.CrmsyncError, folder: Path) -> int:
    if isinstance(error, errors.InvariantBroken):
        return _bug(error, folder)
    complain(str(error))
    if isinstance(error, errors.SettingsProblem | errors.UnknownThing):
        return codes.USAGE
    if isinstance(error, errors.StoreHeld):
        complain("Wait until it is done, or use the other one. crmsync plan and log can be read meanwhile.")
        return codes.STORE_HELD
    if isinstance(error, errors.StoreUnusable):
        complain("Check `store` in crmsync.yaml, the disk, and who may write there.")
        return codes.STORE_UNUSABLE
    complain(ADVICE.get(type(error), "crmsync doctor tells more."))
    return codes.NEEDS_YOU


def _usage(error: typer.TyperException) -> int:
    message = getattr(error, "format_message", lambda: str(error))()
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "crmsync"
    complain(str(message) or "That is not a command crmsync knows.")
    complain(f"See: {path} --help")
    return codes.USAGE


def _bug(error: Exception, folder: Path) -> int:
    from crmsync.bootstrap import note_mistake

    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    kept = note_mistake(folder, error)
    details = f"Details, without any name or value: {kept}" if kept else "Details could not be kept: no workspace here."
    complain(f"This is a mistake in crmsync, not yours: {type(error).__name__}{where}. {details}")
    return codes.NEEDS_YOU
