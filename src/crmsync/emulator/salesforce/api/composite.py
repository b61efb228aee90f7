"""Up to 25 calls in one, in order, each with its own headers and result; later ones may name earlier results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from crmsync.emulator.salesforce.api.door import body
from crmsync.emulator.salesforce.api.parts import NOTHING, answered
from crmsync.emulator.salesforce.problems import Problem, bad_json
from crmsync.emulator.wire import Answer, Asked, Json

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

MOST, MOST_QUERIES = 25, 5
FORBIDDEN = {"accept", "authorization", "content-type"}
REFERENCE = re.compile(r"@\{([^}]*)\}")
Part = Mapping[str, Json]
HALTED = "The transaction was rolled back since another operation in the same transaction failed."


class NoValue(Exception):
    """A reference that names nothing; the words say which."""


def run(org: Org, asked: Asked) -> Answer:
    """POST /composite: with allOrNone one failure takes everything back (facts 5.3)."""
    whole = body(asked)
    parts = _parts(org, whole)
    all_or_none = whole.get("allOrNone") is True
    saved = (org.checkpoint(), len(org.desk.audit)) if all_or_none else None
    done: dict[str, Answer] = {}
    failed = False
    for part in parts:
        name = str(part["referenceId"])
        done[name] = (
            Problem("PROCESSING_HALTED", HALTED).answer() if failed and all_or_none else _one(org, asked, part, done)
        )
        failed = failed or done[name].status >= 300
    if saved is not None and failed:
        org.undo(saved[0])
        del org.desk.audit[saved[1] :]
        halted = Problem("PROCESSING_HALTED", HALTED).answer()
        done = {name: answer if answer.status >= 300 else halted for name, answer in done.items()}
    return Answer(body={"compositeResponse": [_told(name, answer) for name, answer in done.items()]})


def _parts(org: Org, whole: Mapping[str, Json]) -> list[Part]:
    wanted = whole.get("compositeRequest")
    if not isinstance(wanted, list):
        raise bad_json("compositeRequest must be a list of objects")
    parts: list[Part] = [part for part in wanted if isinstance(part, Mapping)]
    if len(parts) < len(wanted):
        raise bad_json("compositeRequest must be a list of objects")
    if len(parts) > MOST:
        raise Problem("LIMIT_EXCEEDED", f"Request cannot contain more than {MOST} operations")
    _names(parts)
    for part in parts:
        _headers(part)
    queries = sum(
        bool(re.search(r"/(?:query(?:All)?|composite/sobjects)(?:[/?]|$)", str(part.get("url")))) for part in parts
    )
    # nobody could verify the sub-limit (facts 13); the documentation of composite names it
    if queries > MOST_QUERIES and org.desk.faults.switched("composite_query_limit", otherwise=True):
        raise Problem("LIMIT_EXCEEDED", f"Cannot have more than {MOST_QUERIES} Query, QueryAll or Collections requests")
    return parts


def _names(parts: Sequence[Part]) -> None:
    """Codes and words of these two refusals are unverified."""
    seen: set[str] = set()
    for part in parts:
        name = part.get("referenceId")
        if not isinstance(name, str) or not re.fullmatch(r"\w+", name):
            raise Problem("INVALID_INPUT", f"referenceId {name!r} must be letters, digits and underscores")
        if name in seen:
            raise Problem("INVALID_INPUT", f"Duplicate ReferenceId provided: {name}")
        seen.add(name)


def _one(org: Org, asked: Asked, part: Part, done: Mapping[str, Answer]) -> Answer:
    try:
        url = REFERENCE.sub(lambda found: quote(_text(_value(found[1], done)), safe=""), str(part.get("url", "")))
        given = _filled(part["body"], done) if "body" in part else NOTHING
    except NoValue as problem:
        return Problem("PROCESSING_HALTED", str(problem)).answer()
    outer = dict(asked.headers)
    # whether the header of the whole call holds for its parts nobody could verify (facts 5.5)
    if not org.desk.faults.switched("assign_in_composite", otherwise=True):
        outer.pop("sforce-auto-assign", None)
    for conditional in ("if-unmodified-since", "if-modified-since", "content-type"):
        outer.pop(conditional, None)
    return answered(org, asked, (str(part.get("method", "GET")), url), {**outer, **_headers(part)}, given)


def _told(name: str, answer: Answer) -> Json:
    shown = answer.body if not isinstance(answer.body, bytes) else None
    return {
        "body": shown,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": name,
    }


def _headers(part: Part) -> dict[str, str]:
    given = part.get("httpHeaders") or {}
    if not isinstance(given, Mapping) or FORBIDDEN & {name.lower() for name in given}:
        raise Problem("INVALID_HTTP_HEADER", "httpHeaders may not hold Accept, Authorization or Content-Type")
    return {name.lower(): str(value) for name, value in given.items()}


def _filled(given: Json, done: Mapping[str, Answer]) -> Json:
    """A body with its references replaced; one that is a whole value keeps the type it refers to."""
    if isinstance(given, str):
        whole = REFERENCE.fullmatch(given)
        if whole is not None:
            return _value(whole[1], done)
        return REFERENCE.sub(lambda found: _text(_value(found[1], done)), given)
    if isinstance(given, Mapping):
        return {name: _filled(value, done) for name, value in given.items()}
    return [_filled(value, done) for value in given] if isinstance(given, list) else given


def _value(path: str, done: Mapping[str, Answer]) -> Json:
    """What `ref.field`, `ref[0].Id` or `ref.records[0].Id` names, case counts (facts 5.3)."""
    name, *steps = re.findall(r"[^.\[\]]+", path) or [""]
    if name not in done:
        raise NoValue(f"Invalid reference specified. No response found for {name}")
    body_ = done[name].body
    found: Json = None if done[name].status >= 300 or isinstance(body_, bytes) else body_
    for step in steps:
        found = _step(found, step)
    if found is None or not steps:
        raise NoValue(f"Invalid reference specified. No value for {path} found in {name}")
    return found


def _step(found: Json, step: str) -> Json:
    if isinstance(found, Mapping):
        return found.get(step)
    held: list[Json] = found if isinstance(found, list) else []
    return held[int(step)] if step.isdecimal() and int(step) < len(held) else None


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
