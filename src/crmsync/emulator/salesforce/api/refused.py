"""What the vendor has and the emulator has not: refused in words, never answered wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce.api.door import guarded
from crmsync.emulator.salesforce.problems import Problem, not_found
from crmsync.emulator.wire import Answer, Asked

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

ELSEWHERE: Mapping[str, str] = {
    "actions": "invocable actions",
    "analytics": "reports and dashboards",
    "apexrest": "Apex REST",
    "appMenu": "the app menu",
    "async-queries": "async queries",
    "chatter": "Chatter",
    "commerce": "Commerce",
    "compactLayouts": "layouts",
    "composite/graph": "composite graphs",
    "connect": "the Connect API",
    "consent": "consent",
    "domino": "this resource",
    "dedupe": "duplicate jobs",
    "einstein": "Einstein",
    "event": "platform events",
    "eventSchema": "platform events",
    "flexipage": "pages",
    "folders": "folders",
    "iot": "IoT",
    "jsonxform": "transformations",
    "knowledgeManagement": "Knowledge",
    "licensing": "licensing",
    "metadata": "metadata deployment",
    "nouns": "this resource",
    "parameterizedSearch": "SOSL search",
    "payments": "payments",
    "process": "processes and approvals",
    "quickActions": "quick actions",
    "recent": "recently viewed records",
    "scheduling": "scheduling",
    "search": "SOSL search",
    "serviceTemplates": "this resource",
    "smartdatadiscovery": "discovery",
    "support": "Knowledge support",
    "tabs": "tabs",
    "theme": "the theme",
    "tooling": "the Tooling API",
    "ui-api": "the User Interface API beyond picklist values",
    "wave": "CRM Analytics",
}
BELOW_OBJECTS = ("approvalLayouts", "compactLayouts", "layouts", "listviews", "quickActions", "relevantItems")
LAYOUTS = "layouts, list views and actions"
_PATH = re.compile(r"/services/data/v\d+\.\d+/(.+?)/?")


def unrouted(org: Org, asked: Asked, *, known: bool) -> Answer:
    """A path nobody answers: the vendor's 405 or 404, or our own words for what is the vendor's and not ours."""
    if known:
        words = f"HTTP Method '{asked.method}' not allowed. Allowed are other methods of this resource"
        return Problem("METHOD_NOT_ALLOWED", words, status=405).answer()
    what = _elsewhere(asked.path)
    if what is None:
        return not_found().answer()

    def refuse(_: Org, __: Asked) -> Answer:
        raise unsupported(what)

    return guarded(org, refuse)(asked)


def layouts(_: Org, __: Asked) -> Answer:
    """GET /sobjects/{type}/describe/layouts and its like, which would pass for a row otherwise."""
    raise unsupported(LAYOUTS)


def unsupported(what: str) -> Problem:
    """Our refusal, in the vendor's envelope."""
    return Problem("NOT_SUPPORTED", f"{what}: not supported by the emulator", status=400)


def _elsewhere(path: str) -> str | None:
    if path.startswith(("/services/Soap/", "/services/apexrest/", "/cometd/", "/services/apex")):
        return "this API"
    found = _PATH.fullmatch(path)
    parts = found[1].split("/") if found else []
    if not parts:
        return None
    below = parts[0] == "sobjects" and any(part in BELOW_OBJECTS for part in parts[2:])
    return LAYOUTS if below else ELSEWHERE.get(parts[0])
