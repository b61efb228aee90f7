"""Where the details of a mistake in crmsync go: a file of the workspace that holds no value and no name."""

import json
import os
from datetime import datetime
from pathlib import Path

from crmsync.telemetry.redaction import frames

MODE = 0o600


def note_bug(folder: Path, error: BaseException, at: datetime) -> Path | None:
    """Add one JSON line (type, where) to state/errors.log, 0600; None where the workspace cannot be written."""
    path = folder / "state" / "errors.log"
    line = json.dumps({"at": at.isoformat(), "error": type(error).__name__, "frames": _chain(error)})
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, MODE)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write(line + "\n")
    except OSError:
        return None
    return path


def _chain(error: BaseException) -> list[str]:
    """The frames of the error, then those of what caused it."""
    cause = error.__cause__ or error.__context__
    more = [f"caused by {type(cause).__name__}", *_chain(cause)] if cause is not None else []
    return [*frames(error), *more]
