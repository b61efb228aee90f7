"""The stage of a preview: two empty emulated CRMs, a signed copy of the agreement, and the user's rows loaded."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crmsync.cli.demo_stage import Stage
from crmsync.model.errors import UnknownThing

if TYPE_CHECKING:
    from crmsync.bootstrap import Files
    from crmsync.exports.survey import Export

PIECE = 5000
SIDES = ("sales", "marketing")
_REFUSED = re.compile(r"line (\d+): (.*)", re.DOTALL)


@dataclass(slots=True)
class Loaded:
    """What arrived in the emulated CRMs: rows per file, and lines a CRM refused, with its words."""

    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)


def copy_workspace(folder: Path, given: Path) -> "tuple[Files, bool]":
    """Make a workspace of the template in `folder`, with the mappings of a given one; tells whether those differ."""
    from crmsync.bootstrap import read_files
    from crmsync.template import template_files

    shipped = template_files()
    own = _own_mappings(given) if (given / "crmsync.yaml").is_file() else {}
    for name, text in ({**shipped, **own}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    differs = any(shipped.get(name) != text for name, text in own.items() if not name.endswith("signoffs.yaml"))
    return read_files(folder), differs


def _own_mappings(given: Path) -> dict[str, str]:
    files = sorted((given / "mappings").rglob("*.yaml"))
    return {path.relative_to(given).as_posix(): path.read_text("utf-8") for path in files}


def go_live(folder: Path, today: date) -> "Files":
    """From today on deadlines would count: nothing older becomes a task. Then both sides sign the copy."""
    from crmsync.bootstrap import read_files
    from crmsync.cycle.commands import Signature, sign_agreement

    path = folder / "mappings" / "agreement" / "definitions.yaml"
    path.write_text(re.sub(r"(?m)^go_live:.*$", f"go_live: {today.isoformat()}", path.read_text("utf-8")), "utf-8")
    (path.parent / "signoffs.yaml").write_text("signoffs: []\n", "utf-8")
    files = read_files(folder)
    if files.agreement.go_live != today:
        raise UnknownThing("definitions.yaml must say `go_live: DAY` on a line of its own.")
    for number, (role, job) in enumerate(_signers(files.agreement.must_sign), start=1):
        sign_agreement(folder, files.agreement, Signature(role, f"preview {number}", job), today)
        files = read_files(folder)
    return files


def _signers(jobs: Sequence[str]) -> list[tuple[str, str]]:
    signers = [("marketing" if "market" in job.casefold() else "sales", job) for job in jobs]
    missing = [side for side in SIDES if side not in {role for role, _ in signers}]
    return [*signers, *((side, jobs[0]) for side in missing)]


def prepare(stage: Stage, files: "Files", at: datetime) -> None:
    """Give the empty CRMs the fields and words of the agreement, and the day of the newest row."""
    statuses = files.agreement.statuses.values()
    words = {system: [one.spelled[system] for one in statuses if one.spelled.get(system)] for system in stage.urls}
    stage.post("salesforce", "clock", {"set": at.isoformat()})
    field = next(one.vendor for one in files.mappings["salesforce"].streams["contacts"].fields if one.name == "status")
    stock = ["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"]
    portal = [
        "NEW",
        "OPEN",
        "IN_PROGRESS",
        "OPEN_DEAL",
        "UNQUALIFIED",
        "ATTEMPTED_TO_CONTACT",
        "CONNECTED",
        "BAD_TIMING",
    ]
    stage.post(
        "salesforce",
        "load",
        [
            _words("Lead", "Status", [*stock, *words["salesforce"]]),
            {"type": "__field__", "fields": {"object": "Contact", "name": field, "type": "picklist"}},
            _words("Contact", field, words["salesforce"]),
        ],
    )
    stage.post("hubspot", "load", [_words("contacts", "hs_lead_status", [*portal, *words["hubspot"]])])


def load(stage: Stage, exports: "Iterable[Export]", files: "Files") -> Loaded:
    """Load every row that can be taken, piece by piece, then the people its owner columns name."""
    from crmsync.bootstrap import to_utc_of
    from crmsync.exports.records import SYSTEMS, Staff, loadable, spelled_words

    staff, done = Staff(), Loaded()
    words = spelled_words([one.spelled.get("hubspot", "") for one in files.agreement.statuses.values()])
    for export in exports:
        rows = ((one.line, one.row()) for one in loadable(export, words, staff, to_utc_of(files.agreement)))
        system = SYSTEMS[export.layout.kind]
        for piece in _pieces(rows):
            taken, refused = _load_piece(stage, system, piece)
            done.rows[export.name] = done.rows.get(export.name, 0) + taken
            done.refused.setdefault(export.name, []).extend(refused)
    for system in stage.urls:
        people = [row for of, row in staff.rows() if of == system]
        if people:
            stage.post(system, "load", people)
    done.teams = staff.teams()
    return done


def pass_quiet_time(stage: Stage, minutes: int) -> None:
    """Let the time go by in which crmsync leaves alone what a person has just edited."""
    stage.post("salesforce", "clock", {"advance": timedelta(minutes=minutes + 1).total_seconds()})


def _words(object_: str, field: str, values: list[str]) -> dict[str, object]:
    listed = list(dict.fromkeys(values))
    return {"type": "__picklist__", "fields": {"object": object_, "field": field, "values": listed}}


def _pieces(rows: Iterable[tuple[int, Mapping[str, object]]]) -> Iterator[list[tuple[int, Mapping[str, object]]]]:
    piece: list[tuple[int, Mapping[str, object]]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _load_piece(
    stage: Stage, system: str, piece: list[tuple[int, Mapping[str, object]]]
) -> tuple[int, list[tuple[int, str]]]:
    """Load one piece; a row the CRM refuses is taken out with its words, the others are loaded.

    A refused row undoes its piece: the rows before it are sent again, then the rest.
    """
    taken, refused = 0, []
    while piece:
        try:
            stage.post(system, "load", [row for _, row in piece])
        except urllib.error.HTTPError as error:
            match = _REFUSED.match(str(json.loads(error.read()).get("error", "")))
            if match is None:
                raise
            at = int(match[1]) - 1
            refused.append((piece[at][0], match[2]))
            if at:
                stage.post(system, "load", [row for _, row in piece[:at]])
            taken, piece = taken + at, piece[at + 1 :]
            continue
        return taken + len(piece), refused
    return taken, refused


def nobody_types(*_: object, **__: object) -> None:
    """In a preview no command is typed: the stage's program does nothing."""
