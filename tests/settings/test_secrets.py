from pathlib import PurePosixPath

from crmsync.settings.secrets import NAMES, NEEDED, secret_places

WORKSPACE = PurePosixPath("/srv/ours")


def test_the_service_manager_comes_first_then_the_workspace_then_the_environment():
    places = secret_places("hubspot_token", {"CREDENTIALS_DIRECTORY": "/run/creds"}, WORKSPACE)
    assert [one.where for one in places] == [
        "/run/creds/hubspot_token",
        "/srv/ours/secrets/hubspot_token",
        "CRMSYNC_SECRET_HUBSPOT_TOKEN",
    ]


def test_without_a_service_manager_the_workspace_comes_first():
    places = secret_places("hubspot_token", {}, WORKSPACE)
    assert [one.where for one in places] == ["/srv/ours/secrets/hubspot_token", "CRMSYNC_SECRET_HUBSPOT_TOKEN"]


def test_only_the_file_of_the_workspace_must_be_private():
    places = secret_places("hubspot_token", {"CREDENTIALS_DIRECTORY": "/run/creds"}, WORKSPACE)
    assert [one.private for one in places] == [False, True, False]


def test_every_way_to_log_in_needs_only_named_secrets():
    assert {name for names in NEEDED.values() for name in names} == set(NAMES)
