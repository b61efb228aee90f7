"""`crmsync run`: stays, works in rounds, and ends well. Signals and time come in here; what a round is, cycle knows.

The main thread listens (signals, the service manager), one thread works, APScheduler is the metronome and nothing else:
what is due stands in the store, so a beat that is lost or doubled changes nothing.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crmsync import bootstrap
from crmsync.cycle.checking import check
from crmsync.cycle.pulse import Pulse
from crmsync.cycle.rounds import Rounds
from crmsync.cycle.spending import saving
from crmsync.cycle.wiring import Wiring
from crmsync.model.errors import Problem, SettingsProblem, Stopping
from crmsync.model.ports import Clock
from crmsync.reports.status_line import status_line
from crmsync.telemetry.notify import Notify

STOPS = (signal.SIGTERM, signal.SIGINT)
GRACE = 25.0
"""Seconds a batch in hand may take after we were asked to stop; what has no answer by then is asked about later."""
LISTEN = 0.5
APPROVALS_EVERY = timedelta(seconds=2)
SOONEST = 1.0
"""Seconds a due cycle comes at the earliest after another one."""


class Bell(StrEnum):
    """What the metronome rings for: a cycle at its pace, one because something is due, a look at approvals."""

    CYCLE = "cycle"
    DUE = "due"
    APPROVED = "approved"


Ring = Callable[[Bell], None]


def run(folder: Path) -> int:
    """Work until SIGTERM or SIGINT; returns 0. Errors that end the work are raised as everywhere.

    SettingsProblem, StoreUnusable and StoreHeld (another crmsync works here) before anything is touched.
    """
    pulse, asked = Pulse(), SimpleQueue[int]()
    with listening(asked), ExitStack() as open_things:
        wiring = bootstrap.open_workspace(folder, pulse=pulse)
        open_things.callback(wiring.close)
        lease = open_things.enter_context(wiring.store.lease("crmsync run"))
        prove(bootstrap.read_files(folder), wiring.clock)
        rounds = Rounds(wiring, lease)
        open_things.callback(rounds.close)
        if not Daemon(folder, rounds, asked, Notify.from_environment()).serve():
            open_things.pop_all()  # a request still hangs: the end of the process gives lock and store back
    return 0


def prove(files: bootstrap.Files, clock: Clock) -> None:
    """Refuse to work (SettingsProblem) with an agreement that does not come to rest from every situation."""
    found = check(files.agreement, bootstrap.memory_of(files.folder), clock.now().date())
    if found.restless:
        hint = "See all of it with: crmsync check"
        words = f"the agreement does not come to rest: {found.restless[0]}."
        raise SettingsProblem((Problem("mappings/agreement/statuses.yaml", 0, 0, words, hint),))


@contextmanager
def listening(asked: "SimpleQueue[int]") -> Iterator[None]:
    """Put every signal that concerns us into the queue; SIGHUP asks for a cycle at once."""

    def hear(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    before = {number: signal.signal(number, hear) for number in (*STOPS, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Daemon:
    """One workspace being worked on. `asked` brings the numbers of signals."""

    def __init__(self, folder: Path, rounds: Rounds, asked: "SimpleQueue[int]", notify: Notify) -> None:
        self._folder = folder
        self._rounds = rounds
        self._asked = asked
        self._notify = notify
        self._pulse = rounds.wiring.pulse
        self._bells: SimpleQueue[Bell] = SimpleQueue()
        self._metronome = Metronome(self._bells.put)
        self._seen = bootstrap.fingerprint(folder)
        self._note = ""
        self._error: BaseException | None = None
        self._last = {bell: monotonic() for bell in Bell}

    def serve(self) -> bool:
        """Work until asked to stop; False where a request still hangs after the time a batch may take."""
        worker = Thread(target=self._work, name="crmsync-work", daemon=True)
        self._metronome.start(pace(self._rounds.wiring))
        self._notify.ready()
        self._tell("daemon.started")
        worker.start()
        try:
            self._listen(worker)
        finally:
            self._metronome.stop()
        if self._error is not None:
            raise self._error
        self._tell("daemon.stopped", finished=not worker.is_alive())
        return not worker.is_alive()

    # The main thread: signals and the service manager ----------------------------------------------------------------

    def _listen(self, worker: Thread) -> None:
        beats, deadline = -1, float("inf")
        while worker.is_alive() and monotonic() < deadline:
            if self._pulse.beats != beats:
                beats = self._pulse.beats
                self._notify.alive()
            number = self._heard()
            if number in STOPS:
                deadline = monotonic() + GRACE if not self._pulse.stopping else 0.0
                self._stop()
            elif number is not None:
                self._bells.put(Bell.CYCLE)

    def _heard(self) -> int | None:
        try:
            return self._asked.get(timeout=LISTEN)
        except Empty:
            return None

    def _stop(self) -> None:
        """The first time: finish the batch in hand. A second time the deadline is now."""
        if not self._pulse.stopping:
            self._notify.stopping()
            self._notify.status("Stopping: the batch in hand is finished.")
            self._tell("daemon.stopping")
        self._pulse.stop()

    # The working thread ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            self._cycle(at_pace=True)
            while not self._pulse.stopping:
                self._pulse.beat()
                bells = self._rung() | self._overdue()
                if bells & {Bell.CYCLE, Bell.DUE}:
                    self._cycle(at_pace=Bell.CYCLE in bells)
                elif Bell.APPROVED in bells:
                    self._approved()
        except Stopping:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by the main thread
            self._error = error

    def _rung(self) -> set[Bell]:
        """The bells that rang; several of one kind are one."""
        found: set[Bell] = set()
        try:
            found.add(self._bells.get(timeout=LISTEN))
            while True:
                found.add(self._bells.get_nowait())
        except Empty:
            return found

    def _overdue(self) -> set[Bell]:
        """The metronome follows the host's clock; when that jumps back, time that really went by still counts."""
        longest = {Bell.CYCLE: 2 * pace(self._rounds.wiring), Bell.APPROVED: 5 * APPROVALS_EVERY}
        return {bell for bell, span in longest.items() if monotonic() - self._last[bell] > span.total_seconds()}

    def _cycle(self, *, at_pace: bool) -> None:
        """One cycle. Between two at the pace the admin chose there is at most one more, for what is due first."""
        self._reread()
        report = self._rounds.cycle()
        self._last = {bell: monotonic() for bell in Bell}
        if report is not None:
            paused = ((one.system, f"{one.until:%H:%M} UTC", one.words) for one in self._rounds.pauses.values())
            note = " ".join(filter(None, (self._note, *saving(self._rounds.wiring))))
            self._notify.status(status_line(report.cycle, report.counts, paused, note))
        self._metronome.due_in(self._rounds.seconds_to_due() if at_pace else None)

    def _approved(self) -> None:
        self._last[Bell.APPROVED] = monotonic()
        self._rounds.write()

    def _reread(self) -> None:
        """Take changed workspace files; where they cannot be used the last good ones stay, and it is said."""
        seen = bootstrap.fingerprint(self._folder)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            files = bootstrap.read_files(self._folder)
            prove(files, self._rounds.wiring.clock)
            wiring = bootstrap.reopen(files, self._rounds.wiring)
        except SettingsProblem as found:
            self._note = f"The changed files cannot be used, the last good ones are: {found.problems[0]}"
            self._tell("workspace.kept", problems=[str(one) for one in found.problems])
            self._notify.status(self._note)
            return
        self._note = ""
        self._rounds.use(wiring)
        self._metronome.set_pace(pace(wiring))
        self._tell("workspace.reread", signed=wiring.agreement.signed)

    def _tell(self, name: str, **facts: object) -> None:
        self._rounds.wiring.observer.event(name, **facts)


