"""A draft from one's own exports: it holds the words with counts and proposals, and decides none of them."""

from datetime import date

import pytest

from bench.make_exports import UNKNOWN, make
from crmsync.bootstrap import open_questions, read_files
from tests.cli.conftest import typed

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    place = tmp_path_factory.mktemp("draft")
    planted = make(place / "exports", 200)
    said = typed(
        "init", place / "acme", "--from", place / "exports/leads.csv", "--from", place / "exports/contacts.csv"
    )
    assert said.code == 0, said.err
    return place / "acme", planted, said


def test_the_draft_holds_every_word_with_its_count(drafted):
    folder, planted, _ = drafted
    text = (folder / "mappings/agreement/statuses.yaml").read_text("utf-8")
    found = (folder / "mappings/found_values.yaml").read_text("utf-8")
    for value, count in planted.statuses.items():
        assert f'value: "{value}", records: {count},' in found
        assert value in text


def test_an_undecided_word_is_asked_about_and_nothing_else(drafted):
    folder, planted, said = drafted
    asked = [one for one in UNKNOWN if planted.statuses.get(one)]
    assert f"{len(asked)} questions open:" in said.out
    open_now = typed("check", "-w", folder, "--json").json["open_questions"]
    assert len(open_now) == len(asked)
    assert all(any(f'"{word}"' in one for one in open_now) for word in asked)


def test_the_draft_means_exactly_what_the_template_means(drafted, tmp_path):
    typed("init", tmp_path / "plain")
    assert len({read_files(one).agreement.content for one in (drafted[0], tmp_path / "plain")}) == 1


def test_check_forgets_a_question_once_the_agreement_answers_it(drafted):
    folder = drafted[0]
    path = folder / "mappings/agreement/dispositions.yaml"
    assert any("tbd?" in one for one in open_questions(read_files(folder), DAY))
    before = path.read_text("utf-8")
    path.write_text(before.replace("leave_alone: [Parked]", 'leave_alone: [Parked, "tbd?"]'), "utf-8")
    try:
        assert not any("tbd?" in one for one in open_questions(read_files(folder), DAY))
    finally:
        path.write_text(before, "utf-8")


def test_a_file_that_is_no_export_leaves_no_folder_behind(tmp_path):
    (tmp_path / "weather.csv").write_text("Day,Rain\n1,2\n", "utf-8")
    said = typed("init", tmp_path / "acme", "--from", tmp_path / "weather.csv")
    assert said.code == 2
    assert not (tmp_path / "acme").exists()


def test_without_exports_check_has_no_question(tmp_path):
    typed("init", tmp_path / "plain")
    assert open_questions(read_files(tmp_path / "plain"), DAY) == ()
