"""No token, no e-mail address, no telephone number and no name ever reaches a log."""

import io
import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from crmsync.bootstrap import open_workspace
from crmsync.cycle.run import run_once
from crmsync.cycle.streams import streams
from crmsync.emulator import serve
from crmsync.mappings.read import read_person
from crmsync.telemetry.bugs import note_bug
from crmsync.telemetry.logs import VENDORS, configure_logs
from crmsync.telemetry.observer import StructlogObserver
from crmsync.telemetry.redaction import HIDDEN, Redaction
from crmsync.template import template_files

PERSONAL = ("first_name", "last_name", "email", "phone", "company")
LONG_ENOUGH = 4


@pytest.fixture(autouse=True)
def quiet_afterwards():
    """Give logging back as it was found."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in VENDORS}
    yield
    root.handlers, root.level = before[0], before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def told():
    stream = io.StringIO()
    configure_logs("json", ["s3cr3t-token-1234"], stream, logging.DEBUG)
    return stream


def workspace(folder: Path, salesforce: str, hubspot: str, token: str, monkeypatch) -> Path:
    for name, text in template_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for system, url in (("salesforce", salesforce), ("hubspot", hubspot)):
        path = folder / "connectors" / f"{system}.yaml"
        path.write_text(re.sub(r"base_url: .*", f"base_url: {url}", path.read_text("utf-8")), "utf-8")
    for name in ("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "HUBSPOT_TOKEN"):
        monkeypatch.setenv(f"CRMSYNC_SECRET_{name}", token)
    return folder


def test_a_whole_cycle_at_debug_level_names_nobody(tmp_path, monkeypatch, told):
    with serve("demo", seed=3) as running:
        folder = workspace(tmp_path, running.salesforce_url, running.hubspot_url, running.token, monkeypatch)
        wiring = open_workspace(folder, StructlogObserver())
        try:
            report = run_once(wiring)
            known = streams(wiring, offline=True).persons
            everybody = wiring.store.observe({one.change.person for one in report.rows}, known, read_person)
            values = {
                str(record.values[name])
                for one in everybody
                for record in one.records
                for name in PERSONAL
                if record.values.get(name)
            }
        finally:
            wiring.close()
    text = told.getvalue()
    assert "crm.call" in text
    assert len(values) > 500
    assert not [one for one in values if len(one) >= LONG_ENOUGH and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]
    assert running.token not in text


def test_every_line_is_one_json_document(told):
    StructlogObserver().event("crm.retry", system="hubspot", attempt=2, seconds=1.5)
    line = json.loads(told.getvalue())
    assert (line["event"], line["system"], line["attempt"], line["level"]) == ("crm.retry", "hubspot", 2, "warning")


@pytest.mark.parametrize(
    "text",
    [
        "sent to maria.jimenez+x@lumen.example today",
        "q=Email%20=%20'a%40b.example'",
        "call +44 20 7946 0958 now",
        "call (020) 7946 0958",
        "Authorization: Bearer abcdefgh12345678",
        "client_secret=abcdefgh12345678",
        "session 00D5g000004XYZa!AQ0AQ.abc_def",
        "token pat-na1-1234-abcd",
        "the secret is s3cr3t-token-1234",
    ],
)
def test_private_text_is_hidden_wherever_it_stands(text):
    clean = Redaction(["s3cr3t-token-1234"]).text(text)
    assert HIDDEN in clean
    assert not re.search(r"jimenez|b\.example|7946|abcdefgh|AQ0AQ|pat-na1|s3cr3t", clean)


@pytest.mark.parametrize(
    "text", ["2026-11-21T20:51:24Z", "00Q5g0000AAAAAOEQ5", "crm.call", "/crm/objects/2026-09/contacts"]
)
def test_instants_ids_and_routes_stay_readable(text):
    assert Redaction().text(text) == text


@pytest.mark.parametrize("key", ["first_name", "Email", "phone", "token", "before", "subject"])
def test_private_keys_are_hidden_whatever_they_hold(key):
    assert Redaction()(None, "", {key: "x", "nested": {key: ["x"]}}) == {key: HIDDEN, "nested": {key: HIDDEN}}


def test_a_value_nobody_can_judge_is_told_by_its_type():
    assert Redaction()(None, "", {"what": object()}) == {"what": "(object)"}


def test_an_exception_is_logged_without_its_message_and_its_variables(told):
    try:
        {}["Maria Jiménez"]
    except KeyError:
        structlog.get_logger("crmsync").exception("bug")
        logging.getLogger("elsewhere").exception("another")
    for line in told.getvalue().splitlines():
        logged = json.loads(line)
        assert logged["error"] == "KeyError"
        assert "test_logs.py" in logged["frames"][0]
    assert "Maria" not in told.getvalue()


@pytest.mark.parametrize("vendor", VENDORS)
def test_vendor_libraries_say_nothing_below_a_warning(told, vendor):
    configure_logs("json", (), told)
    logging.getLogger(vendor).info("GET /contacts?email=x")
    assert told.getvalue() == ""


def _fail_twice():
    try:
        int("Maria")
    except ValueError as cause:
        raise RuntimeError("Jiménez") from cause


def test_a_bug_is_kept_with_its_cause_and_no_message(tmp_path):
    (tmp_path / "state").mkdir()
    try:
        _fail_twice()
    except RuntimeError as error:
        path = note_bug(tmp_path, error, datetime(2026, 11, 21, tzinfo=UTC))
    text = path.read_text("utf-8")
    assert "caused by ValueError" in text
    assert "Maria" not in text
    assert "Jim" not in text


def test_where_nothing_can_be_kept_nothing_is_promised(tmp_path):
    assert note_bug(tmp_path / "nowhere", ValueError("x"), datetime(2026, 11, 21, tzinfo=UTC)) is None
