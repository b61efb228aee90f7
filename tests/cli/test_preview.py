"""A preview of planted exports: every figure is held against what was planted, and against the CRMs' own books."""

import csv
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bench.make_exports import OUTCOMES, REASONS, UNKNOWN, Planted, make
from tests.cli.conftest import Said, typed

BAD = {6: "", 9: "cut"}


@dataclass(frozen=True)
class Seen:
    """One preview: where its files are, what was planted, the page for programs and for browsers."""

    folder: Path
    planted: Planted
    said: Said
    html: str

    @property
    def page(self) -> dict:
        return self.said.json

    @property
    def files(self) -> list[Path]:
        return [self.folder / f"{name}.csv" for name in ("leads", "tasks", "contacts")]


@pytest.fixture(scope="module", params=[1, 2])
def seen(request, tmp_path_factory) -> Seen:
    folder = tmp_path_factory.mktemp("exports")
    planted = make(folder, 240, request.param)
    files = [folder / f"{name}.csv" for name in ("leads", "tasks", "contacts")]
    said = typed("preview", *files, "--json", "--html", folder / "page.html")
    return Seen(folder, planted, said, (folder / "page.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> Said:
    """The page for people, from files with everything that can go wrong in them."""
    folder = tmp_path_factory.mktemp("rough")
    make(folder, 60, 5)
    _rough_leads(folder / "leads.csv")
    _double_mail(folder / "contacts.csv")
    said = typed("preview", *(folder / f"{name}.csv" for name in ("leads", "tasks", "contacts")), "--anonymous")
    assert said.code == 0, said.err
    return said


def _rough_leads(path: Path) -> None:
    """A row without an id, one cut off, a report's footer; written as Excel in Germany would."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[5][0] = ""
    rows[8] = rows[8][:3]
    lines = [";".join(f'"{cell}"' for cell in row) for row in rows]
    text = "\r\n".join([*lines, "", '"Leads of everybody"', '"Copyright (c) 2000-2026 salesforce.com, inc."', ""])
    path.write_bytes(text.encode("cp1252", "replace"))


def _double_mail(path: Path) -> None:
    """HubSpot keeps an e-mail address once, and has no record 0."""
    lines = path.read_text("utf-8").splitlines()
    cells = lines[1].split(",")
    twice, zero = ["99999999", *cells[1:]], ["0", *cells[1:3], "zero@only.example", *cells[4:]]
    path.write_text("\n".join([*lines, ",".join(twice), ",".join(zero)]) + "\n", "utf-8")


def _groups(page: dict, at: int = 0) -> dict[str, dict]:
    return {one["label"]: one for one in page["statuses"][at]["groups"]}


def test_the_status_field_says_what_was_planted(seen):
    values = {part["label"]: part["count"] for group in seen.page["statuses"][0]["groups"] for part in group["parts"]}
    assert values == seen.planted.statuses
    kinds = {one["label"].split(" ", 1)[1]: one["count"] for one in seen.page["statuses"][0]["groups"]}
    planted = seen.planted.statuses
    assert kinds["are call outcomes"] == sum(planted.get(one, 0) for one in OUTCOMES)
    assert kinds["are reasons"] == sum(planted.get(one, 0) for one in REASONS)
    assert kinds["are unknown"] == sum(planted.get(one, 0) for one in UNKNOWN)


def test_every_sum_closes(seen):
    page = seen.page
    for field in page["statuses"]:
        assert field["total"] == sum(one["count"] for one in field["groups"])
        assert all(one["count"] == sum(part["count"] for part in one["parts"]) for one in field["groups"])
    for one in page["changes"]:
        assert one["count"] == sum(part["count"] for part in one["parts"])
    untouched = page["untouched"]
    for rows in (untouched["by_source"], untouched["by_team"]):
        assert sum(given for _, given, _ in rows) == untouched["given"]
        assert sum(missed for _, _, missed in rows) == untouched["untouched"]
    differ = page["qualified"]
    assert differ["both"] + differ["only_hubspot"]["count"] == differ["hubspot"]
    assert differ["both"] + differ["only_salesforce"]["count"] == differ["salesforce"]
    for side in ("only_hubspot", "only_salesforce"):
        assert differ[side]["count"] == sum(part["count"] for part in differ[side]["parts"])


def test_what_nobody_looked_at_is_what_was_planted(seen):
    untouched = seen.page["untouched"]
    assert (untouched["given"], untouched["untouched"]) == (seen.planted.given, seen.planted.untouched)


def test_marketing_qualified_is_what_was_planted_and_every_difference_has_its_cause(seen):
    differ = seen.page["qualified"]
    assert (differ["hubspot"], differ["both"]) == (seen.planted.hubspot_mql, seen.planted.both_mql)
    assert differ["salesforce"] == seen.planted.salesforce_mql
    causes = {part["label"]: part["count"] for part in differ["only_hubspot"]["parts"]}
    assert causes == {"never arrived in Salesforce": seen.planted.never_arrived}


def test_bought_names_are_set_apart_and_found_by_the_audit(seen):
    bought = next(one for one in seen.page["changes"] if one["label"] == "bought name set apart as Raw")
    assert bought["count"] == seen.planted.bought
    (audit,) = [one for one in seen.page["audit"] if one["code"] == "E2"]
    assert (audit["state"], f"{seen.planted.bought:,} bought names" in audit["found"]) == ("found", True)


def test_the_audit_has_all_thirteen_lines_and_says_where_files_cannot_tell(seen):
    assert [one["code"] for one in seen.page["audit"]] == [f"E{number}" for number in range(1, 14)]
    assert {one["code"] for one in seen.page["audit"] if one["state"] == "unknown"} >= {"E1", "E5", "E13"}
    assert all(one["why"] and one["fix"] for one in seen.page["audit"] if one["state"] == "found")


def test_the_proof_is_counted_from_the_crms_own_books(seen):
    proof = seen.page["proof"]
    assert proof["second_run"] == 0
    assert proof["unknown_changed"] == 0
    assert proof["tasks"] == 0
    assert proof["status_writes"] == proof["with_reason"] == proof["taken_back"] == proof["restored"] > 0
    assert proof["status_writes"] == sum(one["count"] for one in seen.page["changes"])


def test_no_lead_whose_word_is_unknown_would_change(seen):
    unknown = _groups(seen.page)["3 are unknown"]
    listed = {one["id"] for one in seen.page["lists"][unknown["show"]]["items"]}
    changed = {
        item["id"] for name, one in seen.page["lists"].items() if name.startswith("change-") for item in one["items"]
    }
    assert listed
    assert not listed & changed


def test_every_figure_can_be_opened_down_to_its_records(seen):
    said = typed("preview", *seen.files, "--show", "untouched", "--json").json
    assert said["count"] == len(said["items"]) == seen.planted.untouched
    with (seen.folder / "leads.csv").open(encoding="utf-8", newline="") as file:
        ids = {row["Lead ID"] for row in csv.DictReader(file)}
    assert {one["id"][:15] for one in said["items"]} <= ids


def test_every_list_has_as_many_records_as_its_figure_says(seen):
    page, lists = seen.page, {name: one["count"] for name, one in seen.page["lists"].items()}
    groups = [group for field in page["statuses"] for group in field["groups"]] + page["changes"]
    assert all(lists[one["show"]] == one["count"] for one in groups)
    differ, forecast = page["qualified"], page["forecast"]
    assert lists.get("only-hubspot", 0) == differ["only_hubspot"]["count"]
    assert lists.get("only-salesforce", 0) == differ["only_salesforce"]["count"]
    assert all(lists[f"qualified-{one}"] == differ[one] for one in ("hubspot", "salesforce", "both"))
    assert (lists["given"], lists["untouched"]) == (page["untouched"]["given"], page["untouched"]["untouched"])
    assert lists.get("missed", 0) == forecast["missed_before"]
    for one in page["audit"]:
        if one["state"] == "found" and one["show"]:
            assert f"{lists[one['show']]:,}" in one["found"], one
    assert lists.get("forecast", 0) == forecast["tasks"] + forecast["above_limit"]


def test_the_html_page_is_whole_and_asks_nobody_for_anything(seen):
    class Checking(HTMLParser):
        tags: list[str]

        def handle_starttag(self, tag, attrs):
            assert tag not in {"script", "link", "img", "iframe"}
            assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    Checking().feed(seen.html)
    assert set(re.findall(r"https?://[^\"' <]+", seen.html)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in seen.html
    assert f"{seen.planted.untouched:,} of {seen.planted.given:,} leads given to sales" in seen.html
    assert seen.html.count("<svg") == seen.html.count("</svg>") > 5


def test_lines_that_cannot_be_taken_are_told_with_their_place(text):
    assert ":6 no Lead ID" in text.out
    assert ":9 cut off: 3 of 40 columns" in text.out
    assert re.search(r":\d+ Email came before; :\d+ refused by the test CRM", text.out)


def test_the_rest_of_such_files_is_taken_in_whatever_encoding_and_separator(text):
    assert "Read      58 Salesforce leads" in text.out


def test_the_anonymous_page_names_nobody(text):
    assert not re.search(r"00Q5g|@|[^s]\.csv|Jiménez|Nyström|Okafor|Brandt", text.out.split("next:")[0])
    assert "somebody: " in text.out


def test_the_page_says_what_it_cannot_know(text):
    assert "NOT SEEN IN FILES" in text.out
    assert "Nothing left this machine" in text.out
    assert "nothing was invented" in text.out


def test_what_to_export_needs_no_file():
    said = typed("preview", "--what-to-export")
    assert said.code == 0
    assert "Lead ID, Lead Status" in said.out


DOUBLES = """Lead ID,Last Name,Company / Account,Lead Status,Lead Owner,Create Date,Email
00Q5g0000000001,Ek,Balder,Working,Jo Lind,2026-11-02 10:00,a@b.example
00Q5g0000000002,Ek,Balder,Inquiry,Jo Lind,2026-11-02 10:00,a@b.example
00Q5g0000000003,Ek,Balder,Left Vmail,Jo Lind,2026-11-02 10:00,a@b.example
00Q5g0000000004,Ra,Balder,Left Vmail,Jo Lind,2026-11-02 10:00,c@b.example
"""


def test_possible_doubles_are_counted_listed_and_left_alone(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(DOUBLES, "utf-8")
    page = typed("preview", path, "--json").json
    assert (page["people"], page["doubles"], page["lists"]["doubles"]["count"]) == (1, 3, 3)
    assert page["statuses"][0]["total"] == 4
    assert [one["count"] for one in page["changes"]] == [1]


@pytest.mark.parametrize("files", [[], ["missing.csv"], ["weather.csv"], ["book.xlsx"]])
def test_a_file_that_is_no_export_is_told_in_one_sentence(files, tmp_path):
    (tmp_path / "weather.csv").write_text("Day,Rain\n1,2\n", "utf-8")
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 and so on")
    said = typed("preview", *(tmp_path / one for one in files))
    assert said.code == 2
    assert "Traceback" not in said.err


def test_files_that_tell_no_time_are_refused_with_what_to_add(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Lead ID,Lead Status,Last Name\n00Q5g0000000001,Working,Ek\n", "utf-8")
    said = typed("preview", path)
    assert (said.code, "Create Date" in said.err) == (2, True)


def test_a_figure_that_does_not_exist_is_told_with_those_that_do(tmp_path):
    make(tmp_path, 10)
    said = typed("preview", tmp_path / "leads.csv", "--show", "nonsense")
    assert said.code == 2
    assert "salesforce-call-outcome" in said.err


def test_the_readme_shows_a_page_that_really_comes_out(tmp_path):
    make(tmp_path, 240, width=14)
    out = typed("preview", *(tmp_path / f"{name}.csv" for name in ("leads", "tasks", "contacts"))).out.splitlines()
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    chapter = readme.split("## See your own CRMs first")[1].split("\n## ")[0]
    shown = [line[4:] for line in chapter.splitlines() if line.startswith("    ") and "crmsync preview" not in line]
    assert len(shown) > 15
    assert [line for line in shown if line not in out] == []
