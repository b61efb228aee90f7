"""A few rows behind Salesforce's addresses, in this process: it keeps to the letter what facts/salesforce.md says.

Only what the connector's own queries need; what a test wants to go wrong is a line of code in the test.
"""

import csv
import io
import json
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import responses

from crmsync.connectors.registry import salesforce
from crmsync.connectors.salesforce.connector import Salesforce
from crmsync.model.records import RecordKind
from tests.connectors.doubles import Notes, Sleeps, stream

HOST = "https://acme.my.salesforce.com"
DATA = f"{HOST}/services/data/v62.0"
TOKEN = f"{HOST}/services/oauth2/token"
SECRETS = {"salesforce_client_id": "key", "salesforce_client_secret": "s3cret"}
NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
LEADS = stream("salesforce", "leads", RecordKind.LEAD, "Status", "Employees", "Bought", "At", object="Lead")
KINDS = {
    "Id": "id",
    "SystemModstamp": "datetime",
    "IsDeleted": "boolean",
    "Status": "picklist",
    "Employees": "double",
    "Bought": "boolean",
    "At": "datetime",
}

Reply = tuple[int, dict[str, str], str]


@dataclass
class Org:
    """Rows by id, a clock, and how it behaves: rows a page, the longest query it bears, what it refuses."""

    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    now: datetime = NOON
    rows_a_page: int = 2
    bears: int | None = None
    covered: datetime | None = None
    has_updated: bool = True
    states: list[str] = field(default_factory=lambda: ["UploadComplete", "InProgress", "JobComplete"])
    refuses: Callable[[str, str], Reply | None] = lambda _method, _path: None
    prepared: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    locators: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    zulu: bool = True

    def put(self, number: int, at: datetime, **values: object) -> str:
        name = f"00Q{number:012d}AAA"
        given = {"Status": "New", "Employees": 12, "Bought": False, "At": None, "IsDeleted": False, **values}
        self.rows[name] = {"Id": name, "SystemModstamp": f"{at:%Y-%m-%dT%H:%M:%S}.000+0000", **given}
        return name

    def put_many(self, count: int, apart: timedelta = timedelta(minutes=1)) -> set[str]:
        return {self.put(one, self.now - timedelta(days=1) + apart * one) for one in range(count)}

    def serve(self, http: responses.RequestsMock) -> None:
        """Answer everything below the data address and the token address."""
        http.add_callback(responses.POST, TOKEN, self._login)
        for method in (responses.GET, responses.POST):
            http.add_callback(method, re.compile(re.escape(DATA) + "/.*"), self._answer)
            http.add_callback(method, re.compile(re.escape(HOST) + "/services/data/?$"), self._answer)

    def opened(self, notes: Notes | None = None, sleeps: Sleeps | None = None):
        """A connector of its own, as another process would have it."""
        crm = salesforce(HOST, "62.0", SECRETS, "client_credentials", notes or Notes(), sleeps or Sleeps())
        assert isinstance(crm, Salesforce)
        crm._door.clock._monotonic = lambda: 0.0  # the org's clock stands still between two answers
        return crm

    def _login(self, _request) -> Reply:
        token = {"access_token": "T1", "instance_url": HOST}
        return 200, {"Date": format_datetime(self.now, usegmt=True)}, json.dumps(token)

    def _answer(self, request) -> Reply:
        path = urllib.parse.urlsplit(request.url)
        name = path.path.removeprefix("/services/data/v62.0/").removeprefix("/services/data/")
        asked = {key: one[0] for key, one in urllib.parse.parse_qs(path.query).items()}
        self.asked.append(asked.get("q") or f"{request.method} {name}")
        status, headers, body = self.refuses(request.method, name) or self._told(request, name, asked)
        return status, {"Date": format_datetime(self.now, usegmt=True), **headers}, body

    def _told(self, request, name: str, asked: dict[str, str]) -> Reply:
        if "q" in asked:
            return self._query(asked["q"])
        if name.startswith("query/"):
            return self._page(name.removeprefix("query/"))
        if "/updated" in name:
            return self._updated()
        if name.endswith("/describe"):
            return 200, {}, json.dumps({"fields": [{"name": one, "type": kind} for one, kind in KINDS.items()]})
        if name.startswith("jobs/query"):
            return self._bulk(request, name, asked)
        return (200, {}, "[]") if not name else fault(404, "NOT_FOUND")

    def _updated(self) -> Reply:
        if not self.has_updated:
            return fault(404, "NOT_FOUND")
        covered = min(self.now, self.covered or self.now)
        return 200, {}, json.dumps({"ids": [], "latestDateCovered": f"{covered:%Y-%m-%dT%H:%M:%S}.000+0000"})

    def _query(self, soql: str) -> Reply:
        found = self.found(soql)
        if self.bears is not None and len(found) > self.bears:
            return fault(400, "QUERY_TIMEOUT")
        if "COUNT()" in soql:
            return 200, {}, json.dumps({"totalSize": len(found), "done": True, "records": []})
        wanted = soql.split(" FROM ", maxsplit=1)[0].removeprefix("SELECT ").split(", ")
        name = f"0r8{len(self.locators):015d}"
        self.locators[name] = [{one: row.get(one) for one in wanted} for row in found]
        return self._page(f"{name}-0")

    def found(self, soql: str) -> list[dict[str, object]]:
        """The rows that a query of the connector means."""
        where = soql.partition(" WHERE ")[2].partition(" ORDER BY")[0]
        rows = [row for row in self.rows.values() if all(self._holds(row, one) for one in _conditions(where))]
        by = ("SystemModstamp", "Id") if "ORDER BY SystemModstamp" in soql else ("Id",)
        return sorted(rows, key=lambda row: tuple(str(row[one]) for one in by))

    def _holds(self, row: dict[str, object], condition: tuple[str, str, str]) -> bool:
        name, sign, value = condition
        if value in {"true", "false"}:
            return row[name] is (value == "true")
        if sign == "keyset":
            at, id_ = value.split("|")
            return _stamp(row) > at or (_stamp(row) == at and str(row["Id"]) > id_)
        have = _stamp(row) if name == "SystemModstamp" else str(row[name])
        return {">=": have >= value, "<=": have <= value, ">": have > value}[sign]

    def _page(self, locator: str) -> Reply:
        name, _, offset = locator.partition("-")
        if name not in self.locators:
            return fault(400, "INVALID_QUERY_LOCATOR")
        rows, begin = self.locators[name], int(offset)
        end = begin + self.rows_a_page
        more = {"nextRecordsUrl": f"/services/data/v62.0/query/{name}-{end}"} if end < len(rows) else {}
        page = {"totalSize": len(rows), "done": not more, "records": rows[begin:end], **more}
        return 200, {}, json.dumps(page)

    def _bulk(self, request, name: str, asked: dict[str, str]) -> Reply:
        if request.method == "POST":
            self.prepared.append(json.loads(request.body)["query"])
            return 200, {}, json.dumps({"id": "750000000000001AAA", "state": "UploadComplete"})
        if not name.endswith("/results"):
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            return 200, {}, json.dumps({"id": "750000000000001AAA", "state": state})
        rows, begin = list(self.rows.values()), int(asked.get("locator", "0"))
        end = begin + min(int(asked["maxRecords"]), 3)
        following = str(end) if end < len(rows) else "null"
        headers = {"Sforce-Locator": following, "Sforce-NumberOfRecords": str(len(rows[begin:end]))}
        return 200, headers, self._csv(rows[begin:end])

    def _csv(self, rows: list[dict[str, object]]) -> str:
        wanted = self.prepared[-1].split(" FROM ")[0].removeprefix("SELECT ").split(", ")
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        lines.writerow(wanted)
        lines.writerows([self._cell(name, row[name]) for name in wanted] for row in rows)
        return out.getvalue()

    def _cell(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return str(value).replace("+0000", "Z") if KINDS[name] == "datetime" and self.zulu else str(value)


def fault(status: int, code: str) -> Reply:
    """An error as Salesforce spells it."""
    return status, {}, json.dumps([{"errorCode": code, "message": "made up"}])


def _stamp(row: dict[str, object]) -> str:
    return str(row["SystemModstamp"]).replace(".000+0000", "Z")


def _conditions(where: str) -> list[tuple[str, str, str]]:
    keyset = re.search(r"\(SystemModstamp > (\S+) OR \(SystemModstamp = \S+ AND Id > '(\w+)'\)\)", where)
    found = [("", "keyset", f"{keyset[1]}|{keyset[2]}")] if keyset else []
    rest = where.replace(keyset[0], "") if keyset else where
    return found + [(a, b, c.strip("'")) for a, b, c in re.findall(r"(\w+) (>=|<=|>|=) (\S+)", rest)]
