import dataclasses
import json
from datetime import date, timedelta

import pytest

from crmsync.agreement.draft import shapes
from crmsync.agreement.model import Compare, Op, Stage, Team
from crmsync.agreement.read import read_agreement
from crmsync.agreement.vocabulary import FieldType
from crmsync.model.errors import SettingsProblem
from crmsync.settings.json_schema import json_schema
from tests.agreement.shipped import FILES, agreement, edited, marked, problems
from tests.proofs import proves


@proves("3.10", "0.5")
def test_the_shipped_agreement_is_valid_and_unsigned():
    """The shipped agreement is complete and valid; a part that is missing would be told."""
    found = agreement()
    assert found.company == "Halden Freight"
    assert found.version == 0
    assert not found.signed
    assert len(found.content) == 64


@proves("3.14", "0.14")
def test_every_stage_of_the_first_rules_has_its_status():
    """Each stage has its status, bought names and recycled ones included."""
    found = agreement()
    standing = {stage: found.status_for(stage) for stage in Stage}
    wanted = {Stage.RAW, Stage.INQUIRY, Stage.MQL, Stage.SAL, Stage.SQL, Stage.RECYCLED, Stage.DISQUALIFIED}
    assert {stage for stage, status in standing.items() if status} == wanted


def test_moves_without_a_name_belong_to_the_owning_side_and_others_are_added():
    raw = agreement().statuses["raw"]
    by = {move.to: move.by for move in raw.next}
    assert by["inquiry"] == {Team.MARKETING, Team.DAEMON}
    assert by["disqualified"] == {Team.MARKETING}


def test_an_outcome_knows_the_line_it_stands_in():
    found = agreement().outcomes["left_voicemail"]
    line = FILES["dispositions.yaml"].split("\n").index("  left_voicemail:") + 1
    assert (found.file, found.line) == ("dispositions.yaml", line)
    assert found.effect.keeps
    assert found.spoke is False


def test_yes_no_and_unknown_are_words():
    outcomes = agreement().outcomes
    assert outcomes["connected"].spoke is True
    assert outcomes["attempted"].spoke is None
    assert outcomes["do_not_contact"].set_opt_out_fields is False


def test_units_become_numbers():
    found = agreement()
    assert found.sla.clocks[0].cut_off == timedelta(minutes=60)
    assert found.scoring.known_share_needed == pytest.approx(0.6)
    assert {one.name: one.half_life_days for one in found.scoring.signals}["pricing_page"] == 14
    assert found.go_live == date(2026, 12, 1)


def test_a_country_called_no_stays_a_country():
    text = edited("routing.yaml", ("in: [DE, AT,", "in: [NO, DE, AT,"))
    when = agreement(routing=text).routing.order[0].when
    assert isinstance(when, Compare)
    assert when.op is Op.IN
    assert "NO" in when.value


def test_signals_that_ask_for_a_label_come_before_those_that_take_the_rest():
    signals = agreement().scoring.signals
    catch_all = [index for index, one in enumerate(signals) if not one.label_matches]
    assert min(catch_all) == sum(bool(one.label_matches) for one in signals)


def test_a_third_crm_is_one_more_name():
    text = FILES["statuses.yaml"].replace(" hubspot: ", " acme: Acme, hubspot: ")
    for number in range(text.count("acme: Acme,")):
        text = text.replace("acme: Acme,", f"acme: A{number},", 1)
    found = read_agreement({**FILES, "statuses.yaml": text}, systems=("salesforce", "hubspot", "acme"))
    assert found.statuses["raw"].spelled == {"salesforce": "Raw", "hubspot": "RAW", "acme": "A0"}


def test_a_crm_without_a_word_says_so():
    text = edited("statuses.yaml", ("hubspot: RAW,", "hubspot: null,"))
    assert agreement(statuses=text).statuses["raw"].spelled == {"salesforce": "Raw"}


def test_fields_an_admin_mapped_may_be_named_once_they_are_given():
    text = edited("routing.yaml", ("field: country", "field: segment"))
    files = {**FILES, "routing.yaml": text}
    with pytest.raises(SettingsProblem):
        read_agreement(files)
    assert read_agreement(files, more_fields={"segment": FieldType.TEXT}).routing.order[0].when


def test_a_folder_before_the_name_is_kept_in_problems():
    files = {f"mappings/agreement/{name}": text for name, text in FILES.items()}
    assert dataclasses.replace(read_agreement(files)) == agreement()
    with pytest.raises(SettingsProblem) as refused:
        read_agreement({**files, "mappings/agreement/sla.yaml": "office: 3"})
    assert {one.file for one in refused.value.problems} == {"mappings/agreement/sla.yaml"}


def test_a_missing_file_and_a_stranger_are_both_told():
    files = {**FILES, "scorings.yaml": FILES["scoring.yaml"]}
    del files["scoring.yaml"]
    with pytest.raises(SettingsProblem) as refused:
        read_agreement(files)
    assert [str(one) for one in refused.value.problems] == [
        "scoring.yaml:1:1: scoring.yaml is missing. Copy it from a new workspace: crmsync init.",
        'scorings.yaml:1:1: this file is no part of the agreement. Did you mean "scoring.yaml"?',
    ]


@proves("3.14")
def test_two_statuses_of_one_stage_need_to_say_which_stands_for_it():
    """Two statuses of one stage are refused until one of them stands for it."""
    extra = "  calling:      {stage: SAL, owned_by: sales, salesforce: Calling, hubspot: CALLING, next: [recycled]%s}\n"
    into = (
        "next: [recycled, disqualified, {to: qualified, by: conversion}]",
        "next: [calling, recycled, disqualified, {to: qualified, by: conversion}]",
    )
    at = "  qualified:    {"
    vague = edited("statuses.yaml", into, (at, extra % "" + at))
    assert ["share the funnel stage SAL" in one.message for one in problems({"statuses.yaml": vague})] == [True]
    clear = edited("statuses.yaml", into, (at, extra % ", stands_for_stage: yes" + at))
    standing = agreement(statuses=clear).status_for(Stage.SAL)
    assert standing is not None
    assert standing.name == "calling"


def test_marks_tell_their_own_place():
    assert marked("a: «1»b\n  c«2»: «3»d") == ("a: b\n  c: d", {"1": (1, 4), "2": (2, 4), "3": (2, 6)})


def test_editors_get_a_schema_of_every_file_that_names_the_crms():
    schemas = {name: json_schema(f"{name}.yaml", shape) for name, shape in shapes(("salesforce", "acme")).items()}
    assert {f"{name}.yaml" for name in schemas} == set(FILES)
    assert "acme" in json.dumps(schemas["statuses"])
    assert all(one["additionalProperties"] is False for one in schemas.values())
