"""Logging in to HubSpot: one refresh per expiry, at most two logins, a replaced refresh token kept or told about."""

import json
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest

from crmsync.bootstrap import _keep
from crmsync.connectors.answers import Answer
from crmsync.connectors.hubspot.auth import MARGIN, Application, Lasting, Refreshing
from crmsync.connectors.keeping import Kept, keeper
from crmsync.connectors.registry import hubspot
from crmsync.model.errors import AccessLost, RetryLater, SettingsProblem
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import RecordKind, Ref
from crmsync.model.streams import WriteRow
from tests.connectors.doubles import Notes, Sleeps, stream
from tests.connectors.scripted import scripted

APPLICATION = Application("id-1", "secret-1", "refresh-1")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Endpoint:
    """The token endpoint: hands out token-1, token-2, ... and remembers the forms."""

    forms: list[dict[str, str]] = field(default_factory=list)
    refresh_tokens: list[str | None] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def __call__(self, path: str, form) -> Answer:
        assert path == "/oauth/v3/token"
        self.forms.append(dict(form))
        if self.answers:
            return self.answers.pop(0)
        told = {"token_type": "bearer", "access_token": f"token-{len(self.forms)}", "expires_in": 1800, "hub_id": 7}
        if self.refresh_tokens:
            told["refresh_token"] = self.refresh_tokens.pop(0)
        return Answer(200, json.dumps(told).encode())


@dataclass
class Drawer:
    writable: bool = True
    held: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, secret: str) -> bool:
        if self.writable:
            self.held[name] = secret
        return self.writable


@pytest.fixture
def endpoint():
    return Endpoint()


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def login(endpoint, notes, clock):
    return Refreshing(APPLICATION, endpoint, Drawer(), notes, clock)


def test_a_lasting_token_is_never_replaced():
    lasting = Lasting("pat-1")
    lasting.worked("pat-1")
    assert (lasting.token(), lasting.renewed("pat-1"), lasting.token()) == ("pat-1", False, "pat-1")


def test_the_form_holds_all_that_the_endpoint_wants_and_one_token_serves_until_near_its_end(login, endpoint, clock):
    assert [login.token(), login.token()] == ["token-1", "token-1"]
    clock.now += 1800 - MARGIN - 1
    assert login.token() == "token-1"
    clock.now += 1
    assert login.token() == "token-2"
    assert endpoint.forms[0] == {
        "grant_type": "refresh_token",
        "client_id": "id-1",
        "client_secret": "secret-1",
        "refresh_token": "refresh-1",
    }


def test_a_token_that_lives_shorter_than_the_margin_is_used_for_half_its_life(login, endpoint, clock):
    endpoint.answers = [Answer(200, b'{"access_token": "short", "expires_in": 60}')]
    assert login.token() == "short"
    clock.now += 29
    assert login.token() == "short"
    clock.now += 1
    assert login.token() == "token-2"


def test_a_token_called_ended_is_replaced_once_for_all_who_used_it(login, endpoint):
    old = login.token()
    login.worked(old)
    assert [login.renewed(old), login.renewed(old), login.renewed(old)] == [True, True, True]
    assert (login.token(), len(endpoint.forms)) == ("token-2", 2)


