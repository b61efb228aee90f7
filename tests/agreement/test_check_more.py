"""The rarer mistakes, one line each: file, what stands there, what is written instead, the problem that is told."""

import pytest

from tests.agreement.shipped import edited, problems

RARER = [
    ("definitions", "head of marketing]", "Head of Sales]", '"Head of Sales" stands twice.'),
    (
        "statuses",
        "next: [{to: inquiry, by: marketing}]",
        "next: [disqualified, {to: inquiry, by: sales}]",
        "leads to itself",
    ),
    ("statuses", "owned_by: handoff, ", "owned_by: daemon, ", '"daemon" cannot own a status.'),
    (
        "statuses",
        "salesforce: Raw,                    hubspot: RAW,",
        "salesforce: null, hubspot: null,",
        'no CRM has a word for "raw".',
    ),
    ("statuses", "home: {marketing", "home: {daemon: hubspot, marketing", "daemon has no home: it owns no status."),
    ("statuses", "from: working, to: inquiry", "from: mql, to: inquiry", "mql to inquiry is corrected twice."),
    (
        "statuses",
        "from: working, to: inquiry, becomes: recycled, reason: NOT_WORKED",
        "from: working, to: inquiry, becomes: recycled",
        '"recycled" needs a reason.',
    ),
    ("statuses", "in: salesforce, means", "in: salesforc, means", '"salesforc" is no CRM in use.'),
    ("statuses", "means: working", "means: workin", '"workin" is no status.'),
    ("statuses", "stage: MQL, ", "stage: LAL, ", "no status stands for the funnel stage MQL."),
    ("statuses", "in: [customer, evangelist]", "in: [customer, 3]", '"3" should be text.'),
    ("statuses", "in: [customer, evangelist]", "in: customer", '"customer" should be a list.'),
    ("statuses", "value: Sync Pending", "value: Qualifying, means: x", 'unknown key "means".'),
    (
        "dispositions",
        "reasons:                           #",
        "reasons:\n  busy: {found_as: [Zzz], status: recycled, reason: TIMING}\n#",
        '"busy" is also an outcome.',
    ),
    ("dispositions", "TIMING: 90,", "TIMNG: 90, TIMING: 90,", '"TIMNG" is no exit reason.'),
    (
        "dispositions",
        "exit_reasons: [WRONG_SIZE,",
        "exit_reasons: [WRONG_SIZE, WRONG_SIZE,",
        '"WRONG_SIZE" stands twice.',
    ),
    ("dispositions", "TIMING: 90, ", "", "TIMING leads to recycled, but when do they come back?"),
    (
        "dispositions",
        "spoke_to_them: unknown\n    status: keep\n    counts_as: one attempt\n  attempted",
        "spoke_to_them: perhaps\n    status: keep\n    counts_as: one attempt\n  attempted",
        '"perhaps" is no answer.',
    ),
    (
        "dispositions",
        "{when_fit_at_least: B, then: recycled, otherwise: disqualified}",
        "{then: recycled}",
        "does not say what becomes of the status",
    ),
    ("imports", "may_be_used_until: 2027-03-12", "may_be_used_until: 2025-03-12", "on the day it was obtained"),
    ("imports", "status: raw,", "status: rw,", '"rw" is no status.'),
    (
        "imports",
        '{field: import_tag, starts_with: "LIST-"}',
        "{field: import_tag}",
        '"import_tag" is compared with nothing.',
    ),
    (
        "imports",
        '{field: import_tag, starts_with: "LIST-"}',
        '{field: import_tag, is: a, starts_with: "b"}',
        "two comparisons in one: is and starts_with.",
    ),
    ("imports", '{field: import_tag, starts_with: "LIST-"}', "{is: a}", "this is no condition."),
    ("qualification", "never: [raw, do_not_contact]", "never: [raw, do_not_contct]", '"do_not_contct" is not known.'),
    ("qualification", "{from: 5%, to: 15%}", "{from: 15%, to: 5%}", "this band is empty."),
    ("qualification", "at_least: 40, provided", "between: [90, 40], provided", "from 90 to 40 is nothing."),
    ("qualification", "at_least: 40, provided", "between: 40, provided", "should be two numbers"),
    ("qualification", "at_least: 40, provided", "at_least: many, provided", '"many" should be a number.'),
    ("qualification", "is: yes, provided", "is: perhaps, provided", '"perhaps" is neither yes nor no.'),
    ("scoring", "grades: {A: 75, B: 45, C: 25, D: 0}", "grades: {}", "there are no grades."),
    ("scoring", "C: 25, D: 0}", "C: 25}", "below 25 points there is no grade."),
    (
        "scoring",
        "points: 50, halves_every: 30 days, group: intent",
        "points: 50, halves_every: 30 days, group: intentt",
        'the group "intentt" has no limit.',
    ),
    ("sla", "zone: Europe/London", "zone: london time", '"london time" is no time zone.'),
    ("sla", "questions_to: revops@halden.example", "questions_to: ask Pia", '"ask Pia" is no e-mail address.'),
    ("sla", "days: Mon-Fri", "days: Fri-Mon", "runs backwards"),
    ("sla", "days: Mon-Fri", "days: weekdays", '"weekdays" are no weekdays.'),
    ("sla", "60 minutes before closing", "an hour before", '"an hour before" is no cut-off.'),
    ("sla", '"09:00-17:30"', '"9-17"', '"9" is not a time of day.'),
    (
        "routing",
        "  - {otherwise: team uk}",
        "  - {otherwise: team uk}\n  - {otherwise: team dach}",
        "the lines below are never read",
    ),
    (
        "routing",
        "  - {otherwise: team uk}",
        "  - {give_to: team uk}\n  - {otherwise: team uk}",
        "does not say who gets what",
    ),
    ("routing", "give_to: team dach", "give_to: the boss", '"the boss" gets no leads.'),
    ("routing", "k.maier@halden.example: 2", "k.maier: 2", '"k.maier" is no e-mail address.'),
    ("routing", "not_sales: [", "not_sales: [the boss, ", '"the boss" is no e-mail address.'),
    ("routing", "not_sales: [", "not_sales: [K.Maier@halden.example, ", "takes turns in team dach"),
    (
        "routing",
        "  - {otherwise: team uk}",
        "  - {otherwise: team uk}\nnobody_available: {give_to: Pia}",
        '"Pia" is no queue.',
    ),
]


@pytest.mark.parametrize("file, old, new, told", RARER, ids=[row[3] for row in RARER])
def test_a_rarer_mistake_is_told(file: str, old: str, new: str, told: str):
    found = problems({f"{file}.yaml": edited(f"{file}.yaml", (old, new))})
    assert any(told in one.message for one in found), found
    assert all(one.line > 1 for one in found)


def test_a_definition_of_nothing_makes_nobody_a_lead():
    found = problems({"qualification.yaml": "sales_ready: {never: [raw]}\n"})
    assert [one.message for one in found] == ["nothing makes an inquiry a lead."]
