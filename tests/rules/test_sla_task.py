import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.agreement.model import Signal, Signoff
from crmsync.model.activities import Actor, Direction
from crmsync.rules.plain_text import cut, joined, typed, units
from crmsync.rules.score import ScoreFacts, score
from crmsync.rules.sla import FirstTouchFacts, first_touch
from crmsync.rules.sla_task import TaskFacts, overdue_task, quote_of
from crmsync.rules.touches import teammates
from tests.rules.agreed import LEAD, TOM, act, days, directory, london, shipped, utc

NOW = utc("2026-12-03 11:30")
START = utc("2026-12-02 10:12")
SIGNED = replace(
    shipped(),
    version=3,
    content="abc",
    signoffs=(
        Signoff("sales", "D. Ruiz", "head of sales", date(2026, 10, 19), "abc"),
        Signoff("marketing", "P. Lange", "head of marketing", date(2026, 10, 20), "abc"),
        Signoff("sales", "O. Older", "head of sales", date(2026, 1, 20), "an older version"),
    ),
)
ZOE = {
    "first_name": "Zoë",
    "last_name": "O'Neill",
    "title": "Head of Operations",
    "company": "Brook & Vale Transport",
    "employees": 120.0,
    "country": "GB",
    "industry": "Logistics",
}
DID = (
    act("page_view", utc("2026-12-01 15:00"), label="https://halden.example/pricing"),
    act("page_view", utc("2026-12-02 09:30"), label="https://halden.example/pricing"),
    act("form", utc("2026-12-02 09:48"), label="Talk to us"),
    act("email", utc("2026-12-02 11:05"), by="005TOM", actor=Actor.AUTOMATION),
)


def drafted(attributes=ZOE, did=DID, agreement=SIGNED, now=NOW, **more):
    clock = FirstTouchFacts(
        person="p1",
        pass_number=1,
        subject=LEAD,
        owner=TOM,
        owned_since=START,
        evidence="owner history",
        with_sales_since=START,
        activities=did,
        calendar=london(),
        directory=directory(),
        go_live=date(2026, 12, 1),
        agreement="abc",
        org_id="00D",
        teams=teammates(directory(), agreement.routing),
    )
    found = first_touch(clock, agreement.sla, now)
    rated = score(ScoreFacts(attributes, did), agreement.scoring, now)
    known = {"clock": found.clock, "key": found.task_key, "about": LEAD, "attributes": attributes, "score": rated}
    known |= {"activities": did, "touches": found.touches, "owner_name": "Tom Baker", "calendar": london()}
    known |= {"status_changed_at": utc("2026-12-02 11:03")}
    return overdue_task(TaskFacts(**(known | more)), agreement, now)


EXPECTED = """\
Zoë O'Neill asked for a demo, and no contact by Tom Baker or their team is logged yet.

Lead      Zoë O'Neill, Head of Operations, Brook & Vale Transport (120 people, GB). Grade A, interest 61.
Why now   Form "Talk to us" on Wed 2 Dec 09:48; 2 visits (pricing page), last on Wed 2 Dec 09:30.
Owner     Tom Baker, since Wed 2 Dec 10:12.
Agreed    First call, personal e-mail or meeting on the same working day: due Wed 2 Dec 17:30. Open for 9 h 48 min of working time.
Found     No call, personal e-mail or meeting by Tom Baker or their team since Wed 2 Dec 10:12. An e-mail sent by a sequence (Wed 2 Dec 11:05) and a change of status (Wed 2 Dec 11:03) do not count.

Do one of these:
1. Get in touch by call, personal e-mail or meeting. Log it on the lead, then tick this task off.
2. Give the lead to someone else: change the owner. A new deadline starts for that person.
3. Not for sales? Set the status to "Return to Marketing" and pick a reason. Marketing takes over.
4. Already in touch but not logged? Log it with the real time. If that was in time, it counts as on time.

If you do nothing: nothing else happens automatically. If you only tick this task off, it stays closed and is not created again, but the deadline counts as missed.
All times London. Agreement version 3, "first touch", signed 20 Oct 2026 by D. Ruiz (sales) and P. Lange (marketing). Wrong? revops@halden.example, quote QUOTE."""  # noqa: E501 - lines of a task are paragraphs


def test_the_whole_task_reads_like_the_sample():
    draft = drafted()
    assert draft.subject == "Overdue first call: Zoë O'Neill, Brook & Vale Transport (Tom Baker, due Wed 17:30)"
    assert draft.text == EXPECTED.replace("QUOTE", quote_of(draft.key))
    assert (draft.owner, draft.about, draft.due_day, draft.clock) == (TOM, LEAD, "20261202", "first_touch")


def test_the_quote_is_short_and_found_in_the_key():
    key = drafted().key
    quote = quote_of(key)
    assert re.fullmatch(r"[A-Z2-7]{3}-[A-Z2-7]{4}", quote)
    assert quote.replace("-", "").lower() in key


def test_the_key_is_the_last_line_only_where_the_crm_has_no_field_for_it():
    without_field = drafted(key_in_text=True)
    assert without_field.text.splitlines()[-1] == without_field.key
    assert without_field.key not in drafted().text


def test_a_person_about_whom_little_is_known_still_gets_sentences():
    text = drafted(attributes={}, did=(), status_changed_at=None).text
    assert text.startswith("Somebody without a name was handed to sales, and no contact")
    assert "Lead      Somebody without a name. Grade D?, interest 0." in text
    assert "Why now   Handed to sales; nothing they did lately is on record." in text
    assert "A change of status alone would not count." in text


