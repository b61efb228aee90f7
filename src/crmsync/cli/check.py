"""`crmsync check`: are the files valid and is the agreement complete? Offline."""

from crmsync.cli import codes
from crmsync.cli.options import CHOSEN, AsJson, Workspace
from crmsync.cli.screen import busy, complain, tell, tell_json
from crmsync.model.errors import SettingsProblem


def check(workspace: Workspace = None, as_json: AsJson = False) -> int:
    """Check every file and the agreement: complete, signed, and at rest after one cycle from every situation. Offline.

    Exit 0: all well. 1: the agreement does not come to rest. 2: problems, all listed with file, line and column.
    """
    from crmsync.bootstrap import open_questions, present_day, read_files
    from crmsync.cycle import commands
    from crmsync.reports.check import CheckView, check_json, check_text, problems_json, problems_text

    folder = CHOSEN.take(workspace)
    try:
        files = read_files(folder)
        questions = open_questions(files, present_day())
    except SettingsProblem as found:
        tell_json(problems_json(found.problems)) if as_json else complain(problems_text(found.problems))
        return codes.USAGE
    with busy("Trying every situation the agreement can meet ..."):
        done = commands.check(files.agreement, folder / "state", present_day())
    view = CheckView(
        files=len(files.texts) + len(files.mappings) + len(files.connectors) + 1,
        version=files.agreement.version,
        content=files.agreement.content,
        signed=done.signed,
        signers=done.signers,
        still_to_sign=done.still_to_sign,
        reminders=done.reminders,
        situations=done.situations,
        restless=done.restless,
        remembered=done.remembered,
        questions=questions,
    )
    tell_json(check_json(view)) if as_json else tell(check_text(view))
    return codes.NEEDS_YOU if done.restless else codes.DONE
