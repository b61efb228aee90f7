"""Paths that have no twin on the other side: OAuth, forms, e-mail events - and those of HubSpot that are left out."""

from __future__ import annotations

from collections.abc import Callable

from crmsync.emulator.hubspot import api_forms as forms
from crmsync.emulator.hubspot import api_mail as mail
from crmsync.emulator.hubspot import api_oauth as oauth
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.refusals import Refusal, beyond, not_found
from crmsync.emulator.wire import Answer, Asked

Handle = Callable[[Books, Asked], Answer]

_DATED = ("2026-09", "2026-03")
_FORMS = ("/marketing/v3/forms", "/marketing/forms/2026-09-beta")

ALONE: tuple[tuple[str, str, Handle], ...] = (
    ("GET", "/oauth/authorize", oauth.authorize),
    *(("POST", f"/oauth/{v}/token", oauth.issue_token) for v in ("v1", "v3", *_DATED)),
    *(("POST", f"/oauth/{v}/token/introspect", oauth.introspect) for v in ("v3", *_DATED)),
    *(("POST", f"/oauth/{v}/token/revoke", oauth.revoke) for v in ("v3", *_DATED)),
    ("GET", "/oauth/v1/access-tokens/{token}", oauth.access_token),
    ("GET", "/oauth/v1/refresh-tokens/{token}", oauth.refresh_token),
    ("DELETE", "/oauth/v1/refresh-tokens/{token}", oauth.drop_refresh_token),
    *(("GET", root, forms.list_forms) for root in _FORMS),
    *(("GET", f"{root}/{{id}}", forms.get_form) for root in _FORMS),
    *(("POST", root, forms.change_form) for root in _FORMS),
    *((method, f"{root}/{{id}}", forms.change_form) for root in _FORMS for method in ("PUT", "PATCH", "DELETE")),
    ("GET", "/forms/v2/forms", forms.list_old_forms),
    ("GET", "/form-integrations/v1/submissions/forms/{id}", forms.list_submissions),
    ("GET", "/email/public/v1/events", mail.list_events),
    ("GET", "/email/public/v1/events/{created}/{id}", mail.get_event),
    ("GET", "/email/public/v1/campaigns", mail.list_campaigns),
    ("GET", "/email/public/v1/campaigns/by-id", mail.list_campaigns),
    ("GET", "/email/public/v1/campaigns/{id}", mail.get_campaign),
    ("GET", "/email/public/v1/subscriptions/timeline", mail.list_subscription_changes),
)

# the beginnings of HubSpot's paths that this emulator leaves out, in a word for the refusal
_BEYOND = {
    "/webhooks": "The webhooks API",
    "/webhooks-journal": "The webhooks journal",
    "/automation": "The automation API",
    "/cms": "The CMS API",
    "/content": "The content API",
    "/contacts/v1": "The contacts API v1",
    "/engagements/v1": "The engagements API v1",
    "/conversations": "The conversations API",
    "/files": "The files API",
    "/filemanager": "The files API",
    "/marketing": "This part of the marketing API",
    "/communication-preferences": "The communication preferences API",
    "/settings": "The settings API",
    "/integrations": "The integrations API",
    "/crm": "This part of the CRM API",
    "/events": "This part of the events API",
    "/oauth": "This part of the OAuth API",
}


def unserved(path: str) -> Refusal:
    """404: HubSpot's own words for a path it does not know either, ours for one that is only missing here."""
    for root, what in _BEYOND.items():
        if path == root or path.startswith(f"{root}/"):
            return beyond(f"{what} ({path})")
    return not_found()
