import contextlib
import io
import re
from pathlib import Path

import pytest

from crmsync.cli.app import main

README = Path(__file__).resolve().parents[2] / "README.md"
ACTS = 10


@pytest.fixture(scope="module")
def told():
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = main(["demo", "--seed", "1"])
    return code, heard.getvalue()


def test_the_demo_ends_well_with_all_figures_and_books_agreeing(told):
    code, text = told

    assert "DIFFERS" not in text
    assert "unmatched left 0, right 0" in text
    assert code == 0


def test_the_second_cycle_of_the_demo_wrote_nothing(told):
    assert told[1].count("second cycle wrote 0") == 2


def test_each_act_is_introduced_by_a_sentence(told):
    acts = re.findall(r"^(\d+)\. .+\n-+\n(.+)$", told[1], re.MULTILINE)

    assert [int(number) for number, _ in acts] == list(range(1, ACTS + 1))
    assert all(sentence.endswith(".") for _, sentence in acts)


def test_the_first_plan_is_held_and_a_missed_deadline_is_told(told):
    assert "Nothing was written" in told[1]
    assert "Overdue first call: " in told[1]
    assert "Do one of these:" in told[1]


def test_the_readme_shows_the_real_end_of_the_demo(told):
    lines = README.read_text("utf-8").splitlines()
    start = lines.index("    10. The books")
    end = next(at for at in range(start, len(lines)) if lines[at] and not lines[at].startswith("    "))
    excerpt = [line.strip() for line in lines[start:end] if line.strip()]
    heard = {line.strip() for line in told[1].splitlines()}

    assert excerpt[-1].endswith("unmatched left 0, right 0")
    assert [line for line in excerpt if line not in heard and not line.startswith("API calls")] == []
