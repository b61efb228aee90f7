"""An optional stream that a CRM does not show us is off: said once, no trouble, and one line of the doctor."""

from dataclasses import replace

import pytest

from crmsync.cycle.doctor import examine
from crmsync.model.errors import AccessLost, RetryLater, ShapeChanged
from tests.cycle.river import Quiet, lean_files, workspace
from tests.cycle.town import NINE


class Noting(Quiet):
    """An observer that keeps the names of what it is told."""

    def __init__(self):
        self.told = []

    def event(self, name, **facts):
        self.told.append((name, facts.get("stream")))


@pytest.fixture
def river(running, tmp_path):
    running.stage.reset()
    running.world.clock.freeze(False)
    made = workspace(tmp_path / "workspace", running, lean_files("campaigns"))
    made.at(NINE)
    made.control("salesforce", "clock", {"freeze": True})
    yield made
    made.close()


def closed(river, error, stream="campaigns"):
    """The CRM answers this stream with an error from now on."""
    connector = river.wiring.connectors["salesforce"]
    pull = connector.pull

    def refusing(spec, cursor):
        if spec.name == stream:
            raise error
        return pull(spec, cursor)

    connector.pull = refusing
    river.wiring = replace(river.wiring, observer=Noting())
    return river.wiring.observer


@pytest.mark.parametrize("error", [ShapeChanged("no such thing"), AccessLost("not for you")])
def test_a_stream_that_is_closed_to_us_is_said_once_and_no_trouble(town, error):
    river, noting = town.river, closed(town.river, error)
    lead, _ = town.pair("Brook", "Left Vmail", "IN_PROGRESS")
    reports = [river.cycle(), river.cycle()]
    assert [one.troubles for one in reports] == [(), ()]
    assert noting.told.count(("stream.off", "campaigns")) == 1
    assert river.wiring.store.find(lead)
    [line] = [one for one in examine(river.wiring) if one.code == "streams.optional"]
    assert line.what.endswith("campaigns.")


def test_a_crm_that_is_busy_is_trouble_for_an_optional_stream_too(town):
    closed(town.river, RetryLater("later", 5.0))
    assert [one.stream for one in town.river.cycle().troubles] == ["campaigns"]


def test_a_stream_that_is_needed_is_never_switched_off(town):
    closed(town.river, ShapeChanged("no such thing"), "tasks")
    assert [one.stream for one in town.river.cycle().troubles] == ["tasks"]


def test_the_doctor_asks_for_the_sync_s_user_until_it_is_known(town):
    river = town.river
    river.cycle()
    known = river.wiring.store.directory().owners.values()
    [sync] = [one.id for one in known if one.name == "HubSpot Integration"]

    def asked(user_type):
        river.load("salesforce", {"type": "User", "id": sync, "fields": {"UserType": user_type}})
        river.advance(700)
        river.cycle()
        return [one.code for one in examine(river.wiring) if one.code == "sync.user"]

    assert asked("Standard") == ["sync.user"]
    assert asked("CloudIntegrationUser") == []
