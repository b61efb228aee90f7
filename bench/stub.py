"""Two CRMs that only hand out pages encoded beforehand, so that what is measured is the reader and not the CRM.

Leads 2,000 a page over REST or CSV files of Bulk 2, contacts 100 a page: what the real ones give at most. A process of
its own; `--delay` seconds pass before every answer. Prints its address; `GET /calls` tells what was asked how often.
"""

import argparse
import asyncio
import csv
import io
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Any

LEADS, CONTACTS, FILES = 2_000, 100, 10_000
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
WORDS = ("Ada", "Grace", "Edsger", "Barbara", "Niklaus", "Donald", "Radia", "Leslie", "Alan", "Margaret", "Ken", "Tony")
STATUSES = ("Inquiry", "Open - Not Contacted", "Working", "Left Vmail", "Return to Marketing")


def lead(number: int, fields: Sequence[str]) -> dict[str, object]:
    """One lead with believable values: about a kilobyte of JSON."""
    made = person(number)
    known: dict[str, object] = {
        "Id": f"00Q5g{number:010d}AAA",
        "SystemModstamp": f"{made['at']:%Y-%m-%dT%H:%M:%S}.000+0000",
        "CreatedDate": f"{made['at']:%Y-%m-%dT%H:%M:%S}.000+0000",
        "IsDeleted": False,
        "Status": STATUSES[number % len(STATUSES)],
        "OwnerId": f"0055g{number % 40:010d}AAA",
        "IsConverted": False,
        "FirstName": made["first"],
        "LastName": made["last"],
        "Company": made["company"],
        "Email": made["email"] if number % 5 else f"lead{number}@elsewhere.example",
        "Phone": made["phone"],
        "NumberOfEmployees": number % 900,
        "DoNotCall": False,
        "HasOptedOutOfEmail": number % 17 == 0,
        "CRMSync_Score__c": None,
    }
    url = f"/services/data/v62.0/sobjects/Lead/{known['Id']}"
    row: dict[str, object] = {"attributes": {"type": "Lead", "url": url}}
    return row | {name: known.get(name, f"{name} of {made['last']}" if number % 3 else None) for name in fields}


def contact(number: int, fields: Sequence[str]) -> dict[str, object]:
    """One HubSpot contact; four of five have the e-mail of the lead of that number."""
    made = person(number)
    known = {
        "createdate": f"{made['at']:%Y-%m-%dT%H:%M:%S}.123Z",
        "lastmodifieddate": f"{made['at']:%Y-%m-%dT%H:%M:%S}.456Z",
        "hs_lead_status": ("NEW", "OPEN", "IN_PROGRESS", "CONNECTED")[number % 4],
        "hubspot_owner_id": str(70_000 + number % 40),
        "lifecyclestage": "lead",
        "firstname": made["first"],
        "lastname": made["last"],
        "email": made["email"],
        "company": made["company"],
        "phone": made["phone"],
        "numemployees": "5-25",
        "hs_email_optout": "false",
        "salesforceleadid": "",
    }
    told = {name: known.get(name, f"{name} of {made['last']}" if number % 3 else None) for name in fields}
    stamp = f"{made['at']:%Y-%m-%dT%H:%M:%S}.456Z"
    return {"id": str(10_000 + number), "properties": told, "createdAt": stamp, "updatedAt": stamp, "archived": False}


def person(number: int) -> dict[str, Any]:
    """The same person for the same number, in both CRMs."""
    first, last = WORDS[number % len(WORDS)], f"{WORDS[number * 7 % len(WORDS)]}son{number}"
    phone = f"+1 555 {number % 900 + 100} {number % 9000 + 1000}"
    at = START + timedelta(seconds=number * 3)
    company = f"{WORDS[number * 3 % len(WORDS)]} and Sons No. {number % 5000}"
    email = f"p{number}@firm{number % 5000}.example"
    return {"first": first, "last": last, "email": email, "phone": phone, "at": at, "company": company}


