"""The preflight on a stock org and portal without any field of crmsync: what is missing, what it costs, what to add."""

import pytest

from crmsync.emulator import serve
from tests.cli.conftest import connect, secrets, typed


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock") / "halden"
    typed("init", folder)
    with serve("empty") as running:
        connect(folder, running.salesforce_url, running.hubspot_url)
        secrets(folder, running.token)
        yield typed("doctor", "-w", folder), typed("doctor", "--json", "-w", folder), typed("plan", "-w", folder)


def found(stock, code, system):
    return [one for one in stock[1].json["findings"] if (one["code"], one["system"]) == (code, system)]


def test_missing_statuses_are_problems_and_decide_the_exit_code(stock):
    text, document, _ = stock
    assert text.code == document.code == 1
    assert document.json["problems"] == 2
    (salesforce,) = found(stock, "statuses", "salesforce")[:1]
    assert 'no active value "Raw", "Inquiry", "Working", "Return to Marketing"' in salesforce["what"]
    assert "Closed - Converted" not in salesforce["what"]


def test_the_value_that_means_converted_is_never_asked_for(stock):
    (one,) = found(stock, "converted", "salesforce")
    assert one["what"] == 'Means converted: "Closed - Converted".'


def test_a_missing_field_says_what_is_switched_off(stock):
    missing = {one["what"]: one for one in found(stock, "fields.optional", "salesforce")}
    score = missing['Lead has no field for "score".']
    assert score["level"] == "note"
    assert "Scores are not written there" in score["why"]
    assert "mappings/salesforce.yaml" in score["fix"]


def test_without_the_key_field_overdue_tasks_are_weaker_and_it_says_what_to_add(stock):
    (one,) = found(stock, "task.key", "salesforce")
    assert one["level"] == "note"
    assert "weaker" in one["why"]
    assert "Activity.CRMSync_Key__c, Text(40), unique, external id, case-insensitive" in one["fix"]


def test_it_tells_which_org_and_how_many_calls_are_used(stock):
    (login,) = found(stock, "login", "salesforce")
    assert "Emulated Org" in login["what"]
    assert found(stock, "budget", "hubspot")[0]["level"] == "ok"


def test_problems_come_first_within_each_crm(stock):
    lines = stock[0].lines
    assert lines[lines.index("SALESFORCE") + 1].lstrip().startswith("PROBLEM")
    assert lines[lines.index("HUBSPOT") + 1].lstrip().startswith("PROBLEM")


def test_crmsync_works_there_all_the_same(stock):
    assert stock[2].code == 0
    assert "Nothing to do" in stock[2].out
