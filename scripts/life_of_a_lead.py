"""Writes docs/life-of-a-lead.md: one lead through the rooms, traced in a real run against the two emulated CRMs.

`python scripts/life_of_a_lead.py` rewrites the page; tests/house/test_life_of_a_lead.py compares it with a fresh run.
"""

import json
import os
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from crmsync.agreement.model import Signoff
from crmsync.agreement.read import read_agreement
from crmsync.agreement.sign import sign
from crmsync.bootstrap import open_workspace
from crmsync.cycle import commands
from crmsync.emulator import serve
from crmsync.mappings import conform, keys, read
from crmsync.reconcile import confirm, decide, guard, match, plan, settle, trip
from crmsync.rules import imports, sales_ready, score, sla, status
from crmsync.state import Store
from crmsync.template import template_files

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "life-of-a-lead.md"
NOON = "2026-12-02T12:00:00Z"
LEAD, CONTACT = "00Q5g0000AAAAAAEQ5", "40118273"
REP, REP_IN_HUBSPOT = "0055g0000AAAABBAQ5", "7310427"


@dataclass(frozen=True)
class Step:
    """One station: what happens, the function, and how its values read in one line."""

    title: str
    function: Callable[..., Any]
    came: Callable[[Mapping[str, Any]], str]
    went: Callable[[Any], str]


@dataclass
class Trace:
    """What went in and out of each station, in the order of the first call that was about our lead."""

    seen: dict[str, tuple[str, str]] = field(default_factory=dict)


def steps() -> tuple[Step, ...]:
    """The stations of the river, top to bottom."""
    return (
        Step("read: a row gets its meaning", read.read_person, lambda a: _raw(a["raw"]), _snapshot),
        Step(
            "read: what identifies it",
            keys.identity_keys,
            lambda a: str(a["snapshot"].ref),
            lambda r: _list(map(_pair, r)),
        ),
        Step("stage: rows and cursor in one transaction", Store.stage, _staging, lambda r: f"{r} rows changed"),
        Step("match: which records are one person", match.match, _candidates, _matched),
        Step(
            "decide: was the name bought, did they engage",
            imports.import_state,
            lambda a: _acts(a["facts"].activities),
            _imports,
        ),
        Step(
            "decide: fit and interest",
            score.score,
            lambda a: _acts(a["facts"].activities),
            lambda r: f"{r.shown}; interest {r.interest:.1f}",
        ),
        Step("decide: is this a lead for sales", sales_ready.sales_ready, lambda a: a["facts"].score.shown, _ready),
        Step("decide: two CRMs, one status", status.status, _sightings, _status),
        Step("decide: the trip through the funnel", trip.trip_after, lambda a: a["decided"].status, _trip),
        Step("decide: the promise to get in touch", sla.first_touch, lambda a: f"owner {a['facts'].owner}", _clock),
        Step("decide: everything that should be true", decide.decide, lambda a: _observed(a["observed"]), _decision),
        Step("conform: what the target can hold", conform.conform, lambda a: f"{a['desired']!r}", lambda r: f"{r!r}"),
        Step("plan: the difference", plan.changes_of, lambda a: f"{len(a['records'])} records", _changes),
        Step("settle: what spans persons", settle.settle, lambda _: "owner and task requests of everybody", _settled),
        Step("guard: may this be written", guard.guard, lambda a: _changes(a["changes"]), _verdicts),
        Step(
            "record: before any byte leaves",
            Store.record,
            lambda a: f"plan {a['cycle'].header.number}",
            lambda _: "kept",
        ),
        Step("approve: a person says yes", Store.approve, lambda a: f"by {a['by']}", lambda r: f"{r} rows approved"),
        Step(
            "write: look once more",
            confirm.is_stale,
            lambda a: f"planned from {a['change'].before!r}, now {a['present']!r}",
            lambda r: "moved: give way" if r else "still so: send",
        ),
        Step("write: the vendor's answer", confirm.after_receipt, lambda a: a["receipt"].kind.value, lambda r: r.value),
        Step(
            "confirm: what was read back is what we remember",
            Store.confirm,
            lambda a: f"{len(a['moves'])} answers",
            lambda _: "seen moved to the value after",
        ),
    )


def generate() -> str:
    """The page as text, from one traced run."""
    trace = Trace()
    with tempfile.TemporaryDirectory() as folder, _crms() as (salesforce, hubspot, token):
        workspace = _workspace(Path(folder), salesforce, hubspot)
        with _secrets(token), _tracing(trace):
            wiring = open_workspace(workspace, _Silent())
            try:
                planned = commands.plan(wiring)
                commands.apply(
                    wiring, planned.header.number if planned.header else "", commands.Selection(), "D. Ruiz", 0
                )
            finally:
                wiring.close()
    return _page(trace)