class Books:
    """Every answer of the two CRMs, as bytes."""

    def __init__(self, rows: int, lead_fields: Sequence[str], contact_fields: Sequence[str]) -> None:
        self.rows, self.names = rows, tuple(lead_fields)
        self.leads = [*_lead_pages(rows, lead_fields)]
        self.files = [*_csv_pages(rows, [*lead_fields])]
        self.contacts = [*_contact_pages(rows, contact_fields)]

    def answer(self, method: str, path: str) -> tuple[bytes, str]:  # noqa: PLR0911 - a table of answers
        """The body and further headers of one answer."""
        if path.startswith("/services/oauth2/token"):
            return _json({"access_token": "stub", "instance_url": self.url, "token_type": "Bearer", "id": ""}), ""
        if "/jobs/query" in path:
            return self._bulk(method, path)
        if path.endswith("/describe"):
            return _json({"name": "Lead", "fields": [{"name": name, "type": _type(name)} for name in self.names]}), ""
        if "COUNT()" in path:
            return _json({"totalSize": self.rows, "done": True, "records": []}), ""
        if "/updated" in path:
            return _json(
                {"ids": [], "latestDateCovered": time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime())}
            ), ""
        if "/query/" in path:
            return self.leads[int(path.rsplit("-", 1)[1])], ""
        if "/queryAll" in path or "/query?" in path:
            return self.leads[0], ""
        if "/contacts" in path:
            after = re.search(r"after=(\d+)", path)
            return self.contacts[int(after[1]) if after else 0], ""
        return _json({"message": f"the stub does not know {method} {path}"}), ""

    def _bulk(self, method: str, path: str) -> tuple[bytes, str]:
        if _results(path):
            at = re.search(r"locator=(\d+)", path)
            number = int(at[1]) if at else 0
            following = str(number + 1) if number + 1 < len(self.files) else "null"
            return self.files[number], f"Sforce-Locator: {following}\r\nSforce-NumberOfRecords: {FILES}\r\n"
        state = "UploadComplete" if method == "POST" else "JobComplete"
        told = {"id": "7505g0000000001AAA", "state": state, "object": "Lead", "numberRecordsProcessed": self.rows}
        return _json({**told, "operation": "queryAll", "lineEnding": "LF", "columnDelimiter": "COMMA"}), ""

    url = ""


def _lead_pages(rows: int, fields: Sequence[str]) -> Iterator[bytes]:
    pages = max(1, -(-rows // LEADS))
    for page in range(pages):
        records = [lead(one, fields) for one in range(page * LEADS, min(rows, (page + 1) * LEADS))]
        last = page + 1 == pages
        envelope: dict[str, object] = {"totalSize": rows, "done": last, "records": records}
        following = {} if last else {"nextRecordsUrl": f"/services/data/v62.0/query/01g000-{page + 1}"}
        yield _json(envelope | following)


def _csv_pages(rows: int, fields: Sequence[str]) -> Iterator[bytes]:
    for start in range(0, rows, FILES):
        text = io.StringIO()
        out = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(fields)
        for one in range(start, min(rows, start + FILES)):
            values = lead(one, fields)
            out.writerow(_cell(values[name]) for name in fields)
        yield text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _contact_pages(rows: int, fields: Sequence[str]) -> Iterator[bytes]:
    pages = max(1, -(-rows // CONTACTS))
    for page in range(pages):
        results = [contact(one, fields) for one in range(page * CONTACTS, min(rows, (page + 1) * CONTACTS))]
        link = {} if page + 1 == pages else {"paging": {"next": {"after": str(page + 1), "link": ""}}}
        yield _json({"results": results} | link)


def _type(name: str) -> str:
    flags = ("IsDeleted", "IsConverted", "DoNotCall", "HasOptedOutOfEmail")
    instants = ("SystemModstamp", "CreatedDate")
    numbers = {"NumberOfEmployees": "int", "CRMSync_Score__c": "double"}
    return "boolean" if name in flags else "datetime" if name in instants else numbers.get(name, "string")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Wire(asyncio.Protocol):
    """HTTP/1.1 with connections kept open; just enough of it for well-behaved clients."""

    def __init__(self, books: Books, calls: Counter[str], delay: float) -> None:
        self.books, self.calls, self.delay, self.waiting = books, calls, delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        self.line: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer every whole request, after the delay."""
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head = self.waiting[:end].decode("latin-1")
            told = re.search(r"(?im)^content-length: *(\d+)", head)
            length = int(told[1]) if told else 0
            if len(self.waiting) < end + 4 + length:
                return
            self.waiting = self.waiting[end + 4 + length :]
            method, path, _ = head.split("\r\n", 1)[0].split(" ", 2)
            asyncio.get_running_loop().call_later(self.delay, self.reply, method, path)

    def reply(self, method: str, path: str) -> None:
        """One answer."""
        if path == "/calls":
            content, more = _json(self.calls), ""
        else:
            self.calls[_name(method, path)] += 1
            content, more = self.books.answer(method, path)
        kind = "text/csv" if _results(path) else "application/json;charset=UTF-8"
        lines = ("HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Date: {formatdate(usegmt=True)}")
        head = "\r\n".join((*lines, f"{more}Content-Length: {len(content)}", "", ""))
        self.line.write(head.encode() + content)


def _results(path: str) -> bool:
    return path.partition("?")[0].endswith("/results")


def _name(method: str, path: str) -> str:
    plain = path.partition("?")[0]
    for mark, name in (("token", "token"), ("/jobs/", "bulk"), ("COUNT()", "count")):
        if mark in path:
            return f"{method} {name}"
    return f"{method} " + re.sub(r"/01g.*", "", plain)


async def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--leads", required=True)
    parser.add_argument("--contacts", required=True)
    given = parser.parse_args()
    books = Books(given.rows, given.leads.split(","), given.contacts.split(","))
    calls: Counter[str] = Counter()
    server = await asyncio.get_running_loop().create_server(lambda: Wire(books, calls, given.delay), "127.0.0.1", 0)
    books.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(books.url, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
