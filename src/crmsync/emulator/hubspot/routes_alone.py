"""Paths that have no twin on the other side: OAuth, forms, e-mail events - and those of HubSpot that are left out."""

from __future__ import annotations

from collections.abc import Callable

from crmsync.emulator.hubspot import api_attendance as attendance
from crmsync.emulator.hubspot import api_forms as forms
from crmsync.emulator.hubspot import api_legacy as legacy
from crmsync.emulator.hubspot import api_mail as mail
from crmsync.emulator.hubspot import api_oauth as oauth
from crmsync.emulator.hubspot import api_objects as objects
from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.refusals import Refusal, beyond, not_found
from crmsync.emulator.wire import Answer, Asked

Handle = Callable[[Books, Asked], Answer]

_DATED = ("2026-09", "2026-03")
_EVENTS = tuple(
    f"{root}/participations"
    for root in ("/marketing/v3/marketing-events", *(f"/marketing/marketing-events/{v}" for v in _DATED))
)
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
    *(("GET", f"{root}/contacts/{{contact}}/breakdown", attendance.of_contact) for root in _EVENTS),
    *(("GET", f"{root}/{{event}}/breakdown", attendance.of_event) for root in _EVENTS),
    *(("GET", f"{root}/{{event}}", attendance.counted) for root in _EVENTS),
    ("GET", "/forms/v2/forms", forms.list_old_forms),
    ("GET", "/form-integrations/v1/submissions/forms/{id}", forms.list_submissions),
    ("GET", "/email/public/v1/events", mail.list_events),
    ("GET", "/email/public/v1/events/{created}/{id}", mail.get_event),
    ("GET", "/email/public/v1/campaigns", mail.list_campaigns),
    ("GET", "/email/public/v1/campaigns/by-id", mail.list_campaigns),
    ("GET", "/email/public/v1/campaigns/{id}", mail.get_campaign),
    ("GET", "/email/public/v1/subscriptions/timeline", mail.list_subscription_changes),
    ("GET", "/crm/v4/objects/{type}", objects.list_objects),
    ("GET", "/crm/v4/objects/{type}/{id}", objects.get_object),
    ("GET", "/companies/v2/properties", legacy.list_properties),
    ("GET", "/properties/v1/{type}/properties", legacy.list_properties),
    ("GET", "/properties/v2/{type}/properties", legacy.list_properties),
    ("GET", "/companies/v2/companies/paged", legacy.list_companies),
    ("GET", "/companies/v2/companies/recent/modified", legacy.list_recent),
    ("GET", "/companies/v2/companies/{id}", legacy.get_record),
    ("GET", "/deals/v1/deal/paged", legacy.list_deals),
    ("GET", "/deals/v1/deal/recent/modified", legacy.list_recent),
    ("GET", "/deals/v1/deal/{id}", legacy.get_record),
    ("GET", "/deals/v1/pipelines", legacy.list_pipelines),
    ("GET", "/engagements/v1/engagements/modified/after", legacy.list_engagements),
    ("GET", "/owners/v2/owners", legacy.list_owners),
    ("GET", "/integrations/v1/me", legacy.who_am_i),
)

# the beginnings of HubSpot's paths, old and new: what is not answered under them is left out by this emulator
_ROOTS = frozenset(
    "account account-info appinstalls automation broadcast business-units calendar calling cms comments "
    "communication-preferences companies contacts content conversations crm crm-associations crm-object-schemas "
    "deal-splits deals ecomm email engagements events feature-flags filemanager files form-integrations forms hubdb "
    "integrations integrators keywords marketing marketing-emails media-bridge meta oauth owners properties scheduler "
    "settings social tax-rates templates url-mappings users visitor-identification webhooks webhooks-journal".split()
)


def unserved(path: str) -> Refusal:
    """404: HubSpot's own words for a path it does not know either, ours for one that is only missing here."""
    return beyond(path) if path.strip("/").partition("/")[0] in _ROOTS else not_found()
