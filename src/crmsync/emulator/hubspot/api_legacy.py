"""What extractors still read on v1 and v2 paths: properties, companies, deals, pipelines, engagements; read only.

Unsupported by the vendor from September 2027 (facts/hubspot.md section 1); shapes as tap-hubspot 4.5 reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from crmsync.emulator.hubspot.books import PORTAL_ID, Books, Owner
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.reading import a_flag, a_number, listed
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.schema import Property
from crmsync.emulator.hubspot.store import Past, Record, past
from crmsync.emulator.hubspot.values import instant
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, MOST = 100, 250
_TYPES = {"calls": "CALL", "emails": "EMAIL", "meetings": "MEETING", "notes": "NOTE", "tasks": "TASK"}
_LINKED = {"contacts": "contactIds", "companies": "companyIds", "deals": "dealIds", "tickets": "ticketIds"}
# engagement type -> what its metadata calls the properties
_METADATA: Mapping[str, Mapping[str, str]] = {
    "calls": {
        "body": "hs_call_body",
        "disposition": "hs_call_disposition",
        "status": "hs_call_status",
        "title": "hs_call_title",
        "toNumber": "hs_call_to_number",
        "fromNumber": "hs_call_from_number",
    },
    "emails": {"subject": "hs_email_subject", "text": "hs_email_text", "status": "hs_email_status"},
    "meetings": {"title": "hs_meeting_title", "body": "hs_meeting_body"},
    "notes": {"body": "hs_note_body"},
    "tasks": {"subject": "hs_task_subject", "body": "hs_task_body", "status": "hs_task_status"},
}


def list_properties(books: Books, asked: Asked) -> Answer:
    """A bare list of property definitions."""
    kind = books.kind(asked.params.get("type", "companies"))
    return Answer(body=[_property(one) for one in books.schema(kind).values()])


def list_companies(books: Books, asked: Asked) -> Answer:
    """All companies page by page; `offset` is the last id seen."""
    page, more, offset = _page(books, KINDS["companies"], asked)
    shown: list[Json] = [_record(books, KINDS["companies"], one, asked) for one in page]
    return Answer(body={"companies": shown, "has-more": more, "offset": offset})


def list_deals(books: Books, asked: Asked) -> Answer:
    """All deals page by page; `offset` is the last id seen."""
    page, more, offset = _page(books, KINDS["deals"], asked)
    shown: list[Json] = [_record(books, KINDS["deals"], one, asked) for one in page]
    return Answer(body={"deals": shown, "hasMore": more, "offset": offset})


def list_recent(books: Books, asked: Asked) -> Answer:
    """The records changed since `since`, newest first; `offset` counts."""
    kind = _kind(asked)
    since, limit = int(_digits(asked, "since")), a_number(asked, "count", PAGE, PAGE)
    start = int(_digits(asked, "offset"))
    rows = sorted((one for one in books.table(kind).live() if one.modified >= since), key=lambda one: -one.modified)
    shown: list[Json] = [_record(books, kind, one, asked) for one in rows[start : start + limit]]
    more = start + limit < len(rows)
    return Answer(body={"results": shown, "hasMore": more, "offset": start + len(shown), "total": len(rows)})


def get_record(books: Books, asked: Asked) -> Answer:
    """One company or deal."""
    kind = _kind(asked)
    record = books.table(kind).find(asked.params["id"])
    if record is None:
        raise not_found()
    return Answer(body=_record(books, kind, record, asked))


def list_pipelines(books: Books, _asked: Asked) -> Answer:
    """The pipelines of deals with their stages, a bare list."""
    return Answer(
        body=[
            {
                "pipelineId": one.id,
                "label": one.label,
                "displayOrder": one.order,
                "active": True,
                "stages": [
                    {
                        "stageId": stage.id,
                        "label": stage.label,
                        "displayOrder": stage.order,
                        "probability": float(stage.metadata.get("probability") or 0),
                        "closedWon": stage.won,
                        "active": True,
                    }
                    for stage in one.in_order()
                ],
            }
            for one in books.state.pipelines["deals"].values()
        ]
    )


def list_engagements(books: Books, asked: Asked) -> Answer:
    """Engagements changed after the instant `after`, oldest first; a page never parts what changed at one instant."""
    after, limit = int(_digits(asked, "after")), a_number(asked, "limit", PAGE, MOST)
    rows = [
        (one.modified, KINDS[name], one)
        for name in _TYPES
        for one in books.table(KINDS[name]).live()
        if one.modified > after
    ]
    rows.sort(key=lambda row: (row[0], int(row[2].id)))
    last = rows[min(limit, len(rows)) - 1][0] if rows else after
    page = [row for row in rows if row[0] <= last]
    shown: list[Json] = [_engagement(books, kind, one) for _, kind, one in page]
    return Answer(body={"results": shown, "hasMore": len(page) < len(rows), "after": last})


def list_owners(books: Books, asked: Asked) -> Answer:
    """A bare list of owners; those who left only with `includeInactive`."""
    wanted = a_flag(asked, "includeInactive")
    email = asked.query.get("email", "").lower()
    found = [one for one in books.state.owners.values() if wanted or not one.archived]
    return Answer(body=[_owner(one) for one in found if not email or one.email.lower() == email])


def who_am_i(books: Books, _asked: Asked) -> Answer:
    """The portal's number and zone, which many a client asks for first."""
    zone = books.state.account.get("timeZone", "Europe/London")
    known: dict[str, Json] = {"portalId": PORTAL_ID, "timeZone": zone, "accountType": "STANDARD", "currency": "GBP"}
    return Answer(body={**known, "utcOffset": "+00:00", "utcOffsetMilliseconds": 0})


