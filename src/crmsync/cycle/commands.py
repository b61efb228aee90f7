"""What people tell crmsync to do beside running: plan, approve, sign, search. One function per command."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crmsync.agreement.model import Agreement, Signoff
from crmsync.agreement.sign import sign
from crmsync.cycle.checking import Checked, check
from crmsync.cycle.doctor import examine
from crmsync.cycle.names import names_of
from crmsync.cycle.revert import Reverted, revert
from crmsync.cycle.run import CycleReport, brakes_open, run_once
from crmsync.cycle.streams import Trouble, streams
from crmsync.cycle.undone import undone_by_people
from crmsync.cycle.wiring import Wiring
from crmsync.cycle.write import Written, settle_open, write_rows
from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import StoreHeld, UnknownThing
from crmsync.model.plans import PlanHeader, PlanRow, PlanState, RowState, Verdict, VerdictKind
from crmsync.state import Lease

__all__ = [
    "Applied",
    "Checked",
    "CycleReport",
    "Planned",
    "Reverted",
    "Selection",
    "Signature",
    "Trouble",
    "Wiring",
    "apply",
    "check",
    "examine",
    "names_of",
    "plan",
    "revert",
    "run_once",
    "sign_agreement",
    "stored_plan",
    "undone_by_people",
]

POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a plan is meant; nothing set means all of it."""

    kind: ChangeKind | None = None
    team: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: for sales or marketing, by name and job, with where the consent can be found."""

    role: str
    name: str
    job: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it is stored. `beside` names who holds the store where the plan was not made anew."""

    header: PlanHeader | None
    rows: tuple[PlanRow, ...]
    report: CycleReport | None
    troubles: tuple[Trouble, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an approval: chosen rows, what was written, what remains held, and what no approval can lift.

    `writer` names another crmsync that will write; `waiting` rows are approved and not yet written by it. `brakes` are
    what keeps the braked rows back now, with how many rows each.
    """

    header: PlanHeader
    chosen: int
    written: Written
    remaining: int
    braked: int
    writer: str = ""
    waiting: int = 0
    brakes: tuple[tuple[Verdict, int], ...] = ()


def plan(wiring: Wiring) -> Planned:
    """Pull, decide and store a plan; where another crmsync holds the store, show the plan it has made."""
    try:
        report = run_once(wiring, send=False)
    except StoreHeld as held:
        return stored_plan(wiring, beside=str(held))
    return Planned(report.header, report.rows, report, report.troubles)


def stored_plan(wiring: Wiring, beside: str = "") -> Planned:
    """The newest open plan without making one."""
    header = wiring.store.latest_plan()
    if header is None or header.state is not PlanState.OPEN:
        return Planned(None, (), None, beside=beside)
    return Planned(header, tuple(wiring.store.plan_rows(header.digest)), None, beside=beside)


def apply(wiring: Wiring, number: str, selection: Selection, by: str, wait: float) -> Applied:
    """Approve stored rows and write them: now, or through the crmsync that holds the store.

    Raises UnknownThing for a plan that does not exist or is not open any more.
    """
    header = _open_plan(wiring, number)
    held = [row for row in wiring.store.plan_rows(header.digest) if _is_held(row)]
    liftable = [row for row in held if brakes_open(wiring, row)]
    chosen = _chosen(liftable, selection)
    if not chosen:
        return Applied(header, 0, Written(), len(held), len(held) - len(liftable), brakes=_brakes(wiring, held))
    try:
        with wiring.store.lease("crmsync apply") as lease:
            written = _approve_and_write(wiring, header, chosen, by, lease)
            return _applied(wiring, header, chosen, written)
    except StoreHeld as holder:
        wiring.store.approve(header.digest, [row.seq for row in chosen], by, wiring.clock.now())
        return _wait_for_writer(wiring, header, chosen, str(holder), wait)


def _open_plan(wiring: Wiring, number: str) -> PlanHeader:
    header = wiring.store.plan(number)
    if header is None:
        raise UnknownThing(f"There is no plan {number}. See the present one with: crmsync plan")
    if header.state is not PlanState.OPEN:
        raise UnknownThing(f"Plan {header.number} is {header.state.value}. See the present one with: crmsync plan")
    return header


def _is_held(row: PlanRow) -> bool:
    return row.state is RowState.PLANNED and row.verdict.kind is VerdictKind.HOLD


def _chosen(rows: Sequence[PlanRow], selection: Selection) -> list[PlanRow]:
    fitting = [
        row
        for row in rows
        if (selection.kind is None or row.change.kind is selection.kind)
        and (selection.team is None or row.change.team == selection.team)
    ]
    return fitting[: selection.limit] if selection.limit is not None else fitting


def _brakes(wiring: Wiring, rows: Sequence[PlanRow]) -> tuple[tuple[Verdict, int], ...]:
    """What keeps these rows back whoever approves them, as it stands now."""
    closed = [row for row in rows if not brakes_open(wiring, row)]
    counts = Counter(_brake(wiring, row) for row in closed)
    return tuple((Verdict(VerdictKind.HOLD, code, {about: who}), n) for (code, about, who), n in counts.items())


def _brake(wiring: Wiring, row: PlanRow) -> tuple[str, str, str]:
    settings = wiring.settings.get(row.change.ref.system)
    if settings is None or not settings.writes:
        return "brake.writes_off", "system", row.change.ref.system
    if wiring.workspace.mode(row.change.kind).value == "watch":
        return "brake.watch", "kind", row.change.kind.value
    return "brake.unsigned", "agreement", wiring.agreement.content


def _approve_and_write(wiring: Wiring, header: PlanHeader, chosen: Sequence[PlanRow], by: str, lease: Lease) -> Written:
    wiring.clock.follow(wiring.connectors.values())
    now = wiring.clock.now()
    known = streams(wiring)
    settle_open(wiring, known, lease, now)
    wiring.store.approve(header.digest, [row.seq for row in chosen], by, now)
    return write_rows(wiring, known, lease, header.digest, chosen, now)


def _applied(wiring: Wiring, header: PlanHeader, chosen: Sequence[PlanRow], written: Written) -> Applied:
    left = [row for row in wiring.store.plan_rows(header.digest) if _is_held(row)]
    braked = sum(not brakes_open(wiring, row) for row in left)
    return Applied(header, len(chosen), written, len(left), braked, brakes=_brakes(wiring, left))


def _wait_for_writer(
    wiring: Wiring, header: PlanHeader, chosen: Sequence[PlanRow], writer: str, wait: float
) -> Applied:
    """The running crmsync writes approved rows in its next cycle; look every second whether it did."""
    mine = {row.seq for row in chosen}
    waited = 0.0
    while True:
        rows = [row for row in wiring.store.plan_rows(header.digest) if row.seq in mine]
        waiting = sum(row.state in {RowState.APPROVED, RowState.INTENT, RowState.SENT} for row in rows)
        if not waiting or waited >= wait:
            done = Written(
                applied=sum(row.state is RowState.APPLIED for row in rows),
                stale=sum(row.state is RowState.SUPERSEDED for row in rows),
                refused=sum(row.state is RowState.REJECTED for row in rows),
            )
            left = sum(_is_held(row) for row in wiring.store.plan_rows(header.digest))
            return Applied(header, len(chosen), done, left, 0, writer, waiting)
        wiring.sleeper.sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def sign_agreement(folder: Path, agreement: Agreement, signature: Signature, on: date) -> Path:
    """Add one signature to the agreement's sign-offs; returns the file. SettingsProblem where it cannot stand."""
    path = folder / "mappings" / "agreement" / "signoffs.yaml"
    row = Signoff(signature.role, signature.name, signature.job, on, agreement.content, signature.evidence)
    text = sign(path.read_text("utf-8"), agreement, row)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)
    return path
