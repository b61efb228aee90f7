"""What people wrote into forms (facts/hubspot.md 10): the older interface, for portals without event data.

Submissions are asked for form by form, newest first, and there is no filter by time: each form is read down to the
first submission older than the lower bound.
"""

import msgspec

from crmsync.connectors.hubspot import rows
from crmsync.connectors.hubspot.client import Door
from crmsync.connectors.hubspot.place import PAGE, Place, Step
from crmsync.connectors.hubspot.queue import Queue, asked, queued
from crmsync.connectors.hubspot.shape import Envelope
from crmsync.connectors.rows import PageDecoder, parse
from crmsync.model.records import RawRecord, Scalar
from crmsync.model.streams import StreamSpec

FORMS = "/marketing/v3/forms"
SUBMISSIONS = "/form-integrations/v1/submissions/forms/"
MOST = 50


class _Form(msgspec.Struct):
    id: str
    name: str = ""


class _Forms(Envelope):
    results: list[_Form] = msgspec.field(default_factory=list)


class _Value(msgspec.Struct):
    name: str
    value: Scalar = None


class _Submission(msgspec.Struct, rename="camel"):
    submitted_at: rows.Stamp
    conversion_id: str
    values: list[_Value] = []
    page_url: str | None = None


_DECODER = PageDecoder("results", "conversionId", _Submission, Envelope)


def submitted(door: Door, spec: StreamSpec, place: Place) -> Step:
    """The forms there are, then a page of submissions of one of them at a time."""
    if not place.after:
        return Step((), (), _forms(door).token())
    queue = queued(place.after)
    query = [("limit", str(MOST))] + ([("after", queue.after)] if queue.after else [])
    body = asked(door, f"{SUBMISSIONS}{queue.first.id}", query)
    if body is None:
        return Step((), (), queue.rest().token())
    decoded = _DECODER.decode(body)
    found = rows.step(spec, decoded, _Submission, lambda row: _record(spec, queue, row), None)
    old = any(place.low is not None and one.modified_at < place.low for one in found.records)
    recent = tuple(one for one in found.records if place.low is None or one.modified_at >= place.low)
    following = queue.further(decoded.envelope.after) if decoded.envelope.after and not old else queue.rest()
    return Step(recent, found.rejected, following.token())


def _forms(door: Door) -> Queue:
    found: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        answer = parse(door.get(FORMS, [("limit", str(PAGE))] + ([("after", after)] if after else [])), _Forms)
        found += [(one.id, one.name) for one in answer.results]
        after = answer.after
    return Queue.of(found)


def _record(spec: StreamSpec, queue: Queue, row: _Submission) -> RawRecord:
    written = {one.name: one.value for one in reversed(row.values)}
    own = {
        "submittedAt": row.submitted_at,
        "formId": queue.first.id,
        "formName": queue.first.name,
        "pageUrl": row.page_url,
    }
    return rows.record(spec, row.conversion_id, row.submitted_at, written | own)
