"""The pulse: told by the work, watched by the service manager, stopped by whoever may."""

from threading import Thread

import pytest

from crmsync.cycle.pulse import Listening, Pulse
from crmsync.model.errors import Stopping


def test_every_sign_of_work_is_a_beat():
    pulse, told = Pulse(), []

    class Ear:
        def event(self, name, **facts):
            told.append((name, facts))

    pulse.beat()
    pulse.proceed()
    Listening(Ear(), pulse).event("crm.call", status=200)
    assert (pulse.beats, told) == (3, [("crm.call", {"status": 200})])


def test_work_goes_on_until_somebody_asks_to_stop():
    pulse = Pulse()
    pulse.proceed()
    pulse.sleep(0)
    assert not pulse.stopping
    pulse.stop()
    pulse.stop()
    assert pulse.stopping
    with pytest.raises(Stopping):
        pulse.proceed()
    with pytest.raises(Stopping):
        pulse.sleep(3600)


def test_a_moment_in_the_middle_of_a_batch_is_waited_out():
    pulse = Pulse()
    pulse.stop()
    pulse.sleep(0.01)
    assert pulse.beats == 1


def test_a_wait_of_an_hour_ends_when_somebody_asks_to_stop():
    pulse, ended = Pulse(), []

    def wait():
        with pytest.raises(Stopping):
            pulse.sleep(3600)
        ended.append(True)

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    pulse.stop()
    waiting.join(60)
    assert ended == [True]
