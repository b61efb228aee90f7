"""What the preflight found, per CRM: what is there, why it matters, how to fix it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from crmsync.model.health import DoctorFinding, Level
from crmsync.reports.table import document, following
from crmsync.reports.words import counted, system_name

MARKS = {Level.OK: "ok", Level.NOTE: "note", Level.PROBLEM: "PROBLEM"}


def doctor_text(findings: Sequence[DoctorFinding]) -> str:
    """The findings for people; problems first within each CRM."""
    systems = list(dict.fromkeys(one.system for one in findings))
    chapters = (_chapter(system, [one for one in findings if one.system == system]) for system in systems)
    return document(*chapters, [_sum(findings)], following(*_next(findings)))


def doctor_json(findings: Sequence[DoctorFinding]) -> dict[str, object]:
    """Keys: problems, notes, findings (system, code, level, what, why, fix)."""
    levels = Counter(one.level for one in findings)
    rows = [
        {
            "system": one.system,
            "code": one.code,
            "level": one.level.value,
            "what": one.what,
            "why": one.why,
            "fix": one.fix,
        }
        for one in findings
    ]
    return {"problems": levels[Level.PROBLEM], "notes": levels[Level.NOTE], "findings": rows}


def _chapter(system: str, findings: Sequence[DoctorFinding]) -> Iterator[str]:
    yield system_name(system).upper() if system else "THIS WORKSPACE"
    order = (Level.PROBLEM, Level.NOTE, Level.OK)
    for one in sorted(findings, key=lambda each: order.index(each.level)):
        yield f"  {MARKS[one.level]:<8} {plain_long(one.what)}"
        if one.why:
            yield f"           {plain_long(one.why)}"
        if one.fix:
            yield f"           -> {plain_long(one.fix)}"


def plain_long(words: str) -> str:
    """Our own sentence with a CRM's words in it, on one line; long lists of fields stay readable."""
    return "".join(one if one.isprintable() else " " for one in words)


def _sum(findings: Sequence[DoctorFinding]) -> str:
    levels = Counter(one.level for one in findings)
    problems = counted(levels[Level.PROBLEM], "problem")
    return f"{problems}, {counted(levels[Level.NOTE], 'note')}. Nothing was changed in either CRM."


def _next(findings: Sequence[DoctorFinding]) -> Iterator[tuple[str, str]]:
    if any(one.level is Level.PROBLEM for one in findings):
        yield "crmsync doctor", "again, once the problems above are fixed"
        return
    if any(one.code == "agreement" and one.level is Level.NOTE for one in findings):
        yield "crmsync agreement show", "read what both sides should sign"
    yield "crmsync plan", "see what would be written; nothing is sent"