def pace(wiring: Wiring) -> timedelta:
    """How often a cycle runs: as often as the most often asked CRM wants it."""
    return min(one.pull.every for one in wiring.settings.values())


class Metronome:
    """APScheduler as nothing but a beat: UTC, in memory, late beats come once, never two at a time."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        rules = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=rules)

    def start(self, every: timedelta) -> None:
        """Beat from now on."""
        self.set_pace(every)
        self._beat("approved", APPROVALS_EVERY.total_seconds(), Bell.APPROVED)
        self._scheduler.start()

    def set_pace(self, every: timedelta) -> None:
        """Ring for a cycle this often."""
        self._beat("cycle", every.total_seconds(), Bell.CYCLE)

    def due_in(self, seconds: float | None) -> None:
        """Ring after so many seconds, because something is due then; None: do not."""
        if seconds is not None:
            self._beat("due", max(seconds, SOONEST), Bell.DUE)
        elif self._scheduler.get_job("due"):
            self._scheduler.remove_job("due")

    def stop(self) -> None:
        """No beat any more."""
        self._scheduler.shutdown(wait=False)

    def _beat(self, name: str, seconds: float, bell: Bell) -> None:
        trigger = IntervalTrigger(seconds=seconds, timezone="UTC")
        self._scheduler.add_job(self._ring, trigger, args=(bell,), id=name, replace_existing=True)
