"""What `doctor` tells about a workspace and its CRMs."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters: all is well, good to know, or something that stops work."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """What was found, why it matters, how to fix it. `system` is empty for what is about the workspace."""

    system: str
    code: str
    level: Level
    what: str
    why: str = ""
    fix: str = ""