def _owner(one: Owner) -> dict[str, Json]:
    own: dict[str, Json] = {"portalId": PORTAL_ID, "ownerId": int(one.id), "type": one.type, "email": one.email}
    names: dict[str, Json] = {"firstName": one.first, "lastName": one.last, "isActive": not one.archived}
    return {**own, **names, "activeUserId": one.user_id, "createdAt": one.at, "updatedAt": one.at, "remoteList": []}


def _page(books: Books, kind: Kind, asked: Asked) -> tuple[list[Record], bool, int]:
    limit, offset = a_number(asked, "limit", PAGE, MOST), int(_digits(asked, "offset"))
    rows = (one for one in books.table(kind).from_id(offset + 1) if one.archived is None)
    page = list(islice(rows, limit + 1))
    kept = page[:limit]
    return kept, len(page) > limit, int(kept[-1].id) if kept else offset


def _record(books: Books, kind: Kind, one: Record, asked: Asked) -> dict[str, Json]:
    """Properties as objects that know when and by whom they were set; all of them on request, or of a single record."""
    every = "id" in asked.params or a_flag(asked, "includeAllProperties")
    wanted = {*listed(asked, "properties"), *listed(asked, "propertiesWithHistory"), *kind.defaults}
    known = books.schema(kind)
    properties: dict[str, Json] = {
        name: _value(known[name], past(one, name))
        for name in one.properties
        if name in known and (every or name in wanted)
    }
    shown: dict[str, Json] = {"portalId": PORTAL_ID, f"{kind.singular}Id": int(one.id), "isDeleted": False}
    if kind is KINDS["deals"]:
        shown["associations"] = {
            "associatedVids": _linked(books, kind, one, "contacts"),
            "associatedCompanyIds": _linked(books, kind, one, "companies"),
            "associatedDealIds": [],
        }
    return {**shown, "properties": properties}


def _value(known: Property, values: tuple[Past, ...]) -> dict[str, Json]:
    versions: list[dict[str, Json]] = [
        {"value": _old(known, one.value), "timestamp": one.at, "source": one.source, "sourceId": one.source_id}
        for one in values
    ]
    return {**versions[0], "versions": [{"name": known.name, **one} for one in versions]}


def _old(known: Property, value: str) -> str:
    """Instants are epoch milliseconds on the old paths."""
    at = instant(value) if known.type in {"date", "datetime"} else None
    return value if at is None else str(at)


def _engagement(books: Books, kind: Kind, one: Record) -> dict[str, Json]:
    owner = one.get("hubspot_owner_id") or ""
    metadata: dict[str, Json] = {
        name: one.properties[source] for name, source in _METADATA[kind.name].items() if source in one.properties
    }
    return {
        "engagement": {
            "id": int(one.id),
            "portalId": PORTAL_ID,
            "active": True,
            "createdAt": one.created,
            "lastUpdated": one.modified,
            "type": _TYPES[kind.name],
            "timestamp": instant(one.get("hs_timestamp") or "") or one.created,
            **({"ownerId": int(owner)} if owner else {}),
        },
        "associations": {
            **{word: _linked(books, kind, one, name) for name, word in _LINKED.items()},
            "ownerIds": [],
            "workflowIds": [],
        },
        "attachments": [],
        "metadata": metadata,
    }


def _linked(books: Books, kind: Kind, one: Record, name: str) -> list[Json]:
    return [int(id_) for id_ in books.state.links.of((kind.name, one.id), name)]


def _kind(asked: Asked) -> Kind:
    return KINDS["companies" if asked.path.startswith("/companies/") else "deals"]


def _property(one: Property) -> dict[str, Json]:
    options: list[Json] = [
        {"label": option.label, "value": option.value, "displayOrder": option.order, "hidden": option.hidden}
        for option in one.options
    ]
    own: dict[str, Json] = {"name": one.name, "label": one.label, "description": "", "groupName": one.group}
    return {**own, "type": one.type, "fieldType": one.field_type, "hidden": False, "options": options}


def _digits(asked: Asked, name: str) -> str:
    text = asked.query.get(name) or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refusal(400, f"Invalid input: {name} must be a whole number, not {text}")
    return text
