import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.settings.document import read_document


def told(text: str) -> list[str]:
    return [str(problem) for problem in read_document("f.yaml", text).problems]


def test_yaml_1_2_reads_words_as_words():
    text = "countries: [US, NO, on]\nzip: 0123\nopens: 12:30\nday: 2026-12-01\nyes: no\n"
    assert read_document("f.yaml", text).data == {
        "countries": ["US", "NO", "on"],
        "zip": 123,
        "opens": "12:30",
        "day": "2026-12-01",
        "yes": "no",
    }


@pytest.mark.parametrize(
    "written, value",
    [("~", None), ("", None), ("1.5", 1.5), ("0x1f", 31), ("true", True), (".INF", float("inf")), ("'1'", "1")],
)
def test_plain_values(written: str, value: object):
    assert read_document("f.yaml", f"a: {written}").data == {"a": value}


def test_every_key_and_value_has_its_place():
    document = read_document("f.yaml", "a:\n  - {b: 1, c: two}\n")
    assert document.keys["a", 0, "c"] == (2, 12)
    assert document.values["a", 0, "c"] == (2, 15)
    assert str(document.at_value(("a", 0, "c", "gone"), "odd.")) == "f.yaml:2:15: odd."
    assert str(document.at_key(("a", 0), "odd.")) == "f.yaml:2:5: odd."


def test_an_empty_file_is_an_empty_group():
    assert read_document("f.yaml", "# nothing\n").data == {}


@pytest.mark.parametrize(
    "text, problem",
    [
        ("a: 1\nb: 2\na: 3\n", 'f.yaml:3:1: "a" stands twice (first in line 1). Keep one of the two.'),
        ("a:\n\t- b\n", "f.yaml:2:1: a tab stands here. Indent with spaces."),
        ("a: &x [1]\nb: *x\n", 'f.yaml:1:4: "&x" names a part to be repeated elsewhere. Write the part out.'),
        ("[" * 3000, "f.yaml:1:1: brackets are nested too deep to be read. Write it flatter."),
        ("a: " + "9" * 5000, f"f.yaml:1:4: {'9' * 20}... is no number we can hold. Put it in quotes."),
        ("a: {<<: {b: 1}}\n", "f.yaml:1:5: a key must be plain text. Write the part out."),
        (
            "a: !!python/object:os.system x\n",
            'f.yaml:1:4: "tag:yaml.org,2002:python/object:os.system" is a tag: only plain values are read. Remove it.',
        ),
        (
            "a: [1\n",
            (
                "f.yaml:2:1: this is not YAML: expected ',' or ']', but got '<stream end>'. "
                "Check brackets, quotes and indentation above."
            ),
        ),
    ],
)
def test_what_is_not_accepted_is_told_at_its_place(text: str, problem: str):
    assert problem in told(text)


def test_two_documents_in_one_file_are_refused():
    assert len(told("a: 1\n---\nb: 2\n")) == 1


@given(st.text(max_size=60))
def test_any_text_gives_a_document_or_problems_and_never_an_exception(text: str):
    document = read_document("f.yaml", text)
    assert document.label == "f.yaml"
    assert document.problems or () in document.values


@given(st.text(alphabet=" \n\t:-[]{},&*!|>'\"#%@`ab1?", max_size=40))
def test_broken_punctuation_is_always_told_within_the_file(text: str):
    for problem in read_document("f.yaml", text).problems:
        assert 1 <= problem.line <= text.count("\n") + 2
        assert problem.column >= 1
