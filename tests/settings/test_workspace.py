from datetime import timedelta
from pathlib import Path

import pytest

from crmsync.model.decisions import ChangeKind
from crmsync.model.errors import SettingsProblem
from crmsync.settings.json_schema import workspace_schemas
from crmsync.settings.workspace import Limits, Mode, Workspace, read_connector, read_workspace

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "crmsync.yaml").read_text(encoding="utf-8")
CONNECTORS = {one.name: one.read_text(encoding="utf-8") for one in sorted((ROOT / "connectors").glob("*.yaml"))}


def told(text: str) -> list[str]:
    with pytest.raises(SettingsProblem) as refused:
        read_workspace(text)
    return [str(one) for one in refused.value.problems]


def test_the_shipped_workspace_asks_before_every_kind_of_change():
    shipped = read_workspace(SHIPPED)
    assert {shipped.mode(kind) for kind in ChangeKind} == {Mode.ASK}
    assert shipped.store == "sqlite:///state/crmsync.db"
    assert shipped.plan_expires_after == timedelta(days=7)


def test_an_empty_file_means_what_the_shipped_one_says():
    assert read_workspace("") == read_workspace(SHIPPED) == Workspace()


def test_a_kind_that_is_not_named_is_asked_about():
    found = read_workspace("modes: {task: act}\n")
    assert found.mode(ChangeKind.TASK) is Mode.ACT
    assert found.mode(ChangeKind.STATUS) is Mode.ASK


def test_limits_are_shares_and_counts():
    found = read_workspace("limits: {share_of_records: 5%, new_tasks: 7}\n")
    assert found.limits == Limits(share_of_records=0.05, new_tasks=7)


def test_every_mistake_is_told_at_once_with_its_place():
    text = (
        "store: mysql://x\n"
        "mods: {status: act}\n"
        "modes:\n  status: acts\n  statu: ask\n"
        "limits: {share_of_records: 10, new_tasks: many, owner_share: 2%}\n"
        "plan_expires_after: 7\n"
        "log_format: jsn\n"
    )
    assert told(text) == [
        'crmsync.yaml:1:8: "mysql://x" names no store. Write sqlite:///state/crmsync.db or postgresql://host/name.',
        'crmsync.yaml:2:1: unknown key "mods". Did you mean "modes"?',
        'crmsync.yaml:4:11: "acts" is not accepted here. Did you mean "act"?',
        'crmsync.yaml:5:10: "statu" is not accepted here. Did you mean "status"?',
        'crmsync.yaml:6:28: "10" is not a share. Write it with its sign, as "25%".',
        'crmsync.yaml:6:43: "many" should be a whole number.',
        'crmsync.yaml:7:21: "7" is not a length of time. Write a number and its unit, as "10 minutes".',
        'crmsync.yaml:8:13: "jsn" is not accepted here. Did you mean "json"?',
    ]


@pytest.mark.parametrize("text", ["[]", "3", "store"])
def test_a_file_that_is_no_group_of_keys_is_told(text: str):
    assert told(text)[0].startswith("crmsync.yaml:1:1: ")
    assert told(text)[0].endswith("should be a group of keys.")


@pytest.mark.parametrize("name", CONNECTORS)
def test_shipped_connectors_write_nothing_until_told(name: str):
    found = read_connector(f"connectors/{name}", CONNECTORS[name])
    assert found.system == name.removesuffix(".yaml")
    assert found.writes is False
    assert found.pull.overlap == timedelta(minutes=10)
    assert found.budget.reserve == pytest.approx(0.25)


def connector(**changes: str) -> str:
    keys = {"system": "acme", "base_url": "https://acme.example", "api_version": '"62.0"', "auth": "{method: token}"}
    return "".join(f"{key}: {value}\n" for key, value in (keys | changes).items())


def test_writes_are_off_unless_they_are_switched_on():
    assert read_connector("c", connector()).writes is False
    assert read_connector("c", connector(writes="on")).writes is True


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://a.my.salesforce.com/"]
)
def test_plain_http_only_to_this_machine(url: str):
    assert read_connector("c", connector(base_url=url)).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "changes, problem",
    [
        (
            {"base_url": "http://acme.example"},
            "c:2:11: plain http is only for this machine: tokens would travel readable.",
        ),
        ({"base_url": "http://localhost.evil.example"}, "c:2:11: plain http is only for this machine"),
        ({"base_url": "https://user:pw@acme.example"}, "is not the address of a CRM."),
        ({"base_url": "https://h:99999"}, "is not the address of a CRM."),
        ({"base_url": "ftp://acme.example"}, "is not the address of a CRM."),
        ({"base_url": '"http://[::1"'}, "is not the address of a CRM."),
        ({"api_version": "62.0"}, 'c:3:14: "62.0" is not an API version. Put it in quotes.'),
        ({"auth": "{methd: token}"}, 'c:4:8: unknown key "methd". Did you mean "method"?'),
        ({"auth": "{method: password}"}, "Accepted here: client_credentials, jwt, oauth, token."),
        ({"write": "on"}, 'c:5:1: unknown key "write". Did you mean "writes"?'),
        ({"pull": "{every: 60s}"}, '"60s" is not a length of time.'),
        ({"token": "abc"}, 'unknown key "token".'),
    ],
)
def test_a_wrong_connector_is_told(changes: dict[str, str], problem: str):
    with pytest.raises(SettingsProblem) as refused:
        read_connector("c", connector(**changes))
    assert len(refused.value.problems) == 1
    assert problem in str(refused.value)


def test_missing_keys_are_named():
    with pytest.raises(SettingsProblem) as refused:
        read_connector("connectors/acme.yaml", "system: acme\nauth: {}\n")
    assert [str(one) for one in refused.value.problems] == [
        'connectors/acme.yaml:1:1: "api_version" is missing. Add it.',
        'connectors/acme.yaml:1:1: "base_url" is missing. Add it.',
        'connectors/acme.yaml:2:1: "method" is missing in "auth". Add it.',
    ]


def test_an_empty_file_misses_every_key_it_needs():
    with pytest.raises(SettingsProblem) as refused:
        read_connector("c", "# nothing yet\n")
    assert [one.message.split()[0] for one in refused.value.problems] == [
        '"api_version"',
        '"auth"',
        '"base_url"',
        '"system"',
    ]


def test_editors_get_a_schema_of_every_file():
    schemas = workspace_schemas()
    assert set(schemas) == {"crmsync.yaml", "connectors/*.yaml"}
    assert all(one["additionalProperties"] is False for one in schemas.values())
