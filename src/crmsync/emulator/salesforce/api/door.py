"""What stands before every data call: the day's quota, the session, the API version; problems in the vendor's words."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api.trouble import TROUBLES, planted
from crmsync.emulator.salesforce.ids import API_USER
from crmsync.emulator.salesforce.problems import Problem, bad_json, not_found
from crmsync.emulator.salesforce.writing import Author
from crmsync.emulator.wire import Answer, Asked, BadJson, Handler, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

OLDEST, NEWEST = 31.0, 68.0


def guarded(org: Org, call: Callable[[Org, Asked], Answer]) -> Handler:
    """The call behind its session, quota and version checks, with its problems as answers."""

    def answer(asked: Asked) -> Answer:
        try:
            _session(org, asked)
            _quota(org)
            _version(asked)
            _readable(asked)
            return call(org, _unzipped(asked))
        except Problem as problem:
            return problem.answer()
        except BadJson as problem:
            return bad_json(str(problem)).answer()

    return opened(org, answer)


def opened(org: Org, call: Handler) -> Handler:
    """Every call, the login too: planted troubles come first, and what was held back is let in when its time comes."""

    def answer(asked: Asked) -> Answer:
        org.commit_due()
        return planted(org.desk.faults.take("vendor_error", asked.route)) or call(asked)

    return answer


def author(asked: Asked) -> Author:
    """The API's user, with assignment rules on unless the header says FALSE (the vendor's default is on)."""
    header = asked.headers.get("sforce-auto-assign", "TRUE")
    doubles = asked.headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
    allow = "allowsave=true" in doubles.split(";")
    return Author(API_USER, api=True, auto_assign=header.strip().upper() != "FALSE", allow_save=allow)


def body(asked: Asked) -> Mapping[str, Json]:
    """The body as a JSON object; raises Problem for anything else."""
    kind = asked.headers.get("content-type", "application/json")
    if kind and "json" not in kind:
        words = f"Content type {kind} is not supported by this resource; use application/json"
        raise Problem("UNSUPPORTED_MEDIA_TYPE", words, status=415)
    value = asked.json()
    if not isinstance(value, dict):
        raise bad_json("Unexpected character at [line:1, column:1]: a JSON object is expected")
    return value


def _session(org: Org, asked: Asked) -> None:
    if org.desk.faults.take("expire_token", asked.route) is not None:
        org.sessions.clear()
    kind, _, token = asked.headers.get("authorization", "").partition(" ")
    if kind not in ("Bearer", "OAuth") or not token:
        raise Problem("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", status=401)
    if token not in org.sessions:
        raise Problem("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def _quota(org: Org) -> None:
    if org.used_today() > org.daily_calls():
        trouble = TROUBLES["daily_limit"]
        raise Problem(trouble.code, trouble.words, status=trouble.status)


def _unzipped(asked: Asked) -> Asked:
    """Clients may send zipped bodies as they may ask for zipped answers (facts 5.5, compression headers)."""
    if asked.headers.get("content-encoding", "").lower() != "gzip":
        return asked
    try:
        return replace(asked, body=gzip.decompress(asked.body))
    except (OSError, EOFError, zlib.error):
        raise bad_json("the body is not in the gzip format its header promises") from None


def _readable(asked: Asked) -> None:
    """XML is an answer of the vendor's too, and not of ours."""
    accepted = asked.headers.get("accept", "*/*")
    if "xml" in accepted and "json" not in accepted and "*/*" not in accepted:
        raise Problem("NOT_SUPPORTED", "answers in XML: not supported by the emulator", status=406)


def _version(asked: Asked) -> None:
    text = asked.params.get("v")
    if text is None:
        return
    number = float(text[1:])
    if number < OLDEST:
        raise Problem("GONE", "The requested API version is retired", status=410)
    if number > NEWEST or not text.endswith(".0"):
        raise not_found()
