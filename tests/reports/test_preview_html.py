"""The page in a browser: everything typed by strangers is harmless, every figure of the page stands on it."""

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.reports.preview import preview_json, preview_text
from crmsync.reports.preview_anonymous import without_names
from crmsync.reports.preview_html import kind_of, preview_html
from crmsync.reports.preview_page import (
    FileRead,
    Finding,
    Forecast,
    Group,
    Item,
    Lists,
    Page,
    Part,
    Proof,
    Qualified,
    StatusField,
    Untouched,
)
from crmsync.reports.preview_style import COLOURS
from crmsync.reports.preview_svg import stacked

NASTY = '<script>alert("1")</script>'


def page(word: str = "Working", name: str = "Maria Jiménez, Lumen Dental") -> Page:
    lists = Lists()
    lists.add("salesforce-unknown", Item("00Q1", name, word))
    groups = (
        Group("1 is a status", 60, (Part(word, 60, hint="working"),), "salesforce-status"),
        Group("2 are call outcomes", 30, (Part("Left Vmail", 20), Part("NI", 10)), "salesforce-call-outcome"),
        Group(
            "1 is unknown",
            10,
            (Part("tbd?", 10, hint="no suggestion"),),
            "salesforce-unknown",
            "left alone, your decision",
        ),
    )
    return Page(
        today="Fri 20 Nov 2026",
        agreement="the shipped agreement as it is",
        files=(FileRead("leads.csv", "Salesforce leads", 100, ((411, "no Lead ID"),), ("Shoe Size",), 3, ("a note",)),),
        people=97,
        doubles=1,
        statuses=(StatusField("Lead Status", 100, 4, groups),),
        changes=(
            Group("call outcome out", 30, (Part("to Working", 30, hint="why"),), "c", example=f"{name}: NI -> {word}"),
        ),
        untouched=Untouched(90, 40, 22, (("Web", 40, 22),), (), "no team"),
        qualified=Qualified(
            20,
            15,
            10,
            Group("only in HubSpot", 10, (Part("never arrived", 10),)),
            Group("only in Salesforce", 5, (Part("x", 5),)),
        ),
        forecast=Forecast("16 Nov - 20 Nov 2026", 7, 3, 9, 3, 4, 1, (("Mon", 4), ("Tue", 3)), 11, 30),
        audit=(Finding("E3", "call outcomes used as status", "found", "30 records", "why", "fix", "c"),),
        unseen=("flows",),
        proof=Proof(0, 30, 30, 0, 30, 30, 0, 99),
        lists=lists,
        missing={"owners": "not in files"},
    )  # fmt: skip


def test_what_strangers_typed_is_shown_and_never_run():
    html = preview_html(page(NASTY, NASTY))
    assert "<script" not in html
    assert NASTY in unescape(html)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_word_and_no_name_adds_a_tag_to_the_page(word, name):
    def tags(html: str) -> list[str]:
        return re.findall(r"<[a-z/][a-z0-9]*", html)

    assert tags(preview_html(page(word, name))) == tags(preview_html(page("w", "n")))


def test_the_figures_of_the_page_stand_on_text_and_html_alike():
    text, html = preview_text(page()), unescape(preview_html(page()))
    for figure in ("22 of 40 leads given to sales", "HubSpot says 20, Salesforce says 15", "11 of 30 deadlines"):
        assert figure in text
        assert figure in html


@pytest.mark.parametrize("gone", ["untouched", "qualified", "forecast"])
def test_a_chapter_that_files_cannot_tell_is_left_out_everywhere(gone):
    short = replace(page(), **{gone: None})
    assert len(preview_text(short)) < len(preview_text(page()))
    assert len(preview_html(short)) < len(preview_html(page()))


def test_every_kind_of_value_has_its_own_colour():
    labels = [
        "6 are statuses",
        "1 is a call outcome",
        "2 are reasons",
        "1 is a machine's word",
        "3 are unknown",
        "is empty",
    ]
    kinds = [kind_of(Group(label, 1)) for label in labels]
    assert len(set(kinds)) == len({COLOURS[kind] for kind in kinds}) == 6


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_the_parts_of_a_bar_fill_it_in_proportion(counts):
    drawn = stacked([(str(at), count, "#000000") for at, count in enumerate(counts)], width=1000)
    widths = [float(one) for one in re.findall(r'<rect [^>]*width="([\d.]+)"', drawn)]
    assert len(widths) == sum(bool(count) for count in counts)
    assert sum(widths) <= 1000 + len(widths)
    largest = [
        width for width, count in zip(widths, [one for one in counts if one], strict=True) if count == max(counts)
    ]
    assert all(width >= max(widths) - 0.11 for width in largest)


def test_without_names_nothing_of_a_person_is_left_in_any_form():
    bare = without_names(page())
    told = preview_text(bare) + preview_html(bare) + str(preview_json(bare))
    for word in ("Jiménez", "Lumen", "00Q1", "leads.csv", "Shoe Size"):
        assert word not in told.replace("salesforce-leads.csv", "")
    assert "NI" in told


def test_the_same_person_has_the_same_number_everywhere():
    shown = page()
    shown.lists.add("c", Item("00Q1", "Maria Jiménez, Lumen Dental", "x"))
    shown.lists.add("c", Item("00Q2", "Jo Ek, Balder AB", "x"))
    lists = without_names(shown).lists.items
    assert [one.name for one in lists["c"]] == ["person 1", "person 2"]
    assert lists["salesforce-unknown"][0].name == "person 1"
