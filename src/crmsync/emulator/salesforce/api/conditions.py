"""Conditional requests: rows and describes that did not change since, rows that did (facts 5.4)."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.problems import Problem, Silent
from crmsync.emulator.salesforce.store import Record
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org


def modified(record: Record) -> datetime:
    """When a row was changed last, to the second."""
    stamp = record.text("LastModifiedDate") or record.text("SystemModstamp") or "1970-01-01T00:00:00.000+0000"
    return datetime.fromisoformat(stamp[:-2] + ":" + stamp[-2:]).replace(microsecond=0)


def unmodified(org: Org, asked: Asked, record: Record | None) -> None:
    """Raise the 412 of a row that was changed after If-Unmodified-Since, the 400 of a date that is none."""
    since = _since(asked, "if-unmodified-since")
    if since is not None and record is not None and modified(record) > since:
        if not org.desk.faults.switched("precondition_body", otherwise=True):
            raise Silent
        words = "the record has been modified since the given date"  # code and words unverified (facts 5.4)
        raise Problem("ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", words, status=412)


def fresh(asked: Asked, at: datetime, answer: Answer) -> Answer:
    """The answer with its Last-Modified, or 304 where the client has seen it already."""
    headers = {"Last-Modified": format_datetime(at, usegmt=True), **answer.headers}
    since = _since(asked, "if-modified-since")
    seen = since is not None and at <= since
    same = "ETag" in headers and asked.headers.get("if-none-match", "").removesuffix("--gzip") == headers["ETag"]
    return Answer(304, None, headers) if seen or same else Answer(answer.status, answer.body, headers)


def described(org: Org, asked: Asked, body: Json) -> Answer:
    """A describe with the tag of its content and when that content was seen first."""
    tag = f'"{zlib.crc32(json.dumps(body).encode()):08x}"'
    now = org.world.clock.now().replace(microsecond=0)
    known, at = org.tags.get(asked.path, ("", now))
    at = at if known == tag else now
    org.tags[asked.path] = (tag, at)
    return fresh(asked, at, Answer(200, body, {"ETag": tag}))


def _since(asked: Asked, name: str) -> datetime | None:
    given = asked.headers.get(name)
    if given is None:
        return None
    try:
        since = parsedate_to_datetime(given)
    except ValueError:
        raise Problem("INVALID_HTTP_HEADER", f"{name} is no HTTP date: {given}") from None
    if since.tzinfo is None:
        raise Problem("INVALID_HTTP_HEADER", f"{name} is no HTTP date: {given}")
    return since
