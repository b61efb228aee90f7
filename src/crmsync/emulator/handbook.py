"""The page docs/emulator.md, from the tables themselves; `python scripts/reference.py` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crmsync.emulator.hubspot import trouble as hubspot
from crmsync.emulator.hubspot.tokens import AUTHORIZATION_CODE, CLIENT_ID, CLIENT_SECRET, LIFETIME, REFRESH_TOKEN
from crmsync.emulator.salesforce.api import trouble as salesforce
from crmsync.emulator.switchboard import KINDS, SWITCHES
from crmsync.emulator.world import TOKEN

_HEAD = f"""\
# The emulated CRMs

Written by `python scripts/reference.py` from the emulator's own tables; a test compares.

`crmsync emulate` serves a Salesforce org and a HubSpot portal on loopback ports and prints one JSON line with both
addresses and the token. Any client of these APIs works when only its base URL (for Salesforce: its login URL) is
changed. What the emulator leaves out is refused with the words "not supported by the emulator", never answered wrongly.

## Who gets in

| | |
|---|---|
| token of a private app or service key, and a session that never ends | `{TOKEN}` |
| HubSpot OAuth: `client_id`, `client_secret` | `{CLIENT_ID}`, `{CLIENT_SECRET}` |
| HubSpot OAuth: `refresh_token`, `code` | `{REFRESH_TOKEN}`, `{AUTHORIZATION_CODE}` |
| HubSpot OAuth: token paths | `/oauth/v1/token`, `/oauth/v3/token`, `/oauth/2026-03/token`, `/oauth/2026-09/token` |

HubSpot access tokens last {LIFETIME} seconds by the servers' clock; `POST /__emulator__/clock {{"advance": 1800}}` ends
them. Salesforce takes any client id and user with the token as secret and password, until a `connected_app` is
planted.

## Controls

The same on both ports, never counted as a call: `GET /__emulator__/calls`, `audit`, `edits`, `clock`, `faults`;
`POST /__emulator__/load` (rows `{{"type", "id"?, "fields"}}`, one per line), `actors`, `faults`, `clock`, `reset`;
`DELETE /__emulator__/faults`. Besides the object types, HubSpot's port loads these rows:

| row | fields |
|---|---|
| `owners` | `email`, `name` or `firstName` and `lastName`, `type` (`PERSON`, `QUEUE`), `userId`, `archived`, `teams` |
| `events` | `objectId`, `eventType`, `occurredAt`, `properties`, `objectType` |
| `forms` | `name`, `formType`, `fields` (names); the id is the guid |
| `submissions` | `formId`, `submittedAt`, `values` (an object), `pageUrl` |
| `email_events` | `type`, `recipient`, `created`, `emailCampaignId`, `bot`; other keys are shown as they are |
| `campaigns` | `name`, `subject`; the id is a number |
| `attendances` | `marketingEventId` (a number), `name`, `contactId` or `email`, `state`, `occurredAt`, `seconds` |
| `lists` | `name`, `objectType`, `processingType`, `filterBranch`, `members`, `add` (ids, or `id` and `at`), `remove` |
| `imports` | `name`, `createdAt`, `state`, `source`, `rows` (read in now), `records` (came with it), `counters` |
| `__rule__` | `object`, `property`, `ruleType`, `ruleArguments`; or `required`, and `when` (a property: its values) |
| any record | its properties, `associations` (ids by object type, or `id` and `label`), `history`, `archived` |
| `account` | what `/account-info/v3/details` tells, for example `timeZone` |

A step of `actors` is done by that person, or in their name by whatever its `via` says (`source`, `id`, `label`): a
workflow, the native Salesforce sync, a form. An `imports` step reads its `rows` in as a person would.

Salesforce's port loads these, each of which sets the org up as an administrator would:

| row | fields |
|---|---|
| `__field__` | `object` (`Activity`: both kinds), `name`, `type`, `length`, `unique`, `externalId`, `referenceTo` |
| `__picklist__` | `object`, `field`, `values` (words, or `value` with `label`, `default`, `converted`, `closed`) |
| `__record_type__` | `object`, `developerName`, `label`, `default`, `active`, `values` (a picklist: its subset) |
| `__access__` | `object` with `field` or `id` or neither; `read`, `edit`: what the API's user may do |
| `__validation_rule__` | `object`, `when` (a field: its values), `requires` (a field), `field`, `message` |
| `__duplicate_rule__` | `object`, `fields`, `against` (objects), `action` (`block`, or `alert`: allowSave helps) |
| `__history__` | `object` (`Lead`, `Contact`), `fields` that are tracked from now on; a stock org tracks none |
| `__assignment_rule__` | `owner` of new leads |

People act through `actors`: `{{"actor": "005...", "do": [{{"op": "convert", "type": "Lead", "id": "00Q..."}}]}}`; on
Salesforce's port they know `create`, `update`, `delete`, `undelete`, `purge`, `complete`, `convert`, `merge`.
"""

_FAULTS = """\
## What can go wrong

`POST /__emulator__/faults` takes one of these or a list: `{"kind": "status", "code": 503, "route": "PATCH"}`. `route`
is a part of `METHOD /path/{template}`, `times` how often (default 1, -1 for ever), `after` how many calls pass first.
Sources are sections of the fact sheets.
"""

_SWITCHES = """\
## What nobody could verify

`{"kind": "switch", "name": "event_tier", "on": false}` chooses between two behaviours; without it the usual one holds.
"""

_TROUBLES = """\
## The vendors' troubles by name

`{"kind": "vendor_error", "name": "daily_limit"}` on the port of the CRM whose trouble it is.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield _FAULTS
    rows = ((f"`{one.name}`", one.crm, one.takes and _marked(one.takes), one.does, one.source) for one in KINDS)
    yield from _table(("kind", "CRM", "takes", "what happens", "source"), rows)
    yield f"\n{_SWITCHES}"
    choices = ((f"`{one.name}`", one.crm, one.usual, one.on, one.off, one.source) for one in SWITCHES)
    yield from _table(("switch", "CRM", "usual", "on", "off", "source"), choices)
    yield f"\n{_TROUBLES}"
    yield from _table(("name", "CRM", "answer", "source"), sorted(_troubles()))


def _troubles() -> Iterator[tuple[str, ...]]:
    for name, one in salesforce.TROUBLES.items():
        yield f"`{name}`", "salesforce", f"{one.status} {one.code or 'a page'}", f"salesforce {one.source}"
    for name, other in hubspot.TROUBLES.items():
        answer = other.answer("")
        what = "a page" if isinstance(answer.body, bytes) else "an API error"
        yield f"`{name}`", "hubspot", f"{answer.status} {what}", f"hubspot {other.source}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _marked(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))
