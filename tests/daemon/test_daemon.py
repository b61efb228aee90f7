"""The listening and the working half of the daemon, with rounds that are told what to do and signals from a queue."""

import signal
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event, Lock
from types import SimpleNamespace

import pytest

from crmsync import daemon
from crmsync.cycle.pulse import Pulse
from crmsync.daemon import Bell, Daemon, Metronome
from crmsync.model.errors import Problem, SettingsProblem, StoreHeld
from tests.proofs import proves

PATIENCE = 60.0


class Told:
    """An observer and a line to the service manager that keep what they are told."""

    def __init__(self):
        self.events, self.messages, self._lock = [], [], Lock()

    def event(self, name, **facts):
        with self._lock:
            self.events.append((name, facts))

    def ready(self):
        self.messages.append("ready")

    def alive(self):
        self.messages.append("alive")

    def stopping(self):
        self.messages.append("stopping")

    def status(self, words):
        self.messages.append(f"status {words}")

    def names(self):
        return [name for name, _ in self.events]


class Rounds:
    """Rounds that do what the test says; `asked` is where signals come from."""

    def __init__(self, told, every=3600.0):
        settings = {"salesforce": SimpleNamespace(pull=SimpleNamespace(every=timedelta(seconds=every)))}
        agreement = SimpleNamespace(signed=True)
        self.wiring = SimpleNamespace(
            pulse=Pulse(), observer=told, settings=settings, clock=None, agreement=agreement, connectors={}
        )
        self.pauses = {}
        self.asked = SimpleQueue()
        self.cycles, self.writes, self.used = 0, 0, []
        self.on_cycle = lambda: self.asked.put(signal.SIGTERM)
        self.on_write = lambda: None
        self.due = None

    def cycle(self):
        self.cycles += 1
        self.on_cycle()
        return SimpleNamespace(cycle=self.cycles, counts={"changed": 1, "applied": 2, "held": 3})

    def write(self):
        self.writes += 1
        self.on_write()

    def seconds_to_due(self):
        return self.due

    def use(self, wiring):
        self.used.append(wiring)


class Silent(Metronome):
    """A metronome whose beats never come; it remembers what it was set to."""

    def __init__(self, ring):
        self.ring, self.pace, self.due = ring, [], []

    def start(self, every):
        self.pace.append(every)

    def set_pace(self, every):
        self.pace.append(every)

    def due_in(self, seconds):
        self.due.append(seconds)

    def stop(self):
        pass


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def rounds(told):
    return Rounds(told)


@pytest.fixture
def quick(monkeypatch):
    """No waiting for signals or bells."""
    monkeypatch.setattr(daemon, "LISTEN", 0.01)


@pytest.fixture
def made(tmp_path, rounds, told, quick, monkeypatch):
    monkeypatch.setattr(daemon, "Metronome", Silent)
    return Daemon(tmp_path, rounds, rounds.asked, told)


def ring_and_stop_after(rounds, made, number):
    """Every cycle rings for the next one, the last asks to stop."""

    def on_cycle():
        if rounds.cycles < number:
            made._bells.put(Bell.CYCLE)
        else:
            rounds.asked.put(signal.SIGTERM)

    rounds.on_cycle = on_cycle


# Beginning, working, ending ------------------------------------------------------------------------------------------


def test_it_is_ready_before_the_first_cycle_and_says_what_it_did(made, rounds, told):
    assert made.serve() is True
    assert told.messages[0] == "ready"
    assert "status Cycle 1: 1 changed, 2 written, 3 changes waiting for you (crmsync plan)." in told.messages
    assert told.names() == ["daemon.started", "daemon.stopping", "daemon.stopped"]
    assert told.events[-1][1] == {"finished": True}
    assert told.messages.index("stopping") > told.messages.index("ready")


@proves("2.15")
def test_it_works_as_often_as_the_bell_rings(made, rounds):
    """Left alone, it works at every beat of its clock."""
    ring_and_stop_after(rounds, made, 5)
    assert made.serve()
    assert (rounds.cycles, rounds.writes) == (5, 0)


def test_many_bells_at_once_are_one_cycle(made, rounds):
    for bell in (Bell.CYCLE, Bell.APPROVED, Bell.CYCLE, Bell.DUE, Bell.CYCLE):
        made._bells.put(bell)
    ring_and_stop_after(rounds, made, 2)
    made.serve()
    assert (rounds.cycles, rounds.writes) == (2, 0)


