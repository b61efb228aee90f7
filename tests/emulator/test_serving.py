"""Starting, answering and closing two servers."""

import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from crmsync.emulator import Stage, UnknownScenario, load_scenario, serve
from tests.emulator.caller import Caller, V


def test_closing_leaves_no_thread_no_socket_and_no_warning():
    before = threading.active_count()
    with serve("empty") as running:
        port = int(running.salesforce_url.rsplit(":", 1)[1])
        assert requests.get(f"{running.salesforce_url}/services/data", timeout=5).status_code == 200
    running.close()
    gc.collect()
    assert threading.active_count() == before
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            serve("empty", hubspot=("127.0.0.1", taken.getsockname()[1]))
    gc.collect()


@pytest.mark.parametrize("name", ["nowhere", "../demo", "", "company"])
def test_an_unknown_scenario_is_refused(name):
    with pytest.raises(UnknownScenario):
        load_scenario(name)


def test_the_demo_starts_at_its_own_instant_and_is_the_same_for_the_same_seed():
    one, two, other = load_scenario("demo", 1), load_scenario("demo", 1), load_scenario("demo", 2)
    rows = [
        {id_: row.values for id_, row in stage.salesforce.tables["Lead"].rows.items()} for stage in (one, two, other)
    ]
    names = [{id_: row.get("LastName") for id_, row in leads.items()} for leads in rows]
    assert names[0] == names[1] != names[2]
    start = one.start
    assert start is not None
    assert abs(one.world.clock.now() - two.world.clock.now()) < timedelta(minutes=1)
    assert one.world.clock.now().date().isoformat() == "2026-12-02"


def _last_names(stage: Stage) -> dict[str, str]:
    return {row.id: row.text("LastName") for row in stage.salesforce.tables["Lead"]}


def test_every_data_call_carries_its_headers(caller: Caller):
    answer = caller.send("GET", f"{V}/limits")
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/15000"
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.headers["Date"].endswith("GMT")
    assert "Sforce-Limit-Info" not in caller.send("GET", "/services/data/").headers


def test_the_allowance_of_calls_is_for_one_day_of_the_servers(caller: Caller):
    caller.control("clock", {"set": "2026-12-02T23:59:00Z", "freeze": True})
    used = [caller.send("GET", f"{V}/limits").headers["Sforce-Limit-Info"] for _ in range(3)]
    caller.control("clock", {"advance": 120})
    used += [caller.send("GET", f"{V}/limits").headers["Sforce-Limit-Info"] for _ in range(2)]
    assert used == [f"api-usage={count}/15000" for count in (1, 2, 3, 1, 2)]


def test_many_threads_write_and_each_write_is_there_once(caller: Caller):
    leads = [caller.lead(Title=str(number)) for number in range(8)]

    def write(lead: str) -> int:
        path = f"{caller.url('salesforce')}{V}/sobjects/Lead/{lead}"
        headers = {"authorization": f"Bearer {caller.running.token}"}
        return sum(requests.patch(path, json={"Title": str(n)}, headers=headers, timeout=10).ok for n in range(5))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, leads)) == [5] * 8
    assert len(caller.control("audit")) == caller.control("calls")["total"] == 40


def test_a_percent_sign_and_a_slash_in_a_path_reach_their_place(caller: Caller):
    field = {"object": "Task", "name": "Key__c", "type": "string", "unique": True, "externalId": True}
    caller.control("load", [{"type": "__field__", "fields": field}])
    answer = caller.send("PATCH", f"{V}/sobjects/Task/Key__c/a%2Fb%25c%20d", {"Subject": "Call"})
    assert answer.status_code == 201
    assert caller.query("SELECT Key__c FROM Task")["records"][0]["Key__c"] == "a/b%c d"
