"""Everything that can be made to go wrong, or to be otherwise, through `POST /__emulator__/faults`, with its source.

A kind or switch without its row here does not exist; after a new row, `python scripts/reference.py` writes it into
docs/emulator.md. Tests hold the tables to what the code asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BOTH, SF, HS = "both", "salesforce", "hubspot"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: whose it is, what it takes besides `route`, `times` and `after`, what it does, and why."""

    name: str
    crm: str
    takes: str
    does: str
    source: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Two behaviours of which nobody could verify the true one: the one that is `usual`, and the other."""

    name: str
    crm: str
    usual: Literal["on", "off"]
    on: str
    off: str
    source: str


KINDS = (
    Kind("status", BOTH, "code, body, headers", "answers this instead of the API; nothing is done", "reliability 2.6"),
    Kind("cut_before_commit", BOTH, "reset", "the line is cut (or reset), nothing was done", "issue 4, 2"),
    Kind("cut_after_commit", BOTH, "reset", "the line is cut (or reset), everything was done",
         "salesforce 10, hubspot 15"),
    Kind("cut_at", BOTH, "bytes, reset", "the answer breaks off after that many bytes of its body", "issue 4, 2"),
    Kind("slow", BOTH, "seconds", "the answer begins that much later", "hubspot 15"),
    Kind("chunked", BOTH, "bytes, seconds", "no length, and pieces that come `seconds` apart", "hubspot 15"),
    Kind("clock_skew", BOTH, "seconds", "the Date header is off from the stamps of records", "issue 4, 2"),
    Kind("edit_before_write", BOTH, "n, type, id, actor, field, value",
         "somebody edits the record just before the n-th write reaches it", "reconciliation"),
    Kind("refuse_field", BOTH, "type, field, words", "a validation rule refuses the field, with the admin's words",
         "salesforce 7, hubspot 4"),
    Kind("expire_token", BOTH, "", "401; an OAuth token stays dead until it is renewed", "salesforce 1.4, hubspot 2"),
    Kind("refuse_login", BOTH, "error, words", "the token endpoint refuses, by this error (Salesforce)",
         "salesforce 1.3, hubspot 2"),
    Kind("short_pages", BOTH, "rows", "pages hold fewer rows than asked for, though more follow",
         "salesforce 4.2, hubspot 5"),
    Kind("vendor_error", BOTH, "name", "one of the vendor's named troubles, see below", "salesforce 7, hubspot 4"),
    Kind("switch", BOTH, "name, on", "one of the switches below", "salesforce 13, hubspot 17"),
    Kind("row_lock", SF, "id", "UNABLE_TO_LOCK_ROW for the record", "salesforce 7"),
    Kind("assignment_rule", SF, "owner", "the active rule gives new leads to this owner", "salesforce 6"),
    Kind("open_transaction", SF, "seconds, until",
         "what a person does next commits later under its old stamp; latestDateCovered is held back", "salesforce 4"),
    Kind("chunk_failure", SF, "id, words", "one chunk of 200 rows fails as a whole", "salesforce 5"),
    Kind("daily_limit", SF, "calls", "the day holds this many calls", "salesforce 2"),
    Kind("bulk_polls", SF, "polls", "a bulk job is ready after that many questions", "salesforce 4"),
    Kind("archive_after", SF, "days", "closed activities older than this are archived", "salesforce 4"),
    Kind("connected_app", SF, "client_id, client_secret, username, public_key",
         "only this client may log in; JWT assertions are verified against its key", "salesforce 1.3"),
    Kind("search_lag", HS, "seconds, flap",
         "search sees writes later; with `flap` a record appears, drops out and appears again", "hubspot 5.5"),
    Kind("total_drift", HS, "by", "the `total` of searches goes up and down from page to page", "hubspot 5.5"),
    Kind("rate_limit", HS, "burst, search, daily, retry_after, category, clock",
         "429 past these numbers; `clock: server` slides the windows with the servers' clock", "hubspot 3"),
    Kind("missing_scope", HS, "scope", "403 for calls that need it", "hubspot 2, 4"),
    Kind("silent_batch", HS, "code, status, errors",
         "a batch write answers well and empty, nothing was written; `errors: true` adds an empty list", "hubspot 5.4"),
    Kind("plain_multi_status", HS, "", "200 where a batch would answer 207", "hubspot 1, 17"),
    Kind("lifecycle_backward", HS, "allowed", "a lifecycle stage may be set backwards", "hubspot 7, 17"),
)  # fmt: skip

SWITCHES = (
    Switch("token_expires_in", SF, "off", "a session says `expires_in`", "it does not", "salesforce 1.3"),
    Switch("bulk_null_marker", SF, "on", "`#N/A` in a bulk cell empties the field", "it is a text", "salesforce 13"),
    Switch("async_api", SF, "on", "the Bulk API 1.0 answers", "it is not enabled in this org", "salesforce 6"),
    Switch("precondition_body", SF, "on", "a 412 says ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", "it says nothing",
           "salesforce 5.4"),
    Switch("batch_counts_each", SF, "off", "each part of a composite batch counts as a call", "the batch counts as one",
           "salesforce 5.3"),
    Switch("composite_query_limit", SF, "on", "five queries and collections a composite at most", "it does not care",
           "salesforce 13"),
    Switch("assign_in_composite", SF, "on", "Sforce-Auto-Assign of a composite holds for its parts", "it does not",
           "salesforce 5.5"),
    Switch("upsert_says_nothing", SF, "off", "an upsert that changes a record answers 204", "200 with a body",
           "salesforce 5.1"),
    Switch("member_leaves_lead", SF, "off", "conversion empties the LeadId of campaign members", "they keep it",
           "salesforce 6"),
    Switch("owner_history_once", SF, "off", "a new owner is one row of history", "two: ids and names",
           "salesforce 6"),
    Switch("live_cursor", SF, "off", "later pages of a query see changes", "they are as they were", "salesforce 4"),
    Switch("date_literal_after_start", SF, "off", "`> LAST_MONTH` means after its start", "after its end",
           "salesforce 4"),
    Switch("converted_status_written", SF, "off", "a converted status may be written without a conversion",
           "INVALID_STATUS", "salesforce 8.1"),
    Switch("unread_after_reassignment", SF, "on", "a new owner makes a lead unread", "it stays as it was",
           "salesforce 8.1"),
    Switch("activities_stay_with_lead", SF, "off", "conversion leaves activities at the lead",
           "they move to the contact", "salesforce 8.1"),
    Switch("lead_task_takes_what", SF, "off", "an activity of a lead may be about something too",
           "FIELD_INTEGRITY_EXCEPTION", "salesforce 8.3"),
    Switch("task_to_queue", SF, "on", "a queue may own tasks", "FIELD_INTEGRITY_EXCEPTION", "salesforce 8.3"),
    Switch("owner_type_group", SF, "off", "Owner.Type of a queue is `Group`", "`Queue`", "salesforce 4"),
    Switch("import_name_in_detail_2", HS, "off", "the import's name is in hs_object_source_detail_2", "in detail_1",
           "hubspot 7, 17"),
    Switch("missing_is_partial", HS, "off", "without trace ids a missing record of a batch update is a 207",
           "the whole batch is refused", "hubspot 5.4"),
    Switch("whole_seconds_plain", HS, "off", "instants at whole seconds have no `.000`", "they have", "hubspot 5, 16"),
    Switch("disposition_options", HS, "on", "the options of `hs_call_disposition` are the outcomes of calls",
           "it has none; `/calling/v1/dispositions` tells", "hubspot 8"),
    Switch("owners_page_500", HS, "on", "pages of owners hold 500 at most", "100", "hubspot 9, 17"),
    Switch("short_history", HS, "off", "histories hold twenty values at most", "all of them", "hubspot 5.1, 17"),
    Switch("dated_record_links", HS, "on", "a single record's associations are read on 2026-09 paths too", "404 there",
           "hubspot 1, 17"),
    Switch("malformed_token_530", HS, "on", "530 of the edge for a token with impossible characters", "401",
           "hubspot 2"),
    Switch("rotate_refresh_token", HS, "off", "each refresh brings a new refresh token and ends the old one",
           "the refresh token stays", "hubspot 2, 17"),
    Switch("oauth_takes_json", HS, "on", "dated token paths take JSON besides forms", "415 for JSON", "hubspot 2"),
    Switch("search_rate_headers", HS, "off", "search answers carry rate-limit headers", "they carry none",
           "hubspot 3, 17"),
    Switch("search_whole_body", HS, "off", "the 3,000 characters of a search count its properties too",
           "they count filters, sorts and query", "hubspot 5.5"),
    Switch("iso_search_dates", HS, "on", "filters take ISO instants besides epoch milliseconds", "400 for them",
           "hubspot 5.5, 17"),
    Switch("other_search_words", HS, "off", "refused searches say nothing precise", "they name the limit",
           "hubspot 4, 17"),
    Switch("other_option_code", HS, "off", "a bad enumeration value is `INVALID_OPTION_VALUE`", "`INVALID_OPTION`",
           "hubspot 4, 17"),
    Switch("options_appended", HS, "off", "options of a PATCH are added to those there are", "they replace all of them",
           "hubspot 9, 17"),
    Switch("unique_task_property", HS, "on", "a property of tasks may be unique", "400 for one", "hubspot 12, 17"),
    Switch("event_tier", HS, "on", "the portal has the Enterprise tier that event occurrences need", "403",
           "hubspot 10"),
    Switch("filtered_event_marked", HS, "on", "mail events of scanners say `filteredEvent`", "only their agent tells",
           "hubspot 10"),
)  # fmt: skip