def test_approvals_are_looked_for_without_a_cycle(made, rounds):
    rounds.on_cycle = lambda: made._bells.put(Bell.APPROVED)
    rounds.on_write = lambda: rounds.asked.put(signal.SIGINT)
    assert made.serve()
    assert (rounds.cycles, rounds.writes) == (1, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_ways_of_asking_end_it(made, rounds, number):
    rounds.on_cycle = lambda: rounds.asked.put(number)
    assert made.serve()
    assert rounds.wiring.pulse.stopping


def test_a_hangup_asks_for_a_cycle_at_once(made, rounds):
    def on_cycle():
        rounds.asked.put(signal.SIGHUP if rounds.cycles == 1 else signal.SIGTERM)

    rounds.on_cycle = on_cycle
    assert made.serve()
    assert rounds.cycles == 2


def test_an_error_that_ends_the_work_ends_the_program_with_it(made, rounds):
    def taken_over():
        raise StoreHeld("Another crmsync has taken over.")

    rounds.on_cycle = taken_over
    with pytest.raises(StoreHeld, match="taken over"):
        made.serve()


def test_a_mistake_of_ours_ends_the_program_too(made, rounds):
    def mistake():
        raise ZeroDivisionError

    rounds.on_cycle = mistake
    with pytest.raises(ZeroDivisionError):
        made.serve()


@pytest.mark.parametrize("ways", [1, 2])
def test_a_request_that_hangs_is_left_behind_after_the_grace_or_at_the_second_asking(made, rounds, monkeypatch, ways):
    monkeypatch.setattr(daemon, "GRACE", 0.2 if ways == 1 else 3600.0)
    let_go = Event()

    def hang():
        for _ in range(ways):
            rounds.asked.put(signal.SIGTERM)
        let_go.wait(PATIENCE)

    rounds.on_cycle = hang
    assert made.serve() is False
    assert rounds.wiring.observer.events[-1] == ("daemon.stopped", {"finished": False})
    let_go.set()


# The watchdog --------------------------------------------------------------------------------------------------------


def test_the_service_manager_hears_of_progress_and_of_nothing_else(made, rounds, told):
    """Work that beats is told on; work that hangs is not, however long it lasts."""
    pulse, heard = rounds.wiring.pulse, []

    def work():
        deadline = PATIENCE
        for _ in range(3):
            before = told.messages.count("alive")
            pulse.beat()
            while told.messages.count("alive") == before and deadline > 0:
                Event().wait(0.01)
                deadline -= 0.01
        Event().wait(0.1)
        before = told.messages.count("alive")
        Event().wait(0.3)  # thirty looks of the main thread
        heard.append(told.messages.count("alive") - before)
        rounds.asked.put(signal.SIGTERM)

    rounds.on_cycle = work
    made.serve()
    assert heard == [0]
    assert told.messages.count("alive") >= 3


# Time ----------------------------------------------------------------------------------------------------------------


def test_between_two_cycles_at_pace_there_is_one_for_what_is_due_first(made, rounds):
    rounds.due = 12.5

    def on_cycle():
        following = {1: Bell.DUE, 2: Bell.CYCLE}
        if rounds.cycles in following:
            made._bells.put(following[rounds.cycles])
        else:
            rounds.asked.put(signal.SIGTERM)

    rounds.on_cycle = on_cycle
    made.serve()
    assert made._metronome.due == [12.5, None, 12.5]


def test_a_host_clock_that_jumps_back_does_not_stop_the_work(tmp_path, told, quick, monkeypatch):
    """The metronome follows the host's clock and falls silent; the time that really went by still counts."""
    monkeypatch.setattr(daemon, "Metronome", Silent)
    monkeypatch.setattr(daemon, "APPROVALS_EVERY", timedelta(seconds=0.01))
    rounds = Rounds(told, every=0.1)
    rounds.on_cycle = lambda: rounds.asked.put(signal.SIGTERM) if rounds.cycles == 3 else None
    assert Daemon(tmp_path, rounds, rounds.asked, told).serve()
    assert rounds.cycles == 3
    assert rounds.writes > 0


def test_the_pace_is_that_of_the_crm_that_is_asked_most_often(told):
    settings = {
        name: SimpleNamespace(pull=SimpleNamespace(every=timedelta(seconds=seconds)))
        for name, seconds in (("salesforce", 300), ("hubspot", 60))
    }
    assert daemon.pace(SimpleNamespace(settings=settings)) == timedelta(seconds=60)


def test_the_metronome_beats_for_cycles_approvals_and_what_is_due():
    rung = SimpleQueue()
    metronome = Metronome(rung.put)
    metronome.start(timedelta(seconds=0.05))
    try:
        assert rung.get(timeout=PATIENCE) is Bell.CYCLE
        metronome.set_pace(timedelta(days=1))
        metronome.due_in(0)
        heard = set()
        while heard != {Bell.DUE, Bell.APPROVED}:
            heard |= {rung.get(timeout=PATIENCE)} - {Bell.CYCLE}
    finally:
        metronome.stop()


def test_the_metronome_knows_no_zone_no_file_and_never_beats_twice_at_once():
    metronome = Metronome(lambda _: None)
    metronome.start(timedelta(minutes=1))
    try:
        metronome.due_in(30)
        metronome.due_in(90)
        jobs = {one.id: one for one in metronome._scheduler.get_jobs()}
        assert set(jobs) == {"cycle", "approved", "due"}
        assert jobs["due"].trigger.interval == timedelta(seconds=90)
        for one in jobs.values():
            assert (one.coalesce, one.max_instances, one.misfire_grace_time) == (True, 1, None)
            assert str(one.trigger.timezone) == str(metronome._scheduler.timezone) == "UTC"
        assert [type(one).__name__ for one in metronome._scheduler._jobstores.values()] == ["MemoryJobStore"]
        metronome.due_in(None)
        metronome.due_in(None)
        assert metronome._scheduler.get_job("due") is None
    finally:
        metronome.stop()


# Changed files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(monkeypatch):
    """What the workspace's files are worth, as the test says."""
    state = SimpleNamespace(seen="one", reopened=[], broken=None, restless=())

    def read_files(folder):
        if state.broken:
            raise SettingsProblem((Problem("crmsync.yaml", 3, 1, state.broken),))
        return SimpleNamespace(folder=folder, agreement=None)

    def reopen(_files, running):
        made = SimpleNamespace(**vars(running))
        made.settings = {"hubspot": SimpleNamespace(pull=SimpleNamespace(every=timedelta(seconds=5)))}
        state.reopened.append(made)
        return made

    monkeypatch.setattr(daemon.bootstrap, "fingerprint", lambda _: state.seen)
    monkeypatch.setattr(daemon.bootstrap, "read_files", read_files)
    monkeypatch.setattr(daemon.bootstrap, "reopen", reopen)
    monkeypatch.setattr(daemon, "check", lambda *_: SimpleNamespace(restless=state.restless))
    return state


@pytest.fixture
def changing(files, tmp_path, rounds, told, quick, monkeypatch):
    """A daemon whose files change after the first cycle, and that is stopped after the third."""
    monkeypatch.setattr(daemon, "Metronome", Silent)
    rounds.wiring.clock = SimpleNamespace(now=lambda: SimpleNamespace(date=lambda: None))
    made = Daemon(tmp_path, rounds, rounds.asked, told)

    def on_cycle():
        files.seen = "two"
        made._bells.put(Bell.CYCLE)
        if rounds.cycles == 3:
            rounds.asked.put(signal.SIGTERM)

    rounds.on_cycle = on_cycle
    return made


def test_changed_files_are_taken_before_the_next_cycle_once(changing, files, rounds, told):
    changing.serve()
    assert rounds.used == files.reopened
    assert len(files.reopened) == 1
    assert changing._metronome.pace == [timedelta(hours=1), timedelta(seconds=5)]
    assert ("workspace.reread", {"signed": True}) in told.events


def test_files_that_cannot_be_used_leave_the_last_good_ones_in_force_and_it_is_said_once(changing, files, rounds, told):
    files.broken = "modes: dance is not a mode."
    changing.serve()
    assert (rounds.used, rounds.cycles >= 3) == ([], True)
    assert told.names().count("workspace.kept") == 1
    said = [one for one in told.messages if "the last good ones are" in one]
    assert all("crmsync.yaml:3:1: modes: dance is not a mode." in one for one in said)
    assert any("Cycle 3" in one for one in said)


def test_an_agreement_that_does_not_come_to_rest_is_not_taken(changing, files, rounds, told):
    files.restless = ("Working, then Open, then Working",)
    changing.serve()
    assert rounds.used == []
    [facts] = [facts for name, facts in told.events if name == "workspace.kept"]
    assert "does not come to rest: Working, then Open" in facts["problems"][0]


# Signals -------------------------------------------------------------------------------------------------------------


def test_signals_are_heard_only_while_somebody_listens():
    asked = SimpleQueue()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    with daemon.listening(asked):
        for number in before:
            signal.raise_signal(number)
    assert [asked.get_nowait() for _ in before] == list(before)
    with pytest.raises(Empty):
        asked.get_nowait()
    assert {number: signal.getsignal(number) for number in before} == before
