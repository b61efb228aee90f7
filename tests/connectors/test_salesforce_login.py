"""Signing in to Salesforce with a key (JWT bearer): what is sent, what is checked before, what a refusal says."""

import json
import threading
import urllib.parse
from email.utils import format_datetime

import jwt
import pytest
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from crmsync.connectors.address import checked
from crmsync.connectors.registry import salesforce
from crmsync.connectors.salesforce.login import audience
from crmsync.model.errors import AccessLost, RetryLater, SettingsProblem
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow
from tests.connectors.doubles import Notes, Sleeps
from tests.connectors.org import DATA, HOST, LEADS, NOON, TOKEN

NOON_HEADER = {"Date": format_datetime(NOON, usegmt=True)}
EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
EMPTY = {"totalSize": 0, "done": True, "records": []}


def _pem(key, password=None):
    kind = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    coded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kind)
    return coded.decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def secrets(key):
    return {
        "salesforce_client_id": "consumer",
        "salesforce_username": "crmsync@halden.example",
        "salesforce_private_key": _pem(key),
    }


@pytest.fixture
def http():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{HOST}/services/data/", json=[], headers=NOON_HEADER)
        mock.get(f"{DATA}/queryAll/", json=EMPTY, headers=NOON_HEADER)
        mock.get(f"{DATA}/sobjects/Lead/updated/", status=404)
        yield mock


@pytest.fixture
def notes():
    return Notes()


def _open(secrets, notes):
    return salesforce(HOST, "62.0", secrets, "jwt", notes, Sleeps())


def _assertion(call):
    sent = urllib.parse.parse_qs(call.request.body)
    assert sent["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    return sent["assertion"][0]


def _logins(http):
    return [call for call in http.calls if call.request.url == TOKEN]


def test_the_assertion_is_signed_for_the_login_host_by_the_orgs_own_clock(http, secrets, notes, key):
    http.post(TOKEN, json={"access_token": "T1", "instance_url": HOST})
    crm = _open(secrets, notes)
    list(crm.pull(LEADS, None))
    crm.close()
    [login] = _logins(http)
    claims = jwt.decode(
        _assertion(login),
        key.public_key(),
        ["RS256"],
        audience="https://login.salesforce.com",
        options={"verify_exp": False},
    )
    assert claims == {
        "iss": "consumer",
        "sub": "crmsync@halden.example",
        "aud": "https://login.salesforce.com",
        "exp": int(NOON.timestamp()) + 180,
    }
    assert http.calls[0].request.url == f"{HOST}/services/data/"
    assert "Authorization" not in http.calls[0].request.headers
    assert http.calls[-1].request.headers["Authorization"] == "Bearer T1"


@pytest.mark.parametrize(
    "url,host",
    [
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme--dev.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
    ],
)
def test_the_audience_follows_from_the_address(url, host):
    assert audience(checked("salesforce", url)) == host


@pytest.mark.parametrize("kind", ["no key", "a passphrase", "another kind of key", "a public key"])
def test_a_key_that_cannot_sign_is_told_before_anything_is_sent_and_is_not_shown(http, secrets, notes, key, kind):
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    given = {
        "no key": "hunter2",
        "a passphrase": _pem(key, b"secret"),
        "another kind of key": _pem(ec.generate_private_key(ec.SECP256R1())),
        "a public key": public.decode(),
    }[kind]
    with pytest.raises(SettingsProblem, match="salesforce_private_key cannot be used") as caught:
        _open(secrets | {"salesforce_private_key": given}, notes)
    assert given not in str(caught.value)
    assert not http.calls


@pytest.mark.parametrize("missing", ["salesforce_client_id", "salesforce_username", "salesforce_private_key"])
def test_each_secret_of_a_signed_login_is_asked_for_by_name(secrets, notes, missing):
    with pytest.raises(SettingsProblem, match=f"the secret {missing} is missing"):
        _open({name: one for name, one in secrets.items() if name != missing}, notes)


@pytest.mark.parametrize("method", ["password", "soap", ""])
def test_name_and_password_are_not_offered(secrets, notes, method):
    with pytest.raises(SettingsProblem, match="Use one of: client_credentials, jwt, token"):
        salesforce(HOST, "62.0", secrets, method, notes, Sleeps())


@pytest.mark.parametrize(
    "error,words",
    [
        ("invalid_grant", "user hasn't approved this consumer"),
        ("invalid_grant", "audience is invalid"),
        ("invalid_client_id", "client identifier invalid"),
        ("inactive_user", "user is inactive"),
    ],
)
def test_a_refused_assertion_is_access_lost_in_the_vendors_words(http, secrets, notes, error, words):
    http.post(TOKEN, status=400, json={"error": error, "error_description": words})
    crm = _open(secrets, notes)
    with pytest.raises(AccessLost, match=f"{error}: {words}"):
        list(crm.pull(LEADS, None))
    crm.close()


def test_an_org_that_does_not_answer_before_the_login_is_waited_for(http, secrets, notes):
    http.remove(responses.GET, f"{HOST}/services/data/")
    crm = _open(secrets, notes)
    with pytest.raises(RetryLater):
        list(crm.pull(LEADS, None))
    row = WriteRow("op", Ref("salesforce", "Lead", "00Q000000000001AAA"), {"Status": "New"})
    assert crm.update("Lead", [row])[0].kind is ReceiptKind.RETRY
    crm.close()
    assert not _logins(http)


def test_an_org_without_a_clock_is_not_signed_in_to_by_the_clock_of_this_machine(http, secrets, notes):
    http.replace(responses.GET, f"{HOST}/services/data/", json=[])
    crm = _open(secrets, notes)
    with pytest.raises(RetryLater):
        list(crm.pull(LEADS, None))
    crm.close()
    assert not _logins(http)


def test_a_lasting_401_ends_after_two_signed_logins(http, secrets, notes):
    http.post(TOKEN, json={"access_token": "T", "instance_url": HOST})
    http.replace(responses.GET, f"{DATA}/queryAll/", json=EXPIRED, status=401)
    crm = _open(secrets, notes)
    for _ in range(3):
        with pytest.raises(AccessLost, match="INVALID_SESSION_ID"):
            list(crm.pull(LEADS, None))
    crm.close()
    assert len(_logins(http)) == 2
    assert sum(call.request.url == f"{HOST}/services/data/" for call in http.calls) == 1


def test_threads_that_meet_the_end_of_a_session_together_sign_in_once(http, secrets, notes):
    tokens, gate = iter(["T1", "T2", "T3"]), threading.Barrier(4)

    def login(_):
        return 200, NOON_HEADER, json.dumps({"access_token": next(tokens), "instance_url": HOST})

    def answer(request):
        if request.headers["Authorization"] == "Bearer T1":
            gate.wait(timeout=20)
            return 401, NOON_HEADER, json.dumps(EXPIRED)
        return 200, NOON_HEADER, json.dumps(EMPTY)

    http.add_callback(responses.POST, TOKEN, login)
    http.remove(responses.GET, f"{DATA}/queryAll/")
    http.add_callback(responses.GET, f"{DATA}/queryAll/", answer)
    crm = _open(secrets, notes)
    threads = [threading.Thread(target=lambda: list(crm.pull(LEADS, None))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crm.close()
    assert notes.named("crm.login") == 2