def _page(trace: Trace) -> str:
    lines = [
        "# The life of a lead",
        "",
        "One lead on its way through the rooms, traced in a real run against the two emulated CRMs. Maria Jiménez",
        'asked for a demo; Tom Baker called her and put "Left Vmail" into Lead Status, where it does not belong.',
        "Written by `python scripts/life_of_a_lead.py`; a test compares this page with a fresh run.",
        "",
    ]
    for number, step in enumerate(steps(), start=1):
        came, went = trace.seen.get(step.title, ("(not reached)", ""))
        file = Path(step.function.__code__.co_filename).relative_to(ROOT)
        lines += [
            f"## {number}. {step.title}",
            "",
            f"`{file}` · `{step.function.__qualname__}`",
            "",
            f"- in: {came}",
            f"- out: {went}",
            "",
        ]
    return "\n".join(lines)


# Tracing ------------------------------------------------------------------------------------------------------------


@contextmanager
def _tracing(trace: Trace) -> Iterator[None]:
    by_code = {step.function.__code__: step for step in steps()}

    def watch(frame: FrameType, event: str, value: object) -> None:
        step = by_code.get(frame.f_code)
        if step is None or event != "return" or step.title in trace.seen:
            return
        arguments = frame.f_locals
        if _about_us(arguments, value):
            trace.seen[step.title] = (step.came(arguments), step.went(value))

    sys.setprofile(watch)
    threading.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _about_us(arguments: Mapping[str, Any], value: object) -> bool:
    """Whether a call is about our lead; what speaks for the whole cycle always is."""
    whole_cycle = {"reread", "cycle", "by", "owner_requests"} & set(arguments)
    return bool(whole_cycle) or (value is not None and LEAD in f"{arguments!r}{value!r}")


# The two CRMs with one lead -----------------------------------------------------------------------------------------


@contextmanager
def _crms() -> Iterator[tuple[str, str, str]]:
    with serve("empty") as running:
        _post(running.salesforce_url, "clock", {"set": NOON})
        _post(running.salesforce_url, "clock", {"freeze": True})
        _post(running.salesforce_url, "load", _salesforce_rows())
        _post(running.hubspot_url, "load", _hubspot_rows())
        yield running.salesforce_url, running.hubspot_url, running.token


def _salesforce_rows() -> list[dict[str, Any]]:
    user = {"Name": "Tom Baker", "Email": "t.baker@halden.example", "IsActive": True, "UserType": "Standard"}
    made = {"CreatedDate": "2026-12-02T09:48:00.000+0000", "SystemModstamp": "2026-12-02T11:41:00.000+0000"}
    lead = {
        "FirstName": "Maria", "LastName": "Jiménez", "Company": "Lumen Dental", "Title": "Operations Director",
        "Email": "maria@lumen.example", "Country": "ES", "NumberOfEmployees": 120, "Industry": "Retail",
        "Status": "Left Vmail", "OwnerId": REP, **made,
    }  # fmt: skip
    call = {
        "WhoId": LEAD, "OwnerId": REP, "Subject": "Call", "TaskSubtype": "Call", "Status": "Completed",
        "CompletedDateTime": "2026-12-02T11:39:00.000+0000", "CreatedDate": "2026-12-02T11:39:00.000+0000",
    }  # fmt: skip
    statuses = ["Raw", "Inquiry", "Working", "Return to Marketing", "Left Vmail"]
    return [
        {"type": "__picklist__", "fields": {"object": "Lead", "field": "Status", "values": statuses}},
        {"type": "User", "id": REP, "fields": user},
        {"type": "Lead", "id": LEAD, "fields": lead},
        {"type": "Task", "id": "00T5g0000AAAAAAEQ5", "fields": call},
    ]


def _hubspot_rows() -> list[dict[str, Any]]:
    contact = {
        "firstname": "Maria", "lastname": "Jiménez", "email": "maria@lumen.example", "hs_lead_status": "IN_PROGRESS",
        "hubspot_owner_id": REP_IN_HUBSPOT, "salesforceleadid": LEAD,
        "createdate": "2026-12-02T09:47:00.000Z", "lastmodifieddate": "2026-12-02T09:48:00.000Z",
    }  # fmt: skip
    owner = {"email": "t.baker@halden.example", "firstName": "Tom", "lastName": "Baker"}
    form = {
        "objectId": CONTACT, "eventType": "e_submitted_form", "occurredAt": "2026-12-02T09:47:30.000Z",
        "properties": {"hs_form_name": "Demo ES", "hs_url": "https://halden.example/es/demo"},
    }  # fmt: skip
    return [
        {"type": "owners", "id": REP_IN_HUBSPOT, "fields": owner},
        {"type": "contacts", "id": CONTACT, "fields": contact},
        {"type": "events", "fields": form},
    ]


