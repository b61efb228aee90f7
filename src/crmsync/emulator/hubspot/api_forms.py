"""Forms and their submissions (facts/hubspot.md section 10; the vendor's file `Marketing/Forms/Rollouts/144909`).

Submissions have no dated twin and no time filter: newest first, twenty a page, fifty at most.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from crmsync.emulator.hubspot.books import PORTAL_ID, Books
from crmsync.emulator.hubspot.outreach import Form, Submission
from crmsync.emulator.hubspot.reading import a_flag, a_number, listed, page_size, paging
from crmsync.emulator.hubspot.refusals import Refusal, beyond, not_found
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

FORMS_PAGE, MOST_FORMS = 20, 500
PAGE, MOST = 20, 50
_TYPES = {"hubspot", "captured", "flow", "blog_comment"}


def list_forms(books: Books, asked: Asked) -> Answer:
    """Form definitions by id; without `formTypes` only those of HubSpot's own making."""
    limit, after = page_size(books, asked, FORMS_PAGE, MOST_FORMS), asked.query.get("after", "")
    wanted = set(listed(asked, "formTypes")) or {"hubspot"}
    unknown = wanted - _TYPES - {"all"}
    if unknown:
        raise Refusal(400, f"Invalid input: {', '.join(sorted(unknown))} is not a form type")
    found = [
        form
        for _, form in sorted(books.state.outreach.forms.items())
        if form.id > after and form.archived == a_flag(asked, "archived") and ("all" in wanted or form.type in wanted)
    ]
    more = paging(asked, found[limit - 1].id) if len(found) > limit else {}
    return Answer(body={"results": [_shown(one) for one in found[:limit]], **more})


def get_form(books: Books, asked: Asked) -> Answer:
    """One form definition."""
    form = books.state.outreach.forms.get(asked.params["id"])
    if form is None or form.archived != a_flag(asked, "archived"):
        raise not_found()
    return Answer(body=_shown(form))


def change_form(_books: Books, asked: Asked) -> Answer:
    """Forms are read here, never written."""
    raise beyond(f"Making or changing forms ({asked.method} {asked.path})")


def list_old_forms(books: Books, asked: Asked) -> Answer:
    """The bare list of the v2 path, which extractors still read."""
    limit = a_number(asked, "limit", MOST_FORMS, MOST_FORMS)
    offset = a_number(asked, "offset", 0, 1_000_000) if asked.query.get("offset", "0") != "0" else 0
    found = [one for _, one in sorted(books.state.outreach.forms.items()) if not one.archived]
    return Answer(body=[_old(one) for one in found[offset : offset + limit]])


def list_submissions(books: Books, asked: Asked) -> Answer:
    """What was sent through one form, newest first; `after` says below which the page begins."""
    outreach, id_ = books.state.outreach, asked.params["id"]
    if id_ not in outreach.forms:
        raise not_found()
    limit, rows = page_size(books, asked, PAGE, MOST), outreach.submissions.get(id_, [])
    end = bisect_left(rows, _cursor(asked), key=lambda one: (one.at, one.number)) if "after" in asked.query else None
    page = list(islice(reversed(rows[:end]), limit + 1))
    more = paging(asked, f"{page[limit - 1].at}-{page[limit - 1].number}") if len(page) > limit else {}
    return Answer(body={"results": [_sent(one) for one in page[:limit]], **more})


def _cursor(asked: Asked) -> tuple[int, int]:
    at, _, number = asked.query["after"].rpartition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in (at.removeprefix("-"), number)):
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {asked.query['after']}")
    return int(at), int(number)


def _sent(one: Submission) -> dict[str, Json]:
    values: list[Json] = [{"name": name, "value": value, "objectTypeId": "0-1"} for name, value in one.values]
    shown: dict[str, Json] = {"conversionId": one.id, "submittedAt": one.at, "values": values}
    return {**shown, **({"pageUrl": one.page} if one.page else {})}


def _shown(form: Form) -> dict[str, Json]:
    groups: list[Json] = [
        {"groupType": "default_group", "richTextType": "text", "fields": [_field(name)]} for name in form.fields
    ]
    return {
        "id": form.id,
        "name": form.name,
        "formType": form.type,
        "createdAt": stamp(form.created),
        "updatedAt": stamp(form.updated),
        "archived": form.archived,
        "fieldGroups": groups,
        "configuration": {
            "language": "en",
            "cloneable": True,
            "postSubmitAction": {"type": "thank_you", "value": "Thank you"},
            "editable": True,
            "archivable": True,
            "recaptchaEnabled": False,
            "notifyContactOwner": False,
            "notifyRecipients": [],
            "createNewContactForNewEmail": False,
            "prePopulateKnownValues": True,
            "allowLinkToResetKnownValues": False,
            "lifecycleStages": [],
        },
        "displayOptions": {"renderRawHtml": False, "theme": "default_style", "submitButtonText": "Submit", "style": {}},
        "legalConsentOptions": {"type": "none"},
    }


def _field(name: str) -> dict[str, Json]:
    type_ = "email" if name == "email" else "single_line_text"
    own: dict[str, Json] = {"objectTypeId": "0-1", "name": name, "label": name, "required": name == "email"}
    return {**own, "hidden": False, "fieldType": type_, "dependentFields": []}


def _old(form: Form) -> dict[str, Json]:
    fields: list[Json] = [{"name": name, "label": name, "type": "string", "fieldType": "text"} for name in form.fields]
    return {
        "portalId": PORTAL_ID,
        "guid": form.id,
        "name": form.name,
        "formType": form.type.upper(),
        "createdAt": form.created,
        "updatedAt": form.updated,
        "formFieldGroups": [{"fields": fields, "default": True, "isSmartGroup": False}],
        "deletable": True,
    }
