"""What an offline check found: every problem, or what was proved and who still has to sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crmsync.model.errors import Problem
from crmsync.reports.table import document, following
from crmsync.reports.words import counted


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check of valid files, as it is shown.

    `restless` are situations that do not come to rest in one cycle, `questions` what words found in the user's exports
    still ask.
    """

    files: int
    version: int
    content: str
    signed: bool
    signers: tuple[str, ...]
    still_to_sign: tuple[str, ...]
    reminders: tuple[str, ...]
    situations: int
    restless: tuple[str, ...]
    remembered: bool
    questions: tuple[str, ...] = ()


def check_text(view: CheckView) -> str:
    """The result for people."""
    return document(
        [f"{counted(view.files, 'file')} read, all valid."],
        _signed(view),
        _proved(view),
        _open(view),
        [f"Remember: {one}" for one in view.reminders],
        following(*_next(view)),
    )


def check_json(view: CheckView) -> dict[str, object]:
    """Keys: problems (empty), files, content, version, signed, signers, still_to_sign, reminders, situations ..."""
    return {
        "problems": [],
        "files": view.files,
        "content": view.content,
        "version": view.version,
        "signed": view.signed,
        "signers": list(view.signers),
        "still_to_sign": list(view.still_to_sign),
        "reminders": list(view.reminders),
        "situations": view.situations,
        "at_rest": not view.restless,
        "restless": list(view.restless),
        "proved_before": view.remembered,
        "open_questions": list(view.questions),
    }


def problems_text(problems: Sequence[Problem]) -> str:
    """Every problem on its own line: file:line:column, what was found, what to do."""
    lines = [str(one) for one in problems]
    return document(
        lines, [f"{counted(len(lines), 'problem')}."], following(("crmsync check", "again, once fixed"))
    ).rstrip()


def problems_json(problems: Sequence[Problem]) -> dict[str, object]:
    """Keys: problems (file, line, column, message, suggestion)."""
    rows = [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "message": one.message,
            "suggestion": one.suggestion,
        }
        for one in problems
    ]
    return {"problems": rows}


def _signed(view: CheckView) -> Iterator[str]:
    if view.signed:
        yield f"Signed by {', '.join(view.signers)}: version {view.version}."
        return
    yield "Not signed, or edited since: crmsync reads and plans, but writes nothing."
    yield from (f"  still to sign: {who}" for who in view.still_to_sign)


def _open(view: CheckView) -> Iterator[str]:
    if view.questions:
        words = counted(len(view.questions), "word")
        yield f"Still open: {words} of your status fields. Until you decide, records with them are left alone."
        yield from (f"  {one}" for one in view.questions)


def _proved(view: CheckView) -> Iterator[str]:
    if not view.restless:
        before = " (proved before for exactly this agreement; not repeated)" if view.remembered else ""
        yield f"At rest: from each of {view.situations:,} situations one cycle is enough{before}."
        return
    yield f"NOT AT REST: of {view.situations:,} situations some change again a cycle later. The first ones:"
    yield from (f"  {one}" for one in view.restless)


def _next(view: CheckView) -> Iterator[tuple[str, str]]:
    if view.restless:
        yield (
            "edit mappings/agreement/statuses.yaml",
            "a legal move in the wrong direction is the usual cause; then check again",
        )
    elif not view.signed:
        yield "crmsync agreement show", "read it; then both sides sign"
    else:
        yield "crmsync doctor", "is everything in place in both CRMs?"