def _post(url: str, what: str, body: object) -> None:
    request = urllib.request.Request(  # noqa: S310 - loopback only
        f"{url}/__emulator__/{what}", json.dumps(body).encode(), {"content-type": "application/json"}, method="POST"
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - loopback only


def _workspace(folder: Path, salesforce: str, hubspot: str) -> Path:
    for name, text in template_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for system, url in (("salesforce", salesforce), ("hubspot", hubspot)):
        path = folder / "connectors" / f"{system}.yaml"
        lines = [_for_us(line, url) for line in path.read_text("utf-8").splitlines()]
        path.write_text("\n".join(lines) + "\n", "utf-8")
    _sign(folder / "mappings" / "agreement")
    return folder


def _for_us(line: str, url: str) -> str:
    return f"base_url: {url}" if line.startswith("base_url:") else line.replace("writes: off", "writes: on")


def _sign(folder: Path) -> None:
    for role, name, job in (
        ("sales", "D. Ruiz", "head of sales"),
        ("sales", "G. Ellis", "sales manager"),
        ("marketing", "P. Lange", "head of marketing"),
    ):
        texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")}
        signed = sign(texts["signoffs.yaml"], read_agreement(texts), Signoff(role, name, job, date(2026, 12, 1), ""))
        (folder / "signoffs.yaml").write_text(signed, "utf-8")


@contextmanager
def _secrets(token: str) -> Iterator[None]:
    names = {"SALESFORCE_CLIENT_ID": "demo", "SALESFORCE_CLIENT_SECRET": token, "HUBSPOT_TOKEN": token}
    before = dict(os.environ)
    os.environ.update({f"CRMSYNC_SECRET_{name}": value for name, value in names.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _Silent:
    def event(self, name: str, **facts: object) -> None:
        """Say nothing."""


# How values read ----------------------------------------------------------------------------------------------------


def _list(parts: Iterator[str]) -> str:
    return ", ".join(parts) or "nothing"


def _pair(key: tuple[str, str]) -> str:
    return f"{key[0]} `{key[1]}`"


def _raw(raw: Any) -> str:  # noqa: ANN401 - a value of any station
    return f"`{raw.ref}` with {len(raw.values)} vendor-spelled values, stamp {_at(raw.modified_at)}"


def _snapshot(one: Any) -> str:  # noqa: ANN401 - a value of any station
    shown = ("first_name", "status", "owner", "country", "employees")
    return _list(f"{name} `{one.values[name]}`" for name in shown if one.values.get(name) is not None)


def _staging(arguments: Mapping[str, Any]) -> str:
    page = arguments["page"]
    return f"a page of {len(page.page.records)} from {page.page.spec.system} {page.page.spec.name}"


def _candidates(arguments: Mapping[str, Any]) -> str:
    return _list(f"`{one.ref}`" for one in arguments["candidates"])


def _matched(result: Any) -> str:  # noqa: ANN401 - a value of any station
    return _list(f"person `{person}` = {len(refs)} records" for person, refs in result.persons.items())


def _acts(activities: Any) -> str:  # noqa: ANN401 - a value of any station
    return _list(f"{one.kind.value} {_at(one.at)} ({one.label or one.kind.value})" for one in activities)


def _imports(found: Any) -> str:  # noqa: ANN401 - a value of any station
    return f"{'bought' if found.bought else 'not bought'}, {'engaged' if found.engaged else 'not engaged'}"


def _ready(found: Any) -> str:  # noqa: ANN401 - a value of any station
    words = {True: "yes", False: "no", None: "unknown"}
    return _list(f"{one.field}: {words[one.answer]}" for one in found.criteria) + f" - ready: {words[found.ready]}"


def _sightings(arguments: Mapping[str, Any]) -> str:
    return _list(f'{one.ref.system} says "{one.value}"' for one in arguments["facts"].sightings)


def _status(found: Any) -> str:  # noqa: ANN401 - a value of any station
    lines = ", ".join(line.value for line in found.lines)
    return f"**{found.status}** by line {lines}; to be spelled anew: " + _list(
        f"`{one.sighting.ref}`" for one in found.writes
    )


def _trip(one: Any) -> str:  # noqa: ANN401 - a value of any station
    return f"trip {one.number}, status {one.status} since {_at(one.status_since)}, carried by `{one.carrier}`"


def _clock(found: Any) -> str:  # noqa: ANN401 - a value of any station
    clock = found.clock
    return f"{clock.code}: {clock.state.value}, due {_at(clock.due_at)} {clock.outcome}" if clock else "no promise runs"


def _observed(one: Any) -> str:  # noqa: ANN401 - a value of any station
    return f"person `{one.person}`: {len(one.records)} records, {len(one.activities)} activities"


def _decision(one: Any) -> str:  # noqa: ANN401 - a value of any station
    return _list(f"{d.field} of `{d.ref}` = `{d.value}` ({d.because.code})" for d in one.desired)


def _changes(changes: Any) -> str:  # noqa: ANN401 - a value of any station
    return _list(f"{one.field} of `{one.ref}`: `{one.before}` -> `{one.after}`" for one in changes)


def _settled(found: Any) -> str:  # noqa: ANN401 - a value of any station
    return f"{len(found.answers)} owners given, {len(found.tasks)} tasks to make"


def _verdicts(found: Any) -> str:  # noqa: ANN401 - a value of any station
    return _list(f"{one.kind.value} ({one.code})" for one in found)


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%d %b %H:%M}" if at else "-"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(generate(), "utf-8")
