"""What both connectors stand on: addresses, the server's clock, patience, words, the registry."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import crmsync
from crmsync.connectors.address import checked
from crmsync.connectors.policy import ATTEMPTS, patient
from crmsync.connectors.registry import CONNECTORS, opener
from crmsync.connectors.server_clock import ServerClock
from crmsync.connectors.words import scrubbed
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater, SettingsProblem
from tests.connectors.doubles import Notes, Sleeps

DATE = "Wed, 02 Dec 2026 09:00:00 GMT"
NINE = datetime(2026, 12, 2, 9, tzinfo=UTC)


class Ticks:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    "base_url,url",
    [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com:443/", "https://acme.my.salesforce.com"),
        ("https://Acme.example:8443", "https://acme.example:8443"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8001", "http://[::1]:8001"),
    ],
)
def test_an_address_is_https_or_on_this_machine(base_url, url):
    assert checked("salesforce", base_url).url == url


@pytest.mark.parametrize(
    "base_url",
    ["http://acme.my.salesforce.com", "http://127.0.0.1.example.com", "http://10.0.0.1", "acme", "", "ftp://localhost",
     "https://acme.example/path", "https://user@acme.example", "https://acme.example:port", "https://acme.example?x=1"],
)  # fmt: skip
def test_any_other_address_is_refused_with_the_file_it_stands_in(base_url):
    with pytest.raises(SettingsProblem, match=r"connectors/salesforce\.yaml: base_url"):
        checked("salesforce", base_url)


def test_the_servers_clock_runs_on_from_its_last_answer():
    ticks = Ticks()
    clock = ServerClock(ticks)
    assert clock.now() is None
    clock.note(DATE)
    ticks.now += 90
    assert clock.now() == NINE + timedelta(seconds=90)


@pytest.mark.parametrize("odd", [None, "", "yesterday", "Wed, 99 Dec 2026 09:00:00 GMT"])
def test_an_odd_date_header_changes_nothing(odd):
    clock = ServerClock(Ticks())
    clock.note(DATE)
    clock.note(odd)
    assert clock.now() == NINE


def read_failing(error, times):
    left = [times]

    def read():
        if left[0]:
            left[0] -= 1
            raise error
        return "read"

    return read


def test_a_read_waits_as_long_as_the_crm_asks_and_tries_again():
    sleeps, notes = Sleeps(), Notes()
    assert patient("crm", notes, sleeps)(read_failing(RetryLater("busy", 7.5), 2))() == "read"
    assert sleeps.seconds == [7.5, 7.5]
    assert notes.named("crm.retry") == 2


def test_without_a_wish_of_the_crm_the_waits_grow():
    sleeps = Sleeps()
    patient("crm", Notes(), sleeps)(read_failing(RetryLater("busy"), 3))()
    assert sleeps.seconds == sorted(sleeps.seconds)
    assert 1 <= sleeps.seconds[0] <= 2
    assert sleeps.seconds[2] >= 4


def test_after_four_tries_the_error_is_the_callers():
    sleeps = Sleeps()
    with pytest.raises(RetryLater):
        patient("crm", Notes(), sleeps)(read_failing(RetryLater("busy"), ATTEMPTS))()
    assert len(sleeps.seconds) == ATTEMPTS - 1


@pytest.mark.parametrize("error", [AccessLost("x"), BudgetSpent("x"), RetryLater("x", after=3600), ValueError("x")])
def test_nothing_else_is_waited_for(error):
    sleeps = Sleeps()
    with pytest.raises(type(error)):
        patient("crm", Notes(), sleeps)(read_failing(error, 1))()
    assert not sleeps.seconds


@pytest.mark.parametrize(
    "words,left",
    [
        ("no  such\ncolumn", "no such column"),
        ("Anna.B+x@example.co.uk is taken", "(an e-mail address) is taken"),
        ("sent Authorization: Bearer 00D!AQ4x.abcdef", "sent Authorization: Bearer (hidden)"),
        ("[propertyName=email, value=a@b] on 55", "[propertyName=email, value=(hidden)] on 55"),
        ("basic authentication needed", "basic authentication needed"),
        ("duplicate on record with id: 00T000000000001AAA", "duplicate on record with id: 00T000000000001AAA"),
    ],
)
def test_words_of_a_vendor_are_fit_for_a_log(words, left):
    assert scrubbed(words) == left


def test_a_page_of_words_is_cut():
    assert len(scrubbed("word " * 1000)) == 300


def test_the_registry_knows_both_systems_and_imports_neither_library():
    program = (
        "import sys, crmsync.connectors.registry; print(*sorted({'hubspot', 'simple_salesforce'} & set(sys.modules)))"
    )
    path = {"PYTHONPATH": str(Path(crmsync.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=path)
    assert set(CONNECTORS) == {"salesforce", "hubspot"}
    assert found.stdout.strip() == ""


def test_an_unknown_system_is_a_sentence():
    with pytest.raises(SettingsProblem, match=r"no connector for 'pipedrive'. Known systems: hubspot, salesforce"):
        opener("pipedrive")


WRONG = [
    ("salesforce", "https://x.example", "62.0", {}, "token", "the secret salesforce_token is missing"),
    ("salesforce", "https://x.example", "62.0", {}, "client_credentials", "salesforce_client_id is missing"),
    ("salesforce", "https://x.example", "62.0", {}, "password", "auth.method 'password' is not supported"),
    ("salesforce", "https://x.example", "62.0", {"salesforce_client_id": "k"}, "jwt", "salesforce_username is missing"),
    ("salesforce", "https://x.example", "sixty", {"salesforce_token": "t"}, "token", "api_version 'sixty'"),
    ("salesforce", "http://x.example", "62.0", {"salesforce_token": "t"}, "token", "plain http"),
    ("hubspot", "https://x.example", "2026-09", {}, "token", "the secret hubspot_token is missing"),
    ("hubspot", "https://x.example", "2026-09", {"hubspot_token": "t"}, "jwt", "auth.method 'jwt'"),
    ("hubspot", "https://x.example", "v9", {"hubspot_token": "t"}, "token", "api_version 'v9'"),
    ("hubspot", "http://x.example", "v3", {"hubspot_token": "t"}, "token", "plain http"),
]


@pytest.mark.parametrize("system,base_url,version,secrets,method,sentence", WRONG)
def test_wrong_settings_are_sentences_and_nothing_is_sent(system, base_url, version, secrets, method, sentence):
    notes = Notes()
    with pytest.raises(SettingsProblem, match=sentence):
        CONNECTORS[system](base_url, version, secrets, method, notes, Sleeps())
    assert not notes.events
