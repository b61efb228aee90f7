"""Lines, columns and sums on the page."""

from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.plans import Verdict, VerdictKind
from crmsync.reports.applied import AppliedView, applied_json, applied_text
from crmsync.reports.explain_score import _tenths
from crmsync.reports.plan import same_verdicts
from crmsync.reports.table import columns, cut_off, document, folded, following

amounts = st.lists(st.floats(-100, 100, allow_nan=False), min_size=1, max_size=12)


@given(amounts)
def test_shown_tenths_add_up_to_the_shown_total_and_none_is_off_by_more_than_a_tenth(found):
    total = round(sum(found) * 10)
    shown = _tenths(found, total)
    assert sum(shown) == total
    assert all(abs(tenths / 10 - exact) <= 0.1 + 1e-9 for tenths, exact in zip(shown, found, strict=True))


def test_columns_line_up_and_leave_no_blanks_at_the_end():
    assert columns([("7", "a", "x"), ("1,085", "long", "")], right=(0,)) == ["      7   a      x", "  1,085   long"]


def test_chapters_without_lines_fall_away():
    assert document(["A"], [], ["B", "C"]) == "A\n\nB\nC\n"


def test_a_long_line_goes_on_under_its_text():
    line = f"  What is kept      {'word ' * 40}".rstrip()
    told = list(folded([line], 60))
    assert all(len(one) <= 60 for one in told)
    assert told[1].startswith(" " * 20 + "word")
    assert " ".join(" ".join(told).split()) == " ".join(line.split())


@given(st.lists(st.text(st.characters(categories=("L",)), min_size=1), max_size=30), st.integers(2, 30))
def test_a_list_that_is_cut_says_how_many_are_missing(lines, most):
    told = cut_off(lines, most, "{n}")
    assert len(told) <= most
    missing = 0 if told == lines else int(told[-1])
    assert (len(told) - bool(missing)) + missing == len(lines)


def test_the_next_steps_stand_under_each_other():
    assert following(("crmsync plan", "look"), ("crmsync log", "see")) == [
        "next:   crmsync plan   look",
        "        crmsync log    see",
    ]


def hold(code, **facts):
    return Verdict(VerdictKind.HOLD, code, facts)


def test_equal_brakes_are_counted_together_the_most_frequent_first():
    both = same_verdicts(
        [(hold("brake.ask"), 2), (hold("brake.writes_off", system="hubspot"), 9), (hold("brake.ask"), 3)]
    )
    assert [(verdict.code, count) for verdict, count in both.values()] == [("brake.writes_off", 9), ("brake.ask", 5)]


def applied(**parts):
    return AppliedView(
        **{
            "number": "7f3a-91",
            "by": "Dana",
            "chosen": 3,
            "written": 3,
            "stale": 0,
            "refused": 0,
            "unclear": 0,
            "later": 0,
            "remaining": 0,
            **parts,
        }
    )


def test_an_approval_is_whole_only_where_every_row_was_written():
    assert applied().whole
    for part in ("stale", "refused", "unclear", "later"):
        assert not applied(written=2, **{part: 1}).whole
    assert not applied(chosen=0, written=0).whole


def test_stale_and_refused_rows_are_told_with_the_reason():
    text = applied_text(applied(written=1, stale=1, refused=1, refusals=("FIELD_CUSTOM_VALIDATION: no",)))
    assert "1   dropped: the value in the record has moved since" in text
    assert "1   refused by the CRM: FIELD_CUSTOM_VALIDATION: no" in text


def test_what_another_crmsync_will_write_is_told_with_who_it_is():
    view = applied(written=0, writer="Another crmsync is writing to this store: process 7.", waiting=3)
    assert "process 7. It writes them in its next cycle." in applied_text(view)
    assert applied_json(view)["waiting"] == 3
