"""A third CRM is a connector, a mapping, the words of the agreement and one line in the registry: nothing else."""

import re
from datetime import date, timedelta

import pytest

from crmsync.agreement.model import Signoff
from crmsync.agreement.read import read_agreement
from crmsync.agreement.sign import sign
from crmsync.connectors.registry import CONNECTORS
from crmsync.emulator import serve
from crmsync.template import template_files
from tests.conformance.memo import Book, MemoCrm
from tests.cycle import town as streets
from tests.cycle.river import SIGNERS, SIGNOFFS, River, workspace
from tests.cycle.town import NINE, TOM, Town
from tests.rules.agreed import utc

SPELLED = {
    "raw": "n-raw",
    "inquiry": "n-new",
    "mql": "n-handed",
    "working": "n-works",
    "qualified": "n-deal",
    "recycled": "n-back",
    "disqualified": "n-gone",
}
CONNECTOR = """\
system: memo
base_url: https://memo.example
api_version: v1
writes: on
auth: {method: token}
"""
MAPPING = """\
system: memo
streams:
  keepers:
    object: keepers
    kind: owner
    fields:
      name:   {field: name}
      email:  {field: mail, required: yes}
      active: {field: here, type: flag}
  people:
    object: people
    kind: contact
    fields:
      created_at: {field: made, type: instant, required: yes}
      status:     {field: stand, required: yes, writable: yes}
      owner:      {field: keeper, writable: yes}
      first_name: {field: first}
      last_name:  {field: last}
      email:      {field: mail, required: yes}
      score:      {field: points, writable: yes}
  happenings:
    object: happenings
    kind: activity
    fields:
      who:  {field: who, required: yes}
      at:   {field: when, type: instant, required: yes}
      what: {field: what}
    activity:
      kind: {field: what, values: {asked for a demo: form}, otherwise: page_view}
      at: [at]
      direction: inbound
      label: what
      parties: {who: {"m": people}}
"""
MADE = "2026-10-05T08:00:00.000Z"
LONG_AGO = utc("2026-11-25 10:00")


def files() -> dict[str, str]:
    """The shipped workspace without HubSpot, with Memo as the CRM of marketing, signed."""
    found = {name: text for name, text in template_files().items() if "hubspot.yaml" not in name}
    name = "mappings/agreement/statuses.yaml"
    for status, word in SPELLED.items():
        found[name] = re.sub(rf"(?m)^(  {status}: +\{{)", rf"\1memo: {word}, ", found[name])
    found[name] = found[name].replace("home: {marketing: hubspot", "home: {marketing: memo")
    found |= {"connectors/memo.yaml": CONNECTOR, "mappings/memo.yaml": MAPPING}
    return _signed(found)


def _signed(found: dict[str, str]) -> dict[str, str]:
    folder = "mappings/agreement/"
    for role, who, job in SIGNERS:
        agreed = {one.removeprefix(folder): text for one, text in found.items() if one.startswith(folder)}
        agreement = read_agreement(agreed, systems=("salesforce", "hubspot", "memo"))
        found[SIGNOFFS] = sign(found[SIGNOFFS], agreement, Signoff(role, who, job, date(2026, 12, 1), "", "mail"))
    return found


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        streets.settle(both.stage)
        yield both


@pytest.fixture
def book() -> Book:
    kept = Book()
    kept.put("keepers", "k-tom", LONG_AGO, name="Tom Baker", mail=TOM.email, here=True)
    return kept


@pytest.fixture
def river(running, tmp_path, monkeypatch, book):
    running.stage.reset()
    monkeypatch.setitem(CONNECTORS, "memo", lambda *_: MemoCrm(book))
    made = workspace(tmp_path, running, files())
    made.at(NINE)
    made.control("salesforce", "clock", {"freeze": True})
    yield made
    made.close()


def person(book: Book, id_: str, name: str, stand: str | None, keeper: str | None = "k-tom", at=LONG_AGO):
    book.put(
        "people", id_, at, made=MADE, stand=stand, keeper=keeper, first="Zoé", last=name, mail=f"{name}@example.org"
    )


def later(river: River, book: Book, seconds: float):
    river.advance(seconds)
    book.now += timedelta(seconds=seconds)


@pytest.fixture
def told(river, book):
    """Somebody with a call outcome in Salesforce, and somebody who asks for a demo; the first plan is approved."""
    town = Town(river)
    people = {"voice": town.lead("Voice", "Left Vmail"), "asker": town.lead("Asker", "Inquiry")}
    person(book, "m1", "Voice", "n-new")
    person(book, "m2", "Asker", "n-new", keeper=None)
    book.put("happenings", "h1", LONG_AGO, who="m2", when="2026-12-02T08:30:00Z", what="asked for a demo")
    return people, river.start()


def status(river: River, lead: str):
    return river.values("salesforce", "Lead", lead)["Status"]


def test_a_third_crm_runs_the_whole_cycle_with_salesforce(river, book, told):
    people, done = told
    assert (done.written.refused, done.written.stale, done.written.unclear) == (0, 0, 0)
    assert status(river, people["voice"]) == "Inquiry"
    assert status(river, people["asker"]) == "Open - Not Contacted"
    score = river.values("salesforce", "Lead", people["asker"])["CRMSync_Score__c"]
    assert {("m2", "stand", "n-handed"), ("m2", "keeper", "k-tom"), ("m2", "points", score)} <= set(book.written)
    assert river.wiring.store.persons() == 2


def test_a_second_cycle_with_a_third_crm_writes_nothing(river, book, told):
    size = len(book.written), len(river.audit())
    for _ in range(2):
        later(river, book, 700)
        report = river.cycle()
        assert (report.written.applied, report.rows, report.troubles) == (0, (), ())
    assert (len(book.written), len(river.audit())) == size


def test_what_people_say_in_the_third_crm_reaches_salesforce_and_the_other_way_round(river, book, told):
    people, _ = told
    later(river, book, 700)
    river.cycle()
    book.put("people", "m1", stand="n-gone")
    river.edits("salesforce", "Lead", people["asker"], TOM.user, Status="Working")
    later(river, book, 3700)
    river.cycle()
    assert status(river, people["voice"]) == "Closed - Not Converted"
    assert book.rows[next(ref for ref in book.rows if ref.id == "m2")]["stand"] == "n-works"


def test_a_word_nobody_declared_in_the_third_crm_is_left_and_listed(river, book, told):
    later(river, book, 700)
    book.put("people", "m1", stand="what is this")
    later(river, book, 3700)
    river.cycle()
    assert river.set_aside()["status.unknown_value"] == 1
    assert book.rows[next(ref for ref in book.rows if ref.id == "m1")]["stand"] == "what is this"


def test_our_log_tells_what_was_written_to_the_third_crm(river, book, told):
    ours = {(one.ref.id, one.vendor_field, one.after) for one in river.wiring.store.applied_writes()}
    assert set(book.written) == {row for row in ours if row[0].startswith("m")}
