"""The pulse of the work: it beats while something goes on, and it carries the wish to stop to wherever the work is."""

from threading import Event, Lock

from crmsync.model.errors import Stopping
from crmsync.model.ports import Observer

A_MOMENT = 2.0


class Pulse:
    """Counts beats for whoever watches, and waits in a way that a wish to stop interrupts (a `model.ports.Sleeper`)."""

    def __init__(self) -> None:
        self._beats = 0
        self._lock = Lock()
        self._stop = Event()

    @property
    def beats(self) -> int:
        """How often the work told that it goes on: a number that stands still is work that hangs."""
        with self._lock:
            return self._beats

    @property
    def stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to stop: begin nothing new, finish the batch in hand."""
        self._stop.set()

    def beat(self) -> None:
        """The work goes on."""
        with self._lock:
            self._beats += 1

    def proceed(self) -> None:
        """Beat at a place where nothing is half done; raises Stopping where the work should end here."""
        self.beat()
        if self.stopping:
            raise Stopping("crmsync was asked to stop.")

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds; raises Stopping at once when somebody asks us to stop.

        A moment is waited out whatever was asked: whoever waits that short is in the middle of a batch.
        """
        if seconds <= A_MOMENT:
            Event().wait(seconds)
            self.beat()
            return
        self._stop.wait(seconds)
        self.proceed()


class Listening:
    """An observer that takes every event as a beat before it is told on (implements `model.ports.Observer`)."""

    def __init__(self, observer: Observer, pulse: Pulse) -> None:
        self._observer, self._pulse = observer, pulse

    def event(self, name: str, **facts: object) -> None:
        """Something happened."""
        self._pulse.beat()
        self._observer.event(name, **facts)