def test_many_threads_that_meet_the_end_together_cause_one_refresh(login, endpoint):
    old = login.token()
    login.worked(old)
    together = threading.Barrier(8)
    seen = []

    def meet() -> None:
        together.wait(10)
        assert login.renewed(old)
        seen.append(login.token())

    threads = [threading.Thread(target=meet) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert (seen, len(endpoint.forms)) == (["token-2"] * 8, 2)


def test_a_refusal_that_stays_ends_after_two_logins_until_the_token_would_have_ended_anyway(login, endpoint, clock):
    assert login.renewed(login.token())
    assert not login.renewed(login.token())
    assert not login.renewed(login.token())
    assert len(endpoint.forms) == 2
    clock.now += 1800
    assert login.renewed(login.token())
    assert not login.renewed(login.token())
    assert len(endpoint.forms) == 4


def test_a_token_that_worked_may_end_as_often_as_it_likes(login, endpoint):
    for _ in range(5):
        token = login.token()
        login.worked(token)
        assert login.renewed(token)
    assert len(endpoint.forms) == 6


def test_that_an_older_token_worked_says_nothing_about_the_new_one(login):
    old = login.token()
    assert login.renewed(old)
    login.worked(old)
    assert not login.renewed(login.token())


@pytest.mark.parametrize(
    "status,body,error",
    [
        (400, b'{"status": "BAD_REFRESH_TOKEN", "message": "missing or unknown refresh token"}', AccessLost),
        (401, b'{"status": "BAD_CLIENT_SECRET", "message": "unknown client secret"}', AccessLost),
        (403, b"", AccessLost),
        (404, b"<html>", AccessLost),
        (429, b'{"policyName": "TEN_SECONDLY_ROLLING"}', RetryLater),
        (502, b"<html>", RetryLater),
        (200, b"<html>", AccessLost),
        (200, b'{"access_token": 7}', AccessLost),
        (200, b'{"expires_in": 1800}', AccessLost),
    ],
)
def test_a_login_that_fails_says_whether_waiting_helps(login, endpoint, status, body, error):
    endpoint.answers = [Answer(status, body)]
    with pytest.raises(error) as raised:
        login.token()
    assert "secret-1" not in str(raised.value)
    assert login.token() == "token-2"


def test_a_replaced_refresh_token_is_used_and_kept(endpoint, notes, clock):
    drawer = Drawer()
    login = Refreshing(APPLICATION, endpoint, drawer, notes, clock)
    endpoint.refresh_tokens = ["refresh-2", "refresh-2", None]
    for _ in range(3):
        login.token()
        clock.now += 1800
    assert [one["refresh_token"] for one in endpoint.forms] == ["refresh-1", "refresh-2", "refresh-2"]
    assert drawer.held == {"hubspot_refresh_token": "refresh-2"}
    assert notes.named("crm.secret_rotated") == 1


def test_a_replaced_refresh_token_that_cannot_be_kept_is_told_without_the_token(endpoint, notes, clock):
    login = Refreshing(APPLICATION, endpoint, Drawer(writable=False), notes, clock)
    endpoint.refresh_tokens = ["refresh-2"]
    login.token()
    [told] = [facts for name, facts in notes.events if name == "crm.secret_not_kept"]
    assert "after a restart" in str(told["words"])
    assert "refresh-2" not in str(notes.events)


def test_plain_secrets_are_stored_nowhere_and_kept_ones_where_the_entrance_says():
    drawer = Drawer()
    assert not keeper({"a": "b"})("a", "c")
    kept = Kept({"a": "b"}, drawer)
    assert keeper(kept)("a", "c")
    assert (kept["a"], drawer.held) == ("b", {"a": "c"})


# --- over the wire --------------------------------------------------------------------------------------------------


EXPIRED = (401, {}, b'{"category": "EXPIRED_AUTHENTICATION", "message": "expired 75 second(s) ago"}')
UNKNOWN = (401, {}, b'{"category": "INVALID_AUTHENTICATION", "message": "Authentication credentials not found."}')
EMPTY = (200, {}, b'{"results": []}')
SECRETS = {"hubspot_client_id": "id-1", "hubspot_client_secret": "secret-1", "hubspot_refresh_token": "refresh-1"}
PEOPLE = stream("hubspot", "contacts", RecordKind.CONTACT, "lastname")
A = WriteRow("a", Ref("hubspot", "contacts", "1"), {"lastname": "N"})


def granted(token: str) -> tuple[int, dict[str, str], bytes]:
    return (200, {}, json.dumps({"access_token": token, "expires_in": 1800, "refresh_token": "refresh-1"}).encode())


@pytest.fixture
def server():
    with scripted() as made:
        yield made


@pytest.fixture
def application(server, notes):
    made = hubspot(f"http://127.0.0.1:{server.server_port}", "2026-09", SECRETS, "oauth", notes, Sleeps())
    yield made
    made.close()


def signed_with(server) -> list[str]:
    return [headers.get("Authorization", "the form") for _, _, headers in server.asked]


def test_the_token_endpoint_of_the_configured_version_gets_a_form_without_a_token(server, application):
    server.script = [granted("t-1"), EMPTY]
    list(application.pull(PEOPLE, None))
    command, path, headers = server.asked[0]
    assert (command, path, headers["Content-Type"]) == (
        "POST",
        "/oauth/2026-09/token",
        "application/x-www-form-urlencoded",
    )
    assert dict(parse_qsl(server.bodies[0].decode())) == {"grant_type": "refresh_token"} | {
        name.removeprefix("hubspot_"): value for name, value in SECRETS.items()
    }
    assert signed_with(server) == ["the form", "Bearer t-1"]


def test_a_token_that_ends_in_the_middle_of_a_pass_is_not_noticed_in_the_result(server, application):
    more = (200, {}, b'{"results": [], "paging": {"next": {"after": "7"}}}')
    server.script = [granted("t-1"), more, EXPIRED, granted("t-2"), EMPTY]
    assert [page.last for page in application.pull(PEOPLE, None)] == [False, True]
    assert signed_with(server) == ["the form", "Bearer t-1", "Bearer t-1", "the form", "Bearer t-2"]


def test_a_write_that_met_a_401_was_not_done_and_is_sent_again(server, application):
    server.script = [granted("t-1"), EXPIRED, granted("t-2"), (200, {}, b'{"results": [{"id": "1"}]}')]
    assert [one.kind for one in application.update("contacts", [A])] == [ReceiptKind.OK]
    assert server.bodies[1] == server.bodies[3]


def test_a_portal_that_refuses_every_token_is_asked_no_more_than_twice_to_let_us_in(server, application):
    server.script = [granted("t-1"), UNKNOWN, granted("t-2"), UNKNOWN, UNKNOWN, UNKNOWN]
    with pytest.raises(AccessLost):
        list(application.pull(PEOPLE, None))
    with pytest.raises(AccessLost):
        list(application.pull(PEOPLE, None))
    assert [one.kind for one in application.update("contacts", [A])] == [ReceiptKind.RETRY]
    assert signed_with(server).count("the form") == 2


def test_a_malformed_token_is_access_lost_and_no_reason_to_log_in_again(server, application):
    server.script = [granted("t-1"), (530, {}, b"<html>error code: 1016</html>")]
    with pytest.raises(AccessLost):
        list(application.pull(PEOPLE, None))
    assert signed_with(server).count("the form") == 1


def test_a_login_whose_answer_is_lost_leaves_the_write_unsent(server, application):
    server.script = [(200, {"Content-Length": "999"}, b"{")]
    assert [one.kind for one in application.update("contacts", [A])] == [ReceiptKind.RETRY]
    server.script = [granted("t-1"), EXPIRED, (200, {"Content-Length": "999"}, b"{")]
    assert [one.kind for one in application.update("contacts", [A])] == [ReceiptKind.RETRY]


def test_a_login_that_cannot_be_had_just_now_sends_nothing_and_is_tried_again(server, application):
    busy = (503, {}, b"<html>")
    server.script = [busy]
    assert [one.kind for one in application.update("contacts", [A])] == [ReceiptKind.RETRY]
    server.script = [busy, granted("t-1"), EMPTY]
    list(application.pull(PEOPLE, None))
    assert len(server.asked) == 4


@pytest.mark.parametrize("missing", SECRETS)
def test_each_secret_of_an_application_is_needed(missing):
    some = {name: value for name, value in SECRETS.items() if name != missing}
    with pytest.raises(SettingsProblem, match=f"the secret {missing} is missing"):
        hubspot("https://api.example", "2026-09", some, "oauth", Notes(), Sleeps())


# --- where it is kept -----------------------------------------------------------------------------------------------


NAME = "hubspot_refresh_token"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.delenv("CRMSYNC_SECRET_HUBSPOT_REFRESH_TOKEN", raising=False)
    (tmp_path / "secrets").mkdir()
    return tmp_path


def test_a_secret_in_a_file_of_the_workspace_is_replaced_there_and_stays_private(folder):
    path = folder / "secrets" / NAME
    path.write_text("old")
    path.chmod(0o600)
    assert _keep(folder, NAME, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new\n", 0o600)
    assert list(folder.joinpath("secrets").iterdir()) == [path]


@pytest.mark.parametrize("place", ["variable", "credential", "nowhere"])
def test_a_secret_that_came_from_elsewhere_cannot_be_kept(folder, monkeypatch, place):
    if place == "variable":
        monkeypatch.setenv("CRMSYNC_SECRET_HUBSPOT_REFRESH_TOKEN", "old")
    if place == "credential":
        (folder / NAME).write_text("old")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert not _keep(folder, NAME, "new")
    assert list(folder.joinpath("secrets").iterdir()) == []


def test_a_folder_that_cannot_be_written_keeps_nothing(folder):
    path = folder / "secrets" / NAME
    path.write_text("old")
    path.chmod(0o600)
    path.with_name(f"{NAME}.new").mkdir()
    assert not _keep(folder, NAME, "new")
    assert path.read_text() == "old"
