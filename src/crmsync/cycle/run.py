"""One cycle, top to bottom. Read this file to know what crmsync does.

The instant of a cycle is the CRMs' own time as the pull's last answers told it: one instant for all that follows.
"""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from crmsync.cycle.pauses import stopped
from crmsync.cycle.planning import plan
from crmsync.cycle.pull import Pulled, pull
from crmsync.cycle.spending import try_again
from crmsync.cycle.streams import Streams, Trouble, streams
from crmsync.cycle.sweep import Swept, sweep
from crmsync.cycle.wiring import Wiring
from crmsync.cycle.write import Written, intents_of, settle_open, write, write_rows
from crmsync.model.memory import AgreementVersion, Recording
from crmsync.model.plans import PlanHeader, PlanRow, RowState, VerdictKind
from crmsync.reconcile.match import match
from crmsync.state import Lease


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one cycle did. `header` is None where nothing waits; `held` rows wait for a person.

    `stopped` are the CRMs that could not be worked with, each with its gravest trouble. `swept` is what was found by
    holding the CRMs' own lists of records against the store.
    """

    cycle: int
    now: datetime
    changed: int
    decided: int
    header: PlanHeader | None
    rows: tuple[PlanRow, ...]
    held: int
    written: Written
    troubles: tuple[Trouble, ...]
    sent: bool
    stopped: Mapping[str, Trouble] = field(default_factory=dict)
    swept: Swept = field(default_factory=Swept)

    @property
    def counts(self) -> dict[str, int]:
        """The figures a cycle is remembered by; those of a sweep only where there was one."""
        swept = {"swept": self.swept.looked_at, "found": self.swept.found} if self.swept.looked_at else {}
        return swept | {
            "changed": self.changed,
            "decided": self.decided,
            "held": self.held,
            "applied": self.written.applied,
            "stale": self.written.stale,
            "refused": self.written.refused,
            "unclear": self.written.unclear,
            "troubles": len(self.troubles),
        }


def run_once(
    wiring: Wiring, *, send: bool = True, lease: Lease | None = None, unsure: Collection[str] = ()
) -> CycleReport:
    """Pull, match, decide, plan, guard, record, write, confirm. With `send` off it ends with the recorded plan.

    Whoever holds the lease already hands it in. A CRM of which it is `unsure` whether it is back is read before
    anything is sent to it. Raises Stopping where somebody asked us to stop before the plan was
    recorded; after that the batch in hand is finished and the rest waits for the next start.
    """
    name = "crmsync run" if send else "crmsync plan"
    with wiring.store.lease(name) if lease is None else nullcontext(lease) as held:
        try_again(wiring)
        wiring.clock.follow(wiring.connectors.values())
        known = streams(wiring, fresh=not send)
        sure = wiring.among(wiring.connectors.keys() - set(unsure))
        settled = _settled(sure, known, held, wiring.clock.now()) if send else Written()
        before = wiring.store.record_counts()
        pulled = pull(wiring, known)
        out = stopped(pulled.troubles, pulled.answered)
        wiring = wiring.among(wiring.connectors.keys() - out.keys())
        wiring.clock.follow(wiring.connectors.values())
        swept = sweep(wiring, known, wiring.clock.now()) if send else Swept()
        now = wiring.clock.now()
        cycle = _start(wiring, now)
        match_records(wiring)
        recording = plan(wiring, known, cycle, now, before)
        wiring.pulse.proceed()
        recording = _with_intents(wiring, known, recording, held, now, send=send)
        wiring.store.record(recording)
        written = settled + (write(wiring, known, held, recording.intents, now) if send else Written())
        report = replace(_report(wiring, cycle, now, pulled, recording, written, send=send), stopped=out, swept=swept)
        wiring.store.finish_cycle(cycle, report.counts)
        return report


def _settled(wiring: Wiring, known: Streams, lease: Lease, now: datetime) -> Written:
    """Writes without an answer first; then what people took back, so that the cycle sees what they want to be there."""
    done = settle_open(wiring, known, lease, now)
    approved = [one for one in wiring.store.undo_rows() if one[1].state is RowState.APPROVED]
    for digest, rows in groupby(approved, key=lambda one: one[0]):
        done += write_rows(wiring, known, lease, digest, [row for _, row in rows if can_be_sent(wiring, row)], now)
    return done


def match_records(wiring: Wiring) -> None:
    """Find out which records are one person, for the records that are due."""
    candidates = wiring.store.match_candidates()
    if candidates:
        wiring.store.save_links(match(candidates))


def _start(wiring: Wiring, now: datetime) -> int:
    """Open the cycle. When what gives values their meaning changed, everybody is decided on again; plans grow old."""
    agreement = wiring.agreement
    signers = tuple(one.name for one in agreement.signoffs if one.content == agreement.content)
    wiring.store.remember_agreement(AgreementVersion(agreement.content, wiring.agreement_text, now, signers))
    last = wiring.store.cycles(1)
    if last and last[0].basis != wiring.basis:
        wiring.store.mark_all_dirty("meaning changed")
    wiring.store.expire_plans(now - wiring.workspace.plan_expires_after)
    return wiring.store.start_cycle(now, wiring.basis)


def _with_intents(
    wiring: Wiring, known: Streams, recording: Recording, lease: Lease, now: datetime, *, send: bool
) -> Recording:
    """Rows that are approved become pending writes in the transaction that records the plan."""
    ready = [row for row in recording.rows if row.state is RowState.APPROVED and can_be_sent(wiring, row)]
    if not send or recording.header is None:
        return replace(recording, epoch=lease.epoch)
    intents = intents_of(wiring, known, recording.header.digest, ready, lease, now)
    return replace(recording, epoch=lease.epoch, intents=intents)


def can_be_sent(wiring: Wiring, row: PlanRow) -> bool:
    """Whether an approved row can leave now; one for a CRM that takes no part stays approved and waits."""
    return row.change.ref.system in wiring.connectors and brakes_open(wiring, row)


def brakes_open(wiring: Wiring, row: PlanRow) -> bool:
    """Whether no brake holds this row that approval does not lift: connector off, kind in watch, not signed."""
    system = wiring.settings.get(row.change.ref.system)
    watched = wiring.workspace.mode(row.change.kind).value == "watch"
    return system is not None and system.writes and not watched and wiring.agreement.signed


def _report(
    wiring: Wiring,
    cycle: int,
    now: datetime,
    pulled: Pulled,
    recording: Recording,
    written: Written,
    *,
    send: bool,
) -> CycleReport:
    held = [row for _, row in wiring.store.waiting_rows() if row.state is RowState.PLANNED]
    header = recording.header or wiring.store.latest_plan()
    waiting = tuple(
        row for digest, row in wiring.store.waiting_rows() if header is not None and digest == header.digest
    )
    rows = tuple(recording.rows) if recording.header else waiting
    return CycleReport(
        cycle=cycle,
        now=now,
        changed=pulled.changed,
        decided=len(recording.decisions),
        header=header if rows else None,
        rows=rows,
        held=sum(row.verdict.kind is VerdictKind.HOLD for row in held),
        written=written,
        troubles=pulled.troubles,
        sent=send,
    )