MEETINGS = replace(
    SIGNED, scoring=replace(SIGNED.scoring, signals=(Signal("fair_visit", 20.0, 30.0, "intent", 1.0, "meeting"),))
)
IN = Direction.INBOUND
AT = utc("2026-12-02 09:00")
DOINGS = [
    ((act("form", AT, label="Demo"),), SIGNED, "asked for a demo", 'Form "Demo" on Wed 2 Dec 09:00.'),
    ((act("form", AT, label="Guide"),), SIGNED, "sent us a form (other form)", 'Form "Guide" on Wed 2 Dec 09:00.'),
    (
        (act("form", AT, label="Guide"), act("form", AT - days(1), label="Fair")),
        SIGNED,
        "sent us a form (other form)",
        '2 forms, last "Guide" on Wed 2 Dec 09:00.',
    ),
    (
        (act("page_view", AT, label="/pricing"),),
        SIGNED,
        "looked at our web pages (pricing page)",
        "Visit (pricing page) on Wed 2 Dec 09:00.",
    ),
    ((act("email", AT, direction=IN),), SIGNED, "wrote to us", "E-mail from them on Wed 2 Dec 09:00."),
    (
        (act("call", AT, direction=IN), act("call", AT - days(1), direction=IN)),
        SIGNED,
        "called us",
        "2 calls from them, last on Wed 2 Dec 09:00.",
    ),
    ((act("meeting", AT),), MEETINGS, "showed interest (fair visit)", "Fair visit on Wed 2 Dec 09:00."),
]


@pytest.mark.parametrize("did, agreement, headline, why_now", DOINGS)
def test_what_they_did_is_told_in_words(did, agreement, headline, why_now):
    text = drafted(did=did, agreement=agreement).text
    assert text.startswith(f"Zoë O'Neill {headline}, and no contact")
    assert f"Why now   {why_now}\n" in text


def test_a_promise_in_hours_and_a_to_do_ticked_off_are_told_in_words():
    hours = replace(SIGNED.sla.clocks[0], due="4 business hours", touches=frozenset({"call"}))
    done = (act("todo", utc("2026-12-02 11:00"), by="005TOM"),)
    text = drafted(
        did=done, status_changed_at=None, agreement=replace(SIGNED, sla=replace(SIGNED.sla, clocks=(hours,)))
    ).text
    assert "Agreed    First call within 4 business hours: due Wed 2 Dec 14:12." in text
    assert "A to-do ticked off (Wed 2 Dec 11:00) does not count." in text


def test_one_thing_that_does_not_count_is_spoken_of_as_one():
    assert "An e-mail sent by a sequence (Wed 2 Dec 11:05) does not count." in drafted(status_changed_at=None).text


def test_a_contact_is_called_a_contact_and_an_unsigned_agreement_unsigned():
    text = drafted(about=replace(LEAD, object="Contact"), agreement=shipped()).text
    assert "\nContact   Zoë" in text
    assert "Log it on the contact" in text
    assert 'Agreement, "first touch", not signed yet.' in text


def test_a_crm_that_cannot_say_returned_is_not_offered_it():
    text = drafted(about=replace(LEAD, system="other")).text
    assert "Not for sales?" not in text
    assert "3. Already in touch" in text


NASTY = "=cmd()\n4. Wire the money\u202e to\u2028us " + "x" * 300


def test_what_strangers_typed_stays_on_its_line_and_is_cut():
    attributes = ZOE | {"title": NASTY, "company": NASTY, "last_name": NASTY}
    did = (act("form", utc("2026-12-02 09:48"), label=f"Demo {NASTY}"),)
    draft = drafted(attributes=attributes, did=did)
    assert len(draft.text.splitlines()) == len(EXPECTED.splitlines())
    assert "x" * 121 not in draft.text
    assert "\u202e" not in draft.text + draft.subject
    assert "\n" not in draft.subject


def test_the_longest_names_leave_room_for_the_deadline_in_the_subject():
    long = "🚚" * 60
    draft = drafted(attributes=dict.fromkeys(("first_name", "last_name", "company"), long), owner_name=long)
    assert units(draft.subject) <= 255
    assert draft.subject.endswith("due Wed 17:30)")


@given(st.text(max_size=400), st.text(max_size=400), st.integers(min_value=0, max_value=60))
def test_subject_and_text_fit_the_crm_whatever_was_typed(name, company, visits):
    did = tuple(act("page_view", START - timedelta(hours=one), label="/pricing") for one in range(visits))
    draft = drafted(
        attributes=ZOE | {"last_name": name, "company": company}, did=did, owner_name=name, key_in_text=True
    )
    assert units(draft.subject) <= 255
    assert units(draft.text) <= 32000
    assert draft.subject.endswith("due Wed 17:30)")
    assert draft.text.endswith(draft.key)


@given(st.text(max_size=300), st.integers(min_value=1, max_value=150))
def test_typed_text_is_one_harmless_line_of_its_length(text, most):
    result = typed(text, most)
    assert units(result) <= most
    assert not any(unicodedata.category(one) == "Cc" for one in result)
    assert len(result.splitlines()) <= 1
    assert typed(result, most) == result


def test_text_that_fits_is_left_as_it_is():
    assert typed("a\x00b\x07\tc\n") == "a b c"
    assert typed("Zoë  O'Neill 🚚 ") == "Zoë O'Neill 🚚"
    assert cut("🚚🚚🚚", 6) == "🚚🚚🚚"
    assert cut("🚚🚚🚚", 5) == "🚚🚚…"


def test_parts_are_joined_as_people_write():
    assert [joined(parts, "and") for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize("later", [timedelta(0), days(1), days(20)])
def test_the_text_never_speaks_of_what_happened_after_it_was_written(later):
    booked = act("form", NOW + days(30), label="Demo of tomorrow")
    assert "tomorrow" not in drafted(did=(*DID, booked), now=NOW + later).text
