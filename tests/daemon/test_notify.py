"""One datagram per message to whoever started us, and no harm where nobody listens."""

import os

import pytest

from crmsync.telemetry.notify import LONGEST_STATUS, Notify
from tests.daemon.street import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "path" else f"@crmsync-notify-{os.getpid()}"
    listening = ServiceManager(address)
    yield listening
    listening.close()


def test_every_message_arrives_as_the_service_manager_understands_it(manager):
    notify = Notify.from_environment({"NOTIFY_SOCKET": manager.address})
    notify.ready()
    notify.status("Cycle 3: 2 changed.\nSalesforce is left alone.\n")
    notify.alive()
    notify.stopping()
    manager.listen()
    assert manager.told == [
        "READY=1",
        "STATUS=Cycle 3: 2 changed. Salesforce is left alone.",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_a_status_never_grows_into_a_second_message_or_a_page(manager):
    Notify(manager.address).status("x\nREADY=1 " * 100)
    manager.listen()
    [told] = manager.told
    assert "\n" not in told
    assert len(told) == len("STATUS=") + LONGEST_STATUS


@pytest.mark.parametrize(
    "environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}, {"NOTIFY_SOCKET": "/nobody/here"}]
)
def test_without_anybody_listening_nothing_happens(environ):
    notify = Notify.from_environment(environ)
    notify.ready()
    notify.alive()


def test_a_service_manager_that_hangs_does_not_stop_the_work(manager):
    notify = Notify(manager.address)
    for _ in range(2000):  # more than its queue holds
        notify.alive()


def test_a_program_without_a_service_manager_has_no_line(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notify.from_environment().ready()
